"""A verbatim passage with the words that an item of the review shares with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

Marked = tuple[tuple[str, bool], ...]
"""A passage in pieces, each with whether it is a word that the item shares."""

_WORD: Final = re.compile(r"[\w-]+")
_SHORTEST: Final = 4
_COMMON: Final = frozenset(
    {"also", "been", "body", "does", "from", "have", "into", "more", "most", "only", "other", "part", "that", "their", "them"}
    | {"then", "there", "they", "this", "those", "when", "where", "which", "with"}
)


def highlighted(passage: str, texts: Iterable[str]) -> Marked:
    """Return a passage in pieces; words that stand in one of the texts too, whatever their ending, are marked."""
    known = {_stem(word) for text in texts for word in _WORD.findall(text.lower()) if _bears(word)}
    pieces: list[tuple[str, bool]] = []
    end = 0
    for found in _WORD.finditer(passage):
        word = found.group().lower()
        if _bears(word) and _stem(word) in known:
            pieces += [(passage[end : found.start()], False), (found.group(), True)]
            end = found.end()
    return tuple(one for one in (*pieces, (passage[end:], False)) if one[0])


def _bears(word: str) -> bool:
    return len(word) >= _SHORTEST and word not in _COMMON


def _stem(word: str) -> str:
    for ending in ("ies", "ing", "ed", "es", "e", "y", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word.removesuffix(ending)
    return word
