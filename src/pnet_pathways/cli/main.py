"""The command line, ``pnet``. Answers go to standard output, errors to standard error, without tracebacks.

Exit codes: 0 done; 1 a check found something; 2 wrong usage, or input or definitions that cannot be used; 130 and 143 ended by
SIGINT and SIGTERM.
"""

from __future__ import annotations

import sys
from typing import Any

from ..loading.compiled import version_text
from .quick import answered, plain
from .streams import orderly, terminal_columns


def main() -> None:
    """Run the command line."""
    with orderly():
        words = sys.argv[1:]
        if words == ["--version"]:
            print(version_text())
            return
        if (columns := terminal_columns()) is not None:
            from ..model.text import fit

            fit(columns)
        if plain(words) and answered(words):
            return
        from .app import build

        build(words)()


def __getattr__(name: str) -> Any:
    """Return the `app` with all commands."""
    if name == "app":
        from .app import build

        return build()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
