// The page's behavior: findings chosen in the form, in the next question or in the diagram; the answer and the path at
// once; the case in the address. Texts go in as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const vocabulary = createVocabulary(data.vocabulary);
  const evaluator = createEvaluator(data, vocabulary);
  const lighting = createLighting(data);
  const { make, besides, isChosen, controls } = createFields(vocabulary);
  const lines = createOptionLines(data);
  const words = createWording(data, vocabulary, lines);
  const { short, contradiction, inWords } = words;
  const answerView = createAnswerView(data, make, lines, words);
  const at = (id) => document.getElementById(id);
  let findings = {};
  let chosenPage = null;
  let changed = null;

  // The case in the address: facts and groups with their answers, #fact=yes&group=member+and+member
  const toHash = () => new URLSearchParams(vocabulary.collapse(findings)).toString();
  const isCase = (hash) => hash.includes("=");
  const fromHash = (hash) => {
    const found = {};
    const refused = [];
    for (const [key, answer] of new URLSearchParams(hash)) {
      const said = vocabulary.expand(key, answer);
      if (!said) refused.push(`${key}=${answer}`);
      else if (Object.keys(said).some((fact) => fact in found && found[fact] !== said[fact])) {
        refused.push(`${key}=${answer} (given twice)`);
      } else Object.assign(found, said);
    }
    return { found, refused };
  };

  // Findings that a change makes impossible stay as they are: the page says what contradicts what.
  const set = (key, answer) => {
    findings = { ...findings };
    for (const fact of vocabulary.factsOf(key)) delete findings[fact];
    if (answer) Object.assign(findings, vocabulary.expand(key, answer));
    chosenPage = null;
    changed = key;
    show([]);
  };

  const inOrder = [...document.querySelectorAll(".fact")];
  const fieldsetOf = (key) => inOrder.find(({ dataset: { fact } }) => fact === key);
  // Only what stands elsewhere is moved: what is moved loses the keyboard's focus.
  const arrange = (home, fieldsets) => {
    let next = home.firstElementChild;
    for (const fieldset of fieldsets) {
      if (fieldset === next) next = next.nextElementSibling;
      else home.insertBefore(fieldset, next);
    }
  };
  const showForm = (answer) => {
    const { reads = [] } = data.plans[evaluator.kindOf(findings)] || {};
    const { pathway = null } = answer;
    const known = answer.contradictions ? new Map() : vocabulary.known(findings);
    const wrong = vocabulary.keysOf((answer.contradictions || []).flatMap((one) => one.facts));
    const [asked] = vocabulary.keysOf((answer.missing || []).slice(0, 1));
    for (const fieldset of inOrder) {
      const key = fieldset.dataset.fact;
      fieldset.querySelector("legend").textContent = vocabulary.question(key, pathway);
      fieldset.querySelector(".help").textContent = vocabulary.help(key, pathway);
      for (const input of fieldset.querySelectorAll("input")) input.checked = isChosen(key, input, findings);
      const follows = fieldset.querySelector(".follows");
      follows.textContent = answer.contradictions ? "" : besides(key, known, findings);
      follows.hidden = !follows.textContent;
      fieldset.classList.toggle("wrong", wrong.includes(key));
      fieldset.classList.toggle("asked", asked === key);
    }
    const isRead = ({ dataset: { fact } }) => fact === data.entry.fact || vocabulary.factsOf(fact).some((name) => reads.includes(name));
    arrange(at("facts-read"), inOrder.filter(isRead));
    arrange(at("facts-not-read"), inOrder.filter((fieldset) => !isRead(fieldset)));
    const extra = at("not-read");
    extra.hidden = !at("facts-not-read").children.length;
    const isGiven = ({ dataset: { fact } }) => vocabulary.factsOf(fact).some((name) => name in findings);
    if ([...at("facts-not-read").children].some(isGiven)) extra.open = true;
  };

  const showProblems = (answer, refused) => {
    const found = [];
    if (refused.length) {
      found.push(make("div", {}, make("h3", { textContent: "Not understood in the address, and left out" }),
        make("ul", {}, ...refused.map((one) => make("li", { textContent: one })))));
    }
    const contradictions = vocabulary.contradictions(findings);
    if (contradictions.length) {
      const keys = vocabulary.keysOf(contradictions.flatMap((one) => one.facts));
      found.push(make("div", {}, make("h3", { textContent: "These findings contradict each other" }),
        make("ul", {}, ...contradictions.map((one) => make("li", { textContent: contradiction(one, findings) }))),
        ...keys.map((key) => make("button", {
          type: "button", textContent: `Make unknown: ${short(key)}`, onclick: () => {
            set(key, "");
            // The button is gone; the keyboard goes on to the next one, or to the finding itself.
            (at("problems").querySelector("button") || fieldsetOf(key).querySelector("input:is(:checked, [type='checkbox'])")).focus();
          },
        }))));
    }
    at("problems").replaceChildren(...found);
  };
  const answerNext = (key, answer) => {
    set(key, answer);
    // The question has moved on; the keyboard goes along.
    (at("next-choices").querySelector(":enabled") || at("copy-case")).focus();
  };
  const showNext = (answer) => {
    const [key] = vocabulary.keysOf((answer.missing || []).slice(0, 1));
    at("next").hidden = !key;
    at("next-choices").replaceChildren();
    if (!key) return;
    at("next-question").textContent = vocabulary.question(key, answer.pathway);
    at("next-help").textContent = vocabulary.help(key, answer.pathway);
    at("next-choices").replaceChildren(...(controls(key, findings, (chosen) => answerNext(key, chosen))));
  };

  const original = (page) => document.querySelector(`#page-${CSS.escape(page.name)} svg`);

  const light = (picture, marks) => {
    picture.classList.add("lit");
    for (const part of picture.querySelectorAll(".node, .edge")) {
      const mark = [...part.classList].map((name) => marks.get(name)).find(Boolean);
      if (mark) part.classList.add(mark);
    }
  };
  // What the path stands at, framed. Measured first, framed then: a frame put in between would have the picture laid out anew.
  const frame = (picture) => {
    const open = [...picture.querySelectorAll(".node.open")].map((node) => [node, node.getBBox()]);
    for (const [node, box] of open) {
      const halo = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const around = { class: "halo", x: box.x - 4, y: box.y - 4, width: box.width + 8, height: box.height + 8, rx: 8 };
      for (const [key, value] of Object.entries(around)) halo.setAttribute(key, value);
      node.append(halo);
    }
  };

  // An answer in the diagram can be clicked where it stands for one value; the form does the same from the keyboard.
  const choosable = (picture, page) => {
    for (const { name, asks, answer } of lighting.choicesOn(page)) {
      for (const node of picture.querySelectorAll(`.node.${CSS.escape(name)}`)) {
        node.classList.add("choosable");
        node.addEventListener("click", () => set(asks, answer));
      }
    }
  };

  const copyOf = (page) => {
    const picture = original(page).cloneNode(true);
    for (const one of [picture, ...picture.querySelectorAll("[id]")]) one.removeAttribute("id");
    picture.removeAttribute("aria-labelledby");
    picture.removeAttribute("aria-describedby");
    picture.setAttribute("aria-label", page.title);
    return picture;
  };
  const draw = (page, marks) => {
    const picture = copyOf(page);
    at("stage").replaceChildren(picture);
    light(picture, marks);
    frame(picture);
    choosable(picture, page);
  };

  // On paper every page that the path touches is shown, after the answer.
  const drawForPaper = () => {
    const kind = evaluator.kindOf(findings);
    const { trace = [] } = evaluator.answer(findings);
    const shown = lighting.pagesOf(kind).filter((page) => page.diagram !== "overview").flatMap((page) => {
      const marks = lighting.marksOn(page, kind, trace);
      if (!reachOf(marks)) return [];
      const picture = copyOf(page);
      light(picture, marks);
      return [make("figure", { className: "page" }, make("div", { className: "paper" }, picture))];
    });
    at("on-paper").replaceChildren(...(Object.keys(findings).length ? shown : []));
  };

  const REACH = { open: "the path stands at a question here", visited: "the path goes through here", "": "" };
  const reachOf = (marks) => ["open", "visited"].find((mark) => [...marks.values()].includes(mark)) || "";
  const isAbout = ({ asks }, key) => Boolean(asks && key) && vocabulary.fieldOf(asks) === vocabulary.fieldOf(key);
  // The page to which the finding that has just changed leads, else that of the next question, of the first open one, of
  // the first leaf; questions of the type's own pathway go before those that every type shares.
  const pageToShow = (pages, { trace, missing, pathway }) => {
    const led = trace.filter((step, place) => place && isAbout(trace[place - 1], changed) && trace[place - 1].answer !== null);
    const open = missing.length ? trace.filter((step) => !step.leaf && step.answer === null) : [];
    const asked = open.filter((step) => isAbout(step, missing[0]));
    const isOwn = (step) => step.pathway === pathway;
    const leaves = trace.filter((one) => one.leaf);
    for (const step of [...led, ...asked.filter(isOwn), ...open.filter(isOwn), ...asked, ...open, ...leaves]) {
      const page = lighting.pageOf(pages, step, trace);
      if (page) return page;
    }
    return pages[0];
  };

  const showDiagrams = (answer) => {
    const kind = evaluator.kindOf(findings);
    const pages = lighting.pagesOf(kind);
    const trace = answer.trace || [];
    const marks = new Map(pages.map((page) => [page, lighting.marksOn(page, kind, trace)]));
    const shown = pages.find((page) => page.name === chosenPage)
      || (kind && !answer.contradictions ? pageToShow(pages, answer) : pages[0]);
    at("tabs").replaceChildren(...pages.map((page) => {
      const reached = reachOf(marks.get(page));
      const sign = { open: " ?", visited: " •", "": "" }[reached];
      return make("button", {
        type: "button", role: "tab", id: `tab-${page.name}`, "aria-controls": "stage", "aria-selected": String(page === shown),
        "aria-label": [page.title, REACH[reached]].filter(Boolean).join(": "), tabIndex: page === shown ? 0 : -1,
        className: reached ? "reached" : "", textContent: page.short + sign, onclick: () => choosePage(page.name, answer),
      });
    }));
    at("stage").setAttribute("aria-labelledby", `tab-${shown.name}`);
    at("stage-words").textContent = `${shown.title}. Bold: on the path; dashed frame: the question it stands at; pale: off the path. In the row above, • marks pages that the path goes through, ? those with a question it stands at.`;
    draw(shown, marks.get(shown));
  };
  const choosePage = (name, answer) => {
    chosenPage = name;
    showDiagrams(answer);
    at(`tab-${name}`).focus();
  };

  const show = (refused) => {
    const answer = evaluator.answer(findings);
    showForm(answer);
    showProblems(answer, refused);
    at("given").textContent = inWords(findings);
    showNext(answer);
    answerView.show(answer, evaluator.kindOf(findings), vocabulary.known(findings));
    at("case-json").textContent = JSON.stringify(vocabulary.caseOf(findings), null, 2);
    at("explorer").classList.toggle("has-case", Object.keys(findings).length > 0);
    showDiagrams(answer);
    const hash = toHash();
    if (hash || isCase(location.hash)) history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };

  const readAddress = () => {
    if (!isCase(location.hash)) {
      show([]);
      return;
    }
    const { found, refused } = fromHash(location.hash.slice(1));
    findings = found;
    [chosenPage, changed] = [null, null];
    show(refused);
  };

  const copy = async (text, told) => {
    const box = make("textarea", { value: text, className: "skip" });
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without leave for the clipboard, the old way.
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
    at("told").textContent = told;
  };

  at("findings").addEventListener("submit", (event) => event.preventDefault());
  at("findings").addEventListener("change", ({ target }) => {
    at("told").textContent = "";
    if (target.type === "radio") {
      set(target.name, target.value);
      return;
    }
    const { none } = vocabulary.groups.get(target.name);
    const boxes = [...fieldsetOf(target.name).querySelectorAll("input")];
    // "None of these" and a member exclude each other: the last one clicked counts.
    const others = boxes.filter((box) => (box.value === none.answer) !== (target.value === none.answer));
    if (target.checked) others.forEach((box) => { box.checked = false; });
    set(target.name, boxes.filter((box) => box.checked).map((box) => box.value).join(" and "));
  });
  at("copy-case").addEventListener("click", () => copy(JSON.stringify(vocabulary.caseOf(findings), null, 2), "The case is copied."));
  at("copy-link").addEventListener("click", () => copy(location.href, "The link is copied."));
  at("again").addEventListener("click", () => {
    findings = {};
    [chosenPage, changed] = [null, null];
    show([]);
    at("told").textContent = "All findings are unknown again.";
  });
  at("tabs").addEventListener("keydown", (event) => {
    const tabs = [...at("tabs").children];
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    if (!step) return;
    event.preventDefault();
    const place = tabs.indexOf(document.activeElement);
    const next = Number.isFinite(step) ? (place + step + tabs.length) % tabs.length : step < 0 ? 0 : tabs.length - 1;
    tabs[next].click();
  });
  // Links within the page scroll and take the focus along, and leave the case in the address as it is.
  document.addEventListener("click", (event) => {
    const target = event.target.closest('a[href^="#"]');
    const goal = target && at(target.getAttribute("href").slice(1));
    if (!goal) return;
    event.preventDefault();
    history.pushState(null, "", location.href); // so that Back leads back to here
    document.querySelectorAll(".goal").forEach((one) => one.classList.remove("goal"));
    goal.classList.add("goal");
    if (!goal.hasAttribute("tabindex")) goal.tabIndex = -1;
    goal.scrollIntoView();
    goal.focus({ preventScroll: true });
  });
  window.addEventListener("hashchange", readAddress);
  window.addEventListener("beforeprint", drawForPaper);
  window.addEventListener("afterprint", () => at("on-paper").replaceChildren());
  document.querySelector(".workbench").hidden = false;
  readAddress();
  window.pnetPathways = { answer: evaluator.answer, kindOf: evaluator.kindOf, lighting, data };
})();
