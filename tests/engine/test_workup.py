"""The work-up: what the summary says of a tumor type before treatment."""

from __future__ import annotations

import json

import pytest

from pnet_pathways import (
    CaseError,
    TumorType,
    load_pathways,
    workup,
)
from pnet_pathways.model.pathway import Definitions

KEYS = {
    "tumor_type": str,
    "name": str,
    "hormone": str | None,
    "also_called": list,
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


@pytest.mark.parametrize("kind", list(TumorType))
def test_every_type_has_a_work_up_as_plain_data_of_the_right_types(kind: TumorType) -> None:
    data = workup(kind).to_dict()
    assert set(data) == set(KEYS)
    assert {key for key, expected in KEYS.items() if not isinstance(data[key], expected)} == set()
    assert json.loads(json.dumps(data)) == data


@pytest.mark.parametrize("kind", list(TumorType))
def test_a_type_can_be_named_by_its_text(kind: TumorType) -> None:
    assert workup(kind.value) == workup(kind)


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


@pytest.mark.parametrize("kind", list(TumorType))
def test_the_summary_is_silent_on_exactly_what_the_work_up_leaves_out(kind: TumorType) -> None:
    """A nonfunctional tumor's missing hormone is what the summary says, not what it leaves out."""
    data = workup(kind).to_dict()
    empty = {key for key in ("hormone", "typical_site", "behavior", "signs", "tests") if not data[key]}
    assert set(data["silent_on"]) == empty - ({"hormone"} if kind is TumorType.NONFUNCTIONAL else set())


@pytest.mark.parametrize("kind", list(TumorType))
def test_whatever_a_work_up_says_is_located_in_the_source(kind: TumorType) -> None:
    data = workup(kind).to_dict()
    said = {key for key in ("hormone", "typical_site", "behavior", "signs") if data[key]}
    assert said <= {one["field"] for one in data["locators"]}
    assert all(test["locators"] for test in (*data["tests"], *data["general_tests"]))


@pytest.mark.parametrize("kind", list(TumorType))
def test_a_type_out_of_scope_says_so(definitions: Definitions, kind: TumorType) -> None:
    assert bool(workup(kind).own.scope_note) is (definitions.entry.types[kind].pathway is None)


def test_the_tests_for_every_type_are_the_same() -> None:
    assert len({workup(kind).general_tests for kind in TumorType}) == 1
    assert workup("other").general_tests[0].id == "physical_exam_and_history"


def test_a_work_up_carries_source_and_disclaimer(definitions: Definitions) -> None:
    data = workup("vipoma").to_dict()
    assert data["disclaimer"] == definitions.source.disclaimer
    assert data["source"]["definition_hash"] == definitions.content_hash


def test_a_type_that_does_not_exist_is_refused_with_a_suggestion() -> None:
    with pytest.raises(CaseError, match="did you mean 'insulinoma'") as raised:
        workup("insulinom")
    assert [problem.where for problem in raised.value.problems] == ["tumor_type"]


@pytest.mark.parametrize("kind", ["", "x", "INSULINOMA"])
def test_a_type_that_resembles_none_is_refused_with_those_that_exist(kind: str) -> None:
    with pytest.raises(CaseError, match="allowed: gastrinoma, insulinoma, "):
        workup(kind)


def test_a_work_up_comes_from_the_definitions_given(folder: object) -> None:
    assert workup("insulinoma", load_pathways(str(folder))) == workup("insulinoma")
