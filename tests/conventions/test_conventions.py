"""The project's conventions, as small tests."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import sys
from pathlib import Path

import pytest

import pnet_pathways
from pnet_pathways.loading.schema import FILES
from project import DEFINITIONS, ROOT, tool

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(pnet_pathways.__path__, f"{pnet_pathways.__name__}.")
    if not module.name.endswith(".__main__")
)
SOURCE_FILES = sorted((ROOT / "src").rglob("*.py"))
TEST_FILES = sorted((ROOT / "tests").rglob("*.py"))
MOST_LINES = 400


def test_public_names_are_sorted_documented_and_importable() -> None:
    assert sorted(pnet_pathways.__all__, key=str) == list(pnet_pathways.__all__)
    for name in pnet_pathways.__all__:
        assert getattr(pnet_pathways, name).__doc__, name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'recomend'"):
        pnet_pathways.recomend  # noqa: B018


def test_every_module_is_importable_by_name_and_says_what_it_is() -> None:
    assert len(MODULES) > 50
    assert [name for name in MODULES if not importlib.import_module(name).__doc__] == []


def too_long(paths: list[Path]) -> dict[str, int]:
    """Return the files that have more lines than one subject needs, with their number of lines."""
    counts = {path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines()) for path in paths}
    return {name: count for name, count in counts.items() if count > MOST_LINES}


def test_a_module_has_one_subject() -> None:
    assert too_long(SOURCE_FILES) == {}


def test_a_test_module_has_one_subject() -> None:
    assert too_long(TEST_FILES) == {}


def test_importing_the_library_stays_light() -> None:
    """Neither the state machines nor the command line are loaded for a plain answer."""
    import subprocess

    code = "import sys, pnet_pathways; pnet_pathways.recommend({}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    heavy = {"transitions", "typer", "rich", "graphviz", "hypothesis", "pytest", "numpy", "cryptography"}
    assert not loaded & (heavy | {"httpx", "joserfc", "orjson", "prometheus_client", "sqlalchemy", "uvicorn"})


def test_what_reads_yaml_is_loaded_when_a_folder_is_read() -> None:
    import subprocess

    code = "import sys; from pnet_pathways import Case, load_pathways, recommend; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {"cattrs", "ruamel.yaml", "importlib.metadata", "pnet_pathways.loading.loader"}


def test_the_schemas_in_the_repository_are_current() -> None:
    found = {path.name: path.read_text() for path in (ROOT / "schemas").glob("*.json")}
    assert found == tool("write_schemas").schemas(), "run `make schemas`"


def test_the_widths_of_the_bundled_fonts_are_current() -> None:
    writer = tool("write_font_widths")
    assert writer.PATH.read_text() == writer.widths(), "run `make fonts`"


def test_the_definitions_folder_holds_no_code() -> None:
    """A document's folder is data: definitions, and below them golden answers, cases, histories and reviews."""
    files = [path for path in DEFINITIONS.rglob("*") if path.is_file() and path.name != ".lock"]  # left by whoever signs
    held = {(path.parent.relative_to(DEFINITIONS).as_posix(), path.suffix) for path in files}
    records = {("reviews", ".json"), ("reviews/snapshots", ".json")}
    # Written by the library for other engines to run, and never read by it but to be passed on.
    generated = {("cql", ".cql"), ("cql", ".json")}
    assert generated <= held
    assert held - records - generated == {
        (".", ".yaml"),
        ("golden", ".yaml"),
        ("cases", ".json"),
        ("histories", ".json"),
        ("reviews", ".md"),
    }
    assert set(FILES) <= {path.name for path in DEFINITIONS.iterdir()}
    assert [path for path in DEFINITIONS.parent.iterdir() if not path.is_dir()] == []


def test_public_functions_and_classes_have_docstrings() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}"
        for path in SOURCE_FILES
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ] == []
