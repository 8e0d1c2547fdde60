"""The doors of loading: a folder of definitions to a checked `Definitions`.

A document has one folder: its definitions, and below them its ``golden`` answers, ``cases`` and ``reviews``.
The project's own comes with the package; `load_pathways` also reads any other folder of the same shape. What reads YAML is
loaded when a folder is read.
"""

from __future__ import annotations

import copyreg
import functools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..model.errors import DefinitionError, Problem, ReviewError, shown
from ..model.pathway import Definitions
from ..model.vocabulary import Vocabulary
from .paths import PROJECT_FOLDER, comes_with_package, default_folder, golden_folder, is_folder, reviews_folder

__all__ = [
    "PROJECT_FOLDER",
    "comes_with_package",
    "default_folder",
    "definitions_folder",
    "given_definitions",
    "golden_folder",
    "is_folder",
    "load_files",
    "load_pathways",
    "read_pathways",
    "reviews_folder",
    "with_reviews",
    "write_compiled",
]


def load_pathways(
    path: str | Path | None = None, *, check_agreement: bool = True, reviews: str | Path | None = None
) -> Definitions:
    """Load a folder of definitions; the project's own (loaded once and shared) when no path is given.

    Graph and statements are compared over every scenario, and a difference is a problem like any other:
    `check_agreement=False` leaves that out, for tools that report it themselves. `reviews` is the folder of the records of
    reviews, by default ``reviews`` in the folder of definitions; without one every pathway counts as never reviewed.
    Raises `DefinitionError` with every problem found, each with file, line, column and, where possible, a suggestion.
    """
    folders: Mapping[str, object] = {"path": path, "reviews": reviews}
    for name, given in folders.items():
        if not isinstance(given, str | Path | None):
            raise DefinitionError([Problem(name, f"takes a folder, not {shown(given)}")])
    definitions = _default() if path is None else _load(definitions_folder(path), check_agreement)
    return definitions if reviews is None else with_reviews(definitions, reviews)


def given_definitions(definitions: object) -> Definitions:
    """Return the definitions that a caller gave, by default the project's own. Raises `DefinitionError` for anything else."""
    if definitions is None:
        return load_pathways()
    if isinstance(definitions, Definitions):
        return definitions
    hint = f"load_pathways({definitions!r}) loads a folder" if isinstance(definitions, str | Path) else ""
    raise DefinitionError([Problem("definitions", f"takes what load_pathways returns, not {shown(definitions)}", hint)])


def with_reviews(definitions: Definitions, folder: str | Path) -> Definitions:
    """Return the definitions with the reviews of another folder. Raises `ReviewError` where there is no such folder."""
    from .reviews import read_reviews

    if not is_folder(folder):
        raise ReviewError([Problem(str(folder), "there is no such folder of reviews", "give the folder of the records")])
    return definitions.changed(reviews=read_reviews(Path(folder)).of(definitions.reviewed_hashes))


@functools.cache
def _default() -> Definitions:
    definitions = _load(default_folder(), check_agreement=True)
    copyreg.pickle(type(definitions), _reduced_definitions)
    copyreg.pickle(Vocabulary, _reduced_vocabulary)
    return definitions


# What the project's own definitions gave is sent to another process by their hash; what others gave is sent with them.


def _reduced_definitions(definitions: Definitions) -> Any:
    if definitions is _default():
        return _own_definitions, (definitions.content_hash,)
    return definitions.__reduce_ex__(4)


def _reduced_vocabulary(vocabulary: Vocabulary) -> Any:
    if vocabulary == _default().vocabulary:
        return _own_vocabulary, (vocabulary.digest,)
    return vocabulary.__reduce_ex__(4)


def _own_definitions(content_hash: str) -> Definitions:
    """Return the project's own definitions, as this process has them."""
    definitions = load_pathways()
    if definitions.content_hash != content_hash:
        raise DefinitionError([Problem("", "what was sent here was given with other definitions")])
    return definitions


def _own_vocabulary(digest: str) -> Vocabulary:
    """Return the project's own vocabulary, as this process has it."""
    vocabulary = load_pathways().vocabulary
    if vocabulary.digest != digest:
        raise DefinitionError([Problem("", "what was sent here was said in another vocabulary")])
    return vocabulary


def read_pathways(path: str | Path) -> tuple[Definitions | None, tuple[Problem, ...]]:
    """Read a folder of definitions as far as it goes, for a tool that proves it: the definitions and every problem found.

    A problem whose `code` names a claim does not keep the definitions from being built (a track that cannot be walked
    then has no scenarios); with any other problem they are `None`. Raises `DefinitionError` for no folder.
    """
    from .loader import Loader

    loader = Loader(definitions_folder(path), check_agreement=True, lenient=True)
    try:
        definitions = loader.load()
    except DefinitionError as error:
        return None, error.problems
    return definitions, tuple(loader.problems)


def _load(folder: Path, check_agreement: bool) -> Definitions:
    from .compiled_parts import read_compiled

    compiled = read_compiled(folder)
    return load_files(folder, check_agreement) if compiled is None else compiled


def load_files(folder: Path, check_agreement: bool = True) -> Definitions:
    """Load a folder of definitions from its files, whatever lies beside them. Raises the errors of `load_pathways`."""
    from .loader import Loader

    return Loader(definitions_folder(folder), check_agreement).load()


def write_compiled(folder: Path) -> Path:
    """Write a folder's compiled form into it, from its files as they are now, and return its place.

    Raises `DefinitionError` for definitions that cannot be loaded, and `OSError` where the file cannot be written.
    """
    from .compiled import COMPILED
    from .compiled_parts import compiled_text
    from .files import write_whole

    write_whole(folder / COMPILED, compiled_text(folder, load_files(folder)))
    return folder / COMPILED


def definitions_folder(folder: str | Path) -> Path:
    """Return the path of a folder of definitions. Raises `DefinitionError` where there is none; an empty name is none."""
    if not is_folder(folder):
        message = "this is no folder" if os.path.lexists(folder) else "there is no such folder of definitions"
        raise DefinitionError([Problem(str(folder) or "''", message)])
    return Path(folder)
