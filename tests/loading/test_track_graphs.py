"""The graph of a track as a whole: every state is reached, nothing turns back, and every value that can be has one answer."""

from __future__ import annotations

import pytest

from track_material import LEAF, OFFERS, Read, option, read, statement

__all__ = ["read"]  # a fixture


def test_the_start_is_a_state(read: Read) -> None:
    assert read(LEAF, start="leef")[1] == ["x.yaml:4:5: the start state 'leef' does not exist (did you mean 'leaf'?)"]


def test_every_state_is_reached(read: Read) -> None:
    _, problems = read(
        LEAF,
        "lost: {asks: severe_symptoms, answers: {yes or no: too}}",
        "too: {does_not_apply: No.}",
        start="leaf",
    )
    assert problems == [
        "x.yaml:7:7: no answer leads to the state 'lost' (lead to it or remove it)",
        "x.yaml:8:7: no answer leads to the state 'too' (lead to it or remove it)",
    ]


@pytest.mark.parametrize(
    ("states", "problem"),
    [
        (
            ["one: {asks: severe_symptoms, answers: {yes: leaf, no: one}}"],
            "x.yaml:6:7: the states turn in a circle: one -> one",
        ),
        (
            [
                "one: {asks: severe_symptoms, answers: {yes: leaf, no: two}}",
                "two: {asks: spread.liver, answers: {yes: leaf, no: three}}",
                "three: {asks: course, answers: {new: leaf, stable or progressive or recurrent: two}}",
            ],
            "x.yaml:7:7: the states turn in a circle: two -> three -> two",
        ),
    ],
)
def test_no_path_turns_back(read: Read, states: list[str], problem: str) -> None:
    assert read(*states, LEAF) == (None, [problem])


def test_no_path_asks_a_fact_twice(read: Read) -> None:
    _, problems = read(
        "one: {asks: severe_symptoms, answers: {yes: two, no: leaf}}",
        "two: {asks: course, answers: {new: three, stable or progressive or recurrent: leaf}}",
        "three: {asks: severe_symptoms, answers: {yes or no: leaf}}",
        LEAF,
    )
    assert problems == ["x.yaml:6:13: 'severe_symptoms' is asked here and again further down"]


def test_every_fact_asked_twice_is_reported(read: Read) -> None:
    _, problems = read(
        "one: {asks: course, answers: {new: two, stable or progressive or recurrent: three}}",
        "two: {asks: severe_symptoms, answers: {yes or no: four}}",
        "three: {asks: spread.liver, answers: {yes or no: five}}",
        "four: {asks: severe_symptoms, answers: {yes or no: leaf}}",
        "five: {asks: spread.liver, answers: {yes or no: leaf}}",
        LEAF,
    )
    assert sorted(problems) == [
        "x.yaml:7:13: 'severe_symptoms' is asked here and again further down",
        "x.yaml:8:15: 'spread.liver' is asked here and again further down",
    ]


def test_every_circle_is_reported(read: Read) -> None:
    _, problems = read(
        "one: {asks: course, answers: {new: two, stable or progressive or recurrent: three}}",
        "two: {asks: severe_symptoms, answers: {yes: leaf, no: two}}",
        "three: {asks: spread.liver, answers: {yes: leaf, no: three}}",
        LEAF,
    )
    assert sorted(problems) == [
        "x.yaml:7:7: the states turn in a circle: two -> two",
        "x.yaml:8:7: the states turn in a circle: three -> three",
    ]


def test_two_paths_may_ask_the_same_fact(read: Read) -> None:
    _, problems = read(
        "one: {asks: course, answers: {new: two, stable or progressive or recurrent: three}}",
        "two: {asks: severe_symptoms, answers: {yes or no: leaf}}",
        "three: {asks: severe_symptoms, answers: {yes or no: leaf}}",
        LEAF,
    )
    assert problems == []


@pytest.mark.parametrize(
    ("states", "problems"),
    [
        (["one: {asks: severe_symptoms, answers: {yes: leaf}}"], ["x.yaml:6:36: 'one' has no answer for 'no' (add one)"]),
        (
            ["one: {asks: course, answers: {new: leaf}}"],
            [
                "x.yaml:6:27: 'one' has no answer for 'stable' (add one)",
                "x.yaml:6:27: 'one' has no answer for 'progressive' (add one)",
                "x.yaml:6:27: 'one' has no answer for 'recurrent' (add one)",
            ],
        ),
        (
            [
                "one: {asks: pancreatic_tumors, answers: {several: two, none or one: leaf}}",
                "two: {asks: sites, answers: {head or body or tail or head and body or head and tail or body and tail: leaf}}",
            ],
            ["x.yaml:7:26: 'two' has no answer for 'head and body and tail' (add one)"],
        ),
        (
            ["one: {asks: severe_symptoms, answers: {}}"],
            [
                "x.yaml:7:7: no answer leads to the state 'leaf' (lead to it or remove it)",
                "x.yaml:6:36: 'one' has no answer for 'yes' (add one)",
                "x.yaml:6:36: 'one' has no answer for 'no' (add one)",
            ],
        ),
    ],
)
def test_every_value_that_can_still_be_needs_an_answer(read: Read, states: list[str], problems: list[str]) -> None:
    assert read(*states, LEAF) == (None, problems)


@pytest.mark.parametrize(
    ("states", "problem"),
    [
        (
            [
                "one: {asks: pancreatic_tumors, answers: {one: two, none or several: leaf}}",
                "two: {asks: sites, answers: {any: leaf, none: leaf}}",
            ],
            "x.yaml:7:47: no consistent case gives the answer 'none' here (remove it)",
        ),
        (
            [
                "one: {asks: spread.liver, answers: {no: two, yes: leaf}}",
                "two: {asks: mostly_liver, answers: {no: leaf, yes: leaf}}",
            ],
            "x.yaml:7:53: no consistent case gives the answer 'yes' here (remove it)",
        ),
    ],
)
def test_no_answer_stands_for_what_cannot_be(read: Read, states: list[str], problem: str) -> None:
    assert read(*states, LEAF)[1] == [problem]


def test_an_answer_that_one_path_needs_may_stand_where_another_path_excludes_it(read: Read) -> None:
    _, problems = read(
        "one: {asks: pancreatic_tumors, answers: {several: two, none: two, one: leaf}}",
        "two: {asks: sites, answers: {none: leaf, head or body or tail: leaf, head and body or head and tail or body and"
        " tail or head and body and tail: leaf}}",
        LEAF,
    )
    assert problems == []


@pytest.mark.parametrize(
    "states",
    [
        ["one: {asks: size, answers: {small or large: leaf}}"],
        [
            "one: {asks: sites, answers: {head or body or tail: two, none or head and body or head and tail or body and"
            " tail or head and body and tail: leaf}}",
            "two: {asks: size, answers: {small or large: leaf}}",
        ],
    ],
    ids=["at once", "after the sites"],
)
def test_the_size_is_asked_only_where_it_is_known_to_apply(read: Read, states: list[str]) -> None:
    """Several tumors at one site have no size: no answer would take such a case on."""
    assert read(*states, LEAF)[1] == [
        f"x.yaml:{5 + len(states)}:13: 'size' is asked where it may not apply (ask pancreatic_tumors first)"
    ]


def test_every_option_that_stands_in_the_track_is_offered_somewhere(read: Read) -> None:
    _, problems = read("one: {offers: {S-1: [a]}}")
    assert problems == [
        "x.yaml:2:3: no leaf of the track 't' offers 'usually b and c' of S-1 (offer it where its condition holds)",
        "x.yaml:2:3: no leaf of the track 't' offers 'rarely d optionally e' of S-2 (offer it where its condition holds)",
    ]


def test_a_statement_is_offered_in_its_second_track_too(read: Read) -> None:
    statements = {"S": statement("S", "u", option("S", 0, "a"), also="t")}
    _, problems = read("one: {does_not_apply: No.}", statements=statements)
    assert problems == ["x.yaml:2:3: no leaf of the track 't' offers 'a' of S (offer it where its condition holds)"]


def test_every_mistake_of_a_track_is_found_at_once(read: Read) -> None:
    _, problems = read(
        "one: {asks: severe_symptoms, answers: {yes: two, nein: lost}}",
        "two: {offers: {S-9: [a]}, readings: [R-2]}",
        "three: {asks: zebra, answers: {yes: one}}",
    )
    assert [problem.split(": ")[0] for problem in sorted(problems)] == [
        "x.yaml:6:56",
        "x.yaml:6:56",
        "x.yaml:7:22",
        "x.yaml:7:44",
        "x.yaml:8:15",
    ]


def test_a_path_of_thousands_of_states_is_a_mistake_and_no_crash(read: Read) -> None:
    """It asks some fact twice, since there are not that many facts."""
    chain = [f"s{i}: {{asks: severe_symptoms, answers: {{yes or no: s{i + 1}}}}}" for i in range(3000)]
    track, problems = read(*chain, f"s3000: {{{OFFERS}}}", start="s0")
    assert track is None
    assert "again further down" in problems[0]
