"""The command ``pnet fhir cohort``: the patients of a Bulk Data export, one line each."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ..loading.folder import load_pathways
from ..model.errors import printable
from ..model.json_text import dumped
from ..model.text import counted, wrap
from ..proof.scenarios.files import ID
from .common import STDOUT, DefinitionsFolder, OutputFile, errors_to_stderr, format_of, say, writing_output

if TYPE_CHECKING:
    from ..adapters.fhir import Cohort
    from ..adapters.fhir.cohort import Counts


class CohortFormat(StrEnum):
    """What is written of each patient."""

    ANSWERS = "answers"
    CSV = "csv"
    NDJSON = "ndjson"


_ENDINGS: Final = {".csv": CohortFormat.CSV, ".jsonl": CohortFormat.ANSWERS, ".ndjson": CohortFormat.ANSWERS}
"""What a file's ending says of its format; a name without one has answers."""


def cohort_command(
    paths: Annotated[list[Path], typer.Argument(help="Folders with .ndjson files (also .ndjson.gz), or such files.")],
    *,
    format: Annotated[
        CohortFormat | None,
        typer.Option(
            help="answers: case and answer, a JSON object a line; csv, ndjson: the certain facts, a column each. "
            "By default csv for a file that ends so, else answers."
        ),
    ] = None,
    output: OutputFile = STDOUT,
    pathways: DefinitionsFolder = None,
) -> None:
    """Read the FHIR resources of many patients, as Bulk Data exports them, and write one line for each patient.

    Exit codes: 0 every line and every patient was used; 1 some were not, which is said; 2 nothing could be read.
    """
    from ..adapters.fhir import read_ndjson

    with errors_to_stderr():
        written_as = format_of(format, output, _ENDINGS, CohortFormat.ANSWERS)
        cohort = read_ndjson(paths, load_pathways(pathways))
        with writing_output(output, private=True) as file:
            file.writelines(_written(cohort, written_as, for_terminal=output == STDOUT and sys.stdout.isatty()))
    counts = cohort.counts
    for line in _summary(counts):
        say(f"pnet: {line}", err=True)
    for line in wrap("", cohort.definitions.source.disclaimer):
        say(line, err=True)
    if counts.broken or counts.refused or counts.failed:
        raise typer.Exit(1)


def _written(cohort: Cohort, format: CohortFormat, *, for_terminal: bool) -> Iterator[bytes]:
    """Yield the lines of the file, and tell on standard error what has none."""
    from ..adapters.fhir import BrokenLine
    from ..adapters.fhir.cohort import columns

    if format is CohortFormat.CSV:
        yield _cells([ID, *cohort.definitions.vocabulary.facts], for_terminal=for_terminal)
    for one in cohort:
        if isinstance(one, BrokenLine):
            say(f"pnet: {one.problem}", err=True)
        elif format is CohortFormat.ANSWERS:
            yield _line(one.to_dict())
        elif one.reading is None:
            # A row without facts would read as a patient of whom nothing is known.
            say(f"pnet: {one.patient} has no row: {one.error}", err=True)
        else:
            row = {ID: one.patient, **columns(one.reading)}
            yield _cells(row.values(), for_terminal=for_terminal) if format is CohortFormat.CSV else _line(row)


def _line(data: object) -> bytes:
    return f"{dumped(data, indent=None)}\n".encode()


def _cells(values: Iterable[object], *, for_terminal: bool) -> bytes:
    """Return one line of CSV; unknown is an empty cell. A file or pipe gets the data exactly, a terminal nothing to obey."""
    text = io.StringIO()
    cells = [str(one).lower() if isinstance(one, bool) else one for one in values]
    csv.writer(text, lineterminator="\n").writerow(cells)
    line = text.getvalue()
    return (printable(line, lines=True) if for_terminal else line).encode("utf-8", "backslashreplace")


def _summary(counts: Counts) -> list[str]:
    nobody = sum(counts.of_nobody.values())
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(counts.of_nobody.items()))
    resources, patients = counted(counts.resources, "resource"), counted(counts.patients, "patient")
    deletions = f", {counts.deletions:,} of deletions" if counts.deletions else ""
    deleted = f", {counts.deleted:,} deleted" if counts.deletions else ""
    of_patients = counts.resources - nobody - counts.deleted
    lines = [
        f"{counted(counts.lines, 'line')}: {resources}, {counts.broken:,} broken, {counts.empty:,} empty{deletions}",
        f"{resources}: {of_patients:,} of {patients}, {nobody:,} of nobody{f' ({kinds})' if kinds else ''}{deleted}",
        f"{patients}: {counts.patients - counts.refused:,} answered, {counts.refused:,} refused",
    ]
    if counts.broken or counts.failed:
        lines.append("of whom the missing records are is not known; what they would say is unknown, never no")
    return lines
