"""The pathways as state machines: one shared `transitions` machine for each track, and a `Walk` that steps through them.

A machine is built once per track and shared; a walk keeps one light model per track, which no machine registers, so that
walks cost little and may run in several threads. (`queued` machines and registered models would not allow that.)
"""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Mapping
from typing import Any, Self

import attrs
from transitions import Machine
from transitions import State as MachineState

from ..loading.folder import given_definitions
from ..model.case import Case
from ..model.errors import Problem, WalkError, shown
from ..model.json_text import JsonTextError, read_json
from ..model.pathway import (
    Definitions,
    Leaf,
    Question,
    Track,
)
from ..model.text import counted
from ..model.values import GroupValue
from .answer import Recommendation
from .noted import kept_value, noted_name, noted_time
from .recommend import engine_for
from .tables import Step

WALK_FORMAT = 1


@attrs.define
class TrackModel:
    """Where a walk stands in one track: the `state` that the machine moves, and the path to it."""

    state: str
    path: list[tuple[str, str, str]] = attrs.field(factory=list)


@attrs.frozen
class Guard:
    """Lets a transition pass where all that a question can still be is among the values of its answer."""

    values: tuple[GroupValue, ...]

    def __call__(self, possible: tuple[GroupValue, ...]) -> bool:
        return set(possible) <= set(self.values)


class TrackMachine:
    """A track as a `transitions` machine: states, triggers named after the answers, guards on the values."""

    def __init__(self, track: Track) -> None:
        self.track = track
        self.machine = Machine(
            model=None,
            states=[MachineState(name, final=isinstance(state, Leaf)) for name, state in track.states.items()],
            initial=track.start,
            auto_transitions=False,
            queued=False,
            name=f"{track.pathway}.{track.name}",
        )
        for question in track.questions:
            for answer in question.answers:
                self.machine.add_transition(answer.trigger, question.name, answer.target, conditions=Guard(answer.values))

    def start(self) -> TrackModel:
        """Return a fresh model at the track's start."""
        return TrackModel(self.track.start)

    def advance(self, model: TrackModel, case: Case) -> None:
        """Move a model on as far as the case's facts allow."""
        while isinstance(state := self.track.states[model.state], Question):
            possible = self._possible(state, case)
            answer = next((one for one in state.answers if set(possible) <= set(one.values)), None)
            if answer is None:
                if len(possible) > 1:
                    return
                value = case.vocabulary.answer(state.asks, possible[0])
                raise WalkError(f"the track '{self.track.name}' has no way on from '{state.name}' for {value}")
            if not self.machine.events[answer.trigger].trigger(model, possible):
                raise WalkError(f"the machine of '{self.track.name}' refuses '{answer.name}' in '{state.name}'")
            name = case.vocabulary.answer(state.asks, possible[0]) if len(possible) == 1 else answer.name
            model.path.append((state.name, state.asks, name))

    @staticmethod
    def _possible(state: Question, case: Case) -> tuple[GroupValue, ...]:
        """Return what a question can still be answered with: everything, as long as nothing of it is known."""
        value = case.answer(state.asks)
        if value is not None:
            return (value,)
        choices = case.vocabulary.choices(state.asks)
        known = {fact.rpartition(".")[2]: one for fact in state.facts if (one := case.value(fact)) is not None}
        return tuple(
            choice
            for choice in choices
            if not isinstance(choice, frozenset) or all((member in choice) is (one is True) for member, one in known.items())
        )


@functools.lru_cache(maxsize=8)
def track_machines(definitions: Definitions) -> Mapping[tuple[str, str], TrackMachine]:
    """Return the machines of a set of definitions by pathway and track, built once for each set."""
    return {
        (pathway.name, track.name): TrackMachine(track)
        for pathway in definitions.pathways.values()
        for track in pathway.tracks.values()
    }


@attrs.frozen
class AskedQuestion:
    """A question to ask: of a fact, with the label of each answer; of a group, with the label of each member."""

    fact: str
    question: str
    help: str
    labels: Mapping[str, str]


@attrs.frozen
class Answered:
    """One step of a walk: a fact (or group of facts) with the value given, by whom and when if that was said."""

    fact: str
    value: Any
    at: str | None = None
    by: str | None = None


class Walk:
    """A case being asked question by question. Made by `start`; not shared between threads.

    Facts may be answered in any order; each is used by every track that asks it.
    """

    def __init__(self, case: Case, definitions: Definitions) -> None:
        self.definitions = definitions
        self.start_case = case
        self._history: list[tuple[Answered, Case]] = []
        self._models: dict[tuple[str, str], TrackModel] = {}
        self._move()

    def __repr__(self) -> str:
        asks = self.next_question
        what = "nothing left to ask" if asks is None else f"asks {asks.fact}"
        kind = self.case.entry or f"no {self.definitions.entry.title}"
        return f"<Walk for {kind}: {counted(len(self.answers), 'answer')}, {what}>"

    def __eq__(self, other: object) -> bool:
        """Whether it is the same walk: by the same definitions, from the same case, with the same answers."""
        if not isinstance(other, Walk):
            return NotImplemented
        return self._said() == other._said()

    __hash__ = None  # type: ignore[assignment]  # it changes

    def _said(self) -> object:
        return self.definitions.content_hash, self.definitions.readings_chosen, self.start_case, self.answers

    # What is known

    @property
    def case(self) -> Case:
        """The case with every answer so far."""
        return self._history[-1][1] if self._history else self.start_case

    @property
    def answers(self) -> tuple[Answered, ...]:
        """The answers given in this walk, in order."""
        return tuple(answered for answered, _ in self._history)

    @property
    def recommendation(self) -> Recommendation:
        """The answer to the case as it stands."""
        return engine_for(self.definitions).recommend(self.case)

    @property
    def next_question(self) -> AskedQuestion | None:
        """The question to ask next, `None` when nothing that is unknown can change the answer.

        Where a track asks a group of which nothing is known, that is asked, not one of its members.
        """
        return self.question_after(())

    def question_after(self, skipped: Collection[str]) -> AskedQuestion | None:
        """Return the question to ask next where some facts and groups are left out, since nobody knows them."""
        vocabulary = self.definitions.vocabulary
        missing = [name for name in self.recommendation.missing if not {name, vocabulary.key_of(name)} & set(skipped)]
        if not missing:
            return None
        fact = missing[0]
        group = vocabulary.facts[fact].group
        asked = any(group in self._asked_groups(key) for key in self._models)
        if group and asked and not any(name in self.case.given for name in vocabulary.facts_of(group)):
            return self._asked(group)
        return self._asked(fact)

    def _asked_groups(self, key: tuple[str, str]) -> set[str]:
        """Return what a track asks as a whole group."""
        pathway, track = key
        questions = self.definitions.pathways[pathway].tracks[track].questions
        return {question.asks for question in questions if question.asks in self.definitions.vocabulary.groups}

    def _asked(self, asks: str, pathway: str | None = None) -> AskedQuestion:
        name = pathway or self.definitions.entry.pathway_of(self.case.entry)
        vocabulary = self.definitions.vocabulary
        if asks in vocabulary.groups:
            group = vocabulary.groups[asks]
            labels = {member: vocabulary.label(fact) for member, fact in group.named_facts}
        else:
            labels = {answer: text.label for answer, text in vocabulary.facts[asks].texts.items()}
        return AskedQuestion(asks, self.definitions.question(asks, name), self.definitions.help(asks, name), labels)

    def _open_states(self) -> dict[tuple[str, str], Question]:
        found = {}
        for (pathway, track), model in self._models.items():
            state = self.definitions.pathways[pathway].tracks[track].states[model.state]
            if isinstance(state, Question):
                found[pathway, track] = state
        return found

    @property
    def questions(self) -> Mapping[str, AskedQuestion]:
        """The question that each track stands at, by ``pathway.track``; tracks that have reached a leaf are left out."""
        states = self._open_states()
        return {f"{pathway}.{track}": self._asked(state.asks, pathway) for (pathway, track), state in states.items()}

    @property
    def leaves(self) -> Mapping[str, Leaf]:
        """The leaf that each track has reached, by ``pathway.track``."""
        found = {}
        for (pathway, track), model in self._models.items():
            state = self.definitions.pathways[pathway].tracks[track].states[model.state]
            if isinstance(state, Leaf):
                found[f"{pathway}.{track}"] = state
        return found

    @property
    def trace(self) -> tuple[Step, ...]:
        """The states visited in each track with the answers that led on."""
        return tuple(step for key, model in self._models.items() for step in self._steps(key, model))

    def _steps(self, key: tuple[str, str], model: TrackModel) -> list[Step]:
        pathway, track = key
        steps = [Step(pathway, track, state, asks, self._shown(asks, answer), None) for state, asks, answer in model.path]
        state = self.definitions.pathways[pathway].tracks[track].states[model.state]
        if isinstance(state, Leaf):
            return [*steps, Step(pathway, track, state.name, None, None, state.kind)]
        return [*steps, Step(pathway, track, state.name, state.asks, None, None)]

    def _shown(self, asks: str, answer: str) -> str:
        """Return the answer to a question as the case now has it: more of a group may have become known since."""
        value = self.case.answer(asks)
        return answer if value is None else self.definitions.vocabulary.answer(asks, value)

    # What moves it

    def answer(self, fact: str, value: Any, *, at: str | None = None, by: str | None = None) -> None:
        """Give a fact (dotted name, or a group's name) its value and move every track on.

        `at` and `by` are kept with the step: an instant, day, month or year (`noted_time`), and a text. Raises `CaseError` for
        no such fact or value, `InconsistentCaseError` where it contradicts what is known, `WalkError` where the fact was
        answered before, or `at` and `by` cannot be kept; the walk then stands where it stood.
        """
        if not isinstance(fact, str):
            raise WalkError(f"a fact is named by text, not {shown(fact)}")
        at, by, value = noted_time(at), noted_name(by), kept_value(value)
        given = {f"{fact}.{member}" for member in value if isinstance(member, str)} if isinstance(value, Mapping) else None
        for name in self.case.known():
            if name == fact or (name.startswith(f"{fact}.") and (given is None or name in given)):
                raise WalkError(f"'{name}' is known already; undo() takes the last answer back")
        if value is None:
            raise WalkError(f"'{fact}' needs a value; an unknown fact is simply not answered")
        case = self.case.with_(**{fact: value})
        self._history.append((Answered(fact, value, at, by), case))
        self._move()

    def undo(self) -> Answered:
        """Take the last answer back and return it. Raises `WalkError` when there is none."""
        if not self._history:
            raise WalkError("there is no answer to take back")
        answered, _ = self._history.pop()
        self._models.clear()
        self._move()
        return answered

    def _tracks(self) -> list[tuple[str, str]]:
        """Return the tracks that bear on the case, in the order of the answer; of an unknown type those for every type."""
        plan = engine_for(self.definitions).plans.get(self.case.entry)
        if plan is None:
            return []
        tables = zip(plan.tables, plan.open, strict=True)
        return [(table.pathway.name, table.track.name) for table, is_open in tables if not is_open]

    def _move(self) -> None:
        machines = track_machines(self.definitions)
        models: dict[tuple[str, str], TrackModel] = {}
        for key in self._tracks():
            models[key] = self._models.get(key) or machines[key].start()
            machines[key].advance(models[key], self.case)
        self._models = models

    # Saving

    def to_json(self) -> str:
        """Return the walk as JSON: start, answers, and the definitions it was made with."""
        data = {
            "walk": WALK_FORMAT,
            "definition": {"version": self.definitions.version, "hash": self.definitions.content_hash},
            "start": self.start_case.to_dict(),
            "answers": [attrs.asdict(one, filter=lambda _, value: value is not None) for one in self.answers],
        }
        return json.dumps(data, indent=2)

    @classmethod
    def from_json(cls, text: str, definitions: Definitions | None = None, *, other_version: bool = False) -> Self:
        """Return a saved walk, replayed answer by answer.

        Raises `WalkError` for text that is not a saved walk, or one made with other definitions unless `other_version` is
        true, and `CaseError` where an answer no longer fits.
        """
        definitions = given_definitions(definitions)
        data = saved_walk(text)
        version, content_hash = data["definition"].get("version"), str(data["definition"].get("hash"))
        if content_hash != definitions.content_hash and not other_version:
            raise WalkError(
                f"this walk was made with definition version {version} (hash {content_hash[:12]}), "
                f"and here is version {definitions.version} (hash {definitions.content_hash[:12]}); "
                "resume it with other_version=True (--other-version) to replay its answers on these"
            )
        walk = cls(Case.from_dict(data["start"], definitions.vocabulary), definitions)
        for one in data["answers"]:
            walk.answer(one["fact"], one["value"], at=one.get("at"), by=one.get("by"))
        return walk


def saved_walk(text: str) -> dict[str, Any]:
    """Return the data of a saved walk, checked for shape. Raises `WalkError` for text that is none."""
    try:
        data = read_json(text)
    except JsonTextError as error:
        raise WalkError(f"this is not a saved walk: {error}") from None
    problems: list[Problem] = []
    if not isinstance(data, dict) or type(data.get("walk")) is not int or data["walk"] != WALK_FORMAT:
        raise WalkError(f"this is not a saved walk of format {WALK_FORMAT}")
    for key, kind in (("definition", dict), ("start", dict), ("answers", list)):
        if not isinstance(data.get(key), kind):
            problems.append(Problem(key, "is missing or of the wrong kind"))
    for number, one in enumerate(data["answers"] if not problems else []):
        good = isinstance(one, dict) and isinstance(one.get("fact"), str) and one.get("value") is not None
        if not good:
            problems.append(Problem(f"answers[{number}]", "needs a fact and a value"))
            continue
        try:
            noted_time(one.get("at")), noted_name(one.get("by"))
        except WalkError as error:
            problems.append(Problem(f"answers[{number}]", str(error)))
    if problems:
        raise WalkError("this saved walk is damaged: " + "; ".join(map(str, problems)))
    return data


def start(case: Case | Mapping[str, Any] | None = None, definitions: Definitions | None = None) -> Walk:
    """Start a walk from what is known (nothing by default).

    `case` is a `Case` or the JSON contract as a mapping. Raises `CaseError` or `InconsistentCaseError` for a mapping that
    is no case.

    >>> walk = start({"tumor_type": "somatostatinoma", "course": "new"})
    >>> walk.next_question.fact
    'resectable'
    >>> walk.answer("resectable", True)
    >>> walk.leaves["somatostatinoma.primary"].kind.value
    'offer'
    """
    definitions = given_definitions(definitions)
    return Walk(engine_for(definitions).read({} if case is None else case), definitions)
