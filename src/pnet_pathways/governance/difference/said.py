"""What an answer says, whatever the words: options and gaps, from a pathway's tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import attrs

from ...engine.tables import GapKind, TrackTable
from ...model.facts import Scenario
from ...model.pathway import Definitions, Option
from ...model.values import NOT_APPLICABLE, Value
from ...model.wording import option_label, option_text


@attrs.frozen(order=True)
class OfferedItem:
    """One thing that an answer says in a track: an option, or that there is a gap, by its kind (`statement` empty)."""

    statement: str = ""
    treatments: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    strength: str = ""
    intent: str = ""
    choice: str = ""
    gap: str = ""

    @property
    def is_gap(self) -> bool:
        """Whether this is a gap."""
        return bool(self.gap)


GAPS = tuple(OfferedItem(gap=str(kind)) for kind in (GapKind.SILENT, GapKind.COMBINATION))
"""The gaps, in the order in which a table lists them after its options."""


def said_of(option: Option) -> OfferedItem:
    """Return what an option says, whatever the words and its number."""
    return OfferedItem(
        option.statement, option.treatments, option.optional, str(option.strength), option.intent or "", option.choice or ""
    )


def said_text(definitions: Definitions, one: OfferedItem) -> str:
    """Return one thing that an answer says in plain words."""
    if one.is_gap:
        return "gap" if one.gap == GapKind.SILENT else f"{one.gap} gap"
    label = option_label(definitions, one.treatments, one.optional)
    return f"{option_text(one.strength, label, one.intent, one.choice)} [{one.statement}]"


@attrs.frozen
class Saying:
    """What a table says in one of the answer's tracks, by the values of the facts that it reads."""

    facts: tuple[str, ...]
    by_values: Mapping[tuple[Value, ...], frozenset[OfferedItem]]
    _remembered: dict[tuple[Value, ...], frozenset[OfferedItem] | None] = attrs.field(init=False, eq=False, factory=dict)

    @classmethod
    def of(cls, table: TrackTable, statements: Collection[str], *, gaps: bool) -> Saying:
        """Return what a table says of some statements, whatever facts rules tie to those that it reads."""
        options = [(bit, said_of(option)) for bit, option in enumerate(table.options) if option.statement in statements]
        options += enumerate(GAPS, len(table.options)) if gaps else ()
        kept = [place for place, fact in enumerate(table.facts) if fact in table.reads]
        by_values = {
            tuple(row.values[place] for place in kept): frozenset(one for bit, one in options if mask >> bit & 1)
            for row, mask in zip(table.rows, table.masks, strict=True)
        }
        return cls(tuple(table.facts[place] for place in kept), by_values)

    def said(self, scenario: Scenario) -> frozenset[OfferedItem] | None:
        """Return what is said in a scenario, `None` where these definitions refuse it.

        Where a fact that does not apply in the scenario does apply in these definitions, it counts as unknown: what is said
        in every completion is returned.
        """
        values = tuple(scenario.get(fact, NOT_APPLICABLE) for fact in self.facts)
        if values not in self._remembered:
            self._remembered[values] = self._said(values)
        return self._remembered[values]

    def _said(self, values: tuple[Value, ...]) -> frozenset[OfferedItem] | None:
        if values in self.by_values:
            return self.by_values[values]
        given = [(place, value) for place, value in enumerate(values) if value is not NOT_APPLICABLE]
        left = [said for own, said in self.by_values.items() if all(own[place] == value for place, value in given)]
        return frozenset.intersection(*left) if left else None


def sayings(tables: Iterable[TrackTable], group: str, besides: Collection[str] = ()) -> list[Saying]:
    """Return what is said in one of the answer's tracks, table by table, of all but some statements.

    A statement that belongs to two tracks is offered in the first, also by the table of the other.
    """
    found: list[Saying] = []
    for table in tables:
        tracks = table.pathway.tracks
        home = {one.id for one in table.pathway.statements if tracks[one.track].group == group and one.id not in besides}
        if table.track.group == group or any(option.statement in home for option in table.options):
            found.append(Saying.of(table, home, gaps=table.track.group == group))
    return found


def unchanged(before: Sequence[TrackTable], after: Sequence[TrackTable]) -> set[str]:
    """Return the statements of two tracks that every table says as before, so that each track can be compared alone."""
    spanning = {one.id for table in (*before, *after) for one in table.pathway.statements if one.also}
    return {one for one in spanning if _tables_with(before, one) == _tables_with(after, one)}


def _tables_with(tables: Iterable[TrackTable], statement: str) -> dict[tuple[str, bool], Saying]:
    """Return what is said of a statement, by track, and whether it is offered there first."""
    found = {}
    for table in tables:
        for option, _, first in table.pathway.placed_in(table.track.name):
            if option.statement == statement:
                found[table.track.name, first] = Saying.of(table, {statement}, gaps=False)
    return found
