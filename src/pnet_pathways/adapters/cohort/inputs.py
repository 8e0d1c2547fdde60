"""The inputs of a cohort: Parquet, folders of it, Arrow IPC, CSV (also .gz) and ndjson, in pieces of bounded size."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import attrs
import pyarrow as pa
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet as pq

from ...model.errors import CohortError, Problem, listed
from ...model.facts import FactKind
from ...model.pathway import Definitions
from .columns import without_views
from .mapping import ColumnMapping
from .part_files import check_names

PART_ROWS: Final = 1 << 18
"""About how many rows make one part of the result: few enough that a million are enough for every core."""

_AT_ONCE: Final = 1 << 16
"""How many rows are evaluated at once: few enough to stay near the processor."""

_BLOCK: Final = 1 << 23
_SUFFIXES: Final = {
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
}


@attrs.frozen(eq=False)
class Part:
    """What becomes one part of the result: its `rows` are numbered from `first` within `file`; `read` gives them in pieces."""

    file: str
    first: int
    read: Callable[[Sequence[str]], Iterator[pa.Table]]


@attrs.frozen(eq=False)
class Input:
    """An input with its `schema`. `typed` says whether it has types of its own; `rows` is how many it has, if that is known.

    `parts` gives the parts in order; those that were `done` (by number) come without rows where they can be passed over.
    """

    schema: pa.Schema
    typed: bool
    rows: int | None
    files: tuple[Path, ...]
    parts: Callable[[], Iterator[Part]]


class UnreadValueError(Exception):
    """A column of text was read as another type, and holds a value that is none."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


def open_input(path: Path, mapping: ColumnMapping, definitions: Definitions, as_text: frozenset[str] = frozenset()) -> Input:
    """Return the input at a path, whose columns `as_text` are read as they stand.

    Raises `CohortError` where it is of no kind that can be read, `OSError` where it cannot be opened.
    """
    check_names(path)
    if path.is_dir():
        files = tuple(sorted(one for one in path.rglob("*") if one.suffix.lower() == ".parquet" and one.is_file()))
        if not files:
            raise CohortError([Problem(str(path), "there is no .parquet file in this folder")])
        check_names(*files)
        return _parquet(files, path, mapping, definitions)
    kind = next((kind for suffix, kind in _SUFFIXES.items() if path.name.lower().endswith(suffix)), "")
    if not kind:
        raise CohortError(
            [Problem(str(path), "this kind of file is not read", f"files: {listed(_SUFFIXES)}, folders of .parquet")]
        )
    path.open("rb").close()
    try:
        if kind == "parquet":
            return _parquet((path,), path.parent, mapping, definitions)
        if kind == "arrow":
            return _arrow(path)
        return (_csv if kind == "csv" else _ndjson)(path, mapping, definitions, as_text)
    except (pa.ArrowInvalid, csv.Error, UnicodeDecodeError, gzip.BadGzipFile, EOFError) as error:
        raise _unreadable(str(path), str(error)) from None


def text_columns(mapping: ColumnMapping, definitions: Definitions) -> list[str]:
    """Return the columns that hold words of few kinds, which are read as dictionaries."""
    return [
        one.column for name, one in mapping.facts.items() if not definitions.vocabulary.facts[name].is_boolean or one.values
    ]


def _parquet(files: tuple[Path, ...], folder: Path, mapping: ColumnMapping, definitions: Definitions) -> Input:
    words = text_columns(mapping, definitions)
    opened = _opened(files, folder)
    schema = opened[0][1]

    def pieces(file: Path, groups: Sequence[int], columns: Sequence[str]) -> Iterator[pa.Table]:
        with pq.ParquetFile(file, read_dictionary=[name for name in words if name in columns], pre_buffer=False) as one:
            empty = True
            for batch in one.iter_batches(_AT_ONCE, row_groups=list(groups), columns=list(columns), use_threads=False):
                yield pa.Table.from_batches([batch])
                empty = False
            if empty:
                yield one.read_row_groups(list(groups), columns=list(columns), use_threads=False)

    def parts() -> Iterator[Part]:
        for file, _, counts in opened:
            first, groups, rows = 1, list[int](), 0
            for place, count in enumerate(counts):
                groups.append(place)
                rows += count
                if rows >= PART_ROWS or place == len(counts) - 1:
                    yield Part(str(file.relative_to(folder)), first, _bound(pieces, file, tuple(groups)))
                    first, groups, rows = first + rows, [], 0

    return Input(schema, True, sum(sum(counts) for *_, counts in opened), files, parts)


def _opened(files: Sequence[Path], folder: Path) -> list[tuple[Path, pa.Schema, list[int]]]:
    """Return each file with its schema and the rows of its row groups; `CohortError` where their columns differ."""
    opened: list[tuple[Path, pa.Schema, list[int]]] = []
    problems = []
    for file in files:
        try:
            with pq.ParquetFile(file) as one:
                counts = [one.metadata.row_group(place).num_rows for place in range(one.num_row_groups)]
                opened.append((file, one.schema_arrow, counts))
        except pa.ArrowInvalid as error:
            problems.append(Problem(str(file), f"this is no Parquet file: {error}"))
    for file, schema, _ in opened[1:]:
        first = opened[0][1]
        differing = [name for name in dict.fromkeys([*first.names, *schema.names]) if not _same(first, schema, name)]
        if differing:
            message = f"other columns, or of other types, than in {opened[0][0].name}: {listed(differing)}"
            problems.append(Problem(str(file.relative_to(folder)), message))
    if problems:
        raise CohortError(problems)
    return opened


def _bound(
    pieces: Callable[[Path, Sequence[int], Sequence[str]], Iterator[pa.Table]], file: Path, groups: Sequence[int]
) -> Callable[[Sequence[str]], Iterator[pa.Table]]:
    return lambda columns: pieces(file, groups, columns)


def _same(one: pa.Schema, other: pa.Schema, name: str) -> bool:
    return name in one.names and name in other.names and bool(one.field(name).type == other.field(name).type)


def _arrow(path: Path) -> Input:
    with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as reader:
        schema, count = reader.schema, reader.num_record_batches
        rows = sum(reader.get_batch(place).num_rows for place in range(count))

    def batches() -> Iterator[pa.RecordBatch]:
        with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as reader:
            for place in range(count):
                yield reader.get_batch(place)

    return Input(schema, True, rows, (path,), lambda: streamed(path.name, batches()))


def streamed(name: str, batches: Iterator[pa.RecordBatch]) -> Iterator[Part]:
    """Yield the parts of what can only be read from its start on, in memory one at a time."""
    kept: list[pa.RecordBatch] = []
    first, rows = 1, 0
    for batch in batches:
        for start in range(0, batch.num_rows, PART_ROWS):
            piece = batch.slice(start, PART_ROWS)
            kept.append(piece)
            rows += piece.num_rows
            if rows >= PART_ROWS:
                yield Part(name, first, _held(kept))
                kept, first, rows = [], first + rows, 0
    if kept:
        yield Part(name, first, _held(kept))


def _held(batches: Sequence[pa.RecordBatch]) -> Callable[[Sequence[str]], Iterator[pa.Table]]:
    def pieces(columns: Sequence[str]) -> Iterator[pa.Table]:
        table = without_views(pa.Table.from_batches(batches).select(list(columns)))
        for start in range(0, max(len(table), 1), _AT_ONCE):
            yield table.slice(start, _AT_ONCE)

    return pieces


def _types(mapping: ColumnMapping, definitions: Definitions, as_text: frozenset[str]) -> dict[str, pa.DataType]:
    """Return the types as which columns of text are read: booleans as booleans, all else as it stands."""
    words = pa.dictionary(pa.int32(), pa.string())
    found: dict[str, pa.DataType] = {**dict.fromkeys(as_text, words), mapping.id: pa.string()}
    for name, one in mapping.facts.items():
        fact = definitions.vocabulary.facts[name]
        plain = fact.is_boolean and not one.values and not one.unknown and one.column not in as_text
        found[one.column] = pa.bool_() if plain else words
        if fact.kind is FactKind.BANDS:
            found[one.column] = words
    return found


def _csv(path: Path, mapping: ColumnMapping, definitions: Definitions, as_text: frozenset[str]) -> Input:
    packed = path.name.lower().endswith(".gz")
    with (gzip.open if packed else open)(path, "rt", encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    if not header:
        raise CohortError([Problem(str(path), "the file is empty: not even a line with the names of columns is there")])
    types = _types(mapping, definitions, as_text)
    schema = pa.schema([(name, types.get(name, pa.string())) for name in header])

    def batches() -> Iterator[pa.RecordBatch]:
        wanted = [name for name in dict.fromkeys(header) if name in types]
        options = pa.csv.ConvertOptions(
            column_types={name: types[name] for name in wanted},
            include_columns=wanted,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            true_values=["true", "True", "TRUE"],
            false_values=["false", "False", "FALSE"],
        )
        reading = pa.csv.ReadOptions(block_size=_BLOCK, use_threads=False, column_names=header, skip_rows=1)
        parsing = pa.csv.ParseOptions(newlines_in_values=False)
        try:
            with (
                pa.input_stream(path, compression="gzip" if packed else None) as file,
                pa.csv.open_csv(file, reading, parsing, options) as reader,
            ):
                yield from reader
        except (pa.ArrowInvalid, OSError) as error:  # the latter for a packed file that is cut off
            raise _unread(str(path), str(error), header) from None

    return Input(schema, False, None, (path,), lambda: streamed(path.name, batches()))


_NO_BOOLEAN: Final = re.compile(r"In CSV column #(\d+): (?:Row #\d+: )?CSV conversion error to bool")


def _unread(path: str, message: str, header: Sequence[str]) -> Exception:
    """Return the error for a file that cannot be read on: a column with a value that is no boolean is read as text."""
    if found := _NO_BOOLEAN.search(message):
        return UnreadValueError(header[int(found[1])])
    return _unreadable(path, message)


def _unreadable(path: str, message: str) -> CohortError:
    return CohortError([Problem(path, f"this cannot be read: {' '.join(message.split())}")])


def _ndjson(path: Path, mapping: ColumnMapping, definitions: Definitions, as_text: frozenset[str]) -> Input:
    types = {
        name: pa.string() if pa.types.is_dictionary(kind) else kind
        for name, kind in _types(mapping, definitions, as_text).items()
    }
    explicit = pa.schema(list(types.items()))

    def batches() -> Iterator[pa.RecordBatch]:
        reading = pa.json.ReadOptions(use_threads=False, block_size=_BLOCK)
        parsing = pa.json.ParseOptions(explicit_schema=explicit, unexpected_field_behavior="infer")
        try:
            with pa.json.open_json(path, reading, parsing) as reader:
                yield from reader
        except pa.ArrowInvalid as error:
            raise _unreadable(str(path), str(error)) from None

    try:
        with pa.json.open_json(
            path, pa.json.ReadOptions(use_threads=False, block_size=_BLOCK), pa.json.ParseOptions(explicit_schema=explicit)
        ) as reader:
            schema = reader.schema
    except pa.ArrowInvalid as error:
        raise _unreadable(str(path), str(error)) from None
    return Input(schema, True, None, (path,), lambda: streamed(path.name, batches()))
