"""A cohort whose run is killed: taken up again it gives the same bytes, and nothing else lies in its result."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cohort_files import random_table


def contents(folder: Path) -> dict[str, str]:
    return {
        one.relative_to(folder).as_posix(): hashlib.sha256(one.read_bytes()).hexdigest()
        for one in sorted(folder.rglob("*"))
        if one.is_file()
    }


def said(script: str, rows: int, folder: Path) -> list[str]:
    """Return the lines that a script prints; it is told where a cohort with repeated ids lies, and where to write."""
    table = random_table(rows, seed=10)
    pq.write_table(pa.concat_tables([table, table.slice(10, 5)]), folder / "in.parquet", row_group_size=700)
    command = [sys.executable, "-c", f"{BEGIN}{script}", str(folder / "in.parquet"), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


BEGIN = """
import os, random, signal, sys, time
from pathlib import Path
from pnet_pathways.adapters.cohort import inputs
from pnet_pathways.adapters.cohort.evaluation import steps_for
from pnet_pathways.adapters.cohort.running import Options, run_cohort

inputs.PART_ROWS = 500
source, folder = map(Path, sys.argv[1:])
steps_for()
"""

KILLED = """
def run(output, force=False):
    child = os.fork()
    if not child:
        run_cohort(source, output, options=Options(jobs=2, force=force))
        os._exit(0)
    return child


begun = time.monotonic()
os.waitpid(run(folder / "whole"), 0)
lasted = time.monotonic() - begun
dice = random.Random(0)
for number in range(10):
    output = folder / f"out{number // 5}"
    child = run(output)
    time.sleep(dice.random() * lasted / 2)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print(number, output.exists(), len(list(folder.glob(f".{output.name}.partial/counts/*.json"))), flush=True)
for name in ("out0", "out1"):
    # One that was killed while it cleared away leaves its hidden folder, which goes with the run that replaces its result.
    if not (folder / name).exists() or (folder / f".{name}.partial").exists():
        os.waitpid(run(folder / name, force=True), 0)
"""


def test_killed_at_ten_moments_and_taken_up_again_it_gives_the_same_bytes(tmp_path: Path) -> None:
    seen = [line.split() for line in said(KILLED, 6_000, tmp_path)]
    assert len(seen) == 10
    assert any(there == "False" for _, there, _ in seen)  # some were killed before they were done
    for name in ("out0", "out1"):
        assert contents(tmp_path / name) == contents(tmp_path / "whole")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


KILLED_BEFORE_EACH = """
def kill_before(turn):
    turns = iter(range(1, turn + 1))

    def counted(rename):
        def instead(self, target):
            if next(turns) == turn:
                os.kill(os.getpid(), signal.SIGKILL)
            return rename(self, target)

        return instead

    Path.replace, Path.rename = counted(Path.replace), counted(Path.rename)


def run(output, turn=0):
    child = os.fork()
    if not child:
        if turn:
            kill_before(turn)
        run_cohort(source, output, options=Options(jobs=1))
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


turn = 1
while not run(folder / f"out{turn}", turn):
    assert run(folder / f"out{turn}")
    turn += 1
print(turn)
"""


def test_killed_before_each_of_its_renames_it_leaves_nothing_in_the_result(tmp_path: Path) -> None:
    turns = int(said(KILLED_BEFORE_EACH, 1_200, tmp_path)[-1])
    assert turns > 20
    whole = contents(tmp_path / f"out{turns}")
    for turn in range(1, turns):
        assert contents(tmp_path / f"out{turn}") == whole
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
