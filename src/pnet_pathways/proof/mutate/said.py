"""What tracks say in every scenario, and in which scenarios two tables of a track say something else."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import attrs

from ...engine.openings import Openings, openings_of
from ...engine.tables import CompiledPathways, TrackTable
from ...loading.agreement import MAX_ROWS, size
from ...model.frames import Frame, frame_of
from ...model.scenario_rows import LeafKind

_REMEMBERED = 512


@attrs.frozen
class Difference:
    """The scenarios, as a mask over the rows of a frame, in which two tables of a track say something else."""

    openings: Openings
    rows: int


def difference(old: TrackTable, new: TrackTable) -> Difference | None:
    """Return where two tables of a track differ in an option or a gap, `None` for too many scenarios to look.

    What comes nearest is not compared: `nearest_differs` does.
    """
    frame = _common(old, new)
    if frame is None:
        return None
    numbers, was = _numbered(old)
    # What the old table never says has no number.
    now = [numbers.get(one) for one in _each_says(new)]
    rows = 0
    for place, (before, after) in enumerate(_rows_of_both(old, new, frame)):
        if was[before] != now[after]:
            rows |= 1 << place
    return Difference(openings_of(frame), rows)


def _common(old: TrackTable, new: TrackTable) -> Frame | None:
    """Return the frame over which two tables can be compared; `None` where it has too many scenarios."""
    facts = old.vocabulary.deciding({*old.facts, *new.facts})
    return frame_of(old.vocabulary, facts) if size(old.vocabulary, facts) <= MAX_ROWS else None


def _rows_of_both(old: TrackTable, new: TrackTable, frame: Frame) -> Iterator[tuple[int, int]]:
    return zip(_rows_in(old.openings.frame, frame), _rows_in(new.openings.frame, frame), strict=True)


@functools.lru_cache(maxsize=_REMEMBERED)
def _rows_in(frame: Frame, wider: Frame) -> tuple[int, ...]:
    """Return, for each row of a wider frame, the row of a frame that holds the same values."""
    if frame is wider:
        return tuple(range(len(frame.rows)))
    numbers = {row: number for number, row in enumerate(frame.rows)}
    at = [wider.facts.index(fact) for fact in frame.facts]
    return tuple(numbers[tuple(row[place] for place in at)] for row in wider.rows)


@functools.lru_cache(maxsize=_REMEMBERED)
def _numbered(table: TrackTable) -> tuple[dict[Hashable, int], list[int]]:
    """Return a number for each thing that a table says, and of each row the number of what it says there."""
    numbers: dict[Hashable, int] = {}
    return numbers, [numbers.setdefault(one, len(numbers)) for one in _each_says(table)]


def _each_says(table: TrackTable) -> Iterator[Hashable]:
    """Yield what a table says in each row; rows that say the same share it."""
    options = [_option_said(table, number) for number in range(len(table.options))]
    combination = table.pathway.combination(table.track.name)
    leaves = {leaf.name: (leaf.message, frozenset(leaf.readings)) for leaf in table.track.leaves}
    made: dict[tuple[int, str], Hashable] = {}
    for row, mask in zip(table.rows, table.masks, strict=True):
        key = mask, row.leaf if row.expected is LeafKind.GAP else ""
        if key not in made:
            gap = leaves[row.leaf] if row.expected is LeafKind.GAP else None
            both = (combination.message, frozenset(combination.readings)) if combination and row.combines else None
            made[key] = tuple(one for bit, one in enumerate(options) if mask >> bit & 1), gap, both
        yield made[key]


def _option_said(table: TrackTable, number: int) -> Hashable:
    """Return what an answer says of an option, but for when it stands."""
    option = table.options[number]
    readings = frozenset((*table.pathway.statement(option.statement).readings, *option.readings))
    shown = option.treatments, option.optional, option.strength, option.intent, option.choice
    return option.statement, option.item, shown, readings


def nearest_differs(old: TrackTable, new: TrackTable) -> bool:
    """Return whether gaps of two tables that say the same differ in the statements that come nearest."""
    if old.facts == new.facts and _own_facts(old) == _own_facts(new):
        return False
    frame = _common(old, new)
    if frame is None:
        return True
    pairs = dict.fromkeys(_rows_of_both(old, new, frame))
    silent = old.outcomes[len(old.options)]
    return any(_nearest(old, before) != _nearest(new, after) for before, after in pairs if silent >> before & 1)


def _own_facts(table: TrackTable) -> list[tuple[str, frozenset[str]]]:
    here = (one for one in table.pathway.statements if table.track.name in dict(one.placements))
    return [(one.id, frozenset(one.facts)) for one in here]


def _nearest(table: TrackTable, row: int) -> object:
    return [gap.nearest for gap in table.answer_of(1 << row).gaps]


# Across tracks


def tables_of(compiled: CompiledPathways, pathway: str, group: str) -> list[TrackTable]:
    """Return the tables of a pathway that make up one of the answer's tracks."""
    return [table for table in compiled.plans[None] if table.pathway.name == pathway and table.track.group == group]


@functools.lru_cache(maxsize=_REMEMBERED)
def shown_in_all(table: TrackTable) -> frozenset[str]:
    """Return the readings that a track shows in every scenario."""
    each = ([*said(table, 1 << number)] for number in range(len(table.rows)))
    return frozenset.intersection(*(frozenset(reading for one in says for reading in one["readings"]) for says in each))


def said(table: TrackTable, row: int) -> Iterator[Mapping[str, Any]]:
    """Yield what a track says in a scenario, given as a mask of its row, as the answer's options and gap hold it."""
    answer = table.answer_of(row)
    for offered in answer.offered:
        statement = table.pathway.statement(offered.option.statement)
        readings = frozenset((*statement.readings, *offered.option.readings))
        # The number and what is required say when an option stands, and the scenario does so already.
        option = attrs.evolve(offered.option, number=0, requires=statement.when, readings=())
        yield {"option": attrs.asdict(option, recurse=False) | {"requires": None}, "readings": readings}
    for gap in answer.gaps:
        yield {"gap": gap.kind, "messages": gap.messages, "readings": frozenset(gap.readings), "nearest": gap.nearest}
