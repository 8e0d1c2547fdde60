"use strict";
// From given findings to the answer, by looking up each track's exact answer and putting the tracks together as the
// library does. Findings are a mapping from a fact's name to its answer ("yes", "head and tail", "small").
const createEvaluator = (data) => {
  const facts = new Map(data.facts.map((fact, order) => [fact.name, { ...fact, order }]));
  const codeOf = (name, answer) => {
    const fact = facts.get(name);
    const at = fact ? fact.values.findIndex((value) => value.given && value.answer === answer) : -1;
    return at + 1;
  };
  const valueOf = (name, code) => facts.get(name).values[code - 1];
  const indexOf = (names, codes, size) => names.reduce((index, name) => index * size(name) + (codes.get(name) || 0), 0);
  const everyValue = (name) => facts.get(name).values.length + 1;
  const givenValues = (name) => facts.get(name).values.filter((value) => value.given).length + 1;

  // What is known of each fact as codes, with what follows from it; and the contradictions there are.
  const read = (findings) => {
    const known = new Map();
    for (const [name, answer] of Object.entries(findings)) {
      const code = codeOf(name, answer);
      if (!code) throw new RangeError(`${name} has no answer ${answer}`);
      known.set(name, code);
    }
    const contradictions = [];
    for (const group of data.linked) {
      const found = group.found[indexOf(group.facts, known, givenValues)];
      if (found.contradictions) contradictions.push(...found.contradictions);
      else group.facts.forEach((name, at) => found.codes[at] && known.set(name, found.codes[at]));
    }
    return { known, contradictions };
  };

  // The given facts in the contract's form: members of a group as a list where all are known, else as a mapping.
  const caseOf = (findings) => {
    const found = {};
    for (const fact of data.facts) {
      if (!(fact.name in findings)) continue;
      const value = valueOf(fact.name, codeOf(fact.name, findings[fact.name])).plain;
      const [group, member] = fact.name.split(".");
      if (member) (found[group] ||= {})[member] = value;
      else found[group] = value;
    }
    for (const group of ["spread", "symptoms"]) {
      const all = data.facts.filter((fact) => fact.name.startsWith(`${group}.`)).map((fact) => fact.name.split(".")[1]);
      if (found[group] && all.every((member) => member in found[group])) {
        found[group] = all.filter((member) => found[group][member]);
      }
    }
    return found;
  };

  const inOrder = (wanted) => data.reading_order.filter((id) => wanted.has(id));

  const options = (answers, kind) => answers.flatMap(({ track, answer }) => {
    const conditional = !kind && !data.for_every_type.includes(track.pathway);
    return answer.offered.map(([option, certain, dependsOn]) => ({
      ...track.options[option],
      certainty: certain && !conditional ? "certain" : "possible",
      depends_on: conditional ? ["tumor_type", ...dependsOn] : dependsOn,
    }));
  });

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
      return [gapOf(name, found, certain, certain ? [] : ["tumor_type"])];
    });
  };

  const missing = (answers, kind) => {
    const found = new Set();
    const says = ({ track, answer }) =>
      (answer.offered.length || answer.silence) && !data.for_every_type.includes(track.pathway);
    if (!kind && answers.some(says)) found.add("tumor_type");
    for (const { answer } of answers) if (answer.missing.length) answer.asks.forEach((fact) => found.add(fact));
    for (const { answer } of answers) answer.missing.forEach((fact) => found.add(fact));
    return [...found];
  };

  const notUsed = (findings, kind) => {
    const reads = new Set(data.reads[kind] || []);
    const absent = (name) => name.includes(".") && findings[name] === "no";
    return data.facts
      .map((fact) => fact.name)
      .filter((name) => name in findings && name !== "tumor_type" && !reads.has(name) && !absent(name));
  };

  const step = (track, [state, fact, answer, leaf]) => {
    const head = { pathway: track.pathway, track: track.name, state };
    return leaf ? { ...head, leaf } : { ...head, asks: fact, answer };
  };

  const readings = (kind, found, silences) => {
    const own = kind ? data.types[kind].readings : data.always_readings.type_unknown || [];
    const said = [...found, ...silences].flatMap((one) => one.readings);
    return inOrder(new Set([...said, ...(data.always_readings.every_answer || []), ...own]));
  };

  const outOfScope = (kind) => ({
    status: "out_of_scope", pathway: null, options: [], gaps: [], missing: [], trace: [],
    readings: data.types[kind].readings, note: data.types[kind].note,
  });

  const inScope = (kind, known) => {
    const answers = data.plans[kind].map((number) => {
      const track = data.tracks[number];
      return { track, answer: track.answers[track.index[indexOf(track.facts, known, everyValue)]] };
    });
    const offered = options(answers, kind);
    const silences = gaps(answers, kind);
    const open = missing(answers, kind);
    return {
      status: open.length ? "incomplete" : "complete",
      pathway: kind ? data.types[kind].pathway : null,
      options: offered,
      gaps: silences,
      missing: open,
      trace: answers
        .filter(({ track }) => kind || data.for_every_type.includes(track.pathway))
        .flatMap(({ track, answer }) => answer.trace.map((one) => step(track, one))),
      readings: readings(kind, offered, silences),
      note: "",
    };
  };

  // The answer's contract, or `{contradictions}` where the findings contradict each other.
  const answer = (findings) => {
    const { known, contradictions } = read(findings);
    if (contradictions.length) return { contradictions };
    const kind = findings.tumor_type || "";
    const found = kind && data.types[kind].pathway === null ? outOfScope(kind) : inScope(kind, known);
    const named = [...found.options, ...found.gaps.flatMap((gap) => gap.nearest)].map((one) => one.statement);
    return {
      status: found.status,
      pathway: found.pathway,
      options: found.options,
      gaps: found.gaps,
      missing: found.missing,
      not_used: notUsed(findings, kind),
      trace: found.trace,
      readings: Object.fromEntries(found.readings.map((id) => [id, data.readings[id].text])),
      advice: data.advice,
      note: found.note,
      statements: Object.fromEntries([...new Set(named)].map((id) => [id, data.statements[id]])),
      case: caseOf(findings),
      source: { ...data.source, review: Object.fromEntries(data.bearing[kind].map((name) => [name, data.reviews[name]])) },
      disclaimer: data.disclaimer,
    };
  };

  // The answer that follows for each fact which is not given itself.
  const implied = (findings) => {
    const { known, contradictions } = read(findings);
    if (contradictions.length) return {};
    const names = [...known.keys()].filter((name) => !(name in findings));
    return Object.fromEntries(names.map((name) => [name, valueOf(name, known.get(name))]));
  };

  return { answer, implied, caseOf, facts, codeOf };
};
