"""`pnet fhir read`: text, JSON, and what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import output, pnet
from fhir_material import INSULINOMA, bundle, condition
from pnet_pathways.adapters.fhir import case_from_bundle
from project import ROOT

EXAMPLES = ROOT / "examples" / "fhir"


def example(name: str) -> Path:
    return EXAMPLES / f"{name}.json"


def refused(*arguments: str | Path, text: str | None = None) -> str:
    done = pnet("fhir", "read", *arguments, text=text)
    assert done.exit_code == 2
    assert done.stdout == ""
    return done.stderr


def test_json_is_the_reading() -> None:
    data = json.loads(output("fhir", "read", example("gastrinoma"), "--format", "json"))
    assert data == case_from_bundle(json.loads(example("gastrinoma").read_text("utf-8"))).to_dict()
    assert list(data) == ["case", "facts", "suggested", "unmapped", "complete", "definitions", "disclaimer"]


def test_the_case_of_a_reading_is_what_recommend_takes() -> None:
    data = json.loads(output("fhir", "read", example("vipoma"), "--format", "json"))
    answer = json.loads(output("recommend", "-", "--format", "json", text=json.dumps(data["case"])))
    assert (answer["pathway"], answer["case"]) == ("vipoma", data["case"])


def test_text_tells_what_is_certain_what_is_to_confirm_and_what_became_no_fact() -> None:
    text = output("fhir", "read", example("insulinoma"))
    lines = text.splitlines()
    assert lines[0] == "2 certain facts, 1 to confirm, 2 that became no fact"
    assert "  an insulinoma (tumor_type)" in lines
    assert "      Condition/tumor code.coding[0]: 302822000 Insulinoma" in lines
    assert "  low blood sugar (symptoms.low_blood_sugar): a clinician must judge it" in lines
    assert "  Observation/size valueQuantity: the document gives no measure to hold it against (14 mm)" in lines
    assert "no substitute for clinical judgment" in " ".join(text.split())
    assert max(map(len, lines)) <= 100


def test_text_says_first_that_something_is_missing() -> None:
    lines = output("fhir", "read", example("failed-prefetch")).splitlines()
    assert lines[1].startswith("Incomplete: something was not sent or not fetched")
    assert "Incomplete" not in output("fhir", "read", example("insulinoma"))


def test_standard_input_is_read() -> None:
    text = json.dumps(bundle(condition("c", INSULINOMA)))
    assert output("fhir", "read", "-", text=text) == output("fhir", "read", "-", text=f"\ufeff{text}")


def test_an_empty_bundle_says_so() -> None:
    lines = output("fhir", "read", "-", text='{"resourceType": "Bundle", "type": "searchset"}').splitlines()
    assert lines[:2] == ["0 certain facts, 0 to confirm, 0 that became no fact", ""]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "1 problem in the FHIR resources:\n  - line 1, column 2: not valid JSON"),
        ('{"a": 1, "a": 2}', "duplicate key 'a' (keep one)"),
        ("[" * 100_000, "this JSON is nested too deeply"),
        ('{"resourceType": "Patient"}', "takes a Bundle, not 'Patient' (put it into one, or into {\"resources\": [...]})"),
        ("", "line 1, column 1: not valid JSON"),
    ],
)
def test_what_cannot_be_read_is_met_with_a_message(text: str, message: str) -> None:
    assert message in refused("-", text=text)


def test_conflicts_name_both_records() -> None:
    message = refused(example("conflicting"))
    assert message.startswith("pnet: 2 conflicts between records:\n  - ")
    assert "/conflicting.json: Condition/first and Condition/second: " in message
    assert "Condition/liver and Observation/stage" in message


def test_a_missing_file_is_named() -> None:
    assert "nowhere.json: No such file or directory" in refused("nowhere.json")


def test_another_document_reads_by_its_own_code_map(tmp_path: Path) -> None:
    pumps = ROOT / "examples" / "documents" / "pump_fault"
    text = output("fhir", "read", example("insulinoma"), "--pathways", pumps)
    assert text.startswith("0 certain facts, 0 to confirm")
    assert "the code map does not hold this code (302822000 Insulinoma)" in " ".join(text.split())
