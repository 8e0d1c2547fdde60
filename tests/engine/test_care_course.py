"""The care course over time: every event in every state, what it sets and leaves open, applied to a case."""

from __future__ import annotations

import pytest
from transitions import Machine

from course_material import BEFORE, STARTS, after, begin, case_of
from pnet_pathways import WalkError
from pnet_pathways.engine.care_course import care_machine
from reference_material import reference_only

COURSE = reference_only().care_course

STATES = ("diagnosed", "in_treatment", "residual_tumor", "follow_up", "recurrent", "progressive")
EVENTS = (
    "treatment_starts",
    "surgery_leaves_tumor",
    "surgery_removes_primary",
    "tests_show_no_growth",
    "tumor_keeps_growing",
    "treatment_ends",
    "follow_up_without_growth",
    "tumor_comes_back",
)

TABLE: dict[str, dict[str, str]] = {
    # state: where each event leads that can happen in it
    "diagnosed": {"treatment_starts": "in_treatment"},
    "in_treatment": {
        "surgery_leaves_tumor": "residual_tumor",
        "surgery_removes_primary": "in_treatment",
        "tests_show_no_growth": "in_treatment",
        "tumor_keeps_growing": "progressive",
        "treatment_ends": "follow_up",
        "tumor_comes_back": "recurrent",
    },
    "residual_tumor": {"treatment_starts": "in_treatment", "treatment_ends": "follow_up"},
    "follow_up": {
        "treatment_starts": "in_treatment",
        "follow_up_without_growth": "follow_up",
        "tumor_comes_back": "recurrent",
    },
    "progressive": {
        "treatment_starts": "in_treatment",
        "tests_show_no_growth": "in_treatment",
        "tumor_keeps_growing": "progressive",
        "treatment_ends": "follow_up",
    },
    "recurrent": {"treatment_starts": "in_treatment"},
}
WAYS: dict[str, tuple[str, ...]] = {
    "diagnosed": (),
    "in_treatment": ("treatment_starts",),
    "residual_tumor": ("treatment_starts", "surgery_leaves_tumor"),
    "follow_up": ("treatment_starts", "treatment_ends"),
    "progressive": ("treatment_starts", "tumor_keeps_growing"),
    "recurrent": ("treatment_starts", "tumor_comes_back"),
}
CELLS = [(state, event, TABLE[state].get(event)) for state in STATES for event in EVENTS]
ALLOWED = [(state, event, target) for state, event, target in CELLS if target is not None]
FORBIDDEN = [(state, event) for state, event, target in CELLS if target is None]


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
    assert after(*WAYS[state]).events == tuple(TABLE[state])


def test_the_table_is_complete() -> None:
    assert tuple(COURSE.states) == STATES
    assert tuple(COURSE.events) == EVENTS


def test_growth_during_treatment_begins_in_treatment_only() -> None:
    assert COURSE.events["tumor_keeps_growing"].sources == ("in_treatment", "progressive")


def test_an_unknown_event_is_refused_with_a_suggestion() -> None:
    with pytest.raises(WalkError, match="no event 'tumor_come_back': did you mean 'tumor_comes_back'"):
        begin().happen("tumor_come_back")
    with pytest.raises(WalkError, match="no event 'x': events are treatment_starts, "):
        begin().happen("x")


def test_the_care_course_is_a_machine_of_transitions_without_automatic_events() -> None:
    machine = care_machine(reference_only())
    assert isinstance(machine, Machine)
    assert set(machine.events) == set(EVENTS)
    assert machine is care_machine(reference_only())
    assert machine.models == []


# The facts


@pytest.mark.parametrize(
    ("events", "facts"),
    [
        ((), {"course": "new"}),
        # Treated, but how it stands is not known yet.
        ((STARTS,), {}),
        ((STARTS, "tests_show_no_growth"), {"course": "stable"}),
        ((STARTS, "treatment_ends"), {}),
        ((STARTS, "treatment_ends", "follow_up_without_growth"), {"course": "stable"}),
        ((STARTS, "surgery_removes_primary"), {"primary_removed": True}),
        ((STARTS, "surgery_leaves_tumor"), {"primary_removed": False, "residual_after_surgery": True}),
        (
            (STARTS, "surgery_leaves_tumor", "treatment_ends", "follow_up_without_growth"),
            {"course": "stable", "primary_removed": False, "residual_after_surgery": True},
        ),
        ((STARTS, "tumor_keeps_growing"), {"course": "progressive"}),
        # What ends growth and residual tumor: another treatment, tests without growth, an operation.
        ((STARTS, "tumor_keeps_growing", STARTS), {}),
        ((STARTS, "tumor_keeps_growing", "tests_show_no_growth"), {"course": "stable"}),
        ((STARTS, "surgery_leaves_tumor", STARTS), {"primary_removed": False}),
        ((STARTS, "surgery_leaves_tumor", STARTS, "surgery_removes_primary"), {"primary_removed": True}),
        # Where it is back is found anew.
        ((STARTS, "surgery_removes_primary", "tumor_comes_back"), {"course": "recurrent"}),
        ((STARTS, "surgery_leaves_tumor", "treatment_ends", "tumor_comes_back"), {"course": "recurrent"}),
        ((STARTS, "tumor_comes_back", STARTS, "tests_show_no_growth"), {"course": "stable"}),
    ],
)
def test_events_set_the_facts(events: tuple[str, ...], facts: dict[str, object]) -> None:
    assert after(*events).facts == facts


def test_wherever_events_lead_the_facts_are_no_contradiction() -> None:
    """Every state with every set of facts that any sequence of events gives."""
    start = begin()
    seen = {(start.state, tuple(start.facts.items()))}
    waiting: list[tuple[str, ...]] = [()]
    for events in waiting:
        for event in after(*events).events:
            course = after(*events, event)
            reached = (course.state, tuple(course.facts.items()))
            if reached not in seen:
                seen.add(reached)
                waiting.append((*events, event))
                assert case_of(course.case.to_dict()).known() == course.facts
    assert {state for state, _ in seen} == set(STATES)
    assert len(seen) > 20


@pytest.mark.parametrize("event", ["surgery_leaves_tumor", "surgery_removes_primary"])
def test_an_operation_leaves_open_what_was_known_of_the_tumor(event: str) -> None:
    applied = after(STARTS, event).apply(case_of(BEFORE))
    assert set(applied.to_dict()) == {"tumor_type", "primary_removed"} | (
        {"residual_after_surgery"} if event == "surgery_leaves_tumor" else set()
    )


def test_the_tumor_can_come_back_again_and_again() -> None:
    course = after(STARTS)
    for _ in range(5):
        for event in ("treatment_ends", "tumor_comes_back", STARTS, "surgery_leaves_tumor", STARTS):
            course.happen(event)
        assert course.facts == {"primary_removed": False}
    assert sum(step.event == "tumor_comes_back" for step in course.history) == 5


def test_changing_the_facts_returned_changes_nothing() -> None:
    course = begin()
    course.facts["course"] = "recurrent"
    assert course.facts == {"course": "new"}


def test_courses_do_not_share_their_place() -> None:
    one, other = after(STARTS), begin()
    assert (one.state, other.state) == ("in_treatment", "diagnosed")


# Applied to a case


def test_a_case_gets_what_the_course_has_set_and_found_since() -> None:
    course = begin()
    course.happen(STARTS)
    course.happen("tumor_keeps_growing", found={"spread": {"liver": True}})
    case = case_of({**BEFORE, "course": "new", "spread": {"lymph_nodes": True}})
    assert course.apply(case) == case.with_(course="progressive", **{"spread.liver": True})


def test_what_no_event_has_touched_stays() -> None:
    case = case_of(BEFORE)
    assert begin().apply(case) == case.with_(course="new")


def test_what_the_course_leaves_open_becomes_unknown() -> None:
    case = case_of({"course": "recurrent", "residual_after_surgery": True, "severe_symptoms": True})
    assert after(STARTS, "tumor_comes_back", STARTS).apply(case).to_dict() == {"severe_symptoms": True}
