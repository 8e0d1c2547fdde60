"""The command line as tests run it: in this process, with paths and text as arguments."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner, Result

from pnet_pathways.cli.main import app


def pnet(*arguments: str | Path, text: str | None = None) -> Result:
    """Run a command; `text` is its standard input."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=text)


def output(*arguments: str | Path, text: str | None = None) -> str:
    """Return what a command that succeeds prints."""
    done = pnet(*arguments, text=text)
    assert done.exit_code == 0, done.output
    return done.stdout
