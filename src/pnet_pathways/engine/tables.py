"""The compiled form: for each track a table of all its scenarios as bit masks, and exact answers from it for any case.

An answer for a partial case comes from all the rows that it leaves open: an option is certain when it holds in every one,
possible when in some, and it depends on a fact when changing that fact alone changes it in some completion.
Answers are remembered per set of rows.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from operator import itemgetter

import attrs

from ..model.pathway import Definitions, Option, Pathway, Question, Track
from ..model.scenario_rows import LeafKind, Row, TrackScenarios
from ..model.values import Value
from ..model.vocabulary import Block, Vocabulary
from .nearest import Nearest, NearestStatement, numbers

Key = tuple[Value | None, ...]


class GapKind(StrEnum):
    """`silent`: no statement leaves an option; `combination`: statements apply side by side without a word on all of them."""

    SILENT = "silent"
    COMBINATION = "combination"


@attrs.frozen
class Offered:
    """An option for a case: `certain` or possible, with the unknown facts on which a possible one depends."""

    option: Option
    certain: bool
    depends_on: tuple[str, ...]


@attrs.frozen
class TrackGap:
    """A gap of one track for a case, with what is said of it where it can arise."""

    kind: GapKind
    messages: tuple[str, ...]
    readings: tuple[str, ...]
    certain: bool
    depends_on: tuple[str, ...]
    find_nearest: Callable[[], tuple[NearestStatement, ...]] = attrs.field(default=tuple, repr=False, eq=False)

    @functools.cached_property
    def nearest(self) -> tuple[NearestStatement, ...]:
        """The statements that come nearest; sought only when they are wanted."""
        return self.find_nearest()


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
    """What one track says about a case that leaves some rows of its table open; its graph is walked only if that is wanted."""

    offered: tuple[Offered, ...]
    gaps: tuple[TrackGap, ...]
    table: TrackTable = attrs.field(repr=False)
    rows: int

    @functools.cached_property
    def asks(self) -> tuple[str, ...]:
        """The missing facts that the graph asks, in the order in which it gets to them."""
        return self.table.asks(self.rows, self.missing)

    @functools.cached_property
    def trace(self) -> tuple[Step, ...]:
        """The way through the graph."""
        return self.table.trace(self.rows)

    @property
    def missing(self) -> frozenset[str]:
        """The unknown facts on which something of the answer depends."""
        depends = (*(one.depends_on for one in self.offered), *(gap.depends_on for gap in self.gaps))
        return frozenset(fact for facts in depends for fact in facts)


@attrs.define
class Evidence:
    """What a case says of facts that are tied together, as a mask over the rows of a table.

    `parts` pair the rows of the linked facts (a mask over `Vocabulary.rows`) with the table's rows that agree with them.
    """

    linked: frozenset[str]
    names: tuple[str, ...]
    key_of: Callable[[Sequence[Value | None]], Key]
    parts: tuple[tuple[int, int], ...]
    memo: dict[Key, int] = attrs.field(factory=dict)

    @classmethod
    def of(cls, vocabulary: Vocabulary, block: Block, facts: tuple[str, ...], rows: tuple[Row, ...]) -> Evidence:
        """Return what reads a block of a table's facts."""
        linked = vocabulary.tied_to(block.facts[0])
        names = tuple(name for name in vocabulary.facts if name in linked)
        places = [facts.index(name) for name in block.facts]
        table: dict[Key, int] = {}
        for number, row in enumerate(rows):
            values = tuple(row.values[place] for place in places)
            table[values] = table.get(values, 0) | 1 << number
        whole: dict[Key, int] = {}
        for number, scenario in enumerate(vocabulary.rows(linked)):
            values = tuple(scenario[name] for name in block.facts)
            whole[values] = whole.get(values, 0) | 1 << number
        codes = tuple(vocabulary.facts[name].code for name in names)
        parts = tuple((mask, table[values]) for values, mask in whole.items())
        return cls(linked, names, _getter(codes), parts)

    def rows(self, vocabulary: Vocabulary, values: Sequence[Value | None]) -> int:
        """Return the table's rows that a case leaves open; its values are in the vocabulary's order."""
        key = self.key_of(values)
        found = self.memo.get(key)
        if found is None:
            given = {name: value for name, value in zip(self.names, key, strict=True) if value is not None}
            found = self.memo[key] = self._table_rows(vocabulary.left(self.linked, given))
        return found

    def _table_rows(self, left: int) -> int:
        return functools.reduce(int.__or__, [here for mask, here in self.parts if mask & left], 0)

    def cases(self, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
        """Yield for every set of rows of the linked facts that a case leaves open, as a mask, the table's rows left."""
        for left in vocabulary.partial_cases(self.linked):
            yield left, self._table_rows(left)


@attrs.define(eq=False)
class TrackTable:
    """One track, compiled: a bit for each row, and for each outcome the mask of the rows in which it holds.

    Outcomes are the options, in order, then the silent gap, then the gap of a combination.
    """

    vocabulary: Vocabulary
    pathway: Pathway
    track: Track
    facts: tuple[str, ...]
    reads: frozenset[str]
    rows: tuple[Row, ...]
    options: tuple[Option, ...]
    masks: tuple[int, ...]
    outcomes: tuple[int, ...]
    evidence: tuple[Evidence, ...]
    memo: dict[int, TrackAnswer] = attrs.field(factory=dict)

    @classmethod
    def build(cls, vocabulary: Vocabulary, pathway: Pathway, track: Track, table: TrackScenarios) -> TrackTable:
        """Compile a track. A statement that belongs to two tracks is answered by each under its condition there."""
        options = tuple(sorted((option for option, _, _ in pathway.placed_in(track.name)), key=lambda option: option.item))
        masks: list[int] = []
        for row in table.rows:
            holds = [(option.statement, option.number) in row.holds for option in options]
            holds += [row.expected is LeafKind.GAP, row.combines]
            masks.append(sum(held << bit for bit, held in enumerate(holds)))
        outcomes = tuple(
            sum(1 << number for number, mask in enumerate(masks) if mask >> bit & 1) for bit in range(len(options) + 2)
        )
        evidence = tuple(Evidence.of(vocabulary, block, table.facts, table.rows) for block in vocabulary.blocks(table.facts))
        return cls(vocabulary, pathway, track, table.facts, table.reads, table.rows, options, tuple(masks), outcomes, evidence)

    def open_rows(self, values: Sequence[Value | None]) -> int:
        """Return, as a mask, the rows that a case leaves open; its values are in the vocabulary's order.

        Cases that leave the same rows open have the same answer.
        """
        mask = (1 << len(self.rows)) - 1
        for one in self.evidence:
            mask &= one.rows(self.vocabulary, values)
        return mask

    def answer(self, values: Sequence[Value | None]) -> TrackAnswer:
        """Return the track's answer for a case's values (in the vocabulary's order)."""
        return self.answer_of(self.open_rows(values))

    def answer_of(self, rows: int) -> TrackAnswer:
        """Return the track's answer for every case that leaves some rows open."""
        found = self.memo.get(rows)
        if found is None:
            # Two threads may both compute it; they store equal answers.
            found = self.memo[rows] = self._answer(rows)
        return found

    def _answer(self, left: int) -> TrackAnswer:
        depends = self._dependencies(left)
        offered = tuple(
            Offered(option, not left & ~mask, depends.get(bit, ()))
            for bit, (option, mask) in enumerate(zip(self.options, self.outcomes, strict=False))
            if left & mask
        )
        return TrackAnswer(offered, tuple(self._gaps(left, depends)), self, left)

    def known(self, left: int) -> dict[str, Value | None]:
        """Return what some rows say of each fact together: the value that all of them have."""
        by_fact = zip(self.facts, self._literals, strict=True)
        return {name: next((value for value, rows in one.items() if not left & ~rows), None) for name, one in by_fact}

    def _gaps(self, left: int, depends: Mapping[int, tuple[str, ...]]) -> Iterator[TrackGap]:
        count, (silent, combined) = len(self.options), self.outcomes[-2:]
        if left & silent:
            names = {self.rows[number].leaf for number in numbers(left & silent)}
            leaves = [leaf for leaf in self.track.leaves if leaf.name in names]
            yield TrackGap(
                GapKind.SILENT,
                tuple(leaf.message for leaf in leaves),
                tuple(reading for leaf in leaves for reading in leaf.readings),
                not left & ~silent,
                depends.get(count, ()),
                lambda: self._nearest.to(tuple(self.known(left).values())),
            )
        if left & combined and (combination := self.pathway.combination(self.track.name)) is not None:
            yield TrackGap(
                GapKind.COMBINATION,
                (combination.message,),
                combination.readings,
                not left & ~combined,
                depends.get(count + 1, ()),
            )

    @functools.cached_property
    def _literals(self) -> tuple[dict[Value, int], ...]:
        """Return, for each fact, by value the rows that have it."""
        found: tuple[dict[Value, int], ...] = tuple({} for _ in self.facts)
        for number, row in enumerate(self.rows):
            for literal, value in zip(found, row.values, strict=True):
                literal[value] = literal.get(value, 0) | 1 << number
        return found

    @functools.cached_property
    def _nearest(self) -> Nearest:
        return Nearest(self.vocabulary, self.pathway, self.track, self.facts, self.rows)

    def _dependencies(self, left: int) -> dict[int, tuple[str, ...]]:
        """Return, for each outcome that is possible but not certain, the facts that change it in some completion.

        That is when this fact alone changes. Facts that another value of it takes away, since they apply no longer, are left
        out of the comparison. An outcome that no fact changes alone, since rules tie facts together,
        depends on those that change it together.
        """
        found: dict[int, tuple[str, ...]] = {}
        for bit, mask in enumerate(self.outcomes):
            held, lacking = left & mask, left & ~mask
            if not held or not lacking:
                continue
            alone = [
                fact
                for fact, rows in self._levers[bit].items()
                if any(self._partners[fact][number] & lacking for number in numbers(held & rows))
            ]
            found[bit] = tuple(alone) or self._together(held, lacking)
        return found

    @functools.cached_property
    def _partners(self) -> dict[str, tuple[int, ...]]:
        """Return, for each fact, the rows that differ from each row in nothing but this fact and what it takes away."""
        found: dict[str, tuple[int, ...]] = {}
        dependents = self.vocabulary.dependents
        for position, fact in enumerate(self.facts):
            loose = [self.facts.index(name) for name in dependents.get(fact, ()) if name in self.facts]
            fixed = [index for index in range(len(self.facts)) if index != position and index not in loose]
            alike: dict[Key, list[int]] = {}
            for number, row in enumerate(self.rows):
                alike.setdefault(tuple(row.values[index] for index in fixed), []).append(number)
            partners = [0] * len(self.rows)
            for group in alike.values():
                for one, other in itertools.combinations(group, 2):
                    if self.rows[one].values[position] != self.rows[other].values[position] and self._alike(one, other, loose):
                        partners[one] |= 1 << other
                        partners[other] |= 1 << one
            found[fact] = tuple(partners)
        return found

    @functools.cached_property
    def _levers(self) -> tuple[dict[str, int], ...]:
        """Return, for each outcome, by fact the rows with it from which that fact alone leads to one without, if any."""
        found = []
        for mask in self.outcomes:
            rows = {
                fact: sum(1 << number for number in numbers(mask) if partners[number] & ~mask)
                for fact, partners in self._partners.items()
            }
            found.append({fact: some for fact, some in rows.items() if some})
        return tuple(found)

    def _together(self, held: int, lacking: int) -> tuple[str, ...]:
        """Return the facts in which completions with and without an outcome differ, where they least do."""
        ways: dict[int, set[int]] = {}
        for number, other in itertools.product(numbers(held), numbers(lacking)):
            pairs = zip(self.rows[number].values, self.rows[other].values, strict=True)
            differing = [place for place, (value, less) in enumerate(pairs) if value != less]
            ways.setdefault(len(differing), set()).update(differing)
        return tuple(self.facts[place] for place in sorted(ways[min(ways)]))

    def _alike(self, one: int, other: int, loose: list[int]) -> bool:
        """Return whether two rows differ only in such loose facts as do not apply in one of them."""
        for index in loose:
            if self.rows[one].values[index] != self.rows[other].values[index]:
                name = self.facts[index]
                scenarios = (dict(zip(self.facts, self.rows[number].values, strict=True)) for number in (one, other))
                if all(self.vocabulary.applies(name, scenario) for scenario in scenarios):
                    return False
        return True

    def asks(self, left: int, missing: frozenset[str]) -> tuple[str, ...]:
        """Return the missing facts that the graph asks, in the order in which it gets to them."""
        known = self.known(left)
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

    def trace(self, left: int) -> tuple[Step, ...]:
        """Return the way through the graph; what holds where it ends is what the scenarios that are left all say.

        Under an alternative they can say different things still, since the graph asks what the statements ask without it.
        """
        known = self.known(left)
        ends = {(self.rows[number].leaf, self.rows[number].expected) for number in numbers(left)}
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


def _getter(codes: tuple[int, ...]) -> Callable[[Sequence[Value | None]], Key]:
    if len(codes) > 1:
        return itemgetter(*codes)
    return lambda values: (values[codes[0]],)


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
