"""A case as the answered form of all facts: what was given and no more, read back to the equal case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from form_walks import OWN, PUMP, Written, answer_of, fact_of, items, questions
from pnet_pathways import Case
from pnet_pathways.adapters.fhir import case_from_bundle
from pnet_pathways.adapters.fhir.publication import Publication
from pnet_pathways.adapters.fhir.responses import to_questionnaire_response
from pnet_pathways.adapters.fhir.writing import text_of
from pnet_pathways.model.case import Case as AnyCase
from pnet_pathways.proof.suites.covers import Cover
from pnet_pathways.proof.suites.suites import suite
from pnet_pathways.testing.cases import cases
from project import ROOT

CASE = {"tumor_type": "vipoma", "course": "new", "sites": {"head": True}, "spread": ["liver"], "resectable": False}


def back(response: dict[str, Any], written: Written = OWN) -> AnyCase:
    """Return the case that an answered form says, which says everything that it holds."""
    reading = case_from_bundle({"resources": [response]}, written.definitions)
    assert (reading.suggested, reading.unmapped) == ((), ())
    return reading.case


def of(case: AnyCase, written: Written = OWN, **more: str) -> dict[str, Any]:
    return to_questionnaire_response(case, Publication(written.definitions), **more)


def test_it_holds_what_was_given_in_the_order_of_the_form() -> None:
    response = of(Case.from_dict(CASE), subject="Patient/p", authored="2026-01-01")
    assert list(response) == ["resourceType", "questionnaire", "status", "subject", "authored", "item"]
    assert response["questionnaire"] == "https://example.org/pnet/Questionnaire/facts|1.0.0"
    assert [item["linkId"] for item in items(response)] == [
        "tumor_type",
        "course",
        "sites",
        "sites.head",
        "resectable",
        "spread",
        "spread.lymph_nodes",
        "spread.liver",
        "spread.other",
    ]
    assert response["item"][1]["answer"] == [
        {
            "valueCoding": {
                "system": "https://example.org/pnet/CodeSystem/facts",
                "code": "course.new",
                "display": "not treated yet",
            }
        }
    ]
    assert response["item"][3]["answer"] == [{"valueBoolean": False}]


def test_what_follows_from_a_rule_is_not_answered() -> None:
    """That a new tumor was not removed is known, and was not given."""
    case = Case.from_dict({"course": "new"})
    assert case.value("primary_removed") is False
    assert [item["linkId"] for item in items(of(case))] == ["course"]


def test_an_empty_case_has_no_items() -> None:
    assert "item" not in of(Case())
    assert back(of(Case())) == Case()


def test_every_item_is_one_of_the_form_with_its_words_and_options() -> None:
    """Any total case answers as the form asks."""
    form = {item["linkId"]: item for item in items(OWN.forms["facts"])}
    for scenario in suite("gastrinoma", Cover.TRANSITIONS).scenarios:
        for item in items(of(AnyCase.from_facts(scenario, OWN.definitions.vocabulary))):
            asked = form[item["linkId"]]
            assert item["text"] == asked["text"]
            for answer in item.get("answer", ()):
                assert "valueBoolean" in answer or answer in asked["answerOption"]


@given(cases(OWN.definitions.vocabulary))
@settings(max_examples=200)
def test_any_case_is_read_back(case: AnyCase) -> None:
    response = of(case)
    assert back(json.loads(text_of(response))) == case
    assert text_of(of(back(response))) == text_of(response)


@given(cases(PUMP.definitions.vocabulary))
@settings(max_examples=100)
def test_any_case_of_another_document_is_read_back(case: AnyCase) -> None:
    assert back(of(case, PUMP), PUMP) == case


@pytest.mark.parametrize("written", [pytest.param(OWN, id="own"), pytest.param(PUMP, id="pump_fault")])
def test_every_case_of_the_suites_is_read_back(written: Written) -> None:
    for pathway in written.definitions.pathways:
        for cover in (Cover.TRANSITIONS, Cover.STATEMENTS, Cover.GAPS):
            for scenario in suite(pathway, cover, written.definitions).scenarios:
                case = AnyCase.from_facts(scenario, written.definitions.vocabulary)
                assert back(of(case, written), written) == case


def test_a_reading_is_written_as_the_form_that_says_the_same() -> None:
    bundle = json.loads(Path(ROOT / "examples" / "fhir" / "gastrinoma.json").read_text("utf-8"))
    reading = case_from_bundle(bundle)
    assert back(reading.to_questionnaire_response(subject="Patient/made-up")) == reading.case
    base = Publication(OWN.definitions, "https://ehr.example.org/forms")
    response = reading.to_questionnaire_response(base)
    assert response["questionnaire"].startswith("https://ehr.example.org/forms/Questionnaire/facts|")
    assert back(response) == reading.case


@pytest.mark.parametrize("written", [pytest.param(OWN, id="own"), pytest.param(PUMP, id="pump_fault")])
def test_an_answer_of_a_pathways_form_is_read_as_the_fact_that_it_asks(written: Written) -> None:
    for pathway, form in written.of_pathways:
        for asked in questions(form):
            link = asked["linkId"]
            fact = fact_of(written, pathway, link)
            answer = asked["answerOption"][-1] if "answerOption" in asked else {"valueBoolean": True}
            response = {
                "resourceType": "QuestionnaireResponse",
                "questionnaire": form["url"],
                "status": "completed",
                "item": [{"linkId": link.split("/")[0], "item": [{"linkId": link, "answer": [answer]}]}],
            }
            assert back(response, written).given == {fact: answer_of(fact, answer)}


def test_newer_answers_replace_older_ones_whichever_form_they_stand_in() -> None:
    older = of(Case.from_dict({"resectable": True, "course": "new"}), authored="2026-01-01")
    newer = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "https://example.org/pnet/Questionnaire/vipoma|1.0.0",
        "status": "completed",
        "authored": "2026-02-01",
        "item": [{"linkId": "primary", "item": [{"linkId": "primary/resectable", "answer": [{"valueBoolean": False}]}]}],
    }
    reading = case_from_bundle({"resources": [older, newer]})
    assert reading.case == Case.from_dict({"resectable": False, "course": "new"})
    assert [one.reason.value for one in reading.unmapped] == ["superseded"]
