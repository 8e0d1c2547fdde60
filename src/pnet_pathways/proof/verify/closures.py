"""Facts that rules tie together, as the verifier sees them: every consistent row over them, and what a case leaves of these."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from ...model.conditions import facts_of
from ...model.facts import Scenario
from ...model.values import NOT_APPLICABLE, Value
from ...model.vocabulary import Vocabulary

Given = tuple[Value | None, ...]
"""A partial case over some facts: the value given for each, `None` where it is unknown."""


@functools.lru_cache(maxsize=64)
def ties(vocabulary: Vocabulary) -> tuple[frozenset[str], ...]:
    """Return the facts that each rule, and each condition under which a fact applies, ties together."""
    found = [frozenset(facts_of(rule.never)) for rule in vocabulary.rules]
    return (*found, *(frozenset({name, *facts_of(fact.applies_when)}) for name, fact in vocabulary.facts.items()))


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


@attrs.define(eq=False)
class Closure:
    """Facts that rules tie together, with every consistent row over them, as seen from some of them, those that are `held`.

    `literals` and `everything` are masks over the rows; `parts` are the combinations of values of the held facts, each with
    the mask of its rows. What rows leave open of the held facts is a mask over the parts.
    """

    vocabulary: Vocabulary
    facts: tuple[str, ...]
    held: tuple[str, ...]
    parts: Mapping[tuple[Value, ...], int] = attrs.field(init=False)
    literals: Mapping[tuple[str, Value], int] = attrs.field(init=False)
    everything: int = attrs.field(init=False)
    _part_of: tuple[int, ...] = attrs.field(init=False)
    _opened: dict[int, int] = attrs.field(factory=dict, init=False)
    _cases: dict[frozenset[str], tuple[tuple[Given, int], ...]] = attrs.field(factory=dict, init=False)
    _steps: dict[frozenset[str], tuple[tuple[int, str, int], ...]] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        rows = consistent_rows(self.vocabulary, self.facts)
        held = [tuple(row[name] for name in self.held) for row in rows]
        self.parts = rows_by(held)
        places = {values: 1 << number for number, values in enumerate(self.parts)}
        self._part_of = tuple(places[values] for values in held)
        self.literals = {
            (name, value): sum(1 << number for number, row in enumerate(rows) if row[name] == value)
            for name in self.facts
            for value in self.vocabulary.facts[name].domain
        }
        self.everything = (1 << len(rows)) - 1

    def left(self, given: Given) -> int:
        """Return the rows that agree with what is given of the facts; 0 where it is contradictory."""
        left = self.everything
        for name, value in zip(self.facts, given, strict=True):
            if value is not None:
                left &= self.literals[name, value]
        return left

    def opened(self, rows: int) -> int:
        """Return the parts of which some rows hold a row."""
        if len(self.parts) == len(self._part_of):
            return rows
        found = self._opened.get(rows)
        if found is None:
            if rows.bit_count() < len(self.parts):
                found = functools.reduce(int.__or__, [self._part_of[number] for number in bits(rows)], 0)
            else:
                found = _projected(rows, self.parts.values())
            self._opened[rows] = found
        return found

    def steps(self, wanted: Iterable[str]) -> tuple[tuple[int, str, int], ...]:
        """Return each of the `cases` with a further fact and the case that leaves open what this does, where it is another."""
        asked = frozenset(wanted).intersection(self.facts)
        if asked not in self._steps:
            place_of = {parts: place for place, (_, parts) in enumerate(self.cases(asked))}
            found = []
            for place, (given, parts) in enumerate(self.cases(asked)):
                left = self.left(given)
                for name, known in zip(self.facts, given, strict=True):
                    for value in self.vocabulary.facts[name].values if known is None and name in asked else ():
                        more = self.opened(left & self.literals[name, value])
                        if more and more != parts:
                            found.append((place, name, place_of[more]))
            self._steps[asked] = tuple(found)
        return self._steps[asked]

    def cases(self, wanted: Iterable[str]) -> tuple[tuple[Given, int], ...]:
        """Return partial cases over the wanted facts, with the parts they leave open: one for each set that any leaves.

        Facts that are not held come first, and each is forgotten once it is given: rows that differ in it alone are one from
        there on, since what is given of other facts holds in all of them or in none.
        """
        asked = frozenset(wanted).intersection(self.facts)
        if asked not in self._cases:
            loose = [name for name in self.facts if name not in self.held]
            order = [*loose, *self.held]
            rows = [tuple(row[name] for name in order) for row in consistent_rows(self.vocabulary, self.facts)]
            found: dict[int, Given] = {(1 << len(rows)) - 1: ()}
            for place, name in enumerate(order):
                values = self.vocabulary.facts[name].values if name in asked else ()
                literals = rows_by([row[max(0, place - len(loose))] for row in rows])
                grown: dict[int, Given] = {}
                for left, given in found.items():
                    for value in (None, *values):
                        more = left if value is None else left & literals.get(value, 0)
                        if more and known_count(given) + (value is not None) < _known(grown.get(more)):
                            grown[more] = (*given, value)
                found = grown
                if name in loose:
                    found, rows = _forgotten(found, rows)
            # The rows that are left are the parts, in the same order: both are in that of their first row.
            places = [order.index(name) for name in self.facts]
            self._cases[asked] = tuple((tuple([given[place] for place in places]), left) for left, given in found.items())
        return self._cases[asked]


def rows_by(keys: Iterable[Any]) -> dict[Any, int]:
    """Return each key with the mask of the places where it stands."""
    found: dict[Any, int] = {}
    for number, key in enumerate(keys):
        found[key] = found.get(key, 0) | 1 << number
    return found


def _projected(rows: int, groups: Iterable[int]) -> int:
    """Return, as a mask, which groups (masks themselves) hold one of the rows."""
    return sum(1 << number for number, group in enumerate(groups) if rows & group)


def _known(given: Given | None) -> float:
    return float("inf") if given is None else known_count(given)


def _forgotten(
    found: Mapping[int, Given], rows: Sequence[tuple[Value, ...]]
) -> tuple[dict[int, Given], list[tuple[Value, ...]]]:
    """Return sets of rows as sets of rows without their first value, and these."""
    groups = rows_by([row[1:] for row in rows])
    fewer: dict[int, Given] = {}
    for left, given in found.items():
        less = _projected(left, groups.values())
        if known_count(given) < _known(fewer.get(less)):
            fewer[less] = given
    return fewer, list(groups)


@functools.lru_cache(maxsize=256)
def closure_of(vocabulary: Vocabulary, facts: tuple[str, ...], held: tuple[str, ...]) -> Closure:
    """Return facts that rules tie together as seen from some of them, made once."""
    return Closure(vocabulary, facts, held)


def bits(mask: int) -> Iterator[int]:
    """Yield the places of a mask's bits."""
    while mask:
        yield (mask & -mask).bit_length() - 1
        mask &= mask - 1


def known_count(given: Given) -> int:
    """Return how many facts a partial case knows."""
    return sum(value is not None for value in given)
