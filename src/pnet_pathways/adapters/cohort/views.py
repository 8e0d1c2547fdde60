"""The SQL that joins patients with their answers, for DuckDB; other engines read the same files by their own functions."""

from __future__ import annotations

from .mapping import ID
from .steps import StepTables


def view_sql(tables: StepTables) -> str:
    """Return the text that makes a view `cohort`: a row for each patient, with options and gaps of each track."""
    groups = [group.group for group in tables.groups]
    columns = [f'p."{ID}"', 'p."status"', 'p."missing"']
    joins = []
    for number, group in enumerate(groups, 1):
        columns += [f'a{number}."{part}" AS "{group}_{part}"' for part in ("options", "gaps", "text")]
        joins.append(f'LEFT JOIN answers AS a{number} ON a{number}."group" = \'{group}\' AND a{number}."answer" = p."{group}"')
    lines = [
        "-- Run by DuckDB in the folder of the result; others put their own way to read Parquet in the place of read_parquet.",
        "CREATE OR REPLACE VIEW answers AS SELECT * FROM read_parquet('answers.parquet');",
        "CREATE OR REPLACE VIEW patients AS SELECT * FROM read_parquet('patients.parquet/*.parquet');",
        "CREATE OR REPLACE VIEW cohort AS",
        "SELECT " + ", ".join(columns),
        "FROM patients AS p",
        *joins,
    ]
    return "\n".join(lines) + ";\n"
