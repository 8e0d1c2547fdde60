"""The semantic difference: exactly the scenarios that brute force finds, in few words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import attrs
import pytest
from typer.testing import CliRunner

from difference_material import FILLED_SCENARIOS, fill_the_gap, total
from oracle import outcomes
from pnet_pathways import load_pathways
from pnet_pathways.cli.main import app
from pnet_pathways.governance.difference.answers import Difference, change_text, compare
from pnet_pathways.governance.difference.shared import Bump
from pnet_pathways.governance.difference.text import as_data, as_markdown, as_text, summary
from pnet_pathways.governance.difference.words import StateChanges
from pnet_pathways.model.facts import Scenario
from pnet_pathways.model.pathway import Definitions, Pathway
from pnet_pathways.proof.scenarios.box_words import box_text
from pnet_pathways.proof.scenarios.space import scenario_space
from project import DEFINITIONS
from project_vocabulary import VOCABULARY
from review_material import Edit, edit

__all__ = ["edit"]  # a fixture


def combined(facts: Iterable[str]) -> list[Scenario]:
    """Return every combination of values of some facts and those that decide whether one of them applies."""
    return list(VOCABULARY.combinations(VOCABULARY.deciding(facts)))


def brute_force(old: Definitions, new: Definitions, name: str) -> list[Scenario]:
    """Return the scenarios of the tracks of changed statements in which the conditions give something else, one by one."""
    before, after = old.pathways[name], new.pathways[name]
    statements = zip(before.statements, after.statements, strict=True)
    combinations = zip(before.combinations, after.combinations, strict=True)
    tracks = {track.partition(".")[0] for one, other in statements if one != other for track, _ in one.placements}
    tracks |= {one.track.partition(".")[0] for one, other in combinations if one != other}
    facts = {
        fact
        for definitions in (old, new)
        for track in definitions.pathways[name].tracks.values()
        if track.group in tracks
        for fact in definitions.scenarios[name, track.name].reads
    }
    return [scenario for scenario in combined(facts) if said(old, before, scenario) != said(new, after, scenario)]


def total_with(definitions: Definitions, name: str, found: list[Scenario]) -> int:
    """Return how many total scenarios of a pathway hold one of some scenarios of fewer facts."""
    rows = {tuple(scenario.values()) for scenario in found}
    return sum(tuple(whole[fact] for fact in found[0]) in rows for whole in scenario_space(name, definitions))


def said(definitions: Definitions, pathway: Pathway, scenario: Scenario) -> set[tuple[object, ...]]:
    """Return the options and gaps of a scenario, straight from the statements."""
    return (
        set(outcomes(definitions, [pathway], dict(scenario)))
        | {
            (statement.id, option.treatments, option.optional, option.strength, option.intent, option.choice)
            for statement in pathway.statements
            for option in statement.options
            if statement.condition.evaluate(scenario.get) and option.requires.evaluate(scenario.get)
        }
        | {("combination", one.track) for one in pathway.combinations if one.when.evaluate(scenario.get)}
    )


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
    assert summary(difference) == (
        f"No scenario changes: {total(definitions):,} total scenarios compared, options and gaps are the same in each."
    )


def test_reordered_states_change_no_scenario(definitions: Definitions, folder: Path) -> None:
    path = folder / "vipoma.yaml"
    text = path.read_text()
    first = (
        "      completely_resectable:\n        offers:\n          VIP-2: [removal_of_tumor_and_lymph_nodes]\n"
        "        readings: [R-1, R-10, R-15]\n"
    )
    second = (
        "      not_completely_resectable:\n        offers:\n          VIP-3: [debulking_surgery]\n"
        "        readings: [R-10, R-15]\n"
    )
    assert first + second in text
    path.write_text(text.replace(first + second, second + first))
    assert summary(compare(definitions, load_pathways(folder))).startswith("No scenario changes")


def test_a_filled_gap_is_a_minor_step_described_in_one_line(definitions: Definitions, folder: Path) -> None:
    fill_the_gap(folder)
    difference = compare(definitions, load_pathways(folder))
    assert only(difference, "insulinoma") == [
        (
            ["not in the body, not in the tail, large, primary tumor resectable"],
            "gap -> usually pancreatoduodenectomy (Whipple procedure) [INS-2]",
            FILLED_SCENARIOS,
        )
    ]
    assert difference.bump is Bump.MINOR
    found = brute_force(definitions, load_pathways(folder), "insulinoma")
    assert difference.changed == total_with(definitions, "insulinoma", found) == FILLED_SCENARIOS


LIVER = "spread: {any_of: [liver]}"
SPREAD = "spread: {any_of: [lymph_nodes, liver, other]}"
GUARDS = [
    ("gastrinoma", "when: {duodenal_tumors: true}", "when: {duodenal_tumors: false}"),
    (
        "gastrinoma",
        "pancreatic_tumors: several, residual_after_surgery: true}",
        "pancreatic_tumors: one, residual_after_surgery: true}",
    ),
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
    ("insulinoma", "when: {pancreatic_tumors: [one, several], res", "when: {pancreatic_tumors: several, res"),
    ("gastrinoma", "when: {pancreatic_tumors: [one, several], duo", "when: {pancreatic_tumors: several, duo"),
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
    boxes = [box for change in found.changes for box in change.boxes]
    listed = [scenario for scenario in combined(expected[0]) if any(box.holds(scenario) for box in boxes)]
    assert listed == expected
    assert difference.changed == total_with(definitions, name, expected)
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
        "several tumors in the pancreas, not in the body, primary tumor resectable",
    ]


COMBINES = "when: {pancreatic_tumors: [one, several], duodenal_tumors: true}"


def test_a_combination_of_fewer_findings_takes_its_gap_away(definitions: Definitions, folder: Path, edit: Edit) -> None:
    edit("gastrinoma.yaml", COMBINES, COMBINES.replace("[one, several]", "several"))
    fewer = load_pathways(folder, check_agreement=False)
    difference = compare(definitions, fewer)
    (pathway,) = (one for one in difference.pathways if one.changes)
    # 7 ways to lie in the pancreas, resectable or not, with residual tumor or not and refractory or not once it was treated;
    # then 12 ways in which it has spread or not, severe symptoms, acid and ulcers or none.
    expected = 7 * 2 * (1 + 3 * 2 * 2) * 12 * 2 * 4
    (change,) = pathway.changes
    assert (change_text(difference, change), change.scenarios) == ("combination gap -> nothing", expected)
    assert difference.bump is Bump.MAJOR
    (back,) = (one for one in compare(fewer, definitions).pathways if one.changes)
    assert [change_text(difference, one) for one in back.changes] == ["nothing -> combination gap"]
    assert not any(one.fills_gap for one in (change, *back.changes))


def test_a_combination_in_other_words_is_a_patch(definitions: Definitions, folder: Path, edit: Edit) -> None:
    edit("gastrinoma.yaml", "It does not say\n      what is done for a patient who has both.", "It says no more.")
    difference = compare(definitions, load_pathways(folder))
    assert (difference.changed, difference.bump) == (0, Bump.PATCH)
    assert "  words: primary: the message of the combination is 'For gastrinoma, " in as_text(difference)


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
    edit("vipoma.yaml", 'label: "VIPoma: resection of a primary tumor"', "label: Any VIPoma, removal")
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
        f"0 of {total(definitions):,} total scenarios get another answer from their pathway; "
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
    # Growing or come back, with the primary tumor resectable or not or removed, and 15 ways in which it has spread or not.
    assert {one.pathway: (one.changed, one.compared) for one in difference.pathways if one.changed} == {
        "recurrent": (2 * 3 * 15, 11 * 15)
    }


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
    assert change["removed"] == [{"gap": "silent"}]
    assert change["fills_gap"]
    assert "| primary | not in the body, not in the tail, large, primary tumor resectable | gap -&#62; usually" in as_markdown(
        difference
    )
    assert definitions.source.disclaimer in as_text(difference)


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_the_command_prints_each_form(definitions: Definitions, folder: Path, form: str) -> None:
    done = CliRunner().invoke(app, ["diff", str(folder), "--format", form])
    assert done.exit_code == 0
    assert f"{total(definitions):,}" in done.stdout or json.loads(done.stdout)["compared"] == total(definitions)


def test_states_that_only_have_another_name_are_renamed_and_nothing_came_or_went(
    definitions: Definitions, folder: Path
) -> None:
    """A leaf and the question that leads to it get other names; what leads there is the same."""
    file = folder / "vipoma.yaml"
    text = file.read_text("utf-8")
    for old, new in {"growing": "still_growing", "lymph_nodes_resectable": "nodes_resectable"}.items():
        text = re.sub(rf"(?<=\s){old}(?=:?\n)", new, text)
    file.write_text(text, "utf-8")
    (one,) = [one for one in compare(definitions, load_pathways(folder)).pathways if one.pathway == "vipoma"]
    assert one.changed == 0
    assert one.states == StateChanges(
        renamed=(
            ("spread.growing (offer)", "spread.still_growing (offer)"),
            ("spread.lymph_nodes_resectable", "spread.nodes_resectable"),
        )
    )


def test_a_leaf_that_says_something_else_is_not_renamed(definitions: Definitions, folder: Path) -> None:
    file = folder / "vipoma.yaml"
    text = re.sub(r"(?<=\s)neither(?=:?\n)", "none_of_them", file.read_text("utf-8"))
    file.write_text(text.replace("No spread, and no growth during treatment.", "Neither spread nor growth."), "utf-8")
    (one,) = [one for one in compare(definitions, load_pathways(folder)).pathways if one.pathway == "vipoma"]
    assert one.states.renamed == ()
    assert one.states.added == ("spread.none_of_them (does_not_apply)",)
    assert one.states.removed == ("spread.neither (does_not_apply)",)
