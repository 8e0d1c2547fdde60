"""Cases as whole numbers: a field of bits for each fact, 0 where it is unknown, so that a lookup answers a case.

Everything is derived from the facts and from the scenarios of those that rules tie together.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from .facts import Fact, Group
from .values import Value, plain

_K = TypeVar("_K")
_V = TypeVar("_V")

REMEMBERED: Final = 1 << 14
"""How many keys a table that is filled as it is asked keeps, before it starts anew."""

_MARK: Final = ord("0")

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


class Column:
    """What a fact is in some scenarios, a mark for each: that of the value's place in its domain."""

    __slots__ = ("_literals", "domain", "marks")

    def __init__(self, domain: Sequence[Value], marks: str) -> None:
        self.domain = domain
        self.marks = marks
        self._literals: dict[Value, int] | None = None

    @classmethod
    def of(cls, domain: Sequence[Value], values: Iterable[Value]) -> Column:
        """Return the column of some values."""
        marks = {value: chr(_MARK + number) for number, value in enumerate(domain)}
        return cls(domain, "".join([marks[value] for value in values]))

    @property
    def values(self) -> list[Value]:
        """The values themselves."""
        values = {chr(_MARK + number): value for number, value in enumerate(self.domain)}
        return [values[mark] for mark in self.marks]

    @property
    def literals(self) -> dict[Value, int]:
        """The scenarios that have each value, as masks; those that no scenario has are left out."""
        if self._literals is None:
            turned, found = self.marks[::-1], dict.fromkeys(self.marks)
            bits = dict.fromkeys(map(ord, found), "0")
            self._literals = {
                self.domain[ord(mark) - _MARK]: int(turned.translate({**bits, ord(mark): "1"}), 2) for mark in found
            }
        return self._literals


class Closure:
    """What follows from facts that rules tie together: for their code the same with all of it, `None` where contradictory."""

    def __init__(self, mask: int, fields: Mapping[str, Mapping[Value, int]], columns: Mapping[str, Column]) -> None:
        self.mask = mask
        self.closed = Remembered(self._closed)
        count = len(next(iter(columns.values())).marks)
        self.binding = count < math.prod(map(len, fields.values()))
        """Whether a rule binds the facts at all."""
        self._everything = (1 << count) - 1
        self._literals: list[tuple[int, dict[int, int]]] = []
        for name, bits in fields.items():
            rows = columns[name].literals
            having = {code: rows.get(value, 0) for value, code in bits.items()}
            self._literals.append((_joined(having), having))

    def left(self, code: int) -> int:
        """Return, as a mask, the scenarios of the facts that a code leaves open."""
        left = self._everything
        for mask, having in self._literals:
            if bits := code & mask:
                left &= having[bits]
        return left

    def _closed(self, code: int) -> int | None:
        left = self.left(code)
        if not left:
            return None
        # A value follows where all rows that are left have it.
        return _joined(bits for _, having in self._literals for bits, rows in having.items() if not left & ~rows)


class Codes:
    """How the cases of a vocabulary are numbered.

    `fields` hold the bits of each value, by fact; `masks` those of each whole field. `keys` are the facts and groups of a case,
    each with its fields; `tied` are the facts that rules tie together, or each fact alone, with the columns of their scenarios.
    """

    def __init__(
        self,
        facts: Mapping[str, Fact],
        groups: Mapping[str, Group],
        tied: Iterable[Mapping[str, Column]],
    ) -> None:
        self.fields: dict[str, dict[Value, int]] = {}
        self._decoded: dict[str, tuple[int, int, tuple[Value | None, ...]]] = {}
        shift = 0
        for name, fact in facts.items():
            width = len(fact.domain).bit_length()
            self.fields[name] = {value: number << shift for number, value in enumerate(fact.domain, 1)}
            self._decoded[name] = (shift, (1 << width) - 1, (None, *fact.domain))
            shift += width
        self.masks = {name: _joined(bits.values()) for name, bits in self.fields.items()}
        self.groups = groups
        self.keys: dict[str, int] = {}
        for name, fact in facts.items():
            key = fact.group or name
            self.keys[key] = self.keys.get(key, 0) | self.masks[name]
        self.names = Remembered(self._names)
        """The facts of which a code holds the fields, in the vocabulary's order."""
        self.tied: dict[str, Closure] = {}
        for columns in tied:
            fields = {name: self.fields[name] for name in columns}
            self.tied |= dict.fromkeys(columns, Closure(self.mask(columns), fields, columns))
        self._closures = [one for one in dict.fromkeys(self.tied.values()) if one.binding]
        self._loose = _joined(self.masks.values()) & ~_joined(one.mask for one in self._closures)
        self._answers: dict[str, dict[Any, int]] = {
            name: {value: self.fields[name][value] for value in fact.values} for name, fact in facts.items() if not fact.group
        }
        self._grouped = {name: _GroupCode(group, self.fields) for name, group in groups.items()}
        self._texts = [(mask, Remembered(functools.partial(self._text, key))) for key, mask in self.keys.items()]

    def _names(self, code: int) -> tuple[str, ...]:
        return tuple(name for name, mask in self.masks.items() if code & mask)

    def encode(self, given: Mapping[str, Value]) -> int:
        """Return the code of atomic facts."""
        return _joined(self.fields[name][value] for name, value in given.items())

    def mask(self, facts: Iterable[str]) -> int:
        """Return the fields of some facts."""
        return _joined(self.masks[name] for name in facts)

    def closed(self, code: int) -> int | None:
        """Return a code with all that follows from it by rules; `None` where it is contradictory."""
        found = code & self._loose
        for closure in self._closures:
            more = closure.closed[code & closure.mask]
            if more is None:
                return None
            found |= more
        return found

    def values(self, code: int) -> Values:
        """Return the value of each fact, in the vocabulary's order; `None` where it is unknown."""
        return tuple([values[code >> shift & mask] for shift, mask, values in self._decoded.values()])

    def given(self, code: int) -> dict[str, Value]:
        """Return the known facts, in the vocabulary's order."""
        return dict(self._given(code))

    def _given(self, code: int) -> Iterator[tuple[str, Value]]:
        for name, (shift, mask, values) in self._decoded.items():
            value = values[code >> shift & mask]
            if value is not None:
                yield name, value

    def data(self, key: str, code: int) -> Any:
        """Return what a code says of a fact or group as the JSON contract has it, `None` where it says nothing of it.

        A group is a list where every member is known, else a mapping of the known members.
        """
        group = self.groups.get(key)
        if group is None:
            value = self._value(key, code)
            return None if value is None else plain(value)
        known = {member: value for member, name in group.named_facts if (value := self._value(name, code)) is not None}
        if len(known) == len(group.members):
            return [member for member, value in known.items() if value]
        return known or None

    def _value(self, fact: str, code: int) -> Value | None:
        shift, mask, values = self._decoded[fact]
        return values[code >> shift & mask]

    def text(self, code: int) -> str:
        """Return the JSON text of a case, as `json.dumps` writes it."""
        found = [texts[part] for mask, texts in self._texts if (part := code & mask)]
        return f"{{{', '.join(found)}}}"

    def _text(self, key: str, code: int) -> str:
        return f"{json.dumps(key)}: {json.dumps(self.data(key, code))}"

    def read(self, data: Mapping[str, Any]) -> int | None:
        """Return the code of a case in the JSON contract, `None` where anything in it is not of the plainest form.

        What it does not read may still be a case, or is refused with the reason, by the reader that knows every form.
        """
        if type(data) is not dict:
            return None
        code = 0
        answers, groups = self._answers, self._grouped
        try:
            for key, value in data.items():
                kind = type(value)
                if kind is bool or kind is str:
                    code |= answers[key][value]
                elif kind is list:
                    code |= groups[key].listed[tuple(value)]
                elif kind is dict:
                    code |= groups[key].mapped(value)
                elif value is not None or (key not in answers and key not in groups):
                    return None
        except (KeyError, TypeError):
            return None
        return code


class _GroupCode:
    """How the members of a group are read. Raises `KeyError` or `TypeError` for what is not of the plainest form."""

    def __init__(self, group: Group, fields: Mapping[str, Mapping[Value, int]]) -> None:
        self._members: dict[Any, Mapping[Value, int]] = {member: fields[name] for member, name in group.named_facts}
        self._absent = _joined(bits[False] for bits in self._members.values())
        # What a present member turns in the code of a group of which none is present.
        self._turned = {member: bits[False] ^ bits[True] for member, bits in self._members.items()}
        self.listed = Remembered(self._listed)
        """The code of a complete list."""

    def _listed(self, present: tuple[Any, ...]) -> int:
        if len(set(present)) < len(present):
            raise KeyError(present)
        return self._absent ^ _joined(self._turned[member] for member in present)

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
