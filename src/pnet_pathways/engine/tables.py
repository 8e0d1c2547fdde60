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

import attrs

from ..model.frames import frame_of, places
from ..model.lazy import LazyMapping
from ..model.pathway import Definitions, Option, Pathway, Question, Track
from ..model.records import frozen
from ..model.scenario_rows import LeafKind, Row, TrackScenarios
from ..model.values import Value
from ..model.vocabulary import Vocabulary
from .nearest import Nearest, NearestStatement
from .openings import Evidence, Openings, openings_of


class GapKind(StrEnum):
    """`silent`: no statement leaves an option; `combination`: statements apply side by side without a word on all of them."""

    SILENT = "silent"
    COMBINATION = "combination"


@frozen
class Offered:
    """An option for a case: `certain` or possible, with the unknown facts on which a possible one depends."""

    option: Option
    certain: bool
    depends_on: tuple[str, ...]


@frozen
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


@frozen
class Step:
    """One visited state of a track: a question with its answer (`None` while open), or a leaf."""

    pathway: str
    track: str
    state: str
    fact: str | None
    answer: str | None
    leaf: LeafKind | None


@frozen
class TrackAnswer:
    """What one track says about a case that leaves some rows of its table open; its graph is walked only if that is wanted."""

    offered: tuple[Offered, ...]
    gaps: tuple[TrackGap, ...]
    table: TrackTable = attrs.field(repr=False)
    rows: int

    @functools.cached_property
    def trace(self) -> tuple[Step, ...]:
        """The way through the graph."""
        return self.table.trace(self.rows)


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
    memo: dict[int, TrackAnswer] = attrs.field(factory=dict)

    @classmethod
    def build(cls, vocabulary: Vocabulary, pathway: Pathway, track: Track, table: TrackScenarios) -> TrackTable:
        """Compile a track. A statement that belongs to two tracks is answered by each under its condition there."""
        options = tuple(sorted((option for option, _, _ in pathway.placed_in(track.name)), key=lambda option: option.item))
        bits = {(option.statement, option.number): bit for bit, option in enumerate(options)}
        silent, combined = len(options), len(options) + 1
        masks: list[int] = []
        outcomes = [0] * (len(options) + 2)
        for number, row in enumerate(table.rows):
            here = [bits[pair] for pair in row.holds]
            here += [silent] * (row.expected is LeafKind.GAP) + [combined] * row.combines
            masks.append(sum(1 << bit for bit in here))
            for bit in here:
                outcomes[bit] |= 1 << number
        both = tuple(masks), tuple(outcomes)
        return cls(vocabulary, pathway, track, table.facts, table.reads, table.rows, options, *both)

    @functools.cached_property
    def openings(self) -> Openings:
        """What cases leave open of the rows; worked out when the table is first asked."""
        return openings_of(frame_of(self.vocabulary, self.facts))

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What a case says of each set of facts that are tied together."""
        return self.openings.evidence

    def open_rows(self, values: Sequence[Value | None]) -> int:
        """Return, as a mask, the rows that a case leaves open; its values are in the vocabulary's order.

        Cases that leave the same rows open have the same answer.
        """
        return self.openings.left(values)

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
        return {
            name: next((value for value, rows in literal.items() if not left & ~rows), None)
            for name, literal in self.openings.frame.literals.items()
        }

    def _gaps(self, left: int, depends: Mapping[int, tuple[str, ...]]) -> Iterator[TrackGap]:
        count, (silent, combined) = len(self.options), self.outcomes[-2:]
        if left & silent:
            names = {self.rows[number].leaf for number in places(left & silent)}
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
    def _nearest(self) -> Nearest:
        return Nearest(self.openings.frame, self.pathway, self.track, self.rows)

    def _dependencies(self, left: int) -> dict[int, tuple[str, ...]]:
        """Return, for each outcome that is possible but not certain, the facts that change it in some completion.

        That is when this fact alone changes. Facts that another value of it takes away, since they apply no longer, are left
        out of the comparison. An outcome that no fact changes alone, since rules tie facts together,
        depends on those that change it together.
        """
        found: dict[int, tuple[str, ...]] = {}
        openings = self.openings
        for bit, mask in enumerate(self.outcomes):
            held, lacking = left & mask, left & ~mask
            if not held or not lacking:
                continue
            alone = []
            for fact, rows in openings.levers(mask).items():
                here = held & rows
                # From the side that has fewer rows.
                few, others = (here, lacking) if here.bit_count() < lacking.bit_count() else (lacking, here)
                if openings.meet(fact, few, others):
                    alone.append(fact)
            found[bit] = tuple(alone) or self._together(held, lacking)
        return found

    def _together(self, held: int, lacking: int) -> tuple[str, ...]:
        """Return the facts in which completions with and without an outcome differ, where they least do."""
        ways: dict[int, set[int]] = {}
        for number, other in itertools.product(places(held), places(lacking)):
            pairs = zip(self.rows[number].values, self.rows[other].values, strict=True)
            differing = [place for place, (value, less) in enumerate(pairs) if value != less]
            ways.setdefault(len(differing), set()).update(differing)
        return tuple(self.facts[place] for place in sorted(ways[min(ways)]))

    def trace(self, left: int) -> tuple[Step, ...]:
        """Return the way through the graph; what holds where it ends is what the scenarios that are left all say.

        Under an alternative they can say different things still, since the graph asks what the statements ask without it.
        """
        known = self.known(left)
        ends = {(self.rows[number].leaf, self.rows[number].expected) for number in places(left)}
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


@frozen
class CompiledPathways:
    """The tables of a set of definitions: per pathway, in the order of the answer, and `plans` per type.

    A plan lists the tables that bear on a type; under `None`, those of every type in scope.
    """

    definitions: Definitions
    tables: Mapping[tuple[str, str], TrackTable]
    plans: Mapping[str | None, tuple[TrackTable, ...]]
    reads: Mapping[str | None, frozenset[str]]


def compile_pathways(
    definitions: Definitions, built: Mapping[tuple[str, str], TrackTable | None] | None = None
) -> CompiledPathways:
    """Compile a set of definitions, each track when it is first asked.

    The tables that are `built` already, by pathway and track, are used as they are.
    """
    known, scenarios = built or {}, definitions.scenarios

    def table(key: tuple[str, str]) -> TrackTable:
        pathway = definitions.pathways[key[0]]
        return known.get(key) or TrackTable.build(definitions.vocabulary, pathway, pathway.tracks[key[1]], scenarios[key])

    tables = LazyMapping(scenarios, table)
    order = list(definitions.groups)

    def position(table: TrackTable) -> tuple[int, int]:
        starts = [locator.start for option in table.options for locator in table.pathway.statement(option.statement).locators]
        return order.index(table.track.group), min(starts, default=0)

    def plan(names: Collection[str]) -> tuple[TrackTable, ...]:
        return tuple(sorted((tables[key] for key in tables if key[0] in names), key=position))

    entry = definitions.entry
    plans = LazyMapping[str | None, tuple[TrackTable, ...]](
        (None, *entry.types_in_scope), lambda key: plan(entry.bears_on(key))
    )
    reads = LazyMapping(plans, lambda key: frozenset[str]().union(*(table.reads for table in plans[key])))
    return CompiledPathways(definitions, tables, plans, reads)
