"""How the diagrams look: each kind of node has a shape, a border and a color of its own, told apart in grayscale too.

The colors are light fills of Okabe and Ito's color-blind safe palette with dark borders of the same hues.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

# Liberation Sans is bundled; Arial and Helvetica have the same metrics, so that the SVG fits wherever it is shown.
FONT: Final = "Liberation Sans,Arial,Helvetica,sans-serif"
TEXT: Final = 9.25
"""Points of the text in nodes."""
NOTE: Final = 9.0
"""Points of the smallest text: notes, disclaimer."""
TITLE: Final = 15.0
LINE: Final = 1.2
"""A line's height in units of its font size."""

PAGE_WIDTH: Final = 726.0
"""Points that the content of a page is wide: fits A4 and Letter in landscape with margins of 10 mm, its edge included."""
PAGE_HEIGHT: Final = 533.0
"""Points that the content of a page may be high: fits both."""
EDGE: Final = 2.0
"""Points around a page, for the lines that it ends with."""
MARGIN: Final = 12.0
"""Points around the parts of a sheet of pages."""

INK: Final = "#1b1b1b"
SOFT: Final = "#4a4a4a"
LINE_COLOUR: Final = "#56606b"
FLOW: Final = "#3b7ea8"
"""The color of lines as wide as many patients take them, and of those whom something may concern."""
FLOW_POSSIBLE: Final = "#a9cfe6"
FADED_TEXT: Final = "#767676"
FADED_LINE: Final = "#bdbdbd"
PAGE: Final = "#ffffff"
BAND: Final = "#17425c"
"""The fill of a track's title."""
RULE: Final = "#c4c9ce"
"""The color of the lines in tables."""
PILL: Final = "#5b2a86"
"""The color of a reading's id."""
PANEL: Final = "#f8f8f6"
PANEL_LINE: Final = "#c9c9c4"


class NodeKind(StrEnum):
    """What a node is."""

    QUESTION = "question"
    ANSWER = "answer"
    OFFER = "offer"
    COMBINATION = "combination"
    GAP = "gap"
    DOES_NOT_APPLY = "does_not_apply"
    OUT_OF_SCOPE = "out_of_scope"
    CONTINUES = "continues"
    PLACE = "place"
    EVENT = "event"


KIND_WORDS: Final[Mapping[NodeKind, str]] = {
    NodeKind.QUESTION: "Question",
    NodeKind.ANSWER: "Answer",
    NodeKind.OFFER: "Options listed",
    NodeKind.COMBINATION: "Options listed + Gap: no word on these together",
    NodeKind.GAP: "Gap",
    NodeKind.DOES_NOT_APPLY: "Does not apply",
    NodeKind.OUT_OF_SCOPE: "Out of scope (double border, cut corners)",
    NodeKind.CONTINUES: "Continued on page",
    NodeKind.PLACE: "State",
    NodeKind.EVENT: "What can happen, and where that leads (thin box)",
}
"""The legend: what each kind is; it stands in a node that is drawn like them."""


class Mark(StrEnum):
    """How a node or edge is marked.

    Plain is none. To a case: on its path, its open question, or off its path (faded). To other definitions: added, removed,
    changed in what it says or does, reworded (the same in other words), reworded in its tooltip only, at odds with the
    statements where it was not before; or the same (faded).
    """

    PLAIN = "plain"
    VISITED = "visited"
    OPEN = "open"
    FADED = "faded"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REWORDED = "reworded"
    TOOLTIP = "tooltip-reworded"
    AT_ODDS = "at-odds"


MARK_WORDS: Final[Mapping[Mark, str]] = {
    Mark.ADDED: "+ added",
    Mark.REMOVED: "\N{MINUS SIGN} removed",
    Mark.CHANGED: "≠ changed",
    Mark.REWORDED: "≈ only words changed",
    Mark.TOOLTIP: "≈ only the tooltip's words changed",
    Mark.AT_ODDS: "≠ not what the statements say",
}
"""What a mark of a comparison says; the sign in front of it stands alone where there is little room."""

_MARK_LOOKS: Final[Mapping[Mark, tuple[str, str, str]]] = {
    # border and text, fill, pen width; dark enough for text, and told apart in grayscale by words and border
    Mark.ADDED: ("#00547d", "#d9edf9", "1.6"),
    Mark.REMOVED: ("#a03c00", "#fde6d3", "2"),
    Mark.CHANGED: ("#7d2a60", "#f8e1ee", "3"),
    Mark.REWORDED: ("#5c5200", "#fbf6cf", "1.2"),
    Mark.TOOLTIP: ("#5c5200", "#fbf6cf", "1.2"),
    Mark.AT_ODDS: ("#7d2a60", "#f8e1ee", "3"),
}

_SHAPES: Final[Mapping[NodeKind, tuple[str, str, str, str, str]]] = {
    # shape, style, border, fill, pen width
    NodeKind.QUESTION: ("box", "rounded,filled", "#0072b2", "#e3f1fa", "1.4"),
    NodeKind.ANSWER: ("box", "filled", "#56606b", "#ffffff", "0.8"),
    NodeKind.OFFER: ("box", "filled", "#00694c", "#e4f4ee", "1.8"),
    NodeKind.COMBINATION: ("note", "filled", "#00694c", "#e4f4ee", "1.8"),
    NodeKind.GAP: ("note", "filled,dashed", "#b34700", "#fff1d9", "1.4"),
    NodeKind.DOES_NOT_APPLY: ("box", "rounded,filled,dotted", "#5f5f5f", "#ffffff", "1.3"),
    NodeKind.OUT_OF_SCOPE: ("box", "filled,diagonals", "#8a3568", "#f8e9f1", "1.2"),
    NodeKind.CONTINUES: ("folder", "filled", "#56606b", "#efefef", "1.0"),
    NodeKind.PLACE: ("box", "rounded,filled", "#0072b2", "#e3f1fa", "1.4"),
    NodeKind.EVENT: ("box", "filled", "#56606b", "#ffffff", "0.8"),
}


def node_style(kind: NodeKind, mark: Mark = Mark.PLAIN) -> dict[str, str]:
    """Return the DOT attributes of a node."""
    shape, style, border, fill, pen = _SHAPES[kind]
    if mark is Mark.FADED:
        border, fill, pen, ink = FADED_LINE, PAGE, "0.8", FADED_TEXT
    else:
        ink = INK
    if mark in {Mark.VISITED, Mark.OPEN}:
        pen = "3"
    more = {"peripheries": "2", "penwidth": "2"} if mark is Mark.OPEN else {}
    if mark in _MARK_LOOKS:
        border, fill, pen = _MARK_LOOKS[mark]
        more = {"peripheries": "2"} if mark is Mark.ADDED else {}
        style = f"{style},dashed" if mark is Mark.REMOVED and "dashed" not in style else style
    if kind is NodeKind.OUT_OF_SCOPE:
        more = {"peripheries": "2", "margin": "0.16,0.06"}
    if kind is NodeKind.PLACE:
        more = {**more, "margin": "0"}  # arrows end in its label, at the border
    if kind is NodeKind.ANSWER:
        # A word on the line, framed only where it is marked.
        plain = {"peripheries": "0"} if mark in {Mark.PLAIN, Mark.FADED} else {}
        thin = {"penwidth": "1.6"} if mark is Mark.VISITED else {}
        more = {**plain, **thin, **more, "margin": "0.02,0.01"}
    shown = {"shape": shape, "style": style, "color": border, "fillcolor": fill, "penwidth": pen, "fontcolor": ink}
    return {**shown, **more}


def colors_of_mark(mark: Mark) -> tuple[str, str]:
    """Return the border and text color, and the fill, of a mark of a comparison."""
    return _MARK_LOOKS[mark][:2]


def colors_of(kind: NodeKind) -> tuple[str, str]:
    """Return a kind's border color and fill."""
    return _SHAPES[kind][2:4]


def edge_style(mark: Mark = Mark.PLAIN) -> dict[str, str]:
    """Return the DOT attributes of an edge."""
    if mark is Mark.FADED:
        return {"color": FADED_LINE, "penwidth": "0.7"}
    if mark is Mark.PLAIN:
        return {"color": LINE_COLOUR, "penwidth": "0.9"}
    if mark in _MARK_LOOKS:
        dashed = {"style": "dashed"} if mark is Mark.REMOVED else {}
        return {"color": _MARK_LOOKS[mark][0], "penwidth": "0.9" if mark is Mark.REWORDED else "2.2", **dashed}
    return {"color": INK, "penwidth": "2.6"}


def flow_line(width: float) -> dict[str, str]:
    """Return the DOT attributes of a line so wide, in points; one that nobody takes is thin and dotted."""
    if not width:
        return {"color": FADED_LINE, "penwidth": "0.7", "style": "dotted"}
    # An arrowhead grows with its line; it stays an arrowhead.
    return {"color": FLOW, "penwidth": f"{width:.2f}", "arrowsize": f"{min(0.55, 1.1 / width):.2f}"}
