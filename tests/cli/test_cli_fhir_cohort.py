"""`pnet fhir cohort`: a line for each patient, what had no line, and counts that add up."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from commands import output, pnet
from fhir_material import CN0, INSULINOMA, VIPOMA, N, condition, observation
from pnet_pathways.cli.fhir_cohort import _cells, _line
from project import ROOT

A, B, C = ({"resourceType": "Patient", "id": name} for name in "abc")


def of(name: str, resource: dict[str, Any]) -> dict[str, Any]:
    return {**resource, "subject": {"reference": f"Patient/{name}"}}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Three patients, of whom one is refused; a broken line, an empty one, and one of nobody."""
    folder = tmp_path / "export"
    folder.mkdir()
    organization = {"resourceType": "Organization", "id": "o"}
    made: dict[str, list[dict[str, Any] | str]] = {
        "Patient": [A, B, C, "", organization],
        "Condition.000": [of("a", condition("1", INSULINOMA)), of("b", condition("2", INSULINOMA)), "{"],
        "Condition.001": [of("b", condition("3", VIPOMA)), of("c", condition("4", VIPOMA))],
    }
    for name, lines in made.items():
        text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines)
        (folder / f"{name}.ndjson").write_text(text, "utf-8")
    return folder


SUMMARY = [
    "10 lines: 8 resources, 1 broken, 1 empty",
    "8 resources: 7 of 3 patients, 1 of nobody (Organization 1)",
    "3 patients: 2 answered, 1 refused",
]


def test_each_patient_has_a_line_and_the_counts_add_up(export: Path) -> None:
    done = pnet("fhir", "cohort", export)
    assert done.exit_code == 1
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["patient"] for line in lines] == ["Patient/a", "Patient/b", "Patient/c"]
    assert lines[0]["case"] == {"tumor_type": "insulinoma"}
    assert all("no substitute for clinical judgment" in line["disclaimer"] for line in lines if "case" in line)
    assert (lines[1]["refused"], list(lines[1])) == ("conflicting", ["patient", "refused", "problems"])
    assert lines[1]["problems"][0].startswith("Condition/2 and Condition/3: tumor_type insulinoma")
    told = done.stderr.splitlines()
    assert told[0].startswith(f"pnet: {export / 'Condition.000.ndjson'}:3, column 2: not valid JSON: Expecting property name")
    assert told[1:4] == [f"pnet: {line}" for line in SUMMARY]
    assert told[4] == "pnet: of whom the missing records are is not known; what they would say is unknown, never no"
    assert "no substitute for clinical judgment" in " ".join(told[5:])


def test_an_answer_is_that_of_recommend(export: Path) -> None:
    (export / "Condition.000.ndjson").unlink()
    line = json.loads(output("fhir", "cohort", export).splitlines()[2])
    answer = json.loads(output("recommend", "-", "--format", "json", text=json.dumps(line["case"])))
    assert {key: line[key] for key in ("case", "status", "pathway", "missing", "disclaimer")} == {
        key: answer[key] for key in ("case", "status", "pathway", "missing", "disclaimer")
    }


def test_facts_are_columns_that_other_commands_take(export: Path, tmp_path: Path) -> None:
    (export / "Observation.ndjson").write_text(json.dumps(of("a", observation("s", N, CN0))))
    table = tmp_path / "facts.csv"
    done = pnet("fhir", "cohort", export, "--format", "csv", "--output", table)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "pnet: Patient/b has no row: 1 conflict between records:" in done.stderr
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [{name: value for name, value in row.items() if value} for row in rows] == [
        {"id": "Patient/a", "tumor_type": "insulinoma", "spread.lymph_nodes": "false"},
        {"id": "Patient/c", "tumor_type": "vipoma"},
    ]
    assert "insulinoma" in output("coverage", "insulinoma", table)
    lines = [json.loads(line) for line in pnet("fhir", "cohort", export, "--format", "ndjson").stdout.splitlines()]
    assert [{name: value for name, value in line.items() if value is not None} for line in lines] == [
        {"id": "Patient/a", "tumor_type": "insulinoma", "spread.lymph_nodes": False},
        {"id": "Patient/c", "tumor_type": "vipoma"},
    ]
    assert {tuple(line) for line in lines} == {tuple(rows[0])}


def test_a_table_of_no_patient_has_its_columns(tmp_path: Path) -> None:
    (tmp_path / "Patient.ndjson").touch()
    assert output("fhir", "cohort", tmp_path, "--format", "csv").startswith("id,tumor_type,")
    assert output("fhir", "cohort", tmp_path) == ""


def test_a_file_is_written_whole_or_not_at_all(export: Path, tmp_path: Path) -> None:
    target = tmp_path / "answers.ndjson"
    target.write_text("before")
    (export / "Z.ndjson.gz").write_bytes(b"not packed")
    done = pnet("fhir", "cohort", export, "--output", target)
    assert done.exit_code == 2
    assert "Z.ndjson.gz: this file cannot be unpacked" in done.stderr
    assert target.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.ndjson", "export"]
    (export / "Z.ndjson.gz").unlink()
    assert pnet("fhir", "cohort", export, "--output", target).exit_code == 1
    assert target.read_text() == pnet("fhir", "cohort", export).stdout


def test_deletions_are_counted(export: Path) -> None:
    request = {"request": {"method": "DELETE", "url": "Condition/3"}}
    (export / "deleted.ndjson").write_text(json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": [request]}))
    done = pnet("fhir", "cohort", export)
    assert "refused" not in done.stdout
    assert done.stderr.splitlines()[1:4] == [
        "pnet: 11 lines: 8 resources, 1 broken, 1 empty, 1 of deletions",
        "pnet: 8 resources: 6 of 3 patients, 1 of nobody (Organization 1), 1 deleted",
        "pnet: 3 patients: 3 answered, 0 refused",
    ]


def test_the_order_of_lines_changes_nothing_in_the_file(export: Path) -> None:
    before = pnet("fhir", "cohort", export).stdout
    for path in export.iterdir():
        path.write_text("\n".join(reversed(path.read_text().splitlines())))
    assert pnet("fhir", "cohort", export).stdout == before


@pytest.mark.parametrize("where", ["nowhere", "empty"])
def test_what_cannot_be_read_is_met_with_a_message(tmp_path: Path, where: str) -> None:
    (tmp_path / "empty").mkdir()
    done = pnet("fhir", "cohort", tmp_path / where)
    assert (done.exit_code, done.stdout) == (2, "")
    assert re.search(r"nowhere: No such file or directory|empty: this folder holds no \.ndjson file", done.stderr)


def test_a_disk_that_is_full_is_met_with_a_message(export: Path) -> None:
    """The index of a cohort does not fit: a limit on the size of files stands for the disk."""
    (export / "Many.ndjson").write_text("".join(f"{json.dumps({**A, 'id': f'{number:064}'})}\n" for number in range(20_000)))
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); from pnet_pathways.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "fhir", "cohort", str(export)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert re.search(r"^pnet: .*: (disk I/O error|database or disk is full)$", done.stderr, re.MULTILINE)


def test_a_reader_that_has_seen_enough_is_no_error(export: Path) -> None:
    command = f"{sys.executable} -m pnet_pathways fhir cohort {export} 2>/dev/null | head -n 1 | cut -c 1-20"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == '{"patient": "Patient\n'


def test_the_ending_of_the_file_says_its_format(export: Path, tmp_path: Path) -> None:
    assert pnet("fhir", "cohort", export, "--output", tmp_path / "facts.csv").exit_code == 1
    assert (tmp_path / "facts.csv").read_text("utf-8").startswith("id,tumor_type,")
    assert pnet("fhir", "cohort", export, "--output", tmp_path / "answers.jsonl").exit_code == 1
    assert "case" in json.loads((tmp_path / "answers.jsonl").read_text("utf-8").splitlines()[0])
    assert pnet("fhir", "cohort", export, "--format", "ndjson", "--output", tmp_path / "facts.jsonl").exit_code == 1
    assert "case" not in json.loads((tmp_path / "facts.jsonl").read_text("utf-8").splitlines()[0])
    refused = pnet("fhir", "cohort", export, "--output", tmp_path / "facts.parquet")
    assert refused.exit_code == 2
    assert "no format is known by the ending '.parquet'; end the name in .csv, .jsonl, .ndjson" in refused.stderr
    assert not (tmp_path / "facts.parquet").exists()


def test_a_terminal_gets_nothing_to_obey_and_a_file_the_data_as_they_are() -> None:
    assert b"\x1b" not in _cells(["\x1b[2J"], for_terminal=True)
    assert _cells(["\x1b[2J"], for_terminal=False) == b"\x1b[2J\n"
    assert b"\x1b" not in _line({"patient": "\x1b[2J"})
    assert json.loads(_line({"patient": "\x1b[2J \ud800"})) == {"patient": "\x1b[2J \ud800"}
