"""The command-line tours of the README and of a tutorial, run as printed. (Python is run by sybil, see its conftest.)"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from project import ROOT

PAGES = ("README.md", "docs/tutorial-clinician.md")
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """Return each command of the pages' console blocks with what it is said to print."""
    found = []
    for block in BLOCK.findall("".join((ROOT / page).read_text("utf-8") for page in PAGES)):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            found.append((command, printed))
    return found


@pytest.mark.parametrize(("command", "printed"), commands())
def test_a_page_prints_what_the_command_prints(command: str, printed: str) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", f"{command} 2>&1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
        check=False,
    )
    assert done.stdout == printed


def test_the_readme_names_every_command() -> None:
    from typer.main import get_command

    from pnet_pathways.cli.main import app

    readme = (ROOT / "README.md").read_text()
    commands = getattr(get_command(app), "commands")  # noqa: B009
    assert [name for name in commands if f"`pnet {name}" not in readme] == []
