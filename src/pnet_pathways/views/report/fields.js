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
  const without = (key, findings) =>
    Object.fromEntries(Object.entries(findings).filter(([name]) => !vocabulary.factsOf(key).includes(name)));
  // A fact is answered by one button for each answer that contradicts nothing; the one that is given is pressed.
  const askFact = (key, findings, choose) => {
    const others = without(key, findings);
    return vocabulary.facts.get(key).values
      .filter((value) => value.given && fits({ ...others, ...vocabulary.expand(key, value.answer) }))
      .map((value) => {
        const button = make("button", { type: "button", textContent: value.label, onclick: () => choose(value.answer) });
        if (key in findings) button.setAttribute("aria-pressed", String(findings[key] === value.answer));
        return button;
      });
  };
  // A group is one question: its members and "none of these" are ticked, and a button says that it is all.
  const askGroup = (key, findings, choose, again) => {
    const group = vocabulary.groups.get(key);
    const others = again ? without(key, findings) : findings;
    const known = vocabulary.known(fits(others) ? others : {});
    const isNo = (name) => known.has(name) && vocabulary.answerOf(name, known.get(name)) === "no";
    const isYes = (name) => known.has(name) && vocabulary.answerOf(name, known.get(name)) === "yes";
    const boxes = group.facts.map((name, place) => make("input", {
      type: "checkbox", value: group.members[place], disabled: isNo(name) || isYes(name),
      checked: isYes(name) || findings[name] === "yes",
    }));
    const none = make("input", { type: "checkbox", value: group.none.answer, checked: vocabulary.answerIn(key, findings) === group.none.answer });
    const ticked = () => group.members.filter((member, place) => boxes[place].checked).join(" and ");
    const answer = () => ticked() || (none.checked ? group.none.answer : "");
    const done = make("button", { type: "button", className: "done", onclick: () => choose(answer()) });
    const labels = group.facts.map((name) => vocabulary.facts.get(name).label);
    const update = () => {
      const chosen = labels.filter((one, place) => boxes[place].checked);
      done.textContent = answer() ? `Answer: ${chosen.join(" and ") || group.none.label}` : "Tick all that apply";
      done.disabled = !answer() || !fits({ ...others, ...vocabulary.expand(key, answer()) });
    };
    boxes.forEach((box) => box.addEventListener("change", () => {
      none.checked = none.checked && !ticked();
      update();
    }));
    none.disabled = group.facts.some(isYes);
    none.addEventListener("change", () => {
      if (none.checked) boxes.forEach((box) => { box.checked = false; });
      update();
    });
    update();
    const labelled = (box, text, className = "") => make("label", { className }, box, make("span", { textContent: text }));
    return [...boxes.map((box, place) => labelled(box, labels[place])), labelled(none, "none of these", "none-of-these"), done];
  };
  // What a question is answered with; `choose` takes the answer, and what is asked `again` may change.
  const controls = (key, findings, choose, again) =>
    (vocabulary.groups.has(key) ? askGroup : askFact)(key, findings, choose, again);

  return { make, besides, isChosen, controls };
};
