"""Fixtures: the project's definitions, a copy of them to break, and what may be at hand: the source document, the engines."""

from __future__ import annotations

import gc
import os
import re
import shutil
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from outside_engines import Engines, installed_engines, missing
from pnet_pathways import load_pathways
from pnet_pathways.model.pathway import Definitions
from project import DEFINITIONS, SOURCE
from source_material import made_up, material

__all__ = ["made_up", "material"]  # fixtures

# xdist tells its workers a width, to which commands would fit what they print.
os.environ.pop("COLUMNS", None)
# A shell without job control lets what it runs in the background ignore this signal, and commands would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Most of what tests make is small and soon gone: to search it for garbage less often saves a twentieth of their time.
gc.set_threshold(20_000, 20, 100)

# The checks in these say what they found; tests of other rooms import them too.
pytest.register_assert_rewrite("views.drawn", "views.report_page")

# A shared machine stalls now and then: laws are about answers, never about time.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    """The project's own definitions."""
    return load_pathways()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the project's folder, to break; without its reviews, so that every record in it is one that a test made."""
    return Path(shutil.copytree(DEFINITIONS, tmp_path / "pathways", ignore=shutil.ignore_patterns("reviews")))


@pytest.fixture(scope="session")
def source_text() -> str:
    """The summary with its white space collapsed; CI fails without it, a user's clone skips."""
    if not SOURCE.is_file():
        if os.environ.get("CI"):
            pytest.fail(f"the source document is missing: {SOURCE}")
        pytest.skip("the source document is not beside this checkout")
    return re.sub(r"\s+", " ", SOURCE.read_text("utf-8")).strip()


@pytest.fixture(scope="session")
def engines() -> Engines:
    """The engines that others wrote; CI fails without them, a user's clone skips."""
    if reason := missing():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return installed_engines()
