"""Suites: few scenarios of a pathway that together cover every state, transition, statement, combination or path.

Near-minimal, and honest about it: each suite says how many cases any such suite needs at least.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Iterator

import attrs

from ...model.errors import SuiteError, listed, suggest
from ...model.facts import Scenario
from ...model.frames import places
from ...model.pathway import Definitions
from ...model.text import counted
from ...model.values import Value
from ..scenarios.records import ScenarioRecord
from ..scenarios.space import ScenarioSpace, scenario_space
from .covering_arrays import covering_array
from .covers import (
    STRENGTH,
    Cover,
    Goals,
)
from .fact_goals import CombinationGoals
from .graph_goals import ENUMERATED, GraphGoals
from .path_goals import PathGoals

DRAWN = 20_000
"""Of a space that is too large to be gone through, so many scenarios are drawn to choose from."""

SALTS = ("", "1", "2", "3")
"""Orders in which covering arrays are looked for; the smallest found is taken."""


@attrs.frozen(eq=False)
class Suite:
    """Few scenarios that reach all `goals` goals of one kind of coverage; no suite with fewer than `bound` could."""

    space: ScenarioSpace
    cover: Cover
    scenarios: tuple[Scenario, ...]
    goals: int
    bound: int

    def records(self) -> Iterator[ScenarioRecord]:
        """Yield the record of each scenario."""
        return map(self.space.record, self.scenarios)

    @property
    def summary(self) -> str:
        """The size of the suite, what it covers and the bound, in one line."""
        count = len(self.scenarios)
        needed = "no suite has fewer" if count == self.bound else f"at least {self.bound:,} are needed"
        cases = counted(count, "case covers", "cases cover")
        what = "combinations of a path and a value that it does not read" if self.cover is Cover.PATHS else self.cover
        return f"{self.space.pathway.name}: {cases} all {self.goals:,} {what}; {needed}"


def known_goals(space: ScenarioSpace, cover: Cover) -> Goals:
    """Return the goals of a kind of coverage."""
    if cover is Cover.PATHS:
        return PathGoals.of(space)
    return CombinationGoals.of(space, STRENGTH[cover]) if cover in STRENGTH else GraphGoals.of(space, cover)


def suite_of(space: ScenarioSpace, cover: Cover) -> Suite:
    """Return a suite of one space of scenarios. Raises `SuiteError` for pairs and triples where covertable is missing."""
    goals = known_goals(space, cover)
    bound = goals.bound()
    arrays = _arrays(space, goals) if isinstance(goals, CombinationGoals) and goals.strength > 1 else iter(())
    best: list[dict[str, Value]] | None = None
    for made in itertools.chain(arrays, _chosen(space, goals)):
        best = min(best or made, made, key=len)
        if len(best) == bound:
            break
    assert best is not None
    facts = space.facts
    order = {name: {value: place for place, value in enumerate(space.values_of(name))} for name in facts}
    ordered = sorted(best, key=lambda one: [order[name][one[name]] for name in facts])
    return Suite(space, cover, tuple(ordered), len(goals.names), bound)


def suite(pathway: str, cover: Cover | str, definitions: Definitions | None = None, *, type_: str | None = None) -> Suite:
    """Return few scenarios of a pathway that have one kind of coverage.

    `cover` is one of `Cover`: ``states``, ``transitions``, ``statements``, ``gaps``, ``pairs``, ``triples``, ``paths``.
    Raises `SuiteError` for no such kind, for pairs and triples where covertable is not installed, and as
    `scenario_space` does.

    >>> suite("supportive", "transitions").summary
    'supportive: 2 cases cover all 8 transitions; no suite has fewer'
    """
    if cover not in tuple(Cover):
        raise SuiteError(f"there is no coverage '{cover}' ({suggest(cover, Cover) or listed(Cover)})")
    return suite_of(scenario_space(pathway, definitions, type_=type_), Cover(cover))


def _arrays(space: ScenarioSpace, goals: CombinationGoals) -> Iterator[list[dict[str, Value]]]:
    """Yield covering arrays, each completed where it lacks a combination and without what it can do without."""
    for salt in SALTS:
        yield _pruned(goals, _completed(space, goals, covering_array(space, goals.strength, salt)))


def _chosen(space: ScenarioSpace, goals: Goals) -> Iterator[list[dict[str, Value]]]:
    yield _pruned(goals, _greedy(goals, _candidates(space, goals)))


def _candidates(space: ScenarioSpace, goals: Goals) -> Iterator[dict[str, Value]]:
    """Yield scenarios to choose from: all, or of very many some that are drawn, and one for each goal."""
    if space.count <= ENUMERATED:
        yield from space
    else:
        yield from space.drawn(DRAWN, seed=0)
        yield from (space.completed(goals.smallest(goal)) for goal in range(len(goals.names)))


def _greedy(goals: Goals, candidates: Iterable[dict[str, Value]]) -> list[dict[str, Value]]:
    """Choose again and again the first scenario that reaches most of what is left."""
    first: dict[int, dict[str, Value]] = {}
    for scenario in candidates:
        first.setdefault(goals.reached(scenario), scenario)
    masks = list(first)
    left = (1 << len(goals.names)) - 1
    # What a scenario adds never grows, so that an old count is an upper bound and few are counted anew.
    heap = [(-mask.bit_count(), place) for place, mask in enumerate(masks)]
    heapq.heapify(heap)
    chosen: list[dict[str, Value]] = []
    while left:
        _, place = heap[0]
        now = (-(masks[place] & left).bit_count(), place)
        if now > heap[0]:
            heapq.heapreplace(heap, now)
        else:
            heapq.heappop(heap)
            chosen.append(first[masks[place]])
            left &= ~masks[place]
    return chosen


def _completed(space: ScenarioSpace, goals: Goals, rows: list[dict[str, Value]]) -> list[dict[str, Value]]:
    """Return the rows and, for each goal that none of them reaches, one that does."""
    left = (1 << len(goals.names)) - 1
    for row in rows:
        left &= ~goals.reached(row)
    while left:
        rows = [*rows, space.completed(goals.smallest(next(places(left))))]
        left &= ~goals.reached(rows[-1])
    return rows


def _pruned(goals: Goals, rows: list[dict[str, Value]]) -> list[dict[str, Value]]:
    """Return the rows without those that reach nothing the others do not; what adds least is tried first."""
    masks = [goals.reached(row) for row in rows]
    times: dict[int, int] = {}
    for mask in masks:
        for goal in places(mask):
            times[goal] = times.get(goal, 0) + 1
    kept: list[int] = []
    alone = [sum(times[goal] == 1 for goal in places(mask)) for mask in masks]
    for place in sorted(range(len(rows)), key=lambda one: (alone[one], -one)):
        if all(times[goal] > 1 for goal in places(masks[place])):
            for goal in places(masks[place]):
                times[goal] -= 1
        else:
            kept.append(place)
    return [rows[place] for place in sorted(kept)]
