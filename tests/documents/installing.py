"""Built packages, and environments that have them and borrow their dependencies from the one that runs the tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

from project import ROOT


def run(*command: str | Path, cwd: Path, text: str | None = None, exit_code: int = 0) -> str:
    """Run a command with nothing of this checkout on the path; return what it prints, or says where it is to fail."""
    ours = {"PYTHONPATH", "PYTHONHOME", "CI"}
    environment = {key: value for key, value in os.environ.items() if key not in ours and not key.startswith("PYTEST_")}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, input=text, capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == exit_code, done.stdout[-2000:] + done.stderr
    return done.stderr if exit_code else done.stdout


def built(kind: str, target: Path) -> Path:
    """Build the `wheel` or the `sdist` with the build backend, and what it needs that is installed here."""
    return target / backend(f"build_{kind}({str(target)!r})").splitlines()[-1]


def backend(call: str) -> str:
    """Return what a call of the build backend gives, as it is printed."""
    code = f"import sys; sys.path.insert(0, 'tools'); import hatch_build; print(hatch_build.{call})"
    return run(sys.executable, "-c", code, cwd=ROOT).strip()


def environment_with(*package: str | Path, folder: Path) -> Path:
    """Return the binaries of a new environment in a folder, into which pip has installed the package and nothing else."""
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    site = next((folder / "venv" / "lib").glob("python*/site-packages"))
    here = Path(json.__file__).parents[1]
    others = [path for path in sys.path if path.endswith("site-packages") and Path(path) != here]
    # Dependencies come from the running environment; the package itself only from what is installed, which comes first.
    (site / "dependencies.pth").write_text("\n".join(others) + "\n")
    python = folder / "venv" / "bin" / "python"
    offline = ("--no-deps", "--ignore-installed", "--no-build-isolation", "--no-index", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", *offline, *package, cwd=folder)
    return folder / "venv" / "bin"
