"""What one command takes, its siblings take: folders, files and formats under one name, and messages that name the file."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
import typer

from commands import output, pnet
from pnet_pathways.cli.app import build
from pnet_pathways.model.errors import suggest
from project import DEFINITIONS

CASE = DEFINITIONS / "cases" / "vipoma-lymph-nodes.json"
PUMP = DEFINITIONS.parents[1] / "examples" / "documents" / "pump_fault"


def options(name: str) -> set[str]:
    command = typer.main.get_command(build())
    return {word for one in command.commands[name].params for word in one.opts}  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["verify", "mutate", "recommend", "render", "report", "scenarios", "coverage", "facts"])
def test_definitions_are_named_by_one_option(name: str) -> None:
    assert "--pathways" in options(name)


def test_a_folder_is_named_by_its_place_or_by_the_option() -> None:
    placed, named = output("verify", PUMP), output("verify", "--pathways", PUMP)
    assert named == placed
    for command in ("verify", "mutate"):
        done = pnet(command, PUMP, "--pathways", DEFINITIONS)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "two folders of definitions are named" in done.stderr


@pytest.mark.parametrize(
    ("ending", "begins"), [("csv", b"id,"), ("jsonl", b"{"), ("ndjson", b"{"), ("parquet", b"PAR1"), ("txt", b"id,")]
)
def test_a_file_has_the_format_of_its_ending(ending: str, begins: bytes, tmp_path: Path) -> None:
    file = tmp_path / f"all.{ending}"
    assert pnet("scenarios", "vipoma", "--output", file).exit_code == 0
    assert file.read_bytes().startswith(begins)
    assert pnet("scenarios", "vipoma", "--output", file, "--format", "jsonl").exit_code == 0
    assert file.read_bytes().startswith(b"{")


@pytest.mark.parametrize(
    "command", [("recommend", CASE), ("pathways",), ("render", "vipoma"), ("review", "status"), ("review", "verify")], ids=str
)
def test_a_folder_of_reviews_that_is_not_there_is_an_error(command: tuple[str | Path, ...], tmp_path: Path) -> None:
    done = pnet(*command, "--reviews", tmp_path / "typo")
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{tmp_path / 'typo'}: there is no such folder of reviews" in done.stderr


@pytest.mark.parametrize("ending", [".yml", ".YML", ".YAML"])
def test_a_file_of_definitions_that_is_not_read_is_named(tmp_path: Path, ending: str) -> None:
    folder = Path(shutil.copytree(PUMP, tmp_path / "pump"))
    (folder / f"another{ending}").write_text("title: Another\n")
    done = pnet("pathways", "--pathways", folder)
    assert done.exit_code == 2
    assert f"another{ending}: files that end in {ending} are not read (rename it to another.yaml)" in done.stderr


@pytest.mark.parametrize("what", ["link in a circle", "pipe"])
def test_what_is_no_folder_is_not_called_missing(what: str, tmp_path: Path) -> None:
    place = tmp_path / "place"
    if what == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to(place)
    done = pnet("pathways", "--pathways", place)
    assert done.exit_code == 2
    assert f"{place}: this is no folder" in done.stderr


# Messages


@pytest.mark.parametrize("command", [("recommend",), ("ask",), ("render", "vipoma", "--case")])
def test_what_is_wrong_with_a_case_names_its_file(command: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    for text, said in (
        ('{"tumor_typ": 1}', f"{file}: tumor_typ: no such fact (did you mean 'tumor_type'?)"),
        ("{", f"{file}: line 1, column 2: not valid JSON"),
        ('{"pancreatic_tumors": "several", "size": "large"}', f"1 contradiction in the case:\n  - {file}: "),
    ):
        file.write_text(text)
        done = pnet(*command, file)
        assert done.exit_code == 2
        assert said in done.stderr
    file.write_bytes(b'{"tumor_type": "\xff"}')
    done = pnet(*command, file)
    assert (done.exit_code, done.stderr) == (2, f"pnet: {file}: this is not UTF-8 text (byte 16)\n")


def test_a_case_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text("\ufeff" + CASE.read_text("utf-8"), "utf-8")
    assert output("recommend", file) == output("recommend", CASE)


def test_a_record_that_is_no_text_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "record").write_bytes(b"\xff")
    assert "is not UTF-8 text (byte 0)" in pnet("replay", tmp_path / "record").stderr


def test_capitals_are_no_other_word() -> None:
    assert suggest("GASTRINOMA", ["insulinoma", "gastrinoma"]) == "did you mean 'gastrinoma'?"
    assert suggest("r-2", ["R-2", "R-3"]) == "did you mean 'R-2'?"


def test_a_member_beside_its_group_is_led_there() -> None:
    done = pnet("recommend", "-", text='{"spread.liver": true}')
    assert 'spread.liver: no such fact (a member stands in its group: {"spread": {"liver": ...}})' in done.stderr


def test_a_share_that_is_too_small_is_said_as_a_share() -> None:
    done = pnet("coverage", "vipoma", CASE, "--fail-under", "100", "--cover", "states")
    assert done.exit_code == 1
    said = re.search(r"(\d+) of (\d+) states are covered: ([0-9.]+) %, of at least 100 %", done.stderr)
    assert said is not None, done.stderr
    assert float(said[3]) == int(said[1]) * 1000 // int(said[2]) / 10


def test_an_ending_of_no_known_format_is_asked_about(tmp_path: Path) -> None:
    done = pnet("scenarios", "vipoma", "--output", tmp_path / "table.xlsx")
    assert done.exit_code == 2
    assert "no format is known by the ending '.xlsx'; end the name in " in " ".join(done.stderr.split())
    assert not (tmp_path / "table.xlsx").exists()
    assert pnet("scenarios", "vipoma", "--format", "csv", "--output", tmp_path / "table.xlsx").exit_code == 0
