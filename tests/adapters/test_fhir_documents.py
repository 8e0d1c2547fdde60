"""FHIR in for other documents: each reads by its own code map, or by none, and nothing of the project's own is assumed."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from commands import output
from fhir_material import (
    INSULINOMA,
    LIVER,
    PATIENT,
    answered,
    bundle,
    concept,
    condition,
    facts,
    observation,
    procedure,
    reasons,
    suggested,
)
from pnet_pathways import load_pathways, recommend
from pnet_pathways.adapters.fhir import PatientReading, case_from_bundle, read_ndjson
from pnet_pathways.adapters.fhir.codes import FILE
from pnet_pathways.loading.new_document import write_new_document
from pnet_pathways.loading.yaml_source import read_yaml
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.values import Value
from project import DEFINITIONS, ROOT
from pump import PUMP_FAULT

SYSTEM = "http://example.org/codes"


@pytest.fixture(params=["pump_fault", "new"])
def document(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A document of another field, without a code map."""
    folder = tmp_path / "document"
    if request.param == "new":
        write_new_document(folder)
    else:
        shutil.copytree(PUMP_FAULT, folder)
    assert not (folder / FILE).exists()
    return folder


def codes_of(definitions: Definitions) -> dict[str, tuple[str, Value]]:
    """Return a made-up code for every value that a code can state, with the fact and the value that it means."""
    return {
        f"{name}={str(value).lower()}": (name, value)
        for name, fact in definitions.vocabulary.facts.items()
        for value in fact.values
        if isinstance(value, bool | str) and value is not False and value in (True, *fact.answers)
    }


def mapped(folder: Path) -> Definitions:
    """Write a tiny code map into a document's folder: each value has a code that means it, and one that suggests it."""
    definitions = load_pathways(folder)
    entry = definitions.vocabulary.entry
    rows: list[dict[str, Any]] = []
    for code, (name, value) in codes_of(definitions).items():
        row = {"system": "s", "code": code, "display": code, "grade": "B", "seen_in": ["here"]}
        rows += [
            {**row, "axis": "disorder" if name == entry else "finding", "means": {name: value}},
            {**row, "code": f"done {code}", "axis": "procedure", "suggests": {name: value}},
        ]
    rows.append({**rows[0], "code": "asked", "axis": "observation", "asks": "morphology"})
    rows[-1].pop("means")
    made = {"format": 1, "systems": {"s": SYSTEM}, "sources": {"here": "made up"}, "codes": rows}
    (folder / FILE).write_text(json.dumps(made), "utf-8")
    return load_pathways(folder)


def test_without_a_map_nothing_maps_and_everything_is_told(document: Path) -> None:
    definitions = load_pathways(document)
    sent = bundle(
        condition("a", INSULINOMA, site=LIVER),
        observation("b", INSULINOMA, LIVER),
        procedure("c", LIVER),
        {"resourceType": "BodyStructure", "id": "d", "morphology": concept(INSULINOMA), "location": concept(LIVER)},
    )
    reading = case_from_bundle(sent, definitions)
    assert (facts(reading), reading.suggested) == ({}, ())
    assert set(reasons(reading)) == {"no_mapping"}
    assert {one.resource for one in reading.unmapped} == {"Condition/a", "Observation/b", "Procedure/c", "BodyStructure/d"}
    assert reading.case.vocabulary is definitions.vocabulary


def test_a_map_of_its_own_says_every_value(document: Path) -> None:
    definitions = mapped(document)
    said = codes_of(definitions)
    assert {name for name, _ in said.values()} == set(definitions.vocabulary.facts)
    for code, (name, value) in said.items():
        assert facts(case_from_bundle(bundle(condition("c", (SYSTEM, code))), definitions)) == {name: value}
        done = case_from_bundle(bundle(procedure("p", (SYSTEM, f"done {code}"))), definitions)
        assert (facts(done), suggested(done)) == ({}, {name: value})
    first = next(code for code, (name, _) in said.items() if name == definitions.vocabulary.entry)
    asked = case_from_bundle(bundle(observation("o", (SYSTEM, "asked"), (SYSTEM, first))), definitions)
    assert facts(asked) == dict([said[first]])


def test_its_form_answers_every_fact_without_a_map(document: Path) -> None:
    definitions = load_pathways(document)
    for name, fact in definitions.vocabulary.facts.items():
        for value in (True, False) if fact.is_boolean else fact.answers:
            reading = case_from_bundle(bundle(answered("q", {name: value})), definitions)
            assert facts(reading) == {name: value}
            assert recommend(reading.case, definitions).case == reading.case


def test_rules_of_its_vocabulary_find_conflicts(tmp_path: Path) -> None:
    definitions = mapped(Path(shutil.copytree(PUMP_FAULT, tmp_path / "pumps")))
    two = condition("c", (SYSTEM, "pump=gear")), condition("d", (SYSTEM, "pump=vacuum"))
    with pytest.raises(Exception, match="Condition/c and Condition/d: pump gear"):
        case_from_bundle(bundle(*two), definitions)


def test_its_cohort_is_read_and_written(document: Path, tmp_path: Path) -> None:
    definitions = mapped(document)
    code, (name, value) = next(iter(codes_of(definitions).items()))
    export = tmp_path / "Condition.ndjson"
    export.write_text(f"{json.dumps(PATIENT)}\n{json.dumps(condition('c', (SYSTEM, code)))}\n")
    (one,) = read_ndjson(export, definitions)
    assert isinstance(one, PatientReading)
    assert one.reading is not None
    assert facts(one.reading) == {name: value}
    line = json.loads(output("fhir", "cohort", export, "--pathways", document))
    assert (line["case"], line["definitions"]["hash"]) == ({name: value}, definitions.content_hash)
    head, row = output("fhir", "cohort", export, "--pathways", document, "--format", "csv").splitlines()
    assert head.split(",") == ["id", *definitions.vocabulary.facts]
    assert row.startswith(f"Patient/p,{value},")
    text = output("fhir", "read", "-", "--pathways", document, text=json.dumps(bundle(condition("c", (SYSTEM, code)))))
    assert text.startswith("1 certain fact, 0 to confirm")


def test_the_code_knows_no_code_of_the_project() -> None:
    """What stands in the project's map stands nowhere in the adapter, but in examples of docstrings."""
    held = read_yaml(DEFINITIONS / FILE, FILE).data
    known = {*held["systems"].values(), *(row["code"] for row in held["codes"]), *(row["display"] for row in held["codes"])}
    assert len(known) > 250
    folder = ROOT / "src" / "pnet_pathways" / "adapters" / "fhir"
    for path in sorted(folder.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        assert not strings & known, path.name


def test_the_row_that_the_docs_show_is_one(folder: Path) -> None:
    """Added to a copy of the project's definitions, it maps a code of a hospital's own."""
    shown = (ROOT / "docs" / "fhir.md").read_text("utf-8").split("```yaml\n")[1].split("```")[0]
    added = dict(part.split(":", 1) for part in shown.splitlines()[:2])
    text = (folder / FILE).read_text("utf-8")
    for key, entries in added.items():
        text = text.replace(f"{key}:\n", f"{key}:\n  {entries.strip().strip('{}')}\n", 1)
    (folder / FILE).write_text(text + shown.splitlines()[3] + "\n", "utf-8")
    reading = case_from_bundle(bundle(condition("c", ("https://hospital.example.org/codes", "4711"))), load_pathways(folder))
    assert facts(reading) == {"tumor_type": "insulinoma"}
