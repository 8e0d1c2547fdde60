"""The commands ``pnet fhir package`` and ``verify-package``: all artifacts as one Bundle, and what has become of one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ..loading.folder import load_pathways
from ..model.errors import Problem, PublicationError
from ..model.json_text import dumped
from ..model.text import counted, wrap
from .common import (
    DefinitionsFolder,
    ListFormat,
    ReviewsFolder,
    check_output,
    errors_to_stderr,
    naming,
    read_text,
    say,
    say_written,
    writing_output,
)
from .review import signer_of


def package_command(
    output: Annotated[
        Path, typer.Option("--out", "--output", help="File for the package; an older one is replaced. - is standard output.")
    ],
    canonical: Annotated[
        str | None, typer.Option(help="Base of the artifacts' addresses, your own to publish them; by default one of examples.")
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Write what is approved as a draft too.")] = False,
    key: Annotated[
        Path | None, typer.Option("--key", help="SSH private key (ed25519) that signs the package, such as a reviewer's.")
    ] = None,
    signer: Annotated[str | None, typer.Option("--signer", help="Whose key it is, as the package names them.")] = None,
    at: Annotated[str | None, typer.Option(help="Time of the signature, with its zone: 2026-11-23T10:00:00Z.")] = None,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Write everything that pnet fhir write writes, and test cases, as one Bundle; signed where a key is given.

    Exit code 2: the file, the address or the key cannot be used.
    """
    from ..adapters.fhir.package import package, signed
    from ..adapters.fhir.publication import EXAMPLE, Publication
    from ..adapters.fhir.writing import text_of

    with errors_to_stderr():
        given = {"--key": key, "--signer": signer, "--at": at}
        lacking = [name for name, one in given.items() if one is None]
        if 0 < len(lacking) < len(given):
            hint = "a signature takes --key, --signer and --at"
            raise PublicationError([Problem(name, "is missing", hint) for name in lacking])
        check_output(output)
        definitions = load_pathways(pathways, reviews=reviews)
        made = package(Publication(definitions, EXAMPLE if canonical is None else canonical, draft))
        who = signer_of(key)
        if who is not None and signer is not None and at is not None:
            made = signed(made, who, signer, at)
        with writing_output(output) as file:
            file.write(text_of(made).encode())
        by = "unsigned" if who is None else f"signed by {signer}"
        say_written(output, f"{counted(len(made['entry']), 'resource')}, {by}")


def verify_package_command(
    file: Annotated[str, typer.Argument(help="A package that pnet fhir package wrote; - for standard input.")],
    allowed_signers: Annotated[
        Path | None,
        typer.Option("--allowed-signers", help="File of allowed keys, as OpenSSH has it; then one of them must sign."),
    ] = None,
    format: Annotated[ListFormat, typer.Option(help="How to print.")] = ListFormat.TEXT,
    reviews: ReviewsFolder = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Check that a package is as it was written, that it is what these definitions give, and who signed it.

    Exit codes: 0 it is, and signed; 1 something was changed, the definitions are others, or it is not signed, or not by an
    allowed key; 2 it cannot be read.
    """
    from ..adapters.fhir.package import check_package

    with errors_to_stderr():
        definitions = load_pathways(pathways, reviews=reviews)
        allowed = None
        if allowed_signers is not None:
            from ..governance.review.signing import read_allowed_signers

            allowed = read_allowed_signers(allowed_signers)
        text = read_text(file)
        with naming(file):
            found = check_package(text, definitions, allowed)
    data: dict[str, Any] = {
        "good": found.good,
        "version": found.version,
        "hash": found.content_hash,
        "resources": found.resources,
        "problems": [str(one) for one in found.problems],
        "signed": str(found.signed),
        "signature": found.said,
    }
    if format is ListFormat.JSON:
        say(dumped(data))
    else:
        lines = [
            f"Package of version {found.version}, definitions {found.content_hash[:12]}: {counted(found.resources, 'resource')}"
        ]
        for one in data["problems"] or ["Content and definitions agree."]:
            lines += wrap("  ", one)
        lines += wrap(f"  Signature ({found.signed}): ", found.said)
        say("\n".join(lines))
    if not found.good:
        raise typer.Exit(1)
