// How the parts of a diagram stand to a case: "visited", "open" (the question that the path stands at) or "faded" (off the
// path), by the parts' classes, as the library draws it. A part without a mark stays as it is.
const createLighting = (data) => {
  const tracks = new Map(data.tracks.map((track) => [`${track.pathway}.${track.name}`, track]));
  const trackOf = (step) => tracks.get(`${step.pathway}.${step.track}`);

  // What a piece shows of a path: from its first state on, up to a state that another piece shows.
  const within = (path, { states, cut }) => {
    const from = path.findIndex((step) => step.state === states[0]);
    if (from < 0) return [];
    const end = path.findIndex((step, place) => place >= from && cut.includes(step.state));
    return path.slice(from, end < 0 ? path.length : end + 1);
  };

  const markPiece = (marks, track, piece, path) => {
    const shown = new Map(within(path, piece).map((step) => [step.state, step]));
    for (const name of piece.states) {
      const step = shown.get(name);
      const state = track.marks[name];
      const answered = step && (step.leaf || step.answer !== null);
      marks.set(state.class, answered ? "visited" : step ? "open" : "faded");
      for (const way of state.answers) {
        const taken = step && (step.leaf || way.name === step.answer || way.values.includes(step.answer));
        marks.set(way.class, taken ? "visited" : "faded");
      }
    }
    for (const name of piece.cut) marks.set(track.marks[name].continues, shown.has(name) ? "visited" : "faded");
  };

  // The pages of states that bear on a type, its own first.
  const pagesOf = (kind) => {
    const own = kind ? data.entry.types[kind].pathway : null;
    const common = kind && !own ? [] : data.entry.common;
    return [...(own ? [own] : []), ...common]
      .flatMap((name) => data.pages.filter((page) => page.diagram === name && !page.rows.length));
  };

  // The marks on a page for an answer's trace.
  const marksOn = (page, trace) => {
    const marks = new Map();
    for (const piece of page.pieces) {
      const path = trace.filter((step) => step.pathway === page.diagram && step.track === piece.track);
      markPiece(marks, tracks.get(`${page.diagram}.${piece.track}`), piece, path);
    }
    return marks;
  };

  // The answers of a page that stand for one value, which can be chosen: their class, what is asked, and the answer.
  const choicesOn = (page) => page.pieces.flatMap((piece) => {
    const { marks } = tracks.get(`${page.diagram}.${piece.track}`);
    return piece.states.flatMap((name) => marks[name].answers
      .filter((way) => way.values.length === 1)
      .map((way) => ({ name: way.class, asks: marks[name].asks, answer: way.values[0] })));
  });

  // The page on which a step's state is drawn with its place on the path.
  const pageOf = (pages, step, trace) => pages.find((page) => page.diagram === step.pathway && page.pieces.some((piece) => {
    const path = trace.filter((one) => one.pathway === step.pathway && one.track === piece.track);
    return piece.track === step.track && piece.states.includes(step.state)
      && within(path, piece).some((one) => one.state === step.state);
  }));

  // What a page shows of the paths: each track's title with its steps, those without one left out.
  const stepsOn = (page, trace) => page.pieces
    .map((piece) => {
      const path = trace.filter((step) => step.pathway === page.diagram && step.track === piece.track);
      return { title: tracks.get(`${page.diagram}.${piece.track}`).title, steps: within(path, piece) };
    })
    .filter(({ steps }) => steps.length);

  return { pagesOf, marksOn, stepsOn, choicesOn, pageOf };
};
