"""What hangs on a reading, counted: held against the library's answers in every scenario of the tracks, one by one."""

from __future__ import annotations

import pytest

from pnet_pathways import recommend
from pnet_pathways.engine.answer import Certainty, Recommendation
from pnet_pathways.engine.recommend import engine_for
from pnet_pathways.governance.difference.answers import compare
from pnet_pathways.loading.chosen_readings import definitions_under
from pnet_pathways.model.case import Case
from pnet_pathways.model.pathway import Alternative, Definitions
from pnet_pathways.model.values import NOT_APPLICABLE, answer_name
from pnet_pathways.views.report.consequences import Consequence, consequences, in_all
from pnet_pathways.views.report.highlight import highlighted

SMALL = ("R-2", "R-3", "R-7", "R-9", "R-14", "R-16", "R-29")
"""Readings whose tracks have few scenarios."""


def said(definitions: Definitions, answer: Recommendation, one: Consequence) -> frozenset[object]:
    """Return what a track's options and its gaps are for certain."""
    group = definitions.pathways[one.pathway].tracks[one.track].group
    options = {
        (each.statement, each.item, each.treatments, each.optional, each.strength, each.intent, each.choice)
        for each in answer.options
        if each.certainty is Certainty.CERTAIN
        and each.track == group
        and definitions.statement(each.statement).pathway == one.pathway
    }
    return frozenset(options | {("gap", gap.kind) for gap in answer.gaps if gap.track == group})


def alternative_of(definitions: Definitions, reading: str) -> Alternative:
    (found,) = definitions.readings[reading].alternatives.values()
    return found


@pytest.mark.parametrize("reading", SMALL)
def test_the_counts_are_those_of_the_answers(definitions: Definitions, reading: str) -> None:
    other = alternative_of(definitions, reading)
    entry, facts = definitions.entry, definitions.vocabulary.facts
    under = engine_for(definitions).under({other.reading: other.id})
    found = consequences(engine_for(definitions), other)
    assert found
    for one in found:
        reads = {*under.compiled.tables[one.pathway, one.track].facts}
        reads |= {*engine_for(definitions).compiled.tables[one.pathway, one.track].facts}
        kinds = entry.types_under(one.pathway) if entry.fact in reads else entry.types_under(one.pathway)[:1]
        scenarios = changed = 0
        options: set[object] = set()
        for row in definitions.vocabulary.combinations(name for name in facts if name in {*reads, entry.fact}):
            if answer_name(row[entry.fact]) not in kinds:
                continue
            known = {name: value for name, value in row.items() if value is not NOT_APPLICABLE}
            case = Case.from_facts(known, definitions.vocabulary)
            before = said(definitions, recommend(case), one)
            after = said(definitions, recommend(case, readings={other.reading: other.id}), one)
            scenarios += 1
            changed += before != after
            options |= {each[:3] for each in before ^ after if isinstance(each, tuple) and len(each) > 2}
        assert (one.scenarios, one.changed, len(one.options)) == (scenarios, changed, len(options)), (one.pathway, one.track)


def test_each_alternative_changes_just_the_pathways_whose_answers_differ(definitions: Definitions) -> None:
    for other in definitions.alternatives:
        if other.reading == "R-18":
            continue  # the comparison of the whole takes seconds
        found = consequences(engine_for(definitions), other)
        whole = compare(definitions, definitions_under(definitions, {other.reading: other.id}), other.pathways)
        assert {one.pathway for one in found} == {one.pathway for one in whole.pathways if one.changed}
        assert in_all(found)


def test_counts_in_words(definitions: Definitions) -> None:
    found = consequences(engine_for(definitions), alternative_of(definitions, "R-2"))
    assert in_all(found) == "2 options change in 64 of 358 scenarios"
    assert found[0].words.startswith("1 option changes in 32 of 179 scenarios; ")
    assert in_all([]) == ""


def test_words_that_an_item_shares_with_its_passage_are_marked() -> None:
    marked = highlighted("Surgery to remove the large tumors, with drugs.", ["removing a large tumor", "with"])
    assert [word for word, shared in marked if shared] == ["remove", "large", "tumors"]
    assert "".join(word for word, _ in marked) == "Surgery to remove the large tumors, with drugs."
