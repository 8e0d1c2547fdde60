"""The doors of loading: a folder of definitions to a checked `Definitions`.

A document has one folder: its definitions, and below them its ``golden`` answers, ``cases`` and ``reviews``.
The project's own comes with the package; `load_pathways` also reads any other folder of the same shape. What reads YAML is
loaded when a folder is read.
"""

from __future__ import annotations

import functools
from pathlib import Path

import attrs

from ..model.errors import DefinitionError, Problem
from ..model.pathway import Definitions
from .paths import PROJECT_FOLDER, comes_with_package, default_folder, golden_folder, reviews_folder

__all__ = [
    "PROJECT_FOLDER",
    "comes_with_package",
    "default_folder",
    "golden_folder",
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
    definitions = _default() if path is None else _load(Path(path), check_agreement)
    return definitions if reviews is None else with_reviews(definitions, reviews)


def with_reviews(definitions: Definitions, folder: str | Path) -> Definitions:
    """Return the definitions with the reviews of another folder."""
    from .reviews import read_reviews

    return attrs.evolve(definitions, reviews=read_reviews(Path(folder)).of(definitions.reviewed_hashes))


@functools.cache
def _default() -> Definitions:
    return _load(default_folder(), check_agreement=True)


def read_pathways(path: str | Path) -> tuple[Definitions | None, tuple[Problem, ...]]:
    """Read a folder of definitions as far as it goes, for a tool that proves it: the definitions and every problem found.

    A problem whose `code` names a claim does not keep the definitions from being built (a track that cannot be walked
    then has no scenarios); with any other problem they are `None`. Raises `DefinitionError` for no folder.
    """
    from .loader import Loader

    loader = Loader(_folder(Path(path)), check_agreement=True, lenient=True)
    try:
        definitions = loader.load()
    except DefinitionError as error:
        return None, error.problems
    return definitions, tuple(loader.problems)


def _load(folder: Path, check_agreement: bool) -> Definitions:
    from .compiled import read_compiled

    compiled = read_compiled(folder)
    return load_files(folder, check_agreement) if compiled is None else compiled


def load_files(folder: Path, check_agreement: bool = True) -> Definitions:
    """Load a folder of definitions from its files, whatever lies beside them. Raises the errors of `load_pathways`."""
    from .loader import Loader

    return Loader(_folder(folder), check_agreement).load()


def write_compiled(folder: Path) -> Path:
    """Write a folder's compiled form into it, from its files as they are now, and return its place.

    Raises `DefinitionError` for definitions that cannot be loaded, and `OSError` where the file cannot be written.
    """
    from .compiled import COMPILED, compiled_text
    from .files import write_whole

    write_whole(folder / COMPILED, compiled_text(folder, load_files(folder)))
    return folder / COMPILED


def _folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise DefinitionError([Problem(str(folder), "there is no such folder of definitions")])
    return folder
