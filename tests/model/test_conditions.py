"""Conditions: three-valued truth, plain data and back, plain English, and mistakes at their path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from phrases import default_words
from pnet_pathways import Course, Site, Size
from pnet_pathways.model.condition_data import ConditionSyntaxError
from pnet_pathways.model.conditions import ALWAYS, AllOf, AnyOf, Condition, Is, Not, Truth, facts_of
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.values import NOT_APPLICABLE, Value
from project_vocabulary import VOCABULARY, condition_from

HEAD, BODY, TAIL = Site
A = Is("resectable", (True,))
B = Is("refractory", (True,))
C = Is("severe_symptoms", (True,))
SMALL = Is("size", (Size.SMALL,))
GROWING = Is("course", (Course.PROGRESSIVE, Course.RECURRENT))


SITE_SETS = VOCABULARY.groups["sites"].combinations


def sites(test: str, *chosen: str) -> Condition:
    """Return a test of the members of a group."""
    return condition_from({"sites": {test: list(chosen)}})


def truth(condition: Condition, values: Mapping[str, Value | None]) -> Truth:
    """Return what a condition is where only some facts are known."""
    return condition.evaluate(values.get)


# Truth


@pytest.mark.parametrize(
    ("condition", "value", "expected"),
    [
        (SMALL, Size.SMALL, True),
        (SMALL, Size.LARGE, False),
        (SMALL, NOT_APPLICABLE, False),
        (SMALL, None, None),
        (Not(SMALL), NOT_APPLICABLE, True),
        (Not(SMALL), None, None),
        (Not(SMALL), Size.SMALL, False),
        (Is("size", ()), Size.SMALL, False),
        (Is("size", (Size.SMALL, Size.LARGE)), None, None),
    ],
)
def test_a_single_fact_is_true_false_or_open(condition: Condition, value: Value | None, expected: Truth) -> None:
    assert truth(condition, {"size": value}) is expected


@pytest.mark.parametrize(
    ("first", "second", "both", "either"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, None, None, True),
        (False, True, False, True),
        (False, False, False, False),
        (False, None, False, None),
        (None, True, None, True),
        (None, False, False, None),
        (None, None, None, None),
    ],
)
def test_all_and_any_follow_kleenes_tables(first: Truth, second: Truth, both: Truth, either: Truth) -> None:
    values = {"resectable": first, "refractory": second}
    assert truth(AllOf((A, B)), values) is both
    assert truth(AnyOf((A, B)), values) is either


def test_all_of_nothing_always_holds_and_any_of_nothing_never() -> None:
    assert truth(ALWAYS, {}) is True
    assert truth(AnyOf(()), {}) is False


HOLDS: dict[str, Callable[[frozenset[str], frozenset[str]], bool]] = {
    "any_of": lambda found, asked: any(site in found for site in asked),
    "all_of": lambda found, asked: all(site in found for site in asked),
    "none_of": lambda found, asked: all(site not in found for site in asked),
    "only": lambda found, asked: len(found) > 0 and all(site in asked for site in found),
}


@pytest.mark.parametrize("asked", SITE_SETS[1:], ids=VOCABULARY.groups["sites"].answer)
@pytest.mark.parametrize("test", ["any_of", "all_of", "none_of", "only"])
def test_each_test_of_a_group_means_what_its_name_says(test: str, asked: frozenset[str]) -> None:
    condition = sites(test, *asked)
    for found in SITE_SETS:
        assert truth(condition, VOCABULARY.as_facts("sites", found)) is HOLDS[test](found, asked), found


# Plain data


@pytest.mark.parametrize(
    ("data", "condition"),
    [
        ("always", ALWAYS),
        ({"resectable": True}, A),
        ({"size": "small"}, SMALL),
        ({"course": ["recurrent", "progressive", "recurrent"]}, GROWING),
        ({"spread.liver": [False, True]}, Is("spread.liver", (True, False))),
        ({"size": "small", "resectable": True}, AllOf((SMALL, A))),
        ({"all": [{"size": "small"}]}, AllOf((SMALL,))),
        ({"any": [{"size": "small"}, "always"]}, AnyOf((SMALL, ALWAYS))),
        ({"not": {"size": "small"}}, Not(SMALL)),
        ({"sites": {"only": ["tail", "body"]}}, sites("only", BODY, TAIL)),
        ({"spread": {"any_of": ["liver"]}}, Is("spread.liver", (True,))),
        ({"spread": {"any_of": ["other", "liver"]}}, AnyOf((Is("spread.liver", (True,)), Is("spread.other", (True,))))),
        ({"spread": {"all_of": ["liver", "other"]}}, AllOf((Is("spread.liver", (True,)), Is("spread.other", (True,))))),
        (
            {"spread": {"only": ["liver"]}},
            AllOf(
                (
                    Is("spread.liver", (True,)),
                    Not(AnyOf((Is("spread.lymph_nodes", (True,)), Is("spread.other", (True,))))),
                )
            ),
        ),
        (
            {"spread": {"only": ["other", "lymph_nodes", "liver"]}},
            AnyOf(tuple(Is(f"spread.{member}", (True,)) for member in ("lymph_nodes", "liver", "other"))),
        ),
        ({"symptoms": {"none_of": ["diarrhea"]}}, Not(AnyOf((Is("symptoms.diarrhea", (True,)),)))),
    ],
)
def test_data_reads_as_the_condition_it_shows(data: object, condition: Condition) -> None:
    assert condition_from(data) == condition


@pytest.mark.parametrize(
    ("condition", "data"),
    [
        (ALWAYS, "always"),
        (A, {"resectable": True}),
        (GROWING, {"course": ["progressive", "recurrent"]}),
        (sites("none_of", TAIL, HEAD), {"not": {"any": [{"sites.head": True}, {"sites.tail": True}]}}),
        (
            sites("only", HEAD),
            {"all": [{"sites.head": True}, {"not": {"any": [{"sites.body": True}, {"sites.tail": True}]}}]},
        ),
        (AllOf((A, SMALL)), {"all": [{"resectable": True}, {"size": "small"}]}),
        (AnyOf((A, Not(B))), {"any": [{"resectable": True}, {"not": {"refractory": True}}]}),
    ],
)
def test_a_condition_is_shown_as_data_that_reads_back(condition: Condition, data: object) -> None:
    assert condition.to_data() == data
    assert condition_from(data) == condition


def every_condition(definitions: Definitions) -> list[Condition]:
    """Return every condition that the project's definitions hold."""
    statements = [statement for pathway in definitions.pathways.values() for statement in pathway.statements]
    return [
        *(when for statement in statements for _, when in statement.placements),
        *(option.requires for statement in statements for option in statement.options),
        *(group.gap_when for group in definitions.groups.values() if group.gap_when is not None),
    ]


def test_every_condition_of_the_definitions_reads_back(definitions: Definitions) -> None:
    for condition in every_condition(definitions):
        assert condition_from(condition.to_data()) == condition


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (5, [": a condition is a mapping or 'always', not 5"]),
        ({}, [": a condition is a mapping or 'always', not {}"]),
        ("alway", [": a condition is a mapping or 'always', not 'alway'"]),
        ([{"size": "small"}], [": a condition is a mapping or 'always', not [{'size': 'small'}]"]),
        ({"siez": "small"}, ["siez: unknown fact 'siez' (did you mean 'size'?)"]),
        ({"size": "smal"}, ["size: 'size' has no value 'smal' (did you mean 'small'?)"]),
        ({"size": "huge"}, ["size: 'size' has no value 'huge' (one of small, large)"]),
        ({"size": []}, ["size: 'size' has no value [] (one of small, large)"]),
        ({"resectable": 1}, ["resectable: 'resectable' has no value 1 (one of true, false)"]),
        ({"resectable": "yes"}, ["resectable: 'resectable' has no value 'yes' (one of true, false)"]),
        ({"course": True}, ["course: 'course' has no value True (one of new, stable, progressive, recurrent)"]),
        (
            {"sites": ["head"]},
            ["sites: 'sites' takes one test: any_of, all_of, none_of, only (e.g. sites: {any_of: [head]})"],
        ),
        (
            {"sites": {"any_of": ["head"], "none_of": ["tail"]}},
            ["sites: 'sites' takes one test: any_of, all_of, none_of, only (e.g. sites: {any_of: [head]})"],
        ),
        (
            {"sites": {"anyof": ["head"]}},
            ["sites.anyof: unknown test 'anyof' (did you mean 'any_of'?)"],
        ),
        ({"sites": {"any_of": ["head", "tial"]}}, ["sites.any_of.1: 'sites' has no member 'tial' (did you mean 'tail'?)"]),
        ({"sites": {"any_of": [{}]}}, ["sites.any_of.0: 'sites' has no member {} (one of head, body, tail)"]),
        ({"sites": {"any_of": "head"}}, ["sites.any_of: 'any_of' takes a list of members (from head, body, tail)"]),
        (
            {"spread": ["liver"]},
            ["spread: 'spread' takes one test: any_of, all_of, none_of, only (e.g. spread: {any_of: [lymph_nodes]})"],
        ),
        ({"spread": {"sole": ["liver"]}}, ["spread.sole: unknown test 'sole' (one of any_of, all_of, none_of, only)"]),
        ({"spread": {"any_of": []}}, ["spread.any_of: 'any_of' takes a list of members (from lymph_nodes, liver, other)"]),
        (
            {"spread": {"any_of": ["livr"]}},
            ["spread.any_of.0: 'spread' has no member 'livr' (did you mean 'liver'?)"],
        ),
        ({"all": []}, ["all: 'all' takes a list of conditions"]),
        ({"any": {"size": "small"}}, ["any: 'any' takes a list of conditions"]),
        ({"not": []}, ["not: a condition is a mapping or 'always', not []"]),
        (
            {"all": ["always", {"not": {"siez": 1}}]},
            ["all.1.not.siez: unknown fact 'siez' (did you mean 'size'?)"],
        ),
        (
            {"siez": 1, "any": [{"size": "smal"}, {"resectable": "no"}]},
            [
                "siez: unknown fact 'siez' (did you mean 'size'?)",
                "any.0.size: 'size' has no value 'smal' (did you mean 'small'?)",
                "any.1.resectable: 'resectable' has no value 'no' (one of true, false)",
            ],
        ),
    ],
)
def test_each_mistake_is_reported_at_its_path_with_a_way_out(data: object, problems: list[str]) -> None:
    with pytest.raises(ConditionSyntaxError) as caught:
        condition_from(data)
    found = [
        f"{'.'.join(map(str, path))}: {message}" + (f" ({hint})" if hint else "")
        for path, message, hint in caught.value.problems
    ]
    assert found == problems


def test_an_unknown_fact_without_a_near_name_lists_the_facts() -> None:
    with pytest.raises(
        ConditionSyntaxError, match=r"age: unknown fact 'age' \(facts: tumor_type, course, .*high_blood_sugar\)"
    ):
        condition_from({"age": 5})


# Reading order


def test_facts_are_named_once_in_reading_order() -> None:
    condition = AllOf((AnyOf((B, sites("only", HEAD))), Not(A), B))
    assert facts_of(condition) == ("refractory", "sites.head", "sites.body", "sites.tail", "resectable")
    assert facts_of(ALWAYS) == ()


# Plain English


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (ALWAYS, "always"),
        (A, "resectable is yes"),
        (Is("spread.liver", (False,)), "spread: liver is no"),
        (GROWING, "course is progressive or recurrent"),
        (AllOf((A,)), "resectable is yes"),
        (AllOf((A, B)), "resectable is yes and refractory is yes"),
        (AnyOf((A, B)), "resectable is yes or refractory is yes"),
        (AllOf((A, GROWING)), "resectable is yes and (course is progressive or recurrent)"),
        (AllOf((A, AnyOf((GROWING,)))), "resectable is yes and (course is progressive or recurrent)"),
        (AllOf((A, AllOf((GROWING,)))), "resectable is yes and (course is progressive or recurrent)"),
        (AllOf((A, AllOf((AnyOf((B, C)),)))), "resectable is yes and (refractory is yes or severe symptoms is yes)"),
        (AllOf((A, AnyOf((B, C)))), "resectable is yes and (refractory is yes or severe symptoms is yes)"),
        (AnyOf((A, AllOf((B, C)))), "resectable is yes or (refractory is yes and severe symptoms is yes)"),
        (Not(A), "not (resectable is yes)"),
        (AllOf((Not(AnyOf((A, B))), C)), "not (resectable is yes or refractory is yes) and severe symptoms is yes"),
        (sites("any_of", HEAD), "sites: head is yes"),
        (sites("any_of", TAIL, HEAD), "sites: head is yes or sites: tail is yes"),
        (sites("all_of", HEAD, TAIL), "sites: head is yes and sites: tail is yes"),
        (sites("only", HEAD), "sites: head is yes and not (sites: body is yes or sites: tail is yes)"),
        (sites("only", HEAD, TAIL), "(sites: head is yes or sites: tail is yes) and not (sites: body is yes)"),
        (sites("none_of", HEAD), "not (sites: head is yes)"),
        (sites("none_of", HEAD, TAIL), "not (sites: head is yes or sites: tail is yes)"),
        (AllOf((A, sites("any_of", HEAD, TAIL))), "resectable is yes and (sites: head is yes or sites: tail is yes)"),
        (AllOf((A, sites("none_of", HEAD, TAIL))), "resectable is yes and not (sites: head is yes or sites: tail is yes)"),
    ],
)
def test_a_condition_reads_as_english(condition: Condition, text: str) -> None:
    assert condition.describe(default_words) == text


def test_a_choice_that_begins_with_not_has_its_brackets() -> None:
    """Without them `not (a) or b and c` reads as `not (a), or both b and c`."""
    condition = AllOf((AnyOf((Not(A), B)), C))
    assert condition.describe(default_words) == "(not (resectable is yes) or refractory is yes) and severe symptoms is yes"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (AnyOf((sites("none_of", HEAD, TAIL), A)), AnyOf((sites("none_of", HEAD), sites("any_of", TAIL), A))),
        (AllOf((sites("none_of", HEAD, TAIL), A)), AllOf((AnyOf((sites("none_of", HEAD), sites("any_of", TAIL))), A))),
        (AnyOf((sites("only", HEAD, TAIL), A)), AnyOf((sites("only", HEAD), sites("any_of", TAIL), A))),
        (AllOf((AnyOf((Not(A), B)), C)), AnyOf((Not(A), AllOf((B, C))))),
        (Not(AllOf((A, B))), AllOf((Not(A), B))),
    ],
    ids=["none of in a choice", "none of in a list", "only in a choice", "negated choice", "negated list"],
)
def test_conditions_that_differ_read_differently_in_the_definitions_words(
    definitions: Definitions, one: Condition, two: Condition
) -> None:
    assert one.describe(definitions.words) != two.describe(definitions.words)


def test_words_are_asked_for_the_values_in_vocabulary_order() -> None:
    asked: list[tuple[str, tuple[Value, ...]]] = []

    def words(fact: str, values: tuple[Value, ...]) -> str:
        asked.append((fact, values))
        return fact

    sites("any_of", TAIL, HEAD).describe(words)
    assert asked == [("sites.head", (True,)), ("sites.tail", (True,))]


@pytest.mark.parametrize("make", [lambda: Is("size", (Size.SMALL,)), lambda: sites("only", HEAD), lambda: AllOf((A, Not(B)))])
def test_equal_conditions_are_one_key(make: Callable[[], Any]) -> None:
    assert {make(), make()} == {make()}
