"""One batch of a cohort after the other: its patients' answers, its rejected rows, and what adds up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...engine.answer_parts import Status
from ...model.errors import CohortError, Problem
from .alternatives import Changes
from .columns import Layout
from .mapping import ID
from .rejects import Reason, Reasons, raw_values, reject_table
from .steps import Codes, StepTables

STATUSES: Final = tuple(str(one) for one in Status)
"""The statuses in the order of their numbers."""

NO_ID: Final = Reason(ID, "the row has no id")
_MOST_FACTS: Final = 63


@attrs.define
class Counts:
    """What was met: `read` rows are `answered` or rejected.

    `rejected` are counted by reason, `statuses` by their name, `answers` by group and number, `alternatives` by bit.
    """

    answers: dict[str, Codes]
    read: int = 0
    rejected: dict[str, int] = attrs.field(factory=dict)
    statuses: dict[str, int] = attrs.field(factory=dict)
    alternatives: dict[str, int] = attrs.field(factory=dict)

    @property
    def answered(self) -> int:
        """How many rows have an answer."""
        return sum(self.statuses.values())

    @classmethod
    def none(cls, tables: StepTables) -> Counts:
        """Return the counts of no row."""
        answers = {group.group: np.zeros(group.size, dtype=np.int64) for group in tables.groups}
        return cls(answers, statuses=dict.fromkeys(STATUSES, 0))

    def add(self, other: Counts) -> None:
        """Add the counts of other rows."""
        self.read += other.read
        for mine, others in (
            (self.rejected, other.rejected),
            (self.statuses, other.statuses),
            (self.alternatives, other.alternatives),
        ):
            for key, count in others.items():
                mine[key] = mine.get(key, 0) + count
        for group, counts in other.answers.items():
            self.answers[group] = self.answers[group] + counts

    def take(self, patients: pa.Table, sign: int = 1) -> None:
        """Count patients, or take them away."""
        for group, counts in self.answers.items():
            self.answers[group] = counts + sign * np.bincount(patients[group].to_numpy(), minlength=len(counts))
        if "alternatives" in patients.column_names:
            masks = patients["alternatives"].to_numpy()
            for bit in range(_MOST_FACTS):
                if count := int((masks >> bit & 1).sum()):
                    self.alternatives[str(bit)] = self.alternatives.get(str(bit), 0) + sign * count
        status = patients["status"].combine_chunks()
        places = status.indices.to_numpy() if len(patients) else np.zeros(0, dtype=np.int8)
        for place, name in enumerate(STATUSES):
            self.statuses[name] = self.statuses.get(name, 0) + sign * int((places == place).sum())

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as the manifest has them."""
        rejected = dict(sorted(self.rejected.items()))
        counts = {"read": self.read, "answered": self.answered, "rejected": sum(rejected.values())}
        return counts | {"status": dict(self.statuses), "rejected_by_reason": rejected}


@attrs.frozen(eq=False)
class Outcome:
    """What became of one batch; `ids` hold the ids of all its rows, rejected ones too."""

    patients: pa.Table
    rejects: pa.Table
    ids: pa.Array
    counts: Counts


class Evaluator:
    """Answers batches of one layout with step tables; safe to share between threads."""

    def __init__(self, tables: StepTables, layout: Layout, *, text: bool = False, changes: Changes | None = None) -> None:
        if len(tables.columns) > _MOST_FACTS:
            raise CohortError(
                [Problem("missing", f"a mask has room for {_MOST_FACTS} facts, and there are {len(tables.columns)}")]
            )
        self.tables, self.layout = tables, layout
        said, groups = tables.said, [one.group for one in tables.groups]
        self._masks = [(group, tables.missing(group), said.out_of_scope(group)) for group in groups]
        self._texts = {group: said.texts(said.of(group)) for group in groups} if text else {}
        self._reasons, self._changes = Reasons(tables), changes

    def run(self, table: pa.Table, first: int = 1) -> Outcome:
        """Return what becomes of the rows of a table; `first` is the number of its first row."""
        codes = self.layout.codes(table, self.tables)
        ids = _as_ids(table[self.layout.mapping.id])
        bad = self.tables.bad_rows(codes)
        absent = np.asarray(pc.is_null(ids)) if ids.null_count else None
        wrong = bad if absent is None else bad | absent
        counts = Counts.none(self.tables)
        counts.read = len(ids)
        if wrong.any():
            rows, good = np.flatnonzero(wrong), np.flatnonzero(~wrong)
            rejects = self._rejected(table, codes, ids, rows, first, counts)
            patients = self._answered(codes, ids.take(pa.array(good)), good)
        else:
            rejects = reject_table(np.zeros(0, dtype=np.int64), ids[:0], [])
            patients = self._answered(codes, ids)
        counts.take(patients)
        return Outcome(patients, rejects, ids, counts)

    def _answered(self, codes: Mapping[str, Codes], ids: pa.Array, good: Codes | None = None) -> pa.Table:
        """Return the patients of the rows that are `good`, all if that is not said."""
        found = self.tables.answer(codes)
        if good is not None:
            # The numbers of the answers are fewer than those of all facts.
            found = {group: numbers.take(good) for group, numbers in found.items()}
        missing: Codes = np.zeros(len(ids), dtype=np.int64)
        outside = np.zeros(len(ids), dtype=bool)
        for group, masks, out in self._masks:
            missing |= masks.take(found[group])
            if out.any():
                outside |= out.take(found[group])
        places = np.where(missing != 0, STATUSES.index(Status.INCOMPLETE), STATUSES.index(Status.COMPLETE)).astype(np.int8)
        places[outside] = STATUSES.index(Status.OUT_OF_SCOPE)
        status = pa.DictionaryArray.from_arrays(pa.array(places), pa.array(STATUSES))
        columns = {ID: ids} | {group: pa.array(number.astype(np.int32)) for group, number in found.items()}
        columns |= {"status": status, "missing": pa.array(missing)}
        if self._changes is not None:
            known = codes if good is None else {name: numbers[good] for name, numbers in codes.items()}
            columns["alternatives"] = pa.array(self._changes.mask(known, found))
        columns |= {f"{group}_text": text.take(pa.array(found[group])) for group, text in self._texts.items()}
        return pa.table(columns)

    def _rejected(
        self, table: pa.Table, codes: Mapping[str, Codes], ids: pa.Array, rows: Codes, first: int, counts: Counts
    ) -> pa.Table:
        here = {name: column[rows] for name, column in codes.items()}
        read = {name: self.layout.mapping.facts[name].column for name in self.layout.encoders}
        wrong = {name: column for name, column in read.items() if (here[name] == self.tables.columns[name].bad).any()}
        raw = raw_values(table, rows, wrong) if wrong else {}
        given = ids.take(pa.array(rows))
        reasons = self._reasons.of(here, raw)
        if given.null_count:
            bad = self.tables.bad_rows(here)
            absent = np.asarray(pc.is_null(given))
            reasons = [
                NO_ID if gone and not also else Reason(f"{ID}; {one.column}", f"{NO_ID.reason}; {one.reason}") if gone else one
                for one, gone, also in zip(reasons, absent.tolist(), bad.tolist(), strict=True)
            ]
        misspelled: Codes = np.zeros(len(rows), dtype=bool)
        for name in wrong:
            misspelled |= here[name] == self.tables.columns[name].bad
        absent = np.asarray(pc.is_null(given))
        kinds = {"no id": absent, "no such value": misspelled & ~absent, "contradiction": ~misspelled & ~absent}
        counts.rejected = {kind: int(mask.sum()) for kind, mask in kinds.items() if mask.any()}
        return reject_table(rows + first, given, reasons)


def _as_ids(column: pa.ChunkedArray) -> pa.Array:
    """Return the ids of a table as one array, text as plain text."""
    kind = column.type
    if pa.types.is_dictionary(kind) or pa.types.is_string_view(kind):
        column = column.cast(pa.string())
    found = column.combine_chunks()
    return found.chunk(0) if isinstance(found, pa.ChunkedArray) and found.num_chunks == 1 else found
