"""One track as the verifier sees it: its space, each scenario's way through the graph, and what the statements say there."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from typing import Any, Final

import attrs

from ...model.case import Case
from ...model.claims import ClaimId
from ...model.conditions import AllOf, Condition, facts_of
from ...model.facts import Scenario
from ...model.pathway import Definitions, Leaf, Option, Pathway, Question, Track
from ...model.reference import AnswerTrack, Where
from ...model.scenario_rows import LeafKind
from ...model.values import GroupValue, Value, answer_name
from ...model.vocabulary import Vocabulary
from .claims import Failure
from .closures import Given, deciding
from .space import (
    Outcome,
    Space,
    case_data,
    case_of,
)

MAX_COMBINATIONS: Final = 500_000
GAP: Final[Outcome] = ("", 0)
COMBINATION: Final[Outcome] = ("", 1)


@attrs.frozen
class Run:
    """One scenario's way: the states with their answers, where it ends, and the claim it breaks there (`None` at a leaf)."""

    path: tuple[tuple[str, str], ...]
    end: str
    fault: ClaimId | None = None
    detail: str = ""


@attrs.frozen
class ExpectedTrackAnswer:
    """What a track must say of a partial case: options and gap, each with certainty and the facts it depends on."""

    options: dict[Outcome, tuple[bool, frozenset[str]]]
    gaps: dict[Outcome, tuple[bool, frozenset[str], frozenset[str]]]


@attrs.define(eq=False)
class TrackView:
    """One track of one pathway. `kind` is a type that leads here (`None`: the pathway is common to every type).

    `standing` pairs each option that belongs here with the rows where its condition here holds; the space's outcomes are
    these options, and the gaps. `support` holds the facts that were looked up.
    `arising` are the words of a gap where the graph has none, as an alternative can bring one.
    """

    pathway: Pathway
    track: Track
    group: AnswerTrack
    kind: str | None
    space: Space
    runs: tuple[Run, ...]
    standing: tuple[tuple[Option, int], ...]
    support: frozenset[str]
    arising: str = ""
    _memo: dict[int, ExpectedTrackAnswer] = attrs.field(factory=dict, init=False)
    _ends: dict[str, int] = attrs.field(factory=dict, init=False)
    _read: dict[Given, Case] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        for number, one in enumerate(self.runs):
            self._ends[one.end] = self._ends.get(one.end, 0) | 1 << number

    @classmethod
    def of(cls, definitions: Definitions, pathway: Pathway, track: Track) -> TrackView:
        """Return the view of a track; its facts' combinations must be few enough to list (see `combinations`).

        Where it reads the entry fact, as an alternative can make it do, types that do not lead here count as one that does.
        """
        group = definitions.groups[track.group]
        vocabulary = definitions.vocabulary
        space = Space.over(vocabulary, reads(vocabulary, pathway, track, group))
        runs = tuple(run(vocabulary, track, row) for row in space.rows)
        support: set[str] = set()
        types = types_of(definitions, pathway)

        def rows_with(*conditions: Condition) -> int:
            whole = AllOf(conditions)

            def holds(row: Scenario) -> object:
                def look(name: str) -> Value | None:
                    support.add(name)
                    value = row.get(name)
                    return types[0] if name == definitions.entry.fact and value not in types else value

                return whole.evaluate(look)

            return space.where(holds)

        standing = tuple((option, rows_with(when, option.requires)) for option, when, _ in pathway.placed_in(track.name))
        for option, mask in standing:
            space.outcomes[option.statement, option.number] = mask
        if group.gap_when is not None:
            silent = space.everything
            for _, mask in standing:
                silent &= ~mask
            space.outcomes[GAP] = silent & rows_with(group.gap_when)
        for combination in pathway.combinations:
            if combination.track == track.name:
                space.outcomes[COMBINATION] = rows_with(combination.when)
        kind = next((key for key, entry in definitions.entry.types.items() if entry.pathway == pathway.name), None)
        kind = None if pathway.name in definitions.entry.common else kind
        return cls(pathway, track, group, kind, space, runs, standing, frozenset(support))

    @property
    def name(self) -> str:
        """The track's full name, ``pathway.track``."""
        return f"{self.pathway.name}.{self.track.name}"

    @property
    def gap(self) -> int:
        """The rows in which the track is silent."""
        return self.space.outcomes.get(GAP, 0)

    @property
    def combined(self) -> int:
        """The rows in which findings stand side by side without a word on all of them."""
        return self.space.outcomes.get(COMBINATION, 0)

    @property
    def sound(self) -> bool:
        """Whether every scenario comes to a leaf."""
        return not any(one.fault for one in self.runs)

    def place(self, where: Where | None) -> str:
        """Return a place, or the pathway's file where there is none."""
        return str(where or self.track.where or f"{self.pathway.name}.yaml")

    def failure(self, where: Where | None, message: str, rows: int = 0) -> Failure:
        """Return a failure with the smallest case whose completions all are among the rows, and go one way."""
        paths: dict[tuple[tuple[str, str], ...], int] = {}
        for number, one in enumerate(self.runs):
            if rows >> number & 1:
                paths[one.path] = paths.get(one.path, 0) | 1 << number
        found = self.space.smallest(paths.values())
        if found is None:
            return Failure(self.place(where), message)
        given, mask = found
        path = next(path for path, target in paths.items() if not mask & ~target)
        return Failure(self.place(where), message, self.case(given), path)

    def case(self, given: Given) -> dict[str, Any]:
        """Return a partial case in the case contract."""
        return case_data(self.space.vocabulary, self.space.names, given, self.kind)

    def read(self, given: Given) -> Case:
        """Return a partial case as a `Case`, of a type that leads here."""
        if given not in self._read:
            self._read[given] = case_of(self.space.vocabulary, self.space.names, given, self.kind)
        return self._read[given]

    def answer(self, completions: int) -> ExpectedTrackAnswer:
        """Return what the statements say of a partial case, over all its completions."""
        found = self._memo.get(completions)
        if found is None:
            found = self._memo[completions] = self._answer(completions)
        return found

    def _answer(self, completions: int) -> ExpectedTrackAnswer:
        options: dict[Outcome, tuple[bool, frozenset[str]]] = {}
        gaps: dict[Outcome, tuple[bool, frozenset[str], frozenset[str]]] = {}
        for outcome, mask in self.space.outcomes.items():
            if not completions & mask:
                continue
            depends = self.space.depends_on(mask, completions)
            certain = not completions & ~mask
            if outcome == GAP:
                gaps[outcome] = (certain, depends, self._messages(completions & mask))
            elif outcome == COMBINATION:
                named = [one.message for one in self.pathway.combinations if one.track == self.track.name]
                gaps[outcome] = (certain, depends, frozenset(named))
            else:
                options[outcome] = (certain, depends)
        return ExpectedTrackAnswer(options, gaps)

    def _messages(self, rows: int) -> frozenset[str]:
        """Return the messages of the leaves that silent scenarios reach, or that of an alternative in their place."""
        heard = rows & ~self.unheard if self.arising else rows
        ends = [leaf for leaf in self.track.leaves if self._ends.get(leaf.name, 0) & heard]
        told = {leaf.message if leaf.kind is LeafKind.GAP or not self.arising else self.arising for leaf in ends}
        return frozenset(told | ({self.arising} if heard != rows else set()))

    @functools.cached_property
    def unheard(self) -> int:
        """The rows of the types to which no option here is given: what the graph says is not about them."""
        entry = self.space.vocabulary.entry
        if entry not in self.space.facts:
            return 0
        given = functools.reduce(int.__or__, (rows for _, rows in self.standing), 0)
        types = self.space.literals[self.space.facts.index(entry)].values()
        return sum(rows for rows in types if not rows & given)

    def partial_run(self, given: Given) -> tuple[tuple[tuple[str, str], ...], str]:
        """Return how far a partial case goes by what is known or follows from it, and the state where it waits or ends."""
        completions = self.space.completions(given)
        path: list[tuple[str, str]] = []
        state = self.track.states[self.track.start]
        while isinstance(state, Question):
            possible = self._possible(state, completions)
            takers = [one for one in state.answers if possible <= set(one.values)]
            if len(takers) != 1:
                break
            settled = next(iter(possible)) if len(possible) == 1 else None
            path.append((state.name, takers[0].name if settled is None else shown(self.space.vocabulary, state, settled)))
            state = self.track.states[takers[0].target]
        return tuple(path), state.name

    def _possible(self, question: Question, completions: int) -> set[GroupValue]:
        """Return what a question can be answered with by what is known, or follows, of each of its facts alone.

        A fact that is not settled leaves every answer open; of a group, each member that is not.
        """
        group = self.space.vocabulary.groups.get(question.asks)
        known = {name: self._values(name, completions) for name in asked(self.space.vocabulary, question)}
        if group is None:
            values = known[question.asks]
            return set(values) if len(values) == 1 else set(self.space.vocabulary.choices(question.asks))
        possible: set[GroupValue] = set()
        for row in itertools.product(*(known[f"{group.name}.{member}"] for member in group.members)):
            possible.add(frozenset(member for member, value in zip(group.members, row, strict=True) if value is True))
        return possible

    def _values(self, fact: str, completions: int) -> list[Value]:
        literal = self.space.literals[self.space.facts.index(fact)]
        return [value for value, mask in literal.items() if completions & mask]


def types_of(definitions: Definitions, pathway: Pathway) -> list[str]:
    """Return the types that lead to a pathway; all that lead anywhere where it is common to every type."""
    common = pathway.name in definitions.entry.common
    types = definitions.entry.types.items()
    return [key for key, entry in types if entry.pathway == pathway.name or (common and entry.pathway is not None)]


def said(vocabulary: Vocabulary, question: Question, row: Scenario) -> GroupValue:
    """Return what a scenario answers to a question: a fact's value, or the members of a group that are present."""
    if question.asks not in vocabulary.groups:
        return row[question.asks]
    members = vocabulary.groups[question.asks].members
    return frozenset(member for member in members if row[f"{question.asks}.{member}"] is True)


def shown(vocabulary: Vocabulary, question: Question, value: GroupValue) -> str:
    """Return a value as the answer that a path shows."""
    if isinstance(value, frozenset):
        return " and ".join(name for name in vocabulary.groups[question.asks].members if name in value) or "none"
    return answer_name(value)


def asked(vocabulary: Vocabulary, question: Question) -> set[str]:
    """Return the atomic facts that a question asks."""
    group = vocabulary.groups.get(question.asks)
    return {question.asks} if group is None else {f"{question.asks}.{member}" for member in group.members}


def reads(vocabulary: Vocabulary, pathway: Pathway, track: Track, group: AnswerTrack) -> frozenset[str]:
    """Return every fact that a track's questions, conditions and gap read."""
    found = {name for question in track.questions for name in asked(vocabulary, question)}
    for option, when, _ in pathway.placed_in(track.name):
        found.update((*facts_of(when), *facts_of(option.requires)))
    for combination in pathway.combinations:
        if combination.track == track.name:
            found.update(facts_of(combination.when))
    found.update(facts_of(group.gap_when) if group.gap_when is not None else ())
    return frozenset(found)


def combinations(vocabulary: Vocabulary, pathway: Pathway, track: Track, group: AnswerTrack) -> int:
    """Return an upper bound of the number of scenarios of a track."""
    product = 1
    for name in deciding(vocabulary, reads(vocabulary, pathway, track, group)):
        product *= len(vocabulary.facts[name].domain)
    return product


def run(vocabulary: Vocabulary, track: Track, row: Scenario) -> Run:
    """Return a scenario's way through the graph, with what stops it."""
    path: list[tuple[str, str]] = []
    name, came = track.start, track.start
    while (state := track.states.get(name)) is not None:
        if isinstance(state, Leaf):
            return Run(tuple(path), name)
        if name in {before for before, _ in path}:
            circle = [before for before, _ in path]
            chain = " -> ".join([*circle[circle.index(name) :], name])
            return Run(tuple(path), name, ClaimId.CYCLE, f"cycle: {chain}")
        value = said(vocabulary, state, row)
        answer = shown(vocabulary, state, value)
        takers = [one for one in state.answers if value in one.values]
        path.append((name, answer))
        if not takers:
            return Run(tuple(path), name, ClaimId.COMPLETE, f"'{name}' has no answer for '{answer}'")
        if len(takers) > 1:
            both = " and ".join(f"'{one.name}' (to {one.target})" for one in takers)
            return Run(tuple(path), name, ClaimId.DETERMINISTIC, f"two answers of '{name}' take '{answer}': {both}")
        came, name = name, takers[0].target
    return Run(tuple(path), came, ClaimId.DEAD_END, f"'{came}' leads to the state '{name}', which does not exist")


def circles(track: Track) -> Iterator[tuple[Question, str]]:
    """Yield each question from which a path comes back to it or asks its fact again, with what happens."""
    for question in track.questions:
        waiting, seen = [answer.target for answer in question.answers], set[str]()
        for name in waiting:
            state = track.states.get(name)
            if name in seen or not isinstance(state, Question):
                continue
            seen.add(name)
            if name == question.name:
                yield question, f"a path comes back to '{name}'"
            elif set(state.facts) & set(question.facts):
                yield question, f"'{state.asks}' is asked in '{question.name}' and again in '{name}'"
            waiting.extend(answer.target for answer in state.answers)


def double_answers(question: Question) -> Iterator[tuple[str, str, GroupValue]]:
    """Yield each two answers of a question that take the same value."""
    for one, other in itertools.combinations(question.answers, 2):
        for value in one.values:
            if value in other.values:
                yield one.name, other.name, value
