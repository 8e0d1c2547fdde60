"""The definitions under chosen alternatives: statements as they then read, and the scenarios that follow from them.

The graphs stay, for what they ask; what holds at the end of a path follows the statements. A scenario that becomes a gap
ends in a leaf of its own, which carries the alternative's words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import attrs

from ..model.conditions import Condition
from ..model.errors import Problem, ReadingError, listed, shown, suggest
from ..model.facts import Scenario
from ..model.lazy import LazyMapping, overlaid
from ..model.pathway import Alternative, Definitions, Leaf, Pathway, Track
from ..model.rewriting import combined, replaced, touched_tracks
from ..model.scenario_rows import LeafKind, Row, TrackScenarios
from .agreement import conditions_of, track_scenarios

Conditions = Collection[tuple[Condition, Condition]]
"""Of the options of a track: the condition of each, and what it requires."""

_REMEMBERED = 64


def checked_readings(definitions: Definitions, chosen: Mapping[str, str]) -> tuple[Alternative, ...]:
    """Return the alternatives chosen, in the order of the readings. Raises `ReadingError` with every id that is unknown."""
    problems = []
    given: Mapping[Any, object] = chosen
    for reading, name in given.items():
        if reading not in definitions.readings:
            hint = suggest(reading, definitions.readings) or f"readings: {listed(definitions.readings)}"
            problems.append(Problem(reading if isinstance(reading, str) else shown(reading), "there is no such reading", hint))
        elif not isinstance(name, str) or name not in definitions.readings[reading].alternatives:
            known = definitions.readings[reading].alternatives
            hint = suggest(name, known) or (f"alternatives: {listed(known)}" if known else "it has none")
            problems.append(Problem(reading, f"it has no alternative {shown(name)}", hint))
    if problems:
        raise ReadingError(problems)
    return tuple(one for one in definitions.alternatives if chosen.get(one.reading) == one.id)


def definitions_under(definitions: Definitions, chosen: Mapping[str, str]) -> Definitions:
    """Return the definitions with alternatives chosen, by reading, on top of those under which they are already.

    They are made once for each choice. Raises `ReadingError` where there is no such reading or alternative.
    """
    base = definitions if definitions.base is None else definitions.base
    alternatives = checked_readings(base, {**definitions.readings_chosen, **chosen})
    if not alternatives:
        return base
    key = tuple(one.name for one in alternatives)
    found = base.remembered.get(key)
    if found is None:
        while len(base.remembered) >= _REMEMBERED:
            base.remembered.pop(next(iter(base.remembered)), None)
        found = base.remembered[key] = _under(base, alternatives)
    return found


def _under(base: Definitions, alternatives: Sequence[Alternative]) -> Definitions:
    texts = {one.reading: attrs.evolve(base.readings[one.reading], text=one.text) for one in alternatives}
    chosen = {one.reading: one.id for one in alternatives}
    under = base.changed(readings=overlaid(base.readings, texts), readings_chosen=chosen, base=base)
    named = dict.fromkeys(identifier for one in alternatives for identifier in one.named)
    return read_anew(under, base, alternatives, named)


def read_anew(under: Definitions, base: Definitions, alternatives: Sequence[Alternative], named: Iterable[str]) -> Definitions:
    """Return definitions with some statements of `base` as they read under alternatives; all else is that of `under`."""
    now = {one.id: one for pathway in under.pathways.values() for one in pathway.statements}
    made = (combined(base.statement(identifier), alternatives)[0] for identifier in named)
    rewritten = [new for new in made if new is not now[new.id]]
    touched: dict[str, set[str]] = {}
    for old in (base.pathways, under.pathways):
        for one, names in touched_tracks(old, rewritten):
            touched.setdefault(one.name, set()).update(names)

    # A track that cannot be walked has no scenarios; only a draft holds one.
    walked = [(key, name) for key, tracks in touched.items() for name in tracks if (key, name) in base.scenarios]

    def arising(key: str) -> tuple[Pathway, dict[str, TrackScenarios]]:
        pathway, old_tracks = replaced(under.pathways[key], rewritten), base.pathways[key].tracks
        names = [name for one, name in walked if one == key]
        both = {name: _Arising(base, pathway, old_tracks[name], alternatives).track() for name in names}
        tracks = {**pathway.tracks, **{name: track for name, (track, _) in both.items()}}
        return attrs.evolve(pathway, tracks=tracks), {name: table for name, (_, table) in both.items()}

    anew = LazyMapping(touched, arising)
    pathways = LazyMapping(touched, lambda key: anew[key][0])
    scenarios = LazyMapping(walked, lambda key: anew[key[0]][1][key[1]])
    return under.changed(pathways=overlaid(under.pathways, pathways), scenarios=overlaid(under.scenarios, scenarios))


@attrs.frozen
class _Arising:
    """One track under alternatives: its scenarios, and a leaf for each gap that arises."""

    base: Definitions
    pathway: Pathway
    old: Track
    alternatives: Sequence[Alternative]

    def track(self) -> tuple[Track, TrackScenarios]:
        """Return the track with the leaves that arise, and its scenarios."""
        walked, group = self.base.scenarios[self.pathway.name, self.old.name], self.base.groups[self.old.group]
        table = self._own_types(track_scenarios(self.base.vocabulary, self.pathway, self.old, group, walked))
        candidates = {
            one.name: self._alone(one) for one in self.alternatives if self._touches(one) and self.old.group in one.gaps
        }
        gaps = [leaf for leaf in self.old.leaves if leaf.kind is LeafKind.GAP]
        silent = self._silent_rows(table)
        leaves = {
            number: self._leaf(candidates, table.facts, row)
            for number, row in enumerate(table.rows)
            if row.expected is LeafKind.GAP and (number in silent or self.old.states[row.leaf] not in gaps)
        }
        rows = (attrs.evolve(row, leaf=leaves[i].name) if i in leaves else row for i, row in enumerate(table.rows))
        states = {**self.old.states, **{leaf.name: leaf for leaf in leaves.values()}}
        return attrs.evolve(self.old, states=states), attrs.evolve(table, rows=tuple(rows))

    def _own_types(self, table: TrackScenarios) -> TrackScenarios:
        """Return the scenarios with those of types that do not lead here as they are for the first that does.

        No pathway reads the type, but an alternative can, to tell apart the types that share a pathway. A table is asked only
        for those; while the type is unknown, what holds for others must not count.
        """
        entry = self.base.entry
        if entry.fact not in table.facts:
            return table
        place, types = table.facts.index(entry.fact), entry.types_under(self.pathway.name)
        by_values = {row.values: row for row in table.rows}

        def own(row: Row) -> Row:
            if row.values[place] in types:
                return row
            like = by_values.get((*row.values[:place], types[0], *row.values[place + 1 :]), row)
            return attrs.evolve(like, values=row.values)

        return attrs.evolve(table, rows=tuple(own(row) for row in table.rows))

    def _silent_rows(self, table: TrackScenarios) -> frozenset[int]:
        """Return the rows of the types to which the track offers nothing at all: the graph's words are not about them."""
        if self.base.entry.fact not in table.facts:
            return frozenset()
        place = table.facts.index(self.base.entry.fact)
        offered = {row.values[place] for row in table.rows if row.holds}
        return frozenset(number for number, row in enumerate(table.rows) if row.values[place] not in offered)

    def _touches(self, alternative: Alternative) -> bool:
        """Return whether an alternative rewrites a statement of the track."""
        here = {one.id for pathway in (self._old, self.pathway) for one in pathway.statements if self._placed(one.placements)}
        return not here.isdisjoint(alternative.named)

    @property
    def _old(self) -> Pathway:
        return self.base.pathways[self.pathway.name]

    def _placed(self, placements: Sequence[tuple[str, object]]) -> bool:
        return any(track == self.old.name for track, _ in placements)

    def _leaf(self, candidates: Mapping[str, Conditions], facts: Sequence[str], row: Row) -> Leaf:
        """Return the leaf of a gap that arises, in the words of the alternatives that alone bring it; else of all of them."""
        scenario = dict(zip(facts, row.values, strict=True))
        able = [one for one in self.alternatives if one.name in candidates]
        causes = [one for one in able if not _any_holds(candidates[one.name], scenario)] or able
        readings = tuple(one.reading for one in causes or self.alternatives if causes or self._touches(one))
        messages = [one.gaps[self.old.group] for one in causes] or [unnamed(self.alternatives)]
        name = "gap under " + " and ".join(one.name for one in causes or self.alternatives)
        return Leaf(name, LeafKind.GAP, (), " ".join(dict.fromkeys(messages)), readings)

    def _alone(self, alternative: Alternative) -> Conditions:
        """Return the conditions in the track under one alternative alone."""
        own = (self._old.statement(one.id) for one in alternative.statements if one.pathway == self.pathway.name)
        alone = replaced(self._old, [combined(one, [alternative])[0] for one in own])
        return conditions_of(alone, self.old).values()


def _any_holds(conditions: Conditions, scenario: Scenario) -> bool:
    return any(when.evaluate(scenario.get) and requires.evaluate(scenario.get) for when, requires in conditions)


def unnamed(alternatives: Sequence[Alternative]) -> str:
    """Return what stands in for the message of a gap that an alternative does not name; `pnet verify` refuses it."""
    names = " and ".join(one.name for one in alternatives)
    return f"The text, read as {names}, names nothing here."
