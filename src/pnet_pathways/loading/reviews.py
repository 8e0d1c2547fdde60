"""The records of reviews as they lie in a folder, checked as one chain, and what they say of each pathway.

Each record holds the hash of its own content and of the record before it; ``head.json`` names the last. Where anything
does not fit, nothing counts as approved. Signatures are checked in `governance.review`: reading stays light.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import attrs

from ..model.errors import (
    Problem,
    ReviewError,
    listed,
)
from ..model.json_text import read_json
from ..model.review import APPROVALS, DECISIONS, FORMAT, FORMER, LAST_WORDS, Record, RecordKind, Review, ReviewStatus

HEAD: Final = "head.json"
LOCK: Final = ".lock"
"""The file that keeps two writers apart; what it holds means nothing."""
SNAPSHOTS: Final = "snapshots"
PUT_BACK: Final = "put it back as it was written"
TAKE_OUT: Final = "take it out of the folder"
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
        words = [one for one in last_words(self.records).values() if one.pathway == name]
        here = tuple(one for one in words if one.content == content)
        for kind, status in LAST_WORDS.items():
            if any(one.kind is kind for one in here):
                return Review(status, here, None, comments)
        if standing := [one for one in words if one.kind in DECISIONS]:
            return Review(ReviewStatus.CHANGED, (), max(standing, key=lambda one: one.number), comments)
        return Review(ReviewStatus.WITHDRAWN if words else ReviewStatus.NEVER, tuple(words), None, comments)

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


def last_words(records: Iterable[Record]) -> dict[tuple[str, str, str], Record]:
    """Return the last decision, or its withdrawal, of each reviewer on each content, by pathway, content and reviewer."""
    return {(one.pathway, one.content, one.reviewer): one for one in records if one.kind in LAST_WORDS}


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
            problems.append(Problem(path.name, f"this record cannot be read: {error.strerror}", PUT_BACK))
        except ValueError as error:  # also what the reading of JSON and the decoding of text raise
            problems.append(Problem(path.name, f"this is not a record of a review: {error}", PUT_BACK))
    records.sort(key=lambda one: one.number)
    # With a record that cannot be read, what is missing would be told twice.
    problems.extend(_chain(folder, records) if not problems else ())
    return Reviews(folder, tuple(records), tuple(problems))


def _read(path: Path) -> Record:
    """Return a record. Raises `ValueError` where the file is none, or not as it was written."""
    text = path.read_text("utf-8")
    data = read_json(text)
    named = data.get("format") if isinstance(data, dict) else None
    if named not in (FORMAT, FORMER):
        raise ValueError(f"it is not of the format '{FORMAT}'")
    wanted: dict[str, type] = {key: int if key in _NUMBERS else str for key in Record.keys(named)}
    if data.keys() != wanted.keys():
        raise ValueError(f"its keys are not these: {listed(wanted)}")
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
    kept = _kept(records, _named(folder / HEAD))
    before: Record | None = None
    for record in kept:
        expected = before.number + 1 if before else 1
        if record.number > expected:
            missing = range(expected, record.number)
            yield Problem(record.file, f"before it the records {listed(map(str, missing))} are missing", "put them back")
        elif record.before != (before.link if before else ""):
            message = f"it was not made after record {expected - 1} as it stands: one was replaced or moved"
            yield Problem(record.file, message, PUT_BACK)
        before = record
    for record in records:
        if record not in kept:
            yield Problem(record.file, f"a second record has the number {record.number}", f"{TAKE_OUT}, and make it anew")
    for place, record in enumerate(kept):
        if problem := _reference(record, kept[:place]):
            yield Problem(record.file, problem, PUT_BACK)
    yield from _head(folder / HEAD, before)


def _kept(records: Sequence[Record], last: str) -> list[Record]:
    """Return one record of each number: of those that were made apart, the one to which the later ones lead.

    `last` is the link of the last record, as far as one is named.
    """
    kept: list[Record] = []
    for number in sorted({one.number for one in records}, reverse=True):
        same = [one for one in records if one.number == number]
        kept.append(next((one for one in same if one.link == last), same[0]))
        last = kept[-1].before
    return kept[::-1]


def _reference(record: Record, earlier: Sequence[Record]) -> str:
    """Return what is wrong with the comment that a record closes or the approval that it withdraws; empty where nothing is."""
    number = record.resolves
    if record.kind is RecordKind.RESOLUTION:
        comments = [one for one in earlier if one.kind is RecordKind.COMMENT]
        return "" if any(one.number == number for one in comments) else f"it closes record {number}, which is not a comment"
    if record.kind is RecordKind.WITHDRAWAL:
        last = last_words(earlier).get((record.pathway, record.content, record.reviewer))
        if last is None or last.number != number or last.kind not in APPROVALS:
            return f"it withdraws record {number}, which is not the last decision of its reviewer, or no approval"
    return ""


def _head(path: Path, last: Record | None) -> Iterator[Problem]:
    if last is None and not path.exists():
        return
    if last is None:
        yield Problem(
            HEAD, "there are no records, and it names one as the last", "put the records back, or take it out of the folder"
        )
        return
    hint = f"{PUT_BACK}; where no record is missing, let it hold {' '.join(head_text(last).split())}"
    try:
        named = read_json(path.read_text("utf-8"))
    except (OSError, ValueError):
        yield Problem(HEAD, "the file that names the last record is missing or cannot be read", hint)
        return
    if named != json.loads(head_text(last)):
        end = f"the last record here is {last.file}"
        yield Problem(HEAD, f"it does not name the last record ({end}): one was removed, replaced or put in", hint)


def _named(path: Path) -> str:
    """Return the link of the record that is named as the last, empty where that cannot be read."""
    try:
        data = read_json(path.read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    return str(data.get("hash", "")) if isinstance(data, dict) else ""
