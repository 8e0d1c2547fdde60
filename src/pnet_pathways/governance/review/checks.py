"""Whether a folder of reviews is as it was written: records, snapshots, signatures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import attrs

from ...loading.content_hashes import content_hash, sorted_files
from ...loading.loader import Loader
from ...loading.reviews import HEAD, LOCK, PUT_BACK, SNAPSHOTS, TAKE_OUT, Reviews, record_files
from ...model.errors import DefinitionError, Problem, ReviewError
from ...model.json_text import read_json
from ...model.review import DECISIONS, Record


class Signed(StrEnum):
    """What a record's signature is worth: `good` where a key that is allowed made it (any key, where none are named)."""

    GOOD = "good"
    UNSIGNED = "unsigned"
    NOT_ALLOWED = "not allowed"
    BAD = "bad"


ACCEPTED: Final = frozenset({Signed.GOOD, Signed.UNSIGNED})
"""The verdicts that are no finding where nobody asks for signatures."""


@attrs.frozen
class SignatureVerdict:
    """The verdict on a record's signature; `said` says what is wrong, or whose key it is where that is known."""

    record: Record
    signed: Signed
    said: str = ""


def snapshot_text(files: Mapping[str, Any]) -> str:
    """Return the file of a snapshot: plain data by file name, the same for all files that mean the same."""
    return json.dumps(sorted_files(files), indent=1, ensure_ascii=False) + "\n"


def read_snapshot(path: Path) -> dict[str, Any]:
    """Return the definitions of a snapshot by file name.

    Raises `ReviewError` where the file is missing, or is not what its name, the hash of its content, says.
    """
    try:
        text = path.read_text("utf-8")
        files: Any = read_json(text)
    except OSError as error:
        raise _problem(path.name, f"this snapshot of reviewed definitions cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise _problem(path.name, f"this is not a snapshot of reviewed definitions: {error}") from None
    if not isinstance(files, dict) or content_hash(files) != path.stem or snapshot_text(files) != text:
        raise _problem(path.name, "this snapshot of reviewed definitions was edited: its content is not that of its name")
    return files


def folder_problems(reviews: Reviews) -> tuple[Problem, ...]:
    """Return every problem of a folder of reviews: with its records, its snapshots, and files that are neither."""
    found = list(reviews.problems)
    folder = reviews.folder
    named = dict.fromkeys(f"{one.snapshot}.json" for one in reviews.records if one.kind in DECISIONS)
    for name in named:
        try:
            files = read_snapshot(folder / SNAPSHOTS / name)
        except ReviewError as error:
            found.extend(error.problems)
        else:
            found.extend(_misfits(reviews, folder / SNAPSHOTS / name, files))
    if folder.is_dir():
        known = {HEAD, LOCK, SNAPSHOTS, "README.md", *(path.name for path in record_files(folder))}
        strange = sorted(path.name for path in folder.iterdir() if path.name not in known)
        snapshots = sorted(path.name for path in (folder / SNAPSHOTS).glob("*") if path.name not in named)
        found.extend(Problem(name, "this is not a record of a review", TAKE_OUT) for name in strange)
        if not reviews.problems:
            message = "no decision names this snapshot: a record was removed, or its writing was interrupted"
            found.extend(Problem(f"{SNAPSHOTS}/{name}", message, TAKE_OUT) for name in snapshots)
    return tuple(found)


def _misfits(reviews: Reviews, path: Path, files: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield each decision whose content is not that of its pathway in its snapshot."""
    try:
        hashes = Loader.of(files, path).load().reviewed_hashes
    except DefinitionError:
        return  # made for another version of the library; the status says so where it matters
    for one in reviews.records:
        if one.kind in DECISIONS and one.snapshot == path.stem and hashes.get(one.pathway) != one.content:
            yield Problem(one.file, f"what it decides on is not the pathway '{one.pathway}' of its snapshot", PUT_BACK)


def signatures(reviews: Reviews, allowed: Mapping[str, str] | None = None) -> tuple[SignatureVerdict, ...]:
    """Return the verdict on the signature of every record.

    `allowed` holds principals by public key, as `signing.read_allowed_signers` gives them; without it every key is taken.
    Raises `ReviewError` where a record is signed and the package for signatures is missing.
    """
    return tuple(_verdict(record, allowed) for record in reviews.records)


def _verdict(record: Record, allowed: Mapping[str, str] | None) -> SignatureVerdict:
    from .signing import signature_problem

    if not record.key:
        return SignatureVerdict(record, Signed.UNSIGNED)
    if problem := signature_problem(record.key, record.hash, record.signature):
        return SignatureVerdict(record, Signed.BAD, problem)
    if allowed is not None and record.key not in allowed:
        return SignatureVerdict(record, Signed.NOT_ALLOWED, f"its key is not among the allowed ones: {record.key}")
    return SignatureVerdict(record, Signed.GOOD, f"the key of {allowed[record.key]}" if allowed is not None else record.key)


def _problem(where: str, message: str) -> ReviewError:
    return ReviewError([Problem(where, message, PUT_BACK)])
