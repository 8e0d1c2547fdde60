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
    parts = ", ".join(f"{_listed(name)} AS {name}" for name in ("options", "gaps"))
    lines = [
        "-- Run by DuckDB in the folder of the result; others put their own way to read Parquet in the place of read_parquet.",
        _view("options", "*", "options.parquet"),
        _view("gaps", "*", "gaps.parquet"),
        _view("answers", f"* REPLACE ({parts})", "answers.parquet"),
        _view("patients", "*", "patients.parquet/*.parquet"),
        "CREATE OR REPLACE VIEW cohort AS",
        "SELECT " + ", ".join(columns),
        "FROM patients AS p",
        *joins,
    ]
    return "\n".join(lines) + ";\n"


def _view(name: str, columns: str, files: str) -> str:
    return f"CREATE OR REPLACE VIEW {name} AS SELECT {columns} FROM read_parquet('{files}') AS a;"  # noqa: S608 - names of this module


def _listed(name: str) -> str:
    """Return what puts the parts of an answer in the place of their numbers, in their order."""
    numbers = f"SELECT unnest(a.{name}) AS number, generate_subscripts(a.{name}, 1) AS place"
    joined = f"({numbers}) AS here JOIN {name} AS one ON one.{name[:-1]} = here.number"
    return f"ARRAY(SELECT one FROM {joined} ORDER BY here.place)"  # noqa: S608 - the same
