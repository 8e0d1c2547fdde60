"""The plain model that answers, walks and care courses are compared with: the statements as written, evaluated naively.

It uses no graph, no machine, no compiled table and no three-valued logic: a condition holds or fails in each completion of
the known facts, over the condition's own facts.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from ..engine.answer import Certainty, Recommendation
from ..engine.tables import GapKind
from ..model.conditions import AllOf, Condition, facts_of
from ..model.facts import Scenario
from ..model.pathway import (
    Definitions,
    Option,
    Pathway,
    Statement,
    Strength,
)
from ..model.values import Value
from ..model.vocabulary import Vocabulary

Holding = frozenset[tuple[str, tuple[str, ...], tuple[str, ...], Certainty]]
"""Options as statement, treatments, optional treatments and certainty."""

Silence = frozenset[tuple[str, GapKind, Certainty]]
"""Gaps as track of the answer, kind and certainty; of several of one track and kind the most certain."""

Given = tuple[tuple[str, ...], tuple[str, ...], Strength, str | None]
"""What is given: treatments, optional treatments, strength and intent."""

Told = tuple[tuple[str, Value], ...]


@functools.lru_cache(maxsize=4096)
def _left(vocabulary: Vocabulary, tied: frozenset[str], told: Told) -> tuple[Scenario, ...]:
    """Return the scenarios of facts that rules tie together which keep what is known of them."""
    return tuple(row for row in vocabulary.rows(tied) if all(row[name] == value for name, value in told))


@functools.lru_cache(maxsize=65536)
def _seen(vocabulary: Vocabulary, tied: frozenset[str], told: Told, facts: tuple[str, ...]) -> tuple[Scenario, ...]:
    """Return what these scenarios say of some of the facts, each once."""
    found = dict.fromkeys(tuple(row[name] for name in facts) for row in _left(vocabulary, tied, told))
    return tuple(dict(zip(facts, values, strict=True)) for values in found)


def completions(vocabulary: Vocabulary, facts: Iterable[str], known: Mapping[str, Value]) -> Iterator[Scenario]:
    """Yield everything that the completions of what is known say of some facts, each once."""
    wanted = set(facts)
    parts = [
        _seen(
            vocabulary,
            tied,
            tuple((name, known[name]) for name in vocabulary.facts if name in tied and name in known),
            tuple(name for name in vocabulary.facts if name in tied and name in wanted),
        )
        for tied in vocabulary.tied_sets(wanted)
    ]
    for rows in itertools.product(*parts):
        yield {name: value for row in rows for name, value in row.items()}


def consistent(vocabulary: Vocabulary, known: Mapping[str, Value]) -> bool:
    """Return whether some complete scenario keeps what is known."""
    return all(any(True for _ in completions(vocabulary, linked, known)) for linked in vocabulary.linked_sets)


@attrs.define
class PlainModel:
    """A case as a mapping of known facts, with the statements read one by one.

    `rewritten` are statements that read otherwise under alternatives, whole.
    """

    definitions: Definitions
    known: Mapping[str, Value]
    rewritten: Sequence[Statement] = ()

    def options(self) -> Holding:
        """Return every option that holds in some completion, certain where it holds in all of them."""
        found = set()
        for pathway, sure in self._pathways():
            for statement in self._statements(pathway):
                for option in statement.options:
                    truths = set(self._truths(statement, option))
                    if True in truths:
                        certainty = _certainty(sure and truths == {True})
                        found.add((statement.id, option.treatments, option.optional, certainty))
        return frozenset(found)

    def gaps(self) -> Silence:
        """Return every gap that arises in some completion, certain where a track of each type has it in all of them."""
        entry = self.definitions.entry
        kind = self.known.get(entry.fact)
        kinds = entry.types_in_scope if kind is None else (str(kind),)
        by_type = [self._gaps_of(entry.bears_on(one)) for one in kinds]
        common = self._gaps_of(entry.common) if kind is None else by_type[0]
        found = set()
        for group, gap in {key for gaps in by_type for key in gaps}:
            # What stands side by side is told of each pathway by itself, silence of a track once for all types.
            told = by_type if gap is GapKind.SILENT else [common]
            found.add((group, gap, _certainty(all(gaps.get((group, gap), False) for gaps in told))))
        return frozenset(found)

    def either_way(self) -> frozenset[Given]:
        """Return what some statement offers in every completion, while none offers it in all of them."""
        entry = self.definitions.entry
        kind = self.known.get(entry.fact)
        kinds = entry.types_in_scope if kind is None else tuple(one for one in entry.types_in_scope if one == kind)
        if not kinds:
            return frozenset()
        bearing = [entry.bears_on(one) for one in kinds]
        alone = self._everywhere(set(bearing[0]).intersection(*bearing), alone=True)
        return frozenset.intersection(*map(self._everywhere, bearing)) - alone

    def _everywhere(self, names: Iterable[str], *, alone: bool = False) -> frozenset[Given]:
        """Return what the statements of some pathways offer in every completion, or what one of them does `alone`."""
        said: dict[tuple[Given, str], list[Condition]] = {}
        for pathway in (self.definitions.pathways[name] for name in names):
            for statement in self._statements(pathway):
                for option in statement.options:
                    key = (option.treatments, option.optional, option.strength, option.intent)
                    both = AllOf((statement.condition, option.requires))
                    said.setdefault((key, statement.id if alone else ""), []).append(both)
        return frozenset(key for (key, _), conditions in said.items() if self._covered(conditions))

    def _covered(self, conditions: Sequence[Condition]) -> bool:
        facts = [fact for condition in conditions for fact in facts_of(condition)]
        rows = completions(self.definitions.vocabulary, facts, self.known)
        return all(any(_holds(condition, row) for condition in conditions) for row in rows)

    def _gaps_of(self, names: Iterable[str]) -> dict[tuple[str, GapKind], bool]:
        """Return the gaps that arise in some pathways, and whether a track has them in every completion."""
        found: dict[tuple[str, GapKind], bool] = {}
        for pathway in (self.definitions.pathways[name] for name in names):
            for track in pathway.tracks.values():
                for gap, truths in self._silences(pathway, track.name, track.group):
                    if True in truths:
                        found[track.group, gap] = found.get((track.group, gap), False) or truths == {True}
        return found

    def _silences(self, pathway: Pathway, track: str, group: str) -> Iterator[tuple[GapKind, set[bool]]]:
        """Yield the kinds of gap of a track, with whether they arise in the completions."""
        vocabulary = self.definitions.vocabulary
        gap_when = self.definitions.groups[group].gap_when
        if gap_when is not None:
            stands = [
                (when, option.requires)
                for statement in self._statements(pathway)
                for name, when in statement.placements
                for option in statement.options
                if name == track
            ]
            facts = (*facts_of(gap_when), *(fact for pair in stands for one in pair for fact in facts_of(one)))
            rows = completions(vocabulary, facts, self.known)
            yield (
                GapKind.SILENT,
                {
                    _holds(gap_when, row) and not any(_holds(when, row) and _holds(requires, row) for when, requires in stands)
                    for row in rows
                },
            )
        for one in pathway.combinations:
            if one.track == track:
                rows = completions(vocabulary, facts_of(one.when), self.known)
                yield GapKind.COMBINATION, {_holds(one.when, row) for row in rows}

    def _statements(self, pathway: Pathway) -> Iterator[Statement]:
        new = {one.id: one for one in self.rewritten}
        return (new.get(one.id, one) for one in pathway.statements)

    def _truths(self, statement: Statement, option: Option) -> Iterator[bool]:
        facts = (*facts_of(statement.condition), *facts_of(option.requires))
        for row in completions(self.definitions.vocabulary, facts, self.known):
            yield _holds(statement.condition, row) and _holds(option.requires, row)

    def _pathways(self) -> Iterator[tuple[Pathway, bool]]:
        """Yield each pathway that bears on the case, and whether it does so whatever is still unknown."""
        entry = self.definitions.entry
        kind = self.known.get(entry.fact)
        if kind is None:
            own = {one.pathway for one in entry.types.values()} - {None}
        else:
            own = {entry.types[str(kind)].pathway}
            if own == {None}:
                return
        for name, pathway in self.definitions.pathways.items():
            if name in own or name in entry.common:
                yield pathway, name in entry.common or kind is not None


def _certainty(certain: bool) -> Certainty:
    return Certainty.CERTAIN if certain else Certainty.POSSIBLE


def _holds(condition: Condition, row: Scenario) -> bool:
    truth = condition.evaluate(row.get)
    if truth is None:
        raise ValueError(f"a scenario over a condition's own facts leaves it open: {condition!r}")
    return truth


def offered(answer: Recommendation) -> Holding:
    """Return an answer's options in the model's form."""
    return frozenset((option.statement, option.treatments, option.optional, option.certainty) for option in answer.options)


def silent(answer: Recommendation) -> Silence:
    """Return an answer's gaps in the model's form."""
    found: dict[tuple[str, GapKind], bool] = {}
    for gap in answer.gaps:
        found[gap.track, gap.kind] = found.get((gap.track, gap.kind), False) or gap.certainty is Certainty.CERTAIN
    return frozenset((group, kind, _certainty(certain)) for (group, kind), certain in found.items())
