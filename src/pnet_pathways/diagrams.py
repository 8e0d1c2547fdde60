"""Diagrams of a pathway as DOT text: one or more pages, drawn from the same definition that answers and proofs are made of.

A page shows whole tracks, or a branch of one; what it leads to elsewhere is named with its page. DOT is plain text, the
same for the same definitions, and needs no layout engine; `rendering` turns it into pictures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

from .case import Case
from .definition import Answer, Leaf, LeafKind, Pathway, Pathways, Question, State, Track
from .diagram_frame import Frame, frame_height
from .diagram_labels import (
    Label,
    always_label,
    answer_label,
    continues_label,
    leaf_label,
    level_width,
    question_label,
)
from .diagram_pages import PagePlan, Piece, plan
from .diagram_paths import TrackPath, mark_of, mark_of_transition, track_path
from .diagram_style import PAGE_HEIGHT, PANEL, PANEL_LINE, Kind, Mark, edge_style, node_style
from .diagram_text import bold, label, line, quoted

if TYPE_CHECKING:
    import graphviz

LEAF_KINDS = {
    LeafKind.OFFER: Kind.OFFER,
    LeafKind.GAP: Kind.GAP,
    LeafKind.DOES_NOT_APPLY: Kind.DOES_NOT_APPLY,
}


@attrs.frozen
class Page:
    """One page as DOT text, with its name (a file's stem), title, description in plain words, and the pieces that it shows."""

    name: str
    title: str
    description: str
    dot: str
    pieces: tuple[Piece, ...] = attrs.field(default=(), eq=False, repr=False)


def state_class(track: str, state: str) -> str:
    """Return the SVG class of a state's node: ``state-<track>-<name>``, the track's dot as a hyphen."""
    return f"state-{track.replace('.', '-')}-{state}"


def edge_class(track: str, question: str, answer: str) -> str:
    """Return the SVG class of a transition's parts: ``edge-<track>-<question>-<answer>``, spaces as underscores."""
    return f"edge-{track.replace('.', '-')}-{question}-{answer.replace(' ', '_')}"


def continues_class(track: str, state: str) -> str:
    """Return the SVG class of the node that stands for a state which another page shows: ``continues-<track>-<name>``."""
    return state_class(track, state).replace("state-", "continues-", 1)


def pathway_pages(definition: Pathways, pathway: Pathway, case: Case | None = None, review: str = "") -> tuple[Page, ...]:
    """Return the pages of a pathway; with a case its path is marked and the rest faded. `review` is the review's status."""
    plans = plan(pathway, _Measure(definition, pathway))
    return tuple(
        _Drawing(definition=definition, pathway=pathway, plans=plans, number=number, case=case, review=review).page()
        for number in range(1, len(plans) + 1)
    )


def _node_name(track: Track, state: str) -> str:
    return f"{track.name}.{state}"


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

    A case changes none of them, so that its pages are those of the pathway.
    """

    definition: Pathways
    pathway: Pathway

    def height(self, state: State, leaf_width: float, depth: int) -> float:
        return _state_label(self.definition, self.pathway, state, width=leaf_width, depth=depth, mark=Mark.PLAIN).height

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


def _state_label(definition: Pathways, pathway: Pathway, state: State, *, width: float, depth: int, mark: Mark) -> Label:
    if isinstance(state, Question):
        return question_label(definition, state, depth, mark)
    return leaf_label(definition, pathway, state, width, mark)


_LEAST_SPARE = 24.0


@attrs.define(kw_only=True)
class _Drawing:
    """One page being drawn; `said` collects what it says, for those who cannot see it."""

    definition: Pathways
    pathway: Pathway
    plans: tuple[PagePlan, ...]
    number: int
    case: Case | None
    review: str
    said: list[str] = attrs.field(factory=list)

    @property
    def plan(self) -> PagePlan:
        return self.plans[self.number - 1]

    @property
    def name(self) -> str:
        return self.pathway.name if len(self.plans) == 1 else f"{self.pathway.name}-{self.number}"

    def page(self) -> Page:
        frame = Frame(
            self.definition,
            self.pathway.title,
            self.pathway,
            _readings(self.pathway, self.plan.pieces),
            number=self.number,
            count=len(self.plans),
            case=self.case,
            review=self.review,
            kinds=self._kinds(),
        )
        graph = frame.graph(self.name)
        with graph.subgraph(name="cluster_page") as body:
            frame.footer(body, self.name)
            # Graphviz stacks what runs from left to right from the bottom up, so the last is drawn first.
            for piece in reversed(self.plan.pieces):
                self.said.insert(0, self._piece(body, piece))
            self._spacer(body)
        return Page(self.name, frame.full_title, " ".join(self.said), graph.source, self.plan.pieces)

    def _spacer(self, body: graphviz.Digraph) -> None:
        """Take up the width that is left, so that graphs narrower than the page stand at its left edge."""
        if self.plan.spare > _LEAST_SPARE:
            piece = self.plan.pieces[0]
            leaf = next(state.name for state in piece.states if isinstance(state, Leaf))
            body.node("spacer", "", shape="box", style="invis", width=f"{self.plan.spare / 72:.3f}", height="0.01")
            body.edge(_node_name(piece.track, leaf), "spacer", style="invis")

    def _kinds(self) -> tuple[Kind, ...]:
        cut = any(piece.cut for piece in self.plan.pieces)
        kinds = (Kind.QUESTION, Kind.ANSWER, Kind.OFFER, Kind.GAP)
        return (*kinds, Kind.CONTINUES, Kind.DOES_NOT_APPLY) if cut else (*kinds, Kind.DOES_NOT_APPLY)

    def _piece(self, graph: graphviz.Digraph, piece: Piece) -> str:
        """Draw a piece and return what it says."""
        track = piece.track
        path = None if self.case is None else track_path(track, self.case).within(piece.root, piece.cut)
        title = track.title if piece.root == track.start else f"{track.title}: {self._way_to(piece)}"
        said = [f"{title}."]
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
                id=f"{self.name}-{state_class(track.name, piece.root).replace('state-', 'track-', 1)}",
                tooltip=quoted(title),
                **{"class": f"track track-{track.name.replace('.', '-')}"},
            )
            for state in piece.states:
                said.append(self._state(cluster, track, state, path))
                if isinstance(state, Question):
                    self._answers(cluster, piece, state, path)
            for question in track.questions:
                if question.name in piece.cut:
                    self._continues(cluster, track, question, path)
            if isinstance(track.states[piece.root], Leaf):
                self._always(cluster, track, piece.root, path)
        return " ".join(said)

    def _way_to(self, piece: Piece) -> str:
        """Return the answers that lead to a piece's root, in words: the whole way where there is only one."""
        ways = _ways(piece.track, piece.root)
        if len(ways) > 1:
            ways = [way[-1:] for way in ways]
        words = [", ".join(self.definition.words(question.fact, answer.values) for question, answer in way) for way in ways]
        return " or ".join(dict.fromkeys(words))

    def _state(self, graph: graphviz.Digraph, track: Track, state: State, path: TrackPath | None) -> str:
        """Draw a state and return what it says."""
        mark = mark_of(path, state.name)
        text = _state_label(self.definition, self.pathway, state, width=self.plan.leaf_width, depth=self.plan.depth, mark=mark)
        kind = Kind.QUESTION if isinstance(state, Question) else LEAF_KINDS[state.kind]
        self._add(graph, _node_name(track, state.name), text, kind=kind, mark=mark, own=state_class(track.name, state.name))
        return " ".join(part if part.endswith((".", "?")) else f"{part}." for part in text.plain)

    def _add(self, graph: graphviz.Digraph, name: str, text: Label, *, kind: Kind, mark: Mark, own: str) -> None:
        graph.node(
            name,
            text.markup,
            id=f"{self.name}-{own}",
            tooltip=quoted(text.tooltip),
            height=f"{text.height / 72:.3f}",
            width=f"{text.width / 72:.3f}",
            **{"class": f"{kind} {_with_mark(own, mark)}"},
            **node_style(kind, mark),
        )

    def _answers(self, graph: graphviz.Digraph, piece: Piece, question: Question, path: TrackPath | None) -> None:
        track, levels = piece.track, piece.levels
        for answer in reversed(question.answers):
            mark = mark_of_transition(path, question.name, answer.name)
            own = edge_class(track.name, question.name, answer.name)
            text = answer_label(self.definition, question, answer)
            middle = f"{_node_name(track, question.name)}={answer.name}"
            self._add(graph, middle, text, kind=Kind.ANSWER, mark=mark, own=own)
            reached = 2 * levels.get(answer.target, self.plan.depth)
            style = {
                "class": _with_mark(own, mark),
                "tooltip": quoted(text.tooltip),
                "tailport": "e",
                "headport": "w",
                **edge_style(mark),
            }
            graph.edge(_node_name(track, question.name), middle, arrowhead="none", **style)
            graph.edge(middle, _target(piece, answer.target), minlen=str(reached - 2 * levels[question.name] - 1), **style)

    def _always(self, graph: graphviz.Digraph, track: Track, leaf: str, path: TrackPath | None) -> None:
        mark = mark_of(path, leaf)
        own = edge_class(track.name, leaf, "always")
        start = f"{_node_name(track, leaf)}="
        self._add(graph, start, always_label(self.plan.depth), kind=Kind.ANSWER, mark=mark, own=own)
        style = {"class": _with_mark(own, mark), "tooltip": "always", "tailport": "e", "headport": "w", **edge_style(mark)}
        graph.edge(start, _node_name(track, leaf), minlen=str(2 * self.plan.depth), **style)

    def _continues(self, graph: graphviz.Digraph, track: Track, question: Question, path: TrackPath | None) -> None:
        page = next(
            number
            for number, one in enumerate(self.plans, 1)
            for piece in one.pieces
            if piece.track is track and piece.root == question.name
        )
        where = "Below" if page == self.number else f"Page {page}"
        text = continues_label(f"{where}: {self.definition.fact_texts[question.fact].question}", self.plan.leaf_width)
        own = continues_class(track.name, question.name)
        name = f"{_node_name(track, question.name)}>"
        self._add(graph, name, text, kind=Kind.CONTINUES, mark=mark_of(path, question.name), own=own)


def _target(piece: Piece, name: str) -> str:
    return f"{_node_name(piece.track, name)}>" if name in piece.cut else _node_name(piece.track, name)


def _with_mark(own: str, mark: Mark) -> str:
    return own if mark is Mark.PLAIN else f"{own} {mark}"
