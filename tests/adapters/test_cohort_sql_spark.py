"""The evaluation of a cohort as SQL on Spark, row by row against the library. Needs Java; one session, few tasks."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cohort_material import own_steps
from cohort_sql_material import expected, hold, hold_reasons
from pnet_pathways.adapters.cohort.sql import DIALECTS, CohortSql

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OPTIONS = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.showConsoleProgress": "false",
}


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """A session in this machine, on loopback."""
    if shutil.which("java") is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Java on the PATH; .ci/run installs it")
        pytest.skip("needs Java, for example Debian's default-jre-headless")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the package and of what it imports, not of ours
        from pyspark.sql import SparkSession

        builder: Any = SparkSession.builder
        session = builder.master("local[2]").config(
            map=OPTIONS | {"spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("w"))}
        )
        made = session.getOrCreate()
    yield made
    made.stop()


def test_spark_answers_every_row_as_the_library_does(spark: SparkSession, tmp_path: Path) -> None:
    """The cohort as partitioned files; and a text where a boolean belongs, which is refused."""
    from pyspark.errors import AnalysisException

    sql = CohortSql(own_steps(), DIALECTS["spark"])
    sql.write(tmp_path / "sql")
    for statement in (tmp_path / "sql" / "setup.sql").read_text("utf-8").split(";\n"):
        if statement.strip():
            spark.sql(statement)
    table = expected().table
    for site, rows in enumerate((table.slice(0, 30_000), table.slice(30_000))):
        (tmp_path / "cohort" / f"site={site}").mkdir(parents=True)
        pq.write_table(rows, tmp_path / "cohort" / f"site={site}" / "part.parquet")
    spark.read.parquet(str(tmp_path / "cohort")).createOrReplaceTempView("patients")
    assert [tuple(row) for row in spark.sql((tmp_path / "sql" / "columns.sql").read_text("utf-8")).collect()] == [("",)]
    spark.sql((tmp_path / "sql" / "evaluate.sql").read_text("utf-8")).write.parquet(str(tmp_path / "answers"))
    hold(pq.read_table(tmp_path / "answers").sort_by("id"))
    hold_reasons({row["id"]: row["reason"] for row in spark.sql(sql.rejects()).collect()})

    fact = next(name for name, one in own_steps().columns.items() if one.values[0] is True)
    text = table.slice(0, 4).set_column(table.column_names.index(fact), fact, pa.array(["true", "true", None, "false"]))
    pq.write_table(text, tmp_path / "text.parquet")
    spark.read.parquet(str(tmp_path / "text.parquet")).createOrReplaceTempView("patients")
    assert spark.sql(sql.columns()).collect()[0]["wrong"] == f"{fact}: boolean is wanted, found string; "
    with pytest.raises(AnalysisException, match="BOOLEAN"):
        spark.sql(sql.evaluate())
