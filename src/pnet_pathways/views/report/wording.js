// Answers in words: of facts and values, options, gaps and the state of the whole.
const createWording = (data, vocabulary) => {
  const short = (fact) => fact.replaceAll("_", " ").replace(".", ": ");
  const plural = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

  // What contradicts what in the facts' own phrases, and why.
  const contradiction = ({ facts, reasons }, findings) =>
    vocabulary.contradicting(facts.map((fact) => vocabulary.phrase(fact, findings)), reasons);

  const summary = (answer, kind) => {
    if (answer.contradictions) return "No answer: the findings contradict each other.";
    const title = kind ? data.entry.types[kind].label : data.entry.unknown;
    if (answer.status === "out_of_scope") return `${title}: out of scope. ${answer.note}`;
    const count = (list, certainty) => list.filter((one) => one.certainty === certainty).length;
    const parts = [
      [count(answer.options, "certain"), "option"], [count(answer.options, "possible"), "possible option"],
      [count(answer.gaps, "certain"), "gap"], [count(answer.gaps, "possible"), "possible gap"],
    ].filter(([number]) => number).map(([number, word]) => plural(number, word));
    const unknown = vocabulary.keysOf(answer.missing).length;
    const open = unknown ? `; ${plural(unknown, "unknown finding")} can still change it` : "";
    return `${title}: ${answer.status}. ${parts.join(", ") || "Nothing is listed"}${open}.`;
  };

  const inWords = (findings) => {
    const given = vocabulary.collapse(findings).map(([key]) => vocabulary.phrase(key, findings));
    return given.length ? `Given: ${given.join("; ")}. What is not given is unknown, unless it follows.` : "";
  };

  const questions = (facts, pathway) => vocabulary.keysOf(facts).map((key) => vocabulary.question(key, pathway));
  const dependence = (facts, pathway) => `possible, depends on: ${questions(facts, pathway).join(" ")}`;
  const STRENGTH = { usual: "usually: ", rare: "rarely: ", may: "may: " };

  const optionWords = (option) => {
    const notes = [option.intent, option.choice && "one of a choice"].filter(Boolean);
    return `${STRENGTH[option.strength]}${option.label}${notes.length ? ` (${notes.join(", ")})` : ""}`;
  };

  const phrase = (fact, plain) => {
    const found = vocabulary.facts.get(fact).values.find((value) => JSON.stringify(value.plain) === JSON.stringify(plain));
    return found ? found.phrase : String(plain);
  };
  const difference = ({ fact, is, needs }) => {
    const wanted = `needs ${needs.map((one) => phrase(fact, one)).join(" or ")}`;
    return is === null ? wanted : `${phrase(fact, is)}, ${wanted}`;
  };

  // The pathways that bear on an answer and that no review approves, by what the reviews say.
  const notApproved = ({ source }) => {
    const found = Object.keys(source.review).filter((name) => name in data.unapproved);
    const words = [...new Set(found.map((name) => data.unapproved[name]))];
    return words.map((one) => `${found.filter((name) => data.unapproved[name] === one).join(", ")} (${one})`).join("; ");
  };

  return { short, contradiction, summary, inWords, questions, dependence, optionWords, difference, notApproved };
};
