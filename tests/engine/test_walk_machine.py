"""Walks and care courses driven against the plain statements, on our definitions and on random ones."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from changed_answers import saying
from pnet_pathways import load_pathways
from pnet_pathways.engine.answer import Certainty, Recommendation
from pnet_pathways.engine.care_course import CareCourse
from pnet_pathways.engine.recommend import Engine
from pnet_pathways.engine.walk import Walk
from pnet_pathways.model.errors import WalkError
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.testing import WalkMachine, pathways


class RandomDefinitions(WalkMachine):
    """The same on definitions drawn at random."""

    definitions = pathways()


TestWalk = WalkMachine.TestCase
TestWalk.settings = settings(max_examples=30, stateful_step_count=30)

TestWalkOfRandomDefinitions = RandomDefinitions.TestCase
TestWalkOfRandomDefinitions.settings = settings(max_examples=40, stateful_step_count=20)


def liver_events() -> Definitions:
    """Return our definitions with a care course whose events contradict some cases."""
    course = load_pathways().care_course
    events = {**course.events, "treatment_ends": attrs.evolve(course.events["treatment_ends"], sets={"mostly_liver": True})}
    return attrs.evolve(load_pathways(), care_course=attrs.evolve(course, events=events))


class ContradictoryCourse(WalkMachine):
    """A care course whose facts the case can contradict."""

    definitions = liver_events()


TestWalkWithContradictoryCourse = ContradictoryCourse.TestCase
TestWalkWithContradictoryCourse.settings = settings(max_examples=20, stateful_step_count=20)


# Able to fail: each fault, planted in the library, is found

_answer, _undo, _from_json, _happen = Walk.answer, Walk.undo, Walk.from_json, CareCourse.happen
_recommend = Engine.recommend


def forgets_to_move_back(self: Walk) -> Any:
    """Take back the answer, but leave the machines where they stood."""
    return self._history.pop()[0] if self._history else _undo(self)


def ignores_an_answer(self: Walk, fact: str, value: Any, **more: Any) -> None:
    """Accept a second answer to a known fact without a word."""
    if any(name == fact for name in self.case.known()):
        return
    _answer(self, fact, value, **more)


def loses_the_last_answer(text: str, pathways: Any = None, **more: Any) -> Walk:
    """Resume all but the last answer."""
    data = json.loads(text)
    return _from_json(json.dumps({**data, "answers": data["answers"][:-1]}), pathways, **more)


def leaves_out_a_possible_option(self: Engine, case: Any) -> Recommendation:
    """Withhold the last option that is possible."""
    answer = _recommend(self, case)
    possible = [one for one in answer.options if one.certainty is Certainty.POSSIBLE]
    return saying(answer, options=tuple(one for one in answer.options if one not in possible[-1:]))


def takes_unknown_for_no(self: Engine, case: Any) -> Recommendation:
    """Call every possible option certain."""
    answer = _recommend(self, case)
    return saying(answer, options=tuple(attrs.evolve(one, certainty=Certainty.CERTAIN) for one in answer.options))


def lets_everything_happen(self: CareCourse, event: str, **more: Any) -> None:
    """Refuse no event."""
    try:
        _happen(self, event, **more)
    except WalkError:
        return


def keeps_what_was_known(self: CareCourse, case: Any) -> Any:
    """Apply only the facts that hold, and leave those that became unknown."""
    return case.with_(**self.facts)


def test_without_hypothesis_the_import_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [
        name for name in sys.modules if name.split(".")[0] == "hypothesis" or name.startswith("pnet_pathways.testing")
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(ImportError, match=r"install the extra, pnet-pathways\[testing\]"):
        importlib.import_module("pnet_pathways.testing")


@pytest.mark.parametrize(
    ("owner", "name", "fault"),
    [
        (Walk, "undo", forgets_to_move_back),
        (Walk, "answer", ignores_an_answer),
        (Walk, "from_json", staticmethod(loses_the_last_answer)),
        (Engine, "recommend", leaves_out_a_possible_option),
        (Engine, "recommend", takes_unknown_for_no),
        (CareCourse, "happen", lets_everything_happen),
        (CareCourse, "apply", keeps_what_was_known),
    ],
    ids=lambda given: getattr(given, "__name__", None),
)
def test_a_planted_fault_is_found(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, fault: Callable[..., Any]) -> None:
    monkeypatch.setattr(owner, name, fault)
    plain = settings(
        max_examples=100, stateful_step_count=30, phases=[Phase.generate], database=None, report_multiple_bugs=False
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(WalkMachine, settings=plain)
