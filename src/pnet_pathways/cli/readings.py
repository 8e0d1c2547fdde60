"""``pnet readings``: how ambiguities are read, what speaks for and against it, and what reading them otherwise would change."""

from __future__ import annotations

from typing import Annotated

import typer

from ..loading.folder import load_pathways
from ..model.errors import listed, suggest
from ..model.json_text import dumped
from .common import DefinitionsFolder, ListFormat, errors_to_stderr, refuse, say, tell


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("readings")(readings_command)


def readings_command(
    reading: Annotated[
        str | None, typer.Argument(metavar="ID", help="One reading: its evidence, and what each alternative would change.")
    ] = None,
    format: Annotated[ListFormat, typer.Option(help="How to print.")] = ListFormat.TEXT,
    pathways: DefinitionsFolder = None,
) -> None:
    """List how ambiguities of the text are read, or show one reading and which scenarios its alternatives change."""
    from ..governance.difference.readings import reading_data, reading_text, readings_text

    with errors_to_stderr():
        definitions = load_pathways(pathways)
        known = definitions.readings
        if reading is not None and reading not in known:
            refuse(f"there is no reading '{reading}' ({suggest(reading, known) or listed(known)})")
        if reading is None:
            every = [reading_data(definitions, one, differences=False) for one in known.values()]
            shown = {"readings": every, "disclaimer": definitions.source.disclaimer}
            if format is ListFormat.JSON:
                say(dumped(shown))
            else:
                tell(readings_text(definitions))
        elif format is ListFormat.JSON:
            one = reading_data(definitions, known[reading], differences=True)
            say(dumped({**one, "disclaimer": definitions.source.disclaimer}))
        else:
            tell(reading_text(definitions, known[reading]))
