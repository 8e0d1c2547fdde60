"""The work-up: what the summary says of a tumor type before treatment."""

from __future__ import annotations

import json

import pytest

from pnet_pathways import CaseError
from pnet_pathways.engine import workup as room
from pnet_pathways.engine.text import workup_text
from pnet_pathways.engine.workup import WorkupAnswer
from reference_material import reference_only

KEYS = {
    "tumor_type": str,
    "name": str,
    "hormone": str | None,
    "also_called": list,
    "syndromes": list,
    "typical_site": str | None,
    "behavior": str | None,
    "signs": list,
    "tests": list,
    "general_tests": list,
    "scope_note": str,
    "silent_on": list,
    "locators": list,
    "source": dict,
    "disclaimer": str,
}
TYPES = tuple(reference_only().workup.types)
LOCATED = ("hormone", "also_called", "syndromes", "typical_site", "behavior", "signs")


def workup(kind: str) -> WorkupAnswer:
    """Return the work-up of a type of the project."""
    return room.workup(kind, reference_only())


def needs_of(kind: str) -> dict[str, tuple[int | None, dict[str, str] | None]]:
    """Return what each of a type's own tests needs, as plain data has it."""
    return {test["id"]: (test["fasting_hours"], test["after"]) for test in workup(kind).to_dict()["tests"]}


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_has_a_work_up_as_plain_data_of_the_right_types(kind: str) -> None:
    data = workup(kind).to_dict()
    assert set(data) == set(KEYS)
    assert {key for key, expected in KEYS.items() if not isinstance(data[key], expected)} == set()
    assert json.loads(json.dumps(data)) == data


@pytest.mark.parametrize(
    ("kind", "hormone"),
    [
        ("gastrinoma", "gastrin"),
        ("insulinoma", "insulin"),
        ("glucagonoma", "glucagon"),
        ("somatostatinoma", "somatostatin"),
        ("nonfunctional", None),
    ],
)
def test_a_functional_type_is_told_by_its_hormone(kind: str, hormone: str | None) -> None:
    assert workup(kind).own.hormone == hormone


@pytest.mark.parametrize("kind", TYPES)
def test_the_summary_is_silent_on_exactly_what_the_work_up_leaves_out(kind: str) -> None:
    """A nonfunctional tumor's missing hormone is what the summary says, not what it leaves out."""
    data = workup(kind).to_dict()
    empty = {key for key in ("hormone", "typical_site", "behavior", "signs", "tests") if not data[key]}
    assert set(data["silent_on"]) == empty - ({"hormone"} if kind == "nonfunctional" else set())


@pytest.mark.parametrize("kind", TYPES)
def test_whatever_a_work_up_says_is_located_in_the_source(kind: str) -> None:
    data = workup(kind).to_dict()
    assert {key for key in LOCATED if data[key]} <= {one["field"] for one in data["locators"]}
    assert all(test["locators"] for test in (*data["tests"], *data["general_tests"]))


@pytest.mark.parametrize("kind", TYPES)
def test_a_type_out_of_scope_says_so(kind: str) -> None:
    assert bool(workup(kind).own.scope_note) is (reference_only().entry.types[kind].pathway is None)


def test_the_tests_for_every_type_are_the_same() -> None:
    assert len({workup(kind).general_tests for kind in TYPES if kind != "exocrine"}) == 1
    assert workup("other").general_tests[0].id == "physical_exam_and_history"


def test_tests_for_neuroendocrine_tumors_are_not_shown_for_exocrine_cancer() -> None:
    assert workup("exocrine").general_tests == ()
    assert "General tests: none named\n" in workup_text(workup("exocrine"))


# What a program needs


def test_hours_without_food_and_drink_are_numbers() -> None:
    hours = {name: fasting for kind in TYPES for name, (fasting, _) in needs_of(kind).items() if fasting is not None}
    assert hours == {
        "fasting_serum_gastrin_test": 8,
        "basal_acid_output": 8,
        "fasting_serum_glucose_and_insulin_test": 24,
        "fasting_serum_glucagon_test": 8,
        "fasting_serum_somatostatin_test": 8,
    }
    assert "(fasting for at least 24 hours)" in " ".join(workup_text(workup("insulinoma")).split())


def test_a_test_that_may_follow_another_names_it_and_its_result() -> None:
    after = {name: after for kind in TYPES for name, (_, after) in needs_of(kind).items() if after is not None}
    assert after == {"secretin_stimulation_test": {"test": "basal_acid_output", "result": "abnormal"}}
    assert "(may follow if abnormal: Basal acid output test)" in " ".join(workup_text(workup("gastrinoma")).split())


def test_a_syndrome_that_a_type_causes_is_no_name_of_it() -> None:
    assert {kind: [one.name for one in workup(kind).own.syndromes] for kind in TYPES if workup(kind).own.syndromes} == {
        "gastrinoma": ["Zollinger-Ellison syndrome"],
        "acth_producing": ["Cushing syndrome"],
    }
    assert {kind: workup(kind).own.also_called for kind in TYPES if workup(kind).own.also_called} == {
        "vipoma": ("Verner-Morrison syndrome",)
    }


# The rest


def test_a_work_up_carries_source_and_disclaimer() -> None:
    data = workup("vipoma").to_dict()
    assert data["disclaimer"] == reference_only().source.disclaimer
    assert data["source"]["definition_hash"] == reference_only().content_hash


def test_a_type_that_does_not_exist_is_refused_with_a_suggestion() -> None:
    with pytest.raises(CaseError, match="did you mean 'insulinoma'") as raised:
        workup("insulinom")
    assert [problem.where for problem in raised.value.problems] == ["tumor_type"]


@pytest.mark.parametrize("kind", ["", "x", "INSULINOMA"])
def test_a_type_that_resembles_none_is_refused_with_those_that_exist(kind: str) -> None:
    with pytest.raises(CaseError, match="allowed: gastrinoma, insulinoma, "):
        workup(kind)
