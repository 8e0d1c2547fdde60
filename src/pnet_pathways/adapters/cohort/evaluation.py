"""A cohort in memory: `evaluate(table)` for a PyArrow table, or whatever hands over Arrow data (Polars, pandas, DuckDB)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...engine.recommend import Engine, engine_for
from ...model.codes import Remembered
from ...model.errors import CohortError, Problem
from ...model.pathway import Definitions
from .batches import Counts, Evaluator
from .columns import layout, without_views
from .compiled_steps import read_compiled_steps
from .compiling import compile_steps
from .duplicates import reason, sure
from .inputs import PART_ROWS
from .mapping import ID, ColumnMapping, plain_mapping, read_mapping
from .rejects import reject_table
from .steps import StepTables

DUPLICATE: Final = "duplicate id"
"""As what rows are counted whose id another row has."""


@attrs.frozen(eq=False)
class CohortResult:
    """What became of a cohort.

    `patients` hold an id, the number of an answer for each track, `status` and `missing` of each row that was answered, in
    order; `answers` these answers, each once, with the numbers of their `options` and `gaps`; `rejects` the other rows with
    the reason. `told` are remarks on the columns.
    """

    definitions: Definitions
    patients: pa.Table
    answers: pa.Table
    options: pa.Table
    gaps: pa.Table
    rejects: pa.Table
    counts: Mapping[str, Any]
    told: tuple[str, ...]

    @property
    def disclaimer(self) -> str:
        """What every answer carries."""
        return self.definitions.source.disclaimer


def steps_for(definitions: Definitions | None = None, readings: Mapping[str, str] | None = None) -> StepTables:
    """Return the steps of some definitions (the project's own by default) under chosen alternatives; the last are kept.

    Raises `ReadingError` where there is no such alternative, `DefinitionError` where there is too much to be told apart.
    """
    return _STEPS[engine_for(definitions).under(readings or {}).definitions]


def engine_of(definitions: Definitions) -> Engine:
    """Return the engine of definitions, under the alternatives that are chosen in them."""
    base = definitions.base
    return engine_for(definitions) if base is None else engine_for(base).under(definitions.readings_chosen)


def _made(definitions: Definitions) -> StepTables:
    return read_compiled_steps(definitions) or compile_steps(engine_of(definitions))


_STEPS: Final = Remembered[Definitions, StepTables](_made)


def mapping_for(mapping: str | Path | ColumnMapping | None, tables: StepTables, ignore: Sequence[str] = ()) -> ColumnMapping:
    """Return a mapping, read from its file where a path is given, that ignores some columns more."""
    vocabulary = tables.definitions.vocabulary
    found = (
        mapping
        if isinstance(mapping, ColumnMapping)
        else plain_mapping(vocabulary)
        if mapping is None
        else read_mapping(Path(mapping), vocabulary)
    )
    return found.ignoring(ignore)


def evaluate(
    table: Any,
    definitions: Definitions | None = None,
    *,
    readings: Mapping[str, str] | None = None,
    mapping: str | Path | ColumnMapping | None = None,
    ignore: Sequence[str] = (),
    text: bool = False,
) -> CohortResult:
    """Return what the summary lists for each row of a table.

    `table` is a PyArrow table, or a data frame that hands over Arrow data (``__arrow_c_stream__``); a column for each fact,
    null where it is unknown, those of a group by their dotted names, and `id`. `mapping` names other columns and values, as
    a file or as read by `read_mapping`; columns whose names fit a pattern of `ignore` are left out. With `text` each answer
    stands beside its number in words.

    Raises `CohortError` for columns that are missing, unknown or of a wrong type, before a row is read; `ReadingError` as
    `recommend` does. Rows that hold what is no value, contradict themselves or share an id are in `rejects`.
    """
    tables = steps_for(definitions, readings)
    mapped = mapping_for(mapping, tables, ignore)
    source = _as_table(table)
    read = layout(source.schema, mapped, tables)
    evaluator = Evaluator(tables, read, text=text)
    counts = Counts.none(tables)
    outcomes = [evaluator.run(piece, first) for first, piece in _pieces(without_views(source.select(list(read.columns))))]
    for one in outcomes:
        counts.add(one.counts)
    patients = pa.concat_tables([one.patients for one in outcomes]).combine_chunks()
    rejects = pa.concat_tables([one.rejects for one in outcomes])
    shared = sure(one.ids.to_pylist() for one in outcomes if counts.read)
    if shared:
        ids = pa.chunked_array([one.ids for one in outcomes])
        again = pc.is_in(patients[ID], value_set=pa.array(list(shared), ids.type))
        dropped = patients.filter(again)
        patients = patients.filter(pc.invert(again))
        counts.take(dropped, -1)
        counts.rejected[DUPLICATE] = len(dropped)
        known = set(rejects["row"].to_pylist())
        rows = [row for row, one in enumerate(ids.to_pylist(), 1) if one in shared and row not in known]
        here = ids.take(pa.array([row - 1 for row in rows], pa.int64())).combine_chunks()
        more = reject_table(np.array(rows, dtype=np.int64), here, [reason(shared[one]) for one in here.to_pylist()])
        rejects = pa.concat_tables([rejects, more]).sort_by("row")
    met = tables.said.met(counts.answers)
    return CohortResult(tables.definitions, patients, met.answers, met.options, met.gaps, rejects, counts.to_dict(), read.told)


def _pieces(table: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    for start in range(0, max(len(table), 1), PART_ROWS):
        yield start + 1, table.slice(start, PART_ROWS)


def _as_table(table: Any) -> pa.Table:
    if isinstance(table, pa.Table):
        return table
    if isinstance(table, pa.RecordBatch):
        return pa.Table.from_batches([table])
    if hasattr(table, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(table).read_all()
    kind = type(table).__name__
    raise CohortError([Problem("", f"this is no table: {kind}", "a PyArrow table, or a data frame of pandas or Polars")])
