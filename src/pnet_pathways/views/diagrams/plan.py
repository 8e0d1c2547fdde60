"""Which part of a pathway stands on which page, planned from the texts alone, without a layout engine.

Tracks are kept whole where they fit a page, and cut at a question where not. Every piece is a tree of questions from one
state on; a question that is cut off begins a piece of its own.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

import attrs

from ...model.pathway import (
    Choice,
    Definitions,
    Leaf,
    Pathway,
    Question,
    State,
    Track,
)
from ...model.vocabulary import Vocabulary
from ...model.wording import sorted_readings
from .frame import Frame, frame_height
from .group_words import answer_words
from .labels import (
    COMBINATION_WORDS,
    Label,
    answer_label,
    combination_of,
    continues_label,
    continues_words,
    leaf_label,
    level_width,
    question_label,
)
from .style import PAGE_HEIGHT, PAGE_WIDTH
from .text import BOLD, height_of, wrapped

OVERVIEW_ENTRY: Final = "overview"
"""The page from the entry fact to a pathway."""
OVERVIEW_COURSE: Final = "overview-care-course"
"""The page of the care course."""
_TITLE_WIDTH: Final = PAGE_WIDTH - 32
_LEAST_CONTINUES: Final = 31.0
_NODE_GAP: Final = 7.0
_CLUSTER_SPACE: Final = 15.0
_CLUSTER_WIDTH: Final = 38.0
_LEAST_LEAF: Final = 124.0
_MOST_LEAF: Final = 440.0


@attrs.frozen
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

    @property
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

    @property
    def depth(self) -> int:
        """How many questions stand before a leaf, at most."""
        return max(self.levels.values(), default=-1) + 1


@attrs.frozen
class PagePlan:
    """The pieces on one page, `height` points high; all are aligned to the same `depth`, their leaves `leaf_width` wide.

    Where a page would be too high otherwise, its notes are `brief`.
    """

    pieces: tuple[Piece, ...]
    depth: int
    leaf_width: float
    height: float
    brief: bool = False


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
            page = next((page for page in candidates if _fits([*page, piece], measure)), None)
            if page is None:
                pages.append([piece])
            else:
                page.append(piece)
    return tuple(_planned(page, measure) for page in pages)


@functools.lru_cache(maxsize=64)
def _pages_by_name(definitions: Definitions, pathway: str) -> tuple[PagePlan, ...]:
    return pages_of(definitions, definitions.pathways[pathway])


def pages_showing(definitions: Definitions, pathway: str, leaves: Collection[tuple[str, str]]) -> tuple[str, ...]:
    """Return the names of a pathway's pages that show some of the leaves, each given as its track's name and its own."""
    plans = _pages_by_name(definitions, pathway)
    return tuple(
        page_name(pathway, number, len(plans))
        for number, page in enumerate(plans, 1)
        if any((piece.track.name, state.name) in leaves for piece in page.pieces for state in piece.states)
    )


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


def remarks_on(pathway: Pathway, pieces: Iterable[Piece]) -> tuple[str, ...]:
    """Return what the gaps of combinations say that leaves of some pieces name, each once, as remarks."""
    leaves = (state for piece in pieces for state in piece.states if isinstance(state, Leaf))
    found = (combination_of(pathway, leaf) for leaf in leaves)
    messages = dict.fromkeys(one.message for one in found if one is not None)
    return tuple(f"{COMBINATION_WORDS}. {message}" for message in messages)


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


@attrs.frozen
class _Measure:
    """Sizes of a pathway's nodes and frames in points, known from the text without a layout engine."""

    definitions: Definitions
    pathway: Pathway

    def height(self, state: State, leaf_width: float, depth: int) -> float:
        """Return the height of a state's node on a page of a depth."""
        return self._label(state, leaf_width, depth).height

    def _label(self, state: State, leaf_width: float, depth: int) -> Label:
        if isinstance(state, Question):
            return question_label(self.definitions, state, depth, pathway=self.pathway.name)
        return leaf_label(self.definitions, self.pathway, state, leaf_width)

    def answers_height(self, question: Question, depth: int) -> float:
        """Return the height of the tags of a question's answers, one below the other."""
        tags = (answer_label(self.definitions, question, answer, depth=depth) for answer in question.answers)
        return sum(tag.height + _NODE_GAP for tag in tags)

    def level_width(self, question: Question, depth: int) -> float:
        """Return the width of a question with its answers and the edges to what follows."""
        return level_width(self.definitions, question, depth)

    def continues_height(self, question: Question, leaf_width: float) -> float:
        """Return the height of the node that stands for a question on another page."""
        words = continues_words(self.definitions, question, "Page 10", self.pathway.name)
        return max(_LEAST_CONTINUES, continues_label(words, leaf_width).height)

    def title_height(self, piece: Piece) -> float:
        """Return the height of a piece's title."""
        return height_of(len(title_lines(piece_title(self.definitions, piece))))

    def room(self, pieces: Sequence[Piece], *, brief: bool = False) -> float:
        """Return the height that a page has for some pieces, beside what else it holds."""
        readings = readings_on(self.pathway, pieces)
        remarks = remarks_on(self.pathway, pieces)
        frame = Frame(self.definitions, self.pathway.title, self.pathway, readings, remarks=remarks, brief=brief)
        return PAGE_HEIGHT - frame_height(frame)


def _planned(pieces: Sequence[Piece], measure: _Measure) -> PagePlan:
    depth = max(1, *(piece.depth for piece in pieces))
    levels: dict[int, float] = {}
    for piece in pieces:
        for name, level in piece.levels.items():
            question = piece.track.states[name]
            if isinstance(question, Question):
                levels[level] = max(levels.get(level, 0), measure.level_width(question, depth))
    width = max(_LEAST_LEAF, min(_MOST_LEAF, PAGE_WIDTH - _CLUSTER_WIDTH - sum(levels.values())))
    height = sum(_height(piece, width, depth, measure) for piece in pieces)
    return PagePlan(tuple(pieces), depth, width, height, height > measure.room(pieces))


def _height(piece: Piece, width: float, depth: int, measure: _Measure) -> float:
    columns: dict[float, float] = {-1: 0.0}
    levels = piece.levels
    for question in (one for one in piece.track.questions if one.name in piece.cut):
        columns[-1] += measure.continues_height(question, width) + _NODE_GAP
    for state in piece.states:
        column = -1 if isinstance(state, Leaf) else levels[state.name]
        columns[column] = columns.get(column, 0) + measure.height(state, width, depth) + _NODE_GAP
        if isinstance(state, Question):
            # Its answers stand between its own column and the next.
            columns[column + 0.5] = columns.get(column + 0.5, 0) + measure.answers_height(state, depth)
    return max(columns.values()) + measure.title_height(piece) + _CLUSTER_SPACE


def _fits(pieces: Sequence[Piece], measure: _Measure) -> bool:
    return not _planned(pieces, measure).brief


def _cut(track: Track, root: str, measure: _Measure) -> Iterator[Piece]:
    """Yield a track from a state on in pieces that fit a page.

    A branch of the first question is cut off: the smallest one that suffices, or the largest, until the rest fits.
    """
    state = track.states[root]
    branches = [] if isinstance(state, Leaf) else list(dict.fromkeys(answer.target for answer in state.answers))
    branches = [name for name in branches if isinstance(track.states[name], Question)]
    smallest = sorted(branches, key=lambda name: len(Piece(track, name).states))
    cut: frozenset[str] = frozenset()
    while not _fits([Piece(track, root, cut)], measure) and (left := [name for name in smallest if name not in cut]):
        enough = (name for name in left if _fits([Piece(track, root, cut | {name})], measure))
        cut |= {next(enough, left[-1])}
    yield Piece(track, root, cut)
    for name in branches:
        if name in cut:
            yield from _cut(track, name, measure)
