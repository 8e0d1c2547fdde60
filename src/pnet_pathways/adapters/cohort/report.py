"""The report on a cohort: one self-contained HTML page with pictures and the same numbers as tables; it asks no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from ...engine.recommend import Engine
from ...engine.tables import GapKind
from ...loading.files import make_folder, write_whole
from ...model.errors import RenderError
from ...model.text import sentence_case
from ...model.version import library_version
from ...views.diagrams.deep_links import page_link
from ...views.diagrams.diagram import drawn_png, drawn_svg
from ...views.diagrams.drawing import Page
from ...views.diagrams.group_words import answer_words
from ...views.diagrams.layout_engine import LayoutEngine
from ...views.diagrams.row_marks import RowMark
from ...views.report import INSTALL
from .bars import BarColumn, BarRow, bars_page
from .concordance import WARNING, Concordance, add_concordance
from .concordance_tables import concordance_bars, concordance_tables
from .flows import PathwayFlow, pathway_flows
from .left_open import Openness
from .pictures import PathwayPictures, add_pathway, patients_words, shown_words, withheld_words
from .small_counts import LEAST, NOBODY, Count, SmallCounts, counted_by, fingerprints
from .tables import Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

MATTERS: Final = BarColumn("can change the answer", "#b34700")
OTHER: Final = BarColumn("changes nothing", "#e3c9a8")
GAP_COLUMNS: Final = (BarColumn("gap", "#b34700"), BarColumn("possible gap", "#eeb77c"), BarColumn("patients"))
GAP_WORDS: Final = {GapKind.SILENT: "nothing specific is listed", GapKind.COMBINATION: "each applies; for both, no word"}


@attrs.frozen(eq=False)
class Patients:
    """The evaluated patients of a cohort.

    `missing` says by fact whose answers it can still change; `about` are lines on where they come from and how many rows were
    rejected, by reason.
    """

    engine: Engine
    openness: Openness
    missing: Mapping[str, NDArray[np.bool_]]
    about: tuple[tuple[str, str], ...] = ()

    @property
    def marks(self) -> NDArray[np.uint64]:
        """The patients' fingerprints."""
        return fingerprints(self.openness.number)


@attrs.frozen
class Figure:
    """A picture with the same numbers as a table."""

    name: str
    title: str
    description: str
    svg: str
    table: Table | None = None


@attrs.frozen(eq=False)
class CohortReport:
    """All counts of a report, and what is shown of them. Pictures are drawn when asked for."""

    patients: Patients
    small: SmallCounts
    everyone: Count
    types: Mapping[str | None, Count]
    unknown: Mapping[str, tuple[Count, Count]]
    gaps: Mapping[tuple[str, str, GapKind], tuple[Count, Count, Count]]
    pathways: tuple[PathwayPictures, ...]
    concordance: Concordance | None

    @classmethod
    def of(cls, patients: Patients, concordance: Concordance | None = None, least: int = LEAST) -> CohortReport:
        """Count what a report shows; counts below `least` are withheld in all of it, and what would give them away."""
        small, marks, openness = SmallCounts(least), patients.marks, patients.openness
        findings, vocabulary = openness.findings, patients.engine.definitions.vocabulary
        entry = patients.engine.definitions.entry.fact
        values = (None, *vocabulary.facts[entry].values)
        by_type = counted_by(findings[entry].astype(np.int64), marks)
        types = {None if value is None else str(value): by_type.get(place, NOBODY) for place, value in enumerate(values)}
        everyone = small.add(types.values())
        unknown = {}
        for name in vocabulary.facts:
            # 0: known, 1: unknown without bearing, 2: unknown and can change the answer.
            keys = (findings[name] == 0).astype(np.int64) + (patients.missing[name] & (findings[name] == 0))
            found = counted_by(keys, marks)
            small.add((found.get(2, NOBODY), found.get(1, NOBODY)), found.get(0, NOBODY))
            unknown[name] = found.get(2, NOBODY), found.get(1, NOBODY)
        flows = pathway_flows(patients.engine, openness, marks)
        pathways = tuple(PathwayPictures.of(patients.engine, flow) for flow in flows.values() if flow.patients.number)
        for one in pathways:
            add_pathway(small, one)
        gaps = dict(_gaps(patients.engine, flows))
        for certain, possible, all_here in gaps.values():
            small.add((certain, possible), all_here - certain - possible)
        if concordance is not None:
            add_concordance(small, concordance)
        return cls(patients, small, everyone, types, unknown, gaps, pathways, concordance)

    def shown(self, count: Count) -> str:
        """Return a count as it is written."""
        return shown_words(self.small, count)

    def missing_page(self) -> Page:
        """Return the picture of what is not known, the facts that can change most answers first."""
        words = self.patients.engine.definitions.vocabulary
        rows = [
            BarRow(
                sentence_case(words.facts[name].label),
                (self.small.shown(matters), self.small.shown(other)),
                (self.shown(matters), self.shown(other)),
                self.small.shown(self.everyone),
            )
            for name, (matters, other) in sorted(self.unknown.items(), key=lambda one: -(self.small.shown(one[1][0]) or 0))
            if matters.number or other.number
        ]
        return bars_page(
            "cohort-missing",
            "What is not known",
            "Finding",
            (MATTERS, OTHER),
            rows,
            ("A whole bar is all patients.", withheld_words(self.small)),
        )

    def gaps_page(self) -> Page:
        """Return the picture of the gaps that patients meet, by pathway and part of the answer."""
        definitions = self.patients.engine.definitions
        rows = []
        for (pathway, track, kind), (certain, possible, all_here) in self.gaps.items():
            title = f"{definitions.pathways[pathway].title}, {definitions.groups[track].title.lower()}: {GAP_WORDS[kind]}"
            counts = (certain, possible, all_here)
            numbers = tuple(map(self.small.shown, counts))
            rows.append(BarRow(title, numbers[:2], tuple(map(self.shown, counts)), numbers[2]))
        notes = ("A whole bar is all patients of the pathway.", withheld_words(self.small))
        return bars_page("cohort-gaps", "Where the summary is silent", "Pathway, part of the answer", GAP_COLUMNS, rows, notes)

    def pages(self) -> Iterator[Page]:
        """Yield every picture of the report."""
        definitions = self.patients.engine.definitions
        yield self.missing_page()
        if self.gaps:
            yield self.gaps_page()
        for one in self.pathways:
            yield one.one_page(definitions, self.small)
            yield from one.state_pages(definitions, self.small)
        if self.concordance is not None:
            yield concordance_bars(definitions, self.concordance, self.small)

    def html(self, engine: LayoutEngine | str = LayoutEngine.BUNDLED) -> str:
        """Return the report as one HTML page. Raises `RenderError` for a missing package."""
        try:
            from ...views.report import following

            environment = following.environment(_asset)
        except ImportError as error:
            raise RenderError(f"a package for the report is missing ({error}): {INSTALL}") from None
        chosen = LayoutEngine(engine)
        definitions, small = self.patients.engine.definitions, self.small
        style = following.asset("page.css") + _asset("report.css")
        found = self.concordance
        return environment.get_template("report.html.jinja").render(
            definitions=definitions,
            library_version=library_version(),
            page_link=page_link(definitions),
            style=style,
            style_hash=following.policy_hash(style),
            about=self.patients.about,
            patients=patients_words(small, self.everyone),
            types=self._types(),
            withheld=withheld_words(small),
            least=small.least,
            missing=figure(self.missing_page(), chosen, self._missing_table()),
            gaps=figure(self.gaps_page(), chosen, self._gaps_table()) if self.gaps else None,
            sections=[self._section(one, chosen) for one in self.pathways],
            concordance=None if found is None else figure(concordance_bars(definitions, found, small), chosen),
            concordance_tables=() if found is None else concordance_tables(definitions, found, small),
            warning=WARNING,
        )

    def write_pictures(self, folder: Path, engine: LayoutEngine = LayoutEngine.BUNDLED) -> list[Path]:
        """Write every picture as SVG and PNG into a folder, which is made where it is missing, and return the paths."""
        make_folder(folder)
        paths = []
        for page in self.pages():
            for suffix, content in (("svg", drawn_svg(page, engine)), ("png", drawn_png(page, engine))):
                paths.append(folder / f"{page.name}.{suffix}")
                write_whole(paths[-1], content)
        return paths

    def _types(self) -> Table:
        entry = self.patients.engine.definitions.entry
        names: dict[str | None, str] = {None: entry.unknown}
        names.update((key, one.label) for key, one in entry.types.items())
        scope = {key: "" if entry.in_scope(key) else "out of scope" for key in names}
        rows = tuple((names[key], self.shown(count), scope[key]) for key, count in self.types.items() if count.number)
        return Table(f"Patients by {entry.title}", (sentence_case(entry.title), "Patients", "Note"), rows)

    def _missing_table(self) -> Table:
        facts = self.patients.engine.definitions.vocabulary.facts
        rows = tuple(
            (sentence_case(facts[name].label), self.shown(matters), self.shown(other))
            for name, (matters, other) in self.unknown.items()
        )
        return Table(
            "What is not known, in numbers", ("Finding", sentence_case(MATTERS.title), sentence_case(OTHER.title)), rows
        )

    def _gaps_table(self) -> Table:
        definitions = self.patients.engine.definitions
        rows = tuple(
            (definitions.pathways[pathway].title, definitions.groups[track].title, GAP_WORDS[kind], *map(self.shown, counts))
            for (pathway, track, kind), counts in self.gaps.items()
        )
        return Table(
            "Gaps in numbers", ("Pathway", "Part of the answer", "What is not said", "Gap", "Possible gap", "Patients"), rows
        )

    def _section(self, one: PathwayPictures, engine: LayoutEngine) -> dict[str, Any]:
        definitions = self.patients.engine.definitions
        marks = (RowMark.APPLIES, RowMark.MAY_APPLY)
        rows = tuple(
            (row.condition, row.text, row.code, *(self.shown(counts[mark]) for mark in marks))
            for row, counts in one.rows.items()
        )
        heads = ("Findings", "What is listed", "Code", *(sentence_case(mark.replace("-", " ")) for mark in marks))
        pages = one.state_pages(definitions, self.small)
        return {
            "name": one.pathway.name,
            "title": one.pathway.title,
            "patients": patients_words(self.small, one.flow.patients),
            "page": figure(
                one.one_page(definitions, self.small), engine, Table(f"{one.pathway.title} in numbers", heads, rows)
            ),
            "states": [figure(page, engine) for page in pages],
            "ways": Table(
                f"{one.pathway.title}, question by question, in numbers",
                ("Question", "Answer", "Patients"),
                tuple(self._ways(one)),
            ),
        }

    def _ways(self, one: PathwayPictures) -> Iterator[tuple[str, ...]]:
        definitions = self.patients.engine.definitions
        for name, counts in one.states.items():
            for question in one.pathway.tracks[name].questions:
                if question.name not in counts.states:
                    continue
                asked = definitions.question(question.asks, one.pathway.name)
                for answer in question.answers:
                    words = answer_words(definitions.vocabulary, question.asks, answer.values)
                    yield asked, words, self.shown(counts.answers.get((question.name, answer.name), NOBODY))
                yield asked, "not known", self.shown(counts.stop.get(question.name, NOBODY))


def figure(page: Page, engine: LayoutEngine, table: Table | None = None) -> Figure:
    """Return a picture as it stands in an HTML page."""
    drawn = drawn_svg(page, engine)
    return Figure(page.name, page.title, page.description, drawn[drawn.index("<svg") :], table)


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _gaps(
    engine: Engine, flows: Mapping[str, PathwayFlow]
) -> Iterator[tuple[tuple[str, str, GapKind], tuple[Count, Count, Count]]]:
    """Yield for each gap that a pathway's tracks have: who meets it, who may, and all patients of the pathway."""
    for name, flow in flows.items():
        for track, by_rows in flow.tracks.items():
            table = engine.compiled.tables[name, track]
            for kind, rows in zip((GapKind.SILENT, GapKind.COMBINATION), table.outcomes[-2:], strict=True):
                if rows and flow.patients.number:
                    certain = _sum(count for mask, count in by_rows.items() if not mask & ~rows)
                    possible = _sum(count for mask, count in by_rows.items() if mask & rows and mask & ~rows)
                    yield (name, table.track.group, kind), (certain, possible, flow.patients)


def _sum(counts: Iterable[Count]) -> Count:
    return sum(counts, NOBODY)
