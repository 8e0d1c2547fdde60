"""What was sent: whose it is, which version counts, what is missing, and what cannot be used."""

from __future__ import annotations

import copy
import json
import os
from typing import Any

import pytest

from fhir_material import (
    DIARRHEA,
    INSULINOMA,
    LIVER,
    PATIENT,
    VIPOMA,
    bundle,
    condition,
    facts,
    observation,
    read,
    reasons,
    unmapped,
)
from pnet_pathways import PnetPathwaysError
from pnet_pathways.adapters.fhir import FhirError, Reason, case_from_bundle
from project import ROOT

PUBLIC = ROOT.parent / "shared" / "data" / "fhir"
TYPE = {"tumor_type": "insulinoma"}
OUTCOME = {"resourceType": "OperationOutcome", "id": "x", "issue": [{"severity": "error", "code": "timeout"}]}


def problems(data: Any) -> list[str]:
    with pytest.raises(FhirError) as error:
        case_from_bundle(data)
    return [str(problem) for problem in error.value.problems]


# Forms of input


@pytest.mark.parametrize("kind", ["collection", "searchset", "document", "batch-response", "transaction", "history", "message"])
def test_any_type_of_bundle_is_read(kind: str) -> None:
    assert facts(case_from_bundle(bundle(condition("c", INSULINOMA), type=kind))) == TYPE


def test_a_list_of_resources_is_read() -> None:
    assert facts(case_from_bundle({"resources": [PATIENT, condition("c", INSULINOMA)]})) == TYPE


def test_bundles_in_a_bundle_are_read() -> None:
    inner = bundle(condition("c", INSULINOMA), link=[{"relation": "next", "url": "u"}])
    reading = case_from_bundle({"resourceType": "Bundle", "type": "batch-response", "entry": [{"resource": inner}]})
    assert facts(reading) == TYPE
    assert unmapped(reading) == [("Bundle.entry[0].resource", "link[0]", "incomplete")]
    for _ in range(5):
        inner = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": inner}]}
    assert "Bundles in Bundles are read 4 deep" in problems(inner)[0]


def test_an_empty_bundle_says_nothing() -> None:
    reading = case_from_bundle({"resourceType": "Bundle", "type": "searchset", "total": 0})
    assert (reading.case.to_dict(), reading.facts, reading.suggested, reading.unmapped) == ({}, {}, (), ())


def test_the_reading_leaves_what_was_sent_as_it_was() -> None:
    sent = bundle(condition("c", INSULINOMA), OUTCOME)
    before = copy.deepcopy(sent)
    assert json.loads(json.dumps(case_from_bundle(sent).to_dict()))["facts"]["tumor_type"]["value"] == "insulinoma"
    assert sent == before


# Mistakes, all at once


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ([], "a Bundle is an object, not []"),
        ({}, "takes a Bundle, not an object"),
        (condition("c"), "takes a Bundle, not 'Condition'"),
        ({"resources": {}}, "resources: takes a list, not {}"),
        ({"resourceType": "Bundle", "entry": {}}, "Bundle.entry: takes a list, not {}"),
        ({"resourceType": "Bundle", "entry": [{"fullUrl": "u"}]}, "Bundle.entry[0]: holds no resource"),
        ({"resourceType": "Bundle", "entry": [7]}, "Bundle.entry[0]: takes an object, not 7"),
        (
            {"resourceType": "Bundle", "entry": [{"resource": {}}]},
            "Bundle.entry[0].resource: is no resource: resourceType is missing",
        ),
        ({"resourceType": "Bundle", "implicitRules": "u"}, "Bundle.implicitRules: these rules are not known"),
        ({"resources": [{"resourceType": ["Condition"]}]}, "resources[0]: is no resource: resourceType takes text"),
    ],
)
def test_what_is_no_bundle_is_refused_with_its_place(data: Any, problem: str) -> None:
    assert problems(data)[0].startswith(problem)


def test_mistakes_in_resources_are_named_all_at_once() -> None:
    wrong = condition("c", INSULINOMA, clinicalStatus="active", bodySite={"text": "head"})
    wrong["code"]["coding"][0]["display"] = 5
    stage = observation("o", ("http://loinc.org", "21907-1"), (LIVER[0], "1229901006"), date="yesterday")
    assert problems(bundle(wrong, stage)) == [
        "Bundle.entry[1].resource.clinicalStatus: takes an object, not 'active'",
        "Bundle.entry[1].resource.code.coding[0].display: takes text, not 5",
        "Bundle.entry[1].resource.bodySite: takes a list, not {'text': 'head'}",
        "Bundle.entry[2].resource.effectiveDateTime: is no date: 'yesterday' (such as 2022-10-07)",
    ]


def test_values_that_no_server_sends_are_shown_or_refused() -> None:
    deep: Any = []
    for _ in range(50_000):
        deep = [deep]
    for value in (deep, 10**5000, float("nan"), {"value": deep}, {"value": 10**5000, "unit": "\ud800"}):
        for code in (("http://loinc.org", "21889-1"), (LIVER[0], "1287652008")):
            assert facts(read(condition("c", INSULINOMA), observation("o", code, valueQuantity=value))) == TYPE
        assert problems(bundle(condition("c", INSULINOMA, clinicalStatus=[value])))


# Whose it is


def test_two_patients_are_an_error() -> None:
    other = {"resourceType": "Patient", "id": "q"}
    assert problems(bundle(other)) == ["Bundle: holds two patients: Patient/p and Patient/q"]


def test_resources_of_two_patients_are_an_error_without_a_patient_too() -> None:
    other = condition("d", DIARRHEA, subject={"reference": "Patient/q"})
    found = problems({"resources": [condition("c", INSULINOMA), other]})
    assert found[0].startswith("what was sent is about two patients: Patient/p (Condition/c) and Patient/q (Condition/d)")


def test_the_same_id_on_two_servers_is_two_patients() -> None:
    made = [
        condition(host, DIARRHEA, subject={"reference": f"http://{host}.org/fhir/Patient/p"}, clinicalStatus=None)
        for host in "xy"
    ]
    for sent in (made, [PATIENT, *made]):
        assert "about two patients" in problems({"resources": sent})[0]
    assert facts(case_from_bundle({"resources": [made[0], condition("c", INSULINOMA)]})) == {**TYPE, "symptoms.diarrhea": True}


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "Patient/q"},
        {"reference": "Group/g"},
        {"display": "somebody"},
        {"reference": "http://x.org/Patient/q"},
        {},
    ],
)
def test_what_is_about_somebody_else_is_not_used(subject: dict[str, str]) -> None:
    reading = read(condition("c", INSULINOMA, subject=subject))
    assert (facts(reading), unmapped(reading)) == ({}, [("Condition/c", "subject", "other_subject")])


@pytest.mark.parametrize(
    ("url", "reference"),
    [
        ("", "Patient/p"),
        ("", "Patient/p/_history/3"),
        ("", "http://x.org/fhir/Patient/p"),
        ("http://x.org/fhir/Patient/p", "Patient/p"),
        ("http://x.org/fhir/Patient/p", "http://x.org/fhir/Patient/p"),
        ("urn:uuid:1", "urn:uuid:1"),
    ],
)
def test_the_patient_is_found_by_every_kind_of_reference(url: str, reference: str) -> None:
    sent = bundle(condition("c", INSULINOMA, subject={"reference": reference}))
    sent["entry"][0] |= {"fullUrl": url} if url else {}
    assert facts(case_from_bundle(sent)) == TYPE


def test_the_same_id_on_another_server_is_another_patient() -> None:
    sent = bundle(condition("c", INSULINOMA, subject={"reference": "http://y.org/fhir/Patient/p"}))
    sent["entry"][0] |= {"fullUrl": "http://x.org/fhir/Patient/p"}
    assert facts(case_from_bundle(sent)) == {}


def test_a_family_history_is_not_the_patients() -> None:
    family = {"resourceType": "FamilyMemberHistory", "id": "f", "condition": [{"code": condition("c", INSULINOMA)["code"]}]}
    reading = read(family)
    assert (facts(reading), unmapped(reading)) == ({}, [("FamilyMemberHistory/f", "", "not_read")])


# Which version


def with_meta(resource: dict[str, Any], **meta: str) -> dict[str, Any]:
    return {**resource, "meta": meta}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"versionId": "9"}, {"versionId": "10"}),
        ({"lastUpdated": "2025-01-01T00:00:00Z"}, {"lastUpdated": "2026-01-01T00:00:00Z"}),
        ({"versionId": "1", "lastUpdated": "2025-01-01T00:00:00Z"}, {"versionId": "2", "lastUpdated": "2026-01-01T00:00:00Z"}),
    ],
)
def test_of_two_versions_the_newer_counts(old: dict[str, str], new: dict[str, str]) -> None:
    first, then = with_meta(condition("c", LIVER), **old), with_meta(condition("c", DIARRHEA), **new)
    for sent in ((first, then), (then, first)):
        reading = read(*sent)
        assert (facts(reading), unmapped(reading)) == ({"symptoms.diarrhea": True}, [("Condition/c", "meta", "superseded")])


@pytest.mark.parametrize(
    "meta",
    [
        ({}, {}),
        ({"versionId": "1"}, {"versionId": "1"}),
        ({"versionId": "a"}, {"versionId": "b"}),
        ({"versionId": "2", "lastUpdated": "2025-01-01T00:00:00Z"}, {"versionId": "1", "lastUpdated": "2026-01-01T00:00:00Z"}),
    ],
)
def test_two_versions_of_which_none_is_newer_are_an_error(meta: tuple[dict[str, str], dict[str, str]]) -> None:
    sent = bundle(with_meta(condition("c", LIVER), **meta[0]), with_meta(condition("c", DIARRHEA), **meta[1]))
    assert problems(sent)[0].startswith("Bundle.entry[2].resource: is Condition/c again (Bundle.entry[1].resource)")


def test_one_address_is_one_resource() -> None:
    sent = bundle(condition("c", LIVER), condition("d", DIARRHEA))
    for entry in sent["entry"][1:]:
        entry["fullUrl"] = "urn:uuid:1"
    assert len(problems(sent)) == 1


# What is not used, and what is missing


def test_a_modifier_or_rules_that_are_not_known_keep_a_resource_out() -> None:
    modified = condition("c", INSULINOMA, modifierExtension=[{"url": "http://example.org/not"}])
    ruled = condition("d", LIVER, implicitRules="http://example.org/rules")
    sent = bundle(modified, ruled, condition("e", DIARRHEA))
    sent["entry"][3]["modifierExtension"] = [{"url": "http://example.org/not"}]
    reading = case_from_bundle(sent)
    assert facts(reading) == {}
    assert unmapped(reading) == [
        ("Condition/c", "modifierExtension", "modifier_not_understood"),
        ("Condition/d", "implicitRules", "implicit_rules"),
        ("Condition/e", "", "modifier_not_understood"),
    ]


def test_what_was_deleted_is_not_used() -> None:
    sent = bundle(condition("c", LIVER))
    sent["entry"][1]["request"] = {"method": "DELETE", "url": "Condition/c"}
    assert facts(case_from_bundle(sent)) == {}


@pytest.mark.parametrize("profile", [[], ["http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-secondary-cancer-condition"]])
def test_profiles_change_nothing(profile: list[str]) -> None:
    assert facts(read({**condition("c", INSULINOMA), "meta": {"profile": profile}})) == TYPE


def test_what_failed_to_be_fetched_is_reported() -> None:
    warning = {"severity": "warning", "code": "informational", "details": {"text": "one parameter was ignored"}}
    outcome = {**OUTCOME, "issue": [*OUTCOME["issue"], warning]}
    reading = read(condition("c", INSULINOMA), outcome)
    assert facts(reading) == TYPE
    assert not reading.complete
    assert [(one.path, one.reason, one.text) for one in reading.unmapped] == [
        ("issue[0]", Reason.INCOMPLETE, "timeout"),
        ("issue[1]", Reason.NOT_READ, "one parameter was ignored"),
    ]
    assert not read({"resourceType": "OperationOutcome"}).complete


def test_a_page_that_follows_is_reported() -> None:
    reading = case_from_bundle(bundle(condition("c", INSULINOMA), link=[{"relation": "next", "url": "u"}]))
    assert (reading.complete, reasons(reading)) == (False, ["incomplete"])
    assert read(condition("c", INSULINOMA)).complete


def test_contained_resources_are_reported() -> None:
    reading = read(condition("c", INSULINOMA, contained=[condition("d", LIVER)]))
    assert (facts(reading), unmapped(reading)) == (TYPE, [("Condition/c", "contained", "not_read")])


# Public examples


def public(name: str) -> Any:
    if not PUBLIC.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the public examples are missing: {PUBLIC}")
        pytest.skip("the public examples are not beside this checkout")
    return json.loads((PUBLIC / "mcode" / name).read_text("utf-8"))


def test_a_public_patient_with_another_cancer_has_no_fact_of_this_one() -> None:
    """The patient of mCODE's own example has breast cancer, staged cM0: nothing of that is of a pancreatic tumor."""
    sent = public("Bundle-mcode-patient-bundle-jenny-m.json")
    reading = case_from_bundle(sent)
    assert (facts(reading), reading.suggested) == ({}, ())
    assert {one.resource for one in reading.unmapped} >= {
        "Condition/primary-cancer-condition-jenny-m",
        "FamilyMemberHistory/family-member-history-aunt-jenny-m",
    }
    tumor = condition("t", INSULINOMA, subject={"reference": "Patient/cancer-patient-jenny-m"})
    assert facts(case_from_bundle({**sent, "entry": [*sent["entry"], {"resource": tumor}]})) == TYPE


def test_public_examples_of_single_resources_are_read_or_refused() -> None:
    public("BodyStructure-tumor-lobular-carcinoma-left-breast.json")
    for path in sorted((PUBLIC / "mcode").glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        try:
            reading = case_from_bundle(data if data["resourceType"] == "Bundle" else {"resources": [data]})
        except PnetPathwaysError as error:
            pytest.fail(f"{path.name}: {error}")
        expected = {"spread.other": True} if "brain-mets" in path.name else {}
        assert facts(reading) == expected, path.name


def test_the_same_resource_from_two_searches_counts_once() -> None:
    tumor = condition("c", INSULINOMA)
    found = case_from_bundle(
        {"resources": [bundle(tumor), {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": tumor}]}]}
    )
    assert facts(found) == {"tumor_type": "insulinoma"}
    assert [str(one) for one in found.facts["tumor_type"].sources] == ["Condition/c code.coding[0]"]
    assert found.unmapped == ()
    with pytest.raises(FhirError, match="does not say which is newer"):
        case_from_bundle({"resources": [tumor, condition("c", VIPOMA)]})
