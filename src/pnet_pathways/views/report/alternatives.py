"""What the page must know to say what each alternative of a reading would change in its answer.

Only whether an option or a gap is there, and whether for certain, is compared. So of each track that an alternative reads
otherwise the page holds the scenarios, with what holds in each, and looks at those that a case leaves open.
"""

from __future__ import annotations

from typing import Any

from ...engine.recommend import Engine
from ...engine.tables import TrackTable
from ...model.pathway import Alternative
from ...model.scenario_rows import LeafKind
from ...model.values import Value
from .tables import option_data
from .vocabulary import code_of


def alternatives_data(engine: Engine) -> dict[str, Any]:
    """Return the alternatives of an engine's definitions as plain data.

    A track's `rows` are the number of a list of rows of codes (see `vocabulary_data`), in the order of its facts, and `holds`
    says of each row which of `cases` holds there: the options' places, the message of a gap, and whether findings combine.
    """
    rows: dict[tuple[tuple[int, ...], ...], int] = {}
    return {
        "each": [_alternative(engine, one, rows) for one in engine.definitions.alternatives],
        "rows": [[list(row) for row in one] for one in rows],
    }


def _alternative(engine: Engine, one: Alternative, rows: dict[tuple[tuple[int, ...], ...], int]) -> dict[str, Any]:
    other = engine.under({one.reading: one.id})
    plans = {key: plan.to_dict() for key, plan in other.plans.items()}
    return {
        "reading": one.reading,
        "alternative": one.id,
        "text": one.text,
        "pathways": sorted(one.pathways),
        "tracks": {
            f"{table.pathway.name}.{table.track.name}": _track(other, table, rows)
            for key, table in other.compiled.tables.items()
            if table is not engine.compiled.tables[key]
        },
        "plans": {key or "": plan for key, plan in plans.items() if plan != engine.plans[key].to_dict()},
    }


def _track(engine: Engine, table: TrackTable, rows: dict[tuple[tuple[int, ...], ...], int]) -> dict[str, Any]:
    facts = [table.vocabulary.facts[name] for name in table.facts]

    def codes(values: tuple[Value, ...]) -> tuple[int, ...]:
        return tuple(code_of(fact, value) for fact, value in zip(facts, values, strict=True))

    leaves = [leaf.name for leaf in table.track.leaves]
    offered = {(option.statement, option.number): place for place, option in enumerate(table.options)}
    cases: dict[tuple[tuple[int, ...], int | None, int], int] = {}
    holds = []
    for row in table.rows:
        silent = leaves.index(row.leaf) if row.expected is LeafKind.GAP else None
        places = tuple(sorted(offered[one] for one in row.holds if one in offered))
        holds.append(cases.setdefault((places, silent, int(row.combines)), len(cases)))
    combination = table.pathway.combination(table.track.name)
    return {
        "pathway": table.pathway.name,
        "group": table.track.group,
        "facts": list(table.facts),
        "options": [option_data(engine, table, number) for number in range(len(table.options))],
        "rows": rows.setdefault(tuple(codes(row.values) for row in table.rows), len(rows)),
        "holds": holds,
        "cases": [[list(places), silent, combines] for places, silent, combines in cases],
        "messages": [leaf.message for leaf in table.track.leaves],
        "combination": combination.message if combination is not None else "",
    }
