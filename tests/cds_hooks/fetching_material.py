"""Material of fetching: calls that name a FHIR server, and one on loopback that answers with any bytes, whole or broken."""

from __future__ import annotations

import json
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import attrs

from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.fetching import Fetching
from service_material import Reply, for_programs, view

TOKEN: Final = "opaque-4730"  # noqa: S105 - made up


def http(body: bytes | object, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    """Return an answer of HTTP; data as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data) if length is None else length}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + data


@attrs.define
class Raw:
    """The server: what it answers, and what came in."""

    port: int = 0
    answer: bytes | Callable[[str], bytes] = b""
    """What it sends; made of the path that is asked for, where that matters."""
    part: int = 65536
    pause: float = 0.0
    heads: list[str] = attrs.field(factory=list)
    sent: int = 0

    @property
    def base(self) -> str:
        """The address of its FHIR server."""
        return f"http://127.0.0.1:{self.port}/fhir"

    @property
    def paths(self) -> list[str]:
        """What was asked for."""
        return [head.split(" ", 2)[1] for head in self.heads]

    def says(self, answer: bytes | Callable[[str], bytes], *, part: int = 65536, pause: float = 0.0) -> None:
        """Answer so from now on, and forget what came in."""
        self.answer, self.part, self.pause, self.sent = answer, part, pause, 0
        self.heads.clear()


@contextmanager
def raw_server(tls: ssl.SSLContext | None = None) -> Iterator[Raw]:
    """Run the server; by https where it has a certificate."""
    raw = Raw()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            head = b""
            while b"\r\n\r\n" not in head:
                if not (came := self.request.recv(65536)):
                    return
                head += came
            raw.heads.append(head.decode("latin-1"))
            answer: Any = raw.answer
            data = answer if isinstance(answer, bytes) else answer(raw.paths[-1])
            try:
                for start in range(0, len(data), raw.part):
                    self.request.sendall(data[start : start + raw.part])
                    raw.sent += raw.part
                    time.sleep(raw.pause)
            except OSError:
                pass  # the client has had enough

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 64

    with Server(("127.0.0.1", 0), Handler) as server:
        raw.port = server.server_address[1]
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield raw
        finally:
            server.shutdown()
            thread.join()


# Calls and cards


def limit(service: Service, **limits: Any) -> None:
    """Let a service fetch by other settings from now on."""
    service.fetching = Fetching(attrs.evolve(service.settings, **limits), service.definitions)


def naming(server: str, prefetch: dict[str, Any] | None = None, *, patient: str = "p", **authorization: Any) -> dict[str, Any]:
    """Return a call that names a FHIR server, with a token for it."""
    said = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.rs", "subject": "s"}
    call = view(prefetch, fhirServer=server, fhirAuthorization={**said, **authorization})
    call["context"]["patientId"] = patient
    return call


def states(reply: Reply) -> dict[str, str]:
    """Return what the first card says to programs of each search."""
    found: dict[str, str] = for_programs(reply.data["cards"][0])["prefetch"]
    return found


def record(reply: Reply) -> str:
    """Return what the first card says of the record."""
    said = str(reply.data["cards"][0]["detail"].partition("\n")[0])
    assert said.startswith("**Incomplete record:** ")
    return said
