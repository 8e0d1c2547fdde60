"""The care course over time: states that events lead into, again and again, as `care_course.yaml` records them.

A machine of its own on `transitions`; its events set facts of a case.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Self

import attrs
from transitions import Machine

from ..loading.folder import load_pathways
from ..model.case import Case
from ..model.errors import WalkError, listed, suggest
from ..model.json_text import JsonTextError, read_json
from ..model.pathway import Definitions

COURSE_FORMAT = 1


@attrs.frozen
class CareStep:
    """One event of the history: when and by whom are kept as given; `facts` are those that hold after it."""

    event: str
    source: str
    target: str
    at: str | None
    by: str | None
    facts: Mapping[str, str | bool]


@attrs.define
class _Model:
    state: str


@functools.lru_cache(maxsize=8)
def care_machine(definitions: Definitions) -> Machine:
    """Return the care course's machine, built once for each set of definitions."""
    course = definitions.care_course
    machine = Machine(
        model=None, states=list(course.states), initial=course.start, auto_transitions=False, queued=False, name="care course"
    )
    for event in course.events.values():
        machine.add_transition(event.name, list(event.sources), event.target)
    return machine


class CareCourse:
    """The course of one case over time, from its start on.

    >>> course = CareCourse()
    >>> for event in ("treatment_starts", "follow_up_tests", "tumor_comes_back"):
    ...     course.happen(event)
    >>> course.state, course.facts
    ('recurrent', {'course': 'recurrent'})
    """

    def __init__(self, definitions: Definitions | None = None) -> None:
        self.definitions = load_pathways() if definitions is None else definitions
        self._model = _Model(self.definitions.care_course.start)
        self._history: list[CareStep] = []

    @property
    def state(self) -> str:
        """The state it stands in."""
        return self._model.state

    @property
    def facts(self) -> dict[str, str | bool]:
        """The facts that the course sets as it stands; a fact that is not in it is unknown."""
        if self._history:
            return dict(self._history[-1].facts)
        return {fact: value for fact, value in self.definitions.care_course.sets.items() if value is not None}

    @property
    def history(self) -> tuple[CareStep, ...]:
        """Every event so far, in order."""
        return tuple(self._history)

    @property
    def events(self) -> tuple[str, ...]:
        """The events that can happen now."""
        return tuple(one.name for one in self.definitions.care_course.events.values() if self.state in one.sources)

    def happen(self, event: str, *, at: str | None = None, by: str | None = None) -> None:
        """Let an event happen. Raises `WalkError` for no such event, or one that cannot happen in this state."""
        known = self.definitions.care_course.events
        if event not in known:
            raise WalkError(f"there is no event '{event}': {suggest(event, known) or f'events are {listed(known)}'}")
        if event not in self.events:
            raise WalkError(f"'{event}' cannot happen when {self.state}; what can: {listed(self.events)}")
        source, facts = self.state, self.facts
        care_machine(self.definitions).events[event].trigger(self._model)
        for fact, value in known[event].sets.items():
            facts.pop(fact, None)
            if value is not None:
                facts[fact] = value
        self._history.append(CareStep(event, source, self.state, at, by, MappingProxyType(facts)))

    def undo(self) -> CareStep:
        """Take the last event back and return it. Raises `WalkError` when there is none."""
        if not self._history:
            raise WalkError("there is no event to take back")
        step = self._history.pop()
        self._model.state = step.source
        return step

    def apply(self, case: Case) -> Case:
        """Return a case with the facts that the course sets, as they are now (what it leaves open becomes unknown).

        Raises `InconsistentCaseError` where they contradict the rest of the case.
        """
        course = self.definitions.care_course
        governed = {fact for event in course.events.values() for fact in event.sets} | set(course.sets)
        return case.with_(**{fact: self.facts.get(fact) for fact in sorted(governed)})

    def to_json(self) -> str:
        """Return the course as JSON."""
        steps = [{"event": one.event, "at": one.at, "by": one.by} for one in self._history]
        events = [{key: value for key, value in step.items() if value is not None} for step in steps]
        return json.dumps({"care_course": COURSE_FORMAT, "events": events}, indent=2)

    @classmethod
    def from_json(cls, text: str, definitions: Definitions | None = None) -> Self:
        """Return a saved course, replayed. Raises `WalkError` for text that is none or events that cannot follow."""
        try:
            data = read_json(text)
        except JsonTextError as error:
            raise WalkError(f"this is not a saved care course: {error}") from None
        known = isinstance(data, dict) and type(data.get("care_course")) is int and data["care_course"] == COURSE_FORMAT
        if not known or not isinstance(data.get("events"), list):
            raise WalkError(f"this is not a saved care course of format {COURSE_FORMAT}")
        course = cls(definitions)
        for number, step in enumerate(data["events"]):
            good = isinstance(step, dict) and isinstance(step.get("event"), str)
            if not good or any(not isinstance(step.get(key), str | None) for key in ("at", "by")):
                raise WalkError(f"events[{number}] needs an event, and at and by only as text")
            course.happen(step["event"], at=step.get("at"), by=step.get("by"))
        return course
