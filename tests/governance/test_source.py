"""Every locator against the summary itself, where a copy of it is at hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import attrs
import pytest

from pnet_pathways.governance.source import collapse, owners_of, passage
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.reference import Locator

TEXT = "Contents Part One Part One  Take the pill.\n Then rest ."
LOCATOR = Locator("Part One", "Take", "rest .", 27, 52, "")


def test_white_space_collapses_and_the_ends_are_stripped() -> None:
    assert collapse("  a\n\t b\u00a0c  ") == "a b c"


def test_every_locator_resolves_in_the_summary(definitions: Definitions, source_text: str) -> None:
    found = [(str(owner), passage(source_text, locator)) for owner, locator in owners_of(definitions)]
    assert len(found) > 100
    assert all(text for _, text in found)


def test_statements_of_one_section_stand_in_text_order(definitions: Definitions) -> None:
    for pathway in definitions.pathways.values():
        starts = [statement.locators[0].start for statement in pathway.statements]
        assert starts == sorted(starts), pathway.name


def test_no_two_statements_claim_the_same_words(definitions: Definitions) -> None:
    spans = sorted(
        (locator.start, locator.end, statement.id)
        for pathway in definitions.pathways.values()
        for statement in pathway.statements
        for locator in statement.locators
    )
    for (_, end, first), (start, _, second) in pairwise(spans):
        assert end <= start, (first, second)


def good() -> Locator:
    """Return a locator that fits the small text."""
    import hashlib

    text = collapse(TEXT)
    start = text.index("Take")
    return attrs.evolve(LOCATOR, start=start, end=len(text), sha256=hashlib.sha256(text[start:].encode()).hexdigest())


def test_a_fitting_locator_gives_its_passage() -> None:
    assert passage(collapse(TEXT), good()) == "Take the pill. Then rest ."


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"end": 900}, "the text ends before character 900"),
        ({"first": "Give"}, "the passage begins"),
        ({"last": "sleep"}, "the passage ends"),
        ({"sha256": "0" * 64}, "has changed"),
        ({"section": "Part Two"}, "the section 'Part Two' does not begin before it"),
    ],
)
def test_a_locator_that_does_not_fit_says_what(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        passage(collapse(TEXT), attrs.evolve(good(), **change))
