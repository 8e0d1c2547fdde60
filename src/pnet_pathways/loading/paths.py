"""Where definitions and what belongs to them lie."""

from __future__ import annotations

from pathlib import Path

PROJECT_FOLDER = "pathways/pdq_pnet_patient"
"""Where the project's own definitions lie, in an installed package and in a checkout alike."""

BESIDE = frozenset({"fhir_codes.yaml", "repeated_options.yaml"})
"""Files of the folder that change no answer, so that no hash covers them; the adapters and `pnet verify` read them."""


def default_folder() -> Path:
    """Return the folder of the project's own definitions: inside the installed package, else the checkout's."""
    return _packaged() if comes_with_package() else Path(__file__).resolve().parents[3] / PROJECT_FOLDER


def comes_with_package() -> bool:
    """Return whether the project's own definitions are those inside an installed package, where nothing written lasts."""
    return (_packaged() / "entry.yaml").is_file()


def _packaged() -> Path:
    return Path(__file__).resolve().parents[1] / PROJECT_FOLDER


def reviews_folder(folder: str | Path) -> Path:
    """Return where the reviews of a folder of definitions are kept: in its ``reviews``."""
    return Path(folder) / "reviews"


def golden_folder(folder: str | Path) -> Path:
    """Return where the golden answers of a folder of definitions are kept: in its ``golden``."""
    return Path(folder) / "golden"
