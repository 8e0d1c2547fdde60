"""Records of answers at the command line: ``pnet recommend --record`` writes one, ``pnet replay`` answers it anew."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..loading.files import write_new
from ..loading.folder import load_pathways
from ..model.errors import AuditError
from ..model.json_text import dumped
from .common import STDOUT, DefinitionsFolder, ReviewsFolder, errors_to_stderr, tell

if TYPE_CHECKING:
    from ..engine.answer import Recommendation
    from ..governance.answer_records import Replay

RecordFile = Annotated[
    Path | None,
    typer.Option("--record", help="File for a record of the answer, which pnet replay reproduces; never overwritten."),
]
RecordTime = Annotated[
    str | None, typer.Option("--at", help="Time that the record carries, with its zone: 2026-11-23T10:00:00Z; left out: none.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replay")(replay_command)


def check_record_options(record: Path | None, at: str | None) -> None:
    """Raise `AuditError` for a time without a record, and for a record that would overwrite a file."""
    if record is None and at is not None:
        raise AuditError("--at is the time of a record; name its file with --record")
    if record == STDOUT:
        raise AuditError("standard output has the answer; name a file for the record")
    if record is not None and os.path.lexists(record):
        raise _there_already(record)


def write_record(answer: Recommendation, record: Path | None, at: str | None) -> None:
    """Write the record of an answer, where one is asked for. Raises `AuditError` for what is no time."""
    from ..governance.answer_records import audit_record

    if record is not None:
        try:
            write_new(record, dumped(audit_record(answer, at)) + "\n", private=True)
        except FileExistsError:  # another process was faster
            raise _there_already(record) from None


def _there_already(record: Path) -> AuditError:
    return AuditError(f"{record} is there already, and a record is never overwritten; name another file")


def replay_command(
    record: Annotated[Path, typer.Argument(help="A record that pnet recommend --record wrote.")],
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Answer a record's case anew: reproduced to the byte, or what changed.

    Exit codes: 0 reproduced, 1 the answer is another, 2 this is not a record, or it was changed.
    """
    from ..governance.answer_records import read_record, replay

    with errors_to_stderr():
        done = replay(read_record(record), load_pathways(pathways, reviews=reviews))
        tell(_text(done))
    if not done.reproduced:
        raise typer.Exit(1)


def _text(done: Replay) -> str:
    from ..model.text import wrap

    if done.reproduced:
        lines = ["The answer is reproduced to the byte."]
    elif done.same_options:
        lines = ["Options and gaps are the same; what else the answer carries is not:"]
    else:
        lines = ["The answer is another one now:"]
    lines += wrap("  library: ", done.library) if done.library else []
    for line in done.changed:
        lines += wrap("  ", line)
    lines += ["", *wrap("", str(done.record["answer"]["disclaimer"]))]
    return "\n".join(lines) + "\n"
