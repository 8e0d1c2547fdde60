"""What comes in and goes out: limits, JSON read strictly, errors as OperationOutcomes, and calls from pages of others."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.messages import decoded, without_empty
from pnet_pathways.adapters.service.settings import MEBIBYTE, Settings
from service_material import VIEW, WHOLE, Reply, ask, view

ORIGIN = "https://ehr.example.org"


@pytest.fixture(scope="module")
def service() -> Service:
    return Service(Settings(origins=(ORIGIN,)))


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


LARGE = b" " * (2 * MEBIBYTE + 1)
CALL = json.dumps(view(WHOLE)).encode()


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 400, "line 1, column 1: the body is not valid JSON"),
        (b"{", 400, "line 1, column 2: the body is not valid JSON: unexpected end of data"),
        (CALL[:-1], 400, "the body is not valid JSON: unexpected end of data"),
        (b'{"hook": "\xff"}', 400, "the body is not UTF-8 (byte 10)"),
        (CALL.replace(b"Practitioner", b"Practitioner\xc3\x28"), 400, "the body is not UTF-8"),
        (b'{"hook": "\\ud800"}', 400, "the body is not valid JSON"),
        (b'{"hook": NaN}', 400, "the body is not valid JSON"),
        (b'{"hook": 1e999}', 400, "the body is not valid JSON"),
        (b'{"hook": "a", "hook": "b"}', 400, "duplicate key 'hook' (keep one)"),
        (b'{"prefetch": {"a": {"b": 1, "b": 2}}}', 400, "duplicate key 'b' (keep one)"),
        (nested(65), 400, "the body is nested more than 64 levels deep"),
        (nested(20_000), 400, "the body is nested more than 64 levels deep"),
        (nested(900_000), 400, "the body is nested more than 64 levels deep"),
        (b"9" * 5000, 400, ""),
        (LARGE, 413, "the body has more than 2097152 bytes"),
        (CALL + LARGE, 413, "the body has more than 2097152 bytes"),
    ],
)
def test_a_body_that_cannot_be_read_says_why(service: Service, body: bytes, status: int, said: str) -> None:
    reply = ask(service, VIEW, body=body, headers={"content-type": "application/json"}, method="POST")
    assert reply.status == status
    assert reply.headers["content-type"] == "application/json"
    assert said in reply.said


def test_depth_64_is_taken() -> None:
    assert decoded(nested(64), 64) == json.loads(nested(64))


def test_a_byte_order_mark_is_taken(service: Service) -> None:
    assert ask(service, VIEW, body=b"\xef\xbb\xbf" + CALL).data == ask(service, VIEW, body=CALL).data


def test_the_size_that_is_announced_is_refused_before_anything_is_read(service: Service) -> None:
    reply = ask(
        service, VIEW, headers={"content-length": "52428800", "content-type": "application/json"}, method="POST", parts=[]
    )
    assert reply.status == 413


@pytest.mark.parametrize("announced", ["-1", "two", "²", "9" * 30])
def test_a_size_that_is_no_number_is_not_believed(service: Service, announced: str) -> None:
    headers = {"content-length": announced} if announced.isascii() else {}
    assert ask(service, VIEW, body=CALL, headers=headers).status == 200


def test_a_body_in_parts_is_put_together(service: Service) -> None:
    parts: list[dict[str, Any]] = [
        {"type": "http.request", "body": CALL[start : start + 100], "more_body": True} for start in range(0, len(CALL), 100)
    ]
    assert ask(service, VIEW, parts=[*parts, {"type": "http.request"}]).data == ask(service, VIEW, body=CALL).data


def test_a_client_that_hangs_up_gets_nothing(service: Service) -> None:
    parts: list[dict[str, Any]] = [{"type": "http.request", "body": CALL[:50], "more_body": True}, {"type": "http.disconnect"}]
    assert ask(service, VIEW, parts=parts) == Reply(0, {}, b"")


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    service = Service(Settings(body_seconds=0.05))
    reply = ask(service, VIEW, parts=[{"type": "http.request", "body": CALL[:50], "more_body": True}])
    assert (reply.status, reply.headers["connection"]) == (408, "close")
    assert reply.said == "the body did not arrive within 0.05 seconds"


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "Application/FHIR+JSON"])
def test_json_is_taken(service: Service, kind: str) -> None:
    assert ask(service, VIEW, body=CALL, headers={"content-type": kind}).status == 200


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonx"]
)
def test_anything_else_is_not(service: Service, kind: str) -> None:
    reply = ask(service, VIEW, body=CALL, headers={"content-type": kind})
    assert (reply.status, reply.data["issue"][0]["code"]) == (415, "not-supported")


@pytest.mark.parametrize(
    "path", ["/", "/cds-services/", "/cds-services/other", f"{VIEW}/", "/cds-services/../metrics", "/\x00"]
)
def test_an_unknown_path_is_named_nowhere(service: Service, path: str) -> None:
    reply = ask(service, path)
    assert (reply.status, reply.data["issue"][0]["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [(VIEW, "GET", "POST, OPTIONS"), (VIEW, "PUT", "POST, OPTIONS"), ("/cds-services", "POST", "GET, OPTIONS")],
)
def test_a_wrong_method_is_told_which_are_right(service: Service, path: str, method: str, allowed: str) -> None:
    reply = ask(service, path, method=method)
    assert (reply.status, reply.headers["allow"]) == (405, allowed)


def test_too_many_calls_at_once_are_told_to_wait(service: Service) -> None:
    busy = Service(attrs.evolve(service.settings, most_at_once=0))
    reply = ask(busy, VIEW, view(WHOLE))
    assert (reply.status, reply.headers["retry-after"]) == (429, "1")
    assert ask(busy, "/health/live").status == 200
    assert busy.at_once == 0


def test_whatever_fails_is_an_outcome_without_a_word_of_what_was_sent(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise ValueError("Practitioner/example")

    monkeypatch.setattr(service, "_cards", fail)
    with caplog.at_level("INFO", logger="pnet_pathways.service"):
        reply = ask(service, VIEW, view(WHOLE))
    assert (reply.status, reply.data["issue"][0]["code"]) == (500, "exception")
    assert reply.headers["x-request-id"] in reply.said
    (line,) = caplog.messages
    assert "ValueError at test_messages.py:" in line
    assert "Practitioner/example" not in line + reply.body.decode()
    assert service.at_once == 0


def test_an_error_carries_no_answer_of_a_cache(service: Service) -> None:
    for path in ("/cds-services", "/nowhere"):
        assert ask(service, path).headers["cache-control"] == "no-store"


def test_empties_are_dropped_however_deep() -> None:
    data: dict[str, Any] = {"a": None, "b": [{"c": {"d": [""]}}, 0, False], "cards": [], "e": {"cards": []}}
    assert without_empty(data, "cards") == {"b": [0, False], "cards": []}
    assert without_empty(data) == {"b": [0, False]}


# Calls from pages of others


def preflight(service: Service, origin: str) -> Reply:
    headers = {"origin": origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    return ask(service, VIEW, headers=headers, method="OPTIONS")


def test_a_page_on_the_list_may_call(service: Service) -> None:
    reply = preflight(service, ORIGIN)
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == ORIGIN
    assert reply.headers["access-control-allow-headers"] == "Authorization, Content-Type"
    assert "POST" in reply.headers["access-control-allow-methods"]
    assert "content-length" not in reply.headers
    for answer in (ask(service, VIEW, view(WHOLE), headers={"origin": ORIGIN}), ask(service, "/x", headers={"origin": ORIGIN})):
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    "origin", ["https://evil.example.org", "null", "https://ehr.example.org.evil.example", "http://ehr.example.org"]
)
def test_any_other_page_may_not(service: Service, origin: str) -> None:
    reply = preflight(service, origin)
    assert reply.status == 403
    assert "--allow-origin" in reply.said
    for answer in (reply, ask(service, VIEW, view(WHOLE), headers={"origin": origin})):
        assert "access-control-allow-origin" not in answer.headers


def test_without_a_list_no_page_may() -> None:
    service = Service(Settings())
    assert preflight(service, ORIGIN).status == 403
    assert "vary" not in ask(service, "/cds-services", headers={"origin": ORIGIN}).headers


def test_options_without_an_origin_says_what_is_allowed(service: Service) -> None:
    assert ask(service, VIEW, method="OPTIONS").headers["allow"] == "POST, OPTIONS"
