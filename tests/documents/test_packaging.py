"""The built wheel, installed into an environment of its own and used from another folder, with no checkout near."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from examples import LARGE_HEAD
from project import DEFINITIONS, DIAGRAMS, ROOT

from .installing import built, environment_with, run


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    return built("wheel", tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the binaries of an environment that has the wheel."""
    return environment_with(wheel, folder=tmp_path_factory.mktemp("elsewhere"))


def test_the_wheel_carries_the_definitions_the_type_marker_and_the_files_of_pnet_new(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    files = [path.relative_to(DEFINITIONS.parent).as_posix() for path in DEFINITIONS.rglob("*") if path.is_file()]
    assert {f"pnet_pathways/pathways/{file}" for file in files} <= names
    assert {f"pdq_pnet_patient/{file}" for file in ("entry.yaml", "golden/vipoma.yaml", "reviews/README.md")} <= {*files}
    assert {"pnet_pathways/py.typed", "_pnet_pathways_pytest.py"} <= names
    assert {
        f"pnet_pathways/views/diagrams/fonts/{name}"
        for name in ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "OFL.txt", "widths.json")
    } <= names
    page = {path.name for path in (ROOT / "src" / "pnet_pathways" / "views" / "report").iterdir() if path.is_file()}
    assert {f"pnet_pathways/views/report/{name}" for name in page} <= names
    starter = ROOT / "src" / "pnet_pathways" / "loading" / "starter"
    started = {path.relative_to(starter).as_posix() for path in starter.rglob("*") if path.is_file()}
    assert {f"pnet_pathways/loading/starter/{name}" for name in started} <= names
    assert {"desk_lamp.yaml", "source.txt", "golden/desk_lamp.yaml"} <= started
    assert not [name for name in names if name.startswith(("tests/", "examples/"))]


def test_the_library_answers_from_an_installed_wheel_in_another_folder(installed: Path, tmp_path: Path) -> None:
    code = (
        "import json, pnet_pathways\n"
        "from pnet_pathways import Case, recommend\n"
        f"answer = recommend(Case.from_dict(json.loads({json.dumps(json.dumps(LARGE_HEAD))}))).to_dict()\n"
        "print(json.dumps([pnet_pathways.__file__, pnet_pathways.load_pathways().folder, answer['options'][0]]))\n"
    )
    file, folder, option = json.loads(run(installed / "python", "-c", code, cwd=tmp_path))
    assert "site-packages" in file
    assert folder == str(Path(file).parent / "pathways" / "pdq_pnet_patient")
    assert (option["statement"], option["treatments"]) == ("INS-2", ["pancreatoduodenectomy"])


def test_the_wheel_carries_the_compiled_form_and_a_start_uses_it(installed: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pnet_pathways import load_pathways, recommend\n"
        "from pnet_pathways.loading.compiled_parts import read_compiled\n"
        "from pnet_pathways.loading.paths import default_folder\n"
        "print(recommend({}).status.value, read_compiled(default_folder()) is not None, 'ruamel' in sys.modules)\n"
    )
    assert run(installed / "python", "-c", code, cwd=tmp_path).split() == ["incomplete", "True", "False"]


def test_the_wheel_carries_the_tables_of_cohorts_and_a_start_uses_them(installed: Path, tmp_path: Path) -> None:
    code = (
        "from pnet_pathways import load_pathways\n"
        "from pnet_pathways.adapters.cohort.compiled_steps import read_compiled_steps\n"
        "print(read_compiled_steps(load_pathways()) is not None)\n"
    )
    assert run(installed / "python", "-c", code, cwd=tmp_path).strip() == "True"


FIRST = {
    "hypothesis": "import hypothesis, sys; assert 'pnet_pathways' not in sys.modules; from pnet_pathways import Case",
    "the case": "from pnet_pathways import Case; import hypothesis",
    "the library": "import pnet_pathways, hypothesis; Case = pnet_pathways.Case",
}


@pytest.mark.parametrize("first", FIRST)
def test_hypothesis_draws_cases_by_their_type_whatever_is_imported_first(installed: Path, tmp_path: Path, first: str) -> None:
    code = f"""
{FIRST[first]}
import sys
from hypothesis import given, settings, strategies as st
assert 'pnet_pathways.testing' not in sys.modules
assert 'pnet_pathways.loading.loader' not in sys.modules

drawn = []

@settings(max_examples=30, database=None, deadline=None)
@given(st.from_type(Case))
def collect(case):
    drawn.append(case)

collect()
again = all(case == Case.from_dict(case.to_dict()) for case in drawn)
print(all(type(case) is Case for case in drawn), len(set(drawn)) > 10, again)
"""
    assert run(installed / "python", "-c", code, cwd=tmp_path).split() == ["True", "True", "True"]


def test_the_command_answers_from_an_installed_wheel_in_another_folder(installed: Path, tmp_path: Path) -> None:
    printed = run(installed / "pnet", "recommend", "-", "--format", "json", cwd=tmp_path, text=json.dumps(LARGE_HEAD))
    assert json.loads(printed)["status"] == "incomplete"


SIGN = ("review", "sign", "vipoma", "--reviewer", "Reviewer A", "--role", "surgeon")


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (SIGN, "--reviews"),
        (("review", "comment", "vipoma", "--on", "VIP-1", "--text", "?", *SIGN[3:]), "--reviews"),
        (("review", "resolve", "C-1", *SIGN[3:]), "--reviews"),
        (("source", "drift", "copy.txt", "--update-locators"), "--pathways"),
    ],
)
def test_nothing_is_written_inside_the_installed_package(
    installed: Path, tmp_path: Path, arguments: tuple[str, ...], option: str
) -> None:
    (package,) = (installed.parent / "lib").glob("python*/site-packages/pnet_pathways")
    before = {path: path.stat().st_mtime_ns for path in package.rglob("*") if "__pycache__" not in path.parts}
    said = run(installed / "pnet", *arguments, cwd=tmp_path, exit_code=2)
    assert f"would be written inside the installed package ({package}) and be lost with it; give {option} FOLDER" in said
    assert {path: path.stat().st_mtime_ns for path in package.rglob("*") if "__pycache__" not in path.parts} == before


def test_an_installed_command_writes_reviews_where_it_is_told_to(installed: Path, tmp_path: Path) -> None:
    record = tmp_path / "reviews" / "0001-approval-vipoma.json"
    assert run(installed / "pnet", *SIGN, "--reviews", "reviews", cwd=tmp_path).startswith(f"{record}: vipoma")
    shutil.copytree(DEFINITIONS, tmp_path / "own" / "pathways")
    record = tmp_path / "own" / "pathways" / "reviews" / "0001-approval-vipoma.json"
    assert run(installed / "pnet", *SIGN, "--pathways", "own/pathways", cwd=tmp_path).startswith(f"{record}: vipoma")


def test_the_command_draws_from_an_installed_wheel_in_another_folder(installed: Path, tmp_path: Path) -> None:
    run(installed / "pnet", "render", "vipoma", "--output", tmp_path, cwd=tmp_path)
    assert (tmp_path / "vipoma.svg").read_bytes() == (DIAGRAMS / "vipoma.svg").read_bytes()
