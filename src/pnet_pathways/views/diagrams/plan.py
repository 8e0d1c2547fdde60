"""Which page of a pathway's diagram shows what: planned from the texts alone, without a layout engine."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Sequence
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
from ...model.wording import sorted_readings
from .frame import Frame, frame_height
from .labels import (
    Label,
    continues_label,
    continues_words,
    leaf_label,
    level_width,
    question_label,
)
from .pages import PagePlan, Piece, plan
from .style import PAGE_HEIGHT, PAGE_WIDTH
from .text import BOLD, height_of, wrapped

OVERVIEW_ENTRY: Final = "overview-1"
"""The page from the tumor type to its pathway."""
OVERVIEW_COURSE: Final = "overview-2"
"""The page of the care course."""
_TITLE_WIDTH: Final = PAGE_WIDTH - 32
_LEAST_CONTINUES: Final = 31.0


def page_name(pathway: str, number: int, count: int) -> str:
    """Return a page's name, which is its file's stem: ``insulinoma-2``, without a number where there is only one."""
    return pathway if count == 1 else f"{pathway}-{number}"


def pages_of(definitions: Definitions, pathway: Pathway) -> tuple[PagePlan, ...]:
    """Return the pages of a pathway. A case changes none of them."""
    return plan(pathway, _Measure(definitions, pathway))


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
            for identifier, number in leaf.offers:
                statement = pathway.statement(identifier)
                found.extend(statement.readings)
                found.extend(statement.options[number].readings)
    return sorted_readings(tuple(found))


def piece_title(definitions: Definitions, piece: Piece) -> str:
    """Return the title of a piece: its track's, and for a branch the answers that lead to it, in words."""
    title = piece.track.title
    if piece.root == piece.track.start:
        return title
    ways = _ways(piece.track, piece.root)
    if len(ways) > 1:
        ways = [way[-1:] for way in ways]  # the whole way only where there is no other
    words = [", ".join(definitions.words(question.fact, answer.values) for question, answer in way) for way in ways]
    return f"{title}: {' or '.join(dict.fromkeys(words))}"


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
    """Sizes of a pathway's nodes and frames, known from the text without a layout engine."""

    definitions: Definitions
    pathway: Pathway

    def height(self, state: State, leaf_width: float, depth: int) -> float:
        return self._label(state, leaf_width, depth).height

    def _label(self, state: State, leaf_width: float, depth: int) -> Label:
        if isinstance(state, Question):
            return question_label(self.definitions, state, depth)
        return leaf_label(self.definitions, self.pathway, state, leaf_width)

    def level_width(self, question: Question, depth: int) -> float:
        return level_width(self.definitions, question, depth)

    def continues_height(self, question: Question, leaf_width: float) -> float:
        words = continues_words(self.definitions, question, "Page 10")
        return max(_LEAST_CONTINUES, continues_label(words, leaf_width).height)

    def title_height(self, piece: Piece) -> float:
        return height_of(len(title_lines(piece_title(self.definitions, piece))))

    def room(self, pieces: Sequence[Piece]) -> float:
        readings = readings_on(self.pathway, pieces)
        frame = Frame(self.definitions, self.pathway.title, self.pathway, readings)
        return PAGE_HEIGHT - frame_height(frame)
