"""Whom the rows of a one page concern, of many patients: for each row two lines, as wide as many to whom it applies or may."""

from __future__ import annotations

from typing import Final

import attrs

from .style import FADED_LINE, FLOW, FLOW_POSSIBLE
from .text import bold, markup, styled

FLOW_COLUMN: Final = 96.0
"""Points that numbers and lines take."""
FLOW_NOTE: Final = "dark: patients to whom a row applies; light: may apply"
THICKEST: Final = 10.0
"""Points that the line for all patients is wide."""
THINNEST: Final = 0.75
_NUMBER: Final = 46
_LINE: Final = 46


@attrs.frozen
class RowFlow:
    """What is written of those to whom a row applies and may apply, and how wide their lines are in points; 0: no line."""

    applies: str
    may_apply: str
    width: float
    width_may: float


def line_width(number: int | None, total: int) -> float:
    """Return how wide a line for some of all patients is, in points; that of a number that is withheld is the thinnest."""
    if number is None:
        return THINNEST / 2
    return max(THINNEST, THICKEST * number / total) if number else 0.0


def flow_cell(flow: RowFlow, size: float, high: int) -> str:
    """Return the numbers and lines of a row as markup, in type of a size, each in a line so high."""
    parts = ((flow.applies, flow.width, FLOW), (flow.may_apply, flow.width_may, FLOW_POSSIBLE))
    rows = [
        f'<TR><TD ALIGN="RIGHT" WIDTH="{_NUMBER}" HEIGHT="{high}">{styled(bold(words) if strong else markup(words), size)}</TD>'
        f'<TD WIDTH="{_LINE}" HEIGHT="{high}" VALIGN="MIDDLE">{_stroke(width, color)}</TD></TR>'
        for strong, (words, width, color) in zip((True, False), parts, strict=True)
    ]
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{"".join(rows)}</TABLE>'


def _stroke(width: float, color: str) -> str:
    if not width:
        return " "
    tint = FADED_LINE if width < THINNEST else color
    cell = f'<TD FIXEDSIZE="TRUE" WIDTH="{_LINE - 6}" HEIGHT="{max(1, round(width))}" BGCOLOR="{tint}"></TD>'
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR>{cell}</TR></TABLE>'
