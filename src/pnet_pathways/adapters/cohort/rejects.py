"""Why rows of a cohort are rejected: in the engine's words, asked once for rows that are wrong in the same way."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from ...model.case import Case, contradictions
from ...model.codes import Remembered
from ...model.errors import CaseError, Problem
from ...model.facts import Rule
from .steps import Codes, StepTables, run

REJECTS: Final = (("row", pa.int64()), ("id", None), ("column", pa.string()), ("reason", pa.string()))
"""The columns of the rejects; `row` counts from 1 within a file, the type of `id` is that of the input."""

Raw = Mapping[str, pa.ChunkedArray]
"""What stands in the columns of facts, by fact, for the rows that are rejected."""


@attrs.frozen
class Reason:
    """Why a row is rejected: the facts (or groups) that are wrong, and what is wrong with them."""

    column: str
    reason: str


class Reasons:
    """The reasons for rejecting rows. Of facts that contradict each other only those that break a rule are looked at."""

    def __init__(self, tables: StepTables) -> None:
        self._tables = tables
        vocabulary = tables.definitions.vocabulary
        self._names = list(tables.columns)
        self._rules = [
            (self._broken(rule), tied)
            for tied in vocabulary.linked_sets
            for rule in vocabulary.rules
            if set(rule.about) <= tied
        ]
        self._contradictions = Remembered(self._contradiction)
        self._wrong_values = Remembered(self._wrong_value)

    def _broken(self, rule: Rule) -> Mapping[str, Codes]:
        """Return by the numbers of a rule's facts which of them break it, as few as do, whatever other facts are."""
        columns = [self._tables.columns[name] for name in rule.about]
        found = {name: np.zeros([column.radix for column in columns], dtype=bool) for name in rule.about}
        for codes in itertools.product(*(range(column.radix) for column in columns)):
            given = {
                column.name: column.values[code - 1]
                for column, code in zip(columns, codes, strict=True)
                if 0 < code < column.bad
            }
            for name in rule.broken_by(given):
                found[name][codes] = True
        return found

    def of(self, codes: Mapping[str, Codes], raw: Raw) -> list[Reason]:
        """Return why each row is rejected; `codes` hold the rejected rows alone, `raw` what stands there.

        What is wrong with each value is told, in the order of the facts, then the contradictions: as the engine tells it.
        """
        found: list[list[Reason]] = [[] for _ in range(len(next(iter(codes.values()))))]
        for name, column in raw.items():
            places = np.flatnonzero(codes[name] == self._tables.columns[name].bad)
            for place, value in zip(places.tolist(), column.take(pa.array(places)).to_pylist(), strict=True):
                found[place].append(self._wrong_values[name, value])
        reduced = self._reduced(codes)
        known = run(self._tables.checks.steps, reduced)
        for output, names in self._tables.checks.about.items():
            places = np.flatnonzero(known[output])
            patterns = np.stack([reduced[name][places] for name in names], axis=1)
            for place, pattern in zip(places.tolist(), map(tuple, patterns.tolist()), strict=True):
                found[place].append(self._contradictions[names, pattern])
        return [one[0] if len(one) == 1 else _together(one) for one in found]

    def _reduced(self, codes: Mapping[str, Codes]) -> dict[str, Codes]:
        """Return the facts that break a rule, others as unknown; all tied facts where no rule alone is broken."""
        vocabulary = self._tables.definitions.vocabulary
        count = len(next(iter(codes.values())))
        named = {name: np.zeros(count, dtype=bool) for name in self._names}
        for tied in vocabulary.linked_sets:
            alone = np.zeros(count, dtype=bool)
            for broken, of in self._rules:
                if of is tied:
                    place = tuple(codes[name] for name in broken)
                    for name, needed in broken.items():
                        here = needed[place]
                        named[name] |= here
                        alone |= here
            for name in tied:
                named[name] |= ~alone
        bad = {name: self._tables.columns[name].bad for name in self._names}
        return {
            name: np.where(named[name] & (codes[name] < bad[name]), codes[name], 0).astype(np.uint8) for name in self._names
        }

    def _wrong_value(self, told: tuple[str, Any]) -> Reason:
        name, value = told
        try:
            Case.from_facts({name: value}, self._tables.definitions.vocabulary)
        except CaseError as error:
            return _reason(error.problems)
        # A mapping can say that a value means nothing here although the definitions know it.
        return Reason(name, f"{name}: the mapping gives {value!r} no meaning")

    def _contradiction(self, told: tuple[tuple[str, ...], tuple[int, ...]]) -> Reason:
        facts = {name: self._tables.columns[name].values[code - 1] for name, code in zip(*told, strict=True) if code}
        return _reason(list(contradictions(self._tables.definitions.vocabulary, facts)))


def _reason(problems: Sequence[Problem]) -> Reason:
    return Reason("; ".join(dict.fromkeys(one.where for one in problems)), "; ".join(map(str, problems)))


def _together(reasons: Sequence[Reason]) -> Reason:
    columns = dict.fromkeys(name for one in reasons for name in one.column.split("; "))
    return Reason("; ".join(columns), "; ".join(one.reason for one in reasons))


def raw_values(table: pa.Table, rows: Codes, columns: Mapping[str, str]) -> Raw:
    """Return what stands in some rows, by fact; `columns` name the column of each."""
    taken = table.select(list(dict.fromkeys(columns.values()))).take(pa.array(rows))
    return {fact: taken[column] for fact, column in columns.items()}


def reject_table(rows: Codes, ids: pa.Array, reasons: Sequence[Reason]) -> pa.Table:
    """Return rejected rows as a table; `rows` are their numbers."""
    columns = [pa.array(rows, pa.int64()), ids]
    columns += [pa.array([one.column for one in reasons], pa.string()), pa.array([one.reason for one in reasons], pa.string())]
    return pa.table(columns, names=[name for name, _ in REJECTS])
