"""One pathway on one page: every statement a row under its condition, gaps in their place, readings and sign-off below.

A row that fits the patient applies; rows are independent of each other, as the statements are. What the graphs ask, in which
order, is on pages of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs
import graphviz

from ...model.case import Case
from ...model.pathway import Definitions, Pathway
from ...model.review import ReviewStatus
from ...model.text import NO_PASSAGES, Passages
from ...model.wording import sorted_readings
from .drawing import Page
from .group_words import given_words
from .page_rows import Band, PageRow, page_bands
from .row_marks import MARK_LEGEND, MARK_SIGNS, RowMark, mark_bands
from .style import FADED_LINE, FADED_TEXT, FONT, INK, NOTE, PAGE, SOFT, TITLE, NodeKind, colors_of
from .text import BOLD, attribute, bold, leading, markup, styled, wrapped

PAGE_WIDTH: Final = 729.0
"""Points: with its borders, what A4 and Letter in landscape leave within margins of 10 mm."""
PAGE_HEIGHT: Final = 538.0
NOTE_WORDS: Final = "every row that fits applies"
NOT_REVIEWED: Final = "not yet reviewed by a clinician"
_BAND, _FIRST, _SECOND, _CODES = 66.0, 110.0, 204.0, 52.0
_OPTIONS: Final = PAGE_WIDTH - _BAND - _FIRST - _SECOND - _CODES
_PAD: Final = 2.0
_GAP: Final = 1.5
"""Points around a band."""
_MIXED: Final = 1.03
"""How much wider text is in which single words are bold."""
_BAND_TEXT: Final = 11.0
_BAND_FILL: Final = "#17425c"
_PILL: Final = "#5b2a86"
_HEAD_FILL: Final = "#f1f5f9"
_RULE: Final = "#c4c9ce"
_SIGN: Final = 226.0
_STRONG: Final = re.compile(r"\b([Uu]sually|[Mm]ay include|[Rr]arely|[Ee]ither|Gap|R-\d+)\b")


@attrs.frozen
class Sheet:
    """What a page is made of: its name and title, what stands beneath the title, its bands, how rows stand to a case."""

    name: str
    title: str
    bands: tuple[Band, ...]
    about: tuple[str, ...]
    beneath: str = ""
    case: str = ""
    marks: Mapping[PageRow, RowMark] = attrs.field(factory=dict)
    to_sign: bool = True
    note: str = NOTE_WORDS

    def rows(self) -> Iterable[PageRow]:
        """Yield the rows of all bands."""
        return (row for band in self.bands for row in band.rows)


def one_page(
    definitions: Definitions, pathway: Pathway, case: Case | None = None, review: str = "", passages: Passages = NO_PASSAGES
) -> Page:
    """Return the page of a pathway; with a case its rows are marked. `review` is the review's status in words."""
    bands = page_bands(definitions, pathway, passages)
    entry, about = definitions.entry, about_words(definitions, pathway, review)
    types = [entry.types[key].label for key in entry.types_of(pathway.name)]
    beneath = f"Also applies to every {entry.title} in scope" if pathway.name in entry.common else ""
    if len(types) > 1 and not beneath:
        beneath = f"For: {', '.join(types)}"
    given = "" if case is None else given_words(definitions, case, (entry.fact, *pathway.facts))
    sheet = Sheet(
        pathway.name,
        pathway.title,
        bands,
        about,
        beneath,
        "" if case is None else f"Case: {given or 'nothing is known yet'}",
        {} if case is None else mark_bands(definitions, pathway, bands, case),
        to_sign=case is None and not review,
    )
    return draw(definitions, sheet)


def about_words(definitions: Definitions, pathway: Pathway | None, review: str) -> tuple[str, ...]:
    """Return what stands at the right of the title: the source with its date; version, hash and review."""
    source = definitions.source
    version = definitions.version if pathway is None else pathway.version
    never = pathway is not None and definitions.review(pathway.name).status is ReviewStatus.NEVER
    reviewed = review or (NOT_REVIEWED if never else "")
    return (
        f"What the {source.title.partition(',')[0]} (patient version) of {source.updated} lists",
        " · ".join(filter(None, (f"Definition {version}", definitions.content_hash[:12], reviewed))),
    )


def draw(definitions: Definitions, sheet: Sheet) -> Page:
    """Return a sheet as a page of tables, one below the other."""
    graph = graphviz.Digraph(sheet.name)
    graph.attr(rankdir="TB", fontname=FONT, fontsize=f"{NOTE:g}", bgcolor=PAGE, pad="0", id=sheet.name)
    graph.attr("node", fontname=FONT, fontsize=f"{NOTE:g}", fontcolor=INK, shape="none", margin="0", height="0", width="0")
    numbers = {row: number for number, row in enumerate(sheet.rows(), 1)}
    parts = [_head(sheet), *(_band(sheet, band, numbers) for band in sheet.bands), _foot(definitions, sheet)]
    rows = "".join(f'<TR><TD ALIGN="LEFT" CELLPADDING="{_GAP:g}">{part}</TD></TR>' for part in parts)
    graph.node("page", f"<{_table([rows])}>", id=f"{sheet.name}-page", tooltip=" ", **{"class": "page"})
    return Page(sheet.name, sheet.title, " ".join(_said(sheet)), graph.source)


def _said(sheet: Sheet) -> Iterable[str]:
    """Yield what the page says, for those who cannot see it."""
    if sheet.case:
        yield f"{sheet.case}."
    for band in sheet.bands:
        yield f"{band.title}."
        for row in band.rows:
            mark = sheet.marks.get(row, RowMark.PLAIN)
            lead = "" if mark is RowMark.PLAIN else f"{mark.replace('-', ' ').capitalize()}: "
            yield f"{lead}{', '.join(filter(None, (row.first, row.second)))}: {row.text} ({row.code})."


# Tables


def _table(rows: Iterable[str], *, border: int = 0) -> str:
    return f'<TABLE BORDER="{border}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" COLOR="{_RULE}">{"".join(rows)}</TABLE>'


def _text(texts: Sequence[str], *, strong: bool = False, color: str = "", size: float = NOTE) -> str:
    """Return lines of text as markup, left-aligned."""
    return "".join(
        f'{styled(bold(one), size, color) if strong else _emphasized(one, color)}<BR ALIGN="LEFT"/>' if one else " "
        for one in texts
    )


def _emphasized(text: str, color: str = "") -> str:
    parts = _STRONG.split(text)
    return "".join(_strong(part, color) if number % 2 else styled(markup(part), NOTE, color) for number, part in enumerate(parts) if part)


def _strong(text: str, color: str) -> str:
    return styled(bold(text), NOTE, color or (_PILL if text.startswith("R-") else ""))


def _cell(content: str, width: float, lines: int, *, fill: str = "", rows: int = 1, more: str = "") -> str:
    tint = f' BGCOLOR="{fill}"' if fill else ""
    spanned = f' ROWSPAN="{rows}"' if rows > 1 else ""
    size = f'WIDTH="{width:.0f}" HEIGHT="{lines * leading(NOTE) + 2 * _PAD:.0f}" CELLPADDING="{_PAD:g}"'
    return f'<TD ALIGN="LEFT" VALIGN="TOP" {size}{tint}{spanned}{more}>{content}</TD>'


def _band(sheet: Sheet, band: Band, numbers: Mapping[PageRow, int]) -> str:
    """Return the table of a band: its title, then each row; rows that begin with the same finding share that cell."""
    rows = band.rows
    heads = [number for number, row in enumerate(rows) if not number or rows[number - 1].first != row.first]
    drawn: list[str] = []
    for number, row in enumerate(rows):
        end = next((one for one in heads if one > number), len(rows))
        span = end - number if number in heads else 0
        title = _title(sheet, band) if not number else ""
        drawn.append(f"<TR>{title}{_row(row, sheet.marks.get(row, RowMark.PLAIN), numbers[row], span, first=not number)}</TR>")
    # Cells over two columns leave Graphviz to guess their widths; a last row of a point says them.
    ruler = "".join(f'<TD FIXEDSIZE="TRUE" WIDTH="{width:.0f}" HEIGHT="1"></TD>' for width in (_FIRST, _SECOND, _OPTIONS, _CODES))
    return _table([*drawn, f"<TR>{ruler}</TR>"], border=1)


def _title(sheet: Sheet, band: Band) -> str:
    """Return the cell of a band's title, as high as the band; the first band's says how rows are read."""
    words = _text(wrapped(band.title, (_BAND - 2 * _PAD) / BOLD, _BAND_TEXT), strong=True, color=PAGE, size=_BAND_TEXT)
    if sheet.note and band is sheet.bands[0] and len(band.rows) > 1:
        words += _text(wrapped(sheet.note, _BAND - 2 * _PAD), color=PAGE)
    return _cell(words, _BAND, 1, fill=_BAND_FILL, rows=len(band.rows) + 1)


def _row(row: PageRow, mark: RowMark, number: int, span: int, *, first: bool) -> str:
    """Return the cells of a row; `span` is how many rows share its first cell, none where an earlier row has drawn it."""
    far = row.kind is NodeKind.CONTINUES
    alone = span == 1 and not row.second
    off = mark is RowMark.DOES_NOT_APPLY
    ink = FADED_TEXT if off else ""
    rule = "" if first else f' BORDER="1" SIDES="T" COLOR="{_RULE}"'
    known = f' ID="row-{number} {row.kind} {mark}" TITLE="{attribute(row.tooltip)}"'
    wide = _FIRST + (_SECOND if alone and not far else 0)
    head = wrapped(row.first, (wide - 2 * _PAD) / BOLD)
    second = wrapped(row.second, _SECOND - 2 * _PAD)
    room = _OPTIONS + (_SECOND if far else 0)
    said = wrapped(" ".join((row.text, *row.readings)), (room - 2 * _PAD) / _MIXED)
    high = max(len(second), len(said), len(head) if span == 1 else 1)
    cells = []
    if span:
        more = rule + (' COLSPAN="2"' if alone and not far else "") + (known if span == 1 else "")
        words = _text(head, strong=True, color=ink if span == 1 else "")
        cells.append(_cell(words, wide, len(head) if span == 1 else 1, fill=_HEAD_FILL, rows=span, more=more))
    if not alone:
        cells.append(_cell(_text(second, color=ink), _SECOND, high, more=rule + known) if not far else "")
    cells.append(_cell(_text(said, color=ink), room, high, fill="" if off else colors_of(row.kind)[1], more=known + _sides(row, mark, first=first, wide=far)))
    sign = MARK_SIGNS.get(mark, "")
    code = " ".join(filter(None, (sign, row.code)))
    link = f' HREF="{attribute(row.link)}" TARGET="_blank"' if row.link else ""
    strong = mark is RowMark.APPLIES
    cells.append(_cell(_text([code], strong=strong, color=ink or ("" if strong else SOFT)), _CODES, high, more=rule + known + link))
    return "".join(cells)


def _sides(row: PageRow, mark: RowMark, *, first: bool, wide: bool) -> str:
    """Return the border of a row's options: at the left, thick where the row applies, and towards the row above."""
    color = FADED_LINE if mark is RowMark.DOES_NOT_APPLY else colors_of(row.kind)[0]
    sides, pen = ("L", 3) if mark is RowMark.APPLIES else ("L" if first else "LT", 1)
    dashed = ' STYLE="dashed"' if row.kind is NodeKind.GAP else ""
    return f' SIDES="{sides}" BORDER="{pen}" COLOR="{color}"{dashed}' + (' COLSPAN="2"' if wide else "")


def _head(sheet: Sheet) -> str:
    title = styled(bold(sheet.title), TITLE) + '<BR ALIGN="LEFT"/>'
    title += _text(wrapped(sheet.beneath, PAGE_WIDTH / 2 - 8), color=SOFT) if sheet.beneath else ""
    about = "".join(f'{styled(markup(one), NOTE, SOFT)}<BR ALIGN="RIGHT"/>' for one in sheet.about)
    half = PAGE_WIDTH / 2
    rows = [
        f'<TR><TD ALIGN="LEFT" BALIGN="LEFT" VALIGN="BOTTOM" WIDTH="{half:.0f}">{title}</TD>'
        f'<TD ALIGN="RIGHT" BALIGN="RIGHT" WIDTH="{half:.0f}">{about}</TD></TR>'
    ]
    if sheet.case:
        words = _text(wrapped(sheet.case, PAGE_WIDTH / BOLD), strong=True) + _text([MARK_LEGEND])
        rows.append(f'<TR><TD ALIGN="LEFT" BALIGN="LEFT" COLSPAN="2">{words}</TD></TR>')
    return _table(rows)


def _foot(definitions: Definitions, sheet: Sheet) -> str:
    """Return the readings on which rows hang, the box for signing, and the disclaimer."""
    used = sorted_readings(tuple(key for row in sheet.rows() for key in row.readings))
    left = PAGE_WIDTH - (_SIGN + 6 if sheet.to_sign else 0)
    said = " ".join(f"{key} {definitions.readings[key].title}." for key in used)
    lead = "How the text is read where an answer hangs on it: " if used else ""
    readings = _text(wrapped(lead + said, (left - 8) / _MIXED)) if used else " "
    sign = ""
    if sheet.to_sign:
        lines = (
            "Reviewed by _______________________________",
            "□ approve   □ approve with changes   □ do not approve",
            "Date ______________   Signature ______________",
        )
        box = "".join(f'{markup(one)}<BR ALIGN="LEFT"/>' for one in lines)
        sign = f'<TD ALIGN="LEFT" VALIGN="TOP" WIDTH="{_SIGN:.0f}" BORDER="1" CELLPADDING="4">{box}</TD>'
    span = ' COLSPAN="2"' if sign else ""
    disclaimer = _text(wrapped(definitions.source.disclaimer, (PAGE_WIDTH - 8) / BOLD), strong=True)
    return _table(
        [
            f'<TR><TD ALIGN="LEFT" BALIGN="LEFT" VALIGN="TOP" WIDTH="{left:.0f}" CELLPADDING="3">{readings}</TD>{sign}</TR>',
            f'<TR><TD ALIGN="LEFT" BALIGN="LEFT"{span} CELLPADDING="3">{disclaimer}</TD></TR>',
        ]
    )
