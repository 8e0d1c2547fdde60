"""The source distribution holds whatever its own tests need, and they run from it."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path

import pytest

from project import ROOT

from .installing import built, environment_with, run


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the source distribution and unpack it."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(built("sdist", folder)) as archive:
        archive.extractall(folder, filter="data")
    (inner,) = (path for path in folder.iterdir() if path.is_dir())
    return inner


def test_it_holds_every_file_of_the_repository_and_nothing_else(unpacked: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout: git does not say what belongs to it")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    packed = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert {*listed.stdout.splitlines()} ^ packed == {"PKG-INFO"}


def test_its_tests_run_from_it(unpacked: Path) -> None:
    """All are collected; one room, the docstrings of one and the README are run."""
    if not (ROOT / ".git").exists():
        pytest.skip("these tests run from a source distribution already")
    python = environment_with("--editable", unpacked, folder=unpacked.parent) / "python"
    where = run(python, "-c", "import pnet_pathways; print(pnet_pathways.__file__)", cwd=unpacked)
    assert Path(where.strip()).is_relative_to(unpacked)
    pytest_there = (python, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    collected = run(*pytest_there, "--collect-only", cwd=unpacked)
    assert "tests/model/test_case.py::" in collected
    assert " error" not in collected.splitlines()[-1]
    done = run(*pytest_there, "tests/model", "src/pnet_pathways/model", "README.md", cwd=unpacked)
    assert " passed" in done.splitlines()[-1]
