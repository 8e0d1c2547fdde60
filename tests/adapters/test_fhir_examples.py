"""The made-up bundles of `examples/fhir`: each reads as it should, and its answer follows."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pnet_pathways import recommend
from pnet_pathways.adapters.fhir import ConflictingRecords, FhirError, case_from_bundle
from project import ROOT, tool

FOLDER = ROOT / "examples" / "fhir"

CASES: dict[str, dict[str, Any] | type[Exception]] = {
    "cm0-cn0": {"tumor_type": "insulinoma", "sites": {"tail": True}, "spread": []},
    "conflicting": ConflictingRecords,
    "exocrine": {"tumor_type": "exocrine", "sites": {"head": True}},
    "failed-prefetch": {"tumor_type": "vipoma"},
    "gastrinoma": {
        "tumor_type": "gastrinoma",
        "duodenal_tumors": True,
        "spread": {"liver": True},
        "symptoms": {"stomach_ulcers": True},
    },
    "glucagonoma": {"tumor_type": "glucagonoma", "sites": {"tail": True}, "symptoms": {"high_blood_sugar": True}},
    "icd-only": {"sites": {"head": True}},
    "icdo-8150-without-version": {"sites": {"body": True}},
    "insulinoma": {"tumor_type": "insulinoma", "sites": {"head": True}},
    "nonfunctional": {"tumor_type": "nonfunctional", "sites": {"tail": True}, "spread": {"other": True}},
    "recurrent": {"tumor_type": "glucagonoma", "course": "recurrent", "spread": {"liver": True}},
    "refuted": {},
    "somatostatinoma": {
        "tumor_type": "somatostatinoma",
        "course": "new",
        "pancreatic_tumors": "one",
        "sites": {"head": True},
        "resectable": True,
        "spread": [],
    },
    "text-only": {},
    "two-patients": FhirError,
    "vipoma": {
        "tumor_type": "vipoma",
        "sites": {"body": True, "tail": True},
        "spread": {"lymph_nodes": True},
        "symptoms": {"diarrhea": True},
    },
}
"""What each bundle says for certain, written by hand, or the error that it is met with."""


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    return tool("write_fhir_readings")


def data(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def test_there_are_sixteen(writer: ModuleType) -> None:
    assert [path.stem for path in writer.bundles()] == sorted(CASES)
    assert len(CASES) == 16
    assert len(list(FOLDER.iterdir())) == 2 * 16


@pytest.mark.parametrize("name", sorted(CASES))
def test_each_bundle_says_what_a_person_reads_in_it(name: str) -> None:
    expected = CASES[name]
    if isinstance(expected, dict):
        assert case_from_bundle(data(name)).case.to_dict() == expected
    else:
        with pytest.raises(expected):
            case_from_bundle(data(name))


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_reading_beside_each_bundle_is_current(name: str, writer: ModuleType) -> None:
    path = FOLDER / f"{name}.json"
    held = json.loads(writer.expected_file(path).read_text("utf-8"))
    assert held == writer.expected(path), "read what changed, then run tools/write_fhir_readings.py"


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if isinstance(case, dict)])
def test_the_answer_comes_from_the_certain_facts_alone(name: str) -> None:
    reading = case_from_bundle(data(name))
    assert recommend(reading.case).to_dict() == recommend(CASES[name]).to_dict()  # type: ignore[arg-type]
    assert set(reading.facts) == set(reading.case.known())


def test_the_examples_name_nobody() -> None:
    """A Patient is an id and nothing else, and no resource says who wrote it."""
    for path in Path(FOLDER).glob("*.json"):
        for entry in json.loads(path.read_text("utf-8")).get("entry", ()):
            resource = entry["resource"]
            assert not {"name", "birthDate", "identifier", "asserter", "performer", "author"} & resource.keys()
            assert resource["resourceType"] != "Patient" or set(resource) == {"resourceType", "id"}
