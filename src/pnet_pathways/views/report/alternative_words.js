// What an alternative changes in one track of an answer, in one sentence; empty where that is nothing.
const createAlternativeWords = (data) => {
  const MOST = 3;
  const { treatments } = data;

  const several = (names) => {
    let every = [...new Set(names)];
    if (every.length > MOST + 1) every = [...every.slice(0, MOST), `${every.length - MOST} more options`];
    const apart = every.some((name) => name.includes(" together with ") || name.includes(", "));
    return [every.slice(0, -1).join(", "), ...every.slice(-1)].filter(Boolean).join(apart ? ", and " : " and ");
  };
  const became = {
    certainty: ({ to }) => (to === "certain" ? "applies" : "may apply, no longer for certain"),
    strength: ({ to }) => `is put with '${STRENGTH[to]}'`,
    optional: ({ to }) => (to.length ? `is given with or without ${several(to.map((key) => treatments[key]))}` : "is given alone"),
    intent: ({ from, to }) => (to ? `is ${to}` : `is not ${from}`),
    choice: ({ to }) => (to ? "is one of a choice" : "is no longer one of a choice"),
  };
  // What is said of one option, as it is said of several.
  const VERBS = { applies: "apply", is: "are" };
  const plural = (differing) => differing.split(" and ").map((part) => part.replace(/^\S+/, (verb) => VERBS[verb] || verb)).join(" and ");
  // Options that change in the same way are told together.
  const alike = (changed) => {
    const found = new Map();
    for (const one of changed) {
      const differing = Object.keys(became).filter((name) => name in one).map((name) => became[name](one[name])).join(" and ");
      const label = one.treatments.map((key) => treatments[key]).join(" together with ");
      found.set(differing, [...(found.get(differing) || []), label]);
    }
    return [...found].map(([differing, names]) => `${several(names)} ${new Set(names).size === 1 ? differing : plural(differing)}`);
  };
  const isCertain = ({ certainty }) => certainty === "certain";
  const labels = (options, certain) => options.filter((one) => isCertain(one) === certain).map((one) => one.label);

  return (reading, alternative, changes, track) => {
    const here = Object.fromEntries(Object.entries(changes).map(([key, some]) => [key, some.filter((one) => one.track === track)]));
    const { options_added: added, options_removed: gone, options_changed: changed } = here;
    const { gaps_added: silent, gaps_removed: said, gaps_changed: turned } = here;
    const list = (verb, names) => (names.length ? [verb(several(names))] : []);
    const effects = [
      ...list((some) => `adds ${some}`, labels(added, true)),
      ...list((some) => `drops ${some}`, labels(gone, true)),
      ...list((some) => `${some} may apply`, labels(added, false)),
      ...list((some) => `rules out ${some}`, labels(gone, false)),
      ...alike(changed),
      ...silent.map((gap) => (isCertain(gap) ? "leaves a gap" : "may leave a gap")),
      ...(said.length ? ["closes the gap"] : []),
      ...turned.map(({ certainty: { to } }) => (to === "certain" ? "the gap is there for certain" : "the gap is only possible")),
    ].join("; ");
    if (!effects) return "";
    const hangs = gone.length || changed.length || said.length || turned.length;
    return hangs ? `Only as ${reading} is read here. Read the other way (${alternative}): ${effects}.`
      : `${reading} read the other way (${alternative}): ${effects}.`;
  };
};
