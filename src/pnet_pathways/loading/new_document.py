"""A document to start from: a small working folder of definitions whose comments explain each part."""

from __future__ import annotations

import os
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from ..model.errors import DefinitionError, Problem
from .files import write_whole

STARTER: Final = "starter"
"""The folder of the files, beside this module."""


def write_new_document(folder: str | Path) -> tuple[Path, ...]:
    """Write a small working document into a folder that is new or empty; return the files written.

    Raises `DefinitionError` when the folder is not empty.
    """
    place = Path(folder)
    if os.path.lexists(place) and not place.is_dir():
        raise DefinitionError([Problem(str(place), "this is a file", "name a folder that is new or empty")])
    if place.is_dir() and any(place.iterdir()):
        raise DefinitionError([Problem(str(place), "the folder is not empty", "name a folder that is new or empty")])
    contents = dict(_contents(resources.files(__package__) / STARTER, place))
    for path, content in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    return tuple(contents)


def _contents(source: Traversable, target: Path) -> list[tuple[Path, bytes]]:
    """Return every file below a folder: where it goes, and what it contains."""
    contents: list[tuple[Path, bytes]] = []
    for entry in sorted(source.iterdir(), key=lambda entry: (entry.is_dir(), entry.name)):
        place = target / entry.name
        contents += _contents(entry, place) if entry.is_dir() else [(place, entry.read_bytes())]
    return contents
