"""The explanation: which statements apply because of which facts, which do not and why, what is open."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from pnet_pathways import TumorType, load_pathways, recommend
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.wording import fact_names


def explained(case: dict[str, Any], definitions: Definitions | None = None) -> str:
    """Return the explanation of a case in one line per statement, gap, option or question."""
    return re.sub(r"\n {4,6}(?=[a-z])(?!may |usually |rarely |withheld)", " ", recommend(case, definitions).explain())


def line(text: str, statement: str) -> str:
    """Return what is said of one statement."""
    (found,) = re.findall(rf"^  [-+?] {statement}, .*$", text, re.MULTILINE)
    return str(found).strip()


def options(text: str, statement: str) -> list[str]:
    """Return what is said of the options of one statement."""
    _, _, rest = text.partition(f" {statement}, ")
    lines = rest.splitlines()[1:]
    end = next((number for number, one in enumerate(lines) if not one.startswith("      ")), len(lines))
    return [one.strip() for one in lines[:end]]


# Why


def test_a_statement_that_applies_names_the_facts_that_make_it() -> None:
    case = {"tumor_type": "gastrinoma", "pancreatic_tumors": "one", "sites": ["head"]}
    said = line(explained(case), "GAS-2")
    assert said.startswith("+ ")
    assert said.endswith("applies, since one tumor in the pancreas, in the head.")


def test_a_statement_that_does_not_apply_names_the_fact_and_what_it_needs() -> None:
    case = {"tumor_type": "insulinoma", "pancreatic_tumors": "one", "size": "large"}
    said = line(explained(case), "INS-1")
    assert said.startswith("- ")
    assert said.endswith("does not apply, since large, where it needs small.")


def test_a_test_of_several_members_that_fails_names_each_of_them() -> None:
    said = line(explained({"tumor_type": "insulinoma", "pancreatic_tumors": "one", "sites": ["body"]}), "INS-1")
    assert said.endswith("does not apply, since not in the head and not in the tail.")


def test_a_statement_that_is_open_names_the_facts_still_asked() -> None:
    said = line(explained({"tumor_type": "insulinoma", "pancreatic_tumors": "one", "sites": ["head"]}), "INS-1")
    assert said.startswith("? ")
    assert said.endswith("may apply, depending on tumor size.")


def test_a_statement_under_any_of_several_conditions_names_those_that_hold() -> None:
    said = line(explained({"tumor_type": "vipoma", "resectable": True, "spread": ["liver"]}), "VIP-3")
    assert said.endswith("applies, since spread to the liver.")


def test_a_statement_under_any_of_several_conditions_fails_by_all_of_them() -> None:
    said = line(explained({"tumor_type": "insulinoma", "spread": []}), "INS-6")
    assert "no spread to lymph nodes and no spread to the liver and no spread to another part" in said


def test_a_fact_that_does_not_apply_is_said_so() -> None:
    said = line(explained({"tumor_type": "insulinoma", "pancreatic_tumors": "several"}), "INS-1")
    assert "size does not apply" in said


def test_a_statement_for_everyone_has_no_condition() -> None:
    assert line(explained({"tumor_type": "vipoma"}), "VIP-1").endswith("applies, since it has no condition.")


@pytest.mark.parametrize("kind", [kind for kind in TumorType if load_pathways().entry.types[kind].pathway])
def test_every_statement_on_the_type_is_explained_once(definitions: Definitions, kind: TumorType) -> None:
    names = [str(definitions.entry.types[kind].pathway), *definitions.entry.common]
    expected = sorted(statement.id for name in names for statement in definitions.pathways[name].statements)
    assert sorted(re.findall(r"^  [-+?] ([A-Z]+-\d+), ", explained({"tumor_type": kind}), re.MULTILINE)) == expected


def test_a_statement_of_a_type_does_not_apply_for_sure_while_the_type_is_unknown() -> None:
    """The answer calls it possible: it depends on the type."""
    said = line(explained({"resectable": False}), "INS-5")
    assert said.startswith("? ")
    assert "depending on tumor type, " in said


def test_a_negated_condition_that_holds_names_the_fact_that_makes_it(folder: Path) -> None:
    file = folder / "recurrent.yaml"
    file.write_text(
        file.read_text("utf-8").replace("when: {course: [progressive, recurrent]}", "when: {not: {course: [new, stable]}}")
    )
    said = line(explained({"course": "recurrent"}, load_pathways(folder)), "REC-1")
    assert said.endswith("applies, since come back after treatment.")


def test_a_negated_condition_that_fails_names_the_fact_that_makes_it(folder: Path) -> None:
    file = folder / "recurrent.yaml"
    file.write_text(
        file.read_text("utf-8").replace("when: {course: [progressive, recurrent]}", "when: {not: {course: [new, stable]}}")
    )
    said = line(explained({"course": "new"}, load_pathways(folder)), "REC-1")
    assert "does not apply, since not treated yet" in said


def test_a_condition_on_several_members_together_names_the_one_that_is_absent(folder: Path) -> None:
    file = folder / "glucagonoma.yaml"
    both = "when: {pancreatic_tumors: several, sites: {all_of: [head, tail]}}"
    file.write_text(file.read_text("utf-8").replace("when: {pancreatic_tumors: several}", both))
    case = {"tumor_type": "glucagonoma", "pancreatic_tumors": "several", "sites": ["head"]}
    said = line(explained(case, load_pathways(folder, check_agreement=False)), "GLU-3")
    assert said.endswith("does not apply, since not in the tail.")


# Options


def test_an_option_is_told_with_its_strength() -> None:
    case = {"tumor_type": "gastrinoma", "pancreatic_tumors": "one", "sites": ["head"], "resectable": True}
    told = options(explained(case), "GAS-2")
    assert [one.split()[0] for one in told] == ["may", "may", "rarely"]
    told = options(explained({**case, "sites": ["tail"]}), "GAS-3")
    assert told[0].startswith("usually ")


def test_an_option_that_is_withheld_says_why() -> None:
    told = options(explained({"tumor_type": "somatostatinoma", "resectable": False}), "SOM-1")
    assert told == ["withheld: surgery to remove the tumor, since primary tumor not resectable"]


def test_an_option_that_is_open_says_on_what_condition() -> None:
    told = options(explained({"tumor_type": "somatostatinoma", "course": "new"}), "SOM-1")
    assert told == ["may include surgery to remove the tumor, if primary tumor resectable"]


def test_an_option_says_where_it_is_palliative() -> None:
    told = options(explained({"tumor_type": "somatostatinoma", "spread": ["liver"]}), "SOM-2")
    assert all(one.endswith("(palliative)") for one in told)


# Gaps, questions, frame


def test_a_certain_gap_and_a_possible_one_are_told_apart() -> None:
    assert "  ! Gap: " in explained({"tumor_type": "other", "resectable": False})
    assert "  ! Possible gap: " in explained({"tumor_type": "other"})
    assert "gap: " not in explained({"tumor_type": "other", "resectable": True, "spread": []}).lower()


def test_a_gap_of_a_type_is_not_certain_while_the_type_is_unknown() -> None:
    assert "  ! Gap: " not in explained({"resectable": False})


def test_the_open_questions_come_in_the_order_of_the_answer(definitions: Definitions) -> None:
    case = {"tumor_type": "insulinoma", "pancreatic_tumors": "one"}
    text = recommend(case).explain()
    asked = re.findall(r"^  \? (.*\?) \[([^\]]+)\]$", text, re.MULTILINE)
    missing = recommend(case).missing
    assert [name for _, name in asked] == [*itertools.chain(*(fact_names(definitions.vocabulary, [one]) for one in missing))]
    assert [question for question, _ in asked] == [definitions.question(fact, "insulinoma") for fact in missing]


def test_a_complete_answer_asks_nothing() -> None:
    case = {"tumor_type": "somatostatinoma", "resectable": True, "spread": [], "course": "new", "symptoms": []}
    assert "would still change" not in recommend(case).explain()


def test_tracks_come_in_the_order_of_the_answer_each_under_its_title(definitions: Definitions) -> None:
    text = recommend({"tumor_type": "insulinoma"}).explain()
    places = [text.index(f"{group.title}:\n") for group in definitions.groups.values()]
    assert places == sorted(places)


def test_out_of_scope_is_explained_by_its_note(definitions: Definitions) -> None:
    text = recommend({"tumor_type": "exocrine"}).explain()
    assert text == f"{definitions.entry.types['exocrine'].note}\n\n{definitions.source.disclaimer}\n"


@pytest.mark.parametrize("kind", [None, *TumorType])
def test_every_explanation_ends_with_the_disclaimer(definitions: Definitions, kind: TumorType | None) -> None:
    text = " ".join(recommend({"tumor_type": kind}).explain().split())
    assert text.endswith(" ".join(definitions.source.disclaimer.split()))


# Added to an answer


@pytest.mark.parametrize("case", [{}, {"tumor_type": "gastrinoma"}, {"tumor_type": "insulinoma", "spread": ["liver"]}])
def test_the_reasons_are_the_tracks_of_the_explanation_without_what_the_answer_says_itself(case: dict[str, Any]) -> None:
    answer = recommend(case)
    text = answer.explain()
    for reason in answer.reasons():
        assert reason in text
    assert not [reason for reason in answer.reasons() if reason.startswith("  ~ ")]
    assert answer.disclaimer not in " ".join(answer.reasons())


def test_nothing_is_explained_out_of_scope() -> None:
    assert recommend({"tumor_type": "exocrine"}).reasons() == []
