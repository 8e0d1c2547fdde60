"""What a suite of cases can cover: states, transitions, statements and gaps of the graphs, combinations of facts, paths.

Each kind of coverage is a list of named goals. A scenario reaches some of them, which is said as a bit mask, so that
suites are made and measured with the same few operations. A partial case reaches a goal when every completion does.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from math import prod
from typing import Protocol

import attrs

from .compile import TrackTable
from .definition import LeafKind, Row
from .facts import FACTS, Scenario, Value, answer_name
from .independence import independent
from .scenarios import ScenarioSpace

ENUMERATED = 100_000
"""Up to so many scenarios are listed where a suite is made; of more, some are drawn."""


class Cover(StrEnum):
    """A kind of coverage.

    `paths`: every path of every track together with every value of each fact that the path does not read.
    """

    STATES = "states"
    TRANSITIONS = "transitions"
    STATEMENTS = "statements"
    GAPS = "gaps"
    PAIRS = "pairs"
    TRIPLES = "triples"
    PATHS = "paths"


OF_GRAPHS = (Cover.STATES, Cover.TRANSITIONS, Cover.STATEMENTS, Cover.GAPS)
STRENGTH: Mapping[Cover, int] = {Cover.PAIRS: 2, Cover.TRIPLES: 3}


class Goals(Protocol):
    """The goals of one kind of coverage of one pathway. Goal number i is bit i of a mask."""

    names: tuple[str, ...]

    def reached(self, scenario: Scenario) -> int:
        """Return the goals that a scenario reaches."""
        ...

    def certain(self, values: tuple[Value | None, ...]) -> int:
        """Return the goals that every completion of a case reaches; `values` are those of the case."""
        ...

    def smallest(self, goal: int) -> dict[str, Value]:
        """Return a smallest set of known facts whose every completion reaches a goal."""
        ...

    def bound(self) -> int:
        """Return a number of cases that no suite that reaches every goal can do without."""
        ...


def goals_of(space: ScenarioSpace, cover: Cover) -> GraphGoals | TupleGoals | PathGoals:
    """Return the goals of one kind of coverage, those that some scenario reaches."""
    if cover in OF_GRAPHS:
        return GraphGoals.of(space, cover)
    if cover is Cover.PATHS:
        return PathGoals.of(space)
    return TupleGoals.of(space, STRENGTH[cover])


# Graphs


@attrs.frozen(eq=False)
class TrackRows:
    """The goals that each row of one track's table reaches, and the same by the values of the pathway's own facts."""

    table: TrackTable
    masks: tuple[int, ...]
    own: tuple[str, ...]
    by_values: Mapping[tuple[Value, ...], int]


@attrs.frozen(eq=False)
class GraphGoals:
    """States, transitions, statements or gaps."""

    space: ScenarioSpace
    names: tuple[str, ...]
    tracks: tuple[TrackRows, ...]

    @classmethod
    def of(cls, space: ScenarioSpace, cover: Cover) -> GraphGoals:
        """List the goals in the order of the file."""
        reached = [[_row_goals(table, number, row, cover) for number, row in enumerate(table.rows)] for table in space.tables]
        reachable = {name for rows in reached for names in rows for name in names}
        names = tuple(name for name in dict.fromkeys(_listed_goals(space, cover)) if name in reachable)
        bits = {name: 1 << number for number, name in enumerate(names)}
        tracks: list[TrackRows] = []
        for table, rows in zip(space.tables, reached, strict=True):
            masks = tuple(sum(bits[name] for name in row) for row in rows)
            own = tuple(name for name in table.facts if name in space.facts)
            places = [table.facts.index(name) for name in own]
            by_values = {
                tuple(row.values[place] for place in places): mask for row, mask in zip(table.rows, masks, strict=True)
            }
            tracks.append(TrackRows(table, masks, own, by_values))
        return cls(space, names, tuple(tracks))

    def reached(self, scenario: Scenario) -> int:
        found = 0
        for track in self.tracks:
            found |= track.by_values[tuple(scenario[name] for name in track.own)]
        return found

    def certain(self, values: tuple[Value | None, ...]) -> int:
        found = 0
        for track in self.tracks:
            key = track.table.key_of(values)
            always = -1
            for row, mask in zip(track.table.rows, track.masks, strict=True):
                if always and all(known is None or known == value for known, value in zip(key, row.values, strict=True)):
                    always &= mask
            found |= always
        return found

    def smallest(self, goal: int) -> dict[str, Value]:
        found: list[dict[str, Value]] = []
        for track in self.tracks:
            if any(mask >> goal & 1 for mask in track.masks):
                rows = [row.values for row in track.table.rows]
                found.append(smallest_part(track.table.facts, rows, [bool(mask >> goal & 1) for mask in track.masks]))
        return min(found, key=len)

    def bound(self) -> int:
        # A scenario has one row in each track: no suite is shorter than what one track needs.
        single = [independent(set(track.masks)) for track in self.tracks]
        whole = 0
        if self.space.count <= ENUMERATED:
            whole = independent({self.reached(scenario) for scenario in self.space})
        return max([*single, whole], default=0)


def _listed_goals(space: ScenarioSpace, cover: Cover) -> Iterator[str]:
    if cover is Cover.STATEMENTS:
        yield from (statement.id for statement in space.pathway.statements)
        return
    for track in space.pathway.tracks.values():
        if cover is Cover.STATES:
            yield from (state_name(track.name, name) for name in track.states)
        elif cover is Cover.GAPS:
            yield from (state_name(track.name, leaf.name) for leaf in track.leaves if leaf.kind is LeafKind.GAP)
        else:
            yield from (
                transition_name(track.name, question.name, answer.name)
                for question in track.questions
                for answer in question.answers
            )


def state_name(track: str, state: str) -> str:
    """Return the name of a state among the goals."""
    return f"{track}/{state}"


def transition_name(track: str, state: str, answer: str) -> str:
    """Return the name of a transition among the goals: the state and the answer that leads on."""
    return f"{track}/{state}: {answer}"


def _row_goals(table: TrackTable, number: int, row: Row, cover: Cover) -> frozenset[str]:
    track = table.track
    if cover is Cover.STATEMENTS:
        mask = table.masks[number]
        return frozenset(option.statement for bit, option in enumerate(table.options) if mask >> bit & 1)
    if cover is Cover.GAPS:
        silent = row.expected is LeafKind.GAP
        return frozenset({state_name(track.name, row.leaf)} if silent else ())
    if cover is Cover.STATES:
        return frozenset(state_name(track.name, state) for state in (*(state for state, _ in row.path), row.leaf))
    return frozenset(transition_name(track.name, state, _taken(table, state, answer)) for state, answer in row.path)


def _taken(table: TrackTable, state: str, given: str) -> str:
    """Return the answer of a question that takes a value (``body or tail`` for ``tail``)."""
    question = next(one for one in table.track.questions if one.name == state)
    return next(answer.name for answer in question.answers if FACTS[question.fact].value_of(given) in answer.values)


# Combinations of facts


def combination_name(facts: Iterable[str], values: Iterable[Value]) -> str:
    """Return the name of a combination among the goals: ``size large, resectable no``."""
    return ", ".join(f"{fact} {answer_name(value)}" for fact, value in zip(facts, values, strict=True))


@attrs.frozen(eq=False)
class TupleGoals:
    """Every combination of values of two or three facts that occurs in some scenario."""

    space: ScenarioSpace
    strength: int
    names: tuple[str, ...]
    combinations: tuple[tuple[tuple[str, ...], tuple[Value, ...]], ...]
    bits: Mapping[tuple[str, ...], Mapping[tuple[Value, ...], int]]

    @classmethod
    def of(cls, space: ScenarioSpace, strength: int) -> TupleGoals:
        """List the combinations. Of a pathway with fewer facts, those of all its facts."""
        varying = space.varying
        strength = min(strength, len(varying))
        combinations: list[tuple[tuple[str, ...], tuple[Value, ...]]] = []
        bits: dict[tuple[str, ...], dict[tuple[Value, ...], int]] = {}
        for facts in itertools.combinations(varying, strength) if strength else ():
            bits[facts] = {}
            for values in _occurring(space, facts):
                bits[facts][values] = 1 << len(combinations)
                combinations.append((facts, values))
        names = tuple(combination_name(*one) for one in combinations)
        return cls(space, strength, names, tuple(combinations), bits)

    def reached(self, scenario: Scenario) -> int:
        found = 0
        for facts, by_values in self.bits.items():
            found |= by_values[tuple(scenario[name] for name in facts)]
        return found

    def certain(self, values: tuple[Value | None, ...]) -> int:
        found = 0
        known = {name: value for name in self.space.facts if (value := values[FACTS[name].code]) is not None}
        for facts, by_values in self.bits.items():
            if all(name in known for name in facts):
                found |= by_values[tuple(known[name] for name in facts)]
        return found

    def smallest(self, goal: int) -> dict[str, Value]:
        facts, values = self.combinations[goal]
        wanted = dict(zip(facts, values, strict=True))
        found: dict[str, Value] = {}
        for block in self.space.blocks:
            if any(name in wanted for name in block.facts):
                holds = [
                    all(wanted.get(name, value) == value for name, value in zip(block.facts, row, strict=True))
                    for row in block.rows
                ]
                found.update(smallest_part(block.facts, block.rows, holds))
        return {name: found[name] for name in FACTS if name in found}

    def bound(self) -> int:
        # A scenario has one combination of each set of facts.
        return max((len(by_values) for by_values in self.bits.values()), default=0)


def _occurring(space: ScenarioSpace, facts: tuple[str, ...]) -> Iterator[tuple[Value, ...]]:
    """Yield the combinations of values that facts have in some scenario; blocks are independent of each other."""
    parts: list[list[dict[str, Value]]] = []
    for block in space.blocks:
        if wanted := [name for name in facts if name in block.facts]:
            places = [block.facts.index(name) for name in wanted]
            rows = dict.fromkeys(tuple(row[place] for place in places) for row in block.rows)
            parts.append([dict(zip(wanted, row, strict=True)) for row in rows])
    for chosen in itertools.product(*parts):
        together = {name: value for part in chosen for name, value in part.items()}
        yield tuple(together[name] for name in facts)


# Paths


@attrs.frozen(eq=False)
class PathGoals:
    """Every path of every track together with every value of each fact that the path does not read.

    `bits` holds, by track and path, the bit of the path itself and of each (fact, value) beside it.
    """

    space: ScenarioSpace
    names: tuple[str, ...]
    tracks: tuple[tuple[tuple[str, ...], Mapping[tuple[Value, ...], Mapping[tuple[str, Value], int]]], ...]
    bounds: tuple[int, ...]
    parts: tuple[dict[str, Value], ...]

    @classmethod
    def of(cls, space: ScenarioSpace) -> PathGoals:
        """List the goals, track by track, path by path."""
        names: list[str] = []
        parts: list[dict[str, Value]] = []
        tracks: list[tuple[tuple[str, ...], Mapping[tuple[Value, ...], Mapping[tuple[str, Value], int]]]] = []
        bounds: list[int] = []
        for table in space.tables:
            own = tuple(name for name in table.facts if name in space.facts)
            places = [table.facts.index(name) for name in own]
            paths: dict[tuple[tuple[str, str], ...], dict[tuple[Value, ...], None]] = {}
            for row in table.rows:
                path = tuple((state, _taken(table, state, answer)) for state, answer in row.path)
                paths.setdefault(path, {})[tuple(row.values[place] for place in places)] = None
            by_values: dict[tuple[Value, ...], dict[tuple[str, Value], int]] = {}
            bounds.append(0)
            for path, rows in paths.items():
                asked = {_question_fact(table, state) for state, _ in path}
                beside = {
                    name: _values_beside(space, own, list(rows), name) for name in space.varying if name not in asked
                }
                bits: dict[tuple[str, Value], int] = {}
                text = f"{table.track.name}/{' > '.join(f'{state}: {answer}' for state, answer in path) or table.track.start}"
                for fact, values in (beside or {"": {True: next(iter(rows))}}).items():
                    for value, row_values in values.items():
                        bits[fact, value] = 1 << len(names)
                        names.append(f"{text} + {fact} {answer_name(value)}" if fact else text)
                        parts.append({**dict(zip(own, row_values, strict=True)), **({fact: value} if fact else {})})
                by_values.update(dict.fromkeys(rows, bits))
                bounds[-1] += max((len(values) for values in beside.values()), default=1)
            tracks.append((own, by_values))
        return cls(space, tuple(names), tuple(tracks), tuple(bounds), tuple(parts))

    def reached(self, scenario: Scenario) -> int:
        found = 0
        for own, by_values in self.tracks:
            bits = by_values[tuple(scenario[name] for name in own)]
            for (fact, value), bit in bits.items():
                if not fact or scenario[fact] == value:
                    found |= bit
        return found

    def smallest(self, goal: int) -> dict[str, Value]:
        """Return the facts of a row of the goal's track, with the value beside it."""
        return self.parts[goal]

    def bound(self) -> int:
        # A case takes one path of a track, and has one value of each fact beside it.
        return max(self.bounds, default=0)


def _question_fact(table: TrackTable, state: str) -> str:
    return next(one.fact for one in table.track.questions if one.name == state)


def _values_beside(
    space: ScenarioSpace, own: tuple[str, ...], rows: list[tuple[Value, ...]], fact: str
) -> dict[Value, tuple[Value, ...]]:
    """Return the values that a fact can have beside a path, each with a row of the path that goes with it."""
    if fact in own:
        place = own.index(fact)
        found: dict[Value, tuple[Value, ...]] = {}
        for row in rows:
            found.setdefault(row[place], row)
        return found
    block = next(block for block in space.blocks if fact in block.facts)
    place = block.facts.index(fact)
    return {row[place]: rows[0] for row in block.rows}
