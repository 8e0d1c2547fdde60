"""What the commands print fits the terminal, has colors only where they are wanted, and words that a shell completes."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from project import DEFINITIONS
from pump import PUMP_FAULT

CASES = DEFINITIONS / "cases"
SMALL = str(PUMP_FAULT)
PNET = (sys.executable, "-c", "import sys; from pnet_pathways.cli.main import main; sys.argv[0] = 'pnet'; main()")


def pnet(*words: str, **variables: str) -> str:
    """Return what a command prints, messages included, in a process of its own."""
    variables = {**{key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "COLUMNS"}}, **variables}
    done = subprocess.run([*PNET, *words], capture_output=True, text=True, check=False, env=variables)
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("columns", [80, 40])
@pytest.mark.parametrize(
    "words",
    [
        ("recommend", str(CASES / "insulinoma-only-type-known.json"), "--explain", "--all"),
        ("recommend", "there-is-no-such-case.json"),
        ("pathways", "gastrinoma"),
        ("readings", "R-2"),
        ("workup", "vipoma"),
        ("pathways", "--pathways", SMALL),
        ("facts", "--pathways", SMALL),
        ("verify", SMALL),
        ("--help",),
        ("review", "--help"),
    ],
    ids=" ".join,
)
def test_no_line_is_wider_than_the_terminal(words: tuple[str, ...], columns: int) -> None:
    said = pnet(*words, COLUMNS=str(columns))
    assert said
    assert [line for line in said.splitlines() if len(line) > columns] == []


@pytest.mark.parametrize("words", [("pathways",), ("facts",), ("--help",), ("verify", SMALL)], ids=" ".join)
def test_a_narrow_terminal_gets_lists_in_which_words_are_whole(words: tuple[str, ...]) -> None:
    narrow, wide = pnet(*words, COLUMNS="40"), pnet(*words, COLUMNS="100")
    assert not set("│┃─━…") & set(narrow)
    known = {word.strip("│─╭╮╰╯.,:;()") for word in wide.split()}
    assert [word for word in narrow.split() if word.strip(".,:;()") not in known and len(word) > 14] == []


def test_json_is_not_folded() -> None:
    assert pnet("facts", "--format", "json", COLUMNS="40") == pnet("facts", "--format", "json")


def test_a_file_or_pipe_gets_lines_of_100_columns() -> None:
    lines = pnet("pathways", "gastrinoma").splitlines()
    assert 80 < max(map(len, lines)) <= 100


def at_a_terminal(*words: str, **variables: str) -> bytes:
    """Return what a command prints at a terminal."""
    ours, its = pty.openpty()
    environment = {**{key: value for key, value in os.environ.items() if key != "NO_COLOR"}, "TERM": "xterm", **variables}
    with subprocess.Popen([*PNET, *words], stdin=its, stdout=its, stderr=its, env=environment) as process:
        os.close(its)
        said = b""
        try:
            while chunk := os.read(ours, 65_536):
                said += chunk
        except OSError:  # what reading gives where the other end is closed
            pass
        finally:
            os.close(ours)
    assert process.returncode == 0
    return said


@pytest.mark.parametrize("words", [("--help",), ("verify", SMALL)], ids=" ".join)
def test_colors_are_for_terminals_that_want_them(words: tuple[str, ...]) -> None:
    def colors(said: bytes) -> bool:
        return any(f"\x1b[{number}m".encode() in said or f";{number}m".encode() in said for number in (32, 33, 36))

    assert colors(at_a_terminal(*words))
    assert not colors(at_a_terminal(*words, NO_COLOR="1"))
    assert not colors(at_a_terminal("--no-color", *words))
    assert "\x1b" not in pnet(*words)


@pytest.mark.parametrize(
    ("typed", "at", "offered"),
    [("pnet rec", 1, {"recommend"}), ("pnet review ver", 2, {"verify"}), ("pnet recommend --form", 2, {"--format"})],
)
def test_a_shell_completes_commands_and_options(typed: str, at: int, offered: set[str]) -> None:
    variables = {**os.environ, "_PNET_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(at)}
    done = subprocess.run(PNET, capture_output=True, text=True, check=False, env=variables)
    assert set(done.stdout.split()) == offered


def test_completion_is_installed_for_the_shell(tmp_path: Path) -> None:
    said = pnet("--show-completion", "bash", HOME=str(tmp_path))
    assert "_PNET_COMPLETE=complete_bash" in said
