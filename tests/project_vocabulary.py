"""The project's vocabulary at hand for tests, with the names that they use of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pnet_pathways import load_pathways
from pnet_pathways.model import condition_data
from pnet_pathways.model.conditions import Condition
from pnet_pathways.model.facts import Fact, Rule, Scenario
from pnet_pathways.model.values import Value
from pnet_pathways.model.vocabulary import Vocabulary

VOCABULARY: Final[Vocabulary] = load_pathways().vocabulary
FACTS: Final[Mapping[str, Fact]] = VOCABULARY.facts
RULES: Final[tuple[Rule, ...]] = VOCABULARY.rules
LINKED: Final[tuple[frozenset[str], ...]] = VOCABULARY.linked_sets
DEPENDENTS: Final[Mapping[str, tuple[str, ...]]] = VOCABULARY.dependents


def linked(facts: Iterable[str]) -> tuple[str, ...]:
    """Return facts with those that the project's rules tie to them."""
    return VOCABULARY.linked(facts)


def scenarios(facts: Iterable[str]) -> list[dict[str, Value]]:
    """Return every scenario over facts of the project."""
    return VOCABULARY.scenarios(facts)


def applies(fact: str, scenario: Scenario) -> bool:
    """Return whether a fact of the project applies in a scenario."""
    return VOCABULARY.applies(fact, scenario)


def condition_from(data: object) -> Condition:
    """Read a condition on the project's facts."""
    return condition_data.condition_from(data, VOCABULARY)
