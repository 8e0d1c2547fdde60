"""How the rows of a page stand to a case: they apply, may apply, or do not apply."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import attrs

from ...engine.recommend import engine_for
from ...engine.tables import GapKind, TrackAnswer
from ...model.case import Case
from ...model.pathway import Definitions, Pathway
from ...model.values import Value
from .page_rows import Band, PageRow


class RowMark(StrEnum):
    """How a row stands to a case; plain where it is not asked."""

    PLAIN = "plain"
    APPLIES = "applies"
    MAY_APPLY = "may-apply"
    DOES_NOT_APPLY = "does-not-apply"


MARK_SIGNS = {RowMark.APPLIES: "●", RowMark.MAY_APPLY: "○", RowMark.DOES_NOT_APPLY: "–"}
MARK_LEGEND = "● applies   ○ may apply   – does not apply"


def mark_bands(definitions: Definitions, pathway: Pathway, bands: Sequence[Band], case: Case) -> dict[PageRow, RowMark]:
    """Return how each row of a page stands to a case; rows that lead to another page are plain."""
    tables = engine_for(definitions).compiled.tables
    answers = {name: tables[pathway.name, name].answer(case.values) for name in pathway.tracks}
    is_open = definitions.entry.is_open(pathway.name, case.entry)
    found = {}
    for row in (row for band in bands for row in band.rows):
        mark = RowMark.PLAIN if row.leads_to else _mark(row, answers[row.track], case)
        found[row] = RowMark.MAY_APPLY if is_open and mark is RowMark.APPLIES else mark
    return found


def _mark(row: PageRow, answer: TrackAnswer, case: Case) -> RowMark:
    if row.statement:
        offered = [one for one in answer.offered if (one.option.statement, one.option.number) in row.option_keys]
        if not offered:
            return RowMark.DOES_NOT_APPLY
        return RowMark.APPLIES if any(one.certain for one in offered) else RowMark.MAY_APPLY
    kind = GapKind.SILENT if row.box is not None else GapKind.COMBINATION
    gap = next((one for one in answer.gaps if one.kind is kind), None)
    if gap is None:
        return RowMark.DOES_NOT_APPLY
    truth = gap.certain if row.box is None else _holds(row, case)
    if truth is False and row.box is not None:
        return RowMark.DOES_NOT_APPLY
    return RowMark.APPLIES if truth else RowMark.MAY_APPLY


def _holds(row: PageRow, case: Case) -> bool | None:
    """Return whether a case lies in the row's box, as far as is known."""
    known: dict[str, Value | None] = {name: case.value(name) for name in (row.box.values if row.box else ())}
    assert row.box is not None
    if any(value is not None and value not in row.box.values[name] for name, value in known.items()):
        return False
    return None if None in known.values() else True
