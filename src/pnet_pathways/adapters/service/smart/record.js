// What was read in the record: facts that are filled in, evidence to confirm, what became no fact, what conflicts.
const createRecord = ({ make, vocabulary, say, follow, watch }, reasons) => {
  const at = (id) => document.getElementById(id);
  const counted = (number, one, many) => `${number} ${number === 1 ? one : many}`;
  let rows = [];

  const answerOf = (fact, value) => {
    const found = vocabulary.facts.get(fact).values.find((one) => one.given && one.plain === value);
    return found ? found.answer : "";
  };
  const phrase = (fact, answer) => vocabulary.phrase(fact, { [fact]: answer });
  // As a card names it: what it is called, its code and the resource.
  const sourceWords = ({ resource, code = "", display = "" }) => {
    const name = display || code || resource;
    const more = [code, resource].filter((one) => one && one !== name);
    return more.length ? `${name} (${more.join(", ")})` : name;
  };
  const evidence = (sources = []) => [...new Set(sources.map(sourceWords))];

  // A fact of the record as a line, with one button that takes it in or leaves it out again.
  const line = ({ fact, answer, sources, reason }, labels) => {
    const said = phrase(fact, answer);
    const state = make("span", { className: "state" });
    const button = make("button", { type: "button" });
    const row = { fact, answer, button, show: (isUsed) => {
      state.textContent = isUsed ? labels.used : labels.unused;
      button.textContent = isUsed ? labels.undo : labels.take;
      button.hidden = !button.textContent;
      button.setAttribute("aria-label", `${button.textContent}: ${said}`);
      item.classList.toggle("used", isUsed);
      button.onclick = () => say(fact, isUsed ? "" : answer);
    } };
    const item = make("li", {},
      make("span", { className: "said", textContent: said }),
      make("span", { className: "source", textContent: [...evidence(sources), ...(reason ? [reasons[reason] || reason] : [])].join("; ") }),
      make("span", { className: "choice" }, state, button));
    rows.push(row);
    return item;
  };
  const fill = (id, items, none) => {
    at(id).replaceChildren(...(items.length ? items : [make("li", { className: "none", textContent: none })]));
  };
  const problem = (title, texts, ...more) => make("div", { className: "problems" },
    make("h3", { textContent: title }), make("ul", {}, ...texts.map((one) => make("li", { textContent: one }))), ...more);

  // `reading` is the service's answer, or null where it could not read; then `refused` says why.
  const show = ({ reading, refused, failed }) => {
    const { facts = {}, suggested = [], unmapped = [], complete = false } = reading || {};
    const order = [...vocabulary.facts.keys()];
    const certain = Object.entries(facts)
      .map(([fact, { value, sources }]) => ({ fact, answer: answerOf(fact, value), sources }))
      .sort((one, other) => order.indexOf(one.fact) - order.indexOf(other.fact));
    const open = suggested.map((one) => ({ ...one, answer: answerOf(one.fact, one.value) }));
    rows = [];
    fill("certain", certain.map((one) => line(one, { used: "", unused: "not used", undo: "", take: "Fill in again" })), "No fact is certain.");
    fill("to-confirm", open.map((one) => line(one, { used: "confirmed", unused: "", undo: "Take back", take: "Confirm" })), "Nothing to confirm.");
    const lost = unmapped.filter(({ reason }) => reason === "incomplete").map(({ text = "", resource }) => text || resource);
    const others = unmapped.filter(({ reason }) => reason !== "incomplete");
    at("no-fact").replaceChildren(...others.map(({ resource, text = "", reason }) => make("li", {},
      make("span", { className: "plain", textContent: text || resource }),
      make("span", { className: "source", textContent: `${text ? `${resource}: ` : ""}${reasons[reason] || reason}` }))));
    at("no-fact-fold").hidden = !others.length;
    at("no-fact-fold").querySelector("summary").textContent = `Looked at, but no fact (${others.length})`;
    const missing = [...new Set([...failed, ...lost])];
    at("record-problems").replaceChildren(
      ...(refused ? [problem(refused.title, refused.details, make("p", { textContent: "Nothing of the record is filled in." }))] : []),
      ...(missing.length || (reading && !complete) ? [problem("The record is incomplete", missing,
        make("p", { textContent: "What is not there is unknown, never no." }))] : []));
    for (const id of ["certain-part", "to-confirm-part"]) at(id).hidden = !reading;
    at("record").hidden = false;
    follow(Object.fromEntries(certain.map(({ fact, answer }) => [fact, answer])));
    return [counted(certain.length, "fact is filled in", "facts are filled in"), counted(open.length, "finding is to be confirmed", "findings are to be confirmed")].join(", ");
  };

  watch((findings) => rows.forEach(({ fact, answer, show: update }) => update(findings[fact] === answer)));

  return { show };
};
