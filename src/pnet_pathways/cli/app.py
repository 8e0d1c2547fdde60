"""The commands of ``pnet``, built as they are needed: to build one costs more than many take to run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from textwrap import wrap
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from ..loading.compiled import version_text
from ..model.errors import printable
from .common import refuse
from .streams import is_narrow, terminal_columns

PARTS: Final = {
    "answering": ("recommend", "ask"),
    "showing": ("pathways", "facts", "workup", "schema"),
    "new": ("new",),
    "compile": ("compile",),
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


class _Commands(TyperGroup):
    """A group whose messages about wrong usage show what was typed, and do not have a terminal obey it."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if is_narrow():
            _narrowed(self)

    def make_context(self, info_name: str | None, args: list[str], *others: Any, **more: Any) -> Any:
        """Read the words before a command. An empty word would name the current folder, which nobody means by it."""
        given = [] if more.get("resilient_parsing") else args[: args.index("--") + 1 if "--" in args else len(args)]
        for word in given:
            if word.startswith("--") and word.endswith("="):
                refuse(f"{word.strip('=')} has no value; is a variable unset?")
        if "" in given:
            place = given.index("")
            refuse(f"empty argument{f' after {given[place - 1]}' if place else ''}; is a variable unset?")
        with _harmless():
            return super().make_context(info_name, args, *others, **more)

    def invoke(self, ctx: Any) -> Any:
        """Read the words of a command, and run it."""
        with _harmless():
            return super().invoke(ctx)


class _NarrowLists:
    """What makes a formatter of help leave most of a narrow terminal to the second column of its lists."""

    width: int
    current_indent: int

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list; a long first word, such as the values of an option, is folded."""
        space = self.width - self.current_indent - 2
        folded = [("\n    ".join(wrap(first.replace("|", "| "), space)).replace("| ", "|"), text) for first, text in rows]
        super().write_dl(folded, min(col_max, 12), col_spacing)  # type: ignore[misc]


def _narrowed(command: Any) -> None:
    """Have a command, and all below it, print its help for a narrow terminal."""
    base = command.context_class
    formatter = type("Formatter", (_NarrowLists, base.formatter_class), {})
    command.context_class = type("Context", (base,), {"formatter_class": formatter})
    for one in getattr(command, "commands", {}).values():
        _narrowed(one)


@contextmanager
def _harmless() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if isinstance(said := getattr(error, "message", None), str):
            error.message = printable(said.replace("Value error, ", "", 1), most=400)  # type: ignore[attr-defined]
        raise


def build(words: Sequence[str] = ()) -> typer.Typer:
    """Return the command line: with the words of a command that one alone, else all commands."""
    narrow = is_narrow()
    app = typer.Typer(
        cls=_Commands,
        no_args_is_help=True,
        rich_markup_mode=None if narrow else "rich",
        add_completion=not words or words[0].startswith("-"),
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "terminal_width": terminal_columns() if narrow else None},
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


def _no_color(given: bool) -> bool:
    """Have `rich` print without colors from here on, messages about wrong usage too."""
    if given:
        os.environ["NO_COLOR"] = "1"
    return given


def _main(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
    no_color: Annotated[  # noqa: ARG001 - its callback has read it
        bool,
        typer.Option("--no-color", help="Print without colors, as with NO_COLOR set.", is_eager=True, callback=_no_color),
    ] = False,
) -> None:
    if version:
        typer.echo(version_text())
        raise typer.Exit
