// The sentences of an answer: head, gaps, what comes near, what it rests on.
const createWording = (data, vocabulary, { isCovered }) => {
  const [MESSAGES, NEAREST] = [2, 2];
  const OR = " Or: ";
  const entry = data.entry.fact;
  const lowered = (text) => (/[A-Z]/.test(text.charAt(1)) ? text : text.charAt(0).toLowerCase() + text.slice(1));
  const counted = (number, one, many = `${one}s`) => `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;
  const isCertain = ({ certainty }) => certainty === "certain";

  // What contradicts what in the facts' own phrases, and why.
  const contradiction = ({ facts, reasons }, findings) => {
    const said = vocabulary.contradicting(facts.map((fact) => `“${vocabulary.phrase(fact, findings)}”`), reasons);
    return said.slice(0, 1) + said.charAt(1).toUpperCase() + said.slice(2);
  };

  // The first line: the type and how much applies, may apply, and is not said.
  const amount = (answer) => {
    const sure = answer.options.filter(isCertain).length;
    const gaps = answer.gaps.filter(isCertain).length;
    const either = answer.either_way.length;
    const said = [
      ...(sure ? [counted(sure, "option applies", "options apply")] : []),
      ...(either ? [counted(either, "option applies either way", "options apply either way")] : []),
      ...(gaps ? [counted(gaps, "gap")] : []),
    ];
    return [said.join(", "), still(answer)].filter(Boolean).join("; ") || "nothing listed, and no gap";
  };
  const head = (answer, kind) => {
    if (answer.contradictions) return "No answer: the findings contradict each other.";
    const title = kind ? data.entry.types[kind].label : data.entry.unknown;
    return answer.status === "out_of_scope" ? `${title}: out of scope. ${answer.note}` : `${title}: ${amount(answer)}`;
  };
  // What may apply and arise, in a line.
  const still = (answer) => {
    const options = answer.options.filter((one) => !isCovered(answer, one) && !isCertain(one)).length;
    const gaps = answer.gaps.filter((gap) => !isCertain(gap)).length;
    return [options ? `${counted(options, "option")} may still apply` : "", gaps ? `${counted(gaps, "gap")} may still arise` : ""]
      .filter(Boolean).join(", and ");
  };

  const inWords = (findings) => {
    const given = vocabulary.collapse(findings).map(([key]) => vocabulary.phrase(key, findings));
    return given.length ? `Given: ${given.join("; ")}. What is not given is unknown, unless it follows.` : "";
  };
  const questions = (facts, pathway) => vocabulary.keysOf(facts).map((key) => vocabulary.question(key, pathway));
  const depending = (facts) => (facts.length ? `depending on ${enumerated(vocabulary.names(facts))}` : "");
  const APPLIES = { certain: "applies to this patient", either: "applies either way", possible: "may apply" };
  const applying = ({ applies, depends }) => [APPLIES[applies], depending(depends)].filter(Boolean).join(", ");
  const typeWords = (types) => types.map((type) => vocabulary.phrase(entry, { [entry]: type })).join(" or ");
  const ofType = ({ types, count, depends }) =>
    [`if it is ${typeWords(types)}: ${counted(count, "option")}`, depending(depends)].filter(Boolean).join(", ");

  // Gaps
  const gapTitle = (gap) => {
    const kind = gap.kind === "combination" ? " (combination)" : "";
    return isCertain(gap) ? `Gap${kind}` : `Possible gap${kind}, ${depending(gap.depends_on)}`;
  };
  // Which other sections list something, where this one is silent.
  const elsewhere = (answer, gap) => {
    if (gap.kind !== "silent") return "";
    const others = answer.options.filter((one) => data.entry.common.includes(one.pathway) && one.track !== gap.track);
    const sure = others.filter(isCertain);
    const tracks = [...new Set((sure.length ? sure : others).map((one) => one.track))];
    if (!tracks.length) return "";
    const titles = tracks.map((track) => lowered(data.groups.find(({ name }) => name === track).title));
    const [one, may] = [tracks.length === 1, !sure.length];
    const list = `${one ? "Another section" : "Other sections"} ${may ? "may list" : one ? "lists" : "list"}`;
    return `${list} options: ${enumerated(titles)}.`;
  };
  const isLong = (gap, kind) => gap.message.split(OR).length > (kind ? MESSAGES : 1);
  const gapMessage = (answer, gap, kind) => {
    const messages = gap.message.split(OR);
    const name = vocabulary.facts.get(entry).label;
    const said = !isLong(gap, kind) ? gap.message
      : kind ? `${messages.slice(0, MESSAGES).join(OR)} Or in ${counted(messages.length - MESSAGES, "other situation")}.`
        : isCertain(gap) ? `Whatever the ${name}, its section lists nothing specific here.`
          : `The section on the ${name} may list nothing specific here.`;
    return [said, elsewhere(answer, gap)].filter(Boolean).join(" ");
  };

  // What comes near
  const valueOf = (fact, plain) => vocabulary.facts.get(fact).values.find((value) => value.given && value.plain === plain);
  const here = (fact, known) => {
    if (!known.has(fact)) return " (not known yet)";
    const { given, phrase } = vocabulary.valueOf(fact, known.get(fact));
    return given ? ` (here “${phrase}”)` : " (here not applicable)";
  };
  const need = ({ fact, needs }, known) => {
    const { label, boolean } = vocabulary.facts.get(fact);
    const values = needs.filter((one) => one !== null).map((one) => valueOf(fact, one).phrase);
    if (!values.length) return `“${label} not applicable”`;
    return `“${values.join(" or ")}”${boolean && known.has(fact) ? "" : here(fact, known)}`;
  };
  const needed = ({ differs, any_one: anyOne }, known) => {
    const several = differs.length > 1 && !anyOne;
    const needs = differs.map((one) => need(one, known)).join(anyOne ? " or " : " and ");
    return `would apply if the ${several ? "findings" : "finding"} were ${needs}`;
  };
  // Statements that come nearest to a gap: the one or two that matter first, and the ids of the others. First those that
  // another reading brings in, then those of which most is there already; none that differs in unknown facts alone.
  const nearest = (answer, gap, kind, known) => {
    if (!kind) return { first: [], rest: [] };
    const brought = new Set(answer.alternatives.filter((one) => one.gaps_removed.some(({ track }) => track === gap.track))
      .flatMap((one) => one.options_added.map(({ statement }) => statement)));
    const agreeing = ({ statement, differs }) => {
      const read = new Set(data.statement_facts[statement].filter((fact) => known.has(fact)).map(vocabulary.keyOf));
      differs.forEach(({ fact }) => read.delete(vocabulary.keyOf(fact)));
      return read.size;
    };
    const near = gap.nearest.filter(({ differs }) => differs.some(({ fact }) => known.has(fact)));
    const sorted = [...near].sort((one, other) => !brought.has(one.statement) - !brought.has(other.statement)
      || agreeing(other) - agreeing(one));
    const first = sorted.slice(0, NEAREST);
    return { first, rest: near.filter((one) => !first.includes(one)) };
  };

  // While the type is unknown: which readings change a track.
  const readingsChanging = (answer, track) => {
    const readings = [...new Set(answer.alternatives.filter(({ words }) => track in words).map(({ reading }) => reading))];
    return `${enumerated(readings)}, read the other way, ${readings.length === 1 ? "changes" : "change"} what applies here.`;
  };
  // Before anything is known.
  const INVITATION = "Choose what is known; the answer follows at once. What is left unknown is never taken for no.";
  const hanging = ({ alternatives }) => {
    const readings = [...new Set(alternatives.map(({ reading }) => reading))];
    return readings.length ? `How the text is read changes this: ${enumerated(readings)}` : "";
  };
  const inVain = ({ not_used: facts }) =>
    (facts.length ? `Given, but no statement on this type uses it: ${vocabulary.names(facts).join(", ")}` : "");

  // The pathways that bear on an answer and that no review approves, by what the reviews say.
  const notApproved = ({ source }) => {
    const found = Object.keys(source.review).filter((name) => name in data.unapproved);
    const words = [...new Set(found.map((name) => data.unapproved[name]))];
    return words.map((one) => `${found.filter((name) => data.unapproved[name] === one).join(", ")} (${one})`).join("; ");
  };

  return {
    counted, lowered, contradiction, head, still, inWords, questions, applying, ofType, gapTitle, gapMessage, isLong, nearest, needed,
    readingsChanging, hanging, inVain, INVITATION, notApproved,
  };
};
