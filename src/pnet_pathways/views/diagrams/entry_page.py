"""The overview on one page: which pathway each type leads to, what applies to every type, what an answer holds."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.case import Case
from ...model.pathway import Definitions
from ...model.wording import enumerated, lowered
from .drawing import Page
from .one_page import Sheet, about_words, case_words, draw
from .page_rows import Band, PageRow, codes_of, pointer
from .plan import OVERVIEW_ENTRY
from .row_marks import RowMark
from .style import NodeKind


def entry_page(definitions: Definitions, case: Case | None = None, review: str = "") -> Page:
    """Return the overview's page; with a case the rows of its type are marked."""
    entry = definitions.entry
    types = tuple(_types(definitions))
    common = tuple(pointer(definitions, definitions.pathways[name]) for name in entry.common)
    bands = (
        Band("entry", entry.title[:1].upper() + entry.title[1:], (*types, *_unknown(definitions))),
        Band("every", f"Every {entry.title}", common),
        Band("everyone", "For everyone", tuple(_advice(definitions))),
    )
    sheet = Sheet(
        OVERVIEW_ENTRY,
        "Overview",
        tuple(band for band in bands if band.rows),
        about_words(definitions, definitions.version, review),
        f"From the {entry.title} to its page",
        case_words(definitions, case),
        {} if case is None else _marks(definitions, types, common, case),
        to_sign=False,
        note="",
        remark=_tracks(definitions),
    )
    return draw(definitions, sheet)


def _types(definitions: Definitions) -> Iterator[PageRow]:
    """Yield a row for each type: the page that it leads to, or why none does."""
    for key, one in definitions.entry.types.items():
        if one.pathway is None:
            yield PageRow(
                one.label, "", NodeKind.OUT_OF_SCOPE, f"Out of scope. {one.note}", "", one.note, one.readings, entry=key
            )
            continue
        pathway = definitions.pathways[one.pathway]
        tracks = "; ".join(track.title for track in pathway.tracks.values())
        yield PageRow(
            one.label,
            "",
            NodeKind.CONTINUES,
            f"See {pathway.title}: {tracks}",
            codes_of(pathway),
            f"{pathway.title}: a page of its own.",
            one.readings,
            leads_to=pathway.name,
            entry=key,
        )


def _unknown(definitions: Definitions) -> Iterator[PageRow]:
    entry = definitions.entry
    for key in entry.type_unknown:
        text = definitions.readings[key].text
        yield PageRow(entry.unknown, "", NodeKind.CONTINUES, text, key, text, entry="")


def _tracks(definitions: Definitions) -> str:
    """Return the tracks of an answer in a sentence."""
    groups = definitions.groups.values()
    silent = enumerated([lowered(one.title) for one in groups if one.gap_when is not None])
    others = enumerated([lowered(one.title) for one in groups if one.gap_when is None])
    return f"An answer lists options by track: {silent} (or a gap where nothing is listed); {others}."


def _advice(definitions: Definitions) -> Iterator[PageRow]:
    for one in definitions.advice:
        name = one.id.replace("_", " ")
        yield PageRow(name[:1].upper() + name[1:], "", NodeKind.EVENT, one.text, "", one.text)


def _marks(
    definitions: Definitions, types: tuple[PageRow, ...], common: tuple[PageRow, ...], case: Case
) -> dict[PageRow, RowMark]:
    """Return which types' rows the case's own type leaves; what applies to every type applies unless that is out of scope."""
    known = case.entry
    marks = {
        row: RowMark.MAY_APPLY if known is None else RowMark.APPLIES if row.entry == known else RowMark.DOES_NOT_APPLY
        for row in types
    }
    outside = known is not None and not definitions.entry.in_scope(known)
    return {**marks, **dict.fromkeys(common, RowMark.DOES_NOT_APPLY if outside else RowMark.APPLIES)}
