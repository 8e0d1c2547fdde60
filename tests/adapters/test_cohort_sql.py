"""The evaluation of a cohort as SQL, row by row against the library: on DuckDB, and the ANSI text on SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cohort_material import own_steps
from cohort_sql_material import ROWS, drawn, expected, hold, hold_reasons
from pnet_pathways.adapters.cohort.compiling import compile_steps
from pnet_pathways.adapters.cohort.lookups import MOST_ROWS, lookups_of
from pnet_pathways.adapters.cohort.sql import DIALECTS, CohortSql
from pnet_pathways.engine.recommend import engine_for
from pnet_pathways.loading.folder import load_pathways
from pnet_pathways.model.errors import CohortError, RenderError
from project import ROOT

Connected = Callable[[pa.Table | Path], duckdb.DuckDBPyConnection]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[CohortSql, Path]:
    sql = CohortSql(own_steps(), DIALECTS["duckdb"])
    folder = tmp_path_factory.mktemp("it's sql")
    sql.write(folder)
    return sql, folder


@pytest.fixture
def connected(written: tuple[CohortSql, Path]) -> Connected:
    """What makes a connection that has the lookup tables, and a cohort as the table `patients`."""

    def connect(cohort: pa.Table | Path) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        connection.execute((written[1] / "setup.sql").read_text("utf-8"))
        if isinstance(cohort, Path):
            connection.execute(f"CREATE VIEW patients AS SELECT * FROM read_parquet('{cohort}/*/*.parquet')")  # noqa: S608
        else:
            connection.register("patients", cohort)
        return connection

    return connect


def test_duckdb_answers_every_row_as_the_library_does(written: tuple[CohortSql, Path], connected: Connected) -> None:
    connection = connected(expected().table)
    text = {path.stem: path.read_text("utf-8") for path in written[1].glob("*.sql")}
    assert connection.sql(text["columns"]).fetchall() == [("",)]
    assert connection.sql(text["duplicates"]).fetchall() == []
    hold(connection.sql(text["evaluate"]).order("id").to_arrow_table())
    hold_reasons(dict(connection.sql(text["rejects"]).fetchall()))


def test_a_folder_of_partitioned_files_is_answered_the_same(
    written: tuple[CohortSql, Path], connected: Connected, tmp_path: Path
) -> None:
    sites = pa.array([f"site-{number}" for number in range(4)]).take(pa.array(np.arange(ROWS) % 4))
    pq.write_to_dataset(expected().table.append_column("site", sites), tmp_path, partition_cols=["site"])
    hold(connected(tmp_path).sql(written[0].evaluate()).order("id").to_arrow_table())


def test_what_is_wrong_with_a_table_is_told(written: tuple[CohortSql, Path], connected: Connected) -> None:
    """A duplicate id, a null one, a text where a boolean belongs, and a missing column."""
    sql, (ids, fact) = written[0], ("id", next(name for name, one in own_steps().columns.items() if one.values[0] is True))
    some = expected().table.slice(0, 4)
    twice = some.set_column(0, ids, pa.array([1, 1, None, 4]))
    assert set(connected(twice).sql(sql.duplicates()).fetchall()) == {(1, 2), (None, 1)}
    place = some.column_names.index(fact)
    text = some.set_column(place, fact, pa.array(["true", "true", None, "false"]))
    connection = connected(text)
    assert connection.sql(sql.columns()).fetchall() == [(f"{fact}: BOOLEAN is wanted, found VARCHAR; ",)]
    assert set(connection.sql(sql.evaluate()).to_arrow_table()["status"].to_pylist()) == {"rejected"}
    with pytest.raises(duckdb.BinderException, match=fact):
        connected(some.drop_columns([fact])).sql(sql.evaluate())


@pytest.fixture
def sqlite() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        yield connection


def test_the_ansi_text_runs_on_sqlite(sqlite: sqlite3.Connection) -> None:
    sql = CohortSql(own_steps(), DIALECTS["ansi"])

    def load(name: str, table: pa.Table) -> None:
        key, *names = (f'"{column}"' for column in table.column_names)
        sqlite.execute(f"CREATE TABLE {name} ({', '.join([f'{key} INTEGER PRIMARY KEY', *names])})")
        places = ", ".join("?" * table.num_columns)
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        sqlite.executemany(f"INSERT INTO {name} VALUES ({places})", rows)  # noqa: S608

    for name, table in sql.lookup_tables().items():
        load(name, table)
    load("patients", expected().table)
    cursor = sqlite.execute(f"{sql.evaluate()} ORDER BY id")
    names = [one[0] for one in cursor.description]
    hold(pa.table(dict(zip(names, map(list, zip(*cursor, strict=True)), strict=True))))
    hold_reasons(dict(sqlite.execute(sql.rejects()).fetchall()))
    assert sql.setup("x").splitlines()[0] == "-- Load pnet_lookup_1.parquet as the table pnet_lookup_1."
    with pytest.raises(RenderError, match="ansi cannot be asked"):
        sql.columns()


@pytest.mark.parametrize("folder", [None, ROOT / "examples" / "documents" / "pump_fault"])
def test_the_lookups_tell_what_the_steps_tell(folder: Path | None) -> None:
    tables = own_steps() if folder is None else compile_steps(engine_for(load_pathways(folder)))
    known = dict(drawn(tables, 20_000, seed=2))
    lookups = lookups_of(tables)
    assert len(lookups) < len(list(tables.steps))
    codes = dict(known)
    for lookup in lookups:
        entry = np.zeros(20_000, dtype=np.int64)
        for name, radix in zip(lookup.inputs, lookup.radixes, strict=True):
            entry = entry * radix + known[name]
        known |= {name: told[entry] for name, told in lookup.outputs.items()}
        assert np.prod(lookup.radixes) <= MOST_ROWS
    bad = tables.bad_rows(codes)
    found = np.stack([known[name] > 0 for name in tables.checks.outputs]).any(axis=0)
    assert found.tolist() == bad.tolist()
    for group in tables.groups:
        assert (known[group.output] == tables.answer(codes)[group.group])[~bad].all()


def test_a_cohorts_answers_are_not_written_over(tmp_path: Path) -> None:
    for name in ("manifest.json", "answers.parquet"):
        (tmp_path / name).write_text("a cohort's")
    with pytest.raises(CohortError, match="the result of a cohort is there"):
        CohortSql(own_steps(), DIALECTS["duckdb"]).write(tmp_path)
    assert (tmp_path / "answers.parquet").read_text() == "a cohort's"
