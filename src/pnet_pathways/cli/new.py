"""The command ``pnet new``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import errors_to_stderr, say_written


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("new")(new_command)


def new_command(folder: Annotated[Path, typer.Argument(help="Folder to write to; it must be new or empty.")]) -> None:
    """Write a small working document to start your own from; its comments explain each part."""
    from ..loading.new_document import write_new_document

    with errors_to_stderr():
        for path in write_new_document(folder):
            say_written(path)
