"""A case's path through a track's graph: what is visited, and the question that it stops at."""

from __future__ import annotations

import attrs

from .case import Case
from .definition import Question, Track
from .diagram_style import Mark


@attrs.frozen
class TrackPath:
    """A path: the states in order, the transitions as (question, answer), and the question it stops at."""

    states: tuple[str, ...]
    transitions: frozenset[tuple[str, str]]
    open: str | None

    def within(self, root: str, cut: frozenset[str]) -> TrackPath:
        """Return the part of the path from a state on, up to a state that is cut off; empty where it does not get there."""
        if root not in self.states:
            return TrackPath((), frozenset(), None)
        states = self.states[self.states.index(root) :]
        end = next((place for place, name in enumerate(states, 1) if name in cut), len(states))
        kept = states[:end]
        transitions = frozenset(pair for pair in self.transitions if pair[0] in kept and pair[0] not in cut)
        return TrackPath(kept, transitions, self.open if self.open in kept and self.open not in cut else None)


def track_path(track: Track, case: Case) -> TrackPath:
    """Return the path of a case, as far as what is known leads."""
    states = [track.start]
    transitions: list[tuple[str, str]] = []
    while isinstance(state := track.states[states[-1]], Question):
        value = case.value(state.fact)
        answer = next((one for one in state.answers if value is not None and value in one.values), None)
        if answer is None:
            return TrackPath(tuple(states), frozenset(transitions), state.name)
        transitions.append((state.name, answer.name))
        states.append(answer.target)
    return TrackPath(tuple(states), frozenset(transitions), None)


def mark_of(path: TrackPath | None, state: str) -> Mark:
    """Return how a state stands to a path; without one it is plain."""
    if path is None:
        return Mark.PLAIN
    if path.open == state:
        return Mark.OPEN
    return Mark.VISITED if state in path.states else Mark.FADED


def mark_of_transition(path: TrackPath | None, question: str, answer: str) -> Mark:
    """Return how a transition stands to a path; without one it is plain."""
    if path is None:
        return Mark.PLAIN
    return Mark.VISITED if (question, answer) in path.transitions else Mark.FADED
