"""Bulk Data: the patients of ndjson files, one after the other, whatever else stands there."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fhir_material import DIARRHEA, INSULINOMA, LIVER, VIPOMA, concept, condition, facts
from pnet_pathways import Case, load_pathways, recommend
from pnet_pathways.adapters.fhir import (
    BrokenLine,
    Cohort,
    ConflictingRecords,
    FhirError,
    PatientReading,
    case_from_bundle,
    read_ndjson,
)
from pnet_pathways.adapters.fhir.cohort import columns
from project import ROOT

Resource = dict[str, Any]


def patient(name: str) -> Resource:
    return {"resourceType": "Patient", "id": name}


def of(name: str, resource: Resource) -> Resource:
    return {**resource, "subject": {"reference": f"Patient/{name}"}}


def written(folder: Path, **files: Sequence[Resource | str]) -> Path:
    """Write ndjson files; the lines are resources, or text as it is."""
    folder.mkdir(exist_ok=True)
    for name, lines in files.items():
        text = "".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in lines)
        (folder / f"{name}.ndjson").write_text(text, "utf-8")
    return folder


def gone_through(cohort: Cohort) -> tuple[dict[str, PatientReading], list[str]]:
    """Return the patients by name, and what is wrong with lines; the counts must add up."""
    patients: dict[str, PatientReading] = {}
    broken = []
    for one in cohort:
        if isinstance(one, BrokenLine):
            broken.append(str(one.problem))
        else:
            assert one.patient not in patients
            patients[one.patient] = one
    counts = cohort.counts
    assert counts.lines == counts.empty + counts.broken + counts.deletions + counts.resources
    assert counts.broken + counts.failed == len(broken)
    assert (counts.patients, counts.refused) == (len(patients), sum(one.reading is None for one in patients.values()))
    return patients, broken


def read(folder: Path) -> dict[str, PatientReading]:
    patients, broken = gone_through(read_ndjson(folder))
    assert broken == []
    return patients


def said(one: PatientReading) -> dict[str, object]:
    assert one.reading is not None
    return facts(one.reading)


def problems(one: PatientReading) -> list[str]:
    assert one.error is not None
    return [str(problem) for problem in one.error.problems]


EXPORT: dict[str, list[Resource | str]] = {
    "Patient": [patient("a"), patient("b")],
    "Condition.000": [of("b", condition("c1", VIPOMA)), of("a", condition("c2", INSULINOMA))],
    "Condition.001": [of("a", condition("c3", LIVER))],
}


# Whose it is


def test_resources_of_several_files_are_put_together_by_patient(tmp_path: Path) -> None:
    found = read(written(tmp_path, **EXPORT))
    assert {name: said(one) for name, one in found.items()} == {
        "Patient/a": {"tumor_type": "insulinoma", "spread.liver": True},
        "Patient/b": {"tumor_type": "vipoma"},
    }


def test_a_patient_reads_as_in_a_bundle(tmp_path: Path) -> None:
    one = read(written(tmp_path, **EXPORT))["Patient/a"].reading
    sent = {"resources": [patient("a"), of("a", condition("c2", INSULINOMA)), of("a", condition("c3", LIVER))]}
    assert one is not None
    assert one.to_dict() == case_from_bundle(sent).to_dict()


@pytest.mark.parametrize("reference", ["Patient/a", "https://x.org/fhir/Patient/a", "Patient/a/_history/2"])
def test_every_form_of_a_reference_leads_to_the_patient(tmp_path: Path, reference: str) -> None:
    made = condition("c", INSULINOMA, subject={"reference": reference})
    assert said(read(written(tmp_path, x=[made, patient("a")]))["Patient/a"]) == {"tumor_type": "insulinoma"}


def test_a_patient_that_is_only_referred_to_is_one(tmp_path: Path) -> None:
    made = condition("c", INSULINOMA, subject={"reference": "urn:uuid:1"})
    assert {name: said(one) for name, one in read(written(tmp_path, x=[made])).items()} == {
        "urn:uuid:1": {"tumor_type": "insulinoma"}
    }


def test_a_patient_without_records_has_a_line_too(tmp_path: Path) -> None:
    assert said(read(written(tmp_path, x=[patient("a")]))["Patient/a"]) == {}


def test_what_names_no_patient_is_counted_by_kind(tmp_path: Path) -> None:
    nobody: list[Resource | str] = [
        {"resourceType": "Organization", "id": "o"},
        {"resourceType": "Organization", "id": "q"},
        condition("c", INSULINOMA, subject={"reference": "Group/g"}),
        condition("d", INSULINOMA, subject={"display": "somebody"}),
        {"resourceType": "Encounter", "id": "e", "subject": ["whatever"]},
        {"resourceType": "Condition", "id": "f", "code": concept(INSULINOMA)},
    ]
    cohort = read_ndjson(written(tmp_path, x=[*nobody, patient("a")]))
    assert [said(one) for one in gone_through(cohort)[0].values()] == [{}]
    assert cohort.counts.of_nobody == {"Organization": 2, "Condition": 3, "Encounter": 1}


def test_kinds_that_are_not_read_are_those_of_their_patient(tmp_path: Path) -> None:
    allergy = {"resourceType": "AllergyIntolerance", "id": "x", "patient": {"reference": "Patient/a"}}
    encounter = of("a", {"resourceType": "Encounter", "id": "y"})
    one = read(written(tmp_path, x=[allergy, encounter]))["Patient/a"].reading
    assert one is not None
    assert [(left.resource, left.reason.value) for left in one.unmapped] == [
        ("AllergyIntolerance/x", "not_read"),
        ("Encounter/y", "not_read"),
    ]


def test_a_record_of_two_patients_is_an_error_of_both(tmp_path: Path) -> None:
    made = condition("c", INSULINOMA)
    found = read(
        written(tmp_path, x=[of("a", made), of("b", made), of("c", condition("d", VIPOMA)), of("d", {**made, "id": ""})])
    )
    for name in ("Patient/a", "Patient/b"):
        assert problems(found[name])[0].startswith("Condition/c: this record is of two patients: Patient/a and Patient/b")
    assert said(found["Patient/c"]) == {"tumor_type": "vipoma"}
    assert said(found["Patient/d"]) == {"tumor_type": "insulinoma"}


def test_the_same_id_on_two_servers_is_refused(tmp_path: Path) -> None:
    made = [condition(host, DIARRHEA, subject={"reference": f"http://{host}.org/Patient/p"}) for host in "xy"]
    for sent in (made, [*made, patient("p")]):
        assert "about two patients" in problems(read(written(tmp_path, x=sent))["Patient/p"])[0]


# What cannot be used

BUNDLE_HINT = "one of deletions, or pnet fhir read for the Bundle of one patient"
NO_DELETIONS = [
    '{"resourceType": "Bundle"}',
    '{"resourceType": "Bundle", "entry": {}}',
    '{"resourceType": "Bundle", "entry": [7]}',
    '{"resourceType": "Bundle", "entry": [{"request": {"method": "GET", "url": "Condition/c"}}]}',
    '{"resourceType": "Bundle", "entry": [{"request": {"method": "DELETE", "url": "\\ud800"}}]}',
    '{"resourceType": "Bundle", "entry": [{"request": {"method": "DELETE", "url": "Condition/c"}, "resource": {}}]}',
]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", ":2, column 2: not valid JSON: Expecting property name enclosed in double quotes"),
        ("[]", ":2: takes a resource, not [] (one JSON object with resourceType a line)"),
        ('{"id": "x"}', ":2: takes a resource, not {'id': 'x'} (one JSON object with resourceType a line)"),
        *((text, f":2: takes a resource, not a Bundle ({BUNDLE_HINT})") for text in NO_DELETIONS),
        ('{"resourceType": "Condition", "id": "x", "id": "y"}', ":2: duplicate key 'id' (keep one)"),
        (
            '{"resourceType": "\\u001b[2J"}',
            ":2: takes a resource, not {'resourceType': '\\x1b[2J'} (one JSON object with resourceType a line)",
        ),
        ('{"resourceType": "Condition", "id": 7}', ":2.id: takes text, not 7"),
        ('{"resourceType": "Condition", "subject": "Patient/a"}', ":2.subject: takes an object, not 'Patient/a'"),
        ('{"resourceType": "Patient"}', ":2.id: is missing, so no record can name this Patient"),
        ('{"resourceType": "Patient", "id": "\\ud800"}', ":2.id: is no id: '\\ud800'"),
        ("[" * 100_000, ":2: this JSON is nested too deeply"),
    ],
)
def test_a_broken_line_is_named_and_stops_nothing(tmp_path: Path, line: str, problem: str) -> None:
    folder = written(tmp_path, x=["", line, of("a", condition("c", INSULINOMA))])
    patients, broken = gone_through(read_ndjson(folder))
    assert broken == [f"{folder / 'x.ndjson'}{problem}"]
    assert [said(one) for one in patients.values()] == [{"tumor_type": "insulinoma"}]


def test_bytes_that_are_no_text_are_a_broken_line(tmp_path: Path) -> None:
    (tmp_path / "x.ndjson").write_bytes(b'\xef\xbb\xbf{"resourceType": "Patient", "id": "a"}\r\n{"a": "\xff"}\n')
    patients, broken = gone_through(read_ndjson(tmp_path))
    assert broken == [f"{tmp_path / 'x.ndjson'}:2: not UTF-8 text (byte 8)"]
    assert list(patients) == ["Patient/a"]


def test_mistakes_in_a_patients_records_are_those_of_the_patient_with_file_and_line(tmp_path: Path) -> None:
    wrong = of("a", condition("c", INSULINOMA, clinicalStatus="active"))
    found = read(written(tmp_path, x=[patient("a"), wrong, of("b", condition("d", VIPOMA))]))
    assert problems(found["Patient/a"]) == [f"{tmp_path / 'x.ndjson'}:2.clinicalStatus: takes an object, not 'active'"]
    assert said(found["Patient/b"]) == {"tumor_type": "vipoma"}


def test_conflicts_are_those_of_the_patient(tmp_path: Path) -> None:
    found = read(written(tmp_path, x=[of("a", condition("c", INSULINOMA)), of("a", condition("d", VIPOMA)), patient("b")]))
    assert isinstance(found["Patient/a"].error, ConflictingRecords)
    assert said(found["Patient/b"]) == {}


def test_the_same_resource_in_two_files_counts_in_its_newest_version(tmp_path: Path) -> None:
    old = of("a", condition("c", VIPOMA, meta={"versionId": "1"}))
    new = of("a", condition("c", INSULINOMA, meta={"versionId": "2"}))
    assert said(read(written(tmp_path, x=[new], y=[old]))["Patient/a"]) == {"tumor_type": "insulinoma"}


def test_what_a_line_of_deletions_names_is_gone(tmp_path: Path) -> None:
    """Bulk Data tells of deletions by Bundles of requests; nothing else is taken away."""
    requests = [
        {"request": {"method": "DELETE", "url": url}} for url in ("Condition/c", "http://x.org/Condition/d", "Condition/z")
    ]
    gone = {"resourceType": "Bundle", "type": "transaction", "entry": requests}
    kept: list[Resource] = [of("a", condition("e", INSULINOMA)), patient("b")]
    lines = [of("a", condition("c", VIPOMA)), *kept, gone, of("b", condition("d", LIVER)), of("c", condition("c", LIVER))]
    cohort = read_ndjson(written(tmp_path, x=lines))
    patients, broken = gone_through(cohort)
    assert {name: said(one) for name, one in patients.items()} == {
        "Patient/a": {"tumor_type": "insulinoma"},
        "Patient/b": {},
    }
    assert (broken, cohort.counts.deletions, cohort.counts.deleted) == ([], 1, 3)


def test_what_was_not_exported_is_told(tmp_path: Path) -> None:
    outcomes: list[Resource | str] = [
        {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "diagnostics": severity}]}
        for severity in ("error", "warning")
    ]
    cohort = read_ndjson(written(tmp_path, x=outcomes))
    assert gone_through(cohort)[1] == [f"{tmp_path / 'x.ndjson'}:1: something was not exported: error"]
    assert (cohort.counts.failed, cohort.counts.of_nobody) == (1, {"OperationOutcome": 2})


# Files


def test_packed_files_are_read_and_others_are_not(tmp_path: Path) -> None:
    written(tmp_path, **EXPORT)
    for name, ending in (("Patient", ".ndjson.gz"), ("Condition.001", ".NDJSON.GZ")):
        plain = tmp_path / f"{name}.ndjson"
        (tmp_path / f"{name}{ending}").write_bytes(gzip.compress(plain.read_bytes()))
        plain.unlink()
    (tmp_path / "Condition.000.ndjson").rename(tmp_path / "Condition.000.NDJSON")
    (tmp_path / "notes.txt").write_text("nothing")
    assert said(read(tmp_path)["Patient/a"]) == {"tumor_type": "insulinoma", "spread.liver": True}


def test_a_packed_file_that_is_broken_is_named(tmp_path: Path) -> None:
    packed = gzip.compress(json.dumps(patient("a")).encode())
    for content in (packed[:-9], b"not packed", packed[:14] + b"xxxx" + packed[18:]):
        (tmp_path / "x.ndjson.gz").write_bytes(content)
        with pytest.raises(FhirError, match=r"x\.ndjson\.gz: this file cannot be unpacked"):
            list(read_ndjson(tmp_path))


def test_files_may_be_named_and_each_is_read_once(tmp_path: Path) -> None:
    folder = written(tmp_path, **EXPORT)
    cohort = read_ndjson([folder, folder / "Condition.000.ndjson"])
    assert len(cohort.paths) == 3
    assert len(gone_through(cohort)[0]) == 2
    assert len(gone_through(cohort)[0]) == 2, "going through it again gives the same"
    assert list(gone_through(read_ndjson(str(folder / "Patient.ndjson")))[0]) == ["Patient/a", "Patient/b"]


def test_a_folder_without_files_is_refused_and_a_missing_file_too(tmp_path: Path) -> None:
    with pytest.raises(FhirError, match=r"this folder holds no \.ndjson file"):
        read_ndjson(tmp_path)
    with pytest.raises(FileNotFoundError):
        list(read_ndjson(tmp_path / "nowhere.ndjson"))


def test_a_file_that_changes_while_it_is_read_is_told(tmp_path: Path) -> None:
    folder = written(tmp_path, x=[patient("a"), patient("b")])
    going = iter(read_ndjson(folder))
    next(going)
    text = (folder / "x.ndjson").read_text()
    (folder / "x.ndjson").write_text(text.replace('{"resourceType', '[["resourceType'))
    one = next(going)
    assert isinstance(one, PatientReading)
    assert problems(one) == [f"{folder / 'x.ndjson'}:2: this line was changed while it was read"]


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = written(tmp_path / "export", **EXPORT)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    going = iter(read_ndjson(folder))
    next(going)
    assert list((tmp_path / "temporary").iterdir())
    going.close()  # type: ignore[attr-defined]
    assert list((tmp_path / "temporary").iterdir()) == []


# Out of it


def test_a_patient_as_one_line_holds_case_answer_and_counts(tmp_path: Path) -> None:
    made = [*EXPORT["Condition.000"], of("a", condition("h", ("http://x", "y"))), of("a", condition("i", DIARRHEA))]
    line = read(written(tmp_path, x=made))["Patient/a"].to_dict()
    answer = recommend(Case.from_dict(line["case"]))
    for certainty in ("certain", "possible"):
        offered = [one for one in answer.options if one.certainty.value == certainty]
        assert line[certainty] == {
            statement: [list(one.treatments) for one in offered if one.statement == statement]
            for statement in dict.fromkeys(one.statement for one in offered)
        }
    assert line["certain"]
    assert line["missing"] == list(answer.missing)
    assert line["gaps"] == [{"track": "primary", "kind": "silent", "certainty": "possible"}]
    assert (line["unmapped"], line["suggested"], line["complete"]) == ({"no_mapping": 1}, [], True)
    assert (line["disclaimer"], line["status"], line["pathway"]) == (answer.disclaimer, "incomplete", "insulinoma")


def test_the_columns_of_a_patient_are_every_fact(tmp_path: Path) -> None:
    one = read(written(tmp_path, **EXPORT))["Patient/a"].reading
    assert one is not None
    row = columns(one)
    assert list(row) == list(load_pathways().vocabulary.facts)
    assert {name: value for name, value in row.items() if value is not None} == facts(one)
    assert Case.from_facts(row, one.case.vocabulary) == one.case


def test_another_document_reads_a_cohort_by_its_own_codes(tmp_path: Path) -> None:
    pumps = load_pathways(ROOT / "examples" / "documents" / "pump_fault")
    one = next(iter(read_ndjson(written(tmp_path, x=[of("a", condition("c", INSULINOMA))]), pumps)))
    assert isinstance(one, PatientReading)
    line = one.to_dict()
    assert (line["case"], line["unmapped"]) == ({}, {"no_mapping": 1})


# Memory

MANY = r"""
import json, re, sys
from pathlib import Path
from pnet_pathways import load_pathways
from pnet_pathways.adapters.fhir import read_ndjson

def most():
    # The rusage of a process begins with that of the one that started it; this does not.
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])

load_pathways()
count, folder = int(sys.argv[1]), Path(sys.argv[2])
coding = {"system": "http://snomed.info/sct", "code": "302822000", "display": "Insulinoma " * 20}
with (folder / "Condition.ndjson").open("w") as file:
    for name in range(count):
        # Not by patient: the records of one are far apart.
        made = {"resourceType": "Condition", "id": f"c{name}", "code": {"coding": [coding]}}
        made["subject"] = {"reference": f"Patient/{name * 7919 % count}"}
        file.write(json.dumps(made) + "\n")
before = most()
patients = sum(one.reading is not None for one in read_ndjson(folder))
print(patients, most() - before)
"""


def test_memory_does_not_grow_with_the_number_of_patients(tmp_path: Path) -> None:
    """Ten times the patients take no more: their lines alone would be 18 MB more as text, and several times that as data."""
    used = {}
    for count in (2_000, 20_000):
        (tmp_path / str(count)).mkdir()
        done = subprocess.run(
            [sys.executable, "-c", MANY, str(count), str(tmp_path / str(count))], capture_output=True, text=True, check=True
        )
        patients, kilobytes = map(int, done.stdout.split())
        assert patients == count
        used[count] = kilobytes
    text = (tmp_path / "20000" / "Condition.ndjson").stat().st_size - (tmp_path / "2000" / "Condition.ndjson").stat().st_size
    assert used[20_000] - used[2_000] < text / 1024 / 4, used
