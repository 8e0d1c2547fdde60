"""FHIR R4 out: every artifact of a set of definitions, as files."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ...loading.files import check_folder
from ...model.errors import Problem, PublicationError
from .answer_terms import code_systems
from .publication import EXAMPLE, Publication, Resource, camel
from .terms import terms
from .writing_cql import libraries
from .writing_form import forms
from .writing_plan import plan_definitions

WRITERS: Final[tuple[Callable[[Publication], Iterator[Resource]], ...]] = (
    terms,
    code_systems,
    forms,
    libraries,
    plan_definitions,
)
"""What writes the artifacts, in the order of the files' contents: terms, forms, logic, plans."""


def resources(publication: Publication) -> Iterator[Resource]:
    """Yield every artifact of a publication."""
    for writer in WRITERS:
        yield from writer(publication)


def text_of(resource: Mapping[str, Any]) -> str:
    """Return a resource as the text of its file; the same resource always gives the same bytes."""
    return json.dumps(resource, indent=2, ensure_ascii=False) + "\n"


def write(publication: Publication, folder: str | Path) -> tuple[Path, ...]:
    """Write every artifact into a folder, each as ``<type>-<id>.json``, all or nothing, and return the files.

    A folder that an earlier call wrote is replaced. Raises `PublicationError` where the folder holds anything else, or where
    something approved would be published under the address of examples; `OSError` where it cannot be written.
    """
    folder = Path(folder)
    check_address(publication)
    _check_folder(folder)
    found: dict[str, str] = {}
    for one in resources(publication):
        file = f"{one['resourceType']}-{one['id']}.json"
        if file in found:
            raise PublicationError([Problem(file, "two artifacts would have this name", "rename the pathway or fact of one")])
        found[file] = text_of(one)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as name:
        new, old = Path(name) / "new", Path(name) / "old"
        new.mkdir()
        for file, text in found.items():
            (new / file).write_text(text, encoding="utf-8", newline="\n")
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except BaseException:
            if old.exists():
                old.rename(folder)
            raise
        shutil.rmtree(old, ignore_errors=True)
    return tuple(folder / file for file in found)


def check_address(publication: Publication) -> None:
    """Raise `PublicationError` where something approved would be published under the address of examples."""
    names = [name for name in publication.definitions.pathways if publication.is_approved(name)]
    if publication.canonical == EXAMPLE and names:
        message = f"{EXAMPLE} is an address of examples, and these pathways are approved: {', '.join(names)}"
        raise PublicationError([Problem("canonical", message, "give your own base address, or write everything as a draft")])


def _check_folder(folder: Path) -> None:
    check_folder(folder)
    strange = [one.name for one in sorted(folder.iterdir()) if not _is_artifact(one)] if folder.exists() else []
    if strange:
        raise PublicationError([Problem(str(folder), f"holds other files ({strange[0]})", "name a new or empty folder")])


def _is_artifact(file: Path) -> bool:
    """Whether a file is one that `write` wrote, and no other resource whose file is named in the same way."""
    if not file.is_file() or file.is_symlink():
        return False
    try:
        data = json.loads(file.read_bytes())
        kind, id_ = data["resourceType"], data["id"]
        named = file.name == f"{kind}-{id_}.json" and data["url"].endswith(f"/{kind}/{id_}")
        return named and str(data["name"]).startswith(camel(""))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
