"""What the commands of ``pnet`` share: formats, options, and errors as messages."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .errors import PnetPathwaysError


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class ListFormat(StrEnum):
    """How a list is printed."""

    TEXT = "text"
    JSON = "json"


Definitions = Annotated[
    Path | None, typer.Option("--pathways", help="Folder of definitions to use instead of the project's own.")
]


@contextmanager
def errors_to_stderr() -> Iterator[None]:
    """Turn the library's errors, and files that cannot be used, into a message and exit code 2."""
    try:
        yield
    except PnetPathwaysError as error:
        typer.echo(f"pnet: {error}", err=True)
        raise typer.Exit(2) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        typer.echo(f"pnet: {error.filename or ''}: {error.strerror}", err=True)
        raise typer.Exit(2) from None
    except UnicodeDecodeError as error:
        typer.echo(f"pnet: this is no UTF-8 text (byte {error.start})", err=True)
        raise typer.Exit(2) from None


def read_text(path: str) -> str:
    """Return a file's text, or standard input's for ``-``."""
    return sys.stdin.buffer.read().decode("utf-8") if path == "-" else Path(path).read_text("utf-8")


def dumped(data: object) -> str:
    """Return data as the JSON that the command line prints."""
    return json.dumps(data, indent=2, ensure_ascii=False)
