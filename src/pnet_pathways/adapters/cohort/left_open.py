"""What many patients leave open of the scenarios of each track, told apart no further than that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from ...engine.tables import TrackTable
from ...model.vocabulary import Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

Findings = Mapping[str, "NDArray[Any]"]
"""By fact what is known of each patient: 0 where it is unknown, else the place of its value among the fact's, from 1."""


@attrs.frozen(eq=False)
class LeftOpen:
    """What patients leave open: the different masks of rows, and which of them each patient's is."""

    masks: tuple[int, ...]
    of: NDArray[np.int64]

    def narrowed(self, codes: NDArray[Any], further: Callable[[int, int], int]) -> LeftOpen:
        """Return what is left with more known: `further` tells it of a mask and a code."""
        radix = int(codes.max(initial=0)) + 1
        pairs, inverse = np.unique(self.of * radix + codes, return_inverse=True)
        found: dict[int, int] = {}
        numbers = []
        for place, code in (divmod(pair, radix) for pair in pairs.tolist()):
            numbers.append(found.setdefault(further(self.masks[place], code), len(found)))
        return LeftOpen(tuple(found), np.array(numbers, dtype=np.int64)[inverse.ravel()])


@attrs.frozen(eq=False)
class Openness:
    """What the findings of some patients, none of them contradictory, leave open."""

    vocabulary: Vocabulary
    findings: Findings
    _tied: dict[frozenset[str], LeftOpen] = attrs.field(init=False, factory=dict)
    _tables: dict[int, tuple[TrackTable, LeftOpen]] = attrs.field(init=False, factory=dict)

    @property
    def number(self) -> int:
        """The number of patients."""
        return len(next(iter(self.findings.values())))

    def of_table(self, table: TrackTable) -> LeftOpen:
        """Return what is left open of the rows of a track's table; worked out once."""
        found = self._tables.get(id(table))
        if found is None:
            left = self._everything(table.openings.frame.everything)
            for one in table.evidence:
                tied = self._of_tied(frozenset(one.linked))
                left = left.narrowed(tied.of, _joining([one.opened(mask) for mask in tied.masks]))
            found = self._tables[id(table)] = table, left
        return found[1]

    def _everything(self, mask: int) -> LeftOpen:
        return LeftOpen((mask,), np.zeros(self.number, dtype=np.int64))

    def _of_tied(self, names: frozenset[str]) -> LeftOpen:
        """Return what is left open of the scenarios of facts that rules tie together."""
        found = self._tied.get(names)
        if found is None:
            rows = self.vocabulary.rows(names)
            found = self._everything((1 << len(rows)) - 1)
            for name in (name for name in self.vocabulary.facts if name in names):
                # An unknown fact leaves all rows open.
                having = [sum(1 << place for place, row in enumerate(rows) if row[name] == one) for one in self._values(name)]
                found = found.narrowed(self.findings[name], _joining([-1, *having]))
            self._tied[names] = found
        return found

    def _values(self, name: str) -> Sequence[Any]:
        return self.vocabulary.facts[name].values


def _joining(masks: Sequence[int]) -> Callable[[int, int], int]:
    return lambda mask, code: mask & masks[code]
