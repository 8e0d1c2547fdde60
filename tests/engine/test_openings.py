"""What cases leave open of rows, and which rows differ in one fact alone, against a search row by row."""

from __future__ import annotations

import pytest

from pnet_pathways import Case
from pnet_pathways.engine.openings import Openings, openings_of
from pnet_pathways.model.frames import frame_of
from project_vocabulary import DEPENDENTS, VOCABULARY, applies

FACTS = ("course", "primary_removed", "pancreatic_tumors", "sites.head", "size", "resectable", "spread.liver", "mostly_liver")


@pytest.fixture(scope="module")
def openings() -> Openings:
    return openings_of(frame_of(VOCABULARY, FACTS))


def alone(openings: Openings, fact: str, one: int, other: int) -> bool:
    """Return whether two rows differ in a fact, and beside it only in what it takes away from one of them."""
    rows = [dict(zip(openings.frame.facts, openings.frame.rows[number], strict=True)) for number in (one, other)]
    differing = {name for name in openings.frame.facts if rows[0][name] != rows[1][name]}
    loose = {name for name in DEPENDENTS.get(fact, ()) if name in FACTS and not all(applies(name, row) for row in rows)}
    return fact in differing and differing - {fact} <= loose


@pytest.mark.parametrize("fact", FACTS)
def test_partners_of_a_row_differ_from_it_in_one_fact_alone(openings: Openings, fact: str) -> None:
    count = len(openings.frame.rows)
    for one, partners in enumerate(openings.partners(fact)):
        assert [other for other in range(count) if partners >> other & 1] == [
            other for other in range(count) if alone(openings, fact, one, other)
        ]


def test_the_edge_of_some_rows_is_where_a_fact_leads_out_of_them(openings: Openings) -> None:
    removed = openings.frame.literals["primary_removed"][True]
    assert openings.edge("primary_removed", removed) == removed
    # Whether what is gone could be removed is no question, so nothing but these two leads back.
    assert [fact for fact in FACTS if openings.edge(fact, removed)] == ["course", "primary_removed"]
    assert not openings.edge("course", openings.frame.everything)


@pytest.mark.parametrize(
    "case",
    [{}, {"course": "new"}, {"size": "small"}, {"pancreatic_tumors": "none", "spread": ["liver"]}, {"sites": {"head": False}}],
)
def test_a_case_leaves_open_the_rows_that_agree_with_it(openings: Openings, case: dict[str, object]) -> None:
    given = Case.from_dict({"tumor_type": "insulinoma", **case})
    left = openings.left(given.values)
    for number, row in enumerate(openings.frame.rows):
        agrees = all(given.given.get(name, value) == value for name, value in zip(FACTS, row, strict=True))
        assert bool(left >> number & 1) == agrees
