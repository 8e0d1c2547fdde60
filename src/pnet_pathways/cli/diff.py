"""``pnet diff``: which answers change between two sets of definitions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..loading.folder import PROJECT_FOLDER
from ..model.errors import printable
from ..model.json_text import dumped
from ..views.diagrams.layout_engine import LayoutEngine
from .common import Format, check_output_folder, errors_to_stderr, say, tell


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("diff")(diff_command)


def diff_command(
    old: Annotated[str, typer.Argument(help="Folder of definitions, or a git revision.")],
    new: Annotated[str | None, typer.Argument(help="The same; the project's own definitions by default.")] = None,
    format: Annotated[Format, typer.Option(help="markdown is made for a pull request.")] = Format.TEXT,
    folder: Annotated[str, typer.Option(help="Where the definitions lie in a git revision.")] = PROJECT_FOLDER,
    diagram: Annotated[
        Path | None, typer.Option(help="Folder for a picture of each pathway that differs, old and new side by side.")
    ] = None,
    engine: Annotated[
        LayoutEngine, typer.Option(help="What draws them: bundled, or the dot on the PATH.")
    ] = LayoutEngine.BUNDLED,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 for a minor or major step.")] = False,
) -> None:
    """Print which scenarios get another answer, over the whole space, in few words, and what else changed."""
    from ..governance.difference import text as diff_report
    from ..governance.difference.answers import compare
    from ..governance.difference.shared import Bump
    from ..loading.folder import default_folder, load_pathways
    from ..loading.revisions import load_from

    with errors_to_stderr():
        if diagram is not None:
            check_output_folder(diagram)
        # A draft whose encodings still differ can be compared too: what answers is its statements.
        before = load_from(old, folder=folder, check_agreement=False)
        if new is None:
            after = load_pathways(default_folder(), check_agreement=False)
        else:
            after = load_from(new, folder=folder, check_agreement=False)
        difference = compare(before, after)
        if format is Format.JSON:
            say(dumped(diff_report.as_data(difference)))
        else:
            shown = diff_report.as_text if format is Format.TEXT else diff_report.as_markdown
            tell(shown(difference), format)
        if diagram is not None:
            from ..governance.difference.picture import side_by_side, write

            # The report goes to standard output, whatever its format: the names of the files go beside it.
            paths = write(side_by_side(difference, engine), diagram)
            names = [printable(str(path)) for path in paths]
            say("\n".join(names) or "no diagram: nothing that a pathway's diagrams show has changed", err=True)
    if exit_code and difference.bump in {Bump.MINOR, Bump.MAJOR}:
        raise typer.Exit(1)
