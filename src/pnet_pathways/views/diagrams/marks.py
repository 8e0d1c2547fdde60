"""How what a diagram shows of a track is marked: by a case's path through it, or by anything else with `TrackMarks`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import attrs

from ...model.case import Case
from ...model.pathway import Leaf, Question, Track
from .style import Mark

Offer = tuple[str, int]
"""An option as leaves name it: its statement's id and its number there."""


class TrackMarks(Protocol):
    """Says how each part of a track is marked."""

    @property
    def title(self) -> Mark:
        """The mark of the track's title."""
        ...

    def state(self, name: str) -> Mark:
        """Return the mark of a state."""
        ...

    def transition(self, question: str, answer: str) -> Mark:
        """Return the mark of a transition."""
        ...

    def offers(self, leaf: Leaf) -> Mapping[Offer, Mark]:
        """Return the marks of the options that a leaf lists; what is not in it is plain."""
        ...

    def within(self, root: str, cut: frozenset[str]) -> TrackMarks:
        """Return the marks for a piece of the track: from a state on, without what lies behind the states cut off."""
        ...


class TrackFlow(Protocol):
    """Says how many take each way through a track: in a few words at its parts, and as the width of its lines."""

    def state(self, name: str) -> str:
        """Return what to write at a state; empty for nothing."""
        ...

    def transition(self, question: str, answer: str) -> str:
        """Return what to write at a transition."""
        ...

    def width(self, question: str, answer: str) -> float:
        """Return how wide the line of a transition is, in points; none is drawn for 0."""
        ...


@attrs.frozen
class MarkedPath:
    """A path: the states in order, the transitions as (question, answer), and the question it stops at."""

    states: tuple[str, ...]
    transitions: frozenset[tuple[str, str]]
    open: str | None

    @property
    def title(self) -> Mark:
        """Plain: a path marks no title."""
        return Mark.PLAIN

    def state(self, name: str) -> Mark:
        """Return whether the path visits a state or stops at it."""
        if self.open == name:
            return Mark.OPEN
        return Mark.VISITED if name in self.states else Mark.FADED

    def transition(self, question: str, answer: str) -> Mark:
        """Return whether the path takes a transition."""
        return Mark.VISITED if (question, answer) in self.transitions else Mark.FADED

    def offers(self, leaf: Leaf) -> Mapping[Offer, Mark]:
        """Mark every option of the leaf that the path reaches."""
        return dict.fromkeys(leaf.offers, Mark.VISITED) if leaf.name in self.states else {}

    def within(self, root: str, cut: frozenset[str]) -> MarkedPath:
        """Return the part of the path from a state on, up to a state that is cut off; empty where it does not get there."""
        if root not in self.states:
            return MarkedPath((), frozenset(), None)
        states = self.states[self.states.index(root) :]
        end = next((place for place, name in enumerate(states, 1) if name in cut), len(states))
        kept = states[:end]
        transitions = frozenset(pair for pair in self.transitions if pair[0] in kept and pair[0] not in cut)
        return MarkedPath(kept, transitions, self.open if self.open in kept and self.open not in cut else None)


def track_path(track: Track, case: Case) -> MarkedPath:
    """Return the path of a case, as far as what is known leads."""
    path = tuple(track.path(case.value))
    last, _ = path[-1]
    return MarkedPath(
        tuple(state.name for state, _ in path),
        frozenset((state.name, choice.name) for state, choice in path if choice is not None),
        last.name if isinstance(last, Question) else None,
    )


def mark_of(marks: TrackMarks | None, state: str) -> Mark:
    """Return the mark of a state; without marks it is plain."""
    return Mark.PLAIN if marks is None else marks.state(state)


def mark_of_transition(marks: TrackMarks | None, question: str, answer: str) -> Mark:
    """Return the mark of a transition; without marks it is plain."""
    return Mark.PLAIN if marks is None else marks.transition(question, answer)
