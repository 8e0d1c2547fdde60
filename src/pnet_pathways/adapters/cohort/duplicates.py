"""Ids that more than one row has: found by their hashes, part by part, and made sure of by the ids themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from .mapping import ID
from .rejects import Reason
from .steps import Codes

_AT_ONCE: Final = 1 << 20
_SIZE: Final = np.dtype(np.uint64).itemsize
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)


def hashes(ids: pa.Array) -> Codes:
    """Return a hash of each id; 0 where there is none."""
    valid = None if not ids.null_count else np.asarray(ids.is_valid())
    if pa.types.is_integer(ids.type):
        found = _mixed(np.asarray(ids.fill_null(0)).astype(np.uint64))
    else:
        found = _text_hashes(ids.cast(pa.large_string()))
    found[found == 0] = 1
    if valid is not None:
        found[~valid] = 0
    return found


def _mixed(numbers: Codes) -> Codes:
    numbers = (numbers + np.uint64(1)) * _FACTOR
    return numbers ^ (numbers >> np.uint64(29))


def _text_hashes(ids: pa.Array) -> Codes:
    _, places, data = ids.buffers()
    offsets = np.frombuffer(places, dtype=np.int64)[ids.offset : ids.offset + len(ids) + 1]
    raw = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
    lengths = np.diff(offsets)
    found: Codes = np.zeros(len(ids), dtype=np.uint64)
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == length)
        wide = -(-length // 8) * 8
        block = np.zeros((len(rows), wide), dtype=np.uint8)
        if len(rows) == len(ids):
            block[:, :length] = raw[offsets[0] : offsets[-1]].reshape(len(ids), length)
        else:
            block[:, :length] = raw[offsets[rows][:, None] + np.arange(length)]
        value = _mixed(np.full(len(rows), length, dtype=np.uint64))
        for column in block.view(np.uint64).T:
            value = _mixed(value ^ column)
        found[rows] = value
    return found


def repeated(parts: Sequence[Path]) -> Codes:
    """Return, in order, the hashes that are there more than once; only some are held in memory at a time.

    Each part is a file of hashes in their order, so that those of a turn stand together. They are read and not mapped: of a
    mapped file more would be in memory than is looked at.
    """
    turns = max(1, -(-sum(one.stat().st_size for one in parts) // (_AT_ONCE * _SIZE)))
    # 0 is no hash.
    edges = np.array([max(1, turn * (1 << 64) // turns) for turn in range(turns)], dtype=np.uint64)
    bounds = [_bounds(np.fromfile(one, np.uint64), edges) for one in parts]
    none: Codes = np.zeros(0, dtype=np.uint64)
    found = [none]
    for turn in range(turns):
        here = [
            np.fromfile(one, np.uint64, bound[turn + 1] - bound[turn], offset=bound[turn] * _SIZE)
            for one, bound in zip(parts, bounds, strict=True)
        ]
        every = np.concatenate([none, *here])
        del here
        every.sort()
        found.append(np.unique(every[1:][every[1:] == every[:-1]]))
    return np.concatenate(found)


def _bounds(part: Codes, edges: Codes) -> list[int]:
    """Return where in a part each turn begins, and where the last ends."""
    return [*np.searchsorted(part, edges).tolist(), len(part)]


def suspects(part: Codes, candidates: Codes) -> Codes:
    """Return the places of the ids of a part that may be repeated."""
    if not len(candidates):
        return np.zeros(0, dtype=np.int64)
    places = np.searchsorted(candidates, part)
    places[places == len(candidates)] = 0
    return np.flatnonzero(candidates[places] == part)


def sure(ids: Iterable[Sequence[Any]]) -> dict[Any, int]:
    """Return the ids that are there more than once, with how often."""
    counts = Counter(one for part in ids for one in part if one is not None)
    return {one: count for one, count in counts.items() if count > 1}


def reason(count: int) -> Reason:
    """Return why the rows of an id are rejected that so many rows have."""
    return Reason(ID, f"{count:,} rows have this id; which of them is the patient's is not known, so none is answered")
