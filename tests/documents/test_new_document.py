"""`pnet new`, and the author's tour in `docs/new-document.md`, which begins with it and is run as printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from commands import pnet
from pnet_pathways import DefinitionError, load_pathways
from pnet_pathways.loading.new_document import write_new_document
from project import ROOT

BLOCK = re.compile(r"```(console|diff|yaml)\n(.*?)```", re.DOTALL)
GOLDEN = Path("lamps", "golden", "desk_lamp.yaml")


def shell(command: str, folder: Path) -> str:
    """Return what a shell command prints in a folder, errors and all."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(
        ["bash", "-c", f"{{ {command}\n}} 2>&1"], cwd=folder, capture_output=True, text=True, env=environment, check=False
    )
    return done.stdout


def test_the_tour_prints_what_it_says(tmp_path: Path) -> None:
    tour = (ROOT / "docs" / "new-document.md").read_text("utf-8")
    for kind, block in BLOCK.findall(tour):
        if kind == "diff":
            subprocess.run(["git", "apply", "-p0", "-"], cwd=tmp_path, input=block, text=True, check=True)
        elif kind == "yaml":
            (tmp_path / GOLDEN).write_text(block, "utf-8")
        else:
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                lines = part.splitlines(keepends=True)
                end = next((number for number, line in enumerate(lines[1:], 1) if not line.startswith("> ")), len(lines))
                command = "".join([lines[0], *(line[2:] for line in lines[1:end])])
                assert shell(command, tmp_path) == "".join(lines[end:]), command
    assert (tmp_path / "desk_lamp.svg").is_file()
    assert (tmp_path / "report.html").is_file()


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    """A new document."""
    folder = tmp_path / "lamps"
    written = write_new_document(folder)
    assert sorted(written) == sorted(path for path in folder.rglob("*") if path.is_file())
    return folder


def test_a_new_document_works(lamps: Path, tmp_path: Path) -> None:
    case = lamps / "cases" / "loose-bulb.json"
    for arguments in (
        ("verify", lamps),
        ("recommend", case, "--pathways", lamps),
        ("render", "--pathways", lamps, "--output", tmp_path / "pictures"),
        ("source", "check", lamps / "source.txt", "--pathways", lamps),
    ):
        done = pnet(*arguments)
        assert done.exit_code == 0, done.output


def test_a_new_document_is_small(lamps: Path) -> None:
    definitions = load_pathways(lamps)
    assert list(definitions.entry.types) == ["desk", "street"]
    assert definitions.entry.types_in_scope == ("desk",)
    (pathway,) = definitions.pathways.values()
    assert len(pathway.statements) == 1


def test_every_file_of_a_new_document_is_explained(lamps: Path) -> None:
    for path in lamps.rglob("*.yaml"):
        assert path.read_text("utf-8").startswith("# "), path.name


def test_a_folder_that_is_empty_is_filled(tmp_path: Path) -> None:
    assert pnet("new", tmp_path).exit_code == 0
    assert (tmp_path / "facts.yaml").is_file()


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text("mine", "utf-8")
    done = pnet("new", tmp_path)
    assert done.exit_code == 2
    assert "the folder is not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["facts.yaml"]
    assert (tmp_path / "facts.yaml").read_text("utf-8") == "mine"


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "lamps").write_text("", "utf-8")
    with pytest.raises(DefinitionError, match="this is a file"):
        write_new_document(tmp_path / "lamps")
