"""The verifier's own finite space: every scenario over some facts as a row, every set of scenarios as a bit mask.

It shares no code with the compiled tables that it judges: rows come from the domains and the rules alone, what holds where
from evaluating conditions row by row, and what a partial case leaves open from masks over the rows.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import Any

import attrs

from ...model.case import Case
from ...model.conditions import facts_of
from ...model.facts import Scenario
from ...model.values import NOT_APPLICABLE, Value
from ...model.vocabulary import Vocabulary

Given = tuple[Value | None, ...]
"""A partial case over some facts: the value given for each, `None` where it is unknown."""

Outcome = tuple[str, int]
"""An option (statement and number), or a gap (`GAP`)."""


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


def deciding(vocabulary: Vocabulary, facts: Iterable[str]) -> tuple[str, ...]:
    """Return the facts with all those that decide whether one of them applies."""
    found = set(facts)
    while more := {name for one in found for name in facts_of(vocabulary.facts[one].applies_when)} - found:
        found |= more
    return tuple(name for name in vocabulary.facts if name in found)


@functools.lru_cache(maxsize=64)
def consistent_rows(vocabulary: Vocabulary, facts: tuple[str, ...]) -> tuple[Scenario, ...]:
    """Return every assignment of facts, closed under the rules, that keeps the rules between them."""
    product = itertools.product(*(vocabulary.facts[name].domain for name in facts))
    rows = (dict(zip(facts, values, strict=True)) for values in product)
    return tuple(row for row in rows if keeps_rules(vocabulary, row))


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
class Closure:
    """Facts that rules tie together, with every consistent row over them, as far as a space holds some of them.

    `parts` pairs each set of rows that are alike in the space's facts (a mask over the closure's) with the space's rows.
    """

    facts: tuple[str, ...]
    literals: Mapping[tuple[str, Value], int]
    everything: int
    parts: tuple[tuple[int, int], ...]
    _memo: dict[int, int] = attrs.field(factory=dict, init=False)

    @classmethod
    def of(cls, vocabulary: Vocabulary, facts: tuple[str, ...], rows: Sequence[Scenario]) -> Closure:
        """Return a closure of facts, beside the rows of a space that holds some of them."""
        whole = consistent_rows(vocabulary, facts)
        held = [name for name in facts if name in rows[0]]
        alike: dict[tuple[Value, ...], list[int]] = {}
        for masks, listed in ((0, whole), (1, rows)):
            for number, row in enumerate(listed):
                alike.setdefault(tuple(row[name] for name in held), [0, 0])[masks] |= 1 << number
        literals = {
            (name, value): sum(1 << number for number, row in enumerate(whole) if row[name] == value)
            for name in facts
            for value in vocabulary.facts[name].domain
        }
        return cls(facts, literals, (1 << len(whole)) - 1, tuple((mask, here) for mask, here in alike.values()))

    def space_rows(self, left: int) -> int:
        """Return the space's rows that agree with some rows of the closure."""
        if left not in self._memo:
            self._memo[left] = functools.reduce(int.__or__, [here for mask, here in self.parts if mask & left], 0)
        return self._memo[left]

    def completions(self, given: Given) -> int:
        """Return the space's rows that agree with what is given of the closure's facts."""
        return self.space_rows(self.left(given))

    def left(self, given: Given) -> int:
        """Return the closure's rows that agree with what is given of its facts; 0 where it is contradictory."""
        left = self.everything
        for name, value in zip(self.facts, given, strict=True):
            if value is not None:
                left &= self.literals[name, value]
        return left

    def cases(self, vocabulary: Vocabulary, wanted: Iterable[str]) -> Iterator[tuple[Given, int]]:
        """Yield partial cases over the wanted facts of the closure: one for each set of the space's rows that any leaves."""
        found: dict[int, Given] = {self.everything: ()}
        for name in self.facts:
            values = vocabulary.facts[name].values if name in set(wanted) else ()
            grown: dict[int, Given] = {}
            for value in (None, *values):
                for left, given in found.items():
                    more = left if value is None else left & self.literals[name, value]
                    if more:
                        grown.setdefault(more, (*given, value))
            found = grown
        seen: set[int] = set()
        for left, given in sorted(found.items(), key=lambda one: known_count(one[1])):
            rows = self.space_rows(left)
            if rows not in seen:
                seen.add(rows)
                yield given, rows


@attrs.define(eq=False)
class Space:
    """Every scenario over `facts` that has a consistent completion; `outcomes` are what can hold in one, as masks.

    A case may also give facts of the `closures`, those that rules tie to the space's: `names` lists all of them.
    `literals` hold, for each fact, the rows with each of its values.
    """

    vocabulary: Vocabulary
    facts: tuple[str, ...]
    rows: tuple[Scenario, ...]
    closures: tuple[Closure, ...]
    outcomes: dict[Outcome, int] = attrs.field(factory=dict)
    names: tuple[str, ...] = attrs.field(init=False)
    literals: tuple[Mapping[Value, int], ...] = attrs.field(init=False)
    everything: int = attrs.field(init=False)
    _partners: dict[str, tuple[int, ...]] = attrs.field(factory=dict, init=False)
    _levers: dict[int, tuple[tuple[str, int], ...]] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.everything = (1 << len(self.rows)) - 1
        tied = {name for closure in self.closures for name in closure.facts}
        self.names = tuple(name for name in self.vocabulary.facts if name in tied)
        self.literals = tuple(
            {
                value: sum(1 << number for number, row in enumerate(self.rows) if row[name] == value)
                for value in self.vocabulary.facts[name].domain
            }
            for name in self.facts
        )

    @classmethod
    def over(cls, vocabulary: Vocabulary, facts: Iterable[str]) -> Space:
        """Return the space of some facts and those that decide whether one of them applies."""
        names = deciding(vocabulary, facts)
        # Facts of different closures never meet in a rule, so that each closure is listed alone.
        closures = dict.fromkeys(closed(vocabulary, [name]) for name in names)
        blocks = []
        for closure in closures:
            held = [name for name in closure if name in names]
            whole = consistent_rows(vocabulary, closure)
            blocks.append(
                [dict(zip(held, values, strict=True)) for values in {tuple(row[n] for n in held): 0 for row in whole}]
            )
        chosen = ({name: value for row in rows for name, value in row.items()} for rows in itertools.product(*blocks))
        rows = tuple({name: row[name] for name in names} for row in chosen)
        return cls(vocabulary, names, rows, tuple(Closure.of(vocabulary, closure, rows) for closure in closures))

    def where(self, holds: Callable[[Scenario], object]) -> int:
        """Return the rows in which something holds."""
        return sum(1 << number for number, row in enumerate(self.rows) if holds(row))

    def completions(self, given: Given) -> int:
        """Return the rows that keep what is given of the space's `names`; 0 where it is contradictory."""
        known = dict(zip(self.names, given, strict=True))
        mask = self.everything
        for closure in self.closures:
            mask &= closure.completions(tuple([known[name] for name in closure.facts]))
        return mask

    def allows(self, given: Given) -> bool:
        """Return whether what is given of the space's `names` has a consistent completion."""
        known = dict(zip(self.names, given, strict=True))
        return all(closure.left(tuple([known[name] for name in closure.facts])) for closure in self.closures)

    def cases(self, facts: Iterable[str] | None = None) -> list[tuple[Given, int]]:
        """Return partial cases over the facts (all `names` by default) with their completions, fewest known facts first.

        Cases that leave the same rows open are alike in everything: there is one for each set of rows that any case leaves.
        Only values that can be given occur: "does not apply" follows from others.
        """
        wanted = self.names if facts is None else tuple(facts)
        found: list[tuple[dict[str, Value | None], int]] = [({}, self.everything)]
        for closure in self.closures:
            here = [
                (dict(zip(closure.facts, given, strict=True)), rows) for given, rows in closure.cases(self.vocabulary, wanted)
            ]
            found = [({**known, **more}, mask & rows) for known, mask in found for more, rows in here]
        cases = [(tuple(known[name] for name in self.names), mask) for known, mask in found]
        return sorted(cases, key=lambda one: known_count(one[0]))

    def count(self, facts: Iterable[str]) -> int:
        """Return how many cases `cases` gives."""
        wanted = tuple(facts)
        return prod(sum(1 for _ in closure.cases(self.vocabulary, wanted)) for closure in self.closures)

    def smallest(self, masks: Iterable[int]) -> tuple[Given, int] | None:
        """Return the case with the fewest known facts whose completions all lie in one of the masks.

        Cases that pin each fact come last, so there always is one where some row of a mask can be given at all.
        """
        targets = [mask for mask in masks if mask]
        for count in range(len(self.facts) + 1):
            for chosen in itertools.combinations(range(len(self.facts)), count):
                for values in itertools.product(*(self.vocabulary.facts[self.facts[index]].values for index in chosen)):
                    known = dict(zip((self.facts[index] for index in chosen), values, strict=True))
                    given = tuple(known.get(name) for name in self.names)
                    mask = self.completions(given)
                    if mask and any(not mask & ~target for target in targets):
                        return given, mask
        return None

    def depends_on(self, outcome: int, completions: int) -> frozenset[str]:
        """Return the facts that, changed alone, change an outcome (a mask over the rows) in some completion."""
        held, lacking = completions & outcome, completions & ~outcome
        if not held or not lacking:
            return frozenset()
        if outcome not in self._levers:
            self._levers[outcome] = tuple(
                (name, mask)
                for name in self.facts
                for mask in [
                    sum(
                        1 << row for row, others in enumerate(self._alike_but(name)) if outcome >> row & 1 and others & ~outcome
                    )
                ]
                if mask
            )
        return frozenset(
            name
            for name, rows in self._levers[outcome]
            if any(self._partners[name][row] & lacking for row in _bits(held & rows))
        )

    def _alike_but(self, fact: str) -> tuple[int, ...]:
        """Return, for each row, those that differ from it in nothing but a fact and what another value of it takes away."""
        if fact not in self._partners:
            taken_away = self._dependents(fact)
            loose = [name for name in self.facts if name in taken_away]
            fixed = [name for name in self.facts if name != fact and name not in loose]
            alike: dict[tuple[Value, ...], list[int]] = {}
            for number, row in enumerate(self.rows):
                alike.setdefault(tuple(row[name] for name in fixed), []).append(number)
            found = [0] * len(self.rows)
            for group in alike.values():
                for one, other in itertools.permutations(group, 2):
                    mine, its = self.rows[one], self.rows[other]
                    if mine[fact] != its[fact] and all(self._comparable(name, mine, its) for name in loose):
                        found[one] |= 1 << other
            self._partners[fact] = tuple(found)
        return self._partners[fact]

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


def _bits(mask: int) -> Iterator[int]:
    """Yield the places of a mask's bits."""
    while mask:
        yield (mask & -mask).bit_length() - 1
        mask &= mask - 1


def known_count(given: Given) -> int:
    """Return how many facts a partial case knows."""
    return sum(value is not None for value in given)


def case_of(vocabulary: Vocabulary, facts: Iterable[str], given: Given, kind: str | None = None) -> Case:
    """Return a partial case as a `Case`."""
    return Case.from_dict(case_data(vocabulary, facts, given, kind), vocabulary)
