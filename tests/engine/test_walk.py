"""The machines on `transitions`, and the walk through them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from transitions import Machine, MachineError

from pnet_pathways import (
    Case,
    CaseError,
    InconsistentCaseError,
    Spread,
    Walk,
    WalkError,
    load_pathways,
    recommend,
    start,
)
from pnet_pathways.engine.walk import (
    Answered,
    Guard,
    TrackMachine,
    TrackModel,
    track_machines,
)
from pnet_pathways.model.pathway import (
    Choice,
    Definitions,
    LeafKind,
    Question,
    Track,
)
from pnet_pathways.model.values import Value, plain
from project_vocabulary import FACTS, VOCABULARY, scenarios
from strategies import as_case

LARGE_HEAD: dict[str, Any] = {
    "tumor_type": "insulinoma",
    "pancreatic_tumors": "one",
    "sites": ["head"],
    "size": "large",
    "resectable": False,
    "spread": [],
    "course": "new",
}
TRACKS = [(pathway.name, track) for pathway in load_pathways().pathways.values() for track in pathway.tracks]


@pytest.fixture(params=TRACKS, ids="-".join)
def machine(request: pytest.FixtureRequest, definitions: Definitions) -> TrackMachine:
    key: tuple[str, str] = request.param
    return track_machines(definitions)[key]


# The machines


def test_every_track_is_a_machine_of_transitions(machine: TrackMachine) -> None:
    assert isinstance(machine.machine, Machine)
    assert set(machine.machine.states) == set(machine.track.states)
    assert machine.machine.initial == machine.track.start


def test_a_machine_can_only_do_what_an_answer_says(machine: TrackMachine) -> None:
    """No automatic ``to_state`` triggers."""
    answers = {answer.trigger for question in machine.track.questions for answer in question.answers}
    assert set(machine.machine.events) == answers
    assert not [name for name in machine.machine.events if name.startswith("to_")]


def test_the_leaves_are_the_final_states(machine: TrackMachine) -> None:
    final = {name for name, state in machine.machine.states.items() if state.final}
    assert final == {leaf.name for leaf in machine.track.leaves}


def test_a_machine_registers_no_model(machine: TrackMachine) -> None:
    """Models are light and many; a registered one would live as long as the machine."""
    machine.advance(machine.start(), Case())
    assert machine.machine.models == []


def test_machines_are_shared(definitions: Definitions) -> None:
    assert track_machines(definitions) is track_machines(definitions)


def test_a_trigger_moves_a_model_where_its_answer_leads(machine: TrackMachine) -> None:
    for question in machine.track.questions:
        for answer in question.answers:
            for value in answer.values:
                model = TrackModel(question.name)
                assert machine.machine.events[answer.trigger].trigger(model, (value,))
                assert model.state == answer.target


def test_a_trigger_with_the_wrong_value_is_refused_by_the_guard(machine: TrackMachine) -> None:
    for question in machine.track.questions:
        for answer in question.answers:
            for value in set(VOCABULARY.choices(question.asks)) - set(answer.values):
                model = TrackModel(question.name)
                assert not machine.machine.events[answer.trigger].trigger(model, (value,))
                assert model.state == question.name


def test_a_trigger_from_the_wrong_state_is_refused_by_the_machine(machine: TrackMachine) -> None:
    for name in machine.machine.events:
        for leaf in machine.track.leaves:
            with pytest.raises(MachineError):
                machine.machine.events[name].trigger(TrackModel(leaf.name), (True,))


def test_a_guard_passes_exactly_its_values() -> None:
    guard = Guard((True,))
    assert guard((True,))
    assert not guard((False,))
    assert not guard((True, False))


def test_a_machine_ends_every_scenario_at_the_leaf_that_was_proven(machine: TrackMachine, definitions: Definitions) -> None:
    proven = definitions.scenarios[machine.track.pathway, machine.track.name]
    for row in proven.rows:
        model = machine.start()
        machine.advance(model, as_case(dict(zip(proven.facts, row.values, strict=True))))
        assert model.state == row.leaf
        assert tuple((state, answer) for state, _, answer in model.path) == row.path


def test_a_track_without_a_way_on_says_so() -> None:
    """A definition that was loaded has none; one made by hand may."""
    question = Question("removable", "resectable", ("resectable",), (Choice("yes", (True,), "removable"),))
    machine = TrackMachine(Track("mine", "primary", "Mine", "removable", {"removable": question}))
    with pytest.raises(WalkError, match="'primary' has no way on from 'removable' for no"):
        machine.advance(machine.start(), Case(resectable=False))


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
    assert asked["insulinoma.spread"] == "spread.liver"


def test_an_answer_moves_every_track_that_asks_for_it() -> None:
    walk = start({"tumor_type": "vipoma", "course": "progressive", "spread": {"liver": True}})
    assert [key for key, text in walk.questions.items() if text.fact == "resectable"] == [
        "vipoma.primary",
        "vipoma.spread",
        "recurrent.course",
    ]
    walk.answer("resectable", True)
    assert not [key for key, text in walk.questions.items() if text.fact == "resectable"]
    assert {"vipoma.primary", "vipoma.spread", "recurrent.course"} <= set(walk.leaves)


def test_a_track_stands_either_at_a_question_or_on_a_leaf() -> None:
    walk = start({"tumor_type": "gastrinoma"})
    for fact, value in (("pancreatic_tumors", "none"), ("duodenal_tumors", False), ("spread", []), ("refractory", False)):
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
    assert question.fact == walk.recommendation.missing[0] == "pancreatic_tumors"


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
    assert steps == [("tumors", "pancreatic_tumors", "one", None), ("site", "sites", None, None)]


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
    walk.answer("resectable", True, at="2024-05-01T10:00", by="Dr A")
    walk.answer("course", "new")
    assert walk.answers == (Answered("resectable", True, "2024-05-01T10:00", "Dr A"), Answered("course", "new"))


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
        ("sites", ["neck"], "has no value 'neck'"),
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
        ({"size": "small"}, "sites", ["head", "tail"]),
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


# Saving


@pytest.fixture
def saved() -> str:
    walk = start({"tumor_type": "insulinoma"})
    walk.answer("pancreatic_tumors", "one", at="2024-05-01", by="Dr A")
    walk.answer("sites", ["head"])
    walk.answer("spread", {"liver": True})
    return walk.to_json()


def test_a_saved_walk_resumes_with_start_answers_and_place(saved: str) -> None:
    walk = Walk.from_json(saved)
    assert walk.start_case == Case.from_dict({"tumor_type": "insulinoma"})
    assert walk.answers[0] == Answered("pancreatic_tumors", "one", "2024-05-01", "Dr A")
    assert walk.questions["insulinoma.primary"].fact == "size"
    assert walk.to_json() == saved


def test_a_resumed_walk_can_be_taken_back_to_its_start(saved: str) -> None:
    walk = Walk.from_json(saved)
    for _ in range(3):
        walk.undo()
    assert walk.case == walk.start_case


def test_a_saved_walk_tells_the_definitions_that_it_was_made_with(saved: str, definitions: Definitions) -> None:
    assert json.loads(saved)["definition"] == {"version": definitions.version, "hash": definitions.content_hash}


@pytest.fixture
def other(folder: Path) -> Definitions:
    """Definitions that say something else."""
    file = folder / "treatments.yaml"
    text = file.read_text("utf-8")
    assert "label: chemotherapy\n" in text
    file.write_text(text.replace("label: chemotherapy\n", "label: chemo\n"), "utf-8")
    return load_pathways(folder)


def test_a_walk_made_with_other_definitions_is_refused(saved: str, other: Definitions) -> None:
    assert other.content_hash != load_pathways().content_hash
    with pytest.raises(WalkError, match="other_version=True") as raised:
        Walk.from_json(saved, other)
    assert other.content_hash[:12] in str(raised.value)
    assert load_pathways().content_hash[:12] in str(raised.value)


def test_a_walk_made_with_other_definitions_is_replayed_where_asked(saved: str, other: Definitions) -> None:
    walk = Walk.from_json(saved, other, other_version=True)
    assert walk.case == Walk.from_json(saved).case
    assert json.loads(walk.to_json())["definition"]["hash"] == other.content_hash


def test_definitions_that_mean_the_same_resume_each_others_walks(saved: str, folder: Path) -> None:
    file = folder / "entry.yaml"
    file.write_text("# A comment means nothing.\n" + file.read_text("utf-8"), "utf-8")
    assert Walk.from_json(saved, load_pathways(folder)).to_json() == saved


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no saved walk: line 1, column 1: not valid JSON"),
        ("{", "no saved walk: line 1, column 2: not valid JSON"),
        ("[" * 100_000, "no saved walk: this JSON is nested too deeply"),
        ('{"walk": 1, "walk": 1}', r"no saved walk: duplicate key 'walk' \(keep one\)"),
        ("[]", "no saved walk of format 1"),
        ("null", "no saved walk of format 1"),
        ("{}", "no saved walk of format 1"),
        ('{"walk": 2}', "no saved walk of format 1"),
        ('{"walk": "1"}', "no saved walk of format 1"),
        ('{"walk": 1}', "damaged: definition: is missing.*start: is missing.*answers: is missing"),
    ],
)
def test_text_that_is_no_saved_walk_is_refused(text: str, message: str) -> None:
    with pytest.raises(WalkError, match=message):
        Walk.from_json(text)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "resectable",
        {},
        {"fact": "resectable"},
        {"value": True},
        {"fact": "resectable", "value": None},
        {"fact": 1, "value": True},
        {"fact": "resectable", "value": True, "at": 5},
        {"fact": "resectable", "value": True, "by": ["Dr A"]},
    ],
)
def test_a_damaged_answer_of_a_saved_walk_is_named(saved: str, answer: object) -> None:
    data = json.loads(saved)
    data["answers"].append(answer)
    with pytest.raises(WalkError, match=r"answers\[3\]"):
        Walk.from_json(json.dumps(data))


def test_a_saved_walk_whose_answer_repeats_a_key_is_refused(saved: str) -> None:
    """Another program may read the first value where this one reads the last."""
    assert saved.count('"fact": "spread"') == 1
    repeated = saved.replace('"fact": "spread"', '"fact": "size", "fact": "spread"')
    with pytest.raises(WalkError, match="no saved walk: duplicate key 'fact'"):
        Walk.from_json(repeated)


@pytest.mark.parametrize("key", ["definition", "start", "answers"])
@pytest.mark.parametrize("value", [None, "text", 5])
def test_a_damaged_part_of_a_saved_walk_is_named(saved: str, key: str, value: object) -> None:
    with pytest.raises(WalkError, match=f"damaged: {key}: "):
        Walk.from_json(json.dumps({**json.loads(saved), key: value}))


def test_every_damage_of_a_saved_walk_is_named_at_once(saved: str) -> None:
    data = {**json.loads(saved), "answers": [None, {"fact": "course", "value": "new"}, {}]}
    with pytest.raises(WalkError, match=r"answers\[0\].*answers\[2\]"):
        Walk.from_json(json.dumps(data))


def test_a_saved_walk_whose_answers_contradict_each_other_is_refused(saved: str) -> None:
    data = json.loads(saved)
    data["answers"].append({"fact": "sites", "value": ["tail"]})
    with pytest.raises(WalkError, match="known already"):
        Walk.from_json(json.dumps(data))
    data["answers"][-1] = {"fact": "size", "value": "tiny"}
    with pytest.raises(CaseError, match="has no value 'tiny'"):
        Walk.from_json(json.dumps(data))


def test_a_saved_walk_whose_start_is_no_case_is_refused(saved: str) -> None:
    with pytest.raises(CaseError, match="no such fact"):
        Walk.from_json(json.dumps({**json.loads(saved), "start": {"grade": 3}}))


# Threads


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Switch threads as often as Python can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def walk_through(facts: dict[str, Value]) -> tuple[dict[str, str], Walk]:
    walk = start()
    for name, value in facts.items():
        walk.answer(name, plain(value))
    return {key: leaf.name for key, leaf in walk.leaves.items()}, walk


def test_many_threads_walk_over_the_shared_machines_at_once_and_reach_the_right_leaves(
    eager_threads: None, definitions: Definitions
) -> None:
    rows: list[dict[str, Value]] = [
        {"tumor_type": kind, **{name: value for name, value in row.items() if name != "size" or isinstance(value, str)}}
        for kind in FACTS["tumor_type"].values
        for row in scenarios(["resectable", "pancreatic_tumors"])
    ]
    alone = [walk_through(row)[0] for row in rows]
    with ThreadPoolExecutor(16) as pool:
        together = list(pool.map(walk_through, rows * 3))
    assert [leaves for leaves, _ in together] == alone * 3
    assert all(walk.definitions is definitions for _, walk in together)


def test_a_member_may_be_answered_beside_one_that_is_known() -> None:
    walk = start({"spread": {"liver": True}})
    walk.answer("spread", {"other": True})
    assert walk.case == Case.from_dict({"spread": {"liver": True, "other": True}})
    with pytest.raises(WalkError, match=r"'spread\.other' is known already"):
        walk.answer("spread", {"other": False, "lymph_nodes": True})
