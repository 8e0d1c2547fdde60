"""The case: strict values, exact about unknown, refused with every mistake named."""

from __future__ import annotations

from typing import Any

import pytest

from examples import EVERYTHING
from pnet_pathways import (
    Case,
    CaseError,
    Course,
    InconsistentCaseError,
    PancreaticTumors,
    Site,
    Sites,
    Size,
    Spread,
    Symptoms,
    TumorType,
)


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
        primary_removed=False,
        pancreatic_tumors=PancreaticTumors.ONE,
        sites=frozenset({Site.HEAD}),
        duodenal_tumors=False,
        size=Size.SMALL,
        resectable=True,
        residual_after_surgery=False,
        refractory=False,
        spread=Spread(lymph_nodes=True, liver=True, other=False),
        spread_resectable=False,
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
    assert type(case.sites) is Sites


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


def test_a_name_given_twice_is_refused_with_all_else_that_is_wrong() -> None:
    with pytest.raises(CaseError) as caught:
        Case.from_dict({"sites": ["head", "tail", "head"], "spread": ["liver", "liver"], "size": "huge"})
    assert [problem.where for problem in caught.value.problems] == ["sites", "spread", "size"]
    assert caught.value.problems[0].message == "names head more than once"


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
                "age: no such fact (facts: tumor_type, course, primary_removed, pancreatic_tumors, sites, duodenal_tumors, "
                "size, resectable, residual_after_surgery, refractory, spread, spread_resectable, mostly_liver, "
                "severe_symptoms, symptoms)"
            ],
        ),
        ({"spread.liver": True}, ['spread.liver: no such fact (a member stands in its group: {"spread": {"liver": ...}})']),
        (
            {"size": "smal"},
            ["size: has no value 'smal'; allowed: small, large (did you mean 'small'?)"],
        ),
        ({"size": "Small"}, ["size: has no value 'Small'; allowed: small, large (did you mean 'small'?)"]),
        ({"course": "old"}, ["course: has no value 'old'; allowed: new, stable, progressive, recurrent"]),
        ({"course": True}, ["course: has no value True; allowed: new, stable, progressive, recurrent (not a boolean)"]),
        ({"course": ["new"]}, ["course: has no value ['new']; allowed: new, stable, progressive, recurrent (not a list)"]),
        ({"resectable": 1}, ["resectable: takes true or false, not a number 1"]),
        ({"resectable": 0.0}, ["resectable: takes true or false, not a number 0.0"]),
        ({"resectable": "yes"}, ["resectable: takes true or false, not text 'yes'"]),
        ({"resectable": {}}, ["resectable: takes true or false, not an object {}"]),
        (
            {"sites": "head"},
            [
                "sites: takes a list (complete) or an object (the rest unknown) of head, body, tail, not text "
                '(e.g. ["head"] or {"head": true})'
            ],
        ),
        ({"sites": {"haed": True}}, ["sites: has no member 'haed'; allowed: head, body, tail (did you mean 'head'?)"]),
        (
            {"sites": 1},
            [
                "sites: takes a list (complete) or an object (the rest unknown) of head, body, tail, not a number "
                '(e.g. ["head"] or {"head": true})'
            ],
        ),
        (
            {"sites": ["haed", "head", 3]},
            [
                "sites: has no member 'haed'; allowed: head, body, tail (did you mean 'head'?)",
                "sites: has no member 3; allowed: head, body, tail",
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
        "spread.liver and mostly_liver",
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
            {"pancreatic_tumors": "one", "sites": []},
            [
                "pancreatic_tumors and sites: pancreatic_tumors one contradicts sites none: "
                "a tumor in the pancreas lies in at least one of its parts"
            ],
        ),
        (
            {"pancreatic_tumors": "none", "sites": ["body"]},
            [
                "pancreatic_tumors and sites.body: pancreatic_tumors none contradicts sites.body yes: "
                "where there is no tumor in the pancreas there is no site"
            ],
        ),
        (
            {"pancreatic_tumors": "several", "sites": []},
            [
                "pancreatic_tumors and sites: pancreatic_tumors several contradicts sites none: "
                "a tumor in the pancreas lies in at least one of its parts"
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
            {"size": "small", "sites": []},
            [
                "sites and size: sites none contradicts size small: "
                "the size is that of a single tumor in the pancreas; a tumor in the pancreas lies in at least one of its parts"
            ],
        ),
        (
            {"mostly_liver": True, "spread": ["other"]},
            [
                "spread.liver and mostly_liver: spread.liver no contradicts mostly_liver yes: "
                "cancer that mostly affects the liver has spread to the liver"
            ],
        ),
        (
            {"course": "new", "primary_removed": True},
            [
                "course and primary_removed: course new contradicts primary_removed yes: "
                "a primary tumor that was removed has been treated"
            ],
        ),
        (
            {"primary_removed": True, "resectable": True},
            [
                "primary_removed and resectable: primary_removed yes contradicts resectable yes: "
                "a primary tumor that was removed is not there to be removed"
            ],
        ),
        (
            {"spread": [], "spread_resectable": False},
            [
                "spread and spread_resectable: spread none contradicts spread_resectable no: "
                "without spread there is nothing of it to be removed"
            ],
        ),
        (
            {"course": "new", "refractory": True},
            [
                "course and refractory: course new contradicts refractory yes: "
                "what was not treated yet has not failed to get better with treatment"
            ],
        ),
        (
            {"pancreatic_tumors": "none", "duodenal_tumors": False, "residual_after_surgery": True},
            [
                "pancreatic_tumors and duodenal_tumors and residual_after_surgery: pancreatic_tumors none and "
                "duodenal_tumors no contradict residual_after_surgery yes: "
                "residual tumor needs a tumor in the pancreas or duodenum"
            ],
        ),
    ],
)
def test_a_contradiction_names_the_facts_and_the_rule(data: dict[str, Any], found: list[str]) -> None:
    with pytest.raises(InconsistentCaseError) as caught:
        Case.from_dict(data)
    assert [str(problem) for problem in caught.value.problems] == found


@pytest.mark.parametrize(
    "data",
    [
        {"pancreatic_tumors": "one", "sites": ["head", "tail"]},
        {"size": "small", "sites": ["head", "body"]},
        {"pancreatic_tumors": "several", "sites": ["head"]},
    ],
)
def test_one_tumor_may_lie_in_several_parts_and_several_in_one(data: dict[str, Any]) -> None:
    assert Case.from_dict(data).to_dict() == data


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
        ({"sites": [10**5000]}, "sites: has no member a number too long to show; allowed: head, body, tail"),
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


@pytest.mark.parametrize(
    "group", [{"spread": Symptoms(diarrhea=True)}, {"symptoms": Spread(liver=True)}, {"sites": Spread(liver=True)}]
)
def test_a_group_given_for_the_other_is_refused(group: dict[str, Any]) -> None:
    with pytest.raises(CaseError):
        Case(**group)


def test_a_group_is_as_strict_as_a_mapping() -> None:
    with pytest.raises(CaseError, match=r"spread\.liver: takes true or false, not a number 1"):
        Case(spread=Spread(liver=1))  # type: ignore[arg-type]
