"""What hangs on a reading: how many options and gaps change, in how many scenarios, if the text is read the other way.

Counted track by track over every scenario of the track, from the compiled tables of both ways to read.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

import attrs

from ...engine.recommend import Engine
from ...engine.tables import GapKind, TrackTable
from ...model.frames import frame_of, places
from ...model.pathway import Alternative, Option
from ...model.text import counted
from ...model.values import Value

Key = tuple[Hashable, ...]


@attrs.frozen
class Consequence:
    """What an alternative changes in one track: which options, in how many of its scenarios.

    `arising` and `filled` count the scenarios that have a gap under it alone, and only without it.
    """

    pathway: str
    track: str
    options: frozenset[Key]
    changed: int
    scenarios: int
    arising: int
    filled: int

    @property
    def words(self) -> str:
        """What changes, in words."""
        found = [f"{_changing(len(self.options))} in {self.changed:,} of {counted(self.scenarios, 'scenario')}"]
        found += [f"a gap arises in {self.arising:,}"] if self.arising else []
        found += [f"a gap is filled in {self.filled:,}"] if self.filled else []
        return "; ".join(found)


def _changing(options: int) -> str:
    if not options:
        return "no option changes, gaps do,"
    return f"{counted(options, 'option')} {'changes' if options == 1 else 'change'}"


def in_all(found: Iterable[Consequence]) -> str:
    """Return what changes in all tracks together, in words; nothing where nothing does."""
    every = list(found)
    if not every:
        return ""
    options = {(one.pathway, key) for one in every for key in one.options}
    changed, scenarios = sum(one.changed for one in every), sum(one.scenarios for one in every)
    return f"{_changing(len(options))} in {changed:,} of {counted(scenarios, 'scenario')}"


def consequences(engine: Engine, alternative: Alternative) -> tuple[Consequence, ...]:
    """Return what an alternative changes, track by track; tracks in which nothing changes are left out."""
    under = engine.under({alternative.reading: alternative.id})
    found = (
        _consequence(engine, engine.compiled.tables[key], table)
        for key, table in under.compiled.tables.items()
        if table is not engine.compiled.tables[key]
    )
    return tuple(one for one in found if one.changed)


def _consequence(engine: Engine, old: TrackTable, new: TrackTable) -> Consequence:
    definitions, name = engine.definitions, new.pathway.name
    reads = {*old.facts, *new.facts}
    frame = frame_of(definitions.vocabulary, tuple(one for one in definitions.vocabulary.facts if one in reads))
    before, after = dict(_said(old)), dict(_said(new))
    types = definitions.entry.types_under(name)
    silent = (str(GapKind.SILENT),)
    options: set[Key] = set()
    changed = scenarios = arising = filled = 0
    for row in frame.rows:
        values = dict(zip(frame.facts, row, strict=True))
        if values.get(definitions.entry.fact, types[0]) not in types:
            continue  # a type that does not lead here
        was, now = (said[tuple(values[fact] for fact in table.facts)] for said, table in ((before, old), (after, new)))
        scenarios += 1
        changed += was != now
        arising += silent in now - was
        filled += silent in was - now
        options.update(one[:3] for one in was ^ now if len(one) > 1)
    return Consequence(name, new.track.name, frozenset(options), changed, scenarios, arising, filled)


def _said(table: TrackTable) -> Iterator[tuple[tuple[Value, ...], frozenset[Key]]]:
    """Yield the values of each scenario of a track with what is said there."""
    outcomes: list[Key] = [*(_key(one) for one in table.options), *((str(kind),) for kind in GapKind)]
    for row, mask in zip(table.rows, table.masks, strict=True):
        yield row.values, frozenset(outcomes[bit] for bit in places(mask))


def _key(one: Option) -> Key:
    """Return what is compared of an option; the first three tell it apart from others."""
    return one.statement, one.item, one.treatments, one.optional, str(one.strength), one.intent, one.choice
