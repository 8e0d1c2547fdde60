"""The verifier's own finite space: every scenario over some facts as a row, every set of scenarios as a bit mask.

It shares no code with the compiled tables that it judges: rows come from the domains and the rules alone, what holds where
from evaluating conditions row by row, and what a partial case leaves open from masks over the rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from ...model.case import Case
from ...model.facts import (
    DEPENDENTS,
    FACTS,
    RULES,
    Scenario,
    Value,
    applies,
    plain,
)

Given = tuple[Value | None, ...]
"""A partial case over a space's facts: the value given for each, `None` where it is unknown."""

Outcome = tuple[str, int]
"""An option (statement and number), or a gap (`GAP`)."""

Needs = tuple[tuple[int, Value], ...]
"""Values that facts, by their position, must have or still be able to have."""


def closed(facts: Iterable[str]) -> tuple[str, ...]:
    """Return the facts with all those that a rule ties to them, directly or through others."""
    found = set(facts)
    while more := {name for rule in RULES if found & set(rule.facts) for name in rule.facts} - found:
        found |= more
    return tuple(name for name in FACTS if name in found)


def consistent_rows(facts: Sequence[str]) -> list[dict[str, Value]]:
    """Return every assignment of the facts that keeps the rules between them."""
    rows: list[dict[str, Value]] = [{}]
    for number, name in enumerate(facts):
        here = [rule for rule in RULES if name in rule.facts and set(rule.facts) <= set(facts[: number + 1])]
        grown = ({**row, name: value} for row in rows for value in FACTS[name].domain)
        rows = [row for row in grown if all(rule.allows(row[rule.facts[0]], row[rule.facts[1]]) for rule in here)]
    return rows


def case_data(facts: Iterable[str], given: Given, kind: str | None = None) -> dict[str, Any]:
    """Return a partial case in the case contract, ready to paste; `kind` is the tumor type where it matters."""
    data: dict[str, Any] = {} if kind is None else {"tumor_type": kind}
    for name, value in zip(facts, given, strict=True):
        if value is None:
            continue
        group, dot, member = name.partition(".")
        if dot:
            data.setdefault(group, {})[member] = value
        else:
            data[name] = plain(value)
    return data


@attrs.define(eq=False)
class Space:
    """Every scenario over `facts`, which are closed under the rules; `outcomes` are what can hold in one, as masks.

    `literals` hold, for each fact, the rows with each of its values; `pairs`, for each fact, the pairs of rows that differ
    in nothing but this fact and what it takes away.
    """

    facts: tuple[str, ...]
    rows: tuple[Scenario, ...]
    outcomes: dict[Outcome, int] = attrs.field(factory=dict)
    literals: tuple[Mapping[Value, int], ...] = attrs.field(init=False)
    everything: int = attrs.field(init=False)
    _pairs: dict[str, list[tuple[int, int, Needs]]] = attrs.field(factory=dict, init=False)
    _levers: dict[int, tuple[tuple[int, str, int, Needs], ...]] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.everything = (1 << len(self.rows)) - 1
        self.literals = tuple(
            {
                value: sum(1 << number for number, row in enumerate(self.rows) if row[name] == value)
                for value in FACTS[name].domain
            }
            for name in self.facts
        )

    @classmethod
    def over(cls, facts: Iterable[str]) -> Space:
        """Return the space of some facts and those that rules tie to them."""
        names = closed(facts)
        return cls(names, tuple(consistent_rows(names)))

    def where(self, holds: Callable[[Scenario], object]) -> int:
        """Return the rows in which something holds."""
        return sum(1 << number for number, row in enumerate(self.rows) if holds(row))

    def completions(self, given: Given) -> int:
        """Return the rows that keep what is given; 0 where it is contradictory."""
        mask = self.everything
        for literal, value in zip(self.literals, given, strict=True):
            if value is not None:
                mask &= literal[value]
        return mask

    def cases(self, facts: Iterable[str] | None = None) -> list[tuple[Given, int]]:
        """Return every consistent partial case over the facts (all by default) with its completions, fewest known first.

        Only values that can be given occur: "does not apply" follows from others.
        """
        wanted = set(self.facts if facts is None else facts)
        found: list[tuple[Given, int]] = [((), self.everything)]
        for name, literal in zip(self.facts, self.literals, strict=True):
            values = FACTS[name].values if name in wanted else ()
            grown = [
                ((*given, value), mask if value is None else mask & literal[value])
                for given, mask in found
                for value in (None, *values)
            ]
            found = [(given, mask) for given, mask in grown if mask]
        return sorted(found, key=lambda one: known_count(one[0]))

    def smallest(self, masks: Iterable[int]) -> tuple[Given, int] | None:
        """Return the case with the fewest known facts whose completions all lie in one of the masks.

        Cases that pin each fact come last, so there always is one where some row of a mask can be given at all.
        """
        targets = [mask for mask in masks if mask]
        for count in range(len(self.facts) + 1):
            for chosen in itertools.combinations(range(len(self.facts)), count):
                for values in itertools.product(*(FACTS[self.facts[index]].values for index in chosen)):
                    known = dict(zip(chosen, values, strict=True))
                    given = tuple(known.get(index) for index in range(len(self.facts)))
                    mask = self.completions(given)
                    if mask and any(not mask & ~target for target in targets):
                        return given, mask
        return None

    def depends_on(self, outcome: int, given: Given, completions: int) -> frozenset[str]:
        """Return the unknown facts that, changed alone, change an outcome (a mask over the rows) in some completion."""
        if not completions & ~outcome or not completions & outcome:
            return frozenset()
        if outcome not in self._levers:
            self._levers[outcome] = tuple(
                (index, name, rows, needs)
                for index, name in enumerate(self.facts)
                for needs, rows in self._partners(name, outcome).items()
            )
        return frozenset(
            [
                name
                for index, name, rows, needs in self._levers[outcome]
                if completions & rows and given[index] is None and all(given[at] in {None, value} for at, value in needs)
            ]
        )

    def _partners(self, fact: str, outcome: int) -> dict[Needs, int]:
        """Return the rows that have a partner in which the outcome differs, by what the partner's dependent facts are."""
        found: dict[Needs, int] = {}
        for one, other, needs in self._pairs_of(fact):
            if (outcome >> one ^ outcome >> other) & 1:
                found[needs] = found.get(needs, 0) | 1 << one
        return found

    def _pairs_of(self, fact: str) -> list[tuple[int, int, Needs]]:
        """Return each ordered pair of rows alike but for the fact, with the partner's values of its dependent facts."""
        if fact not in self._pairs:
            loose = [name for name in DEPENDENTS.get(fact, ()) if name in self.facts]
            fixed = [name for name in self.facts if name != fact and name not in loose]
            alike: dict[tuple[Value, ...], list[int]] = {}
            for number, row in enumerate(self.rows):
                alike.setdefault(tuple(row[name] for name in fixed), []).append(number)
            self._pairs[fact] = [
                (one, other, tuple((self.facts.index(name), self.rows[other][name]) for name in loose))
                for group in alike.values()
                for one, other in itertools.permutations(group, 2)
                if self.rows[one][fact] != self.rows[other][fact]
                and all(self._comparable(name, self.rows[one], self.rows[other]) for name in loose)
            ]
        return self._pairs[fact]

    @staticmethod
    def _comparable(name: str, one: Scenario, other: Scenario) -> bool:
        return one[name] == other[name] or not (applies(name, one) and applies(name, other))


def known_count(given: Given) -> int:
    """Return how many facts a partial case knows."""
    return sum(value is not None for value in given)


def case_of(facts: Iterable[str], given: Given, kind: str | None = None) -> Case:
    """Return a partial case as a `Case`."""
    return Case.from_dict(case_data(facts, given, kind))
