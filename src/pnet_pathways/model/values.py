"""The values that facts can have, and how they read as answers and as JSON."""

from __future__ import annotations

from enum import Enum
from typing import Final


class NotApplicable(Enum):
    """The value of a fact that cannot apply (what its condition rules out)."""

    NOT_APPLICABLE = "does not apply"


NOT_APPLICABLE: Final = NotApplicable.NOT_APPLICABLE

Value = bool | str | NotApplicable
"""What one fact can be in a complete scenario."""

GroupValue = Value | frozenset[str]
"""What a question can be answered with: a fact's value, or the members of a group that are present."""


def answer_name(value: Value) -> str:
    """Return the answer that stands for a value: ``yes``, ``no``, ``small``, ``does not apply``."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else str(value.value)


def plain(value: Value) -> bool | str | None:
    """Return a value as JSON holds it: a boolean, a string, or null where it does not apply."""
    return None if isinstance(value, NotApplicable) else value
