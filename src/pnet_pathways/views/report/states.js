// The state machines, behind a fold: the pages that bear on a case, its path lit up in them, and answers that can be chosen.
const createStates = (data, make, lighting, vocabulary, choose) => {
  const at = (id) => document.getElementById(id);
  const tabs = createTabs(make, { tabs: "state-tabs", stage: "state-stage", prefix: "tab" });
  const REACH = { open: "the path stands at a question here", visited: "the path goes through here", "": "" };
  let last = null;
  let chosen = null;

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
  // An answer that stands for one value can be chosen where it is drawn.
  const choosable = (picture, page, pathway) => {
    for (const { name, asks, answer } of lighting.choicesOn(page)) {
      const label = `${vocabulary.question(asks, pathway)} ${vocabulary.labelOf(asks, answer)}`;
      for (const node of picture.querySelectorAll(`.node.${CSS.escape(name)}`)) makeChoosable(node, label, () => choose(asks, answer));
    }
  };

  // The path in words: what was answered, and where it stands or ends.
  const LEAVES = {
    offer: "It ends where options are listed.",
    gap: "It ends at a gap.",
    does_not_apply: "It ends where the track does not apply.",
  };
  const inWords = ({ leaf, asks, answer }, pathway) => {
    if (leaf) return LEAVES[leaf];
    const question = vocabulary.question(asks, pathway);
    return answer === null ? `It stands at the question: ${question}` : `${question} ${vocabulary.labelOf(asks, answer)}.`;
  };
  const pathOn = (page, trace) => lighting.stepsOn(page, trace)
    .map(({ title, steps }) => make("li", { textContent: `${title}. ${steps.map((step) => inWords(step, page.diagram)).join(" ")}` }));

  const reachOf = (marks) => ["open", "visited"].find((mark) => [...marks.values()].includes(mark)) || "";
  const isAbout = ({ asks }, key) => Boolean(asks && key) && vocabulary.fieldOf(asks) === vocabulary.fieldOf(key);
  // The page to which the finding that has just changed leads, else that of the next question, of the first open one, of
  // the first leaf; questions of the type's own pathway go before those that every type shares.
  const pageToShow = (pages, { trace, missing, pathway }, changed) => {
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

  const draw = () => {
    if (!last) return;
    const { answer, kind, changed } = last;
    const pages = lighting.pagesOf(kind);
    at("state-machines").hidden = !pages.length;
    if (!pages.length || !at("state-machines").open) return;
    const trace = answer.trace || [];
    const marks = new Map(pages.map((page) => [page, lighting.marksOn(page, trace)]));
    const shown = pages.find((page) => page.name === chosen)
      || (kind && !answer.contradictions ? pageToShow(pages, answer, changed) : pages[0]);
    const told = (page) => {
      const reached = reachOf(marks.get(page));
      return { label: page.short, sign: { open: " ?", visited: " •", "": "" }[reached], more: REACH[reached] };
    };
    tabs.show(pages, shown, told, (page) => {
      chosen = page.name;
      draw();
    });
    at("state-words").textContent = `${shown.title}. Bold: on the path; dashed frame: the question it stands at; pale: off the path. In the row above, • marks pages that the path goes through, ? those with a question it stands at.`;
    at("state-path").replaceChildren(...pathOn(shown, trace));
    const picture = copyOfPicture(shown);
    at("state-stage").replaceChildren(picture);
    light(picture, marks.get(shown));
    frame(picture);
    choosable(picture, shown, answer.pathway);
  };
  // What has changed decides which page is shown, unless one is chosen while nothing changes.
  const show = (answer, kind, changed) => {
    last = { answer, kind, changed };
    chosen = null;
    draw();
  };
  at("state-machines").addEventListener("toggle", draw);

  return { show };
};
