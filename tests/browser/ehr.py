"""An EHR for tests, on loopback: a FHIR server, and an authorization server as SMART App Launch 2 has it. All made up."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import attrs

CLIENT: Final = "pnet-pathways"
PATIENT: Final = "p"
SCOPES: Final = {
    "launch",
    *(f"patient/{one}" for one in ("Patient.r", "Condition.rs", "Observation.rs", "QuestionnaireResponse.rs")),
}
Resource = dict[str, Any]


def searchset(*resources: Resource, **more: Any) -> Resource:
    """Return what a search finds."""
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources], **more}


@attrs.define
class Seen:
    """A request that came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    form: dict[str, str]


@attrs.define
class Ehr:
    """The EHR: the record that it holds, the launches it began, and how it misbehaves."""

    redirect: str
    """The redirect URI of the one client that is registered."""
    port: int = 0
    record: list[Resource] = attrs.field(factory=list)
    seen: list[Seen] = attrs.field(factory=list)
    launches: dict[str, str] = attrs.field(factory=dict)
    codes: dict[str, dict[str, str]] = attrs.field(factory=dict)
    tokens: dict[str, float] = attrs.field(factory=dict)
    wrong: list[str] = attrs.field(factory=list)
    """What a client did against the specification."""
    # How it misbehaves
    status: dict[str, int] = attrs.field(factory=dict)
    """What it answers with, by the last part of the path, instead of what it should."""
    raw: dict[str, bytes] = attrs.field(factory=dict)
    page_size: int = 100
    next_origin: str = ""
    seconds: float = 300.0
    """How long a token is good."""
    configuration: dict[str, Any] = attrs.field(factory=dict)
    token_answer: dict[str, Any] = attrs.field(factory=dict)
    sends_back: dict[str, str] = attrs.field(factory=dict)
    challenge: str = ""
    """What it takes for the challenge of whoever signs in; as if somebody else had begun."""

    def reset(self) -> None:
        """Become as new, at the same place."""
        for field, value in attrs.asdict(Ehr(self.redirect, self.port), recurse=False).items():
            setattr(self, field, value)

    @property
    def origin(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def iss(self) -> str:
        """The address of its FHIR server."""
        return f"{self.origin}/fhir"

    def launch(self, page: str) -> str:
        """Begin a launch, and return the address to open."""
        launch = secrets.token_urlsafe(8)
        self.launches[launch] = PATIENT
        return f"{page}?{urlencode({'iss': self.iss, 'launch': launch})}"

    def asked(self, kind: str) -> list[Seen]:
        """Return the requests for a kind of resource, without those that a browser sends to ask whether it may."""
        return [one for one in self.seen if one.path.split("/")[2:3] == [kind] and one.method == "GET"]

    # What it answers: status, content type, headers, body

    def discovery(self) -> Resource:
        """Return how to sign in."""
        return {
            "issuer": self.iss,
            "authorization_endpoint": f"{self.origin}/authorize",
            "token_endpoint": f"{self.origin}/token",
            "grant_types_supported": ["authorization_code"],
            "code_challenge_methods_supported": ["S256"],
            "capabilities": ["launch-ehr", "client-public", "context-ehr-patient", "permission-patient", "permission-v2"],
            **self.configuration,
        }

    def authorize(self, asked: Mapping[str, str]) -> str:
        """Return where the browser goes on to; whatever a client does wrong is kept."""
        expected = {
            "response_type": "code",
            "client_id": CLIENT,
            "redirect_uri": self.redirect,
            "aud": self.iss,
            "code_challenge_method": "S256",
        }
        self.wrong += [f"{key}: {asked.get(key)}" for key, value in expected.items() if asked.get(key) != value]
        self.wrong += [] if set(asked.get("scope", "").split()) == SCOPES else [f"scope: {asked.get('scope')}"]
        self.wrong += [] if asked.get("launch") in self.launches else ["launch"]
        self.wrong += [f"{key} is short" for key in ("state", "code_challenge") if len(asked.get(key, "")) < 43]
        code = secrets.token_urlsafe(16)
        self.codes[code] = {
            "challenge": self.challenge or asked.get("code_challenge", ""),
            "patient": self.launches.pop(asked.get("launch", ""), ""),
        }
        return f"{self.redirect}?{urlencode({'code': code, 'state': asked.get('state', ''), **self.sends_back})}"

    def token(self, form: Mapping[str, str]) -> tuple[int, Resource]:
        """Return a token for a code, once, and only to whoever knows what its challenge was made from."""
        held = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        known = form.get("client_id") == CLIENT and form.get("redirect_uri") == self.redirect
        if held is None or proof != held["challenge"] or not known or form.get("grant_type") != "authorization_code":
            return 400, {"error": "invalid_grant", "error_description": "the code, or the proof, is not good"}
        token = f"token-{secrets.token_urlsafe(16)}"
        self.tokens[token] = time.monotonic() + self.seconds
        made = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": " ".join(SCOPES),
            "patient": held["patient"],
        }
        return 200, {**made, **self.token_answer}

    def fhir(self, seen: Seen) -> tuple[int, Resource]:
        """Return what a FHIR request finds."""
        token = seen.headers.get("authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, 0.0) <= time.monotonic():
            return 401, {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "login"}]}
        kind, *rest = seen.path.removeprefix("/fhir/").split("/")
        held = [one for one in self.record if one["resourceType"] == kind]
        if rest:
            return next(((200, one) for one in held if one["id"] == rest[0]), (404, {"resourceType": "OperationOutcome"}))
        if seen.query.get("patient") != PATIENT:
            return 400, {"resourceType": "OperationOutcome"}
        begin = int(seen.query.get("_from", "0"))
        found = searchset(*held[begin : begin + self.page_size], total=len(held))
        if begin + self.page_size < len(held):
            more = urlencode({**seen.query, "_from": begin + self.page_size})
            url = f"{self.next_origin or self.origin}{seen.path}?{more}"
            found["link"] = [{"relation": "self", "url": "x"}, {"relation": "next", "url": url}]
        return 200, found


class _Handler(BaseHTTPRequestHandler):
    ehr: Ehr

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_OPTIONS(self) -> None:
        """Answer whether a page of another origin may call."""
        self._reply(204, b"", "text/plain")

    def do_GET(self) -> None:
        """Answer a page, or a FHIR request."""
        seen, ehr = self._take(), self.ehr
        name = seen.path.rsplit("/", 1)[-1]
        if name in ehr.raw:
            self._reply(ehr.status.get(name, 200), ehr.raw[name], "text/html")
        elif name in ehr.status:
            self._json(ehr.status[name], {"resourceType": "OperationOutcome"})
        elif seen.path == "/fhir/.well-known/smart-configuration":
            self._json(200, ehr.discovery())
        elif seen.path == "/authorize":
            self._reply(302, b"", "text/plain", {"Location": ehr.authorize(seen.query)})
        elif seen.path.startswith("/fhir/"):
            self._json(*ehr.fhir(seen))
        else:
            self._reply(404, b"", "text/plain")

    def do_POST(self) -> None:
        """Answer whoever wants a token."""
        seen = self._take()
        if seen.path == "/token" and "token" not in self.ehr.status:
            self._json(*self.ehr.token(seen.form))
        else:
            self._json(self.ehr.status.get("token", 404), {"error": "invalid_client"})

    def _take(self) -> Seen:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        headers = {key.lower(): value for key, value in self.headers.items()}
        seen = Seen(self.command, parts.path, query, headers, dict(parse_qsl(body)))
        self.ehr.seen.append(seen)
        return seen

    def _json(self, status: int, data: Resource) -> None:
        self._reply(status, json.dumps(data).encode(), "application/fhir+json")

    def _reply(self, status: int, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        allowed = {
            "Origin": urlsplit(self.ehr.redirect)._replace(path="").geturl(),
            "Headers": "Authorization, Accept, Content-Type",
        }
        for name, value in {**{f"Access-Control-Allow-{key}": one for key, one in allowed.items()}, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def ehr_running() -> Iterator[Ehr]:
    """Run the EHR."""
    ehr = Ehr("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"ehr": ehr}))
    server.daemon_threads = True
    ehr.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield ehr
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
