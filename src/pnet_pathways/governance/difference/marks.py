"""What differs between two versions of a pathway as its diagrams show it, as marks for each side.

States are the same where they have the same name, or, a name having changed, where all that is shown of them and leads on
from them is the same. Order counts for nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from types import MappingProxyType

import attrs

from ...loading.agreement import disagreements
from ...model.pathway import (
    Definitions,
    Leaf,
    Pathway,
    Question,
    State,
    Track,
)
from ...views.diagrams.labels import (
    NO_MARKS,
    Label,
    answer_label,
    leaf_label,
    question_label,
)
from ...views.diagrams.marks import Offer
from ...views.diagrams.plan import Piece, readings_on
from ...views.diagrams.style import Mark
from .said import OfferedItem, said_of

_WIDE = 10_000.0


@attrs.frozen
class TrackChanges:
    """One side's marks of a track, for what differs from the other side; what is the same is faded."""

    states: Mapping[str, Mark] = MappingProxyType({})
    transitions: Mapping[tuple[str, str], Mark] = MappingProxyType({})
    options: Mapping[str, Mapping[Offer, Mark]] = MappingProxyType({})
    title: Mark = Mark.PLAIN

    def state(self, name: str) -> Mark:
        """Return the mark of a state."""
        return self.states.get(name, Mark.FADED)

    def transition(self, question: str, answer: str) -> Mark:
        """Return the mark of a transition."""
        return self.transitions.get((question, answer), Mark.FADED)

    def offers(self, leaf: Leaf) -> Mapping[Offer, Mark]:
        """Return the marks of the options that a leaf lists only on this side, or in other words."""
        return self.options.get(leaf.name, NO_MARKS)

    def within(self, root: str, cut: frozenset[str]) -> TrackChanges:  # noqa: ARG002 - a change is one on every page
        """Return the same marks: a state that stands on several pages differs on each."""
        return self


@attrs.frozen
class Side:
    """One side of a comparison: its definitions, its pathway, the marks of its tracks, and the readings in other words."""

    definitions: Definitions
    pathway: Pathway
    tracks: Mapping[str, TrackChanges]
    reworded: frozenset[str] = frozenset()

    @property
    def at_odds(self) -> bool:
        """Whether a leaf is not what the statements say, where on the other side it is: these definitions are a draft."""
        return any(Mark.AT_ODDS in track.states.values() for track in self.tracks.values())

    def differs(self, pieces: tuple[Piece, ...]) -> bool:
        """Return whether anything on a page with these pieces is marked."""
        return bool(self.reworded.intersection(readings_on(self.pathway, pieces))) or any(map(self._piece_differs, pieces))

    def _piece_differs(self, piece: Piece) -> bool:
        marks = self.tracks[piece.track.name]
        names = {state.name for state in piece.states}
        return (
            marks.title is not Mark.PLAIN
            or not names.isdisjoint(marks.states)
            or any(question in names for question, _ in marks.transitions)
        )


@attrs.frozen
class PathwayChanges:
    """What the diagrams of two versions of a pathway differ in; a side without the pathway is `None`."""

    old: Side | None
    new: Side | None


def pathway_changes(old: Definitions, new: Definitions, name: str) -> PathwayChanges:
    """Return the changes of a pathway that at least one of two sets of definitions has."""
    before, after = old.pathways.get(name), new.pathways.get(name)
    if before is None or after is None:
        return PathwayChanges(
            None if before is None else Side(old, before, _whole(before, Mark.REMOVED)),
            None if after is None else Side(new, after, _whole(after, Mark.ADDED)),
        )
    lost, come = _whole(before, Mark.REMOVED), _whole(after, Mark.ADDED)
    for track in (one for one in after.tracks if one in before.tracks):
        comparison = _Comparison(old, new, before, after, before.tracks[track], after.tracks[track])
        lost[track], come[track] = comparison.marks()
    reworded = frozenset(key for key in {*old.readings} & {*new.readings} if _reading(old, key) != _reading(new, key))
    return PathwayChanges(Side(old, before, lost, reworded), Side(new, after, come, reworded))


def _whole(pathway: Pathway, mark: Mark) -> dict[str, TrackChanges]:
    """Return the marks of a pathway that is wholly added or removed."""
    return {
        track.name: TrackChanges(
            dict.fromkeys(track.states, mark),
            {(question.name, answer.name): mark for question in track.questions for answer in question.answers},
        )
        for track in pathway.tracks.values()
    }


def _reading(definitions: Definitions, key: str) -> tuple[str, str]:
    return definitions.readings[key].title, definitions.readings[key].text


@attrs.define
class _Comparison:
    """Two versions of one track; `same` pairs the states that both have, `marks` gives what differs."""

    old: Definitions
    new: Definitions
    before: Pathway
    after: Pathway
    was: Track
    now: Track
    same: dict[str, str] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.same = {name: name for name, state in self.was.states.items() if type(self.now.states.get(name)) is type(state)}
        content = {name: self._content(self.new, self.after, self.now, name) for name in self.now.states}
        for name in self.was.states:
            if name not in self.same:
                own = self._content(self.old, self.before, self.was, name)
                taken = {*self.same.values()}
                found = next((one for one, other in content.items() if one not in taken and other == own), None)
                if found is not None:
                    self.same[name] = found

    def _content(self, definitions: Definitions, pathway: Pathway, track: Track, name: str) -> Hashable:
        """Return all that a diagram shows of a state and of what it leads to, whatever the order."""
        state = track.states[name]
        if isinstance(state, Leaf):
            return _says(pathway, state), _shown(_leaf_label(definitions, pathway, state))
        answers = frozenset(
            (frozenset(answer.values), self._content(definitions, pathway, track, answer.target)) for answer in state.answers
        )
        return state.asks, _shown(question_label(definitions, state, _WIDE, pathway=pathway.name)), answers

    def marks(self) -> tuple[TrackChanges, TrackChanges]:
        """Return the marks of the old and of the new side."""
        title = Mark.PLAIN if self.was.title == self.now.title else Mark.REWORDED
        states: tuple[dict[str, Mark], dict[str, Mark]] = (
            {name: Mark.REMOVED for name in self.was.states if name not in self.same},
            {name: Mark.ADDED for name in self.now.states if name not in self.same.values()},
        )
        offers: tuple[dict[str, Mapping[Offer, Mark]], dict[str, Mapping[Offer, Mark]]] = ({}, {})
        for old_name, new_name in self.same.items():
            was, now = self.was.states[old_name], self.now.states[new_name]
            mark = self._mark(was, now)
            if mark is not None:
                states[0][old_name] = states[1][new_name] = mark
            if isinstance(was, Leaf) and isinstance(now, Leaf):
                for listed, name, marked in zip(offers, (old_name, new_name), self._offers(was, now), strict=True):
                    if marked:
                        listed[name] = marked
        for side, odd in zip(states, self._at_odds(), strict=True):
            for name in odd:
                side.setdefault(name, Mark.AT_ODDS)
        transitions = self._transitions(states)
        sides = zip(states, transitions, offers, strict=True)
        old, new = (TrackChanges(marked, led, listed, title) for marked, led, listed in sides)
        return old, new

    def _mark(self, was: State, now: State) -> Mark | None:
        """Return how a state that both sides have differs."""
        if isinstance(was, Question) and isinstance(now, Question):
            if was.asks != now.asks:
                return Mark.CHANGED
            old = question_label(self.old, was, _WIDE, pathway=self.before.name)
            return _reworded(old, question_label(self.new, now, _WIDE, pathway=self.after.name))
        assert isinstance(was, Leaf)
        assert isinstance(now, Leaf)
        if _says(self.before, was) != _says(self.after, now):
            return Mark.CHANGED
        return _reworded(_leaf_label(self.old, self.before, was), _leaf_label(self.new, self.after, now))

    def _offers(self, was: Leaf, now: Leaf) -> tuple[Mapping[Offer, Mark], Mapping[Offer, Mark]]:
        """Return the marks of the options that only one side lists, or that both list in other words."""
        before, after = _said_by(self.before, was), _said_by(self.after, now)
        return _only(before, after, Mark.REMOVED), _only(after, before, Mark.ADDED)

    def _at_odds(self) -> tuple[set[str], set[str]]:
        """Return the leaves of drafts that are not what the statements say where on the other side they are."""
        keys = (self.before, self.was, self.old), (self.after, self.now, self.new)
        before, after = (
            {
                (row.leaf, what)
                for row, what, _ in disagreements(pathway, track, definitions.scenarios[pathway.name, track.name])
            }
            for pathway, track, definitions in keys
        )
        return {leaf for leaf, _ in before - after}, {leaf for leaf, _ in after - before}

    def _transitions(self, states: tuple[dict[str, Mark], dict[str, Mark]]) -> tuple[dict[tuple[str, str], Mark], ...]:
        """Return the marks of the transitions: those of a state that only one side has, and those that differ."""
        found: tuple[dict[tuple[str, str], Mark], dict[tuple[str, str], Mark]] = ({}, {})
        for marks, track, side, mark in zip(found, (self.was, self.now), states, (Mark.REMOVED, Mark.ADDED), strict=True):
            for question in (one for one in track.questions if side.get(one.name) is mark):
                marks.update({(question.name, answer.name): mark for answer in question.answers})
        for old_name, new_name in self.same.items():
            was, now = self.was.states[old_name], self.now.states[new_name]
            if isinstance(was, Question) and isinstance(now, Question):
                self._answers(was, now, found)
        return found

    def _answers(self, was: Question, now: Question, found: tuple[dict[tuple[str, str], Mark], ...]) -> None:
        """Mark the answers of a question that differ."""
        one_fact = was.asks == now.asks
        before = {frozenset(answer.values): answer for answer in was.answers}
        after = {frozenset(answer.values): answer for answer in now.answers}
        both = before.keys() & after.keys() if one_fact else frozenset()
        found[0].update({(was.name, answer.name): Mark.REMOVED for key, answer in before.items() if key not in both})
        found[1].update({(now.name, answer.name): Mark.ADDED for key, answer in after.items() if key not in both})
        for key in both:
            old, new = before[key], after[key]
            mark = _reworded(answer_label(self.old, was, old, _WIDE), answer_label(self.new, now, new, _WIDE), tooltip=False)
            if self.same.get(old.target) != new.target:
                mark = Mark.CHANGED
            if mark is not None:
                found[0][was.name, old.name] = found[1][now.name, new.name] = mark


def _leaf_label(definitions: Definitions, pathway: Pathway, leaf: Leaf) -> Label:
    """Return a leaf's label, whatever the order of what it offers, and on lines that do not matter."""
    return leaf_label(definitions, pathway, attrs.evolve(leaf, offers=tuple(sorted(leaf.offers))), _WIDE)


def _shown(text: Label) -> Hashable:
    return frozenset(Counter(text.plain).items())


def _reworded(was: Label, now: Label, *, tooltip: bool = True) -> Mark | None:
    """Return the mark for labels in other words, of which there may be none."""
    if _shown(was) != _shown(now):
        return Mark.REWORDED
    return Mark.TOOLTIP if tooltip and was.tooltip != now.tooltip else None


def _says(pathway: Pathway, leaf: Leaf) -> Hashable:
    """Return what a leaf says, whatever the words and the order."""
    return leaf.kind, leaf.combination, frozenset(_said_by(pathway, leaf).values())


def _said_by(pathway: Pathway, leaf: Leaf) -> dict[Offer, OfferedItem]:
    return {(key, number): said_of(pathway.statement(key).options[number]) for key, number in leaf.offers}


def _only(own: Mapping[Offer, OfferedItem], other: Mapping[Offer, OfferedItem], mark: Mark) -> dict[Offer, Mark]:
    said = {*other.values()}
    return {offer: mark for offer, one in own.items() if one not in said} if said else {}
