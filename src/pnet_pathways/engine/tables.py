"""The compiled form: for each track a table of all its scenarios as bit masks, and exact answers from it for any case.

An answer for a partial case comes from all the rows that are consistent with it: an option is certain when it holds in
every one, possible when in some, and it depends on a fact when changing that fact alone changes it in some completion.
Answers are remembered per combination of the facts that the track reads.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Mapping
from operator import itemgetter

import attrs

from ..model.conditions import AllOf, facts_of
from ..model.pathway import (
    Definitions,
    Leaf,
    LeafKind,
    Option,
    Pathway,
    Question,
    Row,
    Statement,
    Track,
    TrackScenarios,
)
from ..model.values import Value
from ..model.vocabulary import Vocabulary

Key = tuple[Value | None, ...]


@attrs.frozen
class Offered:
    """An option for a case: `certain` or possible, with the unknown facts on which a possible one depends."""

    option: Option
    certain: bool
    depends_on: tuple[str, ...]


@attrs.frozen
class Mismatch:
    """A fact in which a case differs from what a statement needs; `value` is `None` where unknown."""

    fact: str
    value: Value | None
    needs: tuple[Value, ...]


@attrs.frozen
class NearestStatement:
    """A statement that comes nearest, and the facts in which the case differs from it: all of them, or `any_one` of them."""

    statement: str
    differs: tuple[Mismatch, ...]
    any_one: bool = False


@attrs.frozen
class TrackGap:
    """A gap of one track for a case, with the message of each leaf that can be reached."""

    leaves: tuple[Leaf, ...]
    certain: bool
    depends_on: tuple[str, ...]
    nearest: tuple[NearestStatement, ...]


@attrs.frozen
class Step:
    """One visited state of a track: a question with its answer (`None` while open), or a leaf."""

    pathway: str
    track: str
    state: str
    fact: str | None
    answer: str | None
    leaf: LeafKind | None


@attrs.frozen
class TrackAnswer:
    """What one track says about a case."""

    offered: tuple[Offered, ...]
    silence: TrackGap | None
    missing: frozenset[str]
    asks: tuple[str, ...]
    trace: tuple[Step, ...]


@attrs.define(eq=False)
class TrackTable:
    """One track, compiled."""

    vocabulary: Vocabulary
    pathway: Pathway
    track: Track
    facts: tuple[str, ...]
    reads: frozenset[str]
    rows: tuple[Row, ...]
    options: tuple[Option, ...]
    masks: tuple[int, ...]
    key_of: Callable[[Key], Key]
    memo: dict[Key, TrackAnswer] = attrs.field(factory=dict)

    @classmethod
    def build(cls, vocabulary: Vocabulary, pathway: Pathway, track: Track, table: TrackScenarios) -> TrackTable:
        """Compile a track. A statement that stands in two tracks is answered, under its whole condition, by the first."""
        options = tuple(option for option, _, first in pathway.placed_in(track.name) if first)
        options = tuple(sorted(options, key=lambda option: option.item))
        gap_bit = 1 << len(options)
        masks: list[int] = []
        for row in table.rows:
            scenario = dict(zip(table.facts, row.values, strict=True))
            mask = gap_bit if row.expected is LeafKind.GAP else 0
            for bit, option in enumerate(options):
                statement = pathway.statement(option.statement)
                if statement.also:
                    held = statement.condition.evaluate(scenario.get) and option.requires.evaluate(scenario.get)
                else:
                    held = (option.statement, option.number) in row.holds
                mask |= bool(held) << bit
            masks.append(mask)
        getter = _getter(vocabulary, table.facts)
        return cls(vocabulary, pathway, track, table.facts, table.reads, table.rows, options, tuple(masks), getter)

    def answer(self, values: Key) -> TrackAnswer:
        """Return the track's answer for a case's values (in the vocabulary's order)."""
        key = self.key_of(values)
        found = self.memo.get(key)
        if found is None:
            # Two threads may both compute it; they store equal answers.
            found = self.memo[key] = self._answer(key)
        return found

    def _answer(self, key: Key) -> TrackAnswer:
        pairs = [(row, mask) for row, mask in zip(self.rows, self.masks, strict=True) if _agrees(row.values, key)]
        gap_bit = 1 << len(self.options)
        certain, possible = _outcomes(pairs)
        depends = self._dependencies(key, pairs) if certain != possible else {}
        offered = tuple(
            Offered(option, bool(certain >> bit & 1), _facts_with(depends, 1 << bit))
            for bit, option in enumerate(self.options)
            if possible >> bit & 1
        )
        silence = None
        if possible & gap_bit:
            leaves = tuple(dict.fromkeys(row.leaf for row, mask in pairs if mask & gap_bit))
            silence = TrackGap(
                tuple(leaf for leaf in self.track.leaves if leaf.name in leaves),
                bool(certain & gap_bit),
                _facts_with(depends, gap_bit),
                self._nearest(key),
            )
        missing = frozenset(fact for fact, mask in depends.items() if mask)
        known = dict(zip(self.facts, key, strict=True))
        ends = {(row.leaf, row.expected) for row, _ in pairs}
        return TrackAnswer(offered, silence, missing, self._asks(known, missing), self._trace(known, ends))

    def _dependencies(self, key: Key, pairs: list[tuple[Row, int]]) -> dict[str, int]:
        """Return, for each unknown fact, the outcomes that change in some completion when this fact alone changes.

        Facts that another value of it takes away (the size, when the number of tumors changes) are left out of the
        comparison. An outcome that no fact changes alone, since rules tie facts together, depends on those that change it.
        """
        found: dict[str, int] = {}
        dependents = self.vocabulary.dependents
        for position, fact in enumerate(self.facts):
            # A fact that nothing reads still matters where another value of it takes one away that is read.
            if key[position] is not None or not {fact, *dependents.get(fact, ())} & self.reads:
                continue
            loose = [self.facts.index(name) for name in dependents.get(fact, ()) if name in self.facts]
            fixed = [index for index in range(len(self.facts)) if index != position and index not in loose]
            alike: dict[Key, list[tuple[Row, int]]] = {}
            for row, mask in pairs:
                alike.setdefault(tuple(row.values[index] for index in fixed), []).append((row, mask))
            changed = 0
            for group in alike.values():
                for number, (row, mask) in enumerate(group):
                    for other, other_mask in group[number + 1 :]:
                        if row.values[position] != other.values[position] and self._alike(row, other, loose):
                            changed |= mask ^ other_mask
            found[fact] = changed
        alone = functools.reduce(int.__or__, found.values(), 0)
        certain, possible = _outcomes(pairs)
        for bit in _bits(possible & ~certain & ~alone):
            for position in self._together(pairs, bit):
                if self.facts[position] in found:
                    found[self.facts[position]] |= bit
        return found

    @staticmethod
    def _together(pairs: list[tuple[Row, int]], bit: int) -> set[int]:
        """Return the positions of the facts in which completions with and without an outcome differ, where they least do."""
        ways: dict[int, set[int]] = {}
        for row, _ in (pair for pair in pairs if pair[1] & bit):
            for other, _ in (pair for pair in pairs if not pair[1] & bit):
                differing = [place for place, value in enumerate(row.values) if value != other.values[place]]
                ways.setdefault(len(differing), set()).update(differing)
        return ways[min(ways)]

    def _alike(self, row: Row, other: Row, loose: list[int]) -> bool:
        for index in loose:
            if row.values[index] != other.values[index]:
                name = self.facts[index]
                scenarios = (dict(zip(self.facts, one.values, strict=True)) for one in (row, other))
                if all(self.vocabulary.applies(name, scenario) for scenario in scenarios):
                    return False
        return True

    def _nearest(self, key: Key) -> tuple[NearestStatement, ...]:
        """Return the statements of the track that need the fewest known facts changed."""
        found: list[NearestStatement] = []
        for statement in self.pathway.statements:
            if self.track.name in dict(statement.placements):
                near = self._near(statement, key)
                if near is not None:
                    found.append(near)
        known = [min(1, changed) if near.any_one else changed for near in found for changed in [_known(near)]]
        return tuple(near for near, count in zip(found, known, strict=True) if count == min(known))

    def _near(self, statement: Statement, key: Key) -> NearestStatement | None:
        ways: dict[tuple[int, ...], list[Row]] = {}
        others: list[Row] = []
        for row in self.rows:
            if any(identifier == statement.id for identifier, _ in row.holds):
                differs = tuple(i for i, value in enumerate(key) if value is not None and value != row.values[i])
                ways.setdefault(differs, []).append(row)
            else:
                others.append(row)
        if not ways:
            return None
        fewest = min(map(len, ways))
        best = [way for way in ways if len(way) == fewest]
        own = {name for one in statement.options for name in facts_of(AllOf((statement.condition, one.requires)))}
        if fewest == 1 and len(best) > 1:
            # Several facts of which changing one is enough.
            found = [one for way in best for one in self._differences(key, ways[way], way, own)]
            return NearestStatement(statement.id, tuple(one for one in found if one.value is not None), any_one=True)
        found = list(self._differences(key, ways[best[0]], best[0], own))
        if found:
            return NearestStatement(statement.id, tuple(found))
        enough = self._enough(key, others, own)
        return NearestStatement(statement.id, enough, any_one=len(enough) > 1)

    def _differences(self, key: Key, rows: list[Row], way: tuple[int, ...], own: set[str]) -> Iterator[Mismatch]:
        """Yield the known facts to change, and the unknown ones that the statement narrows."""
        for index, (name, value) in enumerate(zip(self.facts, key, strict=True)):
            needs = tuple(one for one in self.vocabulary.facts[name].values if any(row.values[index] == one for row in rows))
            open_yet = value is None and name in own and needs != self.vocabulary.facts[name].values
            if needs and (index in way or open_yet):
                yield Mismatch(name, value, needs)

    def _enough(self, key: Key, others: list[Row], own: set[str]) -> tuple[Mismatch, ...]:
        """Return the unknown facts of which one is enough: with these values no row is left that lacks the statement."""
        found: list[Mismatch] = []
        left = [row for row in others if _agrees(row.values, key)]
        for index, (name, value) in enumerate(zip(self.facts, key, strict=True)):
            if value is None and name in own:
                lacking = {row.values[index] for row in left}
                needs = tuple(one for one in self.vocabulary.facts[name].values if one not in lacking)
                if needs:
                    found.append(Mismatch(name, None, needs))
        return tuple(found)

    def _asks(self, known: Mapping[str, Value | None], missing: frozenset[str]) -> tuple[str, ...]:
        """Return the missing facts that the graph asks, in the order in which it gets to them."""
        waiting, seen, asks = [self.track.start], {self.track.start}, dict[str, None]()
        for name in waiting:
            state = self.track.states[name]
            if isinstance(state, Question):
                asks.update(dict.fromkeys(fact for fact in state.facts if fact in missing))
                targets = [one.target for one in state.open_choices(known.get)]
                fresh = [target for target in dict.fromkeys(targets) if target not in seen]
                seen.update(fresh)
                waiting.extend(fresh)
        return tuple(asks)

    def _trace(self, known: Mapping[str, Value | None], ends: Collection[tuple[str, LeafKind]]) -> tuple[Step, ...]:
        """Return the way through the graph; what holds where it ends is what the scenarios that are left all say.

        Under an alternative they can say different things still, since the graph asks what the statements ask without it.
        """
        steps: list[Step] = []
        for state, choice in self.track.path(known.get):
            head = (self.pathway.name, self.track.name, state.name)
            if isinstance(state, Question):
                value = self.vocabulary.value_of(state.asks, known.get)
                # Some members of a group can settle its question while others are unknown.
                named = choice.name if choice is not None else None
                steps.append(
                    Step(*head, state.asks, named if value is None else self.vocabulary.answer(state.asks, value), None)
                )
            else:
                ((name, kind),) = ends if len(ends) == 1 else ((state.name, None),)
                steps.append(Step(self.pathway.name, self.track.name, name, None, None, kind))
        return tuple(steps)


def _known(near: NearestStatement) -> int:
    return sum(one.value is not None for one in near.differs)


def _getter(vocabulary: Vocabulary, facts: tuple[str, ...]) -> Callable[[Key], Key]:
    codes = [vocabulary.facts[name].code for name in facts]
    if len(codes) > 1:
        return itemgetter(*codes)
    return functools.partial(_few, tuple(codes))


def _few(codes: tuple[int, ...], values: Key) -> Key:
    return tuple(values[code] for code in codes)


def _agrees(values: tuple[Value, ...], key: Key) -> bool:
    return all(known is None or known == value for value, known in zip(values, key, strict=True))


def _outcomes(pairs: list[tuple[Row, int]]) -> tuple[int, int]:
    """Return the outcomes of every completion, and those of any."""
    masks = [mask for _, mask in pairs]
    return functools.reduce(int.__and__, masks), functools.reduce(int.__or__, masks)


def _bits(mask: int) -> Iterator[int]:
    """Yield the single bits of a mask."""
    while mask:
        yield mask & -mask
        mask &= mask - 1


def _facts_with(depends: Mapping[str, int], bit: int) -> tuple[str, ...]:
    return tuple(fact for fact, mask in depends.items() if mask & bit)


@attrs.frozen
class CompiledPathways:
    """The tables of a set of definitions: per pathway, in the order of the answer, and `plans` per type.

    A plan lists the tables that bear on a type; under `None`, those of every type in scope.
    """

    definitions: Definitions
    tables: Mapping[tuple[str, str], TrackTable]
    plans: Mapping[str | None, tuple[TrackTable, ...]]
    reads: Mapping[str | None, frozenset[str]]


def compile_pathways(definitions: Definitions, built: Mapping[tuple[str, str], TrackTable] | None = None) -> CompiledPathways:
    """Compile a set of definitions; the tables that are `built` already, by pathway and track, are used as they are."""
    known = built or {}
    tables = {
        (pathway.name, track.name): known.get((pathway.name, track.name))
        or TrackTable.build(definitions.vocabulary, pathway, track, definitions.scenarios[pathway.name, track.name])
        for pathway in definitions.pathways.values()
        for track in pathway.tracks.values()
    }
    order = list(definitions.groups)

    def position(table: TrackTable) -> tuple[int, int]:
        starts = [locator.start for option in table.options for locator in table.pathway.statement(option.statement).locators]
        return order.index(table.track.group), min(starts, default=0)

    def plan(names: Collection[str]) -> tuple[TrackTable, ...]:
        return tuple(sorted((table for table in tables.values() if table.pathway.name in names), key=position))

    entry = definitions.entry
    plans = {key: plan(entry.bears_on(key)) for key in (None, *entry.types_in_scope)}
    reads = {key: frozenset[str]().union(*(table.reads for table in tables)) for key, tables in plans.items()}
    return CompiledPathways(definitions, tables, plans, reads)
