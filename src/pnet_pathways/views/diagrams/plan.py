"""Which part of a pathway stands on which page, planned from the texts alone, without a layout engine.

Tracks are kept whole where they fit a page, and cut at a question where not. Every piece is a tree of questions from one
state on; a question that is cut off begins a piece of its own.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

import attrs

from ...model.case import Case
from ...model.pathway import (
    Choice,
    Definitions,
    Leaf,
    Pathway,
    Question,
    State,
    Track,
)
from ...model.scenario_rows import LeafKind
from ...model.vocabulary import Vocabulary
from ...model.wording import sorted_readings
from .frame import BAND_PADDING, FRAME_GAP, NODE_GAP, RANK_GAP, WIDE_GAP, Frame, frame_height
from .group_words import answer_words
from .labels import (
    ANSWER_WIDTHS,
    PADDING,
    Label,
    always_label,
    answer_label,
    bearing,
    bearing_on_gap,
    combination_of,
    continues_label,
    continues_words,
    leaf_label,
    question_label,
)
from .style import PAGE_HEIGHT, PAGE_WIDTH
from .text import BOLD, height_of, wrapped

OVERVIEW_ENTRY: Final = "overview"
"""The page from the entry fact to a pathway."""
OVERVIEW_COURSE: Final = "overview-care-course"
"""The page of the care course."""
_TITLE_WIDTH: Final = PAGE_WIDTH - 32
_QUESTION_WIDTHS: Final = (150.0, 120.0, 100.0, 84.0, 72.0, 62.0)
"""How wide the text of questions may be, the widest first."""
_LEAST_LEAF: Final = 120.0
_ROOMY: Final = 100.0
"""The height that a page has left where its nodes stand further apart."""
_ROUNDED: Final = 5.0
"""What Graphviz's whole points take beside the widths of a page's columns."""
_IN_PART: Final = "(2 of 3): two of the statement's three options are listed."
_HANG: Final = "R-1: what is listed hangs on this reading of the text."
_IN_FULL: Final = "In full: see the pathway's first page."


@attrs.frozen(slots=False)
class Piece:
    """A part of a track on one page: the states from `root` on; `cut` are the questions that stand on other pages."""

    track: Track
    root: str
    cut: frozenset[str] = frozenset()

    @property
    def states(self) -> tuple[State, ...]:
        """The states of the piece, nearest to its root first."""
        waiting, found = [self.root], dict[str, State]()
        for name in waiting:
            if name in found or name in self.cut:
                continue
            state = self.track.states[name]
            found[name] = state
            if isinstance(state, Question):
                waiting.extend(answer.target for answer in state.answers)
        return tuple(found.values())

    @functools.cached_property
    def levels(self) -> dict[str, int]:
        """How many questions stand before each question of the piece, at most."""
        found: dict[str, int] = {}

        def visit(name: str, level: int) -> None:
            state = self.track.states[name]
            if name in self.cut or isinstance(state, Leaf) or found.get(name, -1) >= level:
                return
            found[name] = level
            for answer in state.answers:
                visit(answer.target, level + 1)

        visit(self.root, 0)
        return found

    @functools.cached_property
    def depth(self) -> int:
        """How many questions stand before a leaf, at most."""
        return max(self.levels.values(), default=-1) + 1

    @property
    def last_column(self) -> int:
        """The column of the leaves; one before it is left free for the lines that lead there."""
        return 2 * self.depth + 1

    def column(self, name: str) -> int:
        """Return in which column a state stands, counted from 0; those of the answers are between those of the questions."""
        level = self.levels.get(name)
        return self.last_column if level is None else 2 * level


@attrs.frozen
class Columns:
    """How wide the text of a piece's questions and answers is, and its leaves."""

    question: float
    answer: float
    leaf: float


@attrs.frozen
class PagePlan:
    """The pieces on one page, the columns of each, how high all are together, and the gap between nodes, in points."""

    pieces: tuple[Piece, ...]
    columns: tuple[Columns, ...]
    height: float
    gap: float = NODE_GAP


def page_name(pathway: str, number: int, count: int) -> str:
    """Return the name of a page of states, which is its file's stem, with a number where there are several."""
    return f"{pathway}-states" if count == 1 else f"{pathway}-states-{number}"


def pages_of(definitions: Definitions, pathway: Pathway) -> tuple[PagePlan, ...]:
    """Return the pages of a pathway: its tracks in order, as many on a page as fit. A case changes none of them."""
    measure = _Measure(definitions, pathway)
    pages: list[list[Piece]] = []
    for track in pathway.tracks.values():
        pieces = list(_cut(track, track.start, measure))
        for piece in pieces:
            # A track that is whole may stand on any page; the pieces of one that is cut follow each other.
            candidates = pages if len(pieces) == 1 else pages[-1:]
            page = next((page for page in candidates if measure.fits([*page, piece])), None)
            if page is None:
                pages.append([piece])
            else:
                page.append(piece)
    return tuple(map(measure.planned, pages))


@functools.lru_cache(maxsize=64)
def _pages_by_name(definitions: Definitions, pathway: str) -> tuple[PagePlan, ...]:
    return pages_of(definitions, definitions.pathways[pathway])


def pages_showing(definitions: Definitions, pathway: str, leaves: Collection[tuple[str, str]]) -> tuple[str, ...]:
    """Return the names of a pathway's pages that show some of the leaves, each given as its track's name and its own.

    The first is the page that shows all of the pathway's statements.
    """
    plans = _pages_by_name(definitions, pathway)
    states = (
        page_name(pathway, number, len(plans))
        for number, page in enumerate(plans, 1)
        if any((piece.track.name, state.name) in leaves for piece in page.pieces for state in piece.states)
    )
    return (pathway, *states)


def readings_on(pathway: Pathway, pieces: Iterable[Piece]) -> tuple[str, ...]:
    """Return the readings that bear on what the leaves of some pieces show, in the order of their numbers."""
    found: list[str] = []
    for piece in pieces:
        for leaf in (state for state in piece.states if isinstance(state, Leaf)):
            found.extend(leaf.readings)
            if (combination := combination_of(pathway, leaf)) is not None:
                found.extend(combination.readings)
            for identifier, number in leaf.offers:
                statement = pathway.statement(identifier)
                found.extend(statement.readings)
                found.extend(statement.options[number].readings)
    return sorted_readings(tuple(found))


def state_frame(definitions: Definitions, pathway: Pathway, *, count: int, case: Case | None = None) -> Frame:
    """Return the frame of a pathway's pages of states, whichever page it is."""
    title = f"{pathway.title}: question by question"
    return Frame(definitions, title, pathway, count=count, case=case, remarks=(_IN_FULL,))


def leaf_remark(definitions: Definitions, pathway: Pathway, pieces: Iterable[Piece]) -> str:
    """Return what a page says of the marks at the leaves of its pieces."""
    leaves = [state for piece in pieces for state in piece.states if isinstance(state, Leaf)]
    offered = [(pathway.statement(key), leaf) for leaf in leaves for key, _ in leaf.offers]
    in_part = any(sum(key == one.id for key, _ in leaf.offers) < len(one.options) for one, leaf in offered)
    gaps = any(bearing_on_gap(definitions, leaf.readings) for leaf in leaves if leaf.kind is LeafKind.GAP)
    hang = gaps or any(bearing(definitions, one) for one, _ in offered)
    return " ".join((*([_IN_PART] if in_part else ()), *([_HANG] if hang else ()), _IN_FULL))


def piece_title(definitions: Definitions, piece: Piece) -> str:
    """Return the title of a piece: its track's, and for a branch the answers that lead to it, in words."""
    title = piece.track.title
    if piece.root == piece.track.start:
        return title
    ways = _ways(piece.track, piece.root)
    if len(ways) > 1:
        ways = [way[-1:] for way in ways]  # the whole way only where there is no other
    words = [", ".join(_way_words(definitions.vocabulary, title, *step) for step in way) for way in ways]
    return f"{title}: {' or '.join(dict.fromkeys(words))}"


def _way_words(vocabulary: Vocabulary, title: str, question: Question, answer: Choice) -> str:
    """Return an answer that leads to a branch, as a phrase; a group is named unless the track's title begins with it."""
    exact = vocabulary.words(question.asks, answer.values)
    if question.asks not in vocabulary.groups:
        return exact
    if len(answer.values) == 1:
        return exact
    name, words = vocabulary.label(question.asks), answer_words(vocabulary, question.asks, answer.values)
    return words if title.lower().startswith(name.lower()) else f"{name}: {words}"


def title_lines(title: str) -> list[str]:
    """Return the lines of a piece's title."""
    return wrapped(title, _TITLE_WIDTH / BOLD)


def _ways(track: Track, target: str) -> list[tuple[tuple[Question, Choice], ...]]:
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


@attrs.frozen(slots=False)
class _Measure:
    """Sizes of a pathway's nodes and frames in points, known from the text without a layout engine."""

    definitions: Definitions
    pathway: Pathway

    def planned(self, pieces: Sequence[Piece]) -> PagePlan:
        """Return the page that some pieces make."""
        columns = tuple(map(self.columns, pieces))
        heights = [self._height(piece, own) for piece, own in zip(pieces, columns, strict=True)]
        height = sum(heights) + FRAME_GAP * (len(heights) - 1)
        return PagePlan(tuple(pieces), columns, height, WIDE_GAP if self._room - height > _ROOMY else NODE_GAP)

    def fits(self, pieces: Sequence[Piece]) -> bool:
        """Return whether some pieces fit one page."""
        page = self.planned(pieces)
        return page.height <= self._room and all(own.leaf >= _LEAST_LEAF for own in page.columns)

    @functools.cached_property
    def _room(self) -> float:
        return PAGE_HEIGHT - frame_height(state_frame(self.definitions, self.pathway, count=10))

    def columns(self, piece: Piece) -> Columns:
        """Return the columns of a piece: questions and answers as wide as makes it lowest, and the leaves all the rest."""
        found = [
            Columns(question, answer, PAGE_WIDTH - _ROUNDED - self._levels_width(piece, question, answer))
            for question in _QUESTION_WIDTHS
            for answer in ANSWER_WIDTHS
        ]
        fitting = [own for own in found if own.leaf >= _LEAST_LEAF] or [max(found, key=lambda own: own.leaf)]
        return min(fitting, key=lambda own: (self._lines(piece, own), self._height(piece, own), -own.question, own.answer))

    def _lines(self, piece: Piece, own: Columns) -> float:
        """Return how high the leaves of a piece are together, which is least where no line of theirs is broken."""
        return sum(self._label(state, own).height for state in piece.states if isinstance(state, Leaf))

    def _levels_width(self, piece: Piece, width: float, answers: float) -> float:
        """Return the width of a piece's questions, with their answers and the edges to what follows."""
        levels = piece.levels
        tags: dict[int, float] = {}
        for question in (one for one in piece.states if isinstance(one, Question)):
            wide = max(self._answer(question, answer, answers).width for answer in question.answers)
            tags[levels[question.name]] = max(tags.get(levels[question.name], 0), wide)
        if not tags:
            return always_label().width + 2 * RANK_GAP
        return sum(width + PADDING + wide + 2 * RANK_GAP for wide in tags.values()) + RANK_GAP

    def _answer(self, question: Question, answer: Choice, width: float) -> Label:
        return answer_label(self.definitions, question, answer, width, pathway=self.pathway.name)

    def _label(self, state: State, columns: Columns) -> Label:
        if isinstance(state, Question):
            return question_label(self.definitions, state, columns.question, pathway=self.pathway.name)
        return leaf_label(self.definitions, self.pathway, state, columns.leaf)

    def _height(self, piece: Piece, own: Columns) -> float:
        """Return about how high a piece is: as high as its highest column, lines that only pass through it included."""
        columns: dict[int, float] = {}
        leaves: dict[str, float] = {}

        def add(column: int, height: float) -> None:
            columns[column] = columns.get(column, 0) + height + NODE_GAP

        for question in (one for one in piece.states if isinstance(one, Question)):
            column = piece.column(question.name)
            add(column, self._label(question, own).height)
            for answer in question.answers:
                height = self._answer(question, answer, own.answer).height
                add(column + 1, height)
                end = piece.column(answer.target)
                for between in range(column + 2, end):
                    add(between, 0)
                if end == piece.last_column:
                    # A leaf stands beside the answers that lead to it from the column before.
                    beside = height + NODE_GAP if column + 3 == end else 0
                    leaves[answer.target] = leaves.get(answer.target, 0) + beside
        for name in leaves or (piece.root,):
            state = piece.track.states[name]
            if isinstance(state, Question):
                words = continues_words(self.definitions, state, "on page 10", self.pathway.name)
                height = continues_label(words, own.leaf).height
            else:
                height = self._label(state, own).height
            add(piece.last_column, max(height, leaves.get(name, 0) - NODE_GAP))
        title = height_of(len(title_lines(piece_title(self.definitions, piece)))) + 2 * BAND_PADDING
        return title + FRAME_GAP + max(columns.values()) - NODE_GAP


def _cut(track: Track, root: str, measure: _Measure) -> Iterator[Piece]:
    """Yield a track from a state on in pieces that fit a page.

    A branch of the first question is cut off: the smallest one that suffices, or the largest, until the rest fits.
    """
    state = track.states[root]
    branches = [] if isinstance(state, Leaf) else list(dict.fromkeys(answer.target for answer in state.answers))
    branches = [name for name in branches if isinstance(track.states[name], Question)]
    smallest = sorted(branches, key=lambda name: len(Piece(track, name).states))
    cut: frozenset[str] = frozenset()
    while not measure.fits([Piece(track, root, cut)]) and (left := [name for name in smallest if name not in cut]):
        enough = (name for name in left if measure.fits([Piece(track, root, cut | {name})]))
        cut |= {next(enough, left[-1])}
    yield Piece(track, root, cut)
    for name in branches:
        if name in cut:
            yield from _cut(track, name, measure)
