"""The command ``pnet background``: what the summary says besides options."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import typer

from ..loading.folder import load_pathways
from ..model.errors import listed, suggest
from ..model.json_text import dumped
from ..model.pathway import Definitions
from .common import DefinitionsFolder, ListFormat, errors_to_stderr, refuse, say, tell


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("background")(background_command)


def background_command(
    topic: Annotated[str | None, typer.Argument(help="One topic; left out: all.")] = None,
    about: Annotated[str | None, typer.Option(help="Only what is about a treatment or a type, by its id.")] = None,
    format: Annotated[ListFormat, typer.Option(help="How to print.")] = ListFormat.TEXT,
    pathways: DefinitionsFolder = None,
) -> None:
    """Print what the source says besides options, by topic: conditions of procedures, examples, what types are like."""
    from ..engine.background import background_data, background_text, entries_of

    with errors_to_stderr():
        definitions = load_pathways(pathways)
        if topic is not None:
            _require("topic", topic, definitions.background.topics)
        if about is not None:
            _require("treatment or type", about, (*definitions.treatments, *definitions.entry.types))
        found = list(entries_of(definitions, topic, about))
        if format is ListFormat.JSON:
            say(dumped(background_data(definitions, found)))
            return
        if not found:
            say(_nothing(definitions, about))
        tell(background_text(definitions, found))


def _nothing(definitions: Definitions, about: str | None) -> str:
    if about is None or not definitions.background.topics:
        return "The definitions hold no background."
    return f"Nothing there is about '{about}'."


def _require(what: str, given: str, known: Collection[str]) -> None:
    """Exit with code 2, and a suggestion, where a name is not known."""
    if given not in known:
        hint = suggest(given, known) or (listed(known) if known else "there is none at all")
        refuse(f"there is no {what} '{given}' ({hint})")
