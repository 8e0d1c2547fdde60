"""The commands on whole cohorts: ``pnet cohort evaluate``, ``check`` and ``sql``; those that count are in `cohort_report`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..loading.folder import load_pathways
from ..model.text import wrap
from . import cohort_report
from .cohort_options import MappingFile, cohort_errors
from .cohort_sql import sql_command
from .common import ChosenReadings, DefinitionsFolder, check_output_folder, chosen_readings, tell

if TYPE_CHECKING:
    from ..adapters.cohort.running import Progress

InputPath = Annotated[
    Path,
    typer.Argument(help="File (.parquet, .arrow, .csv, .csv.gz, .ndjson) or folder of Parquet files, a row for each patient."),
]
Ignored = Annotated[
    list[str] | None,
    typer.Option("--ignore", help="Column that is no fact; * stands for anything; may be given several times."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    cohort = typer.Typer(no_args_is_help=True, help="Answer whole cohorts: a row for each patient. Needs the extra `cohort`.")
    cohort.command("evaluate")(evaluate_command)
    cohort.command("check")(check_command)
    cohort.command("sql")(sql_command)
    cohort_report.register(cohort)
    app.add_typer(cohort, name="cohort")


def evaluate_command(
    source: InputPath,
    *,
    output: Annotated[Path, typer.Option(help="Folder to write; it appears when all is done.")],
    mapping: MappingFile = None,
    ignore: Ignored = None,
    reading: ChosenReadings = None,
    alternatives: Annotated[
        bool, typer.Option("--alternatives", help="Also count the patients whose answer another reading would change.")
    ] = False,
    text: Annotated[bool, typer.Option("--text", help="Write the answers in words beside their numbers.")] = False,
    jobs: Annotated[int, typer.Option(min=0, help="Threads; 0 takes one for each core.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Replace a result that is there.")] = False,
    pathways: DefinitionsFolder = None,
) -> None:
    """Answer every row of a table; rows that cannot be answered are rejected with the reason, and counts add up.

    A run that was stopped goes on where it was. Exit codes: 0 done, rows may be rejected; 2 nothing could be read.
    """
    with cohort_errors():
        from ..adapters.cohort.running import Options, run_cohort

        check_output_folder(output)
        with _bar() as progress:
            manifest = run_cohort(
                source,
                output,
                load_pathways(pathways),
                readings=chosen_readings(reading),
                mapping=mapping,
                ignore=ignore or (),
                options=Options(jobs=jobs, text=text, force=force, alternatives=alternatives),
                progress=progress,
            )
    for line in _summary(manifest):
        tell(line, nl=True)


def _summary(manifest: dict[str, Any]) -> Iterator[str]:
    counts = manifest["counts"]
    yield f"{counts['read']:,} read: {counts['answered']:,} answered, {counts['rejected']:,} rejected"
    status = ", ".join(f"{name} {count:,}" for name, count in counts["status"].items())
    yield f"{counts['answered']:,} answered: {status}"
    if counts["rejected"]:
        reasons = ", ".join(f"{name} {count:,}" for name, count in counts["rejected_by_reason"].items())
        yield f"{counts['rejected']:,} rejected: {reasons}"
    yield from manifest["told"]
    for one in manifest.get("alternatives", ()):
        yield f"{one['reading']}={one['alternative']} would change {one['patients']:,} answers"
    yield from wrap("", manifest["disclaimer"])


@contextmanager
def _bar() -> Iterator[Progress | None]:
    """Give a bar on standard error that tells rate and time left; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.completed:,.0f} rows"), BarColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, rate="")

        def told(done: int, total: int | None) -> None:
            speed = bar.tasks[0].speed
            bar.update(task, completed=done, total=total, rate=f"{speed:,.0f} rows/s" if speed else "")

        yield told


def check_command(
    source: InputPath,
    *,
    mapping: MappingFile = None,
    ignore: Ignored = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """List all columns and values that do not map, with what may be meant, before a row is answered.

    Exit codes: 0 all maps; 1 something does not; 2 nothing could be read.
    """
    with cohort_errors():
        from ..adapters.cohort.checking import check_input

        findings = check_input(source, load_pathways(pathways), mapping=mapping, ignore=ignore or ())
    for line in findings.lines:
        tell(line, nl=True)
    if not findings.fits:
        raise typer.Exit(1)
