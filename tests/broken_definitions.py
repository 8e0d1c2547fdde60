"""The broken definitions of tests/broken: each is a few edits to a copy of the project's own, with what verify must find.

A whole folder per mistake would repeat every file and drift from the definitions; an edit whose text is no longer there
fails. To look at them by hand: ``python tests/broken_definitions.py FOLDER`` writes them all, then ``pnet verify FOLDER/gaps``.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from pnet_pathways.loading.yaml_source import read_yaml
from project import DEFINITIONS, ROOT

BROKEN = ROOT / "tests" / "broken"
NAMES = sorted(path.stem for path in BROKEN.glob("*.yaml"))


def read(name: str) -> dict[str, Any]:
    """Return a broken definition's file."""
    document = read_yaml(BROKEN / f"{name}.yaml", name)
    assert not document.problems
    data: dict[str, Any] = document.data
    return data


def edit(folder: Path, file: str, find: str, replace: str) -> None:
    """Replace a text that stands exactly once in a file of definitions."""
    text = (folder / file).read_text("utf-8")
    assert text.count(find) == 1, f"{file} has this text {text.count(find)} times: {find}"
    (folder / file).write_text(text.replace(find, replace), "utf-8")


def build(name: str, folder: Path) -> Path:
    """Write a broken definition into a new folder and return it."""
    shutil.copytree(DEFINITIONS, folder)
    put_in(name, folder)
    return folder


def put_in(name: str, folder: Path) -> None:
    """Make the edits of a broken definition in a folder of the project's own."""
    for one in read(name)["edits"]:
        edit(folder, one["file"], one["find"], one["replace"])


def line_of(folder: Path, file: str, lines: list[str]) -> int:
    """Return the number of a line, found by the lines that lead to it: each is the next one of that text."""
    text = (folder / file).read_text("utf-8").splitlines()
    number = -1
    for line in lines:
        number = text.index(line, number + 1)
    return number + 1


if __name__ == "__main__":
    for broken in NAMES:
        print(build(broken, Path(sys.argv[1]) / broken))
