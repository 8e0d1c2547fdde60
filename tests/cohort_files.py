"""Tables of made-up patients for tests, with the columns that the facts have."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from cohort_material import Row, as_facts, own_steps, random_rows


def cohort_table(rows: Sequence[Row], ids: Sequence[str] | None = None) -> pa.Table:
    """Return rows as a table; a boolean fact that is none is unknown here, since a column of booleans cannot hold it."""
    tables = own_steps()
    vocabulary = tables.definitions.vocabulary
    columns: dict[str, pa.Array] = {"id": pa.array(ids or [f"p{number:06}" for number in range(len(rows))])}
    facts = [as_facts(tables, row) for row in rows]
    for name in tables.columns:
        values = [one.get(name) for one in facts]
        if vocabulary.facts[name].is_boolean:
            columns[name] = pa.array([one if isinstance(one, bool) else None for one in values], pa.bool_())
        else:
            columns[name] = pa.array(values, pa.string())
    return pa.table(columns)


def random_table(count: int, seed: int = 0) -> pa.Table:
    """Return a table of random patients, some of whom contradict themselves or are misspelled."""
    return cohort_table(random_rows(own_steps(), count, seed, wild=0.1))
