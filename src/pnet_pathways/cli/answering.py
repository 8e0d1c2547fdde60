"""The commands ``pnet recommend`` and ``pnet ask``: one case, answered at once or question by question."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..engine.recommend import recommend
from ..loading.folder import load_pathways
from ..model.review import check_approved
from .common import (
    ChosenReadings,
    DefinitionsFolder,
    Format,
    RequireApproved,
    ReviewsFolder,
    SourceFile,
    chosen_readings,
    dumped,
    errors_to_stderr,
    passages_from,
    read_case,
    read_text,
    refuse,
    say,
    with_passages,
)
from .replay import (
    RecordFile,
    RecordTime,
    check_record_options,
    write_record,
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("recommend")(recommend_command)
    app.command("ask")(ask_command)


def recommend_command(
    case: Annotated[str, typer.Argument(help="File with a case as JSON, or - for standard input.")],
    format: Annotated[Format, typer.Option(help="json is the contract for other tools.")] = Format.TEXT,
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
    """Print what the summary lists for a case."""
    if explain and format is not Format.TEXT:
        refuse("--explain is text; leave --format out")
    with errors_to_stderr():
        check_record_options(record, at)
        definitions = load_pathways(pathways, reviews=reviews)
        answer = recommend(
            read_case(case, definitions.vocabulary),
            definitions,
            readings=chosen_readings(reading),
            require_approved=require_approved,
        )
        found = passages_from(source, definitions)
        write_record(answer, record, at)
        if format is Format.JSON:
            say(dumped(with_passages(answer.to_dict(), found)))
        else:
            from ..engine.text import as_markdown, as_text

            if format is Format.TEXT:
                shown = as_text(answer, found, every=every, explained=explain)
            else:
                shown = as_markdown(answer, found, every=every)
            say(shown, nl=False)


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
            walk = Walk.from_json(read_text(str(resume)), definitions, other_version=other_version)
        else:
            walk = start(None if case is None else read_case(case, definitions.vocabulary), definitions)
        if require_approved:
            # Answers only ever narrow down what bears on the case, and none that is taken back goes behind the start.
            check_approved(definitions.reviews, definitions.entry.rests_on(walk.start_case.entry))
        Session(walk, save or resume, force=force).run()
