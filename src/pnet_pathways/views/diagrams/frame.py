"""What stands around every diagram: title, source, version and case above; legend, notes, review and disclaimer below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import attrs

from ...model.case import Case
from ...model.pathway import Definitions, Pathway
from .group_words import given_words
from .style import (
    FONT,
    KIND_WORDS,
    MARGIN,
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
    styled,
    wrapped,
)

if TYPE_CHECKING:
    import graphviz

REVIEW_LINE = "Review: □ agreed   □ not agreed   Name ____________________   Date ____________"
NOTES = "Notes: how the text is read"
BRIEF_NOTES = "Notes: how the text is read, in full on the report's page and by the command pnet readings"
SIDE = 12.0
FRAME_GAP = 7.0
"""Points between the frames of two tracks, and beside them."""
_VERSION_WIDTH = 200.0
_PARTS = 5
_PART_GAP = 3.0
_INDENT = f"{FRAME_GAP / 72:.3f},0"
_LEGEND_NODE = 16.0
_LEGEND_ROW = 18.0
_LEGEND_MARGINS: Final[Mapping[str, str]] = {"ellipse": "0.03,0.02", "note": "0.09,0.01", "cds": "0.14,0.01", "none": _INDENT}
_RANK_GAP = 10.0


@attrs.frozen
class Frame:
    """What a page carries besides its graph. `kinds` are those of the legend, `remarks` stand before the notes.

    A page that is one `side` of a comparison carries only what its two sides may differ in; `reworded` are the readings
    in other words than on the other side. A page that would be too high has `brief` notes: the readings' titles.
    """

    definitions: Definitions
    title: str
    pathway: Pathway | None
    readings: tuple[str, ...]
    number: int = 1
    count: int = 1
    case: Case | None = None
    review: str = ""
    kinds: tuple[NodeKind, ...] = ()
    remarks: tuple[str, ...] = ()
    side: str = ""
    reworded: frozenset[str] = frozenset()
    brief: bool = False

    @property
    def full_title(self) -> str:
        """The title with the page's number where there are several, and the side where it is one."""
        title = self.title if self.count == 1 else f"{self.title}, page {self.number} of {self.count}"
        return f"{title}, {self.side}" if self.side else title

    @property
    def source_words(self) -> str:
        """Section, source and date in one phrase."""
        source = self.definitions.source
        section = "" if self.pathway is None else f"Section: {self.pathway.section.partition(' (')[0]}. "
        return f"{section}Source: {source.title}, updated {source.updated}."

    @property
    def version_words(self) -> str:
        """The definition's version, and the page where there are several."""
        version = self.definitions.version if self.pathway is None else self.pathway.version
        page = f" · page {self.number} of {self.count}" if self.count > 1 else ""
        return f"Definition {version}{page}"

    @property
    def case_words(self) -> str:
        """What is known of the case and bears on the diagram, in words; empty without a case."""
        if self.case is None:
            return ""
        asked = (self.definitions.entry.fact, *(() if self.pathway is None else self.pathway.facts))
        words = given_words(self.definitions, self.case, asked)
        return f"Case: {words or 'nothing that is asked here is known yet'}."

    def header_rows(self) -> list[list[str]]:
        """Return the lines of what stands below the title."""
        rows = [wrapped(self.source_words, PAGE_WIDTH - 10, NOTE)]
        if self.case is not None:
            rows.append(wrapped(self.case_words, PAGE_WIDTH - 14, NOTE))
        return rows

    def note_rows(self) -> list[list[str]]:
        """Return the lines of each note and, last, of the disclaimer."""
        readings = self.definitions.readings
        said = f"({MARK_WORDS[Mark.REWORDED]}) "
        notes = [
            f"{key} {said if key in self.reworded else ''}{readings[key].title}. {readings[key].text}" for key in self.readings
        ]
        if self.brief:
            notes = [" ".join(f"{key} {readings[key].title}." for key in self.readings)] if self.readings else []
        room = PAGE_WIDTH - 16
        disclaimer = wrapped(self.definitions.source.disclaimer, room / BOLD, NOTE)
        return [*(wrapped(text, room, NOTE) for text in notes), disclaimer]

    def remark_rows(self) -> list[list[str]]:
        """Return the lines of each remark."""
        return [wrapped(text, PAGE_WIDTH - 16, NOTE) for text in self.remarks]

    def title_lines(self) -> list[str]:
        """Return the lines of the title."""
        words, size = (self.side.capitalize(), SIDE) if self.side else (self.title, TITLE)
        return wrapped(words, (PAGE_WIDTH - _VERSION_WIDTH - 4) / BOLD, size)

    @contextmanager
    def around(self, graph: graphviz.Digraph, name: str) -> Iterator[graphviz.Digraph]:
        """Put the frame's parts into a page, and give the cluster between them, for the graphs."""
        _part(graph, name, "foot", self._foot())
        if not self.side:
            self._legend(graph, name)
        with graph.subgraph(name="cluster_page") as body:
            body.attr(peripheries="0", margin=f"{FRAME_GAP:g}", id=f"{name}-page", tooltip=" ")
            yield body
        _part(graph, name, "head", self._heading())

    def _heading(self) -> list[str]:
        """Return the rows above the graph."""
        room = PAGE_WIDTH - _VERSION_WIDTH
        size = SIDE if self.side else TITLE
        about = styled(markup(self.version_words), TEXT, SOFT)
        rows = []
        for number, text in enumerate(self.title_lines()):
            left = f'<TD ALIGN="LEFT" WIDTH="{room:.0f}">{styled(bold(text), size)}</TD>'
            right = f'<TD ALIGN="RIGHT" VALIGN="BOTTOM" WIDTH="{_VERSION_WIDTH:.0f}">{" " if number else about}</TD>'
            rows.append(f"<TR>{left}{right}</TR>")
        if self.side:
            return rows
        source, *case = self.header_rows()
        return [*rows, *lines(source, NOTE, color=SOFT, columns=2), *(row for texts in case for row in _note(texts, 2))]

    def _foot(self) -> list[str]:
        """Return the rows below the graph and the legend: notes, disclaimer and review."""
        *notes, disclaimer = self.note_rows()
        rows = [row for texts in notes for row in _note(texts)]
        if rows:
            rows.insert(0, line(bold(BRIEF_NOTES if self.brief else NOTES), NOTE))
        if self.side:
            return rows or [line(" ", NOTE)]
        rows = [*(row for texts in self.remark_rows() for row in _note(texts)), *rows]
        rows.extend(line(bold(text), NOTE, space=0 if number else 4) for number, text in enumerate(disclaimer))
        if self.review or self.case is None:  # the path of a case is no sheet to sign
            texts = wrapped(self.review, PAGE_WIDTH - 16, NOTE) if self.review else [REVIEW_LINE]
            rows.extend(line(markup(text), NOTE, space=0 if number else 6) for number, text in enumerate(texts))
        return rows

    def _legend(self, graph: graphviz.Digraph, name: str) -> None:
        """Put the legend into a page, each kind as it is drawn, and above it what a case's marks look like."""
        if self.case is not None:
            add_legend(graph, name, "marks", "Case", CASE_LEGEND)
        subject = self.definitions.care_course.subject
        kinds = [(KIND_WORDS[kind].replace("{subject}", subject), node_style(kind)) for kind in self.kinds]
        add_legend(graph, name, "kinds", "Legend", kinds)


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
        pad=f"{MARGIN / 72:.3f}",
        nodesep="0.09",
        ranksep=f"{_RANK_GAP / 72:.3f}",
        splines="spline",
        ordering="out",
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
    with graph.subgraph(name=f"cluster_legend-{part}") as row:
        row.attr(peripheries="0", margin="0", tooltip=" ", id=f"{name}-legend-{part}-row")
        shared = {"class": "legend", "tooltip": " "}
        place = f"legend-{part}"
        row.node(place, f"<{styled(bold(title), NOTE)}>", id=f"{name}-{place}", shape="none", margin=_INDENT, **shared)
        for number, (words, style) in enumerate(entries, 1):
            before, place = place, f"legend-{part}-{number}"
            high = _LEGEND_NODE - (4 if "peripheries" in style else 0)  # what the second border takes
            margin = _LEGEND_MARGINS.get(style["shape"], "0.055,0.01")
            drawn = {**style, **shared, "margin": margin, "height": f"{high / 72:.3f}"}
            row.node(place, f"<{styled(markup(words), NOTE)}>", id=f"{name}-{place}", **drawn)
            row.edge(before, place, style="invis")


def _part(graph: graphviz.Digraph, name: str, part: str, rows: Iterable[str]) -> None:
    """Put rows of text into a page as a part of its own."""
    with graph.subgraph(name=f"cluster_{part}") as cluster:
        cluster.attr(peripheries="0", margin="0", tooltip=" ", id=f"{name}-{part}")
        own = {"class": part, "id": f"{name}-{part}-text", "tooltip": " "}
        cluster.node(part, label(rows, width=PAGE_WIDTH), shape="none", margin=_INDENT, **own)


def _note(texts: list[str], columns: int = 1) -> list[str]:
    mark, _, rest = texts[0].partition(" ")
    return [line(f"{bold(mark)} {markup(rest)}", NOTE, columns=columns), *lines(texts[1:], NOTE, columns=columns)]


def frame_height(frame: Frame) -> float:
    """Return the height that a page's frame takes, with both rows of the legend, so that a case changes no page."""
    above = height_of(len(frame.title_lines()), TITLE) + sum(height_of(len(texts)) for texts in frame.header_rows())
    notes = frame.note_rows()
    rows = sum(len(texts) for texts in notes) + sum(len(texts) for texts in frame.remark_rows())
    below = height_of(rows + (2 if len(notes) > 1 else 1), NOTE) + 10
    return above + 2 * _LEGEND_ROW + below + (_PARTS - 1) * _PART_GAP + 2 * FRAME_GAP + 2
