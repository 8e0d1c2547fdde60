"""Combinations of two or three facts' values as goals of coverage."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

import attrs

from ...model.facts import Scenario
from ...model.values import Value
from ..scenarios.space import ScenarioSpace
from .covers import KnownRows, combination_name


@attrs.frozen(eq=False)
class CombinationGoals:
    """Every combination of values of two or three facts that occurs in some scenario.

    Facts that have one value in every scenario (the entry fact) are left out.
    """

    space: ScenarioSpace
    strength: int
    names: tuple[str, ...]
    combinations: tuple[tuple[tuple[str, ...], tuple[Value, ...]], ...]
    goals: Mapping[tuple[str, ...], Mapping[tuple[Value, ...], int]]
    blocks: tuple[KnownRows, ...]

    @classmethod
    def of(cls, space: ScenarioSpace, strength: int) -> CombinationGoals:
        """List the combinations. Of a pathway with fewer facts than `strength`, those of all its facts."""
        facts = space.varying
        strength = min(strength, len(facts))
        combinations: list[tuple[tuple[str, ...], tuple[Value, ...]]] = []
        goals: dict[tuple[str, ...], dict[tuple[Value, ...], int]] = {}
        for chosen in itertools.combinations(facts, strength) if strength else ():
            goals[chosen] = {}
            for values in _occurring(space, chosen):
                goals[chosen][values] = 1 << len(combinations)
                combinations.append((chosen, values))
        names = tuple(combination_name(*one) for one in combinations)
        blocks = tuple(KnownRows.of(block.facts, block.rows) for block in space.blocks)
        return cls(space, strength, names, tuple(combinations), goals, blocks)

    def reached(self, scenario: Scenario) -> int:
        """Return the combinations in a scenario."""
        found = 0
        for facts, goals in self.goals.items():
            found |= goals[tuple(scenario[name] for name in facts)]
        return found

    def certain(self, values: tuple[Value | None, ...]) -> int:
        """Return the combinations in every completion of a case: those of what is known or follows from it."""
        found = 0
        known: dict[str, Value] = {}
        facts_known = self.space.definitions.vocabulary.facts
        for name in self.space.varying:
            value = values[facts_known[name].code]
            if value is not None:
                known[name] = value
        for facts, goals in self.goals.items():
            if known.keys() >= set(facts):
                found |= goals[tuple(known[name] for name in facts)]
        return found

    def smallest(self, goal: int) -> dict[str, Value]:
        """Return the fewest known facts that have a combination in every completion."""
        wanted = dict(zip(*self.combinations[goal], strict=True))
        found: dict[str, Value] = {}
        for block in self.blocks:
            if not wanted.keys().isdisjoint(block.facts):
                rows = (1 << len(block.rows)) - 1
                for name, holding in zip(block.facts, block.holding, strict=True):
                    rows &= holding[wanted[name]] if name in wanted else rows
                found.update(block.smallest(rows))
        return {name: found[name] for name in self.space.definitions.vocabulary.facts if name in found}

    def bound(self) -> int:
        """Return the number of combinations of the facts that have most: a case has one of them."""
        return max((len(goals) for goals in self.goals.values()), default=0)


def _occurring(space: ScenarioSpace, facts: tuple[str, ...]) -> Iterator[tuple[Value, ...]]:
    """Yield the combinations of values that some facts have in some scenario: any of one block goes with any of another."""
    parts: list[list[dict[str, Value]]] = []
    for block in space.blocks:
        if places := [place for place, name in enumerate(block.facts) if name in facts]:
            rows = dict.fromkeys(tuple((block.facts[place], row[place]) for place in places) for row in block.rows)
            parts.append([dict(row) for row in rows])
    for chosen in itertools.product(*parts):
        together = {name: value for part in chosen for name, value in part.items()}
        yield tuple(together[name] for name in facts)
