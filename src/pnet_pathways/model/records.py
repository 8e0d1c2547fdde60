"""Frozen classes that are made quickly: a start makes dozens of them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs

__all__ = ["frozen"]

if TYPE_CHECKING:
    from attrs import frozen
else:

    def frozen(kind: type | None = None, **how: Any) -> Any:
        """Do what `attrs.frozen` does, with methods that all classes share: to write them for each is half of its work."""
        if kind is None:
            return functools.partial(frozen, **how)
        if how.get("repr", True) and "__repr__" not in vars(kind):
            kind.__repr__ = _shown
        if how.get("eq", True) and "__eq__" not in vars(kind):
            kind.__eq__, kind.__hash__ = _equal, _hashed
        made = attrs.frozen(kind, **how)
        getter = vars(made).get("__getattr__")
        if getter is not None and getter.__module__ is None:  # attrs names none for cached properties, and help() wants one
            getter.__module__ = made.__module__
        return made


def _getter(kind: Any) -> Callable[[object], object]:
    names = [one.name for one in attrs.fields(kind) if one.eq]
    return attrgetter(*names) if names else lambda _: ()


_compared: Callable[[Any], Callable[[object], object]] = functools.cache(_getter)
"""Gives what gets the fields by which two of a kind are compared."""


def _equal(self: Any, other: object) -> Any:
    kind = self.__class__
    if other.__class__ is not kind:
        return NotImplemented
    values = _compared(kind)
    return values(self) == values(other)


def _hashed(self: Any) -> int:
    kind = self.__class__
    return hash((kind.__qualname__, _compared(kind)(self)))


def _shown(self: Any) -> str:
    kind = self.__class__
    fields = [one.name for one in attrs.fields(kind) if one.repr]
    return f"{kind.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in fields)})"
