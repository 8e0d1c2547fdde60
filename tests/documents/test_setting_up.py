"""What the README says about setting up is what the Makefile, the gate and the extras do."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from project import ROOT

from .installing import backend
from .making import planned

README = (ROOT / "README.md").read_text("utf-8")
EXTRAS: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
OURS = {"bench", "dev", "docs", "lint", "mutation", "test"}
"""Extras that this repository's own checks need, and nobody who uses the library."""


def named(extra: str) -> set[str]:
    """Return the extras of this package that an extra includes, itself too."""
    found = {extra}
    for requirement in EXTRAS[extra]:
        if inner := re.fullmatch(r"pnet-pathways\[([\w,]+)\]", requirement.partition(" ")[0]):
            found = found.union(*(named(one) for one in inner[1].split(",")))
    return found


def test_two_commands_set_up_one_runs_and_one_tests() -> None:
    assert re.findall(r"```sh\n(.*?)\n```", README, re.DOTALL) == ["make run", "make test"]


def test_the_gate_runs_the_readmes_command_for_tests() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


def test_make_run_installs_no_extra_and_make_test_installs_what_developers_need(tmp_path: Path) -> None:
    run = planned("run", tmp_path)
    assert "--editable .\n" in run
    assert "[dev]" not in run
    assert "[dev]" in planned("test", tmp_path)


def test_only_a_wheel_is_built_with_what_compiles_the_definitions() -> None:
    assert "pyarrow" in backend("get_requires_for_build_wheel()")
    for kind in ("editable", "sdist"):
        assert "pyarrow" not in backend(f"get_requires_for_build_{kind}()")


def test_all_versions_of_python_that_the_package_names_are_tested() -> None:
    named = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text("utf-8"))
    (tested,) = re.findall(r"for version in ([\d. ]+);", (ROOT / "Makefile").read_text("utf-8"))
    assert sorted(tested.split(), key=lambda one: int(one.partition(".")[2])) == named


def test_make_run_says_how_to_call_the_command_afterwards(tmp_path: Path) -> None:
    _, _, said = planned("run", tmp_path).partition("done\n")
    assert "/pnet recommend CASE.json" in said
    assert str(tmp_path / "venv" / "bin") in said


def test_the_readme_lists_every_extra_of_a_user() -> None:
    table = re.findall(r"^\| `([\w-]+)` \| ", README.partition("| extra |")[2].partition("\n\n")[0], re.MULTILINE)
    assert sorted(table) == sorted({*EXTRAS} - OURS | {"dev"})


def test_the_extra_of_everything_holds_every_extra_of_a_user() -> None:
    assert named("all") == {*EXTRAS} - OURS
    assert {"lint", "test"} <= named("dev")


def test_every_extra_that_a_message_tells_to_install_exists() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    told = {*re.findall(r"pnet-pathways\[(\w+)\]", sources)}
    assert told
    assert told <= {*EXTRAS}


def test_the_readme_shows_a_committed_diagram() -> None:
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert picture.startswith("diagrams/")
    assert (ROOT / picture).is_file()
