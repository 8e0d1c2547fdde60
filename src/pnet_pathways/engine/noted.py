"""What callers say of a step, as it is kept and saved: its value, when it was taken and by whom."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

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


def kept_value(value: Any) -> Any:
    """Return a given value as plain data of its own, which can be saved and which nobody else changes."""
    if attrs.has(type(value)):
        return {member: state for member, state in attrs.asdict(value).items() if state is not None}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        return value
    return sorted(value, key=shown) if isinstance(value, set | frozenset) else list(value)
