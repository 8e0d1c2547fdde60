"""Hashes of plain data: the same for the same content, whatever its layout and the order of its keys."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def digest(data: object) -> str:
    """Return the SHA-256 of plain data, as 64 hexadecimal digits. Raises `TypeError` for what JSON does not hold."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


class RepeatedKeyError(ValueError):
    """A JSON object that holds a key twice, so that two readers could read two things."""


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object's pairs as a dict, a hook for `json`. Raises `RepeatedKeyError` where a key stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        repeated = next(key for key in found if sum(one == key for one, _ in pairs) > 1)
        raise RepeatedKeyError(f"the key '{repeated}' stands twice")
    return found
