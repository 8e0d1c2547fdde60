"""The semantic difference: exactly the scenarios that brute force finds, in few words."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest
from typer.testing import CliRunner

from difference_material import fill_the_gap
from oracle import outcomes
from pnet_pathways import load_pathways
from pnet_pathways.cli.main import app
from pnet_pathways.governance.difference.answers import Difference, change_text, compare
from pnet_pathways.governance.difference.shared import Bump
from pnet_pathways.governance.difference.text import as_data, as_markdown, as_text, summary
from pnet_pathways.model.facts import Scenario
from pnet_pathways.model.pathway import Definitions, Pathway
from pnet_pathways.proof.scenarios.box_words import box_text
from project import DEFINITIONS
from project_vocabulary import scenarios
from review_material import Edit, edit

__all__ = ["edit"]  # a fixture


def brute_force(old: Definitions, new: Definitions, name: str) -> list[Scenario]:
    """Return the total scenarios of a pathway in which the statements' conditions give other options, one by one."""
    before, after = old.pathways[name], new.pathways[name]
    return [
        scenario
        for scenario in scenarios({*before.facts, *after.facts})
        if said(old, before, scenario) != said(new, after, scenario)
    ]


def said(definitions: Definitions, pathway: Pathway, scenario: Scenario) -> set[tuple[object, ...]]:
    """Return the options and gaps of a scenario, straight from the statements."""
    return set(outcomes(definitions, [pathway], dict(scenario))) | {
        (statement.id, option.treatments, option.optional, option.strength, option.intent, option.choice)
        for statement in pathway.statements
        for option in statement.options
        if statement.condition.evaluate(scenario.get) and option.requires.evaluate(scenario.get)
    }


def only(difference: Difference, name: str) -> list[tuple[list[str], str, int]]:
    """Return the changes of the one pathway that changed."""
    assert [one.pathway for one in difference.pathways if one.changed] == [name]
    (found,) = (one for one in difference.pathways if one.pathway == name)
    return [
        ([box_text(difference.new.vocabulary, box) for box in change.boxes], change_text(difference, change), change.scenarios)
        for change in found.changes
    ]


def test_the_same_definitions_differ_in_nothing(definitions: Definitions) -> None:
    difference = compare(definitions, definitions)
    assert (difference.changed, difference.bump) == (0, Bump.NONE)
    assert summary(difference) == "No scenario changes: 19,258 total scenarios compared, options and gaps are the same in each."


def test_reordered_states_change_no_scenario(definitions: Definitions, folder: Path) -> None:
    path = folder / "vipoma.yaml"
    text = path.read_text()
    first = "      removable_tumor:\n        offers:\n          VIP-2: [removal_of_tumor_and_lymph_nodes]\n"
    second = "      not_removable:\n        offers:\n          VIP-3: [debulking_surgery]\n"
    assert first + second in text
    path.write_text(text.replace(first + second, second + first))
    assert summary(compare(definitions, load_pathways(folder))).startswith("No scenario changes")


def test_a_filled_gap_is_a_minor_step_described_in_one_line(definitions: Definitions, folder: Path) -> None:
    fill_the_gap(folder)
    difference = compare(definitions, load_pathways(folder))
    assert only(difference, "insulinoma") == [
        (
            ["not in the body, not in the tail, large, removable by surgery"],
            "gap -> usually pancreatoduodenectomy (Whipple procedure) [INS-2]",
            24,
        )
    ]
    assert difference.bump is Bump.MINOR
    assert difference.changed == len(brute_force(definitions, load_pathways(folder), "insulinoma")) == 24


LIVER = "spread: {any_of: [liver]}"
SPREAD = "spread: {any_of: [lymph_nodes, liver, other]}"
GUARDS = [
    ("gastrinoma", "when: {duodenal_tumors: true}", "when: {duodenal_tumors: false}"),
    ("gastrinoma", "when: {pancreatic_tumors: several, residual_after_surgery: true}", "when: {residual_after_surgery: true}"),
    ("glucagonoma", "sites: {any_of: [head, tail]}, size: small", "sites: {any_of: [head, body]}, size: small"),
    ("vipoma", "when: {resectable: false}", "when: {resectable: true}"),
    ("somatostatinoma", "when: {spread: {any_of: [liver, other]}}", "when: {spread: {any_of: [liver]}}"),
    ("recurrent", "when: {course: [progressive, recurrent]}", "when: {course: recurrent}"),
    ("gastrinoma", f"when: {{{LIVER}}}", f"when: {{{LIVER}, pancreatic_tumors: one}}"),
    ("gastrinoma", f"when: {{{LIVER}}}", f"when: {{{LIVER}, sites: {{any_of: [head]}}, severe_symptoms: true}}"),
    ("glucagonoma", f"when: {{{SPREAD}}}", f"when: {{{SPREAD}, pancreatic_tumors: one}}"),
    (
        "glucagonoma",
        f"when: {{{SPREAD}}}",
        "when: {pancreatic_tumors: one, severe_symptoms: true, sites: {any_of: [head, tail]}}",
    ),
    ("insulinoma", "when: {pancreatic_tumors: several}", "when: {pancreatic_tumors: several, sites: {any_of: [body]}}"),
    ("supportive", "when: {symptoms: {any_of: [diarrhea]}}", "when: {symptoms: {none_of: [diarrhea]}}"),
]


@pytest.mark.parametrize(("name", "old", "new"), GUARDS)
def test_a_changed_guard_lists_exactly_the_scenarios_that_brute_force_finds(
    definitions: Definitions, folder: Path, edit: Edit, name: str, old: str, new: str
) -> None:
    edit(f"{name}.yaml", old, new)
    changed = load_pathways(folder, check_agreement=False)
    difference = compare(definitions, changed)
    expected = brute_force(definitions, changed, name)
    assert expected
    (found,) = (one for one in difference.pathways if one.changed)
    listed = [
        scenario
        for scenario in scenarios({*definitions.pathways[name].facts, *changed.pathways[name].facts})
        if any(box.holds(scenario) for change in found.changes for box in change.boxes)
    ]
    assert listed == expected
    assert difference.changed == len(expected)
    assert difference.bump is Bump.MAJOR


def test_the_words_leave_no_scenario_of_a_box_out(definitions: Definitions, folder: Path, edit: Edit) -> None:
    edit("insulinoma.yaml", "when: {pancreatic_tumors: several}", "when: {pancreatic_tumors: several, sites: {any_of: [body]}}")
    edit("gastrinoma.yaml", f"when: {{{LIVER}}}", f"when: {{{LIVER}, sites: {{any_of: [head]}}, severe_symptoms: true}}")
    difference = compare(definitions, load_pathways(folder, check_agreement=False))
    texts = [
        box_text(definitions.vocabulary, box) for one in difference.pathways for change in one.changes for box in change.boxes
    ]
    assert texts == [
        "not in the head, spread to the liver",
        "spread to the liver, no severe symptoms",
        "several tumors in the pancreas, not in the body, removable by surgery",
    ]


def test_a_changed_strength_is_a_change_of_the_answer(definitions: Definitions, folder: Path, edit: Edit) -> None:
    text = (folder / "supportive.yaml").read_text()
    old = "{item: 1, treatments: [proton_pump_inhibitor]}"
    assert old in text
    edit("supportive.yaml", old, "{item: 1, treatments: [proton_pump_inhibitor], strength: usual}")
    edit("supportive.yaml", "SUP-1: [proton_pump_inhibitor,", "SUP-1: [usually proton_pump_inhibitor,")
    difference = compare(definitions, load_pathways(folder))
    assert [change for _, change, _ in only(difference, "supportive")] == [
        "a proton pump inhibitor [SUP-1] -> usually a proton pump inhibitor [SUP-1]"
    ]


def test_a_strength_changed_in_the_statement_alone_can_be_compared(folder: Path, edit: Edit) -> None:
    edit(
        "insulinoma.yaml",
        "{item: 2, treatments: [pancreatoduodenectomy], strength: usual}",
        "{item: 2, treatments: [pancreatoduodenectomy], strength: rare}",
    )
    done = CliRunner().invoke(app, ["diff", str(DEFINITIONS), str(folder)])
    assert done.exit_code == 0
    assert "usually pancreatoduodenectomy (Whipple procedure) [INS-2] -> rarely pancreatoduodenectomy" in done.stdout


def test_words_alone_are_a_patch(definitions: Definitions, folder: Path, edit: Edit) -> None:
    edit("vipoma.yaml", "label: Every VIPoma, removal", "label: Any VIPoma, removal")
    difference = compare(definitions, load_pathways(folder))
    assert (difference.changed, difference.bump) == (0, Bump.PATCH)
    assert "  words: VIP-2: the label is 'Any VIPoma, removal'" in as_text(difference)


def test_a_type_that_leads_elsewhere_is_a_major_step(definitions: Definitions, folder: Path, edit: Edit) -> None:
    edit("entry.yaml", "{label: Nonfunctional tumor, pathway: other,", "{label: Nonfunctional tumor, pathway: vipoma,")
    difference = compare(definitions, load_pathways(folder))
    assert difference.entry == ("nonfunctional leads to vipoma and no longer to other",)
    assert difference.bump is Bump.MAJOR


def test_all_scenarios_of_a_type_that_leads_elsewhere_are_told(definitions: Definitions, folder: Path, edit: Edit) -> None:
    edit("entry.yaml", "{label: Nonfunctional tumor, pathway: other,", "{label: Nonfunctional tumor, pathway: insulinoma,")
    assert summary(compare(definitions, load_pathways(folder))) == (
        "0 of 19,258 total scenarios get another answer from their pathway; "
        "besides, all scenarios of nonfunctional lead elsewhere."
    )


def test_a_removed_pathway_takes_all_its_answers_away(definitions: Definitions) -> None:
    pathways = {name: pathway for name, pathway in definitions.pathways.items() if name != "recurrent"}
    without = attrs.evolve(
        definitions, pathways=pathways, entry=attrs.evolve(definitions.entry, common=("supportive",), pathways=tuple(pathways))
    )
    difference = compare(definitions, without)
    assert difference.bump is Bump.MAJOR
    assert difference.entry == ("common to every type is supportive, and no longer supportive, recurrent",)
    assert summary(difference).endswith("besides, other pathways apply to all scenarios of every type.")
    # Of 3 courses, 2 ways of spread to the liver (3 with mostly the liver) and removable or not, those not just diagnosed.
    assert {one.pathway: (one.changed, one.compared) for one in difference.pathways if one.changed} == {"recurrent": (12, 18)}


def test_a_single_scenario_is_told_in_the_singular(definitions: Definitions) -> None:
    unchanged = compare(definitions, definitions)
    one = attrs.evolve(unchanged.pathways[0], compared=2, changed=1)
    assert summary(attrs.evolve(unchanged, pathways=(one,))) == "1 of 2 total scenarios gets another answer."
    assert summary(attrs.evolve(unchanged, pathways=(attrs.evolve(one, compared=1, changed=0),))) == (
        "No scenario changes: 1 total scenario compared, options and gaps are the same in each."
    )


def test_data_and_markdown_say_the_same_as_the_text(definitions: Definitions, folder: Path) -> None:
    fill_the_gap(folder)
    difference = compare(definitions, load_pathways(folder))
    data = as_data(difference)
    assert json.loads(json.dumps(data)) == data
    (pathway,) = (one for one in data["pathways"] if one["changed"])
    (change,) = pathway["changes"]
    assert change["when"] == [{"sites.body": [False], "sites.tail": [False], "size": ["large"], "resectable": [True]}]
    assert change["removed"] == [{"gap": True}]
    assert change["fills_gap"]
    assert "| primary | not in the body, not in the tail, large, removable by surgery | gap -&#62; usually" in as_markdown(
        difference
    )
    assert definitions.source.disclaimer in as_text(difference)


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_the_command_prints_each_form(folder: Path, form: str) -> None:
    done = CliRunner().invoke(app, ["diff", str(folder), "--format", form])
    assert done.exit_code == 0
    assert "19,258" in done.stdout or json.loads(done.stdout)["compared"] == 19258
