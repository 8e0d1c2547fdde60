"""A FHIR server on a bad day: whatever it answers, the call is answered in time, within limits, and told what was wrong."""

from __future__ import annotations

import gzip
import json
import random
import socket
import time
from typing import Any

import pytest

from cds_hooks.fetching_material import Raw, http, limit
from fhir_material import condition
from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.settings import MEBIBYTE
from service_material import TUMOR, VIEW, Reply, ask, free_port, searchset, view

FOUND = http(searchset(TUMOR))
SECONDS = 0.4
BROKEN = "the connection to the FHIR server failed"
NO_JSON = "the answer is no valid JSON"
NO_BUNDLE = "the answer is no Bundle"
UNREAD = "the answer holds what cannot be read"
LARGE = f"the answer has more than {2 * MEBIBYTE} bytes"
SLOW = f"the FHIR server takes longer than {SECONDS} seconds"
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


def call(raw: Raw, server: str = "") -> dict[str, Any]:
    prefetch = {"observations": None, "forms": None}
    return view(prefetch, fhirServer=server or raw.base, fhirAuthorization={"access_token": "opaque"})


def refused(asking: Service, raw: Raw, why: str) -> Reply:
    reply = ask(asking, VIEW, call(raw))
    assert reply.status == 412
    assert f"the conditions could not be searched ({why})" in reply.said
    return reply


def bundle(**more: Any) -> bytes:
    return http({**searchset(TUMOR), **more})


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (http(b"<html><body>Sign in</body></html>", "200 OK", "Content-Type: text/html"), NO_JSON),
        (http(b""), NO_JSON),
        (http(b"\xff\xfe"), NO_JSON),
        (http(FOUND[-40:]), NO_JSON),
        (http(b"[" * 20_000 + b"]" * 20_000), NO_JSON),
        (http(b'{"resourceType": "Bundle", "resourceType": "Bundle"}'), NO_JSON),
        (http(b'{"resourceType": "Bundle", "total": NaN}'), NO_JSON),
        (http(gzip.compress(b" " * 50 * MEBIBYTE), "200 OK", "Content-Encoding: gzip"), NO_JSON),
        (http([]), NO_BUNDLE),
        (http("Bundle"), NO_BUNDLE),
        (http(TUMOR), NO_BUNDLE),
        (http({"resourceType": "OperationOutcome", "issue": []}), NO_BUNDLE),
        (bundle(entry="none"), UNREAD),
        (bundle(entry={"resource": TUMOR}), UNREAD),
        (bundle(entry=[None]), UNREAD),
        (bundle(entry=[{"resource": 7}]), UNREAD),
        (bundle(entry=[{"resource": {**TUMOR, "code": "text"}}]), UNREAD),
        (bundle(entry=[{"resource": {**TUMOR, "subject": {"reference": 7}}}]), UNREAD),
        (bundle(entry=[{"resource": {"resourceType": "Patient", "id": "q"}}]), UNREAD),
        (bundle(implicitRules="https://example.org/rules"), UNREAD),
        (http(FOUND, length=len(FOUND) + 10), BROKEN),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{\r\n", BROKEN),
        (HEAD + b"Content-Length: many\r\n\r\n{}", BROKEN),
        (HEAD + b"X: " + b"x" * MEBIBYTE, BROKEN),
        (b"", BROKEN),
        (b"SSH-2.0-OpenSSH_9.2\r\n", BROKEN),
        (b"HTTP/1.1 200", BROKEN),
        (http(b"", "204 No Content"), "the FHIR server answers 204"),
        (http(b"", "301 Moved", "Location: /fhir/Condition"), "the FHIR server answers 301"),
        (http(b"", "307 Moved", "Location: http://127.0.0.1:1/"), "the FHIR server answers 307"),
        (http(b"", "999 What"), "the FHIR server answers 999"),
        (http(b" " * (2 * MEBIBYTE + 1)), LARGE),
        (http(b" " * (2 * MEBIBYTE + 1), "200 OK", length=10**15), LARGE),
    ],
)
def test_a_bad_answer_is_a_search_that_failed(asking: Service, raw: Raw, answer: bytes, why: str) -> None:
    raw.says(answer)
    refused(asking, raw, why)
    assert len(raw.heads) == 1


def test_nobody_at_the_address_is_said(asking: Service, raw: Raw) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    limit(asking, fetch_from=(nowhere,))
    reply = ask(asking, VIEW, call(raw, nowhere))
    assert (reply.status, BROKEN in reply.said) == (412, True)


def test_of_fifty_megabytes_only_so_much_is_taken(asking: Service, raw: Raw) -> None:
    raw.says(http(b" " * 50 * MEBIBYTE))
    refused(asking, raw, LARGE)
    # What the sockets hold between the two comes on top.
    assert raw.sent < 25 * MEBIBYTE


def test_the_limit_of_size_is_one_for_all_pages(asking: Service, raw: Raw) -> None:
    many = [condition(f"c{number}", note=[{"text": "x" * 1000}]) for number in range(600)]

    def page(path: str) -> bytes:
        number = int(path.partition("page=")[2] or 0)
        shown = [{**one, "id": f"{one['id']}-{number}"} for one in many]
        return http(searchset(TUMOR, *shown, link=[{"relation": "next", "url": f"?page={number + 1}"}]))

    raw.says(page)
    reply = ask(asking, VIEW, call(raw))
    assert f"conditions were sent in part ({LARGE})" in reply.data["cards"][0]["detail"]
    assert len(raw.heads) == 2 * MEBIBYTE // len(page("")) + 1 == 4


@pytest.mark.parametrize(
    ("answer", "part", "pause"),
    [
        (FOUND, 1, 0.02),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000, 6, 0.02),
        (HEAD + b"\r\n" + b" " * 10_000, 100, 0.02),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 10_000, 6, 0.02),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, 25, 0.02),
    ],
    ids=["bytes", "headers", "body", "chunks", "continue"],
)
def test_a_slow_server_is_not_waited_for(asking: Service, raw: Raw, answer: bytes, part: int, pause: float) -> None:
    """Each part comes in time, so that only a limit of the whole ends it."""
    limit(asking, fetch_seconds=SECONDS)
    raw.says(answer, part=part, pause=pause)
    begin = time.monotonic()
    refused(asking, raw, SLOW)
    assert time.monotonic() - begin < SECONDS + 2
    raw.says(FOUND)
    assert ask(asking, VIEW, call(raw)).status == 200


def test_a_server_that_takes_no_connection_is_not_waited_for(asking: Service, raw: Raw) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        base = f"http://127.0.0.1:{full.getsockname()[1]}/fhir"
        limit(asking, fetch_seconds=SECONDS, fetch_from=(base,))
        reply = ask(asking, VIEW, call(raw, base))
    assert (reply.status, SLOW in reply.said) == (412, True)


def test_whatever_comes_back_is_answered(asking: Service, raw: Raw) -> None:
    """Good answers with bytes changed, left out and put in; the head too."""
    dice = random.Random(13)  # noqa: S311 - the same each time
    seen = set()
    for _ in range(400):
        answer = bytearray(FOUND)
        for _ in range(dice.randrange(1, 6)):
            place = dice.randrange(len(answer))
            answer[place : place + dice.randrange(3)] = dice.randbytes(dice.randrange(3))
        raw.says(bytes(answer))
        reply = ask(asking, VIEW, call(raw))
        seen.add(reply.status)
        assert reply.status in {200, 412}, bytes(answer)
        json.loads(reply.body)
    assert seen == {200, 412}
