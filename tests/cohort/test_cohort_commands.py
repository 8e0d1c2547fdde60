"""The commands that count a cohort's result: from a file to a page, and what they refuse."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from cohort.test_concordance import TREATMENTS
from commands import pnet as run
from pnet_pathways.adapters.cohort.concordance import WARNING
from project_vocabulary import VOCABULARY
from random_cases import random_cases

ROWS = 400
IGNORED = ("--ignore", "given", "--ignore", "site", "--ignore", "year")


def cohort() -> pa.Table:
    """Return rows of cases with what was given, one of them rejected."""
    dice = random.Random(3)  # noqa: S311
    cases = random_cases(6, ROWS)
    columns: dict[str, Any] = {"id": pa.array([f"p{number}" for number in range(ROWS)])}
    for fact in VOCABULARY.facts.values():
        values: list[Any] = [case.given.get(fact.name) for case in cases]
        columns[fact.name] = pa.array(values, pa.bool_() if fact.is_boolean else pa.string())
    columns["given"] = pa.array(
        [
            ";".join([*dice.sample(TREATMENTS[:5], dice.choice([0, 1])), *["home brew"] * (dice.random() < 0.1)]) or None
            for _ in cases
        ]
    )
    columns["site"] = pa.array([dice.choice(["North", None]) for _ in cases])
    columns["year"] = pa.array([dice.choice([2020, 2021]) for _ in cases])
    entry = columns[VOCABULARY.entry].to_pylist()
    columns[VOCABULARY.entry] = pa.array([*entry[:7], "nonsense", *entry[8:]])
    return pa.table(columns)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the cohort as Parquet and CSV, and the results of both."""
    path = tmp_path_factory.mktemp("cohort")
    table = cohort()
    pq.write_table(table, path / "in.parquet", row_group_size=90)
    pyarrow.csv.write_csv(table, path / "in.csv")
    for kind in ("parquet", "csv"):
        done = run("cohort", "evaluate", str(path / f"in.{kind}"), "--output", str(path / kind), *IGNORED)
        assert done.exit_code == 0, done.stderr
    return path


def concordance_of(folder: Path, kind: str, *more: str) -> dict[str, Any]:
    done = run(
        *("cohort", "concordance", str(folder / kind), "--input", str(folder / f"in.{kind}"), "--given", "given"),
        *("--format", "json", "--min-cell", "1", *more),
    )
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_concordance_counts_every_patient_once_and_lists_what_is_not_mapped(folder: Path) -> None:
    rows = [row for number, row in enumerate(cohort().to_pylist()) if number != 7]
    found = concordance_of(folder, "parquet", "--by", "site,year")
    assert found["patients"] == ROWS - 1
    assert found["nothing_given"] == sum(row["given"] is None for row in rows)
    assert found["unmapped"] == {"home brew": sum("home brew" in (row["given"] or "") for row in rows)}
    known = sum(name in TREATMENTS for row in rows for name in (row["given"] or "").split(";") if name)
    groups = [row for row in found["rows"] if row["part"] == "group"]
    assert found["rows"][0]["given"] == sum(row["given"] for row in groups) == known
    assert {(row["site"], row["year"]) for row in groups} == {
        (site, year) for site in ("", "North") for year in ("2020", "2021")
    }
    assert (found["warning"], found["min_cell"]) == (WARNING, 1)


def test_the_same_table_as_csv_counts_the_same(folder: Path) -> None:
    assert concordance_of(folder, "csv", "--by", "site,year") == concordance_of(folder, "parquet", "--by", "site,year")


def test_local_names_are_mapped_by_a_file(folder: Path) -> None:
    names = folder / "names.csv"
    names.write_text("given,treatment\nhome brew,\n", "utf-8")
    found = concordance_of(folder, "parquet", "--names", str(names))
    assert found["unmapped"] == {}
    assert any(row["part"] == "treatment" and row["treatment"] == "" for row in found["rows"])


def test_local_names_reach_the_terminal_escaped(folder: Path, tmp_path: Path) -> None:
    table = cohort()
    hostile = table.set_column(table.column_names.index("given"), "given", pa.array(["\x1b[2Jowned\x07"] * len(table)))
    pq.write_table(hostile, tmp_path / "in.parquet", row_group_size=90)
    source = ("cohort", "concordance", str(folder / "parquet"), "--input", str(tmp_path / "in.parquet"), "--given", "given")
    shown = run(*source).stdout
    assert r"\x1b[2Jowned\x07" in shown, shown
    assert "\x1b" not in shown
    as_json = run(*source, "--format", "json").stdout
    assert "\x1b" not in as_json
    assert json.loads(as_json)["unmapped"] == {"\x1b[2Jowned\x07": ROWS - 1}


def test_csv_and_text_carry_warning_and_disclaimer_and_withhold_small_counts(folder: Path) -> None:
    source = ("cohort", "concordance", str(folder / "parquet"), "--input", str(folder / "in.parquet"), "--given", "given")
    rows = list(csv.DictReader(run(*source, "--format", "csv").stdout.splitlines()))
    assert all(WARNING in row["note"] for row in rows)
    counts = [row[name] for row in rows for name in ("given", "listed", "not_listed", "silent", "cannot_be_told")]
    assert "*" in counts
    assert all(one in {"", "*", "0"} or int(one) >= 11 for one in counts)
    assert WARNING in " ".join(run(*source).stdout.split())


def test_a_report_is_one_page_and_its_pictures_are_files_on_request(folder: Path) -> None:
    page, pictures = folder / "page.html", folder / "pictures"
    done = run(
        *("cohort", "report", str(folder / "parquet"), "--input", str(folder / "in.parquet"), "--given", "given"),
        *("--output", str(page), "--pictures", str(pictures)),
    )
    assert done.exit_code == 0, done.stderr
    text = page.read_text("utf-8")
    assert "Rows rejected</dt><dd>1" in text
    assert WARNING in text
    names = {path.name for path in pictures.iterdir()}
    assert {"cohort-missing.svg", "cohort-missing.png", "cohort-gastrinoma.svg", "cohort-concordance.png"} <= names
    assert (pictures / "cohort-missing.png").read_bytes().startswith(b"\x89PNG")


def test_the_distinct_answers_are_told_with_how_many_got_them(folder: Path) -> None:
    done = run("cohort", "answers", str(folder / "parquet"), "--track", "course")
    numbers = [int(line.split()[0]) for line in done.stdout.splitlines() if line.startswith("  ")]
    assert sum(numbers) == ROWS - 1
    assert "not a guideline" in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("report", "in.parquet", "--input", "in.parquet"), "this is no result of a cohort"),
        (("concordance", "parquet", "--input", "in.parquet", "--given", "giben"), "giben: there is no such column"),
        (("report", "parquet", "--input", "in.parquet", "--by", "site"), "groups are those of what was given"),
        (("report", "parquet", "--input", "other.parquet"), "399 in the result"),
        (("answers", "parquet", "--track", "corse"), "there is no track 'corse'"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(folder: Path, words: tuple[str, ...], message: str) -> None:
    pq.write_table(cohort().slice(0, 50), folder / "other.parquet")
    command, *others = words
    places = [str(folder / one) if (folder / one).exists() else one for one in others]
    done = run("cohort", command, *places)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())


@pytest.mark.parametrize("option", ["--table", "--id"])
def test_an_empty_name_for_the_sql_is_refused(tmp_path: Path, option: str) -> None:
    done = run("cohort", "sql", "--output", tmp_path / "sql", option, " ")
    assert (done.exit_code, done.stderr) == (2, f"pnet: {option} takes a name, and this one is empty\n")
    assert not (tmp_path / "sql").exists()


def test_names_that_are_no_utf8_are_refused_and_nothing_is_written(folder: Path, tmp_path: Path) -> None:
    """Linux takes any bytes for a name; Arrow, manifests and SQL do not."""
    odd, table = os.fsdecode(b"x\xff"), folder / "in.parquet"
    for kind in ("parquet", "csv"):
        shutil.copy(folder / f"in.{kind}", tmp_path / f"{odd}.{kind}")
    for place in (tmp_path / odd, tmp_path / "inner"):
        place.mkdir()
        shutil.copy(table, place / f"{odd}.parquet")
    shutil.copytree(folder / "parquet", tmp_path / f"{odd}.result")
    before, new = sorted(tmp_path.rglob("*")), tmp_path / "new"
    refused = [
        *(("evaluate", tmp_path / f"{odd}{kind}", "--output", new) for kind in (".parquet", ".csv", "")),
        ("evaluate", tmp_path / "inner", "--output", new),
        ("evaluate", table, "--output", tmp_path / f"{odd}.new", *IGNORED),
        ("check", tmp_path / f"{odd}.csv"),
        ("answers", tmp_path / f"{odd}.result"),
        ("report", folder / "parquet", "--input", tmp_path / f"{odd}.parquet", "--output", new),
        ("sql", "--output", tmp_path / f"{odd}.new"),
        ("sql", "--output", new, "--table", odd),
        ("sql", "--output", new, "--id", odd),
    ]
    for command in refused:
        done = run("cohort", *map(str, command))
        assert done.exit_code == 2, command
        assert "x\\udcff" in done.stderr
        assert "this name is not valid UTF-8" in done.stderr
    assert sorted(tmp_path.rglob("*")) == before
