"""What the page knows of a case's facts: the form, and as data everything that decides which findings fit together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs

from ...model.conditions import AllOf, AnyOf, Condition, Is, Not
from ...model.facts import NONE, Fact
from ...model.pathway import Definitions
from ...model.values import NOT_APPLICABLE, Value, answer_name, plain
from ...model.vocabulary import Vocabulary

NONE_OF_THESE: Final = "none of these"


@attrs.frozen
class Field:
    """A field of the form: a fact with one of its answers, or with `several` a group of which members are ticked.

    `choices` are answers or members with their labels; the last of a group is that it has none.
    """

    key: str
    question: str
    help: str
    several: bool
    choices: tuple[tuple[str, str], ...]


def form(definitions: Definitions) -> tuple[Field, ...]:
    """Return the fields of the form; a group is one field."""
    vocabulary = definitions.vocabulary
    fields: dict[str, Field] = {}
    for name, fact in vocabulary.facts.items():
        if fact.group:
            group = vocabulary.groups[fact.group]
            choices = (*((member, vocabulary.label(one)) for member, one in group.named_facts), (NONE, NONE_OF_THESE))
            fields[group.name] = Field(group.name, group.question, group.help, True, choices)
        else:
            labels = tuple((answer, fact.texts[answer].label) for answer in fact.answers)
            fields[name] = Field(name, fact.question, fact.help, False, labels)
    return tuple(fields.values())


def vocabulary_data(definitions: Definitions) -> dict[str, Any]:
    """Return the vocabulary as plain data.

    A fact's value is a code: 0 for unknown, then its values in order, and last, where it may have none, that it does not
    apply. `linked` holds for each set of facts that rules tie together every row of codes that is consistent, and the
    rules, their conditions over codes.
    """
    vocabulary = definitions.vocabulary
    return {
        "keys": list(vocabulary.keys),
        "facts": [_fact(vocabulary, fact) for fact in vocabulary.facts.values()],
        "groups": [
            {
                "name": group.name,
                "label": group.label,
                "question": group.question,
                "help": group.help,
                "facts": list(group.facts),
                "members": list(group.members),
                "none": {"answer": NONE, "label": group.none.label, "phrase": group.none.phrase},
            }
            for group in vocabulary.groups.values()
        ],
        "linked": [_linked(vocabulary, linked) for linked in vocabulary.linked_sets],
        "wording": {
            pathway.name: {key: {"question": one.question, "help": one.help} for key, one in pathway.wording.items()}
            for pathway in definitions.pathways.values()
            if pathway.wording
        },
    }


def code_of(fact: Fact, value: Value | None) -> int:
    """Return the code of a fact's value, 0 where it is unknown."""
    return 0 if value is None else fact.domain.index(value) + 1


def _fact(vocabulary: Vocabulary, fact: Fact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "group": fact.group,
        "label": fact.label,
        "boolean": fact.is_boolean,
        "question": fact.question,
        "help": fact.help,
        "values": [
            {
                "answer": answer_name(value),
                "label": answer_name(value) if value is NOT_APPLICABLE else fact.texts[answer_name(value)].label,
                "phrase": vocabulary.phrase(fact.name, value),
                "plain": plain(value),
                "given": value is not NOT_APPLICABLE,
            }
            for value in fact.domain
        ],
    }


def _linked(vocabulary: Vocabulary, linked: frozenset[str]) -> dict[str, Any]:
    facts = [name for name in vocabulary.facts if name in linked]
    return {
        "facts": facts,
        "rows": [[code_of(vocabulary.facts[name], row[name]) for name in facts] for row in vocabulary.scenarios(linked)],
        "rules": [
            {"never": condition_data(vocabulary, rule.never), "because": rule.because, "about": list(rule.about)}
            for rule in vocabulary.rules
            if set(rule.about) <= linked
        ],
    }


def condition_data(vocabulary: Vocabulary, condition: Condition) -> dict[str, Any]:
    """Return a condition as data over codes."""
    if isinstance(condition, Is):
        fact = vocabulary.facts[condition.fact]
        return {"fact": fact.name, "codes": [code_of(fact, value) for value in condition.values]}
    if isinstance(condition, Not):
        return {"not": condition_data(vocabulary, condition.part)}
    if isinstance(condition, AllOf):
        return {"all": list(_conditions(vocabulary, condition.parts))}
    if isinstance(condition, AnyOf):
        return {"any": list(_conditions(vocabulary, condition.parts))}
    raise TypeError(f"unknown condition: {condition!r}")


def _conditions(vocabulary: Vocabulary, parts: tuple[Condition, ...]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield condition_data(vocabulary, part)
