"""The commands of ``pnet source``: ``check``, ``drift``, ``pin`` and ``locate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..loading.folder import load_pathways
from ..model.json_text import dumped
from ..model.text import counted
from .common import DefinitionsFolder, Format, ListFormat, errors_to_stderr, folder_to_edit, say, tell

CopyFile = Annotated[
    Path,
    typer.Argument(help="Copy of the summary: text, a saved page (HTML or MHTML), a mail or Markdown."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    source = typer.Typer(no_args_is_help=True, help="The summary's own text against the definitions.")
    source.command("check")(check_command)
    source.command("drift")(drift_command)
    source.command("pin")(pin_command)
    source.command("locate")(locate_command)
    app.add_typer(source, name="source")


def check_command(
    file: CopyFile,
    format: Annotated[ListFormat, typer.Option(help="How to print.")] = ListFormat.TEXT,
    pathways: DefinitionsFolder = None,
) -> None:
    """Check that every locator resolves in a copy of the summary, and that every sentence there is claimed.

    Exit codes: 0 both whole, 1 something is not, 2 the file is not the summary.
    """
    from ..governance.source.comparison import compare
    from ..governance.source.reading import read_copy
    from ..governance.source.text import check_data
    from .tables import print_source_check

    with errors_to_stderr():
        definitions = load_pathways(pathways)
        comparison = compare(definitions, read_copy(file))
        if format is ListFormat.JSON:
            say(dumped(check_data(definitions, comparison)))
        else:
            print_source_check(definitions, comparison)
    raise typer.Exit(0 if comparison.complete else 1)


def drift_command(
    file: CopyFile,
    old: Annotated[
        Path | None, typer.Option("--old", help="The copy that the definitions are made from: shows changes word by word.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print.")] = Format.TEXT,
    update_locators: Annotated[
        bool, typer.Option("--update-locators", help="Re-anchor the passages that only moved, in the YAML files.")
    ] = False,
    accept_order: Annotated[
        bool, typer.Option("--accept-order", help="With --update-locators: re-anchor what stands in another order too.")
    ] = False,
    pathways: DefinitionsFolder = None,
) -> None:
    """Say what a newer copy of the summary changes: moved, reordered, changed, vanished and new passages, and what they touch.

    Exit codes: 0 nothing but moves, 1 the content has changed, 2 the file is not the whole summary.
    """
    from ..governance.source.drift import drift
    from ..governance.source.reading import read_copy
    from ..governance.source.relocate import update_locators as rewrite
    from ..governance.source.text import drift_markdown, drift_text

    with errors_to_stderr():
        edited = folder_to_edit(pathways, "locators", "--pathways FOLDER (a checkout's)") if update_locators else None
        definitions = load_pathways(pathways)
        report = drift(definitions, read_copy(file), read_copy(old) if old is not None else None)
        if format is Format.JSON:
            say(dumped(report.to_dict() | {"disclaimer": definitions.source.disclaimer}))
        else:
            shown = drift_text if format is Format.TEXT else drift_markdown
            tell(shown(definitions, report), format)
        if edited is not None:
            counts = rewrite(edited, report.anchorable(accept_order=accept_order))
            for name, count in counts.items():
                say(f"{name}: {counted(count, 'locator')} re-anchored", err=True)
            more = "`pnet source check` tells whether links still lead to their passages"
            say(more if counts else "no locator needed re-anchoring", err=True)
    raise typer.Exit(1 if report.content_changed else 0)


def pin_command(file: CopyFile, pathways: DefinitionsFolder = None) -> None:
    """Pin what no passage claims outside of the parts: short hashes of its sentences, into not_statements.yaml.

    Do so once somebody has read what `pnet source drift` says of it. Exit codes: 0 done, 2 the definitions do not fit.
    """
    from ..governance.source.pinning import pin
    from ..governance.source.reading import read_copy

    with errors_to_stderr():
        edited = folder_to_edit(pathways, "hashes", "--pathways FOLDER (a checkout's)")
        count = pin(edited, read_copy(file))
        say(f"not_statements.yaml: {counted(count, 'sentence')} pinned", err=True)


def locate_command(
    file: CopyFile,
    words: Annotated[str, typer.Argument(help="The passage, or its first and last words with ... between.")],
    pathways: DefinitionsFolder = None,
) -> None:
    """Print the locator of a passage, to be pasted: section, first and last words, span and SHA-256.

    Where the words stand several times, each place gets a line. Exit codes: 0 done, 2 they stand nowhere in a section.
    """
    from ..governance.source.locate import locate
    from ..governance.source.reading import read_copy
    from ..loading.folder import default_folder

    with errors_to_stderr():
        lines = locate(pathways or default_folder(), read_copy(file), words)
        say("\n".join(lines))
        if len(lines) > 1:
            say(f"pnet: the words stand in {len(lines)} places; keep the line of the one that you mean", err=True)
