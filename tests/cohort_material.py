"""Rows of a cohort for tests, and what the engine says of them."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from pnet_pathways.adapters.cohort.answer_tables import AnswerTables
from pnet_pathways.adapters.cohort.compiling import compile_steps
from pnet_pathways.adapters.cohort.steps import Codes, StepTables
from pnet_pathways.engine.answer import Recommendation, gap_dict, option_dict, statement_dict
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


class Told:
    """What the numbers of answers stand for, as plain data; each option without its number."""

    def __init__(self, said: AnswerTables) -> None:
        self._answers = {(one["group"], one["answer"]): one for one in said.answers.to_pylist()}
        self._options = {one.pop("option"): one for one in said.options.to_pylist()}
        self._gaps = {one.pop("gap"): one for one in said.gaps.to_pylist()}

    def together(self, numbers: Mapping[str, int]) -> dict[str, Any]:
        """Return what the answers of all groups to one row say together."""
        kept = [self._answers[one] for one in numbers.items()]
        statuses = {one["status"] for one in kept}
        return {
            "status": next(one for one in ("out_of_scope", "incomplete", "complete") if one in statuses),
            "options": [self._options[number] for one in kept for number in one["options"]],
            "gaps": [self._gaps[number] for one in kept for number in one["gaps"]],
            "missing": {name for one in kept for name in one["missing"]},
        }


def said(answer: Recommendation) -> dict[str, Any]:
    """Return the same of an answer of the engine."""
    return {
        "status": str(answer.status),
        "options": [
            option_dict(one) | {"locators": statement_dict(answer.definitions, one.statement)["locators"]}
            for one in answer.options
        ],
        "gaps": [_as_text(gap_dict(one)) for one in answer.gaps],
        "missing": set(answer.missing),
    }


def _as_text(gap: dict[str, Any]) -> dict[str, Any]:
    """Return a gap with the values of its facts as text."""
    for differs in (one for near in gap["nearest"] for one in near["differs"]):
        differs["is"] = None if differs["is"] is None else answer_text(differs["is"])
        differs["needs"] = [answer_text(one) for one in differs["needs"]]
    return gap


def answer_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def differences(engine: Engine, tables: StepTables, rows: list[Row]) -> list[tuple[Mapping[str, Value], object]]:
    """Return the first rows of which the steps say other than the engine, with what: a failing test prints them all."""
    from pnet_pathways.model.case import Case
    from pnet_pathways.model.errors import CaseError

    codes = as_codes(tables, rows)
    bad, ids = tables.bad_rows(codes).tolist(), {name: one.tolist() for name, one in tables.answer(codes).items()}
    told = Told(tables.said)
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
        key = tuple(ids[group][number] for group in ids)
        if id(answer.shared) not in equal.setdefault(key, set()):
            mine = told.together(dict(zip(ids, key, strict=True)))
            if mine != said(answer):
                found.append((facts, mine))
            equal[key].add(id(answer.shared))
            kept.append(answer.shared)  # so that no other answer gets its id
    return found[:3]
