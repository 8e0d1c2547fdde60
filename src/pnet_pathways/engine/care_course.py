"""The care course over time, as `care_course.yaml` records it: what happens leads from state to state, again and again.

A machine of its own on `transitions`. Each event sets facts of a case, or makes facts unknown that no longer describe what
is there; what is found then can be recorded with it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Self

import attrs
from transitions import Machine

from ..loading.folder import given_definitions
from ..model.case import Case
from ..model.errors import CaseError, Problem, WalkError, listed, shown, suggest
from ..model.json_text import JsonTextError, read_json
from ..model.pathway import Definitions
from ..model.text import counted
from ..model.values import Value
from .noted import kept_value, noted_name, noted_time

COURSE_FORMAT = 1


@attrs.frozen
class CareStep:
    """One event of the history: when, by whom and what was found are kept as given; `facts` are those known after it."""

    event: str
    source: str
    target: str
    at: str | None
    by: str | None
    facts: Mapping[str, Value]
    found: Mapping[str, Any] = attrs.field(factory=dict)


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
    >>> for event in ("treatment_starts", "treatment_ends", "tumor_comes_back"):
    ...     course.happen(event)
    >>> course.state, course.facts
    ('recurrent', {'course': 'recurrent'})

    `found` is what was found at the start, in the notation of a case. Raises `CaseError` where it is no case.
    """

    def __init__(self, definitions: Definitions | None = None, *, found: Mapping[str, Any] | None = None) -> None:
        self.definitions = given_definitions(definitions)
        self._model = _Model(self.definitions.care_course.start)
        self._history: list[CareStep] = []
        self._found = _found(found)
        self._start: Mapping[str, Value] = MappingProxyType(self._after({}, self.definitions.care_course.sets, self._found))

    def __repr__(self) -> str:
        return f"<CareCourse: {self.state} after {counted(len(self._history), 'event')}>"

    def __eq__(self, other: object) -> bool:
        """Whether it is the same course: by the same definitions, with the same findings and events."""
        if not isinstance(other, CareCourse):
            return NotImplemented
        return self._said() == other._said()

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __reduce__(self) -> tuple[object, ...]:
        return type(self).from_json, (self.to_json(), self.definitions)

    def _said(self) -> object:
        return self.definitions.content_hash, self._found, self._history

    @property
    def state(self) -> str:
        """The state it stands in."""
        return self._model.state

    @property
    def facts(self) -> dict[str, Value]:
        """The facts that the course has set, and that were found, as it stands; a fact that is not in it is unknown."""
        return dict(self._history[-1].facts if self._history else self._start)

    @property
    def case(self) -> Case:
        """The case that the course knows as it stands: what it sets and what was found."""
        return Case.from_facts(self.facts, self.definitions.vocabulary)

    @property
    def history(self) -> tuple[CareStep, ...]:
        """Every event so far, in order."""
        return tuple(self._history)

    @property
    def events(self) -> tuple[str, ...]:
        """The events that can happen now."""
        return tuple(one.name for one in self.definitions.care_course.events.values() if self.state in one.sources)

    def happen(
        self, event: str, *, at: str | None = None, by: str | None = None, found: Mapping[str, Any] | None = None
    ) -> None:
        """Let an event happen; `found` is what was found then, in the notation of a case (null: unknown again).

        `at` and `by` are kept with it: an instant, day, month or year (`noted_time`), and a text. Raises `WalkError` for no
        such event, one that cannot happen in this state, or what cannot be kept, and `CaseError` where what was found is no
        case or contradicts what else is known after the event.
        """
        at, by = noted_time(at), noted_name(by)
        known = self.definitions.care_course.events
        name: object = event
        if not isinstance(name, str) or name not in known:
            raise WalkError(f"there is no event {shown(name)}: {suggest(event, known) or f'events are {listed(known)}'}")
        if event not in self.events:
            raise WalkError(f"'{event}' cannot happen when {self.state}; what can: {listed(self.events)}")
        found = _found(found)
        source, facts = self.state, self._after(self.facts, known[event].sets, found)
        care_machine(self.definitions).events[event].trigger(self._model)
        self._history.append(CareStep(event, source, self.state, at, by, MappingProxyType(facts), found))

    def _after(
        self, facts: Mapping[str, Value], sets: Mapping[str, str | bool | None], found: Mapping[str, Any]
    ) -> dict[str, Value]:
        """Return the facts known after an event, by dotted name: what it sets, then what was found."""
        vocabulary = self.definitions.vocabulary
        after = dict(facts)
        for key, value in sets.items():
            for fact in vocabulary.facts_of(key):
                after.pop(fact, None)
            if value is not None:
                after[key] = value
        if found:
            return Case.from_facts(after, vocabulary).with_(**found).known()
        return {fact: after[fact] for fact in vocabulary.facts if fact in after}

    def undo(self) -> CareStep:
        """Take the last event back and return it. Raises `WalkError` when there is none."""
        if not self._history:
            raise WalkError("there is no event to take back")
        step = self._history.pop()
        self._model.state = step.source
        return step

    def apply(self, case: Case | Mapping[str, Any]) -> Case:
        """Return a case as it was before, with what the course has set since: what it made unknown becomes unknown.

        `case` is a `Case` or the JSON contract as a mapping. Raises `CaseError` for what is no case here.

        What was found since can be recorded with the events, or set in the case that is returned; what neither an event nor
        a finding has touched stays. Raises `InconsistentCaseError` where the course contradicts the rest of the case.
        """
        facts = self.facts
        vocabulary = self.definitions.vocabulary
        if not isinstance(case, Case) or case.vocabulary != vocabulary:
            case = Case.from_dict(case.to_dict() if isinstance(case, Case) else case, vocabulary)
        return case.with_(**{fact: facts.get(fact) for fact in self._touched()})

    def _touched(self) -> dict[str, None]:
        """Return every fact that the course has set, made unknown or recorded so far, by dotted name."""
        events = self.definitions.care_course.events
        keys = [*self.definitions.care_course.sets, *(key for step in self._history for key in events[step.event].sets)]
        touched = dict.fromkeys(fact for key in keys for fact in self.definitions.vocabulary.facts_of(key))
        for found in (self._found, *(step.found for step in self._history)):
            touched |= dict.fromkeys(self._named(found))
        return touched

    def _named(self, found: Mapping[str, Any]) -> Iterator[str]:
        """Yield the facts that findings name: of a group given as a mapping its members, of any other key all of it."""
        vocabulary = self.definitions.vocabulary
        for key, value in found.items():
            if key in vocabulary.groups and isinstance(value, Mapping):
                yield from (f"{key}.{member}" for member in value)
            else:
                yield from vocabulary.facts_of(key)

    def to_json(self) -> str:
        """Return the course as JSON."""
        steps = [{"event": one.event, "at": one.at, "by": one.by, "found": dict(one.found) or None} for one in self._history]
        events = [{key: value for key, value in step.items() if value is not None} for step in steps]
        start = {"found": dict(self._found)} if self._found else {}
        return json.dumps({"care_course": COURSE_FORMAT, **start, "events": events}, indent=2)

    @classmethod
    def from_json(cls, text: str, definitions: Definitions | None = None) -> Self:
        """Return a saved course, replayed.

        Raises `WalkError` for text that is none or events that cannot follow, and `CaseError` for findings that are no case.
        """
        try:
            data = read_json(text)
        except JsonTextError as error:
            raise WalkError(f"this is not a saved care course: {error}") from None
        known = isinstance(data, dict) and type(data.get("care_course")) is int and data["care_course"] == COURSE_FORMAT
        if not known or not isinstance(data.get("events"), list):
            raise WalkError(f"this is not a saved care course of format {COURSE_FORMAT}")
        if not isinstance(data.get("found", {}), dict):
            raise WalkError("found needs facts with their values")
        course = cls(definitions, found=data.get("found"))
        for number, step in enumerate(data["events"]):
            if not isinstance(step, dict) or not isinstance(step.get("event"), str):
                raise WalkError(f"events[{number}] needs an event")
            if not isinstance(step.get("found", {}), dict):
                raise WalkError(f"events[{number}].found needs facts with their values")
            try:
                course.happen(step["event"], at=step.get("at"), by=step.get("by"), found=step.get("found"))
            except WalkError as error:
                raise WalkError(f"events[{number}]: {error}") from None
        return course


def _found(given: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return findings that a caller gave, as a copy that nobody changes. Raises `CaseError` for anything else."""
    if not isinstance(given, Mapping | None):
        raise CaseError([Problem("found", f"takes facts with their values, not {shown(given)}")])
    keys: Iterable[object] = given or {}
    if strange := [key for key in keys if not isinstance(key, str)]:
        raise CaseError([Problem("found", f"facts are named by text, not {shown(key)}") for key in strange])
    return MappingProxyType({key: kept_value(value) for key, value in (given or {}).items()})
