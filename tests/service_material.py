"""The service for tests: called in this process, or run as a process of its own; calls, keys and tokens, all made up."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from fhir_material import INSULINOMA, LIVER, Resource, answered, condition
from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.settings import Settings
from project import ROOT

VIEW: Final = "/cds-services/pnet-patient-view"
SELECT: Final = "/cds-services/pnet-order-select"
PUBLIC: Final = "https://cds.example.org"
ISS: Final = "https://ehr.example.org"
INSTANCE: Final = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"

Headers = Mapping[str, str]


class Reply(NamedTuple):
    """What the service answers."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        """The JSON of the body."""
        return json.loads(self.body)

    @property
    def said(self) -> str:
        """What an OperationOutcome says, every issue."""
        assert self.data["resourceType"] == "OperationOutcome"
        return "\n".join(issue["diagnostics"] for issue in self.data["issue"])


def ask(
    service: Service,
    path: str,
    data: object = None,
    *,
    body: bytes | None = None,
    headers: Headers | None = None,
    method: str = "",
    parts: Sequence[dict[str, Any]] | None = None,
) -> Reply:
    """Call the service in this process; `data` is sent as JSON, `parts` are the messages of the body as they come in."""
    if body is None:
        body = b"" if data is None else json.dumps(data).encode()
    posts = data is not None or body or parts is not None
    sent = {**({"content-type": "application/json"} if posts else {}), **(headers or {})}
    scope = {
        "type": "http",
        "method": method or ("POST" if posts else "GET"),
        "path": path,
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
    }
    waiting = list(parts) if parts is not None else [{"type": "http.request", "body": body}]
    answered: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.sleep(3600)
        return waiting.pop(0)

    async def send(message: Any) -> None:
        answered.append(message)

    asyncio.run(service(scope, receive, send))
    if not answered:
        return Reply(0, {}, b"")
    found = {name.decode(): value.decode() for name, value in answered[0]["headers"]}
    return Reply(answered[0]["status"], found, answered[1]["body"])


# Calls


def searchset(*resources: Resource, **more: Any) -> Resource:
    """Return what a search found."""
    return {"resourceType": "Bundle", "type": "searchset", **more, "entry": [{"resource": one} for one in resources]}


def view(prefetch: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a call of patient-view for the patient p."""
    context = {"userId": "Practitioner/example", "patientId": "p"}
    made = {"hook": "patient-view", "hookInstance": INSTANCE, "context": context, **more}
    return made if prefetch is None else {**made, "prefetch": dict(prefetch)}


TUMOR: Final = condition("tumor", INSULINOMA)
WHOLE: Final[dict[str, Any]] = {
    "patient": {"resourceType": "Patient", "id": "p"},
    "conditions": searchset(TUMOR, condition("liver", LIVER)),
    "observations": searchset(total=0),
    "forms": searchset(total=0),
}
"""A prefetch of which nothing is missing."""


def with_form(answers: Mapping[str, object]) -> dict[str, Any]:
    """Return a call whose prefetch holds an answered form and nothing else."""
    return view({**WHOLE, "conditions": searchset(total=0), "forms": searchset(answered("form", answers))})


def for_programs(card: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer that a card carries for programs."""
    found: dict[str, Any] = card["extension"]["pnet_pathways"]
    return found


# Keys and tokens

ES384: Final = ECKey.generate_key("P-384", {"kid": "es"})
RS384: Final = RSAKey.generate_key(2048, {"kid": "rs"})
OTHER: Final = ECKey.generate_key("P-384", {"kid": "es"})
Key = ECKey | RSAKey


def jwks(*keys: Key) -> bytes:
    """Return the public keys as a client publishes them."""
    return json.dumps({"keys": [one.as_dict(private=False) for one in keys or (ES384, RS384)]}).encode()


def token(
    claims: Mapping[str, Any] | None = None,
    header: Mapping[str, Any] | None = None,
    *,
    key: Key = ES384,
    path: str = VIEW,
    without: Sequence[str] = (),
) -> str:
    """Return a token for a call of a path; with other claims or header where given, `without` some."""
    now = int(time.time())
    said = {"iss": ISS, "aud": PUBLIC + path, "exp": now + 300, "iat": now, "jti": str(uuid.uuid4()), **(claims or {})}
    head = {"alg": "ES384", "typ": "JWT", "kid": "es", **(header or {})}
    kept = {name: value for name, value in said.items() if name not in without}
    head = {name: value for name, value in head.items() if name not in without}
    registry = jws.JWSRegistry(algorithms=[head["alg"]], strict_check_header=False)
    return jws.serialize_compact(head, json.dumps(kept), key, registry=registry)


def bearer(text: str) -> dict[str, str]:
    """Return the header of a token."""
    return {"Authorization": f"Bearer {text}"}


def issuers_file(folder: Path, *, keys: bytes | None = None, **more: Any) -> Path:
    """Write the file of issuers with one, its keys in a file beside it unless a URL is given, and return it."""
    spec = {"iss": ISS, **({} if "jwks_url" in more else {"jwks_file": "keys.json"}), **more}
    (folder / "keys.json").write_bytes(jwks() if keys is None else keys)
    path = folder / "issuers.yaml"
    path.write_text(json.dumps({"format": 1, "issuers": [spec]}), "utf-8")
    return path


def protected(folder: Path, **more: Any) -> Service:
    """Return a service that asks for tokens."""
    replays = f"sqlite:///{folder}/used.sqlite"
    return Service(Settings(issuers=str(issuers_file(folder, **more)), public_url=PUBLIC, replays=replays))


# Servers


@contextmanager
def key_server(answers: list[tuple[int, bytes]], seconds: float = 0.0) -> Iterator[tuple[str, list[str]]]:
    """Serve, at loopback, each answer once and the last one for ever; yield the address and the paths that were asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, body = answers.pop(0) if len(answers) > 1 else answers[0]
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for start in range(0, len(body), 4096):
                try:
                    self.wfile.write(body[start : start + 4096])
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(seconds)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/keys", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Running(NamedTuple):
    """A service that runs as a process."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> socket.socket:
        """Return a connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def is_well(self) -> bool:
        """Whether it answers a call as it should."""
        found = httpx.post(self.url + VIEW, json=view(WHOLE), timeout=20)
        return found.status_code == 200 and len(found.json()["cards"]) == 1


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def running(folder: Path, *arguments: str, own: bool = True) -> Iterator[Running]:
    """Run `pnet serve` at loopback until the block ends; `own`: without tokens, and with its feedback in the folder."""
    port, log = free_port(), folder / "log"
    given = ["--no-auth", "--feedback", f"sqlite:///{folder}/feedback.sqlite"] if own else []
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "pnet_pathways", "serve", "--port", str(port), *given, *arguments],
            stdout=out,
            stderr=out,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
        try:
            _wait_for(process, port, log)
            yield Running(process, port, log)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text("utf-8")
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(log.read_text("utf-8"))
