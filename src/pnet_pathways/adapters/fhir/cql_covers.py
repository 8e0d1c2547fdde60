"""Exact covers: a set of cases, given as a bit mask, said in as few words as a search finds.

A universe numbers all the cases that are told apart; bit number i of a mask is case number i. A `Clause` is CQL text with the
cases in which it is true; it is never null.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence

import attrs


@attrs.frozen
class Clause:
    """CQL text, and the cases in which it is true. `binds` is the connective at its top: ``and``, ``or``, or none."""

    text: str
    mask: int
    binds: str = ""

    def within(self, connective: str) -> str:
        """Return the text as a part of an expression with a connective."""
        return f"({self.text})" if self.binds and self.binds != connective else self.text


NEVER = Clause("false", 0)


def always(everything: int) -> Clause:
    """Return the clause that holds in every case."""
    return Clause("true", everything)


def all_of(clauses: Iterable[Clause], everything: int) -> Clause:
    """Return the clause that all of some clauses hold."""
    parts = list(dict.fromkeys(one for one in clauses if one.mask != everything))
    mask = functools.reduce(int.__and__, (one.mask for one in parts), everything)
    if not mask:
        return NEVER
    if not parts:
        return always(everything)
    return parts[0] if len(parts) == 1 else Clause(" and ".join(one.within("and") for one in parts), mask, "and")


def any_of(clauses: Iterable[Clause], everything: int) -> Clause:
    """Return the clause that one of some clauses holds."""
    parts = list(dict.fromkeys(one for one in clauses if one.mask))
    mask = functools.reduce(int.__or__, (one.mask for one in parts), 0)
    if mask == everything:
        return always(everything)
    if not parts:
        return NEVER
    return parts[0] if len(parts) == 1 else Clause(" or ".join(one.within("or") for one in parts), mask, "or")


def negated(clause: Clause, everything: int) -> Clause:
    """Return the clause that a clause does not hold."""
    text = f"not ({clause.text})" if clause.binds else f"not {clause.text}"
    return Clause(text, everything & ~clause.mask)


@attrs.frozen
class Literal:
    """A clause about one fact; those of one fact can be joined by ``or``."""

    fact: str
    clause: Clause


_Term = tuple[Literal, ...]


@attrs.frozen(eq=False)
class Words:
    """What covers may be said in: literals, those to keep rather than to leave out first."""

    literals: tuple[Literal, ...]
    everything: int
    _values: dict[Clause, tuple[Clause, ...]] = attrs.field(init=False, factory=dict)

    def cover(self, target: int, ignored: int = 0) -> Clause:
        """Return a clause that holds in exactly the cases of `target`; what it says of those `ignored` does not matter.

        Raises `AssertionError` where the words do not tell cases within from cases without.
        """
        if not target & ~ignored:
            return NEVER
        allowed, left = target | ignored, target & ~ignored
        if allowed == self.everything:
            return always(self.everything)
        terms: list[_Term] = []
        while left:
            term = self._term(left & -left, allowed)
            terms.append(term)
            left &= ~self._mask(term)
        for term in list(terms):
            others = [one for one in terms if one is not term]
            if not target & ~ignored & ~functools.reduce(int.__or__, map(self._mask, others), 0):
                terms = others
        return self._clause(self._narrowed(terms, target & ~ignored))

    def _mask(self, term: _Term) -> int:
        return functools.reduce(int.__and__, (one.clause.mask for one in term), self.everything)

    def _term(self, seed: int, allowed: int) -> _Term:
        """Return literals that hold together in a case and in allowed cases alone, none of which can be spared."""
        term = [one for one in self.literals if one.clause.mask & seed]
        if self._mask(tuple(term)) & ~allowed:
            denied = [one for one in self.literals if not one.clause.mask & seed]
            term += [Literal(one.fact, negated(one.clause, self.everything)) for one in denied]
            if self._mask(tuple(term)) & ~allowed:
                raise AssertionError("two cases with different answers cannot be told apart")
        return self._widened(self._spared(term, allowed), allowed)

    def _spared(self, term: Sequence[Literal], allowed: int) -> _Term:
        # What all literals before a place say together, so that each try costs two operations.
        before = [self.everything]
        for one in term:
            before.append(before[-1] & one.clause.mask)
        kept: list[Literal] = []
        after = self.everything
        for place in range(len(term) - 1, -1, -1):
            if before[place] & after & ~allowed:
                kept.append(term[place])
                after &= term[place].clause.mask
        return tuple(reversed(kept))

    def _widened(self, term: _Term, allowed: int) -> _Term:
        """Return a term with each literal joined by others of its fact, as far as it stays among allowed cases."""
        found = list(term)
        for place, one in enumerate(term):
            rest = self._mask((*found[:place], *found[place + 1 :]))
            more = [one.clause]
            for other in self.literals:
                new = other.fact == one.fact and other.clause not in more and other.clause.mask & ~one.clause.mask
                if new and not rest & other.clause.mask & ~allowed:
                    more.append(other.clause)
            joined = any_of(more, self.everything)
            self._values[joined] = tuple(more)
            found[place] = Literal(one.fact, joined)
        return tuple(one for one in found if one.clause.mask != self.everything)

    def _narrowed(self, terms: Sequence[_Term], target: int) -> list[_Term]:
        """Return terms without what they need not say: a fact's values that other values, or other terms, say already."""
        found = list(terms)
        for number, term in enumerate(terms):
            elsewhere = functools.reduce(int.__or__, (self._mask(one) for one in found if one is not term), 0)
            needed = target & ~elsewhere
            for place in range(len(term)):
                rest = self._mask((*found[number][:place], *found[number][place + 1 :]))
                kept = list(self._values[found[number][place].clause])
                for value in reversed(kept[:]):
                    fewer = any_of((one for one in kept if one is not value), self.everything)
                    if len(kept) > 1 and not needed & rest & ~fewer.mask:
                        kept.remove(value)
                narrowed = Literal(term[place].fact, any_of(kept, self.everything))
                found[number] = (*found[number][:place], narrowed, *found[number][place + 1 :])
        return found

    def _clause(self, terms: Sequence[_Term]) -> Clause:
        """Return terms joined by ``or``; those that differ in one literal alone are said once."""
        rows = [[one.clause for one in term] for term in terms]
        while (pair := next(self._alike(rows), None)) is not None:
            first, second, one, other = pair
            joined = [any_of((one, other), self.everything) if clause == one else clause for clause in rows[first]]
            rows[first] = [clause for clause in joined if clause.mask != self.everything]
            del rows[second]
        return any_of((all_of(row, self.everything) for row in rows), self.everything)

    @staticmethod
    def _alike(rows: Sequence[Sequence[Clause]]) -> Iterator[tuple[int, int, Clause, Clause]]:
        for second, row in enumerate(rows):
            for first in range(second):
                mine = [one for one in rows[first] if one not in row]
                yours = [one for one in row if one not in rows[first]]
                if len(mine) == len(yours) == 1:
                    yield first, second, mine[0], yours[0]
