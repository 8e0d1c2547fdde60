"""How treatments stand to many patients: the document lists them, does not, is silent, or it cannot be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from ...engine.recommend import Engine
from ...engine.tables import TrackTable
from ...model.pathway import Definitions
from .left_open import LeftOpen, Openness

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Outcome(StrEnum):
    """How a treatment stands to a patient's answer; see `Standings`."""

    LISTED = "listed"
    NOT_LISTED = "not_listed"
    SILENT = "silent"
    CANNOT_TELL = "cannot_be_told"


_OUTCOMES: Final = tuple(Outcome)
_UNSET: Final = 255


@attrs.frozen(eq=False)
class _Part:
    """What one track says of each treatment, by what is left open of its rows: a table of masks by treatments each."""

    left: LeftOpen
    always: NDArray[np.bool_]
    ever: NDArray[np.bool_]
    gap_always: NDArray[np.bool_]
    gap_ever: NDArray[np.bool_]


@attrs.define(eq=False)
class Standings:
    """How treatments stand to patients, by one engine.

    A treatment is *listed* where in every completion of the patient's findings some option of a track has it (with others, or
    as "with or without"), be it now one statement and now another; the *document is silent* where in no completion any option
    has it, and in every one there is a gap under which it could stand: in a part of the answer in which the pathway lists it
    for other findings, or in any where it lists it nowhere. It is *not listed* where in no completion an option has it and in
    none there is such a gap. In all else unknown findings decide, and it *cannot be told*. Where the type is unknown, an
    outcome counts if it is the same for every type in scope. Of types out of scope the document is silent.
    """

    engine: Engine
    openness: Openness
    treatments: Sequence[str]
    _parts: dict[tuple[tuple[str, ...], str, str], _Part] = attrs.field(init=False, factory=dict)
    _listing: dict[tuple[str, ...], dict[str, set[str]]] = attrs.field(init=False, factory=dict)

    @property
    def definitions(self) -> Definitions:
        """The definitions that the engine answers by."""
        return self.engine.definitions

    def outcomes(self, patients: NDArray[np.int64], given: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return how treatments `given` (as places in `treatments`) stand to patients, as places in `Outcome`."""
        entry = self.definitions.entry
        values = self.definitions.vocabulary.facts[entry.fact].values
        types = self.openness.findings[entry.fact][patients]
        found = np.full(len(patients), _UNSET, dtype=np.uint8)
        for place, value in enumerate(values, 1):
            if not entry.in_scope(str(value)):
                found[types == place] = _OUTCOMES.index(Outcome.SILENT)
                continue
            here = np.flatnonzero((types == place) | (types == 0))
            outcomes = self._of_pathways(entry.bears_on(str(value)), patients[here], given[here])
            before = found[here]
            found[here] = np.where((before == _UNSET) | (before == outcomes), outcomes, _OUTCOMES.index(Outcome.CANNOT_TELL))
        return found

    def _of_pathways(
        self, pathways: tuple[str, ...], patients: NDArray[np.int64], given: NDArray[np.int64]
    ) -> NDArray[np.uint8]:
        always, ever, gap_always, gap_ever = (np.zeros(len(patients), dtype=bool) for _ in range(4))
        for pathway in pathways:
            for track in self.definitions.pathways[pathway].tracks:
                part = self._part(pathways, pathway, track)
                where = part.left.of[patients], given
                always |= part.always[where]
                ever |= part.ever[where]
                gap_always |= part.gap_always[where]
                gap_ever |= part.gap_ever[where]
        places = [_OUTCOMES.index(one) for one in (Outcome.LISTED, Outcome.CANNOT_TELL, Outcome.SILENT, Outcome.CANNOT_TELL)]
        return np.select([always, ever, gap_always, gap_ever], places, _OUTCOMES.index(Outcome.NOT_LISTED)).astype(np.uint8)

    def _part(self, pathways: tuple[str, ...], pathway: str, track: str) -> _Part:
        found = self._parts.get((pathways, pathway, track))
        if found is None:
            table = self.engine.compiled.tables[pathway, track]
            left = self.openness.of_table(table)
            told = [_told(left.masks, self._rows_with(table, one)) for one in self.treatments]
            listing = self._groups_listing(pathways)
            # A treatment could stand in a part of the answer where these pathways list it there, or nowhere.
            relevant = [one not in listing or table.track.group in listing[one] for one in self.treatments]
            gap_always, gap_ever = _told(left.masks, table.outcomes[-2] | table.outcomes[-1])
            found = self._parts[pathways, pathway, track] = _Part(
                left,
                np.stack([one for one, _ in told], axis=1),
                np.stack([one for _, one in told], axis=1),
                np.logical_and.outer(gap_always, relevant),
                np.logical_and.outer(gap_ever, relevant),
            )
        return found

    @staticmethod
    def _rows_with(table: TrackTable, treatment: str) -> int:
        rows = 0
        for option, mask in zip(table.options, table.outcomes, strict=False):
            if treatment in {*option.treatments, *option.optional}:
                rows |= mask
        return rows

    def _groups_listing(self, pathways: tuple[str, ...]) -> Mapping[str, Collection[str]]:
        """Return by treatment the parts of the answer in which some pathways list it for any findings."""
        found = self._listing.get(pathways)
        if found is None:
            found = self._listing[pathways] = {}
            for (name, _), table in self.engine.compiled.tables.items():
                for option, rows in zip(table.options, table.outcomes, strict=False) if name in pathways else ():
                    for treatment in (*option.treatments, *option.optional) if rows else ():
                        found.setdefault(treatment, set()).add(table.track.group)
        return found


def _told(masks: Sequence[int], rows: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return for each mask whether all its rows are among some rows, and whether any is."""
    always, ever = [not mask & ~rows for mask in masks], [bool(mask & rows) for mask in masks]
    return np.array(always, dtype=bool), np.array(ever, dtype=bool)
