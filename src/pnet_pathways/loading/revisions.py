"""Definitions from a folder or a git revision."""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import attrs

from ..model.errors import DefinitionError, Problem
from ..model.pathway import Definitions
from .folder import PROJECT_FOLDER, load_pathways

_EARLIER = {PROJECT_FOLDER: ("pathways",)}
"""Where the same definitions lay in earlier revisions."""

_NOT_A_FILE = {
    "120000": "is a symbolic link, and links are not followed in a revision: compare a checked-out folder",
    "160000": "is a submodule: compare within it, or give its folder",
}


def load_from(place: str, *, folder: str = PROJECT_FOLDER, check_agreement: bool = True) -> Definitions:
    """Load definitions from a folder, or from a git revision of the repository that the current folder is in.

    `folder` is where the definitions lie in that repository, seen from its top; the project's own are also found where they
    lay in earlier revisions. A revision is read as it was committed, whatever its attributes say of archives. Raises
    `DefinitionError` where neither a folder nor a revision of that name is found, or the definitions cannot be used.
    """
    if Path(place).is_dir():
        return load_pathways(place, check_agreement=check_agreement)
    top, below = _repository(place)
    tree = _git(top, place, "rev-parse", "--verify", "--end-of-options", f"{place}^{{tree}}").decode().strip()
    blobs = _blobs(top, place, tree, folder, below)
    with tempfile.TemporaryDirectory() as target:
        for name, content in zip(blobs, _contents(top, place, list(blobs.values())), strict=True):
            file = Path(target) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        try:
            return load_pathways(target, check_agreement=check_agreement)
        except DefinitionError as error:
            # The folder was made for this and is gone when the message is read.
            named = (attrs.evolve(one, where=one.where.replace(target, f"{place}:{folder}")) for one in error.problems)
            raise DefinitionError(named) from None


def _repository(place: str) -> tuple[str, str]:
    """Return the top of the repository that the current folder is in, and the way from there to the current folder."""
    top, below = _git(None, place, "rev-parse", "--show-toplevel", "--show-prefix").decode().split("\n")[:2]
    return top, below


def _blobs(top: str, place: str, tree: str, folder: str, below: str) -> dict[str, str]:
    """Return the blobs of a revision's definitions by their names in the folder in which they lie there."""
    looked_in = [str(PurePosixPath(folder)), *_EARLIER.get(folder, ())]
    for candidate in looked_in:
        if blobs := _listed(top, place, tree, candidate):
            return blobs
    for parent in PurePosixPath(looked_in[0]).parents:
        _listed(top, place, tree, str(parent), "-d")  # finds the submodule that the folder lies in
    hint = ""
    if below and _listed(top, place, tree, below + looked_in[0]):
        hint = f" (--folder is seen from the top of the repository: {below}{looked_in[0]})"
    raise DefinitionError([Problem(place, f"the revision has no definitions in {folder}{hint}")])


def _listed(top: str, place: str, tree: str, folder: str, how: str = "-r") -> dict[str, str]:
    blobs, problems = {}, []
    lines = _git(top, place, "ls-tree", how, "-z", "--full-tree", tree, "--", folder).decode(errors="replace").split("\0")
    for line in filter(None, lines):
        described, path = line.split("\t", 1)
        mode, _, blob = described.split(" ")
        if mode in _NOT_A_FILE:
            problems.append(Problem(f"{place}:{path}", _NOT_A_FILE[mode]))
        else:
            blobs[str(PurePosixPath(path).relative_to(folder))] = blob
    if problems:
        raise DefinitionError(problems)
    return blobs


def _contents(top: str, place: str, blobs: list[str]) -> Iterator[bytes]:
    """Yield what blobs hold, read by one process."""
    answer = io.BytesIO(_git(top, place, "cat-file", "--batch", said="\n".join(blobs)))
    for _ in blobs:
        size = int(answer.readline().split()[2])
        yield answer.read(size)
        answer.read(1)


def _git(top: str | None, place: str, *command: str, said: str = "") -> bytes:
    try:
        done = subprocess.run(["git", *command], capture_output=True, check=False, cwd=top, input=said.encode())
    except OSError as error:
        raise DefinitionError([Problem(place, f"no such folder, and git cannot be run: {error.strerror}")]) from None
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().splitlines() or ["git failed"]
        raise DefinitionError([Problem(place, f"neither a folder nor a git revision with these definitions: {why[-1]}")])
    return done.stdout
