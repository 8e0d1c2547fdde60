"""What Observations, procedures, recorded tumors and forms say, and what they must not be taken to say."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_material import (
    CM0,
    CM1,
    CN0,
    CN1,
    HEAD,
    ICDO,
    INSULINOMA,
    LIVER,
    LOINC,
    NODES_ICD,
    OTHER,
    PN0,
    SCT,
    Code,
    M,
    N,
    answered,
    concept,
    condition,
    facts,
    observation,
    procedure,
    read,
    reasons,
    status,
    suggested,
    unmapped,
)
from pnet_pathways.adapters.fhir import ConflictingRecords

TUMOR = condition("t", INSULINOMA)
TYPE = {"tumor_type": "insulinoma"}
HISTOLOGY = (LOINC, "31206-6")
TREND, WORSENED = (LOINC, "97509-4"), (SCT, "271299001")
NOT_DISTANT = {"spread.liver": False, "spread.other": False}


def conflict(*resources: dict[str, Any]) -> list[str]:
    with pytest.raises(ConflictingRecords) as error:
        read(*resources)
    return [str(source) for one in error.value.conflicts for source in one.sources]


# Observations


@pytest.mark.parametrize("state", ["final", "amended", "corrected"])
def test_a_final_morphology_says_the_type(state: str) -> None:
    assert facts(read(observation("o", HISTOLOGY, (ICDO, "8153/1"), status=state))) == {"tumor_type": "gastrinoma"}


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("preliminary", "unconfirmed"),
        ("registered", "unconfirmed"),
        ("cancelled", "not_final"),
        ("unknown", "not_final"),
        ("entered-in-error", "entered_in_error"),
        (None, "not_final"),
    ],
)
def test_what_is_not_final_says_nothing(state: str | None, reason: str) -> None:
    reading = read(observation("o", HISTOLOGY, (ICDO, "8153/1"), status=state))
    assert (facts(reading), unmapped(reading)) == ({}, [("Observation/o", "status", reason)])


def test_a_value_that_is_absent_is_reported() -> None:
    absent = observation("o", HISTOLOGY, dataAbsentReason={"text": "unknown"})
    assert unmapped(read(absent)) == [("Observation/o", "value", "absent")]
    assert unmapped(read(observation("o", HISTOLOGY))) == [("Observation/o", "value", "absent")]
    assert unmapped(read(observation("o", HISTOLOGY, hasMember=[{"reference": "Observation/m"}]))) == []


def test_components_are_read() -> None:
    parts = [
        {"code": concept(HISTOLOGY), "valueCodeableConcept": concept((ICDO, "8151/3"))},
        {"code": concept((LOINC, "21889-1")), "valueQuantity": {"value": 2.1, "unit": "cm"}},
        {"code": concept((LOINC, "33746-9")), "valueString": "an unknown question"},
        {"code": concept(HISTOLOGY), "valueCodeableConcept": concept((ICDO, "8155/3")), "modifierExtension": [{"url": "u"}]},
    ]
    reading = read(observation("o", (LOINC, "77753-2"), component=parts))
    assert facts(reading) == TYPE
    assert unmapped(reading) == [
        ("Observation/o", "component[1].valueQuantity", "no_measure_in_summary"),
        ("Observation/o", "component[2].code.coding[0]", "no_mapping"),
        ("Observation/o", "component[3]", "modifier_not_understood"),
    ]
    assert reading.unmapped[0].text == "2.1 cm"


def test_a_carcinoma_of_an_observation_needs_its_place() -> None:
    assert facts(read(observation("o", HISTOLOGY, (ICDO, "8500/3")))) == {}
    assert facts(read(observation("o", HISTOLOGY, (ICDO, "8500/3"), bodySite=concept(HEAD)))) == {"tumor_type": "exocrine"}


def test_an_observation_of_something_else_says_nothing() -> None:
    """What focuses on another Condition is not of the tumor; nor is it where the Condition is not there to tell."""
    breast = condition("b", (SCT, "254837009"))
    for value, code in ((CM0, M), ((ICDO, "8151/3"), HISTOLOGY), (WORSENED, TREND)):
        for focus in ("b", "nowhere"):
            reading = read(TUMOR, breast, observation("o", code, value, focus=focus))
            assert (facts(reading), suggested(reading)) == (TYPE, {})
            assert ("Observation/o", "valueCodeableConcept.coding[0]", "other_subject") in unmapped(reading)


def test_staging_that_does_not_say_of_what_needs_the_tumor_on_record() -> None:
    assert facts(read(observation("o", M, CM0))) == {}
    assert facts(read(TUMOR, observation("o", M, CM0))) == {**TYPE, **NOT_DISTANT}
    doubtful = condition("t", INSULINOMA, verificationStatus=status("provisional", "ver-status"))
    assert facts(read(doubtful, observation("o", M, CM0))) == {}


# Stages


def test_stages_say_where_there_is_no_spread() -> None:
    reading = read(TUMOR, observation("m", M, CM0), observation("n", N, CN0))
    assert reading.case.to_dict() == {**TYPE, "spread": []}


def test_spread_to_an_organ_that_is_not_said_is_no_fact() -> None:
    reading = read(TUMOR, observation("m", M, CM1))
    assert (facts(reading), reasons(reading)) == (TYPE, ["organ_not_said"])


def test_nodes_by_a_stage_are_to_be_confirmed() -> None:
    reading = read(TUMOR, observation("n", N, CN1))
    assert (facts(reading), suggested(reading)) == (TYPE, {"spread.lymph_nodes": True})


def test_a_stage_against_a_record_of_spread_is_a_conflict() -> None:
    liver = condition("l", LIVER)
    assert conflict(TUMOR, liver, observation("m", M, CM0)) == [
        "Condition/l code.coding[0]",
        "Observation/m valueCodeableConcept.coding[0]",
    ]
    assert len(conflict(TUMOR, condition("n", NODES_ICD), observation("o", N, PN0))) == 2
    assert facts(read(TUMOR, liver, observation("m", M, CM1))) == {**TYPE, "spread.liver": True}


@pytest.mark.parametrize(
    ("before", "after"),
    [("2025", "2026"), ("2025-12", "2026-01-01"), ("2026-01-01T10:00:00Z", "2026-01-01T10:00:01Z"), ("2026-01", "2026-02")],
)
def test_the_newest_stage_counts(before: str, after: str) -> None:
    first, then = observation("a", M, CM1, date=before), observation("b", M, CM0, date=after)
    reading = read(TUMOR, first, then)
    assert facts(reading) == {**TYPE, **NOT_DISTANT}
    assert unmapped(reading) == [("Observation/a", "valueCodeableConcept.coding[0]", "superseded")]
    worse = read(TUMOR, observation("a", M, CM0, date=before), observation("b", M, CM1, date=after))
    assert (facts(worse), sorted(reasons(worse))) == (TYPE, ["organ_not_said", "superseded"])


@pytest.mark.parametrize(
    ("one", "other"),
    [("2026-01-01", "2026-01-01"), ("2026", "2026-01-05"), ("2026-01-01T09:00:00+01:00", "2026-01-01T08:00:00Z"), ("", "2026")],
)
def test_stages_of_the_same_date_must_agree(one: str, other: str) -> None:
    first, second = observation("a", M, CM1, date=one), observation("b", M, CM0, date=other)
    assert conflict(TUMOR, first, second) == [
        "Observation/a valueCodeableConcept.coding[0]",
        "Observation/b valueCodeableConcept.coding[0]",
    ]
    assert facts(read(TUMOR, {**first, "valueCodeableConcept": concept(CM0)}, second)) == {**TYPE, **NOT_DISTANT}


def test_of_the_same_date_the_pathologic_stage_counts_and_both_are_shown() -> None:
    clinical, pathologic = observation("c", N, CN1, date="2026-01"), observation("p", N, PN0, date="2026-01")
    reading = read(TUMOR, clinical, pathologic)
    assert facts(reading) == {**TYPE, "spread.lymph_nodes": False}
    assert unmapped(reading) == [("Observation/c", "valueCodeableConcept.coding[0]", "superseded")]
    later = read(TUMOR, {**clinical, "effectiveDateTime": "2026-02"}, pathologic)
    assert (facts(later), suggested(later)) == (TYPE, {"spread.lymph_nodes": True})


def test_a_period_counts_by_its_end() -> None:
    first = observation("a", M, CM1, effectivePeriod={"start": "2020", "end": "2025-05"})
    second = observation("b", M, CM0, effectivePeriod={"start": "2025-06"})
    assert facts(read(TUMOR, first, second)) == {**TYPE, **NOT_DISTANT}
    longer = {**first, "effectivePeriod": {"start": "2020", "end": "2026"}}
    assert facts(read(TUMOR, longer, second)) == TYPE


# The rest


def test_worse_is_to_be_confirmed_as_growth_during_treatment() -> None:
    reading = read(TUMOR, observation("o", TREND, WORSENED))
    assert (facts(reading), suggested(reading)) == (TYPE, {"course": "progressive"})
    assert reasons(read(TUMOR, observation("o", TREND, (SCT, "359746009")))) == ["needs_judgement"]


def test_a_history_is_read_by_its_value_first() -> None:
    history = (SCT, "1287652008")
    for value in (True, False):
        reading = read(TUMOR, observation("o", history, valueBoolean=value))
        assert (facts(reading), suggested(reading), reasons(reading)) == (TYPE, {}, ["needs_judgement"])
        assert reading.unmapped[0].text.endswith(f": {str(value).lower()}")


def test_words_in_place_of_a_code_are_reported() -> None:
    reading = read(observation("o", HISTOLOGY, valueString="insulinoma"))
    assert [(one.path, one.reason.value, one.text) for one in reading.unmapped] == [("valueString", "text_only", "insulinoma")]


@pytest.mark.parametrize("state", ["not-done", "in-progress", "stopped", "unknown"])
def test_an_operation_that_is_not_completed_suggests_nothing(state: str) -> None:
    reading = read(procedure("r", (SCT, "33149006"), state))
    assert (suggested(reading), reasons(reading)) == ({}, ["not_final"])


def test_an_operation_says_nothing_for_certain() -> None:
    reading = read(TUMOR, procedure("r", (SCT, "116241004")), procedure("x", (SCT, "80146002")))
    assert (facts(reading), suggested(reading)) == (TYPE, {"primary_removed": True})
    assert unmapped(reading) == [("Procedure/x", "code.coding[0]", "no_mapping")]


def test_a_drug_is_listed() -> None:
    drug = {"resourceType": "MedicationRequest", "id": "d", "medicationCodeableConcept": {"text": "a drug"}}
    assert [(one.resource, one.reason.value, one.text) for one in read(drug).unmapped] == [
        ("MedicationRequest/d", "needs_judgement", "a drug")
    ]


def body(name: str, place: Code, **more: Any) -> dict[str, Any]:
    made = {"resourceType": "BodyStructure", "id": name, "patient": {"reference": "Patient/p"}, "location": concept(place)}
    return {**made, "morphology": {"text": "tumor"}, **more}


def test_recorded_tumors_suggest_their_places_and_their_number() -> None:
    one = read(body("a", HEAD))
    assert (facts(one), suggested(one)) == ({}, {"pancreatic_tumors": "one", "sites.head": True})
    two = read(body("a", HEAD), body("b", (SCT, "73239005")), body("c", OTHER))
    assert suggested(two) == {"pancreatic_tumors": "several", "sites.head": True, "sites.tail": True}
    assert reasons(read(body("a", HEAD, active=False))) == ["not_active"]


def test_a_part_of_the_body_is_a_tumor_where_the_record_says_so() -> None:
    plain = body("a", HEAD, morphology=None)
    assert (suggested(read(plain)), reasons(read(plain))) == ({}, ["needs_judgement"])
    url = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-related-condition"
    related = {**plain, "extension": [{"url": url, "valueReference": {"reference": "Condition/t"}}]}
    assert suggested(read(TUMOR, related)) == {"pancreatic_tumors": "one", "sites.head": True}
    assert suggested(read(related)) == {}


# Forms


def test_a_form_of_our_own_says_everything() -> None:
    answers = {
        "course": "new",
        "pancreatic_tumors": "one",
        "sites.head": True,
        "size": "small",
        "resectable": True,
        "spread.liver": False,
    }
    reading = read(TUMOR, answered("q", answers))
    assert facts(reading) == {**TYPE, **answers}
    assert reading.facts["size"].sources[0].path == "item[3].answer[0]"


def test_a_form_of_somebody_else_is_not_read() -> None:
    reading = read(answered("q", {"size": "small"}, questionnaire="https://example.org/Questionnaire/intake"))
    assert (facts(reading), reasons(reading)) == ({}, ["not_read"])


@pytest.mark.parametrize("state", ["in-progress", "stopped", "entered-in-error"])
def test_a_form_that_is_not_completed_says_nothing(state: str) -> None:
    assert facts(read(answered("q", {"size": "small"}, status=state))) == {}


def test_an_answer_that_the_form_does_not_have_is_reported() -> None:
    reading = read(answered("q", {"size": "medium", "weight": True, "course": True}))
    assert (facts(reading), reasons(reading)) == ({}, ["no_mapping"] * 3)
    assert {one.text for one in reading.unmapped} == {"size size.medium", "weight", "course"}


def test_an_answer_must_be_one_and_of_the_form() -> None:
    two, foreign = answered("q", {"size": "small"}), answered("q", {"size": "small"})
    two["item"][0]["answer"] *= 2
    foreign["item"][0]["answer"][0]["valueCoding"]["system"] = "https://example.org/CodeSystem/facts"
    for form in (two, foreign):
        assert (facts(read(form)), reasons(read(form))) == ({}, ["no_mapping"])


def test_the_newest_answer_counts() -> None:
    first, then = answered("a", {"size": "small", "course": "new"}, "2026-01"), answered("b", {"size": "large"}, "2026-02")
    reading = read(first, then)
    assert facts(reading) == {"course": "new", "size": "large"}
    assert unmapped(reading) == [("QuestionnaireResponse/a", "item[0].answer[0]", "superseded")]
    assert len(conflict(first, answered("b", {"size": "large"}, "2026-01-05"))) == 2


def test_an_answer_against_a_record_is_a_conflict() -> None:
    assert conflict(condition("l", LIVER), answered("q", {"spread.liver": False})) == [
        "Condition/l code.coding[0]",
        "QuestionnaireResponse/q item[0].answer[0]",
    ]


def test_records_that_break_a_rule_together_are_a_conflict_that_names_each() -> None:
    removed = answered("q", {"course": "stable", "primary_removed": True})
    with pytest.raises(ConflictingRecords, match="where the primary tumor was removed") as error:
        read(condition("t", INSULINOMA, site=HEAD), removed)
    assert {str(source).split()[0] for source in error.value.conflicts[0].sources} == {"Condition/t", "QuestionnaireResponse/q"}


def test_items_of_a_form_may_be_nested() -> None:
    form = answered("q", {"size": "small"})
    form["item"] = [{"linkId": "group", "item": form["item"]}]
    assert facts(read(form)) == {"size": "small"}
