"""The README's command-line tour, run as printed. (Its Python tour is run by sybil, see the conftest beside it.)"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from project import ROOT

BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """Return each command of the README's console blocks with what it is said to print."""
    found = []
    for block in BLOCK.findall((ROOT / "README.md").read_text()):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            found.append((command, printed))
    return found


@pytest.mark.parametrize(("command", "printed"), commands())
def test_the_readme_prints_what_the_command_prints(command: str, printed: str) -> None:
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
