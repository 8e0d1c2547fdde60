"""Errors: what a problem says, and that one error carries all of them."""

from __future__ import annotations

import copy
import pickle

import pytest

from pnet_pathways.model.errors import (
    CaseError,
    DefinitionError,
    InconsistentCaseError,
    PnetPathwaysError,
    Problem,
    WalkError,
    listed,
    shown,
    suggest,
)
from pnet_pathways.model.pathway import Definitions

WITH_PROBLEMS = [CaseError, InconsistentCaseError, DefinitionError]


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("size", "is wrong", "try small"), "size: is wrong (try small)"),
        (Problem("size", "is wrong"), "size: is wrong"),
        (Problem("", "is wrong", "try small"), "is wrong (try small)"),
        (Problem("", "is wrong"), "is wrong"),
    ],
)
def test_a_problem_leaves_out_what_it_does_not_have(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_problems_are_values_that_sort_by_place() -> None:
    first, second = Problem("a", "z"), Problem("b", "a")
    assert sorted([second, first]) == [first, second]
    assert {first, Problem("a", "z")} == {first}


@pytest.mark.parametrize(
    ("kind", "one", "many"),
    [
        (CaseError, "1 problem in the case:", "2 problems in the case:"),
        (InconsistentCaseError, "1 contradiction in the case:", "2 contradictions in the case:"),
        (DefinitionError, "1 problem in the definitions:", "2 problems in the definitions:"),
    ],
)
def test_an_error_counts_and_lists_every_problem(kind: type[CaseError | DefinitionError], one: str, many: str) -> None:
    first, second = Problem("a", "is wrong"), Problem("b", "is missing", "add it")
    assert str(kind([first])) == f"{one}\n  - a: is wrong"
    assert str(kind(iter([first, second]))) == f"{many}\n  - a: is wrong\n  - b: is missing (add it)"


@pytest.mark.parametrize("kind", WITH_PROBLEMS)
def test_an_error_keeps_its_problems_in_order_as_data(kind: type[CaseError | DefinitionError]) -> None:
    problems = [Problem("b", "2"), Problem("a", "1")]
    assert kind(problems).problems == tuple(problems)


@pytest.mark.parametrize("kind", WITH_PROBLEMS)
def test_an_error_survives_being_sent_to_another_process(kind: type[CaseError | DefinitionError]) -> None:
    error = kind([Problem("a", "1", "x")])
    for again in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):  # noqa: S301 - our own bytes
        assert type(again) is kind
        assert again.problems == error.problems
        assert str(again) == str(error)


@pytest.mark.parametrize("kind", [*WITH_PROBLEMS, WalkError])
def test_one_base_catches_every_error(kind: type[PnetPathwaysError]) -> None:
    assert issubclass(kind, PnetPathwaysError)


def test_a_contradiction_is_a_kind_of_case_error() -> None:
    assert issubclass(InconsistentCaseError, CaseError)


@pytest.mark.parametrize(
    ("given", "allowed", "hint"),
    [
        ("insulinom", ["gastrinoma", "insulinoma"], "did you mean 'insulinoma'?"),
        ("INSULINOMA", ["insulinoma"], "did you mean 'insulinoma'?"),
        ("zebra", ["gastrinoma"], ""),
        (12, ["123"], "did you mean '123'?"),
        ("x", [], ""),
    ],
)
def test_only_a_near_name_is_suggested(given: object, allowed: list[str], hint: str) -> None:
    assert suggest(given, allowed) == hint


@pytest.mark.parametrize("name", ["intravenous_fluids_with_electrolytes", "removal_of_tumor_and_lymph_nodes", "size"])
def test_a_name_with_one_letter_missing_is_recognized_however_long_it_is(definitions: Definitions, name: str) -> None:
    names = [*definitions.treatments, "size"]
    for number in range(len(name)):
        assert suggest(name[:number] + name[number + 1 :], names) == f"did you mean '{name}'?"


@pytest.mark.parametrize(
    ("value", "text"),
    [("small", "'small'"), (1, "1"), (None, "None"), (["a"], "['a']"), (10**5000, "a number too long to show")],
    ids=["text", "number", "nothing", "list", "long number"],
)
def test_a_value_is_shown_as_python_writes_it(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize("value", ["x" * 500, ["x"] * 500, {"x" * 500: 1}], ids=["text", "list", "mapping"])
def test_a_long_value_is_cut(value: object) -> None:
    assert len(shown(value)) <= 80


def test_what_no_file_takes_is_escaped() -> None:
    assert str(Problem("\ud800", "is wrong")) == "\\ud800: is wrong"


def test_names_are_listed_in_the_order_given() -> None:
    assert listed(["b", "a"]) == "b, a"
    assert listed([]) == ""
