"""Definitions from a folder or a git revision."""

from __future__ import annotations

import contextlib
import io
import subprocess
import tempfile
import zipfile
from pathlib import Path

from ..model.errors import DefinitionError, Problem
from ..model.pathway import Definitions
from .folder import PROJECT_FOLDER, load_pathways

_EARLIER = {PROJECT_FOLDER: ("pathways",)}
"""Where the same definitions lay in earlier revisions."""


def load_from(place: str, *, folder: str = PROJECT_FOLDER, check_agreement: bool = True) -> Definitions:
    """Load definitions from a folder, or from a git revision of the repository that the current folder is in.

    `folder` is where the definitions lie in that repository, seen from its top; the project's own are also found where they
    lay in earlier revisions. Raises `DefinitionError` where neither a folder nor a revision of that name is found, or the
    definitions cannot be used.
    """
    if Path(place).is_dir():
        return load_pathways(place, check_agreement=check_agreement)
    archive, folder = _archive(place, folder)
    with tempfile.TemporaryDirectory() as target:
        # A zip, since not every Python 3.11 has the safe way to take a tar apart.
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            files.extractall(target)
        return load_pathways(Path(target) / folder, check_agreement=check_agreement)


def _archive(place: str, folder: str) -> tuple[bytes, str]:
    """Return a revision's definitions as a zip, and the folder in which they lie there."""
    command = ("archive", "--format=zip", "--end-of-options", place)
    try:
        return _git(*command, folder, place=place), folder
    except DefinitionError:
        for earlier in _EARLIER.get(folder, ()):
            with contextlib.suppress(DefinitionError):
                return _git(*command, earlier, place=place), earlier
        raise


def _git(*command: str, place: str) -> bytes:
    try:
        top = subprocess.run(["git", "rev-parse", "--show-toplevel"], capture_output=True, check=False, text=True)
        done = subprocess.run(["git", *command], capture_output=True, check=False, cwd=top.stdout.strip() or None)
    except OSError as error:
        raise DefinitionError([Problem(place, f"no such folder, and git cannot be run: {error.strerror}")]) from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["git failed"]
        raise DefinitionError([Problem(place, f"neither a folder nor a git revision with these definitions: {said[-1]}")])
    return done.stdout
