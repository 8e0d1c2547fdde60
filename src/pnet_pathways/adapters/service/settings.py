"""What the service is told: its settings, and the issuers whose tokens it takes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final, Literal, Self
from urllib.parse import urlsplit

import attrs

from ...loading.schema_base import described
from ...loading.structuring import structure
from ...loading.yaml_source import Document, read_yaml
from ...model.errors import PnetPathwaysError, Problem, ProblemsError, shown
from ..fhir.publication import EXAMPLE, address_parts

SETTINGS: Final = "PNET_SERVICE_SETTINGS"
"""The variable through which the processes of the service get their settings."""
MEBIBYTE: Final = 1024 * 1024
LAUNCH: Final = "/smart/launch.html"
CASE: Final = "/smart/"
"""Where the pages of the SMART launch are; the second is the redirect URI that is registered with the EHR."""
READ: Final = "/fhir/case"
"""Where the second page asks what a record says."""
_LONGEST: Final = 20
"""Seconds for which a search may last: whoever stops the service waits for it."""


class ServiceError(ProblemsError):
    """Settings of the service that cannot be used; each problem names the setting, or file, line and column."""

    one = "problem in the settings of the service"
    many = "problems in the settings of the service"


@attrs.frozen
class Settings:
    """The settings of the service. Without `issuers` it takes every call; then `protected` is false.

    `public_url` is the address at which clients call it: a token's audience must be it and the path. `feedback` and
    `replays` are addresses of databases, as SQLAlchemy writes them; an empty `feedback` keeps none. `smart` is the file of the
    FHIR servers that may launch the page, `smart_page` the page where it has been made. `fetch_from` are the FHIR servers that
    are asked for what a call does not send; without any, none is. `fetch_seconds` and `fetch_bytes` hold for each search,
    `fetch_at_once` for the calls that one process fetches for.
    """

    issuers: str = ""
    public_url: str = ""
    canonical: str = EXAMPLE
    report_url: str = ""
    form_url: str = ""
    smart: str = ""
    smart_page: str = ""
    feedback: str = ""
    replays: str = ""
    origins: tuple[str, ...] = ()
    metrics_token: str = attrs.field(default="", repr=False)
    keep_comments: bool = False
    explain: bool = False
    fetch_from: tuple[str, ...] = ()
    fetch_seconds: float = 5.0
    fetch_bytes: int = 2 * MEBIBYTE
    fetch_at_once: int = 16
    pathways: str = ""
    reviews: str = ""
    most_bytes: int = 2 * MEBIBYTE
    most_depth: int = 64
    most_at_once: int = 64
    body_seconds: float = 10.0
    busy_seconds: float = 2.0

    @property
    def protected(self) -> bool:
        """Whether every call needs a token."""
        return bool(self.issuers)

    @property
    def launch_url(self) -> str:
        """The address of the SMART launch that a card links: `form_url`, or this service's own page."""
        if self.form_url or not (self.smart and self.public_url):
            return self.form_url
        return self.public_url.rstrip("/") + LAUNCH

    def check(self) -> None:
        """Raise `ServiceError` with everything that is wrong."""
        problems = []
        if self.protected and not self.public_url:
            hint = "the address at which clients call the service: a token's audience must be it and the path"
            problems.append(Problem("public-url", "is missing", hint))
        if self.protected and not self.replays:
            problems.append(Problem("replays", "is missing", "the database of the used tokens"))
        for name in ("public_url", "report_url", "form_url"):
            value = getattr(self, name)
            if value and not _is_address(value):
                hint = "an absolute address with http or https"
                problems.append(Problem(name.replace("_", "-"), f"is no address: {shown(value)}", hint))
        for origin in self.origins:
            if not is_origin(origin):
                problems.append(Problem("allow-origin", f"is no origin: {shown(origin)}", "such as https://ehr.example.org"))
        for base in self.fetch_from:
            if not is_fhir_server(base):
                problems.append(Problem("fetch-from", f"is no FHIR server: {shown(base)}", FHIR_SERVER))
        for name, most in (("fetch_seconds", _LONGEST), ("fetch_bytes", 64 * MEBIBYTE), ("fetch_at_once", 1024)):
            if not 0 < getattr(self, name) <= most:
                problems.append(Problem(name.replace("_", "-"), f"takes 1 to {most}, not {shown(getattr(self, name))}"))
        if problems:
            raise ServiceError(problems)

    def to_json(self) -> str:
        """Return the settings as text, for the processes of the service."""
        return json.dumps(attrs.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return settings from their text."""
        data: dict[str, Any] = json.loads(text)
        return cls(**{**data, **{name: tuple(data[name]) for name in ("origins", "fetch_from")}})


def _is_address(text: str) -> bool:
    parts = address_parts(text)
    return parts is not None and parts.scheme in {"http", "https"} and bool(parts.hostname)


def is_origin(text: str) -> bool:
    """Return whether text is an origin, as a browser names it."""
    return re.fullmatch(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?", text) is not None


FHIR_SERVER: Final = "an address with https, without query and fragment, such as https://fhir.example.org/r4"


def is_fhir_server(url: str) -> bool:
    """Return whether text is the address of a FHIR server that may be called: by https, or on this machine."""
    found = re.fullmatch(r"(https?://[^/]+)(/[\w~:-][\w.~:-]*)*/?", url, re.ASCII)
    try:
        return found is not None and is_origin(found[1]) and is_safe(url) and urlsplit(url).port != 0
    except ValueError:  # no port, no IPv6 address
        return False


@attrs.frozen
class IssuerSpec:
    """One issuer of tokens."""

    iss: str = described("the claim iss of its tokens")
    jwks_url: str = described("where its public keys are fetched", default="")
    jwks_file: str = described("or: the file that holds them, from the folder of this file", default="")
    jku: str = described("what a token's jku must be, if it has one; jwks_url by default", default="")
    tenants: tuple[str, ...] = described("the tenants it may speak for; left out: any, or none", default=())


@attrs.frozen
class IssuersFile:
    """issuers.yaml: whose tokens the service takes."""

    format: Literal[1] = described("the format of this file")
    issuers: tuple[IssuerSpec, ...] = described("the issuers")


def read_issuers(path: str | Path) -> tuple[IssuerSpec, ...]:
    """Return the issuers of a file, those of keys in files with their paths. Raises `ServiceError` with every mistake."""
    path = Path(path)
    if not path.is_file():
        raise ServiceError([Problem("issuers", f"there is no file {path}", "see docs/cds-hooks.md")])
    document = read_yaml(path, path.name)
    file = None if document.problems else structure(document, IssuersFile)
    if file is not None:
        _check(document, file, path.parent)
    if file is None or document.problems:
        raise ServiceError(document.problems)
    return tuple(
        attrs.evolve(one, jwks_file=str(path.parent / one.jwks_file)) if one.jwks_file else one for one in file.issuers
    )


def _check(document: Document, file: IssuersFile, folder: Path) -> None:
    if not file.issuers:
        document.problem(("issuers",), "there is no issuer", "name at least one, or serve with --no-auth")
    seen: set[str] = set()
    for number, one in enumerate(file.issuers):
        path = ("issuers", number)
        if not one.iss:
            document.problem((*path, "iss"), "is empty", "the claim iss of its tokens")
        if one.iss in seen:
            document.problem((*path, "iss"), f"{shown(one.iss)} stands twice", "keep one")
        seen.add(one.iss)
        if bool(one.jwks_url) == bool(one.jwks_file):
            document.problem(path, "keys come from a URL or from a file", "give one of jwks_url and jwks_file")
        if one.jwks_url and not is_safe(one.jwks_url):
            document.problem((*path, "jwks_url"), f"keys are fetched by https alone, not from {shown(one.jwks_url)}")
        if one.jwks_file and not (folder / one.jwks_file).is_file():
            document.problem((*path, "jwks_file"), f"there is no file {one.jwks_file}", f"from the folder {folder}")


@attrs.frozen
class SettingsFile:
    """service.yaml: what `pnet serve` is told, by the names of its options; what is left out keeps its default."""

    format: Literal[1] = described("the format of this file")
    port: int = described("port to listen on", default=8080)
    host: str = described("address to listen on", default="127.0.0.1")
    workers: int = described("processes that answer", default=1)
    issuers: str = described("the file of the issuers whose tokens are taken, from the folder of this file", default="")
    no_auth: bool = described("take every call, without a token", default=False)
    public_url: str = described("address at which clients call", default="")
    canonical: str = described("base address of the published form", default="")
    report_url: str = described("address of the report page", default="")
    form_url: str = described("address of another SMART launch than this service's own", default="")
    smart: str = described("the file of the FHIR servers that may launch the page, from the folder of this file", default="")
    feedback: str = described("database of the feedback, or none", default="")
    replays: str = described("database of the used tokens", default="")
    allow_origin: tuple[str, ...] = described("origins of pages that may call, or show the page in a frame", default=())
    metrics_token: str = described("token that /metrics asks for", default="")
    keep_comments: bool = described("keep the free text of feedback", default=False)
    explain: bool = described("give a card for a type out of scope too", default=False)
    fetch_from: tuple[str, ...] = described("FHIR servers that are asked for what a call does not send", default=())
    fetch_seconds: int = described("seconds that a search there may take", default=5)
    fetch_bytes: int = described("bytes that a search there may find", default=2 * MEBIBYTE)
    fetch_at_once: int = described("calls that one process fetches for at once", default=16)
    reviews: str = described("folder of the reviews, from the folder of this file", default="")
    pathways: str = described("folder of definitions, from the folder of this file", default="")


_FILES: Final = ("issuers", "smart", "reviews", "pathways")


def read_settings(path: str | Path) -> dict[str, Any]:
    """Return what a settings file says, by option; paths from its own folder. Raises `ServiceError` with every mistake."""
    path = Path(path)
    if not path.is_file():
        raise ServiceError([Problem("settings", f"there is no file {path}", "see docs/deployment.md")])
    document = read_yaml(path, path.name)
    if document.problems or structure(document, SettingsFile) is None:
        raise ServiceError(document.problems)
    said = {key: value for key, value in document.data.items() if key != "format"}
    return {**said, **{key: str(path.parent / said[key]) for key in _FILES if said.get(key)}}


def is_safe(url: str) -> bool:
    """Return whether keys may be fetched from an address: by https, or from this machine."""
    parts = address_parts(url)
    if parts is None:
        return False
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}


class UnavailableError(PnetPathwaysError):
    """Something that the service needs does not answer now: a database, an issuer's keys."""
