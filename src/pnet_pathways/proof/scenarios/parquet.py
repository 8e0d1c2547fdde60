"""Rows to and from Parquet by `pyarrow` (the extra ``parquet``), a row group at a time."""

from __future__ import annotations

import io
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from ...model.errors import SuiteError

ROW_GROUP = 10_000
"""How many rows one row group holds, and how many are in memory at a time."""


def _packages() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise SuiteError("Parquet needs pyarrow: pip install 'pnet-pathways[parquet]'") from None
    return pyarrow, pyarrow.parquet


class _Counted(io.RawIOBase):
    """A file that can say how much was written to it, as Parquet needs and a pipe cannot."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written += len(data)
        self._file.write(data)
        return len(data)

    def tell(self) -> int:
        return self._written


def write_rows(rows: Iterable[Mapping[str, Any]], kinds: Mapping[str, type], about: Mapping[str, str], file: BinaryIO) -> None:
    """Write rows with columns of some kinds (`str`, `bool`, or `list` of text); `about` goes into the file's metadata.

    Raises `SuiteError` where pyarrow is not installed.
    """
    pa, pq = _packages()
    types = {str: pa.string(), bool: pa.bool_(), list: pa.list_(pa.string())}
    schema = pa.schema([(column, types[kind]) for column, kind in kinds.items()], metadata=dict(about))
    waiting = iter(rows)
    with pq.ParquetWriter(pa.PythonFile(_Counted(file), mode="w"), schema) as writer:
        while group := [dict(row) for row in itertools.islice(waiting, ROW_GROUP)]:
            writer.write_table(pa.Table.from_pylist(group, schema=schema), row_group_size=ROW_GROUP)


def read_columns(path: Path) -> list[str]:
    """Return the names of a file's columns.

    Raises `SuiteError` where pyarrow is not installed, `ValueError` for no Parquet file, `OSError` for none to read.
    """
    pa, pq = _packages()
    with path.open("rb") as file:
        try:
            return list(pq.read_schema(file).names)
        except pa.ArrowInvalid as error:
            raise ValueError(f"this is not a Parquet file: {error}") from None


def read_rows(path: Path, columns: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a Parquet file, some columns of each. Raises as `read_columns`."""
    _, pq = _packages()
    with path.open("rb") as file, pq.ParquetFile(file) as parquet:
        for batch in parquet.iter_batches(columns=list(columns)):
            yield from batch.to_pylist()
