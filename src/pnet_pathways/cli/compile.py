"""The command ``pnet compile``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .common import DefinitionsFolder, errors_to_stderr, folder_to_edit, say_written

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compile")(compile_command)


def compile_command(pathways: DefinitionsFolder = None) -> None:
    """Write the compiled form of a folder of definitions into it: a start is faster as long as its files stay as they are."""
    from ..loading.folder import write_compiled

    with errors_to_stderr():
        say_written(write_compiled(folder_to_edit(pathways, "the compiled form", "--pathways")))
