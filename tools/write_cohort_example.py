"""Writes `examples/cohort.parquet`: made-up facts of a thousand patients, with some rows that are wrong on purpose."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from pnet_pathways import load_pathways
from pnet_pathways.model.values import NOT_APPLICABLE, Value

PATH: Final = Path(__file__).parents[1] / "examples" / "cohort.parquet"
ROWS: Final = 1_000
UNKNOWN: Final = 0.3
BAD: Final = 0.01


def table() -> pa.Table:
    """Return the cohort; every time the same."""
    vocabulary = load_pathways().vocabulary
    dice = random.Random(2022)  # noqa: S311 - nothing secret
    blocks = [vocabulary.rows(tied) for tied in vocabulary.tied_sets(vocabulary.facts)]
    words = [name for name, fact in vocabulary.facts.items() if not fact.is_boolean]
    rows: list[dict[str, Any]] = []
    for number in range(1, ROWS + 1):
        facts: dict[str, Value] = {}
        for block in blocks:
            facts |= dice.choice(block)
        row: dict[str, Any] = {
            name: value for name, value in facts.items() if value is not NOT_APPLICABLE and dice.random() >= UNKNOWN
        }
        if dice.random() < BAD:
            # A letter less is no value of any fact.
            name = dice.choice(words)
            row[name] = str(vocabulary.facts[name].values[0])[:-1]
        elif dice.random() < BAD:
            while vocabulary.consistent(row):
                name = dice.choice(list(vocabulary.facts))
                row[name] = dice.choice(vocabulary.facts[name].values)
        rows.append({"id": f"P{number:04}", **row})
    rows += [rows[10], rows[20]]
    kinds = {name: pa.bool_() if fact.is_boolean else pa.string() for name, fact in vocabulary.facts.items()}
    columns = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in {"id": pa.string(), **kinds}.items()}
    return pa.table(columns)


if __name__ == "__main__":
    pq.write_table(table(), PATH, compression="zstd")
