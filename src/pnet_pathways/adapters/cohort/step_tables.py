"""Steps as Arrow tables, for engines that join: one for each step, and one that numbers the values of the facts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from ...model.values import answer_name
from .steps import Step, StepTables


def step_table(step: Step) -> pa.Table:
    """Return a step as a table: a column for each input, by its name, and one by the name of the step, all of whole numbers.

    A row for every combination of the inputs, none missing and none twice.
    """
    places = np.unravel_index(np.arange(len(step.table)), step.radixes)
    columns = dict(zip(step.inputs, places, strict=True)) | {step.name: step.table}
    return pa.table({name: pa.array(values.astype(np.int32)) for name, values in columns.items()})


def value_table(tables: StepTables) -> pa.Table:
    """Return how the facts are numbered: `fact`, `value` and `code`, a row for each value and one without value for unknown.

    Booleans are ``yes`` and ``no``, as in the definitions. What is no value of the fact has the number after the last.
    """
    rows = list(_values(tables))
    names = ("fact", "value", "code")
    kinds = (pa.string(), pa.string(), pa.int32())
    return pa.table(
        {name: pa.array(values, kind) for name, values, kind in zip(names, zip(*rows, strict=True), kinds, strict=True)}
    )


def _values(tables: StepTables) -> Iterator[tuple[str, str | None, int]]:
    for name, column in tables.columns.items():
        yield name, None, 0
        yield from ((name, answer_name(value), code) for code, value in enumerate(column.values, 1))
