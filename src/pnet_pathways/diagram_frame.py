"""What stands around every diagram: title, source, version and case above; legend, notes, review and disclaimer below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from .case import Case
from .definition import Pathway, Pathways
from .diagram_style import (
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
    Kind,
    Mark,
    legend_style,
)
from .diagram_text import BOLD, bold, height_of, label, line, lines, markup, styled, width_of, wrapped

if TYPE_CHECKING:
    import graphviz

REVIEW_LINE = "Review: □ agreed   □ not agreed   Name ____________________   Date ____________"
SIDE = 12.0
_LEGEND = 32.0
_VERSION_WIDTH = 200.0
_RANK_GAP = 10.0


@attrs.frozen
class Frame:
    """What a page carries besides its graph. `kinds` are those of the legend, `remarks` stand before the notes.

    A page that is one `side` of a comparison carries only what its two sides may differ in; `reworded` are the readings
    in other words than on the other side.
    """

    definition: Pathways
    title: str
    pathway: Pathway | None
    readings: tuple[str, ...]
    number: int = 1
    count: int = 1
    case: Case | None = None
    review: str = ""
    kinds: tuple[Kind, ...] = ()
    remarks: tuple[str, ...] = ()
    side: str = ""
    reworded: frozenset[str] = frozenset()

    @property
    def full_title(self) -> str:
        """The title with the page's number where there are several, and the side where it is one."""
        title = self.title if self.count == 1 else f"{self.title}, page {self.number} of {self.count}"
        return f"{title}, {self.side}" if self.side else title

    @property
    def source_words(self) -> str:
        """Section, source and date in one phrase."""
        source = self.definition.source
        section = "" if self.pathway is None else f"Section: {self.pathway.section.partition(' (')[0]}. "
        return f"{section}Source: {source.title}, updated {source.updated}."

    @property
    def version_words(self) -> str:
        """The definition's version, and the page where there are several."""
        version = self.definition.version if self.pathway is None else self.pathway.version
        page = f" · page {self.number} of {self.count}" if self.count > 1 else ""
        return f"Definition {version}{page}"

    @property
    def case_words(self) -> str:
        """What is known of the case and bears on the diagram, in words; empty without a case."""
        if self.case is None:
            return ""
        asked = ("tumor_type", *(("course",) if self.pathway is None else self.pathway.facts))
        known = {fact: value for fact, value in self.case.known().items() if fact in asked}
        words = "; ".join(self.definition.words(fact, (value,)) for fact, value in known.items())
        return f"Case: {words or 'nothing that is asked here is known yet'}. Its path is bold; what is off the path is faded."

    def header_rows(self) -> list[list[str]]:
        """Return the lines of what stands below the title."""
        rows = [wrapped(self.source_words, PAGE_WIDTH - 10, NOTE)]
        if self.case is not None:
            rows.append(wrapped(self.case_words, PAGE_WIDTH - 14, NOTE))
        return rows

    def note_rows(self) -> list[list[str]]:
        """Return the lines of each note and, last, of the disclaimer."""
        readings = self.definition.readings
        said = f"({MARK_WORDS[Mark.REWORDED]}) "
        notes = [
            f"{key} {said if key in self.reworded else ''}{readings[key].title}. {readings[key].text}" for key in self.readings
        ]
        room = PAGE_WIDTH - 16
        disclaimer = wrapped(self.definition.source.disclaimer, room / BOLD, NOTE)
        return [*(wrapped(text, room, NOTE) for text in notes), disclaimer]

    def remark_lines(self) -> list[str]:
        """Return the lines of the remarks."""
        return [one for text in self.remarks for one in wrapped(text, PAGE_WIDTH - 16, NOTE)]

    def graph(self, name: str) -> graphviz.Digraph:
        """Return an empty page with the header."""
        import graphviz  # not at the top: pages are planned without it

        graph = graphviz.Digraph(name)
        graph.attr(
            rankdir="LR",
            label=label(self._heading(), width=PAGE_WIDTH),
            labelloc="t",
            labeljust="l",
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

    def _heading(self) -> list[str]:
        """Return the rows above the graph."""
        room = PAGE_WIDTH - _VERSION_WIDTH
        title, size = (self.side.capitalize(), SIDE) if self.side else (self.title, TITLE)
        left = f'<TD ALIGN="LEFT" WIDTH="{room:.0f}">{styled(bold(title), size)}</TD>'
        about = styled(markup(self.version_words), TEXT, SOFT)
        right = f'<TD ALIGN="RIGHT" VALIGN="BOTTOM" WIDTH="{_VERSION_WIDTH:.0f}">{about}</TD>'
        rows = [f"<TR>{left}{right}</TR>"]
        if self.side:
            return rows
        source, *case = self.header_rows()
        return [*rows, *lines(source, NOTE, colour=SOFT, columns=2), *(row for texts in case for row in _note(texts, 2))]

    def footer(self, body: graphviz.Digraph, name: str) -> None:
        """Put notes, disclaimer and review below the graph, as the label of the cluster that holds it."""
        *notes, disclaimer = self.note_rows()
        rows = [row for texts in notes for row in _note(texts)]
        if rows:
            rows.insert(0, line(bold("Notes: how the text is read"), NOTE))
        place = {"labelloc": "b", "labeljust": "l", "peripheries": "0", "margin": "0", "id": f"{name}-page", "tooltip": " "}
        if self.side:
            body.attr(label=label(rows or [line(" ", NOTE)], width=PAGE_WIDTH - 8), **place)
            return
        rows = [self._legend(), *(line(markup(text), NOTE) for text in self.remark_lines()), *rows]
        rows.extend(line(bold(text), NOTE, space=0 if number else 4) for number, text in enumerate(disclaimer))
        if self.review or self.case is None:  # a patient's path is no sheet to sign
            texts = wrapped(self.review, PAGE_WIDTH - 16, NOTE) if self.review else [REVIEW_LINE]
            rows.extend(line(markup(text), NOTE, space=0 if number else 6) for number, text in enumerate(texts))
        body.attr(label=label(rows, width=PAGE_WIDTH - 8), **place)

    def _legend(self) -> str:
        """Return the legend as a row: each kind's border and colour, and its shape in words."""
        return legend_row("Legend", [(KIND_WORDS[kind], *legend_style(kind)) for kind in self.kinds])


def legend_row(title: str, entries: Iterable[tuple[str, str, str, str]]) -> str:
    """Return a legend as a row of a label: of each entry its words, border style, border colour and fill."""
    found = list(entries)
    cells = [f"<TD>{styled(bold(title), NOTE)}</TD>"]
    for words, style, border, fill in found:
        colours = f'BORDER="1" COLOR="{border}" BGCOLOR="{fill}" STYLE="{style}"'
        cells.append(f"<TD {colours}>{styled(markup(words), NOTE)}</TD>")
    # Of a fixed size, since Graphviz would stretch it over the page.
    width = sum(width_of(text, NOTE) + 16 for text in [f"{title} ", *(words for words, *_ in found)])
    place = f'ALIGN="LEFT" FIXEDSIZE="TRUE" WIDTH="{width:.0f}" HEIGHT="32"'
    spaces = 'BORDER="0" CELLBORDER="0" CELLSPACING="5" CELLPADDING="3"'
    inner = f"<TABLE {place} {spaces}><TR>{''.join(cells)}</TR></TABLE>"
    return f'<TR><TD ALIGN="LEFT">{inner}</TD></TR>'


def _note(texts: list[str], columns: int = 1) -> list[str]:
    mark, _, rest = texts[0].partition(" ")
    return [line(f"{bold(mark)} {markup(rest)}", NOTE, columns=columns), *lines(texts[1:], NOTE, columns=columns)]


def frame_height(frame: Frame) -> float:
    """Return the height that a page's frame takes."""
    above = height_of(1, TITLE) + sum(height_of(len(texts)) for texts in frame.header_rows())
    notes = frame.note_rows()
    below = height_of(sum(len(texts) for texts in notes) + (2 if len(notes) > 1 else 1), NOTE) + 10
    return above + _LEGEND + below + 32
