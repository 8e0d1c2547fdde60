"""The state machines in words: every track as a nested list of questions, their answers, and where each answer leads."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ...model.pathway import Definitions, Leaf, Option, Pathway, State, Track
from ...model.scenario_rows import LeafKind
from ..diagrams.group_words import answer_words
from ..diagrams.labels import combination_of
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
            (
                answer_words(definitions.vocabulary, state.asks, answer.values),
                _step(definitions, pathway, track, track.states[answer.target], numbers),
            )
            for answer in state.answers
        ),
    )


def _lines(definitions: Definitions, pathway: Pathway, leaf: Leaf) -> Iterator[tuple[str, str]]:
    offered: dict[str, list[Option]] = {}
    for identifier, number in leaf.offers:
        options = pathway.statement(identifier).options
        offered.setdefault(identifier, []).extend(one for one in options if one.number == number)
    for identifier, listed in offered.items():
        yield identifier, options_text(definitions, listed)
    if leaf.kind is LeafKind.GAP:
        yield NOT_SAID, leaf.message
    if leaf.kind is LeafKind.DOES_NOT_APPLY:
        yield DOES_NOT_APPLY, leaf.message
    if (both := combination_of(pathway, leaf)) is not None:
        yield NOT_SAID_FOR_BOTH, both.message
