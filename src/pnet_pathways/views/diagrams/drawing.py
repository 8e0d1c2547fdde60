"""Diagrams of a pathway as DOT text: one or more pages, drawn from the same definition that answers and proofs are made of.

A page shows whole tracks, or a branch of one; what it leads to elsewhere is named with its page. DOT is plain text, the
same for the same definitions, and needs no layout engine; `rendering` turns it into pictures.
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import attrs

from ...model.case import Case
from ...model.pathway import Definitions, Leaf, Pathway, Question, State, Track
from ...model.scenario_rows import LeafKind
from ...model.text import NO_PASSAGES, Passages
from .case_words import path_in_words, sentences
from .frame import Frame, add_band, empty_page
from .labels import (
    NO_MARKS,
    Label,
    always_label,
    answer_label,
    continues_label,
    continues_words,
    leaf_label,
    mark_words,
    noted,
    question_label,
)
from .marks import (
    MarkedPath,
    TrackFlow,
    TrackMarks,
    mark_of,
    mark_of_transition,
    track_path,
)
from .plan import (
    Columns,
    PagePlan,
    Piece,
    leaf_remark,
    page_name,
    pages_of,
    piece_title,
    readings_on,
    state_frame,
    title_lines,
)
from .style import (
    KIND_WORDS,
    MARK_WORDS,
    TEXT,
    Mark,
    NodeKind,
    colors_of_mark,
    edge_style,
    flow_line,
    node_style,
)
from .text import (
    bold,
    line,
    quoted,
    styled,
)

if TYPE_CHECKING:
    import graphviz

    from .page_rows import PageRow

LEAF_KINDS = {
    LeafKind.OFFER: NodeKind.OFFER,
    LeafKind.GAP: NodeKind.GAP,
    LeafKind.DOES_NOT_APPLY: NodeKind.DOES_NOT_APPLY,
}


def kind_of(state: State) -> NodeKind:
    """Return what kind of node draws a state; options with the gap of a combination have a kind of their own."""
    if isinstance(state, Question):
        return NodeKind.QUESTION
    return NodeKind.COMBINATION if state.combination and state.kind is LeafKind.OFFER else LEAF_KINDS[state.kind]


@attrs.frozen
class Page:
    """One page as DOT text, with its name (a file's stem), title and description in plain words.

    It shows `pieces` of graphs, or `rows`, whose cells have the SVG class ``row-1`` and so on. A page that is not `touched`
    shows nothing that may concern its case.
    """

    name: str
    title: str
    description: str
    dot: str
    pieces: tuple[Piece, ...] = attrs.field(default=(), eq=False, repr=False)
    touched: bool = attrs.field(default=True, eq=False, repr=False)
    rows: tuple[PageRow, ...] = attrs.field(default=(), eq=False, repr=False)


def state_class(track: str, state: str) -> str:
    """Return the SVG class of a state's node: ``state-<track>-<name>``, the track's dot as a hyphen."""
    return f"state-{track.replace('.', '-')}-{state}"


def edge_class(track: str, question: str, answer: str) -> str:
    """Return the SVG class of a transition's parts: ``edge-<track>-<question>-<answer>``, spaces as underscores."""
    return f"edge-{track.replace('.', '-')}-{question}-{answer.replace(' ', '_')}"


def continues_class(track: str, state: str) -> str:
    """Return the SVG class of the node that stands for a state which another page shows: ``continues-<track>-<name>``."""
    return state_class(track, state).replace("state-", "continues-", 1)


def with_mark(own: str, mark: Mark) -> str:
    """Return an SVG class with that of its mark behind it, where there is one."""
    return own if mark is Mark.PLAIN else f"{own} {mark}"


def add_node(
    graph: graphviz.Digraph, name: str, text: Label, *, kind: NodeKind, identifier: str, own: str, mark: Mark = Mark.PLAIN
) -> None:
    """Add a node; `identifier` is its SVG id, and `own` its class beside those of kind and mark."""
    graph.node(
        name,
        text.markup,
        id=identifier,
        tooltip=quoted(text.tooltip).replace("\\", "\\\\"),  # of nodes, and only of these, Graphviz reads it twice
        height=f"{text.height / 72:.3f}",
        width=f"{text.width / 72:.3f}",
        **{"class": f"{kind} {with_mark(own, mark)}"},
        **node_style(kind, mark),
    )


def pathway_pages(
    definitions: Definitions,
    pathway: Pathway,
    case: Case | None = None,
    passages: Passages = NO_PASSAGES,
) -> tuple[Page, ...]:
    """Return the pages of a pathway's states; with a case its path is marked and the rest faded.

    `passages` stand in the tooltips of the leaves that offer their statements.
    """
    plans = pages_of(definitions, pathway)
    frame = state_frame(definitions, pathway, count=len(plans), case=case)
    marks = None if case is None else functools.partial(track_path, case=case)
    drawings = (_Drawing(frame, pathway, plans, number, marks, passages) for number in range(1, len(plans) + 1))
    return tuple(drawing.page() for drawing in drawings)


def compared_pages(
    definitions: Definitions, pathway: Pathway, marks: Mapping[str, TrackMarks], reworded: frozenset[str], side: str
) -> tuple[Page, ...]:
    """Return the pages of a pathway as one side of a comparison, without legend, disclaimer and line for the review.

    `marks` are those of each track by its name, `reworded` the readings whose words differ; `side` heads the pages and
    begins their names.
    """
    plans = pages_of(definitions, pathway)
    frame = attrs.evolve(state_frame(definitions, pathway, count=len(plans)), side=side, reworded=reworded)
    drawings = (_Drawing(frame, pathway, plans, number, lambda track: marks[track.name]) for number in range(1, len(plans) + 1))
    return tuple(drawing.page() for drawing in drawings)


def flow_pages(
    definitions: Definitions, pathway: Pathway, flows: Mapping[str, TrackFlow], title: str, remark: str
) -> tuple[Page, ...]:
    """Return the pages of a pathway's states with how many take each way; `flows` are those of each track by its name.

    `remark` stands at the foot. Pages are planned without what is written at their parts, so they can be higher than others.
    """
    plans = pages_of(definitions, pathway)
    frame = attrs.evolve(state_frame(definitions, pathway, count=len(plans)), title=title, remarks=(remark,))
    drawings = (_Drawing(frame, pathway, plans, number, None, flows=flows) for number in range(1, len(plans) + 1))
    return tuple(drawing.page() for drawing in drawings)


def _node_name(track: Track, state: str) -> str:
    return f"{track.name}.{state}"


@attrs.define
class _Drawing:
    """One page being drawn; `said` collects what it says, for those who cannot see it."""

    base: Frame
    pathway: Pathway
    plans: tuple[PagePlan, ...]
    number: int
    marks: Callable[[Track], TrackMarks] | None
    passages: Passages = NO_PASSAGES
    flows: Mapping[str, TrackFlow] = attrs.field(factory=dict)
    said: list[str] = attrs.field(factory=list)

    @property
    def definitions(self) -> Definitions:
        return self.base.definitions

    @property
    def plan(self) -> PagePlan:
        return self.plans[self.number - 1]

    @property
    def name(self) -> str:
        name = page_name(self.pathway.name, self.number, len(self.plans))
        return f"{self.base.side}-{name}" if self.base.side else name

    def page(self) -> Page:
        # What a side may differ in are the readings' words; other pages leave the readings to the pathway's first page.
        readings = readings_on(self.pathway, self.plan.pieces) if self.base.side else ()
        # A case's own words need the room; what the marks at leaves mean is on the first page too.
        told = () if self.base.case is not None else (leaf_remark(self.definitions, self.pathway, self.plan.pieces),)
        remarks = (*self.base.remarks, *told) if self.flows else told
        frame = attrs.evolve(self.base, readings=readings, number=self.number, kinds=self._kinds(), remarks=remarks)
        graph = empty_page(self.name)
        graph.attr(nodesep=f"{self.plan.gap / 72:.3f}")
        with frame.around(graph, self.name) as body:
            # Graphviz stacks what runs from left to right from the bottom up, so the last is drawn first.
            for piece, columns in reversed([*zip(self.plan.pieces, self.plan.columns, strict=True)]):
                self.said.insert(0, self._piece(body, piece, columns))
        return Page(self.name, frame.full_title, " ".join(self.said), graph.source, self.plan.pieces)

    def _kinds(self) -> tuple[NodeKind, ...]:
        states = [state for piece in self.plan.pieces for state in piece.states]
        there = {kind_of(state) for state in states} | {NodeKind.QUESTION, NodeKind.ANSWER}
        if any(piece.cut for piece in self.plan.pieces):
            there.add(NodeKind.CONTINUES)
        return tuple(kind for kind in KIND_WORDS if kind in there)

    def _piece(self, graph: graphviz.Digraph, piece: Piece, columns: Columns) -> str:
        """Draw a piece and return what it says."""
        track = piece.track
        marks = None if self.marks is None else self.marks(track).within(piece.root, piece.cut)
        title = piece_title(self.definitions, piece)
        changed = MARK_WORDS.get(marks.title, "") if marks is not None else ""
        said = [f"{title}.", *([f"{changed}."] if changed else []), *self._path(track, marks)]
        # The last that is drawn stands at the top: the title, below it the columns. No cluster, since within one Graphviz
        # does not keep the order of what stands in a column.
        with graph.subgraph(name=f"{track.name}.{piece.root}>piece") as cluster:
            for state in piece.states:
                said.append(self._state(cluster, track, state, marks, columns))
                if isinstance(state, Question):
                    self._answers(cluster, piece, state, marks, columns)
            for question in track.questions:
                if question.name in piece.cut:
                    self._continues(cluster, track, question, marks, columns)
            _ordered(cluster, piece)
            if isinstance(track.states[piece.root], Leaf):
                self._always(cluster, track, piece.root, marks)
        add_band(
            graph,
            f"{track.name}.{piece.root}>title",
            title_lines(title),
            f"{self.name}-{state_class(track.name, piece.root).replace('state-', 'track-', 1)}",
            f"track track-{track.name.replace('.', '-')}",
            note=line(styled(bold(changed), TEXT, colors_of_mark(marks.title)[0])) if marks is not None and changed else "",
        )
        return " ".join(said)

    def _path(self, track: Track, marks: TrackMarks | None) -> list[str]:
        if not isinstance(marks, MarkedPath):
            return []
        return [*path_in_words(self.definitions, self.pathway, track, marks), "The whole graph:"]

    def _state(self, graph: graphviz.Digraph, track: Track, state: State, marks: TrackMarks | None, columns: Columns) -> str:
        """Draw a state and return what it says."""
        mark = mark_of(marks, state.name)
        if isinstance(state, Question):
            text = question_label(self.definitions, state, columns.question, mark, self.pathway.name)
        else:
            offers = NO_MARKS if marks is None else marks.offers(state)
            text = leaf_label(self.definitions, self.pathway, state, columns.leaf, mark, offers, self.passages)
        if self.flows:
            align = "CENTER" if isinstance(state, Question) else "LEFT"
            text = noted(text, self.flows[track.name].state(state.name), align=align)
        kind = kind_of(state)
        self._add(graph, _node_name(track, state.name), text, kind=kind, mark=mark, own=state_class(track.name, state.name))
        return sentences(text)

    def _add(self, graph: graphviz.Digraph, name: str, text: Label, *, kind: NodeKind, mark: Mark, own: str) -> None:
        add_node(graph, name, text, kind=kind, identifier=f"{self.name}-{own}", own=own, mark=mark)

    def _answers(
        self, graph: graphviz.Digraph, piece: Piece, question: Question, marks: TrackMarks | None, columns: Columns
    ) -> None:
        track = piece.track
        for answer in question.answers:
            mark = mark_of_transition(marks, question.name, answer.name)
            own = edge_class(track.name, question.name, answer.name)
            text = answer_label(self.definitions, question, answer, columns.answer, mark, self.pathway.name)
            line = edge_style(mark)
            if self.flows:
                flow = self.flows[track.name]
                text = noted(text, flow.transition(question.name, answer.name))
                line = flow_line(flow.width(question.name, answer.name))
            middle = f"{_node_name(track, question.name)}={answer.name}"
            self._add(graph, middle, text, kind=NodeKind.ANSWER, mark=mark, own=own)
            far = piece.column(answer.target) - piece.column(question.name) - 1
            style = {
                "class": with_mark(own, mark),
                "tooltip": quoted(text.tooltip),
                "tailport": "e",
                "headport": "w",
                **line,
            }
            graph.edge(_node_name(track, question.name), middle, arrowhead="none", **style)
            # What leads on runs straight rather than what leads to an answer.
            graph.edge(middle, _target(piece, answer.target), minlen=str(far), weight="3", **style)

    def _always(self, graph: graphviz.Digraph, track: Track, leaf: str, marks: TrackMarks | None) -> None:
        mark = mark_of(marks, leaf)
        if mark in MARK_WORDS and mark not in {Mark.ADDED, Mark.REMOVED}:
            mark = Mark.FADED  # what is asked, which is nothing, is the same, whatever the leaf says
        own = edge_class(track.name, leaf, "always")
        start = f"{_node_name(track, leaf)}="
        self._add(graph, start, always_label(), kind=NodeKind.ANSWER, mark=mark, own=own)
        style = {"class": with_mark(own, mark), "tooltip": "always", "tailport": "e", "headport": "w", **edge_style(mark)}
        graph.edge(start, _node_name(track, leaf), minlen="2", **style)

    def _continues(
        self, graph: graphviz.Digraph, track: Track, question: Question, marks: TrackMarks | None, columns: Columns
    ) -> None:
        page = next(
            number
            for number, one in enumerate(self.plans, 1)
            for piece in one.pieces
            if piece.track is track and piece.root == question.name
        )
        mark = mark_of(marks, question.name)
        where = "on this page" if page == self.number else f"on page {page}"
        changed = f" ({mark_words(mark, 'question')})" if mark in MARK_WORDS else ""
        words = f"{continues_words(self.definitions, question, where, self.pathway.name)}{changed}"
        text = continues_label(words, columns.leaf)
        own = continues_class(track.name, question.name)
        name = f"{_node_name(track, question.name)}>"
        self._add(graph, name, text, kind=NodeKind.CONTINUES, mark=mark, own=own)


def _ordered(graph: graphviz.Digraph, piece: Piece) -> None:
    """Put the nodes of a piece into columns, in each in the order in which the answers lead to them.

    What several answers lead to stands in the middle of where each alone would have it.
    """
    columns: dict[int, list[str]] = {}
    left = Counter(answer.target for one in piece.states if isinstance(one, Question) for answer in one.answers)
    middle = {name: (count + 1) // 2 for name, count in left.items()}

    def visit(name: str) -> None:
        left[name] -= 1
        if left[name] + 1 != middle.get(name, left[name] + 1):
            return
        state = piece.track.states[name]
        column = piece.column(name)
        columns.setdefault(column, []).append(_target(piece, name))
        if isinstance(state, Question) and name not in piece.cut:
            for answer in state.answers:
                columns.setdefault(column + 1, []).append(f"{_node_name(piece.track, name)}={answer.name}")
                visit(answer.target)

    visit(piece.root)
    for names in columns.values():
        with graph.subgraph() as column:
            column.attr(rank="same")
            for above, below in itertools.pairwise(names):
                column.edge(above, below, style="invis")


def _target(piece: Piece, name: str) -> str:
    return f"{_node_name(piece.track, name)}>" if name in piece.cut else _node_name(piece.track, name)
