// The pathway on one page, its rows marked for the case: they apply, may apply, or do not apply, each by a sign and in words.
const createPicture = (data, make, lighting, vocabulary, evaluator, choose) => {
  const at = (id) => document.getElementById(id);
  const tabs = createTabs(make, { tabs: "tabs", stage: "stage", prefix: "page-tab" });
  const SIGNS = { applies: "●", "may-apply": "○", "does-not-apply": "–" };
  const SAID = { applies: "Applies to this patient", "may-apply": "May apply", "does-not-apply": "Does not apply" };
  const LEGEND = `${Object.entries(SIGNS).map(([mark, sign]) => `${sign} ${SAID[mark].toLowerCase()}`).join(", ")}; a dashed edge marks a gap.`;
  const drawn = new Map();
  let [last, chosen] = [null, null];

  const sheets = data.pages.filter((page) => page.rows);
  // The pages of a type: its own, those that every type shares, and the one on which the type is chosen.
  const pagesOf = (kind) => {
    const own = kind ? data.entry.types[kind].pathway : null;
    const common = kind && !own ? [] : data.entry.common;
    const entry = data.pages.filter((page) => page.diagram === "overview").slice(0, 1);
    const found = [...(own ? [own] : []), ...common].flatMap((name) => sheets.filter((page) => page.diagram === name));
    return own ? [...found, ...entry] : [...entry, ...found];
  };

  const markOf = (row, answer, known) => {
    if (row.options.length) {
      const offered = answer.offered.filter(({ option }) => row.options.includes(option));
      return !offered.length ? "does-not-apply" : offered.some(({ certain }) => certain) ? "applies" : "may-apply";
    }
    const gap = answer.gaps.find(({ kind }) => (kind === "silent") === Boolean(row.box));
    if (!gap) return "does-not-apply";
    const truth = row.box ? vocabulary.holds(row.box, known) : gap.certain;
    return truth === false && row.box ? "does-not-apply" : truth ? "applies" : "may-apply";
  };
  // The mark of each row of a page, "" where it leads to another page.
  const marksOf = (page, findings) => {
    const known = vocabulary.known(findings);
    const answers = new Map();
    const answerOf = (track) => {
      if (!answers.has(track)) answers.set(track, evaluator.ofTrack(page.diagram, track, findings));
      return answers.get(track);
    };
    return page.rows.map((row) => (row.track ? markOf(row, answerOf(row.track), known) : ""));
  };

  // A picture is copied once; its rows are marked anew.
  const sheetOf = (page) => {
    if (!drawn.has(page.name)) {
      const picture = copyOfPicture(page);
      picture.classList.add("lit");
      const rows = page.rows.map((row, place) => {
        const group = picture.querySelector(`.row-${place + 1}`);
        const code = [...group.querySelectorAll("text")].pop();
        return { group, code, said: code.textContent, length: code.getAttribute("textLength"), words: row.words };
      });
      drawn.set(page.name, { picture, rows });
    }
    return drawn.get(page.name);
  };
  const markRows = ({ rows }, marks) => rows.forEach(({ group, code, said, length, words }, place) => {
    const mark = marks[place];
    for (const one of Object.keys(SIGNS)) group.classList.toggle(one, one === mark);
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", [SAID[mark], words].filter(Boolean).join(": "));
    code.textContent = mark ? `${SIGNS[mark]} ${said}` : said;
    if (mark || !length) code.removeAttribute("textLength");
    else code.setAttribute("textLength", length);
  });
  const drawEntry = (page, kind) => {
    const picture = copyOfPicture(page);
    picture.classList.add("lit");
    const marks = lighting.marksOn(page, kind, []);
    for (const part of picture.querySelectorAll(".node, .edge")) {
      const mark = [...part.classList].map((name) => marks.get(name)).find(Boolean);
      if (mark && kind) part.classList.add(mark);
    }
    for (const { name, asks, answer } of lighting.choicesOn(page)) {
      const label = `${vocabulary.question(asks)} ${vocabulary.labelOf(asks, answer)}`;
      for (const node of picture.querySelectorAll(`.node.${CSS.escape(name)}`)) makeChoosable(node, label, () => choose(asks, answer));
    }
    return picture;
  };

  const draw = () => {
    const { kind, findings, isRefused } = last;
    const pages = pagesOf(kind);
    const shown = pages.find((page) => page.name === chosen) || pages[0];
    const marks = new Map(pages.filter((page) => page.rows)
      .map((page) => [page, isRefused ? page.rows.map(() => "") : marksOf(page, findings)]));
    const told = (page) => {
      const applied = (marks.get(page) || []).filter((mark) => mark === "applies").length;
      return { label: page.short, sign: applied ? ` ● ${applied}` : "", more: applied ? `${applied} of its rows apply` : "" };
    };
    tabs.show(pages, shown, told, (page) => {
      chosen = page.name;
      draw();
    });
    const sheet = shown.rows && sheetOf(shown);
    const picture = sheet ? sheet.picture : drawEntry(shown, kind);
    if (sheet) markRows(sheet, marks.get(shown));
    if (at("stage").firstElementChild !== picture) at("stage").replaceChildren(picture);
    at("stage-words").textContent = sheet ? LEGEND : "A type can be chosen here, too.";
  };
  const show = (answer, kind, findings) => {
    if (last && last.kind !== kind) chosen = null;
    last = { kind, findings, isRefused: Boolean(answer.contradictions) };
    draw();
  };
  // The pages of a case for paper: those with a row that applies or may apply.
  const forPaper = (kind, findings) => pagesOf(kind).filter((page) => page.rows).flatMap((page) => {
    const marks = marksOf(page, findings);
    if (!marks.some((mark) => ["applies", "may-apply"].includes(mark))) return [];
    const sheet = sheetOf(page);
    markRows(sheet, marks);
    const picture = sheet.picture.cloneNode(true);
    return [make("figure", { className: "page" }, make("div", { className: "paper" }, picture))];
  });

  return { show, forPaper, marksOf };
};
