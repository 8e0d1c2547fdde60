"""The version of the library, as it is installed."""

from __future__ import annotations

import importlib.metadata


def library_version() -> str:
    """Return the version of the installed library."""
    try:
        return importlib.metadata.version("pnet-pathways")
    except importlib.metadata.PackageNotFoundError:  # a source folder on the path, not installed
        return "0+unknown"
