"""What stands around a page: title, source, version and case above; legend, remarks and disclaimer below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import attrs

from ...model.case import Case
from ...model.pathway import Definitions, Pathway
from .group_words import given_words
from .style import (
    BAND,
    EDGE,
    FONT,
    KIND_WORDS,
    MARK_WORDS,
    NOTE,
    PAGE,
    PAGE_WIDTH,
    SOFT,
    TEXT,
    TITLE,
    Mark,
    NodeKind,
    node_style,
)
from .text import (
    BOLD,
    bold,
    height_of,
    label,
    line,
    lines,
    markup,
    quoted,
    styled,
    width_of,
    wrapped,
)

if TYPE_CHECKING:
    import graphviz

NOTES = "Notes: how the text is read"
SIDE = 12.0
FRAME_GAP = 5.0
"""Points between the parts of a page."""
_MOST_ABOUT = 360.0
_PARTS = 40
"""More than the parts of any page."""
_PART_GAP = FRAME_GAP
_LEGEND_NODE = 15.0
_LEGEND_ROW = 18.0
_LEGEND_MARGINS: Final[Mapping[str, str]] = {"note": "0.09,0.01", "folder": "0.055,0.01"}
BAND_PADDING = 1.0
NODE_GAP = 4.0
WIDE_GAP = 8.0
"""Points between nodes above each other, and where a page has room."""
RANK_GAP = 11.0
"""Points between what follows each other."""


@attrs.frozen
class Frame:
    """What a page carries besides its graph. `kinds` are those of the legend, `remarks` stand above the disclaimer.

    A page that is one `side` of a comparison carries only what its two sides may differ in; `reworded` are the readings
    in other words than on the other side.
    """

    definitions: Definitions
    title: str
    pathway: Pathway | None
    readings: tuple[str, ...] = ()
    number: int = 1
    count: int = 1
    case: Case | None = None
    kinds: tuple[NodeKind, ...] = ()
    remarks: tuple[str, ...] = ()
    side: str = ""
    reworded: frozenset[str] = frozenset()

    @property
    def full_title(self) -> str:
        """The title with the page's number where there are several, and the side where it is one."""
        title = self.title if self.count == 1 else f"{self.title}, page {self.number} of {self.count}"
        return f"{title}, {self.side}" if self.side else title

    def about(self) -> list[str]:
        """Return what stands beside the title: the section; source, date, version, and the page where there are several."""
        source, pathway = self.definitions.source, self.pathway
        version = self.definitions.version if pathway is None else pathway.version
        page = f", page {self.number} of {self.count}" if self.count > 1 else ""
        words = f"{source.title.partition(',')[0]} updated {source.updated}, definition {version}{page}"
        return [words] if pathway is None else [pathway.section.partition(" (")[0], words]

    @property
    def case_words(self) -> str:
        """What is known of the case and bears on the diagram, in words; empty without a case."""
        if self.case is None:
            return ""
        asked = (self.definitions.entry.fact, *(() if self.pathway is None else self.pathway.facts))
        words = given_words(self.definitions, self.case, asked)
        return f"Case: {words or 'nothing that is asked here is known yet'}."

    def case_lines(self) -> list[str]:
        """Return the lines of what is known of the case."""
        return wrapped(self.case_words, PAGE_WIDTH, NOTE) if self.case is not None else []

    def note_rows(self) -> list[list[str]]:
        """Return the lines of each reading whose words differ from those on the other side."""
        readings = self.definitions.readings
        there = [key for key in self.readings if key in self.reworded]
        said = (f"{key} ({MARK_WORDS[Mark.REWORDED]}) {readings[key].title}. {readings[key].text}" for key in there)
        return [wrapped(text, PAGE_WIDTH, NOTE) for text in said]

    def disclaimer_lines(self) -> list[str]:
        """Return the lines of the disclaimer."""
        return wrapped(self.definitions.source.disclaimer, PAGE_WIDTH / BOLD, NOTE)

    def remark_rows(self) -> list[list[str]]:
        """Return the lines of each remark."""
        return [wrapped(text, PAGE_WIDTH, NOTE) for text in self.remarks]

    def title_lines(self) -> list[str]:
        """Return the lines of the title."""
        words, size = (self.side.capitalize(), SIDE) if self.side else (self.title, TITLE)
        return wrapped(words, (PAGE_WIDTH - self._about_width) / BOLD, size)

    @property
    def _about_width(self) -> float:
        return min(_MOST_ABOUT, max(width_of(text, NOTE) for text in self.about()) + 8)

    @contextmanager
    def around(self, graph: graphviz.Digraph, name: str) -> Iterator[graphviz.Digraph]:
        """Put the frame's parts into a page, and give the page, for the graphs between them."""
        _part(graph, name, "foot", self._foot())
        if not self.side:
            self._legend(graph, name)
        yield graph
        _part(graph, name, "head", self._heading())

    def _heading(self) -> list[str]:
        """Return the rows above the graph."""
        size, wide = SIDE if self.side else TITLE, self._about_width
        title = "".join(f'{styled(bold(text), size)}<BR ALIGN="LEFT"/>' for text in self.title_lines())
        about = [part for text in self.about() for part in wrapped(text, wide, NOTE)]
        right = "".join(f'{styled(markup(text), NOTE, SOFT)}<BR ALIGN="RIGHT"/>' for text in about)
        cells = (("LEFT", PAGE_WIDTH - wide, title), ("RIGHT", wide, right))
        drawn = (f'<TD ALIGN="{a}" BALIGN="{a}" VALIGN="BOTTOM" WIDTH="{w:.0f}">{text}</TD>' for a, w, text in cells)
        return [f"<TR>{''.join(drawn)}</TR>", *(_note(self.case_lines(), 2) if self.case is not None else ())]

    def _foot(self) -> list[str]:
        """Return the rows below the graph and the legend: remarks and disclaimer, on a side the readings that differ."""
        if self.side:
            rows = [row for texts in self.note_rows() for row in _note(texts)]
            return [line(bold(NOTES), NOTE), *rows] if rows else [line(" ", NOTE)]
        rows = [row for texts in self.remark_rows() for row in lines(texts, NOTE)]
        return [*rows, *(line(bold(text), NOTE) for text in self.disclaimer_lines())]

    def _legend(self, graph: graphviz.Digraph, name: str) -> None:
        """Put the legend into a page, each kind as it is drawn, and above it what a case's marks look like."""
        if self.case is not None:
            add_legend(graph, name, "marks", "Case", CASE_LEGEND)
        add_legend(graph, name, "kinds", "Legend", [(KIND_WORDS[kind], node_style(kind)) for kind in self.kinds])


def empty_page(name: str) -> graphviz.Digraph:
    """Return an empty page, whose parts are put below each other: what is added first stands at the foot."""
    import graphviz  # not at the top: pages are planned without it

    graph = graphviz.Digraph(name)
    graph.attr(
        rankdir="LR",
        # Parts that no edge joins are laid out each by itself, in one row, which this direction turns into a column.
        packmode=f"array_it{_PARTS}",
        pack=f"{_PART_GAP:g}",
        fontname=FONT,
        fontsize=f"{TEXT:g}",
        bgcolor=PAGE,
        pad=f"{EDGE / 72:.3f}",
        nodesep=f"{NODE_GAP / 72:.3f}",
        ranksep=f"{RANK_GAP / 72:.3f}",
        splines="spline",
        tooltip=" ",
        id=name,
    )
    graph.attr("node", fontname=FONT, fontsize=f"{TEXT:g}", margin="0.055,0.03", height="0.2", width="0.3")
    graph.attr("edge", fontname=FONT, fontsize=f"{TEXT:g}", arrowsize="0.55")
    return graph


CASE_LEGEND: Final = (
    ("on its path: bold", node_style(NodeKind.QUESTION, Mark.VISITED)),
    ("► open question: double frame", node_style(NodeKind.QUESTION, Mark.OPEN)),
    ("► option of a leaf that it reaches", node_style(NodeKind.OFFER, Mark.VISITED)),
    ("off its path: pale", node_style(NodeKind.OFFER, Mark.FADED)),
)
"""What the marks of a case look like, in words and as a node's style."""


def add_legend(
    graph: graphviz.Digraph, name: str, part: str, title: str, entries: Iterable[tuple[str, Mapping[str, str]]]
) -> None:
    """Put a row of entries with their words and node styles into a page, as a part of its own.

    The nodes have the class ``legend`` and none of a kind, state or mark, so that whoever marks a case leaves them alone.
    """
    shared = {"class": "legend", "tooltip": " "}
    place = f"legend-{part}"
    graph.node(place, f"<{styled(bold(title), NOTE)}>", id=f"{name}-{place}", shape="none", margin="0", height="0", **shared)
    for number, (words, style) in enumerate(entries, 1):
        before, place = place, f"legend-{part}-{number}"
        high = _LEGEND_NODE - (4 if style.get("peripheries") == "2" else 0)  # what the second border takes
        margin = _LEGEND_MARGINS.get(style["shape"], "0.055,0.01")
        drawn = {**style, **shared, "margin": margin, "height": f"{high / 72:.3f}"}
        graph.node(place, f"<{styled(markup(words), NOTE)}>", id=f"{name}-{place}", **drawn)
        graph.edge(before, place, style="invis")


def _part(graph: graphviz.Digraph, name: str, part: str, rows: Iterable[str]) -> None:
    """Put rows of text into a page as a part of its own."""
    own = {"class": part, "id": f"{name}-{part}", "tooltip": " "}
    graph.node(part, label(rows, width=PAGE_WIDTH), shape="none", margin="0", height="0", **own)


def add_band(graph: graphviz.Digraph, node: str, texts: Sequence[str], identifier: str, own: str, note: str = "") -> None:
    """Put a title into a page as a band over its whole width, with a note below it where there is one."""
    look = f'BGCOLOR="{BAND}" CELLPADDING="{BAND_PADDING:g}" WIDTH="{PAGE_WIDTH:.0f}"'
    rows = [f'<TR><TD ALIGN="LEFT" {look}>{styled(bold(f" {text}"), TEXT, PAGE)}</TD></TR>' for text in texts]
    tip = quoted(" ".join(texts)).replace("\\", "\\\\")
    more = {"class": own, "tooltip": tip}
    graph.node(node, label([*rows, note], width=PAGE_WIDTH), id=identifier, shape="none", margin="0", height="0", **more)


def _note(texts: list[str], columns: int = 1) -> list[str]:
    mark, _, rest = texts[0].partition(" ")
    return [line(f"{bold(mark)} {markup(rest)}", NOTE, columns=columns), *lines(texts[1:], NOTE, columns=columns)]


def frame_height(frame: Frame) -> float:
    """Return the height that a page's frame takes."""
    above = max(height_of(len(frame.title_lines()), TITLE), height_of(2, NOTE)) + height_of(len(frame.case_lines()), NOTE)
    rows = sum(map(len, frame.remark_rows())) + len(frame.disclaimer_lines())
    return above + _LEGEND_ROW + height_of(rows, NOTE) + 3 * _PART_GAP
