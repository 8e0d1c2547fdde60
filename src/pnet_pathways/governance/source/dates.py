"""Where a text says the date that the summary was updated on."""

from __future__ import annotations

import re

_SAID = re.compile(r"\bUpdated ?: ?(\S.{0,25})")


def said_dates(text: str) -> list[str]:
    """Return what stands behind each ``Updated:`` of a collapsed text, in text order."""
    return [found[1] for found in _SAID.finditer(text)]
