"""What the page's scripts must know of the rows of a pathway's one page: for what each stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...engine.recommend import engine_for
from ...model.pathway import Definitions
from ...model.review_items import combination_item, gap_item
from ...model.vocabulary import Vocabulary
from ...model.wording import in_brackets
from ...proof.scenarios.boxes import Box
from ..diagrams.page_rows import PageRow


def rows_data(definitions: Definitions, diagram: str, rows: Sequence[PageRow]) -> list[dict[str, Any]]:
    """Return the rows of a page as plain data, in the order of their numbers.

    Each has its SVG `class`, what it says in `words`, and its `track`; a statement's the numbers of its `options` in the
    track's table, a gap's its `gap` (``silent`` with the `box` where it arises, answers by fact, or ``combination``); one that
    leads elsewhere `leads_to`; one of the overview its `entry` and `kind`. `items` are what a review goes through.
    """
    return [_row(definitions, diagram, number, row) for number, row in enumerate(rows, 1)]


def _row(definitions: Definitions, diagram: str, number: int, row: PageRow) -> dict[str, Any]:
    words = f"{row.condition}: {row.text}{in_brackets([row.code] if row.code else [])}"
    found: dict[str, Any] = {"class": f"row-{number}", "words": words, "track": row.track}
    if row.statement:
        table = engine_for(definitions).compiled.tables[diagram, row.track]
        options = [place for place, one in enumerate(table.options) if (one.statement, one.number) in row.option_keys]
        return {**found, "options": options, "items": [row.statement]}
    if row.box is not None:
        items = [gap_item(row.track, leaf) for leaf in row.leaves]
        return {**found, "gap": "silent", "box": _answers(definitions.vocabulary, row.box), "items": items}
    if row.when is not None:
        return {**found, "gap": "combination", "items": [combination_item(row.track)]}
    return {**found, "leads_to": row.leads_to, "entry": row.entry, "kind": str(row.kind), "items": []}


def _answers(vocabulary: Vocabulary, box: Box) -> dict[str, list[str]]:
    return {name: [vocabulary.answer(name, value) for value in values] for name, values in box.values.items()}
