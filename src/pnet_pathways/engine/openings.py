"""What a case leaves open of the rows over some facts, and which of these rows differ in one fact alone.

All of this hangs on the facts only, so tables over the same facts share it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter

import attrs

from ..model.conditions import facts_of
from ..model.frames import Frame, places
from ..model.records import frozen
from ..model.values import Value
from ..model.vocabulary import Vocabulary

Key = tuple[Value | None, ...]

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
        columns = vocabulary.columns(linked)
        parts = [((1 << len(columns[block[0]].marks)) - 1, frame.everything)]
        for name in block:
            both = [(columns[name].literals[value], here) for value, here in frame.literals[name].items()]
            pairs = [(mask & one, rows & here) for mask, rows in parts for one, here in both]
            parts = [pair for pair in pairs if all(pair)]
        codes = tuple(vocabulary.facts[name].code for name in names)
        return cls(linked, names, _getter(codes), tuple(parts))

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
            every = [0] * self.frame.everything.bit_length()
            for partners, rows in self._moves(fact):
                for number in places(rows):
                    every[number] = partners
            # Two threads may both compute them; they are equal.
            found = self._partners[fact] = tuple(every)
        return found

    def edge(self, fact: str, mask: int) -> int:
        """Return the rows of a mask from which changing a fact alone leads out of it."""
        out = self.frame.everything & ~mask
        return mask & sum([rows for partners, rows in self._moves(fact) if partners & out])

    def levers(self, mask: int) -> dict[str, int]:
        """Return by fact the rows of a mask from which that fact alone leads out of it, if any."""
        found = self._levers.get(mask)
        if found is None:
            edges = {fact: self.edge(fact, mask) for fact in self.frame.facts}
            found = self._levers[mask] = {fact: rows for fact, rows in edges.items() if rows}
        return found

    def meet(self, fact: str, rows: int, others: int) -> bool:
        """Return whether changing a fact alone leads from one of some rows to one of others."""
        if not rows:
            return False
        partners = self._partners.get(fact) or self.partners(fact)
        while rows:
            # The highest: a lowest bit would have to be made first.
            place = rows.bit_length() - 1
            if partners[place] & others:
                return True
            rows ^= 1 << place
        return False

    def _moves(self, fact: str) -> list[tuple[int, int]]:
        """Return the partners that rows have, each with these rows; rows without a partner are left out."""
        found = self._moved.get(fact)
        if found is None:
            found = self._moved[fact] = list(self._alone(fact))
        return found

    def _alone(self, fact: str) -> Iterator[tuple[int, int]]:
        frame, taken = self.frame, self.frame.vocabulary.dependents.get(fact, ())
        own = list(frame.literals[fact].values())
        # Partners have the same values of all that the fact does not take away...
        alike = [frame.everything]
        for name in frame.facts:
            if name != fact and name not in taken:
                alike = [here for rows in alike for one in frame.literals[name].values() if (here := rows & one) & (here - 1)]
        pairs = [(rows & ~one, here) for rows in alike for one in own if (here := rows & one) != rows and here]
        # ... and of the rest where it applies to both.
        for name in (one for one in frame.facts if one in taken):
            absent, literals = self._absent(name), frame.literals[name].values()
            cells = [(frame.everything, absent), *((one | absent, one & ~absent) for one in literals)]
            pairs = [(others & same, here) for others, rows in pairs for same, one in cells if (here := rows & one)]
            pairs = [pair for pair in pairs if pair[0]]
        yield from pairs

    def _absent(self, fact: str) -> int:
        """Return the rows in which a fact cannot apply."""
        frame, condition = self.frame, self.frame.vocabulary.facts[fact].applies_when
        if all(name in frame.literals for name in facts_of(condition)):
            return frame.everything & ~frame.where(condition)
        scenarios = (dict(zip(frame.facts, row, strict=True)) for row in frame.rows)
        return sum((not frame.vocabulary.applies(fact, one)) << number for number, one in enumerate(scenarios))


@functools.lru_cache(maxsize=_REMEMBERED)
def openings_of(frame: Frame) -> Openings:
    """Return what reads cases for a frame, made once."""
    return Openings(frame, tuple(Evidence.of(frame, linked) for linked in frame.vocabulary.tied_sets(frame.facts)))


def _getter(places: tuple[int, ...]) -> Callable[[Sequence[Value | None]], Key]:
    """Return what takes the values at some places."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: (row[places[0]],)
