"""Bundles as servers exchange them: deletions, responses, several servers, values that are left out with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_material import (
    CM0,
    HEAD,
    INSULINOMA,
    LIVER,
    PATIENT,
    M,
    answered,
    bundle,
    condition,
    facts,
    observation,
    read,
    reasons,
    status,
    unmapped,
)
from pnet_pathways.adapters.fhir import FhirError, case_from_bundle

TYPE = {"tumor_type": "insulinoma"}
DELETE = {"request": {"method": "DELETE", "url": "Condition/c"}}
UNKNOWN = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}


def sent(*entries: dict[str, Any], kind: str = "collection") -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": PATIENT}, *entries]}


def at(server: str, resource: dict[str, Any]) -> dict[str, Any]:
    return {"fullUrl": f"http://{server}.org/fhir/{resource['resourceType']}/{resource['id']}", "resource": resource}


# Deleted


@pytest.mark.parametrize(
    "deletion",
    [
        DELETE,
        {**DELETE, "resource": condition("c", INSULINOMA)},
        {"fullUrl": "urn:uuid:1", "request": {"method": "DELETE"}},
        {"fullUrl": "http://x.org/fhir/Condition/c", "request": {"method": "DELETE", "url": "somewhere"}},
    ],
)
@pytest.mark.parametrize("is_last", [True, False])
def test_what_was_deleted_is_gone_in_every_version(deletion: dict[str, Any], is_last: bool) -> None:
    """A history tells a deletion by an entry without a resource."""
    versions = [{"resource": condition("c", INSULINOMA, meta={"versionId": version})} for version in "12"]
    url = deletion.get("fullUrl")
    kept = [{**one, "fullUrl": url} if url else one for one in versions]
    reading = case_from_bundle(sent(*(kept if is_last else ()), deletion, *(() if is_last else kept), kind="history"))
    assert (facts(reading), unmapped(reading)) == ({}, [("Condition/c", "", "superseded")])


def test_a_deletion_takes_nothing_else_away() -> None:
    assert facts(case_from_bundle(sent(DELETE, {"resource": condition("d", INSULINOMA)}))) == TYPE


# Responses of a batch


def test_an_entry_of_a_batch_that_failed_makes_the_reading_incomplete() -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "diagnostics": "no such search"}]}
    failed = {"response": {"status": "400", "outcome": outcome}}
    reading = case_from_bundle(sent(failed, {"resource": condition("c", INSULINOMA)}, kind="batch-response"))
    assert (facts(reading), reading.complete) == (TYPE, False)
    assert [(one.reason.value, one.text) for one in reading.unmapped] == [("incomplete", "no such search")]


@pytest.mark.parametrize(("state", "complete"), [("404 Not Found", False), ("201 Created", True), ("204", True), (None, False)])
def test_an_entry_of_a_batch_without_a_resource_says_by_its_status_whether_something_is_missing(
    state: str | None, complete: bool
) -> None:
    reading = case_from_bundle(sent({"response": {"status": state}}, kind="batch-response"))
    assert (reading.complete, reasons(reading)) == (complete, [] if complete else ["incomplete"])


def test_a_warning_beside_a_resource_is_reported() -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "diagnostics": "slow"}]}
    entry = {"resource": condition("c", INSULINOMA), "response": {"status": "200", "outcome": outcome}}
    reading = case_from_bundle(sent(entry))
    assert (facts(reading), reading.complete) == (TYPE, True)
    assert [(one.reason.value, one.text) for one in reading.unmapped] == [("not_read", "slow")]


# Again, and elsewhere


def test_a_resource_that_two_searches_found_is_one() -> None:
    tumor = condition("c", INSULINOMA, meta={"versionId": "1"})
    reading = read(tumor, {**tumor})
    assert (facts(reading), reading.unmapped) == (TYPE, ())
    with pytest.raises(FhirError, match="meta does not say which is newer"):
        read(tumor, {**tumor, "code": {"text": "else"}})
    deep: list[Any] = [[], []]
    for _ in range(50_000):
        deep = [[one] for one in deep]
    with pytest.raises(FhirError, match="meta does not say which is newer"):
        read({**tumor, "note": deep[0]}, {**tumor, "note": deep[1]})


def test_three_versions_come_to_one() -> None:
    versions = [
        condition("c", *code, meta={"versionId": str(number)}) for number, code in enumerate([[LIVER], [HEAD], [INSULINOMA]])
    ]
    for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
        reading = read(*(versions[number] for number in order))
        assert (facts(reading), reasons(reading)) == (TYPE, ["superseded"])
        assert len(reading.facts["tumor_type"].sources) == 1


@pytest.mark.parametrize("kind", ["replaced-by", "replaces", "seealso", "refer"])
def test_other_records_of_the_same_person_make_the_reading_incomplete(kind: str) -> None:
    relative = {"other": {"reference": "RelatedPerson/r"}, "type": "seealso"}
    linked = {**PATIENT, "link": [relative, {"other": {"reference": "Patient/q"}, "type": kind}]}
    reading = case_from_bundle({"resources": [linked, condition("c", INSULINOMA)]})
    assert (facts(reading), reading.complete) == (TYPE, False)
    assert [(one.resource, one.path, one.text) for one in reading.unmapped] == [("Patient/p", "link[1]", f"{kind} Patient/q")]


# Addresses


def test_a_relative_reference_is_one_to_the_resources_own_server() -> None:
    """`Patient/p` in a resource from y.org is not the patient of x.org."""
    tumor = condition("c", INSULINOMA)
    patient = at("x", PATIENT)
    own = case_from_bundle({"resourceType": "Bundle", "entry": [patient, at("x", tumor)]})
    assert facts(own) == TYPE
    tenant = {"fullUrl": "http://x.org/fhir/tenant/Condition/c", "resource": tumor}
    for foreign in (at("y", tumor), tenant):
        other = case_from_bundle({"resourceType": "Bundle", "entry": [patient, foreign]})
        assert (facts(other), unmapped(other)) == ({}, [("Condition/c", "subject", "other_subject")])
    with pytest.raises(FhirError, match="about two patients"):
        case_from_bundle({"resourceType": "Bundle", "entry": [at("x", tumor), at("y", condition("d", LIVER))]})


def test_addresses_that_tell_no_server_leave_references_as_they_are() -> None:
    for url in ("urn:uuid:7", "http://x.org/else", "Condition/c"):
        assert facts(case_from_bundle(sent({"fullUrl": url, "resource": condition("c", INSULINOMA)}))) == TYPE


def test_one_id_on_two_servers_is_two_resources() -> None:
    meta = {"versionId": "1"}, {"versionId": "2"}
    entries = [at(host, condition("c", INSULINOMA, meta=one)) for host, one in zip("xy", meta, strict=True)]
    with pytest.raises(FhirError, match=r"is Condition/c of another server than Bundle\.entry\[1\]\.resource"):
        case_from_bundle(sent(*entries))
    same = [at("x", condition("c", INSULINOMA, meta=one)) for one in meta]
    same[1]["fullUrl"] += "/_history/2"
    assert facts(case_from_bundle(sent(*same))) == TYPE


def test_a_reference_into_a_resource_is_no_reference_to_the_patient() -> None:
    contained = condition("c", INSULINOMA, subject={"reference": "#p"}, contained=[PATIENT])
    assert unmapped(read(contained)) == [("Condition/c", "subject", "other_subject")]
    assert unmapped(case_from_bundle(sent(at("x", contained)))) == [("Condition/c", "subject", "other_subject")]


# Left out with a reason


def test_an_end_without_a_date_is_an_end_where_no_status_says_more() -> None:
    ended = condition("c", LIVER, _abatementDateTime=UNKNOWN)
    assert (facts(read(ended)), reasons(read(ended))) == ({}, ["not_active"])
    assert facts(read({**ended, "clinicalStatus": status("active")})) == {"spread.liver": True}


@pytest.mark.parametrize("key", ["clinicalStatus", "verificationStatus"])
def test_a_status_that_is_left_out_with_a_reason_confirms_nothing(key: str) -> None:
    assert facts(read({**condition("c", LIVER), key: UNKNOWN})) == {}


def test_a_code_that_is_left_out_with_a_reason_is_reported() -> None:
    coding = {"system": INSULINOMA[0], "_code": UNKNOWN, "display": "Insulinoma"}
    reading = read(condition("c", code={"coding": [coding]}))
    assert (facts(reading), unmapped(reading)) == ({}, [("Condition/c", "code.coding[0]", "text_only")])


def test_an_answer_that_is_left_out_with_a_reason_is_no_answer() -> None:
    form = answered("q", {"resectable": True})
    form["item"][0]["answer"] = [{"_valueBoolean": UNKNOWN}]
    assert (facts(read(form)), reasons(read(form))) == ({}, ["no_mapping"])


def test_a_year_in_other_digits_is_no_date() -> None:
    with pytest.raises(FhirError, match="is no date"):
        read(condition("c", INSULINOMA), observation("o", M, CM0, date="\uff12\uff10\uff12\uff14"))


# What stands deeper


@pytest.mark.parametrize("inside", [False, True])
def test_a_modifier_of_an_answer_keeps_it_out(inside: bool) -> None:
    form = answered("q", {"resectable": True, "size": "small"})
    item = form["item"][0]
    (item["answer"][0] if inside else item)["modifierExtension"] = [{"url": "http://example.org/not"}]
    assert facts(read(form)) == {"size": "small"}
    assert unmapped(read(form)) == [("QuestionnaireResponse/q", "item[0]", "modifier_not_understood")]


def test_questions_under_an_answer_are_read() -> None:
    form = answered("q", {"resectable": True})
    form["item"][0]["answer"][0]["item"] = answered("i", {"size": "small"})["item"]
    assert facts(read(form)) == {"resectable": True, "size": "small"}
    assert read(form).facts["size"].sources[0].path == "item[0].answer[0].item[0].answer[0]"


def test_a_stage_within_a_condition_is_listed() -> None:
    reading = read(condition("c", INSULINOMA, site=HEAD, stage=[{"summary": {"text": "cM0"}}, {"assessment": []}]))
    assert facts(reading) == {**TYPE, "sites.head": True}
    assert [(one.path, one.reason.value, one.text) for one in reading.unmapped] == [
        ("stage[0]", "not_read", "cM0"),
        ("stage[1]", "not_read", ""),
    ]


def test_entries_that_hold_nothing_are_refused_with_their_place() -> None:
    empty: list[dict[str, Any]] = [{}, {"fullUrl": "u"}, {"request": {"method": "GET", "url": "Condition"}}]
    for entry in empty:
        with pytest.raises(FhirError, match=r"Bundle\.entry\[1\]: holds no resource"):
            case_from_bundle(sent(entry))
    wrong: list[dict[str, Any]] = [{"response": 7}, {"request": []}, {"response": {"outcome": []}}]
    for entry in wrong:
        with pytest.raises(FhirError, match=r"Bundle\.entry\[1\]\.\w+(\.outcome)?: takes an object"):
            case_from_bundle(sent(entry))
    assert facts(case_from_bundle(bundle())) == {}
