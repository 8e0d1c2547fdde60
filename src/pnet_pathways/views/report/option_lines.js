// How the options of one track read: what one statement lists in one line, alternatives joined by "or".
const STRENGTH = { usual: "usually", rare: "rarely", may: "may" };

// Names as a sentence lists them; of more than `most` (0: no bound) the first and how many more.
const enumerated = (names, last = "and", most = 0) => {
  const some = most > 0 && most < names.length - 1 ? [...names.slice(0, most), `${names.length - most} more`] : names;
  return [some.slice(0, -1).join(", "), ...some.slice(-1)].filter(Boolean).join(` ${last} `);
};

const createOptionLines = (data) => {
  const LEADS = { ...STRENGTH, may: "may include" };
  const order = new Map(data.reading_order.map((id, place) => [id, place]));
  const sortedReadings = (ids) => [...new Set(ids)].sort((one, other) => order.get(one) - order.get(other));
  const unique = (some) => [...new Set(some)];
  const labels = (keys) => keys.map((key) => data.treatments[key]);
  const optionLabel = (treatments, optional) =>
    labels(treatments).join(" together with ") + labels(optional).map((one) => `, with or without ${one}`).join("");
  const grouped = (some, keyOf) => {
    const found = new Map();
    for (const one of some) found.set(keyOf(one), [...(found.get(keyOf(one)) || []), one]);
    return [...found.values()];
  };
  const same = ({ treatments, optional, strength, intent }) => JSON.stringify([treatments, optional, strength, intent]);

  // An option that is told with what applies either way; one of a type while the type is not known.
  const isCovered = (answer, option) =>
    option.certainty === "possible" && answer.either_way.some((way) => same(way) === same(option));
  const isOfOpenType = (kind, option) => !kind && !data.entry.common.includes(option.pathway);

  // The alternatives of one list entry, or of one choice, in words, without the strength of the first.
  const itemWords = (options) => {
    const [first] = options;
    const together = options.length > 1;
    const intents = unique(options.map((one) => one.intent));
    const each = together && first.optional.length > 0 && unique(options.map((one) => one.optional.join())).length === 1;
    let words = options.map((option, place) => {
      let text = optionLabel(option.treatments, together ? [] : option.optional);
      // In parentheses, so that it is not taken to go with the other alternatives too.
      if (option.optional.length && together && !each) text += ` (with or without ${optionLabel(option.optional, [])})`;
      if (option.intent && (!together || intents.length > 1)) text += ` (${option.intent})`;
      if (!place) return option.choice && together ? `either ${text}` : text;
      return ` or${option.strength === first.strength ? " " : `, ${STRENGTH[option.strength]}, `}${text}`;
    }).join("");
    if (each) words += `, each with or without ${optionLabel(first.optional, [])}`;
    if (together && intents.length === 1 && first.intent) words += ` (${options.length === 2 ? "both" : "all"} ${first.intent})`;
    return words;
  };
  const line = (options) => ({
    words: `${LEADS[options[0].strength]} ${itemWords(options)}`,
    readings: sortedReadings(options.flatMap((one) => one.readings)),
  });

  // What statements give together: lines with the statements that give them and how they apply ("certain", "either",
  // "possible").
  const lists = (options) => grouped(options, (one) => JSON.stringify([one.statement, one.depends_on])).map((some) => ({
    statements: [some[0].statement],
    applies: some[0].certainty,
    depends: some[0].depends_on,
    lines: grouped(some, (one) => one.choice || String(one.item)).map(line),
  }));
  const either = (answer, way) => {
    const options = answer.options.filter((option) => way.statements.includes(option.statement) && isCovered(answer, option));
    const readings = sortedReadings(options.flatMap((option) => option.readings));
    return {
      statements: way.statements,
      applies: "either",
      depends: unique(options.flatMap((option) => option.depends_on)),
      lines: [{ words: `${LEADS[way.strength]} ${way.label}${way.intent ? ` (${way.intent})` : ""}`, readings }],
    };
  };

  // Of a track: what applies, what applies either way, what may apply; options of types that are not known yet are left to
  // `ofTypes`.
  const ofTrack = (answer, kind, track) => {
    const listed = answer.options.filter((option) => option.track === track);
    const possible = listed.filter((option) => option.certainty === "possible"
      && !isCovered(answer, option) && !isOfOpenType(kind, option));
    return [
      ...lists(listed.filter((option) => option.certainty === "certain")),
      ...answer.either_way.filter((way) => way.track === track).map((way) => either(answer, way)),
      ...lists(possible),
    ];
  };
  // While the type is unknown, for each pathway the options that it gives in a track, and what they give together.
  const ofTypes = (answer, kind, track) => grouped(answer.options
    .filter((option) => option.track === track && isOfOpenType(kind, option) && !isCovered(answer, option)), (option) => option.pathway)
    .map((options) => ({
      types: Object.keys(data.entry.types).filter((type) => data.entry.types[type].pathway === options[0].pathway),
      statements: unique(options.map((option) => option.statement)),
      depends: unique(options.flatMap((option) => option.depends_on)).filter((fact) => fact !== data.entry.fact),
      count: options.length,
      lists: lists(options),
    }));

  return { ofTrack, ofTypes, isCovered };
};
