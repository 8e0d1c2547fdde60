"""Findings as the report page holds them: each atomic fact's name with its answer; and as its address and form say them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pnet_pathways import InconsistentCaseError, load_pathways
from pnet_pathways.model.case import Case
from pnet_pathways.model.values import NOT_APPLICABLE, answer_name
from pnet_pathways.model.vocabulary import Vocabulary

Findings = Mapping[str, str]

VOCABULARY: Final = load_pathways().vocabulary
ENTRY: Final = VOCABULARY.entry
TYPES: Final = VOCABULARY.facts[ENTRY].answers


def findings_of(case: Case) -> dict[str, str]:
    """Return what a case gives."""
    return {name: answer_name(value) for name, value in case.known().items()}


def case_of(findings: Findings, vocabulary: Vocabulary = VOCABULARY) -> Case:
    """Return the case of some findings. Raises `InconsistentCaseError` where they contradict each other."""
    return Case.from_facts({name: vocabulary.facts[name].value_of(answer) for name, answer in findings.items()}, vocabulary)


def case_or_error(findings: Findings) -> Case | InconsistentCaseError:
    """Return the case of some findings, or the error of findings that contradict each other."""
    try:
        return case_of(findings)
    except InconsistentCaseError as error:
        return error


def field_of(fact: str, vocabulary: Vocabulary = VOCABULARY) -> str:
    """Return the field of the form in which a fact is asked: its group, or itself."""
    return vocabulary.facts[fact].group or fact


def fields_of(facts: Iterable[str], vocabulary: Vocabulary = VOCABULARY) -> list[str]:
    """Return the fields of some facts, each once."""
    return list(dict.fromkeys(field_of(fact, vocabulary) for fact in facts))


def address_of(findings: Findings, vocabulary: Vocabulary = VOCABULARY) -> dict[str, str]:
    """Return findings as the address and the form say them: a group that is known in full as one."""
    said: dict[str, str] = {}
    for name in (name for name in vocabulary.facts if name in findings):
        key = field_of(name, vocabulary)
        if key != name and all(one in findings for one in vocabulary.groups[key].facts):
            group = vocabulary.groups[key]
            present = [member for member in group.members if findings[f"{key}.{member}"] == "yes"]
            said[key] = group.answer(frozenset(present))
        else:
            said[name] = findings[name]
    return said


def _partly(findings: Findings, vocabulary: Vocabulary) -> dict[str, dict[str, str]]:
    """Return of each group that is known in part only the members that are given."""
    found: dict[str, dict[str, str]] = {}
    for name, answer in address_of(findings, vocabulary).items():
        if name in vocabulary.facts and (key := field_of(name, vocabulary)) != name:
            found.setdefault(key, {})[name] = answer
    return found


def form_of(findings: Findings, vocabulary: Vocabulary = VOCABULARY) -> dict[str, str]:
    """Return what is chosen in the form: as the address says it, but of a group known in part the members that are present."""
    partly = _partly(findings, vocabulary)
    present = {
        key: " and ".join(name.removeprefix(f"{key}.") for name, answer in given.items() if answer == "yes")
        for key, given in partly.items()
    }
    whole = {
        key: answer
        for key, answer in address_of(findings, vocabulary).items()
        if not any(key in one for one in partly.values())
    }
    return whole | {key: answer for key, answer in present.items() if answer}


def known_in_part(findings: Findings, vocabulary: Vocabulary = VOCABULARY) -> dict[str, str]:
    """Return what the form says beside a group of which some members are given."""
    return {
        key: f"Known in part: {'; '.join(vocabulary.facts[name].texts[answer].phrase for name, answer in given.items())}."
        for key, given in _partly(findings, vocabulary).items()
    }


def findings_at(address: Findings, vocabulary: Vocabulary = VOCABULARY) -> dict[str, str]:
    """Return the findings that an address stands for."""
    found: dict[str, str] = {}
    for key, answer in address.items():
        facts = vocabulary.as_facts(key, vocabulary.choice(key, answer))
        found.update({name: answer_name(value) for name, value in facts.items()})
    return found


def every_partial(
    facts: Iterable[str], type_: str | None = None, vocabulary: Vocabulary = VOCABULARY
) -> Iterator[dict[str, str]]:
    """Yield every way to give some facts a value or leave them unknown, contradictory ones too."""
    names = list(facts)
    own = {} if type_ is None else {vocabulary.entry: type_}
    for answers in itertools.product(*((None, *vocabulary.facts[name].answers) for name in names)):
        yield {**own, **{name: answer for name, answer in zip(names, answers, strict=True) if answer is not None}}


def drawn(count: int, seed: int, vocabulary: Vocabulary = VOCABULARY) -> Iterator[dict[str, str]]:
    """Yield findings of every type and of none: of a total case, some of one, and any at all, which may contradict."""
    draw = random.Random(seed)  # noqa: S311
    facts, entry = vocabulary.facts, vocabulary.entry
    linked_rows = [vocabulary.scenarios(linked) for linked in vocabulary.linked_sets]
    free = [name for name in facts if name != entry and not any(name in linked for linked in vocabulary.linked_sets)]
    for number in range(count):
        kept = (1.0, 0.3, 0.6, 0.8)[number % 4]
        kind = draw.choice([None, *facts[entry].answers])
        if number % 8 == 7:
            given = {name: draw.choice(fact.answers) for name, fact in facts.items() if name != entry}
        else:
            linked = {name: value for rows in linked_rows for name, value in draw.choice(rows).items()}
            values = {**linked, **{name: draw.choice(facts[name].values) for name in free}}
            given = {name: answer_name(value) for name, value in values.items() if value is not NOT_APPLICABLE}
        some = {name: given[name] for name in facts if name in given and draw.random() < kept}
        yield some if kind is None else {entry: kind, **some}
