"""Which part of a pathway stands on which page: tracks are kept whole where they fit, and cut at a question where not.

Every piece is a tree of questions from one state on; a question that is cut off begins a piece of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import attrs

from ...model.pathway import (
    Leaf,
    Pathway,
    Question,
    State,
    Track,
)
from .style import PAGE_WIDTH

NODE_GAP = 7.0
CLUSTER_SPACE = 15.0
CLUSTER_WIDTH = 38.0
LEAST_LEAF = 124.0
MOST_LEAF = 360.0


class PageMeasure(Protocol):
    """Says how large nodes come out; all in points."""

    def height(self, state: State, leaf_width: float, depth: int) -> float:
        """Return the height of a state's node on a page of a depth."""
        ...

    def level_width(self, question: Question, depth: int) -> float:
        """Return the width of a question with its answers and the edges to what follows."""
        ...

    def continues_height(self, question: Question, leaf_width: float) -> float:
        """Return the height of the node that stands for a question on another page."""
        ...

    def title_height(self, piece: Piece) -> float:
        """Return the height of a piece's title."""
        ...

    def room(self, pieces: Sequence[Piece]) -> float:
        """Return the height that a page has for some pieces, beside what else it holds."""
        ...


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
    """The pieces on one page; all are aligned to the same `depth`, and their leaves are `leaf_width` points wide.

    `height` is that of the pieces.
    """

    pieces: tuple[Piece, ...]
    depth: int
    leaf_width: float
    height: float


def _planned(pieces: Sequence[Piece], measure: PageMeasure) -> PagePlan:
    depth = max(1, *(piece.depth for piece in pieces))
    levels: dict[int, float] = {}
    for piece in pieces:
        for name, level in piece.levels.items():
            question = piece.track.states[name]
            if isinstance(question, Question):
                levels[level] = max(levels.get(level, 0), measure.level_width(question, depth))
    free = PAGE_WIDTH - CLUSTER_WIDTH - sum(levels.values())
    width = max(LEAST_LEAF, min(MOST_LEAF, free))
    height = sum(_height(piece, width, depth, measure) for piece in pieces)
    return PagePlan(tuple(pieces), depth, width, height)


def _height(piece: Piece, width: float, depth: int, measure: PageMeasure) -> float:
    columns: dict[int, float] = {-1: 0.0}
    levels = piece.levels
    for question in (one for one in piece.track.questions if one.name in piece.cut):
        columns[-1] += measure.continues_height(question, width) + NODE_GAP
    for state in piece.states:
        column = -1 if isinstance(state, Leaf) else levels[state.name]
        columns[column] = columns.get(column, 0) + measure.height(state, width, depth) + NODE_GAP
    return max(columns.values()) + measure.title_height(piece) + CLUSTER_SPACE


def _fits(pieces: Sequence[Piece], measure: PageMeasure) -> bool:
    planned = _planned(pieces, measure)
    return planned.height <= measure.room(pieces)


def _cut(track: Track, root: str, measure: PageMeasure) -> Iterator[Piece]:
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


def plan(pathway: Pathway, measure: PageMeasure) -> tuple[PagePlan, ...]:
    """Return the pages of a pathway: its tracks in order, as many on a page as fit."""
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
