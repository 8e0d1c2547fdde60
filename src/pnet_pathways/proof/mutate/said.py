"""What tracks say of a scenario, in a form in which two sets of definitions can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ...engine.tables import CompiledPathways, TrackTable


def tables_of(compiled: CompiledPathways, pathway: str, group: str) -> list[TrackTable]:
    """Return the tables of a pathway that make up one of the answer's tracks."""
    return [table for table in compiled.plans[None] if table.pathway.name == pathway and table.track.group == group]


def shown_in_all(table: TrackTable) -> frozenset[str]:
    """Return the readings that a track shows in every scenario."""
    rows = [dict(zip(table.facts, row.values, strict=True)) for row in table.rows]
    each_says = [list(said(table, tuple(row.get(fact) for fact in table.vocabulary.facts))) for row in rows]
    return frozenset.intersection(*(frozenset(reading for one in says for reading in one["readings"]) for says in each_says))


def said(table: TrackTable, values: tuple[Any, ...]) -> Iterator[Mapping[str, Any]]:
    """Yield what a track says of a scenario, as the answer's options and gap hold it."""
    answer = table.answer(values)
    for offered in answer.offered:
        statement = table.pathway.statement(offered.option.statement)
        readings = frozenset((*statement.readings, *offered.option.readings))
        # The number and what is required say when an option stands, and the scenario does so already.
        option = attrs.evolve(offered.option, number=0, requires=statement.when, readings=())
        yield {"option": attrs.asdict(option, recurse=False) | {"requires": None}, "readings": readings}
    for gap in answer.gaps:
        yield {"gap": gap.kind, "messages": gap.messages, "readings": frozenset(gap.readings), "nearest": gap.nearest}
