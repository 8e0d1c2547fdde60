// From given findings to the answer, by looking up each track's exact answer and putting the tracks together as the
// plan of their type says, which is the library's own.
const createEvaluator = (data, vocabulary) => {
  const { facts } = vocabulary;
  const alternatives = createAlternatives(data, vocabulary, createAlternativeWords(data));
  const eitherWay = createEitherWay(data, vocabulary);
  const entry = data.entry.fact;
  const tracks = new Map(data.tracks.map((track) => [`${track.pathway}.${track.name}`, track]));
  for (const track of tracks.values()) {
    track.numbers = new Map();
    for (let at = 0; at < track.index.length; at += 2) track.numbers.set(track.index[at], track.index[at + 1]);
  }
  // A track's answer to what is left open of each fact; facts are named, options whole.
  const answerTo = (track, left) => {
    const place = track.keys.reduce((sum, name, at) => sum * track.sets[at].length + track.sets[at].indexOf(left.get(name)), 0);
    const [offered, gaps, trace] = track.answers[track.numbers.get(place)];
    const named = (places) => places.map((at) => track.facts[at]);
    return {
      offered: track.offered[offered].map(([option, certain, depends]) => ({ option, certain: Boolean(certain), depends: named(depends) })),
      gaps: track.gaps[gaps].map(([silence, certain, depends, nearest]) => ({
        ...track.silences[silence], certain: Boolean(certain), depends: named(depends), nearest: nearest.map((at) => track.nearest[at]),
      })),
      trace: track.trace[trace],
    };
  };

  const inOrder = (wanted) => data.reading_order.filter((id) => wanted.has(id));

  // A statement that belongs to two tracks is offered once: under the first of them where it holds, else where it may;
  // certain where it is under one of them.
  const join = (answers, guests) => {
    for (const [statement, home, guest] of guests) {
      const offeredBy = (place) => {
        const { track: { options }, answer } = answers[place];
        const keyOf = ({ item, treatments, optional }) => JSON.stringify([item, treatments, optional]);
        const own = answer.offered.filter(({ option }) => options[option].statement === statement);
        return new Map(own.map((one) => [keyOf(options[one.option]), one]));
      };
      const [here, there] = [home, guest].map(offeredBy);
      for (const [key, other] of there) {
        const one = here.get(key);
        const atHome = Boolean(one) && (one.certain || !other.certain);
        const [kept, place, less] = atHome ? [one, home, guest] : [other, guest, home];
        const certain = other.certain || Boolean(one && one.certain);
        const depends = certain ? [] : [...new Set([...(one ? one.depends : []), ...other.depends])];
        answers[less].answer.offered = answers[less].answer.offered.filter((each) => each !== one && each !== other);
        answers[place].answer.offered = answers[place].answer.offered
          .map((each) => (each === kept ? { option: kept.option, certain, depends } : each));
      }
    }
  };

  const optionOf = ({ track, open }, { option, certain, depends }) => ({
    ...track.options[option],
    certainty: certain && !open ? "certain" : "possible",
    depends_on: open ? [...new Set([entry, ...depends])] : depends,
  });
  const options = (answers) => answers.flatMap((one) => one.answer.offered.map((offered) => optionOf(one, offered)));
  const conditions = (answers) => answers.flatMap(({ track, answer }) => answer.offered.map(({ option }) => track.when[option]));

  const gapOf = (group, found, certain, more) => ({
    track: group,
    kind: found[0].kind,
    message: [...new Set(found.flatMap((gap) => gap.messages))].join(" Or: "),
    certainty: certain ? "certain" : "possible",
    depends_on: certain ? [] : [...new Set([...more, ...found.flatMap((gap) => gap.depends)])],
    readings: inOrder(new Set(found.flatMap((gap) => gap.readings))),
    nearest: found.flatMap((gap) => gap.nearest),
  });

  const gaps = (answers, kind) => {
    const found = answers.flatMap(({ track, answer, open }) => answer.gaps.map((gap) => ({ track, gap, open })));
    if (kind) return found.map(({ track, gap }) => gapOf(track.group, [gap], gap.certain, []));
    const types = Object.values(data.entry.types).filter(({ pathway }) => pathway);
    return data.groups.flatMap(({ name }) => {
      const here = found.filter(({ track }) => track.group === name);
      const silent = here.filter(({ gap }) => gap.kind === "silent");
      const sure = silent.filter(({ gap }) => gap.certain);
      // Whatever the type is, some track of that type is certain to be silent.
      const certain = types.every(({ pathway }) => sure.some(({ track, open }) => !open || track.pathway === pathway));
      return [
        ...(silent.length ? [gapOf(name, silent.map(({ gap }) => gap), certain, silent.some(({ open }) => open) ? [entry] : [])] : []),
        ...here.filter(({ gap }) => gap.kind !== "silent")
          .map(({ gap, open }) => gapOf(name, [gap], gap.certain && !open, open ? [entry] : [])),
      ];
    });
  };

  const missing = (answers) => {
    const found = new Set(answers.flatMap(({ answer }) => [...answer.offered, ...answer.gaps].flatMap((one) => one.depends)));
    if (answers.some(({ answer, open }) => open && (answer.offered.length || answer.gaps.length))) found.add(entry);
    return [...facts.keys()].filter((fact) => found.has(fact));
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
    status: "out_of_scope", pathway: null, options: [], gaps: [], either_way: [], missing: [], reads: [], trace: [],
    readings: data.out_of_scope[kind], alternatives: [], note: data.entry.types[kind].note,
  });

  // The answers of a plan's tracks, each from `answered`, and what they offer and leave unsaid together.
  const together = (kind, plan, answered) => {
    const answers = plan.tables.map((name, place) => ({ ...answered(name), open: plan.open[place] }));
    join(answers, plan.guests);
    return { answers, options: options(answers), gaps: gaps(answers, kind) };
  };

  const inScope = (kind, findings) => {
    const plan = data.plans[kind];
    const left = vocabulary.leftOpen(findings);
    const answered = (name) => ({ track: tracks.get(name), answer: answerTo(tracks.get(name), left) });
    const { answers, options: offered, gaps: silences } = together(kind, plan, answered);
    const unknown = missing(answers);
    const whens = conditions(answers);
    return {
      status: unknown.length ? "incomplete" : "complete",
      pathway: kind ? data.entry.types[kind].pathway : null,
      options: offered,
      gaps: silences,
      either_way: eitherWay.applying(findings, offered.map((option, place) => ({ option, when: whens[place] }))),
      missing: unknown,
      reads: plan.reads,
      trace: answers.filter(({ open }) => !open).flatMap(({ track, answer }) => answer.trace.map((one) => step(track, one))),
      readings: inOrder(new Set([...[...offered, ...silences].flatMap((one) => one.readings), ...plan.readings])),
      alternatives: alternatives.changes(kind, findings, { options: offered, gaps: silences }, answered,
        (other, under) => together(kind, other, under)),
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
    const found = kind in data.plans ? inScope(kind, findings) : outOfScope(kind);
    const named = [...found.options, ...found.gaps.flatMap((gap) => gap.nearest)].map((one) => one.statement);
    return {
      status: found.status,
      pathway: found.pathway,
      options: found.options,
      gaps: found.gaps,
      either_way: found.either_way,
      missing: found.missing,
      not_used: notUsed(findings, found.reads),
      trace: found.trace,
      readings: Object.fromEntries(found.readings.map((id) => [id, data.readings[id].text])),
      readings_chosen: {},
      alternatives: found.alternatives,
      advice: data.advice,
      note: found.note,
      statements: Object.fromEntries([...new Set(named)].map((id) => [id, data.statements[id]])),
      case: vocabulary.caseOf(findings),
      source: { ...data.source, review: Object.fromEntries(data.bearing[kind].map((name) => [name, data.reviews[name]])) },
      disclaimer: data.disclaimer,
    };
  };

  // One track's own answer, whatever the type.
  const ofTrack = (pathway, name, findings) => answerTo(tracks.get(`${pathway}.${name}`), vocabulary.leftOpen(findings));

  return { answer, kindOf, ofTrack };
};
