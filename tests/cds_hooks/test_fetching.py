"""Fetching what a call does not send: from listed servers alone, what is asked, and what is found there."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import pytest

from browser.ehr import Ehr
from cds_hooks.fetching_material import TOKEN, Raw, http, limit, naming, record, states
from fhir_material import INSULINOMA, VIPOMA, answered, condition
from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.hooks import HOOKS, read_call
from pnet_pathways.adapters.service.settings import Settings
from service_material import TUMOR, VIEW, WHOLE, ask, for_programs, searchset, view

SENT: Final = {key: value for key, value in WHOLE.items() if key != "patient"}
OTHERS: Final = condition("other", VIPOMA, subject={"reference": "Patient/q"})


# When anything is asked


def test_by_default_nobody_is_asked(ehr: Ehr) -> None:
    closed = Service(Settings())
    reply = ask(closed, VIEW, naming(ehr.iss))
    assert reply.status == 412
    assert "; this service calls no FHIR server)" in reply.said
    assert "calls no FHIR server" in ask(closed, "/cds-services").data["services"][0]["usageRequirements"]
    assert ehr.seen == []


@pytest.mark.parametrize(
    "prefetch", [None, {}, {"conditions": SENT["conditions"]}, {"patient": WHOLE["patient"], "forms": None}]
)
def test_what_was_not_sent_is_fetched_and_the_answer_is_that_to_what_is_sent(
    asking: Service, ehr: Ehr, prefetch: dict[str, Any] | None
) -> None:
    reply = ask(asking, VIEW, naming(ehr.iss, prefetch))
    assert reply.data == ask(asking, VIEW, view({**SENT, **(prefetch or {})})).data
    assert len(reply.data["cards"]) == 1
    # Of the patient only the id is read, so that one is not asked for.
    asked = {one.path.rsplit("/", 1)[1] for one in ehr.seen}
    names = {"conditions": "Condition", "observations": "Observation", "forms": "QuestionnaireResponse"}
    assert asked == {name for key, name in names.items() if key not in (prefetch or {})}
    assert all(one.headers["authorization"] == f"Bearer {TOKEN}" and one.method == "GET" for one in ehr.seen)


def test_the_searches_are_those_that_discovery_announces(asking: Service, raw: Raw) -> None:
    one = ask(asking, "/cds-services").data["services"][0]
    assert "fetched, if this service lists the fhirServer" in one["usageRequirements"]
    ask(asking, VIEW, naming(raw.base, patient="a-1.B"))
    announced = [text.replace("{{context.patientId}}", "a-1.B") for key, text in one["prefetch"].items() if key != "patient"]
    wanted = [(f"/fhir/{text.partition('?')[0]}", parse_qsl(text.partition("?")[2])) for text in announced]
    assert sorted((urlsplit(path).path, parse_qsl(urlsplit(path).query)) for path in raw.paths) == sorted(wanted)
    assert all(re.fullmatch(r"[\w./?=&%-]+", path) for path in raw.paths)
    # Nothing packed, which has no size that could be limited.
    assert all("\r\nAccept-Encoding: identity\r\n" in head for head in raw.heads)


def test_an_answered_form_is_fetched_too(asking: Service, ehr: Ehr) -> None:
    ehr.record.append(answered("form", {"sites.head": True}))
    case = for_programs(ask(asking, VIEW, naming(ehr.iss)).data["cards"][0])["case"]
    assert case == {"tumor_type": "insulinoma", "sites": {"head": True}, "spread": {"liver": True}}


@pytest.mark.parametrize(
    "change",
    [
        "{0}/r4",
        "{0}?x",
        "{0}#",
        "{0}/.",
        "{0}/../fhir",
        " {0}",
        "{0}%2f",
        "HTTP{1}",
        "https{1}",
        "http://user@127.0.0.1:{2}/fhir",
        "http://localhost:{2}/fhir",
        "http://127.1:{2}/fhir",
        "http://127.0.0.1:{2}",
        "http://127.0.0.1:{2}/FHIR",
        "",
    ],
)
def test_only_the_listed_address_is_called(asking: Service, raw: Raw, change: str) -> None:
    server = change.format(raw.base, raw.base.removeprefix("http"), raw.port)
    reply = ask(asking, VIEW, naming(server))
    assert reply.status == 412
    assert "were not sent (send Condition?patient={{context.patientId}}; this service calls only" in reply.said
    assert raw.heads == []


@pytest.mark.parametrize("authorization", [None, {}, {"access_token": ""}, {"access_token": None}])
def test_without_a_token_nothing_is_asked(asking: Service, raw: Raw, authorization: object) -> None:
    reply = ask(asking, VIEW, view({}, fhirServer=raw.base, fhirAuthorization=authorization))
    assert (reply.status, raw.heads) == (412, [])


@pytest.mark.parametrize(
    ("call", "why"),
    [
        ({"patient": "../../admin"}, "the patient's id is none that FHIR allows"),
        ({"patient": "p,q"}, "the patient's id is none that FHIR allows"),
        ({"patient": "p&patient=q"}, "the patient's id is none that FHIR allows"),
        ({"access_token": "a\r\nX-Admin: 1"}, "the access token is no text that can be sent"),
        ({"access_token": "clé"}, "the access token is no text that can be sent"),
        ({"patient_": "q"}, "the access token is for another patient"),
    ],
)
def test_what_could_ask_for_something_else_is_not_asked(asking: Service, raw: Raw, call: dict[str, str], why: str) -> None:
    authorization = {key.removesuffix("_"): value for key, value in call.items() if key != "patient"}
    data = naming(raw.base, patient=call.get("patient", "p"))
    data["fhirAuthorization"] |= authorization
    reply = ask(asking, VIEW, data)
    assert reply.status == 412
    assert f"the conditions could not be searched ({why})" in reply.said
    assert raw.heads == []


def test_a_token_for_this_patient_is_used(asking: Service, ehr: Ehr) -> None:
    data = naming(ehr.iss)
    data["fhirAuthorization"]["patient"] = "p"
    assert len(ask(asking, VIEW, data).data["cards"]) == 1


# What is found


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (401, "the FHIR server does not take the access token: 401"),
        (403, "the access token does not permit it: 403"),
        (404, "the FHIR server answers 404"),
        (503, "the FHIR server answers 503"),
    ],
)
def test_a_search_that_fails_is_said_with_why(asking: Service, ehr: Ehr, status: int, why: str) -> None:
    ehr.status["Observation"] = status
    reply = ask(asking, VIEW, naming(ehr.iss))
    assert states(reply) == {"patient": "missing", "conditions": "whole", "observations": "failed", "forms": "empty"}
    assert f"**Incomplete record:** observations could not be searched ({why}). What is not" in record(reply)
    ehr.status["Condition"] = status
    reply = ask(asking, VIEW, naming(ehr.iss))
    assert reply.status == 412
    assert reply.said == (
        f"prefetch.conditions: the conditions could not be searched ({why}) (send Condition?patient={{{{context.patientId}}}})"
    )


def test_an_error_among_the_entries_is_incomplete(asking: Service, ehr: Ehr) -> None:
    failed = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
    ehr.raw["Condition"] = http(searchset(TUMOR, failed)).partition(b"\r\n\r\n")[2]
    reply = ask(asking, VIEW, naming(ehr.iss))
    assert states(reply)["conditions"] == "incomplete"
    assert "conditions were sent in part. What is not" in record(reply)


def test_resources_of_another_patient_do_not_count_and_that_is_said(asking: Service, ehr: Ehr) -> None:
    ehr.record = [TUMOR, OTHERS]
    reply = ask(asking, VIEW, naming(ehr.iss))
    assert for_programs(reply.data["cards"][0])["case"] == {"tumor_type": "insulinoma"}
    assert "conditions were sent in part (what is not of this patient is left out)" in record(reply)
    ehr.record = [OTHERS]
    assert ask(asking, VIEW, naming(ehr.iss)).data == {"cards": []}


def test_records_that_conflict_are_a_card(asking: Service, ehr: Ehr) -> None:
    ehr.record = [TUMOR, condition("other", VIPOMA)]
    (card,) = ask(asking, VIEW, naming(ehr.iss)).data["cards"]
    assert card["summary"] == "Records conflict: Condition/other and Condition/tumor"


# How many at once


def test_calls_beyond_the_limit_are_not_fetched_for(asking: Service, ehr: Ehr) -> None:
    limit(asking, fetch_at_once=2)
    fetching = asking.fetching
    assert fetching is not None
    call = read_call(naming(ehr.iss), HOOKS["pnet-patient-view"])

    async def at_once(number: int) -> list[dict[str, Any]]:
        return list(await asyncio.gather(*(fetching.fetch(call, asking.templates) for _ in range(number))))

    found = asyncio.run(at_once(5))
    assert [sum(bool(one.why) for one in each.values()) for each in found] == [0, 0, 3, 3, 3]
    assert found[4]["conditions"].why == "too many calls are fetching now; try again"
    # Whoever is done makes room.
    assert [one.why for each in asyncio.run(at_once(2)) for one in each.values()] == [""] * 6


def test_a_tumor_is_needed_as_ever(asking: Service, ehr: Ehr) -> None:
    ehr.record = [condition("c", ("http://snomed.info/sct", "38341003"))]
    assert ask(asking, VIEW, naming(ehr.iss)).data == {"cards": []}
    ehr.record = [condition("c", INSULINOMA)]
    assert len(ask(asking, VIEW, naming(ehr.iss)).data["cards"]) == 1
