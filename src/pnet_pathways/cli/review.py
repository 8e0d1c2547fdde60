"""The commands ``pnet review``: sign, withdraw, import, compare, comment, resolve, status, verify."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import attrs
import typer

from ..loading.folder import default_folder, reviews_folder
from ..model.errors import Problem, ReviewError
from ..model.json_text import dumped
from ..model.review import RecordKind
from .common import (
    DefinitionsFolder,
    Format,
    ListFormat,
    ReviewsFolder,
    at_terminal,
    errors_to_stderr,
    folder_to_edit,
    say,
    say_written,
    tell,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..governance.review.author import Author
    from ..governance.review.desk import ReviewDesk
    from ..governance.review.signing import Signer
    from ..model.review import Record

ReviewerName = Annotated[str, typer.Option("--reviewer", help="Who reviews: the name that the record carries.")]
RoleName = Annotated[str, typer.Option("--role", help="As what: profession, or place in the team.")]
RecordDate = Annotated[str | None, typer.Option("--date", help="Date of the review, as in 2026-11-23; by default today's.")]
KeyFile = Annotated[Path | None, typer.Option("--key", help="SSH private key (ed25519) that signs the record.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    review = typer.Typer(
        no_args_is_help=True, help="Who decided what on which pathway, what changed since, and what is still open."
    )
    for name, command in (
        ("sign", sign_command),
        ("withdraw", withdraw_command),
        ("import", import_command),
        ("compare", compare_command),
        ("status", status_command),
        ("comment", comment_command),
        ("resolve", resolve_command),
        ("verify", verify_command),
    ):
        review.command(name)(command)
    app.add_typer(review, name="review")


def sign_command(
    pathway: Annotated[str, typer.Argument(help="The pathway that is approved, or all.")],
    reviewer: ReviewerName,
    role: RoleName,
    comment: Annotated[str, typer.Option(help="What the reviewer has to say about it.")] = "",
    date: RecordDate = None,
    key: KeyFile = None,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Approve a pathway as it stands, and write the record."""
    from ..governance.review.desk import ReviewDesk

    with errors_to_stderr():
        desk = ReviewDesk.of(_records_folder(pathways, reviews), reviews)
        _tell(desk, desk.sign(pathway, _author(reviewer, role, date, key), comment))


def withdraw_command(
    pathway: Annotated[str, typer.Argument(help="The pathway whose approval is withdrawn, or all.")],
    reviewer: ReviewerName,
    role: RoleName,
    text: Annotated[str, typer.Option("--text", help="The reason.")],
    date: RecordDate = None,
    key: KeyFile = None,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Take back your approvals of a pathway, with or without changes, and write the record."""
    from ..governance.review.desk import ReviewDesk

    with errors_to_stderr():
        desk = ReviewDesk.of(_records_folder(pathways, reviews), reviews)
        _tell(desk, desk.withdraw(pathway, _author(reviewer, role, date, key), text))


def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The review that was exported from the report page.")],
    key: KeyFile = None,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Record a review: its decisions, and a comment for all that it does not just agree with.

    Refused as a whole where anything is wrong with it: it is of other definitions, not whole, or was changed.
    """
    from ..governance.review.desk import ReviewDesk

    with errors_to_stderr():
        desk = ReviewDesk.of(_records_folder(pathways, reviews), reviews)
        _tell(desk, desk.import_form(file, _latest_day(), signer_of(key)))


def compare_command(
    first: Annotated[Path, typer.Argument(metavar="A", help="A review that was exported from the report page.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another one, of the same definitions.")],
    format: Annotated[Format, typer.Option(help="How to print.")] = Format.TEXT,
) -> None:
    """Print where two reviews differ, with both comments, and what only one of them reviewed.

    Exit codes: 0 they say the same, 1 they differ, 2 one cannot be read, or they are reviews of different definitions.
    """
    from ..governance.review import compare
    from ..governance.review.form import read_forms

    with errors_to_stderr():
        found = compare.compare_forms(*read_forms((first, second), _latest_day()))
        if format is Format.JSON:
            say(dumped(compare.comparison_data(found)))
        else:
            shown = compare.comparison_text if format is Format.TEXT else compare.comparison_markdown
            tell(shown(found), format)
    if not found.same:
        raise typer.Exit(1)


def comment_command(
    pathway: Annotated[str, typer.Argument(help="The pathway that the comment is on.")],
    on: Annotated[
        str,
        typer.Option("--on", help="A statement, such as GAS-2, a state, such as primary.removable, or a reading, such as R-6."),
    ],
    text: Annotated[str, typer.Option("--text", help="The comment.")],
    reviewer: ReviewerName,
    role: RoleName,
    date: RecordDate = None,
    key: KeyFile = None,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Comment on a statement, a state or a reading; the comment stays open until somebody resolves it."""
    from ..governance.review.desk import ReviewDesk

    with errors_to_stderr():
        desk = ReviewDesk.of(_records_folder(pathways, reviews), reviews)
        _tell(desk, [desk.comment(pathway, on, _author(reviewer, role, date, key), text)])


def resolve_command(
    comment: Annotated[str, typer.Argument(metavar="ID", help="The comment's id, such as C-3.")],
    reviewer: ReviewerName,
    role: RoleName,
    text: Annotated[str, typer.Option("--text", help="How it was resolved.")] = "",
    date: RecordDate = None,
    key: KeyFile = None,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Close a comment."""
    from ..governance.review.desk import ReviewDesk

    with errors_to_stderr():
        desk = ReviewDesk.of(_records_folder(pathways, reviews), reviews)
        record = desk.resolve(comment, _author(reviewer, role, date, key), text)
        say_written(desk.path(record), f"{comment} closed by {record.by}")


def status_command(
    format: Annotated[Format, typer.Option(help="markdown is made for a pull request.")] = Format.TEXT,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", "--require-approved", help="Exit with 1 where a pathway is not approved.")
    ] = False,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Print for each pathway who decided what on it, or what changed since, or that nobody has; and the open comments."""
    from ..governance.review import text as review_report
    from ..governance.review.desk import ReviewDesk

    with errors_to_stderr():
        # A draft whose encodings still differ has a status too: what answers is its statements.
        _check_there(reviews)
        desk = ReviewDesk.of(pathways or default_folder(), reviews, check_agreement=False)
        found = desk.status()
        if format is Format.JSON:
            say(dumped(review_report.status_data(desk, found)))
        else:
            shown = review_report.status_text if format is Format.TEXT else review_report.status_markdown
            tell(shown(desk, found), format)
    if exit_code and not all(one.passes for one in found):
        raise typer.Exit(1)


def verify_command(
    allowed_signers: Annotated[
        Path | None,
        typer.Option("--allowed-signers", help="File of allowed keys, as OpenSSH has it; then each record must be signed."),
    ] = None,
    format: Annotated[ListFormat, typer.Option(help="How to print.")] = ListFormat.TEXT,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Check that records, snapshots and signatures are as they were written.

    Exit codes: 0 they are, 1 something is not, or with --allowed-signers a record is not signed by an allowed key, 2 the folder
    that is named is not there.
    """
    from ..governance.review.checks import ACCEPTED, Signed, folder_problems, signatures
    from ..governance.review.text import checks_data, checks_text
    from ..loading.reviews import read_reviews

    with errors_to_stderr():
        _check_there(reviews)
        found = read_reviews(reviews or reviews_folder(pathways or default_folder()))
        problems = folder_problems(found)
        taken = ACCEPTED if allowed_signers is None else {Signed.GOOD}
        if allowed_signers is None:
            verdicts = signatures(found)
        else:
            from ..governance.review.signing import read_allowed_signers

            verdicts = signatures(found, read_allowed_signers(allowed_signers))
        if format is ListFormat.JSON:
            say(dumped(checks_data(found, problems, verdicts)))
        else:
            tell(checks_text(found, problems, verdicts, taken))
    if problems or any(one.signed not in taken for one in verdicts):
        raise typer.Exit(1)


def _check_there(reviews: Path | None) -> None:
    """Raise `ReviewError` where a folder is named, and is not there: to read it would find that nobody reviewed anything."""
    if reviews is not None and not reviews.is_dir():
        raise ReviewError([Problem(str(reviews), "there is no such folder of reviews", "give the folder of the records")])


def _records_folder(pathways: Path | None, reviews: Path | None) -> Path:
    """Return the folder of definitions whose records are written; exit code 2 where they would not last."""
    if reviews is not None:
        return pathways or default_folder()
    give = "--reviews FOLDER (for the records), or --pathways FOLDER (a checkout's, with reviews in it)"
    return folder_to_edit(pathways, "the record of a review", give)


def _author(reviewer: str, role: str, date: str | None, key: Path | None) -> Author:
    """Return who makes a record."""
    from ..governance.review.author import Author, date_problems

    author = Author(reviewer, role, _now().date().isoformat() if date is None else date)
    if problems := list(date_problems("date", author.date, _latest_day())):
        raise ReviewError(problems)
    return attrs.evolve(author, signer=signer_of(key))


def signer_of(key: Path | None) -> Signer | None:
    """Return who signs, if a key is given; its passphrase is asked at the terminal where it has one."""
    if key is None:
        return None
    from ..governance.review.signing import read_signer

    return read_signer(key, lambda: _passphrase(key))


def _tell(desk: ReviewDesk, records: Iterable[Record]) -> None:
    """Print what was recorded, each with its file."""
    from ..governance.review.desk import comment_id

    for record in records:
        if record.kind is RecordKind.COMMENT:
            own = comment_id(record)
            said = f"comment {own} on {record.on}; close it with: pnet review resolve {own}"
        else:
            said = f"{record.pathway} {record.version} {record.done} by {record.by}"
        say_written(desk.path(record), said)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).astimezone()


def _latest_day() -> datetime.date:
    """Return what is today where the day comes first: a review may be dated in a time zone ahead of this one."""
    return _now().astimezone(datetime.timezone(datetime.timedelta(hours=14))).date()


def _passphrase(key: Path) -> str:
    """Ask for a key's passphrase; where there is no terminal, standard input gives it. Raises `ReviewError` for none."""
    if at_terminal():
        return str(typer.prompt("Passphrase of the key", hide_input=True, err=True))
    if given := sys.stdin.readline().rstrip("\r\n"):
        return given
    hint = "sign at a terminal, which asks for it, or give it on standard input"
    raise ReviewError([Problem(str(key), "this key has a passphrase, and none was given", hint)])
