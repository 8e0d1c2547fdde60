"""The FHIR tutorial, done as printed, in an empty folder."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from project import ROOT

if TYPE_CHECKING:
    import pytest

TUTORIAL = ROOT / "docs" / "tutorial-fhir.md"
BLOCK = re.compile(r"(?:`(?P<file>[\w.]+)`:\n\n)?```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL)


def blocks() -> list[tuple[str, str, str]]:
    """Return the blocks in order: kind, the file that it is to be saved as, and text."""
    return [(found["kind"], found["file"] or "", found["text"]) for found in BLOCK.finditer(TUTORIAL.read_text("utf-8"))]


def commands(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed


def test_the_tutorial_works_as_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
    }
    names: dict[str, object] = {}
    problems: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    done = set()
    for kind, file, text in blocks():
        if file:
            Path(file).write_text(text, "utf-8")
        elif kind == "console":
            for command, printed in commands(text):
                ran = subprocess.run(
                    ["bash", "-c", f"{command} 2>&1"], capture_output=True, text=True, env=environment, check=False
                )
                assert ran.stdout == printed, command
        elif kind == "python":
            examples = doctest.DocTestParser().get_doctest(text, names, "tutorial", str(TUTORIAL), 0)
            runner.run(examples, out=problems.append, clear_globs=False)
            names = examples.globs
            assert problems == []
        done.add(kind)
    assert done == {"sh", "json", "console", "python"}
