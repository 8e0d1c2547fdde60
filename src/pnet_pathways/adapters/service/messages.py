"""Calls and answers as the service sees them: what came in, read within limits, and what goes out, with nothing empty in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any, Final

import attrs
import orjson

from ...model.errors import Problem
from ...model.json_text import JsonTextError, read_json

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

JSON: Final = "application/json"
_TAKEN: Final = frozenset({JSON, "application/fhir+json"})
_CODES: Final[Mapping[int, str]] = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    408: "timeout",
    412: "required",
    413: "too-long",
    415: "not-supported",
    422: "processing",
    429: "throttled",
    500: "exception",
    503: "transient",
}
"""FHIR's issue types for the statuses that are answered."""


class CallError(Exception):
    """A call that is answered with an error: its status, and every problem as an issue of an OperationOutcome.

    `reason` is what the log says: words of our own, nothing that was sent. `code` is FHIR's type of the issues, by default
    that of the status.
    """

    def __init__(
        self,
        status: int,
        problems: Iterable[Problem | str],
        headers: Mapping[str, str] | None = None,
        *,
        reason: str = "",
        code: str = "",
    ) -> None:
        self.status = status
        self.problems = tuple(Problem("", one) if isinstance(one, str) else one for one in problems)
        self.headers = dict(headers or {})
        self.code = code or _CODES[status]
        self.reason = reason or self.code
        super().__init__(status)

    @property
    def outcome(self) -> dict[str, Any]:
        """The OperationOutcome."""
        return {"resourceType": "OperationOutcome", "issue": [_issue(self.code, one) for one in self.problems]}


def _issue(code: str, problem: Problem) -> dict[str, Any]:
    return {
        "severity": "error",
        "code": code,
        "diagnostics": str(problem),
        "expression": [problem.where] if problem.where else [],
    }


class GoneError(Exception):
    """The client hung up before the call was all there."""


@attrs.frozen
class Call:
    """A call: method, path and headers (names in lower case, the last of a name counts); its body is read when asked for."""

    method: str
    path: str
    headers: Mapping[str, str]
    receive: Receive = attrs.field(repr=False)

    @classmethod
    def of(cls, scope: Mapping[str, Any], receive: Receive) -> Call:
        """Return the call of an ASGI scope."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        return cls(scope["method"], scope["path"], headers, receive)

    def check_type(self) -> None:
        """Raise `CallError` where the body is not said to be JSON."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in _TAKEN:
            raise CallError(415, [Problem("Content-Type", "takes application/json", "send the header with it")])

    async def body(self, most: int, seconds: float) -> bytes:
        """Return the body. Raises `CallError` for one that is too large or too slow, `GoneError` where the client hung up."""
        said = self.headers.get("content-length", "")
        if said.isascii() and said.isdigit() and len(said) < 20 and int(said) > most:
            raise _too_large(most)
        data = bytearray()
        try:
            async with asyncio.timeout(seconds):
                while True:
                    message = await self.receive()
                    if message["type"] == "http.disconnect":
                        raise GoneError
                    data += message.get("body", b"")
                    if len(data) > most:
                        raise _too_large(most)
                    if not message.get("more_body", False):
                        return bytes(data)
        except TimeoutError:
            late = f"the body did not arrive within {seconds:g} seconds"
            raise CallError(408, [late], {"Connection": "close"}) from None


def _too_large(most: int) -> CallError:
    return CallError(413, [f"the body has more than {most} bytes"])


def decoded(body: bytes, deepest: int) -> Any:
    """Return the data of a body. Raises `CallError` for what is no JSON, no UTF-8, repeats a key or is nested too deeply."""
    try:
        text = body.decode("utf-8").removeprefix("\ufeff")
        # The strict judge first: it refuses half surrogate pairs, NaN, and depths that would stop the reader of keys.
        orjson.loads(text)
        data = read_json(text)
    except UnicodeDecodeError as error:
        raise CallError(400, [f"the body is not UTF-8 (byte {error.start})"]) from None
    except orjson.JSONDecodeError as error:
        deep = "depth" in error.msg
        message = _deep(deepest) if deep else f"the body is not valid JSON: {error.msg}"
        raise CallError(400, [Problem("" if deep else f"line {error.lineno}, column {error.colno}", message)]) from None
    except JsonTextError as error:
        raise CallError(400, [error.problem]) from None
    level: list[Any] = [data]
    for _ in range(deepest + 1):
        containers = [one for one in level if isinstance(one, dict | list)]
        if not containers:
            return data
        level = [below for one in containers for below in (one.values() if isinstance(one, dict) else one)]
    raise CallError(400, [_deep(deepest)])


def _deep(deepest: int) -> str:
    return f"the body is nested more than {deepest} levels deep"


@attrs.frozen
class Answer:
    """An answer to a call."""

    status: int = 200
    data: Any = None
    headers: Mapping[str, str] = attrs.field(factory=dict)
    text: bytes | None = None
    kind: str = JSON
    keep: str = ""
    """The one key under which an empty list says something."""

    @property
    def body(self) -> bytes:
        """The body; in data nothing is null or empty."""
        if self.text is not None:
            return self.text
        return b"" if self.data is None else orjson.dumps(without_empty(self.data, self.keep))

    async def send(self, send: Send, body: bytes, more: Mapping[str, str]) -> None:
        """Send the answer with its body, and more headers."""
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **self.headers, **more}
        if body:
            headers["Content-Type"] = self.kind
        if self.status != 204:
            headers["Content-Length"] = str(len(body))
        lines = [(name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": lines})
        await send({"type": "http.response.body", "body": body})


def without_empty(data: Any, keep: str = "") -> Any:
    """Return data without null, empty text, empty lists and empty objects, however deep; an empty list under `keep` stays."""
    if isinstance(data, dict):
        cleaned = {key: without_empty(value) for key, value in data.items()}
        return {key: value for key, value in cleaned.items() if not _is_empty(value) or (key == keep and value == [])}
    if isinstance(data, list | tuple):
        return [value for one in data if not _is_empty(value := without_empty(one))]
    return data


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str | dict | list) and not value)
