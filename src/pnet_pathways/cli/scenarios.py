"""The commands that make suites of scenarios and measure what cases cover: ``pnet scenarios`` and ``pnet coverage``."""

from __future__ import annotations

import itertools
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ..loading.folder import load_pathways
from ..model.errors import SuiteError
from ..model.json_text import dumped
from ..model.text import counted
from ..proof.scenarios.files import FileFormat
from ..proof.suites.covers import Cover
from ..proof.suites.graph_goals import OF_GRAPHS
from .common import STDOUT, DefinitionsFolder, OutputFile, errors_to_stderr, format_of, say, tell, writing_output
from .streams import reader_left

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..proof.scenarios.records import ScenarioRecord
    from ..proof.scenarios.space import ScenarioSpace
    from ..proof.suites.coverage import CoverageReport


_ENDINGS: Final = {
    ".csv": FileFormat.CSV,
    ".txt": FileFormat.CSV,
    ".jsonl": FileFormat.JSONL,
    ".ndjson": FileFormat.JSONL,
    ".parquet": FileFormat.PARQUET,
}
"""What a file's ending says of its format; a name without one is CSV."""


class CoverageFormat(StrEnum):
    """How a coverage report is printed."""

    TEXT = "text"
    JSON = "json"
    DOT = "dot"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("scenarios")(scenarios_command)
    app.command("coverage")(coverage_command)


def scenarios_command(
    pathway: Annotated[str, typer.Argument(help="The pathway's name (`pnet pathways` lists them), or all.")],
    *,
    cover: Annotated[Cover | None, typer.Option(help="Only a small suite that covers all of these.")] = None,
    sample: Annotated[int | None, typer.Option(help="Only so many scenarios, drawn at random.")] = None,
    seed: Annotated[int, typer.Option(help="Another seed draws another sample; the same one the same.")] = 0,
    format: Annotated[FileFormat | None, typer.Option(help="How to write them; by default as the file's ending says.")] = None,
    output: OutputFile = STDOUT,
    type_: Annotated[str | None, typer.Option("--type", help="Type of the cases, of those that lead to the pathway.")] = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Write the scenarios of a pathway with their paths, options and gaps: all, a small suite, or a sample."""
    from ..proof.scenarios.files import write_scenarios
    from ..proof.scenarios.space import every_pathway, scenario_space

    with errors_to_stderr():
        if cover is not None and sample is not None:
            raise SuiteError("--cover and --sample exclude each other: a suite is chosen, a sample is drawn")
        definitions = load_pathways(pathways)
        every = every_pathway(pathway, definitions)
        if every and type_ is not None:
            raise SuiteError("--type chooses among the types of one pathway; name that pathway")
        spaces = [scenario_space(one, definitions, type_=type_) for one in (definitions.pathways if every else (pathway,))]
        records, summary = _chosen(spaces, cover, sample, seed)
        written_as = format_of(format, output, _ENDINGS, FileFormat.CSV)
        if written_as is FileFormat.PARQUET and output == STDOUT and sys.stdout.isatty():
            raise SuiteError("Parquet is not text for a terminal; name a file with --output")
        with writing_output(output) as file:
            write_scenarios(
                itertools.takewhile(lambda _: not reader_left(), records), spaces if every else spaces[0], written_as, file
            )
        if not reader_left():
            for line in summary:
                say(f"pnet: {line}", err=True)


def _chosen(
    spaces: Sequence[ScenarioSpace], cover: Cover | None, sample: int | None, seed: int
) -> tuple[Iterable[ScenarioRecord], list[str]]:
    """Return the records that are written, made one by one, and lines that say what they are."""
    from ..proof.scenarios.space import ALL, sample_of_all

    if cover is not None:
        from ..proof.suites.suites import suite_of

        suites = [suite_of(space, cover) for space in spaces]
        return itertools.chain.from_iterable(suite.records() for suite in suites), [suite.summary for suite in suites]
    if sample is not None:
        name = spaces[0].pathway.name if len(spaces) == 1 else ALL
        every = counted(sum(space.count for space in spaces), "scenario")
        drawn = spaces[0].sample(sample, seed) if len(spaces) == 1 else sample_of_all(spaces, sample, seed)
        return drawn, [f"{name}: {sample:,} of {every}, drawn with the seed {seed}"]
    said = [f"{space.pathway.name}: all {counted(space.count, 'scenario')}" for space in spaces]
    return itertools.chain.from_iterable(space.records() for space in spaces), said


def coverage_command(
    pathway: Annotated[str, typer.Argument(help="The pathway's name (`pnet pathways` lists them), or all.")],
    cases: Annotated[list[Path], typer.Argument(help="Files of cases (.json, .jsonl, .csv, .parquet), folders of .json.")],
    *,
    format: Annotated[CoverageFormat, typer.Option(help="dot is an annotated graph.")] = CoverageFormat.TEXT,
    fail_under: Annotated[
        float | None, typer.Option(min=0, max=100, help="Exit with 1 where less than this percentage is covered.")
    ] = None,
    cover: Annotated[
        list[Cover] | None,
        typer.Option(help="What --fail-under looks at (states, transitions, statements, gaps); `paths` is measured then."),
    ] = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Say what your own cases cover of a pathway, and give a smallest case for each thing that they do not."""
    from ..proof.scenarios.case_files import read_cases
    from ..proof.scenarios.space import every_pathway
    from ..proof.suites.coverage import MEASURED, coverages

    with errors_to_stderr():
        looked_at = tuple(cover or OF_GRAPHS)
        definitions = load_pathways(pathways)
        every = every_pathway(pathway, definitions)
        read = (one.case for one in read_cases(cases, definitions.vocabulary))
        names = tuple(definitions.pathways) if every else (pathway,)
        reports = coverages(names, read, definitions, covers=dict.fromkeys([*MEASURED, *looked_at]))
        if format is CoverageFormat.JSON:
            data = [report.to_dict() for report in reports]
            say(dumped({"pathways": data} if every else data[0]))
        elif format is CoverageFormat.DOT:
            from ..proof.suites.coverage_dot import coverage_dot

            say("".join(coverage_dot(report) for report in reports), nl=False)
        else:
            tell("\n".join(report.to_text() for report in reports))
        below = [_noted(report, format, looked_at, fail_under, named=every) for report in reports]
        if any(below):
            raise typer.Exit(1)


def _noted(
    report: CoverageReport, format: CoverageFormat, covers: Sequence[Cover], fail_under: float | None, *, named: bool
) -> bool:
    """Say what a report skipped and what is below a percentage, with its name if asked for; return whether something is."""
    name = report.space.pathway.name
    head = f"pnet: {name}:" if named else "pnet:"
    if report.skipped and format is not CoverageFormat.TEXT:
        say(f"{head} skipped: {report.skipped}", err=True)
    if not report.used:
        say(f"pnet: none of these cases bears on {name}", err=True)
    below = report.below(fail_under, covers) if fail_under is not None else ()
    for one in below:
        percent = len(one.covered) * 1000 // one.total / 10
        said = f"{percent:g} %, of at least {fail_under:g} %"
        say(f"{head} {len(one.covered)} of {one.total} {one.cover} are covered: {said}", err=True)
    return bool(below)
