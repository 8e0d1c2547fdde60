"""Which unknown numbers follow from equations between them: sums of which some parts are known."""

from __future__ import annotations

import heapq
import random
from collections.abc import Collection, Iterable
from typing import Final

import attrs

Relation = dict[int, int]
"""By number the factor with which it enters a sum that is 0."""
_PRIME: Final = (1 << 61) - 1


def solved(relations: Iterable[Relation], unknown: Collection[int]) -> set[int]:
    """Return the unknown numbers that the relations settle, all others being known.

    A number is settled where it is 0 in every solution of the relations between the unknown ones alone. One solution is
    drawn: a number that is not settled is 0 in it with a chance of one in 2^61.
    """
    system = _System()
    for relation in relations:
        system.add({name: factor % _PRIME for name, factor in relation.items() if name in unknown})
    values: dict[int, int] = {}
    draw = random.Random(0)  # noqa: S311 - nothing secret: the same relations give the same answer
    for name, equation in reversed(list(system.eliminated())):
        total = 0
        for other, factor in equation.items():
            if other != name:
                if other not in values:
                    values[other] = draw.randrange(1, _PRIME)
                total += factor * values[other]
        values[name] = -total % _PRIME
    return {name for name, value in values.items() if not value}


@attrs.define
class _System:
    """Equations, eliminated in the order in which they stay short."""

    rows: dict[int, Relation] = attrs.field(factory=dict)
    of: dict[int, set[int]] = attrs.field(factory=dict)

    def add(self, row: Relation) -> None:
        """Add an equation."""
        number = len(self.rows)
        if row:
            self.rows[number] = row
            for name in row:
                self.of.setdefault(name, set()).add(number)

    def eliminated(self) -> Iterable[tuple[int, Relation]]:
        """Yield a name and the equation that gives it by names of later equations, or of none."""
        waiting = [(len(rows), name) for name, rows in self.of.items()]
        heapq.heapify(waiting)
        while waiting:
            count, name = heapq.heappop(waiting)
            rows = self.of.get(name)
            if not rows:
                continue
            if len(rows) != count:
                heapq.heappush(waiting, (len(rows), name))
                continue
            equation = self._taken(name, min(rows, key=lambda number: (len(self.rows[number]), number)))
            yield name, equation
            for other in equation:
                if self.of[other]:
                    heapq.heappush(waiting, (len(self.of[other]), other))

    def _taken(self, name: int, number: int) -> Relation:
        """Take an equation out, solved for a name, and put it into all others that hold the name."""
        row = self.rows.pop(number)
        for other in row:
            self.of[other].discard(number)
        inverse = pow(row[name], -1, _PRIME)
        row = {other: factor * inverse % _PRIME for other, factor in row.items()}
        for place in list(self.of[name]):
            self._put(row, self.rows[place], place, self.rows[place][name])
        return row

    def _put(self, row: Relation, into: Relation, place: int, times: int) -> None:
        for other, factor in row.items():
            left = (into.get(other, 0) - times * factor) % _PRIME
            if left:
                into[other] = left
                self.of[other].add(place)
            else:
                into.pop(other, None)
                self.of[other].discard(place)
