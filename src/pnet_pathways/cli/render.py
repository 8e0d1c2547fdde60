"""The command ``pnet render``: diagrams of the pathways as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..loading.folder import load_pathways
from ..model.case import Case
from ..model.errors import RenderError
from ..model.review import check_approved
from ..views.diagrams.diagram import DiagramFormat, diagrams_of, render
from ..views.diagrams.layout_engine import LayoutEngine
from .common import (
    DefinitionsFolder,
    RequireApproved,
    ReviewsFolder,
    SourceFile,
    errors_to_stderr,
    passages_from,
    read_text,
)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("render")(render_command)


def render_command(
    pathway: Annotated[
        str | None, typer.Argument(help="One pathway or overview; without it all, or those of the case.")
    ] = None,
    format: Annotated[DiagramFormat, typer.Option(help="mermaid is text for tools that show it.")] = DiagramFormat.SVG,
    case: Annotated[str | None, typer.Option(help="File with a case as JSON, or -; its path is shown.")] = None,
    output: Annotated[Path, typer.Option(help="Folder for the files.")] = Path(),
    source: SourceFile = None,
    engine: Annotated[
        LayoutEngine, typer.Option(help="bundled needs no set-up; system is the dot on the PATH.")
    ] = LayoutEngine.BUNDLED,
    require_approved: RequireApproved = False,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Draw the pathways as files, with a case's path where one is given, and print their names.

    With --source the tooltip of a leaf shows the passages of what it offers, in svg and dot.
    """
    if source is not None and format not in {DiagramFormat.SVG, DiagramFormat.DOT}:
        hint = "svg and dot show the passages in tooltips, `pnet pathways NAME --source FILE` prints them"
        typer.echo(f"pnet: {format} has no room for passages: {hint}", err=True)
        raise typer.Exit(2)
    with errors_to_stderr():
        definitions = load_pathways(pathways, reviews=reviews)
        known = None if case is None else Case.from_json(read_text(case), definitions.vocabulary)
        names = diagrams_of(definitions, known) if pathway is None else (pathway,)
        if format is DiagramFormat.MERMAID and pathway is None:
            names = tuple(name for name in names if name in definitions.pathways)
            if not names:
                raise RenderError("there is no Mermaid text for this case: only the overview shows it, which has none")
        if require_approved:
            drawn = {name for name in names if name in definitions.pathways}
            if known is not None and not definitions.entry.in_scope(known.entry):
                drawn.update(definitions.entry.rests_on(known.entry))
            check_approved(definitions.reviews, [name for name in definitions.pathways if name in drawn])
        found = passages_from(source, definitions)
        written = False
        for name in names:
            diagram = render(name, known, definitions=definitions, engine=engine, passages=found)
            for path in diagram.write(output, format):
                typer.echo(str(path))
                written = True
        if not written:
            typer.echo("pnet: nothing is drawn: no row of the page applies or may apply to this case", err=True)
