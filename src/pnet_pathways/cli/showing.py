"""The commands that show what the definitions hold: ``pnet pathways``, ``facts``, ``workup`` and ``schema``."""

from __future__ import annotations

from typing import Annotated

import typer

from ..loading.folder import load_pathways
from ..model.errors import listed, suggest
from ..model.json_text import dumped
from .common import (
    DefinitionsFolder,
    ListFormat,
    ReviewsFolder,
    SourceFile,
    errors_to_stderr,
    passages_from,
    refuse,
    say,
    tell,
    with_passages,
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("pathways")(pathways_command)
    app.command("facts")(facts_command)
    app.command("workup")(workup_command)
    app.command("schema")(schema_command)


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
            refuse(f"there is no pathway '{name}' ({hint})")
        found = passages_from(source, definitions)
        data = (
            listing.pathways_data(definitions)
            if name is None
            else with_passages(listing.pathway_data(definitions, name), found)
        )
        if format is ListFormat.JSON:
            say(dumped(data))
        elif name is None:
            listing.print_pathways(definitions)
        else:
            tell(listing.pathway_text(definitions, name, found))


def facts_command(
    format: Annotated[ListFormat, typer.Option(help="How to print.")] = ListFormat.TEXT, pathways: DefinitionsFolder = None
) -> None:
    """List the facts of a case with their questions and values."""
    from . import listing

    with errors_to_stderr():
        definitions = load_pathways(pathways)
        if format is ListFormat.JSON:
            say(dumped(listing.facts_data(definitions)))
        else:
            listing.print_facts(definitions)


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
        if format is ListFormat.JSON:
            say(dumped(answer.to_dict()))
        else:
            tell(workup_text(answer))


def schema_command(
    file: Annotated[str, typer.Argument(help="pathway, case, answer, or a shared file's name such as entry.yaml.")] = "pathway",
    pathways: DefinitionsFolder = None,
) -> None:
    """Print the JSON Schema of a definition file, for editors, or of a case or an answer of the definitions."""
    from ..adapters.fhir.codes import FILE, CodesFile
    from ..engine.answer_schema import answer_schema
    from ..loading import repeated_options
    from ..loading.json_schema import case_schema, json_schema
    from ..loading.schema import FILES, PathwayFile

    kinds = {"pathway": PathwayFile, **FILES, FILE: CodesFile, repeated_options.FILE: repeated_options.RepeatedOptionsFile}
    known = [*kinds, "case", "answer"]
    if file not in known:
        hint = suggest(file, known) or listed(known)
        refuse(f"there is no schema for '{file}' ({hint})")
    with errors_to_stderr():
        if file in kinds:
            say(dumped(json_schema(kinds[file])))
        else:
            definitions = load_pathways(pathways)
            say(dumped(answer_schema(definitions) if file == "answer" else case_schema(definitions.vocabulary)))
