"""The records of reviews as they lie in a folder, checked as one chain, and what they say of each pathway.

Each record holds the hash of its own content and of the record before it; ``head.json`` names the last. Where anything
does not fit, nothing counts as approved. Signatures are checked in `governance.review`: reading stays light.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs

from ..model.errors import (
    Problem,
    ReviewError,
    listed,
)
from ..model.json_text import read_json
from ..model.review import FORMAT, Record, RecordKind, Review, ReviewStatus

HEAD: Final = "head.json"
SNAPSHOTS: Final = "snapshots"
_NUMBERS: Final = ("number", "resolves")
_FILE = re.compile(r"[0-9]{4,}-.*\.json")


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
        given = [one for one in self.records if one.kind is RecordKind.APPROVAL and one.pathway == name]
        if approvals := tuple(one for one in given if one.content == content):
            return Review(ReviewStatus.APPROVED, approvals, None, comments)
        status = ReviewStatus.CHANGED if given else ReviewStatus.NEVER
        return Review(status, (), given[-1] if given else None, comments)

    @property
    def open_comments(self) -> tuple[Record, ...]:
        """The comments that no resolution closes."""
        closed = {one.resolves for one in self.records if one.kind is RecordKind.RESOLUTION}
        return tuple(one for one in self.records if one.kind is RecordKind.COMMENT and one.number not in closed)

    def whole(self) -> Reviews:
        """Return these reviews. Raises `ReviewError` with every problem where they are damaged."""
        if self.problems:
            raise ReviewError(self.problems)
        return self


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
        except ValueError as error:  # also what the reading of JSON and the decoding of text raise
            problems.append(Problem(path.name, f"this is not a record of a review: {error}"))
    records.sort(key=lambda one: one.number)
    # With a record that cannot be read, what is missing would be told twice.
    problems.extend(_chain(folder, records) if not problems else ())
    return Reviews(folder, tuple(records), tuple(problems))


def _read(path: Path) -> Record:
    """Return a record. Raises `ValueError` where the file is none, or not as it was written."""
    text = path.read_text("utf-8")
    data = read_json(text)
    if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
        raise ValueError(f"it is not of the format '{FORMAT}'")
    wanted: dict[str, type] = {field.name: int if field.name in _NUMBERS else str for field in attrs.fields(Record)}
    if data.keys() != wanted.keys():
        raise ValueError(f"its keys are not these: {listed(['format', *wanted])}")
    for key, kind in wanted.items():
        if type(data[key]) is not kind:
            raise ValueError(f"'{key}' takes {'a whole number' if kind is int else 'text'}")
    if data["kind"] not in list(RecordKind):
        raise ValueError(f"'kind' is one of {listed(RecordKind)}")
    record = Record(**{**data, "kind": RecordKind(data["kind"])})
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
    comments = {one.number for one in records if one.kind is RecordKind.COMMENT}
    for record in records:
        if record.kind is RecordKind.RESOLUTION and record.resolves not in comments:
            yield Problem(record.file, f"it closes record {record.resolves}, which is not a comment")
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
