"""A state machine for hypothesis that drives walks and care courses, and compares each step with the plain statements."""

from __future__ import annotations

from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ..engine.answer import Certainty, Status
from ..engine.care_course import CareCourse
from ..engine.recommend import recommend
from ..engine.walk import Walk, start
from ..loading.folder import given_definitions
from ..model.errors import CaseError, InconsistentCaseError, WalkError
from ..model.pathway import Definitions
from ..model.values import Value, plain
from ..model.vocabulary import Vocabulary
from .cases import cases
from .model import PlainModel, consistent, offered


class WalkMachine(RuleBasedStateMachine):
    """Drives `Walk` and `CareCourse` through random sequences, with the plain statements as the model.

    Answers in any order, contradictory ones, facts answered twice, values that do not exist, undo, saving and resuming,
    events that can and cannot happen. After each step the walk's options and certainties are those that a naive reading of
    the statements gives for the known facts, and the care course is where its events lead.

    `definitions` is a set of definitions, or a strategy for one; `None` means the project's own. Subclass it to set that,
    or to add rules and invariants on `self.walk`, `self.course` and `self.known`. Its `TestCase` is what a test runner runs:

    >>> from pnet_pathways import load_pathways
    >>> class Ours(WalkMachine):
    ...     definitions = load_pathways()
    >>> TestOurs = Ours.TestCase
    """

    definitions: ClassVar[Definitions | st.SearchStrategy[Definitions] | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.current: Definitions
        self.walk: Walk
        self.course: CareCourse
        self.known: dict[str, Value] = {}
        self.befores: list[dict[str, Value]] = []
        self.events: list[str] = []

    @initialize(data=st.data(), case=st.none() | cases())
    def begin(self, data: st.DataObject, case: Any) -> None:
        """Start a walk from a case or from nothing, and a care course."""
        given = self.definitions
        drawn = data.draw(given) if isinstance(given, st.SearchStrategy) else given
        self.current = given_definitions(drawn)
        self.walk = start(case, self.current)
        self.known = self.walk.case.known()
        self.course = CareCourse(self.current)

    # The walk

    @precondition(lambda self: self.walk.next_question is not None)
    @rule(data=st.data())
    def answer_next(self, data: st.DataObject) -> None:
        """Answer the question that the walk asks next."""
        question = self.walk.next_question
        assert question is not None
        if question.fact in self.vocabulary.groups:
            self._group(data, question.fact)
        else:
            self._answer(question.fact, data.draw(st.sampled_from(self.vocabulary.facts[question.fact].values)))

    @rule(data=st.data())
    def answer_any(self, data: st.DataObject) -> None:
        """Give any fact any of its values: known already, contradictory or new."""
        name = data.draw(st.sampled_from(sorted(self.vocabulary.facts)))
        self._answer(name, data.draw(st.sampled_from(self.vocabulary.facts[name].values)))

    def _answer(self, name: str, value: Value) -> None:
        self._give(name, plain(value), {name: value})

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary of the definitions."""
        return self.current.vocabulary

    @precondition(lambda self: self.vocabulary.groups)
    @rule(data=st.data())
    def answer_group(self, data: st.DataObject) -> None:
        """Answer all members of a group at once with the complete list of those that are so."""
        self._group(data, data.draw(st.sampled_from(sorted(self.vocabulary.groups))))

    def _group(self, data: st.DataObject, group: str) -> None:
        members = list(self.vocabulary.groups[group].facts)
        chosen = data.draw(st.sets(st.sampled_from(members)))
        told = [name.partition(".")[2] for name in members if name in chosen]
        self._give(group, told, {name: name in chosen for name in members})

    def _give(self, key: str, told: Any, facts: dict[str, Value]) -> None:
        """Answer; what is known, or contradicts it, is refused and leaves the walk as it stood."""
        before = self.walk.to_json()
        after = {**self.known, **facts}
        expected = (
            WalkError
            if facts.keys() & self.known.keys()
            else None
            if consistent(self.vocabulary, after)
            else InconsistentCaseError
        )
        try:
            self.walk.answer(key, told, by="the machine")
        except (WalkError, InconsistentCaseError) as error:
            assert type(error) is expected, f"{key} {told!r}: {error}"
            assert self.walk.to_json() == before, "a refused answer changed the walk"
        else:
            assert expected is None, f"{key} {told!r} was accepted on top of {self.known}"
            self.befores.append(self.known)
            self.known = after

    @rule(data=st.data(), value=st.sampled_from(["maybe", [], {}, None]))
    def answer_nonsense(self, data: st.DataObject, value: Any) -> None:
        """Give what is no fact or no value of it: refused, and the walk stands where it stood."""
        name = data.draw(st.sampled_from(["", "no_such_fact", "no_such.member", *self.vocabulary.facts]))
        before = self.walk.to_json()
        try:
            self.walk.answer(name, value)
        except (CaseError, WalkError):
            assert self.walk.to_json() == before, "a refused answer changed the walk"
        else:
            raise AssertionError(f"{name} {value!r} was accepted")

    @rule()
    def undo(self) -> None:
        """Take the last answer back; without one that is refused."""
        try:
            self.walk.undo()
        except WalkError:
            assert not self.befores, "there was an answer to take back"
        else:
            assert self.befores, "there was no answer to take back"
            self.known = self.befores.pop()

    @rule()
    def save_and_resume(self) -> None:
        """Save the walk, resume it, and go on with the resumed one."""
        before = self.walk
        self.walk = Walk.from_json(before.to_json(), self.current)
        assert self.walk.to_json() == before.to_json()
        assert (self.walk.case, self.walk.trace, self.walk.answers) == (before.case, before.trace, before.answers)

    @invariant()
    def the_case_holds_what_was_answered(self) -> None:
        """Check that the walk's case knows the facts that were given, and no others."""
        assert self.walk.case.known() == {name: self.known[name] for name in self.vocabulary.facts if name in self.known}

    @invariant()
    def the_answer_is_what_the_statements_say(self) -> None:
        """Check the options and certainties against the plain statements; the walk and `recommend` give one answer."""
        answer = self.walk.recommendation
        assert offered(answer) == PlainModel(self.current, self.known).options()
        assert answer == recommend(self.walk.case, self.current)
        assert sorted(map(repr, self.walk.trace)) == sorted(map(repr, answer.trace))

    @invariant()
    def what_is_missing_is_unknown_and_asked(self) -> None:
        """Check that the next question is the first missing fact; nothing known is missing; with none, all is certain."""
        answer = self.walk.recommendation
        question = self.walk.next_question
        first = answer.missing[0] if answer.missing else None
        assert (None if question is None else question.fact) in {first, first and self.vocabulary.key_of(first)}
        assert not [name for name in answer.missing if self.walk.case.value(name) is not None]
        if answer.status is Status.COMPLETE:
            assert {one.certainty for one in answer.options} | {one.certainty for one in answer.gaps} <= {Certainty.CERTAIN}

    @invariant()
    def each_leaf_offers_what_is_certain(self) -> None:
        """Check that each track stands at a question whose fact is unknown, or at a leaf all of whose offers are certain."""
        certain = {(name, treatments) for name, treatments, _, how in offered(self.walk.recommendation) if how == "certain"}
        for leaf in self.walk.leaves.values():
            for identifier, number in leaf.offers:
                option = self.current.statement(identifier).options[number]
                assert (identifier, option.treatments) in certain
        assert not [one.fact for one in self.walk.questions.values() if self.walk.case.answer(one.fact) is not None]

    # The care course

    @rule(data=st.data())
    def event(self, data: st.DataObject) -> None:
        """Let any event happen, possible now or not, or one that does not exist."""
        events = self.current.care_course.events
        name = data.draw(st.sampled_from([*events, "discharged_to_the_moon"]))
        possible = name in events and self._state() in events[name].sources
        try:
            self.course.happen(name)
        except WalkError:
            assert not possible, f"'{name}' was refused in {self._state()}"
        else:
            assert possible, f"'{name}' happened in {self._state()}"
            self.events.append(name)

    @rule()
    def undo_event(self) -> None:
        """Take the last event back; without one that is refused."""
        try:
            step = self.course.undo()
        except WalkError:
            assert not self.events
        else:
            assert step.event == self.events.pop()

    @rule()
    def save_and_resume_course(self) -> None:
        """Save the care course, resume it, and go on with the resumed one."""
        before = self.course
        self.course = CareCourse.from_json(before.to_json(), self.current)
        assert self.course.history == before.history

    @invariant()
    def the_course_is_where_its_events_lead(self) -> None:
        """Check that state, facts, and a case under the course are those that the events give, one after the other."""
        assert self.course.state == self._state()
        facts = self._facts()
        assert self.course.facts == {name: value for name, value in facts.items() if value is not None}
        merged = {name: value for name, value in {**self.known, **facts}.items() if value is not None}
        try:
            case = self.course.apply(self.walk.case)
        except InconsistentCaseError:
            assert not consistent(self.vocabulary, merged), f"the course's facts {facts} were refused on top of {self.known}"
        else:
            assert case.known() == {name: merged[name] for name in self.vocabulary.facts if name in merged}

    def _state(self) -> str:
        course = self.current.care_course
        return course.events[self.events[-1]].target if self.events else course.start

    def _facts(self) -> dict[str, Any]:
        course = self.current.care_course
        facts: dict[str, Any] = {}
        for sets in (course.sets, *(course.events[name].sets for name in self.events)):
            facts.update({fact: value for key, value in sets.items() for fact in self.vocabulary.facts_of(key)})
        return facts
