"""The page that an EHR launches, in Chromium, against an EHR on loopback that checks what it is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import pytest

from browser.chromium import axe
from browser.ehr import PATIENT, Ehr
from browser.shown import SHOWN, check_answer
from browser.smart_material import (
    EXAMPLES,
    NAME,
    READY,
    Stage,
    Wire,
    context,
    ehr,
    launched,
    loopback,
    page,
    record,
    stage,
    wire,
)
from pnet_pathways import Case, recommend
from pnet_pathways.adapters.fhir import ConflictingRecords, case_from_bundle
from pnet_pathways.model import case as generic
from pnet_pathways.model.errors import FhirError
from pnet_pathways.model.pathway import Definitions

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

__all__ = ["context", "ehr", "loopback", "page", "stage", "wire"]  # fixtures


def lines(page: Page, where: str) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(f"{where} > li:visible").all_inner_texts()]


def failure(page: Page) -> str:
    assert not page.locator("#case").is_visible() if page.locator("#case").count() else True
    return " ".join(page.locator("#failed").inner_text().split())


def case_on(page: Page) -> Case:
    return Case.from_json(page.locator("#case-json").text_content() or "")


def check_case(page: Page, definitions: Definitions, case: generic.Case) -> None:
    """The page follows this case, and shows of it what the library answers."""
    assert case_on(page).to_dict() == case.to_dict()
    if case.to_dict():
        check_answer(page.evaluate(SHOWN), definitions, recommend(case))


# The launch


def test_a_launch_fills_in_what_the_record_says(
    page: Page, stage: Stage, ehr: Ehr, wire: Wire, definitions: Definitions
) -> None:
    launched(page, stage)
    assert ehr.wrong == []
    assert page.locator("#patient").inner_text() == f"{NAME} · born 1961-04-03 · female · MRN 0048213"
    assert lines(page, "#certain") == [
        "An insulinoma Insulinoma (302822000, Condition/tumor)",
        "In the head Head of pancreas structure (64163001, Condition/tumor)",
    ]
    (suggested,) = lines(page, "#to-confirm")
    assert (
        suggested == "Low blood sugar Hypoglycemia, unspecified (E16.2, Condition/low-sugar); a clinician must judge it Confirm"
    )
    page.locator("#no-fact-fold > summary").click()
    assert [one.split(" Condition")[0].split(" Observation")[0] for one in lines(page, "#no-fact")] == [
        "I10 Essential (primary) hypertension",
        "14 mm",
    ]
    assert not page.locator("#record-problems").inner_text()
    check_case(page, definitions, Case.from_dict({"tumor_type": "insulinoma", "sites": {"head": True}}))
    for text in (definitions.source.disclaimer, "No pathway is approved by a reviewer yet."):
        assert text in page.locator("header").inner_text()


def test_the_service_is_sent_the_resources_alone(page: Page, stage: Stage, ehr: Ehr, wire: Wire) -> None:
    """No token, no name, no narrative; and each resource as it is."""
    launched(page, stage)
    (sent,) = wire.sent("/fhir/case")
    text = json.dumps(sent)
    assert [one for one in (*ehr.tokens, "Okafor", "1961-04-03", "0048213") if one in text] == []
    resources = [entry["resource"] for entry in sent["entry"]]
    assert resources[0] == {"resourceType": "Patient", "id": PATIENT}
    found = [entry["resource"] for bundle in resources[1:] for entry in bundle.get("entry", [])]
    expected = [{key: value for key, value in one.items() if key != "text"} for one in ehr.record[1:]]
    kinds = ("Condition", "Observation", "QuestionnaireResponse")
    assert found == sorted(
        (one for one in expected if one["resourceType"] in kinds), key=lambda one: kinds.index(one["resourceType"])
    )
    (asked,) = ehr.asked("Observation")
    assert asked.query["code"].startswith("http://loinc.org|")
    calls = [one for one in wire.requests if one.url.startswith(stage.service) and one.url.endswith("/fhir/case")]
    assert ["authorization" in one.headers for one in calls] == [False]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_read_as_the_library_reads_it(
    page: Page, stage: Stage, ehr: Ehr, example: str, definitions: Definitions
) -> None:
    ehr.record = record(example)
    kept = [one for one in ehr.record[1:] if one["resourceType"] in {"Condition", "Observation", "QuestionnaireResponse"}]
    launched(page, stage)
    try:
        reading = case_from_bundle({"resources": [{"resourceType": "Patient", "id": PATIENT}, *kept]})
    except (ConflictingRecords, FhirError):
        assert "Nothing of the record is filled in." in page.locator("#record-problems").inner_text()
        check_case(page, definitions, Case.from_dict({}))
        return
    assert len(lines(page, "#certain")) == (len(reading.facts) or 1)
    assert len(lines(page, "#to-confirm")) == (len(reading.suggested) or 1)
    assert page.locator("#no-fact > li").count() == len(reading.unmapped)
    check_case(page, definitions, reading.case)


def test_conflicts_are_said_and_nothing_is_filled_in(page: Page, stage: Stage, ehr: Ehr) -> None:
    ehr.record = record("conflicting")
    shown = launched(page, stage).locator("#record-problems").inner_text()
    assert "These records cannot all be true" in shown
    assert "Insulinoma (302822000, Condition/first) says an insulinoma; Gastrinoma (8153/3, Condition/second)" in shown
    assert not page.locator("#certain-part").is_visible()


# Following the case


def test_what_is_confirmed_and_answered_is_the_librarys_answer(
    page: Page, stage: Stage, ehr: Ehr, definitions: Definitions
) -> None:
    """By keyboard alone: confirm what the record suggests, then answer every question with its first choice."""
    launched(page, stage)
    page.locator("#to-confirm button").focus()
    page.keyboard.press("Enter")
    case = Case.from_dict({"tumor_type": "insulinoma", "sites": {"head": True}, "symptoms": {"low_blood_sugar": True}})
    check_case(page, definitions, case)
    assert lines(page, "#to-confirm")[0].endswith("confirmed Take back")
    assert page.evaluate("document.activeElement.textContent") == "Take back"
    seen = 0
    while recommend(case_on(page)).missing:
        seen += 1
        boxes = page.locator("#next-body input[type=checkbox]:enabled")
        if boxes.count():
            boxes.first.focus()
            page.keyboard.press("Space")
        page.locator("#next-body .choices button:enabled").last.focus()
        page.keyboard.press("Enter")
        check_case(page, definitions, case_on(page))
    assert seen > 4
    assert page.locator("#next-question").inner_text() == "Nothing left to ask"


def test_a_fact_of_the_record_can_be_changed_and_taken_in_again(page: Page, stage: Stage, ehr: Ehr) -> None:
    launched(page, stage)
    page.get_by_role("button", name="Change: an insulinoma").click()
    page.locator("#next-body").get_by_role("button", name="gastrinoma", exact=True).click()
    assert case_on(page).to_dict()["tumor_type"] == "gastrinoma"
    assert lines(page, "#certain")[0].endswith("not used Fill in again")
    page.get_by_role("button", name="Start again").click()
    assert case_on(page).to_dict() == {}
    assert [one.endswith("not used Fill in again") for one in lines(page, "#certain")] == [True, True]
    page.get_by_role("button", name="Fill in again: an insulinoma").click()
    assert case_on(page).to_dict() == {"tumor_type": "insulinoma"}
    page.locator("#to-confirm button").click()
    page.locator("#to-confirm button").click()
    assert case_on(page).to_dict() == {"tumor_type": "insulinoma"}


# Refused launches

REFUSED: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "another state": ({"sends_back": {"state": "forged"}}, "This answer fits no launch of this page"),
    "another server": ({"sends_back": {"iss": "https://evil.example.org"}}, "It comes from another server, or holds no code."),
    "access denied": ({"sends_back": {"error": "access_denied", "error_description": "not you"}}, "access_denied: not you"),
    "another challenge": ({"challenge": "x" * 43}, "invalid_grant: the code, or the proof, is not good"),
    "no token": ({"status": {"token": 401}}, "The EHR gave no permission invalid_client"),
    "another kind of token": ({"token_answer": {"token_type": "mac"}}, "holds no token of the kind Bearer"),
    "no patient": ({"token_answer": {"patient": None}}, "The EHR named no patient"),
    "no id": ({"token_answer": {"patient": "../Patient/1"}}, "The EHR named no patient"),
    "no discovery": ({"status": {"smart-configuration": 404}}, "smart-configuration answered with HTTP 404."),
    "no JSON": ({"raw": {"smart-configuration": b"<html>"}}, "names no authorization_endpoint"),
    "no PKCE": ({"configuration": {"code_challenge_methods_supported": ["plain"]}}, "does not offer PKCE with S256"),
    "a foreign sign-in": (
        {"configuration": {"authorization_endpoint": "https://evil.example.org/authorize"}},
        "authorization_endpoint: https://evil.example.org",
    ),
    "a foreign token endpoint": (
        {"configuration": {"token_endpoint": "https://evil.example.org/token"}},
        "This EHR signs in at an address that is not on the list",
    ),
}


@pytest.mark.parametrize("how", REFUSED)
def test_what_is_not_as_it_should_be_is_refused(page: Page, stage: Stage, ehr: Ehr, how: str) -> None:
    setup, message = REFUSED[how]
    for name, value in setup.items():
        setattr(ehr, name, value)
    launched(page, stage)
    assert message in failure(page)
    assert failure(page).endswith("Nothing was read, and nothing is answered.")
    assert ehr.asked("Patient") == []
    if how in {"another state", "another server", "access denied"}:
        assert [one.path for one in ehr.seen if one.path == "/token"] == []


def test_only_servers_on_the_list_launch(page: Page, stage: Stage, ehr: Ehr, wire: Wire) -> None:
    for iss in ("https://evil.example.org/fhir", f"{ehr.iss}/../other", ehr.iss.upper(), f"{ehr.iss}?x"):
        page.goto(f"{stage.launch}?{urlencode({'iss': iss, 'launch': 'x'})}")
        page.wait_for_selector(READY)
        assert f"{iss} is not on the list of this service." in failure(page)
    page.goto(f"{stage.launch}?{urlencode({'iss': ehr.iss})}")
    page.wait_for_selector(READY)
    assert "This page is opened from a patient's record" in failure(page)
    assert ehr.seen == []
    assert wire.origins() == {stage.service}


def test_a_page_that_was_not_launched_says_so_and_nothing_of_others(page: Page, stage: Stage, ehr: Ehr) -> None:
    page.goto(f"{stage.service}/smart/#tumor_type=insulinoma")
    page.wait_for_selector(READY)
    assert "This page is opened from a patient's record" in failure(page)
    page.goto(f"{stage.service}/smart/?error=x&error_description=Call+555")
    page.wait_for_selector(READY)
    assert "Call" not in failure(page)
    # A launch is finished once: who reloads begins anew.
    launched(page, stage)
    page.reload()
    page.wait_for_selector(READY)
    assert "It keeps nothing, so it cannot be reloaded." in failure(page)
    assert case_on(page).to_dict() == {}


# A record that is not all there

INCOMPLETE: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "no conditions": ({"status": {"Condition": 500}}, "The conditions could not be searched (HTTP 500)."),
    "no observations": ({"status": {"Observation": 403}}, "The observations could not be searched: the EHR does not permit it"),
    "no forms": ({"status": {"QuestionnaireResponse": 404}}, "The answered forms could not be searched (HTTP 404)."),
    "no patient": ({"status": {PATIENT: 500}}, "The patient could not be read (HTTP 500)."),
    "an error page": ({"raw": {"Observation": b"<html>"}}, "The observations could not be searched: the answer is no Bundle."),
    "an expired token": ({"seconds": -1.0}, "The conditions could not be searched: the EHR's permission has ended (HTTP 401)"),
    "a page elsewhere": (
        {"page_size": 1, "next_origin": "http://localhost:9"},
        "The conditions could not all be searched: the next page is at another server, which is not asked.",
    ),
}


@pytest.mark.parametrize("how", INCOMPLETE)
def test_what_could_not_be_searched_is_said_and_never_read_as_no(
    page: Page, stage: Stage, ehr: Ehr, wire: Wire, how: str, definitions: Definitions
) -> None:
    setup, message = INCOMPLETE[how]
    for name, value in setup.items():
        setattr(ehr, name, value)
    shown = launched(page, stage).locator("#record-problems").inner_text()
    assert "The record is incomplete" in shown
    assert message in shown
    assert "What is not there is unknown, never no." in shown
    (sent,) = wire.sent("/fhir/case")
    assert not case_from_bundle(sent).complete
    lost = how in {"no conditions", "an expired token"}
    expected: Mapping[str, Any] = {} if lost else {"tumor_type": "insulinoma", "sites": {"head": True}}
    if how != "a page elsewhere":
        check_case(page, definitions, Case.from_dict(dict(expected)))


def test_every_page_of_a_search_is_read(page: Page, stage: Stage, ehr: Ehr, definitions: Definitions) -> None:
    ehr.page_size = 1
    launched(page, stage)
    assert len(ehr.asked("Condition")) == sum(one["resourceType"] == "Condition" for one in ehr.record) > 2
    assert not page.locator("#record-problems").inner_text()
    check_case(page, definitions, Case.from_dict({"tumor_type": "insulinoma", "sites": {"head": True}}))


def test_texts_of_the_record_are_texts(page: Page, stage: Stage, ehr: Ehr) -> None:
    harm = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    ehr.record = json.loads(json.dumps(ehr.record).replace("Hypoglycemia, unspecified", harm).replace("Okafor", harm))
    launched(page, stage)
    assert harm in lines(page, "#to-confirm")[0]
    assert harm in page.locator("#patient").inner_text()
    assert page.locator("main img").count() == 0


# What the page may do, and how it looks


def test_the_page_calls_its_service_and_the_server_that_launched_it_alone(
    context: BrowserContext, stage: Stage, ehr: Ehr
) -> None:
    page = launched(context.new_page(), stage)
    calls = "url => fetch(url).then(() => 'answered', () => 'blocked')"
    assert page.evaluate(calls, f"{stage.service}/health/live") == "answered"
    assert page.evaluate(calls, f"{ehr.iss}/metadata") == "answered"
    before = len(ehr.seen)
    # This one is on the list of the service, but did not launch the page.
    for url in (f"{stage.other}/fhir/metadata", "https://evil.example.org/"):
        assert page.evaluate(calls, url) == "blocked"
    assert len(ehr.seen) == before
    inserted = "text => { const one = document.createElement('script'); one.textContent = text; document.body.append(one); }"
    page.evaluate(inserted, "window.harm = 1")
    assert page.evaluate("window.harm") is None


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1024), ("light", 1440)])
def test_everybody_can_use_it(loopback: Browser, stage: Stage, ehr: Ehr, scheme: Any, width: int) -> None:
    ehr.status = {"Observation": 500}
    with loopback.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme) as context:
        page = launched(context.new_page(), stage)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        assert axe(page, without=".stage") == []
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        page.goto(f"{stage.launch}?iss=x&launch=x")
        page.wait_for_selector(READY)
        assert axe(page) == []
