"""The command line, ``pnet``. Answers go to standard output, errors to standard error, without tracebacks.

Exit codes: 0 done; 1 a check found something; 2 wrong usage, or input or definitions that cannot be used; 130 interrupted.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from ..engine.recommend import recommend
from ..loading.folder import load_pathways
from ..model.case import Case
from ..model.errors import listed, suggest
from ..model.review import check_approved
from ..model.version import library_version
from . import (
    background as cli_background,
)
from . import (
    diff as cli_diff,
)
from . import (
    fhir as cli_fhir,
)
from . import (
    mutate as cli_mutate,
)
from . import (
    new as cli_new,
)
from . import (
    readings as cli_readings,
)
from . import (
    render as cli_render,
)
from . import (
    replay as cli_audit,
)
from . import (
    report as cli_report,
)
from . import (
    review as cli_review,
)
from . import (
    scenarios as cli_scenarios,
)
from . import (
    serve as cli_serve,
)
from . import (
    source as cli_source,
)
from . import (
    verify as cli_verify,
)
from .common import (
    ChosenReadings,
    DefinitionsFolder,
    Format,
    ListFormat,
    RequireApproved,
    ReviewsFolder,
    SourceFile,
    chosen_readings,
    dumped,
    errors_to_stderr,
    passages_from,
    read_text,
    with_passages,
)
from .replay import (
    RecordFile,
    RecordTime,
    check_record_options,
    write_record,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Treatment options that a document lists for a case, each with its place there. "
    "It informs; it is not a guideline and no substitute for clinical judgment. "
    "Exit codes: 0 done, 1 a check found something, 2 wrong usage or unusable input.",
)


@app.callback(invoke_without_command=True)
def _main(version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False) -> None:
    if version:
        typer.echo(f"pnet_pathways {library_version()}")
        raise typer.Exit


@app.command("recommend")
def recommend_command(
    case: Annotated[str, typer.Argument(help="File with a case as JSON, or - for standard input.")],
    format: Annotated[Format, typer.Option(help="json is the contract for other tools.")] = Format.TEXT,
    explain: Annotated[bool, typer.Option(help="Say also which statement applies because of which facts.")] = False,
    every: Annotated[bool, typer.Option("--all", help="List everything, what is folded too.")] = False,
    reading: ChosenReadings = None,
    source: SourceFile = None,
    record: RecordFile = None,
    at: RecordTime = None,
    require_approved: RequireApproved = False,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Print what the summary lists for a case."""
    if explain and format is not Format.TEXT:
        typer.echo("pnet: --explain is text; leave --format out", err=True)
        raise typer.Exit(2)
    with errors_to_stderr():
        check_record_options(record, at)
        definitions = load_pathways(pathways, reviews=reviews)
        answer = recommend(
            Case.from_json(read_text(case), definitions.vocabulary),
            definitions,
            readings=chosen_readings(reading),
            require_approved=require_approved,
        )
        found = passages_from(source, definitions)
        write_record(answer, record, at)
        if format is Format.JSON:
            typer.echo(dumped(with_passages(answer.to_dict(), found)))
        else:
            from ..engine.text import as_markdown, as_text

            if format is Format.TEXT:
                shown = as_text(answer, found, every=every, explained=explain)
            else:
                shown = as_markdown(answer, found, every=every)
            typer.echo(shown, nl=False)


@app.command("ask")
def ask_command(
    case: Annotated[str | None, typer.Argument(help="File with what is known already, as JSON.")] = None,
    save: Annotated[Path | None, typer.Option(help="File that keeps the walk after each answer.")] = None,
    resume: Annotated[Path | None, typer.Option(help="Saved walk to go on with.")] = None,
    other_version: Annotated[bool, typer.Option(help="Resume a walk made with other definitions.")] = False,
    require_approved: RequireApproved = False,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Ask question by question until nothing can change the answer. `help` there lists what can be typed."""
    from ..engine.walk import Walk, start
    from .asking import Session

    if case is not None and resume is not None:
        typer.echo("pnet: a saved walk holds its case; give either CASE or --resume", err=True)
        raise typer.Exit(2)
    with errors_to_stderr():
        definitions = load_pathways(pathways, reviews=reviews)
        if resume is not None:
            walk = Walk.from_json(resume.read_text("utf-8"), definitions, other_version=other_version)
        else:
            walk = start(None if case is None else Case.from_json(read_text(case), definitions.vocabulary), definitions)
        if require_approved:
            # Answers only ever narrow down what bears on the case, and none that is taken back goes behind the start.
            check_approved(definitions.reviews, definitions.entry.rests_on(walk.start_case.entry))
        Session(walk, save or resume).run()


@app.command("pathways")
def pathways_command(
    name: Annotated[str | None, typer.Argument(help="One pathway: its statements, tracks and gaps.")] = None,
    format: Annotated[ListFormat, typer.Option(help="How to print.")] = ListFormat.TEXT,
    source: SourceFile = None,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """List the pathways, or one pathway's statements, tracks and gaps."""
    from . import listing

    with errors_to_stderr():
        definitions = load_pathways(pathways, reviews=reviews)
        if name is not None and name not in definitions.pathways:
            hint = suggest(name, definitions.pathways) or f"pathways: {listed(definitions.pathways)}"
            typer.echo(f"pnet: there is no pathway '{name}' ({hint})", err=True)
            raise typer.Exit(2)
        found = passages_from(source, definitions)
        data = (
            listing.pathways_data(definitions)
            if name is None
            else with_passages(listing.pathway_data(definitions, name), found)
        )
        if format is ListFormat.JSON:
            typer.echo(dumped(data))
        elif name is None:
            listing.print_pathways(definitions)
        else:
            typer.echo(listing.pathway_text(definitions, name, found), nl=False)


@app.command("facts")
def facts_command(
    format: Annotated[ListFormat, typer.Option(help="How to print.")] = ListFormat.TEXT, pathways: DefinitionsFolder = None
) -> None:
    """List the facts of a case with their questions and values."""
    from . import listing

    with errors_to_stderr():
        definitions = load_pathways(pathways)
        if format is ListFormat.JSON:
            typer.echo(dumped(listing.facts_data(definitions)))
        else:
            listing.print_facts(definitions)


@app.command("workup")
def workup_command(
    type_: Annotated[str, typer.Argument(metavar="TYPE", help="A value of the fact that leads to a pathway.")],
    format: Annotated[ListFormat, typer.Option(help="How to print.")] = ListFormat.TEXT,
    pathways: DefinitionsFolder = None,
) -> None:
    """Print what the source says of a type before treatment."""
    from ..engine.text import workup_text
    from ..engine.workup import workup

    with errors_to_stderr():
        answer = workup(type_, load_pathways(pathways))
        typer.echo(dumped(answer.to_dict()) if format is ListFormat.JSON else workup_text(answer), nl=format is ListFormat.JSON)


@app.command("schema")
def schema_command(
    file: Annotated[str, typer.Argument(help="pathway, case, or a shared file's name such as entry.yaml.")] = "pathway",
    pathways: DefinitionsFolder = None,
) -> None:
    """Print the JSON Schema of a definition file, for editors, or of a case in the definitions' vocabulary."""
    from ..adapters.fhir.codes import FILE, CodesFile
    from ..loading.json_schema import case_schema, json_schema
    from ..loading.schema import FILES, PathwayFile

    kinds = {"pathway": PathwayFile, **FILES, FILE: CodesFile}
    if file not in {*kinds, "case"}:
        hint = suggest(file, [*kinds, "case"]) or listed([*kinds, "case"])
        typer.echo(f"pnet: there is no schema for '{file}' ({hint})", err=True)
        raise typer.Exit(2)
    with errors_to_stderr():
        schema = case_schema(load_pathways(pathways).vocabulary) if file == "case" else json_schema(kinds[file])
        typer.echo(dumped(schema))


for _part in (
    cli_new,
    cli_background,
    cli_audit,
    cli_diff,
    cli_fhir,
    cli_mutate,
    cli_readings,
    cli_render,
    cli_report,
    cli_review,
    cli_scenarios,
    cli_serve,
    cli_source,
    cli_verify,
):
    _part.register(app)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that lacks a character gets a stand-in for it, never a traceback.
            stream.reconfigure(errors="replace")
    app()
