"""The words of a box hold of exactly its scenarios: they are read back, by a reader that knows only the words."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnet_pathways.model.facts import Scenario
from pnet_pathways.model.pathway import Definitions, LeafKind
from pnet_pathways.model.values import Value
from pnet_pathways.proof.scenarios.box_words import box_text
from pnet_pathways.proof.scenarios.boxes import Box, cover
from project_vocabulary import FACTS, scenarios

TUMOURS = ("pancreatic_tumors", "sites", "size")
PLACED = scenarios(TUMOURS)
SPREAD = (*TUMOURS, "resectable", "spread.liver", "mostly_liver")
ROWS = scenarios(SPREAD)
NUMBERS = {
    "no tumor found in the pancreas": "none",
    "one tumor in the pancreas": "one",
    "several tumors in the pancreas": "several",
}
PARTS = {f"in the {site}": site for site in ("head", "body", "tail")}


def holds(text: str, scenario: Scenario, others: dict[str, tuple[str, Value]]) -> bool:
    """Return whether words hold of a scenario; `others` gives fact and value that a phrase of the wording stands for."""
    if text in {"always", "never"}:
        return text == "always"
    parts = [part.removeprefix("(").removesuffix(")") for part in text.split(", ")]
    return all(_part(part, scenario, others) for part in parts)


def _part(text: str, scenario: Scenario, others: dict[str, tuple[str, Value]]) -> bool:
    """Return whether what stands between two commas holds."""
    if text in others:
        return _choice(text, False, scenario, others)
    at_least = text.startswith("at least one tumor ")
    return any(_choice(one, at_least, scenario, others) for one in text.removeprefix("at least one tumor ").split(" or "))


def _choice(text: str, at_least: bool, scenario: Scenario, others: dict[str, tuple[str, Value]]) -> bool:
    """Return whether one of the things joined by "or" holds."""
    if text in others:
        fact, value = others[text]
        return scenario[fact] == value
    sites = scenario["sites"]
    assert isinstance(sites, frozenset)
    if text in NUMBERS:
        return scenario["pancreatic_tumors"] == NUMBERS[text]
    if text in {"small", "large"}:
        return scenario["size"] == text
    if text.startswith("not "):
        return scenario["size"] != text.removeprefix("not ")
    if text.startswith("only "):
        return sites == {PARTS[one] for one in text.removeprefix("only ").split(" and ")}
    if text.startswith("no tumor "):
        return sites.isdisjoint(PARTS[one] for one in text.removeprefix("no tumor ").split(" and none "))
    # "In the head" alone says where the one tumor is.
    return PARTS[text] in sites and (at_least or scenario["pancreatic_tumors"] == "one")


@pytest.fixture(scope="module")
def others(definitions: Definitions) -> dict[str, tuple[str, Value]]:
    """Return what the phrases of the wording stand for, of facts but number, sites and size."""
    names = [name for name in FACTS if name not in TUMOURS]
    return {definitions.words(name, (value,)): (name, value) for name in names for value in FACTS[name].values}


def choices(name: str) -> Iterator[tuple[Value, ...]]:
    """Yield every choice of a fact's values, the whole of them at the end."""
    domain = FACTS[name].domain
    for count in range(1, len(domain) + 1):
        yield from itertools.combinations(domain, count)


def named(values: Sequence[tuple[Value, ...]]) -> Box:
    """Return a box of number, sites and size; what is not narrowed is not named."""
    return Box({name: own for name, own in zip(TUMOURS, values, strict=True) if len(own) < len(FACTS[name].domain)})


def test_the_words_say_exactly_the_box_for_every_number_sites_and_size(definitions: Definitions) -> None:
    for values in itertools.product(*map(choices, TUMOURS)):
        box = named(values)
        text = box_text(definitions.vocabulary, box)
        assert [holds(text, one, {}) for one in PLACED] == [box.holds(one) for one in PLACED], (text, box)


@given(st.sets(st.sampled_from(range(len(ROWS))), min_size=1))
def test_the_words_of_a_cover_say_exactly_the_target(
    definitions: Definitions, others: dict[str, tuple[str, Value]], chosen: set[int]
) -> None:
    rows = [tuple(one[name] for name in SPREAD) for one in ROWS]
    texts = [box_text(definitions.vocabulary, box) for box in cover(FACTS, SPREAD, rows, [rows[index] for index in chosen])]
    assert [any(holds(text, one, others) for text in texts) for one in ROWS] == [index in chosen for index in range(len(ROWS))]


def test_the_words_of_the_gaps_say_exactly_when_they_arise(
    definitions: Definitions, others: dict[str, tuple[str, Value]]
) -> None:
    for (pathway, track), table in definitions.scenarios.items():
        rows = [row.values for row in table.rows]
        for leaf in definitions.pathways[pathway].tracks[track].leaves:
            if leaf.kind is LeafKind.GAP:
                target = [row.values for row in table.rows if row.leaf == leaf.name]
                texts = [box_text(definitions.vocabulary, box) for box in cover(FACTS, table.facts, rows, target)]
                said = [any(holds(text, _scenario(table.facts, row), others) for text in texts) for row in rows]
                assert said == [row in set(target) for row in rows], (pathway, leaf.name, texts)


def _scenario(facts: Sequence[str], row: Sequence[Value]) -> Scenario:
    # Where a track reads nothing of the tumors in the pancreas, nothing is said of them.
    return {**dict.fromkeys(TUMOURS, frozenset()), **dict(zip(facts, row, strict=True))}
