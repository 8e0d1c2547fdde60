"""The command ``pnet mutate``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from ..model.json_text import dumped
from .common import DefinitionsFolder, Format, PositionalFolder, errors_to_stderr, one_folder, say, tell


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("mutate")(mutate_command)


def mutate_command(
    path: PositionalFolder = None,
    golden: Annotated[
        Path | None, typer.Option(help="Folder of golden answers; by default golden, in that of the definitions.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Change only this pathway's file, entry or readings; may be given several times."),
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print.")] = Format.TEXT,
    workers: Annotated[int, typer.Option(min=1, help="Processes that share the work.")] = os.cpu_count() or 1,
    pathways: DefinitionsFolder = None,
) -> None:
    """Change every single place of the definitions, and see that each slip and each misreading is caught.

    Exit code 1 where some change alters an answer and nothing catches it.
    """
    from ..proof.mutate.mutation import mutate

    with errors_to_stderr():
        report = mutate(one_folder(path, pathways), golden, only=only, workers=workers)
    if format is Format.JSON:
        say(dumped(report.to_dict()))
    else:
        tell(report.to_text() if format is Format.TEXT else report.to_markdown(), format)
    if report.survivors:
        raise typer.Exit(1)
