"""Every way to an answer gives the same one: Python, command line, JSON, FHIR resources, the form, the card, CQL and the plans.

On the suites that cover every transition of every pathway, in full and with every third fact unknown. The pathways' own forms
walk every path in `tests/browser/test_forms.py`; the Libraries are run under each alternative in `test_cql_engine.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from answer_material import check_resources
from commands import output
from cql_material import Run, answers, compared, said_by
from outside_engines import Engines
from plan_material import OWN, applied, check_plans, plans_and_libraries
from pnet_pathways import load_pathways, recommend
from pnet_pathways.adapters.fhir import case_from_bundle
from pnet_pathways.adapters.fhir.cards import EXTENSION, cards
from pnet_pathways.adapters.fhir.cql_answer import ANSWER
from pnet_pathways.adapters.fhir.prefetch import prefetched, templates
from pnet_pathways.adapters.fhir.publication import Publication
from pnet_pathways.adapters.fhir.responses import to_questionnaire_response
from pnet_pathways.engine.answer import Certainty, Recommendation
from pnet_pathways.model.case import Case
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.proof.suites.suites import suite

OTHERS: tuple[dict[str, Any], ...] = (
    {"tumor_type": "gastrinoma", "sites": {"body": True}, "residual_after_surgery": False, "resectable": True},
)
"""Cases of which something applies either way, which the suites have not."""


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return load_pathways()


@pytest.fixture(scope="module")
def asked(definitions: Definitions) -> dict[Case, Recommendation]:
    """The cases, each with what Python answers."""
    found: dict[Case, None] = {recommend(one).case: None for one in OTHERS}
    for pathway in definitions.pathways:
        for number, scenario in enumerate(suite(pathway, "transitions", definitions).scenarios):
            facts = list(scenario.items())
            partly = [one for place, one in enumerate(facts) if place % 3 != number % 3]
            found |= {Case.from_facts(dict(known), definitions.vocabulary): None for known in (facts, partly)}
    return {case: recommend(case) for case in found}


def test_commands_json_resources_and_the_form_give_the_answer(
    definitions: Definitions, asked: Mapping[Case, Recommendation]
) -> None:
    publication = Publication(definitions)
    for case, answer in asked.items():
        data: Any = json.loads(json.dumps(answer.to_dict()))
        assert json.loads(output("recommend", "-", "--format", "json", text=json.dumps(case.to_dict()))) == data
        form = to_questionnaire_response(case, publication, subject="Patient/p")
        sent = {"resources": [{"resourceType": "Patient", "id": "p"}, {**form, "id": "f"}]}
        assert recommend(case_from_bundle(sent).case).to_dict() == answer.to_dict()
        check_resources(answer, OWN)
    for key in ("options", "gaps", "missing", "either_way", "alternatives"):
        assert any(getattr(answer, key) for answer in asked.values()), key


def test_the_card_gives_the_answer(definitions: Definitions, asked: Mapping[Case, Recommendation]) -> None:
    publication = Publication(definitions)
    for case, answer in asked.items():
        form = to_questionnaire_response(case, publication, subject="Patient/p")
        bundle = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": {**form, "id": "f"}}]}
        sent = prefetched({"conditions": None, "forms": bundle}, "p", templates(publication))
        card, *_ = cards(case_from_bundle(sent.resources), sent, "call")
        told = card["extension"][EXTENSION]
        for certainty in Certainty:
            listed = [(one["statement"], one["item"], one["treatments"]) for one in told.get(certainty, [])]
            expected = [one for one in answer.options if one.certainty is certainty]
            assert listed == [(one.statement, one.item, list(one.treatments)) for one in expected]
        gaps = [(one["track"], one["kind"], one["certainty"]) for one in told.get("gaps", [])]
        assert gaps == [(one.track, one.kind, one.certainty) for one in answer.gaps]
        assert told.get("missing", []) == list(answer.missing)


def test_libraries_run_by_another_engine_give_the_answer(
    definitions: Definitions, asked: Mapping[Case, Recommendation], engines: Engines
) -> None:
    (found,) = answers(engines, definitions, [Run(ANSWER, list(asked))])
    for answer, said in zip(asked.values(), found, strict=True):
        assert compared(said) == compared(said_by(answer, definitions)), answer.case.to_dict()


def test_plans_applied_by_another_engine_give_the_answer(
    definitions: Definitions, asked: Mapping[Case, Recommendation], engines: Engines
) -> None:
    published = plans_and_libraries(definitions, engines)
    found = applied(engines, published, list(asked), Publication(definitions, OWN))
    for answer, told in zip(asked.values(), found, strict=True):
        check_plans(answer, told)
