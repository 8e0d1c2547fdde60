"""Laws of cases, over everything that can be made up, and of the rules, over every combination."""

from __future__ import annotations

import functools
import itertools
import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from law_material import KEYS, junk, near_values, refusal, words
from pnet_pathways import Case, CaseError, InconsistentCaseError
from pnet_pathways.model.values import Value, plain
from project_vocabulary import FACTS, LINKED, RULES, VOCABULARY, scenarios
from strategies import Facts, as_case, partial_cases, partial_facts, total_facts

junk_cases = st.dictionaries(st.sampled_from(KEYS) | words | st.text(max_size=8), near_values | junk, max_size=5)


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


# Rules


def partial_rows(group: frozenset[str]) -> Iterator[dict[str, Value]]:
    """Yield every assignment of up to three of a linked set's facts, of values that can be given, and a draw of larger ones.

    Those of all sizes are hundreds of thousands.
    """
    names = [name for name in FACTS if name in group]
    for count in range(4):
        for chosen in itertools.combinations(names, count):
            for values in itertools.product(*(FACTS[name].values for name in chosen)):
                yield dict(zip(chosen, values, strict=True))
    draw = random.Random(0)  # noqa: S311
    for _ in range(1000):
        chosen = tuple(sorted(draw.sample(names, draw.randint(4, len(names)))))
        yield {name: draw.choice(FACTS[name].values) for name in chosen}


@functools.cache
def numbered(group: frozenset[str]) -> tuple[list[dict[str, Value]], dict[tuple[str, Value], frozenset[int]]]:
    """Return the consistent scenarios of a linked set, and by fact and value the numbers of those that have it."""
    rows = scenarios(group)
    found: dict[tuple[str, Value], set[int]] = {}
    for number, row in enumerate(rows):
        for item in row.items():
            found.setdefault(item, set()).add(number)
    return rows, {item: frozenset(numbers) for item, numbers in found.items()}


def completions(values: Mapping[str, Value], group: frozenset[str]) -> list[dict[str, Value]]:
    """Return the consistent scenarios of a linked set that hold some values."""
    rows, by_item = numbered(group)
    left = frozenset(range(len(rows))).intersection(*(by_item.get(item, frozenset()) for item in values.items()))
    return [rows[number] for number in sorted(left)]


def test_no_rule_ties_facts_of_different_sets() -> None:
    """So that a case has a completion exactly where each linked set has one."""
    assert all(any(set(rule.about) <= group for group in LINKED) for rule in RULES)
    assert not LINKED[0] & LINKED[1]


@pytest.mark.parametrize("group", LINKED, ids=lambda group: " ".join(sorted(group)))
def test_a_partial_case_is_refused_exactly_where_no_completion_is_left(group: frozenset[str]) -> None:
    """It is accepted where one completion is left, and then a fact is known where all completions agree."""
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
