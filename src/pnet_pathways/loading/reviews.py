"""The records of reviews as they lie in a folder, checked as one chain, and what they say of each pathway.

Each record holds the hash of its own content and of the record before it; ``head.json`` names the last. Where anything
does not fit, nothing counts as approved. Signatures are checked elsewhere (`review.verify`): reading stays light.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import attrs

from ..model.errors import (
    NotApprovedError,
    Problem,
    ReviewError,
    listed,
)
from ..model.hashing import digest, unique_keys

FORMAT: Final = "pnet_pathways review 1"
HEAD: Final = "head.json"
SNAPSHOTS: Final = "snapshots"
_NUMBERS: Final = ("number", "resolves")
_FILE = re.compile(r"[0-9]{4,}-.*\.json")


class ReviewStatus(StrEnum):
    """What the reviews say of a pathway: `damaged` where the records themselves cannot be trusted."""

    APPROVED = "approved"
    CHANGED = "changed"
    NEVER = "never_reviewed"
    DAMAGED = "damaged"


class Kind(StrEnum):
    """What a record is. A resolution closes a comment."""

    APPROVAL = "approval"
    COMMENT = "comment"
    RESOLUTION = "resolution"


@attrs.frozen(kw_only=True)
class Record:
    """One record of a review.

    `content` is the hash of what the review covers, `snapshot` that of the whole definitions, kept beside the records
    (approvals only). `on` is a comment's statement or state, `resolves` the number of the comment that is closed. `before`
    is the `link` of the record before, empty in the first; `key` and `signature` are empty where nobody signed with a key.
    """

    number: int
    kind: Kind
    pathway: str
    version: str
    content: str
    reviewer: str
    role: str
    date: str
    text: str = ""
    snapshot: str = ""
    on: str = ""
    resolves: int = 0
    before: str = ""
    key: str = ""
    hash: str = ""
    signature: str = ""

    @property
    def file(self) -> str:
        """The name of the record's file."""
        return f"{self.number:04}-{self.kind}-{self.pathway}.json"

    @property
    def by(self) -> str:
        """Who made it, as what and when."""
        return f"{self.reviewer} ({self.role}) on {self.date}"

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain data."""
        return {"format": FORMAT, **attrs.asdict(self), "kind": str(self.kind)}

    def to_json(self) -> str:
        """Return the text of the record's file."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"

    def own_hash(self) -> str:
        """Return the hash of the record's content, all but the hash itself and the signature over it."""
        return digest({key: value for key, value in self.to_dict().items() if key not in {"hash", "signature"}})

    @property
    def link(self) -> str:
        """The hash of the whole record with its signature, by which the next one names it."""
        return digest(self.to_dict())


@attrs.frozen
class Review:
    """What the reviews say of one pathway.

    `approvals` are those of this very content, `last` is the last approval of an earlier one, `open_comments` the comments
    that nobody has closed.
    """

    status: ReviewStatus
    approvals: tuple[Record, ...] = ()
    last: Record | None = None
    open_comments: tuple[Record, ...] = ()

    @property
    def approved(self) -> bool:
        """Whether somebody approved this very content."""
        return self.status is ReviewStatus.APPROVED

    @property
    def words(self) -> str:
        """The status in words."""
        if self.status is ReviewStatus.APPROVED:
            return f"approved by {' and by '.join(dict.fromkeys(one.by for one in self.approvals))}"
        if self.status is ReviewStatus.CHANGED and self.last is not None:
            return f"changed since the approval by {self.last.by}"
        return (
            "never reviewed" if self.status is ReviewStatus.NEVER else "not approved, since the records of reviews are damaged"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the status as an answer carries it."""
        return {
            "status": str(self.status),
            "approvals": [_approval(one) for one in self.approvals],
            "last_approval": None if self.last is None else _approval(self.last),
            "open_comments": len(self.open_comments),
        }


def _approval(one: Record) -> dict[str, str]:
    return {"reviewer": one.reviewer, "role": one.role, "date": one.date, "version": one.version}


NEVER_REVIEWED: Final = Review(ReviewStatus.NEVER)


@attrs.frozen
class Reviews:
    """The records of a folder in their order, and every problem with them."""

    folder: Path
    records: tuple[Record, ...] = ()
    problems: tuple[Problem, ...] = ()

    def of(self, hashes: Mapping[str, str]) -> dict[str, Review]:
        """Return what the records say of each pathway, given the hash of what a review of it covers."""
        return {name: self._of(name, content) for name, content in hashes.items()}

    def _of(self, name: str, content: str) -> Review:
        if self.problems:
            return Review(ReviewStatus.DAMAGED)
        comments = tuple(one for one in self.open_comments if one.pathway == name)
        given = [one for one in self.records if one.kind is Kind.APPROVAL and one.pathway == name]
        if approvals := tuple(one for one in given if one.content == content):
            return Review(ReviewStatus.APPROVED, approvals, None, comments)
        status = ReviewStatus.CHANGED if given else ReviewStatus.NEVER
        return Review(status, (), given[-1] if given else None, comments)

    @property
    def open_comments(self) -> tuple[Record, ...]:
        """The comments that no resolution closes."""
        closed = {one.resolves for one in self.records if one.kind is Kind.RESOLUTION}
        return tuple(one for one in self.records if one.kind is Kind.COMMENT and one.number not in closed)

    def whole(self) -> Reviews:
        """Return these reviews. Raises `ReviewError` with every problem where they are damaged."""
        if self.problems:
            raise ReviewError(self.problems)
        return self


def check_approved(reviews: Mapping[str, Review], names: Collection[str]) -> None:
    """Raise `NotApprovedError` naming each of some pathways that is not approved, its status and what to do."""
    found = [(name, reviews.get(name, NEVER_REVIEWED)) for name in names]
    problems = [Problem(name, review.words, _remedy(name, review)) for name, review in found if not review.approved]
    if problems:
        raise NotApprovedError(problems)


def _remedy(name: str, review: Review) -> str:
    if review.status is ReviewStatus.DAMAGED:
        return "pnet review verify says where"
    return f"have it reviewed; a reviewer approves it with: pnet review sign {name}"


def record_files(folder: Path) -> list[Path]:
    """Return the files of a folder that are named like records, in their order."""
    return sorted(path for path in folder.glob("*.json") if _FILE.fullmatch(path.name)) if folder.is_dir() else []


def head_text(last: Record) -> str:
    """Return the text of the file that names the last record."""
    return json.dumps({"number": last.number, "hash": last.link}, indent=2) + "\n"


def read_reviews(folder: Path) -> Reviews:
    """Read the records of a folder, none where there is no such folder; what does not fit is in `problems`."""
    records: list[Record] = []
    problems: list[Problem] = []
    for path in record_files(folder):
        try:
            records.append(_read(path))
        except OSError as error:
            problems.append(Problem(path.name, f"this record cannot be read: {error.strerror}"))
        except ValueError as error:  # also what json and the decoding of text raise
            problems.append(Problem(path.name, f"this is no record of a review: {error}"))
        except RecursionError:
            problems.append(Problem(path.name, "this is no record of a review: it is nested too deeply"))
    records.sort(key=lambda one: one.number)
    # With a record that cannot be read, what is missing would be told twice.
    problems.extend(_chain(folder, records) if not problems else ())
    return Reviews(folder, tuple(records), tuple(problems))


def _read(path: Path) -> Record:
    """Return a record. Raises `ValueError` where the file is none, or not as it was written."""
    text = path.read_text("utf-8")
    data = json.loads(text, object_pairs_hook=unique_keys)
    if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
        raise ValueError(f"it is not of the format '{FORMAT}'")
    wanted: dict[str, type] = {field.name: int if field.name in _NUMBERS else str for field in attrs.fields(Record)}
    if data.keys() != wanted.keys():
        raise ValueError(f"its keys are not these: {listed(['format', *wanted])}")
    for key, kind in wanted.items():
        if type(data[key]) is not kind:
            raise ValueError(f"'{key}' takes {'a whole number' if kind is int else 'text'}")
    if data["kind"] not in list(Kind):
        raise ValueError(f"'kind' is one of {listed(Kind)}")
    record = Record(**{**data, "kind": Kind(data["kind"])})
    if record.own_hash() != record.hash:
        raise ValueError("it was edited: its hash is not that of its content")
    if bool(record.key) != bool(record.signature):
        raise ValueError("it was edited: a key without a signature, or the other way round")
    if record.to_json() != text:
        raise ValueError("it was edited: it is not as it was written")
    if record.file != path.name:
        raise ValueError(f"it stands under another name; its own is {record.file}")
    return record


def _chain(folder: Path, records: list[Record]) -> Iterator[Problem]:
    """Yield where the records are not the chain that was written."""
    before: Record | None = None
    for record in records:
        expected = before.number + 1 if before else 1
        if record.number < expected:
            message = f"a second record has the number {record.number}"
            yield Problem(record.file, message, "records made apart: leave one out and make it anew after the other")
        elif record.number > expected:
            missing = range(expected, record.number)
            yield Problem(record.file, f"before it the records {listed(map(str, missing))} are missing")
        elif record.before != (before.link if before else ""):
            yield Problem(record.file, f"it was not made after record {expected - 1} as it stands: one was replaced or moved")
        before = record
    comments = {one.number for one in records if one.kind is Kind.COMMENT}
    for record in records:
        if record.kind is Kind.RESOLUTION and record.resolves not in comments:
            yield Problem(record.file, f"it closes record {record.resolves}, which is no comment")
    yield from _head(folder / HEAD, before)


def _head(path: Path, last: Record | None) -> Iterator[Problem]:
    if last is None and not path.exists():
        return
    try:
        named = path.read_text("utf-8")
    except (OSError, ValueError):
        yield Problem(HEAD, "the file that names the last record is missing or cannot be read")
        return
    if last is None or named != head_text(last):
        end = "there are no records" if last is None else f"the last record here is {last.file}"
        yield Problem(HEAD, f"it does not name the last record ({end}): one was removed, replaced or put in")
