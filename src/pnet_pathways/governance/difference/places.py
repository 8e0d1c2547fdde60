"""Where two pieces of plain data differ, place by place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ...loading.canonical import ORDERED
from ...model.errors import listed


@attrs.frozen
class Place:
    """One place that differs: its path, and what stood and stands there; an empty side: nothing."""

    path: str
    before: str
    after: str


def data_differences(path: str, before: Any, after: Any) -> Iterator[Place]:
    """Yield each place below a path in which plain data differs; list entries are followed by their ``id`` or number."""
    old, new = _members(before), _members(after)
    if old is None or new is None:
        if before != after:
            yield Place(path, _shown(before), _shown(after))
        return
    for key in dict.fromkeys([*old, *new]):
        yield from data_differences(f"{path}.{key}" if path else key, old.get(key), new.get(key))
    ordered = isinstance(before, list) or path.rpartition(".")[2] in ORDERED
    if ordered and list(old) != list(new) and old.keys() == new.keys():
        yield Place(path, listed(old), listed(new))


def _members(data: Any) -> dict[str, Any] | None:
    """Return the members of a mapping, or of a list of mappings, by key; `None` for anything else."""
    if isinstance(data, Mapping):
        return dict(data)
    if isinstance(data, list) and data and all(isinstance(one, Mapping) for one in data):
        return {str(one.get("id", number)): one for number, one in enumerate(data)}
    return None


def _shown(data: Any) -> str:
    return "" if data is None else data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
