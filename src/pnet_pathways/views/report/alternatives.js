// What each alternative of a reading would change in an answer. Options and gaps under it come from the scenarios that the
// findings leave open; the evaluator puts tracks together as it does without it.
const createAlternatives = (data, vocabulary, words) => {
  const COMPARED = ["certainty", "strength", "optional", "intent", "choice"];
  const { rows } = data.alternatives;

  // A track's answer under an alternative, without what it depends on and what comes nearest.
  const answerTo = (track, places) => {
    const found = places.map((place) => track.cases[track.holds[place]]);
    const unread = { readings: [], depends: [], nearest: [] };
    const silent = found.filter(([, message]) => message !== null).map(([, message]) => message);
    const combined = found.filter(([, , combines]) => combines);
    const gap = (kind, messages, some) => (some.length ? [{ kind, messages, certain: some.length === found.length, ...unread }] : []);
    return {
      offered: track.options.flatMap((_, option) => {
        const held = found.filter(([options]) => options.includes(option)).length;
        return held ? [{ option, certain: held === found.length, depends: [] }] : [];
      }),
      gaps: [
        ...gap("silent", [...new Set(silent)].sort((one, other) => one - other).map((place) => track.messages[place]), silent),
        ...gap("combination", [track.combination], combined),
      ],
    };
  };

  // Entries by their key and, where several have the same, by their order among those.
  const byKey = (entries, keyOf) => {
    const seen = new Map();
    return new Map(entries.map((one) => {
      const key = JSON.stringify(keyOf(one));
      seen.set(key, (seen.get(key) || 0) + 1);
      return [`${key} ${seen.get(key)}`, one];
    }));
  };
  const besides = (some, others) => [...some].filter(([key]) => !others.has(key)).map(([, one]) => one);
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  const place = ({ statement, item, track, treatments }) => ({ statement, item, track, treatments });
  const option = (one) => {
    const { optional, strength, certainty, intent, choice, label } = one;
    return { ...place(one), optional, strength, certainty, intent, choice, label };
  };
  const silence = ({ track, kind, message, certainty }) => ({ track, kind, message, certainty });
  const fields = (was, now) => Object.fromEntries(COMPARED.filter((name) => !same(was[name], now[name]))
    .map((name) => [name, { from: was[name], to: now[name] }]));

  const compared = ({ reading, alternative, text }, was, now) => {
    const [listed, then] = [was, now].map(({ options }) => byKey(options, (one) => [one.statement, one.item, one.treatments]));
    const [gaps, left] = [was, now].map((one) => byKey(one.gaps, ({ track, kind }) => [track, kind]));
    const both = (some, others) => [...some].filter(([key]) => others.has(key)).map(([key, one]) => [one, others.get(key)]);
    const found = {
      options_added: besides(then, listed).map(option),
      options_removed: besides(listed, then).map(option),
      options_changed: both(listed, then).map(([one, other]) => ({ ...place(one), ...fields(one, other) }))
        .filter((one) => COMPARED.some((name) => name in one)),
      gaps_added: besides(left, gaps).map(silence),
      gaps_removed: besides(gaps, left).map(silence),
      gaps_changed: both(gaps, left).filter(([one, other]) => one.certainty !== other.certainty)
        .map(([{ track, kind, certainty }, other]) => ({ track, kind, certainty: { from: certainty, to: other.certainty } })),
    };
    if (!Object.values(found).some((some) => some.length)) return [];
    const said = data.groups.map(({ name }) => [name, words(reading, alternative, found, name)]).filter(([, one]) => one);
    return [{ reading, alternative, text, words: Object.fromEntries(said), ...found }];
  };

  // What each alternative changes in an answer of some type; `answers` are its tracks', and `together` makes one answer of
  // a plan's tracks.
  const changes = (kind, findings, answer, answers, together) => {
    const known = new Map();
    const placesLeft = (track) => {
      if (!known.has(track.rows)) known.set(track.rows, vocabulary.rowsLeft(track.facts, rows[track.rows], findings));
      return known.get(track.rows);
    };
    const bearing = ({ pathways }) => pathways.some((name) => data.bearing[kind].includes(name));
    return data.alternatives.each.filter(bearing).flatMap((one) => {
      const under = (name) => (name in one.tracks
        ? { track: one.tracks[name], answer: answerTo(one.tracks[name], placesLeft(one.tracks[name])) } : answers(name));
      return compared(one, answer, together(one.plans[kind] || data.plans[kind], under));
    });
  };

  return { changes };
};
