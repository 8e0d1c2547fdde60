"""The plain model that walks and care courses are compared with: the statements as written, evaluated naively.

It uses no graph, no machine, no compiled table and no three-valued logic: a condition holds or fails in each completion of
the known facts, over the condition's own facts.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

import attrs

from ..engine.recommend import Certainty, Recommendation
from ..model.conditions import Condition, facts_of
from ..model.facts import (
    LINKED,
    Scenario,
    Value,
    linked,
    scenarios,
)
from ..model.pathway import (
    Definitions,
    Option,
    Pathway,
    Statement,
)

Holding = frozenset[tuple[str, tuple[str, ...], tuple[str, ...], Certainty]]
"""Options as statement, treatments, optional treatments and certainty."""

_TIED = tuple(name for group in LINKED for name in group)


@functools.cache
def _scenarios(facts: tuple[str, ...]) -> tuple[Scenario, ...]:
    return tuple(scenarios(facts))


def completions(facts: tuple[str, ...], known: Mapping[str, Value]) -> Iterator[Scenario]:
    """Yield every consistent scenario over some facts, and those that rules tie to them, that keeps what is known."""
    for row in _scenarios(linked(facts)):
        if all(row.get(name, value) == value for name, value in known.items()):
            yield row


def consistent(known: Mapping[str, Value]) -> bool:
    """Return whether some complete scenario keeps what is known."""
    return any(True for _ in completions(_TIED, known))


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
        for row in completions(facts, self.known):
            yield _holds(statement.condition, row) and _holds(option.requires, row)

    def _pathways(self) -> Iterator[tuple[Pathway, bool]]:
        """Yield each pathway that bears on the case, and whether it does so whatever is still unknown."""
        kind = self.known.get("tumor_type")
        types, common = self.definitions.types, self.definitions.for_every_type
        if kind is None:
            own = {entry.pathway for entry in types.values()} - {None}
        else:
            own = {types[str(kind)].pathway}
            if own == {None}:
                return
        for name, pathway in self.definitions.pathways.items():
            if name in own or name in common:
                yield pathway, name in common or kind is not None


def _holds(condition: Condition, row: Scenario) -> bool:
    truth = condition.evaluate(row.get)
    if truth is None:
        raise ValueError(f"a scenario over a condition's own facts leaves it open: {condition!r}")
    return truth


def offered(answer: Recommendation) -> Holding:
    """Return an answer's options in the model's form."""
    return frozenset((option.statement, option.treatments, option.optional, option.certainty) for option in answer.options)
