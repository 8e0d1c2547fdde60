"""The SQL of a cohort on DuckDB and on Spark, against the same engine's own copy of the same columns, Parquet to Parquet.

A million rows of all types, 30 % unknown, 1 % changed so that they contradict or are misspelled; jobs are interleaved. DuckDB
has one thread, and processor times are taken; Spark has two tasks at once, and the clock is read. The number of rejected rows
is asserted to be the local kernel's. Run with `make bench`.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from figures import tell, untold

from pnet_pathways.adapters.cohort.sql import DIALECTS, CohortSql
from pnet_pathways.adapters.cohort.steps import StepTables

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from cohort_material import own_steps
from cohort_sql_material import as_table, drawn

ON_DUCKDB = "cohort, SQL on DuckDB"
ON_SPARK = "cohort, SQL on Spark"
ROWS = 1_000_000
TASKS = 2


def ratio(
    copy: Callable[[], object], answer: Callable[[], object], clock: Callable[[], float], rounds: int
) -> tuple[float, float]:
    """Return the median seconds of copying and of answering, interleaved."""
    taken: dict[Callable[[], object], list[float]] = {copy: [], answer: []}
    for _ in range(rounds):
        for job, times in taken.items():
            begin = clock()
            job()
            times.append(clock() - begin)
    return statistics.median(taken[copy]), statistics.median(taken[answer])


def on_duckdb(folder: Path, tables: StepTables, rejected: int) -> None:
    """Tell what DuckDB takes."""
    try:
        import duckdb
    except ImportError as problem:
        untold(ON_DUCKDB, str(problem))
        return
    sql = CohortSql(tables, DIALECTS["duckdb"])
    sql.write(folder / "duckdb")
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(sql.setup((folder / "duckdb").as_posix()))
    connection.read_parquet(f"{folder}/in.parquet").create_view("patients")
    out = f"TO '{folder}/out.parquet' (COMPRESSION zstd)"
    copying, answering = f"COPY patients {out}", f"COPY ({sql.evaluate()}) {out}"
    copy, answer = ratio(lambda: connection.execute(copying), lambda: connection.execute(answering), time.process_time, 5)
    found = pq.read_table(folder / "out.parquet", columns=["status"])["status"].to_numpy()
    assert int((found == "rejected").sum()) == rejected
    tell(ON_DUCKDB, answer / copy, "times its copy", f"DuckDB {duckdb.__version__}, one thread")
    tell(f"{ON_DUCKDB}, rate", ROWS / answer / 1e6, "M patients a second", f"copying {ROWS / copy / 1e6:.2f}")


def on_spark(folder: Path, tables: StepTables, rejected: int) -> None:
    """Tell what Spark takes on this machine."""
    if shutil.which("java") is None:
        untold(ON_SPARK, "there is no Java on the PATH")
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pyspark
            from pyspark.sql import SparkSession
    except ImportError as problem:
        untold(ON_SPARK, str(problem))
        return
    sql = CohortSql(tables, DIALECTS["spark"])
    sql.write(folder / "spark")
    builder: Any = SparkSession.builder
    options = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    options |= {"spark.sql.warehouse.dir": str(folder / "warehouse"), "spark.ui.showConsoleProgress": "false"}
    session = builder.master(f"local[{TASKS}]").config(map=options).getOrCreate()
    try:
        for statement in (folder / "spark" / "setup.sql").read_text("utf-8").split(";\n"):
            if statement.strip():
                session.sql(statement)
        session.read.parquet(str(folder / "in.parquet")).createOrReplaceTempView("patients")
        copying, answering = session.table("patients"), session.sql(sql.evaluate())
        out = str(folder / "answers")
        copy, answer = ratio(
            lambda: copying.write.parquet(out, mode="overwrite"),
            lambda: answering.write.parquet(out, mode="overwrite"),
            time.perf_counter,
            3,  # the first, in which it warms up, is not the median
        )
        found = pq.read_table(out, columns=["status"])["status"].to_numpy()
    finally:
        session.stop()
    assert int((found == "rejected").sum()) == rejected
    tell(ON_SPARK, answer / copy, "times its copy", f"Spark {pyspark.__version__}, {TASKS} tasks at once, by the clock")
    tell(f"{ON_SPARK}, rate", ROWS / answer / 1e6, "M patients a second", f"copying {ROWS / copy / 1e6:.2f}")


def main() -> None:
    """Tell the measurements."""
    tables = own_steps()
    codes = drawn(tables, ROWS)
    rejected = int(np.count_nonzero(tables.bad_rows(codes)))
    with tempfile.TemporaryDirectory() as name:
        pq.write_table(as_table(tables, codes), Path(name) / "in.parquet", compression="zstd", row_group_size=1 << 17)
        on_duckdb(Path(name), tables, rejected)
        on_spark(Path(name), tables, rejected)


if __name__ == "__main__":
    main()
