"""What `pnet verify` takes: seconds, and the most memory that was seen, shared between processes and by one alone.

Run with `make bench`.
"""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from figures import tell


def memory_mb(process: int) -> float:
    """Return what a process and its children hold in memory, pages that they share counted once; 0 where it has ended."""
    held, waiting = 0.0, [process]
    while waiting:
        folder = Path("/proc") / str(waiting.pop())
        with contextlib.suppress(OSError):
            rollup = (folder / "smaps_rollup").read_text()
            held += int(next(line for line in rollup.splitlines() if line.startswith("Pss:")).split()[1]) / 1e3
            for children in (folder / "task").glob("*/children"):
                waiting += map(int, children.read_text().split())
    return held


def taken(workers: int) -> tuple[float, float, float]:
    """Return the seconds of the clock and of all processors, and the most megabytes, of a verification by some processes."""
    begin, most = time.perf_counter(), 0.0
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "pnet_pathways", "verify", "--workers", str(workers)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        most = max(most, memory_mb(process.pid))
        time.sleep(0.05)
    passed = time.perf_counter() - begin
    assert process.returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return passed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, most


def main() -> None:
    """Tell the measurements."""
    workers = os.cpu_count() or 1
    passed, worked, most = min(taken(workers) for _ in range(3))
    tell("pnet verify, time", passed, "s", f"{workers} processes, {worked:.1f} s of processor time, the least of three")
    tell("pnet verify, memory", most, "MB", "all processes together")
    passed, worked, most = taken(1)
    tell("pnet verify --workers 1, time", passed, "s", f"{worked:.1f} s of processor time")
    tell("pnet verify --workers 1, memory", most, "MB")


if __name__ == "__main__":
    main()
