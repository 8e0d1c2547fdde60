"""The state machines in words say of every scenario what the statements say."""

from __future__ import annotations

import pytest

from pnet_pathways import load_pathways
from pnet_pathways.model.pathway import Definitions, Question, Track
from pnet_pathways.model.scenario_rows import LeafKind, Row
from pnet_pathways.views.report.in_words import (
    DOES_NOT_APPLY,
    NOT_SAID,
    NOT_SAID_FOR_BOTH,
    Again,
    Asked,
    Ending,
    tracks_in_words,
)

Step = Asked | Ending | Again


def listed(step: Step) -> dict[int, Asked]:
    """Return the questions of a list by their numbers."""
    found: dict[int, Asked] = {}
    if isinstance(step, Asked):
        found[step.number] = step
        for _, after in step.answers:
            there = listed(after)
            assert not found.keys() & there.keys()
            found |= there
    return found


def answers_to(definitions: Definitions, track: Track, facts: tuple[str, ...], row: Row) -> list[int]:
    """Return the place of the answer that a scenario gives to each question on its way."""
    known = dict(zip(facts, row.values, strict=True))
    state, places = track.states[track.start], []
    while isinstance(state, Question):
        group = definitions.vocabulary.groups.get(state.asks)
        value = (
            known[state.asks]
            if group is None
            else frozenset(member for member, fact in group.named_facts if known[fact] is True)
        )
        place = next(number for number, one in enumerate(state.answers) if value in one.values)
        places.append(place)
        state = track.states[state.answers[place].target]
    return places


@pytest.mark.parametrize("name", load_pathways().pathways)
def test_every_scenario_ends_in_what_the_statements_list_or_leave_unsaid(definitions: Definitions, name: str) -> None:
    pathway = definitions.pathways[name]
    for track, told in zip(pathway.tracks.values(), tracks_in_words(definitions, pathway), strict=True):
        questions = listed(told.start)
        assert [*questions] == [*range(1, len(questions) + 1)]
        table = definitions.scenarios[name, track.name]
        for row in table.rows:
            step: Step = told.start
            for place in answers_to(definitions, track, table.facts, row):
                step = questions[step.number] if isinstance(step, Again) else step
                assert isinstance(step, Asked)
                step = step.answers[place][1]
            assert isinstance(step, Ending)
            leads = [lead for lead, _ in step.lines]
            assert {lead for lead in leads if lead in {one.id for one in pathway.statements}} == {one for one, _ in row.holds}
            assert (NOT_SAID in leads) is (row.expected is LeafKind.GAP)
            assert (DOES_NOT_APPLY in leads) is (row.expected is LeafKind.DOES_NOT_APPLY)
            assert (NOT_SAID_FOR_BOTH in leads) is row.combines
            assert all(words for _, words in step.lines)


def test_each_answer_has_words_of_its_own(definitions: Definitions) -> None:
    for pathway in definitions.pathways.values():
        for told in tracks_in_words(definitions, pathway):
            for asked in listed(told.start).values():
                labels = [label for label, _ in asked.answers]
                assert len(set(labels)) == len(labels) > 1
