"""What the page must know to keep a review: each pathway's items and the readings it rests on, bound to the definitions."""

from __future__ import annotations

from typing import Any, Final

from ...model.pathway import Definitions
from ...model.review_items import readings_to_review, review_items

PARTS: Final = (
    ("cover", "Cover", True),
    ("pages", "One page for each pathway", True),
    ("readings", "Readings", True),
    ("answers", "Answers of the review", True),
    ("states", "The questions behind each page, step by step", False),
    ("verification", "How the definitions were checked", False),
)
"""What can be printed: a name, words for it, and whether it is by default."""


def review_data(definitions: Definitions) -> dict[str, Any]:
    """Return what a review goes through, as plain data; `readings` of a pathway are those that a decision on it needs."""
    return {
        "definitions": {"version": definitions.version, "hash": definitions.content_hash},
        "pathways": [
            {
                "name": pathway.name,
                "title": pathway.title,
                "items": [
                    {"id": one.id, "kind": str(one.kind), "readings": list(one.readings)} for one in review_items(pathway)
                ],
                "readings": [one.id for one in readings_to_review(definitions, [pathway.name])],
            }
            for pathway in definitions.pathways.values()
        ],
        "readings": [one.id for one in readings_to_review(definitions, definitions.pathways)],
    }
