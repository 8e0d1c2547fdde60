"""Boxes of scenarios: they hold of exactly what they are to cover, and are as wide and as few as can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pnet_pathways.model.values import NOT_APPLICABLE, Value
from pnet_pathways.proof.scenarios.boxes import _Space, cover
from project_vocabulary import FACTS, scenarios

FACTS_USED = ("pancreatic_tumors", "sites.head", "sites.body", "sites.tail", "size", "resectable")
ROWS = [tuple(scenario[fact] for fact in FACTS_USED) for scenario in scenarios(FACTS_USED)]


@given(st.sets(st.sampled_from(range(len(ROWS)))))
def test_a_cover_holds_of_exactly_the_target_and_needs_all_its_boxes(chosen: set[int]) -> None:
    target = [ROWS[index] for index in sorted(chosen)]
    boxes = cover(FACTS, FACTS_USED, ROWS, target)
    held = [[row for row in ROWS if box.holds(dict(zip(FACTS_USED, row, strict=True)))] for box in boxes]
    assert {row for rows in held for row in rows} == set(target)
    for number in range(len(boxes)):
        rest = {row for other, rows in enumerate(held) if other != number for row in rows}
        assert rest != set(target)


def widened(row: tuple[Value, ...], target: list[tuple[Value, ...]], order: tuple[int, ...]) -> tuple[frozenset[Value], ...]:
    """Return the box around a row by definition: each fact takes in turn every value that lets no other row in."""
    sets = [frozenset({value}) for value in row]
    for index in order:
        sets[index] = frozenset(
            value
            for value in FACTS[FACTS_USED[index]].domain
            if not any(
                other[index] == value and all(other[i] in sets[i] for i in range(len(order)) if i != index)
                for other in ROWS
                if other not in target
            )
        )
    return tuple(sets)


@given(st.sets(st.sampled_from(range(len(ROWS))), min_size=1))
def test_rows_are_widened_as_far_as_the_definition_says(chosen: set[int]) -> None:
    target = [ROWS[index] for index in sorted(chosen)]
    space = _Space.over([FACTS[name] for name in FACTS_USED], ROWS, target)
    for row in target[:3]:
        assert list(space.widened(row)) == [widened(row, target, order) for order in space.orders]


class ReadRow(tuple[Value, ...]):
    """A row that counts how often it is read."""

    reads = 0

    def __iter__(self) -> Iterator[Value]:
        ReadRow.reads += 1
        return super().__iter__()

    def __getitem__(self, index: Any) -> Any:
        ReadRow.reads += 1
        return super().__getitem__(index)


def test_no_box_reads_the_rows_again() -> None:
    rows = [ReadRow(row) for row in ROWS]
    ReadRow.reads = 0
    cover(FACTS, FACTS_USED, rows, rows[::3])
    # Each row once, and each of the target a few times for its boxes.
    assert ReadRow.reads < 5 * len(rows)


@given(st.sets(st.sampled_from(range(len(ROWS))), min_size=1))
def test_a_box_names_no_value_that_cannot_occur_in_it(chosen: set[int]) -> None:
    every = scenarios(FACTS_USED)
    for box in cover(FACTS, FACTS_USED, ROWS, [ROWS[index] for index in chosen]):
        inside = [one for one in every if box.holds(one)]
        for name, values in box.values.items():
            assert {one[name] for one in inside} == set(values), box


def test_what_the_rules_say_anyway_is_not_named() -> None:
    """That there is one tumor follows from its size, and that it is in the tail from where else it is not."""
    none, one = (
        cover(FACTS, FACTS_USED, ROWS, [row for row in ROWS if row[:5] == values])
        for values in (("none", False, False, False, NOT_APPLICABLE), ("one", False, False, True, "large"))
    )
    assert [box.values for box in none] == [{"pancreatic_tumors": ("none",)}]
    assert [box.values for box in one] == [{"sites.head": (False,), "sites.body": (False,), "size": ("large",)}]


def test_no_target_needs_no_box_and_everything_is_one_free_box() -> None:
    assert cover(FACTS, FACTS_USED, ROWS, []) == ()
    (box,) = cover(FACTS, FACTS_USED, ROWS, ROWS)
    assert box.values == {}
