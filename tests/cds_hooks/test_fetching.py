"""Fetching what a call does not send: from listed servers alone, what is asked and found there, and where the token goes."""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import attrs
import httpx
import pytest

from browser.ehr import Ehr, ehr_running
from cds_hooks.fhir_server import Raw, http, raw_server
from fhir_material import INSULINOMA, VIPOMA, answered, condition
from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.fetching import MOST_PAGES, Fetching
from pnet_pathways.adapters.service.hooks import HOOKS, read_call
from pnet_pathways.adapters.service.messages import CallError
from pnet_pathways.adapters.service.settings import Settings
from service_material import TUMOR, VIEW, WHOLE, Reply, ask, for_programs, running, searchset, view

TOKEN: Final = "opaque-4730"  # noqa: S105 - made up
SENT: Final = {key: value for key, value in WHOLE.items() if key != "patient"}
OTHERS: Final = condition("other", VIPOMA, subject={"reference": "Patient/q"})


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Ehr, Raw]]:
    with ehr_running() as ehr, raw_server() as raw:
        yield ehr, raw


@pytest.fixture(scope="module")
def made(servers: tuple[Ehr, Raw]) -> Service:
    ehr, raw = servers
    return Service(Settings(fetch_from=(ehr.iss, f"{raw.base}/")))


@pytest.fixture
def ehr(servers: tuple[Ehr, Raw]) -> Ehr:
    """An EHR with the record of `WHOLE`."""
    ehr = servers[0]
    ehr.reset()
    ehr.tokens[TOKEN] = math.inf
    ehr.record = [one["resource"] for one in WHOLE["conditions"]["entry"]]
    return ehr


@pytest.fixture
def raw(servers: tuple[Ehr, Raw]) -> Raw:
    servers[1].says(http(b"", "500 No"))
    return servers[1]


@pytest.fixture
def service(made: Service) -> Service:
    made.fetching = Fetching(made.settings, made.definitions)
    return made


def limit(service: Service, **limits: Any) -> None:
    service.fetching = Fetching(attrs.evolve(service.settings, **limits), service.definitions)


def naming(server: str, prefetch: dict[str, Any] | None = None, *, patient: str = "p", **authorization: Any) -> dict[str, Any]:
    """Return a call that names a FHIR server, with a token for it."""
    said = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.rs", "subject": "s"}
    call = view(prefetch, fhirServer=server, fhirAuthorization={**said, **authorization})
    call["context"]["patientId"] = patient
    return call


def states(reply: Reply) -> dict[str, str]:
    found: dict[str, str] = for_programs(reply.data["cards"][0])["prefetch"]
    return found


def record(reply: Reply) -> str:
    """Return what the first card says of the record."""
    said = str(reply.data["cards"][0]["detail"].partition("\n")[0])
    assert said.startswith("**Incomplete record:** ")
    return said


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
    service: Service, ehr: Ehr, prefetch: dict[str, Any] | None
) -> None:
    reply = ask(service, VIEW, naming(ehr.iss, prefetch))
    assert reply.data == ask(service, VIEW, view({**SENT, **(prefetch or {})})).data
    assert len(reply.data["cards"]) == 1
    # Of the patient only the id is read, so that one is not asked for.
    asked = {one.path.rsplit("/", 1)[1] for one in ehr.seen}
    names = {"conditions": "Condition", "observations": "Observation", "forms": "QuestionnaireResponse"}
    assert asked == {name for key, name in names.items() if key not in (prefetch or {})}
    assert all(one.headers["authorization"] == f"Bearer {TOKEN}" and one.method == "GET" for one in ehr.seen)


def test_the_searches_are_those_that_discovery_announces(service: Service, raw: Raw) -> None:
    one = ask(service, "/cds-services").data["services"][0]
    assert "fetched, if this service lists the fhirServer" in one["usageRequirements"]
    ask(service, VIEW, naming(raw.base, patient="a-1.B"))
    announced = [text.replace("{{context.patientId}}", "a-1.B") for key, text in one["prefetch"].items() if key != "patient"]
    wanted = [(f"/fhir/{text.partition('?')[0]}", parse_qsl(text.partition("?")[2])) for text in announced]
    assert sorted((urlsplit(path).path, parse_qsl(urlsplit(path).query)) for path in raw.paths) == sorted(wanted)
    assert all(re.fullmatch(r"[\w./?=&%-]+", path) for path in raw.paths)


def test_an_answered_form_is_fetched_too(service: Service, ehr: Ehr) -> None:
    ehr.record.append(answered("form", {"sites.head": True}))
    case = for_programs(ask(service, VIEW, naming(ehr.iss)).data["cards"][0])["case"]
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
def test_only_the_listed_address_is_called(service: Service, raw: Raw, change: str) -> None:
    server = change.format(raw.base, raw.base.removeprefix("http"), raw.port)
    reply = ask(service, VIEW, naming(server))
    assert reply.status == 412
    assert "were not sent (send Condition?patient={{context.patientId}}; this service calls only" in reply.said
    assert raw.heads == []


@pytest.mark.parametrize("authorization", [None, {}, {"access_token": ""}, {"access_token": None}])
def test_without_a_token_nothing_is_asked(service: Service, raw: Raw, authorization: object) -> None:
    reply = ask(service, VIEW, view({}, fhirServer=raw.base, fhirAuthorization=authorization))
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
def test_what_could_ask_for_something_else_is_not_asked(service: Service, raw: Raw, call: dict[str, str], why: str) -> None:
    authorization = {key.removesuffix("_"): value for key, value in call.items() if key != "patient"}
    data = naming(raw.base, patient=call.get("patient", "p"))
    data["fhirAuthorization"] |= authorization
    reply = ask(service, VIEW, data)
    assert reply.status == 412
    assert f"the conditions could not be searched ({why})" in reply.said
    assert raw.heads == []


def test_a_token_for_this_patient_is_used(service: Service, ehr: Ehr) -> None:
    data = naming(ehr.iss)
    data["fhirAuthorization"]["patient"] = "p"
    assert len(ask(service, VIEW, data).data["cards"]) == 1


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
def test_a_search_that_fails_is_said_with_why(service: Service, ehr: Ehr, status: int, why: str) -> None:
    ehr.status["Observation"] = status
    reply = ask(service, VIEW, naming(ehr.iss))
    assert states(reply) == {"patient": "missing", "conditions": "whole", "observations": "failed", "forms": "empty"}
    assert f"**Incomplete record:** observations could not be searched ({why}). What is not" in record(reply)
    ehr.status["Condition"] = status
    reply = ask(service, VIEW, naming(ehr.iss))
    assert reply.status == 412
    assert reply.said == (
        f"prefetch.conditions: the conditions could not be searched ({why}) (send Condition?patient={{{{context.patientId}}}})"
    )


def test_an_error_among_the_entries_is_incomplete(service: Service, ehr: Ehr) -> None:
    failed = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
    ehr.raw["Condition"] = http(searchset(TUMOR, failed)).partition(b"\r\n\r\n")[2]
    reply = ask(service, VIEW, naming(ehr.iss))
    assert states(reply)["conditions"] == "incomplete"
    assert "conditions were sent in part. What is not" in record(reply)


def test_resources_of_another_patient_do_not_count_and_that_is_said(service: Service, ehr: Ehr) -> None:
    ehr.record = [TUMOR, OTHERS]
    reply = ask(service, VIEW, naming(ehr.iss))
    assert for_programs(reply.data["cards"][0])["case"] == {"tumor_type": "insulinoma"}
    assert "conditions were sent in part (what is not of this patient is left out)" in record(reply)
    ehr.record = [OTHERS]
    assert ask(service, VIEW, naming(ehr.iss)).data == {"cards": []}


def test_records_that_conflict_are_a_card(service: Service, ehr: Ehr) -> None:
    ehr.record = [TUMOR, condition("other", VIPOMA)]
    (card,) = ask(service, VIEW, naming(ehr.iss)).data["cards"]
    assert card["summary"] == "Records conflict: Condition/other and Condition/tumor"


# Pages


def test_all_pages_are_read(service: Service, ehr: Ehr) -> None:
    whole = ask(service, VIEW, naming(ehr.iss)).data
    ehr.record += [condition(f"c{number}") for number in range(7)]
    ehr.page_size = 1
    ehr.seen.clear()
    assert ask(service, VIEW, naming(ehr.iss)).data == whole
    assert len(ehr.asked("Condition")) == len(ehr.record) == 9


def test_pages_are_read_up_to_a_limit(service: Service, ehr: Ehr) -> None:
    ehr.record += [condition(f"c{number}") for number in range(MOST_PAGES)]
    ehr.page_size = 1
    reply = ask(service, VIEW, naming(ehr.iss))
    assert f"conditions were sent in part (there are more than {MOST_PAGES} pages)" in record(reply)
    assert len(ehr.asked("Condition")) == MOST_PAGES


def test_a_page_that_fails_leaves_what_was_read(service: Service, raw: Raw) -> None:
    first = searchset(TUMOR, link=[{"relation": "next", "url": "?page=2"}])
    raw.says(lambda path: http(b"", "401 No") if "page" in path else http(first))
    reply = ask(service, VIEW, naming(raw.base, {"observations": None, "forms": None}))
    assert for_programs(reply.data["cards"][0])["case"] == {"tumor_type": "insulinoma"}
    assert "conditions were sent in part (the FHIR server does not take the access token: 401)" in record(reply)


def follow(service: Service, raw: Raw, url: object) -> Reply:
    """Call where the conditions have a next page at an address."""
    first = searchset(TUMOR, link=[{"relation": "self", "url": "x"}, None, {"relation": "next", "url": url}])
    raw.says(lambda path: http(first if "patient=" in path else searchset(condition("liver"))))
    return ask(service, VIEW, naming(raw.base, {"observations": None, "forms": None}))


@pytest.mark.parametrize("url", ["?page=2", "Condition?page=2", "/fhir?page=2", "/fhir/Condition/_search?page=2", "{0}?page=2"])
def test_a_next_page_below_the_listed_address_is_read(service: Service, raw: Raw, url: str) -> None:
    reply = follow(service, raw, url.format(raw.base))
    assert states(reply)["conditions"] == "whole"
    assert len(raw.heads) == 2


@pytest.mark.parametrize(
    "url",
    [
        "{1}/fhir?page=2",
        "//127.0.0.1:{2}/fhir?page=2",
        "http://localhost:{3}/fhir?page=2",
        "https://127.0.0.1:{3}/fhir?page=2",
        "http://user:secret@127.0.0.1:{3}/fhir?page=2",
        "http://127.0.0.1:{3}@127.0.0.1:{2}/fhir?page=2",
        "http://127.0.0.1:{3}\\@127.0.0.1:{2}/fhir?page=2",
        "/admin?page=2",
        "/fhirs?page=2",
        "../admin?page=2",
        "/fhir/../admin?page=2",
        "/fhir/%2e%2e/admin?page=2",
        "/fhir/..%2fadmin?page=2",
        "/fhir/..\\admin?page=2",
        "/fhir/x%5c..%5cadmin?page=2",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{2}/x",
        "data:application/json,x",
        "http://[",
        "http://127.0.0.1:99999/fhir",
        "a\x00b",
        7,
        None,
    ],
)
def test_a_next_page_elsewhere_is_not_asked_for_and_that_is_said(service: Service, raw: Raw, ehr: Ehr, url: object) -> None:
    reply = follow(service, raw, url.format(raw.base, ehr.origin, ehr.port, raw.port) if isinstance(url, str) else url)
    assert states(reply)["conditions"] == "incomplete"
    assert "conditions were sent in part (the next page is at an address that is not called)" in record(reply)
    assert (len(raw.heads), ehr.seen) == (1, [])


def test_pages_in_a_circle_end(service: Service, raw: Raw) -> None:
    reply = follow(service, raw, "")
    assert "(the next page is one that was read already)" in record(reply)


# The token


def test_the_token_goes_nowhere_else(
    service: Service, ehr: Ehr, raw: Raw, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{ehr.port}")
    told = [ask(service, path).body.decode() for path in ("/cds-services", "/openapi.json", "/metrics")]
    with caplog.at_level(logging.DEBUG):
        for answer in (
            http(searchset(TUMOR)),
            http(b"", "302 Found", f"Location: {ehr.iss}/Condition"),
            http(b"", "307 Found", "Location: http://[/"),
            http(b"", "401 No", 'WWW-Authenticate: Bearer error="invalid_token"'),
            b"HTTP/1.1 nonsense",
        ):
            raw.says(answer)
            told.append(ask(service, VIEW, naming(raw.base)).body.decode())
            assert all(f"Authorization: Bearer {TOKEN}\r\n" in head for head in raw.heads)
            assert len(raw.heads) == 3
    assert "the FHIR server answers 302" in told[-4]
    assert not [text for text in (*told, caplog.text, repr(service.settings)) if TOKEN in text]
    assert "patient=p" not in caplog.text
    assert ehr.seen == []


def test_a_call_does_not_show_its_token() -> None:
    call = read_call(naming("https://fhir.example.org"), HOOKS["pnet-patient-view"])
    assert call.token == TOKEN
    assert TOKEN not in repr(call)
    with pytest.raises(CallError) as caught:
        read_call(naming("x", access_token=[TOKEN], patient_=7), HOOKS["pnet-patient-view"])
    assert [one.where for one in caught.value.problems] == ["fhirAuthorization.access_token"]
    assert TOKEN not in str(caught.value.outcome)


def test_no_cookie_of_a_call_goes_along_with_the_next(service: Service, raw: Raw) -> None:
    for _ in range(2):
        raw.says(http(searchset(TUMOR), "200 OK", "Set-Cookie: patient=p; Path=/"))
        ask(service, VIEW, naming(raw.base))
        assert len(raw.heads) == 3
        assert not any("cookie" in head.lower() for head in raw.heads)


def test_the_process_logs_neither_patient_nor_token(tmp_path: Path, ehr: Ehr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PNET_FETCH_FROM", f"{ehr.iss} https://fhir.example.org")
    with running(tmp_path) as process:
        found = httpx.post(process.url + VIEW, json=naming(ehr.iss), timeout=20)
        refused = httpx.post(process.url + VIEW, json=naming(ehr.iss, patient="unknown-4731"), timeout=20)
        numbers = httpx.get(process.url + "/metrics", timeout=20).text
    assert (found.status_code, len(found.json()["cards"]), refused.status_code) == (200, 1, 412)
    assert 'pnet_searches_total{found="whole"} 1.0' in numbers
    assert 'pnet_searches_total{found="failed"} 3.0' in numbers
    log = process.log.read_text("utf-8")
    assert log.count('"route": "patient-view"') == 2
    assert not [text for text in (TOKEN, "unknown-4731", "/fhir", str(ehr.port), "insulinoma") if text in log]


# How many at once


def test_calls_beyond_the_limit_are_not_fetched_for(service: Service, ehr: Ehr) -> None:
    limit(service, fetch_at_once=2)
    fetching = service.fetching
    assert fetching is not None
    call = read_call(naming(ehr.iss), HOOKS["pnet-patient-view"])

    async def at_once(number: int) -> list[dict[str, Any]]:
        return list(await asyncio.gather(*(fetching.fetch(call, service.templates) for _ in range(number))))

    found = asyncio.run(at_once(5))
    assert [sum(bool(one.why) for one in each.values()) for each in found] == [0, 0, 3, 3, 3]
    assert found[4]["conditions"].why == "too many calls are fetching now; try again"
    # Whoever is done makes room.
    assert [one.why for each in asyncio.run(at_once(2)) for one in each.values()] == [""] * 6


def test_a_tumor_is_needed_as_ever(service: Service, ehr: Ehr) -> None:
    ehr.record = [condition("c", ("http://snomed.info/sct", "38341003"))]
    assert ask(service, VIEW, naming(ehr.iss)).data == {"cards": []}
    ehr.record = [condition("c", INSULINOMA)]
    assert len(ask(service, VIEW, naming(ehr.iss)).data["cards"]) == 1
