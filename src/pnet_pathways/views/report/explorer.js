// The page's behavior: findings chosen in the next question, in the form or in a picture; the answer and the pictures at
// once; the case in the address, but for a page that is about a real patient. Texts go in as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const vocabulary = createVocabulary(data.vocabulary);
  const evaluator = createEvaluator(data, vocabulary);
  const lighting = createLighting(data);
  const fields = createFields(vocabulary);
  const { make, besides, isChosen } = fields;
  const lines = createOptionLines(data);
  const words = createWording(data, vocabulary, lines);
  const answerView = createAnswerView(data, make, lines, words);
  const changes = createChanges(words.counted);
  const at = (id) => document.getElementById(id);
  let findings = {};
  let asking = "";
  let skipped = new Set();
  let before = null;
  // Who is told of the findings whenever they are shown.
  const watchers = [];

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
    if (answer) skipped.delete(vocabulary.fieldOf(key));
    asking = "";
    show([], vocabulary.fieldOf(key));
  };
  const then = (change) => (...given) => {
    change(...given);
    question.focus();
  };
  const ask = then((key) => {
    asking = key;
    show([], "");
  });
  const question = createQuestion(data, vocabulary, fields, words.lowered, {
    answer: then((key, answer) => {
      if (!answer) skipped.add(key);
      set(key, answer);
    }),
    skip: then((key) => {
      skipped.add(key);
      show([], key);
    }),
    keep: () => ask(""),
    askSkipped: then(() => {
      skipped = new Set();
      show([], "");
    }),
  });
  const picture = createPicture(data, make, vocabulary, evaluator, (key, answer) => then(set)(key, answer));
  const states = createStates(data, make, lighting, vocabulary, (key, answer) => then(set)(key, answer));

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
    const asked = question.nextOf(answer, { asking, skipped });
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
        make("ul", {}, ...contradictions.map((one) => make("li", { textContent: words.contradiction(one, findings) }))),
        ...keys.map((key) => make("button", {
          type: "button", textContent: `Clear: ${vocabulary.names([key]).join()}`, onclick: () => {
            set(key, "");
            // The button is gone; the keyboard goes on to the next one, or to the question.
            (at("problems").querySelector("button") || at("next-question")).focus();
          },
        }))));
    }
    at("problems").replaceChildren(...found);
  };
  // What the last finding changed, and what is asked next, in one line.
  const changedWords = (answer, changed) => {
    if (!changed || !before || !Object.keys(findings).length) return "";
    const next = question.nextOf(answer, { asking, skipped });
    const told = changes.between(before, answer);
    return [told, told && next ? `Next: ${vocabulary.question(next, answer.pathway)}` : ""].filter(Boolean).join(" ");
  };
  // `changed` is the finding that has just been chosen or skipped, "" where there is none.
  const show = (refused, changed = "") => {
    const answer = evaluator.answer(findings);
    const kind = evaluator.kindOf(findings);
    const isEmpty = !Object.keys(findings).length;
    showForm(answer);
    showProblems(answer, refused);
    question.show(answer, findings, { asking, skipped });
    question.showKnown(findings, ask);
    at("given").textContent = words.inWords(findings);
    const recent = changed && before ? changes.fresh(before, answer) : new Set();
    answerView.show(answer, kind, vocabulary.known(findings), isEmpty, recent);
    at("changed").textContent = changedWords(answer, changed);
    at("case-json").textContent = JSON.stringify(vocabulary.caseOf(findings), null, 2);
    at("explorer").classList.toggle("has-case", !isEmpty);
    picture.show(answer, kind, findings);
    states.show(answer, kind, changed);
    before = answer;
    watchers.forEach((tell) => tell(findings, answer));
    const hash = data.in_address ? toHash() : "";
    if (hash || isCase(location.hash)) history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };

  const restart = (found, refused) => {
    [findings, asking, skipped, before] = [found, "", new Set(), null];
    show(refused);
  };
  const readAddress = () => {
    if (!data.in_address || !isCase(location.hash)) {
      show([]);
      return;
    }
    const { found, refused } = fromHash(location.hash.slice(1));
    restart(found, refused);
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
  if (data.in_address) at("copy-link").addEventListener("click", () => copy(location.href, "The link is copied."));
  at("again").addEventListener("click", () => {
    restart({}, []);
    at("told").textContent = "All findings are unknown again.";
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
  if (data.in_address) window.addEventListener("hashchange", readAddress);
  // On paper the pages of the case follow its answer, of which nothing is folded.
  const unfolded = [];
  window.addEventListener("beforeprint", () => {
    unfolded.push(...document.querySelectorAll("#explorer .result details:not([open])"));
    for (const fold of unfolded) fold.open = true;
    const isShown = Object.keys(findings).length && !evaluator.answer(findings).contradictions;
    at("on-paper").replaceChildren(...(isShown ? picture.forPaper(evaluator.kindOf(findings), findings) : []));
  });
  window.addEventListener("afterprint", () => {
    for (const fold of unfolded.splice(0)) fold.open = false;
    at("on-paper").replaceChildren();
  });
  for (const part of document.querySelectorAll("#explorer .workbench, #explorer .tools")) part.hidden = false;
  at("known").open = window.matchMedia("(min-width: 60rem)").matches;
  readAddress();
  if (data.in_address && isCase(location.hash)) at("explorer").scrollIntoView(); // a link to a case leads to its answer, not to the top of the page
  window.pnetPathways = {
    answer: evaluator.answer, kindOf: evaluator.kindOf, marksOf: picture.marksOf, lighting, data, vocabulary, words, make,
    follow: (found) => restart(found, []), say: set, watch: (tell) => watchers.push(tell),
  };
})();
