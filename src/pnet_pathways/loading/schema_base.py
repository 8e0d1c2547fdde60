"""What the shapes of all definition files are made of: described fields, conditions and locators."""

from __future__ import annotations

from typing import Any, Literal, NewType

import attrs

ConditionData = NewType("ConditionData", object)
"""A condition in the notation that `conditions.condition_from` reads."""


def described(
    about: str,
    *,
    key: str = "",
    names: Literal["", "id", "name", "track"] = "",
    may_be_empty: bool = False,
    positive: bool = False,
    **options: Any,
) -> Any:
    """Return an attrs field with its one-line description.

    `key` is its key in the file where Python reserves that word. The rest is what `text_checks` holds: whether its text, or
    its keys, are an ``id`` (``GAS-1``), a ``name`` (``head_and_body``) or a ``track`` (``supportive.fluids``), whether its
    text may be empty, whether its number counts from 1.
    """
    rules = {"names": names, "may_be_empty": may_be_empty, "positive": positive}
    return attrs.field(metadata={"about": about, "key": key, **rules}, **options)


def key_of(field: attrs.Attribute[Any]) -> str:
    """Return the key under which a field stands in a file."""
    return str(field.metadata.get("key", "")) or field.name


@attrs.frozen
class LocatorSpec:
    """A passage of the summary."""

    section: str = described("id of the section, from source.yaml")
    first: str = described("the passage's first few words")
    last: str = described("the passage's last few words")
    start: int = described("first character in the whitespace-collapsed text")
    end: int = described("one past the last character")
    sha256: str = described("SHA-256 of the passage, in hex")
    link_from: str = described(
        "words with which the link to the passage begins, where its first words stand further up the page too", default=""
    )
    link_to: str = described("words with which the link ends, where the last words stand further up too", default="")
