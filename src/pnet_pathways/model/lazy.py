"""Mappings of which each entry is made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

_K = TypeVar("_K")
_V = TypeVar("_V")


class LazyMapping(Mapping[_K, _V]):
    """A mapping with some keys, in their order; each value is made once, by what makes it from its key."""

    def __init__(self, keys: Iterable[_K], make: Callable[[_K], _V]) -> None:
        self._keys = dict.fromkeys(keys)
        self._make = make
        self._found: dict[_K, _V] = {}

    def __getitem__(self, key: _K) -> _V:
        if key not in self._found:
            if key not in self._keys:
                raise KeyError(key)
            # Two threads may both make it; the first to store it is the one that all get.
            return self._found.setdefault(key, self._make(key))
        return self._found[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[_K]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> tuple[object, ...]:
        return dict, (dict(self),)


def overlaid(base: Mapping[_K, _V], changed: Mapping[_K, _V]) -> LazyMapping[_K, _V]:
    """Return a mapping with some values changed; the others are asked of it as they are needed."""
    return LazyMapping(base, lambda key: changed[key] if key in changed else base[key])
