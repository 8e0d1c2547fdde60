"use strict";
// The facts of a case and what they must keep, from the vocabulary as data. Findings are a mapping from an atomic fact's
// name to its answer; within this file the value of a fact is a code, its place among the fact's values counted from 1.
const createVocabulary = (data) => {
  const facts = new Map(data.facts.map((fact) => [fact.name, fact]));
  const groups = new Map(data.groups.map((group) => [group.name, group]));
  // What is found once for some findings, which are never changed but replaced, is kept for them.
  const kept = (find) => {
    const found = new WeakMap();
    return (findings) => {
      if (!found.has(findings)) found.set(findings, find(findings));
      return found.get(findings);
    };
  };
  const codeOf = (name, answer) => {
    const fact = facts.get(name);
    return fact ? fact.values.findIndex((value) => value.given && value.answer === answer) + 1 : 0;
  };
  const valueOf = (name, code) => facts.get(name).values[code - 1];
  const answerOf = (name, code) => valueOf(name, code).answer;
  const groupOf = (name) => groups.get(facts.get(name).group);

  // Fields: what the form asks at once, a fact or a whole group.
  const fieldOf = (name) => (facts.has(name) && groupOf(name) ? groupOf(name).name : name);
  const factsOf = (key) => (groups.has(key) ? groups.get(key).facts : [key]);
  const fields = [...new Set(data.facts.map(({ name }) => fieldOf(name)))];
  const keysOf = (names) => [...new Set(names.flatMap(factsOf).map(fieldOf))];
  const question = (key, pathway) => {
    const own = ((data.wording[pathway] || {})[key] || {}).question;
    return own || (groups.get(key) || facts.get(key)).question;
  };
  const help = (key, pathway) => {
    const own = ((data.wording[pathway] || {})[key] || {}).help;
    return own || (groups.get(key) || facts.get(key)).help;
  };

  // The key of a case that holds a fact, and the short names of facts: a group's where several of its members are among them.
  const keyOf = (name) => facts.get(name).group || name;
  const names = (some) => {
    const found = new Map();
    for (const name of some) {
      const key = groups.has(name) ? name : keyOf(name);
      found.set(key, [...(found.get(key) || []), name]);
    }
    const label = (key) => (groups.get(key) || facts.get(key)).label;
    return [...found].map(([key, own]) => (own.length === 1 && own[0] !== key ? `${label(key)}: ${label(own[0])}` : label(key)));
  };

  // The findings that an answer of a fact or group stands for, null where it has no such answer; members in any order.
  const expand = (key, answer) => {
    const group = groups.get(key);
    if (!group) return codeOf(key, answer) ? { [key]: answer } : null;
    const named = answer === group.none.answer ? [] : answer.split(" and ");
    const known = new Set(named).size === named.length && named.every((member) => group.members.includes(member));
    return known ? Object.fromEntries(group.facts.map((name, at) => [name, named.includes(group.members[at]) ? "yes" : "no"])) : null;
  };
  const membersIn = (group, findings) => group.members.filter((member, at) => findings[group.facts[at]] === "yes");
  const isWhole = (group, findings) => group.facts.every((name) => name in findings);
  const groupAnswer = (group, findings) => membersIn(group, findings).join(" and ") || group.none.answer;
  // The answer of a fact or group that some findings give, "" where they do not, or not in full.
  const answerIn = (key, findings) => {
    const group = groups.get(key);
    if (!group) return findings[key] || "";
    return isWhole(group, findings) ? groupAnswer(group, findings) : "";
  };
  // The findings in as few keys as say them, in the order of asking.
  const collapse = (findings) => fields.flatMap((key) => {
    const answer = answerIn(key, findings);
    if (answer) return [[key, answer]];
    return factsOf(key).filter((name) => name in findings).map((name) => [name, findings[name]]);
  });
  const phrase = (key, findings) => {
    const group = groups.get(key);
    if (!group) return valueOf(key, codeOf(key, findings[key])).phrase;
    const names = group.facts.filter((name) => findings[name] === "yes");
    return names.map((name) => phrase(name, findings)).join(" and ") || group.none.phrase;
  };

  // An answer's label, of a group the labels of the members that it names.
  const labelOf = (key, answer) => {
    const group = groups.get(key);
    if (!group) return valueOf(key, codeOf(key, answer)).label;
    const named = group.facts.filter((name, at) => answer.split(" and ").includes(group.members[at]));
    return named.map((name) => facts.get(name).label).join(" and ") || group.none.label;
  };

  const read = (findings) => {
    const known = new Map();
    for (const { name } of data.facts) {
      if (!(name in findings)) continue;
      const code = codeOf(name, findings[name]);
      if (!code) throw new RangeError(`${name} has no answer ${findings[name]}`);
      known.set(name, code);
    }
    for (const name of Object.keys(findings)) if (!known.has(name)) throw new RangeError(`there is no fact ${name}`);
    return known;
  };

  // In three values: true, false, or null while what is unknown decides.
  const holds = (condition, known) => {
    if (condition.fact) return known.has(condition.fact) ? condition.codes.includes(known.get(condition.fact)) : null;
    if (condition.not) {
      const inner = holds(condition.not, known);
      return inner === null ? null : !inner;
    }
    const decides = Boolean(condition.any);
    const parts = (condition.all || condition.any).map((part) => holds(part, known));
    return parts.includes(decides) ? decides : parts.includes(null) ? null : !decides;
  };

  // The consistent rows of linked facts that what is known leaves.
  const left = ({ facts: names, rows }, known) => {
    const given = names.map((name, at) => [at, known.get(name)]).filter(([, code]) => code);
    return rows.filter((row) => given.every(([at, code]) => row[at] === code));
  };
  const without = (known, name) => new Map([...known].filter(([other]) => other !== name));
  const within = (linked, known) => new Map([...known].filter(([name]) => linked.facts.includes(name)));

  // The fewest facts that break a rule, in the order in which the rule names them.
  const needed = (known, rule) => {
    let found = new Map(rule.about.filter((name) => known.has(name)).map((name) => [name, known.get(name)]));
    for (const name of [...found.keys()].reverse()) {
      const fewer = without(found, name);
      if (holds(rule.never, fewer) === true) found = fewer;
    }
    return [...found.keys()];
  };
  const completes = (linked, known, rules) => {
    let rows = [known];
    for (const name of linked.facts) {
      const codes = known.has(name) ? [known.get(name)] : facts.get(name).values.map((_, at) => at + 1);
      rows = rows.flatMap((row) => codes.map((code) => new Map(row).set(name, code)));
      rows = rows.filter((row) => !rules.some((rule) => holds(rule.never, row) === true));
    }
    return rows.length > 0;
  };
  // The reasons of the rules without which known facts could hold together.
  const reasonsOf = (linked, known) => {
    let { rules } = linked;
    for (const rule of linked.rules) {
      const fewer = rules.filter((other) => other !== rule);
      if (!completes(linked, known, fewer)) rules = fewer;
    }
    return [...new Set(rules.map((rule) => rule.because))];
  };
  const contradictionsOf = (linked, known) => {
    const given = within(linked, known);
    if (!given.size || left(linked, given).length) return [];
    const found = new Map();
    const add = (names, reasons) => {
      const key = names.join(" ");
      found.set(key, { names, reasons: [...new Set([...(found.get(key) || { reasons: [] }).reasons, ...reasons])] });
    };
    for (const rule of linked.rules) {
      if (holds(rule.never, given) === true) add(needed(given, rule), [rule.because]);
    }
    if (!found.size) {
      let fewest = given;
      for (const name of given.keys()) {
        const fewer = without(fewest, name);
        if (!left(linked, fewer).length) fewest = fewer;
      }
      add([...fewest.keys()], reasonsOf(linked, fewest));
    }
    return [...found.values()];
  };
  // Why findings cannot hold together: the facts, a whole group as one, and the reasons.
  const contradictions = kept((findings) => {
    const known = read(findings);
    return data.linked.flatMap((linked) => contradictionsOf(linked, known)).map(({ names, reasons }) => {
      const keys = [...new Set(names.map((name) => facts.get(name).group || name))];
      const said = keys.flatMap((key) => {
        const named = names.filter((name) => (facts.get(name).group || name) === key);
        return groups.has(key) && named.length === groups.get(key).facts.length ? [key] : named;
      });
      return { facts: said, reasons };
    });
  });
  // What contradicts what, in `texts` that say each of the facts, and why.
  const contradicting = (texts, reasons) => {
    const others = texts.slice(0, -1);
    const said = [others.join(" and "), ...texts.slice(-1)].filter(Boolean);
    return `${said.join(others.length > 1 ? " contradict " : " contradicts ")}: ${reasons.join("; ")}`;
  };
  const messageOf = ({ facts: said, reasons }, findings) =>
    contradicting(said.map((key) => `${key} ${answerIn(key, findings)}`), reasons);

  // What is known of each fact, with what follows from it; of findings that fit together.
  const known = kept((findings) => {
    const found = read(findings);
    for (const linked of data.linked) {
      const rows = left(linked, found);
      linked.facts.forEach((name, at) => {
        if (rows.length && rows.every((row) => row[at] === rows[0][at])) found.set(name, rows[0][at]);
      });
    }
    return found;
  });

  // The codes that findings leave open of each fact, as a mask; of findings that fit together.
  const leftOpen = kept((findings) => {
    const given = read(findings);
    const bit = (code) => 2 ** code;
    const open = new Map(data.facts.map(({ name, values }) =>
      [name, given.has(name) ? bit(given.get(name)) : values.reduce((sum, _, at) => sum + bit(at + 1), 0)]));
    for (const linked of data.linked) {
      const rows = left(linked, given);
      linked.facts.forEach((name, at) => open.set(name, [...new Set(rows.map((row) => row[at]))].reduce((sum, code) => sum + bit(code), 0)));
    }
    return open;
  });

  // The places of those rows of codes of some facts that findings leave open; of findings that fit together.
  const rowsLeft = (names, rows, findings) => {
    const given = read(findings);
    const valuesOf = (row, places) => places.map((place) => row[place]).join();
    const placesIn = (own, some) => some.map((name) => own.indexOf(name));
    const checks = data.linked.map((linked) => {
      const shared = names.filter((name) => linked.facts.includes(name));
      const within = placesIn(linked.facts, shared);
      const places = placesIn(names, shared);
      const open = new Set(left(linked, given).map((row) => valuesOf(row, within)));
      return (row) => open.has(valuesOf(row, places));
    });
    const fits = (row) => names.every((name, at) => !given.has(name) || row[at] === given.get(name)) && checks.every((one) => one(row));
    return rows.flatMap((row, place) => (fits(row) ? [place] : []));
  };

  const factsIn = (condition) => (condition.fact ? [condition.fact]
    : condition.not ? factsIn(condition.not) : (condition.all || condition.any).flatMap(factsIn));
  const escapes = (conditions, given, codesOf) => {
    const truths = conditions.map((one) => holds(one, given));
    if (truths.includes(true)) return false;
    const open = conditions.filter((_, place) => truths[place] === null);
    if (!open.length) return true;
    const name = factsIn(open[0]).find((one) => !given.has(one));
    return codesOf(name).some((code) => {
      const more = new Map(given).set(name, code);
      const fits = data.linked.every((linked) => !linked.facts.includes(name) || left(linked, more).length);
      return fits && escapes(open, more, codesOf);
    });
  };
  // Whether one of some conditions holds in every completion of findings in which a fact has one of some answers.
  const covers = (conditions, findings, fact, answers) => {
    const codesOf = (name) => facts.get(name).values.map((_, at) => at + 1)
      .filter((code) => name !== fact || answers.includes(answerOf(name, code)));
    return !escapes(conditions, known(findings), codesOf);
  };

  // The findings in the contract's form: members of a group as a list where all are known, else as a mapping.
  const caseOf = (findings) => {
    const found = {};
    const plain = (name) => valueOf(name, codeOf(name, findings[name])).plain;
    for (const key of data.keys) {
      const group = groups.get(key);
      const given = factsOf(key).filter((name) => name in findings);
      if (!given.length) continue;
      if (!group) found[key] = plain(key);
      else if (isWhole(group, findings)) found[key] = membersIn(group, findings);
      else found[key] = Object.fromEntries(given.map((name) => [group.members[group.facts.indexOf(name)], plain(name)]));
    }
    return found;
  };

  return {
    facts, groups, fieldOf, factsOf, keysOf, question, help, codeOf, valueOf, answerOf, expand, answerIn, collapse,
    phrase, labelOf, contradictions, contradicting, messageOf, known, leftOpen, rowsLeft, covers,
    caseOf, names, keyOf,
  };
};
