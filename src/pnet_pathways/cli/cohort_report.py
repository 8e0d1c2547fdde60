"""The commands ``pnet cohort report``, ``concordance`` and ``answers``: what is counted of a cohort's result."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..loading.folder import load_pathways
from ..model.errors import CohortError, Problem
from ..model.json_text import dumped
from ..views.diagrams.layout_engine import LayoutEngine
from .cohort_options import MappingFile, cohort_errors
from .common import (
    STDOUT,
    DefinitionsFolder,
    OutputFile,
    check_output,
    check_output_folder,
    say_written,
    tell,
    writing_output,
)

if TYPE_CHECKING:
    from ..adapters.cohort.concordance import Concordance
    from ..adapters.cohort.report import Patients

LEAST = 11
ResultFolder = Annotated[Path, typer.Argument(help="The folder that `pnet cohort evaluate` wrote.")]
InputFile = Annotated[Path, typer.Option("--input", help="The file or folder that was evaluated.")]
GivenColumn = Annotated[str, typer.Option("--given", help="Column of the input with what was given; several with ';' between.")]
NamesFile = Annotated[
    Path | None, typer.Option("--names", help="CSV with the columns given,treatment: local names and the ids of treatments.")
]
GroupColumns = Annotated[str, typer.Option("--by", help="Columns of the input to count by, with commas between: site,year.")]
MinCell = Annotated[
    int, typer.Option("--min-cell", min=1, help="Withhold numbers of fewer patients than this, and what would give them away.")
]


class ConcordanceFormat(StrEnum):
    """How a concordance is written."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the commands to the group ``pnet cohort``."""
    app.command("report")(report_command)
    app.command("concordance")(concordance_command)
    app.command("answers")(answers_command)


def report_command(
    result: ResultFolder,
    source: InputFile,
    output: OutputFile = Path("cohort.html"),
    *,
    mapping: MappingFile = None,
    given: Annotated[str, typer.Option("--given", help="Column with what was given; adds the concordance.")] = "",
    names: NamesFile = None,
    by: GroupColumns = "",
    min_cell: MinCell = LEAST,
    pictures: Annotated[Path | None, typer.Option(help="Folder for the pictures as files too, SVG and PNG.")] = None,
    engine: Annotated[
        LayoutEngine, typer.Option(help="bundled needs no set-up; system is the dot on the PATH.")
    ] = LayoutEngine.BUNDLED,
    pathways: DefinitionsFolder = None,
) -> None:
    """Write one HTML page on a cohort: pathways, what is not known, gaps, as pictures and tables; it needs no network."""
    with cohort_errors():
        check_output(output)
        if by and not given:
            raise CohortError([Problem("--by", "groups are those of what was given", "add --given COLUMN")])
        if pictures is not None:
            check_output_folder(pictures)
        patients, found = _read(result, source, mapping, given, names, by, pathways)
        from ..adapters.cohort.report import CohortReport

        report = CohortReport.of(patients, found, min_cell)
        page = report.html(engine)
        with writing_output(output) as file:
            file.write(page.encode())
        say_written(output)
        if pictures is not None:
            for path in report.write_pictures(pictures, engine):
                say_written(path)


def concordance_command(
    result: ResultFolder,
    source: InputFile,
    given: GivenColumn,
    *,
    mapping: MappingFile = None,
    names: NamesFile = None,
    by: GroupColumns = "",
    min_cell: MinCell = LEAST,
    format: Annotated[ConcordanceFormat, typer.Option(help="text, csv or json.")] = ConcordanceFormat.TEXT,
    output: OutputFile = STDOUT,
    pathways: DefinitionsFolder = None,
) -> None:
    """Compare what was given with what the document lists. This describes the document's list, not quality of care."""
    with cohort_errors():
        check_output(output)
        patients, found = _read(result, source, mapping, given, names, by, pathways)
        from ..adapters.cohort.concordance import add_concordance
        from ..adapters.cohort.concordance_tables import concordance_csv, concordance_data, concordance_text
        from ..adapters.cohort.small_counts import SmallCounts

        assert found is not None  # noqa: S101 - a column was given
        small, definitions = SmallCounts(min_cell), patients.engine.definitions
        add_concordance(small, found)
        if format is ConcordanceFormat.JSON:
            text = dumped(concordance_data(definitions, found, small)) + "\n"
        else:
            write = concordance_csv if format is ConcordanceFormat.CSV else concordance_text
            text = write(definitions, found, small)
        if output == STDOUT and format is ConcordanceFormat.TEXT:
            tell(text)
        else:
            with writing_output(output) as file:
                file.write(text.encode())
        say_written(output)


def answers_command(
    result: ResultFolder,
    *,
    track: Annotated[str, typer.Option(help="Only this track of the answer.")] = "",
    min_cell: MinCell = 1,
    pathways: DefinitionsFolder = None,
) -> None:
    """Print the distinct answers in words, with how many patients got each."""
    with cohort_errors():
        definitions = load_pathways(pathways)
        if track and track not in definitions.groups:
            raise CohortError([Problem("--track", f"there is no track '{track}'", f"tracks: {', '.join(definitions.groups)}")])
        from ..adapters.cohort.results import answers_text, read_result

        tell(answers_text(read_result(result, definitions), track, min_cell))


def _read(
    result: Path, source: Path, mapping: Path | None, given: str, names: Path | None, by: str, pathways: Path | None
) -> tuple[Patients, Concordance | None]:
    """Return the patients of a result, and with a column of what was `given` how that stands to their answers."""
    from ..adapters.cohort.concordance import concordance
    from ..adapters.cohort.given import read_given, read_names
    from ..adapters.cohort.results import read_patients, read_result

    definitions = load_pathways(pathways)
    local = {} if names is None else read_names(names.read_text("utf-8-sig"), names.name, definitions)
    columns = [name for one in by.split(",") if (name := one.strip())]
    wanted = [given, *columns] if given else []
    patients, more = read_patients(read_result(result, definitions), source, mapping, wanted)
    if not given:
        return patients, None
    found = read_given(more[given], definitions, local)
    groups = {name: more[name] for name in columns}
    return patients, concordance(patients.engine, patients.openness, found, patients.marks, groups)
