"""The terms of a document's facts as FHIR R4: a code for every fact and answer, and a value set of each fact's answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ...model.facts import Fact
from ...model.values import Value, answer_name
from .publication import Publication, Resource

FACTS: Final = "facts"
"""The name of the code system of all facts, and of the form that asks them all."""


def terms(publication: Publication) -> Iterator[Resource]:
    """Yield the code system of the facts with their answers, and a value set of each fact's answers."""
    source = publication.definitions.source
    concepts = list(_concepts(publication))
    yield publication.resource(
        "CodeSystem",
        FACTS,
        title="Facts of a case",
        description=f"The facts that a case can hold, and their answers. Source: {source.title}.",
        caseSensitive=True,
        hierarchyMeaning="grouped-by",
        content="complete",
        count=_count(concepts),
        concept=concepts,
    )
    for fact in publication.definitions.vocabulary.facts.values():
        system = {
            "system": system_of(publication),
            "concept": [{"code": code_of(fact, value), "display": display(fact, value)} for value in fact.values],
        }
        yield publication.resource(
            "ValueSet",
            fact.name,
            title=f"Answers: {named(publication, fact)}",
            description=f"The answers to the question: {fact.question}",
            immutable=False,
            compose={"include": [system]},
        )


def system_of(publication: Publication) -> str:
    """Return the address of the code system of the facts."""
    return publication.url("CodeSystem", FACTS)


def code_of(fact: Fact, value: Value) -> str:
    """Return the code of an answer: ``<fact>.<answer>``, of a group's member ``<group>.<member>.<answer>``."""
    return f"{fact.name}.{answer_name(value)}"


def display(fact: Fact, value: Value) -> str:
    """Return an answer in words that stand alone; a band with its numbers."""
    answer = answer_name(value)
    phrase = fact.texts[answer].phrase
    return f"{phrase}, {fact.band(answer)}" if fact.limits else phrase


def coding(publication: Publication, fact: Fact, value: Value) -> dict[str, str]:
    """Return the coding of an answer."""
    return {"system": system_of(publication), "code": code_of(fact, value), "display": display(fact, value)}


def named(publication: Publication, fact: Fact) -> str:
    """Return what a fact is called, a member of a group with the name of the group."""
    vocabulary = publication.definitions.vocabulary
    return f"{vocabulary.label(fact.group)}, {fact.label}" if fact.group else fact.label


def _concepts(publication: Publication) -> Iterator[dict[str, Any]]:
    vocabulary = publication.definitions.vocabulary
    for key in vocabulary.keys:
        inner = [_concept(publication, vocabulary.facts[name]) for name in vocabulary.facts_of(key)]
        if key in vocabulary.groups:
            yield {"code": key, "display": vocabulary.label(key), "definition": vocabulary.question(key), "concept": inner}
        else:
            yield from inner


def _concept(publication: Publication, fact: Fact) -> dict[str, Any]:
    answers = [{"code": code_of(fact, value), "display": display(fact, value)} for value in fact.values]
    return {"code": fact.name, "display": named(publication, fact), "definition": fact.question, "concept": answers}


def _count(concepts: list[dict[str, Any]]) -> int:
    return sum(1 + _count(one.get("concept", [])) for one in concepts)
