"""How the benchmarks take a time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def median_us(job: Callable[[], object], rounds: int = 21, repeat: int = 200) -> float:
    """Return the median time of one call in microseconds."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        for _ in range(repeat):
            job()
        times.append((time.perf_counter() - begin) / repeat)
    return statistics.median(times) * 1e6
