"""Which counts of a report are shown, so that no small one can be read off or worked out from the others.

A `Count` knows how many and, by a fingerprint, who: the same patients have the same one wherever they are counted, and
disjoint counts add up in both. So one `SmallCounts` holds over all tables and pictures of a report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from .solving import Relation, solved

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST: Final = 11
"""The least number of patients that is shown by default, as US Medicare's rule for published data has it."""
WITHHELD: Final = "*"
"""What stands in the place of a count that is withheld."""
_WRAP: Final = 1 << 64
_BLOCK: Final = 2_000_000


@attrs.frozen
class Count:
    """Some patients: how many, and a fingerprint of who they are. Disjoint counts add up; a part can be taken away."""

    number: int = 0
    who: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.number + other.number, (self.who + other.who) % _WRAP)

    def __sub__(self, other: Count) -> Count:
        return Count(self.number - other.number, (self.who - other.who) % _WRAP)


NOBODY: Final = Count()


def total_of(parts: Iterable[Count]) -> Count:
    """Return what disjoint counts come to."""
    return sum(parts, NOBODY)


def fingerprints(number: int, seed: int = 0) -> NDArray[np.uint64]:
    """Return a fingerprint for each of some patients; the same `seed` gives the same ones."""
    return np.random.default_rng(seed).integers(1, _WRAP - 1, number, dtype=np.uint64)


def counted_by(keys: NDArray[np.int64], marks: NDArray[np.uint64]) -> dict[int, Count]:
    """Return the counts of patients by key; `marks` are their fingerprints."""
    if not keys.size:
        return {}
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    numbers = np.diff(np.r_[starts, keys.size])
    whos = np.add.reduceat(marks[order], starts)
    found = zip(ordered[starts].tolist(), numbers.tolist(), whos.tolist(), strict=True)
    return {key: Count(number, who) for key, number, who in found}


@attrs.define
class SmallCounts:
    """The counts of one report. `add` every table, then ask what is `shown`; with a `least` of 1 all are.

    What holds, over all tables together:

    - No count from 1 to ``least - 1`` is shown.
    - None of them follows from the shown ones by any sums and differences of the tables that were added, nor is it the
      difference of any two shown ones, whatever tables these stand in.
    - Where a total is shown, the parts of it that are withheld are not known to be all 1, the least that they can be.

    A zero is shown: it says that there is nobody. What is withheld beside small counts bears the same sign, so that the
    sign says of no count that it is small.
    """

    least: int = LEAST
    _numbers: dict[int, int] = attrs.field(init=False, factory=dict)
    _told: set[int] = attrs.field(init=False, factory=set)
    _relations: list[Relation] = attrs.field(init=False, factory=list)
    _withheld: set[int] | None = attrs.field(init=False, default=None)

    def add(self, parts: Iterable[Count], rest: Count = NOBODY) -> Count:
        """Add a table: `parts` without a patient in common, and a `rest` that it does not tell, but that could be worked out.

        Return their total, which counts as told where it is not small.
        """
        told = [part for part in parts if part.number]
        found = [*told, rest] if rest.number else told
        total = total_of(found)
        for one in (*found, total):
            if one.number:
                self._numbers[one.who] = one.number
        self._told.update(one.who for one in (*told, total))
        if len(found) > 1:
            self._relations.append({**{one.who: 1 for one in found}, total.who: -1})
        self._withheld = None
        return total

    def shown(self, count: Count) -> int | None:
        """Return a count's number, or `None` where it is withheld. Raises `KeyError` for one that no table tells."""
        if not count.number:
            return 0
        if self._withheld is None:
            self._withheld = self._settled()
        if count.who not in self._told:
            raise KeyError(count)
        return None if count.who in self._withheld else self._numbers[count.who]

    @property
    def withheld(self) -> int:
        """How many counts are withheld."""
        return sum(self.shown(Count(self._numbers[who], who)) is None for who in self._told if who)

    def _settled(self) -> set[int]:
        small = {who for who, number in self._numbers.items() if number < self.least}
        relations = list({tuple(sorted(one.items())): one for one in self._relations}.values())
        withheld = small | (self._numbers.keys() - self._told)
        while small:
            more = set(self._pinned(relations, withheld))
            if not more:
                beside = (self._beside(one, relations, withheld) for one in sorted(solved(relations, withheld) & small))
                more = {one for one in beside if one is not None}
            if not more:
                differences = list(self._differences(small, withheld))
                if not differences:
                    break
                relations += differences
            withheld |= more
        return withheld

    def _beside(self, exposed: int, relations: list[Relation], withheld: set[int]) -> int | None:
        """Return what to withhold beside a count that is exposed: the smallest part that stands in a table with it.

        Where there is none, the smallest total; then what stands in a table with any of these, and so on.
        """
        reached, left = {exposed}, relations
        while near := [one for one in left if not reached.isdisjoint(one)]:
            left = [one for one in left if reached.isdisjoint(one)]
            for sign in (1, -1):
                shown = {who for one in near for who, factor in one.items() if factor == sign and who not in withheld}
                if shown:
                    return min(shown, key=self._order)
            reached.update(*near)
        return None

    def _differences(self, small: set[int], withheld: set[int]) -> Iterator[Relation]:
        """Yield a relation for each small count that is the difference of two shown ones."""
        shown = np.sort(np.array([who for who in self._numbers if who not in withheld], dtype=np.uint64))
        if not shown.size:
            return
        wanted = np.array(sorted(small), dtype=np.uint64)
        step = max(1, _BLOCK // shown.size)
        for start in range(0, wanted.size, step):
            some = wanted[start : start + step]
            sums = some[:, None] + shown[None, :]
            places = np.searchsorted(shown, sums)
            hits = shown[np.minimum(places, shown.size - 1)] == sums
            for row, column in zip(*np.nonzero(hits), strict=True):
                yield {int(some[row]): 1, int(shown[column]): 1, int(sums[row, column]): -1}

    def _pinned(self, relations: list[Relation], withheld: set[int]) -> Iterator[int]:
        """Yield what to withhold where a shown total and the shown parts of it leave but 1 for each of the others."""
        for one in relations:
            parts = [who for who, factor in one.items() if factor == 1]
            hidden = [who for who in parts if who in withheld]
            total = next(who for who, factor in one.items() if factor == -1)
            if hidden and total not in withheld and sum(self._numbers[who] for who in hidden) == len(hidden):
                shown = [who for who in parts if who not in withheld]
                yield min(shown, key=self._order) if shown else total

    def _order(self, who: int) -> tuple[int, int]:
        return self._numbers[who], who
