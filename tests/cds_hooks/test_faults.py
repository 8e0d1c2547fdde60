"""A service that runs, and clients and days that are bad to it. Each is bounded in count and time, and at loopback."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from fhir_material import LOW_SUGAR, VIPOMA, answered, condition
from pnet_pathways.adapters.service.server import HEADER_SECONDS
from service_material import TUMOR, VIEW, WHOLE, Running, running, searchset, token, view

CALL = json.dumps(view(WHOLE)).encode()
FEEDBACK = f"{VIEW}/feedback"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("running")) as found:
        yield found


def head(length: int | str, path: str = VIEW) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n".encode()


def answer_to(one: socket.socket) -> bytes:
    """Return what comes until the other side closes, or an answer is whole."""
    data = b""
    while part := one.recv(65536):
        data += part
        before, found, body = data.partition(b"\r\n\r\n")
        lengths = [line for line in before.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        if found and lengths and len(body) >= int(lengths[0].partition(b":")[2]):
            break
    return data


# Bad clients


def test_clients_that_hang_up_mid_body_leave_no_trace(service: Running) -> None:
    for cut in range(0, len(CALL), max(1, len(CALL) // 60)):
        with service.connect() as one:
            one.sendall(head(len(CALL)) + CALL[:cut])
    assert service.is_well()


def test_50_megabytes_are_refused_announced_or_not(service: Running) -> None:
    assert httpx.post(service.url + VIEW, content=b" " * 50_000_000, headers=JSON, timeout=20).status_code == 413

    def parts() -> Iterator[bytes]:
        for _ in range(50):
            yield b" " * 1_000_000

    assert httpx.post(service.url + VIEW, content=parts(), headers=JSON, timeout=20).status_code == 413
    assert service.is_well()


def test_a_client_that_waits_for_a_word_before_50_megabytes_never_sends_them(service: Running) -> None:
    with service.connect() as one:
        one.sendall(head(50_000_000).replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"))
        assert answer_to(one).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (CALL[:-20], 400),
        (b"[" * 20_000 + b"]" * 20_000, 400),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, 400),
        (CALL.replace(b"example", b"\xff\xfe"), 400),
        (CALL.replace(b'"hook":', b'"hook": "order-sign", "hook":'), 400),
    ],
)
def test_bodies_that_cannot_be_read(service: Running, body: bytes, status: int) -> None:
    reply = httpx.post(service.url + VIEW, content=body, headers=JSON, timeout=20)
    assert reply.status_code == status
    assert reply.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    "text",
    [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n"],
)
def test_what_is_no_http_gets_an_outcome(service: Running, text: bytes) -> None:
    with service.connect() as one:
        one.sendall(text)
        one.shutdown(socket.SHUT_WR)
        answer = answer_to(one)
    assert answer.startswith(b"HTTP/1.1 400") or answer == b""
    assert answer == b"" or b'"OperationOutcome"' in answer
    assert service.is_well()


def test_a_slow_client_gets_its_answer_while_others_are_served(service: Running) -> None:
    with service.connect() as slow:
        slow.sendall(head(len(CALL)))
        for start in range(0, len(CALL), len(CALL) // 10 + 1):
            slow.sendall(CALL[start : start + len(CALL) // 10 + 1])
            assert service.is_well()
        assert answer_to(slow).startswith(b"HTTP/1.1 200")


def test_2000_open_connections_do_not_keep_others_out_and_are_closed(service: Running) -> None:
    """Those that send nothing, those that stop within the head, and those that stop after a call."""
    opened = []
    begin = time.monotonic()
    for number in range(2000):
        one = service.connect()
        opened.append(one)
        if number % 2:
            one.sendall(b"POST /cds-services HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    assert service.is_well()
    assert time.monotonic() - begin < HEADER_SECONDS * 3
    closed = 0
    for one in opened:
        one.settimeout(max(1.0, begin + 4 * HEADER_SECONDS - time.monotonic()))
        closed += one.recv(1) == b""
        one.close()
    assert closed == 2000
    assert service.is_well()


# What the log says


def texts(data: Any) -> Iterator[str]:
    """Yield every text and number of data, however deep."""
    if isinstance(data, dict):
        for one in data.values():
            yield from texts(one)
    elif isinstance(data, list):
        for one in data:
            yield from texts(one)
    elif isinstance(data, str | int | float) and not isinstance(data, bool):
        yield str(data)


def test_the_log_holds_nothing_of_what_was_sent(service: Running) -> None:
    name = "Mrs-Doe-4711"
    tumor = {**TUMOR, "id": name, "note": [{"text": f"{name} was seen"}], "recordedDate": "1999-12-31"}
    patient = {"resourceType": "Patient", "id": "p-4712", "name": [{"family": "Geheimnis"}], "birthDate": "1951-03-07"}
    low = condition("low-4713", LOW_SUGAR)
    record = {
        "patient": patient,
        "conditions": searchset(tumor, low),
        "forms": searchset(answered("form-4714", {"course": "new"})),
    }
    call = view(record, context={"userId": "Practitioner/doctor-4715", "patientId": "p-4712", "encounterId": "visit-4716"})
    call |= {"fhirServer": "https://secret-ehr.example.org/fhir", "fhirAuthorization": {"access_token": "opaque-4717"}}
    other = condition("other-4728", VIPOMA)
    for resource in (tumor, low, other, record["forms"]["entry"][0]["resource"]):
        resource["subject"] = {"reference": "Patient/p-4712"}
    bad = {**call, "hookInstance": "instance-4718", "context": {"userId": 47194719471947, "patientId": "p-4712"}}
    broken = {**call, "prefetch": {"conditions": searchset({**tumor, "code": "text-4720"})}}
    feedback: dict[str, Any] = {"card": "card-4721", "outcome": "overridden", "outcomeTimestamp": "2026-02-03T04:05:06Z"}
    feedback |= {"overrideReason": {"reason": {"code": "code-4722"}, "userComment": "comment-4723"}}
    sent: list[tuple[str, Any, int]] = [
        (VIEW, call, 200),
        (VIEW, bad, 400),
        (VIEW, broken, 422),
        (VIEW, {**call, "prefetch": {"patient": patient}}, 412),
        (VIEW, {**call, "prefetch": {**record, "patient": {**patient, "id": "other-4727"}}}, 422),
        (VIEW, {**call, "prefetch": {**record, "conditions": searchset(tumor, other)}}, 200),
        (FEEDBACK, {"feedback": [feedback]}, 200),
        (f"/patients/{name}?name=Geheimnis", call, 404),
    ]
    # The token is made for another service: this one asks for none, and must not log it either.
    access = token()
    for path, data, status in sent:
        headers = {"Authorization": f"Bearer {access}", "X-Patient": "header-4724", "User-Agent": "agent-4725"}
        assert httpx.post(service.url + path, json=data, headers=headers, timeout=20).status_code == status
    with service.connect() as one:
        one.sendall(b"GARBAGE-4726\r\n\r\n")
    log = service.log.read_text("utf-8")
    assert log.count('"route"') > len(sent)
    words = {text for _, data, _ in sent for text in texts(data)} | {
        access,
        *access.split("."),
        "Geheimnis",
        "header-4724",
        "agent-4725",
        "GARBAGE",
    }
    # Of what was sent only the hook's name is said, since the route is called so.
    assert sorted(text for text in words - {"patient-view", "p"} if text in log) == []
    assert f'"{name}' not in log


# Bad days


def send_feedback(service: Running, acknowledged: list[str], stop: threading.Event) -> None:
    with httpx.Client(base_url=service.url, timeout=20) as client:
        while not stop.is_set():
            card = str(uuid.uuid4())
            entry = {"card": card, "outcome": "overridden", "outcomeTimestamp": "2026-01-31T12:00:00Z"}
            try:
                if client.post(FEEDBACK, json={"feedback": [entry]}).status_code == 200:
                    acknowledged.append(card)
            except httpx.TransportError:
                return


def test_feedback_that_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    for _ in range(2):
        with running(tmp_path) as service:
            before, stop = len(acknowledged), threading.Event()
            threads = [threading.Thread(target=send_feedback, args=(service, acknowledged, stop)) for _ in range(4)]
            for one in threads:
                one.start()
            deadline = time.monotonic() + 30
            while len(acknowledged) < before + 60 and time.monotonic() < deadline:
                time.sleep(0.01)
            service.process.send_signal(signal.SIGKILL)
            service.process.wait()
            stop.set()
            for one in threads:
                one.join()
            assert len(acknowledged) >= before + 60
    with closing(sqlite3.connect(tmp_path / "feedback.sqlite")) as connection:
        kept = {row[0] for row in connection.execute("SELECT card FROM feedback")}
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert set(acknowledged) <= kept


def call_until_told(service: Running, results: list[int], failures: list[str]) -> None:
    """Call on one connection until the service says that it closes it, or takes no new one."""
    while True:
        try:
            one = service.connect()
        except OSError:
            return
        with one:
            while True:
                try:
                    one.sendall(head(len(CALL)) + CALL)
                    reply = answer_to(one)
                except OSError as error:
                    failures.append(repr(error))
                    return
                if not reply:
                    failures.append("closed without an answer")
                    return
                results.append(int(reply.split()[1]))
                if b"connection: close" in reply.partition(b"\r\n\r\n")[0].lower():
                    break


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stop_under_load_drops_no_call(tmp_path: Path, workers: int) -> None:
    with running(tmp_path, "--workers", str(workers)) as service:
        results: list[int] = []
        failures: list[str] = []
        threads = [threading.Thread(target=call_until_told, args=(service, results, failures)) for _ in range(6)]
        for one in threads:
            one.start()
        deadline = time.monotonic() + 20
        while len(results) < 100 and time.monotonic() < deadline:
            time.sleep(0.01)
        before = len(results)
        service.process.send_signal(signal.SIGTERM)
        for one in threads:
            one.join(30)
        assert service.process.wait(20) == 128 + signal.SIGTERM
    assert failures == []
    assert set(results) == {200}
    assert len(results) > before >= 100


def test_workers_share_the_tokens_that_were_used_and_the_metrics(tmp_path: Path) -> None:
    from service_material import PUBLIC, bearer, issuers_file

    arguments = ["--issuers", str(issuers_file(tmp_path)), "--public-url", PUBLIC, "--metrics-token", "m", "--feedback", "none"]
    with running(tmp_path, *arguments, "--workers", "2", own=False) as service:
        taken = []
        for _ in range(10):
            text = token()
            # A connection of its own for each call, so that both workers get some.
            statuses = [
                httpx.post(service.url + VIEW, content=CALL, headers={**JSON, **bearer(text)}).status_code for _ in range(6)
            ]
            taken.append(sorted(statuses))
        assert taken == [[200, *[401] * 5]] * 10
        assert httpx.get(f"{service.url}/metrics").status_code == 401
        metrics = httpx.get(f"{service.url}/metrics", headers=bearer("m")).text
        assert 'pnet_calls_total{route="patient-view",status="200"} 10.0' in metrics
        assert 'pnet_calls_total{route="patient-view",status="401"} 50.0' in metrics
        assert 'pnet_cards_total{service="pnet-patient-view"} 10.0' in metrics
