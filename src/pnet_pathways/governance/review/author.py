"""Who makes a record, and what may stand in one: a name, a day, a text."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import attrs

from ...model.errors import Problem, ReviewError

if TYPE_CHECKING:
    from .signing import Signer

_MOST: Final = 200
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that show text in another order than it has."""


@attrs.frozen
class Author:
    """Who makes a record: `reviewer`, as what (`role`), and the `date` (as in 2026-11-23) that the caller gives.

    With a `signer` the records are signed. Raises `ReviewError` for an empty name or role, and for no date.
    """

    reviewer: str
    role: str
    date: str
    signer: Signer | None = None

    def __attrs_post_init__(self) -> None:
        problems = [
            *name_problems("reviewer", self.reviewer),
            *name_problems("role", self.role),
            *date_problems("date", self.date),
        ]
        if problems:
            raise ReviewError(problems)


def name_problems(where: str, text: str) -> Iterator[Problem]:
    """Yield what is wrong with a name or a role: it takes one line."""
    if not text.strip() or len(text) > _MOST or "\n" in text or not _harmless(text):
        yield Problem(where, f"takes one line of text, at most {_MOST} characters")


def date_problems(where: str, date: str, today: datetime.date | None = None) -> Iterator[Problem]:
    """Yield what is wrong with the day of a review; with `today`, at the latest anywhere, also that it has not come."""
    try:
        day = datetime.date.fromisoformat(date)
    except ValueError:
        day = None
    if day is None or day.isoformat() != date:
        yield Problem(where, f"{date!r} is not a date", "write it as 2026-11-23")
    elif today is not None and day > today:
        yield Problem(where, f"{date} has not come yet: today is {today} at the latest", "give the day of the review")


def text_problems(where: str, text: str) -> Iterator[Problem]:
    """Yield what is wrong with a text of one or more lines: signs that a terminal would obey or no file can hold."""
    if not _harmless(text):
        yield Problem(where, "takes text in lines, without control characters")


def written(where: str, text: str) -> str:
    """Return a text of one or more lines. Raises `ReviewError` where something is wrong with it."""
    if problems := list(text_problems(where, text)):
        raise ReviewError(problems)
    return text


def _harmless(text: str) -> bool:
    # Spaces that do not break and the like are not "printable" to Python, and word processors are full of them.
    return not any(
        unicodedata.category(sign) in {"Cc", "Cs"} or sign in _TURNING for sign in text.replace("\n", "").replace("\t", "")
    )
