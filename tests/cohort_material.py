"""Rows of a cohort for tests, and what the engine says of them."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from pnet_pathways.adapters.cohort.compiling import compile_steps
from pnet_pathways.adapters.cohort.steps import Codes, GroupAnswer, StepTables
from pnet_pathways.engine.answer import Recommendation, Status
from pnet_pathways.engine.recommend import Engine, engine_for
from pnet_pathways.model.values import Value

Row = dict[str, int]
"""The number of the value of each fact; a fact that is left out is unknown."""


@functools.cache
def own_steps() -> StepTables:
    """Return the steps of the project's own definitions."""
    return compile_steps(engine_for())


def random_rows(tables: StepTables, count: int, seed: int = 0, wild: float = 0.5) -> list[Row]:
    """Return rows of which more or less is known; a share of them `wild`, whether or not their facts fit together."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    vocabulary = tables.definitions.vocabulary
    blocks = [vocabulary.rows(tied) for tied in vocabulary.tied_sets(vocabulary.facts)]
    found = []
    for _ in range(count):
        share, row = dice.random(), {}
        if dice.random() < wild:
            row = {name: dice.randrange(1, one.radix) for name, one in tables.columns.items() if dice.random() < share * 0.4}
        else:
            for block in blocks:
                for name, value in dice.choice(block).items():
                    values = tables.columns[name].values
                    if value in values and dice.random() < share:
                        row[name] = values.index(value) + 1
        found.append(row)
    return found


def as_codes(tables: StepTables, rows: Iterable[Row]) -> dict[str, Codes]:
    """Return rows as columns of numbers."""
    kept = list(rows)
    return {name: np.array([row.get(name, 0) for row in kept], dtype=np.uint8) for name in tables.columns}


def as_facts(tables: StepTables, row: Row) -> dict[str, Value]:
    """Return a row as atomic facts; what is no value of a fact is a word that no fact has."""
    return {name: (*tables.columns[name].values, "no such value")[code - 1] for name, code in row.items() if code}


def told(answers: Iterable[GroupAnswer]) -> dict[str, Any]:
    """Return what the answers of all groups to one row say together."""
    kept = list(answers)
    gaps = [gap for one in kept for gap in one.said.gaps]
    missing = {name for one in kept for name in one.missing}
    outside = {one.out_of_scope for one in kept}
    return {
        "status": Status.OUT_OF_SCOPE if outside != {""} else Status.INCOMPLETE if missing else Status.COMPLETE,
        "options": [option for one in kept for option in one.said.options],
        "gaps": gaps,
        "nearest": [gap.nearest for gap in gaps],
        "missing": missing,
    }


def said(answer: Recommendation) -> dict[str, Any]:
    """Return the same of an answer of the engine."""
    return {
        "status": answer.status,
        "options": list(answer.options),
        "gaps": list(answer.gaps),
        "nearest": [gap.nearest for gap in answer.gaps],
        "missing": set(answer.missing),
    }


def differences(engine: Engine, tables: StepTables, rows: list[Row]) -> list[tuple[Mapping[str, Value], object]]:
    """Return the rows of which the steps say other than the engine, with what."""
    from pnet_pathways.model.case import Case
    from pnet_pathways.model.errors import CaseError

    codes = as_codes(tables, rows)
    bad, ids = tables.bad_rows(codes).tolist(), {name: one.tolist() for name, one in tables.answer(codes).items()}
    equal: dict[tuple[int, ...], set[int]] = {}
    kept: list[object] = []
    found: list[tuple[Mapping[str, Value], object]] = []
    for number, row in enumerate(rows):
        facts = as_facts(tables, row)
        try:
            answer = engine.recommend(Case.from_facts(facts, engine.definitions.vocabulary))
        except CaseError as error:
            if not bad[number]:
                found.append((facts, error))
            continue
        if bad[number]:
            found.append((facts, "is rejected"))
            continue
        key = tuple(ids[group.group][number] for group in tables.groups)
        if id(answer.shared) not in equal.setdefault(key, set()):
            mine = told(group.answers[one] for group, one in zip(tables.groups, key, strict=True))
            if mine != said(answer):
                found.append((facts, mine))
            equal[key].add(id(answer.shared))
            kept.append(answer.shared)  # so that no other answer gets its id
    return found
