"""Which page of a pathway's diagram shows what: planned from the texts alone, without a layout engine."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Sequence
from typing import Final

import attrs

from .definition import Leaf, Pathway, Pathways, Question, State
from .diagram_frame import Frame, frame_height
from .diagram_labels import Label, leaf_label, level_width, question_label
from .diagram_pages import PagePlan, Piece, plan
from .diagram_style import PAGE_HEIGHT

OVERVIEW_ENTRY: Final = "overview-1"
"""The page from the tumour type to its pathway."""
OVERVIEW_COURSE: Final = "overview-2"
"""The page of the care course."""


def page_name(pathway: str, number: int, count: int) -> str:
    """Return a page's name, which is its file's stem: ``insulinoma-2``, without a number where there is only one."""
    return pathway if count == 1 else f"{pathway}-{number}"


def pages_of(definition: Pathways, pathway: Pathway) -> tuple[PagePlan, ...]:
    """Return the pages of a pathway. A case changes none of them."""
    return plan(pathway, _Measure(definition, pathway))


@functools.lru_cache(maxsize=64)
def _pages_by_name(definition: Pathways, pathway: str) -> tuple[PagePlan, ...]:
    return pages_of(definition, definition.pathways[pathway])


def pages_showing(definition: Pathways, pathway: str, leaves: Collection[tuple[str, str]]) -> tuple[str, ...]:
    """Return the names of a pathway's pages that show some of the leaves, each given as its track's name and its own."""
    plans = _pages_by_name(definition, pathway)
    return tuple(
        page_name(pathway, number, len(plans))
        for number, page in enumerate(plans, 1)
        if any((piece.track.name, state.name) in leaves for piece in page.pieces for state in piece.states)
    )


def readings_on(pathway: Pathway, pieces: Iterable[Piece]) -> tuple[str, ...]:
    """Return the readings that bear on what the leaves of some pieces show, in the order of their numbers."""
    found: dict[str, None] = {}
    for piece in pieces:
        for leaf in (state for state in piece.states if isinstance(state, Leaf)):
            found.update(dict.fromkeys(leaf.readings))
            for identifier, number in leaf.offers:
                statement = pathway.statement(identifier)
                found.update(dict.fromkeys(statement.readings))
                found.update(dict.fromkeys(statement.options[number].readings))
    return tuple(sorted(found, key=lambda reading: (len(reading), reading)))


@attrs.frozen
class _Measure:
    """Sizes of a pathway's nodes and frames, known from the text without a layout engine."""

    definition: Pathways
    pathway: Pathway

    def height(self, state: State, leaf_width: float, depth: int) -> float:
        return self._label(state, leaf_width, depth).height

    def _label(self, state: State, leaf_width: float, depth: int) -> Label:
        if isinstance(state, Question):
            return question_label(self.definition, state, depth)
        return leaf_label(self.definition, self.pathway, state, leaf_width)

    def level_width(self, question: Question, depth: int) -> float:
        return level_width(self.definition, question, depth)

    def room(self, pieces: Sequence[Piece]) -> float:
        readings = readings_on(self.pathway, pieces)
        frame = Frame(self.definition, self.pathway.title, self.pathway, readings)
        return PAGE_HEIGHT - frame_height(frame)
