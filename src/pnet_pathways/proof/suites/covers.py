"""What kinds of coverage there are, and two small searches on goals given as bit masks.

A kind of coverage is a list of named goals; a scenario reaches some of them. Goal number i is bit i of a mask, so that
suites are made, measured and bounded with the same few operations.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, Protocol

import attrs

from ...model.facts import Scenario
from ...model.frames import places
from ...model.values import NotApplicable as _NotApplicable
from ...model.values import Value, answer_name


class Cover(StrEnum):
    """A kind of coverage.

    `transitions` are the answers of the questions; `pairs` and `triples` the combinations of two and three facts' values
    that occur in some scenario; `paths` every path of every track together with every value of each fact that the path
    does not read.
    """

    STATES = "states"
    TRANSITIONS = "transitions"
    STATEMENTS = "statements"
    GAPS = "gaps"
    PAIRS = "pairs"
    TRIPLES = "triples"
    PATHS = "paths"


STRENGTH: Final[Mapping[Cover, int]] = {Cover.PAIRS: 2, Cover.TRIPLES: 3}
"""How many facts a combination has."""


class Goals(Protocol):
    """The goals of one kind of coverage of one pathway: those that some scenario reaches."""

    @property
    def names(self) -> tuple[str, ...]:
        """The goals' names."""
        ...

    def reached(self, scenario: Scenario) -> int:
        """Return the goals that a scenario reaches."""
        ...

    def smallest(self, goal: int) -> dict[str, Value]:
        """Return facts with which a goal is reached."""
        ...

    def bound(self) -> int:
        """Return a number of cases that no suite that reaches every goal can do without."""
        ...

    def certain(self, values: tuple[Value | None, ...]) -> int:
        """Return the goals that every completion of a case reaches; `values` are those of the case."""
        ...


def combination_name(facts: Iterable[str], values: Iterable[Value]) -> str:
    """Return the name of a combination of facts' values: ``color red, fresh no``."""
    return ", ".join(f"{fact} {answer_name(value)}" for fact, value in zip(facts, values, strict=True))


def independent(masks: Collection[int], steps: int = 5_000) -> int:
    """Return the size of a large set of goals of which no two are reached together: so many cases are needed at least.

    `masks` are the goals that each scenario reaches. The largest such set is looked for; the search stops after `steps`
    steps with the largest one found, which is a bound all the same.
    """
    together: dict[int, int] = {}
    for mask in masks:
        for goal in places(mask):
            together[goal] = together.get(goal, 0) | mask
    every = sum(1 << goal for goal in together)
    apart = {goal: every & ~mask for goal, mask in together.items()}
    best = 0

    def grow(size: int, candidates: int) -> None:
        nonlocal best, steps
        best = max(best, size)
        while size + candidates.bit_count() > best and steps > 0:
            steps -= 1
            goal = max(places(candidates), key=lambda one: (apart[one] & candidates).bit_count())
            grow(size + 1, candidates & apart[goal])
            candidates &= ~(1 << goal)

    grow(0, every)
    return best


@attrs.frozen(eq=False)
class KnownRows:
    """All the consistent combinations of some facts' values, as bits: row number i is bit i of a mask.

    `holding` gives for each fact the rows with each of its values.
    """

    facts: Sequence[str]
    rows: Sequence[tuple[Value, ...]]
    holding: tuple[Mapping[Value, int], ...]
    memo: dict[int, dict[str, Value]] = attrs.field(factory=dict)

    @classmethod
    def of(cls, facts: Sequence[str], rows: Sequence[tuple[Value, ...]]) -> KnownRows:
        """Return rows with the masks of their values."""
        holding: tuple[dict[Value, int], ...] = tuple({} for _ in facts)
        for number, row in enumerate(rows):
            for found, value in zip(holding, row, strict=True):
                found[value] = found.get(value, 0) | 1 << number
        return cls(facts, rows, holding)

    def smallest(self, wanted: int) -> dict[str, Value]:
        """Return the fewest known facts that only rows wanted agree with, earlier facts first.

        Where there are too many rows to try every set of facts, those that can be left out one by one are left out.
        Raises `ValueError` where no row is wanted.
        """
        if not wanted:
            raise ValueError("it holds in no row")
        found = self.memo.get(wanted)
        if found is None:
            found = self.memo[wanted] = self._smallest(wanted)
        return dict(found)

    def _smallest(self, wanted: int) -> dict[str, Value]:
        if len(self.rows) << len(self.facts) > SMALLEST_TRIED:
            return self._reduced(wanted)
        if wanted == (1 << len(self.rows)) - 1:
            return {}
        columns = list(zip(*(self.rows[number] for number in places(wanted)), strict=True))
        for size in range(1, len(self.facts) + 1):
            for chosen in itertools.combinations(range(len(self.facts)), size):
                for values in dict.fromkeys(zip(*(columns[place] for place in chosen), strict=True)):
                    # That a fact does not apply can only follow from others: it is nothing to be told.
                    told = not any(isinstance(value, _NotApplicable) for value in values)
                    if told and not self._agreeing(zip(chosen, values, strict=True)) & ~wanted:
                        return {self.facts[place]: value for place, value in zip(chosen, values, strict=True)}
        raise AssertionError("a row is not all that agrees with it")

    def _reduced(self, wanted: int) -> dict[str, Value]:
        row = self.rows[next(places(wanted))]
        kept = [place for place, value in enumerate(row) if not isinstance(value, _NotApplicable)]
        for place in reversed(list(kept)):
            fewer = [one for one in kept if one != place]
            if not self._agreeing((one, row[one]) for one in fewer) & ~wanted:
                kept = fewer
        return {self.facts[place]: row[place] for place in kept}

    def _agreeing(self, told: Iterable[tuple[int, Value]]) -> int:
        found = (1 << len(self.rows)) - 1
        for place, value in told:
            found &= self.holding[place][value]
        return found


SMALLEST_TRIED = 2_000_000
