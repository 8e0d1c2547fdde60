"""Which alternatives of readings, each taken alone, would change answers to a cohort, as an answer's `alternatives` tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from ...engine.alternatives import COMPARED
from ...engine.recommend import Engine
from ...model.pathway import Alternative
from .compiling import compile_steps
from .steps import Codes, StepTables

if TYPE_CHECKING:
    import pyarrow as pa

Said = Counter[Hashable]


def _compared(tables: StepTables) -> dict[str, list[Said]]:
    """Return what is compared of each answer, wherever it stands in it, by group."""
    options = _rows(tables.said.options, ("statement", "item", "treatments", *COMPARED))
    gaps = _rows(tables.said.gaps, ("track", "kind", "certainty"))
    found: dict[str, list[Said]] = {}
    for one in tables.said.answers.select(["group", "options", "gaps"]).to_pylist():
        said = Counter(options[number] for number in one["options"])
        said.update(gaps[number] for number in one["gaps"])
        found.setdefault(one["group"], []).append(said)
    return found


def _rows(table: pa.Table, names: Sequence[str]) -> list[Hashable]:
    columns = table.select(list(names)).to_pydict().values()
    return [tuple(tuple(one) if isinstance(one, list) else one for one in row) for row in zip(*columns, strict=True)]


class Changes:
    """What each alternative would change, on top of those that are chosen."""

    def __init__(self, engine: Engine, tables: StepTables) -> None:
        chosen = engine.definitions.readings_chosen
        others = [one for one in engine.definitions.alternatives if chosen.get(one.reading) != one.id]
        mine = _compared(tables)
        self._others = [_Other(one, mine, compile_steps(engine.under({one.reading: one.id}))) for one in others]

    @property
    def alternatives(self) -> tuple[Alternative, ...]:
        """The alternatives, in the order of their bits."""
        return tuple(one.alternative for one in self._others)

    def mask(self, codes: Mapping[str, Codes], answers: Mapping[str, Codes]) -> Codes:
        """Return for each row which alternatives would change its answer: bit 0 is the first."""
        found: Codes = np.zeros(len(next(iter(answers.values()))), dtype=np.int64)
        for bit, other in enumerate(self._others):
            found |= other.changed(codes, answers).astype(np.int64) << bit
        return found


@attrs.define(eq=False, init=False)
class _Other:
    """One alternative: by group, a number for all answers in which nothing differs that is compared."""

    alternative: Alternative
    tables: StepTables
    _said: list[tuple[str, list[Said], list[Said], Codes, Codes]]

    def __init__(self, alternative: Alternative, base: Mapping[str, list[Said]], tables: StepTables) -> None:
        self.alternative, self.tables, self._said = alternative, tables, []
        compared = _compared(tables)
        for group, here in base.items():
            known: dict[Hashable, int] = {}
            there = compared[group]
            own, theirs = (
                np.array([known.setdefault(frozenset(one.items()), len(known)) for one in said], dtype=np.int32)
                for said in (here, there)
            )
            self._said.append((group, here, there, own, theirs))

    def changed(self, codes: Mapping[str, Codes], answers: Mapping[str, Codes]) -> Codes:
        """Return which rows have another answer. An option that only stands under another track is none."""
        others = self.tables.answer(codes)
        differs = [mine[answers[group]] != there[others[group]] for group, _, _, mine, there in self._said]
        several = np.sum(differs, axis=0)
        found = several > 0
        rows = np.flatnonzero(several > 1)
        if len(rows):
            columns = [one[group][rows] for group, *_ in self._said for one in (answers, others)]
            keys, inverse = np.unique(
                np.stack([column.astype(np.int64) for column in columns], axis=1), axis=0, return_inverse=True
            )
            found[rows] = np.array([self._whole(key) for key in keys.tolist()])[inverse.ravel()]
        return np.asarray(found)

    def _whole(self, key: list[int]) -> bool:
        was, now = Counter[Hashable](), Counter[Hashable]()
        for place, (_, here, there, *_) in enumerate(self._said):
            was.update(here[key[2 * place]])
            now.update(there[key[2 * place + 1]])
        return was != now
