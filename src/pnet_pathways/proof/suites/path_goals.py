"""Paths of tracks, each with every value of each fact that it does not read, as goals of coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import attrs

from ...engine.tables import TrackTable
from ...model.case import Case
from ...model.facts import Scenario
from ...model.pathway import Question
from ...model.values import NotApplicable as _NotApplicable
from ...model.values import Value
from ..scenarios.space import ScenarioSpace
from .covers import combination_name

Unread = tuple[str, Value]
"""A fact that a path does not read, and a value; the empty name stands for the path that reads every fact."""

_NOTHING: Unread = ("", True)
Steps = tuple[tuple[str, str], ...]


@attrs.frozen(eq=False)
class TrackPaths:
    """The path goals of one track by the values of its facts, and the number of cases that they need at least."""

    facts: tuple[str, ...]
    goals: Mapping[tuple[Value, ...], Mapping[Unread, int]]
    bound: int
    memo: dict[tuple[Value | None, ...], Mapping[Unread, int]] = attrs.field(factory=dict)

    def certain(self, told: tuple[Value | None, ...]) -> Mapping[Unread, int]:
        """Return the goals of the path that every row goes which agrees with what is told of its facts; none of several."""
        found = self.memo.get(told)
        if found is None:
            paths = {
                id(goals): goals
                for row, goals in self.goals.items()
                if all(known is None or known == value for known, value in zip(told, row, strict=True))
            }
            found = self.memo[told] = next(iter(paths.values())) if len(paths) == 1 else {}
        return found


@attrs.frozen(eq=False)
class PathGoals:
    """Every path of every track together with every value of each fact that the path does not read.

    Two values that one answer takes make two paths. A path that reads every fact is a goal by itself.
    """

    space: ScenarioSpace
    names: tuple[str, ...]
    parts: tuple[dict[str, Value], ...]
    tracks: tuple[TrackPaths, ...]

    @classmethod
    def of(cls, space: ScenarioSpace) -> PathGoals:
        """List the goals, track by track, path by path."""
        names: list[str] = []
        parts: list[dict[str, Value]] = []
        tracks: list[TrackPaths] = []
        for table in space.tables:
            facts, paths = _paths(space, table)
            goals: dict[tuple[Value, ...], Mapping[Unread, int]] = {}
            bound = 0
            for path, rows in paths.items():
                beside = _beside(space, table, facts, path, rows)
                own = {one: 1 << len(names) + place for place, one in enumerate(beside)}
                goals.update(dict.fromkeys(rows, own))
                names.extend(_name(table, path, one) for one in beside)
                parts.extend(beside.values())
                bound += max(Counter(fact for fact, _ in beside).values())
            tracks.append(TrackPaths(facts, goals, bound))
        return cls(space, tuple(names), tuple(parts), tuple(tracks))

    def reached(self, scenario: Scenario) -> int:
        """Return the goals that a scenario reaches: on its path of each track, one for each fact not read there."""
        found = 0
        for track in self.tracks:
            for (fact, value), goal in track.goals[tuple(scenario[name] for name in track.facts)].items():
                if not fact or scenario[fact] == value:
                    found |= goal
        return found

    def certain(self, values: tuple[Value | None, ...]) -> int:
        """Return the goals that every completion of a case reaches."""
        code = {name: fact.code for name, fact in self.space.definitions.vocabulary.facts.items()}
        found = 0
        for track in self.tracks:
            for (fact, value), goal in track.certain(tuple(values[code[name]] for name in track.facts)).items():
                if not fact or values[code[fact]] == value:
                    found |= goal
        return found

    def smallest(self, goal: int) -> dict[str, Value]:
        """Return facts whose every completion reaches a goal, none of which can be left out."""
        part = self.parts[goal]
        # That a fact does not apply can only follow from others, which may stand beside the path.
        known: dict[str, Value] = {
            name: value for name, value in self.space.completed(part).items() if not isinstance(value, _NotApplicable)
        }
        for name in sorted(known, key=lambda one: one in part):
            fewer = {one: value for one, value in known.items() if one != name}
            if self.certain(Case.from_facts(fewer, self.space.definitions.vocabulary).values) >> goal & 1:
                known = fewer
        return known

    def bound(self) -> int:
        """Return the number of cases needed at least: a case takes one path, and has one value of each fact beside it."""
        return max((track.bound for track in self.tracks), default=0)


def _paths(space: ScenarioSpace, table: TrackTable) -> tuple[tuple[str, ...], dict[Steps, list[tuple[Value, ...]]]]:
    """Return the facts of a track that the pathway can use, and their values on each path."""
    facts, rows = space.rows(table)
    paths: dict[Steps, list[tuple[Value, ...]]] = {}
    for values, (row, _) in rows.items():
        paths.setdefault(row.path, []).append(values)
    return facts, paths


def _beside(
    space: ScenarioSpace, table: TrackTable, facts: tuple[str, ...], path: Steps, rows: list[tuple[Value, ...]]
) -> dict[Unread, dict[str, Value]]:
    """Return every value that a fact not read can have beside a path, each with facts that have both."""
    questions = (state for name, _ in path if isinstance(state := table.track.states[name], Question))
    asked = {fact for state in questions for fact in state.facts}
    found: dict[Unread, dict[str, Value]] = {}
    for name in space.varying:
        if name in asked:
            continue
        if name in facts:
            for row in rows:
                found.setdefault((name, row[facts.index(name)]), dict(zip(facts, row, strict=True)))
        else:
            # Rules can tie it to facts of the path: it then has only the values that go with one of the rows.
            block = next(one for one in space.blocks if name in one.facts)
            shared = [one for one in block.facts if one in facts]
            first: dict[tuple[Value, ...], tuple[Value, ...]] = {}
            for row in rows:
                first.setdefault(tuple(row[facts.index(one)] for one in shared), row)
            for tied in block.rows:
                values = dict(zip(block.facts, tied, strict=True))
                beside = first.get(tuple(values[one] for one in shared))
                if beside is not None:
                    found.setdefault((name, values[name]), {**dict(zip(facts, beside, strict=True)), name: values[name]})
    return found or {_NOTHING: dict(zip(facts, rows[0], strict=True))}


def _name(table: TrackTable, path: Steps, beside: Unread) -> str:
    text = f"{table.track.name}/{' > '.join(f'{state}: {answer}' for state, answer in path) or table.track.start}"
    fact, value = beside
    return f"{text} + {combination_name([fact], [value])}" if fact else text
