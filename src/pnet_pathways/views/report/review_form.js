// The answers of a review: kept by the browser, held against what an export needs, written as one file and read back.
// Nothing here touches the page.

// SHA-256 as 64 hexadecimal digits. The browser's own is there only for some addresses, and answers later.
const sha256 = (text) => {
  const primes = [];
  for (let one = 2; primes.length < 64; one += 1) if (primes.every((prime) => one % prime)) primes.push(one);
  const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  const state = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const rounds = primes.map((prime) => fraction(Math.cbrt(prime)));
  const bytes = new TextEncoder().encode(text);
  const whole = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setUint32(whole.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(whole.length - 4, (bytes.length * 8) >>> 0);
  const turned = (word, by) => (word >>> by) | (word << (32 - by));
  const words = new Int32Array(64);
  for (let start = 0; start < whole.length; start += 64) {
    for (let place = 0; place < 64; place += 1) {
      if (place < 16) words[place] = view.getInt32(start + 4 * place);
      else {
        const [early, late] = [words[place - 15], words[place - 2]];
        const first = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
        const second = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
        words[place] = words[place - 16] + first + words[place - 7] + second;
      }
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let place = 0; place < 64; place += 1) {
      const choice = (e & f) ^ (~e & g);
      const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + choice + rounds[place] + words[place]) | 0;
      const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
    }
    [a, b, c, d, e, f, g, h].forEach((word, place) => { state[place] = (state[place] + word) | 0; });
  }
  return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
};

// JSON text with sorted keys and no spaces: what the digest is taken of.
const canonicalJson = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`).join(",")}}`;
};

const createReviewForm = ({ definitions, pathways, readings }) => {
  const FORMAT = { review: "pnet_pathways review form 1", draft: "pnet_pathways review draft 1" };
  const VERDICTS = ["agree", "change", "unsure"];
  const DECISIONS = ["approve", "approve_with_changes", "do_not_approve"];
  const KEPT_AS = `pnet_pathways review ${definitions.hash}`;
  const READING = "reading:";

  // Every item has a key of its own, since pathways have gaps of the same name.
  const keyOf = (pathway, id) => (pathway ? `${pathway}:${id}` : READING + id);
  const items = [
    ...readings.map((id) => ({ key: keyOf("", id), id, kind: "reading", pathway: null, readings: [id] })),
    ...pathways.flatMap(({ name, items: own }) => own.map((one) => ({ ...one, key: keyOf(name, one.id), pathway: name }))),
  ];
  const byKey = new Map(items.map((item) => [item.key, item]));
  const ofPathway = (name) => items.filter((item) => item.pathway === name);
  const ofKind = (kind) => items.filter((item) => item.kind === kind);
  const readingsOf = (name) => pathways.find((one) => one.name === name).readings.map((id) => byKey.get(keyOf("", id)));

  // What records refuse is left out: signs that a terminal would obey or that turn the order of text, and halves of characters.
  const tidy = (text) => text.replace(/\r\n?/g, "\n").replace(/[\u202a-\u202e\u2066-\u2069]|(?![\n\t])[\p{Cc}\p{Cs}]/gu, "").trim();
  const isoDate = (day) => [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  const today = () => isoDate(new Date());
  const empty = () => ({ answers: {}, decisions: {}, reviewer: { name: "", role: "", date: "" } });
  let state = empty();
  const answerTo = (key) => state.answers[key] || { verdict: "", comment: "" };
  const isDecided = (item) => Boolean(answerTo(item.key).verdict);
  const isToChange = (item) => answerTo(item.key).verdict === "change";
  const decided = (some) => some.filter(isDecided).length;

  // What the browser keeps. A page that may keep nothing works on, and says so.
  const keep = () => {
    try {
      localStorage.setItem(KEPT_AS, JSON.stringify(state));
      return true;
    } catch {
      return false;
    }
  };
  const recall = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(KEPT_AS));
      if (kept && kept.answers && kept.decisions && kept.reviewer) state = kept;
      return true;
    } catch {
      return false;
    }
  };

  const answer = (key, changed) => {
    const one = { ...answerTo(key), ...changed };
    if (one.verdict || one.comment) state.answers[key] = one;
    else delete state.answers[key];
    return keep();
  };
  const decide = (name, decision) => {
    if (decision) state.decisions[name] = decision;
    else delete state.decisions[name];
    return keep();
  };
  const sign = (field, value) => {
    state.reviewer[field] = value;
    return keep();
  };

  // What a decision on a pathway lacks, each with the first item to go to.
  const lacking = (name) => {
    const { title } = pathways.find((one) => one.name === name);
    const found = [];
    const own = ofPathway(name);
    const open = own.filter((item) => !isDecided(item));
    if (open.length) found.push({ text: `${title}: ${open.length} of ${own.length} statements and gaps are undecided`, key: open[0].key });
    const unread = readingsOf(name).filter((item) => !isDecided(item));
    if (unread.length) found.push({ text: `${title} rests on readings that are undecided: ${unread.map(({ id }) => id).join(", ")}`, key: unread[0].key });
    return found;
  };
  const withoutComment = (some) => some.filter((item) => isToChange(item) && !tidy(answerTo(item.key).comment));
  // What keeps a pathway from being approved as it is.
  const objections = (name) => [...ofPathway(name), ...readingsOf(name)].filter(isToChange);

  const problems = () => {
    const names = pathways.map(({ name }) => name).filter((name) => state.decisions[name]);
    const found = names.length ? [] : [{ text: "No pathway has a decision" }];
    found.push(...names.flatMap(lacking));
    const bare = new Set(names.flatMap((name) => withoutComment([...ofPathway(name), ...readingsOf(name)])));
    found.push(...[...bare].map(({ id, key }) => ({ text: `${id}: “change” needs a comment that says what should change`, key })));
    for (const name of names.filter((one) => state.decisions[one] === "approve")) {
      const [first, ...more] = objections(name);
      const { title } = pathways.find((one) => one.name === name);
      if (first) found.push({ text: `${title} cannot be approved as it is while ${[first, ...more].map(({ id }) => id).join(", ")} should change; it can be approved with changes`, key: first.key });
    }
    for (const field of ["name", "role", "date"]) {
      if (!tidy(state.reviewer[field])) found.push({ text: `The reviewer’s ${field} is missing`, field });
    }
    if (state.reviewer.date > today()) found.push({ text: `The date, ${state.reviewer.date}, has not come yet`, field: "date" });
    return found;
  };

  const said = ({ key }) => {
    const { verdict, comment } = answerTo(key);
    return { verdict, comment: tidy(comment) };
  };
  const collected = (format, names, isIn) => {
    const answers = (some) => Object.fromEntries(some.filter(isIn).map((item) => [item.id, said(item)]));
    const rested = format === FORMAT.draft ? ofKind("reading") : ofKind("reading").filter((item) => names.some((name) => readingsOf(name).includes(item)));
    const { name, role, date } = state.reviewer;
    const form = {
      format,
      definitions: { version: definitions.version, hash: definitions.hash },
      reviewer: { name: tidy(name), role: tidy(role), date },
      pathways: Object.fromEntries(names.map((one) => [one, { decision: state.decisions[one] || "", items: answers(ofPathway(one)) }])),
      readings: answers(rested),
    };
    return { ...form, digest: sha256(canonicalJson(form)) };
  };
  const asText = (form) => `${JSON.stringify(form, null, 2)}\n`;
  const exported = () => asText(collected(FORMAT.review, pathways.map(({ name }) => name).filter((name) => state.decisions[name]), () => true));
  // A draft holds what there is; only this page reads it.
  const draft = () => asText(collected(FORMAT.draft, pathways.map(({ name }) => name), (item) => item.key in state.answers));

  // Take a file's answers in; what it says nothing of stays. Returns how many answers there were, or what is wrong.
  const imported = (text) => {
    let form;
    try {
      form = JSON.parse(text);
    } catch {
      return { problem: "This is no JSON, and so no review that this page has exported." };
    }
    if (form === null || !Object.values(FORMAT).includes(form.format)) {
      return { problem: `This is no review that this page has exported: its “format” is not “${FORMAT.review}”.` };
    }
    const { digest, ...rest } = form;
    if (digest !== sha256(canonicalJson(rest))) {
      return { problem: "The file was changed after it was exported: its digest does not fit what it holds. Export it again." };
    }
    if (rest.definitions?.hash !== definitions.hash) {
      return { problem: `The file is a review of other definitions (hash ${String(rest.definitions?.hash).slice(0, 12)}); this page holds ${definitions.hash.slice(0, 12)}.` };
    }
    const given = [
      ...Object.entries(rest.readings || {}).map(([id, one]) => [keyOf("", id), one]),
      ...Object.entries(rest.pathways || {}).flatMap(([name, one]) => Object.entries(one.items || {}).map(([id, own]) => [keyOf(name, id), own])),
    ];
    const isAnswer = ([key, one]) => byKey.has(key) && ["", ...VERDICTS].includes(one?.verdict) && typeof one.comment === "string";
    const decisions = Object.entries(rest.pathways || {}).map(([name, { decision }]) => [name, decision]);
    const isDecision = ([name, one]) => pathways.some((own) => own.name === name) && ["", ...DECISIONS].includes(one);
    const strange = [...given.filter((one) => !isAnswer(one)), ...decisions.filter((one) => !isDecision(one))];
    if (strange.length) return { problem: `The file says what this page does not know: ${strange.map(([key]) => key).join(", ")}.` };
    for (const [key, { verdict, comment }] of given) answer(key, { verdict, comment });
    for (const [name, one] of decisions) if (one) decide(name, one);
    for (const field of Object.keys(state.reviewer)) if (typeof rest.reviewer?.[field] === "string" && rest.reviewer[field]) sign(field, rest.reviewer[field]);
    return { count: given.filter(([, { verdict }]) => verdict).length };
  };
  const clear = () => {
    state = empty();
    return keep();
  };

  return {
    items, byKey, keyOf, ofPathway, ofKind, readingsOf, answerTo, isDecided, isToChange, decided, answer, decide, sign, lacking,
    objections, problems, exported, draft, imported, clear, recall, keep, keptAs: KEPT_AS, today,
    decision: (name) => state.decisions[name] || "", reviewer: () => state.reviewer,
  };
};
