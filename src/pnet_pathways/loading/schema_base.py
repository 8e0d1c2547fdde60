"""What the shapes of all definition files are made of: described fields, conditions and locators."""

from __future__ import annotations

from typing import Any, NewType

import attrs

ConditionData = NewType("ConditionData", object)
"""A condition in the notation that `conditions.condition_from` reads."""


def described(about: str, **options: Any) -> Any:
    """Return an attrs field with its one-line description for the schema."""
    return attrs.field(metadata={"about": about}, **options)


@attrs.frozen
class LocatorSpec:
    """A passage of the summary."""

    section: str = described("id of the section, from source.yaml")
    first: str = described("the passage's first few words")
    last: str = described("the passage's last few words")
    start: int = described("first character in the whitespace-collapsed text")
    end: int = described("one past the last character")
    sha256: str = described("SHA-256 of the passage, in hex")
