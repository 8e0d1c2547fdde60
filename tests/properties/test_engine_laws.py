"""Laws of the answer and of the walk, over generated cases."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pnet_pathways import (
    Case,
    PnetPathwaysError,
    Recommendation,
    TumorType,
    Walk,
    recommend,
    start,
)
from pnet_pathways.engine.answer import Certainty, Status
from pnet_pathways.engine.care_course import CareCourse
from pnet_pathways.engine.text import as_markdown, as_text
from pnet_pathways.model.conditions import ALWAYS
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.values import NOT_APPLICABLE, Value, plain
from pnet_pathways.testing import case_junk
from project_vocabulary import FACTS, LINKED, VOCABULARY
from strategies import (
    Facts,
    as_case,
    as_data,
    growing_facts,
    json_values,
    partial_cases,
    partial_facts,
    total_cases,
    total_facts,
)

Named = set[tuple[str, int, tuple[str, ...]]]


def options(answer: Recommendation, *certainties: Certainty) -> Named:
    return {(one.statement, one.item, one.treatments) for one in answer.options if one.certainty in certainties}


def gaps(answer: Recommendation, *certainties: Certainty) -> set[str]:
    return {one.track for one in answer.gaps if one.certainty in certainties}


def outcome(answer: Recommendation) -> tuple[Named, set[str]]:
    return options(answer, *Certainty), gaps(answer, *Certainty)


def claims(answer: Recommendation) -> list[tuple[Certainty, tuple[str, ...]]]:
    """Return of every option and gap how certain it is and what it depends on."""
    return [(one.certainty, one.depends_on) for one in answer.options] + [
        (one.certainty, one.depends_on) for one in answer.gaps
    ]


def dumped(answer: Recommendation) -> str:
    return json.dumps(answer.to_dict())


def in_scope(answer: Recommendation) -> bool:
    return answer.status is not Status.OUT_OF_SCOPE


# More facts


@given(growing_facts())
def test_adding_facts_never_removes_a_certain_option(pair: tuple[Facts, Facts]) -> None:
    before, after = (recommend(as_case(facts)) for facts in pair)
    assume(in_scope(after))
    assert options(before, Certainty.CERTAIN) <= options(after, Certainty.CERTAIN)


@given(growing_facts())
def test_adding_facts_never_adds_an_option_that_was_not_possible(pair: tuple[Facts, Facts]) -> None:
    before, after = (recommend(as_case(facts)) for facts in pair)
    assert options(after, *Certainty) <= options(before, *Certainty)


@given(growing_facts())
def test_adding_facts_never_removes_a_certain_gap(pair: tuple[Facts, Facts]) -> None:
    before, after = (recommend(as_case(facts)) for facts in pair)
    assume(in_scope(after))
    assert gaps(before, Certainty.CERTAIN) <= gaps(after, Certainty.CERTAIN)


@given(growing_facts())
def test_adding_facts_never_adds_a_gap_that_was_not_possible(pair: tuple[Facts, Facts]) -> None:
    before, after = (recommend(as_case(facts)) for facts in pair)
    assert gaps(after, *Certainty) <= gaps(before, *Certainty)


@given(growing_facts())
def test_adding_facts_never_opens_a_new_question(pair: tuple[Facts, Facts]) -> None:
    before, after = (recommend(as_case(facts)) for facts in pair)
    assert set(after.missing) <= set(before.missing)


@given(partial_facts(), st.sampled_from((TumorType.ACTH_PRODUCING, TumorType.EXOCRINE)))
def test_a_tumor_type_out_of_scope_withdraws_the_whole_answer(facts: Facts, kind: TumorType) -> None:
    answer = recommend(as_case({**facts, "tumor_type": kind}))
    assert (answer.status, answer.options, answer.gaps, answer.missing) == (Status.OUT_OF_SCOPE, (), (), ())


@given(total_facts())
def test_everything_known_is_complete_and_certain(facts: Facts) -> None:
    answer = recommend(as_case(facts))
    assume(in_scope(answer))
    assert answer.status is Status.COMPLETE
    assert not options(answer, Certainty.POSSIBLE)
    assert not gaps(answer, Certainty.POSSIBLE)


@given(partial_facts(), total_facts())
def test_a_complete_answer_is_final(facts: Facts, others: Facts) -> None:
    """Once nothing is missing, whatever else becomes known leaves the answer as it is."""
    walk = start(as_case(facts))
    while (question := walk.next_question) is not None:
        for name in VOCABULARY.facts_of(question.fact):
            if name not in walk.case.given:
                walk.answer(name, plain(_fitting(walk, name, others)))
    answer = walk.recommendation
    for name in FACTS:
        if walk.case.value(name) is None:
            walk.answer(name, plain(_fitting(walk, name, others)))
    assert outcome(walk.recommendation) == outcome(answer)


def _fitting(walk: Walk, name: str, preferred: Facts) -> Value:
    """Return the preferred value of a fact, or where it contradicts the walk's case another one that does not."""
    for value in (preferred[name], *FACTS[name].values):
        if value is not NOT_APPLICABLE:
            try:
                walk.case.with_(**{name: plain(value)})
            except PnetPathwaysError:
                continue
            return value
    raise AssertionError(f"{name} has no value that fits")


@given(total_facts(), st.sampled_from(list(FACTS)), st.data())
def test_a_fact_that_can_change_the_answer_is_missing(facts: Facts, name: str, data: st.DataObject) -> None:
    """Two scenarios that differ in one fact alone and are answered differently: the fact is missing wherever it is unknown."""
    other = {**facts, name: data.draw(st.sampled_from(FACTS[name].values), "other value")}
    one, another = recommend(_consistent(facts)), recommend(_consistent(other))
    assume(outcome(one) != outcome(another))
    known = data.draw(st.sets(st.sampled_from(sorted(set(facts) - {name, *_linked_to(name)}))), "known")
    assert name in recommend(as_case({fact: facts[fact] for fact in known})).missing


def _consistent(facts: Facts) -> Case:
    try:
        return as_case(facts)
    except PnetPathwaysError:
        assume(False)
        raise


def _linked_to(name: str) -> set[str]:
    return {fact for group in LINKED if name in group for fact in group}


# What an answer says of itself


@given(partial_cases())
def test_what_is_possible_depends_on_something_and_what_is_certain_on_nothing(case: Case) -> None:
    for certainty, depends_on in claims(recommend(case)):
        assert bool(depends_on) is (certainty is Certainty.POSSIBLE)


@given(partial_cases())
def test_what_an_answer_depends_on_is_missing(case: Case) -> None:
    answer = recommend(case)
    assert {fact for _, depends_on in claims(answer) for fact in depends_on} <= set(answer.missing)


@given(partial_cases())
def test_what_is_missing_is_what_an_option_or_a_gap_depends_on(case: Case) -> None:
    answer = recommend(case)
    assert set(answer.missing) <= {fact for _, depends_on in claims(answer) for fact in depends_on}


@given(partial_cases())
def test_nothing_known_is_asked_again(case: Case) -> None:
    answer = recommend(case)
    assert not {name for name in FACTS if case.value(name) is not None} & set(answer.missing)
    assert len(set(answer.missing)) == len(answer.missing)


@given(partial_cases())
def test_the_status_says_whether_anything_is_missing(case: Case) -> None:
    answer = recommend(case)
    assume(in_scope(answer))
    assert (answer.status is Status.INCOMPLETE) is bool(answer.missing)


@given(partial_cases())
def test_an_option_is_offered_once(case: Case) -> None:
    answer = recommend(case)
    assert len(options(answer, *Certainty)) == len(answer.options)


@given(total_cases() | partial_cases())
def test_every_nearest_statement_differs_in_something(case: Case) -> None:
    for gap in recommend(case).gaps:
        assert [near.statement for near in gap.nearest if not near.differs] == []


@given(total_facts(*(kind for kind in TumorType if kind not in {TumorType.ACTH_PRODUCING, TumorType.EXOCRINE})))
def test_changing_what_a_nearest_statement_needs_makes_it_offer(facts: Facts) -> None:
    """A gap's nearest statement, with every differing fact set to what it needs, gives an option."""
    for gap in recommend(as_case(facts)).gaps:
        for near in gap.nearest:
            wanted = {**facts, **{one.fact: one.needs[0] for one in near.differs}}
            answer = recommend(_made_to_fit(wanted, {one.fact for one in near.differs}))
            assert near.statement in {one.statement for one in answer.options}


def _made_to_fit(wanted: Facts, fixed: set[str]) -> Case:
    """Return a case with the facts wanted; of those that contradict them, only the fixed ones are kept."""
    facts: Facts = {}
    for name in sorted(wanted, key=lambda name: name not in fixed):
        try:
            as_case({**facts, name: wanted[name]})
        except PnetPathwaysError:
            assert name not in fixed
        else:
            facts[name] = wanted[name]
    return as_case(facts)


@given(total_facts())
def test_an_option_is_offered_exactly_where_its_conditions_hold(definitions: Definitions, facts: Facts) -> None:
    case = as_case(facts)
    answer = recommend(case)
    assume(in_scope(answer))
    pathways = [definitions.pathways[name] for name in definitions.entry.bears_on(str(facts["tumor_type"]))]
    expected = {
        (one.statement, one.item, one.treatments)
        for pathway in pathways
        for statement in pathway.statements
        for one in statement.options
        if statement.condition.evaluate(case.value) and one.requires.evaluate(case.value)
    }
    assert options(answer, Certainty.CERTAIN) == expected


# The explanation


def _marks(answer: Recommendation) -> dict[str, str]:
    return {name: mark for mark, name in re.findall(r"^  ([-+?]) ([A-Z]+-\d+), ", answer.explain(), re.MULTILINE)}


@given(partial_cases())
@example(Case())
def test_the_explanation_says_that_a_statement_applies_exactly_where_its_options_are_certain(case: Case) -> None:
    answer = recommend(case)
    certain = {name for name, _, _ in options(answer, Certainty.CERTAIN)}
    marks = _marks(answer)
    free = {name for name in marks if any(one.requires == ALWAYS for one in answer.definitions.statement(name).options)}
    assert certain <= {name for name, mark in marks.items() if mark == "+"}
    assert {name for name, mark in marks.items() if mark == "+"} & free <= certain


@given(partial_cases())
def test_the_explanation_rules_out_no_statement_that_offers(case: Case) -> None:
    answer = recommend(case)
    offered = {one.statement for one in answer.options}
    assert not offered & {name for name, mark in _marks(answer).items() if mark == "-"}


@given(partial_cases())
@example(Case(resectable=False))
def test_the_explanation_calls_a_gap_certain_exactly_where_the_answer_does(case: Case) -> None:
    answer = recommend(case)
    certain = bool(gaps(answer, Certainty.CERTAIN))
    assert ("! Gap: " in answer.explain()) is certain


# The walk


@st.composite
def shuffled_facts(draw: st.DrawFn) -> list[tuple[str, Value]]:
    facts = draw(partial_facts())
    return draw(st.permutations([(name, value) for name, value in facts.items() if value is not NOT_APPLICABLE]))


def walked(facts: list[tuple[str, Value]]) -> Walk:
    walk = start()
    for name, value in facts:
        walk.answer(name, plain(value))
    return walk


def standing(walk: Walk) -> tuple[Any, ...]:
    return walk.case, set(walk.trace), dict(walk.leaves), dict(walk.questions), dumped(walk.recommendation)


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


# Whatever comes in


def refusal(call: Callable[[], object]) -> str | None:
    """Return the message of the library's error that a call raises, `None` where it raises none."""
    try:
        call()
    except PnetPathwaysError as error:
        return str(error)
    return None


@given(case_junk() | json_values())
def test_any_json_is_a_case_or_an_error_of_the_library(data: Any) -> None:
    assert refusal(lambda: recommend(Case.from_json(json.dumps(data)))) != ""


@pytest.mark.parametrize("read", [Case.from_json, Walk.from_json, CareCourse.from_json])
@pytest.mark.parametrize("text", ["1" * 5000, '{"size": ' + "1" * 5000 + "}", "[" * 100_000, '{"spread": ' * 2000])
def test_numbers_too_long_and_nesting_too_deep_for_python_are_errors_of_the_library(
    read: Callable[[str], object], text: str
) -> None:
    with pytest.raises(PnetPathwaysError):
        read(text)


@given(st.text(max_size=20))
def test_any_text_is_a_case_or_an_error_of_the_library(text: str) -> None:
    assert refusal(lambda: Case.from_json(text)) != ""
    assert refusal(lambda: Walk.from_json(text)) != ""
    assert refusal(lambda: CareCourse.from_json(text)) != ""


@given(st.dictionaries(st.sampled_from(("walk", "definition", "start", "answers", "care_course", "events")), json_values()))
def test_any_json_is_a_saved_walk_or_an_error_of_the_library(data: dict[str, Any]) -> None:
    text = json.dumps({"walk": 1, "care_course": 1, **data})
    assert refusal(lambda: Walk.from_json(text, other_version=True)) != ""
    assert refusal(lambda: CareCourse.from_json(text)) != ""


@given(st.sampled_from([*FACTS, "spread", "symptoms", "nonsense", "spread.nonsense"]), json_values())
def test_any_answer_is_taken_or_refused_and_a_refused_one_changes_nothing(fact: str, value: Any) -> None:
    walk = start({"tumor_type": "gastrinoma"})
    before = standing(walk)
    message = refusal(lambda: walk.answer(fact, value))
    if message is None:
        assert Walk.from_json(walk.to_json()).case == walk.case
    else:
        assert message
        assert standing(walk) == before


# Whatever goes out


@given(total_cases() | partial_cases())
@example(Case())
def test_every_answer_can_be_shown(case: Case) -> None:
    answer = recommend(case)
    assert json.loads(dumped(answer))["case"] == case.to_dict()
    for text in (as_text(answer), as_markdown(answer), answer.explain()):
        assert text.endswith("\n")
        assert " ".join(answer.disclaimer.split()) in " ".join(text.split())


@given(total_cases() | partial_cases())
@example(Case())
def test_no_line_of_text_is_wider_than_100(case: Case) -> None:
    assert max(len(line) for line in as_text(recommend(case)).splitlines()) <= 100


@given(partial_cases())
@example(Case())
def test_every_row_of_a_markdown_table_has_as_many_cells_as_its_head(case: Case) -> None:
    rows = [line for line in as_markdown(recommend(case)).splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} <= {6}


@given(partial_cases())
def test_every_answer_stands_on_the_page_once_for_each_option(case: Case) -> None:
    answer = recommend(case)
    shown = [line for line in as_text(answer).splitlines() if line.startswith(("  + ", "  ? "))]
    assert len(shown) == len(answer.options)
