"""Every scenario of a pathway, one by one: its case, the path through each track, what is offered, where the summary is silent.

A scenario gives each fact that the pathway can use one value. Rules tie some facts together; the facts that no rule ties
are independent, so the scenarios are a product of small blocks: counted, numbered and drawn without listing them.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Final

import attrs

from ...engine.recommend import engine_for
from ...engine.tables import TrackTable
from ...loading.folder import given_definitions
from ...model.case import Case
from ...model.errors import SuiteError, listed, suggest
from ...model.facts import Scenario
from ...model.pathway import Definitions, Option, Pathway
from ...model.scenario_rows import Row
from ...model.text import counted
from ...model.values import Value
from ...model.vocabulary import Block, Vocabulary
from .ids import scenario_id
from .records import (
    ScenarioGap,
    ScenarioRecord,
    TrackPath,
)

ALL: Final = "all"
"""The name of every pathway together, where none is called so."""


@attrs.frozen(eq=False)
class ScenarioSpace:
    """All scenarios of one pathway, in a fixed order. Iterating makes them one by one; nothing is kept.

    `type` is that of every case, `None` where the pathway is for every type, or reads the type, and none was chosen.
    `facts` are those that the pathway can use and those that decide whether one of them applies, in the order of the case.
    """

    definitions: Definitions
    pathway: Pathway
    type: str | None
    blocks: tuple[Block, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts to which every scenario gives a value."""
        found = {name for block in self.blocks for name in block.facts}
        return tuple(name for name in self.definitions.vocabulary.facts if name in found)

    @property
    def varying(self) -> tuple[str, ...]:
        """The facts that do not have the same value in every scenario."""
        fixed = {name for block in self.blocks if len(block.rows) == 1 for name in block.facts}
        return tuple(name for name in self.facts if name not in fixed)

    def values_of(self, fact: str) -> tuple[Value, ...]:
        """Return the values that a fact has in some scenario. Raises `KeyError` for no fact of the pathway."""
        for block in self.blocks:
            if fact in block.facts:
                place = block.facts.index(fact)
                return tuple(dict.fromkeys(row[place] for row in block.rows))
        raise KeyError(fact)

    @property
    def count(self) -> int:
        """The number of scenarios."""
        return prod(len(block.rows) for block in self.blocks)

    @functools.cached_property
    def tables(self) -> tuple[TrackTable, ...]:
        """The compiled tracks of the pathway, in file order."""
        compiled = engine_for(self.definitions).compiled
        return tuple(compiled.tables[self.pathway.name, name] for name in self.pathway.tracks)

    def rows(self, table: TrackTable) -> tuple[tuple[str, ...], dict[tuple[Value, ...], tuple[Row, int]]]:
        """Return those facts of a track that the pathway can use, and for their values in some scenario the track's row.

        Facts that are only tied to them by a rule change nothing, so that rows fall together. With each row comes its mask
        of the table.
        """
        places = [place for place, name in enumerate(table.facts) if name in self.facts]
        facts = tuple(table.facts[place] for place in places)
        allowed = [frozenset(self.values_of(name)) for name in facts]
        found: dict[tuple[Value, ...], tuple[Row, int]] = {}
        for row, mask in zip(table.rows, table.masks, strict=True):
            values = tuple(row.values[place] for place in places)
            if all(value in those for value, those in zip(values, allowed, strict=True)):
                found.setdefault(values, (row, mask))
        return facts, found

    def __iter__(self) -> Iterator[dict[str, Value]]:
        for chosen in itertools.product(*(block.rows for block in self.blocks)):
            yield self._scenario(chosen)

    def _scenario(self, chosen: tuple[tuple[Value, ...], ...]) -> dict[str, Value]:
        return {
            name: value
            for block, row in zip(self.blocks, chosen, strict=True)
            for name, value in zip(block.facts, row, strict=True)
        }

    def at(self, number: int) -> dict[str, Value]:
        """Return the scenario with a number from 0 in the order of iteration. Raises `IndexError` for no such number."""
        if not 0 <= number < self.count:
            raise IndexError(number)
        chosen: list[tuple[Value, ...]] = []
        for block in reversed(self.blocks):
            number, position = divmod(number, len(block.rows))
            chosen.append(block.rows[position])
        return self._scenario(tuple(reversed(chosen)))

    def completed(self, known: Mapping[str, Value]) -> dict[str, Value]:
        """Return the first scenario that has some known values. Raises `KeyError` where none has."""
        chosen: list[tuple[Value, ...]] = []
        for block in self.blocks:
            wanted = {place: known[name] for place, name in enumerate(block.facts) if name in known}
            found = next((row for row in block.rows if all(row[place] == value for place, value in wanted.items())), None)
            if found is None:
                raise KeyError(", ".join(block.facts))
            chosen.append(found)
        return self._scenario(tuple(chosen))

    def record(self, scenario: Scenario) -> ScenarioRecord:
        """Return a scenario with its id, its case and what the pathway says of it."""
        case = Case.from_facts(scenario, self.definitions.vocabulary)
        paths: list[TrackPath] = []
        options: dict[tuple[str, int], Option] = {}
        gaps: list[ScenarioGap] = []
        for table in self.tables:
            answer = table.answer(case.values)
            steps = tuple((step.state, step.answer) for step in answer.trace if step.answer is not None)
            leaf = answer.trace[-1]
            paths.append(TrackPath(table.track.name, steps, leaf.state))
            for option in (offered.option for offered in answer.offered):
                options.setdefault((option.statement, option.number), option)
            for gap in answer.gaps:
                gaps.extend(ScenarioGap(table.track.name, leaf.state, gap.kind, one, gap.readings) for one in gap.messages)
        name = self.pathway.name
        return ScenarioRecord(
            scenario_id(self.definitions.vocabulary, name, scenario),
            name,
            case,
            tuple(paths),
            tuple(options.values()),
            tuple(gaps),
            self.definitions,
        )

    def records(self) -> Iterator[ScenarioRecord]:
        """Yield the record of every scenario."""
        for scenario in self:
            yield self.record(scenario)

    def drawn(self, n: int, seed: int) -> Iterator[dict[str, Value]]:
        """Yield `n` different scenarios, each as likely as any other; the same for the same seed, on every machine.

        A smaller draw is the beginning of a larger one. Raises `SuiteError` where there are not so many.
        """
        return map(self.at, _drawn(self.pathway.name, self.count, n, seed))

    def sample(self, n: int, seed: int) -> Iterator[ScenarioRecord]:
        """Yield the records of `n` different scenarios, drawn as `drawn` does."""
        return map(self.record, self.drawn(n, seed))


def sample_of_all(spaces: Sequence[ScenarioSpace], n: int, seed: int) -> Iterator[ScenarioRecord]:
    """Yield the records of `n` different scenarios of several pathways, each as likely as any other of any of them.

    Raises `SuiteError` where there are not so many.
    """
    ends = list(itertools.accumulate(space.count for space in spaces))

    def record(number: int) -> ScenarioRecord:
        place = bisect.bisect_right(ends, number)
        space = spaces[place]
        return space.record(space.at(number - ends[place] + space.count))

    return map(record, _drawn(ALL, ends[-1], n, seed))


def _drawn(name: str, count: int, n: int, seed: int) -> Iterator[int]:
    """Return n different numbers below count. Raises `SuiteError` where there are not so many; `name` is whose they are."""
    if not 0 <= n <= count:
        raise SuiteError(f"{name} has {counted(count, 'scenario')}; a sample takes 0 to {count:,}, not {n:,}")
    return _shuffled(count, n, seed)


def _shuffled(count: int, n: int, seed: int) -> Iterator[int]:
    """Yield n different numbers below count: a shuffle stopped early, which keeps only the places that it has moved."""
    # Of the generator's methods only `random` is promised to stay the same from one Python to the next.
    draw = random.Random(seed).random  # noqa: S311
    moved: dict[int, int] = {}
    for place in range(n):
        other = place + int(draw() * (count - place))
        yield moved.get(other, other)
        moved[other] = moved.get(place, place)


def _own_facts(definitions: Definitions, pathway: Pathway) -> frozenset[str]:
    own = set(pathway.facts)
    for track in pathway.tracks:
        own |= definitions.scenarios[pathway.name, track].reads
    return frozenset(definitions.vocabulary.deciding(own))


def _blocks(vocabulary: Vocabulary, own: frozenset[str], types: tuple[str, ...]) -> tuple[Block, ...]:
    entry = (Block((vocabulary.entry,), tuple((key,) for key in types)),) if types else ()
    return (*entry, *vocabulary.blocks(own - {vocabulary.entry}))


def scenario_space(pathway: str, definitions: Definitions | None = None, *, type_: str | None = None) -> ScenarioSpace:
    """Return all scenarios of a pathway.

    `type_` says which of the types that lead to the pathway the cases have, by default the first. For a pathway that
    holds for every type it is unknown by default; where a condition reads it, there are scenarios of every such type.
    `definitions` is a set of definitions, the project's own by default.
    Raises `SuiteError` for no such pathway, and for a type that does not lead to it.

    >>> space = scenario_space("supportive")
    >>> space.count, next(space.records()).id
    (16, 'supportive/ulcers.diarrhea.low-sugar.high-sugar')
    """
    definitions = given_definitions(definitions)
    if pathway not in definitions.pathways:
        hint = suggest(pathway, definitions.pathways) or f"pathways: {listed(definitions.pathways)}"
        raise SuiteError(f"there is no pathway '{pathway}' ({hint})")
    entry = definitions.entry
    common = pathway in entry.common
    types = entry.types_in_scope if common else entry.types_of(pathway)
    if type_ is not None and type_ not in types:
        hint = suggest(type_, types) or f"types: {listed(types)}"
        raise SuiteError(f"the {entry.title} '{type_}' does not lead to the pathway '{pathway}' ({hint})")
    own = _own_facts(definitions, definitions.pathways[pathway])
    reads_type = entry.fact in own
    first = None if common or reads_type else next(iter(types), None)
    chosen = first if type_ is None else type_
    every = (chosen,) if chosen is not None else tuple(types) if reads_type else ()
    return ScenarioSpace(definitions, definitions.pathways[pathway], chosen, _blocks(definitions.vocabulary, own, every))


def every_pathway(pathway: str, definitions: Definitions) -> bool:
    """Whether a name is that of all pathways together."""
    return pathway == ALL and ALL not in definitions.pathways


def all_scenarios(
    pathway: str, definitions: Definitions | None = None, *, type_: str | None = None
) -> Iterator[ScenarioRecord]:
    """Yield the record of every scenario of a pathway, one by one. Arguments and errors are those of `scenario_space`."""
    return scenario_space(pathway, definitions, type_=type_).records()


def sample(
    pathway: str, n: int, seed: int, definitions: Definitions | None = None, *, type_: str | None = None
) -> Iterator[ScenarioRecord]:
    """Yield `n` different scenarios of a pathway, drawn uniformly and reproducibly.

    Raises `SuiteError` where there are not so many, and as `scenario_space` does.

    >>> [record.id for record in sample("supportive", 1, seed=1)]
    ['supportive/ulcers.diarrhea.no-low-sugar.high-sugar']
    """
    return scenario_space(pathway, definitions, type_=type_).sample(n, seed)
