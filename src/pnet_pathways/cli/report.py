"""The command ``pnet report``: the page on which clinicians review the pathways."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..loading.folder import load_pathways
from ..model.review import check_approved
from ..views.diagrams.layout_engine import LayoutEngine
from .common import (
    DefinitionsFolder,
    RequireApproved,
    ReviewsFolder,
    SourceFile,
    check_output,
    errors_to_stderr,
    passages_from,
    progress_bar,
    say_written,
    writing_output,
)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("report")(report_command)


def report_command(
    output: Annotated[Path, typer.Option(help="The file to write; - is standard output.")] = Path("report.html"),
    proof: Annotated[bool, typer.Option("--verify/--no-verify", help="Verify the definitions and show what was found.")] = True,
    source: SourceFile = None,
    engine: Annotated[
        LayoutEngine, typer.Option(help="bundled needs no set-up; system is the dot on the PATH.")
    ] = LayoutEngine.BUNDLED,
    require_approved: RequireApproved = False,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Write one HTML page to review every pathway on and to follow a case through it; it needs no network."""
    from ..views.report import report_html

    with errors_to_stderr():
        check_output(output)  # before verification, which takes its time
        definitions = load_pathways(pathways, reviews=reviews)
        if require_approved:
            # The page shows and answers from every pathway.
            check_approved(definitions.reviews, definitions.pathways)
        passages = passages_from(source, definitions)
        verification = None
        if proof:
            from ..proof.verify.verification import verify

            with progress_bar() as progress:
                verification = verify(definitions, progress=progress)
        page = report_html(definitions, verification=verification, passages=passages, engine=engine)
        with writing_output(output) as file:
            file.write(page.encode())
        say_written(output)
