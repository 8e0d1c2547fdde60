"""What a partial case leaves open of each fact, in CQL: ``"size may be small"`` says that some completion has it so.

These clauses close what was given under the rules of the vocabulary. Together they say exactly which scenarios a consistent
case leaves open: those in which each fact has a value that it may have. So all else can be said in them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence

import attrs

from ...model.values import NOT_APPLICABLE, Value, answer_name
from ...model.vocabulary import Vocabulary
from .cql_covers import Clause, Literal, Words
from .terms import code_of


def quoted(name: str) -> str:
    """Return a name as a CQL identifier."""
    return f'"{_escaped(name)}"'.replace("\\'", "'")


def literal(text: str) -> str:
    """Return a text as a CQL string."""
    return f"'{_escaped(text)}'".replace('\\"', '"')


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"').replace("\n", " ")


def may_name(fact: str, value: Value) -> str:
    """Return the name of what says that some completion has a value."""
    return f"{fact} may not apply" if value is NOT_APPLICABLE else f"{fact} may be {answer_name(value)}"


def given_name(fact: str) -> str:
    """Return the name of what was given of a fact."""
    return f"{fact} given"


def spread_out(pattern: int, count: int, stride: int, length: int) -> int:
    """Return a mask of `length` bits: bit number k of `pattern` (of `count`) as `stride` bits, and all that repeated."""
    ones, found = (1 << stride) - 1, 0
    for place in range(count):
        if pattern >> place & 1:
            found |= ones << place * stride
    return _repeated(found, count * stride, length)


def _repeated(mask: int, width: int, length: int) -> int:
    while width < length:
        mask |= mask << width
        width *= 2
    return mask & (1 << length) - 1


@attrs.frozen(eq=False)
class RawCases:
    """Every partial case of facts that rules tie together, contradictory ones too.

    `given` has for each fact the cases in which it is unknown (`None`) and those in which it has each value.
    """

    vocabulary: Vocabulary
    linked: frozenset[str]

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """The facts in the vocabulary's order."""
        return tuple(name for name in self.vocabulary.facts if name in self.linked)

    @functools.cached_property
    def count(self) -> int:
        """How many cases there are."""
        return math.prod(len(self.vocabulary.facts[name].values) + 1 for name in self.names)

    @property
    def everything(self) -> int:
        """The mask of all cases."""
        return (1 << self.count) - 1

    @functools.cached_property
    def given(self) -> Mapping[str, Mapping[Value | None, int]]:
        """The cases by what is given of a fact."""
        found: dict[str, dict[Value | None, int]] = {}
        stride = 1
        for name in self.names:
            values = (None, *self.vocabulary.facts[name].values)
            found[name] = {value: spread_out(1 << place, len(values), stride, self.count) for place, value in enumerate(values)}
            stride *= len(values)
        return found

    @functools.cached_property
    def may_be(self) -> Mapping[tuple[str, Value], int]:
        """The cases that have a completion in which a fact has a value."""
        found: dict[tuple[str, Value], int] = {}
        for row in self.vocabulary.rows(self.linked):
            cases = self.everything
            for name in self.names:
                cases &= self.given[name][None] | self.given[name].get(row[name], 0)
            for name in self.names:
                found[name, row[name]] = found.get((name, row[name]), 0) | cases
        return found

    @functools.cached_property
    def consistent(self) -> int:
        """The cases that have a completion."""
        first = self.names[0]
        return functools.reduce(int.__or__, (mask for (name, _), mask in self.may_be.items() if name == first))

    @functools.cached_property
    def _words(self) -> Words:
        return Words(
            tuple(
                Literal(name, Clause(self._text(name, value), mask))
                for name, by_value in self.given.items()
                for value, mask in by_value.items()
            ),
            self.everything,
        )

    def _text(self, name: str, value: Value | None) -> str:
        given = quoted(given_name(name))
        if value is None:
            return f"{given} is null"
        if isinstance(value, bool):
            return f"{given} = {str(value).lower()}"
        return f"{given} = {literal(code_of(self.vocabulary.facts[name], value))}"

    def clause(self, fact: str, value: Value) -> Clause:
        """Return when some completion of a case gives a fact a value, whatever it says of contradictory cases."""
        return self._words.cover(self.may_be.get((fact, value), 0), self.everything & ~self.consistent)

    @functools.cached_property
    def contradictory(self) -> Clause:
        """When a case has no completion."""
        return self._words.cover(self.everything & ~self.consistent)


@attrs.frozen(eq=False)
class Closed:
    """Partial cases of linked facts, told apart by what each fact may be: all that they leave open.

    `patterns` holds one number per set of rows that cases leave open: bit number i says that `atoms[i]` is possible.
    """

    atoms: tuple[tuple[str, Value], ...]
    patterns: tuple[int, ...]

    @classmethod
    def of(cls, vocabulary: Vocabulary, linked: frozenset[str]) -> Closed:
        """List them."""
        rows = vocabulary.rows(linked)
        having: dict[tuple[str, Value], int] = {}
        for number, row in enumerate(rows):
            for name in vocabulary.facts:
                if name in linked:
                    having[name, row[name]] = having.get((name, row[name]), 0) | 1 << number
        order = list(vocabulary.facts)
        domains = vocabulary.facts
        atoms = tuple(sorted(having, key=lambda atom: (order.index(atom[0]), domains[atom[0]].domain.index(atom[1]))))
        masks = [having[atom] for atom in atoms]
        patterns = (
            sum(1 << place for place, mask in enumerate(masks) if mask & left) for left in vocabulary.partial_cases(linked)
        )
        return cls(atoms, tuple(dict.fromkeys(patterns)))

    def about(self, facts: Iterable[str]) -> Closed:
        """Return what they say of some facts alone."""
        wanted = set(facts)
        kept = [place for place, (fact, _) in enumerate(self.atoms) if fact in wanted]
        mask = sum(1 << place for place in kept)
        moved: dict[int, int] = {}
        for one in dict.fromkeys(pattern & mask for pattern in self.patterns):
            moved[sum((one >> place & 1) << number for number, place in enumerate(kept))] = one
        return Closed(tuple(self.atoms[place] for place in kept), tuple(moved))

    @functools.cached_property
    def masks(self) -> list[int]:
        """For each atom the cases, by their place, in which it is possible."""
        return columns(self.patterns, len(self.atoms))


def columns(patterns: Sequence[int], count: int) -> list[int]:
    """Return for each of `count` bits the patterns, by their place, that have it."""
    found = []
    for place in range(count):
        bits = "".join("1" if pattern >> place & 1 else "0" for pattern in reversed(patterns))
        found.append(int(bits, 2) if bits else 0)
    return found
