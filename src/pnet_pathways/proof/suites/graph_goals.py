"""States, transitions, statements and gaps as goals of coverage, read from the compiled tables of a pathway's tracks."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

import attrs

from ...engine.tables import TrackTable
from ...model.facts import Scenario
from ...model.pathway import Question
from ...model.scenario_rows import LeafKind, Row
from ...model.values import Value
from ..scenarios.space import ScenarioSpace
from .covers import Cover, KnownRows, independent

ENUMERATED = 100_000
"""A space of up to so many scenarios is gone through as a whole for a better bound."""

OF_GRAPHS = (Cover.STATES, Cover.TRANSITIONS, Cover.STATEMENTS, Cover.GAPS)


@attrs.frozen(eq=False)
class TrackGoals:
    """The goals of one track: a mask for each combination of values of those of its facts that the pathway can use."""

    facts: tuple[str, ...]
    codes: tuple[int, ...]
    masks: Mapping[tuple[Value, ...], int]
    memo: dict[tuple[Value | None, ...], int] = attrs.field(factory=dict)

    @functools.cached_property
    def known(self) -> KnownRows:
        """The combinations of values, to look for the fewest facts that reach a goal."""
        return KnownRows.of(self.facts, tuple(self.masks))

    def certain(self, values: tuple[Value | None, ...]) -> int:
        """Return the goals of every row that agrees with a case; `values` are those of the case."""
        key = tuple(values[code] for code in self.codes)
        found = self.memo.get(key)
        if found is None:
            agreeing = (
                mask
                for row, mask in self.masks.items()
                if all(known is None or known == value for known, value in zip(key, row, strict=True))
            )
            found = self.memo[key] = functools.reduce(int.__and__, agreeing)
        return found


@attrs.frozen(eq=False)
class GraphGoals:
    """States, transitions, statements or gaps of a pathway."""

    space: ScenarioSpace
    names: tuple[str, ...]
    tracks: tuple[TrackGoals, ...]

    @classmethod
    def of(cls, space: ScenarioSpace, cover: Cover) -> GraphGoals:
        """List the goals in the order of the file."""
        found = [_rows(space, table, cover) for table in space.tables]
        reachable = {name for _, rows in found for names in rows.values() for name in names}
        names = tuple(name for name in _goal_names(space, cover) if name in reachable)
        known = space.definitions.vocabulary.facts
        bit = {name: 1 << number for number, name in enumerate(names)}
        tracks = tuple(
            TrackGoals(
                facts,
                tuple(known[name].code for name in facts),
                {values: sum(bit[name] for name in goals) for values, goals in rows.items()},
            )
            for facts, rows in found
        )
        return cls(space, names, tracks)

    def reached(self, scenario: Scenario) -> int:
        """Return the goals that a scenario reaches."""
        found = 0
        for track in self.tracks:
            found |= track.masks[tuple(scenario[name] for name in track.facts)]
        return found

    def certain(self, values: tuple[Value | None, ...]) -> int:
        """Return the goals that every completion of a case reaches."""
        found = 0
        for track in self.tracks:
            found |= track.certain(values)
        return found

    def smallest(self, goal: int) -> dict[str, Value]:
        """Return a smallest set of known facts whose every completion reaches a goal."""
        parts: list[dict[str, Value]] = []
        for track in self.tracks:
            holds = sum(1 << number for number, mask in enumerate(track.masks.values()) if mask >> goal & 1)
            if holds:
                parts.append(track.known.smallest(holds))
        return min(parts, key=len)

    def bound(self) -> int:
        """Return a number of cases that no suite that reaches every goal can do without."""
        # A scenario has one row in each track, so no suite is shorter than what one track alone needs. A goal of two tracks
        # (a statement that belongs to both) can be reached beside what excludes it in one of them.
        every = [functools.reduce(int.__or__, track.masks.values(), 0) for track in self.tracks]
        others = [functools.reduce(int.__or__, (*every[:place], *every[place + 1 :]), 0) for place in range(len(every))]
        found = [
            independent({mask & ~other for mask in track.masks.values()})
            for track, other in zip(self.tracks, others, strict=True)
        ]
        if self.space.count <= ENUMERATED:
            found.append(independent({self.reached(scenario) for scenario in self.space}))
        return max(found, default=0)


def state_goal(track: str, state: str) -> str:
    """Return the name of a state among the goals."""
    return f"{track}/{state}"


def transition_goal(track: str, state: str, answer: str) -> str:
    """Return the name of a transition among the goals: the state and the answer that leads on."""
    return f"{track}/{state}: {answer}"


def _goal_names(space: ScenarioSpace, cover: Cover) -> Iterator[str]:
    if cover is Cover.STATEMENTS:
        yield from (statement.id for statement in space.pathway.statements)
        return
    for track in space.pathway.tracks.values():
        if cover is Cover.STATES:
            yield from (state_goal(track.name, name) for name in track.states)
        elif cover is Cover.GAPS:
            yield from (state_goal(track.name, leaf.name) for leaf in track.leaves if leaf.kind is LeafKind.GAP)
        else:
            for question in track.questions:
                yield from (transition_goal(track.name, question.name, answer.name) for answer in question.answers)


def _rows(
    space: ScenarioSpace, table: TrackTable, cover: Cover
) -> tuple[tuple[str, ...], dict[tuple[Value, ...], frozenset[str]]]:
    facts, rows = space.rows(table)
    return facts, {values: _goals(table, row, mask, cover) for values, (row, mask) in rows.items()}


def _goals(table: TrackTable, row: Row, mask: int, cover: Cover) -> frozenset[str]:
    track = table.track
    if cover is Cover.STATEMENTS:
        return frozenset(option.statement for bit, option in enumerate(table.options) if mask >> bit & 1)
    if cover is Cover.GAPS:
        return frozenset({state_goal(track.name, row.leaf)} if row.expected is LeafKind.GAP else ())
    if cover is Cover.STATES:
        return frozenset(state_goal(track.name, state) for state in (*(state for state, _ in row.path), row.leaf))
    return frozenset(transition_goal(track.name, state, _taken(table, state, answer)) for state, answer in row.path)


def _taken(table: TrackTable, state: str, given: str) -> str:
    """Return the answer of a question that takes a value (``body or tail`` for ``tail``)."""
    question = table.track.states[state]
    assert isinstance(question, Question)
    choice = question.choice(table.vocabulary.choice(question.asks, given))
    assert choice is not None
    return choice.name
