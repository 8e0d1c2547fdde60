"""Where definitions and what belongs to them lie."""

from __future__ import annotations

import functools
import os
from pathlib import Path

PROJECT_FOLDER = "pathways/pdq_pnet_patient"
"""Where the project's own definitions lie, in an installed package and in a checkout alike."""

BESIDE = frozenset({"fhir_codes.yaml", "repeated_options.yaml"})
"""Files of the folder that change no answer, so that no hash covers them; the adapters and `pnet verify` read them."""


def default_folder() -> Path:
    """Return the folder of the project's own definitions: inside the installed package, else the checkout's.

    From an archive it is copied out for as long as the process runs; what lies beside an archive is never used.
    """
    if not Path(__file__).exists():
        return _copied_out()
    return _packaged() if comes_with_package() else Path(__file__).resolve().parents[3] / PROJECT_FOLDER


def comes_with_package() -> bool:
    """Return whether the project's own definitions are those inside an installed package, where nothing written lasts."""
    return not Path(__file__).exists() or (_packaged() / "entry.yaml").is_file()


@functools.cache
def _copied_out() -> Path:
    import atexit
    import shutil
    import tempfile
    from importlib.resources import files

    place = Path(tempfile.mkdtemp(prefix="pnet-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    waiting = [(files(__name__.partition(".")[0]).joinpath(PROJECT_FOLDER), place / PROJECT_FOLDER)]
    for source, target in waiting:
        if source.is_dir():
            target.mkdir(parents=True)
            waiting += [(one, target / one.name) for one in source.iterdir()]
        else:
            target.write_bytes(source.read_bytes())
    return place / PROJECT_FOLDER


def _packaged() -> Path:
    return Path(__file__).resolve().parents[1] / PROJECT_FOLDER


def is_folder(path: str | Path) -> bool:
    """Return whether there is a folder of a name; of an empty name, or one that no file can have, there is none."""
    return os.path.isdir(path)  # noqa: PTH112 - `Path.is_dir` raises for some of these names


def reviews_folder(folder: str | Path) -> Path:
    """Return where the reviews of a folder of definitions are kept: in its ``reviews``."""
    return Path(folder) / "reviews"


def golden_folder(folder: str | Path) -> Path:
    """Return where the golden answers of a folder of definitions are kept: in its ``golden``."""
    return Path(folder) / "golden"
