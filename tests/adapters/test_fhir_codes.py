"""The code map: graded, checked, and each row says what it says."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import pytest

from fhir_material import (
    HISTOLOGY,
    ICD,
    ICDO,
    INSULINOMA,
    SCT,
    concept,
    condition,
    facts,
    observation,
    procedure,
    read,
    reasons,
)
from fhir_material import suggested as suggestions
from pnet_pathways import DefinitionError, load_pathways
from pnet_pathways.adapters.fhir import case_from_bundle
from pnet_pathways.adapters.fhir.codes import FILE, CodeMap, code_map, read_codes
from pnet_pathways.loading.yaml_source import Document, read_yaml
from project import DEFINITIONS, ROOT
from slips import replace

DATA = read_yaml(DEFINITIONS / FILE, FILE).data
ROWS: list[dict[str, Any]] = DATA["codes"]
IDS = [f"{row['system']}-{row['code']}" for row in ROWS]
OBSERVED = {"stage": (SCT, "1222587001"), "trend": ("http://loinc.org", "97509-4"), "residual": (SCT, "37161004")}


def of_axis(axis: str) -> list[Any]:
    return [pytest.param(row, id=name) for row, name in zip(ROWS, IDS, strict=True) if row["axis"] == axis]


def coded(row: dict[str, Any], digit: str = "3") -> tuple[str, str]:
    code = row["code"]
    return DATA["systems"][row["system"]], f"{code}/{digit}" if code.isdigit() and len(code) == 4 else code


def said(row: dict[str, Any], key: str = "means") -> dict[str, Any]:
    return dict(row.get(key, {}))


# What is in it


def test_every_row_is_of_grade_a_or_b_and_was_seen_somewhere() -> None:
    assert len(ROWS) > 150
    assert {row["grade"] for row in ROWS} == {"A", "B"}
    assert all(row["seen_in"] and set(row["seen_in"]) <= DATA["sources"].keys() for row in ROWS)
    assert {name for row in ROWS for name in row["seen_in"]} == set(DATA["sources"]), "a source that nothing was seen in"


def test_no_two_rows_are_of_one_code() -> None:
    assert len({(row["system"], row["code"]) for row in ROWS}) == len(ROWS)


def test_no_code_says_what_a_clinician_judges() -> None:
    judged = {
        "size",
        "resectable",
        "residual_after_surgery",
        "refractory",
        "spread_resectable",
        "mostly_liver",
        "severe_symptoms",
    }
    assert set(DATA["roles"]["judged"]) == judged
    certain = {name.split(".")[0] for row in ROWS for key in ("means", "secondary") for name in row.get(key, ())}
    assert not certain & judged
    suggesting = [row["display"] for row in ROWS if judged & row.get("suggests", {}).keys()]
    assert suggesting == ["AJCC R1", "AJCC R2"]
    suggested = {name.split(".")[0] for row in ROWS for name in row.get("suggests", ())}
    assert suggested == {"course", "primary_removed", "residual_after_surgery", "spread", "symptoms"}
    assert certain == {"tumor_type", "sites", "duodenal_tumors", "spread", "symptoms"}


def test_nothing_says_new_or_that_the_primary_was_removed_for_certain() -> None:
    certain = {name: value for row in ROWS for key in ("means", "secondary") for name, value in row.get(key, {}).items()}
    assert not {"course", "primary_removed", "pancreatic_tumors"} & certain.keys()
    assert "new" not in {value for row in ROWS for value in row.get("suggests", {}).values()}


def test_only_a_stage_says_no() -> None:
    denying = [
        row["display"] for row in ROWS for key in ("means", "suggests", "secondary") if False in row.get(key, {}).values()
    ]
    assert denying == ["AJCC cM0", "AJCC cN0", "AJCC pN0"]


@pytest.mark.parametrize(
    ("system", "code"),
    [("ncit", "C65184"), ("snomed", "25324008"), ("snomed", "189586007"), ("snomed", "53132006"), ("snomed", "267477002")],
)
def test_what_sources_disagree_on_stays_out(system: str, code: str) -> None:
    """Graded C or X: a code that another ontology uses for something else, or that no source explains."""
    assert f"{system}-{code}" not in IDS


def test_displays_of_icd_10_cm_are_the_official_ones() -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of the package's own import
            import simple_icd_10_cm as icd
    except ImportError:
        if os.environ.get("CI"):
            pytest.fail("simple-icd-10-cm is missing")
        pytest.skip("simple-icd-10-cm is not installed")
    rows = [row for row in ROWS if row["system"] == "icd10cm"]
    assert len(rows) > 70
    assert [row["code"] for row in rows if not icd.is_leaf(row["code"])] == []
    assert {row["code"]: row["display"] for row in rows} == {row["code"]: icd.get_description(row["code"]) for row in rows}


# What each row says, in a record that is made for it


@pytest.mark.parametrize("row", of_axis("disorder"))
def test_a_tumor_says_its_type_and_place(row: dict[str, Any]) -> None:
    reading = read(condition("c", coded(row)))
    assert facts(reading) == (said(row) if row.get("needs") != "type" else {})
    assert ("type_not_said" in reasons(reading)) == ("tumor_type" not in row.get("means", {}))


@pytest.mark.parametrize("row", of_axis("secondary"))
def test_what_has_spread_says_where(row: dict[str, Any]) -> None:
    reading = read(condition("c", coded(row)))
    assert facts(reading) == said(row)
    assert reasons(reading) == ([row["reason"]] if "reason" in row else [])


@pytest.mark.parametrize("row", [*of_axis("finding"), *of_axis("history")])
def test_a_finding_says_or_suggests(row: dict[str, Any]) -> None:
    reading = read(condition("c", coded(row)))
    assert (facts(reading), suggestions(reading)) == (said(row), said(row, "suggests"))
    assert reasons(reading) == ([row["reason"]] if "reason" in row else [])


@pytest.mark.parametrize("digit", "0136")
@pytest.mark.parametrize("row", of_axis("morphology"))
def test_a_morphology_says_the_type_whatever_its_last_digit(row: dict[str, Any], digit: str) -> None:
    more = {"version": "3.2"} if "version" in row else {}
    site = {"site": (SCT, "15776009")} if row.get("needs") == "organ" else {}
    reading = read(condition("c", (ICD, "C25.4"), histology=concept(coded(row, digit), **more), **site))
    assert facts(reading) == said(row)


@pytest.mark.parametrize("row", of_axis("topography"))
def test_a_place_says_where_a_tumor_lies_and_where_it_has_spread(row: dict[str, Any]) -> None:
    assert facts(read(condition("c", INSULINOMA, site=coded(row)))) == {"tumor_type": "insulinoma", **said(row)}
    secondary = read(condition("c", (SCT, "128462008"), site=coded(row)))
    assert facts(secondary) == said(row, "secondary")
    assert facts(read(condition("c", (ICD, "R19.7"), site=coded(row)))) == {"symptoms.diarrhea": True}


@pytest.mark.parametrize("row", of_axis("stage"))
def test_a_stage_says_what_has_not_spread(row: dict[str, Any]) -> None:
    reading = read(condition("c", INSULINOMA), observation("o", OBSERVED["stage"], coded(row), focus="c"))
    assert facts(reading) == {"tumor_type": "insulinoma", **said(row)}
    assert suggestions(reading) == said(row, "suggests")
    assert reasons(reading) == ([row["reason"]] if "reason" in row else [])


@pytest.mark.parametrize("row", [*of_axis("trend"), *of_axis("residual")])
def test_a_trend_and_what_was_left_suggest_at_most(row: dict[str, Any]) -> None:
    reading = read(condition("c", INSULINOMA), observation("o", OBSERVED[row["axis"]], coded(row), focus="c"))
    assert (facts(reading), suggestions(reading)) == ({"tumor_type": "insulinoma"}, said(row, "suggests"))
    assert reasons(reading) == ([row["reason"]] if "reason" in row else [])


@pytest.mark.parametrize("row", of_axis("procedure"))
def test_a_resection_suggests_at_most(row: dict[str, Any]) -> None:
    reading = read(procedure("r", coded(row)))
    assert (facts(reading), suggestions(reading)) == ({}, {"primary_removed": True})


@pytest.mark.parametrize("row", of_axis("observation"))
def test_an_observation_says_by_its_value(row: dict[str, Any]) -> None:
    values = {
        "morphology": (ICDO, "8151/3"),
        "stage": (SCT, "1229901006"),
        "trend": (SCT, "271299001"),
        "residual": (SCT, "1222640000"),
    }
    asks = row["asks"]
    value = (
        {}
        if asks in values
        else {"valueQuantity": {"value": 14, "unit": "mm"}}
        if asks == "measure"
        else {"valueBoolean": True}
    )
    reading = read(condition("c", INSULINOMA), observation("o", coded(row), values.get(asks), focus="c", **value))
    assert facts(reading).keys() - {"tumor_type"} == ({"spread.liver", "spread.other"} if asks == "stage" else set())
    assert suggestions(reading) == {"trend": {"course": "progressive"}, "residual": {"residual_after_surgery": True}}.get(
        asks, {}
    )
    assert reasons(reading) == ([row["reason"]] if "reason" in row else [])
    assert len(reading.facts["tumor_type"].sources) == (2 if asks == "morphology" else 1)


def test_each_row_is_used_by_one_of_these_tests() -> None:
    tested = [
        "disorder",
        "secondary",
        "finding",
        "history",
        "morphology",
        "topography",
        "stage",
        "trend",
        "residual",
        "procedure",
        "observation",
    ]
    assert sum(len(of_axis(axis)) for axis in tested) == len(ROWS)


# A map that is none


def map_of(text: str, folder: Path) -> CodeMap | list[str]:
    """Return the code map that replaces the project's, or its problems."""
    path = folder / FILE
    path.write_text(text)
    document = read_yaml(path, FILE)
    made = None if document.problems else read_codes(document, load_pathways().vocabulary)
    return [str(problem) for problem in document.problems] if made is None else made


ROW = '  - {system: s, code: "1", display: d, axis: finding, grade: A, seen_in: [x], means: {symptoms.diarrhea: true}}\n'
HEAD = "format: 1\nsystems:\n  s: http://example.org/s\nsources: {x: somewhere}\nroles: {judged: [size]}\ncodes:\n"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("grade: A", "grade: C", "'grade' has no value 'C'"),
        ("symptoms.diarrhea", "symptoms.diarrhoea", "unknown fact 'symptoms.diarrhoea' (did you mean 'symptoms.diarrhea'?)"),
        ("diarrhea: true", "diarrhea: 'yes'", "'symptoms.diarrhea' has no value 'yes' (one of true, false)"),
        ("diarrhea: true", "diarrhea: false", "a code that is there rules nothing out (only a stage does)"),
        ("symptoms.diarrhea: true", "size: small", "no code says 'size' (a clinician judges it; a code may suggest it)"),
        ("system: s", "system: t", "unknown system 't' (systems: s)"),
        ("[x]", "[y]", "unknown source 'y'"),
        ("[x]", "[]", "s 1 was seen nowhere (leave it out)"),
        (", means: {symptoms.diarrhea: true}", "", "s 1 says nothing (leave it out)"),
        ("axis: finding", "axis: observation", "'asks' is said of an observation, and of every one"),
        ("axis: finding", "axis: stage", "'part' and 'basis' are said of a stage, and of every one"),
        ("judged: [size]", "judged: [sizes]", "unknown fact 'sizes' (did you mean 'size'?)"),
        (ROW, ROW + ROW, "s 1 stands twice (keep one; the first is on line 7)"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert isinstance(map_of(HEAD + ROW, tmp_path), CodeMap)
    text = (HEAD + ROW).replace(old, new, 1)
    assert text != HEAD + ROW
    found = map_of(text, tmp_path)
    assert isinstance(found, list)
    assert len(found) == 1
    assert found[0].startswith(f"{FILE}:")
    assert found[0].split(": ", 1)[1].startswith(problem)


def test_a_broken_map_is_an_error_of_the_definitions_when_it_is_needed(folder: Path) -> None:
    replace(folder, FILE, "format: 1", "format: 2")
    broken = load_pathways(folder)
    with pytest.raises(DefinitionError, match=r"fhir_codes\.yaml:4:1: 'format' has no value 2"):
        case_from_bundle({"resources": []}, broken)


# What it is no part of


def test_no_hash_covers_the_code_map(folder: Path) -> None:
    with_map = load_pathways(folder)
    replace(folder, FILE, "display: Glucagonoma, axis: morphology", "display: A glucagonoma, axis: morphology")
    changed = load_pathways(folder)
    assert code_map(changed).stems[ICDO, "8152"].display == "A glucagonoma"
    (folder / FILE).unlink()
    without = load_pathways(folder)
    assert with_map.content_hash == changed.content_hash == without.content_hash
    assert with_map.reviewed_hashes == changed.reviewed_hashes == without.reviewed_hashes
    assert (code_map(without).rows, code_map(without).stems) == ({}, {})


def test_a_document_without_a_map_is_read_and_nothing_maps() -> None:
    pumps = load_pathways(ROOT / "examples" / "documents" / "pump_fault")
    reading = case_from_bundle({"resources": [condition("c", INSULINOMA)]}, pumps)
    assert (facts(reading), reasons(reading)) == ({}, ["no_mapping"])
    assert reading.case.vocabulary is pumps.vocabulary


def test_a_document_of_its_own_maps_its_own_codes(tmp_path: Path) -> None:
    import shutil

    folder = Path(shutil.copytree(ROOT / "examples" / "documents" / "pump_fault", tmp_path / "pumps"))
    vocabulary = load_pathways(folder).vocabulary
    kind = vocabulary.facts[vocabulary.entry].answers[0]
    row = f"{{system: s, code: p1, display: d, axis: disorder, grade: A, seen_in: [x], means: {{{vocabulary.entry}: {kind}}}}}"
    head = "format: 1\nsystems:\n  s: http://example.org/s\nsources: {x: somewhere}\ncodes:\n"
    (folder / FILE).write_text(f"{head}  - {row}\n")
    reading = case_from_bundle({"resources": [condition("c", ("http://example.org/s", "p1"))]}, load_pathways(folder))
    assert facts(reading) == {vocabulary.entry: kind}


def test_the_histology_extension_is_that_of_mcode() -> None:
    assert HISTOLOGY.endswith("/mcode-histology-morphology-behavior")


def test_a_document_in_memory_has_a_map_too() -> None:
    made = read_codes(Document(FILE, DATA), load_pathways().vocabulary)
    assert made is not None
    assert sum(map(len, made.rows.values())) + len(made.stems) == len(ROWS)
