"""How long it takes to write every FHIR artifact, against loading the definitions and against writing the same bytes.

Run with `make bench`. Times differ between machines; the ratios are what to compare. The aim is 5 seconds for a whole
`pnet fhir write`, beside the translation of CQL to ELM, which is kept.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from figures import tell

from pnet_pathways import load_pathways
from pnet_pathways.adapters.fhir.publication import Publication
from pnet_pathways.adapters.fhir.writing import write

ROUNDS = 5


def seconds(job: Callable[[Path], object]) -> float:
    """Return the least time of a job that is given a new folder."""
    times = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            begin = time.perf_counter()
            job(Path(folder) / "out")
            times.append(time.perf_counter() - begin)
    return min(times)


def copied(contents: dict[str, bytes], folder: Path) -> None:
    """Write files again, whose bytes are known."""
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)


def main() -> None:
    """Tell the measurements."""
    with tempfile.TemporaryDirectory() as folder:
        contents = {path.name: path.read_bytes() for path in write(Publication(load_pathways()), Path(folder) / "out")}
    command = [sys.executable, "-m", "pnet_pathways", "fhir", "write", "--out"]
    kilobytes = sum(map(len, contents.values())) / 1024
    rows = [
        ("loading the definitions anew (reference)", seconds(lambda _: load_pathways(load_pathways().folder))),
        ("writing, made before in this process", seconds(lambda folder: write(Publication(load_pathways()), folder))),
        ("writing the same bytes", seconds(lambda folder: copied(contents, folder))),
        ("pnet fhir write, a process", seconds(lambda folder: subprocess.run([*command, str(folder)], check=True, stdout=-3))),
    ]
    size = f"{len(contents)} artifacts, {kilobytes:,.0f} kB"
    for label, taken in rows[1:]:
        tell(f"FHIR: {label}", taken / rows[0][1], "times loading", f"{taken * 1e3:.0f} ms; {size}")


if __name__ == "__main__":
    main()
