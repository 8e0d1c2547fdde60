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
from ...model.conditions import facts_of
from ...model.facts import Scenario
from ...model.values import NOT_APPLICABLE, Value
from ...model.vocabulary import Vocabulary

Given = tuple[Value | None, ...]
"""A partial case over a space's facts: the value given for each, `None` where it is unknown."""

Outcome = tuple[str, int]
"""An option (statement and number), or a gap (`GAP`)."""

Needs = tuple[tuple[int, Value], ...]
"""Values that facts, by their position, must have or still be able to have."""


def ties(vocabulary: Vocabulary) -> list[frozenset[str]]:
    """Return the facts that each rule, and each condition under which a fact applies, ties together."""
    found = [frozenset(facts_of(rule.never)) for rule in vocabulary.rules]
    return [*found, *(frozenset({name, *facts_of(fact.applies_when)}) for name, fact in vocabulary.facts.items())]


def closed(vocabulary: Vocabulary, facts: Iterable[str]) -> tuple[str, ...]:
    """Return the facts with all those that a rule ties to them, directly or through others."""
    found = set(facts)
    tied = ties(vocabulary)
    while more := {name for facts_of_one in tied if found & facts_of_one for name in facts_of_one} - found:
        found |= more
    return tuple(name for name in vocabulary.facts if name in found)


def keeps_rules(vocabulary: Vocabulary, row: Scenario) -> bool:
    """Return whether a row keeps every rule, and has each fact's value where the fact applies and what is forced elsewhere."""
    for name, value in row.items():
        fact = vocabulary.facts[name]
        if fact.applies_when.evaluate(row.get) is True:
            if value is NOT_APPLICABLE:
                return False
        elif value != fact.otherwise:
            return False
    return not any(rule.never.evaluate(row.get) for rule in vocabulary.rules if set(facts_of(rule.never)) <= row.keys())


def consistent_rows(vocabulary: Vocabulary, facts: Sequence[str]) -> list[dict[str, Value]]:
    """Return every assignment of facts, closed under the rules, that keeps the rules between them."""
    blocks: list[list[dict[str, Value]]] = []
    left = list(facts)
    while left:
        # Facts of different closures never meet in a rule, so that each closure is listed alone.
        block = [name for name in closed(vocabulary, left[:1]) if name in left]
        product = itertools.product(*(vocabulary.facts[name].domain for name in block))
        rows = (dict(zip(block, values, strict=True)) for values in product)
        blocks.append([row for row in rows if keeps_rules(vocabulary, row)])
        left = [name for name in left if name not in block]
    found = ({name: value for row in chosen for name, value in row.items()} for chosen in itertools.product(*blocks))
    return [{name: row[name] for name in facts} for row in found]


def case_data(vocabulary: Vocabulary, facts: Iterable[str], given: Given, kind: str | None = None) -> dict[str, Any]:
    """Return a partial case in the case contract, ready to paste; `kind` is the value of the entry fact where it matters."""
    data: dict[str, Any] = {} if kind is None else {vocabulary.entry: kind}
    for name, value in zip(facts, given, strict=True):
        if value is None or value is NOT_APPLICABLE:
            continue
        group, dot, member = name.partition(".")
        if dot:
            data.setdefault(group, {})[member] = value
        else:
            data[name] = value
    return data


@attrs.define(eq=False)
class Space:
    """Every scenario over `facts`, which are closed under the rules; `outcomes` are what can hold in one, as masks.

    `literals` hold, for each fact, the rows with each of its values; `pairs`, for each fact, the pairs of rows that differ
    in nothing but this fact and what it takes away.
    """

    vocabulary: Vocabulary
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
                for value in self.vocabulary.facts[name].domain
            }
            for name in self.facts
        )

    @classmethod
    def over(cls, vocabulary: Vocabulary, facts: Iterable[str]) -> Space:
        """Return the space of some facts and those that rules tie to them."""
        names = closed(vocabulary, facts)
        return cls(vocabulary, names, tuple(consistent_rows(vocabulary, names)))

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
            values = self.vocabulary.facts[name].values if name in wanted else ()
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
                for values in itertools.product(*(self.vocabulary.facts[self.facts[index]].values for index in chosen)):
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
            taken_away = self._dependents(fact)
            loose = [name for name in self.facts if name in taken_away]
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

    def _dependents(self, fact: str) -> set[str]:
        """Return the facts that apply only under some values of a fact, directly or through others."""
        found: set[str] = set()
        facts = self.vocabulary.facts
        while (
            more := {name for name, one in facts.items() if {fact, *found} & set(facts_of(one.applies_when)) and name != fact}
            - found
        ):
            found |= more
        return found

    def _comparable(self, name: str, one: Scenario, other: Scenario) -> bool:
        applies = self.vocabulary.facts[name].applies_when
        return one[name] == other[name] or not (applies.evaluate(one.get) and applies.evaluate(other.get))


def known_count(given: Given) -> int:
    """Return how many facts a partial case knows."""
    return sum(value is not None for value in given)


def case_of(vocabulary: Vocabulary, facts: Iterable[str], given: Given, kind: str | None = None) -> Case:
    """Return a partial case as a `Case`."""
    return Case.from_dict(case_data(vocabulary, facts, given, kind), vocabulary)
