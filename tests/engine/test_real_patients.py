"""Real patients, and what each of the readings R-17 to R-24 makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from pnet_pathways import recommend
from pnet_pathways.engine.answer import Certainty, Recommendation, Status
from pnet_pathways.engine.tables import GapKind

RESECTED: dict[str, Any] = {
    "tumor_type": "gastrinoma",
    "course": "recurrent",
    "primary_removed": True,
    "refractory": False,
    "spread": ["liver"],
    "spread_resectable": False,
    "mostly_liver": False,
    "symptoms": [],
}
"""A gastrinoma that was resected and has come back in the liver."""


def options(answer: Recommendation) -> dict[str, list[str]]:
    """Return the treatments of every certain option, by statement."""
    found: dict[str, list[str]] = {}
    for one in answer.options:
        if one.certainty is Certainty.CERTAIN:
            found.setdefault(one.statement, []).append(" and ".join(one.treatments))
    return found


def silent(answer: Recommendation) -> set[str]:
    return {one.track for one in answer.gaps if one.kind is GapKind.SILENT and one.certainty is Certainty.CERTAIN}


def changes(answer: Recommendation) -> dict[str, set[str]]:
    """Return the statements of which an alternative adds, removes or changes options, by ``reading=alternative``."""
    return {
        f"{one.reading}={one.alternative}": {
            *(option.statement for option in (*one.options_added, *one.options_removed)),
            *(change.option.statement for change in one.options_changed),
        }
        for one in answer.alternatives
    }


# after the operation


def test_liver_recurrence_after_resection_gets_what_is_listed_for_the_liver_and_for_recurrence() -> None:
    answer = recommend(RESECTED)
    assert answer.status is Status.COMPLETE
    assert {one.track for one in answer.options} == {"spread", "course"}
    assert options(answer) == {
        "GAS-8": ["liver_resection", "radiofrequency_ablation", "cryosurgical_ablation", "chemoembolization"],
        "GAS-9": ["chemotherapy", "hormone_therapy"],
        "REC-1": ["chemotherapy", "hormone_therapy", "targeted_therapy", "clinical_trial"],
        "REC-2": ["regional_chemotherapy", "hepatic_arterial_occlusion", "chemoembolization"],
    }
    assert answer.gaps == ()


@pytest.mark.parametrize("kind", ["gastrinoma", "insulinoma", "glucagonoma", "vipoma", "somatostatinoma", "other"])
def test_nothing_is_listed_on_a_primary_tumor_that_was_removed_and_that_is_no_gap(kind: str) -> None:
    answer = recommend({"tumor_type": kind, "course": "stable", "primary_removed": True, "spread": [], "refractory": False})
    assert not [one for one in answer.options if one.track == "primary"]
    assert answer.gaps == ()


def test_no_tumor_found_is_another_thing_than_a_tumor_removed() -> None:
    case = {"tumor_type": "gastrinoma", "course": "stable", "pancreatic_tumors": "none", "duodenal_tumors": False}
    found = {**case, "refractory": False, "spread": [], "symptoms": []}
    assert options(recommend({**found, "primary_removed": False})) == {
        "GAS-7": ["parietal_cell_vagotomy and acid_reducing_drug", "total_gastrectomy"]
    }
    assert options(recommend({**found, "primary_removed": True})) == {}


@pytest.mark.parametrize("kind", ["insulinoma", "glucagonoma"])
def test_none_found_is_no_tumor_that_cannot_be_removed(kind: str) -> None:
    case = {"tumor_type": kind, "course": "new", "pancreatic_tumors": "none", "resectable": False, "spread": []}
    answer = recommend(case)
    assert options(answer) == {}
    assert silent(answer) == {"primary"}


# Stable on treatment


def test_a_stable_patient_gets_the_types_statements_and_none_on_recurrence() -> None:
    case = {"tumor_type": "vipoma", "course": "stable", "primary_removed": True, "spread": ["liver"], "spread_resectable": True}
    assert options(recommend({**case, "symptoms": []})) == {
        "VIP-1": ["fluid_and_electrolyte_replacement and hormone_therapy"],
        "VIP-3": ["debulking_surgery"],
        "VIP-4": ["tumor_removal"],
        "VIP-5": ["chemotherapy", "targeted_therapy"],
    }


def test_stable_is_no_growth_during_treatment() -> None:
    case = {"tumor_type": "somatostatinoma", "resectable": True, "spread": ["lymph_nodes"]}
    assert silent(recommend({**case, "course": "stable"})) == {"spread"}
    assert "SOM-3" in options(recommend({**case, "course": "progressive"}))


# whose removability


def test_what_has_spread_cannot_be_removed_though_the_primary_can() -> None:
    case = {"tumor_type": "insulinoma", "course": "new", "pancreatic_tumors": "one", "sites": ["body", "tail"], "size": "large"}
    answer = recommend({**case, "resectable": True, "spread": ["liver"], "spread_resectable": False, "mostly_liver": False})
    assert options(answer) == {
        "INS-3": ["distal_pancreatectomy"],
        "INS-5": [
            *("combination_chemotherapy", "insulin_lowering_drug", "hormone_therapy"),
            *("radiofrequency_ablation", "cryosurgical_ablation"),
        ],
        "INS-6": ["radiofrequency_ablation", "cryosurgical_ablation"],
    }
    assert answer.gaps == ()
    assert {one.track for one in answer.options if one.statement == "INS-5"} == {"spread"}
    assert changes(answer)["R-18=primary"] == {"INS-5", "INS-6"}


def test_what_has_spread_can_be_removed_though_the_primary_cannot() -> None:
    case = {"tumor_type": "insulinoma", "course": "new", "pancreatic_tumors": "several", "sites": ["body"], "resectable": False}
    answer = recommend({**case, "spread": ["lymph_nodes"], "spread_resectable": True})
    assert list(options(answer)) == ["INS-5", "INS-6"]
    assert options(answer)["INS-6"] == ["cancer_removal"]


def test_each_removability_decides_on_its_own_statements_of_a_vipoma() -> None:
    case = {"tumor_type": "vipoma", "course": "new", "spread": ["lymph_nodes"]}
    primary_only = options(recommend({**case, "resectable": True, "spread_resectable": False}))
    assert primary_only["VIP-2"] == ["removal_of_tumor_and_lymph_nodes"]
    assert primary_only["VIP-4"] == ["radiofrequency_ablation", "cryosurgical_ablation"]
    assert "VIP-3" not in primary_only
    spread_only = options(recommend({**case, "resectable": False, "spread_resectable": True}))
    assert spread_only["VIP-3"] == ["debulking_surgery"]
    assert spread_only["VIP-4"] == ["tumor_removal"]
    assert "VIP-2" not in spread_only


@pytest.mark.parametrize(
    ("case", "removal"),
    [
        ({"primary_removed": True, "spread": ["liver"], "spread_resectable": True}, True),
        ({"primary_removed": True, "spread": ["liver"], "spread_resectable": False}, False),
        ({"primary_removed": True, "spread": []}, False),
        ({"resectable": True, "spread": ["liver"], "spread_resectable": False}, True),
        ({"resectable": False, "spread": ["liver"], "spread_resectable": True}, True),
        ({"resectable": False, "spread": ["liver"], "spread_resectable": False}, False),
        ({"resectable": True, "spread": []}, True),
        ({"resectable": False, "spread": []}, False),
    ],
)
@pytest.mark.parametrize("course", ["recurrent", "progressive"])
def test_what_came_back_or_grows_is_removed_where_the_primary_or_what_has_spread_can_be(
    case: dict[str, Any], removal: bool, course: str
) -> None:
    found = options(recommend({"course": course, **case}))["REC-1"]
    assert ("tumor_removal" in found) is removal
    assert found[-1] == "clinical_trial"


@pytest.mark.parametrize(
    ("found", "track"),
    [
        ({"resectable": False, "spread": []}, "primary"),
        ({"resectable": False, "spread": ["liver"]}, "primary"),
        ({"resectable": False}, "primary"),
        ({"resectable": True, "spread": ["liver"]}, "spread"),
        ({"resectable": True}, "spread"),
        ({"primary_removed": True, "course": "stable"}, "spread"),
        ({"spread": ["liver"]}, "spread"),
        ({}, "primary"),
    ],
)
def test_a_statement_of_two_tracks_stands_under_the_first_in_which_it_holds_else_may_hold(
    found: dict[str, Any], track: str
) -> None:
    answer = recommend({"tumor_type": "vipoma", **found})
    assert [one.track for one in answer.options if one.statement == "VIP-3"] == [track]


# nonfunctional tumors


def test_a_gap_of_nonfunctional_tumors_has_the_words_of_the_reading_by_which_the_section_is_silent_on_them() -> None:
    case = {"tumor_type": "nonfunctional", "resectable": False, "spread": ["lymph_nodes"]}
    messages = [one.message for one in recommend(case, readings={"R-9": "silent"}).gaps]
    assert [one.startswith("Read so, this section is about functional tumors alone.") for one in messages] == [True, True]
    other = recommend({**case, "tumor_type": "other"}, readings={"R-9": "silent"}).gaps
    assert [one.message for one in other] == [one.message for one in recommend(case).gaps]


def test_no_other_type_is_named_as_nearest_to_a_type_on_which_the_section_is_silent() -> None:
    case = {"tumor_type": "nonfunctional", "resectable": False, "spread": ["lymph_nodes"]}
    assert [one.nearest for one in recommend(case, readings={"R-9": "silent"}).gaps] == [(), ()]


# residual tumor


def residual(**more: Any) -> Recommendation:
    case = {"tumor_type": "gastrinoma", "course": "stable", "pancreatic_tumors": "several", "sites": ["head", "tail"]}
    return recommend({**case, "duodenal_tumors": False, "residual_after_surgery": True, "spread": [], **more})


@pytest.mark.parametrize("resectable", [True, False])
def test_after_the_operation_what_follows_it_is_listed_and_not_the_operation_again(resectable: bool) -> None:
    answer = residual(resectable=resectable)
    assert options(answer) == {"GAS-5": ["parietal_cell_vagotomy and acid_reducing_drug", "total_gastrectomy"]}
    assert [one.kind for one in answer.gaps] == []


def test_read_otherwise_the_operation_is_listed_again() -> None:
    assert changes(residual(resectable=True))["R-20=again"] == {"GAS-4"}
    assert "R-20=again" not in changes(residual(resectable=False))


def test_residual_of_a_single_tumor_is_read_as_none_of_several() -> None:
    answer = residual(pancreatic_tumors="one", sites=["tail"], resectable=False)
    assert silent(answer) == {"primary"}
    assert changes(answer)["R-6=any_surgery"] == {"GAS-5"}


# ulcers and acid


@pytest.mark.parametrize(
    ("symptoms", "drug"), [(["stomach_ulcers"], True), (["excess_stomach_acid"], True), (["diarrhea"], False), ([], False)]
)
def test_ulcers_of_a_gastrinoma_count_as_symptoms_of_too_much_acid(symptoms: list[str], drug: bool) -> None:
    answer = recommend({"tumor_type": "gastrinoma", "symptoms": symptoms})
    assert ("GAS-1" in options(answer)) is drug
    assert ("R-21=only_if_said" in changes(answer)) is (symptoms == ["stomach_ulcers"])


# a tumor over several parts


def test_a_gastrinoma_over_head_and_body_meets_the_statements_of_both_parts() -> None:
    case = {"tumor_type": "gastrinoma", "pancreatic_tumors": "one", "sites": ["head", "body"], "duodenal_tumors": False}
    found = options(recommend({**case, "resectable": True, "spread": []}))
    assert list(found) == ["GAS-2", "GAS-3"]


@pytest.mark.parametrize(
    ("sites", "size", "statement"),
    [
        (["head", "body"], "small", "INS-1"),
        (["body", "tail"], "small", "INS-1"),
        (["body"], "small", None),
        (["head", "body"], "large", "INS-3"),
        (["head"], "large", None),
    ],
)
def test_an_insulinoma_over_two_parts_meets_the_statement_of_either(sites: list[str], size: str, statement: str | None) -> None:
    case = {"tumor_type": "insulinoma", "pancreatic_tumors": "one", "sites": sites, "size": size, "resectable": True}
    answer = recommend({**case, "spread": []})
    assert [one for one in options(answer) if one.startswith("INS")] == ([statement] if statement else [])
    assert silent(answer) == (set() if statement else {"primary"})


# liver resection


@pytest.mark.parametrize("removable", [True, False, None])
def test_liver_resection_is_listed_without_a_word_on_removability(removable: bool | None) -> None:
    answer = recommend({**RESECTED, "spread_resectable": removable})
    assert "liver_resection" in options(answer)["GAS-8"]
    assert ("R-24=needs_removable" in changes(answer)) is (removable is not True)


# Issue 10


def test_recurrence_elsewhere_after_resection_lists_no_operation_on_the_stomach() -> None:
    case = {"tumor_type": "gastrinoma", "course": "recurrent", "primary_removed": True, "spread": ["other"]}
    answer = recommend({**case, "refractory": False, "symptoms": []})
    assert list(options(answer)) == ["GAS-9", "REC-1"]
    assert answer.gaps == ()
    assert answer.missing == ("spread_resectable",)


def test_the_pancreatoduodenectomy_of_a_removable_insulinoma_hangs_on_how_the_text_is_read() -> None:
    case = {"tumor_type": "insulinoma", "course": "new", "pancreatic_tumors": "one", "sites": ["head"], "size": "large"}
    whole = {**case, "resectable": True, "spread": [], "symptoms": []}
    answer = recommend(whole)
    assert silent(answer) == {"primary"}
    (other,) = [one for one in answer.alternatives if (one.reading, one.alternative) == ("R-2", "on_its_own")]
    assert [one.treatments for one in other.options_added] == [("pancreatoduodenectomy",)]
    assert [one.track for one in other.gaps_removed] == ["primary"]
    assert options(recommend(whole, readings={"R-2": "on_its_own"})) == {"INS-2": ["pancreatoduodenectomy"]}


# Type unknown


def test_recurrence_of_a_removed_tumor_of_unknown_type_still_has_what_holds_for_every_type() -> None:
    case = {"course": "recurrent", "primary_removed": True, "spread": ["liver"], "spread_resectable": True}
    answer = recommend({**case, "symptoms": ["diarrhea"]})
    assert answer.missing[0] == "tumor_type"
    assert list(options(answer)) == ["SUP-2", "REC-1", "REC-2"]
    assert options(answer)["REC-1"][0] == "tumor_removal"
    assert answer.gaps == ()
    # Debulking of a VIPoma is listed for the primary tumor and for what has spread: here it stands under spread.
    assert not [one for one in answer.options if one.track == "primary"]
    assert "VIP-3" in {one.statement for one in answer.options if one.track == "spread"}


def test_under_which_track_a_statement_stands_does_not_hang_on_the_cases_before() -> None:
    case = {"tumor_type": "insulinoma", "pancreatic_tumors": "several", "spread": ["liver"], "spread_resectable": False}
    tracks = [
        {one.track for one in recommend({**case, "resectable": resectable}).options if one.statement == "INS-5"}
        for resectable in (True, False, True)
    ]
    assert tracks == [{"spread"}, {"primary"}, {"spread"}]
