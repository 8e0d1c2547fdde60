"""What a review of a pathway goes through: its statements, its gaps, and the readings on which they rest."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import attrs

from .pathway import Definitions, Pathway
from .scenario_rows import LeafKind
from .wording import sorted_readings


class ItemKind(StrEnum):
    """What an item of a review is."""

    STATEMENT = "statement"
    GAP = "gap"
    READING = "reading"


@attrs.frozen
class ReviewItem:
    """One thing to agree with or not, by its `id`, with what it says.

    A statement has its own id, a gap that of its state (``primary.large_head``), the gap of a combination that of its track
    (``primary+combination``), a reading its own (``R-6``).
    """

    id: str
    kind: ItemKind
    label: str
    readings: tuple[str, ...] = ()


def gap_item(track: str, state: str) -> str:
    """Return the id of a gap: its track and its state in the graph."""
    return f"{track}.{state}"


def combination_item(track: str) -> str:
    """Return the id of the gap of a combination in a track."""
    return f"{track}+combination"


def review_items(pathway: Pathway) -> tuple[ReviewItem, ...]:
    """Return what a review of a pathway goes through besides readings: statements, then gaps, in the definition's order."""
    found = [
        ReviewItem(
            one.id,
            ItemKind.STATEMENT,
            one.label,
            sorted_readings((*one.readings, *(key for option in one.options for key in option.readings))),
        )
        for one in pathway.statements
    ]
    for track in pathway.tracks.values():
        found.extend(
            ReviewItem(gap_item(track.name, leaf.name), ItemKind.GAP, leaf.message, sorted_readings(leaf.readings))
            for leaf in track.leaves
            if leaf.kind is LeafKind.GAP
        )
        if (both := pathway.combination(track.name)) is not None:
            found.append(ReviewItem(combination_item(track.name), ItemKind.GAP, both.message, sorted_readings(both.readings)))
    return tuple(found)


def readings_to_review(definitions: Definitions, pathways: Iterable[str]) -> tuple[ReviewItem, ...]:
    """Return the readings on which some pathways rest, or with an alternative that rewrites one of their statements."""
    named: set[str] = set()
    for name in pathways:
        pathway = definitions.pathways[name]
        for item in review_items(pathway):
            named.update(item.readings)
        for track in pathway.tracks.values():
            named.update(key for leaf in track.leaves for key in leaf.readings)
        named.update(one.reading for one in definitions.alternatives if name in one.pathways)
        for type_ in definitions.entry.types_of(name):
            named.update(definitions.entry.readings_for(type_))
    return tuple(ReviewItem(one.id, ItemKind.READING, one.text) for one in definitions.readings.values() if one.id in named)
