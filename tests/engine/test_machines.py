"""The tracks as state machines of `transitions`: states, triggers, guards."""

from __future__ import annotations

import pytest
from transitions import Machine, MachineError

from pnet_pathways import (
    Case,
    WalkError,
    load_pathways,
)
from pnet_pathways.engine.walk import (
    Guard,
    TrackMachine,
    TrackModel,
    track_machines,
)
from pnet_pathways.model.pathway import (
    Choice,
    Definitions,
    Question,
    Track,
)
from project_vocabulary import VOCABULARY
from strategies import as_case

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
