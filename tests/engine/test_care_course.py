"""The care course over time: every event in every state, what it sets, taking back, saving."""

from __future__ import annotations

import json

import attrs
import pytest
from transitions import Machine

from pnet_pathways import (
    CareCourse,
    Case,
    WalkError,
    recommend,
)
from pnet_pathways.engine.care_course import CareStep, care_machine
from pnet_pathways.model.pathway import Definitions
from project_vocabulary import FACTS

STATES = ("diagnosed", "in_treatment", "residual_tumor", "follow_up", "progressive", "recurrent")
EVENTS = ("treatment_starts", "surgery_leaves_tumor", "follow_up_tests", "tumor_keeps_growing", "tumor_comes_back")

TABLE = {
    # state: where each event leads, in the order of EVENTS; None where it cannot happen
    "diagnosed": ("in_treatment", None, None, None, None),
    "in_treatment": (None, "residual_tumor", "follow_up", "progressive", "recurrent"),
    "residual_tumor": ("in_treatment", None, "follow_up", "progressive", None),
    "follow_up": ("in_treatment", None, "follow_up", "progressive", "recurrent"),
    "progressive": ("in_treatment", None, "follow_up", "progressive", None),
    "recurrent": ("in_treatment", None, "follow_up", None, None),
}
WAYS: dict[str, tuple[str, ...]] = {
    "diagnosed": (),
    "in_treatment": ("treatment_starts",),
    "residual_tumor": ("treatment_starts", "surgery_leaves_tumor"),
    "follow_up": ("treatment_starts", "follow_up_tests"),
    "progressive": ("treatment_starts", "tumor_keeps_growing"),
    "recurrent": ("treatment_starts", "tumor_comes_back"),
}
CELLS = [(state, event, TABLE[state][column]) for state in STATES for column, event in enumerate(EVENTS)]
ALLOWED = [(state, event, target) for state, event, target in CELLS if target is not None]
FORBIDDEN = [(state, event) for state, event, target in CELLS if target is None]


def after(*events: str) -> CareCourse:
    course = CareCourse()
    for event in events:
        course.happen(event)
    return course


# Every event in every state


@pytest.mark.parametrize(("state", "event", "target"), ALLOWED)
def test_an_event_leads_where_the_table_says(state: str, event: str, target: str) -> None:
    course = after(*WAYS[state])
    assert course.state == state
    course.happen(event)
    assert course.state == target


@pytest.mark.parametrize(("state", "event"), FORBIDDEN)
def test_an_event_that_the_table_leaves_out_cannot_happen(state: str, event: str) -> None:
    course = after(*WAYS[state])
    with pytest.raises(WalkError, match=f"'{event}' cannot happen when {state}; what can: {', '.join(course.events)}$"):
        course.happen(event)
    assert (course.state, len(course.history)) == (state, len(WAYS[state]))


@pytest.mark.parametrize("state", STATES)
def test_the_events_that_can_happen_are_those_of_the_table(state: str) -> None:
    allowed = tuple(event for event, target in zip(EVENTS, TABLE[state], strict=True) if target is not None)
    assert after(*WAYS[state]).events == allowed


def test_the_table_is_complete(definitions: Definitions) -> None:
    assert tuple(definitions.care_course.states) == STATES
    assert tuple(definitions.care_course.events) == EVENTS


def test_there_is_no_state_without_a_way_on() -> None:
    assert all(any(target is not None for target in row) for row in TABLE.values())


def test_an_unknown_event_is_refused_with_a_suggestion() -> None:
    with pytest.raises(WalkError, match="no event 'tumor_come_back': did you mean 'tumor_comes_back'"):
        CareCourse().happen("tumor_come_back")
    with pytest.raises(WalkError, match="no event 'x': events are treatment_starts, "):
        CareCourse().happen("x")


def test_the_care_course_is_a_machine_of_transitions_without_automatic_events(definitions: Definitions) -> None:
    machine = care_machine(definitions)
    assert isinstance(machine, Machine)
    assert set(machine.events) == set(EVENTS)
    assert machine is care_machine(definitions)
    assert machine.models == []


# The facts


@pytest.mark.parametrize(
    ("events", "facts"),
    [
        ((), {"course": "new"}),
        (("treatment_starts",), {"course": "new"}),
        (("treatment_starts", "follow_up_tests"), {"course": "new"}),
        (("treatment_starts", "surgery_leaves_tumor"), {"course": "new", "residual_after_surgery": True}),
        (("treatment_starts", "tumor_keeps_growing"), {"course": "progressive"}),
        (("treatment_starts", "tumor_comes_back"), {"course": "recurrent"}),
        (
            ("treatment_starts", "surgery_leaves_tumor", "tumor_keeps_growing"),
            {"course": "progressive", "residual_after_surgery": True},
        ),
        (("treatment_starts", "surgery_leaves_tumor", "follow_up_tests", "tumor_comes_back"), {"course": "recurrent"}),
        (("treatment_starts", "tumor_comes_back", "treatment_starts"), {"course": "recurrent"}),
    ],
)
def test_events_set_the_facts(events: tuple[str, ...], facts: dict[str, object]) -> None:
    assert after(*events).facts == facts


def test_a_recurrence_leaves_open_what_an_earlier_operation_left() -> None:
    course = after("treatment_starts", "surgery_leaves_tumor", "follow_up_tests")
    assert course.facts["residual_after_surgery"] is True
    course.happen("tumor_comes_back")
    assert "residual_after_surgery" not in course.facts


def test_the_tumor_can_come_back_again_and_again() -> None:
    course = after("treatment_starts")
    for _ in range(5):
        for event in ("follow_up_tests", "tumor_comes_back", "treatment_starts", "surgery_leaves_tumor", "treatment_starts"):
            course.happen(event)
        assert course.facts == {"course": "recurrent", "residual_after_surgery": True}
    assert sum(step.event == "tumor_comes_back" for step in course.history) == 5


def test_changing_the_facts_returned_changes_nothing() -> None:
    course = after("treatment_starts")
    course.facts["course"] = "recurrent"
    assert course.facts == {"course": "new"}


@pytest.mark.parametrize("events", WAYS.values())
def test_the_facts_set_are_facts_of_a_case(events: tuple[str, ...]) -> None:
    facts = after(*events).facts
    assert set(facts) <= set(FACTS)
    assert Case.from_dict(facts).to_dict() == facts


def test_courses_do_not_share_their_place() -> None:
    one, other = after("treatment_starts"), CareCourse()
    assert (one.state, other.state) == ("in_treatment", "diagnosed")


# History


def test_the_history_keeps_what_happened_when_and_by_whom() -> None:
    course = CareCourse()
    course.happen("treatment_starts", at="2024-05-01", by="Dr A")
    course.happen("tumor_keeps_growing")
    assert course.history == (
        CareStep("treatment_starts", "diagnosed", "in_treatment", "2024-05-01", "Dr A", {"course": "new"}),
        CareStep("tumor_keeps_growing", "in_treatment", "progressive", None, None, {"course": "progressive"}),
    )


def test_a_step_of_the_history_cannot_be_rewritten() -> None:
    (step,) = after("treatment_starts").history
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        step.event = "tumor_comes_back"  # type: ignore[misc]


@pytest.mark.parametrize(("state", "event", "_target"), ALLOWED)
def test_the_last_event_is_taken_back_with_its_facts(state: str, event: str, _target: str) -> None:
    course = after(*WAYS[state])
    before = (course.state, course.facts, course.history, course.events)
    course.happen(event)
    assert course.undo().event == event
    assert (course.state, course.facts, course.history, course.events) == before


def test_a_refused_event_is_no_part_of_the_history() -> None:
    course = after("treatment_starts")
    with pytest.raises(WalkError):
        course.happen("treatment_starts")
    assert course.undo().event == "treatment_starts"
    assert course.history == ()


def test_there_is_nothing_to_take_back_at_the_start() -> None:
    with pytest.raises(WalkError, match="no event to take back"):
        CareCourse().undo()


# Applied to a case


def test_a_case_gets_the_facts_of_the_course() -> None:
    case = Case.from_dict({"tumor_type": "gastrinoma", "pancreatic_tumors": "several"})
    applied = after("treatment_starts", "surgery_leaves_tumor").apply(case)
    assert applied == case.with_(course="new", residual_after_surgery=True)
    assert "GAS-5" in {option.statement for option in recommend(applied).options}


def test_what_the_course_leaves_open_becomes_unknown() -> None:
    case = Case.from_dict({"course": "new", "residual_after_surgery": True, "resectable": True})
    applied = after("treatment_starts", "tumor_comes_back").apply(case)
    assert applied.to_dict() == {"course": "recurrent", "resectable": True}


def test_a_recurrent_course_brings_the_options_for_recurrence() -> None:
    applied = after("treatment_starts", "tumor_comes_back").apply(Case())
    assert "REC-1" in {option.statement for option in recommend(applied).options if option.certainty == "certain"}


# Saving


def test_a_saved_course_resumes_where_it_stood() -> None:
    course = CareCourse()
    course.happen("treatment_starts", at="2024-05-01", by="Dr A")
    for event in ("surgery_leaves_tumor", "follow_up_tests", "tumor_comes_back"):
        course.happen(event)
    resumed = CareCourse.from_json(course.to_json())
    assert (resumed.state, resumed.facts, resumed.history) == (course.state, course.facts, course.history)
    assert resumed.to_json() == course.to_json()


def test_a_course_that_has_not_begun_can_be_saved() -> None:
    assert CareCourse.from_json(CareCourse().to_json()).state == "diagnosed"


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
        ('{"care_course": 1, "events": [{"event": "treatment_starts", "at": 5}]}', r"events\[0\].* only as text"),
        ('{"care_course": 1, "events": [{"event": "treatment_starts", "by": {}}]}', r"events\[0\].* only as text"),
        ('{"care_course": 1, "events": [{"event": "tumor_comes_back"}]}', "cannot happen when diagnosed"),
        ('{"care_course": 1, "events": [{"event": "cure"}]}', "no event 'cure'"),
    ],
)
def test_text_that_is_no_saved_course_is_refused(text: str, message: str) -> None:
    with pytest.raises(WalkError, match=message):
        CareCourse.from_json(text)


def test_the_facts_of_the_history_cannot_be_changed_from_outside() -> None:
    course = CareCourse()
    course.happen("treatment_starts")
    with pytest.raises(TypeError):
        course.history[0].facts["course"] = "recurrent"  # type: ignore[index]


def test_a_truth_is_no_format() -> None:
    with pytest.raises(WalkError, match="not a saved care course"):
        CareCourse.from_json('{"care_course": true, "events": []}')
