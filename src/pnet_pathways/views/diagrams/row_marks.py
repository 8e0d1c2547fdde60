"""How the rows of a page stand to a case: they apply, may apply, or do not apply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from ...engine.recommend import engine_for
from ...engine.tables import GapKind, TrackAnswer
from ...model.case import Case
from ...model.facts import Scenario
from ...model.pathway import Definitions, Pathway
from .page_rows import Band, PageRow
from .style import NodeKind


class RowMark(StrEnum):
    """How a row stands to a case; plain where it is not asked."""

    PLAIN = "plain"
    APPLIES = "applies"
    MAY_APPLY = "may-apply"
    DOES_NOT_APPLY = "does-not-apply"


MARK_SIGNS = {RowMark.APPLIES: "●", RowMark.MAY_APPLY: "○", RowMark.DOES_NOT_APPLY: "\N{EN DASH}"}
MARK_LEGEND = tuple(f"{sign} {mark.replace('-', ' ')}" for mark, sign in MARK_SIGNS.items())


def mark_bands(definitions: Definitions, pathway: Pathway, bands: Sequence[Band], case: Case) -> dict[PageRow, RowMark]:
    """Return how each row of a page stands to a case; rows that lead to another page are plain."""
    tables = engine_for(definitions).compiled.tables
    answers = {name: tables[pathway.name, name].answer(case.values) for name in pathway.tracks}
    is_open = definitions.entry.is_open(pathway.name, case.entry)
    found = {}
    for row in (row for band in bands for row in band.rows):
        mark = RowMark.PLAIN if row.leads_to else mark_of_row(row, answers[row.track])
        found[row] = RowMark.MAY_APPLY if is_open and mark is RowMark.APPLIES else mark
    return found


def mark_entry(definitions: Definitions, bands: Sequence[Band], case: Case) -> dict[PageRow, RowMark]:
    """Return how each row of the overview stands to a case: a type's by the case's, the others' as its answer has them.

    What is raised for everyone is plain, and does not apply to a type out of scope.
    """
    known = case.entry
    inside = known is None or definitions.entry.in_scope(known)
    found = {}
    for row in (row for band in bands for row in band.rows):
        if row.entry:
            found[row] = _standing(known in {None, row.entry}, known is not None)
        elif row.leads_to:
            found[row] = _page_mark(definitions, row.leads_to, case) if inside else RowMark.DOES_NOT_APPLY
        elif row.kind is NodeKind.EVENT:
            found[row] = RowMark.PLAIN if inside else RowMark.DOES_NOT_APPLY
        else:
            found[row] = _standing(known is None, True)
    return found


def _page_mark(definitions: Definitions, name: str, case: Case) -> RowMark:
    """Return how the page of a pathway for every type stands to a case: as the one of its options that is surest."""
    pathway, tables = definitions.pathways[name], engine_for(definitions).compiled.tables
    offered = [one for track in pathway.tracks for one in tables[name, track].answer(case.values).offered]
    return _standing(bool(offered), any(one.certain for one in offered))


def mark_of_row(row: PageRow, answer: TrackAnswer) -> RowMark:
    """Return how a row stands to the cases that a track answers so."""
    if row.statement:
        offered = [one for one in answer.offered if (one.option.statement, one.option.number) in row.option_keys]
        return _standing(bool(offered), any(one.certain for one in offered))
    kind = GapKind.SILENT if row.box else GapKind.COMBINATION
    gap = next((one for one in answer.gaps if one.kind is kind), None)
    if gap is None or row.box is None:
        return _standing(gap is not None, gap is not None and gap.certain)
    inside = [row.box.holds(one) for one in _scenarios(answer)]
    return _standing(any(inside), all(inside))


def _scenarios(answer: TrackAnswer) -> Iterator[Scenario]:
    """Yield the scenarios that a case leaves open."""
    table = answer.table
    for number, row in enumerate(table.rows):
        if answer.rows >> number & 1:
            yield dict(zip(table.facts, row.values, strict=True))


def _standing(possible: bool, certain: bool) -> RowMark:
    if not possible:
        return RowMark.DOES_NOT_APPLY
    return RowMark.APPLIES if certain else RowMark.MAY_APPLY
