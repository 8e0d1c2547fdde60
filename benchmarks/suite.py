"""The tests from before answers were compiled that have not changed since, run with the library of then and with that of now.

Both run in this environment, one after the other, from a copy of the repository of then and from this one. Only rooms are run
whose tests need no other program. Run with `make bench`; it needs the history of the repository.
"""

from __future__ import annotations

import io
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from figures import tell, untold

ROOT: Final = Path(__file__).resolve().parents[1]
NAME: Final = "suite of tests"
BEFORE: Final = "ada2addc6e0b"
"""The last revision without compiled answers."""
ROOMS: Final = ("model", "loading", "engine", "proof")


def copied(folder: Path) -> bool:
    """Write what the repository held before into a folder; say whether that can be had."""
    git = shutil.which("git")
    if git is None:
        return False
    done = subprocess.run([git, "archive", "--format=zip", BEFORE], cwd=ROOT, check=False, capture_output=True)
    if done.returncode == 0:
        with zipfile.ZipFile(io.BytesIO(done.stdout)) as archive:
            archive.extractall(folder)
    return done.returncode == 0


def unchanged(folder: Path) -> list[str]:
    """Return the files of tests that are the same here and in a copy of the repository."""
    every = [path.relative_to(folder) for room in ROOMS for path in sorted((folder / "tests" / room).glob("test_*.py"))]
    return [str(one) for one in every if (ROOT / one).exists() and (ROOT / one).read_bytes() == (folder / one).read_bytes()]


def taken(folder: Path, files: list[str]) -> tuple[float, int]:
    """Return the seconds of processor time that some tests take in a copy of the repository, and how many they are."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "loadfile", "-p", "no:cacheprovider", *files]
    environment = os.environ | {"PYTHONPATH": str(folder / "src")}
    done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    passed = re.search(r"(\d+) passed", done.stdout)
    if done.returncode or passed is None:
        raise SystemExit(f"benchmarks: tests fail in {folder}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, int(passed[1])


def main() -> None:
    """Tell the measurement."""
    with tempfile.TemporaryDirectory() as name:
        then = Path(name)
        if not copied(then):
            untold(NAME, f"this is no clone whose history reaches back to {BEFORE}")
            return
        files = unchanged(then)
        (before, _), (now, tests) = (taken(folder, files) for folder in (then, ROOT))
    beside = f"{tests:,} tests of {', '.join(ROOMS)} that have not changed since {BEFORE}, {now:.0f} s of processor time"
    tell(NAME, now / before, "times before", beside)


if __name__ == "__main__":
    main()
