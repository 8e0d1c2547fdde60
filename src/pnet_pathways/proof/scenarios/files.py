"""Scenarios as CSV, JSON Lines and Parquet, written one by one, never held as a whole."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any, BinaryIO

from ...model.pathway import Definitions
from ...model.values import plain
from ...model.wording import offer_of
from . import parquet
from .records import ScenarioRecord
from .space import ScenarioSpace

ID = "id"
PATH = "path."
ABOUT = ("options", "gaps", "readings", "definition", "disclaimer")
"""The columns that say what the pathway says of a scenario, after a ``path.`` column for each track."""


class FileFormat(StrEnum):
    """A kind of file of scenarios."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


def write_scenarios(records: Iterable[ScenarioRecord], space: ScenarioSpace, format: FileFormat, file: BinaryIO) -> int:
    """Write scenarios to a binary file and return how many there were.

    `space` says which columns there are. Raises `SuiteError` for Parquet where pyarrow is not installed.
    """
    write = {FileFormat.CSV: _write_csv, FileFormat.JSONL: _write_jsonl, FileFormat.PARQUET: _write_parquet}[format]
    count = 0

    def counted() -> Iterator[ScenarioRecord]:
        nonlocal count
        for record in records:
            count += 1
            yield record

    write(counted(), space, file)
    return count


def _columns(space: ScenarioSpace) -> list[str]:
    return [ID, *space.facts, *(f"{PATH}{track}" for track in space.pathway.tracks), *ABOUT]


def _row(record: ScenarioRecord, space: ScenarioSpace) -> dict[str, Any]:
    """Return a record as one row: facts as JSON holds them (null where one does not apply), the rest as text and lists."""
    values = {name: value for name in space.facts if (value := record.case.value(name)) is not None}
    return {
        ID: record.id,
        **{name: plain(value) for name, value in values.items()},
        **{f"{PATH}{path.track}": str(path) for path in record.paths},
        "options": [f"{option.statement}: {offer_of(option)}" for option in record.options],
        "gaps": [f"{gap.track}/{gap.leaf}: {gap.message}" for gap in record.gaps],
        "readings": list(record.readings),
        "definition": _definition(record.definitions),
        "disclaimer": record.definitions.source.disclaimer,
    }


def _definition(definitions: Definitions) -> str:
    return f"{definitions.version} {definitions.content_hash}"


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " | ".join(value)
    return "" if value is None else str(value)


def _write_csv(records: Iterable[ScenarioRecord], space: ScenarioSpace, file: BinaryIO) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    columns = _columns(space)
    writer.writerow(columns)
    for record in records:
        row = _row(record, space)
        writer.writerow([_cell(row.get(column)) for column in columns])
    text.detach()


def _write_jsonl(records: Iterable[ScenarioRecord], _: ScenarioSpace, file: BinaryIO) -> None:
    file.writelines(json.dumps(record.to_dict(), ensure_ascii=False).encode() + b"\n" for record in records)


def _write_parquet(records: Iterable[ScenarioRecord], space: ScenarioSpace, file: BinaryIO) -> None:
    lists = {"options", "gaps", "readings"}
    kinds: dict[str, type] = {column: list if column in lists else str for column in _columns(space)}
    kinds |= {name: bool for name in space.facts if space.definitions.vocabulary.facts[name].is_boolean}
    source = space.definitions.source
    about = {"definition": _definition(space.definitions), "source": source.title, "disclaimer": source.disclaimer}
    parquet.write_rows((_row(record, space) for record in records), kinds, about, file)
