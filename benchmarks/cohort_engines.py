"""The SQL of a cohort on DuckDB, against DuckDB's own copy of the same columns, Parquet to Parquet, in the same run.

A million rows of all types, 30 % unknown, 1 % changed so that they contradict or are misspelled. One thread, processor times,
interleaved. The number of rejected rows is asserted to be the local kernel's. Run with `make bench`.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from figures import tell, untold

from pnet_pathways.adapters.cohort.sql import DIALECTS, CohortSql

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from cohort_material import own_steps
from cohort_sql_material import as_table, drawn

NAME = "cohort, SQL on DuckDB"
ROWS = 1_000_000
ROUNDS = 5


def main() -> None:
    """Tell the measurements."""
    try:
        import duckdb
    except ImportError as problem:
        untold(NAME, str(problem))
        return
    tables = own_steps()
    sql = CohortSql(tables, DIALECTS["duckdb"])
    codes = drawn(tables, ROWS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sql.write(folder / "sql")
        pq.write_table(as_table(tables, codes), folder / "in.parquet", compression="zstd")
        connection = duckdb.connect(config={"threads": 1})
        connection.execute(sql.setup((folder / "sql").as_posix()))
        connection.read_parquet(f"{folder}/in.parquet").create_view("patients")
        out = f"TO '{folder}/out.parquet' (COMPRESSION zstd)"
        copying, answering = f"COPY patients {out}", f"COPY ({sql.evaluate()}) {out}"
        taken: dict[str, list[float]] = {copying: [], answering: []}
        for _ in range(ROUNDS):
            for query, times in taken.items():
                begin = time.process_time()
                connection.execute(query)
                times.append(time.process_time() - begin)
        found = pq.read_table(folder / "out.parquet", columns=["status"])["status"].to_numpy()
        assert int((found == "rejected").sum()) == int(np.count_nonzero(tables.bad_rows(codes)))
    copy, answer = (statistics.median(times) for times in taken.values())
    rates = f"{ROWS / answer / 1e6:.2f} M rows a second of one processor, copying {ROWS / copy / 1e6:.2f} M"
    tell(NAME, answer / copy, "times its copy", f"{rates}; DuckDB {duckdb.__version__}")


if __name__ == "__main__":
    main()
