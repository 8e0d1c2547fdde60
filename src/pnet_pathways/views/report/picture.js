// The pathway on one page, its rows marked for the case: they apply, may apply, or do not apply, each by a sign and in words.
const createPicture = (data, make, vocabulary, evaluator, choose) => {
  const at = (id) => document.getElementById(id);
  const tabs = createTabs(make, { tabs: "tabs", stage: "stage", prefix: "page-tab" });
  const SIGNS = { applies: "●", "may-apply": "○", "does-not-apply": "–" };
  const SAID = { applies: "Applies to this patient", "may-apply": "May apply", "does-not-apply": "Does not apply", "": "" };
  const LEGEND = `${Object.entries(SIGNS).map(([mark, sign]) => `${sign} ${SAID[mark].toLowerCase()}`).join(", ")}; a dashed edge marks a gap.`;
  // Points: how wide a sign is before a code, and how wide both may be.
  const [SIGN, CODES] = [11, 47];
  const drawn = new Map();
  let [last, chosen] = [null, null];

  // The pages of a type: its own, those that every type shares, and the one on which the type is chosen.
  const pagesOf = (kind) => {
    const own = kind ? data.entry.types[kind].pathway : null;
    const common = kind && !own ? [] : data.entry.common;
    const sheet = (name) => data.pages.filter((page) => page.diagram === name && page.rows.length);
    const found = [...(own ? [own] : []), ...common].flatMap(sheet);
    return own ? [...found, ...sheet("overview")] : [...sheet("overview"), ...found];
  };

  const standing = (possible, certain) => (!possible ? "does-not-apply" : certain ? "applies" : "may-apply");
  const conditionOf = (box) => ({ all: Object.entries(box).map(([fact, answers]) => ({
    fact,
    codes: vocabulary.facts.get(fact).values.flatMap(({ answer }, at) => (answers.includes(answer) ? [at + 1] : [])),
  })) });
  const trackMark = (row, answer, findings) => {
    if (row.options) {
      const offered = answer.offered.filter(({ option }) => row.options.includes(option));
      return standing(offered.length, offered.some(({ certain }) => certain));
    }
    const gap = answer.gaps.find(({ kind }) => kind === row.gap);
    if (!gap || !row.box) return standing(gap, gap && gap.certain);
    const holds = (condition) => vocabulary.covers([condition], findings, data.entry.fact, Object.keys(data.plans));
    const box = conditionOf(row.box);
    return standing(!holds({ not: box }), holds(box));
  };
  // The page of a pathway for every type stands to a case as the row of it that is surest.
  const pageMark = (name, findings) => {
    const pages = data.pages.filter(({ diagram, rows }) => diagram === name && rows.length);
    const marks = pages.flatMap((page) => marksOf(page, findings));
    return ["applies", "may-apply"].find((mark) => marks.includes(mark)) || "does-not-apply";
  };
  // A row of the overview: of a type, of what every type shares, of what is raised for everyone, of a type that is not known.
  const entryMark = (row, kind, findings) => {
    const inside = !kind || data.entry.types[kind].pathway;
    if (row.entry) return standing(!kind || row.entry === kind, kind);
    if (row.leads_to) return inside ? pageMark(row.leads_to, findings) : "does-not-apply";
    if (row.kind === "event") return inside ? "" : "does-not-apply";
    return standing(!kind, true);
  };
  // The mark of each row of a page, "" where it is not asked: before anything is known, and where it leads to another page.
  const marksOf = (page, findings) => {
    const answers = new Map();
    const answerOf = (track) => {
      if (!answers.has(track)) answers.set(track, evaluator.ofTrack(page.diagram, track, findings));
      return answers.get(track);
    };
    const isEmpty = !Object.keys(findings).length;
    const kind = evaluator.kindOf(findings);
    return page.rows.map((row) => {
      if (isEmpty) return "";
      if (row.track) return trackMark(row, answerOf(row.track), findings);
      return page.diagram === "overview" ? entryMark(row, kind, findings) : "";
    });
  };

  // A picture is copied once; its rows are marked anew. A row of a type chooses that type.
  const sheetOf = (page) => {
    if (!drawn.has(page.name)) {
      const picture = copyOfPicture(page);
      picture.classList.add("lit");
      const rows = page.rows.map((row) => {
        const group = picture.querySelector(`.${row.class}`);
        const code = [...group.querySelectorAll("text")].pop();
        group.setAttribute("role", "group");
        if (row.entry) makeChoosable(group, row.words, () => choose(data.entry.fact, row.entry));
        return { group, code, said: code.textContent, length: Number(code.getAttribute("textLength")), words: row.words };
      });
      drawn.set(page.name, { picture, rows });
    }
    return drawn.get(page.name);
  };
  const markRows = ({ rows }, marks) => rows.forEach(({ group, code, said, length, words }, place) => {
    const mark = marks[place];
    for (const one of Object.keys(SIGNS)) group.classList.toggle(one, one === mark);
    group.setAttribute("aria-label", [SAID[mark], words].filter(Boolean).join(": "));
    code.textContent = mark ? `${SIGNS[mark]} ${said}` : said;
    if (length) code.setAttribute("textLength", mark ? Math.min(length + SIGN, Math.max(length, CODES)) : length);
  });

  const draw = () => {
    const { kind, findings, isRefused } = last;
    const pages = pagesOf(kind);
    const shown = pages.find((page) => page.name === chosen) || pages[0];
    const marks = new Map(pages.map((page) => [page, isRefused ? page.rows.map(() => "") : marksOf(page, findings)]));
    const told = (page) => {
      const applied = page.diagram === "overview" ? 0 : marks.get(page).filter((mark) => mark === "applies").length;
      return { label: page.short, sign: applied ? ` ● ${applied}` : "", more: applied ? `${applied} of its rows apply` : "" };
    };
    tabs.show(pages, shown, told, (page) => {
      chosen = page.name;
      draw();
    });
    const sheet = sheetOf(shown);
    markRows(sheet, marks.get(shown));
    if (at("stage").firstElementChild !== sheet.picture) at("stage").replaceChildren(sheet.picture);
    at("stage-words").textContent = shown.rows.some((row) => row.entry) ? "A type can be chosen here, too." : LEGEND;
  };
  const show = (answer, kind, findings) => {
    if (last && last.kind !== kind) chosen = null;
    last = { kind, findings, isRefused: Boolean(answer.contradictions) };
    draw();
  };
  // The pages of a case for paper: those with a row that applies or may apply.
  const forPaper = (kind, findings) => pagesOf(kind).filter(({ diagram }) => diagram !== "overview").flatMap((page) => {
    const marks = marksOf(page, findings);
    if (!marks.some((mark) => ["applies", "may-apply"].includes(mark))) return [];
    const sheet = sheetOf(page);
    markRows(sheet, marks);
    const picture = sheet.picture.cloneNode(true);
    return [make("figure", { className: "page" }, make("div", { className: "paper" }, picture))];
  });

  return { show, forPaper, marksOf };
};
