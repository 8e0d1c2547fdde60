"""What a terminal shows: colors where they are wanted, and completion of commands."""

from __future__ import annotations

import os
import pty
import sys
from pathlib import Path

import pytest

from processes import environment, shell, started


def on_terminal(*arguments: str, **variables: str) -> str:
    """Return what a command prints on a terminal of its own."""
    ours, theirs = pty.openpty()
    plain = {name: value for name, value in environment().items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    with started(*arguments, stdout=theirs, stderr=theirs, env={**plain, "TERM": "xterm", **variables}):
        os.close(theirs)
        parts = []
        try:
            while part := os.read(ours, 65536):
                parts.append(part)
        except OSError:  # the other end is closed
            pass
    os.close(ours)
    return b"".join(parts).decode()


def test_a_terminal_gets_colors_and_nobody_else_does() -> None:
    assert "\x1b[" in on_terminal("pathways")
    assert "\x1b[" not in shell("pnet pathways").stdout


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [(("--no-color", "pathways"), {}), (("--no-color", "nonsense"), {}), (("pathways",), {"NO_COLOR": "1"})],
)
def test_colors_can_be_left_out(arguments: tuple[str, ...], variables: dict[str, str]) -> None:
    shown = on_terminal(*arguments, **variables)
    assert shown
    colors = [part.partition("m")[0] for part in shown.split("\x1b[")[1:]]
    assert [one for one in colors if any(30 <= int(code) <= 107 for code in one.split(";") if code.isdigit())] == []


@pytest.fixture
def command(tmp_path: Path) -> Path:
    """The command as it is installed: a file of its name."""
    path = tmp_path / "pnet"
    path.write_text(f"#!{sys.executable}\nfrom pnet_pathways.cli.main import main\nmain()\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("pnet rec", "recommend"),
        ("pnet fhir co", "cohort"),
        ("pnet verify --pa", "--pathways"),
        ('pnet verify --pathways "" --wor', "--workers"),
    ],
)
def test_the_shell_completes_commands_and_options(command: Path, line: str, found: str) -> None:
    words = len(line.split()) - 1
    done = shell(f"_PNET_COMPLETE=complete_bash COMP_WORDS='{line}' COMP_CWORD={words} {command}")
    assert found in done.stdout.split(), done


def test_completion_can_be_shown_for_a_shell(command: Path) -> None:
    # The shell is found among the processes that began it: it must not make way for its last command.
    done = shell(f"{command} --show-completion; exit $?")
    assert "_PNET_COMPLETE=complete_bash" in done.stdout, done
