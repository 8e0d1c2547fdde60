"""Pictures of many patients: the one page and the state graphs of a pathway with lines as wide as many take them, and bars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from ...engine.recommend import Engine
from ...model.pathway import Definitions, Pathway
from ...model.text import counted
from ...views.diagrams.drawing import Page, flow_pages
from ...views.diagrams.one_page import Sheet, about_words, draw
from ...views.diagrams.page_flow import RowFlow, line_width
from ...views.diagrams.page_rows import Band, page_bands
from ...views.diagrams.row_marks import RowMark
from .flows import PathwayFlow, RowCounts, StateCounts, add_rows, add_states, row_counts, state_counts
from .small_counts import WITHHELD, Count, SmallCounts

UNKNOWN_WORDS: Final = "not known"
LINES_WORDS: Final = "Numbers are patients; a line is as wide as many take it."


def shown_words(small: SmallCounts, count: Count) -> str:
    """Return a count as it is written: its number, or the sign that it is withheld."""
    number = small.shown(count)
    return WITHHELD if number is None else f"{number:,}"


def withheld_words(small: SmallCounts) -> str:
    """Return what the sign of withheld counts means; empty where none can be."""
    if small.least <= 1:
        return ""
    return f"{WITHHELD} withheld: fewer than {small.least} patients, or a number that would give away one that small."


def patients_words(small: SmallCounts, count: Count) -> str:
    """Return a number of patients in words."""
    number = small.shown(count)
    return f"{WITHHELD} patients" if number is None else counted(number, "patient")


@attrs.frozen(eq=False)
class PathwayPictures:
    """The pictures of a pathway with the counts that they show."""

    pathway: Pathway
    flow: PathwayFlow
    bands: tuple[Band, ...]
    rows: RowCounts
    states: Mapping[str, StateCounts]

    @classmethod
    def of(cls, engine: Engine, flow: PathwayFlow) -> PathwayPictures:
        """Return the counts of a pathway's patients, ready to be drawn."""
        pathway, definitions = flow.pathway, engine.definitions
        bands = tuple(
            attrs.evolve(band, rows=kept)
            for band in page_bands(definitions, pathway, brief=True)
            if (kept := tuple(row for row in band.rows if not row.leads_to))
        )
        tables = engine.compiled.tables
        states = {name: state_counts(tables[pathway.name, name], rows) for name, rows in flow.tracks.items()}
        return cls(pathway, flow, bands, row_counts(engine, flow, bands), states)

    def one_page(self, definitions: Definitions, small: SmallCounts) -> Page:
        """Return the pathway's one page with whom each row concerns."""
        total = self.flow.patients.number
        flows = {}
        for row, counts in self.rows.items():
            applies, may = counts[RowMark.APPLIES], counts[RowMark.MAY_APPLY]
            widths = (line_width(small.shown(one), total) for one in (applies, may))
            flows[row] = RowFlow(shown_words(small, applies), shown_words(small, may), *widths)
        sheet = Sheet(
            f"cohort-{self.pathway.name}",
            f"{self.pathway.title}: {patients_words(small, self.flow.patients)}",
            self.bands,
            about_words(definitions, self.pathway.version, ""),
            to_sign=False,
            remark=f"{LINES_WORDS} {withheld_words(small)}".strip(),
            flows=flows,
        )
        return draw(definitions, sheet)

    def state_pages(self, definitions: Definitions, small: SmallCounts) -> tuple[Page, ...]:
        """Return the pages of the pathway's state graphs with how many patients take each way."""
        flows = {name: _Ways(counts, small, self.flow.patients.number) for name, counts in self.states.items()}
        title = f"{self.pathway.title}, question by question: {patients_words(small, self.flow.patients)}"
        return flow_pages(definitions, self.pathway, flows, title, f"{LINES_WORDS} {withheld_words(small)}".strip())


@attrs.frozen
class _Ways:
    """What a track's picture says of how many take each way."""

    counts: StateCounts
    small: SmallCounts
    total: int

    def state(self, name: str) -> str:
        stop = self.counts.stop.get(name, Count())
        if stop.number:
            return f"{UNKNOWN_WORDS}: {shown_words(self.small, stop)}"
        if any(name == asked for asked, _ in self.counts.answers):
            return ""
        return patients_words(self.small, self.counts.states.get(name, Count()))

    def transition(self, question: str, answer: str) -> str:
        return shown_words(self.small, self.counts.answers.get((question, answer), Count()))

    def width(self, question: str, answer: str) -> float:
        return line_width(self.small.shown(self.counts.answers.get((question, answer), Count())), self.total)


def add_pathway(small: SmallCounts, pictures: PathwayPictures) -> None:
    """Add the counts of a pathway's pictures to those of a report."""
    add_rows(small, pictures.rows)
    for name, counts in pictures.states.items():
        add_states(small, pictures.pathway.tracks[name], counts)
