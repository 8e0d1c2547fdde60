"""The engines of others: how scripts are run, what is installed, and what the lock file holds."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hatchling.builders.sdist import SdistBuilder

from outside_engines import FOLDER, Engines, missing
from project import ROOT


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text("utf-8"))


@pytest.mark.parametrize("value", [None, "é\n€", {"deep": [{"x": [1.5, True]}]}, ["long" * 100] * 5000])
def test_a_script_gets_a_value_and_answers_one(engines: Engines, value: object) -> None:
    assert engines.run("echo.mjs", value) == value


def test_a_script_that_fails_is_an_error_that_says_why(engines: Engines) -> None:
    with pytest.raises(AssertionError, match=r"(?s)echo\.mjs failed.*no such luck"):
        engines.run("echo.mjs", {"fail": "no such luck"})


def test_what_is_not_installed_or_of_another_version_is_named(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "package-lock.json", tmp_path)
    assert missing(tmp_path) == "the engines are not installed: make engines"
    (tmp_path / "node_modules").mkdir()
    installed = tmp_path / "node_modules" / ".package-lock.json"
    shutil.copy(FOLDER / "package-lock.json", installed)
    assert missing(tmp_path) is None
    text = installed.read_text("utf-8")
    installed.write_text(re.sub(r'("node_modules/encender": \{\s+"version": )"[^"]+"', r'\1"0.0.1"', text), "utf-8")
    assert missing(tmp_path) == "other versions of the engines are installed than locked (node_modules/encender): make engines"


def test_the_lock_is_current_and_pins_everything_by_its_hash() -> None:
    package, lock = read("package.json"), read("package-lock.json")["packages"]
    assert lock.pop("")["dependencies"] == package["dependencies"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in package["dependencies"]} == package["dependencies"]
    instead = {name for parent in package["overrides"].values() for name in parent}
    assert {lock[f"node_modules/{name}"]["name"] for name in instead} == {"tslib"}
    assert [name for name, one in lock.items() if not one["integrity"].startswith("sha512-")] == []


@pytest.mark.parametrize("name", ["package.json", "package-lock.json", ".npmrc"])
def test_no_file_of_the_engines_holds_an_address(name: str) -> None:
    assert re.findall(r"://|\bresolved\b(?!=)|registry[^-]", (FOLDER / name).read_text("utf-8")) == []


def test_what_is_installed_is_no_part_of_the_source_distribution() -> None:
    names = [one.distribution_path for one in SdistBuilder(str(ROOT)).recurse_included_files()]
    assert "tests/engines/package-lock.json" in names
    assert [name for name in names if "node_modules" in name] == []
