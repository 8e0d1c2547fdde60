// From given findings to the answer, by looking up each track's exact answer and putting the tracks together as the
// plan of their type says, which is the library's own.
const createEvaluator = (data, vocabulary) => {
  const { facts } = vocabulary;
  const entry = data.entry.fact;
  const tracks = new Map(data.tracks.map((track) => [`${track.pathway}.${track.name}`, track]));
  const indexOf = (names, known) =>
    names.reduce((index, name) => index * (facts.get(name).values.length + 1) + (known.get(name) || 0), 0);

  const inOrder = (wanted) => data.reading_order.filter((id) => wanted.has(id));

  const options = (answers) => answers.flatMap(({ track, answer, open }) =>
    answer.offered.map(([option, certain, dependsOn]) => ({
      ...track.options[option],
      certainty: certain && !open ? "certain" : "possible",
      depends_on: open ? [entry, ...dependsOn] : dependsOn,
    })));

  const gapOf = (group, found, certain, more) => {
    const leaves = found.flatMap(({ track, answer }) => answer.silence.leaves.map((name) => track.leaves[name]));
    const depends = new Set([...more, ...found.flatMap(({ answer }) => answer.silence.depends_on)]);
    return {
      track: group,
      message: [...new Set(leaves.map((leaf) => leaf.message))].join(" Or: "),
      certainty: certain ? "certain" : "possible",
      depends_on: certain ? [] : [...depends],
      readings: inOrder(new Set(leaves.flatMap((leaf) => leaf.readings))),
      nearest: found.flatMap(({ answer }) => answer.silence.nearest),
    };
  };

  const gaps = (answers, kind) => {
    const silent = answers.filter(({ answer }) => answer.silence);
    if (kind) return silent.map((one) => gapOf(one.track.group, [one], Boolean(one.answer.silence.certain), []));
    return data.groups.flatMap(({ name }) => {
      const found = silent.filter(({ track }) => track.group === name);
      if (!found.length) return [];
      const every = answers.filter(({ track }) => track.group === name).length === found.length;
      const certain = every && found.every(({ answer }) => answer.silence.certain);
      return [gapOf(name, found, certain, certain ? [] : [entry])];
    });
  };

  const missing = (answers) => {
    const found = new Set();
    if (answers.some(({ answer, open }) => open && (answer.offered.length || answer.silence))) found.add(entry);
    for (const { answer } of answers) if (answer.missing.length) answer.asks.forEach((fact) => found.add(fact));
    for (const { answer } of answers) answer.missing.forEach((fact) => found.add(fact));
    return [...found];
  };

  // Given, but read by no table: of groups the members that are present, the group itself where none is present or read.
  const notUsed = (findings, reads) => {
    const found = [...facts.values()]
      .filter(({ name }) => name in findings && name !== entry && !reads.includes(name))
      .flatMap(({ name, group }) => {
        if (!group || findings[name] === "yes") return [name];
        return vocabulary.factsOf(group).some((one) => findings[one] === "yes" || reads.includes(one)) ? [] : [group];
      });
    return [...new Set(found)];
  };

  const step = (track, [state, asks, answer, leaf]) => {
    const head = { pathway: track.pathway, track: track.name, state };
    return leaf ? { ...head, leaf } : { ...head, asks, answer };
  };

  const outOfScope = (kind) => ({
    status: "out_of_scope", pathway: null, options: [], gaps: [], missing: [], reads: [], trace: [],
    readings: data.out_of_scope[kind], note: data.entry.types[kind].note,
  });

  const inScope = (kind, known) => {
    const plan = data.plans[kind];
    const answers = plan.tables.map((name, place) => {
      const track = tracks.get(name);
      return { track, answer: track.answers[track.index[indexOf(track.facts, known)]], open: plan.open[place] };
    });
    const offered = options(answers);
    const silences = gaps(answers, kind);
    const unknown = missing(answers);
    return {
      status: unknown.length ? "incomplete" : "complete",
      pathway: kind ? data.entry.types[kind].pathway : null,
      options: offered,
      gaps: silences,
      missing: unknown,
      reads: plan.reads,
      trace: answers.filter(({ open }) => !open).flatMap(({ track, answer }) => answer.trace.map((one) => step(track, one))),
      readings: inOrder(new Set([...[...offered, ...silences].flatMap((one) => one.readings), ...plan.readings])),
      note: "",
    };
  };

  const kindIn = (known) => (known.has(entry) ? vocabulary.answerOf(entry, known.get(entry)) : "");
  // The type of some findings, "" while it is unknown.
  const kindOf = (findings) => kindIn(vocabulary.known(findings));

  // The answer's contract, or `{contradictions}` where the findings contradict each other.
  const answer = (findings) => {
    const contradictions = vocabulary.contradictions(findings);
    if (contradictions.length) {
      return { contradictions: contradictions.map((one) => ({ facts: one.facts, message: vocabulary.messageOf(one, findings) })) };
    }
    const known = vocabulary.known(findings);
    const kind = kindIn(known);
    const found = kind in data.plans ? inScope(kind, known) : outOfScope(kind);
    const named = [...found.options, ...found.gaps.flatMap((gap) => gap.nearest)].map((one) => one.statement);
    return {
      status: found.status,
      pathway: found.pathway,
      options: found.options,
      gaps: found.gaps,
      missing: found.missing,
      not_used: notUsed(findings, found.reads),
      trace: found.trace,
      readings: Object.fromEntries(found.readings.map((id) => [id, data.readings[id].text])),
      advice: data.advice,
      note: found.note,
      statements: Object.fromEntries([...new Set(named)].map((id) => [id, data.statements[id]])),
      case: vocabulary.caseOf(findings),
      source: { ...data.source, review: Object.fromEntries(data.bearing[kind].map((name) => [name, data.reviews[name]])) },
      disclaimer: data.disclaimer,
    };
  };

  return { answer, kindOf };
};
