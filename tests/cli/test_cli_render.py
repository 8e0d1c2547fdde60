"""The command ``pnet render``."""

from __future__ import annotations

import html
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pnet_pathways.cli.main import app
from project import DEFINITIONS, DIAGRAMS
from source_material import Material

PARTLY = DEFINITIONS / "cases" / "gastrinoma-partly-known.json"


def run(*arguments: str | Path, text: str | None = None) -> Result:
    return CliRunner().invoke(app, ["render", *map(str, arguments)], input=text)


def test_a_case_is_drawn_as_pictures_of_its_own_diagrams(tmp_path: Path) -> None:
    done = run("gastrinoma", "--case", PARTLY, "--format", "png", "--output", tmp_path / "new")
    assert done.exit_code == 0, done.output
    written = sorted((tmp_path / "new").iterdir())
    assert sorted(done.stdout.split()) == [str(path) for path in written]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written)
    assert {"gastrinoma.png", "gastrinoma-states-1.png"} <= {path.name for path in written}


def test_without_a_name_the_diagrams_of_the_case_are_drawn(tmp_path: Path) -> None:
    done = run("--case", PARTLY, "--format", "dot", "--output", tmp_path)
    assert done.exit_code == 0, done.output
    stems = {path.stem.partition("-")[0] for path in tmp_path.iterdir()}
    assert stems == {"overview", "gastrinoma", "supportive", "recurrent"}


def test_where_no_row_can_apply_nothing_is_drawn_and_that_is_said(tmp_path: Path) -> None:
    case = json.dumps({"tumor_type": "insulinoma", "course": "new"})
    done = run("recurrent", "--case", "-", "--output", tmp_path / "new", text=case)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "pnet: nothing is drawn: no row of the page applies or may apply to this case\n"


def test_without_a_case_the_committed_files_are_drawn(tmp_path: Path) -> None:
    done = run("vipoma", "--output", tmp_path)
    assert done.exit_code == 0, done.output
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (DIAGRAMS / path.name).read_bytes()


def test_mermaid_of_every_pathway_leaves_the_overview_out(tmp_path: Path) -> None:
    done = run("--format", "mermaid", "--output", tmp_path)
    assert done.exit_code == 0, done.output
    assert {path.name for path in tmp_path.iterdir()} >= {"gastrinoma.mmd", "supportive.mmd"}
    assert not (tmp_path / "overview.mmd").exists()


def test_a_case_is_read_from_standard_input(tmp_path: Path) -> None:
    done = run("overview", "--case", "-", "--format", "dot", "--output", tmp_path, text=json.dumps({"tumor_type": "vipoma"}))
    assert done.exit_code == 0, done.output
    assert "Case:" in (tmp_path / "overview.dot").read_text()


def test_with_a_copy_of_the_summary_tooltips_show_the_passages(made_up: Material, tmp_path: Path) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_text(made_up.text)
    done = run("vipoma", "--source", copy, "--pathways", made_up.folder, "--output", tmp_path)
    assert done.exit_code == 0, done.output
    start, end = made_up.span("VIP-2")
    assert f"“{made_up.text[start:end]}”" in html.unescape((tmp_path / "vipoma-states.svg").read_text())


@pytest.mark.parametrize("kind", ["png", "pdf", "mermaid"])
def test_a_format_without_tooltips_is_refused_with_the_way_to_the_passages(kind: str, tmp_path: Path) -> None:
    done = run("vipoma", "--source", "copy.txt", "--format", kind, "--output", tmp_path)
    assert done.exit_code == 2
    assert f"pnet: {kind} has no room for passages: svg and dot show" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gastrinomma"], "pnet: there is no pathway 'gastrinomma' (did you mean 'gastrinoma'?)"),
        (["insulinoma", "--case", str(PARTLY)], "the case is 'Gastrinoma', which the pathway 'insulinoma' is not for"),
        (["overview", "--format", "mermaid"], "pnet: the overview has no Mermaid text"),
        (
            ["--case", str(PARTLY.with_name("acth-out-of-scope.json")), "--format", "mermaid"],
            "pnet: there is no Mermaid text for this case",
        ),
        (["--case", "nowhere.json"], "pnet: nowhere.json: No such file or directory"),
    ],
)
def test_what_cannot_be_drawn_is_said_without_a_traceback(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = run(*arguments, "--output", tmp_path)
    assert done.exit_code == 2
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("overview", "--format", "dot", "--output", tmp_path / "file" / "folder")
    assert done.exit_code == 2
    assert "Not a directory" in done.stderr


def test_nothing_is_left_behind_in_the_folder_for_temporary_files(tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    command = [sys.executable, "-m", "pnet_pathways", "render", "vipoma", "--output", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "TMPDIR": str(tmp_path / "temporary")})
    assert (tmp_path / "vipoma.svg").is_file()
    assert list((tmp_path / "temporary").iterdir()) == []
