"""Laws of what comes in: whatever it is, it is read or refused with an error of the library."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law_material import standing
from pnet_pathways import Case, PnetPathwaysError, Walk, recommend, start
from pnet_pathways.engine.care_course import CareCourse
from pnet_pathways.testing import case_junk
from project_vocabulary import FACTS
from strategies import json_values


def refusal(call: Callable[[], object]) -> str | None:
    """Return the message of the library's error that a call raises, `None` where it raises none."""
    try:
        call()
    except PnetPathwaysError as error:
        return str(error)
    return None


@given(case_junk() | json_values())
def test_any_json_is_a_case_or_an_error_of_the_library(data: Any) -> None:
    assert refusal(lambda: recommend(Case.from_json(json.dumps(data)))) != ""


@pytest.mark.parametrize("read", [Case.from_json, Walk.from_json, CareCourse.from_json])
@pytest.mark.parametrize("text", ["1" * 5000, '{"size": ' + "1" * 5000 + "}", "[" * 100_000, '{"spread": ' * 2000])
def test_numbers_too_long_and_nesting_too_deep_for_python_are_errors_of_the_library(
    read: Callable[[str], object], text: str
) -> None:
    with pytest.raises(PnetPathwaysError):
        read(text)


@given(st.text(max_size=20))
def test_any_text_is_a_case_or_an_error_of_the_library(text: str) -> None:
    assert refusal(lambda: Case.from_json(text)) != ""
    assert refusal(lambda: Walk.from_json(text)) != ""
    assert refusal(lambda: CareCourse.from_json(text)) != ""


@given(st.dictionaries(st.sampled_from(("walk", "definition", "start", "answers", "care_course", "events")), json_values()))
def test_any_json_is_a_saved_walk_or_an_error_of_the_library(data: dict[str, Any]) -> None:
    text = json.dumps({"walk": 1, "care_course": 1, **data})
    assert refusal(lambda: Walk.from_json(text, other_version=True)) != ""
    assert refusal(lambda: CareCourse.from_json(text)) != ""


@given(st.sampled_from([*FACTS, "spread", "symptoms", "nonsense", "spread.nonsense"]), json_values())
def test_any_answer_is_taken_or_refused_and_a_refused_one_changes_nothing(fact: str, value: Any) -> None:
    walk = start({"tumor_type": "gastrinoma"})
    before = standing(walk)
    message = refusal(lambda: walk.answer(fact, value))
    if message is None:
        assert Walk.from_json(walk.to_json()).case == walk.case
    else:
        assert message
        assert standing(walk) == before
