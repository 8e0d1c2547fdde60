"""The command ``pnet serve``: the CDS Hooks service that an EHR calls."""

from __future__ import annotations

import os
from typing import Annotated, Final

import typer

from ..adapters.fhir.publication import EXAMPLE
from ..adapters.service.settings import MEBIBYTE, SETTINGS, ServiceError, Settings, read_settings
from ..model.errors import Problem, suggest
from .common import errors_to_stderr, refuse, say

_LOOPBACK: Final = {"127.0.0.1", "localhost", "::1"}
_PREFIX: Final = "PNET_"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve_command)


def _option(name: str, help: str) -> typer.models.OptionInfo:
    """Return an option that the environment can set as well: ``--public-url`` is PNET_PUBLIC_URL."""
    variable = _PREFIX + name.strip("-").replace("-", "_").upper()
    option: typer.models.OptionInfo = typer.Option(name, help=help, envvar=variable)
    return option


def _read_file(context: typer.Context, path: str) -> str:
    """Take what a settings file says for the defaults of the other options, after a look at the environment."""
    with errors_to_stderr():
        known = {one.envvar for one in context.command.params if isinstance(one.envvar, str)}
        unknown = sorted(name for name in os.environ if name.startswith(_PREFIX) and name not in {*known, SETTINGS})
        if unknown:
            raise ServiceError(Problem(name, "is no setting", suggest(name, known)) for name in unknown)
        if path:
            context.default_map = {**(context.default_map or {}), **read_settings(path)}
    return path


def serve_command(
    port: Annotated[int, _option("--port", "Port to listen on.")] = 8080,
    host: Annotated[str, _option("--host", "Address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, _option("--workers", "Processes that answer.")] = 1,
    issuers: Annotated[str, _option("--issuers", "File with the issuers whose tokens are taken (issuers.yaml).")] = "",
    no_auth: Annotated[bool, _option("--no-auth", "Take every call, without a token.")] = False,
    public_url: Annotated[str, _option("--public-url", "Address at which clients call: a token's audience.")] = "",
    canonical: Annotated[str, _option("--canonical", "Base address of the published form (pnet fhir write).")] = EXAMPLE,
    report_url: Annotated[str, _option("--report-url", "Address of the report page, to link it from the card.")] = "",
    form_url: Annotated[str, _option("--form-url", "Address of another SMART launch, to link it from the card.")] = "",
    smart: Annotated[str, _option("--smart", "File with the FHIR servers that may launch the page (smart.yaml).")] = "",
    feedback: Annotated[str, _option("--feedback", "Database of the feedback, or none.")] = "sqlite:///pnet-feedback.sqlite",
    replays: Annotated[str, _option("--replays", "Database of the used tokens; by default it lasts as long as the run.")] = "",
    allow_origin: Annotated[
        list[str] | None,
        _option("--allow-origin", "Origin of a page that may call, or show the page in a frame; may be given several times."),
    ] = None,
    metrics_token: Annotated[str, _option("--metrics-token", "Token that /metrics asks for.")] = "",
    keep_comments: Annotated[
        bool, _option("--keep-comments", "Keep the free text of feedback; it may name a patient.")
    ] = False,
    explain: Annotated[bool, _option("--explain", "Give a card for a type out of scope too.")] = False,
    fetch_from: Annotated[
        list[str] | None,
        _option("--fetch-from", "FHIR server to ask for what a call does not send; may be given several times."),
    ] = None,
    fetch_seconds: Annotated[int, _option("--fetch-seconds", "Seconds that a search there may take.")] = 5,
    fetch_bytes: Annotated[int, _option("--fetch-bytes", "Bytes that a search there may find.")] = 2 * MEBIBYTE,
    fetch_at_once: Annotated[int, _option("--fetch-at-once", "Calls that one process fetches for at once.")] = 16,
    reviews: Annotated[
        str, _option("--reviews", "Folder of the reviews; by default reviews, in that of the definitions.")
    ] = "",
    pathways: Annotated[str, _option("--pathways", "Folder of definitions to use instead of the project's own.")] = "",
    settings: Annotated[  # noqa: ARG001 - its callback has read it
        str,
        typer.Option(help="File of settings (service.yaml).", envvar="PNET_SETTINGS", is_eager=True, callback=_read_file),
    ] = "",
) -> None:
    """Answer CDS Hooks calls of an EHR with cards.

    Every option can be set as PNET_<OPTION> too, and in a file: an option goes before the environment, that before the file.
    """
    if bool(issuers) == no_auth:
        refuse("give --issuers FILE, so that calls need a token, or --no-auth")
    if no_auth and host not in _LOOPBACK:
        say(f"pnet: anybody who reaches {host} can call this service: it asks for no token", err=True)
    with errors_to_stderr():
        try:
            from ..adapters.service.server import serve
        except ModuleNotFoundError as error:
            refuse(f"{error.name} is missing: install pnet-pathways[service]")
        told = Settings(
            issuers=issuers,
            public_url=public_url,
            report_url=report_url,
            form_url=form_url,
            smart=smart,
            feedback="" if feedback == "none" else feedback,
            replays=replays,
            origins=tuple(allow_origin or ()),
            metrics_token=metrics_token,
            keep_comments=keep_comments,
            explain=explain,
            fetch_from=tuple(fetch_from or ()),
            fetch_seconds=fetch_seconds,
            fetch_bytes=fetch_bytes,
            fetch_at_once=fetch_at_once,
            pathways=pathways,
            reviews=reviews,
            canonical=canonical,
        )
        serve(told, host, port, workers)
