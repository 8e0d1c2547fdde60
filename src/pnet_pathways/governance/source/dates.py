"""The date that the summary says it was updated on, in the forms that such a page writes."""

from __future__ import annotations

import datetime
import re
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SAID = re.compile(r"\bUpdated ?: ?(\S.{0,25})")
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


def said_dates(text: str) -> list[str]:
    """Return what stands behind each ``Updated:`` of a collapsed text, in text order."""
    return [found[1] for found in _SAID.finditer(text)]


def date_of(said: str) -> datetime.date | None:
    """Return the date that words begin with, `None` where they begin with none that exists.

    Read are October 7, 2022, Oct 7, 2022, 7 October 2022 and 2022-10-07. A date of figures alone with the month or the day
    first is not: 10/7/2022 is two days.
    """
    for form in _FORMS:
        if found := form.match(said):
            month = found["month"]
            number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
            try:
                return datetime.date(int(found["year"]), number, int(found["day"]))
            except ValueError:
                return None
    return None
