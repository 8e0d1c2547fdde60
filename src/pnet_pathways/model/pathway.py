"""The definition as frozen classes: what a pathway file says, checked and linked. Loading builds them; everything reads them.

A pathway holds two independent encodings of the same section: `statements` (conditions) and `tracks` (graphs).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import attrs

from .conditions import AllOf, AnyOf, Condition, Lookup, facts_of
from .entry import Entry
from .records import frozen
from .reference import Advice, AnswerTrack, Locator, Source, Treatment, Where
from .scenario_rows import LeafKind, TrackScenarios
from .values import GroupValue
from .vocabulary import Vocabulary

if TYPE_CHECKING:  # an answer needs few of them
    from .beside import Background, CareCourseDefinition, NotStatement, Part, WorkupDefinition
    from .review import Review


class Strength(StrEnum):
    """How the summary puts an option: usually, rarely, or among what treatment may include."""

    USUAL = "usual"
    RARE = "rare"
    MAY = "may"


@frozen
class Option:
    """Treatments given together, as one statement lists them.

    `number` counts the options within the statement from 0, `item` is the running number of the list entry in the
    section (options of one entry are alternatives joined by "or"), `optional` are given "with or without".
    """

    statement: str
    number: int
    item: int
    treatments: tuple[str, ...]
    optional: tuple[str, ...]
    strength: Strength
    requires: Condition
    readings: tuple[str, ...]
    intent: str | None
    choice: str | None


@frozen
class Statement:
    """One condition of the summary and the options it gives. `also` holds the condition under a second track."""

    id: str
    pathway: str
    label: str
    track: str
    when: Condition
    options: tuple[Option, ...]
    readings: tuple[str, ...]
    locators: tuple[Locator, ...]
    also: tuple[tuple[str, Condition], ...] = ()
    where: Where | None = attrs.field(default=None, eq=False)

    @property
    def placements(self) -> tuple[tuple[str, Condition], ...]:
        """The tracks that the statement belongs to, each with its condition there."""
        return ((self.track, self.when), *self.also)

    @property
    def condition(self) -> Condition:
        """The whole condition: that of any of its tracks."""
        return AnyOf((self.when, *(when for _, when in self.also))) if self.also else self.when

    @functools.cached_property
    def facts(self) -> tuple[str, ...]:
        """The facts that the condition and the options' requirements read, each once, in reading order."""
        return facts_of(AllOf((self.condition, *(option.requires for option in self.options))))


@frozen
class Together:
    """How statements read where an alternative is chosen with others: `given` pairs each other reading with its alternative."""

    given: Mapping[str, str]
    statements: tuple[Statement, ...]


@frozen
class Alternative:
    """The other way to read an ambiguity: the `statements` as they then read, whole, and the words of the gaps that then arise.

    `together` says how statements read where other alternatives are chosen too and parts alone do not say it; `gaps` holds,
    by the answer's track, the message of a gap that is none under the reading itself.
    """

    reading: str
    id: str
    text: str
    statements: tuple[Statement, ...]
    together: tuple[Together, ...] = ()
    gaps: Mapping[str, str] = attrs.field(factory=dict)
    where: Where | None = attrs.field(default=None, eq=False)

    @property
    def name(self) -> str:
        """Reading and alternative as they are given on the command line: ``R-2=on_its_own``."""
        return f"{self.reading}={self.id}"

    @property
    def named(self) -> tuple[str, ...]:
        """The ids of the statements that it rewrites, alone or together with others."""
        every = (self.statements, *(one.statements for one in self.together))
        return tuple(dict.fromkeys(statement.id for statements in every for statement in statements))

    @property
    def pathways(self) -> frozenset[str]:
        """The pathways whose statements it rewrites, alone or together with others."""
        every = (self.statements, *(one.statements for one in self.together))
        return frozenset(statement.pathway for statements in every for statement in statements)


@frozen
class Reading:
    """How an ambiguity of the text is read, on record: what speaks for it and against it, and how else it can be read."""

    id: str
    title: str
    text: str
    evidence_for: tuple[Locator, ...] = ()
    evidence_against: tuple[Locator, ...] = ()
    alternatives: Mapping[str, Alternative] = attrs.field(factory=dict)


@frozen
class Combination:
    """Findings of a track that stand side by side, each with its own statement, without a word on all of them."""

    track: str
    when: Condition
    message: str
    readings: tuple[str, ...]
    where: Where | None = attrs.field(default=None, eq=False)


@frozen
class Choice:
    """An answer of a question state: its `values` lead to `target`."""

    name: str
    values: tuple[GroupValue, ...]
    target: str

    @property
    def trigger(self) -> str:
        """The name of the transition's trigger."""
        return self.name.replace(" ", "_")


@frozen
class Question:
    """A state that asks one fact or one group; `facts` are the atomic facts behind it."""

    name: str
    asks: str
    facts: tuple[str, ...]
    answers: tuple[Choice, ...]
    where: Where | None = attrs.field(default=None, eq=False)

    def choice(self, value: GroupValue) -> Choice | None:
        """Return the answer that takes a value, `None` where none does."""
        return next((answer for answer in self.answers if value in answer.values), None)

    def open_choices(self, value_of: Lookup) -> tuple[Choice, ...]:
        """Return the answers that what is known leaves open; one of them where the question is settled."""
        if self.facts == (self.asks,):
            value = value_of(self.asks)
            return self.answers if value is None else tuple(one for one in self.answers if value in one.values)
        known = {name.partition(".")[2]: value_of(name) for name in self.facts}
        present = {member for member, value in known.items() if value is True}
        absent = {member for member, value in known.items() if value is False}
        return tuple(
            answer
            for answer in self.answers
            if any(isinstance(one, frozenset) and one >= present and not one & absent for one in answer.values)
        )


@frozen
class Leaf:
    """A final state: offers options, names a gap, or says that the track does not apply.

    `offers` pairs a statement's id with its option's number; `message` is the gap's or the reason's text. `other_strength`
    are those offers that the graph gives another strength than the statement; there are none but in a draft. `combination`
    says that findings stand side by side here, without a word on all of them.
    """

    name: str
    kind: LeafKind
    offers: tuple[tuple[str, int], ...]
    message: str
    readings: tuple[str, ...]
    where: Where | None = attrs.field(default=None, eq=False)
    other_strength: tuple[tuple[str, int], ...] = ()
    combination: bool = False


State = Question | Leaf


@frozen
class Track:
    """One graph of a pathway. `name` may be split by a dot (``group.part``); `group` is the part before it."""

    pathway: str
    name: str
    title: str
    start: str
    states: Mapping[str, State]
    where: Where | None = attrs.field(default=None, eq=False)

    @property
    def group(self) -> str:
        """The track's name in an answer: ``primary``, ``spread``, ``supportive`` or ``course``."""
        return self.name.partition(".")[0]

    @property
    def questions(self) -> tuple[Question, ...]:
        """The question states, in file order."""
        return tuple(state for state in self.states.values() if isinstance(state, Question))

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The leaves, in file order."""
        return tuple(state for state in self.states.values() if isinstance(state, Leaf))

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that the graph asks, each once, in the order of asking (breadth first from the start)."""
        return tuple(
            dict.fromkeys(name for state in self.breadth_first() if isinstance(state, Question) for name in state.facts)
        )

    def path(self, value_of: Lookup) -> Iterator[tuple[State, Choice | None]]:
        """Yield the states that known facts lead through, each question with its answer, as far as they lead.

        The last is a leaf, or the first question that they leave open; both have no answer.
        """
        state = self.states[self.start]
        while isinstance(state, Question):
            left = state.open_choices(value_of)
            if len(left) != 1:
                yield state, None
                return
            yield state, left[0]
            state = self.states[left[0].target]
        yield state, None

    def breadth_first(self) -> Iterator[State]:
        """Yield the reachable states from the start, each once, nearest first, answers in file order."""
        waiting, seen = [self.start], {self.start}
        for name in waiting:
            state = self.states[name]
            yield state
            if isinstance(state, Question):
                for answer in state.answers:
                    if answer.target not in seen:
                        seen.add(answer.target)
                        waiting.append(answer.target)


@frozen
class Wording:
    """A fact or group in a pathway's own words; an empty `help` leaves that of the fact."""

    question: str
    help: str


@frozen
class Pathway:
    """One section of the summary: its statements and its tracks."""

    name: str
    version: str
    title: str
    section: str
    statements: tuple[Statement, ...]
    tracks: Mapping[str, Track]
    wording: Mapping[str, Wording] = attrs.field(factory=dict)
    where: Where | None = attrs.field(default=None, eq=False)
    combinations: tuple[Combination, ...] = ()

    def statement(self, identifier: str) -> Statement:
        """Return a statement by its id. Raises `KeyError` for no such statement."""
        for statement in self.statements:
            if statement.id == identifier:
                return statement
        raise KeyError(identifier)

    def combination(self, track: str) -> Combination | None:
        """Return the findings of a track that stand side by side without a word on all of them; `None` if there are none."""
        return next((one for one in self.combinations if one.track == track), None)

    def placed_in(self, track: str) -> Iterator[tuple[Option, Condition, bool]]:
        """Yield each option that stands in a track with its condition there, and whether this is its first track."""
        for statement in self.statements:
            for name, when in statement.placements:
                if name == track:
                    for option in statement.options:
                        yield option, when, name == statement.track

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact that the pathway can use, in the order of asking."""
        asked = [fact for track in self.tracks.values() for fact in track.facts]
        return tuple(dict.fromkeys([*asked, *(fact for statement in self.statements for fact in statement.facts)]))


@frozen(eq=False)
class Definitions:
    """A loaded, checked set of definitions. `content_hash` is the SHA-256 of what they mean (not of comments or layout).

    `reviewed_hashes` is the same for what a review of each pathway covers, and `reviews` what the reviews say of it.
    `readings_chosen` are the alternatives, by reading, under which these definitions are those of `base` (`None`: none are).
    """

    version: str
    content_hash: str
    source: Source
    advice: tuple[Advice, ...]
    treatments: Mapping[str, Treatment]
    readings: Mapping[str, Reading]
    vocabulary: Vocabulary
    groups: Mapping[str, AnswerTrack]
    entry: Entry
    pathways: Mapping[str, Pathway]
    care_course: CareCourseDefinition
    workup: WorkupDefinition
    background: Background
    scenarios: Mapping[tuple[str, str], TrackScenarios]
    sections: Mapping[str, str] = attrs.field(factory=dict)
    parts: tuple[Part, ...] = ()
    not_statements: tuple[NotStatement, ...] = ()
    unclaimed: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    furniture: tuple[str, ...] = ()
    folder: str = ""
    reviewed_hashes: Mapping[str, str] = attrs.field(factory=dict)
    reviews: Mapping[str, Review] = attrs.field(factory=dict)
    readings_chosen: Mapping[str, str] = attrs.field(factory=dict)
    base: Definitions | None = None
    remembered: dict[tuple[str, ...], Definitions] = attrs.field(init=False, factory=dict)
    """These definitions under alternatives, by the names of those."""

    def __repr__(self) -> str:
        return f"<Definitions {self.version} of {len(self.pathways)} pathways, hash {self.content_hash[:12]}>"

    def changed(self, **changes: Any) -> Definitions:
        """Return the definitions with some fields changed."""
        return attrs.evolve(self, **changes)

    @property
    def alternatives(self) -> Iterator[Alternative]:
        """Every alternative of every reading, in the order of the file."""
        return (one for reading in self.readings.values() for one in reading.alternatives.values())

    def review(self, pathway: str) -> Review:
        """Return what the reviews say of a pathway, by its name; where there are none: never reviewed."""
        from .review import NEVER_REVIEWED

        return self.reviews.get(pathway, NEVER_REVIEWED)

    def words(self, fact: str, values: tuple[GroupValue, ...]) -> str:
        """Return the phrase for "this fact has one of these values" in the definitions' wording."""
        return self.vocabulary.words(fact, values)

    def question(self, asks: str, pathway: str | None = None) -> str:
        """Return the question of a fact or group, in a pathway's own words where it has some."""
        wording = self.pathways[pathway].wording.get(asks) if pathway is not None else None
        return self.vocabulary.question(asks) if wording is None else wording.question

    def help(self, asks: str, pathway: str | None = None) -> str:
        """Return the help of a fact or group, in a pathway's own words where it has some."""
        wording = self.pathways[pathway].wording.get(asks) if pathway is not None else None
        return wording.help if wording is not None and wording.help else self.vocabulary.help(asks)

    def statement(self, identifier: str) -> Statement:
        """Return a statement of any pathway by its id. Raises `KeyError` for no such statement."""
        for pathway in self.pathways.values():
            for statement in pathway.statements:
                if statement.id == identifier:
                    return statement
        raise KeyError(identifier)
