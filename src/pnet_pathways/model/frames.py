"""The rows over some facts, and in which of them a condition holds, as a mask with a bit for each row.

What many rows have in common is decided once for all of them, so a condition costs a few operations on whole numbers.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator

from .codes import Column
from .conditions import AllOf, AnyOf, Condition, Is, Not
from .records import frozen
from .values import GroupValue, Value
from .vocabulary import Vocabulary

_REMEMBERED = 512


@frozen(eq=False)
class Frame:
    """Every combination of some facts' values that has a consistent completion, in a fixed order."""

    vocabulary: Vocabulary
    facts: tuple[str, ...]
    columns: tuple[Column, ...]

    @functools.cached_property
    def rows(self) -> tuple[tuple[Value, ...], ...]:
        """The combinations; of no facts there is one."""
        return tuple(zip(*(column.values for column in self.columns), strict=True)) if self.columns else ((),)

    @functools.cached_property
    def everything(self) -> int:
        """The mask of all rows."""
        return (1 << (len(self.columns[0].marks) if self.columns else 1)) - 1

    @functools.cached_property
    def literals(self) -> dict[str, dict[Value, int]]:
        """The rows that have each value, by fact."""
        return {fact: column.literals for fact, column in zip(self.facts, self.columns, strict=True)}

    def where(self, condition: Condition) -> int:
        """Return the rows in which a condition on the frame's facts holds."""
        match condition:
            case Is():
                literal = self.literals[condition.fact]
                return functools.reduce(int.__or__, (literal.get(value, 0) for value in condition.values), 0)
            case AllOf():
                return functools.reduce(int.__and__, map(self.where, condition.parts), self.everything)
            case AnyOf():
                return functools.reduce(int.__or__, map(self.where, condition.parts), 0)
            case Not():
                return self.everything & ~self.where(condition.part)
        raise TypeError(f"{type(condition).__name__} is no condition")

    def having(self, key: str) -> Iterator[tuple[GroupValue, int]]:
        """Yield each value that a fact or group has somewhere, with the rows that have it."""
        if key not in self.vocabulary.groups:
            yield from self.literals[key].items()
            return
        for value in self.vocabulary.choices(key):
            rows = self.everything
            for fact, present in self.vocabulary.as_facts(key, value).items():
                rows &= self.literals[fact].get(present, 0)
            if rows:
                yield value, rows


@functools.lru_cache(maxsize=_REMEMBERED)
def frame_of(vocabulary: Vocabulary, facts: tuple[str, ...]) -> Frame:
    """Return the frame of some facts, made once."""
    sets = vocabulary.tied_sets(facts)
    names = [[name for name in vocabulary.facts if name in facts and name in tied] for tied in sets]
    # What `Vocabulary.combinations` yields, by marks: quicker by far than by values.
    blocks = (
        dict.fromkeys(zip(*(vocabulary.columns(tied)[name].marks for name in own), strict=True))
        for own, tied in zip(names, sets, strict=True)
    )
    rows = map(itertools.chain.from_iterable, itertools.product(*blocks))
    marks = dict(zip(itertools.chain.from_iterable(names), map("".join, zip(*rows, strict=True)), strict=True))
    return Frame(vocabulary, facts, tuple(Column(vocabulary.facts[name].domain, marks[name]) for name in facts))


def places(mask: int) -> Iterator[int]:
    """Yield the places of a mask's bits."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
