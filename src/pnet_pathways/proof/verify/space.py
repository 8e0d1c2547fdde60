"""The verifier's own finite space: every scenario over some facts as a row, every set of scenarios as a bit mask.

It shares no code with the compiled tables that it judges: rows come from the domains and the rules alone, what holds where
from evaluating conditions row by row, and what a partial case leaves open from masks over the rows.
"""

from __future__ import annotations

import copy
import functools
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import prod
from typing import Any

import attrs

from ...model.case import Case
from ...model.conditions import facts_of
from ...model.facts import Scenario
from ...model.values import NOT_APPLICABLE, Value
from ...model.vocabulary import Vocabulary
from .closures import Closure, Given, bits, closed, closure_of, deciding, known_count, rows_by

Outcome = tuple[str, int]
"""An option (statement and number), or a gap (`GAP`)."""


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
    _places: tuple[tuple[int, ...], ...] = attrs.field(init=False)
    _parts: tuple[tuple[int, ...], ...] = attrs.field(init=False)
    _partners: dict[str, tuple[int, ...]] = attrs.field(factory=dict, init=False)
    _levers: dict[int, tuple[tuple[str, int], ...]] = attrs.field(factory=dict, init=False)
    _depends: dict[tuple[int, int], frozenset[str]] = attrs.field(factory=dict, init=False)
    _sets: dict[frozenset[str], frozenset[str]] = attrs.field(factory=dict, init=False)
    _opened: dict[tuple[int, int], int] = attrs.field(factory=dict, init=False)
    _cases: dict[tuple[str, ...], list[tuple[Given, int]]] = attrs.field(factory=dict, init=False)
    _steps: list[tuple[int, str, int]] = attrs.field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        self.everything = (1 << len(self.rows)) - 1
        tied = {name for closure in self.closures for name in closure.facts}
        self.names = tuple(name for name in self.vocabulary.facts if name in tied)
        self._places = tuple(tuple(self.names.index(name) for name in closure.facts) for closure in self.closures)
        self.literals = tuple(
            {value: rows.get(value, 0) for value in self.vocabulary.facts[name].domain}
            for name in self.facts
            for rows in [rows_by([row[name] for row in self.rows])]
        )
        # The rows of the space that are in each part of a closure.
        self._parts = tuple(
            tuple(alike[values] for values in closure.parts)
            for closure in self.closures
            for alike in [rows_by([tuple(row[name] for name in closure.held) for row in self.rows])]
        )

    @classmethod
    def over(cls, vocabulary: Vocabulary, facts: Iterable[str]) -> Space:
        """Return the space of some facts and those that decide whether one of them applies, without outcomes.

        Spaces over the same facts share what they have found out.
        """
        space = copy.copy(_space(vocabulary, deciding(vocabulary, facts)))
        space.outcomes = {}
        return space

    def where(self, holds: Callable[[Scenario], object]) -> int:
        """Return the rows in which something holds."""
        return sum(1 << number for number, row in enumerate(self.rows) if holds(row))

    def completions(self, given: Given) -> int:
        """Return the rows that keep what is given of the space's `names`; 0 where it is contradictory."""
        mask = self.everything
        for number, (closure, places) in enumerate(zip(self.closures, self._places, strict=True)):
            mask &= self.opened(number, closure.left(tuple([given[place] for place in places])))
        return mask

    def opened(self, number: int, left: int) -> int:
        """Return the rows that agree with what is left of the rows of a closure."""
        return self._open(number, self.closures[number].opened(left))

    def _open(self, number: int, parts: int) -> int:
        """Return the rows that are in some of the parts of a closure."""
        found = self._opened.get((number, parts))
        if found is None:
            found = functools.reduce(int.__or__, [self._parts[number][part] for part in bits(parts)], 0)
            self._opened[number, parts] = found
        return found

    def cases(self, facts: Iterable[str] | None = None) -> list[tuple[Given, int]]:
        """Return partial cases over the facts (all `names` by default) with their completions, fewest known facts first.

        Cases that leave the same rows open are alike in everything: there is one for each set of rows that any case leaves.
        Only values that can be given occur: "does not apply" follows from others.
        """
        wanted = self.names if facts is None else tuple(facts)
        if wanted not in self._cases:
            found: list[tuple[tuple[Value | None, ...], int]] = [((), self.everything)]
            for number, closure in enumerate(self.closures):
                here = [(given, self._open(number, parts)) for given, parts in closure.cases(wanted)]
                found = [((*known, *more), mask & rows) for known, mask in found for more, rows in here]
            order = [place for places in self._places for place in places]
            back = [order.index(place) for place in range(len(order))]
            cases = [(tuple([known[place] for place in back]), mask) for known, mask in found]
            self._cases[wanted] = sorted(cases, key=lambda one: known_count(one[0]))
        return self._cases[wanted]

    def steps(self) -> Sequence[tuple[int, str, int]]:
        """Return each case with each fact that it leaves open, and the case that leaves open what a value of this does.

        Cases are given by their places among `cases()`; where a value leaves the same rows open there is nothing to say.
        """
        if not self._steps:
            place_of = {mask: place for place, (_, mask) in enumerate(self.cases())}
            sizes = [len(closure.cases(self.names)) for closure in self.closures]
            masks = [
                [self._open(number, parts) for _, parts in closure.cases(self.names)]
                for number, closure in enumerate(self.closures)
            ]
            for number, closure in enumerate(self.closures):
                others = [masks[other] for other in range(len(sizes)) if other != number]
                for around in itertools.product(*others):
                    rest = functools.reduce(int.__and__, around, self.everything)
                    place = [place_of[mask & rest] for mask in masks[number]]
                    self._steps.extend((place[one], name, place[more]) for one, name, more in closure.steps(self.names))
        return self._steps

    def count(self, facts: Iterable[str]) -> int:
        """Return how many cases `cases` gives."""
        wanted = tuple(facts)
        return prod(len(closure.cases(wanted)) for closure in self.closures)

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
        key = outcome, completions
        if key not in self._depends:
            # Few sets of facts are new: each is kept once.
            found = self._depending(outcome, held, lacking)
            self._depends[key] = self._sets.setdefault(found, found)
        return self._depends[key]

    def _depending(self, outcome: int, held: int, lacking: int) -> frozenset[str]:
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
        return frozenset(name for name, rows in self._levers[outcome] if self._meet(name, held & rows, lacking))

    def _meet(self, fact: str, rows: int, others: int) -> bool:
        """Return whether one of some rows differs from one of others in a fact alone."""
        partners = self._partners[fact]
        if others.bit_count() < rows.bit_count():
            rows, others = others, rows
        while rows:
            row = rows.bit_length() - 1
            if partners[row] & others:
                return True
            rows ^= 1 << row
        return False

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


@functools.lru_cache(maxsize=256)
def _space(vocabulary: Vocabulary, names: tuple[str, ...]) -> Space:
    # Facts of different closures never meet in a rule, so that each closure is listed alone.
    closures = tuple(
        closure_of(vocabulary, tied, tuple(name for name in tied if name in names))
        for tied in dict.fromkeys(closed(vocabulary, [name]) for name in names)
    )
    held = [name for closure in closures for name in closure.held]
    chosen = (
        dict(zip(held, itertools.chain(*parts), strict=True)) for parts in itertools.product(*(c.parts for c in closures))
    )
    return Space(vocabulary, names, tuple({name: row[name] for name in names} for row in chosen), closures)


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


def case_of(vocabulary: Vocabulary, facts: Iterable[str], given: Given, kind: str | None = None) -> Case:
    """Return a partial case as a `Case`."""
    return Case.from_dict(case_data(vocabulary, facts, given, kind), vocabulary)
