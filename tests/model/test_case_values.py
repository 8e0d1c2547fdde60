"""A case as JSON and as a value: what it writes, what follows from it, and how it is changed."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import attrs
import pytest

from examples import EVERYTHING
from pnet_pathways import (
    Case,
    CaseError,
    Course,
    InconsistentCaseError,
    Size,
    Spread,
    Symptoms,
)
from pnet_pathways.model.values import NOT_APPLICABLE
from project_vocabulary import FACTS

# JSON


def test_json_reads_like_its_data() -> None:
    assert Case.from_json('{"spread": {"liver": true}, "size": null}') == Case(spread=Spread(liver=True))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "line 1, column 1: not valid JSON: Expecting value"),
        ('{"size":\n small}', "line 2, column 2: not valid JSON: Expecting value"),
        ("[]", "a case is an object of facts, not a list"),
        ('{"size": "small", "size": "large"}', "duplicate key 'size' (keep one)"),
        ('{"spread": {"liver": true, "liver": true}}', "duplicate key 'liver' (keep one)"),
        ("[" * 100_000, "this JSON is nested too deeply"),
        ('{"resectable": NaN}', "resectable: takes true or false, not a number nan"),
    ],
)
def test_json_that_is_no_case_is_refused_with_its_place(text: str, found: str) -> None:
    with pytest.raises(CaseError) as caught:
        Case.from_json(text)
    assert [str(problem) for problem in caught.value.problems] == [found]


def test_json_with_a_number_too_long_to_read_is_a_case_error() -> None:
    with pytest.raises(CaseError):
        Case.from_json(f'{{"resectable": {"1" * 5000}}}')


def test_the_error_for_a_strange_key_can_be_printed() -> None:
    """JSON can hold half a surrogate pair, which no terminal or file takes."""
    with pytest.raises(CaseError) as caught:
        Case.from_json('{"\\ud800": true}')
    assert str(caught.value).encode()


# Writing


@pytest.mark.parametrize(
    "data",
    [
        EVERYTHING,
        {"spread": {"liver": True}},
        {"spread": []},
        {"sites": []},
        {"sites": {"head": True}},
        {"symptoms": {"diarrhea": False}},
        {"resectable": False},
        {"sites": ["head", "tail"], "pancreatic_tumors": "several"},
    ],
)
def test_a_case_writes_what_it_read(data: dict[str, Any]) -> None:
    assert Case.from_dict(data).to_dict() == data


def test_facts_are_written_in_the_order_of_the_contract() -> None:
    assert list(Case.from_dict(dict(reversed(EVERYTHING.items()))).to_dict()) == list(EVERYTHING)


def test_a_group_that_is_wholly_known_is_written_as_a_list() -> None:
    data = {"spread": {"other": True, "liver": False, "lymph_nodes": True}}
    assert Case.from_dict(data).to_dict() == {"spread": ["lymph_nodes", "other"]}


# Values, and what follows from them


@pytest.mark.parametrize(
    ("data", "fact", "value"),
    [
        ({"size": "small"}, "pancreatic_tumors", "one"),
        ({"size": "small"}, "sites.head", None),
        ({"pancreatic_tumors": "several"}, "size", NOT_APPLICABLE),
        ({"pancreatic_tumors": "none"}, "size", NOT_APPLICABLE),
        ({"pancreatic_tumors": "none"}, "sites.head", False),
        ({"pancreatic_tumors": "one", "sites": {"head": False, "body": False}}, "sites.tail", True),
        ({"pancreatic_tumors": "one"}, "size", None),
        ({"sites": []}, "pancreatic_tumors", "none"),
        ({"sites": ["head"]}, "pancreatic_tumors", None),
        ({"sites": ["head"]}, "size", None),
        ({"sites": ["head", "tail"]}, "pancreatic_tumors", None),
        ({"sites": ["head", "tail"]}, "size", None),
        ({"sites": []}, "size", NOT_APPLICABLE),
        ({"mostly_liver": True}, "spread.liver", True),
        ({"mostly_liver": False}, "spread.liver", None),
        ({"spread": {"liver": False}}, "mostly_liver", False),
        ({"spread": {"liver": True}}, "mostly_liver", None),
        ({"resectable": True}, "resectable", True),
        ({"symptoms": ["diarrhea"]}, "symptoms.stomach_ulcers", False),
    ],
)
def test_a_value_is_known_where_it_is_given_or_follows_by_a_rule(data: dict[str, Any], fact: str, value: object) -> None:
    found = Case.from_dict(data).value(fact)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("data", "present"),
    [
        ({"pancreatic_tumors": "none"}, frozenset()),
        ({"sites": ["head", "tail"]}, frozenset({"head", "tail"})),
        ({"sites": {"head": True}}, None),
        ({}, None),
    ],
)
def test_the_answer_of_a_group_is_known_where_all_its_members_are(data: dict[str, Any], present: frozenset[str] | None) -> None:
    assert Case.from_dict(data).answer("sites") == present


def test_values_stand_in_the_order_of_the_facts() -> None:
    case = Case.from_dict(EVERYTHING)
    assert case.values == tuple(case.value(name) for name in FACTS)


def test_a_value_of_no_fact_is_an_error() -> None:
    with pytest.raises(CaseError, match="color: no such fact"):
        Case().value("color")


def test_what_follows_is_neither_given_nor_written() -> None:
    case = Case.from_dict({"size": "small"})
    assert case.pancreatic_tumors is None
    assert case.known() == {"size": Size.SMALL}
    assert case.to_dict() == {"size": "small"}


def test_known_facts_stand_by_dotted_name_in_vocabulary_order() -> None:
    case = Case.from_dict({"symptoms": {"diarrhea": False}, "spread": {"liver": True}, "course": "new"})
    assert list(case.known().items()) == [("course", Course.NEW), ("spread.liver", True), ("symptoms.diarrhea", False)]


# Changing


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        ({"size": "small"}, {"size": "large"}, {"size": "large"}),
        ({"size": "small"}, {"size": None}, {}),
        ({}, {"sites": ["head"]}, {"sites": ["head"]}),
        ({"spread": ["liver"]}, {"spread.liver": False}, {"spread": []}),
        ({"spread": ["liver"]}, {"spread.liver": None}, {"spread": {"lymph_nodes": False, "other": False}}),
        ({"spread": {"liver": True}}, {"spread": {"other": False}}, {"spread": {"liver": True, "other": False}}),
        ({"spread": {"liver": True}}, {"spread": ["other"]}, {"spread": ["other"]}),
        ({"spread": {"liver": True}}, {"spread": None}, {}),
        ({"spread": {"liver": True}}, {"spread": Spread(other=True)}, {"spread": {"other": True}}),
        (
            {},
            {"spread.liver": True, "spread.other": False, "spread": {"lymph_nodes": True}},
            {"spread": ["lymph_nodes", "liver"]},
        ),
        ({"spread": {"other": True}}, {"spread": None, "spread.liver": True}, {"spread": {"liver": True}}),
        ({}, {"spread": ["other"], "spread.liver": True}, {"spread": ["liver", "other"]}),
        ({"symptoms": ["diarrhea"]}, {"symptoms.diarrhea": False}, {"symptoms": []}),
    ],
)
def test_a_change_sets_what_it_names_and_nothing_else(
    before: dict[str, Any], changes: dict[str, Any], after: dict[str, Any]
) -> None:
    assert Case.from_dict(before).with_(**changes).to_dict() == after


def test_a_change_leaves_the_first_case_as_it_was() -> None:
    case = Case.from_dict({"size": "small"})
    case.with_(size="large")
    assert case.size is Size.SMALL


@pytest.mark.parametrize(
    "changes",
    [
        {"color": "blue"},
        {"spread.livr": True},
        {"spread.": True},
        {"spread.liver": "yes"},
        {"course.new": True},
        {"spread": 5},
        {"spread": 5, "spread.liver": True},
        {"spread": Symptoms(diarrhea=True), "spread.liver": True},
        {"spread": "liver", "spread.other": True},
        {"spread": ["livr"], "spread.other": True},
    ],
    ids=repr,
)
def test_a_wrong_change_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(CaseError):
        Case().with_(**changes)


def test_a_change_that_contradicts_is_refused() -> None:
    with pytest.raises(InconsistentCaseError, match="the size is that of a single tumor in the pancreas"):
        Case(size=Size.SMALL).with_(pancreatic_tumors="several")


# As a value


def test_a_case_is_frozen_hashable_and_equal_by_its_facts() -> None:
    case = Case.from_dict(EVERYTHING)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        case.size = Size.LARGE  # type: ignore[misc]
    assert {case, Case.from_dict(EVERYTHING)} == {case}
    assert case != case.with_(resectable=False)


def test_unknown_and_no_are_different_cases() -> None:
    assert Case() != Case(resectable=False)
    assert Case() != Case(spread=Spread(liver=False))


def test_a_case_survives_copying_and_another_process() -> None:
    case = Case.from_dict(EVERYTHING)
    for again in (copy.deepcopy(case), pickle.loads(pickle.dumps(case)), copy.copy(case)):  # noqa: S301 - our own bytes
        assert again == case
        assert again.values == case.values


def test_a_subclass_stays_itself() -> None:
    class Mine(Case):
        pass

    assert type(Mine.from_dict(EVERYTHING).with_(resectable=False)) is Mine
