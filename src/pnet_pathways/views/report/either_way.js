// Treatments that some statement offers in every completion of a case, although no single statement does.
const createEitherWay = (data, vocabulary) => {
  const same = ({ treatments, optional, strength, intent }) => JSON.stringify([treatments, optional, strength, intent]);
  // Options that are the same but for their statement, where two or more offer them and none is certain to.
  const candidates = (listed) => {
    const found = new Map();
    for (const one of listed) found.set(same(one.option), [...(found.get(same(one.option)) || []), one]);
    return [...found.values()].filter((group) => new Set(group.map(({ option }) => option.statement)).size > 1
      && group.every(({ option }) => option.certainty === "possible"));
  };

  // Of options, each with the condition `when` its statement offers it.
  const applying = (findings, listed) => candidates(listed)
    .filter((group) => vocabulary.covers(group.map(({ when }) => when), findings, data.entry.fact, Object.keys(data.plans)))
    .map((group) => {
      const [{ option: { track, treatments, optional, strength, intent, label } }] = group;
      const statements = [...new Set(group.map(({ option }) => option.statement))];
      return { track, treatments, optional, strength, intent, statements, label };
    });

  return { applying };
};
