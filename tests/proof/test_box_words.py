"""The words of a box hold of exactly its scenarios: they are read back, by a reader that knows only the words."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from pnet_pathways.model.facts import Scenario
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.scenario_rows import LeafKind
from pnet_pathways.model.values import NOT_APPLICABLE, Value
from pnet_pathways.proof.scenarios.box_words import box_text
from pnet_pathways.proof.scenarios.boxes import Box, cover
from project_vocabulary import FACTS, VOCABULARY

TUMORS = ("pancreatic_tumors", "sites.head", "sites.body", "sites.tail", "size")
PLACED = list(VOCABULARY.combinations(TUMORS))
USED = (*TUMORS, "resectable", "spread.liver", "mostly_liver")
ROWS = list(VOCABULARY.combinations(USED))
PHRASES: dict[str, tuple[tuple[str, ...], Value]] = {
    **{VOCABULARY.phrase(name, value): ((name,), value) for name, fact in FACTS.items() for value in fact.values},
    **{group.none.phrase: (group.facts, False) for group in VOCABULARY.groups.values()},
    **{f"{fact.label} does not apply": ((name,), NOT_APPLICABLE) for name, fact in FACTS.items() if fact.may_not_apply},
}
"""What each phrase of the wording stands for: these facts, each with this value."""


def test_no_two_values_share_a_phrase() -> None:
    assert len(PHRASES) == sum(len(fact.domain) for fact in FACTS.values()) + len(VOCABULARY.groups)


def holds(text: str, scenario: Scenario) -> bool:
    """Return whether words hold of a scenario."""
    if text in {"always", "never"}:
        return text == "always"
    parts = [part.removeprefix("(").removesuffix(")") for part in text.split(", ")]
    return all(any(_phrase(one, scenario) for one in ([part] if part in PHRASES else part.split(" or "))) for part in parts)


def _phrase(text: str, scenario: Scenario) -> bool:
    """Return whether one phrase holds; what is not a phrase of its own and begins with "not" excludes one value."""
    if text in PHRASES:
        facts, value = PHRASES[text]
        return all(scenario[fact] == value for fact in facts)
    (fact,), value = PHRASES[text.removeprefix("not ")]
    return scenario[fact] != value


def choices(name: str) -> Iterator[tuple[Value, ...]]:
    """Yield every choice of a fact's values, the whole of them at the end."""
    domain = FACTS[name].domain
    for count in range(1, len(domain) + 1):
        yield from itertools.combinations(domain, count)


def named(values: Sequence[tuple[Value, ...]]) -> Box:
    """Return a box of number, sites and size; what is not narrowed is not named."""
    chosen = zip(TUMORS, values, strict=True)
    return Box({name: allowed for name, allowed in chosen if len(allowed) < len(FACTS[name].domain)})


def test_the_words_say_exactly_the_box_for_every_number_sites_and_size() -> None:
    for values in itertools.product(*map(choices, TUMORS)):
        box = named(values)
        text = box_text(VOCABULARY, box)
        assert [holds(text, one) for one in PLACED] == [box.holds(one) for one in PLACED], (text, box)


def test_that_no_member_of_a_group_holds_is_said_in_one_phrase() -> None:
    nowhere = dict.fromkeys(VOCABULARY.groups["spread"].facts, (False,))
    assert box_text(VOCABULARY, Box({"size": ("large",), **nowhere, "severe_symptoms": (True,)})) == (
        "large, no spread, severe symptoms"
    )
    assert (
        box_text(VOCABULARY, Box(dict([*nowhere.items()][1:])))
        == "no spread to the liver, no spread to another part of the body"
    )


@given(st.sets(st.sampled_from(range(len(ROWS))), min_size=1))
def test_the_words_of_a_cover_say_exactly_the_target(chosen: set[int]) -> None:
    rows = [tuple(one[name] for name in USED) for one in ROWS]
    texts = [box_text(VOCABULARY, box) for box in cover(FACTS, USED, rows, [rows[index] for index in chosen])]
    assert [any(holds(text, one) for text in texts) for one in ROWS] == [index in chosen for index in range(len(ROWS))]


def test_the_words_of_the_gaps_say_exactly_when_they_arise(definitions: Definitions) -> None:
    for (pathway, track), table in definitions.scenarios.items():
        rows = [row.values for row in table.rows]
        for leaf in definitions.pathways[pathway].tracks[track].leaves:
            if leaf.kind is LeafKind.GAP:
                target = [row.values for row in table.rows if row.leaf == leaf.name]
                texts = [box_text(VOCABULARY, box) for box in cover(FACTS, table.facts, rows, target)]
                scenarios_ = [dict(zip(table.facts, row, strict=True)) for row in rows]
                said = [any(holds(text, one) for text in texts) for one in scenarios_]
                assert said == [row in set(target) for row in rows], (pathway, leaf.name, texts)
