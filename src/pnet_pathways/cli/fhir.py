"""The commands of ``pnet fhir``: cases from FHIR resources, answers as resources, and the pathways as artifacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..engine.recommend import recommend
from ..loading.folder import load_pathways
from ..model.case import Case
from ..model.errors import FhirError, Problem, PublicationError
from ..model.json_text import JsonTextError, dumped, read_json
from ..model.text import counted, wrap
from .common import (
    STDOUT,
    ChosenReadings,
    DefinitionsFolder,
    ListFormat,
    RequireApproved,
    ReviewsFolder,
    chosen_readings,
    errors_to_stderr,
    naming,
    read_text,
    say,
    say_written,
    tell,
)
from .fhir_cohort import cohort_command
from .fhir_package import package_command, verify_package_command

if TYPE_CHECKING:
    from ..adapters.fhir import Reading, Source


def register(app: typer.Typer) -> None:
    """Add the commands."""
    fhir = typer.Typer(no_args_is_help=True, help="FHIR R4: cases from a patient's resources, and the pathways as artifacts.")
    fhir.command("read")(read_command)
    fhir.command("cohort")(cohort_command)
    fhir.command("answer")(answer_command)
    fhir.command("write")(write_command)
    fhir.command("package")(package_command)
    fhir.command("verify-package")(verify_package_command)
    app.add_typer(fhir, name="fhir")


def read_command(
    file: Annotated[str, typer.Argument(help='File with a Bundle, or {"resources": [...]}, as JSON; - for standard input.')],
    format: Annotated[ListFormat, typer.Option(help="How to print; the key case of json is what pnet recommend takes.")] = (
        ListFormat.TEXT
    ),
    pathways: DefinitionsFolder = None,
) -> None:
    """Print what a patient's FHIR resources say: certain facts, what a clinician must confirm, and what became no fact.

    Exit code 2: the resources cannot be used, or they contradict each other.
    """
    from ..adapters.fhir import case_from_bundle

    with errors_to_stderr():
        text, definitions = read_text(file), load_pathways(pathways)
        with naming(file):
            reading = case_from_bundle(_data(text), definitions)
        if format is ListFormat.JSON:
            say(dumped(reading.to_dict()))
        else:
            tell(_text(reading))


def answer_command(
    file: Annotated[
        str, typer.Argument(help='File with a case, a Bundle or {"resources": [...]}, as JSON; - for standard input.')
    ],
    canonical: Annotated[
        str | None, typer.Option(help="Base of the artifacts' addresses, as they were written; by default one of examples.")
    ] = None,
    subject: Annotated[str | None, typer.Option(help="Reference to the patient; by default that of the resources.")] = None,
    at: Annotated[
        str | None, typer.Option(help="Time of the answer, with its zone: 2026-11-23T10:00:00Z; left out: none.")
    ] = None,
    reading: ChosenReadings = None,
    require_approved: RequireApproved = False,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Print the answer to a case, or to what a patient's FHIR resources say for certain, as a Bundle of FHIR R4 resources.

    Exit code 2: the case or the resources cannot be used, or they contradict each other.
    """
    from ..adapters.fhir import case_from_bundle
    from ..adapters.fhir.answers import answer_bundle
    from ..adapters.fhir.publication import EXAMPLE

    with errors_to_stderr():
        definitions = load_pathways(pathways, reviews=reviews)
        text = read_text(file)
        with naming(file):
            data = _data(text)
            is_case = isinstance(data, dict) and not data.keys() & {"resourceType", "resources"}
            read = None if is_case else case_from_bundle(data, definitions)
            case = Case.from_dict(data, definitions.vocabulary) if read is None else read.case
        answer = recommend(case, definitions, readings=chosen_readings(reading), require_approved=require_approved)
        base = EXAMPLE if canonical is None else canonical
        say(dumped(answer_bundle(answer, base, reading=read, subject=subject, at=at)))


def write_command(
    output: Annotated[Path, typer.Option("--out", "--output", help="Folder for the files; one written before is replaced.")],
    canonical: Annotated[
        str | None, typer.Option(help="Base of the artifacts' addresses, your own to publish them; by default one of examples.")
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Write what is approved as a draft too.")] = False,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Write the pathways as FHIR R4 artifacts, one file each, and print their names.

    Everything is a draft until its pathway is approved. Exit code 2: the folder or the address cannot be used.
    """
    from ..adapters.fhir.publication import EXAMPLE, Publication
    from ..adapters.fhir.writing import write

    with errors_to_stderr():
        if output == STDOUT:
            hint = "name a folder, or write one Bundle with pnet fhir package --output -"
            raise PublicationError([Problem("--output", "many files cannot go to standard output", hint)])
        definitions = load_pathways(pathways, reviews=reviews)
        for path in write(Publication(definitions, EXAMPLE if canonical is None else canonical, draft), output):
            say_written(path)


def _data(text: str) -> Any:
    try:
        return read_json(text.removeprefix("\ufeff"))
    except JsonTextError as error:
        raise FhirError([Problem(error.problem.where, error.message, error.suggestion)]) from None


def _text(reading: Reading) -> str:
    words = reading.definitions.words
    lines = [
        f"{counted(len(reading.facts), 'certain fact')}, {len(reading.suggested)} to confirm, "
        f"{len(reading.unmapped)} that became no fact"
    ]
    if not reading.complete:
        lines.append("Incomplete: something was not sent or not fetched (below). What is not there is unknown, never no.")
    lines += _part(
        "Certain", ((f"{words(name, (found.value,))} ({name})", found.sources) for name, found in reading.facts.items())
    )
    lines += _part(
        "To confirm by a clinician",
        ((f"{words(one.fact, (one.value,))} ({one.fact}): {one.reason.words}", one.sources) for one in reading.suggested),
    )
    if reading.unmapped:
        lines += ["", "Became no fact"]
        for left in reading.unmapped:
            place = f"{left.resource} {left.path}".strip()
            lines += wrap("  ", f"{place}: {left.reason.words}{f' ({left.text})' if left.text else ''}")
    lines += ["", *wrap("", reading.definitions.source.disclaimer)]
    return "\n".join(lines) + "\n"


def _part(title: str, items: Iterable[tuple[str, Iterable[Source]]]) -> Iterator[str]:
    items = list(items)
    if items:
        yield from ("", title)
    for head, sources in items:
        yield from wrap("  ", head)
        for source in sources:
            said = f"{source.code} {source.display}".strip()
            yield from wrap("      ", f"{source.resource} {source.path}{f': {said}' if said else ''}")
