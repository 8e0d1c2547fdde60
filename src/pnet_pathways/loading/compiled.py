"""The compiled form of a folder of definitions as a file: one JSON file beside them, checked against them at every start.

It is used where this library made it from just these files; else the files are loaded, and the log says why. What it holds is
made and read by `compiled_parts`. Whoever asks for the version imports nothing heavy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ..model.version import library_version
from .paths import BESIDE, comes_with_package, default_folder

COMPILED: Final = "compiled.json"
FORMAT: Final = 2


def sealed(folder: Path, version: str, content_hash: str, parts: Mapping[str, Any]) -> str:
    """Return the text of a compiled form: what it was made from, what it holds, and the hash of all that."""
    import json

    head = {
        "format": FORMAT,
        "library": library_version(),
        "sources": _sources_hash(),
        "version": version,
        "content_hash": content_hash,
        "files": file_hashes(folder),
    }
    rest = f'"compiled": {json.dumps(head | dict(parts), indent=0, ensure_ascii=False)}}}\n'
    return f'{{"sha256": "{hashlib.sha256(rest.encode()).hexdigest()}",\n{rest}'


def compiled_data(folder: Path) -> dict[str, Any] | None:
    """Return the compiled form of a folder as data, where it was made from just these files by this library."""
    try:
        raw = (folder / COMPILED).read_bytes()
    except OSError:
        return None
    import json

    reason, data = "it is no compiled form", dict[str, Any]()
    try:
        whole = json.loads(raw)
        _, _, rest = raw.partition(b"\n")
        data = whole["compiled"]
        reason = _unfit(folder, data, whole["sha256"] == hashlib.sha256(rest).hexdigest())
    except (ValueError, KeyError, TypeError):
        pass
    if not reason:
        return data
    import logging

    logging.getLogger(__name__).info(
        "%s is not used, the definitions are loaded from their files: %s", folder / COMPILED, reason
    )
    return None


def _unfit(folder: Path, data: Mapping[str, Any], whole: bool) -> str:
    """Return why a compiled form does not fit, empty where it does."""
    if not whole:
        return "its content is not what its hash says"
    if data["format"] != FORMAT or data["library"] != library_version():
        return "another version of the library made it"
    if not comes_with_package() and data["sources"] != _sources_hash():
        return "other sources of the library made it"
    return "" if data["files"] == file_hashes(folder) else "the files are no longer those that it was made from"


def version_text() -> str:
    """Return the version of the library, and that of the project's own definitions with their hash.

    Where there is no compiled form that fits them, nothing is loaded to find it out.
    """
    data = compiled_data(default_folder())
    said = "not compiled (pnet pathways says their version)"
    if data is not None:
        said = f"{data['version']}, hash {data['content_hash']}"
    return f"pnet_pathways {library_version()}\ndefinitions {said}"


def file_hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file that loading reads."""
    names = sorted(path.name for path in folder.glob("[!.]*.yaml") if path.name not in BESIDE)
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def _sources_hash() -> str:
    """Return the SHA-256 of the sources that read definitions: in a checkout they change while the version stays."""
    rooms = Path(__file__).resolve().parents[1]
    found = hashlib.sha256()
    for path in sorted([*rooms.glob("model/*.py"), *rooms.glob("loading/*.py")]):
        found.update(path.read_bytes())
    return found.hexdigest()
