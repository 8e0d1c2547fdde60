"""Concordance: how what was given stands to what the document lists, by treatment, under each reading, and by groups.

It describes a document's list. It measures no quality of care, and every output says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from ...engine.recommend import Engine
from .given import Given
from .left_open import Openness
from .small_counts import NOBODY, Count, SmallCounts, counted_by, total_of
from .standing import Outcome, Standings

if TYPE_CHECKING:
    from numpy.typing import NDArray

WARNING: Final = (
    "This compares what was given with what one document lists. It does not measure quality of care: "
    "a treatment that is not listed can be right, and one that is listed can be wrong, for a patient."
)
Z: Final = 1.959963984540054
"""The normal quantile of a two-sided interval of 95 %."""
OUTCOME_WORDS: Final[Mapping[Outcome, str]] = {
    Outcome.LISTED: "listed",
    Outcome.NOT_LISTED: "not listed",
    Outcome.SILENT: "summary silent",
    Outcome.CANNOT_TELL: "cannot be told",
}
OUTCOMES: Final = tuple(Outcome)
Counts = Mapping[Outcome, Count]
Key = tuple[str, ...]


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return Wilson's interval of 95 % for a proportion (without correction for continuity); `whole` is at least 1."""
    share, square = part / whole, Z * Z
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    half = Z / (1 + square / whole) * math.sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    # At 0 and at 1 it ends there exactly; rounding must not pass it.
    return (0.0 if part == 0 else max(0.0, middle - half)), (1.0 if part == whole else min(1.0, middle + half))


@attrs.frozen(eq=False)
class Concordance:
    """How what was given stands to the answers. What is counted are treatments given: pairs of a patient and a treatment.

    `treatments` has the counts of each treatment that was given, by its id; `groups` those of each combination of the values
    of the columns `by`, in all and by treatment. `readings` has for each alternative that changes something, by its name
    (``R-2=on_its_own``) and taken alone, what was so under the reading (first) and is then (second). `unmapped` and `nothing`
    count patients, as does `patients`, who were evaluated.
    """

    patients: Count
    nothing: Count
    unmapped: Mapping[str, Count]
    total: Counts
    treatments: Mapping[str, Counts]
    by: Key
    groups: Mapping[Key, Counts]
    group_treatments: Mapping[tuple[Key, str], Counts]
    readings: Mapping[str, Mapping[tuple[Outcome, Outcome], Count]]

    def under(self, alternative: str) -> Counts:
        """Return the counts under an alternative."""
        pairs = self.readings[alternative]
        return {one: total_of(count for (_, then), count in pairs.items() if then is one) for one in OUTCOMES}

    def changed(self, alternative: str) -> Count:
        """Return the treatments that stand otherwise under an alternative."""
        return total_of(count for (now, then), count in self.readings[alternative].items() if now is not then)


def concordance(
    engine: Engine,
    openness: Openness,
    given: Given,
    marks: NDArray[np.uint64],
    by: Mapping[str, Sequence[str]] | None = None,
) -> Concordance:
    """Return how what was given stands to the answers of an engine; `marks` are the patients' fingerprints.

    `by` holds the columns of groups, a value for each patient.
    """
    # A pair has a fingerprint of its own, so that the pairs of a treatment are told from its patients.
    factors = 2 * np.arange(len(given.treatments), dtype=np.uint64) + np.uint64(3)
    pairs = marks[given.patients] * factors[given.given]
    now = Standings(engine, openness, given.treatments).outcomes(given.patients, given.given).astype(np.int64)
    size = len(OUTCOMES)
    places = len(given.treatments)
    columns = by or {}
    keys, of_patient = _groups(columns, openness.number)
    group = of_patient[given.patients]
    by_all = counted_by((group * places + given.given) * size + now, pairs)
    cells: dict[tuple[Key, str], dict[Outcome, Count]] = {}
    for key, count in by_all.items():
        left, outcome = divmod(key, size)
        where, treatment = divmod(left, places)
        cells.setdefault((keys[where], given.treatments[treatment]), {})[OUTCOMES[outcome]] = count
    return Concordance(
        _count(marks, np.arange(openness.number)),
        _count(marks, given.nothing),
        {name: _count(marks, patients) for name, patients in given.unmapped.items()},
        _together(cells.values()),
        {
            name: _together(counts for (_, own), counts in cells.items() if own == name)
            for name in given.treatments
            if any(own == name for _, own in cells)
        },
        tuple(columns),
        {key: _together(counts for (own, _), counts in cells.items() if own == key) for key in keys} if columns else {},
        cells if columns else {},
        dict(_under_alternatives(engine, openness, given, now, pairs)),
    )


def _under_alternatives(
    engine: Engine, openness: Openness, given: Given, now: NDArray[np.int64], pairs: NDArray[np.uint64]
) -> Iterator[tuple[str, dict[tuple[Outcome, Outcome], Count]]]:
    """Yield each alternative that is not chosen under which something stands otherwise, with how all stands then."""
    size = len(OUTCOMES)
    for one in engine.definitions.alternatives:
        if one.reading in engine.definitions.readings_chosen:
            continue
        other = engine.under({**engine.definitions.readings_chosen, one.reading: one.id})
        then = Standings(other, openness, given.treatments).outcomes(given.patients, given.given).astype(np.int64)
        if (then != now).any():
            found = counted_by(now * size + then, pairs)
            yield one.name, {(OUTCOMES[key // size], OUTCOMES[key % size]): count for key, count in found.items()}


def _count(marks: NDArray[np.uint64], places: NDArray[np.int64]) -> Count:
    return counted_by(np.zeros(len(places), dtype=np.int64), marks[places]).get(0, NOBODY)


def _groups(columns: Mapping[str, Sequence[str]], number: int) -> tuple[list[Key], NDArray[np.int64]]:
    """Return the combinations of the columns' values in order, and which of them each patient has."""
    if not columns:
        return [()], np.zeros(number, dtype=np.int64)
    rows = list(zip(*columns.values(), strict=True))
    keys = sorted(set(rows))
    places = {key: place for place, key in enumerate(keys)}
    return keys, np.array([places[row] for row in rows], dtype=np.int64)


def _together(found: Iterable[Mapping[Outcome, Count]]) -> Counts:
    counts = dict.fromkeys(OUTCOMES, NOBODY)
    for one in found:
        for outcome, count in one.items():
            counts[outcome] += count
    return counts


def add_concordance(small: SmallCounts, found: Concordance) -> None:
    """Add the counts of a concordance to those of a report, with every sum that its tables have in common.

    What stands under an alternative is added, and is to be shown, only where it is shown how much stands otherwise: else a
    few would be told by comparing the two.
    """
    small.add([found.nothing], found.patients - found.nothing)
    for count in found.unmapped.values():
        small.add([count], found.patients - count)
    small.add(found.total.values())
    _add_rows(small, found.treatments.values())
    _add_rows(small, found.groups.values())
    for name in found.treatments:
        _add_rows(small, (counts for (_, own), counts in found.group_treatments.items() if own == name))
    for key in found.groups:
        _add_rows(small, (counts for (own, _), counts in found.group_treatments.items() if own == key))
    for name, pairs in found.readings.items():
        same = total_of(count for (now, then), count in pairs.items() if now is then)
        small.add([found.changed(name)], same)
        if small.shown(found.changed(name)) is not None:
            small.add(found.under(name).values())


def _add_rows(small: SmallCounts, rows: Iterable[Counts]) -> None:
    """Add the rows of a table, a column for each outcome: each row's own sum, each column's, and that of all."""
    table = list(rows)
    for row in table:
        small.add(row.values())
    for one in OUTCOMES:
        small.add(row.get(one, NOBODY) for row in table)
    small.add(total_of(row.values()) for row in table)
