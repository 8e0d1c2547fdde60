"""Conditions decided for all rows at once agree with conditions evaluated row by row."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pnet_pathways.model.conditions import ALWAYS, AnyOf, Condition, facts_of
from pnet_pathways.model.frames import Frame, frame_of, places
from pnet_pathways.model.pathway import Definitions
from project_vocabulary import VOCABULARY, condition_from

SITES = ("course", "primary_removed", "pancreatic_tumors", "sites.head", "sites.body", "sites.tail", "size")


def conditions(definitions: Definitions) -> Iterator[Condition]:
    """Yield every condition of the project's statements and options."""
    for pathway in definitions.pathways.values():
        for statement in pathway.statements:
            yield statement.condition
            yield from (option.requires for option in statement.options)


def where(frame: Frame, condition: Condition) -> int:
    """Return the rows in which a condition holds, row by row."""
    rows = (dict(zip(frame.facts, row, strict=True)) for row in frame.rows)
    return sum((condition.evaluate(row.get) is True) << number for number, row in enumerate(rows))


def test_a_condition_holds_in_the_rows_in_which_it_evaluates_to_true(definitions: Definitions) -> None:
    for condition in conditions(definitions):
        frame = frame_of(VOCABULARY, VOCABULARY.deciding(facts_of(condition)))
        assert frame.where(condition) == where(frame, condition)


@pytest.mark.parametrize(
    "data",
    [
        "always",
        {"not": {"size": "small"}},
        {"any": [{"size": "large"}, {"all": [{"sites": {"any_of": ["head"]}}, {"course": "new"}]}]},
        {"sites": {"only": ["body", "tail"]}, "not": {"any": [{"size": "small"}, {"course": ["new", "stable"]}]}},
    ],
)
def test_parts_are_joined_and_turned_round(data: object) -> None:
    frame, condition = frame_of(VOCABULARY, SITES), condition_from(data)
    assert frame.where(condition) == where(frame, condition)


def test_no_part_of_any_never_holds_and_no_part_of_all_always_does() -> None:
    frame = frame_of(VOCABULARY, SITES)
    assert (frame.where(AnyOf(())), frame.where(ALWAYS)) == (0, frame.everything)


def test_every_row_has_one_value_of_a_fact_and_of_a_group() -> None:
    frame = frame_of(VOCABULARY, SITES)
    for key in ("size", "sites"):
        found = [frame.vocabulary.value_of(key, dict(zip(frame.facts, row, strict=True)).get) for row in frame.rows]
        having = dict(frame.having(key))
        assert set(having) == set(found)
        assert [next(value for value, rows in having.items() if rows >> number & 1) for number in range(len(found))] == found


def test_a_frame_is_made_once() -> None:
    assert frame_of(VOCABULARY, SITES) is frame_of(VOCABULARY, SITES)


@pytest.mark.parametrize(("mask", "expected"), [(0, []), (1, [0]), (0b10110, [1, 2, 4])])
def test_places_are_those_of_the_bits(mask: int, expected: list[int]) -> None:
    assert list(places(mask)) == expected
