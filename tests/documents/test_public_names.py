"""The names of the package: documented, exported, found by `help` and completion, and with the types that they speak of."""

from __future__ import annotations

import ast
import inspect
import pydoc
import re
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pnet_pathways
from pnet_pathways.model import errors
from project import ROOT

PACKAGE = ROOT / "src" / "pnet_pathways"
NAMES = pnet_pathways.__all__

INNER = {"Answering", "SharedAnswer", "TrackTable", "TrackGap", "Vocabulary", "Where", "ClaimId", "Workup", "DiagnosticTest"}
"""Types of public attributes that nobody writes down: parts of the definitions, and what answers are made from."""


def section(title: str) -> str:
    text = (ROOT / "docs" / "contract.md").read_text("utf-8")
    return re.split(r"^## ", text.partition(f"\n## {title}\n")[2], flags=re.MULTILINE)[0]


def test_documented_and_exported_names_are_the_same() -> None:
    rows = section("The names of the package")
    named = re.findall(r"`(\w+)`", rows)
    assert sorted(named) == sorted(set(named)), "a name is listed twice"
    assert set(named) == set(NAMES)


@pytest.mark.parametrize("path", ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))])
def test_what_documents_import_from_the_package_is_exported(path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    found = re.findall(r"^ *(?:>>> )?from pnet_pathways import (?:\(([^)]*)\)|(.*))", text, flags=re.MULTILINE)
    names = {name.strip() for several in found for name in ",".join(several).split(",") if name.strip()}
    assert names <= set(NAMES)


def test_every_error_that_is_raised_on_purpose_is_exported() -> None:
    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
    assert kinds <= set(NAMES)


def test_help_and_completion_see_every_name_before_it_is_used() -> None:
    code = (
        "import pnet_pathways, rlcompleter; names = dir(pnet_pathways); c = rlcompleter.Completer({'p': pnet_pathways});"
        "found = []; state = 0\n"
        "while (one := c.complete('p.', state)) is not None:\n    found.append(one); state += 1\n"
        "print(*names); print(*found)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seen, completed = (set(line.split()) for line in done.stdout.splitlines())
    assert {name for name in seen if not name.startswith("__")} == set(NAMES)
    assert {re.sub(r"^p\.|\(\)?$", "", name) for name in completed} >= set(NAMES)
    text = pydoc.plain(pydoc.render_doc(pnet_pathways))
    assert [name for name in NAMES if not re.search(rf"\b{name}\b", text)] == []


# The types that signatures and attributes speak of


def own(kind: type) -> bool:
    return kind.__module__.startswith("pnet_pathways")


def types_in(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and not typing.get_args(hint):
        yield hint
    for part in typing.get_args(hint):
        if not isinstance(part, list):
            yield from types_in(part)


def hints(thing: Any) -> Iterator[Any]:
    if inspect.isfunction(thing):
        yield from typing.get_type_hints(thing).values()
        return
    for kind in (one for one in thing.__mro__ if own(one)):
        yield from typing.get_type_hints(kind).values()
        for name, member in vars(kind).items():
            held = getattr(member, "fget", None) or getattr(member, "__func__", None) or getattr(member, "func", member)
            if inspect.isfunction(held) and (name == "__init__" or not name.startswith("_")):
                yield from typing.get_type_hints(held).values()


@pytest.mark.parametrize("name", [name for name in NAMES if name != "Definitions"])
def test_the_types_that_a_public_name_speaks_of_are_public(name: str) -> None:
    spoken = {kind.__name__ for hint in hints(getattr(pnet_pathways, name)) for kind in types_in(hint) if own(kind)}
    assert spoken - set(NAMES) <= INNER


# Loading them lazily hides nothing


def imports(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield each name that a module imports from the library: level, module and name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.level, node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((0, alias.name, "") for alias in node.names)


def test_the_names_for_type_checkers_are_those_that_are_loaded() -> None:
    checked = {(module, name) for level, module, name in imports(PACKAGE / "__init__.py") if level == 1}
    loaded = {(module, name) for name, module in pnet_pathways._LAZY.items()}
    assert checked - {("model.version", "library_version")} == loaded
    assert {name for _, name in loaded} == set(NAMES)


def test_nothing_inside_imports_the_package_and_so_no_circle_is_hidden() -> None:
    """What `__init__` loads by name, the import contracts see as its imports for type checkers; nobody imports it back."""
    found = [
        (path.name, name)
        for path in PACKAGE.rglob("*.py")
        for level, module, name in imports(path)
        if module == "pnet_pathways" or (level == len(path.relative_to(PACKAGE).parts) and not module)
    ]
    assert found == []


def test_modules_are_loaded_by_name_in_three_places_only() -> None:
    """Public names, commands, and the classes of the model below that compiled definitions are made of."""
    found = {
        path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if "import_module(" in path.read_text("utf-8")
    }
    assert found == {"__init__.py", "cli/app.py", "loading/compiled_parts.py"}
