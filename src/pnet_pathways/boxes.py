"""Sets of scenarios in few words: a cover of boxes, each fact narrowed to some of its values or left free.

A box is read like a condition: every fact it names has one of the values named. Scenarios that the rules forbid count as
free space, so that a box need not say what follows anyway.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import attrs

from .facts import FACTS, NOT_APPLICABLE, Size, Value

Row = tuple[Value, ...]


@attrs.frozen
class Box:
    """A conjunction: each fact of `values` has one of the values given; other facts are free."""

    values: Mapping[str, tuple[Value, ...]]

    def holds(self, scenario: Mapping[str, Value]) -> bool:
        """Return whether a scenario lies in the box."""
        return all(scenario[name] in values for name, values in self.values.items())


def cover(facts: Sequence[str], rows: Iterable[Row], target: Collection[Row]) -> tuple[Box, ...]:
    """Return boxes that hold of exactly the target rows among all rows, in a fixed order.

    Every box is as wide as it can be, and none can be left out. `rows` are all consistent scenarios over `facts`.
    """
    every = list(rows)
    wanted = [row for row in every if row in set(target)]
    others = [row for row in every if row not in set(target)]
    primes: dict[tuple[frozenset[Value], ...], frozenset[Row]] = {}
    for row in wanted:
        for order in _orders(len(facts)):
            sets = _widened(facts, row, others, order)
            if sets not in primes:
                primes[sets] = frozenset(one for one in wanted if _inside(one, sets))
    chosen = _chosen(primes, wanted)
    for number, sets in enumerate(chosen):
        chosen[number] = _tightened(facts, sets, chosen[:number] + chosen[number + 1 :], wanted)
    return tuple(sorted((_box(facts, sets) for sets in chosen), key=lambda box: _rank(box, every, facts)))


def _rank(box: Box, rows: list[Row], facts: Sequence[str]) -> int:
    """Return the position of the first row that lies in a box, to list boxes in the order of the scenarios."""
    return next((number for number, row in enumerate(rows) if box.holds(dict(zip(facts, row, strict=True)))), len(rows))


def _orders(count: int) -> Iterable[tuple[int, ...]]:
    """Return orders in which to widen: each fact gets its turn to be widened first and last."""
    base = tuple(range(count))
    for shift in range(max(count, 1)):
        turned = base[shift:] + base[:shift]
        yield turned
        yield turned[::-1]


def _inside(row: Row, sets: Sequence[frozenset[Value]]) -> bool:
    return all(value in allowed for value, allowed in zip(row, sets, strict=True))


def _widened(facts: Sequence[str], row: Row, others: list[Row], order: Iterable[int]) -> tuple[frozenset[Value], ...]:
    """Return the box around a row, each fact in turn freed where that takes in no other row, else widened value by value."""
    sets = [frozenset({value}) for value in row]
    for index in order:
        domain = FACTS[facts[index]].domain
        # A row can only come in through this fact when all the other facts already let it.
        near = [
            other[index]
            for other in others
            if all(other[i] in sets[i] for i in range(len(sets)) if i != index) and other[index] not in sets[index]
        ]
        sets[index] = frozenset(domain) - frozenset(near)
    return tuple(sets)


def _chosen(
    primes: Mapping[tuple[frozenset[Value], ...], frozenset[Row]], wanted: list[Row]
) -> list[tuple[frozenset[Value], ...]]:
    """Return a small irredundant choice of boxes: the one that takes in most of what is left, then without what is spare."""
    left = set(wanted)
    chosen: list[tuple[frozenset[Value], ...]] = []
    ranked = list(primes)
    while left:
        best = max(ranked, key=lambda sets: (len(primes[sets] & left), _plainness(sets), -ranked.index(sets)))
        chosen.append(best)
        left -= primes[best]
    for sets in list(chosen):
        rest = frozenset[Row]().union(*(primes[one] for one in chosen if one != sets))
        if primes[sets] <= rest:
            chosen.remove(sets)
    return chosen


def _tightened(
    facts: Sequence[str],
    sets: tuple[frozenset[Value], ...],
    others: list[tuple[frozenset[Value], ...]],
    wanted: list[Row],
) -> tuple[frozenset[Value], ...]:
    """Return a box without the numbers of tumours that other boxes see to, and without the values that then cannot occur.

    Such a box names the one number of tumours that its sites and size belong to, which reads better than the widest.
    """
    if "pancreatic_tumors" not in facts:
        return sets
    number = facts.index("pancreatic_tumors")
    own = [row for row in wanted if _inside(row, sets) and not any(_inside(row, other) for other in others)]
    needed = frozenset(row[number] for row in own)
    if needed == sets[number]:
        return sets
    tight = list(sets)
    tight[number] = needed
    for name in ("sites", "size"):
        if name in facts and len(sets[index := facts.index(name)]) < len(FACTS[name].domain):
            tight[index] = frozenset(row[index] for row in own if row[number] in needed)
    return tuple(tight)


def _plainness(sets: Sequence[frozenset[Value]]) -> tuple[int, int]:
    """Rank boxes by how easily they read: no fact named only to say that it applies, then the widest."""
    awkward = sum(len(allowed) > 1 and NOT_APPLICABLE not in allowed and allowed == set(Size) for allowed in sets)
    return -awkward, sum(map(len, sets))


def _box(facts: Sequence[str], sets: Sequence[frozenset[Value]]) -> Box:
    named: dict[str, tuple[Value, ...]] = {}
    for name, allowed in zip(facts, sets, strict=True):
        domain = FACTS[name].domain
        if len(allowed) < len(domain):
            named[name] = tuple(value for value in domain if value in allowed)
    return Box(named)
