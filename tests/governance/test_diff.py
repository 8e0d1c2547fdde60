"""The semantic difference: exactly the scenarios that brute force finds, in few words."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from oracle import outcomes
from pnet_pathways import DefinitionError, load_pathways
from pnet_pathways.cli.main import app
from pnet_pathways.governance.difference.answers import Difference, change_text, compare
from pnet_pathways.governance.difference.shared import Bump
from pnet_pathways.governance.difference.text import (
    as_data,
    as_markdown,
    as_text,
    summary,
)
from pnet_pathways.loading.folder import PROJECT_FOLDER
from pnet_pathways.loading.revisions import load_from
from pnet_pathways.model.facts import Scenario
from pnet_pathways.model.pathway import Definitions, Pathway
from pnet_pathways.model.values import NOT_APPLICABLE, Value
from pnet_pathways.proof.scenarios.box_words import box_text
from pnet_pathways.proof.scenarios.boxes import _Space, cover
from project import DEFINITIONS
from project_vocabulary import FACTS, scenarios

Edit = Callable[[str, str, str], None]


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replace a text in a file of the copied definitions; it must be there once."""

    def change(name: str, old: str, new: str) -> None:
        path = folder / name
        text = path.read_text()
        assert text.count(old) == 1, text.count(old)
        path.write_text(text.replace(old, new))

    return change


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


FILLED = """      removable_large_head:
        offers: {INS-2: [usually pancreatoduodenectomy]}
"""


HELD = "when: {pancreatic_tumors: one, sites: {any_of: [head]}, size: large, resectable: false}"
IN_HEAD = "{pancreatic_tumors: one, sites: {only: [head]}, size: large, resectable: true}"
HOLDS = HELD.replace("{p", "{any: [{p") + f", {IN_HEAD}]}}"


def fill_the_gap(folder: Path, edit: Edit) -> None:
    """Let INS-2 hold for a removable tumor too that is in the head only, in both encodings."""
    text = (folder / "insulinoma.yaml").read_text()
    start = text.index("      removable_large_head:\n        gap")
    end = text.index("\n\n", start)
    edit("insulinoma.yaml", text[start:end] + "\n", FILLED)
    edit("insulinoma.yaml", HELD, HOLDS)


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


def test_a_filled_gap_is_a_minor_step_described_in_one_line(definitions: Definitions, folder: Path, edit: Edit) -> None:
    fill_the_gap(folder, edit)
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


SHARED = [
    ("source.yaml", "It is no guideline", "It is a guideline", "source.disclaimer: ", Bump.PATCH),
    ("source.yaml", "  - id: clinical_trials", "  - id: trials", "advice.clinical_trials: removed (major)", Bump.MAJOR),
    ("source.yaml", "Taking part in a clinical trial can be", "A trial should be", "advice.clinical_trials.text: ", Bump.MAJOR),
    (
        "care_course.yaml",
        "sets: {course: progressive}",
        "sets: {course: recurrent}",
        "care_course.events.tumor_keeps_growing.sets.course: progressive -> recurrent (major)",
        Bump.MAJOR,
    ),
    (
        "care_course.yaml",
        "label: Treatment starts",
        "label: It starts",
        "care_course.events.treatment_starts.label: Treatment starts -> It starts",
        Bump.PATCH,
    ),
    (
        "treatments.yaml",
        "label: a drug that lowers stomach acid",
        "label: a sweet",
        "treatments.acid_reducing_drug.label: a drug that lowers stomach acid -> a sweet",
        Bump.PATCH,
    ),
    ("readings.yaml", "title: Distant", "title: Far", "readings.R-3.title: Distant -> Far", Bump.PATCH),
    (
        "facts.yaml",
        "label: none, phrase",
        "label: nil, phrase",
        "facts.pancreatic_tumors.answers.none.label: none -> nil",
        Bump.PATCH,
    ),
    (
        "entry.yaml",
        "label: Gastrinoma,",
        "label: A gastrinoma,",
        "types.gastrinoma.label: Gastrinoma -> A gastrinoma",
        Bump.PATCH,
    ),
    ("entry.yaml", "title: Spread", "title: Where to", "tracks.spread.title: Spread -> Where to", Bump.PATCH),
    ("workup.yaml", "    - id: mri", "    - id: mr", "workup.general_tests.mri: removed (major)", Bump.MAJOR),
]


@pytest.mark.parametrize(("name", "old", "new", "said", "bump"), SHARED)
def test_what_else_changed_is_listed_by_place_and_asks_for_its_step(
    definitions: Definitions, folder: Path, edit: Edit, name: str, old: str, new: str, said: str, bump: Bump
) -> None:
    edit(name, old, new)
    difference = compare(definitions, load_pathways(folder))
    assert difference.changed == 0
    assert difference.bump is bump
    text = as_text(difference)
    assert f"\nBeside options and gaps\n  {said}" in text
    assert "options and gaps are the same in each. Beside options and gaps, other things changed." in text
    assert as_data(difference)["shared"][0]["bump"] in {"major", "minor", "patch"}
    assert "### Beside options and gaps" in as_markdown(difference)
    done = CliRunner().invoke(app, ["diff", str(definitions.folder), str(folder), "--exit-code"])
    assert done.exit_code == (bump is not Bump.PATCH)


def test_an_added_entry_of_the_work_up_is_a_minor_step(definitions: Definitions, folder: Path) -> None:
    path = folder / "workup.yaml"
    text = path.read_text()
    start = text.index("    - id: mri\n")
    end = text.index("    - id: ", start + 1)
    path.write_text(text[:start] + text[end:])
    difference = compare(load_pathways(folder), definitions)
    assert [one.text for one in difference.shared] == ["workup.general_tests.mri: added"]
    assert difference.bump is Bump.MINOR
    assert "Suggested version step, minor: the work-up changed." in as_text(difference)


def test_other_places_of_the_summary_are_a_patch(definitions: Definitions, folder: Path, edit: Edit) -> None:
    edit("source.yaml", 'first: "As you go through treatment,"', 'first: "As you go through all treatment,"')
    difference = compare(definitions, load_pathways(folder))
    assert [one.place.path for one in difference.shared] == ["advice.follow_up_tests.locators.0.first"]
    assert difference.bump is Bump.PATCH


def test_an_event_that_makes_a_fact_unknown_again_is_another_move(definitions: Definitions, folder: Path, edit: Edit) -> None:
    edit("care_course.yaml", "sets: {course: progressive}", "sets: {course: progressive, size: null}")
    difference = compare(definitions, load_pathways(folder))
    assert [one.text for one in difference.shared] == ["care_course.events.tumor_keeps_growing.sets.size: nothing -> unknown"]


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


def test_data_and_markdown_say_the_same_as_the_text(definitions: Definitions, folder: Path, edit: Edit) -> None:
    fill_the_gap(folder, edit)
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


FACTS_USED = ("pancreatic_tumors", "sites.head", "sites.body", "sites.tail", "size", "resectable")
ROWS = [tuple(scenario[fact] for fact in FACTS_USED) for scenario in scenarios(FACTS_USED)]


@given(st.sets(st.sampled_from(range(len(ROWS)))))
def test_a_cover_holds_of_exactly_the_target_and_needs_all_its_boxes(chosen: set[int]) -> None:
    target = [ROWS[index] for index in sorted(chosen)]
    boxes = cover(FACTS, FACTS_USED, ROWS, target)
    held = [[row for row in ROWS if box.holds(dict(zip(FACTS_USED, row, strict=True)))] for box in boxes]
    assert {row for rows in held for row in rows} == set(target)
    for number in range(len(boxes)):
        rest = {row for other, rows in enumerate(held) if other != number for row in rows}
        assert rest != set(target)


def widened(row: tuple[Value, ...], target: list[tuple[Value, ...]], order: tuple[int, ...]) -> tuple[frozenset[Value], ...]:
    """Return the box around a row by definition: each fact takes in turn every value that lets no other row in."""
    sets = [frozenset({value}) for value in row]
    for index in order:
        sets[index] = frozenset(
            value
            for value in FACTS[FACTS_USED[index]].domain
            if not any(
                other[index] == value and all(other[i] in sets[i] for i in range(len(order)) if i != index)
                for other in ROWS
                if other not in target
            )
        )
    return tuple(sets)


@given(st.sets(st.sampled_from(range(len(ROWS))), min_size=1))
def test_rows_are_widened_as_far_as_the_definition_says(chosen: set[int]) -> None:
    target = [ROWS[index] for index in sorted(chosen)]
    space = _Space.over([FACTS[name] for name in FACTS_USED], ROWS, target)
    for row in target[:3]:
        assert list(space.widened(row)) == [widened(row, target, order) for order in space.orders]


class ReadRow(tuple[Value, ...]):
    """A row that counts how often it is read."""

    reads = 0

    def __iter__(self) -> Iterator[Value]:
        ReadRow.reads += 1
        return super().__iter__()

    def __getitem__(self, index: Any) -> Any:
        ReadRow.reads += 1
        return super().__getitem__(index)


def test_no_box_reads_the_rows_again() -> None:
    rows = [ReadRow(row) for row in ROWS]
    ReadRow.reads = 0
    cover(FACTS, FACTS_USED, rows, rows[::3])
    # Each row once, and each of the target a few times for its boxes.
    assert ReadRow.reads < 5 * len(rows)


@given(st.sets(st.sampled_from(range(len(ROWS))), min_size=1))
def test_a_box_names_no_value_that_cannot_occur_in_it(chosen: set[int]) -> None:
    every = scenarios(FACTS_USED)
    for box in cover(FACTS, FACTS_USED, ROWS, [ROWS[index] for index in chosen]):
        inside = [one for one in every if box.holds(one)]
        for name, values in box.values.items():
            assert {one[name] for one in inside} == set(values), box


def test_what_the_rules_say_anyway_is_not_named() -> None:
    """That there is one tumor follows from its size, and that it is in the tail from where else it is not."""
    none, one = (
        cover(FACTS, FACTS_USED, ROWS, [row for row in ROWS if row[:5] == values])
        for values in (("none", False, False, False, NOT_APPLICABLE), ("one", False, False, True, "large"))
    )
    assert [box.values for box in none] == [{"pancreatic_tumors": ("none",)}]
    assert [box.values for box in one] == [{"sites.head": (False,), "sites.body": (False,), "size": ("large",)}]


def test_no_target_needs_no_box_and_everything_is_one_free_box() -> None:
    assert cover(FACTS, FACTS_USED, ROWS, []) == ()
    (box,) = cover(FACTS, FACTS_USED, ROWS, ROWS)
    assert box.values == {}


def git(folder: Path, *command: str) -> None:
    """Run git in a folder, as somebody."""
    who = ["-c", "user.name=someone", "-c", "user.email=someone@example.org"]
    subprocess.run(["git", *who, *command], cwd=folder, check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_revisions_can_be_compared(folder: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch) -> None:
    top = folder.parent
    git(top, "init")
    git(top, "add", ".")
    git(top, "commit", "-m", "before")
    fill_the_gap(folder, edit)
    git(top, "commit", "-a", "-m", "after")
    monkeypatch.chdir(top)
    done = CliRunner().invoke(app, ["diff", "HEAD~1", "HEAD", "--exit-code"])
    assert done.exit_code == 1
    assert "24 of 19,258 total scenarios get another answer." in done.stdout
    assert CliRunner().invoke(app, ["diff", "HEAD", str(folder), "--exit-code"]).exit_code == 0


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_revisions_from_before_and_after_the_definitions_moved_can_be_compared(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = tmp_path / "repository"
    shutil.copytree(folder, top / "pathways")
    git(top, "init")
    git(top, "add", ".")
    git(top, "commit", "-m", "before")
    shutil.rmtree(top / "pathways")
    shutil.copytree(folder, top / PROJECT_FOLDER)
    (top / PROJECT_FOLDER / "other.yaml").unlink()
    git(top, "add", ".")
    git(top, "commit", "-m", "moved, and broken")
    monkeypatch.chdir(top)
    assert set(load_from("HEAD~1").pathways) >= {"other"}
    # The newer place is read where it is there, and an older one not even then when it does not load.
    with pytest.raises(DefinitionError, match=r"entry\.yaml.*other"):
        load_from("HEAD")
    # Only the project's own definitions are looked for elsewhere.
    with pytest.raises(DefinitionError, match="neither a folder nor a git revision"):
        load_from("HEAD", folder="elsewhere")


def test_neither_folder_nor_revision_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DefinitionError, match="neither a folder nor a git revision"):
        load_from("no-such-thing")


def test_without_git_only_folders_can_be_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DefinitionError, match="no such folder, and git cannot be run"):
        load_from("HEAD")


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_the_command_prints_each_form(folder: Path, form: str) -> None:
    done = CliRunner().invoke(app, ["diff", str(folder), "--format", form])
    assert done.exit_code == 0
    assert "19,258" in done.stdout or json.loads(done.stdout)["compared"] == 19258
