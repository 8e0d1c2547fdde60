"""Fetching what a call did not send from the FHIR server that it names: a listed one, within limits, nothing is kept."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections.abc import Mapping
from typing import Any, Final

import attrs
import httpx

from ...model.errors import FhirError
from ...model.pathway import Definitions
from ..fhir import ConflictingRecords, case_from_bundle
from ..fhir.findings import Reason
from ..fhir.prefetch import PATIENT, expanded
from .hooks import HookCall
from .messages import CallError, decoded
from .settings import Settings

MOST_PAGES: Final = 50
_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_TOKEN: Final = re.compile(r"[!-~]+")
_STATUS: Final[Mapping[int, str]] = {
    401: "the FHIR server does not take the access token: 401",
    403: "the access token does not permit it: 403",
}
_ELSEWHERE: Final = "the next page is at an address that is not called"


class _SearchError(Exception):
    """Why a search ends before everything was found; the words never hold what was sent."""


@attrs.frozen
class Fetched:
    """What came of a search, as a client would have sent it, and why it is not whole."""

    value: dict[str, Any]
    why: str = ""


def _outcome(why: str) -> dict[str, Any]:
    issue = {"severity": "error", "code": "incomplete", "diagnostics": why}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def _failed(why: str) -> Fetched:
    return Fetched(_outcome(why), why)


@attrs.define
class Fetching:
    """Fetches from the servers that the settings list."""

    settings: Settings
    definitions: Definitions
    _calls: int = 0
    _tls: ssl.SSLContext = attrs.field(factory=httpx.create_ssl_context)

    def __attrs_post_init__(self) -> None:
        for name in ("httpx", "httpcore"):
            # They would log addresses, and those name the patient.
            logging.getLogger(name).setLevel(logging.WARNING)

    def may_ask(self, call: HookCall) -> bool:
        """Whether a call names a server that is on the list, and brings a token for it."""
        listed = {one.rstrip("/") for one in self.settings.fetch_from}
        return bool(call.token) and call.server.rstrip("/") in listed

    async def fetch(self, call: HookCall, asked: Mapping[str, str]) -> dict[str, Fetched]:
        """Return what a call did not send of what is `asked`, by key; not the patient, of whom only the id is read."""
        keys = [key for key in asked if key != PATIENT and key not in call.prefetch]
        if not keys or not self.may_ask(call):
            return {}
        if why := self._why_not(call):
            return dict.fromkeys(keys, _failed(why))
        self._calls += 1
        try:
            # A client for each call: no cookie of one patient goes along with another's. No proxy of the environment.
            async with httpx.AsyncClient(
                headers={
                    "Accept": "application/fhir+json",
                    "Accept-Encoding": "identity",  # what is packed has no size that could be limited
                    "Authorization": f"Bearer {call.token}",
                },
                verify=self._tls,
                timeout=None,  # noqa: S113 - each search has one, of its own and as a whole
                follow_redirects=False,
                trust_env=False,
            ) as client:
                searches = [self._search(client, call, expanded(asked[key], call.patient)) for key in keys]
                return dict(zip(keys, await asyncio.gather(*searches), strict=True))
        finally:
            self._calls -= 1

    def _why_not(self, call: HookCall) -> str:
        if not _ID.fullmatch(call.patient):
            return "the patient's id is none that FHIR allows"
        if not _TOKEN.fullmatch(call.token):
            return "the access token is no text that can be sent"
        if call.token_patient not in {"", call.patient}:
            return "the access token is for another patient"
        if self._calls >= self.settings.fetch_at_once:
            return "too many calls are fetching now; try again"
        return ""

    async def _search(self, client: httpx.AsyncClient, call: HookCall, search: str) -> Fetched:
        """Return what a search finds, every page of it; whatever the server answers, nothing is raised."""
        pages: list[dict[str, Any]] = []
        why = ""
        try:
            async with asyncio.timeout(self.settings.fetch_seconds):
                await self._read_pages(client, httpx.URL(call.server.rstrip("/")), search, pages)
        except TimeoutError:
            why = f"the FHIR server takes longer than {self.settings.fetch_seconds:g} seconds"
        except (httpx.HTTPError, httpx.InvalidURL):
            why = "the connection to the FHIR server failed"
        except _SearchError as error:
            why = str(error)
        if not pages:
            return _failed(why)
        # The first page says the total; whatever else a page says of itself, such as rules of its own, is kept.
        found = {key: value for page in reversed(pages) for key, value in page.items() if key != "link"}
        found["entry"] = [entry for page in pages for entry in page.get("entry") or ()]
        try:
            reading = case_from_bundle(
                {"resources": [{"resourceType": "Patient", "id": call.patient}, found]}, self.definitions
            )
            if any(one.reason is Reason.OTHER_SUBJECT for one in reading.unmapped):
                why = why or "what is not of this patient is left out"
        except ConflictingRecords:
            pass  # for the card
        except FhirError:
            return _failed("the answer holds what cannot be read")
        if why:
            found["entry"].append({"resource": _outcome(why)})
        return Fetched(found, why)

    async def _read_pages(self, client: httpx.AsyncClient, base: httpx.URL, search: str, pages: list[dict[str, Any]]) -> None:
        """Read the pages of a search into `pages`, one by one. Raises `_SearchError` and the errors of the client."""
        left = self.settings.fetch_bytes
        seen: set[str] = set()
        url: httpx.URL | None = httpx.URL(f"{base}/{search}")
        while url is not None:
            if not _is_below(url, base):
                raise _SearchError(_ELSEWHERE)
            if str(url) in seen:
                raise _SearchError("the next page is one that was read already")
            if len(seen) == MOST_PAGES:
                raise _SearchError(f"there are more than {MOST_PAGES} pages")
            seen.add(str(url))
            body = await self._read(client, url, left)
            left -= len(body)
            pages.append(self._page(body))
            url = _next(pages[-1], url)

    async def _read(self, client: httpx.AsyncClient, url: httpx.URL, most: int) -> bytes:
        data = bytearray()
        async with client.stream("GET", url) as answer:
            if answer.status_code != httpx.codes.OK:
                raise _SearchError(_STATUS.get(answer.status_code, f"the FHIR server answers {answer.status_code}"))
            async for part in answer.aiter_raw():
                data += part
                if len(data) > most:
                    raise _SearchError(f"the answer has more than {self.settings.fetch_bytes} bytes")
        return bytes(data)

    def _page(self, body: bytes) -> dict[str, Any]:
        try:
            page = decoded(body, self.settings.most_depth)
        except CallError:
            raise _SearchError("the answer is no valid JSON") from None
        if not isinstance(page, dict) or page.get("resourceType") != "Bundle":
            raise _SearchError("the answer is no Bundle")
        if not isinstance(page.get("entry") or [], list):
            raise _SearchError("the answer holds what cannot be read")
        return page


def _next(page: Mapping[str, Any], url: httpx.URL) -> httpx.URL | None:
    """Return where a page says that the next one is."""
    links = page.get("link")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("relation") == "next":
            try:
                return url.join(link["url"])
            except (httpx.InvalidURL, ValueError, TypeError, KeyError):
                raise _SearchError(_ELSEWHERE) from None
    return None


def _is_below(url: httpx.URL, base: httpx.URL) -> bool:
    """Whether an address is of the server at a base, and nowhere above it: read by the same parser that calls it."""
    above = base.path.rstrip("/")
    return (
        (url.scheme, url.raw_host, url.port, url.userinfo) == (base.scheme, base.raw_host, base.port, b"")
        and (url.path == above or url.path.startswith(f"{above}/"))
        and {".", ".."}.isdisjoint(re.split(r"[/\\]", url.path))
    )
