"""The commands ``pnet recommend`` and ``pnet ask``: one case, answered at once or question by question."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..engine.recommend import recommend
from ..engine.text import as_markdown, as_text
from ..loading.folder import load_pathways
from ..model.case import Case
from ..model.errors import CaseError, NotApprovedError, Problem, printable
from ..model.json_text import dumped
from ..model.review import check_approved
from ..model.text import counted, escape
from .common import (
    ChosenReadings,
    DefinitionsFolder,
    RequireApproved,
    ReviewsFolder,
    SourceFile,
    chosen_readings,
    errors_to_stderr,
    naming,
    passages_from,
    read_case,
    read_text,
    refuse,
    said_of,
    say,
    tell,
    with_passages,
)
from .quick import LINES
from .replay import (
    RecordFile,
    RecordTime,
    check_record_options,
    write_record,
)
from .streams import reader_left

if TYPE_CHECKING:
    from ..engine.answer import Recommendation
    from ..model.text import Passages
    from ..model.vocabulary import Vocabulary


class AnswerFormat(StrEnum):
    """How answers are printed."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("recommend")(recommend_command)
    app.command("ask")(ask_command)


def recommend_command(
    cases: Annotated[
        list[str],
        typer.Argument(
            help="Files with a case (or a saved answer) as JSON, .jsonl and .ndjson with one in each line; - is standard input."
        ),
    ],
    format: Annotated[
        AnswerFormat,
        typer.Option(help="json is the contract for other tools, jsonl one such answer a line; then - has a case a line."),
    ] = AnswerFormat.TEXT,
    explain: Annotated[bool, typer.Option(help="Say also which statement applies because of which facts.")] = False,
    every: Annotated[bool, typer.Option("--all", help="List everything, what is folded too.")] = False,
    reading: ChosenReadings = None,
    source: SourceFile = None,
    record: RecordFile = None,
    at: RecordTime = None,
    require_approved: RequireApproved = False,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Print what the summary lists for each case.

    Of several cases each that can be answered is. A case that cannot be used is named with its file and line, and the exit
    code is 2 then.
    """
    if explain and format is not AnswerFormat.TEXT:
        refuse("--explain is text; leave --format out")
    lined = [one for one in cases if one.lower().endswith(LINES) or (one == "-" and format is AnswerFormat.JSONL)]
    several = len(cases) > 1 or bool(lined)
    _check_several(cases, format, record, several=several)
    count = refused = 0
    with errors_to_stderr():
        check_record_options(record, at)
        definitions = load_pathways(pathways, reviews=reviews)
        found = passages_from(source, definitions)
        chosen = chosen_readings(reading)
        for where, case in _read(cases, lined, definitions.vocabulary):
            if reader_left():
                break
            count += 1
            try:
                if not isinstance(case, Case):
                    raise case
                answer = recommend(case, definitions, readings=chosen, require_approved=require_approved)
            except (CaseError, NotApprovedError, OSError) as error:
                refused += 1
                named = f"{printable(where)}: {error}" if several and isinstance(error, NotApprovedError) else error
                say(f"pnet: {printable(said_of(error)) if isinstance(error, OSError) else named}", err=True)
                continue
            write_record(answer, record, at)
            if several and format in (AnswerFormat.TEXT, AnswerFormat.MARKDOWN):
                _head(where, format, first=count - refused == 1)
            _show(answer, found, format, every=every, explained=explain)
    if refused:
        if several:
            say(f"pnet: no answer to {refused:,} of {counted(count, 'case')}", err=True)
        raise typer.Exit(2)


def _check_several(cases: list[str], format: AnswerFormat, record: Path | None, *, several: bool) -> None:
    """End with exit code 2 where what is asked for cannot be had of several cases."""
    if several and format is AnswerFormat.JSON:
        refuse("--format json is one answer; --format jsonl prints one in each line")
    if several and record is not None:
        refuse("a record holds one answer; give one case, in a file of its own")
    if cases.count("-") > 1:
        refuse("standard input can be read once; name - once")


def _read(
    cases: Iterable[str], lined: Collection[str], vocabulary: Vocabulary
) -> Iterator[tuple[str, Case | CaseError | OSError]]:
    """Yield where each case stands, with the case or why it cannot be used. `lined` are the files with one in each line."""
    for path in cases:
        name = "standard input" if path == "-" else path
        try:
            if path in lined:
                with nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb") as file:
                    yield from _of_lines(name, file, vocabulary)
            else:
                yield name, read_case(path, vocabulary)
        except (CaseError, OSError) as error:
            yield name, error


def _of_lines(name: str, file: Iterable[bytes], vocabulary: Vocabulary) -> Iterator[tuple[str, Case | CaseError]]:
    empty = True
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        empty = False
        where = f"{name}:{number}"
        try:
            yield where, Case.from_saved(line.rstrip().decode(), vocabulary)
        except UnicodeDecodeError as error:
            yield where, CaseError([Problem(where, f"this is not UTF-8 text (byte {error.start})")])
        except CaseError as error:
            yield where, error.at(where)
    if empty:
        yield name, CaseError([Problem(name, "holds no case")])


def _head(where: str, format: AnswerFormat, *, first: bool) -> None:
    """Print the name under which an answer stands among others."""
    if not first:
        say("")
    name = printable(where)
    if format is AnswerFormat.TEXT:
        tell(f"==> {name} <==", nl=True)
    else:
        say(f"**{escape(name)}**\n")


def _show(answer: Recommendation, found: Passages, format: AnswerFormat, *, every: bool, explained: bool) -> None:
    if format is AnswerFormat.JSON:
        say(dumped(with_passages(answer.to_dict(), found)))
    elif format is AnswerFormat.JSONL:
        say(json.dumps(with_passages(answer.to_dict(), found)) if found else answer.to_json())
    elif format is AnswerFormat.TEXT:
        tell(as_text(answer, found, every=every, explained=explained))
    else:
        say(as_markdown(answer, found, every=every), nl=False)


def ask_command(
    case: Annotated[str | None, typer.Argument(help="File with what is known already, as JSON.")] = None,
    save: Annotated[Path | None, typer.Option(help="File that keeps the walk after each answer.")] = None,
    resume: Annotated[Path | None, typer.Option(help="Saved walk to go on with.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Save over a file that is not a saved walk.")] = False,
    other_version: Annotated[bool, typer.Option(help="Resume a walk made with other definitions.")] = False,
    require_approved: RequireApproved = False,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Ask question by question until nothing can change the answer. `help` there lists what can be typed."""
    from ..engine.walk import Walk, start
    from .asking import Session

    if case is not None and resume is not None:
        refuse("a saved walk holds its case; give either CASE or --resume")
    with errors_to_stderr():
        definitions = load_pathways(pathways, reviews=reviews)
        if resume is not None:
            text = read_text(str(resume))
            with naming(str(resume)):
                walk = Walk.from_json(text, definitions, other_version=other_version)
        else:
            walk = start(None if case is None else read_case(case, definitions.vocabulary), definitions)
        if require_approved:
            # Answers only ever narrow down what bears on the case, and none that is taken back goes behind the start.
            check_approved(definitions.reviews, definitions.entry.rests_on(walk.start_case.entry))
        Session(walk, save or resume, force=force).run()
