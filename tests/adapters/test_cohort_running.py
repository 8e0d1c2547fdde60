"""A cohort from files to a folder: the same as in memory, from every kind of file, and whole or not at all."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas
import polars
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from cohort_files import random_table
from commands import output, pnet
from pnet_pathways.adapters.cohort import CohortResult, evaluate, inputs
from pnet_pathways.adapters.cohort.duplicates import hashes, repeated, suspects
from pnet_pathways.adapters.cohort.results import read_result
from pnet_pathways.adapters.cohort.running import Options, run_cohort
from pnet_pathways.engine.recommend import engine_for
from pnet_pathways.model.errors import CohortError


def written(table: pa.Table, path: Path) -> Path:
    """Write a table as a kind of file that the suffix names."""
    if path.suffix == ".parquet":
        pq.write_table(table, path, row_group_size=700)
    elif path.suffix == ".arrow":
        with pa.ipc.new_file(path, table.schema) as file:
            file.write_table(table, max_chunksize=600)
    elif path.suffix == ".ndjson":
        lines = [json.dumps({name: value for name, value in row.items() if value is not None}) for row in table.to_pylist()]
        path.write_text("".join(f"{line}\n" for line in lines))
    else:
        with pa.CompressedOutputStream(path, "gzip") if path.suffix.lower() == ".gz" else pa.OSFile(str(path), "wb") as file:
            pa.csv.write_csv(table, file)
    return path


def same(folder: Path, result: CohortResult) -> None:
    """Assert that a folder holds what was answered in memory."""
    patients = pq.read_table(folder / "patients.parquet")
    assert patients.replace_schema_metadata(None).equals(result.patients)
    for name in ("answers", "options", "gaps"):
        assert pq.read_table(folder / f"{name}.parquet").equals(getattr(result, name))
    assert pq.read_table(folder / "rejects.parquet").drop_columns("file").equals(result.rejects)
    assert json.loads((folder / "manifest.json").read_text("utf-8"))["counts"] == result.counts


@pytest.mark.parametrize("name", ["in.parquet", "in.arrow", "in.csv", "in.csv.gz", "in.CSV.GZ", "in.ndjson"])
def test_every_kind_of_file_gives_what_memory_gives(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "PART_ROWS", 1_000)
    table = random_table(3_500, seed=5)
    table = pa.concat_tables([table, table.slice(20, 2), table.slice(3_000, 1)])  # some ids twice, in other parts
    manifest = run_cohort(written(table, tmp_path / name), tmp_path / "out")
    same(tmp_path / "out", evaluate(table))
    assert manifest["counts"]["rejected_by_reason"]["duplicate id"] == 6
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_a_folder_of_files_in_their_order(tmp_path: Path) -> None:
    table = random_table(900, seed=6)
    for number, start in enumerate((0, 300, 600)):
        folder = tmp_path / "in" / f"site={number}"
        folder.mkdir(parents=True)
        pq.write_table(table.slice(start, 300), folder / ("a.PARQUET" if number == 1 else "a.parquet"))
    run_cohort(tmp_path / "in", tmp_path / "out")
    assert pq.read_table(tmp_path / "out" / "patients.parquet")["id"].equals(evaluate(table).patients["id"])
    rejects = pq.read_table(tmp_path / "out" / "rejects.parquet").to_pylist()
    assert {one["file"] for one in rejects} == {"site=0/a.parquet", "site=1/a.PARQUET", "site=2/a.parquet"}
    assert all(table["id"][int(one["file"][5]) * 300 + one["row"] - 1].as_py() == one["id"] for one in rejects)
    pq.write_table(table.drop_columns("size"), tmp_path / "in" / "z.parquet")
    with pytest.raises(CohortError, match=r"z\.parquet: other columns, or of other types, than in a\.parquet: size"):
        run_cohort(tmp_path / "in", tmp_path / "other")


def test_what_is_no_boolean_in_csv_rejects_its_row_alone(tmp_path: Path) -> None:
    lines = ["id,resectable,size", "a,true,small", "b,maybe,small", "c,False,", 'd,"",large']
    (tmp_path / "in.csv").write_text("\n".join(lines))
    manifest = run_cohort(tmp_path / "in.csv", tmp_path / "out")
    assert manifest["counts"]["answered"] == 3
    (row,) = pq.read_table(tmp_path / "out" / "rejects.parquet").to_pylist()
    assert (row["row"], row["id"], row["column"]) == (2, "b", "resectable")
    assert "takes true or false, not text 'maybe'" in row["reason"]


def test_the_manifest_says_what_numbers_and_masks_mean(tmp_path: Path) -> None:
    source = written(random_table(50, seed=7), tmp_path / "in.parquet")
    manifest = run_cohort(source, tmp_path / "out", options=Options(text=True))
    assert manifest["input"]["files"][0]["bytes"] == source.stat().st_size
    schema = pq.read_schema(next((tmp_path / "out" / "patients.parquet").iterdir()))
    said = json.loads(schema.metadata[b"pnet_pathways"])
    assert said["facts"] == manifest["facts"]
    assert manifest["disclaimer"] == said["disclaimer"] != ""
    assert schema.field("missing").type == pa.int64()
    assert [str(schema.field(group).type) for group in manifest["groups"]] == ["int32"] * 4
    assert pa.types.is_dictionary(schema.field("status").type)


def test_the_view_joins_patients_with_their_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = random_table(200, seed=8)
    run_cohort(written(table, tmp_path / "in.parquet"), tmp_path / "out")
    monkeypatch.chdir(tmp_path / "out")
    connection = duckdb.connect()
    connection.execute(Path("view.sql").read_text("utf-8"))
    found = connection.execute("SELECT id, primary_options, spread_gaps FROM cohort ORDER BY id").fetchall()
    result = evaluate(table)
    answers = {(one["group"], one["answer"]): one for one in result.answers.to_pylist()}
    options = {one["option"]: one for one in result.options.to_pylist()}
    gaps = {one["gap"]: one for one in result.gaps.to_pylist()}
    wanted = [
        (
            row["id"],
            [options[number] for number in answers["primary", row["primary"]]["options"]],
            [gaps[number] for number in answers["spread", row["spread"]]["gaps"]],
        )
        for row in result.patients.to_pylist()
    ]
    assert found == sorted(wanted, key=lambda one: one[0])
    assert any(options for _, options, _ in found)
    assert any(gaps for _, _, gaps in found)


def test_a_result_is_replaced_only_on_request(tmp_path: Path) -> None:
    source = written(random_table(20, seed=9), tmp_path / "in.parquet")
    run_cohort(source, tmp_path / "out")
    with pytest.raises(CohortError, match="this is there already"):
        run_cohort(source, tmp_path / "out")
    run_cohort(source, tmp_path / "out", options=Options(force=True))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.parquet", "out"]


def test_nothing_but_a_result_is_replaced(tmp_path: Path) -> None:
    source = written(random_table(20, seed=9), tmp_path / "in.parquet")
    before = source.read_bytes()
    with pytest.raises(OSError, match="is no folder; name a folder"):
        run_cohort(source, source, options=Options(force=True))
    run_cohort(source, tmp_path / "out")
    for inside in (tmp_path / "out", tmp_path / "out" / "patients.parquet"):
        with pytest.raises(CohortError, match="what is read lies in it and would be lost"):
            run_cohort(inside, tmp_path / "out", options=Options(force=True))
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    with pytest.raises(CohortError, match=r"holds other files \(thesis.txt\)"):
        run_cohort(source, tmp_path / "out", options=Options(force=True))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "answers.parquet").write_text("another's")
    with pytest.raises(CohortError, match="is no result of a cohort"):
        run_cohort(source, tmp_path / "other", options=Options(force=True))
    assert source.read_bytes() == before
    assert (tmp_path / "out" / "manifest.json").exists()


def test_a_result_is_its_owners_alone(tmp_path: Path) -> None:
    run_cohort(written(random_table(20, seed=9), tmp_path / "in.parquet"), tmp_path / "out")
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700


def test_what_cannot_be_read_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "in.parquet").write_text("no Parquet")
    (tmp_path / "in.xlsx").write_text("")
    (tmp_path / "in.csv").write_text("")
    packed = gzip.compress("\n".join(["id,size", *(f"{number:x},small" for number in range(50_000))]).encode())
    (tmp_path / "in.csv.gz").write_bytes(packed[: len(packed) // 2])
    for name, message in (
        ("in.parquet", "this is no Parquet file"),
        ("in.xlsx", "is not read"),
        ("in.csv", "the file is empty"),
        ("in.csv.gz", r"in\.csv\.gz: this cannot be read"),
    ):
        with pytest.raises(CohortError, match=message):
            run_cohort(tmp_path / name, tmp_path / "out")
    with pytest.raises(FileNotFoundError):
        run_cohort(tmp_path / "none.csv", tmp_path / "out")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.csv", "in.csv.gz", "in.parquet", "in.xlsx"]


def test_another_input_begins_anew(tmp_path: Path) -> None:
    """What was done of other input is not taken for this one's."""
    work = tmp_path / ".out.partial"
    (work / "counts").mkdir(parents=True)
    (work / "begun.json").write_text("{}")
    (work / "counts" / "00000.json").write_text("{}")
    table = random_table(100, seed=11)
    run_cohort(written(table, tmp_path / "in.parquet"), tmp_path / "out")
    same(tmp_path / "out", evaluate(table))


def test_a_result_of_another_form_is_not_taken_for_none(tmp_path: Path) -> None:
    run_cohort(written(random_table(20, seed=13), tmp_path / "in.parquet"), tmp_path / "out")
    place = tmp_path / "out" / "manifest.json"
    place.write_text(json.dumps(json.loads(place.read_text("utf-8")) | {"format": 1}))
    (tmp_path / "out" / "options.parquet").unlink()
    with pytest.raises(CohortError, match="another version of the library wrote this result: its form is 1, and 2 is read"):
        read_result(tmp_path / "out", engine_for().definitions)


def test_what_is_written_reads_the_same_elsewhere(tmp_path: Path) -> None:
    source = written(random_table(2_000, seed=14), tmp_path / "in.parquet")
    run_cohort(source, tmp_path / "out")
    parts = tmp_path / "out" / "patients.parquet"
    rows = pq.read_table(parts).to_pylist()
    assert polars.read_parquet(parts / "*.parquet").to_dicts() == rows
    found = duckdb.read_parquet(f"{parts}/*.parquet").order("id").fetchall()
    assert found == [tuple(one.values()) for one in rows]
    answers = pandas.read_parquet(tmp_path / "out" / "answers.parquet")
    options = pandas.read_parquet(tmp_path / "out" / "options.parquet").set_index("option")
    labels = [options.loc[list(numbers), "label"].tolist() for numbers in answers["options"]]
    assert all(label in text for here, text in zip(labels, answers["text"], strict=True) for label in here)


# Ids


def test_hashes_tell_ids_apart_whatever_their_length() -> None:
    ids: list[Any] = [None, "", "a", "b", "ab", "ba", "a\0", "abcdefgh", "abcdefghi", "ä", None, "abcdefgh"]
    found = hashes(pa.array(ids)).tolist()
    assert len(set(found)) == len(set(ids))
    assert [found[0], found[10]] == [0, 0]
    assert found[7] == found[11]
    assert hashes(pa.array(ids).slice(3, 6)).tolist() == found[3:9]
    numbers = hashes(pa.array([3, None, -1, 3]))
    assert (numbers[0], numbers[1]) == (numbers[3], 0)
    assert len(set(numbers.tolist())) == 3


def test_repeated_hashes_are_found_in_turns_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from pnet_pathways.adapters.cohort import duplicates

    def files(parts: Sequence[np.ndarray[Any, Any]]) -> list[Path]:
        places = [tmp_path / str(number) for number in range(len(parts))]
        for place, part in zip(places, parts, strict=True):
            np.sort(part).tofile(place)
        return places

    dice = np.random.default_rng(1)
    parts = [dice.integers(0, 3_000, 700).astype(np.uint64) for _ in range(4)]
    every = np.concatenate(parts)
    values, counts = np.unique(every[every != 0], return_counts=True)
    wanted = values[counts > 1]
    for at_once in (10_000, 100):
        monkeypatch.setattr(duplicates, "_AT_ONCE", at_once)
        assert np.array_equal(repeated(files(parts)), wanted)
    spread = [hashes(pa.array(part)) for part in parts]
    values, counts = np.unique(np.concatenate(spread), return_counts=True)
    assert np.array_equal(repeated(files(spread)), values[counts > 1])
    assert repeated([]).tolist() == repeated(files([np.zeros(0, dtype=np.uint64)])).tolist() == []
    assert suspects(parts[0], wanted).tolist() == np.flatnonzero(np.isin(parts[0], wanted)).tolist()


# The command


def test_the_command_says_what_became_of_all_rows(tmp_path: Path) -> None:
    source = written(random_table(300, seed=12), tmp_path / "in.parquet")
    said = output("cohort", "evaluate", source, "--output", tmp_path / "out")
    assert said.startswith("300 read: ")
    assert "not a guideline" in said
    again = pnet("cohort", "evaluate", source, "--output", tmp_path / "out")
    assert (again.exit_code, again.stdout) == (2, "")
    assert "--force" in again.stderr


def test_check_lists_what_does_not_map(tmp_path: Path) -> None:
    table = pa.table({"id": ["a", "b", "c"], "tumor_type": ["vipoma", "vipom", "vipom"], "size": ["small"] * 3})
    source = written(table, tmp_path / "in.parquet")
    found = pnet("cohort", "check", source)
    assert found.exit_code == 1
    assert "tumor_type: 'vipom' (2 rows) is no value of tumor_type: gastrinoma" in found.stdout
    assert "did you mean 'vipoma'?" in found.stdout
    wrong = pnet("cohort", "check", written(table.rename_columns(["id", "type", "size"]), source))
    assert wrong.exit_code == 1
    assert wrong.stdout.startswith("type: no fact is read from this column")
    good = output("cohort", "check", written(table.slice(0, 1), source))
    assert "all maps (1 row)" in good
