"""Scenarios as CSV, JSON Lines and Parquet, written one by one, never held as a whole."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, BinaryIO

import attrs

from ...model.pathway import Definitions
from ...model.values import plain
from ...model.wording import offer_of
from . import parquet
from .records import ScenarioRecord
from .space import ScenarioSpace

ID = "id"
PATHWAY = "pathway"
"""The column after the id in a file of several pathways."""
PATH = "path."
ABOUT = ("options", "gaps", "readings", "definition", "disclaimer")
"""The columns that say what the pathway says of a scenario, after a ``path.`` column for each track."""


class FileFormat(StrEnum):
    """A kind of file of scenarios."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


def write_scenarios(
    records: Iterable[ScenarioRecord], space: ScenarioSpace | Sequence[ScenarioSpace], format: FileFormat, file: BinaryIO
) -> int:
    """Write scenarios to a binary file and return how many there were.

    `space` says which columns there are: those of one pathway, or of several, with one for the name of the pathway. Raises
    `SuiteError` for Parquet where pyarrow is not installed.
    """
    write = {FileFormat.CSV: _write_csv, FileFormat.JSONL: _write_jsonl, FileFormat.PARQUET: _write_parquet}[format]
    count = 0

    def counted() -> Iterator[ScenarioRecord]:
        nonlocal count
        for record in records:
            count += 1
            yield record

    write(counted(), _Table.of(space), file)
    return count


@attrs.frozen
class _Table:
    """The columns of a file, and the facts that each pathway fills."""

    columns: tuple[str, ...]
    facts: Mapping[str, tuple[str, ...]]
    definitions: Definitions

    @classmethod
    def of(cls, space: ScenarioSpace | Sequence[ScenarioSpace]) -> _Table:
        spaces, named = ((space,), ()) if isinstance(space, ScenarioSpace) else (space, (PATHWAY,))
        facts = {one.pathway.name: one.facts for one in spaces}
        filled = {name for those in facts.values() for name in those}
        definitions = spaces[0].definitions
        paths = dict.fromkeys(f"{PATH}{track}" for one in spaces for track in one.pathway.tracks)
        own = (name for name in definitions.vocabulary.facts if name in filled)
        return cls((ID, *named, *own, *paths, *ABOUT), facts, definitions)


def _row(record: ScenarioRecord, table: _Table) -> dict[str, Any]:
    """Return a record as one row: facts as JSON holds them (null where one does not apply), the rest as text and lists."""
    values = {name: value for name in table.facts[record.pathway] if (value := record.case.value(name)) is not None}
    return {
        ID: record.id,
        **({PATHWAY: record.pathway} if PATHWAY in table.columns else {}),
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


def _write_csv(records: Iterable[ScenarioRecord], table: _Table, file: BinaryIO) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    for record in records:
        row = _row(record, table)
        writer.writerow([_cell(row.get(column)) for column in table.columns])
    text.detach()


def _write_jsonl(records: Iterable[ScenarioRecord], _: _Table, file: BinaryIO) -> None:
    file.writelines(json.dumps(record.to_dict(), ensure_ascii=False).encode() + b"\n" for record in records)


def _write_parquet(records: Iterable[ScenarioRecord], table: _Table, file: BinaryIO) -> None:
    lists = {"options", "gaps", "readings"}
    kinds: dict[str, type] = {column: list if column in lists else str for column in table.columns}
    facts = table.definitions.vocabulary.facts
    kinds |= {column: bool for column in table.columns if column in facts and facts[column].is_boolean}
    source = table.definitions.source
    about = {"definition": _definition(table.definitions), "source": source.title, "disclaimer": source.disclaimer}
    parquet.write_rows((_row(record, table) for record in records), kinds, about, file)
