"""One pathway on one page: every statement a row under its condition, gaps in their place, readings and sign-off below.

A row that fits the patient applies; rows are independent of each other, as the statements are. What the graphs ask, in which
order, is on pages of their own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs
import graphviz

from ...model.case import Case
from ...model.pathway import Definitions, Pathway
from ...model.review import ReviewStatus
from ...model.text import NO_PASSAGES, Passages
from ...model.wording import in_brackets, sorted_readings
from .drawing import Page
from .group_words import given_words
from .page_flow import FLOW_COLUMN, FLOW_NOTE, RowFlow, flow_cell
from .page_rows import Band, PageRow, page_bands
from .row_marks import MARK_LEGEND, MARK_SIGNS, RowMark, mark_bands
from .style import FADED_LINE, FADED_TEXT, FONT, INK, LINE, NOTE, PAGE, SOFT, TITLE, NodeKind, colors_of
from .text import BOLD, attribute, bold, line, markup, styled, width_of, wrapped

PAGE_WIDTH: Final = 725.0
"""Points: with its borders, what A4 and Letter in landscape leave within margins of 10 mm."""
PAGE_HEIGHT: Final = 538.0
NOTE_WORDS: Final = "every row that fits applies"
ANY_CASE: Final = "in any case"
NOT_REVIEWED: Final = "not yet reviewed by a clinician"
SIZES: Final = (11.0, 10.0, NOTE)
"""Points of a page's text, from the largest that a page may take to the smallest that is legible on paper."""
_BAND: Final = 69.0
_PAD: Final = 2.0
_THICK: Final = 3
_BORDERS: Final = 2.0
_GAP: Final = 0.75
"""Points around a band."""
_MIXED: Final = 1.03
"""How much wider text is in which single words are bold."""
_BAND_TEXT: Final = 11.0
_BAND_FILL: Final = "#17425c"
_PILL: Final = "#5b2a86"
_HEAD_FILL: Final = "#f1f5f9"
_RULE: Final = "#c4c9ce"
_SIGN: Final = 234.0
_RULED: Final = f' BORDER="1" SIDES="T" COLOR="{_RULE}"'
READINGS_LEAD: Final = "How the text is read where an answer hangs on it:"
SIGN_LINES: Final = (
    "Reviewed by _______________________________",
    "□ approve   □ approve with changes   □ do not approve",
    "Date ______________   Signature ______________",
)
_FAR: Final = frozenset({NodeKind.CONTINUES, NodeKind.OUT_OF_SCOPE, NodeKind.EVENT})
"""What has no second column of findings."""
_MARKS: Final = r"R-\d+(?: R-\d+)*"
"""One or more readings: together one run of text, between which nothing can get out of place."""
_READING: Final = re.compile(_MARKS)
_READING_MARK: Final = re.compile(f"({_MARKS})")
_STRONG: Final = re.compile(rf"\b([Uu]sually|[Mm]ay include|[Rr]arely|[Ee]ither|Gap|{_MARKS})\b")


def _high(size: float) -> int:
    """Return the height of a line as Graphviz sets it, in whole points."""
    return math.ceil(size * LINE)


@attrs.frozen
class _Measures:
    """The widths of a page's columns in points, for text of a size; the last holds the `longest` code, the first a `flow`."""

    size: float
    longest: str = ""
    flow: float = 0

    @property
    def codes(self) -> float:
        return max(55 * self.size / NOTE, math.ceil(width_of(self.longest, self.size, bold=True)) + 2 * _PAD + 1)

    @property
    def first(self) -> float:
        return 110 + 8 * (self.size - NOTE)

    @property
    def second(self) -> float:
        return 204 - 4 * (self.size - NOTE)

    @property
    def options(self) -> float:
        return PAGE_WIDTH - _BAND - self.flow - self.first - self.second - self.codes

    def height(self, lines: int) -> float:
        """Return the height of a cell with some lines."""
        return lines * _high(self.size) + 2 * _PAD + _BORDERS

    def wrapped(self, text: str, width: float, *, wider: float = 1) -> list[str]:
        """Return the lines of a text in a cell; `wider` is how much wider it runs than plain text."""
        return wrapped(text, (width - 2 * _PAD - 1) / wider, self.size)


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
    remark: str = ""
    flows: Mapping[PageRow, RowFlow] = attrs.field(factory=dict)

    def rows(self) -> list[PageRow]:
        """Return the rows of all bands."""
        return [row for band in self.bands for row in band.rows]

    def code(self, row: PageRow) -> str:
        """Return what stands at the edge of a row: how it stands to the case, and its code."""
        return " ".join(filter(None, (MARK_SIGNS.get(self.marks.get(row, RowMark.PLAIN), ""), row.code)))


def one_page(
    definitions: Definitions, pathway: Pathway, case: Case | None = None, review: str = "", passages: Passages = NO_PASSAGES
) -> Page:
    """Return the page of a pathway; with a case its rows are marked. `review` is the review's status in words."""
    bands, entry = page_bands(definitions, pathway, passages, brief=case is not None), definitions.entry
    status = definitions.review(pathway.name)
    never = status.status is ReviewStatus.NEVER
    said = review or (NOT_REVIEWED if never else f"Review: {status.words}")
    types = [entry.types[key].label for key in entry.types_of(pathway.name)]
    beneath = f"Also applies to every {entry.title} in scope" if pathway.name in entry.common else ""
    if len(types) > 1 and not beneath:
        beneath = f"For: {', '.join(types)}"
    sheet = Sheet(
        pathway.name,
        pathway.title,
        bands,
        about_words(definitions, pathway.version, said),
        beneath,
        case_words(definitions, case, entry.fact if len(types) == 1 else ""),
        {} if case is None else mark_bands(definitions, pathway, bands, case),
        to_sign=case is None and never and not review,
    )
    return draw(definitions, sheet)


def case_words(definitions: Definitions, case: Case | None, known: str = "") -> str:
    """Return what is given of a case in words, but the fact that the page's title makes `known`; empty without a case."""
    if case is None:
        return ""
    facts = tuple(fact for fact in definitions.vocabulary.facts if fact != known)
    return f"Case: {given_words(definitions, case, facts) or 'nothing is known of it yet'}"


def about_words(definitions: Definitions, version: str, review: str) -> tuple[str, ...]:
    """Return what stands at the right of the title: the source with its date; version, hash and review."""
    source = definitions.source
    name, *rest = source.title.split(", ")
    return (
        f"What the {name}{in_brackets(rest[-1:])} of {source.updated} lists",
        " · ".join(filter(None, (f"Definition {version}", definitions.content_hash[:12], review))),
    )


def draw(definitions: Definitions, sheet: Sheet) -> Page:
    """Return a sheet as a page of tables, one below the other, in the largest type that fits; a page with more is higher."""
    longest = max(map(sheet.code, sheet.rows()), key=width_of, default="")
    flow = FLOW_COLUMN if sheet.flows else 0
    drawings = (_Drawing(definitions, sheet, _Measures(size, longest, flow)) for size in SIZES)
    tables, size = next((found, one.by.size) for one in drawings for found in [one.tables()] if one.fits or one.by.size == NOTE)
    graph = graphviz.Digraph(sheet.name)
    graph.attr(fontname=FONT, fontsize=f"{size:g}", bgcolor=PAGE, pad="0.02", id=sheet.name)
    graph.attr("node", fontname=FONT, fontsize=f"{size:g}", fontcolor=INK, shape="none", margin="0", height="0", width="0")
    rows = "".join(f'<TR><TD ALIGN="LEFT" CELLPADDING="{_GAP:g}">{table}</TD></TR>' for table in tables)
    graph.node("page", f"<{_table([rows])}>", id=f"{sheet.name}-page", tooltip=" ", **{"class": "page"})
    touched = not sheet.marks or any(mark is not RowMark.DOES_NOT_APPLY for mark in sheet.marks.values())
    return Page(sheet.name, sheet.title, " ".join(_said(sheet)), graph.source, touched=touched, rows=tuple(sheet.rows()))


def _said(sheet: Sheet) -> Iterable[str]:
    """Yield what the page says, for those who cannot see it."""
    if sheet.case:
        yield f"{sheet.case}."
    for band in sheet.bands:
        yield f"{band.title}."
        for row in band.rows:
            mark = sheet.marks.get(row, RowMark.PLAIN)
            lead = "" if mark is RowMark.PLAIN else f"{mark.replace('-', ' ').capitalize()}: "
            text = re.sub("; (?!each )", "; or ", row.text) if row.statement else row.text  # no semicolon is heard
            yield f"{lead}{row.condition}: {text} ({row.code})."


def _table(rows: Iterable[str], *, border: int = 0) -> str:
    return f'<TABLE BORDER="{border}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" COLOR="{_RULE}">{"".join(rows)}</TABLE>'


def _lined(lines: Sequence[tuple[str, float]], width: float, align: str = "LEFT") -> str:
    """Return lines of markup, each in a size, one below the other; a space where there is none.

    The table is as large as they are: in a higher cell Graphviz would spread them.
    """
    rows = [line(content, size, align=align) for content, size in lines]
    high = sum(_high(size) for _, size in lines)
    fixed = f'FIXEDSIZE="TRUE" WIDTH="{width:.0f}" HEIGHT="{high}" ALIGN="{align}" VALIGN="TOP"'
    return _table(rows).replace("<TABLE", f"<TABLE {fixed}", 1) if rows else " "


@attrs.define
class _Drawing:
    """The tables of a sheet in type of one size; `height` adds up how high they are in points."""

    definitions: Definitions
    sheet: Sheet
    by: _Measures
    height: float = 0
    numbers: Mapping[PageRow, int] = attrs.field(init=False)

    @numbers.default
    def _from_one(self) -> Mapping[PageRow, int]:
        return {row: number for number, row in enumerate(self.sheet.rows(), 1)}

    @property
    def fits(self) -> bool:
        """Whether what was drawn fits the paper."""
        return self.height <= PAGE_HEIGHT

    def tables(self) -> list[str]:
        """Return head, bands and foot."""
        found = [self._head(), *map(self._band, self.sheet.bands), self._foot()]
        self.height += len(found) * 2 * _GAP
        return found

    def _text(self, texts: Sequence[str], width: float, *, strong: bool = False, color: str = "") -> str:
        """Return lines of text in a cell of a width as markup."""
        size = self.by.size
        found = [styled(bold(one), size, color) if strong else self._emphasized(one, color) for one in texts if one]
        return _lined([(one, size) for one in found], width - 2 * _PAD - 1)

    def _emphasized(self, text: str, color: str, strong: re.Pattern[str] = _STRONG) -> str:
        """Return text in which words on strength, gaps and readings are bold."""
        found = []
        for number, part in enumerate(strong.split(text)):
            tint = color or (_PILL if number % 2 and _READING.fullmatch(part) else "")
            if part:
                found.append(styled(bold(part) if number % 2 else markup(part), self.by.size, tint))
        return "".join(found)

    def _cell(
        self, content: str, width: float, lines: int, *, fill: str = "", rows: int = 1, pad: float = _PAD, more: str = ""
    ) -> str:
        tint = f' BGCOLOR="{fill}"' if fill else ""
        spanned = f' ROWSPAN="{rows}"' if rows > 1 else ""
        size = f'WIDTH="{width:.0f}" HEIGHT="{self.by.height(lines):.0f}" CELLPADDING="{pad:g}"'
        return f'<TD ALIGN="LEFT" VALIGN="TOP" {size}{tint}{spanned}{more}>{content}</TD>'

    def _band(self, band: Band) -> str:
        """Return the table of a band: its title, then each row; rows that begin with the same finding share that cell."""
        before = self.height
        drawn: list[str] = []
        left = list(band.rows)
        while left:
            rows = left[: next((at for at, row in enumerate(left) if row.first != left[0].first), len(left))]
            left = left[len(rows) :]
            drawn.extend(self._group(rows))
        title, high = self._title(band)
        self.height = max(self.height, before + high)
        drawn[0] = title + drawn[0]
        # Cells over two columns leave Graphviz to guess their widths; a last row of a point says them.
        columns = (*([self.by.flow] if self.by.flow else []), self.by.first, self.by.second, self.by.options, self.by.codes)
        ruler = "".join(f'<TD FIXEDSIZE="TRUE" WIDTH="{width:.0f}" HEIGHT="1"></TD>' for width in columns)
        return _table([*(f"<TR>{cells}</TR>" for cells in drawn), f"<TR>{ruler}</TR>"], border=1)

    def _title(self, band: Band) -> tuple[str, float]:
        """Return the cell of a band's title, and how high it is at least; the first band's says how rows are read."""
        titled = wrapped(band.title, (_BAND - 2 * _PAD) / BOLD, _BAND_TEXT)
        words = [(styled(bold(one), _BAND_TEXT, PAGE), _BAND_TEXT) for one in titled]
        if band is self.sheet.bands[0] and len(band.rows) > 1:
            notes = MARK_LEGEND if self.sheet.marks else (FLOW_NOTE,) if self.sheet.flows else (self.sheet.note,)
            note = [one for text in notes if text for one in wrapped(text, _BAND - 2 * _PAD, NOTE)]
            words += [(styled(markup(one), NOTE, PAGE), NOTE) for one in note]
        cell = self._cell(_lined(words, _BAND - 2 * _PAD), _BAND, 1, fill=_BAND_FILL, rows=len(band.rows) + 1)
        return cell, sum(_high(size) for _, size in words) + 2 * _PAD

    def _group(self, rows: Sequence[PageRow]) -> list[str]:
        """Return the cells of rows that begin with the same finding, row by row."""
        marks = [self.sheet.marks.get(row, RowMark.PLAIN) for row in rows]
        alone, far = len(rows) == 1 and not rows[0].second, rows[0].kind in _FAR
        wide = self.by.first + (self.by.second if alone and not far else 0)
        head = self.by.wrapped(rows[0].first, wide, wider=BOLD)
        ink = FADED_TEXT if all(mark is RowMark.DOES_NOT_APPLY for mark in marks) else ""
        more = _RULED + (' COLSPAN="2"' if alone and not far else "")
        more += self._known(rows[0], marks[0]) if len(rows) == 1 else ""
        drawn, height = [], 0.0
        flows: list[str] = []
        for row, mark in zip(rows, marks, strict=True):
            flow = self.sheet.flows.get(row)
            least = max(len(head) if len(rows) == 1 else 1, 1 if flow is None else 2)
            cells, high = self._row(row, mark, least=least, alone=alone)
            words = " " if flow is None else flow_cell(flow, self.by.size, _high(self.by.size))
            flows.append(self._cell(words, self.by.flow, high, more=_RULED + self._known(row, mark)) if self.by.flow else "")
            height += self.by.height(high)
            drawn.append(cells)
        self.height += max(height, self.by.height(len(head)))
        first = self._cell(
            self._text(head, wide, strong=True, color=ink),
            wide,
            len(head),
            fill="" if ink else _HEAD_FILL,
            rows=len(rows),
            more=more,
        )
        drawn[0] = first + drawn[0]
        return [flow + cells for flow, cells in zip(flows, drawn, strict=True)]

    def _known(self, row: PageRow, mark: RowMark) -> str:
        """Return what makes a cell part of a row: its number, what it is, how it stands to the case; and the row's tooltip."""
        return f' ID="row-{self.numbers[row]} {row.kind} {mark}" TITLE="{attribute(row.tooltip)}"'

    def _row(self, row: PageRow, mark: RowMark, *, least: int, alone: bool) -> tuple[str, int]:
        """Return a row's cells after the first, and how many lines it is high, `least` at least."""
        far, off, holds = row.kind in _FAR, mark is RowMark.DOES_NOT_APPLY, mark is RowMark.APPLIES
        ink, known = FADED_TEXT if off else "", self._known(row, mark)
        second = self.by.wrapped(row.second or ANY_CASE, self.by.second)
        room = self.by.options + (self.by.second if far else 0)
        inner = room - 2 * _THICK
        said = self.by.wrapped(" ".join((row.text, *row.readings)), inner, wider=_MIXED)
        high = max(len(second), len(said), least)
        cells = (
            []
            if alone or far
            else [self._cell(self._text(second, self.by.second, color=ink), self.by.second, high, more=_RULED + known)]
        )
        color = FADED_LINE if off else colors_of(row.kind)[0]
        look = f' SIDES="{"L" if holds else "LT"}" BORDER="{_THICK if holds else 1}" COLOR="{color}"{known}'
        look += ' STYLE="dashed"' if row.kind is NodeKind.GAP else ""
        look += ' COLSPAN="2"' if far else ""
        fill = "" if off else colors_of(row.kind)[1]
        cells.append(
            self._cell(
                self._text(said, inner, color=ink), room, high, fill=fill, pad=_PAD + 1 - _THICK if holds else _PAD, more=look
            )
        )
        link = f' HREF="{attribute(row.link)}" TARGET="_blank"' if row.link else ""
        words = self._text([self.sheet.code(row)], self.by.codes, strong=holds, color=ink or ("" if holds else SOFT))
        cells.append(self._cell(words, self.by.codes, high, more=_RULED + known + link))
        return "".join(cells), high

    def _head(self) -> str:
        sheet, half = self.sheet, PAGE_WIDTH / 2
        beneath = wrapped(sheet.beneath, half - 8, NOTE) if sheet.beneath else []
        titles = [(styled(bold(sheet.title), TITLE), TITLE), *((styled(markup(one), NOTE, SOFT), NOTE) for one in beneath)]
        title = _lined(titles, half - 4)
        said = [part for one in sheet.about for part in wrapped(one, half - 8, NOTE)]
        about = _table([line(styled(markup(one), NOTE, SOFT), NOTE, align="RIGHT") for one in said])
        rows = [
            f'<TR><TD ALIGN="LEFT" VALIGN="BOTTOM" WIDTH="{half:.0f}">{title}</TD>'
            f'<TD ALIGN="RIGHT" VALIGN="BOTTOM" WIDTH="{half:.0f}">{about}</TD></TR>'
        ]
        self.height += max(_high(TITLE) + len(beneath) * _high(NOTE), len(said) * _high(NOTE)) + 2
        if sheet.case:
            case = self.by.wrapped(sheet.case, PAGE_WIDTH, wider=BOLD)
            words = _lined([(styled(bold(one), self.by.size), self.by.size) for one in case], PAGE_WIDTH)
            rows.append(f'<TR><TD ALIGN="LEFT" COLSPAN="2">{words}</TD></TR>')
            self.height += len(case) * _high(self.by.size)
        return _table(rows)

    def _foot(self) -> str:
        """Return the readings on which rows hang, the box for signing, and the disclaimer."""
        used = sorted_readings(tuple(key for row in self.sheet.rows() for key in row.readings))
        left = PAGE_WIDTH - (_SIGN + 4 if self.sheet.to_sign else 0)
        said = " ".join((READINGS_LEAD, *(f"{key} {self.definitions.readings[key].title}." for key in used))) if used else ""
        said = " ".join(filter(None, (said, self.sheet.remark)))
        lines = self.by.wrapped(said, left - 6, wider=_MIXED) if said else []
        words = _lined([(self._emphasized(one, "", _READING_MARK), self.by.size) for one in lines], left - 6)
        sign = ""
        if self.sheet.to_sign:
            box = _lined([(styled(markup(one), NOTE), NOTE) for one in SIGN_LINES], _SIGN - 10)
            sign = f'<TD ALIGN="LEFT" VALIGN="TOP" WIDTH="{_SIGN:.0f}" BORDER="1" CELLPADDING="4">{box}</TD>'
        signed = len(SIGN_LINES) * _high(NOTE) + 10 if sign else 0
        disclaimer = self.by.wrapped(self.definitions.source.disclaimer, PAGE_WIDTH - 6, wider=BOLD)
        self.height += max(len(lines) * _high(self.by.size) + 6, signed) + len(disclaimer) * _high(self.by.size) + 6
        span = ' COLSPAN="2"' if sign else ""
        return _table(
            [
                f'<TR><TD ALIGN="LEFT" VALIGN="TOP" WIDTH="{left:.0f}" CELLPADDING="3">{words}</TD>{sign}</TR>',
                f'<TR><TD ALIGN="LEFT"{span} CELLPADDING="3">{self._text(disclaimer, PAGE_WIDTH, strong=True)}</TD></TR>',
            ]
        )
