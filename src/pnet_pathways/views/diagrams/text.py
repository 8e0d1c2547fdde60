"""Text in diagrams: measured, wrapped and escaped for Graphviz's HTML-like labels.

Widths are those of Liberation Sans (and Arial, Helvetica), so that a label's lines are known without a layout engine.
"""

from __future__ import annotations

import functools
import html
from collections.abc import Iterable, Mapping
from typing import Final

from .font_widths import character_widths
from .style import LINE, TEXT

_WIDE: Final = 1000
BOLD: Final = 1.09
"""How much wider bold text is."""


def width_of(text: str, size: float = TEXT, *, bold: bool = False) -> float:
    """Return the width of a text in points: about, where it is bold; a character that the font lacks counts as a wide one."""
    widths = _thousandths()
    units = sum(widths.get(character, _WIDE) for character in text)
    return units * size / 1000 * (BOLD if bold else 1)


@functools.cache
def _thousandths() -> Mapping[str, int]:
    """Return the width of each character in whole thousandths of the font size, so that sums are exact."""
    return {character: round(width * 1000) for character, width in character_widths().items()}


def wrapped(text: str, width: float, size: float = TEXT, *, indent: float = 0) -> list[str]:
    """Return the lines of a text within a width; the first begins after `indent`. A longer word is broken."""
    done: list[str] = []
    current, room = "", width - indent
    for word in _words(text, width, size):
        longer = f"{current} {word}" if current else word
        if width_of(longer, size) <= room:
            current = longer
        elif current or indent:
            done.append(current)
            current, room, indent = word, width, 0
        else:
            current = longer
    return [*done, current]


def _words(text: str, width: float, size: float) -> Iterable[str]:
    for word in text.split():
        rest = word
        while width_of(rest, size) > width and len(rest) > 1:
            count = max(1, sum(width_of(rest[: end + 1], size) <= width for end in range(len(rest))))
            yield rest[:count]
            rest = rest[count:]
        yield rest


def leading(size: float = TEXT) -> int:
    """Return the height of a line in whole points, which is what cells can be given."""
    return round(size * LINE)


def height_of(lines: int, size: float = TEXT) -> float:
    """Return the height of some lines in points."""
    return lines * leading(size)


def markup(text: str) -> str:
    r"""Return text for an HTML-like label: nothing in it is markup or an escape such as ``\N``, nor a control character."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return html.escape(printable, quote=True).replace("\\", "\\\\")


def attribute(text: str) -> str:
    """Return text for an attribute in an HTML-like label: like other text in it, on one line."""
    return markup(" ".join(text.split()))


def quoted(text: str) -> str:
    """Return text for a plain attribute such as a tooltip: what Graphviz takes for escapes, entities or markup as written."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return html.escape(" ".join(printable.split()), quote=False).replace("\\", "\\\\")


def bold(text: str) -> str:
    """Return text as bold markup."""
    return f"<B>{markup(text)}</B>"


def line(
    content: str,
    size: float = TEXT,
    *,
    align: str = "LEFT",
    href: str = "",
    tooltip: str = "",
    color: str = "",
    space: int = 0,
    columns: int = 1,
) -> str:
    """Return one line of markup as a row of a label, with a link where there is one, and `space` points above it.

    Each line has a row of its own, since Graphviz sets lines of mixed fonts in one cell too tight.
    """
    link = f' HREF="{attribute(href)}" TARGET="_blank" TITLE="{attribute(tooltip)}"' if href else ""
    span = f' COLSPAN="{columns}"' if columns > 1 else ""
    place = f'ALIGN="{align}" VALIGN="BOTTOM" HEIGHT="{leading(size) + space}"'
    return f"<TR><TD {place}{span}{link}>{styled(content, size, color)}</TD></TR>"


def styled(content: str, size: float, color: str = "") -> str:
    """Return markup in a font size and color."""
    tint = f' COLOR="{color}"' if color else ""
    return content if size == TEXT and not color else f'<FONT POINT-SIZE="{size:g}"{tint}>{content}</FONT>'


def lines(texts: Iterable[str], size: float = TEXT, *, align: str = "LEFT", color: str = "", columns: int = 1) -> list[str]:
    """Return lines of plain text as rows of a label.

    The bold space makes a left-aligned line of two fonts: Graphviz places those with one font differently.
    """
    end = "<B> </B>" if align == "LEFT" else ""
    return [line(markup(text) + end, size, align=align, color=color, columns=columns) for text in texts]


def label(rows: Iterable[str], *, width: float = 0) -> str:
    """Return rows as a label that is a table without borders."""
    wide = f' WIDTH="{width:.0f}"' if width else ""
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"{wide}>{"".join(rows)}</TABLE>>'
