// The page's behavior: findings chosen in the form, in the next question or in the diagram; the answer and the path at
// once; the case in the address. Texts go in as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const evaluator = createEvaluator(data);
  const lighting = createLighting(data);
  const { short, contradiction, summary, inWords, dependence, optionWords, difference, notApproved } = createWording(data, evaluator);
  const SITES = ["head", "body", "tail"];
  const at = (id) => document.getElementById(id);
  let findings = {};
  let chosenPage = null;
  let changed = null;

  const make = (tag, properties = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(properties)) {
      if (key in element) element[key] = value;
      else element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  };

  // The case in the address: #tumor_type=insulinoma&sites=head+and+tail
  const toHash = () => {
    const parameters = new URLSearchParams();
    for (const fact of data.facts) if (fact.name in findings) parameters.set(fact.name, findings[fact.name]);
    return parameters.toString();
  };
  const isCase = (hash) => hash.includes("=");
  const fromHash = (hash) => {
    const found = {};
    const refused = [];
    for (const [fact, given] of new URLSearchParams(hash)) {
      const sites = given.split(" and ");
      const inAnyOrder = fact === "sites" && sites.every((site) => SITES.includes(site));
      const answer = inAnyOrder ? SITES.filter((site) => sites.includes(site)).join(" and ") : given;
      if (!evaluator.codeOf(fact, answer)) refused.push(`${fact}=${answer}`);
      else if (fact in found && found[fact] !== answer) refused.push(`${fact}=${answer} (given twice)`);
      else found[fact] = answer;
    }
    return { found, refused };
  };

  // Findings that a change makes impossible stay as they are: the page says what contradicts what.
  const set = (fact, answer) => {
    findings = { ...findings };
    if (answer) findings[fact] = answer;
    else delete findings[fact];
    chosenPage = null;
    changed = fact;
    show([]);
  };

  const inOrder = data.facts.map(({ name }) => document.querySelector(`.fact[data-fact="${CSS.escape(name)}"]`));
  // Only what stands elsewhere is moved: what is moved loses the keyboard's focus.
  const arrange = (home, fieldsets) => {
    let next = home.firstElementChild;
    for (const fieldset of fieldsets) {
      if (fieldset === next) next = next.nextElementSibling;
      else home.insertBefore(fieldset, next);
    }
  };
  const showForm = (answer) => {
    const kind = findings.tumor_type || "";
    const reads = data.reads[kind];
    const implied = evaluator.implied(findings);
    const wrong = new Set((answer.contradictions || []).flatMap((one) => one.facts));
    for (const fieldset of inOrder) {
      const fact = fieldset.dataset.fact;
      const given = findings[fact] || "";
      for (const input of fieldset.querySelectorAll("input")) {
        if (input.type === "radio") input.checked = input.value === given;
        else input.checked = given.split(" and ").includes(input.value);
      }
      const follows = fieldset.querySelector(".follows");
      follows.textContent = implied[fact] ? `Follows from the other findings: ${implied[fact].label}` : "";
      follows.hidden = !implied[fact];
      fieldset.classList.toggle("wrong", wrong.has(fact));
      fieldset.classList.toggle("asked", Boolean(answer.missing) && answer.missing[0] === fact);
    }
    const isRead = ({ dataset: { fact } }) => fact === "tumor_type" || Boolean(reads && reads.includes(fact));
    arrange(at("facts-read"), inOrder.filter(isRead));
    arrange(at("facts-not-read"), inOrder.filter((fieldset) => !isRead(fieldset)));
    const extra = at("not-read");
    extra.hidden = !at("facts-not-read").children.length;
    if ([...at("facts-not-read").children].some((one) => one.dataset.fact in findings)) extra.open = true;
  };

  const showProblems = (answer, refused) => {
    const found = [];
    if (refused.length) {
      found.push(make("div", {}, make("h3", { textContent: "Not understood in the address, and left out" }),
        make("ul", {}, ...refused.map((one) => make("li", { textContent: one })))));
    }
    if (answer.contradictions) {
      const facts = [...new Set(answer.contradictions.flatMap((one) => one.facts))].filter((fact) => fact in findings);
      found.push(make("div", {}, make("h3", { textContent: "These findings contradict each other" }),
        make("ul", {}, ...answer.contradictions.map((one) => make("li", { textContent: contradiction(one, findings) }))),
        ...facts.map((fact) => make("button", {
          type: "button", textContent: `Make unknown: ${short(fact)}`, onclick: () => {
            set(fact, "");
            // The button is gone; the keyboard goes on to the next one, or to the finding itself.
            (at("problems").querySelector("button") || document.querySelector(`.fact[data-fact="${fact}"] input:is(:checked, [type="checkbox"])`)).focus();
          },
        }))));
    }
    at("problems").replaceChildren(...found);
  };
  const showNext = (answer) => {
    const fact = answer.missing && answer.missing[0];
    at("next").hidden = !fact;
    at("next-choices").replaceChildren();
    if (!fact) return;
    const text = evaluator.facts.get(fact);
    at("next-question").textContent = text.question;
    at("next-help").textContent = text.help;
    const possible = text.values.filter((value) => value.given && !evaluator.answer({ ...findings, [fact]: value.answer }).contradictions);
    at("next-choices").replaceChildren(...possible.map((value) => make("button", {
      type: "button", textContent: value.label, onclick: () => {
        set(fact, value.answer);
        // The question has moved on; the keyboard goes along.
        (at("next-choices").querySelector("button") || at("copy-case")).focus();
      },
    })));
  };

  const link = (kind, id, title) => make("a", { href: `#${kind}-${id}`, textContent: id, title });
  const toStatement = (id) => link("statement", id, data.statements[id].label);
  const toReading = (id) => link("reading", id, data.readings[id].title);
  const links = (ids) => ids.flatMap((id) => [" ", toReading(id)]);
  // Options of one statement that are certain, or depend on the same findings, stand together.
  const grouped = (options) => {
    const groups = new Map();
    for (const option of options) {
      const key = JSON.stringify([option.certainty, option.statement, option.depends_on]);
      groups.set(key, [...(groups.get(key) || []), option]);
    }
    return [...groups.values()];
  };
  const statementItem = (options) => {
    const [{ certainty, statement, depends_on: dependsOn }] = options;
    const possible = certainty === "possible";
    const shared = options.map((option) => option.readings).reduce((one, other) => one.filter((id) => other.includes(id)));
    const item = (option) => make("li", {}, optionWords(option), ...links(option.readings.filter((id) => !shared.includes(id))));
    return make("li", { className: `said ${certainty}` },
      make("span", { className: "mark", "aria-hidden": "true", textContent: possible ? "?" : "+" }),
      make("span", { className: "why" }, toStatement(statement), ` ${data.statements[statement].label}`, ...links(shared)),
      make("ul", {}, ...options.map(item)),
      make("span", { className: "certainty" }, possible ? dependence(dependsOn) : "certain"));
  };
  const gapItem = (gap) => make("li", { className: "gap" },
    make("span", { className: "mark", "aria-hidden": "true", textContent: "!" }),
    make("strong", { textContent: gap.certainty === "certain" ? "Gap: " : "Possible gap: " }), gap.message,
    make("span", { className: "why" }, gap.certainty === "certain" ? "" : dependence(gap.depends_on), ...links(gap.readings)),
    ...gap.nearest.map((near) => make("span", { className: "near" }, "nearest ", toStatement(near.statement),
      `: ${near.differs.map(difference).join(near.any_one ? "; or " : "; ")}`)));

  const card = (title, items) => make("section", {}, make("h3", { textContent: title }), make("ul", {}, ...items));

  const showAnswer = (answer) => {
    if (answer.contradictions) {
      at("answer").replaceChildren();
      at("basis").replaceChildren();
      return;
    }
    const cards = data.groups.flatMap(({ name, title }) => {
      const options = answer.options.filter((option) => option.track === name);
      const sorted = ["certain", "possible"].flatMap((word) => options.filter((option) => option.certainty === word));
      const items = [...grouped(sorted).map(statementItem), ...answer.gaps.filter((gap) => gap.track === name).map(gapItem)];
      return items.length ? [card(title, items)] : [];
    });
    const plain = (text) => make("li", { className: "small", textContent: text });
    const more = [];
    if (answer.missing.length > 1) {
      more.push(card("Can still change the answer, next question first",
        answer.missing.map((fact) => plain(evaluator.facts.get(fact).question))));
    }
    const basis = [];
    if (answer.not_used.length) basis.push(plain(`Given, but no statement on this type reads it: ${answer.not_used.map(short).join(", ")}`));
    if (answer.status !== "out_of_scope") basis.push(...answer.advice.map((one) => plain(`For everyone: ${one.text}`)));
    basis.push(...Object.entries(answer.readings).map(([id, text]) => make("li", { className: "small" }, toReading(id), `: ${text}`)));
    const unapproved = notApproved(answer);
    if (unapproved) basis.push(plain(`Not approved: ${unapproved}`));
    basis.push(make("li", { className: "small" }, make("strong", { textContent: answer.disclaimer })));
    more.push(card("What it rests on", basis));
    at("answer").replaceChildren(...cards);
    at("basis").replaceChildren(...more);
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
    for (const { name, fact, answer } of lighting.choicesOn(page)) {
      for (const node of picture.querySelectorAll(`.node.${CSS.escape(name)}`)) {
        node.classList.add("choosable");
        node.addEventListener("click", () => set(fact, answer));
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
    const kind = findings.tumor_type || "";
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
  // The page to which the finding that has just changed leads, else that of the next question, of the first open one, of
  // the first leaf.
  const pageToShow = (pages, { trace, missing }) => {
    const led = trace.filter((step, place) => place && trace[place - 1].asks === changed && trace[place - 1].answer !== null);
    const open = trace.filter((step) => !step.leaf && step.answer === null);
    const asked = open.filter((step) => step.asks === missing[0]);
    for (const step of [...led, ...asked, ...(missing.length ? open : []), ...trace.filter((one) => one.leaf)]) {
      const page = lighting.pageOf(pages, step, trace);
      if (page) return page;
    }
    return pages[0];
  };

  const showDiagrams = (answer) => {
    const kind = findings.tumor_type || "";
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
    at("status").textContent = summary(answer, findings);
    at("given").textContent = inWords(findings);
    showNext(answer);
    showAnswer(answer);
    at("case-json").textContent = JSON.stringify(evaluator.caseOf(findings), null, 2);
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
    const boxes = [...at("findings").elements.sites];
    // Nowhere and a site exclude each other: the last one clicked counts.
    if (target.checked) boxes.filter((box) => (box.value === "nowhere") !== (target.value === "nowhere")).forEach((box) => { box.checked = false; });
    const sites = boxes.filter((box) => box.checked).map((box) => box.value);
    set("sites", sites.includes("nowhere") ? "nowhere" : SITES.filter((site) => sites.includes(site)).join(" and "));
  });
  at("copy-case").addEventListener("click", () => copy(JSON.stringify(evaluator.caseOf(findings), null, 2), "The case is copied."));
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
  window.pnetPathways = { answer: evaluator.answer, lighting, data };
})();
