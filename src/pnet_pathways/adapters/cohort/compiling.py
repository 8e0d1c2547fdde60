"""Compiles definitions into steps: the tables of the tracks, which stay the reference, as a few small lookup tables."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

import attrs
import numpy as np

from ...engine.answer_parts import OfferedOption
from ...engine.composition import Cluster, ClusterAnswer, cluster_answer, joined, offered_option
from ...engine.recommend import Engine
from ...engine.tables import Offered, TrackAnswer, TrackTable
from ...model.errors import DefinitionError, Problem
from ...model.pathway import Definitions, Pathway
from .answer_tables import GroupAnswer, answer_tables
from .folding import MOST_ENTRIES, Reads, Source, fused, step_of
from .steps import Checks, Codes, Column, GroupSteps, Step, StepTables

MOST_COMBINATIONS: Final = 1 << 26
"""How many combinations of what the facts of a group leave open are told apart at most."""

_K = TypeVar("_K", bound=Hashable)


def compile_steps(engine: Engine) -> StepTables:
    """Return the steps that answer a cohort as an engine does.

    Raises `DefinitionError` where the tracks of a group leave open too much to be told apart in tables.
    """
    vocabulary = engine.definitions.vocabulary
    columns = columns_of(engine.definitions)
    sources = [Source(vocabulary, names, columns) for names in vocabulary.tied_sets(vocabulary.facts)]
    parts = {key: _Parts(table, sources) for key, table in engine.compiled.tables.items()}
    under: dict[str, list[_Under]] = {group: [] for group in engine.definitions.groups}
    for pathway in engine.definitions.pathways.values():
        for names in _components(pathway):
            here = [parts[pathway.name, name] for name in names]
            offers = _Offers(pathway, here)
            for place, one in enumerate(here):
                under[one.table.track.group].append(_Under.of(here, offers, place))
    groups = [_Group(engine, group, sources, found) for group, found in under.items()]
    steps = tuple(GroupSteps(one.group, one.compiled()) for one in groups)
    said = answer_tables(engine.definitions, {one.group: one.answers for one in groups})
    return StepTables(engine.definitions, columns, _checks(sources, columns), steps, said)


def columns_of(definitions: Definitions) -> dict[str, Column]:
    """Return how the facts are numbered, in the vocabulary's order."""
    return {name: Column(name, fact.values) for name, fact in definitions.vocabulary.facts.items()}


def _checks(sources: Sequence[Source], columns: Mapping[str, Column]) -> Checks:
    """Return the checks of the facts that rules tie together, and one of all others: that each is a value or unknown."""
    steps: list[Step] = []
    about: dict[str, tuple[str, ...]] = {}
    loose = [columns[source.facts[0]] for source in sources if len(source.facts) == 1]
    for number, source in enumerate((one for one in sources if len(one.facts) > 1), 1):
        steps += source.check(f"check_{number}_")
        about[steps[-1].name] = source.facts
    if loose:
        reads: Reads = []
        for column in loose:
            good = [0] * (column.bad) + [1]
            reads.append((column, np.array([good, [1] * column.radix] if reads else [good])))
        steps += fused(reads, "check_values_")
        about[steps[-1].name] = tuple(column.name for column in loose)
    return Checks(tuple(steps), about)


class _Parts:
    """What one track says by what each of its sources leaves open of its rows.

    `opened` holds for each source, by its `lefts`, the number of what is opened; `numbers` by these the number of what the
    track says, and `answers` that itself.
    """

    def __init__(self, table: TrackTable, sources: Sequence[Source]) -> None:
        self.table = table
        self.opened: dict[int, Codes] = {}
        masks = []
        for evidence in table.evidence:
            place = next(place for place, one in enumerate(sources) if one.linked == evidence.linked)
            found: dict[int, int] = {}
            self.opened[place] = _numbers((evidence.opened(left) for left in sources[place].lefts), found)
            masks.append(list(found))
        self.answers: list[TrackAnswer] = []
        known: dict[Hashable, int] = {}
        by_rows: dict[int, int] = {}
        numbers = []
        for combination in itertools.product(*masks):
            rows = functools.reduce(int.__and__, combination, table.openings.frame.everything)
            if rows not in by_rows:
                answer = table.answer_of(rows)
                by_rows[rows] = known.setdefault(_said(answer), len(known))
                if len(known) > len(self.answers):
                    self.answers.append(answer)
            numbers.append(by_rows[rows])
        self.numbers = np.array(numbers, dtype=np.int32).reshape([len(one) for one in masks])


def _said(answer: TrackAnswer) -> Hashable:
    return answer.offered, answer.gaps, tuple(gap.nearest for gap in answer.gaps)


def _numbers(keys: Iterable[_K], found: dict[_K, int]) -> Codes:
    """Return the number of each key, new ones counted on."""
    return np.array([found.setdefault(key, len(found)) for key in keys], dtype=np.int32)


def _rows(table: Codes) -> tuple[Codes, Codes]:
    """Return the places of the first of each different row of a table, and which of them each row is, in their order."""
    found: Codes = np.zeros(len(table), dtype=np.int64)
    for column in table.reshape(len(table), -1).T:
        if column.size and (column != column[0]).any():
            _, found = np.unique(found * (int(column.max()) + 1) + column, return_inverse=True)
    _, first, inverse = np.unique(found, return_index=True, return_inverse=True)
    return first, inverse.astype(np.int32)


class _Offers:
    """What is offered under each of the tracks that share statements, by the numbers of what each of them says.

    `numbers` hold for each track, by these, the number of what stands under it; `said` what that is.
    """

    def __init__(self, pathway: Pathway, parts: Sequence[_Parts]) -> None:
        places = {one.table.track.name: place for place, one in enumerate(parts)}
        guests = [
            (statement.id, places[statement.track], places[track])
            for statement in pathway.statements
            for track, _ in statement.also
            if statement.track in places
        ]
        self.said: list[list[TrackAnswer]] = [[] for _ in parts]
        known: list[dict[Hashable, int]] = [{} for _ in parts]
        numbers: list[list[int]] = [[] for _ in parts]
        for answers in itertools.product(*(one.answers for one in parts)):
            for place, (answer, offered) in enumerate(zip(answers, joined(guests, answers), strict=True)):
                told = attrs.evolve(answer, offered=tuple(offered))
                number = known[place].setdefault(_said(told), len(known[place]))
                if number == len(self.said[place]):
                    self.said[place].append(told)
                numbers[place].append(number)
        shape = [len(one.answers) for one in parts]
        self.numbers = [np.array(one, dtype=np.int32).reshape(shape) for one in numbers]


class _Read:
    """What a group reads of one track: by a class of what each of its sources leaves open, the number of what matters.

    `local` holds for each source, by its `lefts`, that class.
    """

    def __init__(self, parts: _Parts, matters: Codes) -> None:
        self.local: dict[int, Codes] = {}
        numbers = matters[parts.numbers]
        for axis, (place, opened) in enumerate(parts.opened.items()):
            first, inverse = _rows(np.moveaxis(numbers, axis, 0))
            numbers = np.take(numbers, first, axis=axis)
            self.local[place] = inverse[opened]
        self.numbers = numbers


@attrs.frozen(eq=False)
class _Under:
    """What stands under one track of a group, by the numbers that are read."""

    table: TrackTable
    reads: tuple[_Read, ...]
    numbers: Codes
    said: list[TrackAnswer]

    @classmethod
    def of(cls, parts: Sequence[_Parts], offers: _Offers, place: int) -> _Under:
        """Take what matters of each of the tracks that share statements to what stands under one of them."""
        numbers, reads = offers.numbers[place], []
        for axis, one in enumerate(parts):
            first, inverse = _rows(np.moveaxis(numbers, axis, 0))
            numbers = np.take(numbers, first, axis=axis)
            reads.append(_Read(one, inverse))
        return cls(parts[place].table, tuple(reads), numbers, offers.said[place])


class _Group:
    """The steps of one track of the answer."""

    def __init__(self, engine: Engine, group: str, sources: Sequence[Source], under: Sequence[_Under]) -> None:
        self.engine, self.group, self.sources = engine, group, sources
        self.under = {id(one.table): one for one in under}
        reads = [read for one in under for read in one.reads]
        entry = engine.definitions.entry.fact
        self.entry = next(place for place, source in enumerate(sources) if entry in source.linked)
        # By source: the class of what it leaves open, by its `lefts`; and one of these for each class.
        self.classes: dict[int, Codes] = {}
        self.first: dict[int, Codes] = {}
        plans = _numbers((str(self._type(left)) for left in sources[self.entry].lefts), {})
        for place in range(len(sources)):
            columns = [read.local[place] for read in reads if place in read.local] + [plans] * (place == self.entry)
            if columns:
                first, inverse = _rows(np.stack(columns, axis=1))
                if len(first) > 1 or place == self.entry:
                    self.first[place], self.classes[place] = first, inverse
        self.answers: list[GroupAnswer] = []
        self._known: dict[Hashable, int] = {}
        self._options: dict[Hashable, OfferedOption] = {}

    def _type(self, left: int) -> str | None:
        """Return the value of the entry fact that all scenarios have which are left open, `None` where they differ."""
        source, fact = self.sources[self.entry], self.engine.definitions.entry.fact
        rows = self.engine.definitions.vocabulary.rows(source.linked)
        found = {row[fact] for number, row in enumerate(rows) if left >> number & 1}
        return str(found.pop()) if len(found) == 1 else None

    def compiled(self) -> tuple[Step, ...]:
        """Return the steps. Raises `DefinitionError` where there is too much to be told apart."""
        shape = [len(first) for first in self.first.values()]
        if math.prod(shape) > MOST_COMBINATIONS:
            message = f"{math.prod(shape):,} combinations of what facts leave open bear on it, too many for a cohort's tables"
            raise DefinitionError([Problem(self.group, message)])
        axis = list(self.first).index(self.entry)
        lefts = [self.sources[self.entry].lefts[place] for place in self.first[self.entry]]
        told = np.stack([self._told(number, self._type(left)) for number, left in enumerate(lefts)], axis=axis)
        steps: list[Step] = []
        inputs = []
        for turn, (place, classes) in enumerate(self.classes.items()):
            source = self.sources[place]
            folded = source.fold(classes, f"{self.group}_{turn + 1}_")
            if len(source.facts) == 1:
                # One fact needs no step of its own: its numbers are read where they are wanted.
                told = np.take(told, folded[0].table, axis=turn)
                inputs.append(source.facts[0])
            else:
                steps += folded
                inputs.append(folded[-1].name)
        steps += _combined(told, inputs, self.group)
        return tuple(steps)

    def _told(self, entry: int, kind: str | None) -> Codes:
        """Return the numbers of the answers under one class of the entry fact's source, by the classes of the others."""
        shape = tuple(len(first) for place, first in self.first.items() if place != self.entry)
        if not self.engine.definitions.entry.in_scope(kind):
            return np.full(shape, self._number(("", kind), lambda: GroupAnswer(_NOTHING, (), str(kind))), dtype=np.int32)
        plan = self.engine.plans[kind]
        here = [(table, is_open) for table, is_open in zip(plan.tables, plan.open, strict=True) if id(table) in self.under]
        tables, opened = zip(*here, strict=True) if here else ((), ())
        columns = [np.broadcast_to(self._standing(self.under[id(table)], entry), shape).ravel() for table in tables]
        flat = np.stack(columns, axis=1) if columns else np.zeros((math.prod(shape), 0), dtype=np.int32)
        first, inverse = _rows(flat)
        cluster = Cluster(kind, tables, opened, ())
        numbers = [
            self._answer(
                cluster, [self.under[id(table)].said[number] for table, number in zip(tables, flat[place], strict=True)]
            )
            for place in first
        ]
        return np.array(numbers, dtype=np.int32)[inverse].reshape(shape)

    def _standing(self, under: _Under, entry: int) -> Codes:
        """Return the numbers of what stands under a track, by the classes of the sources save that of the entry fact."""
        others = [place for place in self.first if place != self.entry]
        numbers = []
        for read in under.reads:
            index: list[Codes] = []
            for place, local in read.local.items():
                if place == self.entry:
                    index.append(local[self.first[place]][entry])
                elif place in self.first:
                    wide = [-1 if one == place else 1 for one in others]
                    index.append(local[self.first[place]].reshape(wide))
                else:
                    index.append(local[0])
            numbers.append(read.numbers[tuple(index)])
        return under.numbers[tuple(numbers)]

    def _answer(self, cluster: Cluster, told: Sequence[TrackAnswer]) -> int:
        definitions = self.engine.definitions
        said = cluster_answer(definitions, cluster, told, self._option)
        missing = definitions.vocabulary.codes.names[said.missing]
        key = said.options, said.gaps, tuple(gap.nearest for gap in said.gaps), said.missing
        return self._number(key, lambda: GroupAnswer(said, missing))

    def _option(self, table: TrackTable, offered: Offered, is_open: bool) -> OfferedOption:
        key = id(table), offered.option.number, offered.option.statement, offered.certain, offered.depends_on, is_open
        if key not in self._options:
            self._options[key] = offered_option(self.engine.definitions, table, offered, is_open=is_open)
        return self._options[key]

    def _number(self, key: Hashable, make: Callable[[], GroupAnswer]) -> int:
        if key not in self._known:
            self._known[key] = len(self.answers)
            self.answers.append(make())
        return self._known[key]


_NOTHING: Final = ClusterAnswer((), (), 0, ())


def _combined(told: Codes, inputs: list[str], prefix: str) -> list[Step]:
    """Return the steps that look up a table by several numbers: those first that make the fewest entries."""
    steps: list[Step] = []
    while inputs:
        places = _next(told.shape)
        sizes = [told.shape[place] for place in places]
        rest = [place for place in range(told.ndim) if place not in places]
        table = told.transpose(*places, *rest).reshape(math.prod(sizes), *(told.shape[place] for place in rest))
        name = f"{prefix}_{len(steps) + 1}"
        if rest:
            first, inverse = _rows(table)
            told = table[first]
        else:
            inverse = table
        steps.append(step_of(name, [inputs[place] for place in places], sizes, inverse))
        inputs = [name, *(inputs[place] for place in rest)] if rest else []
    return steps


def _next(shape: Sequence[int]) -> list[int]:
    """Return the places that are looked up next: the two smallest, and more as long as the table stays small."""
    order = sorted(range(len(shape)), key=lambda place: (shape[place], place))
    count = min(2, len(order))
    while count < len(order) and math.prod(shape[place] for place in order[: count + 1]) <= MOST_ENTRIES:
        count += 1
    return sorted(order[:count])


def _components(pathway: Pathway) -> Iterator[list[str]]:
    """Yield the tracks of a pathway, those together that share statements."""
    found = [{name} for name in pathway.tracks]
    for statement in pathway.statements:
        shared = {statement.track, *(track for track, _ in statement.also)}
        touched = [one for one in found if one & shared]
        found = [one for one in found if not one & shared] + [set().union(*touched)]
    for one in found:
        yield [name for name in pathway.tracks if name in one]
