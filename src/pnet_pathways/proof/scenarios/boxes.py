"""Sets of scenarios in few words: a cover of boxes, each fact narrowed to some of its values or left free.

A box is read like a condition: every fact it names has one of the values named. Scenarios that the rules forbid count as
free space, so that a box need not say what follows anyway.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import attrs

from ...model.facts import Fact
from ...model.values import Value

Row = tuple[Value, ...]


@attrs.frozen
class Box:
    """A conjunction: each fact of `values` has one of the values given; other facts are free."""

    values: Mapping[str, tuple[Value, ...]]

    def holds(self, scenario: Mapping[str, Value]) -> bool:
        """Return whether a scenario lies in the box."""
        return all(scenario[name] in values for name, values in self.values.items())


def cover(known: Mapping[str, Fact], facts: Sequence[str], rows: Iterable[Row], target: Collection[Row]) -> tuple[Box, ...]:
    """Return boxes that hold of exactly the target rows among all rows, in a fixed order.

    Every box is as wide as it can be without naming what cannot occur, and none can be left out. `known` are the
    facts by name, `rows` all consistent scenarios over `facts`.
    """
    space = _Space.over([known[name] for name in facts], rows, target)
    primes = {sets: space.inside(sets) for row in space.wanted_rows for sets in space.widened(row)}
    chosen = _chosen(space, primes)
    chosen = _needed(space, [_readable(space, sets) for sets in chosen])
    return tuple(_box(space.facts, sets) for sets in sorted(chosen, key=space.first))


_Sets = tuple[frozenset[Value], ...]
"""The values that a box allows of each fact."""


@attrs.frozen
class _Space:
    """The rows, as bits of whole numbers: the row numbered `n` is the bit ``1 << n``.

    `holding` gives for each fact the rows with each of its values, and `wanted` is the target.
    """

    facts: Sequence[Fact]
    rows: Sequence[Row]
    holding: tuple[Mapping[Value, int], ...]
    wanted: int
    orders: tuple[tuple[int, ...], ...]

    @classmethod
    def over(cls, facts: Sequence[Fact], rows: Iterable[Row], target: Collection[Row]) -> _Space:
        every, chosen = list(rows), set(target)
        holding: list[dict[Value, int]] = [dict.fromkeys(fact.domain, 0) for fact in facts]
        wanted = 0
        for number, row in enumerate(every):
            bit = 1 << number
            wanted |= bit if row in chosen else 0
            for own, value in zip(holding, row, strict=True):
                own[value] |= bit
        return cls(facts, every, tuple(holding), wanted, tuple(dict.fromkeys(_orders(len(facts)))))

    @property
    def wanted_rows(self) -> list[Row]:
        """The rows of the target, in order."""
        return self.rows_of(self.wanted)

    def rows_of(self, bits: int) -> list[Row]:
        """Return the rows that some bits stand for, in order."""
        return [row for number, row in enumerate(self.rows) if bits >> number & 1]

    def inside(self, sets: _Sets) -> int:
        """Return the rows of the target in a box."""
        return self.wanted & self.every_inside(sets)

    def every_inside(self, sets: _Sets) -> int:
        """Return all rows in a box."""
        bits = (1 << len(self.rows)) - 1
        for own, allowed in zip(self.holding, sets, strict=True):
            if len(allowed) < len(own):
                bits &= _any_of(own, allowed)
        return bits

    def first(self, sets: _Sets) -> int:
        """Return the number of the first row in a box, to list boxes in the order of the scenarios."""
        bits = self.inside(sets)
        return (bits & -bits).bit_length()

    def widened(self, row: Row) -> Iterator[_Sets]:
        """Yield the boxes around a row of the target, one for each order in which to widen.

        Each fact in turn is freed where that takes in no other row, else widened value by value.
        """
        others = ((1 << len(self.rows)) - 1) & ~self.wanted
        single = [own[value] for own, value in zip(self.holding, row, strict=True)]
        for order in self.orders:
            # The other rows that the facts still to come let in, for each place in the order.
            later = [-1]
            for index in reversed(order[1:]):
                later.append(later[-1] & single[index])
            sets: list[frozenset[Value]] = [frozenset()] * len(order)
            let_in = others
            for index in order:
                # A row can only come in through this fact when all the other facts already let it.
                near = let_in & later.pop()
                own = self.holding[index]
                sets[index] = frozenset(value for value, bits in own.items() if not near & bits) if near else frozenset(own)
                if len(sets[index]) < len(own):
                    let_in &= _any_of(own, sets[index])
            yield tuple(sets)


def _any_of(own: Mapping[Value, int], allowed: Iterable[Value]) -> int:
    bits = 0
    for value in allowed:
        bits |= own[value]
    return bits


def _orders(count: int) -> Iterable[tuple[int, ...]]:
    """Return orders in which to widen: each fact gets its turn to be widened first and last."""
    base = tuple(range(count))
    for shift in range(max(count, 1)):
        turned = base[shift:] + base[:shift]
        yield turned
        yield turned[::-1]


def _chosen(space: _Space, primes: Mapping[_Sets, int]) -> list[_Sets]:
    """Return a small irredundant choice of boxes: the one that takes in most of what is left, then without what is spare."""
    left = space.wanted
    chosen: list[_Sets] = []
    while left:
        best = max(primes, key=lambda sets: ((primes[sets] & left).bit_count(), _plainness(space, sets)))
        chosen.append(best)
        left &= ~primes[best]
    return _needed(space, chosen)


def _needed(space: _Space, boxes: Iterable[_Sets]) -> list[_Sets]:
    """Return boxes without those whose rows are all in others; the later ones are kept."""
    held = {sets: space.inside(sets) for sets in boxes}
    for sets in list(held):
        rest = 0
        for one, bits in held.items():
            rest |= bits if one != sets else 0
        if not held[sets] & ~rest:
            del held[sets]
    return list(held)


def _readable(space: _Space, sets: _Sets) -> _Sets:
    """Return the same box without values that the rules exclude given the rest, and without facts that then say nothing."""
    bits = space.every_inside(sets)
    kept = [
        allowed if len(allowed) == len(own) else frozenset(value for value in allowed if own[value] & bits)
        for own, allowed in zip(space.holding, sets, strict=True)
    ]
    for index in reversed(range(len(kept))):
        freed = (*kept[:index], frozenset(space.holding[index]), *kept[index + 1 :])
        if space.every_inside(freed) == bits:
            kept = list(freed)
    return tuple(kept)


def _plainness(space: _Space, sets: _Sets) -> tuple[int, int]:
    """Rank boxes by how easily they read: no fact named only to say that it applies, then the widest."""
    awkward = sum(
        fact.may_not_apply and len(allowed) > 1 and allowed == set(fact.values)
        for fact, allowed in zip(space.facts, sets, strict=True)
    )
    return -awkward, sum(map(len, sets))


def _box(facts: Sequence[Fact], sets: _Sets) -> Box:
    named: dict[str, tuple[Value, ...]] = {}
    for fact, allowed in zip(facts, sets, strict=True):
        if len(allowed) < len(fact.domain):
            named[fact.name] = tuple(value for value in fact.domain if value in allowed)
    return Box(named)
