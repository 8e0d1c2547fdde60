"""The evaluation of a cohort as SQL text, for engines that hold the rows: columns become numbers, and lookups are joins.

Every row of the input comes out: with the numbers of its answers, or as rejected, with the reason in a query of its own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ...loading.files import make_folder, write_whole, writing_whole
from ...model.errors import CohortError, Problem, RenderError
from ...model.values import plain
from .lookups import Lookup, lookups_of
from .part_files import check_names
from .results import NAMES
from .step_tables import value_table
from .steps import Codes, Column, StepTables

PREFIX: Final = "pnet_lookup_"
"""What the names of the lookup tables begin with."""


@attrs.frozen
class Dialect:
    """How an engine writes what engines write differently; `boolean` and `text` are what its `typeof` says."""

    name: str
    quote: str
    integer: str
    view: str
    boolean: str = ""
    text: str = ""

    def quoted(self, name: str) -> str:
        """Return a name as the engine reads it."""
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"


DIALECTS: Final = {
    one.name: one
    for one in (
        Dialect("ansi", '"', "INTEGER", ""),
        Dialect(
            "duckdb",
            '"',
            "INTEGER",
            "CREATE OR REPLACE TABLE {name} AS SELECT * FROM read_parquet('{path}')",
            "BOOLEAN",
            "VARCHAR",
        ),
        Dialect(
            "spark",
            "`",
            "INT",
            "CREATE OR REPLACE TEMPORARY VIEW {name} USING parquet OPTIONS (path '{path}')",
            "boolean",
            "string",
        ),
    )
}
"""The dialects by name. `ansi` has no bitwise operator and cannot ask for the type of a column."""


def string(text: str) -> str:
    """Return a text as a literal."""
    return "'" + text.replace("'", "''") + "'"


def _yes_no(column: Column) -> bool:
    return all(isinstance(value, bool) for value in column.values)


def _narrow(codes: Codes) -> Codes:
    """Return whole numbers in the narrowest signed kind that holds them."""
    return codes.astype(np.min_scalar_type(-max(1, int(codes.max()))))


def _query(columns: Sequence[str], source: str) -> str:
    listed = ",\n  ".join(columns)
    return f"SELECT\n  {listed}\nFROM {source}"


def _named(name: str, columns: Sequence[str], source: str) -> str:
    """Return a named part of a query."""
    return f"{name} AS ({_query(columns, source)})"


def _no_value(column: Column) -> str:
    """Return why a row is rejected that holds no value of a fact."""
    return f"{column.name}: none of the values {', '.join(json.dumps(plain(value)) for value in column.values)}; "


@attrs.frozen(eq=False)
class CohortSql:
    """The SQL of a cohort in one dialect: `table` is the name of the table that holds it, `key` that of the column of ids."""

    tables: StepTables
    dialect: Dialect
    table: str = "patients"
    key: str = "id"
    lookups: tuple[Lookup, ...] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "lookups", lookups_of(self.tables))

    def evaluate(self) -> str:
        """Return the query that answers every row.

        Its columns are the id; by group of answers the number of the answer, null where the row is rejected; the status, or
        ``rejected``; and which facts are missing, bit 0 being the first (in `ansi`, which has no operator for bits, by group).
        """
        return f"{self._looked_up()}\n{_query(self._said(), f'step_{len(self.lookups)}')}"

    def rejects(self) -> str:
        """Return the query that gives the rejected rows: the id, and the reason."""
        columns = [self.dialect.quoted(self.key), f"{' || '.join(self._reasons())} AS reason"]
        checks = self._any(self.tables.checks.outputs)
        return f"{self._looked_up()}\n{_query(columns, f'step_{len(self.lookups)} WHERE {checks} > 0')}"

    def _any(self, names: Sequence[str]) -> str:
        """Return what is 0 where each of some numbers is: their bits together, or their sum in `ansi`, which has no bits."""
        return f"({(' + ' if self.dialect.name == 'ansi' else ' | ').join(map(self.dialect.quoted, names))})"

    def _looked_up(self) -> str:
        """Return the beginning of a query: values as numbers, facts that are looked up together as one, and the lookups."""
        q = self.dialect.quoted
        coded = [f"{self._code(column)} AS {q(f'code {name}')}" for name, column in self.tables.columns.items()]
        keys = {
            self._key(one): self._number([q(f"code {name}") for name in one[0]], one[1])
            for one in map(self._facts, self.lookups)
            if one[0]
        }
        parts = [
            _named("coded", [q(self.key), *coded], q(self.table)),
            _named("keyed", ["coded.*", *(f"{number} AS {q(key)}" for key, number in keys.items())], "coded"),
        ]
        before = "keyed"
        for place, lookup in enumerate(self.lookups, 1):
            states = [
                (name, radix)
                for name, radix in zip(lookup.inputs, lookup.radixes, strict=True)
                if name not in self.tables.columns
            ]
            facts = self._facts(lookup)
            terms = [q(name) for name, _ in states] + [q(self._key(facts))] * bool(facts[0])
            entry = self._number(terms, [*(radix for _, radix in states), *[math.prod(facts[1])] * bool(facts[0])])
            join = f"{before} JOIN {PREFIX}{place} AS found ON found.entry = {entry}"
            parts.append(
                _named(f"step_{place}", [f"{before}.*", *(f"found.{q(name)}" for name in self._columns(lookup))], join)
            )
            before = f"step_{place}"
        return f"WITH {', '.join(parts)}"

    def _facts(self, lookup: Lookup) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Return the facts among the inputs of a lookup, and their radixes."""
        found = [
            (name, radix) for name, radix in zip(lookup.inputs, lookup.radixes, strict=True) if name in self.tables.columns
        ]
        return tuple(name for name, _ in found), tuple(radix for _, radix in found)

    def _key(self, facts: tuple[tuple[str, ...], tuple[int, ...]]) -> str:
        return f"key {' '.join(facts[0])}"

    def _number(self, terms: Sequence[str], radixes: Sequence[int]) -> str:
        """Return the mixed-radix number of some terms."""
        text = ""
        for term, radix in zip(terms, radixes, strict=True):
            text = f"({text}) * {radix} + {term}" if text else f"CAST({term} AS {self.dialect.integer})"
        return text or "0"

    def _code(self, column: Column) -> str:
        """Return the number of a fact's value."""
        name = self.dialect.quoted(column.name)
        if _yes_no(column):
            code = f"CASE WHEN {name} THEN 2 WHEN NOT {name} THEN 1 ELSE 0 END"
            if self.dialect.name == "duckdb":  # arithmetic is quicker there than a case
                code = f"({name} IS NOT NULL)::TINYINT + ({name} IS TRUE)::TINYINT"
            if self.dialect.boolean:
                # Text is not taken for a boolean, whatever an engine would make of it.
                return f"CASE WHEN typeof({name}) = {string(self.dialect.boolean)} THEN {code} ELSE {column.bad} END"
            return code
        texts = [string(str(plain(value))) for value in column.values]
        if self.dialect.name == "duckdb":  # looked up once for each entry of a dictionary
            found = f"list_position([{', '.join(texts)}], {name})"  # where it is none of them, null or, in old versions, 0
            return f"CASE WHEN {name} IS NULL THEN 0 WHEN coalesce({found}, 0) = 0 THEN {column.bad} ELSE {found} END"
        cases = " ".join(f"WHEN {text} THEN {code}" for code, text in enumerate(texts, 1))
        return f"CASE WHEN {name} IS NULL THEN 0 ELSE CASE {name} {cases} ELSE {column.bad} END END"

    def _columns(self, lookup: Lookup) -> dict[str, Codes]:
        """Return the columns of a lookup: its outputs, and for a number of an answer what follows from it."""
        found = {name: self._turned(lookup, told) for name, told in lookup.outputs.items()}
        for group in self.tables.groups:
            if group.output in found:
                found[f"missing {group.group}"] = self.tables.missing(group.group)[found[group.output]]
                found[f"outside {group.group}"] = self.tables.said.out_of_scope(group.group)[found[group.output]]
        return found

    def _turned(self, lookup: Lookup, told: Codes) -> Codes:
        """Return what a lookup tells by its entries in SQL: with no numbered before yes, and states before facts."""
        grid = told.reshape(lookup.radixes)
        for axis, name in enumerate(lookup.inputs):
            values = self.tables.columns[name].values if name in self.tables.columns else ()
            if values[:1] == (True,):
                grid = np.take(grid, [0, 2, 1, 3], axis=axis)
        order = sorted(range(len(lookup.inputs)), key=lambda axis: lookup.inputs[axis] in self.tables.columns)
        return grid.transpose(order).ravel()

    def _said(self) -> list[str]:
        q, groups = self.dialect.quoted, [group.group for group in self.tables.groups]
        checks = self._any(self.tables.checks.outputs)
        good = f"{checks} = 0"
        columns = [q(self.key)]
        columns += [f"CASE WHEN {good} THEN {q(group.output)} END AS {q(group.group)}" for group in self.tables.groups]
        missing = [f"missing {group}" for group in groups]
        outside = q(f"outside {groups[0]}")  # the type is out of scope for all groups
        status = f"WHEN {outside} > 0 THEN 'out_of_scope' WHEN {self._any(missing)} > 0 THEN 'incomplete' ELSE 'complete'"
        columns.append(f"CASE WHEN {checks} > 0 THEN 'rejected' {status} END AS status")
        if self.dialect.name == "ansi":
            columns += [
                f"CASE WHEN {good} THEN {q(one)} END AS {q(f'{group}_missing')}"
                for one, group in zip(missing, groups, strict=True)
            ]
        else:
            columns.append(f"CASE WHEN {good} THEN {self._any(missing)} END AS missing")
        return columns

    def _reasons(self) -> Iterator[str]:
        q = self.dialect.quoted
        for check, names in self.tables.checks.about.items():
            columns = [self.tables.columns[name] for name in names]
            reasons = [
                f"CASE WHEN {q(f'code {one.name}')} = {one.bad} THEN {string(_no_value(one))} ELSE '' END" for one in columns
            ]
            good = " AND ".join(f"{q(f'code {one.name}')} < {one.bad}" for one in columns)
            text = f"{', '.join(names)}: contradict each other; "
            reasons.append(f"CASE WHEN {good} THEN {string(text)} ELSE '' END")
            yield f"CASE WHEN {q(check)} = 0 THEN '' ELSE {' || '.join(reasons)} END"

    def duplicates(self) -> str:
        """Return the query that gives each id that several rows have, or that is null, with how many rows have it."""
        key, table = self.dialect.quoted(self.key), self.dialect.quoted(self.table)
        return f"SELECT {key}, COUNT(*) AS patients\nFROM {table}\nGROUP BY {key}\nHAVING COUNT(*) > 1 OR {key} IS NULL"

    def columns(self) -> str:
        """Return the query that gives one text: the columns of a wrong type, empty where there are none.

        Raises `RenderError` for a dialect that cannot be asked for types.
        """
        if not self.dialect.boolean:
            raise RenderError(f"{self.dialect.name} cannot be asked for the types of columns")
        q = self.dialect.quoted
        parts = []
        for name, column in self.tables.columns.items():
            wanted = self.dialect.boolean if _yes_no(column) else self.dialect.text
            text = string(f"{name}: {wanted} is wanted, found ")
            parts.append(f"CASE WHEN typeof({q(name)}) = {string(wanted)} THEN '' ELSE {text} || typeof({q(name)}) || '; ' END")
        return _query([" ||\n  ".join(parts) + " AS wrong"], f"{q(self.table)} LIMIT 1")

    def setup(self, folder: str) -> str:
        """Return the statements that make the lookup tables of files in a folder; in `ansi`, where each file belongs."""
        names = [f"{PREFIX}{number}" for number in range(1, len(self.lookups) + 1)]
        if not self.dialect.view:
            return "".join(f"-- Load {name}.parquet as the table {name}.\n" for name in names)
        paths = [f"{folder}/{name}.parquet".replace("'", "''") for name in names]
        return "".join(f"{self.dialect.view.format(name=name, path=path)};\n" for name, path in zip(names, paths, strict=True))

    def lookup_tables(self) -> dict[str, pa.Table]:
        """Return the lookup tables by name: the column `entry` counts up from 0."""
        found = {}
        for number, lookup in enumerate(self.lookups, 1):
            columns = {name: _narrow(told) for name, told in self._columns(lookup).items()}
            entries = np.arange(math.prod(lookup.radixes), dtype=np.int32)
            found[f"{PREFIX}{number}"] = pa.table({"entry": entries, **columns})
        return found

    def write(self, folder: Path) -> list[Path]:
        """Write the SQL, the lookup tables and all answers into a folder, and return what was written.

        Raises `CohortError` where the result of a cohort is there, whose answers would be lost, and for names that are not
        valid UTF-8; `OSError` where it cannot be written.
        """
        check_names(folder, self.table, self.key)
        make_folder(folder)
        if (folder / NAMES[0]).exists():
            raise CohortError([Problem(str(folder), "the result of a cohort is there", "name another folder")])
        texts = {"setup": self.setup(folder.as_posix()), "duplicates": self.duplicates()}
        texts |= {"evaluate": self.evaluate(), "rejects": self.rejects()}
        if self.dialect.boolean:
            texts["columns"] = self.columns()
        written = []
        for name, text in texts.items():
            written.append(folder / f"{name}.sql")
            write_whole(written[-1], f"{text.rstrip()}\n")
        said = self.tables.said
        answers = said.answers.append_column("text", said.texts(said.answers))
        tables = self.lookup_tables() | {"answers": answers, "options": said.options, "gaps": said.gaps}
        for name, table in {**tables, "values": value_table(self.tables)}.items():
            written.append(folder / f"{name}.parquet")
            with writing_whole(written[-1]) as file:
                pq.write_table(table, file)
        return written
