"""Cases from files: JSON, JSON Lines, and the CSV and Parquet files that ``pnet scenarios`` writes."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from ...model.case import Case
from ...model.errors import (
    CaseError,
    Problem,
    listed,
    suggest,
)
from ...model.facts import Fact
from ...model.vocabulary import Vocabulary
from . import parquet
from .files import ABOUT, ID, PATH, PATHWAY

MAX_PROBLEMS = 50
"""After so many problems the rest is not read."""


@attrs.frozen
class PlacedCase:
    """A case and where it stands: the file, and the line where there are several in it."""

    where: str
    case: Case


def read_cases(paths: Iterable[Path], vocabulary: Vocabulary) -> Iterator[PlacedCase]:
    """Yield the cases of files and folders, in order.

    ``.json`` holds one case (or an object with one under ``case``, as the answers of this library have), ``.jsonl`` one in
    each line, ``.csv`` and ``.parquet`` one in each row with the facts as columns. Of a folder its ``.json`` files are
    read. `vocabulary` is that of the definitions. Raises `CaseError` at the end with every problem, each with file, line and
    fact; `OSError` for a file that cannot be read; `SuiteError` for Parquet where pyarrow is not installed.
    """
    problems: list[Problem] = []
    for path in paths:
        for where, made in _made(path, vocabulary):
            try:
                yield PlacedCase(where, made())
            except CaseError as error:
                problems.extend(error.at(where).problems)
            if len(problems) >= MAX_PROBLEMS:
                raise CaseError(problems)
    if problems:
        raise CaseError(problems)


def _raising(message: str, suggestion: str = "") -> Callable[[], Case]:
    def made() -> Case:
        raise CaseError([Problem("", message, suggestion)])

    return made


def _made(path: Path, vocabulary: Vocabulary) -> Iterator[tuple[str, Callable[[], Case]]]:
    """Yield places, each with what makes the case that stands there or raises `CaseError`."""
    if path.is_dir():
        files = sorted(one for one in path.iterdir() if one.suffix.lower() == ".json")
        if not files:
            yield str(path), _raising("this folder holds no .json file")
        for file in files:
            yield from _made(file, vocabulary)
        return
    readers = {".json": _json, ".jsonl": _jsonl, ".ndjson": _jsonl, ".csv": _csv, ".parquet": _parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        yield str(path), _raising(f"cases are read from {listed(readers)} and folders, not from '{path.suffix or path.name}'")
        return
    try:
        yield from reader(path, vocabulary)
    except UnicodeDecodeError as error:
        yield str(path), _raising(f"not valid UTF-8 text (byte {error.start})")


def _json(path: Path, vocabulary: Vocabulary) -> Iterator[tuple[str, Callable[[], Case]]]:
    text = path.read_text("utf-8-sig")
    yield str(path), lambda: Case.from_saved(text, vocabulary)


def _jsonl(path: Path, vocabulary: Vocabulary) -> Iterator[tuple[str, Callable[[], Case]]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if text := line.strip():
                yield f"{path}:{number}", lambda text=text: Case.from_saved(text, vocabulary)  # type: ignore[misc]


def _csv(path: Path, vocabulary: Vocabulary) -> Iterator[tuple[str, Callable[[], Case]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        try:
            columns = list(reader.fieldnames or ())
            if wrong := _wrong_columns(columns, vocabulary):
                yield f"{path}:1", _raising(*wrong)
                return
            for row in reader:
                yield f"{path}:{reader.line_num}", _of_row(row, vocabulary)
        except csv.Error as error:
            yield f"{path}:{reader.line_num}", _raising(f"not valid CSV: {error}")


def _wrong_columns(columns: list[str], vocabulary: Vocabulary) -> tuple[str, str] | None:
    facts = vocabulary.facts
    known = [ID, PATHWAY, *facts, *ABOUT]
    for column in columns:
        if column not in known and not column.startswith(PATH):
            return f"there is no fact for the column '{column}'", suggest(column, known) or f"facts: {listed(facts)}"
    if twice := [column for column in columns if columns.count(column) > 1]:
        return f"duplicate column '{twice[0]}'", "keep one"
    if not set(columns) & set(facts):
        return "no column is a fact; the first line names the columns", f"facts: {listed(facts)}"
    return None


def _of_row(row: Mapping[str | None, Any], vocabulary: Vocabulary) -> Callable[[], Case]:
    if None in row or None in row.values():
        return _raising("this row has another number of cells than there are columns")
    cells = {name: _cell(vocabulary.facts[name], row[name]) for name in vocabulary.facts if row.get(name)}
    return lambda: Case.from_facts(cells, vocabulary)


def _cell(fact: Fact, text: str) -> object:
    return {"true": True, "false": False}.get(text.lower(), text) if fact.is_boolean else text


def _parquet(path: Path, vocabulary: Vocabulary) -> Iterator[tuple[str, Callable[[], Case]]]:
    try:
        columns = parquet.read_columns(path)
    except ValueError as error:
        yield str(path), _raising(str(error))
        return
    if wrong := _wrong_columns(columns, vocabulary):
        yield str(path), _raising(*wrong)
        return
    for number, row in enumerate(parquet.read_rows(path, [name for name in columns if name in vocabulary.facts]), 1):
        yield f"{path}: row {number}", lambda row=row: Case.from_facts(row, vocabulary)  # type: ignore[misc]
