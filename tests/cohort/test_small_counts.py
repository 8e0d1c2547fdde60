"""No small count is shown, and none follows from those that are, over all tables of a report."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pnet_pathways.adapters.cohort.small_counts import (
    NOBODY,
    Count,
    SmallCounts,
    counted_by,
    fingerprints,
    total_of,
)

Patient = tuple[int, ...]
Table = list[frozenset[int]]


def counts_of(table: Table, marks: list[int]) -> list[Count]:
    return [total_of(Count(1, marks[place]) for place in group) for group in table]


def by_attributes(patients: list[Patient], attributes: tuple[int, ...]) -> Table:
    """Return the patients in groups by some of their attributes."""
    groups: dict[Patient, set[int]] = {}
    for place, patient in enumerate(patients):
        groups.setdefault(tuple(patient[one] for one in attributes), set()).add(place)
    return [frozenset(group) for group in groups.values()]


def in_span(wanted: list[int], rows: list[list[int]]) -> bool:
    """Return whether a row is a combination of others, by exact elimination."""
    basis: list[list[Fraction]] = []

    def reduced(row: list[Fraction]) -> list[Fraction]:
        for one in basis:
            lead = next(place for place, value in enumerate(one) if value)
            if row[lead]:
                row = [value - row[lead] / one[lead] * other for value, other in zip(row, one, strict=True)]
        return row

    for row in rows:
        left = reduced([Fraction(value) for value in row])
        if any(left):
            basis.append(left)
    return not any(reduced([Fraction(value) for value in wanted]))


REPORTS = st.tuples(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=60),
    st.lists(st.sampled_from([(0,), (1,), (2,), (0, 1), (1, 2), (0, 2), (0, 1, 2)]), min_size=1, max_size=5, unique=True),
    st.integers(1, 8),
)


@settings(max_examples=300, deadline=None)
@given(REPORTS)
def test_no_small_count_follows_from_the_shown_ones_by_sums_and_differences(
    report: tuple[list[Patient], list[tuple[int, ...]], int],
) -> None:
    """Of tables by any attributes; the oracle knows nothing of tables but who is in each cell, so hidden relations count."""
    patients, tables, least = report
    marks = fingerprints(len(patients)).tolist()
    small = SmallCounts(least)
    cells: dict[frozenset[int], Count] = {}
    for attributes in tables:
        table = by_attributes(patients, attributes)
        counts = counts_of(table, marks)
        everyone = small.add(counts)
        cells.update(zip(table, counts, strict=True))
        cells[frozenset(range(len(patients)))] = everyone
    shown = {group: number for group, count in cells.items() if (number := small.shown(count)) is not None}
    assert all(number == len(group) for group, number in shown.items())
    assert all(number >= least for number in shown.values())
    rows = [[int(place in group) for place in range(len(patients))] for group in shown]
    for group in cells:
        if len(group) < least:
            assert not in_span([int(place in group) for place in range(len(patients))], rows)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=5), st.integers(1, 5))
def test_what_is_withheld_of_a_table_could_be_another_number(numbers: list[int], least: int) -> None:
    """Every way to fill the withheld cells of one table with its shown total is tried."""
    marks = iter(fingerprints(sum(numbers)).tolist())
    parts = [total_of(Count(1, next(marks)) for _ in range(number)) for number in numbers]
    small = SmallCounts(least)
    total = small.shown(small.add(parts))
    shown = [small.shown(part) for part in parts]
    hidden = [place for place, one in enumerate(shown) if one is None]
    if total is None or not hidden:
        return
    rest = total - sum(one for one in shown if one is not None)
    ways = [way for way in itertools.product(range(1, rest + 1), repeat=len(hidden)) if sum(way) == rest]
    for place, where in enumerate(hidden):
        if numbers[where] < least:
            assert len({way[place] for way in ways}) > 1


def test_a_single_small_count_takes_another_with_it() -> None:
    parts = [Count(40, 1), Count(3, 2), Count(12, 4)]
    small = SmallCounts(11)
    total = small.add(parts)
    assert [small.shown(part) for part in parts] == [40, None, None]
    assert small.shown(total) == 55
    assert small.withheld == 2


def test_the_same_patients_in_two_tables_are_withheld_in_both() -> None:
    """A count that one table withholds beside a small one is not given away by another table."""
    first, second, third = Count(20, 1), Count(4, 2), Count(30, 4)
    small = SmallCounts(11)
    small.add([first, second, third])
    small.add([first + second, third])
    assert small.shown(second) is None
    assert small.shown(first) is None
    assert small.shown(first + second) == 24
    small.add([first, Count(50, 8)])  # elsewhere, with others
    assert small.shown(first) is None


def test_the_difference_of_two_shown_counts_of_different_tables_is_found() -> None:
    part, small_one = Count(30, 1), Count(5, 2)
    small = SmallCounts(11)
    small.add([part, Count(60, 16)])
    small.add([part + small_one, Count(40, 32)])
    small.add([small_one, Count(70, 64)])
    assert small.shown(small_one) is None
    assert None in {small.shown(part), small.shown(part + small_one)}


def test_with_a_least_of_one_all_is_shown_and_nobody_is_always() -> None:
    small = SmallCounts(1)
    small.add([Count(1, 1), Count(2, 2)])
    assert [small.shown(one) for one in (Count(1, 1), Count(2, 2), Count(3, 3), NOBODY)] == [1, 2, 3, 0]


def test_a_count_of_no_table_is_not_shown() -> None:
    with pytest.raises(KeyError):
        SmallCounts(11).shown(Count(20, 1))


@given(st.lists(st.integers(0, 5), max_size=50))
def test_patients_are_counted_by_key(keys: list[int]) -> None:
    marks = fingerprints(len(keys))
    found = counted_by(np.array(keys, dtype=np.int64), marks)
    assert {key: count.number for key, count in found.items()} == {key: keys.count(key) for key in set(keys)}
    for key, count in found.items():
        assert count.who == sum(int(mark) for mark, own in zip(marks, keys, strict=True) if own == key) % 2**64
