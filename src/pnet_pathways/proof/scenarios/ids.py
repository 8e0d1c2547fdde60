"""Readable names of scenarios, made from their facts alone: the pathway, a slash, and a word for each value.

Every value of every fact has a word of its own, and a no is written out (unknown is not no), so that two scenarios with
the same id have the same facts, whatever the pathways are. Facts that do not apply are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Scenario
from ...model.values import NOT_APPLICABLE, Value, answer_name
from ...model.vocabulary import Vocabulary


def word(vocabulary: Vocabulary, fact: str, value: Value) -> str:
    """Return the word that stands for a fact's value in an id; no two facts share one."""
    return vocabulary.facts[fact].texts[answer_name(value)].short


def scenario_id(vocabulary: Vocabulary, pathway: str, scenario: Scenario) -> str:
    """Return the id of a scenario: the pathway, then the words of the facts in the order of the case.

    The value of the entry fact is left out where the pathway has its name.
    """
    return f"{pathway}/{'.'.join(_words(vocabulary, pathway, scenario)) or 'every'}"


def _words(vocabulary: Vocabulary, pathway: str, scenario: Scenario) -> Iterator[str]:
    for key in vocabulary.keys:
        names = [
            name
            for name in vocabulary.facts_of(key)
            if name in scenario and vocabulary.applies(name, scenario) and scenario[name] is not NOT_APPLICABLE
        ]
        group = vocabulary.groups.get(key)
        if group is not None and group.none.short and len(names) == len(group.members):
            present = [word(vocabulary, name, True) for name in names if scenario[name] is True]
            yield "-".join(present) or group.none.short
        else:
            leaves_out = key == vocabulary.entry and scenario.get(key) == pathway
            yield from (word(vocabulary, name, scenario[name]) for name in names if not leaves_out)
