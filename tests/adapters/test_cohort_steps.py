"""The steps that answer cohorts, held against the engine."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest

from cohort_material import Row, as_codes, differences, own_steps, random_rows
from pnet_pathways import load_pathways
from pnet_pathways.adapters.cohort.compiling import compile_steps
from pnet_pathways.adapters.cohort.step_tables import step_table, value_table
from pnet_pathways.engine.recommend import engine_for
from pnet_pathways.model.facts import Scenario
from project import ROOT

ENTRY = engine_for().definitions.entry.fact


def states(names: frozenset[str]) -> list[Row]:
    """Return for every set of scenarios of some facts that a partial case leaves open one row that does."""
    tables = own_steps()
    rows = tables.definitions.vocabulary.rows(names)

    def having(name: str, code: int) -> int:
        value = tables.columns[name].values[code - 1]
        return sum(1 << number for number, row in enumerate(rows) if row[name] == value)

    found: dict[int, Row] = {(1 << len(rows)) - 1: {}}
    for name in sorted(names):
        masks = {code: having(name, code) for code in range(1, tables.columns[name].bad)}
        for left, row in list(found.items()):
            for code, mask in masks.items():
                if left & mask:
                    found.setdefault(left & mask, {**row, name: code})
    return list(found.values())


def with_others(rows: list[Row], seed: int) -> list[Row]:
    """Return rows with values of the other facts, drawn at random."""
    drawn = random_rows(own_steps(), len(rows), seed, wild=0)
    fixed = {name for row in rows for name in row}
    return [
        {**{name: code for name, code in other.items() if name not in fixed}, **row}
        for row, other in zip(rows, drawn, strict=True)
    ]


def test_every_state_of_facts_that_rules_tie_together_under_every_type() -> None:
    """All that tied facts can leave open, with each value of the entry fact; the other facts are drawn."""
    tables = own_steps()
    for seed, names in enumerate(tables.definitions.vocabulary.linked_sets):
        every = states(names)
        assert len(every) == len(tables.definitions.vocabulary.partial_cases(names))
        rows = [{**row, ENTRY: (number + seed) % tables.columns[ENTRY].bad} for number, row in enumerate(every)]
        assert differences(engine_for(), tables, with_others(rows, seed)) == []


def test_every_combination_of_the_facts_that_no_rule_ties() -> None:
    tables = own_steps()
    tied = frozenset().union(*tables.definitions.vocabulary.linked_sets)
    free = [one for name, one in tables.columns.items() if name not in tied]
    rows: list[Row] = [
        dict(zip([one.name for one in free], codes, strict=True))
        for codes in itertools.product(*(range(one.bad) for one in free))
    ]
    assert differences(engine_for(), tables, with_others(rows, 1)) == []


def test_random_rows_with_what_contradicts_and_what_is_misspelled() -> None:
    rows = random_rows(own_steps(), 20_000, seed=3)
    assert differences(engine_for(), own_steps(), rows) == []
    bad = own_steps().bad_rows(as_codes(own_steps(), rows))
    assert 0.2 < bad.mean() < 0.5  # both are tried


@pytest.mark.parametrize("chosen", [{"R-18": "primary"}, {"R-1": "literal", "R-2": "on_its_own"}])
def test_under_alternatives_too(chosen: dict[str, str]) -> None:
    engine = engine_for().under(chosen)
    tables = compile_steps(engine)
    assert differences(engine, tables, random_rows(tables, 3_000, seed=4)) == []


def test_another_document() -> None:
    engine = engine_for(load_pathways(ROOT / "examples" / "documents" / "pump_fault"))
    tables = compile_steps(engine)
    assert differences(engine, tables, random_rows(tables, 5_000, seed=5)) == []


def test_steps_read_only_what_is_there_and_stay_small() -> None:
    tables = own_steps()
    known = {name: one.radix for name, one in tables.columns.items()}
    for step in tables.steps:
        assert [known[name] for name in step.inputs] == list(step.radixes)
        assert step.table.max() < step.size
        assert step.name not in known
        known[step.name] = step.size
    assert {group.group: known[group.output] for group in tables.groups} == Counter(tables.said.answers["group"].to_pylist())
    assert sum(len(step.table) for step in tables.steps) < 200_000  # a dense product would have more than 10^12


def test_the_checks_name_all_facts_between_them() -> None:
    checks = own_steps().checks
    assert sorted(name for names in checks.about.values() for name in names) == sorted(own_steps().columns)


def test_a_step_as_a_table_is_the_step() -> None:
    for step in own_steps().steps:
        table = step_table(step)
        assert table.column_names == [*step.inputs, step.name]
        codes = {name: table[name].to_numpy() for name in step.inputs}
        assert np.array_equal(step.run(codes), table[step.name].to_numpy())
        assert len(table) == np.prod(step.radixes)
    entries = list(next(own_steps().steps).entries())
    assert [tuple(row.values()) for row in step_table(next(own_steps().steps)).to_pylist()] == [
        (*key, value) for key, value in entries
    ]


def test_the_values_of_the_facts_are_numbered_as_the_steps_read_them() -> None:
    found: dict[str, Scenario] = {}
    for row in value_table(own_steps()).to_pylist():
        found.setdefault(row["fact"], {})
        assert row["code"] < own_steps().columns[row["fact"]].bad
    assert list(found) == list(own_steps().columns)
    assert {"fact": "size", "value": "large", "code": 2} in value_table(own_steps()).to_pylist()
