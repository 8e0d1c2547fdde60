"""What a case leaves open of the rows over some facts, and which of these rows differ in one fact alone.

All of this hangs on the facts only, so tables over the same facts share it.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import TypeVar

import attrs

from ..model.conditions import facts_of
from ..model.frames import Frame, places
from ..model.records import frozen
from ..model.values import Value
from ..model.vocabulary import Vocabulary

Key = tuple[Value | None, ...]
_K = TypeVar("_K", bound=Hashable)

_REMEMBERED = 512


@attrs.define
class Evidence:
    """What a case says of facts that are tied together, as a mask over the rows of a table.

    `parts` pair the rows of the linked facts (a mask over `Vocabulary.rows`) with the table's rows that agree with them.
    """

    linked: frozenset[str]
    names: tuple[str, ...]
    key_of: Callable[[Sequence[Value | None]], Key]
    parts: tuple[tuple[int, int], ...]
    memo: dict[Key, int] = attrs.field(factory=dict)
    _opened: dict[int, int] = attrs.field(init=False, factory=dict)

    @classmethod
    def of(cls, frame: Frame, linked: frozenset[str]) -> Evidence:
        """Return what reads those of a frame's facts that are tied together."""
        vocabulary = frame.vocabulary
        block = [name for name in frame.facts if name in linked]
        names = tuple(name for name in vocabulary.facts if name in linked)
        table, columns = _by_key(frame.marks(block)), vocabulary.columns(linked)
        whole = _by_key(zip(*[columns[name].marks for name in block], strict=True))
        codes = tuple(vocabulary.facts[name].code for name in names)
        parts = tuple((mask, table[values]) for values, mask in whole.items())
        return cls(linked, names, _getter(codes), parts)

    def rows(self, vocabulary: Vocabulary, values: Sequence[Value | None]) -> int:
        """Return the table's rows that a case leaves open; its values are in the vocabulary's order."""
        key = self.key_of(values)
        found = self.memo.get(key)
        if found is None:
            given = {name: value for name, value in zip(self.names, key, strict=True) if value is not None}
            found = self.memo[key] = self.opened(vocabulary.left(self.linked, given))
        return found

    def opened(self, left: int) -> int:
        """Return the table's rows that are left open where some rows of the linked facts are."""
        found = self._opened.get(left)
        if found is None:
            found = self._opened[left] = functools.reduce(int.__or__, [here for mask, here in self.parts if mask & left], 0)
        return found

    def cases(self, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
        """Yield for every set of rows of the linked facts that a case leaves open, as a mask, the table's rows left."""
        for left in vocabulary.partial_cases(self.linked):
            yield left, self.opened(left)


@frozen(eq=False)
class Openings:
    """What cases leave open of a frame's rows, and which rows differ in one fact alone."""

    frame: Frame
    evidence: tuple[Evidence, ...]
    _partners: dict[str, tuple[int, ...]] = attrs.field(init=False, factory=dict)
    _moved: dict[str, list[tuple[int, int]]] = attrs.field(init=False, factory=dict)
    _levers: dict[int, dict[str, int]] = attrs.field(init=False, factory=dict)

    def left(self, values: Sequence[Value | None]) -> int:
        """Return, as a mask, the rows that a case leaves open; its values are in the vocabulary's order."""
        mask = self.frame.everything
        for one in self.evidence:
            mask &= one.rows(self.frame.vocabulary, values)
        return mask

    def partners(self, fact: str) -> tuple[int, ...]:
        """Return the rows that differ from each row in one fact alone, and in facts that do not apply in one of them."""
        found = self._partners.get(fact)
        if found is None:
            # Two threads may both compute them; they are equal.
            found = self._partners[fact] = tuple(self._alone(fact))
        return found

    def edge(self, fact: str, mask: int) -> int:
        """Return the rows of a mask from which changing a fact alone leads out of it."""
        moved = self._moved.get(fact)
        if moved is None:
            found = _by_key(self.partners(fact))
            moved = self._moved[fact] = [(partners, rows) for partners, rows in found.items() if partners]
        out = self.frame.everything & ~mask
        return mask & functools.reduce(operator.or_, [rows for partners, rows in moved if partners & out], 0)

    def levers(self, mask: int) -> dict[str, int]:
        """Return by fact the rows of a mask from which that fact alone leads out of it, if any."""
        found = self._levers.get(mask)
        if found is None:
            edges = {fact: self.edge(fact, mask) for fact in self.frame.facts}
            found = self._levers[mask] = {fact: rows for fact, rows in edges.items() if rows}
        return found

    def _alone(self, fact: str) -> list[int]:
        """Return the partners of each row."""
        frame, taken = self.frame, self.frame.vocabulary.dependents.get(fact, ())
        at = frame.facts.index
        own, place_of_own = frame.literals[fact], at(fact)
        loose = [(at(name), frame.literals[name], self._absent[name]) for name in frame.facts if name in taken]
        # Partners have the same values of all that the fact does not take away.
        keys = list(frame.marks(name for name in frame.facts if name != fact and name not in taken))
        alike, found = _by_key(keys), []
        for number, (row, key) in enumerate(zip(frame.rows, keys, strict=True)):
            mask = alike[key] & ~own[row[place_of_own]]
            for place, literal, absent in loose:
                if not mask:
                    break
                if not absent >> number & 1:
                    mask &= literal[row[place]] | absent
            found.append(mask)
        return found

    @functools.cached_property
    def _absent(self) -> dict[str, int]:
        """Return, for each fact that need not apply, the rows in which it cannot."""
        frame, found = self.frame, dict[str, int]()
        for name in frame.facts:
            about = [one for one in facts_of(frame.vocabulary.facts[name].applies_when) if one in frame.facts]
            rows = _by_key(frame.marks(about))
            known = ({one: frame.rows[next(places(mask))][frame.facts.index(one)] for one in about} for mask in rows.values())
            applies = map(functools.partial(frame.vocabulary.applies, name), known)
            cannot = [mask for mask, can in zip(rows.values(), applies, strict=True) if not can]
            found[name] = functools.reduce(int.__or__, cannot, 0)
        return found


@functools.lru_cache(maxsize=_REMEMBERED)
def openings_of(frame: Frame) -> Openings:
    """Return what reads cases for a frame, made once."""
    return Openings(frame, tuple(Evidence.of(frame, linked) for linked in frame.vocabulary.tied_sets(frame.facts)))


def _by_key(keys: Iterable[_K]) -> dict[_K, int]:
    """Return for each key the rows that have it, as a mask."""
    found: dict[_K, int] = {}
    for number, key in enumerate(keys):
        found[key] = found.get(key, 0) | 1 << number
    return found


def _getter(places: tuple[int, ...]) -> Callable[[Sequence[Value | None]], Key]:
    """Return what takes the values at some places."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: (row[places[0]],)
