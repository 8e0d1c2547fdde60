"""The command line, ``pnet``. Answers go to standard output, errors to standard error, without tracebacks.

Exit codes: 0 done; 1 a check found something; 2 wrong usage, or input or definitions that cannot be used; 130 interrupted.
"""

from __future__ import annotations

import io
import sys
from typing import Any

from ..model.version import library_version


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that lacks a character gets a stand-in for it, never a traceback.
            stream.reconfigure(errors="replace")
    words = sys.argv[1:]
    if words == ["--version"]:
        print(f"pnet_pathways {library_version()}")
        return
    from .app import build

    build(words)()


def __getattr__(name: str) -> Any:
    """Return the `app` with all commands."""
    if name == "app":
        from .app import build

        return build()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
