"""Covers: any set of cases is said exactly, in clauses that are never longer than the cases' own list."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cql_reader import Evaluation, lets_of
from pnet_pathways.adapters.fhir.cql_covers import NEVER, Clause, Literal, Words, all_of, always, any_of, negated
from pnet_pathways.adapters.fhir.cql_facts import quoted, spread_out
from pnet_pathways.adapters.fhir.cql_text import laid_out

FACTS = {"a": 2, "b": 3, "c": 2}
CASES = list(itertools.product(*(range(count) for count in FACTS.values())))
EVERYTHING = (1 << len(CASES)) - 1


def mask(place: int, value: int) -> int:
    """The cases in which a fact has a value."""
    return sum(1 << number for number, case in enumerate(CASES) if case[place] == value)


ATOMS = {f"{fact}{value}": mask(place, value) for place, (fact, count) in enumerate(FACTS.items()) for value in range(count)}
WORDS = Words(tuple(Literal(name[0], Clause(quoted(name), found)) for name, found in ATOMS.items()), EVERYTHING)


def read(text: str) -> int:
    """The cases in which a text is true, by the reader that shares nothing with its writer."""
    lets = lets_of(f'define "answer"\n    let\n"x": {text}\n    return all Tuple')
    true, null = Evaluation(lets, EVERYTHING, {name: (found, 0) for name, found in ATOMS.items()}).of("x")
    assert null == 0
    return int(true)


@given(st.integers(0, EVERYTHING), st.integers(0, EVERYTHING))
def test_a_cover_holds_in_just_the_cases_wanted(target: int, ignored: int) -> None:
    clause = WORDS.cover(target, ignored)
    assert clause.mask & ~ignored == target & ~ignored
    assert read(clause.text) == clause.mask
    for line in laid_out(clause.text, "  "):
        assert len(line) <= 128
    assert read(" ".join(laid_out(clause.text, "  "))) == clause.mask


def test_what_needs_no_words_has_none() -> None:
    assert WORDS.cover(0) == NEVER
    assert WORDS.cover(EVERYTHING) == always(EVERYTHING)
    assert WORDS.cover(ATOMS["a0"]).text == '"a0"'
    assert WORDS.cover(ATOMS["a0"] & ATOMS["b1"]).text == '"a0" and "b1"'
    assert WORDS.cover(ATOMS["b0"] | ATOMS["b1"]).text in {'"b0" or "b1"', 'not "b2"'}
    assert WORDS.cover(ATOMS["a0"], ignored=ATOMS["a1"]).text == "true"


def test_cases_that_words_do_not_tell_apart_are_an_error() -> None:
    few = Words(WORDS.literals[:2], EVERYTHING)
    with pytest.raises(AssertionError, match="told apart"):
        few.cover(ATOMS["b0"])


def test_clauses_joined_keep_their_meaning() -> None:
    a, b, c = (Clause(quoted(name), ATOMS[name]) for name in ("a0", "b0", "c0"))
    either = any_of([a, b], EVERYTHING)
    assert all_of([either, c], EVERYTHING).text == '("a0" or "b0") and "c0"'
    assert any_of([all_of([a, b], EVERYTHING), c], EVERYTHING).text == '("a0" and "b0") or "c0"'
    assert negated(either, EVERYTHING).text == 'not ("a0" or "b0")'
    assert all_of([a, negated(a, EVERYTHING)], EVERYTHING) == NEVER
    assert any_of([a, negated(a, EVERYTHING)], EVERYTHING) == always(EVERYTHING)
    assert any_of([], EVERYTHING) == NEVER
    assert all_of([], EVERYTHING) == always(EVERYTHING)


def test_a_pattern_is_spread_out() -> None:
    assert spread_out(0b01, 2, 1, 6) == 0b010101
    assert spread_out(0b10, 2, 2, 8) == 0b11001100
    assert spread_out(0b101, 3, 1, 3) == 0b101
