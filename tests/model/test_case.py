"""The case: strict values, exact about unknown, refused with every mistake named."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import attrs
import pytest

from pnet_pathways import (
    Case,
    CaseError,
    Course,
    InconsistentCaseError,
    PancreaticTumors,
    Site,
    Size,
    Spread,
    Symptoms,
    TumorType,
)
from pnet_pathways.model.values import NOT_APPLICABLE
from project_vocabulary import FACTS

EVERYTHING: dict[str, Any] = {
    "tumor_type": "insulinoma",
    "course": "new",
    "pancreatic_tumors": "one",
    "sites": ["head"],
    "duodenal_tumors": False,
    "size": "small",
    "resectable": True,
    "residual_after_surgery": False,
    "refractory": False,
    "spread": ["lymph_nodes", "liver"],
    "mostly_liver": False,
    "severe_symptoms": True,
    "symptoms": ["diarrhea"],
}


def problems(data: object) -> list[str]:
    """Return the text of every problem of a case that must be refused."""
    with pytest.raises(CaseError) as caught:
        Case.from_dict(data)  # type: ignore[arg-type]
    return [str(problem) for problem in caught.value.problems]


# Reading


def test_a_case_with_every_fact_reads_into_enums_and_groups() -> None:
    assert Case.from_dict(EVERYTHING) == Case(
        tumor_type=TumorType.INSULINOMA,
        course=Course.NEW,
        pancreatic_tumors=PancreaticTumors.ONE,
        sites=frozenset({Site.HEAD}),
        duodenal_tumors=False,
        size=Size.SMALL,
        resectable=True,
        residual_after_surgery=False,
        refractory=False,
        spread=Spread(lymph_nodes=True, liver=True, other=False),
        mostly_liver=False,
        severe_symptoms=True,
        symptoms=Symptoms(
            excess_stomach_acid=False, stomach_ulcers=False, diarrhea=True, low_blood_sugar=False, high_blood_sugar=False
        ),
    )


def test_names_become_members_of_their_enum() -> None:
    case = Case.from_dict(EVERYTHING)
    assert type(case.tumor_type) is TumorType
    assert type(case.size) is Size
    assert case.sites == Sites(head=False, body=False, tail=False) or case.sites.head is not None


def test_nothing_given_is_all_unknown() -> None:
    case = Case.from_dict({})
    assert case == Case()
    assert set(case.values) == {None}
    assert case.to_dict() == {}
    assert case.known() == {}


def test_null_is_unknown() -> None:
    assert Case.from_dict(dict.fromkeys(EVERYTHING)) == Case()


def test_a_list_is_complete() -> None:
    assert Case.from_dict({"spread": ["liver"]}).spread == Spread(lymph_nodes=False, liver=True, other=False)
    assert Case.from_dict({"spread": []}).spread == Spread(lymph_nodes=False, liver=False, other=False)


def test_in_a_mapping_what_is_left_out_is_unknown() -> None:
    assert Case.from_dict({"spread": {"liver": False}}).spread == Spread(liver=False)
    assert Case.from_dict({"symptoms": {"diarrhea": True, "stomach_ulcers": None}}).symptoms == Symptoms(diarrhea=True)
    assert Case.from_dict({"spread": {}}) == Case()


def test_no_site_is_known_and_not_unknown() -> None:
    assert Case.from_dict({"sites": []}).sites == Sites(head=False, body=False, tail=False)
    assert Case.from_dict({}).sites == Sites()


def test_a_name_given_twice_counts_once() -> None:
    assert Case.from_dict({"sites": ["head", "head"], "spread": ["liver", "liver"]}) == Case.from_dict(
        {"sites": ["head"], "spread": ["liver"]}
    )


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ([], ["a case is an object of facts, not a list"]),
        (None, ["a case is an object of facts, not null"]),
        ("insulinoma", ["a case is an object of facts, not text"]),
        ({"tumor_typ": "vipoma"}, ["tumor_typ: no such fact (did you mean 'tumor_type'?)"]),
        (
            {"age": 50},
            [
                "age: no such fact (facts: tumor_type, course, pancreatic_tumors, sites, duodenal_tumors, size, resectable, "
                "residual_after_surgery, refractory, spread, mostly_liver, severe_symptoms, symptoms)"
            ],
        ),
        ({"spread.liver": True}, ["spread.liver: no such fact (did you mean 'spread'?)"]),
        (
            {"size": "smal"},
            ["size: has no value 'smal'; allowed: small, large (did you mean 'small'?)"],
        ),
        ({"size": "Small"}, ["size: has no value 'Small'; allowed: small, large (did you mean 'small'?)"]),
        ({"course": "old"}, ["course: has no value 'old'; allowed: new, progressive, recurrent"]),
        ({"course": True}, ["course: has no value True; allowed: new, progressive, recurrent (not a boolean)"]),
        ({"course": ["new"]}, ["course: has no value ['new']; allowed: new, progressive, recurrent (not a list)"]),
        ({"resectable": 1}, ["resectable: takes true or false, not a number 1"]),
        ({"resectable": 0.0}, ["resectable: takes true or false, not a number 0.0"]),
        ({"resectable": "yes"}, ["resectable: takes true or false, not text 'yes'"]),
        ({"resectable": {}}, ["resectable: takes true or false, not an object {}"]),
        ({"sites": "head"}, ['sites: takes a list from head, body, tail, not text (e.g. ["head"])']),
        ({"sites": {"head": True}}, ['sites: takes a list from head, body, tail, not an object (e.g. ["head"])']),
        ({"sites": 1}, ['sites: takes a list from head, body, tail, not a number (e.g. ["head"])']),
        (
            {"sites": ["haed", "head", 3]},
            [
                "sites: has no value 'haed'; allowed: head, body, tail (did you mean 'head'?)",
                "sites: has no value 3; allowed: head, body, tail (not a number)",
            ],
        ),
        (
            {"spread": "liver"},
            [
                "spread: takes a list (complete) or an object (the rest unknown) of lymph_nodes, liver, other, not text "
                '(e.g. ["lymph_nodes"] or {"lymph_nodes": true})'
            ],
        ),
        (
            {"spread": ["livr"]},
            ["spread: has no member 'livr'; allowed: lymph_nodes, liver, other (did you mean 'liver'?)"],
        ),
        ({"spread": [["bone"]]}, ["spread: has no member ['bone']; allowed: lymph_nodes, liver, other"]),
        (
            {"spread": {"livr": True}},
            ["spread: has no member 'livr'; allowed: lymph_nodes, liver, other (did you mean 'liver'?)"],
        ),
        ({"spread": {"liver": "yes"}}, ["spread.liver: takes true or false, not text 'yes'"]),
        ({"symptoms": {"diarrhea": 1}}, ["symptoms.diarrhea: takes true or false, not a number 1"]),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_allowed(data: object, found: list[str]) -> None:
    assert problems(data) == found


def test_every_mistake_is_reported_at_once_contradictions_too() -> None:
    data = {"color": "blue", "size": "tiny", "resectable": "no", "mostly_liver": True, "spread": {"liver": False}}
    assert [text.partition(":")[0] for text in problems(data)] == [
        "color",
        "size",
        "resectable",
        "mostly_liver and spread.liver",
    ]


def test_a_misspelt_member_is_no_reason_to_report_a_contradiction() -> None:
    """What was meant is not known, so nothing can contradict it."""
    assert problems({"spread": ["livr"], "mostly_liver": True}) == [
        "spread: has no member 'livr'; allowed: lymph_nodes, liver, other (did you mean 'liver'?)"
    ]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (
            {"pancreatic_tumors": "one", "sites": ["head", "tail"]},
            [
                "pancreatic_tumors and sites: pancreatic_tumors one contradicts sites head and tail: "
                "one tumor in the pancreas has exactly one site"
            ],
        ),
        (
            {"pancreatic_tumors": "none", "sites": ["body"]},
            [
                "pancreatic_tumors and sites: pancreatic_tumors none contradicts sites body: "
                "where no tumor was found in the pancreas there is no site"
            ],
        ),
        (
            {"pancreatic_tumors": "several", "sites": []},
            [
                "pancreatic_tumors and sites: pancreatic_tumors several contradicts sites nowhere: "
                "several tumors in the pancreas have at least one site"
            ],
        ),
        (
            {"pancreatic_tumors": "several", "size": "large"},
            [
                "pancreatic_tumors and size: pancreatic_tumors several contradicts size large: "
                "the size is that of a single tumor in the pancreas"
            ],
        ),
        (
            {"size": "small", "sites": ["head", "body"]},
            [
                "size and sites: size small contradicts sites head and body: "
                "the size is that of a single tumor, which has exactly one site"
            ],
        ),
        (
            {"mostly_liver": True, "spread": ["other"]},
            [
                "mostly_liver and spread.liver: mostly_liver yes contradicts spread.liver no: "
                "cancer that mostly affects the liver has spread to the liver"
            ],
        ),
    ],
)
def test_a_contradiction_names_the_facts_and_the_rule(data: dict[str, Any], found: list[str]) -> None:
    with pytest.raises(InconsistentCaseError) as caught:
        Case.from_dict(data)
    assert [str(problem) for problem in caught.value.problems] == found


def test_a_mistake_beside_a_contradiction_is_no_mere_contradiction() -> None:
    with pytest.raises(CaseError) as caught:
        Case.from_dict({"size": "tiny", "mostly_liver": True, "spread": []})
    assert not isinstance(caught.value, InconsistentCaseError)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"resectable": 10**5000}, "resectable: takes true or false, not a number a number too long to show"),
        ({"size": 10**5000}, "size: has no value a number too long to show; allowed: small, large (not a number)"),
        ({"sites": [10**5000]}, "sites: has no value a number too long to show; allowed: head, body, tail (not a number)"),
        ({"spread": [10**5000]}, "spread: has no member a number too long to show; allowed: lymph_nodes, liver, other"),
    ],
    ids=["boolean", "choice", "sites", "members"],
)
def test_a_number_too_long_to_print_is_a_wrong_value_like_any_other(data: dict[str, Any], found: str) -> None:
    """Python refuses to print whole numbers of more than 4300 digits; a case must still say what is wrong."""
    assert problems(data) == [found]


def test_a_key_too_long_to_print_is_no_fact() -> None:
    assert "no such fact" in problems({10**5000: True})[0]


@pytest.mark.parametrize("key", ["resectable", "size", "sites", "spread", "symptoms"])
def test_a_value_nested_too_deeply_to_print_is_a_wrong_value_like_any_other(key: str) -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert problems({key: deep})[0].startswith(f"{key}: ")


def test_a_long_text_is_cut_in_the_report() -> None:
    (problem,) = problems({"size": "x" * 100_000})
    assert len(problem) < 200


@pytest.mark.parametrize("group", [{"spread": Symptoms(diarrhea=True)}, {"symptoms": Spread(liver=True)}])
def test_a_group_given_for_the_other_is_refused(group: dict[str, Any]) -> None:
    with pytest.raises(CaseError):
        Case(**group)


def test_a_group_is_as_strict_as_a_mapping() -> None:
    with pytest.raises(CaseError, match=r"spread\.liver: takes true or false, not a number 1"):
        Case(spread=Spread(liver=1))  # type: ignore[arg-type]


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
        ({"size": "small"}, "pancreatic_tumors", PancreaticTumors.ONE),
        ({"size": "small"}, "sites", None),
        ({"pancreatic_tumors": "several"}, "size", NOT_APPLICABLE),
        ({"pancreatic_tumors": "none"}, "size", NOT_APPLICABLE),
        ({"pancreatic_tumors": "none"}, "sites", frozenset()),
        ({"pancreatic_tumors": "one"}, "size", None),
        ({"sites": []}, "pancreatic_tumors", PancreaticTumors.NONE),
        ({"sites": ["head"]}, "pancreatic_tumors", None),
        ({"sites": ["head"]}, "size", None),
        ({"sites": ["head", "tail"]}, "pancreatic_tumors", PancreaticTumors.SEVERAL),
        ({"sites": ["head", "tail"]}, "size", NOT_APPLICABLE),
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


def test_values_stand_in_the_order_of_the_facts() -> None:
    case = Case.from_dict(EVERYTHING)
    assert case.values == tuple(case.value(name) for name in FACTS)


def test_a_value_of_no_fact_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="color"):
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
    for again in (copy.deepcopy(case), pickle.loads(pickle.dumps(case)), attrs.evolve(case)):  # noqa: S301 - our own bytes
        assert again == case
        assert again.values == case.values


def test_a_subclass_stays_itself() -> None:
    class Mine(Case):
        pass

    assert type(Mine.from_dict(EVERYTHING).with_(resectable=False)) is Mine
