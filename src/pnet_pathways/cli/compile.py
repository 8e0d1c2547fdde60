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
    """Write the compiled form of a folder of definitions into it: a start is faster as long as its files stay as they are.

    With the extra `cohort`, that of the tables for cohorts too.
    """
    from ..loading.folder import write_compiled

    with errors_to_stderr():
        folder = folder_to_edit(pathways, "the compiled form", "--pathways")
        say_written(write_compiled(folder))
        try:
            from ..adapters.cohort.compiled_steps import write_compiled_steps
        except ImportError:  # without the extra, nobody here evaluates cohorts
            return
        say_written(write_compiled_steps(folder))
