"""From which FHIR servers the page may be launched: smart.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import attrs

from ....loading.schema_base import described
from ....loading.structuring import structure
from ....loading.yaml_source import Document, read_yaml
from ....model.errors import Problem, shown
from ..settings import FHIR_SERVER, ServiceError, is_fhir_server, is_origin, is_safe

SCOPE: Final = "launch patient/Patient.r patient/Condition.rs patient/Observation.rs patient/QuestionnaireResponse.rs"
"""What the page asks to read; it asks to write nothing."""


@attrs.frozen
class ServerSpec:
    """One FHIR server."""

    iss: str = described("the address of the FHIR server, as the EHR gives it in iss")
    client_id: str = described("the id under which the page is registered there, as a public client")
    authorization_origins: tuple[str, ...] = described(
        "where it authorizes and gives tokens, if not at the origin of iss", default=()
    )
    scope: str = described("what the page asks to read", default=SCOPE)

    @property
    def origins(self) -> tuple[str, ...]:
        """Every origin that the page may call for it."""
        parts = urlsplit(self.iss)
        return (f"{parts.scheme}://{parts.netloc}", *self.authorization_origins)

    def to_dict(self) -> dict[str, Any]:
        """Return what the page must know of it."""
        return {"iss": self.iss.rstrip("/"), "client": self.client_id, "origins": list(self.origins), "scope": self.scope}


@attrs.frozen
class ServersFile:
    """smart.yaml: from which FHIR servers the page may be launched."""

    format: Literal[1] = described("the format of this file")
    servers: tuple[ServerSpec, ...] = described("the FHIR servers")


def read_servers(path: str | Path) -> tuple[ServerSpec, ...]:
    """Return the FHIR servers of a file. Raises `ServiceError` with every mistake."""
    path = Path(path)
    if not path.is_file():
        raise ServiceError([Problem("smart", f"there is no file {path}", "see docs/smart.md")])
    document = read_yaml(path, path.name)
    file = None if document.problems else structure(document, ServersFile)
    if file is not None:
        _check(document, file)
    if file is None or document.problems:
        raise ServiceError(document.problems)
    return file.servers


def _check(document: Document, file: ServersFile) -> None:
    if not file.servers:
        document.problem(("servers",), "there is no server", "name at least one, or leave out --smart")
    seen: set[str] = set()
    for number, one in enumerate(file.servers):
        path = ("servers", number)
        if not is_fhir_server(one.iss):
            document.problem((*path, "iss"), f"is no FHIR server: {shown(one.iss)}", FHIR_SERVER)
        if one.iss.rstrip("/") in seen:
            document.problem((*path, "iss"), f"{shown(one.iss)} stands twice", "keep one")
        seen.add(one.iss.rstrip("/"))
        if not one.client_id:
            document.problem((*path, "client_id"), "is empty", "the id under which the page is registered there")
        for place, origin in enumerate(one.authorization_origins):
            if not is_origin(origin) or not is_safe(origin):
                hint = "such as https://login.example.org"
                document.problem((*path, "authorization_origins", place), f"is no origin with https: {shown(origin)}", hint)
        if "launch" not in one.scope.split():
            document.problem((*path, "scope"), "does not ask for launch", f"such as {SCOPE}")
