"""Dates in words, in the forms that a page writes."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_FORMS: Final = tuple(
    re.compile(form + r"(?![\w-])", re.IGNORECASE)
    for form in (
        rf"{_MONTH} (?P<day>[0-9]{{1,2}}) ?,? (?P<year>[0-9]{{4}})",
        rf"(?P<day>[0-9]{{1,2}}) {_MONTH},? (?P<year>[0-9]{{4}})",
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})",
    )
)


def date_of(said: str) -> datetime.date | None:
    """Return the date that words begin with, `None` where they begin with none that exists.

    Read are October 7, 2022, Oct 7, 2022, 7 October 2022 and 2022-10-07. A date of figures alone with the month or the day
    first is not: 10/7/2022 is two days.
    """
    found = next((found for form in _FORMS if (found := form.match(said))), None)
    return None if found is None else _day(found)


def dates_in_words(text: str) -> Iterator[tuple[str, datetime.date | None]]:
    """Yield each date that a text names, with its words; `None` where there is no such day."""
    for form in _FORMS:
        for found in form.finditer(text):
            yield found[0], _day(found)


def _day(found: re.Match[str]) -> datetime.date | None:
    month = found["month"]
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    try:
        return datetime.date(int(found["year"]), number, int(found["day"]))
    except ValueError:
        return None
