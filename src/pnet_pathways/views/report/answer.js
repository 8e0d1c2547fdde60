// The answer as cards, one for each track: first what is certain; what may apply, what hangs on a reading, the basis folded.
const createAnswerView = (data, make, lines, words) => {
  const at = (id) => document.getElementById(id);
  let fresh = new Set();
  const link = (kind, id, title) => make("a", { href: `#${kind}-${id}`, textContent: id, title });
  const toStatement = (id) => link("statement", id, data.statements[id].label);
  const toReading = (id) => link("reading", id, data.readings[id].title);
  const links = (ids) => ids.flatMap((id) => [" ", toReading(id)]);
  const mark = (sign) => make("span", { className: "mark", "aria-hidden": "true", textContent: sign });
  const between = (some, separator) => some.flatMap((one, place) => (place ? [separator, one] : [one]));
  const folded = (summary, ...children) => make("details", {}, make("summary", { textContent: summary }), ...children);

  // What statements give together; readings that all of its lines share stand beside the statements.
  const listItem = (list) => {
    const { statements, applies } = list;
    const shared = list.lines.map((line) => line.readings).reduce((one, other) => one.filter((id) => other.includes(id)));
    const label = statements.length === 1 ? ` ${data.statements[statements[0]].label}` : "";
    const item = ({ words: text, readings }) => make("li", {}, text, ...links(readings.filter((id) => !shared.includes(id))));
    const isNew = applies === "certain" && statements.some((id) => fresh.has(id));
    return make("li", { className: `said ${applies}` }, mark(applies === "possible" ? "?" : "+"),
      make("span", { className: "why" }, ...between(statements.map(toStatement), " or "), label, ...links(shared),
        ...(isNew ? [" ", make("span", { className: "fresh", textContent: "new" })] : [])),
      make("ul", {}, ...list.lines.map(item)),
      make("span", { className: "certainty" }, words.applying(list)));
  };
  const typeItem = (one) => make("li", { className: "type" }, mark("?"),
    make("span", { className: "certainty" }, words.ofType(one)),
    make("span", { className: "why" }, ...between(one.statements.map(toStatement), ", ")),
    folded("Its options", make("ul", {}, ...one.lists.map(listItem))));

  const nearItem = ({ first, rest }, known) => folded("What comes nearest",
    make("ul", { className: "near" }, ...first.map((near) => make("li", {}, toStatement(near.statement), ` ${words.needed(near, known)}`)),
      ...(rest.length ? [make("li", {}, "also near: ", ...between(rest.map((near) => toStatement(near.statement)), ", "))] : [])));
  const gapItem = (answer, gap, kind, known) => {
    const near = words.nearest(answer, gap, kind, known);
    return make("li", { className: "gap" }, mark("!"),
      make("strong", { textContent: `${words.gapTitle(gap)}:` }), ` ${words.gapMessage(answer, gap, kind)}`,
      make("span", { className: "why" }, ...links(gap.readings)),
      ...(near.first.length ? [nearItem(near, known)] : []),
      ...(words.isLong(gap, kind) ? [folded("What is not said, in full", make("span", { className: "in-full", textContent: gap.message }))] : []));
  };

  const otherWay = ({ reading, text, words: said }, group) => make("li", { className: "other-way" }, mark("~"),
    said[group], make("span", { className: "why" }, toReading(reading), ` ${text}`));
  const otherWays = (answer, kind, group) => {
    const told = answer.alternatives.filter((one) => group in one.words);
    if (kind || !told.length) return told.map((one) => otherWay(one, group));
    const each = make("ul", {}, ...told.map((one) => otherWay(one, group)));
    return [make("li", { className: "other-ways" }, mark("~"), words.readingsChanging(answer, group), folded("How", each))];
  };

  const card = (title, items) => make("section", {}, make("h3", { textContent: title }), make("ul", {}, ...items));
  const plain = (text) => make("li", { className: "small", textContent: text });
  // One card for each track that has something of a kind.
  const cards = (itemsOf) => data.groups.flatMap(({ name, title }) => {
    const items = itemsOf(name);
    return items.length ? [card(title, items)] : [];
  });
  const isCertain = ({ certainty }) => certainty === "certain";
  const gapsOf = (answer, kind, known, name, certain) => answer.gaps
    .filter((gap) => gap.track === name && isCertain(gap) === certain).map((gap) => gapItem(answer, gap, kind, known));
  const sure = (answer, kind, known) => cards((name) => [
    ...lines.ofTrack(answer, kind, name).filter(({ applies }) => applies !== "possible").map(listItem),
    ...gapsOf(answer, kind, known, name, true),
  ]);
  const possible = (answer, kind, known) => cards((name) => [
    ...lines.ofTrack(answer, kind, name).filter(({ applies }) => applies === "possible").map(listItem),
    ...lines.ofTypes(answer, kind, name).map(typeItem),
    ...gapsOf(answer, kind, known, name, false),
  ]);
  const basis = (answer) => {
    const advice = answer.status === "out_of_scope" ? [] : answer.advice.map((one) => `For everyone: ${one.text}`);
    const unapproved = words.notApproved(answer);
    return [
      ...[words.inVain(answer), ...advice].filter(Boolean).map(plain),
      ...Object.entries(answer.readings).map(([id, text]) => make("li", { className: "small" }, toReading(id), `: ${text}`)),
      ...(unapproved ? [plain(`Not approved: ${unapproved}`)] : []),
    ];
  };

  // A fold keeps whether it is open; it is there where it holds something.
  const fill = (id, children, summary = "") => {
    at(id).hidden = !children.length;
    at(id).querySelector(".answer").replaceChildren(...children);
    if (summary) at(id).querySelector("summary").textContent = summary;
  };

  // `known` are the findings with what follows from them, `isEmpty` says that none are given; of the statements in `recent`
  // options apply that did not before.
  const show = (answer, kind, known, isEmpty, recent) => {
    fresh = recent;
    at("status").textContent = isEmpty ? words.INVITATION : words.head(answer, kind);
    const isShown = !isEmpty && !answer.contradictions;
    at("answer").replaceChildren(...(isShown ? sure(answer, kind, known) : []));
    fill("may", isShown ? possible(answer, kind, known) : [], isShown ? words.still(answer) : "");
    fill("ways", isShown ? cards((name) => otherWays(answer, kind, name)) : [], isShown ? words.hanging(answer) : "");
    const open = words.questions(answer.missing || [], answer.pathway);
    fill("basis", isShown ? [
      ...(open.length > 1 ? [card("What can still change the answer, next question first", open.map(plain))] : []),
      card("What it rests on", basis(answer))] : []);
  };

  return { show };
};
