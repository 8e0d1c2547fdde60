"""The overview on one page: which pathway each type leads to, what applies to every type, what an answer holds."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.case import Case
from ...model.pathway import Definitions
from ...model.text import sentence_case
from ...model.wording import enumerated, lowered
from .drawing import Page
from .one_page import Sheet, about_words, case_words, draw
from .page_rows import Band, PageRow, codes_of, pointer
from .plan import OVERVIEW_ENTRY
from .row_marks import mark_entry
from .style import NodeKind


def entry_page(definitions: Definitions, case: Case | None = None, review: str = "") -> Page:
    """Return the overview's page; with a case the rows of its type are marked."""
    entry, bands = definitions.entry, entry_bands(definitions)
    sheet = Sheet(
        OVERVIEW_ENTRY,
        "Overview",
        bands,
        about_words(definitions, definitions.version, review),
        f"From the {entry.title} to its page",
        case_words(definitions, case),
        {} if case is None else mark_entry(definitions, bands, case),
        to_sign=False,
        note="",
        remark=_tracks(definitions),
    )
    return draw(definitions, sheet)


def entry_bands(definitions: Definitions) -> tuple[Band, ...]:
    """Return the overview's bands: a row for each type, for what applies to every type, and for what is raised for everyone."""
    entry = definitions.entry
    bands = (
        Band("entry", sentence_case(entry.title), (*_types(definitions), *_unknown(definitions))),
        Band("every", f"Every {entry.title}", tuple(pointer(definitions, definitions.pathways[name]) for name in entry.common)),
        Band("everyone", "For everyone", tuple(_advice(definitions))),
    )
    return tuple(band for band in bands if band.rows)


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
        yield PageRow(entry.unknown, "", NodeKind.CONTINUES, text, "", text, (key,))


def _tracks(definitions: Definitions) -> str:
    """Return the tracks of an answer in a sentence."""
    groups = definitions.groups.values()
    silent = enumerated([lowered(one.title) for one in groups if one.gap_when is not None])
    others = enumerated([lowered(one.title) for one in groups if one.gap_when is None])
    return f"An answer lists options by track: {silent} (or a gap where nothing is listed); {others}."


def _advice(definitions: Definitions) -> Iterator[PageRow]:
    for one in definitions.advice:
        yield PageRow(sentence_case(one.id.replace("_", " ")), "", NodeKind.EVENT, one.text, "", one.text)
