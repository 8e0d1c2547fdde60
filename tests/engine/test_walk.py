"""The machines on `transitions`, and the walk through them."""

from __future__ import annotations

from typing import Any

import pytest

from examples import LARGE_HEAD
from pnet_pathways import (
    Case,
    CaseError,
    InconsistentCaseError,
    Spread,
    Walk,
    WalkError,
    recommend,
    start,
)
from pnet_pathways.engine.walk import (
    Answered,
)
from pnet_pathways.model.scenario_rows import LeafKind
from project_vocabulary import FACTS

# Walking


def test_a_walk_starts_at_the_first_question_of_every_track_for_every_type() -> None:
    assert {key: text.fact for key, text in start().questions.items()} == {
        "supportive.supportive.stomach_ulcers": "symptoms.stomach_ulcers",
        "supportive.supportive.diarrhea": "symptoms.diarrhea",
        "supportive.supportive.low_blood_sugar": "symptoms.low_blood_sugar",
        "supportive.supportive.high_blood_sugar": "symptoms.high_blood_sugar",
        "recurrent.course": "course",
    }


def test_naming_the_type_opens_its_tracks() -> None:
    walk = start()
    walk.answer("tumor_type", "insulinoma")
    asked = {key: text.fact for key, text in walk.questions.items()}
    assert asked["insulinoma.primary"] == "pancreatic_tumors"
    assert asked["insulinoma.spread"] == "spread"


def test_an_answer_moves_every_track_that_asks_for_it() -> None:
    walk = start({"tumor_type": "vipoma", "course": "progressive", "primary_removed": False, "spread": {"liver": True}})
    assert [key for key, text in walk.questions.items() if text.fact == "resectable"] == ["vipoma.primary", "recurrent.course"]
    walk.answer("resectable", True)
    assert not [key for key, text in walk.questions.items() if text.fact == "resectable"]
    assert {"vipoma.primary", "recurrent.course"} <= set(walk.leaves)


def test_the_removability_of_what_has_spread_is_asked_apart_from_that_of_the_primary() -> None:
    walk = start({"tumor_type": "vipoma", "course": "progressive", "resectable": False, "spread": ["liver"]})
    asked = [key for key, text in walk.questions.items() if text.fact == "spread_resectable"]
    assert asked == ["vipoma.spread", "recurrent.course"]
    walk.answer("spread_resectable", False)
    assert {"vipoma.primary", "vipoma.spread", "recurrent.course"} <= set(walk.leaves)


def test_nothing_of_a_primary_that_was_removed_is_asked() -> None:
    walk = start({"tumor_type": "insulinoma", "primary_removed": True})
    assert walk.leaves["insulinoma.primary"].kind is LeafKind.DOES_NOT_APPLY
    about = {"pancreatic_tumors", "sites", "duodenal_tumors", "size", "resectable", "residual_after_surgery"}
    assert not about & {text.fact for text in walk.questions.values()}
    assert not about & {fact.partition(".")[0] for fact in walk.recommendation.missing}


def test_a_track_stands_either_at_a_question_or_on_a_leaf() -> None:
    walk = start({"tumor_type": "gastrinoma"})
    for fact, value in (
        ("primary_removed", False),
        ("pancreatic_tumors", "none"),
        ("duodenal_tumors", False),
        ("spread", []),
        ("refractory", False),
    ):
        assert not set(walk.questions) & set(walk.leaves)
        assert len(walk.questions) + len(walk.leaves) == 8
        walk.answer(fact, value)
    assert {"gastrinoma.primary", "gastrinoma.spread"} <= set(walk.leaves)


def test_the_acceptance_example_walks_to_its_leaves() -> None:
    walk = start(LARGE_HEAD)
    assert walk.leaves["insulinoma.primary"].offers[0] == ("INS-2", 0)
    assert {statement for statement, _ in walk.leaves["insulinoma.primary"].offers} == {"INS-2", "INS-5"}
    assert walk.leaves["insulinoma.spread"].kind is LeafKind.DOES_NOT_APPLY
    assert walk.leaves["recurrent.course"].kind is LeafKind.DOES_NOT_APPLY


def test_a_walk_can_end_in_a_gap() -> None:
    walk = start({**LARGE_HEAD, "resectable": True})
    assert walk.leaves["insulinoma.primary"].kind is LeafKind.GAP


def test_the_next_question_is_the_first_that_is_missing() -> None:
    walk = start({"tumor_type": "insulinoma"})
    question = walk.next_question
    assert question is not None
    assert question.fact == walk.recommendation.missing[0] == "course"


def test_nothing_is_asked_once_nothing_can_change() -> None:
    walk = start({**LARGE_HEAD, "symptoms": []})
    assert walk.next_question is None
    assert walk.questions == {}


def test_out_of_scope_there_is_nothing_to_walk() -> None:
    walk = start()
    walk.answer("tumor_type", "exocrine")
    assert (walk.next_question, walk.questions, walk.leaves, walk.trace) == (None, {}, {}, ())


def test_the_trace_tells_the_way_and_where_it_stands() -> None:
    walk = start({"tumor_type": "insulinoma", "pancreatic_tumors": "one"})
    steps = [(step.state, step.fact, step.answer, step.leaf) for step in walk.trace if step.track == "primary"]
    assert steps == [
        ("tumors", "pancreatic_tumors", "one", None),
        ("one_resectable", "resectable", None, None),
    ]


def test_a_walk_says_what_recommend_says() -> None:
    assert start(LARGE_HEAD).recommendation == recommend(LARGE_HEAD)


@pytest.mark.parametrize("kind", list(FACTS["tumor_type"].answers))
def test_a_walk_traces_the_tracks_in_the_order_of_the_answer(kind: str) -> None:
    assert start({"tumor_type": kind}).trace == recommend({"tumor_type": kind}).trace


def test_a_walk_starts_from_a_case_or_its_mapping_or_nothing() -> None:
    assert start(Case(resectable=True)).case == start({"resectable": True}).case
    assert start().case == start({}).case == Case()


def test_a_walk_refuses_a_mapping_that_is_no_case() -> None:
    with pytest.raises(CaseError, match="no such fact"):
        start({"grade": 3})


# Answering


def test_answers_are_kept_in_order_with_who_and_when() -> None:
    walk = start()
    walk.answer("resectable", True, at="2024-05-01T10:00:00Z", by="Dr A")
    walk.answer("course", "new")
    assert walk.answers == (Answered("resectable", True, "2024-05-01T10:00:00Z", "Dr A"), Answered("course", "new"))


@pytest.mark.parametrize(
    ("fact", "value", "known"),
    [
        ("spread.liver", True, {"spread": {"liver": True}}),
        ("spread", ["liver"], {"spread": ["liver"]}),
        ("spread", {"liver": True}, {"spread": {"liver": True}}),
        ("spread", Spread(liver=True), {"spread": {"liver": True}}),
        ("symptoms", [], {"symptoms": []}),
        ("sites", ["head", "tail"], {"sites": ["head", "tail"]}),
        ("sites", frozenset({"tail", "head"}), {"sites": ["head", "tail"]}),
        ("sites", dict.fromkeys(["head"]).keys(), {"sites": ["head"]}),
    ],
)
def test_whatever_a_case_takes_is_taken_and_can_be_saved(fact: str, value: object, known: dict[str, Any]) -> None:
    walk = start()
    walk.answer(fact, value)
    assert walk.case == Case.from_dict(known)
    assert Walk.from_json(walk.to_json()).case == walk.case


def test_an_answer_given_is_not_changed_from_outside() -> None:
    walk, sites = start(), ["head"]
    walk.answer("sites", sites)
    sites.append("tail")
    assert Walk.from_json(walk.to_json()).case == walk.case == Case.from_dict({"sites": ["head"]})


@pytest.mark.parametrize(
    ("fact", "value", "message"),
    [
        ("grade", 3, "no such fact"),
        ("spread.bones", True, "has no member 'bones'"),
        ("resectable", "yes", "takes true or false"),
        ("resectable", 1, "takes true or false"),
        ("sites", ["neck"], "has no member 'neck'"),
        ("course", "recurent", "did you mean 'recurrent'"),
    ],
)
def test_a_wrong_answer_is_refused_and_changes_nothing(fact: str, value: object, message: str) -> None:
    walk = start({"tumor_type": "gastrinoma"})
    before = (walk.case, walk.trace, walk.answers)
    with pytest.raises(CaseError, match=message):
        walk.answer(fact, value)
    assert (walk.case, walk.trace, walk.answers) == before


@pytest.mark.parametrize(
    ("known", "fact", "value"),
    [
        ({"spread": {"liver": False}}, "mostly_liver", True),
        ({"mostly_liver": True}, "spread.liver", False),
        ({"mostly_liver": True}, "spread", []),
        ({"pancreatic_tumors": "several"}, "size", "small"),
        ({"pancreatic_tumors": "none"}, "sites", ["head"]),
        ({"size": "small"}, "sites", []),
        ({"course": "new"}, "primary_removed", True),
        ({"primary_removed": True}, "resectable", False),
        ({"primary_removed": True}, "sites", ["tail"]),
        ({"spread": []}, "spread_resectable", True),
        ({"course": "new"}, "refractory", True),
    ],
)
def test_a_contradictory_answer_is_refused_and_changes_nothing(known: dict[str, Any], fact: str, value: object) -> None:
    walk = start({"tumor_type": "insulinoma", **known})
    before = (walk.case, walk.trace, walk.answers, walk.questions)
    with pytest.raises(InconsistentCaseError):
        walk.answer(fact, value)
    assert (walk.case, walk.trace, walk.answers, walk.questions) == before


def test_a_walk_goes_on_after_a_refused_answer() -> None:
    walk = start({"tumor_type": "insulinoma", "pancreatic_tumors": "several"})
    with pytest.raises(InconsistentCaseError):
        walk.answer("size", "small")
    walk.answer("resectable", True)
    assert walk.leaves["insulinoma.primary"].offers == (("INS-4", 0),)


@pytest.mark.parametrize("value", [True, False])
def test_a_fact_is_answered_once(value: bool) -> None:
    walk = start()
    walk.answer("resectable", True)
    with pytest.raises(WalkError, match="'resectable' is known already"):
        walk.answer("resectable", value)
    assert len(walk.answers) == 1


def test_a_fact_known_from_the_start_is_not_answered_again() -> None:
    with pytest.raises(WalkError, match="'course' is known already"):
        start({"course": "new"}).answer("course", "recurrent")


def test_a_fact_answered_with_its_group_is_not_answered_again() -> None:
    walk = start()
    walk.answer("spread", ["liver"])
    with pytest.raises(WalkError, match=r"'spread\.liver' is known already"):
        walk.answer("spread.liver", False)


def test_a_group_of_which_a_member_is_known_is_not_answered_over_it() -> None:
    walk = start()
    walk.answer("spread.liver", True)
    with pytest.raises(WalkError):
        walk.answer("spread", [])
    assert walk.case.value("spread.liver") is True


def test_a_fact_that_only_follows_from_others_can_still_be_answered() -> None:
    walk = start({"size": "small"})
    walk.answer("pancreatic_tumors", "one")
    assert walk.case == Case.from_dict({"size": "small", "pancreatic_tumors": "one"})


def test_unknown_is_no_answer() -> None:
    with pytest.raises(WalkError, match="needs a value"):
        start().answer("resectable", None)


# Taking back


def test_the_last_answer_is_taken_back() -> None:
    walk = start({"tumor_type": "insulinoma"})
    before = (walk.case, walk.trace)
    walk.answer("pancreatic_tumors", "one", by="Dr A")
    assert walk.undo() == Answered("pancreatic_tumors", "one", None, "Dr A")
    assert (walk.case, walk.trace, walk.answers) == (*before, ())


def test_a_fact_taken_back_can_be_answered_otherwise() -> None:
    walk = start({"tumor_type": "somatostatinoma"})
    walk.answer("resectable", True)
    walk.undo()
    walk.answer("resectable", False)
    assert walk.leaves["somatostatinoma.primary"].kind is LeafKind.GAP


def test_taking_back_the_type_closes_its_tracks() -> None:
    walk = start()
    walk.answer("tumor_type", "insulinoma")
    walk.undo()
    assert {step.pathway for step in walk.trace} == {"supportive", "recurrent"}


def test_what_was_known_at_the_start_is_not_taken_back() -> None:
    walk = start({"resectable": True})
    with pytest.raises(WalkError, match="no answer to take back"):
        walk.undo()
    assert walk.case.value("resectable") is True
