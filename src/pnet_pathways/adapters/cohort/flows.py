"""How many patients take each way through the pathways: whom a row of a page concerns, and who comes by a state of a graph.

Patients are told apart, for each track, only by what their findings leave open of its scenarios.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from ...engine.recommend import Engine
from ...engine.tables import TrackTable
from ...model.pathway import Choice, Pathway, Question, Track
from ...views.diagrams.page_rows import Band, PageRow
from ...views.diagrams.row_marks import RowMark, mark_of_row
from .left_open import LeftOpen, Openness
from .small_counts import NOBODY, Count, SmallCounts, counted_by, total_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


@attrs.frozen(eq=False)
class PathwayFlow:
    """The patients of one pathway: how many in all, and by track how many leave the same rows of its table open."""

    pathway: Pathway
    patients: Count
    tracks: Mapping[str, Mapping[int, Count]]


def pathway_flows(engine: Engine, openness: Openness, marks: NDArray[np.uint64]) -> dict[str, PathwayFlow]:
    """Return the patients of each pathway, by its name: those of its types, or for one that every type shares all in scope.

    Patients of unknown type are counted with what every type shares. `marks` are the patients' fingerprints.
    """
    definitions = engine.definitions
    entry, vocabulary = definitions.entry, definitions.vocabulary
    values = (None, *vocabulary.facts[entry.fact].values)
    found = {}
    for name, pathway in definitions.pathways.items():
        types = entry.types_of(name)
        own = [
            place
            for place, value in enumerate(values)
            if value in types or (name in entry.common and (value is None or value in entry.types_in_scope))
        ]
        here = np.isin(openness.findings[entry.fact], own)
        tables = engine.compiled.tables
        counts = {track: _by_rows(openness.of_table(tables[name, track]), here, marks) for track in pathway.tracks}
        patients = total_of(next(iter(counts.values())).values())
        found[name] = PathwayFlow(pathway, patients, counts)
    return found


def _by_rows(left: LeftOpen, here: NDArray[np.bool_], marks: NDArray[np.uint64]) -> dict[int, Count]:
    """Return some patients by the rows of a track that their findings leave open, as a mask."""
    return {left.masks[place]: count for place, count in counted_by(left.of[here], marks[here]).items()}


RowCounts = Mapping[PageRow, Mapping[RowMark, Count]]


def row_counts(engine: Engine, flow: PathwayFlow, bands: Sequence[Band]) -> RowCounts:
    """Return to how many patients each row of a pathway's page applies, may apply, and does not apply."""
    found: dict[PageRow, dict[RowMark, Count]] = {}
    for row in (row for band in bands for row in band.rows if not row.leads_to):
        table = engine.compiled.tables[flow.pathway.name, row.track]
        counts = dict.fromkeys((RowMark.APPLIES, RowMark.MAY_APPLY, RowMark.DOES_NOT_APPLY), NOBODY)
        for rows, count in flow.tracks[row.track].items():
            counts[mark_of_row(row, table.answer_of(rows))] += count
        found[row] = counts
    return found


@attrs.frozen(eq=False)
class StateCounts:
    """How many patients come by each state of a track and take each answer; `stop` where the finding asked for is unknown."""

    states: Mapping[str, Count]
    answers: Mapping[tuple[str, str], Count]
    stop: Mapping[str, Count]


def state_counts(table: TrackTable, by_rows: Mapping[int, Count]) -> StateCounts:
    """Return how many patients take each way through a track's graph."""
    states: dict[str, Count] = {}
    answers: dict[tuple[str, str], Count] = {}
    stop: dict[str, Count] = {}
    for rows, count in by_rows.items():
        for state, choice in table.track.path(table.known(rows).get):
            states[state.name] = states.get(state.name, NOBODY) + count
            if choice is not None:
                answers[state.name, choice.name] = answers.get((state.name, choice.name), NOBODY) + count
            elif isinstance(state, Question):
                stop[state.name] = stop.get(state.name, NOBODY) + count
    return StateCounts(states, answers, stop)


def add_rows(small: SmallCounts, counts: RowCounts) -> None:
    """Add the counts of a page's rows to those of a report."""
    for row in counts.values():
        small.add((row[RowMark.APPLIES], row[RowMark.MAY_APPLY]), row[RowMark.DOES_NOT_APPLY])


def add_states(small: SmallCounts, track: Track, counts: StateCounts) -> None:
    """Add the counts of a track's states and answers to those of a report: who comes to a state leaves it, or stops there."""
    ends = [counts.states[leaf.name] for leaf in track.leaves if leaf.name in counts.states]
    small.add([*ends, *counts.stop.values()])
    for name in counts.states:
        small.add([*(count for (asked, _), count in counts.answers.items() if asked == name), counts.stop.get(name, NOBODY)])
        small.add(counts.answers.get((asked.name, way.name), NOBODY) for asked, way in _ways_to(track, name))


def _ways_to(track: Track, name: str) -> Iterator[tuple[Question, Choice]]:
    return ((asked, way) for asked in track.questions for way in asked.answers if way.target == name)
