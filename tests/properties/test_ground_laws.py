"""Laws of the ground: cases, rules, conditions and YAML, over everything that can be made up or listed."""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from phrases import default_words
from pnet_pathways import Case, CaseError, Course, InconsistentCaseError
from pnet_pathways.loading.yaml_source import MAX_DEPTH, Document, read_yaml
from pnet_pathways.model.condition_data import ConditionSyntaxError
from pnet_pathways.model.conditions import AllOf, AnyOf, Condition, Is, Not, Truth, facts_of
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.values import Value, answer_name, plain
from project_vocabulary import FACTS, LINKED, RULES, VOCABULARY, condition_from, scenarios
from strategies import Facts, as_case, growing_facts, partial_cases, partial_facts, total_facts

_Error = TypeVar("_Error", bound=Exception)

KEYS = list(VOCABULARY.keys)
GROUPS = VOCABULARY.members
MEMBERS = [member for members in GROUPS.values() for member in members]


# Strategies


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3),
    max_leaves=6,
)
words = st.sampled_from([*KEYS, *FACTS, *MEMBERS, *(answer for fact in FACTS.values() for answer in fact.answers)])
near_values = st.booleans() | words | st.lists(words, max_size=3) | st.dictionaries(words, st.booleans() | words, max_size=3)
junk_cases = st.dictionaries(st.sampled_from(KEYS) | words | st.text(max_size=8), near_values | junk, max_size=5)


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


def refusal(kind: type[_Error], make: Callable[[], object]) -> _Error | None:
    """Return the error of one kind that making something raises; any other error passes through."""
    try:
        make()
    except kind as error:
        return error
    return None


# Cases


@given(partial_cases())
def test_a_case_reads_back_from_its_data(case: Case) -> None:
    assert Case.from_dict(case.to_dict()) == case


@given(partial_cases())
def test_a_case_reads_back_from_json(case: Case) -> None:
    again = Case.from_json(json.dumps(case.to_dict()))
    assert again == case
    assert again.values == case.values


@given(partial_cases())
def test_a_case_reads_back_from_its_known_facts(case: Case) -> None:
    assert as_case(case.known()) == case


@given(partial_facts())
def test_what_is_given_is_what_is_known(values: Facts) -> None:
    case = as_case(values)
    assert case.known() == {name: value for name, value in values.items() if plain(value) is not None}
    assert all(case.value(name) == value for name, value in case.known().items())


@given(partial_cases())
def test_changing_nothing_gives_the_same_case(case: Case) -> None:
    assert case.with_() == case
    assert case.with_(**case.to_dict()) == case
    assert case.with_(**{key: getattr(case, key) for key in KEYS}) == case


@given(partial_cases())
def test_making_everything_unknown_again_gives_the_empty_case(case: Case) -> None:
    assert case.with_(**dict.fromkeys(KEYS)) == Case()
    assert case.with_(**dict.fromkeys(case.known())) == Case()


@given(partial_cases(), partial_cases())
def test_a_case_is_made_of_any_other_by_setting_all_its_facts(case: Case, other: Case) -> None:
    changes = dict.fromkeys(KEYS) | {name: getattr(case, name) for name in KEYS}
    assert other.with_(**changes) == case


@given(total_facts(), st.permutations(list(FACTS)))
def test_facts_may_come_in_any_order(whole: Facts, order: list[str]) -> None:
    """Each step is a consistent case, and what it knows stays known."""
    case = Case()
    for name in order:
        grown = case.with_(**{name: plain(whole[name])})
        assert all(after == before for before, after in zip(case.values, grown.values, strict=True) if before is not None)
        case = grown
    assert case == as_case(whole)
    assert dict(zip(FACTS, case.values, strict=True)) == whole


@given(junk_cases)
@example({"sites": [10**400]})
@example({"spread": {"liver": None, "livr": None}})
@settings(max_examples=500)
def test_junk_is_a_case_or_a_case_error(data: dict[Any, Any]) -> None:
    error = refusal(CaseError, lambda: Case.from_dict(data))
    if error is None:
        case = Case.from_dict(data)
        assert Case.from_dict(case.to_dict()) == case
    else:
        assert error.problems
        assert all(problem.message for problem in error.problems)


@given(junk.filter(lambda data: not isinstance(data, dict)))
def test_what_is_no_mapping_is_a_case_error(data: Any) -> None:
    error = refusal(CaseError, lambda: Case.from_dict(data))
    assert error is not None
    assert len(error.problems) == 1


@given(st.text() | junk_cases.map(lambda data: json.dumps(data, default=repr, skipkeys=True)))
@example('{"resectable": true')
@example('"\\ud800"')
@settings(max_examples=300)
def test_any_text_is_a_case_or_a_case_error(text: str) -> None:
    error = refusal(CaseError, lambda: Case.from_json(text))
    assert error is None or error.problems


@given(partial_cases(), st.dictionaries(words | st.text(max_size=8), near_values | junk, max_size=3))
@settings(max_examples=300)
def test_a_change_to_junk_is_a_case_or_a_case_error(case: Case, changes: dict[str, Any]) -> None:
    error = refusal(CaseError, lambda: case.with_(**changes))
    assert error is None or error.problems


# Rules, exhaustively


def partial_rows(group: frozenset[str]) -> Iterator[dict[str, Value]]:
    """Yield every assignment of some of a linked set's facts, of values that can be given."""
    names = [name for name in FACTS if name in group]
    for values in itertools.product(*([None, *FACTS[name].values] for name in names)):
        yield {name: value for name, value in zip(names, values, strict=True) if value is not None}


def completions(values: Mapping[str, Value], group: frozenset[str]) -> list[dict[str, Value]]:
    """Return the consistent scenarios of a linked set that hold some values."""
    return [row for row in scenarios(group) if values.items() <= row.items()]


def test_no_rule_ties_facts_of_different_sets() -> None:
    """So that a case has a completion exactly where each linked set has one."""
    assert all(any(set(rule.about) <= group for group in LINKED) for rule in RULES)
    assert not LINKED[0] & LINKED[1]


@pytest.mark.parametrize("group", LINKED, ids=lambda group: " ".join(sorted(group)))
def test_a_partial_case_is_refused_exactly_where_no_completion_is_left(group: frozenset[str]) -> None:
    """Every combination: accepted where one completion is left, and then a fact is known where all completions agree."""
    accepted = refused = 0
    for values in partial_rows(group):
        left = completions(values, group)
        error = refusal(InconsistentCaseError, functools.partial(as_case, values))
        assert (error is None) == bool(left) == VOCABULARY.consistent(values), values
        if error is not None:
            refused += 1
            continue
        accepted += 1
        case = as_case(values)
        for name in group:
            agreed = {row[name] for row in left}
            assert case.value(name) == (agreed.pop() if len(agreed) == 1 else None), (values, name)
    assert accepted > 4
    assert refused > 0


@pytest.mark.parametrize("group", LINKED, ids=lambda group: " ".join(sorted(group)))
def test_a_contradiction_names_facts_that_alone_cannot_hold_and_none_to_spare(group: frozenset[str]) -> None:
    for values in partial_rows(group):
        for found in VOCABULARY.contradictions(values):
            named = {name: values[name] for name in found.facts}
            assert not completions(named, group), values
            for name in named:
                assert completions({key: value for key, value in named.items() if key != name}, group), (values, name)
            assert found.reasons
            assert set(found.reasons) <= {rule.because for rule in RULES}


# Conditions


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


# YAML

yaml_pieces = st.lists(
    st.sampled_from(
        [
            *"-:?[]{},#&*!|>'\"%@`~ \n\t",
            "\n  ",
            ": ",
            "- ",
            "a",
            "b: ",
            "---\n",
            "...\n",
            "<<: ",
            "!!x ",
            "&a ",
            "*a ",
            "1",
            "\x00",
        ]
    )
    | st.text(max_size=3),
    max_size=30,
).map("".join)


@pytest.fixture(scope="module")
def junk_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to write junk into."""
    return tmp_path_factory.mktemp("junk") / "junk.yaml"


def depth(data: object) -> int:
    """Return how deep data is nested."""
    if isinstance(data, dict):
        data = list(data.values())
    return 1 + max(map(depth, data), default=0) if isinstance(data, list) else 0


@given(content=(st.text() | yaml_pieces).map(lambda text: text.encode("utf-8", "replace")) | st.binary())
@example(content=b"a: " + b"9" * 5000)
@example(content=b"[" * 5000)
@example(content=b"\xef\xbb\xbfa: 1")
@settings(max_examples=1000)
def test_reading_junk_never_raises_and_never_gives_more_than_plain_data(junk_file: Path, content: bytes) -> None:
    junk_file.write_bytes(content)
    document = read_yaml(junk_file, "junk.yaml")
    assert isinstance(document, Document)
    assert depth(document.data) <= MAX_DEPTH
    json.dumps(document.data)
    for problem in document.problems:
        name, line, column = problem.where.split(":")
        assert name == "junk.yaml"
        assert int(line) >= 1
        assert int(column) >= 1


characters = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=8)
plain_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | characters,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(characters, inner, max_size=3),
    max_leaves=10,
)


@given(data=plain_data)
@settings(max_examples=300)
def test_json_is_yaml(junk_file: Path, data: Any) -> None:
    """What JSON writes in ASCII is read as the same data (but for pairs of surrogates, which YAML does not escape)."""
    junk_file.write_text(json.dumps(data), "utf-8")
    document = read_yaml(junk_file, "junk.yaml")
    assert document.problems == []
    assert document.data == data
