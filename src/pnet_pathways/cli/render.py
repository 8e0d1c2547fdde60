"""The command ``pnet render``: diagrams of the pathways as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..loading.folder import load_pathways
from ..model.errors import RenderError
from ..model.review import check_approved
from ..views.diagrams.diagram import Diagram, DiagramFormat, diagrams_of, render
from ..views.diagrams.layout_engine import LayoutEngine
from .common import (
    STDOUT,
    DefinitionsFolder,
    RequireApproved,
    ReviewsFolder,
    SourceFile,
    check_output_folder,
    errors_to_stderr,
    passages_from,
    read_case,
    refuse,
    say,
    say_written,
    writing_output,
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
    output: Annotated[Path, typer.Option(help="Folder for the files; - for standard output, where it is one.")] = Path(),
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
        refuse(f"{format} has no room for passages: {hint}")
    with errors_to_stderr():
        if output != STDOUT:
            check_output_folder(output)
        definitions = load_pathways(pathways, reviews=reviews)
        known = None if case is None else read_case(case, definitions.vocabulary)
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
        diagrams = [render(name, known, definitions=definitions, engine=engine, passages=found) for name in names]
        written = _to_stdout(diagrams, format) if output == STDOUT else _to_folder(diagrams, format, output)
        if not written:
            say("pnet: nothing is drawn: no row of the page applies or may apply to this case", err=True)


def _to_folder(diagrams: list[Diagram], format: DiagramFormat, folder: Path) -> int:
    """Write the files of diagrams, print their names, and return how many there are."""
    paths = 0
    for diagram in diagrams:
        for path in diagram.write(folder, format):
            say_written(path)
            paths += 1
    return paths


def _to_stdout(diagrams: list[Diagram], format: DiagramFormat) -> int:
    """Write the one file of diagrams to standard output. Raises `RenderError` where there are several."""
    contents = [content for diagram in diagrams for content in diagram.files(format).values()]
    if len(contents) > 1:
        raise RenderError(f"{len(contents)} files cannot go to standard output; name a folder with --output")
    for content in contents:
        with writing_output(STDOUT) as file:
            file.write(content)
    return len(contents)
