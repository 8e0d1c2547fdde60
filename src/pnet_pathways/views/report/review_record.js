// The answers of a review as a record on paper: what is to be changed or doubted in full, what is agreed by its code.
const createReviewRecord = (form, data, { make, shortOf, labelOf, decided }) => {
  const DOING = { agree: "Agreed", change: "To be changed", unsure: "Unsure", "": "Not answered" };
  const saidOf = (item) => form.answerTo(item.key);
  const isTold = (item) => ["change", "unsure"].includes(saidOf(item).verdict) || Boolean(saidOf(item).comment.trim());
  const lineOf = (item) => make("div", {},
    make("dt", { textContent: `${DOING[saidOf(item).verdict]}: ${shortOf(item)}${item.kind === "gap" ? "" : `, ${labelOf(item)}`}` }),
    make("dd", { textContent: saidOf(item).comment }));
  const sectionOf = (title, some) => {
    const told = some.filter(isTold);
    const rest = ["agree", ""].map((verdict) => [DOING[verdict], some.filter((item) => !isTold(item) && saidOf(item).verdict === verdict)]);
    return make("section", {}, make("h3", { textContent: title }),
      ...(told.length ? [make("dl", {}, ...told.map(lineOf))] : []),
      ...rest.filter(([, own]) => own.length).map(([words, own]) => make("p", { textContent: `${words}: ${own.map(shortOf).join("; ")}.` })));
  };
  return () => {
    const { name, role, date } = form.reviewer();
    const by = name.trim() ? `By ${[name, role, date].filter(Boolean).join(", ")}.` : "The reviewer is not named.";
    const { version, hash } = data.definitions;
    return [
      make("h2", { textContent: "Answers of the review" }),
      make("p", { textContent: `${by} ${form.decided(form.items)} of ${form.items.length} answered. Definitions ${version}, hash ${hash}.` }),
      sectionOf("Readings", form.ofKind("reading")),
      ...data.pathways.map(({ name: own, title }) => sectionOf(`${title}: ${decided[form.decision(own)] || "no decision"}`, form.ofPathway(own))),
      make("p", { className: "signature", textContent: "Date ____________________   Signature ______________________________" }),
    ];
  };
};
