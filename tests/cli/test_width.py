"""What the commands print fits the terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pnet_pathways.cli.app import build
from project import DEFINITIONS
from pump import PUMP_FAULT

from .test_building import EVERY

CASES = DEFINITIONS / "cases"
SMALL = str(PUMP_FAULT)
PNET = (sys.executable, "-c", "import sys; from pnet_pathways.cli.main import main; sys.argv[0] = 'pnet'; main()")


def pnet(*words: str, folder: Path | None = None, **variables: str) -> str:
    """Return what a command prints, messages included, in a process of its own."""
    variables = {**{key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "COLUMNS"}}, **variables}
    done = subprocess.run([*PNET, *words], capture_output=True, text=True, check=False, env=variables, cwd=folder)
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("columns", [80, 40])
@pytest.mark.parametrize(
    "words",
    [
        ("recommend", str(CASES / "insulinoma-only-type-known.json")),
        ("recommend", str(CASES / "insulinoma-only-type-known.json"), "--explain", "--all"),
        ("recommend", "there-is-no-such-case.json"),
        ("pathways", "gastrinoma"),
        ("readings", "R-2"),
        ("workup", "vipoma"),
        ("pathways", "--pathways", SMALL),
        ("facts", "--pathways", SMALL),
        ("verify", SMALL),
        ("--help",),
    ],
    ids=" ".join,
)
def test_no_line_is_wider_than_the_terminal(words: tuple[str, ...], columns: int) -> None:
    said = pnet(*words, COLUMNS=str(columns))
    assert said
    assert [line for line in said.splitlines() if len(line) > columns] == []


@pytest.mark.parametrize("columns", [80, 40])
@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_no_line_of_a_help_is_wider_than_the_terminal(
    words: tuple[str, ...], columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    said = CliRunner().invoke(build(words), [*words, "--help"], prog_name="pnet").output
    assert "--help" in said
    assert [line for line in said.splitlines() if len(line) > columns] == []


@pytest.mark.parametrize("words", [("pathways",), ("facts",), ("--help",), ("verify", SMALL)], ids=" ".join)
def test_a_narrow_terminal_gets_lists_in_which_words_are_whole(words: tuple[str, ...]) -> None:
    narrow, wide = pnet(*words, COLUMNS="40"), pnet(*words, COLUMNS="100")
    assert not set("│┃─━…") & set(narrow)
    known = {word.strip("│─╭╮╰╯.,:;()") for word in wide.split()}
    assert [word for word in narrow.split() if word.strip(".,:;()") not in known and len(word) > 14] == []


@pytest.mark.parametrize("columns", [80, 40])
def test_what_is_said_of_a_table_fits_the_terminal(columns: int, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("id,tumor_type,course\n1,vipoma,soon\n", "utf-8")
    for words in (("check", "rows.csv"), ("evaluate", "rows.csv", "--output", "out")):
        said = pnet("cohort", *words, COLUMNS=str(columns), folder=tmp_path)
        assert "no column for" in said
        assert [line for line in said.splitlines() if len(line) > columns] == []


def test_json_is_not_folded() -> None:
    assert pnet("facts", "--format", "json", COLUMNS="40") == pnet("facts", "--format", "json")


def test_a_file_or_pipe_gets_lines_of_100_columns() -> None:
    lines = pnet("pathways", "gastrinoma").splitlines()
    assert 80 < max(map(len, lines)) <= 100
