"""Calls of hooks: the field rules of the CDS Hooks specification, what a prefetch means, and what an answer looks like."""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fhir_material import INSULINOMA, answered, condition
from pnet_pathways.adapters.fhir.cards import OVERRIDE_REASONS
from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.settings import Settings
from project import ROOT
from service_material import INSTANCE, SELECT, TUMOR, VIEW, WHOLE, Reply, ask, for_programs, searchset, view

SHARED = ROOT.parent / "shared" / "data" / "cds-hooks"


@pytest.fixture(scope="module")
def service() -> Service:
    return Service(Settings(report_url="https://pnet.example.org/report.html", form_url="https://pnet.example.org/launch.html"))


@pytest.fixture(scope="module")
def shared() -> Path:
    if not SHARED.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the public examples are missing: {SHARED}")
        pytest.skip("the public examples of CDS Hooks are not beside this checkout")
    return SHARED


def select(**more: Any) -> dict[str, Any]:
    drafts = {"resourceType": "Bundle", "type": "collection"}
    context = {"userId": "Practitioner/example", "patientId": "p", "selections": ["MedicationRequest/1"], "draftOrders": drafts}
    return {**view(WHOLE), "hook": "order-select", "context": {**context, **more}}


# Discovery


def test_discovery_is_what_the_specification_asks_for(service: Service) -> None:
    reply = ask(service, "/cds-services")
    assert reply.status == 200
    assert reply.data["version"] == "2.0.1"
    for one in reply.data["services"]:
        assert {"hook", "description", "id"} <= one.keys()
        assert re.fullmatch(r"[a-z-]+", one["id"])
        assert one["prefetch"]["conditions"] == "Condition?patient={{context.patientId}}"
        assert "'conditions' is mandatory" in one["usageRequirements"]
        assert "no substitute for clinical judgment" in one["description"]
    assert [one["hook"] for one in reply.data["services"]] == ["patient-view", "order-select"]


def test_services_have_the_fields_of_the_public_examples(service: Service, shared: Path) -> None:
    known = {key for name in ("00", "29") for one in read(shared, f"spec-services-{name}")["services"] for key in one}
    for one in ask(service, "/cds-services").data["services"]:
        assert set(one) - {"hookVersion"} <= known


# Calls


def test_a_call_gets_its_card(service: Service) -> None:
    reply = ask(service, VIEW, view(WHOLE))
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    (card,) = reply.data["cards"]
    assert card["summary"].startswith("Insulinoma: ")
    assert for_programs(card)["case"] == {"tumor_type": "insulinoma", "spread": {"liver": True}}


def test_order_select_gets_the_same_card(service: Service) -> None:
    assert ask(service, SELECT, select()).data == ask(service, VIEW, view(WHOLE)).data


def test_only_what_the_specification_requires_is_required(service: Service) -> None:
    least = view({"conditions": searchset(TUMOR)})
    assert ask(service, VIEW, least).status == 200
    more = {"fhirServer": None, "fhirAuthorization": None, "extension": {"com.example": 1}, "other": [None]}
    assert ask(service, VIEW, {**least, **more}).status == 200
    assert ask(service, VIEW, {**least, "hookInstance": INSTANCE.upper()}).data == ask(service, VIEW, least).data


@pytest.mark.parametrize(
    ("change", "where", "message"),
    [
        ({"hook": None}, "hook", "is missing"),
        ({"hook": ""}, "hook", "is empty"),
        ({"hook": "order-sign"}, "hook", "this service is for patient-view, not for 'order-sign'"),
        ({"hookInstance": None}, "hookInstance", "is missing"),
        ({"hookInstance": 7}, "hookInstance", "takes text, not a number"),
        ({"hookInstance": "seven"}, "hookInstance", "is no UUID: 'seven'"),
        ({"context": None}, "context", "is missing"),
        ({"context": []}, "context", "takes an object, not a list"),
        ({"context": {"patientId": "p"}}, "context.userId", "is missing"),
        ({"context": {"userId": "Practitioner/1"}}, "context.patientId", "is missing"),
        ({"context": {"userId": "Practitioner/1", "patientId": 1288992}}, "context.patientId", "takes text"),
        ({"context": {"userId": "Practitioner/1", "patientId": ""}}, "context.patientId", "is empty"),
        (
            {"context": {"userId": "P/1", "patientId": "p", "encounterId": {}}},
            "context.encounterId",
            "takes text, not an object",
        ),
        ({"prefetch": []}, "prefetch", "takes an object, not a list"),
        ({"fhirServer": {}}, "fhirServer", "takes text"),
        ({"fhirAuthorization": "token"}, "fhirAuthorization", "takes an object, not text"),
    ],
)
def test_a_wrong_field_is_named(service: Service, change: dict[str, Any], where: str, message: str) -> None:
    reply = ask(service, VIEW, {**view(WHOLE), **change})
    assert reply.status == 400
    (issue,) = reply.data["issue"]
    assert (issue["severity"], issue["code"], issue["expression"]) == ("error", "invalid", [where])
    assert issue["diagnostics"].startswith(f"{where}: {message}")


def test_every_wrong_field_is_named_at_once(service: Service) -> None:
    reply = ask(service, SELECT, {"hook": "patient-view", "context": {"selections": {}}})
    assert [issue["expression"][0] for issue in reply.data["issue"]] == [
        "hook",
        "hookInstance",
        "context.userId",
        "context.patientId",
        "context.selections",
        "context.draftOrders",
    ]


@pytest.mark.parametrize("body", ["[]", "1", '"x"', "null", "true"])
def test_a_body_that_is_no_object_is_refused(service: Service, body: str) -> None:
    reply = ask(service, VIEW, body=body.encode())
    assert reply.status == 400
    assert "takes an object" in reply.said


def test_the_public_requests_are_read_and_say_what_they_lack(service: Service, shared: Path) -> None:
    greeter = ask(service, VIEW, read(shared, "spec-request-01"))
    assert greeter.status == 412
    assert "prefetch.conditions: the conditions were not sent" in greeter.said
    sign = ask(service, VIEW, read(shared, "spec-request-03"))
    assert (sign.status, "not for 'order-sign'" in sign.said) == (400, True)
    extended = ask(service, VIEW, read(shared, "spec-request-28"))
    assert extended.said == "context.patientId: is missing (takes text)"


# What a prefetch means

TUMORS = searchset(TUMOR)
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception", "diagnostics": "down"}]}
NEXT = [{"relation": "next", "url": "https://ehr.example.org/2"}]


def prefetch(**changes: Any) -> dict[str, Any]:
    """Return a prefetch with changes; `...` leaves a key out."""
    return view({key: value for key, value in {**WHOLE, **changes}.items() if value is not ...})


@pytest.mark.parametrize(
    ("value", "status", "said"),
    [
        (..., 412, "the conditions were not sent"),
        (OUTCOME, 412, "the conditions could not be searched"),
        ("<html>", 412, "the conditions could not be searched"),
        (None, 200, ""),
        (searchset(), 200, ""),
        (searchset(condition("c", ("http://snomed.info/sct", "38341003"))), 200, ""),
    ],
)
def test_without_conditions_there_is_no_answer_and_without_a_tumor_no_card(
    service: Service, value: object, status: int, said: str
) -> None:
    reply = ask(service, VIEW, prefetch(conditions=value))
    assert reply.status == status
    if status == 200:
        assert reply.body == b'{"cards":[]}'
    else:
        (issue,) = reply.data["issue"]
        assert (issue["code"], issue["expression"]) == ("required", ["prefetch.conditions"])
        assert said in issue["diagnostics"]
        assert "send Condition?patient={{context.patientId}}; this service calls no FHIR server" in issue["diagnostics"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (..., "**Incomplete record:** observations were not sent."),
        (None, "**Searched, nothing found:** observations (null) and answered forms (an empty result)."),
        (searchset(), "**Searched, nothing found:** observations (an empty result) and answered forms (an empty result)."),
        (OUTCOME, "**Incomplete record:** observations could not be searched."),
        (searchset(TUMOR, link=NEXT), "**Incomplete record:** observations were sent in part."),
    ],
)
def test_the_other_searches_are_told_apart_in_the_card(service: Service, value: object, said: str) -> None:
    (card,) = ask(service, VIEW, prefetch(observations=value)).data["cards"]
    assert card["detail"].startswith(said)


def test_a_page_of_conditions_is_never_answered_as_if_it_were_all(service: Service) -> None:
    (card,) = ask(service, VIEW, prefetch(conditions=searchset(TUMOR, link=NEXT))).data["cards"]
    assert card["detail"].startswith("**Incomplete record:** conditions were sent in part.")
    assert for_programs(card)["prefetch"]["conditions"] == "incomplete"


def test_resources_that_cannot_be_used_are_named_by_their_place_in_the_call(service: Service) -> None:
    reply = ask(service, VIEW, prefetch(conditions=searchset({**TUMOR, "code": "insulinoma"})))
    assert reply.status == 422
    assert reply.data["issue"][0]["expression"][0].startswith("prefetch.conditions.entry[0].resource.code")


def test_a_call_as_large_as_is_taken_is_answered(service: Service) -> None:
    """Thousands of answers to one question; comparing each with each would take minutes."""
    form = answered("form", {"resectable": True})
    form["item"] *= 15_000
    (card,) = ask(service, VIEW, prefetch(forms=searchset(form))).data["cards"]
    assert for_programs(card)["case"]["resectable"] is True


def test_another_patient_is_refused(service: Service) -> None:
    reply = ask(service, VIEW, prefetch(patient={"resourceType": "Patient", "id": "q"}))
    assert reply.status == 422
    assert "context.patientId names 'p'" in reply.said


def test_conflicting_records_are_a_card(service: Service) -> None:
    other = condition("other", ("http://snomed.info/sct", "253005002"))
    (card,) = ask(service, VIEW, prefetch(conditions=searchset(TUMOR, other))).data["cards"]
    assert card["summary"] == "Records conflict: Condition/other and Condition/tumor"


def test_a_call_to_fetch_elsewhere_is_not_followed(service: Service) -> None:
    authorization = {
        "access_token": "opaque",
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "user/*.read",
        "subject": "s",
    }
    call = {**view({}), "fhirServer": "http://127.0.0.1:1/fhir", "fhirAuthorization": authorization}
    reply = ask(service, VIEW, call)
    assert reply.status == 412
    assert "opaque" not in reply.body.decode()


# Answers


def values(data: Any) -> Iterator[Any]:
    """Yield every value of data."""
    yield data
    for one in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from values(one)


REPLIES = {
    "view": (VIEW, view(WHOLE)),
    "type unknown": (VIEW, prefetch(conditions=searchset(condition("c", ("http://hl7.org/fhir/sid/icd-10-cm", "C25.4"))))),
    "to confirm": (VIEW, prefetch(conditions=searchset(TUMOR, condition("l", ("http://hl7.org/fhir/sid/icd-10-cm", "E16.2"))))),
    "conflict": (VIEW, prefetch(conditions=searchset(TUMOR, condition("o", ("http://snomed.info/sct", "253005002"))))),
    "discovery": ("/cds-services", None),
    "ready": ("/health/ready", None),
    "bad call": (VIEW, {"hook": None}),
    "nowhere": ("/nowhere", None),
}


@pytest.mark.parametrize("name", REPLIES)
def test_nothing_in_an_answer_is_null_or_empty(service: Service, name: str) -> None:
    path, data = REPLIES[name]
    reply = ask(service, path, data)
    assert reply.status == {"bad call": 400, "nowhere": 404}.get(name, 200)
    found = reply.data
    assert not [one for one in values(found) if one is None or one in ("", [], {})]


CARD = {"uuid", "summary", "detail", "indicator", "source", "suggestions", "selectionBehavior", "overrideReasons"}
CARD |= {"links", "extension"}


def card_problems(card: dict[str, Any]) -> list[str]:
    """Return what the specification's field rules object to in a card."""
    if missing := [name for name in ("summary", "indicator", "source") if name not in card]:
        return missing
    found = [] if 0 < len(card["summary"]) < 140 else ["summary is too long"]
    found += [] if card["indicator"] in {"info", "warning", "critical"} else ["indicator"]
    found += [] if card["source"].get("label") else ["source.label"]
    found += [] if re.match(r"https?://", card["source"].get("url", "https://")) else ["source.url"]
    found += [] if str(uuid.UUID(card["uuid"])) == card["uuid"] else ["uuid"]
    for link in card.get("links", ()):
        found += [f"link.{name}" for name in ("label", "url", "type") if not link.get(name)]
        found += [] if link["type"] in {"absolute", "smart"} else ["link.type"]
        found += ["appContext of an absolute link"] if link["type"] == "absolute" and "appContext" in link else []
    for reason in card.get("overrideReasons", ()):
        found += [f"overrideReasons.{name}" for name in ("code", "system", "display") if not reason.get(name)]
    if "suggestions" in card and "selectionBehavior" not in card:
        found.append("selectionBehavior")
    return found + sorted(set(card) - CARD)


@pytest.mark.parametrize("name", ["view", "type unknown", "to confirm", "conflict"])
def test_cards_keep_the_field_rules(service: Service, name: str) -> None:
    path, data = REPLIES[name]
    found = ask(service, path, data).data
    assert list(found) == ["cards"]
    assert [card_problems(card) for card in found["cards"]] == [[] for _ in found["cards"]]


def test_the_field_rules_take_the_public_examples_and_see_what_is_wrong(shared: Path) -> None:
    cards = [card for name in ("12", "19", "20") for card in read(shared, f"spec-cards-{name}")["cards"]]
    assert len(cards) == 3
    for card in cards:
        card.setdefault("uuid", INSTANCE)
    # The specification's own last example lacks a required field.
    assert [card_problems(card) for card in cards] == [[], [], ["indicator"]]
    for card in cards[:2]:
        assert card_problems({**card, "summary": "x" * 140}) == ["summary is too long"]
        assert card_problems({**card, "indicator": "hard-stop"}) == ["indicator"]
        assert card_problems({**card, "suggestions": []}) == ["selectionBehavior"]


def test_override_reasons_are_those_of_the_published_value_set(shared: Path) -> None:
    def concepts(listed: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
        for one in listed:
            yield one["code"], one["display"]
            yield from concepts(one.get("concept", []))

    system = read(shared, "CodeSystem-non-adherence-reason-codes")
    displays = dict(concepts(system["concept"]))
    chosen = read(shared, "ValueSet-non-adherence-reason-clinical")["compose"]["include"][0]["concept"]
    assert [dict(one) for one in OVERRIDE_REASONS] == [
        {"code": one["code"], "system": system["url"], "display": displays[one["code"]]} for one in chosen
    ]


def read(folder: Path, name: str) -> Any:
    return json.loads((folder / f"{name}.json").read_text("utf-8"))


def test_a_type_is_said_whatever_else_is_there(service: Service) -> None:
    """Codings of another system beside ours, as real records have them."""
    mixed = condition("c", INSULINOMA, ("http://hl7.org/fhir/sid/icd-10-cm", "D13.7"), ("urn:oid:1.2.3", "X"))
    reply: Reply = ask(service, VIEW, prefetch(conditions=searchset(mixed)))
    assert for_programs(reply.data["cards"][0])["case"] == {"tumor_type": "insulinoma"}
