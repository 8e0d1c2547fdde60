"""Bars: a picture with a row for each thing that is counted, its parts side by side and their numbers beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from ...views.diagrams.drawing import Page
from ...views.diagrams.frame import empty_page
from ...views.diagrams.style import FADED_LINE, INK, NOTE, PAGE_WIDTH, RULE, SOFT, TEXT, TITLE
from ...views.diagrams.text import BOLD, attribute, bold, leading, line, markup, styled, width_of, wrapped
from .small_counts import WITHHELD

HEAD: Final = "#f1f5f9"
REST: Final = "#eef1f4"
"""What is none of the parts."""
HIDDEN: Final = FADED_LINE
"""Parts whose numbers are withheld, together."""
_LABEL: Final = 214.0
_HIGH: Final = 9
_PAD: Final = 3.0
_LEAST: Final = 1


@attrs.frozen
class BarColumn:
    """A part of the bars: its title and color; one without a color has a number and no bar."""

    title: str
    color: str = ""


@attrs.frozen
class BarRow:
    """A row: its label, the numbers of its parts (`None`: withheld), what stands in its columns, and what all of it comes to.

    `numbers` are those of the columns with a color, in order; `words` those of every column.
    """

    label: str
    numbers: tuple[int | None, ...]
    words: tuple[str, ...]
    total: int | None


def bar_widths(row: BarRow, wide: float) -> list[int]:
    """Return how wide each part of a bar is in points, then what is withheld together, then the rest.

    Where the total is withheld nothing is drawn but the rest. What there is at all is at least a point wide.
    """
    if not row.total:
        return [*(0 for _ in row.numbers), 0, round(wide)]
    scale = wide / row.total
    hidden = any(one is None for one in row.numbers)
    shown = sum(one or 0 for one in row.numbers)
    parts = [max(_LEAST, round(scale * one)) if one else 0 for one in row.numbers]
    more = max(_LEAST, round(scale * (row.total - shown))) if hidden else 0
    while sum(parts) + more > wide:
        place = parts.index(max(parts))
        parts[place] -= 1
    return [*parts, more, round(wide) - sum(parts) - more]


def bars_page(
    name: str, title: str, first: str, columns: Sequence[BarColumn], rows: Sequence[BarRow], notes: Iterable[str]
) -> Page:
    """Return the picture of some rows as a page; `first` heads their labels, `notes` stand at the foot."""
    numbers = _number_width(columns, rows)
    wide = PAGE_WIDTH - _LABEL - len(columns) * numbers
    drawn = [_head(first, columns, wide, numbers), *(_row(row, columns, wide, numbers) for row in rows)]
    table = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{"".join(drawn)}</TABLE>'
    graph = empty_page(name)
    texts = [part for note in notes if note for part in wrapped(note, PAGE_WIDTH - 4, NOTE)]
    foot = "".join(line(styled(markup(one), NOTE, SOFT), NOTE) for one in texts)
    whole = (
        '<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2">'
        f'<TR><TD ALIGN="LEFT" HEIGHT="{leading(TITLE) + 2}">{styled(bold(title), TITLE)}</TD></TR>'
        f"<TR><TD>{table}</TD></TR>"
        f'<TR><TD ALIGN="LEFT"><TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{foot}</TABLE></TD></TR>'
        "</TABLE>>"
    )
    graph.node("bars", whole, shape="none", margin="0", id=f"{name}-bars", tooltip=" ", fontcolor=INK, **{"class": "page"})
    return Page(name, title, " ".join(_said(columns, rows)), graph.source)


def _said(columns: Sequence[BarColumn], rows: Sequence[BarRow]) -> Iterable[str]:
    """Yield what the picture says, for those who cannot see it."""
    for row in rows:
        found = (
            f"{column.title} {'withheld' if words == WITHHELD else words}"
            for column, words in zip(columns, row.words, strict=True)
        )
        yield f"{row.label}: {', '.join(found)}."


def _number_width(columns: Sequence[BarColumn], rows: Sequence[BarRow]) -> int:
    """Return how wide the columns of numbers are: as their longest word or number."""
    words = [part for column in columns for part in column.title.split()] + [one for row in rows for one in row.words]
    return round(max(width_of(one, TEXT) * BOLD for one in words) + 2 * _PAD + 2)


def _cell(content: str, width: float, *, align: str = "LEFT", valign: str = "MIDDLE", more: str = "") -> str:
    return f'<TD ALIGN="{align}" VALIGN="{valign}" WIDTH="{width:.0f}" CELLPADDING="{_PAD:g}"{more}>{content}</TD>'


def _lines(texts: Sequence[str], align: str, *, strong: bool = False, color: str = "") -> str:
    rows = (line(styled(bold(one) if strong else markup(one), TEXT, color), align=align) for one in texts)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" ALIGN="{align}">{"".join(rows)}</TABLE>'


def _head(first: str, columns: Sequence[BarColumn], wide: float, numbers: int) -> str:
    tint = f' BGCOLOR="{HEAD}"'
    cells = [_cell(_lines([first], "LEFT", strong=True), _LABEL, valign="BOTTOM", more=tint)]
    cells.append(_cell(" ", wide, more=tint))
    for column in columns:
        texts = wrapped(column.title, (numbers - 2 * _PAD) / BOLD)
        swatch = f'<TR><TD ALIGN="RIGHT" HEIGHT="6">{_block(numbers - 8, column.color, 4)}</TD></TR>' if column.color else ""
        rows = "".join(line(bold(one), align="RIGHT") for one in texts)
        found = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" ALIGN="RIGHT">{rows}{swatch}</TABLE>'
        cells.append(_cell(found, numbers, align="RIGHT", valign="BOTTOM", more=tint))
    return f"<TR>{''.join(cells)}</TR>"


def _block(width: float, color: str, high: int) -> str:
    cell = f'<TD FIXEDSIZE="TRUE" WIDTH="{width:.0f}" HEIGHT="{high}" BGCOLOR="{color}"></TD>'
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR>{cell}</TR></TABLE>'


def _row(row: BarRow, columns: Sequence[BarColumn], wide: float, numbers: int) -> str:
    ruled = f' BORDER="1" SIDES="B" COLOR="{RULE}"'
    label = _lines(wrapped(row.label, _LABEL - 2 * _PAD), "LEFT")
    colors = [*(column.color for column in columns if column.color), HIDDEN, REST]
    tip = attribute(" ".join(_said(columns, [row])))
    blocks = "".join(
        f'<TD FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{_HIGH}" BGCOLOR="{color}" TITLE="{tip}"></TD>'
        for width, color in zip(bar_widths(row, wide - 2 * _PAD - 2), colors, strict=True)
        if width
    )
    bar = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR>{blocks}</TR></TABLE>'
    cells = [_cell(label, _LABEL, more=ruled), _cell(bar, wide, more=ruled)]
    cells += [_cell(markup(one), numbers, align="RIGHT", more=ruled) for one in row.words]
    return f"<TR>{''.join(cells)}</TR>"
