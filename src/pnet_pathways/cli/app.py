"""The commands of ``pnet``, built as they are needed: to build one costs more than many take to run."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Final

import typer

from ..model.version import library_version

PARTS: Final = {
    "answering": ("recommend", "ask"),
    "showing": ("pathways", "facts", "workup", "schema"),
    "new": ("new",),
    "background": ("background",),
    "replay": ("replay",),
    "cohort": ("cohort",),
    "diff": ("diff",),
    "fhir": ("fhir",),
    "mutate": ("mutate",),
    "readings": ("readings",),
    "render": ("render",),
    "report": ("report",),
    "review": ("review",),
    "scenarios": ("scenarios", "coverage"),
    "serve": ("serve",),
    "source": ("source",),
    "verify": ("verify",),
}
"""The modules with commands, in the order of the help, and the words by which their commands are called."""


def build(words: Sequence[str] = ()) -> typer.Typer:
    """Return the command line: with the words of a command that one alone, else all commands."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Treatment options that a document lists for a case, each with its place there. "
        "It informs; it is not a guideline and no substitute for clinical judgment. "
        "Exit codes: 0 done, 1 a check found something, 2 wrong usage or unusable input.",
    )
    app.callback(invoke_without_command=True)(_main)
    for module in [name for name, own in PARTS.items() if words and words[0] in own] or PARTS:
        import_module(f".{module}", __package__).register(app)
    _keep_only(app, words)
    return app


def _keep_only(app: typer.Typer, words: Sequence[str]) -> None:
    """Leave only the command, or the group with its one command, that some words call; all where they call none."""
    word = words[0] if words else ""
    commands = [one for one in app.registered_commands if one.name == word]
    groups = [one for one in app.registered_groups if one.name == word]
    if commands or groups:
        app.registered_commands, app.registered_groups = commands, groups
    for group in groups:
        if group.typer_instance is not None:
            _keep_only(group.typer_instance, words[1:])


def _main(version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False) -> None:
    if version:
        typer.echo(f"pnet_pathways {library_version()}")
        raise typer.Exit
