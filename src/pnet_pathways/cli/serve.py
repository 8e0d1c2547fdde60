"""The command ``pnet serve``: the CDS Hooks service that an EHR calls."""

from __future__ import annotations

from typing import Annotated

import typer

from ..adapters.fhir.publication import EXAMPLE
from .common import DefinitionsFolder, ReviewsFolder, errors_to_stderr

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve_command)


def _option(name: str, help: str) -> typer.models.OptionInfo:
    """Return an option that the environment can set as well: ``--public-url`` is PNET_PUBLIC_URL."""
    option: typer.models.OptionInfo = typer.Option(name, help=help, envvar=f"PNET_{name.strip('-').replace('-', '_').upper()}")
    return option


def serve_command(
    port: Annotated[int, _option("--port", "Port to listen on.")] = 8080,
    host: Annotated[str, _option("--host", "Address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, _option("--workers", "Processes that answer.")] = 1,
    issuers: Annotated[str, _option("--issuers", "File with the issuers whose tokens are taken (issuers.yaml).")] = "",
    no_auth: Annotated[bool, typer.Option("--no-auth", help="Take every call, without a token.")] = False,
    public_url: Annotated[str, _option("--public-url", "Address at which clients call: a token's audience.")] = "",
    canonical: Annotated[str, _option("--canonical", "Base address of the published form (pnet fhir write).")] = EXAMPLE,
    report_url: Annotated[str, _option("--report-url", "Address of the report page, to link it from the card.")] = "",
    form_url: Annotated[str, _option("--form-url", "Address of the SMART launch, to link it from the card.")] = "",
    smart: Annotated[str, _option("--smart", "File with the FHIR servers that may launch the page (smart.yaml).")] = "",
    feedback: Annotated[str, _option("--feedback", "Database of the feedback, or none.")] = "sqlite:///pnet-feedback.sqlite",
    replays: Annotated[str, _option("--replays", "Database of the used tokens; by default it lasts as long as the run.")] = "",
    allow_origin: Annotated[
        list[str] | None, typer.Option(help="Origin of a page that may call; may be given several times.")
    ] = None,
    metrics_token: Annotated[str, _option("--metrics-token", "Token that /metrics asks for.")] = "",
    keep_comments: Annotated[bool, typer.Option(help="Keep the free text of feedback; it may name a patient.")] = False,
    explain: Annotated[bool, typer.Option(help="Give a card for a type out of scope too.")] = False,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Answer CDS Hooks calls of an EHR with cards. Every option but the yes-or-no ones can be set as PNET_<OPTION>."""
    if bool(issuers) == no_auth:
        typer.echo("pnet: give --issuers FILE, so that calls need a token, or --no-auth", err=True)
        raise typer.Exit(2)
    if no_auth and host not in _LOOPBACK:
        typer.echo(f"pnet: anybody who reaches {host} can call this service: it asks for no token", err=True)
    with errors_to_stderr():
        try:
            from ..adapters.service.server import serve
            from ..adapters.service.settings import Settings
        except ModuleNotFoundError as error:
            typer.echo(f"pnet: {error.name} is missing: install pnet-pathways[service]", err=True)
            raise typer.Exit(2) from None
        settings = Settings(
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
            pathways=str(pathways or ""),
            reviews=str(reviews or ""),
            canonical=canonical,
        )
        serve(settings, host, port, workers)
