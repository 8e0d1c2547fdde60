"""The command ``pnet cohort sql``: the evaluation of a cohort as SQL, for an engine that holds the rows."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..loading.folder import load_pathways
from ..model.text import wrap
from .cohort_options import cohort_errors
from .common import ChosenReadings, DefinitionsFolder, check_output_folder, chosen_readings, refuse, say


class SqlDialect(StrEnum):
    """The engines whose SQL is written."""

    ANSI = "ansi"
    DUCKDB = "duckdb"
    SPARK = "spark"


def sql_command(
    output: Annotated[Path, typer.Option("--output", help="Folder for the SQL and the tables; made where it is missing.")],
    dialect: Annotated[
        SqlDialect, typer.Option(help="Whose SQL; ansi has neither checks of types nor one number for missing.")
    ] = (SqlDialect.DUCKDB),
    table: Annotated[str, typer.Option(help="Name of the table, or view, with a column for each fact.")] = "patients",
    id_column: Annotated[str, typer.Option("--id", help="Name of its column of ids.")] = "id",
    reading: ChosenReadings = None,
    pathways: DefinitionsFolder = None,
) -> None:
    """Write the evaluation of a cohort as SQL, with its lookup tables as Parquet, for an engine that holds the rows.

    Exit code 2: the folder, the readings or the definitions cannot be used.
    """
    with cohort_errors():
        from ..adapters.cohort.evaluation import steps_for
        from ..adapters.cohort.sql import DIALECTS, CohortSql

        check_output_folder(output)
        for option, name in (("--table", table), ("--id", id_column)):
            if not name.strip():
                refuse(f"{option} takes a name, and this one is empty")
        tables = steps_for(load_pathways(pathways), chosen_readings(reading))
        for path in CohortSql(tables, DIALECTS[dialect], table, id_column).write(output):
            say(path)
    for line in wrap("", tables.definitions.source.disclaimer):
        say(line, err=True)
