"""Signs that are set differently and read the same: apostrophes, quotation marks, dashes, and words parted at a line's end.

The definitions hold hashes, no text. So whether two settings are the same words is found by trying each way in which a text
could have been set: a hash that fits proves it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

_APOSTROPHES: Final = "'\u2019\u2018\u02bc"
_QUOTES: Final = '"\u201c\u201d\u201e'
DASHES: Final = "-\u2013\u2014\u2212"
PARTED: Final = r"(?<=[a-z])- (?=[a-z])"
"""A word that may have been parted at the end of a line, in collapsed text."""
_PLAIN = {ord(sign): alike[0] for alike in (_APOSTROPHES, _QUOTES, DASHES) for sign in alike}
_SET = re.compile(f"{PARTED}|[{_APOSTROPHES}{_QUOTES}{re.escape(DASHES)}]")
_MOST: Final = 4096


def plain(text: str) -> str:
    """Return text with apostrophes, quotation marks and dashes as a keyboard has them; each stays one character."""
    return text.translate(_PLAIN)


def parted(text: str) -> int:
    """Return how many words of a text may have been parted at the end of a line."""
    return len(re.findall(PARTED, text))


def settings(text: str) -> Iterator[str]:
    """Yield each way in which a text could have been set, itself first; at most some thousands."""
    pieces, choices, end = [], [], 0
    for found in _SET.finditer(text):
        pieces.append(text[end : found.start()])
        choices.append(_ways(found[0], text[: found.start()]))
        end = found.end()
    pieces.append(text[end:])
    # Mostly all signs of a text are set alike.
    alike = [tuple(ways[min(number, len(ways) - 1)] for ways in choices) for number in range(3)]
    for chosen in dict.fromkeys(itertools.chain(alike, itertools.islice(itertools.product(*choices), _MOST))):
        yield "".join(itertools.chain.from_iterable(itertools.zip_longest(pieces, chosen, fillvalue="")))


def _ways(sign: str, before: str) -> tuple[str, ...]:
    """Return the ways to set one sign behind some text, as it stands first."""
    if sign == "- ":
        return sign, "", "-"
    opens = not before or before[-1] in " (["
    if sign in _APOSTROPHES:
        ways = _APOSTROPHES[:3] if opens else _APOSTROPHES[:2]
    elif sign in _QUOTES:
        ways = _QUOTES[:2] if opens else _QUOTES[0] + _QUOTES[2]
    else:
        ways = DASHES[:3] if opens else DASHES[:2]
    return (sign, *(way for way in ways if way != sign))
