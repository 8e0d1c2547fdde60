"""A large cohort for engines that run SQL, and what the engine of the library says of it."""

from __future__ import annotations

import functools
from typing import Any

import attrs
import numpy as np
import pyarrow as pa

from cohort_material import Row, differences, own_steps
from pnet_pathways.adapters.cohort.steps import Codes, StepTables
from pnet_pathways.engine.answer_parts import Status
from pnet_pathways.engine.recommend import engine_for
from pnet_pathways.model.values import plain

ROWS = 100_000


def drawn(tables: StepTables, count: int, seed: int = 6) -> dict[str, Codes]:
    """Return the numbers of values, 30 % unknown and 1 % of the rows changed so that they contradict or are misspelled."""
    dice, vocabulary = np.random.default_rng(seed), tables.definitions.vocabulary
    changed = dice.random(count) < 0.01
    found: dict[str, Codes] = {}
    for names in vocabulary.tied_sets(vocabulary.facts):
        rows = vocabulary.rows(names)
        chosen = dice.integers(0, len(rows), count)
        for name in names:
            column = tables.columns[name]
            numbers = np.array([column.values.index(row[name]) + 1 if row[name] in column.values else 0 for row in rows])
            codes = np.where(dice.random(count) < 0.3, 0, numbers[chosen])
            last = column.radix - isinstance(column.values[0], bool)  # no boolean can be misspelled
            here = changed & (dice.random(count) < 0.5)
            found[name] = np.where(here, dice.integers(1, last, count), codes).astype(np.uint8)
    return {name: found[name] for name in tables.columns}


def as_table(tables: StepTables, codes: dict[str, Codes]) -> pa.Table:
    """Return the cohort as an engine gets it: an id, text and booleans."""
    columns: dict[str, Any] = {"id": np.arange(len(next(iter(codes.values()))))}
    for name, column in tables.columns.items():
        wrong = [] if isinstance(column.values[0], bool) else ["no such value"]
        columns[name] = pa.array([None, *map(plain, column.values), *wrong]).take(pa.array(codes[name]))
    return pa.table(columns)


@attrs.frozen(eq=False)
class Expected:
    """What each row is told: by group the number of the answer, the status, a mask of what is missing; and which are bad."""

    table: pa.Table
    answers: dict[str, Codes]
    status: Codes
    missing: dict[str, Codes]
    bad: Codes


@functools.cache
def expected() -> Expected:
    """Return what all rows are told.

    Each answer that a row gets is held against `recommend` on such a row, in options, certainty, gaps, nearest, missing and
    status, and every bad row is refused by it.
    """
    tables = own_steps()
    codes = drawn(tables, ROWS)
    bad, answers = tables.bad_rows(codes), tables.answer(codes)
    assert 0.004 < bad.mean() < 0.01
    good = np.flatnonzero(~bad)
    first = [good[np.unique(numbers[good], return_index=True)[1]] for numbers in answers.values()]
    held = np.unique(np.concatenate([*first, np.flatnonzero(bad)]))
    rows: list[Row] = [
        dict(zip(codes, line, strict=True)) for line in np.stack([codes[name][held] for name in codes], axis=1).tolist()
    ]
    assert differences(engine_for(), tables, rows) == []
    bits = {name: 1 << place for place, name in enumerate(tables.columns)}

    said: dict[str, list[dict[str, Any]]] = {}
    for one in tables.said.answers.to_pylist():
        said.setdefault(one["group"], []).append(one)

    def masked(group: str) -> Codes:
        return np.array([sum(bits[name] for name in one["missing"]) for one in said[group]])

    missing = {group: masked(group)[numbers] for group, numbers in answers.items()}
    together = functools.reduce(np.bitwise_or, missing.values())
    group, numbers = next(iter(answers.items()))
    outside = np.array([one["status"] == str(Status.OUT_OF_SCOPE) for one in said[group]])[numbers]
    status = np.where(together > 0, str(Status.INCOMPLETE), str(Status.COMPLETE))
    status = np.where(bad, "rejected", np.where(outside, str(Status.OUT_OF_SCOPE), status))
    return Expected(as_table(tables, codes), answers, status, missing, bad)


def hold(result: pa.Table) -> None:
    """Assert that an engine tells each row what is expected, every row once."""
    wanted = expected()
    assert result["id"].to_pylist() == list(range(ROWS))
    good = pa.array(~wanted.bad)
    for group, numbers in wanted.answers.items():
        assert (result[group].is_null().to_numpy() == wanted.bad).all()
        assert (result[group].filter(good).to_numpy() == numbers[~wanted.bad]).all()
    assert result["status"].to_pylist() == wanted.status.tolist()
    masks = {"missing": functools.reduce(np.bitwise_or, wanted.missing.values())}
    if "missing" not in result.column_names:
        masks = {f"{group}_missing": mask for group, mask in wanted.missing.items()}
    for name, mask in masks.items():
        assert (result[name].is_null().to_numpy() == wanted.bad).all()
        assert (result[name].filter(good).to_numpy() == mask[~wanted.bad]).all()


def hold_reasons(reasons: dict[int, str]) -> None:
    """Assert that exactly the bad rows are rejected, each for what is wrong with it."""
    wanted = expected()
    assert sorted(reasons) == np.flatnonzero(wanted.bad).tolist()
    tables = own_steps()
    for number, row in zip(sorted(reasons), wanted.table.filter(pa.array(wanted.bad)).to_pylist(), strict=True):
        misspelled = [name for name, column in tables.columns.items() if row[name] not in {None, *map(plain, column.values)}]
        for name in tables.columns:
            assert (f"{name}: none of the values " in reasons[number]) == (name in misspelled)
        assert misspelled or "contradict each other" in reasons[number]
