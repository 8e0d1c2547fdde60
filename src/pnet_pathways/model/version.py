"""The version of the library, written once: the package's metadata take it from here."""

from __future__ import annotations

VERSION = "0.1.0"


def library_version() -> str:
    """Return the version of the library."""
    return VERSION
