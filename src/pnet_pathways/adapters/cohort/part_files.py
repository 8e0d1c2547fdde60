"""The files of a cohort's parts: written whole or not at all, read one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from ...model.errors import CohortError, Problem
from .mapping import ID

_COMPRESSION: Final = "zstd"


def check_names(*names: Path | str) -> None:
    """Raise `CohortError` for names that Arrow can neither read nor write, and a manifest cannot hold."""
    problems = []
    for name in map(str, names):
        try:
            name.encode()
        except UnicodeEncodeError:
            problems.append(Problem(name, "this name is not valid UTF-8", "rename it"))
    if problems:
        raise CohortError(problems)


def read_file(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read one Parquet file; `pyarrow.parquet.read_table` imports what reads whole datasets, for longer than it reads."""
    with pq.ParquetFile(path) as file:
        return file.read(columns)


@contextmanager
def renamed(path: Path) -> Iterator[Path]:
    """Give a path to write to, which becomes this one at the end; always the same, so that what a kill left is written over."""
    beside = path.with_name(f"{path.name}.tmp")
    yield beside
    beside.replace(path)


@contextmanager
def parquet_writer(path: Path) -> Iterator[Callable[[pa.Table], None]]:
    """Give what writes tables of one schema to a Parquet file, which is there when all have been written."""
    writer: pq.ParquetWriter | None = None

    def write(table: pa.Table) -> None:
        nonlocal writer
        if writer is None:
            writer = pq.ParquetWriter(beside, table.schema, compression=_COMPRESSION, **_encoding(table.schema))
        writer.write_table(table)

    with renamed(path) as beside:
        try:
            yield write
        finally:
            if writer is not None:
                writer.close()


def _encoding(schema: pa.Schema) -> dict[str, Any]:
    """Return how columns are written: whole numbers by their differences, ids of text as they are, all else by its values.

    Only of ids and rows is it noted what is the least and the greatest in a part: numbers of answers have no order.
    """
    own = [one.name for one in schema if one.name in {ID, "row"}]
    if not own:
        return {}
    numbers = [one.name for one in schema if pa.types.is_integer(one.type)]
    return {
        "use_dictionary": [name for name in schema.names if name not in {*own, *numbers}],
        "write_statistics": own,
        "column_encoding": dict.fromkeys(numbers, "DELTA_BINARY_PACKED") or None,
    }
