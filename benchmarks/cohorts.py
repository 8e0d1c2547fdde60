"""A cohort from file to folder, against PyArrow's own copy of the same columns with as many threads, in the same run.

Rows of all types, 30 % unknown, 1 % changed so that they contradict or are misspelled; all facts. Each job is a process of its
own, as where the extra `cohort` alone is installed from a wheel: without pandas, the definitions compiled. It says what it took
once everything was imported and the steps were there; what that takes is told as the start. Ratios are of processor times, the
least of three interleaved rounds. `python benchmarks/cohorts.py --rows 1000000` goes no further than so many rows (10^8 need
6 GB in the folder for temporary files). Run with `make bench`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from figures import tell, untold

from pnet_pathways import load_pathways
from pnet_pathways.adapters.cohort.compiled_steps import write_compiled_steps
from pnet_pathways.adapters.cohort.evaluation import evaluate, steps_for
from pnet_pathways.adapters.cohort.inputs import PART_ROWS
from pnet_pathways.adapters.cohort.running import Options, run_cohort
from pnet_pathways.loading.folder import default_folder, write_compiled

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

MILLION: Final = 1_000_000
GROUP: Final = 1 << 17
SIZES: Final = tuple(10**power for power in range(4, 9))
COPYING: Final = "copy"
READING: Final = "read"
ANSWERING: Final = "answer"


class Taken(NamedTuple):
    """What a job took after its start: seconds of all processors and of the clock; most megabytes; the seconds of the start."""

    worked: float
    passed: float
    memory: float
    start: float


class WithoutPandas(MetaPathFinder):
    """Hides pandas: PyArrow imports it with the first array that it makes, where it is installed, and no extra brings it."""

    def find_spec(self, fullname: str, *_: object) -> None:
        """Say that pandas is not there."""
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def some_rows(count: int, seed: int = 0) -> pa.Table:
    """Return a cohort."""
    # Not above: what draws it has no place in the processes that do a job.
    from cohort_sql_material import as_table, drawn

    return as_table(steps_for(), drawn(steps_for(), count, seed=seed))


def write(path: Path, count: int) -> None:
    """Write a cohort, a million rows at a time, each with an id of its own."""
    writer = None
    for first in range(0, count, MILLION):
        table = some_rows(min(MILLION, count - first), seed=6 + first)
        ids = pa.array(range(first, first + len(table)), pa.int64())
        table = table.set_column(0, "id", ids)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=GROUP)
    assert writer is not None
    writer.close()


def copy(source: Path, output: Path) -> None:
    """Copy a Parquet file as PyArrow does it, by the row groups of a part and a thread for each core."""
    output.mkdir()
    groups = pq.ParquetFile(source).num_row_groups
    each = PART_ROWS // GROUP

    def part(first: int) -> None:
        file = pq.ParquetFile(source)
        wanted = range(first, min(first + each, groups))
        with pq.ParquetWriter(output / f"{first}.parquet", file.schema_arrow, compression="zstd") as writer:
            for group in wanted:
                writer.write_table(file.read_row_group(group, use_threads=False))

    with ThreadPoolExecutor(Options().threads) as pool:
        list(pool.map(part, range(0, groups, each)))


def read(source: Path, _: Path) -> None:
    """Read a CSV file, piece by piece."""
    with pyarrow.csv.open_csv(source) as reader:
        for _piece in reader:
            pass


def answer(source: Path, output: Path) -> None:
    """Answer a cohort."""
    run_cohort(source, output, load_pathways(_definitions(source)))


def _definitions(source: Path) -> Path:
    """Return the folder of compiled definitions beside a source."""
    return source.with_name("definitions")


JOBS: Final[dict[str, Callable[[Path, Path], None]]] = {COPYING: copy, READING: read, ANSWERING: answer}


def work(job: str, source: Path, output: Path) -> None:
    """Do a job, and print what it took: what runs in a process of its own."""
    sys.meta_path.insert(0, WithoutPandas())
    import numpy.ma  # noqa: F401 - PyArrow imports it with the first array of NumPy that it takes

    if job == ANSWERING:
        steps_for(load_pathways(_definitions(source)))
    start, passed = time.process_time(), time.perf_counter()
    JOBS[job](source, output)
    worked, passed = time.process_time() - start, time.perf_counter() - passed
    # That of this program alone: `getrusage` begins with what the process that began it had.
    status = Path("/proc/self/status").read_text("utf-8")
    memory = next(int(line.split()[1]) / 1e3 for line in status.splitlines() if line.startswith("VmHWM"))
    print(json.dumps(Taken(worked, passed, memory, start)))


def done(job: str, source: Path) -> Taken:
    """Do a job in a process of its own, its result thrown away."""
    output = source.with_name("out")
    command = [sys.executable, __file__, "--job", job, str(source), str(output)]
    process = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    shutil.rmtree(output, ignore_errors=True)
    if process.returncode:
        raise SystemExit(f"benchmarks: to {job} {source.name} ended with exit code {process.returncode}")
    return Taken(*json.loads(process.stdout))


def least(source: Path, *jobs: str) -> list[Taken]:
    """Return what each of some jobs took at least, in three interleaved rounds."""
    rounds = [[done(job, source) for job in jobs] for _ in range(3)]
    return [min(some) for some in zip(*rounds, strict=True)]


def millions(rows: int, seconds: float) -> str:
    """Return a rate."""
    return f"{rows / seconds / 1e6:.2f} M"


def tell_million(folder: Path, most: int) -> float:
    """Tell of a million rows, and of ten, and return the seconds of processor time that a million take."""
    source = folder / "in.parquet"
    more = min(10 * MILLION, most)
    write(source, more)
    copied, answered = least(source, COPYING, ANSWERING)
    clock = more / answered.passed / 1e6
    rates = f"{millions(more, answered.worked)} rows a second of processor time, copying {millions(more, copied.worked)}"
    tell("cohort, Parquet to Parquet, more rows", answered.worked / copied.worked, "times its copy", f"{more:,} rows; {rates}")
    write(source, MILLION)
    copied, answered = least(source, COPYING, ANSWERING)
    rates = f"{millions(MILLION, answered.worked)} rows a second of processor time, copying {millions(MILLION, copied.worked)}"
    tell("cohort, Parquet to Parquet", answered.worked / copied.worked, "times its copy", f"{MILLION:,} rows; {rates}")
    beside = f"{more:,} rows, {Options().threads} threads; {MILLION:,} rows: {millions(MILLION, answered.passed)}"
    tell("cohort, rate", clock, "M patients a second", beside)
    tell("cohort, start", answered.start, "s", "of processor time: imports and the tables of the steps, once for each run")
    pyarrow.csv.write_csv(pq.read_table(source), folder / "in.csv")
    was_read, answered_csv = least(folder / "in.csv", READING, ANSWERING)
    rates = f"{millions(MILLION, answered_csv.worked)} rows a second of processor time"
    tell("cohort, CSV", answered_csv.worked / was_read.worked, "times reading it", rates)
    return answered.worked


def tell_rows(folder: Path, most: int, million: float) -> None:
    """Tell how time and memory grow with rows."""
    for size in SIZES:
        name = f"cohort, 10^{len(str(size)) - 1} rows"
        free = shutil.disk_usage(folder).free
        if size > most or size * 60 > free:
            why = f"more than {most:,} rows were not asked for" if size > most else f"{free / 1e9:.0f} GB are free"
            untold(f"{name}, rate", why)
            untold(f"{name}, memory", why)
            continue
        source = folder / "in.parquet"
        write(source, size)
        taken = done(ANSWERING, source)
        beside = (
            f"{size / taken.worked / 1e6:.2f} M rows a second of processor time, {size / taken.passed / 1e6:.2f} of the clock"
        )
        tell(f"{name}, rate", (size / taken.worked) / (MILLION / million), "times that of 10^6", beside)
        tell(f"{name}, memory", taken.memory, "MB", f"input {source.stat().st_size / 1e6:,.0f} MB")


def tell_facts() -> None:
    """Tell how time grows with the facts that the rows have columns for."""
    tables, reference, table = steps_for(), 0.0, some_rows(MILLION // 4)
    for count in (6, 12, len(tables.columns)):
        some = table.select(["id", *list(tables.columns)[:count]])
        evaluate(some)
        rounds = []
        for _ in range(3):
            begin = time.process_time()
            evaluate(some)
            rounds.append(time.process_time() - begin)
        taken = min(rounds)
        reference = reference or taken
        beside = f"{taken:.2f} s of processor time for {len(some):,} rows in memory"
        tell(f"cohort, columns for {count} facts", taken / reference, "times those for 6", beside)


def main() -> None:
    """Tell the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=SIZES[-1], help="most rows to go to")
    parser.add_argument("--job", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.job:
        job, source, output = given.job
        work(job, Path(source), Path(output))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(shutil.copytree(default_folder(), Path(name) / "definitions"))
        write_compiled(folder)
        write_compiled_steps(folder)
        million = tell_million(Path(name), given.rows)
        tell_rows(Path(name), given.rows, million)
    tell_facts()


if __name__ == "__main__":
    main()
