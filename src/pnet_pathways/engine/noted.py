"""When and by whom a step was taken, as callers say it: kept as text, and refused where it is neither."""

from __future__ import annotations

import datetime
import re
from typing import Final

from ..model.errors import WalkError, shown

_FORMS: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2}))?)?)?")


def noted_time(at: object) -> str | None:
    """Return a time as text: an instant with its zone, a day, a month or a year, as precisely as it is known.

    Takes text in ISO 8601 (``2026-11-23T10:00:00Z``, ``2026-11-23``, ``2026-11``, ``2026``), a date or a datetime with its
    zone; `None` is not said. Raises `WalkError` for anything else.
    """
    if at is None:
        return None
    if isinstance(at, datetime.date):
        at = at.isoformat()
    if isinstance(at, str) and _FORMS.fullmatch(at) and _exists(at):
        return at
    raise WalkError(
        f"at takes a time such as 2026-11-23T10:00:00Z (with its zone), 2026-11-23, 2026-11 or 2026, not {shown(at)}"
    )


def _exists(text: str) -> bool:
    """Return whether a time of one of the forms is in the calendar."""
    try:
        datetime.datetime.fromisoformat(text if len(text) > 7 else f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True


def noted_name(by: object) -> str | None:
    """Return by whom something was done; `None` is not said. Raises `WalkError` for what is no text, or empty."""
    if by is None or (isinstance(by, str) and by.strip()):
        return by
    raise WalkError(f"by takes who it was, as text that is not empty, not {shown(by)}")
