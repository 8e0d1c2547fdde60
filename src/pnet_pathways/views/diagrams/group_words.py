"""Groups in words: what an answer of a group's question stands for, and what a case gives of its groups.

The words are made of the members' own, whatever the group is.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...model.case import Case
from ...model.facts import Group
from ...model.pathway import Definitions
from ...model.values import GroupValue
from ...model.vocabulary import Vocabulary

_FEW = 2
"""How many sets of members are named one by one, whatever they have in common."""
_BOTH = 2


def asked_groups(definitions: Definitions) -> tuple[str, ...]:
    """Return the groups that some graph asks as a whole, in the vocabulary's order; others are asked member by member."""
    asked = {
        question.asks
        for pathway in definitions.pathways.values()
        for track in pathway.tracks.values()
        for question in track.questions
    }
    return tuple(name for name in definitions.vocabulary.groups if name in asked)


def answer_words(vocabulary: Vocabulary, asks: str, values: Sequence[GroupValue]) -> str:
    """Return the words of an answer: of a fact the labels of its values, of a group what its sets of members have in common.

    A group with the members a, b and c reads ``a and b``, ``a with others``, ``including a``, ``including a or b``,
    ``a without b``, ``a, alone or with b``, ``a or b or both``, ``a or b or c, one or more``; what has nothing in common is
    named set by set. A fact with more than two values that has any but one reads ``not a``.
    """
    group = vocabulary.groups.get(asks)
    if group is None:
        texts = {
            value: vocabulary.facts[asks].texts[vocabulary.answer(asks, value)].label for value in vocabulary.choices(asks)
        }
        others = [text for value, text in texts.items() if value not in values]
        if len(values) > _FEW and len(others) == 1:
            return f"not {others[0]}"
        return " or ".join(texts[value] for value in values)
    sets = [value for value in values if isinstance(value, frozenset)]
    exact = " or ".join(_named(vocabulary, group, one) for one in sets)
    if len(sets) == _FEW and (fewer := frozenset.intersection(*sets)) in sets and fewer:
        return f"{_named(vocabulary, group, fewer)}, alone or with {_named(vocabulary, group, frozenset.union(*sets) - fewer)}"
    return exact if len(sets) <= _FEW else _pattern(vocabulary, group, frozenset(sets)) or exact


def _labels(vocabulary: Vocabulary, group: Group, members: frozenset[str]) -> list[str]:
    return [vocabulary.facts[fact].label for member, fact in group.named_facts if member in members]


def _named(vocabulary: Vocabulary, group: Group, members: frozenset[str]) -> str:
    return " and ".join(_labels(vocabulary, group, members)) or group.none.label


def _pattern(vocabulary: Vocabulary, group: Group, sets: frozenset[frozenset[str]]) -> str:
    """Return in words what all of some sets of members, and no other set, have in common; empty where nothing fits."""
    every = frozenset(group.combinations)
    always = frozenset.intersection(*sets)
    never = frozenset(group.members) - frozenset.union(*sets)
    present = _named(vocabulary, group, always) if always else ""
    absent = " or ".join(_labels(vocabulary, group, never))
    fitting = frozenset(one for one in every if one >= always and not one & never)
    if sets == fitting:
        if not never:
            return f"including {present}" if always else f"{group.none.label} or any"
        return f"{present} without {absent}" if always else f"not {absent}"
    if sets != fitting - {always}:
        return _some(vocabulary, group, sets)
    if always:
        return f"{present} with others{f', but not {absent}' if never else ''}"
    if not never:
        return "any"
    free = _labels(vocabulary, group, frozenset(group.members) - never)
    return f"{' or '.join(free)}{' or both' if len(free) == _BOTH else ', one or more'}"


def _some(vocabulary: Vocabulary, group: Group, sets: frozenset[frozenset[str]]) -> str:
    """Return in words that each of some sets, and no other, includes one of certain members; empty where that is not so."""
    needed = frozenset.union(*(one for one in sets if len(one) == 1), frozenset())
    if not needed or sets != frozenset(one for one in group.combinations if one & needed):
        return ""
    return f"including {' or '.join(_labels(vocabulary, group, needed))}"


def given_words(definitions: Definitions, case: Case, facts: Sequence[str]) -> str:
    """Return what a case gives of some facts, in words; a group that is asked as a whole in one phrase where all is given."""
    vocabulary = definitions.vocabulary
    whole = [name for name in asked_groups(definitions) if all(fact in case.given for fact in vocabulary.groups[name].facts)]
    said: dict[str, None] = {}
    for fact, value in case.given.items():
        if fact not in facts:
            continue
        key = vocabulary.key_of(fact)
        members = case.answer(key) if key in whole else None
        said[vocabulary.phrase(fact, value) if members is None else vocabulary.phrase(key, members)] = None
    return "; ".join(said)
