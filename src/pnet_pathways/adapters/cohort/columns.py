"""Columns of a cohort as small numbers: the schema is checked before a row is read, and no value is cast into another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...model.errors import CohortError, Problem, listed, suggest
from ...model.facts import Fact, FactKind
from ...model.pathway import Definitions
from .mapping import ID, ColumnMapping, FactColumn, as_text
from .steps import Codes, Column, StepTables

Encoder = Callable[[pa.Array], Codes]


@attrs.frozen(eq=False)
class Layout:
    """How the columns of one schema are read: `encoders` by fact, and `told`, what whoever runs it should know."""

    mapping: ColumnMapping
    encoders: Mapping[str, Encoder]
    columns: tuple[str, ...]
    told: tuple[str, ...]

    def codes(self, batch: pa.RecordBatch | pa.Table, tables: StepTables) -> dict[str, Codes]:
        """Return the columns of a batch as numbers, by fact."""
        unknown: Codes = np.zeros(batch.num_rows, dtype=np.uint8)
        found = dict.fromkeys(tables.columns, unknown)
        for fact, encode in self.encoders.items():
            column = batch.column(self.mapping.facts[fact].column)
            chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
            parts = [encode(chunk) for chunk in chunks]
            found[fact] = parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else unknown
        return found


def layout(schema: pa.Schema, mapping: ColumnMapping, tables: StepTables, *, typed: bool = True) -> Layout:
    """Return how the columns of a schema are read.

    Where the input is not `typed`, as CSV is not, booleans are read from text too. Raises `CohortError` with every column that
    is missing, unknown, or of a type that does not fit.
    """
    definitions = tables.definitions
    problems = list(_problems(schema, mapping, definitions))
    encoders: dict[str, Encoder] = {}
    absent = []
    for name, spec in mapping.facts.items():
        place = schema.get_field_index(spec.column)
        if place < 0:
            absent.append(name)
            continue
        fact, kind = definitions.vocabulary.facts[name], schema.field(place).type
        encode = encoder(fact, tables.columns[name], spec, kind, typed=typed)
        if isinstance(encode, Problem):
            problems.append(encode)
        else:
            encoders[name] = encode
    if problems:
        raise CohortError(problems)
    told = [f"no column for {listed(absent)}: unknown for everyone"] if absent else []
    left = [name for name in schema.names if mapping.ignored(name) and name != mapping.id]
    told += [f"ignored: {listed(left)}"] if left else []
    read = dict.fromkeys([mapping.id, *(mapping.facts[name].column for name in encoders)])
    return Layout(mapping, encoders, tuple(read), tuple(told))


def _problems(schema: pa.Schema, mapping: ColumnMapping, definitions: Definitions) -> Iterator[Problem]:
    """Yield what is wrong with the names of the columns, and with the type of the ids."""
    known = dict.fromkeys([mapping.id, *(one.column for one in mapping.facts.values())])
    for name, count in Counter(schema.names).items():
        if count > 1:
            yield Problem(name, f"{count} columns have this name")
    if mapping.id not in schema.names:
        hint = suggest(mapping.id, schema.names) or "name it in a mapping file: `id: COLUMN`"
        yield Problem(mapping.id, "there is no such column, and rows need an id", hint)
    else:
        kind = schema.field(schema.names.index(mapping.id)).type
        if not (is_text(kind) or pa.types.is_integer(kind)):
            yield Problem(mapping.id, f"ids are text or whole numbers, not {kind}")
    groups = definitions.vocabulary.groups
    for name in schema.names:
        if name in known or mapping.ignored(name):
            continue
        if name in groups:
            members = listed(groups[name].facts)
            yield Problem(name, "a group is read from a column for each of its members", f"columns: {members}")
        else:
            hint = suggest(name, known) or f"leave it out with --ignore '{name}'"
            yield Problem(name, "no fact is read from this column", hint)
    for name, spec in mapping.facts.items():
        if spec.column not in schema.names and spec.column != name:
            yield Problem(
                spec.column,
                f"the mapping reads {name} from this column, and it is not there",
                suggest(spec.column, schema.names),
            )


def is_text(kind: pa.DataType) -> bool:
    """Return whether a column holds text, as it is or as a dictionary."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def without_views(table: pa.Table) -> pa.Table:
    """Return a table with its views of text as plain text: PyArrow cannot take rows of views."""
    kinds = [pa.string() if pa.types.is_string_view(one.type) else one.type for one in table.schema]
    return table.cast(pa.schema(list(zip(table.schema.names, kinds, strict=True)))) if kinds != table.schema.types else table


def encoder(fact: Fact, column: Column, spec: FactColumn, kind: pa.DataType, *, typed: bool) -> Encoder | Problem:
    """Return what turns a column of a type into a fact's numbers, or why none can."""
    number = {value: code for code, value in enumerate(column.values, 1)}
    meant = {text: number[value] for text, value in spec.values.items()} | dict.fromkeys(spec.unknown, 0)
    if pa.types.is_null(kind):
        return lambda array: np.zeros(len(array), dtype=np.uint8)
    if pa.types.is_boolean(kind) and (fact.is_boolean or meant):
        own = {"true": number[True], "false": number[False]} if fact.is_boolean else {}
        return _Booleans(*((own | meant).get(one, column.bad) for one in ("true", "false")))
    if is_text(kind) and (meant or not fact.is_boolean or not typed):
        own = {as_text(value): code for value, code in number.items()}
        if fact.is_boolean:
            forms = () if typed else (str.lower, str.title, str.upper)
            own = {form(text): code for text, code in own.items() for form in forms}
        return _Values(own | meant, column.bad, fact if fact.kind is FactKind.BANDS and not typed else None, spec.factor)
    if pa.types.is_integer(kind) and meant:
        return _Values(meant, column.bad, fact if fact.kind is FactKind.BANDS else None, spec.factor)
    if fact.kind is FactKind.BANDS and (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        return _Bands(fact, column.bad, spec.factor)
    wanted = "true or false" if fact.is_boolean else f"one of {listed(fact.answers)}"
    if fact.kind is FactKind.BANDS:
        wanted = f"a number, or {wanted}"
    hint = "say in a mapping file which of its values mean what; nothing is cast"
    return Problem(spec.column, f"{fact.name} takes {wanted}, and this column is of type {kind}", hint)


@attrs.frozen
class _Booleans:
    """Reads a boolean column by its bits."""

    true: int
    false: int

    def __call__(self, array: pa.Array) -> Codes:
        valid, values = array.buffers()
        span = slice(array.offset, array.offset + len(array))
        if values is None:
            return np.zeros(len(array), dtype=np.uint8)
        known = _bits(valid, span) if valid is not None and array.null_count else np.ones(len(array), dtype=np.uint8)
        # What stands where a value is null is not said.
        found = _bits(values, span) & known
        found *= np.uint8((self.true - self.false) % 256)
        found += known if self.false == 1 else known * np.uint8(self.false)
        return found


def _bits(buffer: pa.Buffer, span: slice) -> Codes:
    return np.unpackbits(np.frombuffer(buffer, dtype=np.uint8), count=span.stop, bitorder="little")[span]


@attrs.frozen
class _Values:
    """Reads a column by its different values; numbers as `bands` of a fact where they stand in text."""

    meant: Mapping[str, int]
    bad: int
    bands: Fact | None
    factor: float

    def __call__(self, array: pa.Array) -> Codes:
        if not pa.types.is_dictionary(array.type):
            array = pc.dictionary_encode(array)
        found: Codes = np.array([self._code(value) for value in array.dictionary.to_pylist()] or [0], dtype=np.uint8)
        valid, values = array.indices.buffers()
        span = slice(array.offset, array.offset + len(array))
        places = np.frombuffer(values, dtype=array.indices.type.to_pandas_dtype())[span]
        if not array.null_count:
            return found.take(places)
        # What stands where a value is null is not said: it may be no place at all.
        codes: Codes = found.take(places, mode="clip")
        codes *= _bits(valid, span)
        return codes

    def _code(self, value: object) -> int:
        if value is None:
            return 0
        code = self.meant.get(as_text(value))
        if code is None and self.bands is not None:
            try:
                return self.bands.values.index(self.bands.band_of(float(as_text(value)) * self.factor)) + 1
            except ValueError:
                return self.bad
        return self.bad if code is None else code


@attrs.frozen
class _Bands:
    """Reads numbers as the bands into which they fall."""

    fact: Fact
    bad: int
    factor: float

    def __call__(self, array: pa.Array) -> Codes:
        known = np.asarray(pc.is_valid(array))
        numbers: Codes = array.cast(pa.float64()).to_numpy(zero_copy_only=False) * self.factor
        codes: Codes = (np.searchsorted(self.fact.limits, numbers, side="right") + 1).astype(np.uint8)
        codes[~np.isfinite(numbers)] = self.bad
        codes[~known] = 0
        return codes


def unmapped(layout_: Layout, batch: pa.RecordBatch | pa.Table, tables: StepTables) -> Iterator[tuple[str, str, int]]:
    """Yield each value of a batch that is none of its fact: the fact, the value as text, and how often it is there."""
    for fact, encode in layout_.encoders.items():
        column = batch.column(layout_.mapping.facts[fact].column)
        for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
            wrong = np.flatnonzero(encode(chunk) == tables.columns[fact].bad)
            if len(wrong):
                values: Sequence[Any] = chunk.take(pa.array(wrong)).to_pylist()
                yield from ((fact, value, count) for value, count in Counter(map(as_text, values)).items())


__all__ = ["ID", "Layout", "encoder", "is_text", "layout", "unmapped"]
