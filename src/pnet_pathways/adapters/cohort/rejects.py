"""Why rows of a cohort are rejected: in the engine's words, asked once for rows that are wrong in the same way."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from ...model.case import Case
from ...model.conditions import Condition
from ...model.errors import CaseError
from ...model.values import Value
from .steps import Codes, StepTables, run

REJECTS: Final = (("row", pa.int64()), ("id", None), ("column", pa.string()), ("reason", pa.string()))
"""The columns of the rejects; `row` counts from 1 within a file, the type of `id` is that of the input."""

Raw = Mapping[str, Sequence[Any]]
"""What stands in the columns of facts, by fact, for the rows that are rejected."""

_MOST: Final = 1 << 14


@attrs.frozen
class Reason:
    """Why a row is rejected: the facts (or groups) that are wrong, and what is wrong with them."""

    column: str
    reason: str


class Reasons:
    """The reasons for rejecting rows. Of facts that contradict each other only those that a broken rule names are looked at."""

    def __init__(self, tables: StepTables) -> None:
        self._tables = tables
        vocabulary = tables.definitions.vocabulary
        self._names = list(tables.columns)
        self._rules = [
            (rule.about, self._broken(rule.about, rule.never), tied)
            for tied in vocabulary.linked_sets
            for rule in vocabulary.rules
            if set(rule.about) <= tied
        ]
        self._known: dict[object, Reason] = {}

    def _broken(self, about: Sequence[str], never: Condition) -> Codes:
        """Return by the numbers of a rule's facts whether they break it, whatever the others are."""
        columns = [self._tables.columns[name] for name in about]
        found = []
        for codes in itertools.product(*(range(column.radix) for column in columns)):
            given = {
                column.name: column.values[code - 1]
                for column, code in zip(columns, codes, strict=True)
                if 0 < code < column.bad
            }
            found.append(never.evaluate(given.get) is True)
        return np.array(found).reshape([column.radix for column in columns])

    def of(self, codes: Mapping[str, Codes], raw: Raw) -> list[Reason]:
        """Return why each row is rejected; `codes` hold the rejected rows alone, `raw` what stands there."""
        reduced = self._reduced(codes)
        patterns = np.ascontiguousarray(np.stack([reduced[name] for name in self._names], axis=1))
        keys = [one.tobytes() for one in patterns]
        wrong = {name: np.flatnonzero(codes[name] == self._tables.columns[name].bad).tolist() for name in raw}
        values: dict[int, list[tuple[str, Any]]] = {}
        for name, places in wrong.items():
            for place in places:
                values.setdefault(place, []).append((name, raw[name][place]))
        found = []
        for place, key in enumerate(keys):
            bad = tuple(values.get(place, ()))
            reason = self._known.get((key, bad))
            if reason is None:
                if len(self._known) >= _MOST:
                    self._known.clear()
                reason = self._known[key, bad] = self._asked(patterns[place].tolist(), dict(bad))
            found.append(reason)
        return found

    def _reduced(self, codes: Mapping[str, Codes]) -> dict[str, Codes]:
        """Return the facts that a broken rule names, others as unknown; all tied facts where no rule alone is broken."""
        vocabulary = self._tables.definitions.vocabulary
        count = len(next(iter(codes.values())))
        named = {name: np.zeros(count, dtype=bool) for name in self._names}
        for tied in vocabulary.linked_sets:
            alone = np.zeros(count, dtype=bool)
            for about, broken, of in self._rules:
                if of is tied:
                    here = broken[tuple(codes[name] for name in about)]
                    alone |= here
                    for name in about:
                        named[name] |= here
            for name in tied:
                named[name] |= ~alone
        bad = {name: self._tables.columns[name].bad for name in self._names}
        kept = {name: np.where(named[name] & (codes[name] < bad[name]), codes[name], 0) for name in self._names}
        return self._consistent_away(kept)

    def _consistent_away(self, codes: dict[str, Codes]) -> dict[str, Codes]:
        """Return the numbers without those of facts whose set does not contradict itself: they say nothing of the reason."""
        known = run(self._tables.checks.steps, codes)
        for output, names in self._tables.checks.about.items():
            wrong = known[output] > 0
            for name in names:
                codes[name] = np.where(wrong, codes[name], 0).astype(np.uint8)
        return codes

    def _asked(self, codes: Sequence[int], bad: Mapping[str, Any]) -> Reason:
        facts: dict[str, Value | Any] = {
            name: self._tables.columns[name].values[code - 1] for name, code in zip(self._names, codes, strict=True) if code
        }
        facts |= bad
        try:
            Case.from_facts(facts, self._tables.definitions.vocabulary)
        except CaseError as error:
            problems = error.problems
            return Reason("; ".join(dict.fromkeys(one.where for one in problems)), "; ".join(map(str, problems)))
        # A mapping can say that a value means nothing here although the definitions know it.
        names = ", ".join(bad)
        return Reason(names, "; ".join(f"{name}: the mapping gives {value!r} no meaning" for name, value in bad.items()))


def raw_values(table: pa.Table, rows: Codes, columns: Mapping[str, str]) -> Raw:
    """Return what stands in some rows, by fact; `columns` name the column of each."""
    taken = table.select(list(dict.fromkeys(columns.values()))).take(pa.array(rows))
    return {fact: taken[column].to_pylist() for fact, column in columns.items()}


def reject_table(rows: Codes, ids: pa.Array, reasons: Sequence[Reason]) -> pa.Table:
    """Return rejected rows as a table; `rows` are their numbers."""
    columns = [pa.array(rows, pa.int64()), ids]
    columns += [pa.array([one.column for one in reasons], pa.string()), pa.array([one.reason for one in reasons], pa.string())]
    return pa.table(columns, names=[name for name, _ in REJECTS])
