"""Laws of conditions, over everything that can be made up or listed."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from law_material import GROUPS, junk, near_values, refusal, words
from phrases import default_words
from pnet_pathways import Case, Course, InconsistentCaseError
from pnet_pathways.model.condition_data import ConditionSyntaxError
from pnet_pathways.model.conditions import AllOf, AnyOf, Condition, Is, Not, Truth, facts_of
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.values import Value, answer_name, plain
from project_vocabulary import FACTS, VOCABULARY, condition_from
from strategies import Facts, growing_facts, partial_cases, partial_facts, total_facts


def fact_conditions() -> st.SearchStrategy[dict[str, Any]]:
    """Conditions on one fact, as data."""
    one = st.sampled_from(list(FACTS)).flatmap(
        lambda name: st.lists(st.sampled_from([plain(value) for value in FACTS[name].values]), min_size=1, max_size=3).map(
            lambda chosen: {name: chosen[0] if len(chosen) == 1 else chosen}
        )
    )
    tests = st.sampled_from(["any_of", "all_of", "none_of", "only"])
    members = st.sampled_from(list(GROUPS)).flatmap(
        lambda key: st.tuples(tests, st.lists(st.sampled_from(GROUPS[key]), min_size=1, max_size=3)).map(
            lambda pair: {key: {pair[0]: pair[1]}}
        )
    )
    return one | members


condition_data: st.SearchStrategy[Any] = st.recursive(
    st.just("always") | fact_conditions(),
    lambda inner: (
        st.builds(lambda key, parts: {key: parts}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3))
        | inner.map(lambda part: {"not": part})
        | st.builds(lambda one, two: {**one, **two}, fact_conditions(), fact_conditions())
    ),
    max_leaves=6,
)
conditions = condition_data.map(condition_from)


def truth(condition: Condition, values: Mapping[str, Value]) -> Truth:
    """Return what a condition is where only some facts are known."""
    return condition.evaluate(values.get)


@given(conditions)
def test_a_condition_reads_back_from_its_data(condition: Condition) -> None:
    assert condition_from(condition.to_data()) == condition
    assert condition_from(json.loads(json.dumps(condition.to_data()))) == condition


@given(condition_data, partial_facts())
def test_the_same_data_is_the_same_condition(data: Any, values: Facts) -> None:
    one, two = condition_from(data), condition_from(data)
    assert one == two
    assert truth(one, values) is truth(two, values)


@given(conditions, growing_facts())
def test_a_truth_stays_as_more_becomes_known(condition: Condition, facts: tuple[Facts, Facts]) -> None:
    less, more = facts
    before = truth(condition, less)
    if before is not None:
        assert truth(condition, more) is before


@given(conditions, total_facts())
def test_where_everything_is_known_nothing_is_open(condition: Condition, values: Facts) -> None:
    assert truth(condition, values) is not None


@given(conditions, partial_cases(), total_facts())
def test_a_truth_about_a_case_stays_when_a_fact_is_added(condition: Condition, case: Case, whole: Facts) -> None:
    before = condition.evaluate(case.value)
    for name, value in whole.items():
        if before is None or case.value(name) is not None:
            continue
        with contextlib.suppress(InconsistentCaseError):
            assert condition.evaluate(case.with_(**{name: plain(value)}).value) is before


@given(conditions, partial_facts())
def test_only_the_facts_that_a_condition_names_matter(condition: Condition, values: Facts) -> None:
    named = {name: value for name, value in values.items() if name in facts_of(condition)}
    assert truth(condition, values) is truth(condition, named)


@given(conditions, conditions, partial_facts())
def test_de_morgan(one: Condition, two: Condition, values: Facts) -> None:
    assert truth(Not(AllOf((one, two))), values) is truth(AnyOf((Not(one), Not(two))), values)
    assert truth(Not(AnyOf((one, two))), values) is truth(AllOf((Not(one), Not(two))), values)


@given(conditions, partial_facts())
def test_a_double_negation_is_none(condition: Condition, values: Facts) -> None:
    assert truth(Not(Not(condition)), values) is truth(condition, values)


@given(st.lists(conditions, min_size=1, max_size=4), st.randoms(use_true_random=False), partial_facts())
def test_the_order_and_the_number_of_the_parts_do_not_matter(parts: list[Condition], random: Any, values: Facts) -> None:
    mixed = [*parts, parts[0]]
    random.shuffle(mixed)
    for kind in (AllOf, AnyOf):
        assert truth(kind(tuple(mixed)), values) is truth(kind(tuple(parts)), values)


@given(conditions, conditions, conditions, partial_facts())
def test_all_distributes_over_any(one: Condition, two: Condition, three: Condition, values: Facts) -> None:
    left = AllOf((one, AnyOf((two, three))))
    right = AnyOf((AllOf((one, two)), AllOf((one, three))))
    assert truth(left, values) is truth(right, values)


def named(fact: str, values: tuple[Value, ...]) -> str:
    """Return words without blanks, one for each value: ``size=small``."""
    return " or ".join(f"{fact}={answer_name(value)}" for value in values)


def understood(text: str) -> Condition:
    """Read a description back as English is read: `and` binds before `or`, brackets first."""
    words = re.findall(r"[()]|[^\s()]+", text)

    def choice() -> Condition:
        parts = [both()]
        while words and words[0] == "or":
            words.pop(0)
            parts.append(both())
        return AnyOf(tuple(parts))

    def both() -> Condition:
        parts = [unit()]
        while words and words[0] == "and":
            words.pop(0)
            parts.append(unit())
        return AllOf(tuple(parts))

    def unit() -> Condition:
        word = words.pop(0)
        if word == "(":
            inner = choice()
            assert words.pop(0) == ")"
            return inner
        if word == "not":
            return Not(unit())
        if word == "always":
            return AllOf(())
        fact, _, answer = word.partition("=")
        return Is(fact, (FACTS[fact].value_of(answer),))

    found = choice()
    assert words == []
    return found


def small_conditions() -> Iterator[Condition]:
    """Yield every condition of a few facts, up to three connectives deep."""
    atoms: list[Condition] = [
        Is("resectable", (True,)),
        Is("course", (Course.PROGRESSIVE, Course.RECURRENT)),
        *(condition_from({"sites": {test: ["head", "tail"]}}) for test in ("any_of", "all_of", "none_of", "only")),
    ]

    def above(below: list[Condition]) -> Iterator[Condition]:
        for one in below:
            yield from (Not(one), AllOf((one,)), AnyOf((one,)))
            for two in atoms:
                yield from (AllOf((one, two)), AllOf((two, one)), AnyOf((one, two)), AnyOf((two, one)))

    first = list(above(atoms))
    yield from (*atoms, *first, *above(first))


def test_a_condition_means_what_its_description_says() -> None:
    """Over every small condition: a word or a bracket in the wrong place would tell a reviewer another condition."""
    facts = [
        {"resectable": one, "course": two, **VOCABULARY.as_facts("sites", three)}
        for one in (True, False)
        for two in Course
        for three in VOCABULARY.choices("sites")
    ]
    for condition in small_conditions():
        text = condition.describe(named)
        read_back = understood(text)
        assert all(truth(read_back, one) is truth(condition, one) for one in facts), text


@given(conditions)
def test_every_condition_can_be_read_aloud(definitions: Definitions, condition: Condition) -> None:
    for phrase in (condition.describe(default_words), condition.describe(definitions.words)):
        assert phrase.strip() == phrase != ""
        assert phrase.count("(") == phrase.count(")")


@given(junk | condition_data | st.dictionaries(words, near_values | junk, max_size=3))
@settings(max_examples=500)
def test_junk_is_a_condition_or_a_syntax_error(data: Any) -> None:
    error = refusal(ConditionSyntaxError, lambda: condition_from(data))
    if error is None:
        condition = condition_from(data)
        assert condition_from(condition.to_data()) == condition
    else:
        assert error.problems
