"""The plain model that walks and care courses are compared with: the statements as written, evaluated naively.

It uses no graph, no machine, no compiled table and no three-valued logic: a condition holds or fails in each completion of
the known facts, over the condition's own facts.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

import attrs

from ..engine.answer import Certainty, Recommendation
from ..model.conditions import Condition, facts_of
from ..model.facts import Scenario
from ..model.pathway import (
    Definitions,
    Option,
    Pathway,
    Statement,
)
from ..model.values import Value
from ..model.vocabulary import Vocabulary

Holding = frozenset[tuple[str, tuple[str, ...], tuple[str, ...], Certainty]]
"""Options as statement, treatments, optional treatments and certainty."""


@functools.lru_cache(maxsize=4096)
def _scenarios(vocabulary: Vocabulary, facts: tuple[str, ...]) -> tuple[Scenario, ...]:
    return tuple(vocabulary.scenarios(facts))


def completions(vocabulary: Vocabulary, facts: tuple[str, ...], known: Mapping[str, Value]) -> Iterator[Scenario]:
    """Yield every consistent scenario over some facts, and those that rules tie to them, that keeps what is known."""
    for row in _scenarios(vocabulary, vocabulary.linked(facts)):
        if all(row.get(name, value) == value for name, value in known.items()):
            yield row


def consistent(vocabulary: Vocabulary, known: Mapping[str, Value]) -> bool:
    """Return whether some complete scenario keeps what is known."""
    return all(
        any(True for _ in completions(vocabulary, tuple(name for name in vocabulary.facts if name in linked), known))
        for linked in vocabulary.linked_sets
    )


@attrs.define
class PlainModel:
    """A case as a mapping of known facts, with the statements read one by one."""

    definitions: Definitions
    known: dict[str, Value]

    def options(self) -> Holding:
        """Return every option that holds in some completion, certain where it holds in all of them."""
        found = set()
        for pathway, sure in self._pathways():
            for statement in pathway.statements:
                for option in statement.options:
                    truths = set(self._truths(statement, option))
                    if True in truths:
                        certainty = Certainty.CERTAIN if sure and truths == {True} else Certainty.POSSIBLE
                        found.add((statement.id, option.treatments, option.optional, certainty))
        return frozenset(found)

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


def _holds(condition: Condition, row: Scenario) -> bool:
    truth = condition.evaluate(row.get)
    if truth is None:
        raise ValueError(f"a scenario over a condition's own facts leaves it open: {condition!r}")
    return truth


def offered(answer: Recommendation) -> Holding:
    """Return an answer's options in the model's form."""
    return frozenset((option.statement, option.treatments, option.optional, option.certainty) for option in answer.options)
