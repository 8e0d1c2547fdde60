"""Cases that new rules and facts refuse, or no longer refuse, and the version step that they ask for."""

from __future__ import annotations

from pathlib import Path

import attrs
from hypothesis import given
from hypothesis import strategies as st

from pnet_pathways import load_pathways
from pnet_pathways.governance.difference.answers import compare
from pnet_pathways.governance.difference.cases import refused
from pnet_pathways.governance.difference.shared import Bump
from pnet_pathways.governance.difference.text import as_text
from pnet_pathways.model.conditions import AllOf, Is
from pnet_pathways.model.facts import Rule
from pnet_pathways.model.pathway import Definitions
from slips import replace

RULE = """  - never: {pancreatic_tumors: [one, several], sites: {none_of: [head, body, tail]}}
    because: a tumor in the pancreas lies in at least one of its parts
"""
STRICTER = """  - never: {size: large, symptoms: {any_of: [diarrhea]}}
    because: so it is
"""


def test_a_new_rule_is_a_major_step_since_cases_that_were_answered_are_refused(definitions: Definitions, folder: Path) -> None:
    replace(folder, "facts.yaml", RULE, RULE + STRICTER)
    difference = compare(definitions, load_pathways(folder, check_agreement=False))
    assert [one.text for one in difference.shared if one.area == "cases"] == [
        "cases.size large and symptoms.diarrhea yes: answered -> refused"
    ]
    assert (difference.changed, difference.bump) == (0, Bump.MAJOR)
    assert "Suggested version step, major: cases that were answered are refused." in as_text(difference)


def test_a_rule_that_is_gone_is_a_minor_step_since_cases_that_were_refused_are_answered(
    definitions: Definitions, folder: Path
) -> None:
    replace(folder, "facts.yaml", RULE, RULE + STRICTER)
    difference = compare(load_pathways(folder, check_agreement=False), definitions)
    assert [one.text for one in difference.shared if one.area == "cases"] == [
        "cases.size large and symptoms.diarrhea yes: refused -> answered"
    ]
    assert difference.bump is Bump.MINOR
    assert difference.changed == 0
    assert "Suggested version step, minor: cases that were refused are answered." in as_text(difference)


def test_scenarios_that_only_the_rules_of_before_forbade_are_no_changed_answers(definitions: Definitions, folder: Path) -> None:
    rule = "  - never: {pancreatic_tumors: several, resectable: true, sites: {only: [head]}}\n    because: so it is\n"
    replace(folder, "facts.yaml", RULE, RULE + rule)
    difference = compare(load_pathways(folder, check_agreement=False), definitions)
    changes = [change for one in difference.pathways for change in one.changes]
    assert changes
    assert all(change.newly_possible and not change.removed for change in changes)
    assert difference.bump is Bump.MINOR


def test_another_condition_of_when_a_fact_applies_refuses_cases_one_way_and_answers_them_the_other(
    definitions: Definitions, folder: Path
) -> None:
    replace(folder, "facts.yaml", "{spread: {any_of: [liver]}}", "{spread: {all_of: [liver, other]}}")
    stricter = load_pathways(folder, check_agreement=False)
    for old, new, said in ((definitions, stricter, "answered -> refused"), (stricter, definitions, "refused -> answered")):
        texts = [one.text for one in compare(old, new).shared if one.area == "cases"]
        assert texts == [f"cases.spread.other no and mostly_liver yes: {said}"]


def test_a_fact_that_is_gone_is_refused(definitions: Definitions) -> None:
    facts = definitions.vocabulary.facts
    fewer = attrs.evolve(
        definitions.vocabulary, facts={name: one for name, one in facts.items() if name != "severe_symptoms"}, digest="fewer"
    )
    assert refused(definitions.vocabulary, fewer) == {"severe_symptoms": True}
    assert refused(fewer, definitions.vocabulary) is None


@given(
    st.dictionaries(
        st.sampled_from(["pancreatic_tumors", "sites.head", "sites.body", "size", "severe_symptoms"]),
        st.integers(0, 2),
        min_size=1,
    )
)
def test_a_case_is_refused_exactly_where_its_rules_are_broken(numbers: dict[str, int]) -> None:
    """Any forbidden combination, added as a rule, is found unless no case could hold it anyway."""
    vocabulary = load_pathways().vocabulary
    values = {name: vocabulary.facts[name].values for name in numbers}
    case = {name: values[name][number % len(values[name])] for name, number in numbers.items()}
    never = AllOf(tuple(Is(name, (value,)) for name, value in case.items()))
    stricter = attrs.evolve(vocabulary, rules=(*vocabulary.rules, Rule(never, "so it is", tuple(case))), digest="stricter")
    found = refused(vocabulary, stricter)
    assert (found is not None) is vocabulary.consistent(case)
    assert refused(stricter, vocabulary) is None
    if found is not None:
        assert vocabulary.consistent(found)
        assert not stricter.consistent(found)


def test_a_rule_in_other_words_is_a_patch(definitions: Definitions, folder: Path) -> None:
    replace(folder, "facts.yaml", "because: a tumor in the pancreas lies in at least one", "because: each lies in one")
    difference = compare(definitions, load_pathways(folder))
    assert [one.area for one in difference.shared] == ["rules", "rules"]
    assert difference.bump is Bump.PATCH
