// The fields of the form and of the next question: what is chosen in them, what they say besides, and what can be chosen.
const createFields = (vocabulary) => {
  const make = (tag, properties = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(properties)) {
      if (key in element) element[key] = value;
      else element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  };

  const fits = (some) => !vocabulary.contradictions(some).length;
  // What a field says besides what is chosen in it: members of a group that are given by themselves, and what follows.
  const besides = (key, known, findings) => {
    const group = vocabulary.groups.get(key);
    const names = vocabulary.factsOf(key);
    const given = names.filter((name) => name in findings);
    const follows = names.filter((name) => known.has(name) && !(name in findings));
    const inFull = Object.fromEntries(names.filter((name) => known.has(name))
      .map((name) => [name, vocabulary.answerOf(name, known.get(name))]));
    const said = (some) => {
      if (!group) return vocabulary.valueOf(key, known.get(key)).label;
      return some.length === names.length ? vocabulary.phrase(key, inFull) : some.map((name) => vocabulary.phrase(name, inFull)).join("; ");
    };
    return [
      given.length && given.length < names.length ? `Known in part: ${said(given)}.` : "",
      follows.length ? `Follows from the other findings: ${said(follows)}` : "",
    ].filter(Boolean).join(" ");
  };
  const isChosen = (key, input, findings) => {
    const group = vocabulary.groups.get(key);
    if (!group || input.value === group.none.answer) return vocabulary.answerIn(key, findings) === input.value;
    return findings[group.facts[group.members.indexOf(input.value)]] === "yes";
  };
  // A fact is answered by one button for each answer that contradicts nothing.
  const askFact = (key, findings, choose) => vocabulary.facts.get(key).values
    .filter((value) => value.given && fits({ ...findings, ...vocabulary.expand(key, value.answer) }))
    .map((value) => make("button", { type: "button", textContent: value.label, onclick: () => choose(value.answer) }));
  // A group that is asked as a whole is answered by ticking members, and a button that says what is ticked.
  const askGroup = (key, findings, choose) => {
    const group = vocabulary.groups.get(key);
    const known = vocabulary.known(findings);
    const boxes = group.facts.map((name, place) => make("input", {
      type: "checkbox", value: group.members[place], disabled: known.has(name),
      checked: known.has(name) && vocabulary.answerOf(name, known.get(name)) === "yes",
    }));
    const labels = group.facts.map((name) => vocabulary.facts.get(name).label);
    const ticked = () => group.members.filter((member, place) => boxes[place].checked).join(" and ") || group.none.answer;
    const done = make("button", { type: "button", onclick: () => choose(ticked()) });
    const update = () => {
      done.textContent = `Answer: ${labels.filter((label, place) => boxes[place].checked).join(" and ") || group.none.label}`;
      done.disabled = !fits({ ...findings, ...vocabulary.expand(key, ticked()) });
    };
    boxes.forEach((box) => box.addEventListener("change", update));
    update();
    return [...boxes.map((box, place) => make("label", {}, box, make("span", { textContent: labels[place] }))), done];
  };
  // What the next question is answered with; `choose` takes the answer.
  const controls = (key, findings, choose) => (vocabulary.groups.has(key) ? askGroup : askFact)(key, findings, choose);

  return { make, besides, isChosen, controls };
};
