// What a finding changed in the answer, in a sentence that is read out and shown.
const createChanges = (counted) => {
  const keyOf = ({ statement, item, treatments, optional }) => JSON.stringify([statement, item, treatments, optional]);
  const isCertain = ({ certainty }) => certainty === "certain";
  const listed = ({ options = [] }) => new Set(options.map(keyOf));
  const applying = ({ options = [] }) => new Set(options.filter(isCertain).map(keyOf));
  const gaps = ({ gaps: some = [] }) => new Set(some.filter(isCertain).map(({ track, kind }) => `${track} ${kind}`));
  const added = (before, after) => [...after].filter((one) => !before.has(one)).length;

  const between = (before, after) => {
    if (before.contradictions || after.contradictions) return "";
    const [was, is] = [listed(before), listed(after)];
    const [sure, now] = [applying(before), applying(after)];
    const [applied, gone, opened] = [added(sure, now), added(is, was), added(was, is)];
    const unsure = [...sure].filter((one) => is.has(one) && !now.has(one)).length;
    const [silent, said] = [added(gaps(before), gaps(after)), added(gaps(after), gaps(before))];
    const maybe = [...is].filter((one) => !was.has(one) && !now.has(one)).length;
    const parts = [
      applied ? counted(applied, "option now applies", "options now apply") : "",
      silent ? counted(silent, "new gap") : "",
      gone ? counted(gone, "option no longer applies", "options no longer apply") : "",
      said ? counted(said, "gap less", "gaps less") : "",
      unsure ? counted(unsure, "option is no longer certain", "options are no longer certain") : "",
      opened && maybe ? counted(maybe, "more option may apply", "more options may apply") : "",
    ].filter(Boolean);
    return parts.length ? `${parts.join(", ")}.` : "Nothing changed in the answer.";
  };
  // The statements of which an option applies that did not before.
  const fresh = (before, after) => {
    const sure = applying(before);
    return new Set((after.options || []).filter((one) => isCertain(one) && !sure.has(keyOf(one))).map(({ statement }) => statement));
  };

  return { between, fresh };
};
