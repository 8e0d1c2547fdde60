"""Helpers for text of any kind: lines of one width, counts, Markdown's special characters, passages and places."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .reference import Locator

WIDTH = 100
"""The columns that text is wrapped at where no terminal is narrower."""
_TERMINAL = ContextVar[int | None]("terminal", default=None)
Passages = Mapping[str, tuple[str, ...]]
"""Each statement's verbatim passages by its id, and each reading's, from a copy of the summary (`source.passages`)."""
NO_PASSAGES: Passages = MappingProxyType({})
_INSTANT: Final = re.compile(
    r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)
INSTANT_HINT: Final = "write it as 2026-11-23T10:00:00Z"
_MARKDOWN = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]#"} | {mark: f"&#{ord(mark)};" for mark in "&<>|"})


def passage_lines(statements: Iterable[str], passages: Passages) -> list[str]:
    """Return the verbatim passages of statements, each once, wrapped and indented; nothing where none are given."""
    return [
        line
        for statement in dict.fromkeys(statements)
        for passage in passages.get(statement, ())
        for line in wrap("      ", f"{statement}: “{passage}”")
    ]


def fit(columns: int) -> None:
    """Fit text to a terminal of so many columns from here on; of less than 20 it takes 20."""
    _TERMINAL.set(max(20, columns))


def text_width() -> int:
    """Return the columns that text is wrapped at: `WIDTH`, or those of a narrower terminal."""
    return min(WIDTH, _TERMINAL.get() or WIDTH)


def wrap(head: str, text: str) -> list[str]:
    """Return text in lines of at most `text_width` columns, the first behind `head` and the others below it."""
    below = " " * min(len(head), text_width() // 3)
    return textwrap.wrap(text, text_width(), initial_indent=head, subsequent_indent=below, break_on_hyphens=False)


def folded(text: str) -> str:
    """Return text of which no line is wider than the terminal, if there is one: it goes on below, and words stay whole."""
    columns = _TERMINAL.get()
    return text if columns is None else "\n".join(below for line in text.split("\n") for below in _folded(line, columns))


def _folded(line: str, columns: int) -> list[str]:
    if len(line) <= columns:
        return [line]
    said = line.lstrip(" ")
    lead = " " * min(len(line) - len(said), columns // 3)
    below = f"{lead}  "
    return textwrap.wrap(
        said, columns, initial_indent=lead, subsequent_indent=below, break_on_hyphens=False, break_long_words=False
    )


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number of things in words: ``1 scenario``, ``2 scenarios``; `many` where the plural takes more than an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def instant(text: str) -> str | None:
    """Return a time as RFC 3339 writes it (``2026-11-23T11:00:00+01:00``) in one form, that of UTC; `None` for what is none.

    >>> instant("2026-11-23t11:00:00.50+01:00")
    '2026-11-23T10:00:00.5Z'
    """
    try:
        found = datetime.fromisoformat(text.upper()).astimezone(UTC) if _INSTANT.fullmatch(text) else None
    except (ValueError, OverflowError):  # no such day or hour, or none in UTC
        return None
    if found is None:
        return None
    fraction = f".{found.microsecond:06}".rstrip("0") if found.microsecond else ""
    return f"{found:%Y-%m-%dT%H:%M:%S}{fraction}Z" if found.year >= 1000 else None


def sentence_case(text: str) -> str:
    """Return a text as it begins a sentence."""
    return text[:1].upper() + text[1:]


def escape(text: str) -> str:
    """Return text with Markdown's and HTML's special characters escaped, on one line."""
    return " ".join(text.translate(_MARKDOWN).split())


def locator_text(locator: Locator) -> str:
    """Return a locator in one line: section, first and last words, and the span."""
    return f"{locator.section}: “{locator.first} … {locator.last}” (characters {locator.start} to {locator.end})"
