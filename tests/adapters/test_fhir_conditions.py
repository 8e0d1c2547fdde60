"""What Conditions say, and what they must not be taken to say."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_material import (
    DIARRHEA,
    ENDOCRINE,
    HEAD,
    ICD,
    ICDO,
    INSULINOMA,
    LIVER,
    LIVER_ICD,
    LOW_SUGAR,
    NODES_ICD,
    OTHER,
    SCT,
    VIPOMA,
    Code,
    concept,
    condition,
    facts,
    morphology,
    read,
    reasons,
    status,
    suggested,
    unmapped,
)
from pnet_pathways.adapters.fhir import ConflictingRecords, Source

TYPE = {"tumor_type": "insulinoma"}


def conflicts(*resources: dict[str, Any]) -> list[tuple[tuple[object, ...], list[str]]]:
    with pytest.raises(ConflictingRecords) as error:
        read(*resources)
    assert [conflict.problem for conflict in error.value.conflicts] == list(error.value.problems)
    return [(conflict.values, [str(source) for source in conflict.sources]) for conflict in error.value.conflicts]


# Sources


def test_a_fact_names_its_source() -> None:
    reading = read(condition("c", INSULINOMA, histology=morphology("8151/3", display="Insulinoma, malignant", version="3.2")))
    found = reading.facts["tumor_type"]
    assert found.value == "insulinoma"
    assert found.sources == (
        Source("Condition/c", "code.coding[0]", SCT, "302822000", "Insulinoma", "", "snomed-302822000"),
        Source(
            "Condition/c",
            "extension[0].valueCodeableConcept.coding[0]",
            ICDO,
            "8151/3",
            "Insulinoma, malignant",
            "3.2",
            "icdo-8151",
        ),
    )
    assert str(found.sources[0]) == "Condition/c code.coding[0]"


# Statuses


@pytest.mark.parametrize("code", ["refuted", "entered-in-error"])
def test_what_was_taken_back_says_nothing(code: str) -> None:
    reading = read(condition("c", INSULINOMA, verificationStatus=status(code, "ver-status")))
    assert (facts(reading), suggested(reading)) == ({}, {})
    assert unmapped(reading) == [("Condition/c", "verificationStatus", code.replace("-", "_"))]


@pytest.mark.parametrize("code", ["provisional", "differential", "unconfirmed", "a code to come"])
def test_what_is_not_confirmed_is_only_suggested(code: str) -> None:
    made = condition("c", INSULINOMA, site=HEAD, verificationStatus=status(code, "ver-status"))
    reading = read(made, condition("d", DIARRHEA))
    assert facts(reading) == {"symptoms.diarrhea": True}
    assert suggested(reading) == {**TYPE, "sites.head": True}
    assert {one.reason.value for one in reading.suggested} == {"unconfirmed"}


def test_a_status_that_is_only_text_does_not_confirm() -> None:
    reading = read(condition("c", INSULINOMA, verificationStatus={"text": "probably"}))
    assert (facts(reading), suggested(reading)) == ({}, TYPE)


@pytest.mark.parametrize("code", ["confirmed", None])
@pytest.mark.parametrize("clinical", ["active", None])
def test_a_confirmed_or_unsaid_status_counts(code: str | None, clinical: str | None) -> None:
    more: dict[str, Any] = {"verificationStatus": status(code, "ver-status")} if code else {}
    more |= {"clinicalStatus": status(clinical)} if clinical else {}
    assert facts(read(condition("c", LIVER_ICD, **more))) == {"spread.liver": True}


@pytest.mark.parametrize("code", ["remission", "inactive", "resolved", "a code to come"])
@pytest.mark.parametrize("coded", [LIVER, DIARRHEA])
def test_spread_and_symptoms_are_those_of_now(code: str, coded: Code) -> None:
    reading = read(condition("c", coded, clinicalStatus=status(code)))
    assert (facts(reading), unmapped(reading)) == ({}, [("Condition/c", "code.coding[0]", "not_active")])


def test_the_type_stays_what_it_was_and_its_place_does_not() -> None:
    reading = read(condition("c", INSULINOMA, site=HEAD, clinicalStatus=status("inactive")))
    assert facts(reading) == TYPE
    assert unmapped(reading) == [("Condition/c", "bodySite[0].coding[0]", "not_active")]


def test_an_end_without_a_clinical_status_is_an_end() -> None:
    assert facts(read(condition("c", LIVER, abatementDateTime="2020"))) == {}
    assert facts(read(condition("c", LIVER, abatementBoolean=False))) == {"spread.liver": True}


def test_active_and_ended_is_a_conflict() -> None:
    made = condition("c", LIVER, clinicalStatus=status("active"), abatementDateTime="2020")
    assert conflicts(made) == [((True, None), ["Condition/c clinicalStatus", "Condition/c abatementDateTime"])]
    foreign = condition("c", OTHER, clinicalStatus=status("active"), abatementDateTime="2020")
    assert reasons(read(foreign)) == ["no_mapping"]


@pytest.mark.parametrize("code", ["recurrence", "relapse"])
def test_a_tumor_that_came_back_is_recurrent(code: str) -> None:
    reading = read(condition("c", INSULINOMA, clinicalStatus=status(code)))
    assert facts(reading) == {**TYPE, "course": "recurrent"}
    assert reading.facts["course"].sources[0].path == "clinicalStatus"
    assert facts(read(condition("c", ENDOCRINE, clinicalStatus=status(code)))) == {"course": "recurrent"}


@pytest.mark.parametrize("coded", [LIVER_ICD, DIARRHEA, OTHER, (ICD, "C7A.8")])
def test_what_else_came_back_says_nothing_of_the_course(coded: Code) -> None:
    assert "course" not in facts(read(condition("c", coded, clinicalStatus=status("recurrence"))))


def test_a_recurrence_that_is_not_confirmed_is_suggested() -> None:
    made = condition("c", INSULINOMA, clinicalStatus=status("relapse"), verificationStatus=status("provisional", "ver-status"))
    assert (facts(read(made)), suggested(read(made))) == ({}, {**TYPE, "course": "recurrent"})


# The type


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, {}),
        ({"version": "3.2"}, {"tumor_type": "nonfunctional"}),
        ({"version": "3.2.1"}, {"tumor_type": "nonfunctional"}),
        ({"version": "3.1"}, {}),
        ({"version": "3"}, {}),
        ({"display": "Islet cell carcinoma"}, {}),
        ({"display": "Pancreatic neuroendocrine tumor, Non-functioning"}, {"tumor_type": "nonfunctional"}),
        ({"display": "Nonfunctional NET", "version": "3.0"}, {"tumor_type": "nonfunctional"}),
    ],
)
def test_8150_3_means_one_thing_in_its_last_edition_only(more: dict[str, str], expected: dict[str, str]) -> None:
    reading = read(condition("c", ENDOCRINE, histology=morphology("8150/3", **more)))
    assert facts(reading) == expected
    assert reasons(reading) == ([] if expected else ["type_not_said", "edition_unknown"])


@pytest.mark.parametrize("code", ["8151", "81513", "8151/", "8151/33", "8151/7", "8151/x", "8150/0", "9999/3", "c25.0"])
def test_a_morphology_of_another_form_is_reported(code: str) -> None:
    reading = read(condition("c", ENDOCRINE, histology=morphology(code)))
    assert (facts(reading), reasons(reading)) == ({}, ["type_not_said", "no_mapping"])


def test_a_morphology_may_stand_in_the_code_of_a_condition() -> None:
    assert facts(read(condition("c", (ICDO, "8151/3")))) == TYPE


def test_a_morphologic_abnormality_is_no_disorder() -> None:
    code = (SCT, "16189002")
    assert facts(read(condition("c", code))) == {}
    assert facts(read(condition("c", ENDOCRINE, histology=concept(code)))) == {"tumor_type": "gastrinoma"}


def test_topography_and_morphology_share_a_system_and_are_told_apart() -> None:
    assert facts(read(condition("c", INSULINOMA, site=(ICDO, "C25.0")))) == {**TYPE, "sites.head": True}
    assert facts(read(condition("c", (ICDO, "C25.0")))) == {}
    assert facts(read(condition("c", ENDOCRINE, site=(ICDO, "8151/3")))) == {}


@pytest.mark.parametrize("code", ["8140/3", "8500/3", "8550/3"])
def test_a_carcinoma_is_exocrine_in_the_pancreas_only(code: str) -> None:
    assert facts(read(condition("c", (ICDO, code)))) == {}
    assert reasons(read(condition("c", (ICDO, code)))) == ["organ_not_said"]
    assert facts(read(condition("c", (ICDO, code), site=(SCT, "80248007")))) == {}
    assert facts(read(condition("c", (ICDO, code), site=(SCT, "38848004")))) == {}
    assert facts(read(condition("c", (ICDO, code), site=HEAD))) == {"tumor_type": "exocrine", "sites.head": True}
    assert facts(read(condition("c", (ICD, "C25.9"), histology=morphology(code)))) == {"tumor_type": "exocrine"}


def test_icd_10_cm_never_names_the_type() -> None:
    reading = read(condition("c", (ICD, "C25.4")), condition("d", (ICD, "D13.7")), condition("e", LOW_SUGAR))
    assert (facts(reading), suggested(reading)) == ({}, {"symptoms.low_blood_sugar": True})
    assert reasons(reading) == ["type_not_said", "type_not_said"]


def test_codings_of_one_concept_must_agree() -> None:
    assert facts(read(condition("c", INSULINOMA, (ICD, "C25.0")))) == {**TYPE, "sites.head": True}
    both = condition("c", INSULINOMA, VIPOMA)
    assert conflicts(both) == [(("insulinoma", "vipoma"), ["Condition/c code.coding[0]", "Condition/c code.coding[1]"])]


def test_two_types_are_a_conflict_that_names_both() -> None:
    assert conflicts(condition("b", VIPOMA), condition("a", INSULINOMA)) == [
        (("insulinoma", "vipoma"), ["Condition/a code.coding[0]", "Condition/b code.coding[0]"])
    ]


def test_which_coding_a_user_chose_changes_nothing() -> None:
    made = condition("c", INSULINOMA, (ICD, "C25.0"))
    made["code"]["coding"][1]["userSelected"] = True
    assert facts(read(made)) == {**TYPE, "sites.head": True}


# Places


def test_one_site_leaves_the_others_and_the_number_unknown() -> None:
    reading = read(condition("c", INSULINOMA, site=HEAD))
    assert reading.case.to_dict() == {**TYPE, "sites": {"head": True}}
    assert (
        reading.case.value("sites.body") is reading.case.value("sites.tail") is reading.case.value("pancreatic_tumors") is None
    )


def test_several_sites_do_not_say_how_many_tumors() -> None:
    made = condition("c", INSULINOMA, bodySite=[concept(HEAD), concept((SCT, "73239005"))])
    assert read(made).case.to_dict() == {**TYPE, "sites": {"head": True, "tail": True}}


def test_the_duodenum_counts_where_the_record_says_the_type() -> None:
    duodenum = (SCT, "38848004")
    assert facts(read(condition("c", INSULINOMA, site=duodenum))) == {**TYPE, "duodenal_tumors": True}
    assert facts(read(condition("c", INSULINOMA, (ICD, "C7A.010")))) == {**TYPE, "duodenal_tumors": True}
    alone = read(condition("c", (ICD, "C7A.010")), condition("d", ENDOCRINE, site=duodenum))
    assert facts(alone) == {}
    assert reasons(alone) == ["type_not_said"] * 3


def test_a_tumor_recorded_in_the_liver_is_left_to_a_clinician() -> None:
    reading = read(condition("c", INSULINOMA, site=(SCT, "10200004")))
    assert (facts(reading), reasons(reading)) == (TYPE, ["needs_judgement"])


# Spread


def test_what_has_spread_says_nothing_of_other_places() -> None:
    reading = read(condition("c", LIVER_ICD), condition("d", NODES_ICD))
    assert reading.case.to_dict() == {"spread": {"lymph_nodes": True, "liver": True}}
    assert reading.case.value("spread.other") is None


def test_no_record_of_spread_is_no_record_that_there_is_none() -> None:
    assert read(condition("c", INSULINOMA)).case.value("spread.liver") is None
    assert read().case.to_dict() == {}


def test_a_metastatic_morphology_says_type_and_with_a_place_the_spread() -> None:
    site = (SCT, "10200004")
    assert facts(read(condition("c", (ICDO, "8151/6"), site=site))) == {**TYPE, "spread.liver": True}
    without = read(condition("c", (ICDO, "8151/6")))
    assert (facts(without), reasons(without)) == (TYPE, ["organ_not_said"])
    uncertain = read(condition("c", (ICDO, "8151/9"), site=site))
    assert (facts(uncertain), reasons(uncertain)) == (TYPE, ["needs_judgement"])
    in_the_head = read(condition("c", (ICDO, "8151/9"), site=HEAD))
    assert (facts(in_the_head), reasons(in_the_head)) == (TYPE, ["needs_judgement"])


def test_a_secondary_in_the_head_is_no_tumor_of_the_head() -> None:
    reading = read(condition("c", (SCT, "128462008"), site=HEAD))
    assert (facts(reading), reasons(reading)) == ({}, ["needs_judgement", "organ_not_said"])


# Text


def test_a_concept_in_words_alone_is_reported() -> None:
    reading = read(
        condition("c", code={"text": "insulinoma"}),
        condition("d", code={"coding": [{"code": "302822000", "display": "Insulinoma"}]}),
        condition("e", INSULINOMA, bodySite=[{"text": "head of the pancreas"}]),
        condition("f", code={"coding": [{"system": SCT, "display": "Insulinoma"}]}),
        condition("g", code={}),
    )
    assert facts(reading) == TYPE
    assert unmapped(reading) == [
        ("Condition/c", "code", "text_only"),
        ("Condition/d", "code.coding[0]", "text_only"),
        ("Condition/e", "bodySite[0]", "text_only"),
        ("Condition/f", "code.coding[0]", "text_only"),
        ("Condition/g", "code", "text_only"),
    ]
    assert [one.text for one in reading.unmapped] == [
        "insulinoma",
        "302822000 Insulinoma",
        "head of the pancreas",
        "Insulinoma",
        "",
    ]


def test_a_condition_without_a_code_is_reported() -> None:
    assert unmapped(read(condition("c"))) == [("Condition/c", "code", "absent")]


def test_a_code_of_a_system_under_another_name_is_not_guessed() -> None:
    reading = read(condition("c", ("urn:oid:2.16.840.1.113883.6.96", "302822000")))
    assert (facts(reading), reasons(reading)) == ({}, ["no_mapping"])
