"""Laws of the walk, over answers in any order."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from law_material import dumped, outcome, standing
from pnet_pathways import Walk, recommend, start
from pnet_pathways.engine.answer import Certainty
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.values import NOT_APPLICABLE, Value, plain
from project_vocabulary import VOCABULARY
from strategies import Facts, as_case, as_data, partial_facts, total_facts


@st.composite
def shuffled_facts(draw: st.DrawFn) -> list[tuple[str, Value]]:
    facts = draw(partial_facts())
    return draw(st.permutations([(name, value) for name, value in facts.items() if value is not NOT_APPLICABLE]))


def walked(facts: list[tuple[str, Value]]) -> Walk:
    walk = start()
    for name, value in facts:
        walk.answer(name, plain(value))
    return walk


@given(shuffled_facts(), st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(facts: list[tuple[str, Value]], random: Any) -> None:
    other = list(facts)
    random.shuffle(other)
    one, another = walked(facts), walked(other)
    assert standing(one) == standing(another)
    assert one.trace == another.trace


@given(shuffled_facts())
def test_a_walk_answers_as_recommend_does(facts: list[tuple[str, Value]]) -> None:
    walk, answer = walked(facts), recommend(as_data(dict(facts)))
    assert walk.recommendation == answer
    assert dumped(walk.recommendation) == dumped(answer)


@given(shuffled_facts())
def test_a_walk_takes_the_path_that_the_answer_traces(facts: list[tuple[str, Value]]) -> None:
    walk, answer = walked(facts), recommend(as_data(dict(facts)))
    tracks = {(step.pathway, step.track) for step in answer.trace}
    assert {(step.pathway, step.track) for step in walk.trace} == tracks
    for track in tracks:
        assert [one for one in walk.trace if (one.pathway, one.track) == track] == [
            one for one in answer.trace if (one.pathway, one.track) == track
        ]


@given(shuffled_facts())
def test_a_walk_offers_on_its_leaves_what_is_certain(definitions: Definitions, facts: list[tuple[str, Value]]) -> None:
    walk = walked(facts)
    offered = {pair for leaf in walk.leaves.values() for pair in leaf.offers}
    named = {(name, definitions.statement(name).options[number].item) for name, number in offered}
    assert named <= {(one.statement, one.item) for one in walk.recommendation.options if one.certainty is Certainty.CERTAIN}


@given(shuffled_facts(), st.integers(min_value=0, max_value=19))
def test_a_saved_walk_resumes_where_it_stood(facts: list[tuple[str, Value]], given_before: int) -> None:
    walk = start(as_case(dict(facts[:given_before])))
    for number, (name, value) in enumerate(facts[given_before:]):
        walk.answer(name, plain(value), at=f"2024-01-{number + 1:02}", by="Dr A" if number % 2 else None)
    resumed = Walk.from_json(walk.to_json())
    assert standing(resumed) == standing(walk)
    assert resumed.answers == walk.answers
    assert resumed.to_json() == walk.to_json()


@given(shuffled_facts())
def test_taking_everything_back_returns_to_the_start(facts: list[tuple[str, Value]]) -> None:
    walk = walked(facts)
    for name, _ in reversed(facts):
        assert walk.undo().fact == name
    assert standing(walk) == standing(start())
    assert walk.answers == ()


def told(asks: str, facts: Facts) -> object:
    """Return the answer to a question of a fact or group, as a person gives it."""
    if asks in VOCABULARY.groups:
        return [fact.rpartition(".")[2] for fact in VOCABULARY.facts_of(asks) if facts[fact] is True]
    return plain(facts[asks])


@given(total_facts())
def test_answering_what_is_asked_comes_to_an_end(facts: Facts) -> None:
    """Following `next_question` asks each fact at most once and ends with the answer to the whole case."""
    walk, asked = start(), set[str]()
    while (question := walk.next_question) is not None:
        assert question.fact not in asked
        asked.add(question.fact)
        walk.answer(question.fact, told(question.fact, facts))
    assert outcome(walk.recommendation) == outcome(recommend(as_case(facts)))
