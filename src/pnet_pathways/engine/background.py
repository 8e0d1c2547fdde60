"""What the summary says besides options, by topic or about one treatment or type: as plain data and as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..model.beside import BackgroundEntry, BackgroundTopic
from ..model.pathway import Definitions
from ..model.text import locator_text, wrap
from .answer import locator_dict, source_dict

Entries = Iterable[tuple[BackgroundTopic, tuple[BackgroundEntry, ...]]]
"""Topics, each with those of its entries that are asked for."""


def entries_of(definitions: Definitions, topic: str | None = None, about: str | None = None) -> Entries:
    """Return each topic with its entries: all, one topic, what is about one treatment or type. None where nothing is left.

    Raises `KeyError` for no such topic.
    """
    topics = definitions.background.topics
    chosen = topics.values() if topic is None else (topics[topic],)
    found = ((one, tuple(entry for entry in one.entries if about is None or about in entry.about)) for one in chosen)
    return [(one, entries) for one, entries in found if entries]


def background_data(definitions: Definitions, entries: Entries) -> dict[str, Any]:
    """Return entries as plain data by topic, with locators, source and disclaimer."""
    return {
        "topics": {topic.name: {"title": topic.title, "entries": list(map(_entry, mine))} for topic, mine in entries},
        "source": source_dict(definitions),
        "disclaimer": definitions.source.disclaimer,
    }


def _entry(entry: BackgroundEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "text": entry.text,
        "condition": entry.condition or None,
        "about": list(entry.about),
        "examples": list(entry.examples),
        "locators": [locator_dict(locator) for locator in entry.locators],
    }


def background_text(definitions: Definitions, entries: Entries) -> str:
    """Return entries as plain text, each with where it stands in the summary."""
    return "\n".join(_lines(definitions, entries)) + "\n"


def _lines(definitions: Definitions, entries: Entries) -> Iterator[str]:
    for topic, mine in entries:
        yield f"{topic.title} ({topic.name})"
        for entry in mine:
            yield from wrap("  - ", entry.text)
            if entry.condition:
                yield from wrap("      only if: ", entry.condition)
            if entry.examples:
                yield from wrap("      for example: ", ", ".join(entry.examples))
            if entry.about:
                yield from wrap("      about: ", ", ".join(entry.about))
            for locator in entry.locators:
                yield from wrap("      source: ", locator_text(locator))
        yield ""
    source = definitions.source
    yield from wrap("Source: ", f"{source.title}, updated {source.updated}, {source.url}")
    yield from wrap("", source.disclaimer)
