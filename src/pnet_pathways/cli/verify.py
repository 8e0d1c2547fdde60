"""The command ``pnet verify``."""

from __future__ import annotations

import gc
import os
from enum import StrEnum
from typing import Annotated

import typer

from ..model.json_text import dumped
from .common import DefinitionsFolder, PositionalFolder, errors_to_stderr, one_folder, progress_bar, say


class ReportFormat(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    MARKDOWN = "markdown"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""

    @app.command("verify")
    def verify_command(
        path: PositionalFolder = None,
        format: Annotated[ReportFormat, typer.Option(help="junit is for CI dashboards.")] = ReportFormat.TEXT,
        pathways: DefinitionsFolder = None,
        workers: Annotated[int, typer.Option(min=1, help="Processes that share the work.")] = os.cpu_count() or 1,
    ) -> None:
        """Prove that definitions are complete, consistent and answered exactly. Exit code 1 when a claim fails."""
        from ..proof.verify import text as verify_output
        from ..proof.verify.verification import verify
        from .tables import print_verification

        with errors_to_stderr():
            with progress_bar() as progress:
                report = verify(one_folder(path, pathways), progress=progress, workers=workers)
            # The process is about to end: what is left goes with it, and need not be searched for circles.
            gc.freeze()
            if format is ReportFormat.TEXT:
                print_verification(report)
            elif format is ReportFormat.JSON:
                say(dumped(report.to_dict()))
            elif format is ReportFormat.JUNIT:
                say(verify_output.as_junit(report), nl=False)
            else:
                say(verify_output.as_markdown(report), nl=False)
            if not report.passed:
                raise typer.Exit(1)
