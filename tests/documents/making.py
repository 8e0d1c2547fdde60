"""The Makefile, asked what it would do."""

from __future__ import annotations

import subprocess
from pathlib import Path

from project import ROOT


def planned(target: str, tmp_path: Path) -> str:
    """Return the commands that `make TARGET` would run in a fresh checkout."""
    return subprocess.run(
        ["make", "-n", target, f"VENV={tmp_path / 'venv'}"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
