"""Diagrams of a pathway as DOT text: one or more pages, drawn from the same definition that answers and proofs are made of.

A page shows whole tracks, or a branch of one; what it leads to elsewhere is named with its page. DOT is plain text, the
same for the same definitions, and needs no layout engine; `rendering` turns it into pictures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs
import graphviz

from .case import Case
from .definition import Answer, Leaf, LeafKind, Pathway, Pathways, Question, State, Track
from .diagram_frame import Frame, frame_height
from .diagram_labels import (
    Label,
    always_label,
    answer_label,
    answer_words,
    continues_label,
    leaf_label,
    level_width,
    question_label,
)
from .diagram_pages import PagePlan, Piece, plan
from .diagram_style import PAGE_HEIGHT, PANEL, PANEL_LINE, Kind, Mark, edge_style, node_style
from .diagram_text import bold, label, line, quoted

LEAF_KINDS = {
    LeafKind.OFFER: Kind.OFFER,
    LeafKind.GAP: Kind.GAP,
    LeafKind.DOES_NOT_APPLY: Kind.DOES_NOT_APPLY,
}


@attrs.frozen
class Page:
    """One page as DOT text, with its name (a file's stem), title, and description in plain words."""

    name: str
    title: str
    description: str
    dot: str


@attrs.frozen
class TrackPath:
    """A case's path through a track: the states, the transitions as (question, answer), and the question it stops at."""

    states: frozenset[str]
    transitions: frozenset[tuple[str, str]]
    open: str | None


def track_path(track: Track, case: Case) -> TrackPath:
    """Return the path of a case, as far as what is known leads."""
    states, transitions = [track.start], []
    while isinstance(state := track.states[states[-1]], Question):
        value = case.value(state.fact)
        answer = next((one for one in state.answers if value is not None and value in one.values), None)
        if answer is None:
            return TrackPath(frozenset(states), frozenset(transitions), state.name)
        transitions.append((state.name, answer.name))
        states.append(answer.target)
    return TrackPath(frozenset(states), frozenset(transitions), None)


def mark_of(path: TrackPath | None, state: str) -> Mark:
    """Return how a state stands to a path; without one it is plain."""
    if path is None:
        return Mark.PLAIN
    if path.open == state:
        return Mark.OPEN
    return Mark.VISITED if state in path.states else Mark.FADED


def state_class(track: str, state: str) -> str:
    """Return the SVG class of a state's node: ``state-<track>-<name>``, the track's dot as a hyphen."""
    return f"state-{track.replace('.', '-')}-{state}"


def edge_class(track: str, question: str, answer: str) -> str:
    """Return the SVG class of a transition's parts: ``edge-<track>-<question>-<answer>``, spaces as underscores."""
    return f"edge-{track.replace('.', '-')}-{question}-{answer.replace(' ', '_')}"


def pathway_pages(definition: Pathways, pathway: Pathway, case: Case | None = None, review: str = "") -> tuple[Page, ...]:
    """Return the pages of a pathway; with a case its path is marked and the rest faded. `review` is the review's status."""

    plans = plan(pathway, _Measure(definition, pathway))
    return tuple(_Drawing(definition, pathway, plans, number, case, review).page() for number in range(len(plans)))


def _ways(track: Track, target: str) -> list[tuple[tuple[Question, Answer], ...]]:
    """Return every way from a track's start to a state, as questions with their answers."""
    if target == track.start:
        return [()]
    return [
        (*way, (question, answer))
        for question in track.questions
        for answer in question.answers
        if answer.target == target
        for way in _ways(track, question.name)
    ]


@attrs.frozen
class _Measure:
    """Sizes of a pathway's nodes and frames, known from the text without a layout engine.

    A case changes none of them: its pages are those of the pathway, with room left for its words.
    """

    definition: Pathways
    pathway: Pathway

    def height(self, state: State, leaf_width: float, depth: int) -> float:
        return _state_label(self.definition, self.pathway, state, leaf_width, depth, Mark.OPEN).height

    def level_width(self, question: Question, depth: int) -> float:
        return level_width(self.definition, question, depth)

    def room(self, pieces: Sequence[Piece]) -> float:
        readings = _readings(self.pathway, pieces)
        frame = Frame(self.definition, self.pathway.title, self.pathway, readings)
        return PAGE_HEIGHT - frame_height(frame)


def _readings(pathway: Pathway, pieces: Iterable[Piece]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for piece in pieces:
        for leaf in (state for state in piece.states if isinstance(state, Leaf)):
            found.update(dict.fromkeys(leaf.readings))
            for identifier, number in leaf.offers:
                statement = pathway.statement(identifier)
                found.update(dict.fromkeys(statement.readings))
                found.update(dict.fromkeys(statement.options[number].readings))
    return tuple(sorted(found, key=lambda reading: (len(reading), reading)))


def _state_label(definition: Pathways, pathway: Pathway, state: State, width: float, depth: int, mark: Mark) -> Label:
    if isinstance(state, Question):
        return question_label(definition, state, depth, mark)
    return leaf_label(definition, pathway, state, width, mark)


_LEAST_SPARE = 24.0


class _Drawing:
    """One page being drawn."""

    def __init__(
        self, definition: Pathways, pathway: Pathway, plans: tuple[PagePlan, ...], number: int, case: Case | None, review: str
    ) -> None:
        self.definition = definition
        self.pathway = pathway
        self.plans = plans
        self.number = number
        self.plan = plans[number]
        self.case = case
        self.review = review
        self.name = pathway.name if len(plans) == 1 else f"{pathway.name}-{number + 1}"
        self.said: list[str] = []

    def page(self) -> Page:
        frame = Frame(
            self.definition,
            self.pathway.title,
            self.pathway,
            _readings(self.pathway, self.plan.pieces),
            number=self.number + 1,
            count=len(self.plans),
            case=self.case,
            review=self.review,
            kinds=self._kinds(),
        )
        graph = frame.graph(self.name)
        with graph.subgraph(name="cluster_page") as body:
            frame.footer(body)
            # Graphviz stacks what runs from left to right from the bottom up, so the last is drawn first.
            for piece in reversed(self.plan.pieces):
                self._piece(body, piece)
            self._spacer(body)
        return Page(self.name, frame.full_title, " ".join(self.said), graph.source)

    def _spacer(self, body: graphviz.Digraph) -> None:
        """Take up the width that is left, so that graphs narrower than the page stand at its left edge."""
        if self.plan.spare > _LEAST_SPARE:
            piece = self.plan.pieces[0]
            leaf = next(state.name for state in piece.states if isinstance(state, Leaf))
            body.node("spacer", "", shape="box", style="invis", width=f"{self.plan.spare / 72:.3f}", height="0.01")
            body.edge(self._node(piece.track, leaf), "spacer", style="invis")

    def _kinds(self) -> tuple[Kind, ...]:
        cut = any(piece.cut for piece in self.plan.pieces)
        kinds = (Kind.QUESTION, Kind.ANSWER, Kind.OFFER, Kind.GAP)
        return (*kinds, Kind.CONTINUES, Kind.DOES_NOT_APPLY) if cut else (*kinds, Kind.DOES_NOT_APPLY)

    def _node(self, track: Track, state: str) -> str:
        return f"{track.name}.{state}"

    def _piece(self, graph: graphviz.Digraph, piece: Piece) -> None:
        track = piece.track
        path = None if self.case is None else track_path(track, self.case)
        title = track.title if piece.root == track.start else f"{track.title}: {self._way_to(piece)}"
        self.said.append(f"{title}.")
        with graph.subgraph(name=f"cluster_{track.name}.{piece.root}") as cluster:
            cluster.attr(
                label=label([line(bold(title))]),
                labelloc="t",
                labeljust="l",
                peripheries="1",
                color=PANEL_LINE,
                bgcolor=PANEL,
                style="rounded",
                margin="7",
                tooltip=quoted(title),
                **{"class": f"track track-{track.name.replace('.', '-')}"},
            )
            levels = piece.levels
            for state in piece.states:
                self._state(cluster, track, state, path)
                if isinstance(state, Question):
                    self._answers(cluster, piece, state, levels, path)
            for name in sorted(piece.cut):
                self._continues(cluster, track, name, path)
            if isinstance(track.states[piece.root], Leaf):
                self._always(cluster, track, piece.root, path)

    def _way_to(self, piece: Piece) -> str:
        """Return the answers that lead to a piece's root, in words: the whole way where there is only one."""
        ways = _ways(piece.track, piece.root)
        if len(ways) > 1:
            ways = [way[-1:] for way in ways]
        words = [", ".join(self.definition.words(question.fact, answer.values) for question, answer in way) for way in ways]
        return " or ".join(dict.fromkeys(words))

    def _state(self, graph: graphviz.Digraph, track: Track, state: State, path: TrackPath | None) -> None:
        mark = mark_of(path, state.name)
        text = _state_label(self.definition, self.pathway, state, self.plan.leaf_width, self.plan.depth, mark)
        kind = Kind.QUESTION if isinstance(state, Question) else LEAF_KINDS[state.kind]
        self._add(graph, self._node(track, state.name), text, kind, mark, state_class(track.name, state.name))
        self.said.append(" ".join(text.plain))

    def _add(self, graph: graphviz.Digraph, name: str, text: Label, kind: Kind, mark: Mark, own: str) -> None:
        marked = "" if mark is Mark.PLAIN else f" {mark}"
        graph.node(
            name,
            text.markup,
            id=f"{self.name}-{own}",
            tooltip=quoted(text.tooltip),
            height=f"{text.height / 72:.3f}",
            width=f"{text.width / 72:.3f}",
            **{"class": f"{kind} {own}{marked}"},
            **node_style(kind, mark),
        )

    def _answers(
        self, graph: graphviz.Digraph, piece: Piece, question: Question, levels: dict[str, int], path: TrackPath | None
    ) -> None:
        track, level = piece.track, levels[question.name]
        for answer in reversed(question.answers):
            taken = path is not None and (question.name, answer.name) in path.transitions
            mark = Mark.PLAIN if path is None else Mark.VISITED if taken else Mark.FADED
            own = edge_class(track.name, question.name, answer.name)
            middle = f"{self._node(track, question.name)}={answer.name}"
            self._add(graph, middle, answer_label(self.definition, question, answer), Kind.ANSWER, mark, own)
            target = self._target(piece, answer.target)
            reached = 2 * levels.get(answer.target, self.plan.depth)
            style = {"class": f"{own} {mark}" if path else own, "tooltip": answer_words(self.definition, question, answer)}
            graph.edge(
                self._node(track, question.name),
                middle,
                tailport="e",
                headport="w",
                arrowhead="none",
                **style,
                **edge_style(mark),
            )
            graph.edge(
                middle, target, tailport="e", headport="w", minlen=str(reached - 2 * level - 1), **style, **edge_style(mark)
            )

    def _always(self, graph: graphviz.Digraph, track: Track, leaf: str, path: TrackPath | None) -> None:
        mark = Mark.PLAIN if path is None else Mark.VISITED
        own = edge_class(track.name, leaf, "always")
        start = f"{self._node(track, leaf)}="
        self._add(graph, start, always_label(self.plan.depth), Kind.ANSWER, mark, own)
        style = {"class": own if path is None else f"{own} {mark}", "tooltip": "always", **edge_style(mark)}
        graph.edge(start, self._node(track, leaf), tailport="e", headport="w", minlen=str(2 * self.plan.depth), **style)

    def _target(self, piece: Piece, name: str) -> str:
        return f"{self._node(piece.track, name)}>" if name in piece.cut else self._node(piece.track, name)

    def _continues(self, graph: graphviz.Digraph, track: Track, name: str, path: TrackPath | None) -> None:
        page = next(
            number
            for number, one in enumerate(self.plans, 1)
            for piece in one.pieces
            if piece.track == track and piece.root == name
        )
        question = track.states[name]
        assert isinstance(question, Question)
        where = "Below" if page == self.number + 1 else f"Page {page}"
        text = f"{where}: {self.definition.fact_texts[question.fact].question}"
        mark = Mark.PLAIN if path is None else Mark.VISITED if name in path.states else Mark.FADED
        named = continues_label(text, self.plan.leaf_width)
        self._add(graph, f"{self._node(track, name)}>", named, Kind.CONTINUES, mark, f"continues-{track.name}-{name}")
