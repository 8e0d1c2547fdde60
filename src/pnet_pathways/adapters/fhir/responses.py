"""A case as the answered form of all facts: what everything else that speaks FHIR reads."""

from __future__ import annotations

from typing import Any

from ...model.case import Case
from ...model.facts import Fact
from ...model.values import Value
from .publication import Publication, Resource
from .terms import FACTS, coding


def to_questionnaire_response(case: Case, publication: Publication, *, subject: str = "", authored: str = "") -> Resource:
    """Return the form of all facts as a case answers it: what was given, in the form's order; unknown is no item.

    `subject` is a reference to the patient (``Patient/p1``), `authored` when it was answered, as FHIR has it.
    """
    form = publication.url("Questionnaire", FACTS)
    made: Resource = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{form}|{publication.definitions.version}",
        "status": "completed",
        "subject": {"reference": subject} if subject else None,
        "authored": authored or None,
        "item": _items(case, publication) or None,
    }
    return {key: value for key, value in made.items() if value is not None}


def _items(case: Case, publication: Publication) -> list[dict[str, Any]]:
    vocabulary = case.vocabulary
    items = []
    for key in vocabulary.keys:
        given = [
            _item(publication, vocabulary.facts[name], case.given[name])
            for name in vocabulary.facts_of(key)
            if name in case.given
        ]
        if given and key in vocabulary.groups:
            items.append({"linkId": key, "text": vocabulary.question(key), "item": given})
        else:
            items += given
    return items


def _item(publication: Publication, fact: Fact, value: Value) -> dict[str, Any]:
    answer = {"valueBoolean": value} if isinstance(value, bool) else {"valueCoding": coding(publication, fact, value)}
    return {"linkId": fact.name, "text": fact.question, "answer": [answer]}
