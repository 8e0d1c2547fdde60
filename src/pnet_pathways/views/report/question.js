// The question that is asked: the opening invitation, the next open question, one that is asked again, or none any more.
// `actions` take what is chosen: `answer(key, value)`, `skip(key)`, `keep()`, `askSkipped()`.
const createQuestion = (data, vocabulary, { make, controls }, lowered, actions) => {
  const OPENING = 2;
  const at = (id) => document.getElementById(id);
  const button = (textContent, onclick, more = {}) => make("button", { type: "button", textContent, onclick, ...more });
  const label = (key) => lowered((vocabulary.groups.get(key) || vocabulary.facts.get(key)).label);

  // What the next question is: `asking` is a question that is asked again.
  const nextOf = (answer, { asking, skipped }) => {
    if (asking) return asking;
    return vocabulary.keysOf(answer.missing || []).find((key) => !skipped.has(key)) || "";
  };
  const fill = (kicker, title, ...body) => {
    at("next-kicker").textContent = kicker;
    at("next-question").textContent = title;
    at("next-body").replaceChildren(...body.filter(Boolean));
  };
  const choices = (key, findings, name, again = false) => {
    const choose = (value) => actions.answer(key, value);
    const box = make("div", { className: "choices", role: "group" }, ...controls(key, findings, choose, again));
    box.setAttribute("aria-labelledby", name);
    return box;
  };
  const help = (key, pathway) => make("p", { className: "help", textContent: vocabulary.help(key, pathway) });

  const open = (keys, findings, pathway) => fill("", `Start with the ${keys.map(label).join(" or the ")}`,
    ...keys.flatMap((key, place) => [
      make("p", { className: "start", id: `start-${place}`, textContent: vocabulary.question(key, pathway) }),
      choices(key, findings, `start-${place}`)]));
  const ask = (key, answer, findings, asking) => fill(asking ? "Asked again" : "Next question", vocabulary.question(key, answer.pathway),
    choices(key, findings, "next-question", asking),
    make("p", { className: "other" }, ...(asking
      ? [button("Not known", () => actions.answer(key, "")), " ", button("Keep as it is", actions.keep)]
      : [button("Not known: skip", () => actions.skip(key))])),
    help(key, answer.pathway));
  const finish = (left) => (left.length
    ? fill("", "The questions left were skipped", make("p", { textContent: `Not known: ${left.map(label).join(", ")}.` }),
      make("p", { className: "other" }, button("Ask them again", actions.askSkipped)))
    : fill("", "Nothing left to ask", make("p", { textContent: "No other finding can change the answer." })));

  const show = (answer, findings, state) => {
    at("next").hidden = Boolean(answer.contradictions) && !state.asking;
    if (at("next").hidden) return;
    const key = nextOf(answer, state);
    const left = vocabulary.keysOf(answer.missing || []);
    if (key && !state.asking && !state.skipped.size && !Object.keys(findings).length) open(left.slice(0, OPENING), findings, answer.pathway);
    else if (key) ask(key, answer, findings, Boolean(state.asking));
    else finish(left);
  };

  // What is known, each with a way to ask it again.
  const showKnown = (findings, again) => {
    const given = vocabulary.collapse(findings);
    at("known").hidden = !given.length;
    at("known").querySelector("summary").textContent = `Known (${given.length})`;
    at("known").querySelector("ul").replaceChildren(...given.map(([key]) => make("li", {},
      make("span", { textContent: vocabulary.phrase(key, findings) }), " ",
      button("Change", () => again(vocabulary.fieldOf(key)), { "aria-label": `Change: ${vocabulary.phrase(key, findings)}` }))));
  };

  // After a choice the keyboard goes to the question, not to a choice: Enter held or pressed again answers nothing.
  const focus = () => {
    const goal = at("next").hidden ? at("problems").querySelector("button") : at("next-question");
    if (!goal) return;
    goal.focus();
    // On a phone a question has the screen to itself, with its answer below.
    if (window.matchMedia("(max-width: 46rem)").matches) goal.closest("section, #problems").scrollIntoView();
  };

  return { show, showKnown, nextOf, focus };
};
