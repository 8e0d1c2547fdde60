"""Laws of the answer and of its explanation, over generated cases."""

from __future__ import annotations

import json
import re

from hypothesis import assume, example, given
from hypothesis import strategies as st

from law_material import claims, dumped, gaps, in_scope, options, outcome
from pnet_pathways import Case, PnetPathwaysError, Recommendation, TumorType, Walk, recommend, start
from pnet_pathways.engine.answer import Certainty, Status
from pnet_pathways.engine.text import as_markdown, as_text
from pnet_pathways.model.conditions import ALWAYS
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.values import NOT_APPLICABLE, Value, plain
from project_vocabulary import FACTS, LINKED, VOCABULARY
from strategies import Facts, as_case, growing_facts, partial_cases, partial_facts, total_cases, total_facts

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


@given(total_facts(), st.data())
def test_a_fact_that_can_change_the_answer_is_missing(facts: Facts, data: st.DataObject) -> None:
    """Two scenarios that differ in one fact alone and are answered differently: the fact is missing wherever it is unknown."""
    others = [
        (name, value)
        for name, fact in FACTS.items()
        for value in fact.values
        if value != facts[name] and VOCABULARY.consistent({**facts, name: value})
    ]
    name, value = data.draw(st.sampled_from(others), "another value")
    one, another = recommend(as_case(facts)), recommend(as_case({**facts, name: value}))
    assume(outcome(one) != outcome(another))
    known = data.draw(st.sets(st.sampled_from(sorted(set(facts) - {name, *_linked_to(name)}))), "known")
    assert name in recommend(as_case({fact: facts[fact] for fact in known})).missing


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
@example(Case())
def test_every_option_and_gap_stands_in_the_full_answer(case: Case) -> None:
    answer = recommend(case)
    shown = " ".join(as_text(answer, every=True).split())
    for option in answer.options:
        assert option.statement in shown
        assert all(answer.definitions.treatments[key].label in shown for key in option.treatments)
    for gap in answer.gaps:
        assert " ".join(gap.message.split()) in shown
