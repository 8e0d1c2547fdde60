"""Old and new side by side: the files that `pnet diff --diagram` writes, and what it says where it cannot."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from difference_material import MESSAGE, STRENGTH, edited, pictures, total, variant
from pnet_pathways.cli.main import app
from pnet_pathways.governance.difference.answers import compare
from pnet_pathways.governance.difference.picture import side_by_side, write
from pnet_pathways.model.errors import RenderError
from pnet_pathways.model.pathway import Definitions
from project import DEFINITIONS


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["diff", *map(str, arguments)])


def test_the_command_writes_a_file_for_each_pathway_that_differs(folder: Path, tmp_path: Path) -> None:
    edited(folder, MESSAGE)
    done = run(DEFINITIONS, folder, "--diagram", tmp_path / "new" / "folder", "--format", "json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["bump"] == "patch"
    assert done.stderr.split() == [str(tmp_path / "new" / "folder" / "vipoma-diff.svg")]
    (picture,) = pictures(MESSAGE)
    assert (tmp_path / "new" / "folder" / "vipoma-diff.svg").read_text() == picture.svg


def test_without_a_change_the_command_says_that_there_is_no_diagram(
    definitions: Definitions, folder: Path, tmp_path: Path
) -> None:
    done = run(DEFINITIONS, folder, "--diagram", tmp_path / "new")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"No scenario changes: {total(definitions):,} total scenarios compared")
    assert done.stderr == "no diagram: nothing that a pathway's diagrams show has changed\n"
    assert list((tmp_path / "new").iterdir()) == []


def test_a_missing_engine_is_said_without_a_traceback(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edited(folder, MESSAGE)
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run(DEFINITIONS, folder, "--diagram", tmp_path / "new", "--engine", "system")
    assert (done.exit_code, done.exception.__class__) == (2, SystemExit)
    assert "no program 'dot' on the PATH" in done.stderr
    assert not (tmp_path / "new").exists()


def test_a_missing_package_says_what_to_install(definitions: Definitions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(RenderError, match=r"a package for diagrams is missing .*pip install 'pnet-pathways\[diagrams\]'"):
        side_by_side(compare(definitions, variant(MESSAGE)))


def test_writing_returns_the_paths(tmp_path: Path) -> None:
    assert write(pictures(STRENGTH), tmp_path / "a") == [tmp_path / "a" / "supportive-diff.svg"]
