"""Cases as whole numbers: a field of bits for each fact, 0 where it is unknown, so that a lookup answers a case.

Everything is derived from the facts and from the scenarios of those that rules tie together.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

import attrs

from .facts import Fact, Group, Scenario
from .values import Value

_K = TypeVar("_K")
_V = TypeVar("_V")

REMEMBERED: Final = 1 << 14
"""How many keys a table that is filled as it is asked keeps, before it starts anew."""

Values = tuple[Value | None, ...]


class Remembered(dict[_K, _V]):
    """What is worked out once for each key, when it is first asked for, and kept, up to a number of keys.

    Threads may work out the same at once; they store equal values.
    """

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[_K], _V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: _K) -> _V:
        found = self._make(key)
        if len(self) >= REMEMBERED:
            self.clear()
        self[key] = found
        return found


class Closure:
    """What follows from facts that rules tie together: for their code the same with all of it, `None` where contradictory."""

    def __init__(self, mask: int, fields: Mapping[str, Mapping[Value, int]], rows: Sequence[Scenario]) -> None:
        self.mask = mask
        self.closed = Remembered(self._closed)
        self._everything = (1 << len(rows)) - 1
        self._literals: list[tuple[int, dict[int, int]]] = []
        for name, bits in fields.items():
            having = dict.fromkeys(bits.values(), 0)
            for number, row in enumerate(rows):
                having[bits[row[name]]] |= 1 << number
            self._literals.append((_joined(having), having))

    def _closed(self, code: int) -> int | None:
        left = self._everything
        for mask, having in self._literals:
            if bits := code & mask:
                left &= having[bits]
        if not left:
            return None
        # A value follows where all rows that are left have it.
        return _joined(bits for _, having in self._literals for bits, rows in having.items() if not left & ~rows)


@attrs.frozen(eq=False)
class Codes:
    """How the cases of a vocabulary are numbered: `fields` hold the bits of each value, by fact."""

    fields: Mapping[str, Mapping[Value, int]]
    masks: Mapping[str, int]
    closures: tuple[Closure, ...]
    loose: int
    """The fields of the facts that no rule ties to others."""
    _answers: Mapping[str, Mapping[Any, int]]
    _groups: Mapping[str, _GroupCode]
    _decoded: tuple[tuple[str, int, int, tuple[Value | None, ...]], ...]
    names: Remembered[int, tuple[str, ...]] = attrs.field(init=False)
    """The facts of which a code holds the fields, in the vocabulary's order."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "names", Remembered(self._names))

    def _names(self, code: int) -> tuple[str, ...]:
        return tuple(name for name, mask in self.masks.items() if code & mask)

    @classmethod
    def of(
        cls, facts: Mapping[str, Fact], groups: Mapping[str, Group], tied: Iterable[tuple[Collection[str], Sequence[Scenario]]]
    ) -> Codes:
        """Return the codes of some facts; `tied` are the sets that rules tie together, each with all its scenarios."""
        fields: dict[str, dict[Value, int]] = {}
        decoded = []
        shift = 0
        for name, fact in facts.items():
            width = len(fact.domain).bit_length()
            fields[name] = {value: number << shift for number, value in enumerate(fact.domain, 1)}
            decoded.append((name, shift, (1 << width) - 1, (None, *fact.domain)))
            shift += width
        masks = {name: _joined(bits.values()) for name, bits in fields.items()}
        closures = [
            Closure(_joined(masks[name] for name in names), {name: fields[name] for name in names}, rows)
            for names, rows in tied
        ]
        return cls(
            fields,
            masks,
            tuple(closures),
            _joined(masks.values()) & ~_joined(one.mask for one in closures),
            {name: {value: fields[name][value] for value in fact.values} for name, fact in facts.items() if not fact.group},
            {name: _GroupCode(group, fields) for name, group in groups.items()},
            tuple(decoded),
        )

    def encode(self, given: Mapping[str, Value]) -> int:
        """Return the code of atomic facts."""
        return _joined(self.fields[name][value] for name, value in given.items())

    def mask(self, facts: Iterable[str]) -> int:
        """Return the fields of some facts."""
        return _joined(self.masks[name] for name in facts)

    def closed(self, code: int) -> int | None:
        """Return a code with all that follows from it by rules; `None` where it is contradictory."""
        found = code & self.loose
        for closure in self.closures:
            more = closure.closed[code & closure.mask]
            if more is None:
                return None
            found |= more
        return found

    def values(self, code: int) -> Values:
        """Return the value of each fact, in the vocabulary's order; `None` where it is unknown."""
        return tuple([values[code >> shift & mask] for _, shift, mask, values in self._decoded])

    def given(self, code: int) -> dict[str, Value]:
        """Return the known facts, in the vocabulary's order."""
        return dict(self._given(code))

    def _given(self, code: int) -> Iterator[tuple[str, Value]]:
        for name, shift, mask, values in self._decoded:
            value = values[code >> shift & mask]
            if value is not None:
                yield name, value

    def read(self, data: Mapping[str, Any]) -> int | None:
        """Return the code of a case in the JSON contract, `None` where anything in it is not of the plainest form.

        What it does not read may still be a case, or is refused with the reason, by the reader that knows every form.
        """
        if type(data) is not dict:
            return None
        code = 0
        answers, groups = self._answers, self._groups
        try:
            for key, value in data.items():
                kind = type(value)
                if kind is bool or kind is str:
                    code |= answers[key][value]
                elif kind is list:
                    code |= groups[key].listed(value)
                elif kind is dict:
                    code |= groups[key].mapped(value)
                elif value is not None or (key not in answers and key not in groups):
                    return None
        except (KeyError, TypeError):
            return None
        return code


class _GroupCode:
    """How the members of a group are read. Raises `KeyError` or `TypeError` for what is not of the plainest form."""

    __slots__ = ("_absent", "_members", "_turned")

    def __init__(self, group: Group, fields: Mapping[str, Mapping[Value, int]]) -> None:
        self._members: dict[Any, Mapping[Value, int]] = {member: fields[name] for member, name in group.named_facts}
        self._absent = _joined(bits[False] for bits in self._members.values())
        # What a present member turns in the code of a group of which none is present.
        self._turned = {member: bits[False] ^ bits[True] for member, bits in self._members.items()}

    def listed(self, present: list[Any]) -> int:
        """Return the code of a complete list."""
        turned = 0
        for member in present:
            turned |= self._turned[member]
        return self._absent ^ turned

    def mapped(self, states: dict[Any, Any]) -> int:
        """Return the code of a mapping, of which the rest is unknown."""
        code = 0
        for member, state in states.items():
            bits = self._members[member]
            if state is True or state is False:
                code |= bits[state]
            elif state is not None:
                raise TypeError
        return code


def _joined(bits: Iterable[int]) -> int:
    return functools.reduce(int.__or__, bits, 0)
