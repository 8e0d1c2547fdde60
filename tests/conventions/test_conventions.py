"""The project's conventions, as small tests."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

import pnet_pathways
from pnet_pathways.loading.schema import FILES
from project import DEFINITIONS, ROOT

MODULES = sorted(module.name for module in pkgutil.iter_modules(pnet_pathways.__path__) if module.name != "__main__")
SOURCE_FILES = sorted((ROOT / "src").rglob("*.py"))


def test_public_names_are_sorted_documented_and_importable() -> None:
    assert sorted(pnet_pathways.__all__, key=str) == list(pnet_pathways.__all__)
    for name in pnet_pathways.__all__:
        assert getattr(pnet_pathways, name).__doc__, name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'recomend'"):
        pnet_pathways.recomend  # noqa: B018


@pytest.mark.parametrize("name", MODULES)
def test_every_module_is_importable_by_name_and_says_what_it_is(name: str) -> None:
    assert importlib.import_module(f"pnet_pathways.{name}").__doc__


@pytest.mark.parametrize("path", SOURCE_FILES, ids=lambda path: path.name)
def test_a_module_has_one_subject(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


def test_importing_the_library_stays_light() -> None:
    """Neither the state machines nor the command line are loaded for a plain answer."""
    import subprocess

    code = "import sys, pnet_pathways; pnet_pathways.recommend({}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"transitions", "typer", "rich", "graphviz", "hypothesis", "pytest", "numpy", "cryptography"}


def tool(name: str) -> ModuleType:
    """Return one of the scripts in tools/."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.pop(0)


def test_the_schemas_in_the_repository_are_current() -> None:
    found = {path.name: path.read_text() for path in (ROOT / "schemas").glob("*.json")}
    assert found == tool("write_schemas").schemas(), "run `make schemas`"


def test_the_widths_of_the_bundled_fonts_are_current() -> None:
    writer = tool("write_font_widths")
    assert writer.PATH.read_text() == writer.widths(), "run `make fonts`"


def test_the_definitions_folder_holds_no_code() -> None:
    """A document's folder is data: definitions, and below them its golden answers, cases and reviews."""
    held = {(path.parent.relative_to(DEFINITIONS).as_posix(), path.suffix) for path in DEFINITIONS.rglob("*") if path.is_file()}
    records = {("reviews", ".json"), ("reviews/snapshots", ".json")}
    assert held - records == {(".", ".yaml"), ("golden", ".yaml"), ("cases", ".json"), ("reviews", ".md")}
    assert set(FILES) <= {path.name for path in DEFINITIONS.iterdir()}
    assert [path for path in DEFINITIONS.parent.iterdir() if not path.is_dir()] == []


@pytest.mark.parametrize("path", SOURCE_FILES, ids=lambda path: path.name)
def test_public_functions_and_classes_have_docstrings(path: Path) -> None:
    tree = ast.parse(path.read_text())
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{path.name}: {node.name}"
