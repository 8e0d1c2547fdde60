"""Plain data of definitions apart from the order of keys, but where that order has a meaning."""

from __future__ import annotations

from ..model.hashing import digest

ORDERED = ("answers", "events", "facts", "members", "states", "tracks")
"""The mappings whose order has a meaning: that of asking, of an answer's tracks, of a gap's messages, of what can happen."""


def meaning_digest(data: object) -> str:
    """Return the SHA-256 of what data of definitions means: the same in any order of keys that means the same."""
    return digest(_canonical(data))


def sorted_data(data: object, *, ordered: bool = False) -> object:
    """Return data with the keys of every mapping sorted, but where their order has a meaning (of the outermost: `ordered`)."""
    if isinstance(data, dict):
        return {key: sorted_data(data[key], ordered=key in ORDERED) for key in (data if ordered else sorted(data))}
    return [sorted_data(item) for item in data] if isinstance(data, list) else data


def _canonical(data: object) -> object:
    """Return data in a form that is the same for all data that mean the same: ordered mappings as pairs."""
    if isinstance(data, dict):
        return {
            key: [[name, _canonical(inner)] for name, inner in value.items()]
            if key in ORDERED and isinstance(value, dict)
            else _canonical(value)
            for key, value in data.items()
        }
    return [_canonical(item) for item in data] if isinstance(data, list) else data
