"""The state machines in words: every track as a nested list of questions, their answers, and where each answer leads."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ...model.pathway import Definitions, Leaf, Option, Pathway, Question, State, Track
from ...model.scenario_rows import LeafKind
from ..diagrams.group_words import answer_words
from ..diagrams.page_rows import options_text

NOT_SAID = "Not said"
DOES_NOT_APPLY = "Does not apply"
NOT_SAID_FOR_BOTH = "Not said for both together"


@attrs.frozen
class Ending:
    """What a track ends in, each a lead (a statement's id, or that something is not said) with its words."""

    lines: tuple[tuple[str, str], ...]


@attrs.frozen
class Asked:
    """A question with its number in the track, and each answer with what it leads to."""

    number: int
    question: str
    answers: tuple[tuple[str, Asked | Ending | Again], ...]


@attrs.frozen
class Again:
    """A question that was listed before, under its number."""

    number: int


@attrs.frozen
class TrackInWords:
    """A track: its title, and the first question, or the ending of a track that asks nothing."""

    title: str
    start: Asked | Ending | Again


def tracks_in_words(definitions: Definitions, pathway: Pathway) -> tuple[TrackInWords, ...]:
    """Return the tracks of a pathway in words, in their order."""
    return tuple(
        TrackInWords(track.title, _step(definitions, pathway, track, track.states[track.start], {}))
        for track in pathway.tracks.values()
    )


def _step(
    definitions: Definitions, pathway: Pathway, track: Track, state: State, numbers: dict[str, int]
) -> Asked | Ending | Again:
    """Return a state in words; a question to which several answers lead is listed where the first does."""
    if isinstance(state, Leaf):
        return Ending(tuple(_lines(definitions, pathway, state)))
    if state.name in numbers:
        return Again(numbers[state.name])
    number = numbers[state.name] = len(numbers) + 1
    return Asked(
        number,
        definitions.question(state.asks, pathway.name),
        tuple(
            (_answer(definitions, state, number_of), _step(definitions, pathway, track, track.states[target], numbers))
            for number_of, target in enumerate(one.target for one in state.answers)
        ),
    )


def _answer(definitions: Definitions, question: Question, place: int) -> str:
    return answer_words(definitions.vocabulary, question.asks, question.answers[place].values)


def _lines(definitions: Definitions, pathway: Pathway, leaf: Leaf) -> Iterator[tuple[str, str]]:
    offered: dict[str, list[Option]] = {}
    for identifier, number in leaf.offers:
        options = pathway.statement(identifier).options
        offered.setdefault(identifier, []).extend(one for one in options if one.number == number)
    for identifier, options in offered.items():
        yield identifier, options_text(definitions, options)
    if leaf.kind is LeafKind.GAP:
        yield NOT_SAID, leaf.message
    if leaf.kind is LeafKind.DOES_NOT_APPLY:
        yield DOES_NOT_APPLY, leaf.message
    if leaf.combination:
        yield from ((NOT_SAID_FOR_BOTH, one.message) for one in pathway.combinations if one.track == track_of(pathway, leaf))


def track_of(pathway: Pathway, leaf: Leaf) -> str:
    """Return the track in which a leaf ends."""
    return next(track.name for track in pathway.tracks.values() if leaf in track.leaves)
