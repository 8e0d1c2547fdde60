"""The history of a care course: what happened, when, by whom and what was found; taken back, saved and resumed."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from course_material import BEFORE, STARTS, after, begin, case_of
from pnet_pathways import CareCourse, WalkError, load_pathways
from pnet_pathways.engine.care_course import CareStep
from pnet_pathways.model.errors import CaseError, InconsistentCaseError
from project import DEFINITIONS
from reference_material import PUMPS, reference_only

FIVE_YEARS = (DEFINITIONS / "histories" / "gastrinoma-five-years.json").read_text("utf-8")


# History


def test_the_history_keeps_what_happened_when_by_whom_and_what_was_found() -> None:
    course = begin()
    course.happen(STARTS, at="2024-05-01", by="Dr A")
    course.happen("tumor_keeps_growing", found={"spread": {"liver": True}})
    assert course.history == (
        CareStep(STARTS, "diagnosed", "in_treatment", "2024-05-01", "Dr A", {}),
        CareStep(
            "tumor_keeps_growing",
            "in_treatment",
            "progressive",
            None,
            None,
            {"course": "progressive", "spread.liver": True},
            {"spread": {"liver": True}},
        ),
    )


def test_a_step_of_the_history_cannot_be_rewritten() -> None:
    (step,) = after(STARTS).history
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        step.event = "tumor_comes_back"  # type: ignore[misc]


@pytest.mark.parametrize("event", reference_only().care_course.events)
def test_the_last_event_is_taken_back_with_its_facts(event: str) -> None:
    to_there: tuple[str, ...] = () if event == STARTS else (STARTS,)
    course = after(*to_there, *(["treatment_ends"] if event == "follow_up_without_growth" else []))
    before = (course.state, course.facts, course.history, course.events)
    course.happen(event, found={"severe_symptoms": True})
    assert course.undo().event == event
    assert (course.state, course.facts, course.history, course.events) == before


def test_a_refused_event_is_no_part_of_the_history() -> None:
    course = after(STARTS)
    with pytest.raises(WalkError):
        course.happen("follow_up_without_growth")
    assert course.undo().event == STARTS
    assert course.history == ()


def test_there_is_nothing_to_take_back_at_the_start() -> None:
    with pytest.raises(WalkError, match="no event to take back"):
        begin().undo()


# What was found


def test_what_is_found_holds_until_an_event_or_a_finding_says_otherwise() -> None:
    course = begin(found=BEFORE)
    course.happen(STARTS, found={"spread": []})
    course.happen("surgery_removes_primary")
    assert course.case.to_dict() == {"tumor_type": "gastrinoma", "primary_removed": True, "spread": []}
    course.happen("tumor_comes_back", found={"primary_removed": False, "pancreatic_tumors": "one", "spread": {"liver": True}})
    course.happen(STARTS, found={"spread": {"liver": None}})
    assert course.case.to_dict() == {"tumor_type": "gastrinoma", "primary_removed": False, "pancreatic_tumors": "one"}


@pytest.mark.parametrize(
    ("found", "kind", "message"),
    [
        ({"colour": "red"}, CaseError, "colour: no such fact"),
        ({"size": "huge"}, CaseError, "size: has no value 'huge'"),
        ({"pancreatic_tumors": "one"}, InconsistentCaseError, "primary_removed yes contradicts pancreatic_tumors one"),
    ],
)
def test_findings_that_are_none_are_refused_and_nothing_happens(found: dict[str, Any], kind: type, message: str) -> None:
    course = after(STARTS)
    with pytest.raises(kind, match=message):
        course.happen("surgery_removes_primary", found=found)
    assert (course.state, len(course.history)) == ("in_treatment", 1)


def test_findings_that_are_changed_afterwards_change_nothing() -> None:
    found = {"size": "large"}
    course = begin(found=found)
    found["size"] = "small"
    assert course.facts["size"] == "large"


# A patient over five years


def test_a_patient_is_followed_over_five_years() -> None:
    course = begin(FIVE_YEARS)
    told = [(step.at, step.event, step.facts.get("course"), step.facts.get("primary_removed")) for step in course.history]
    assert told == [
        ("2019-04", "treatment_starts", None, None),
        ("2019-05", "surgery_removes_primary", None, True),
        ("2019-06", "treatment_ends", None, True),
        ("2019-11", "follow_up_without_growth", "stable", True),
        ("2020-11", "follow_up_without_growth", "stable", True),
        ("2021-10", "tumor_comes_back", "recurrent", True),
        ("2021-11", "treatment_starts", None, True),
        ("2022-02", "tests_show_no_growth", "stable", True),
        ("2022-09", "tests_show_no_growth", "stable", True),
        ("2023-05", "tumor_keeps_growing", "progressive", True),
        ("2023-06", "treatment_starts", None, True),
        ("2023-11", "tests_show_no_growth", "stable", True),
        ("2024-04", "tests_show_no_growth", "stable", True),
    ]


@pytest.mark.parametrize("steps", range(14))
def test_the_patient_is_a_case_at_every_time(steps: int) -> None:
    course = begin(FIVE_YEARS)
    for _ in range(13 - steps):
        course.undo()
    assert case_of(course.case.to_dict()) == course.case


def test_the_patient_s_recurrence_is_a_case_after_resection() -> None:
    course = begin(FIVE_YEARS)
    while course.state != "recurrent":
        course.undo()
    assert course.case.to_dict() == {
        "tumor_type": "gastrinoma",
        "course": "recurrent",
        "primary_removed": True,
        "refractory": False,
        "spread": ["liver"],
        "spread_resectable": False,
        "mostly_liver": True,
        "severe_symptoms": False,
        "symptoms": ["excess_stomach_acid"],
    }


def test_a_history_is_saved_as_it_was_written() -> None:
    assert json.loads(begin(FIVE_YEARS).to_json()) == json.loads(FIVE_YEARS)


def test_a_document_of_another_field_has_its_history_too() -> None:
    pumps = load_pathways(PUMPS)
    course = CareCourse.from_json((PUMPS / "histories" / "stopped-twice.json").read_text("utf-8"), pumps)
    assert [step.facts.get("flow") for step in course.history] == [None, "reduced", None, "full"]
    assert course.case.to_dict() == {
        "pump": "centrifugal",
        "operation": "running",
        "flow": "full",
        "vibration": False,
        "leaks": [],
        "bearing_temperature": "cool",
    }


# Saving


def test_a_saved_course_resumes_where_it_stood() -> None:
    course = begin()
    course.happen(STARTS, at="2024-05-01", by="Dr A")
    for event in ("surgery_leaves_tumor", "treatment_ends", "tumor_comes_back"):
        course.happen(event)
    resumed = begin(course.to_json())
    assert (resumed.state, resumed.facts, resumed.history) == (course.state, course.facts, course.history)
    assert resumed.to_json() == course.to_json()


def test_a_course_that_has_not_begun_can_be_saved() -> None:
    assert begin(begin().to_json()).state == "diagnosed"


def test_a_saved_course_leaves_out_what_was_not_said() -> None:
    assert json.loads(after("treatment_starts").to_json()) == {"care_course": 1, "events": [{"event": "treatment_starts"}]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a saved care course: line 1, column 1: not valid JSON"),
        ("{", "not a saved care course: line 1, column 2: not valid JSON"),
        ("[" * 100_000, "not a saved care course: this JSON is nested too deeply"),
        ('{"care_course": 1, "events": [], "events": []}', r"not a saved care course: duplicate key 'events' \(keep one\)"),
        (
            '{"care_course": 1, "events": [{"event": "treatment_starts", "at": "1", "at": "2"}]}',
            "not a saved care course: duplicate key 'at'",
        ),
        ("[]", "not a saved care course of format 1"),
        ('{"care_course": 2, "events": []}', "not a saved care course of format 1"),
        ('{"care_course": 1}', "not a saved care course of format 1"),
        ('{"care_course": 1, "events": {}}', "not a saved care course of format 1"),
        ('{"care_course": 1, "events": ["treatment_starts"]}', r"events\[0\] needs an event"),
        ('{"care_course": 1, "events": [{}]}', r"events\[0\] needs an event"),
        ('{"care_course": 1, "events": [{"event": 1}]}', r"events\[0\] needs an event"),
        ('{"care_course": 1, "events": [{"event": "treatment_starts", "at": 5}]}', r"events\[0\]: at takes a time"),
        (
            '{"care_course": 1, "events": [{"event": "treatment_starts", "by": {}}]}',
            r"events\[0\]: by takes who it was, as text",
        ),
        ('{"care_course": 1, "events": [{"event": "tumor_comes_back"}]}', "cannot happen when diagnosed"),
        ('{"care_course": 1, "events": [{"event": "cure"}]}', "no event 'cure'"),
        ('{"care_course": 1, "found": [], "events": []}', "found needs facts with their values"),
        ('{"care_course": 1, "events": [{"event": "treatment_starts", "found": 1}]}', r"events\[0\].found needs facts"),
    ],
)
def test_text_that_is_no_saved_course_is_refused(text: str, message: str) -> None:
    with pytest.raises(WalkError, match=message):
        begin(text)


def test_the_facts_of_the_history_cannot_be_changed_from_outside() -> None:
    course = begin()
    course.happen("treatment_starts")
    with pytest.raises(TypeError):
        course.history[0].facts["course"] = "recurrent"  # type: ignore[index]


def test_a_truth_is_no_format() -> None:
    with pytest.raises(WalkError, match="not a saved care course"):
        begin('{"care_course": true, "events": []}')
