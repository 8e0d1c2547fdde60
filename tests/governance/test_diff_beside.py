"""The difference beside options and gaps: what changed in the files that pathways share, and its version step."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pnet_pathways import load_pathways
from pnet_pathways.cli.main import app
from pnet_pathways.governance.difference.answers import compare
from pnet_pathways.governance.difference.shared import Bump
from pnet_pathways.governance.difference.text import as_data, as_markdown, as_text
from pnet_pathways.model.pathway import Definitions
from review_material import Edit, edit

__all__ = ["edit"]  # a fixture


SHARED = [
    ("source.yaml", "It is not a guideline", "It is a guideline", "source.disclaimer: ", Bump.PATCH),
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
        "label: an acid-reducing drug",
        "label: a sweet",
        "treatments.acid_reducing_drug.label: an acid-reducing drug -> a sweet",
        Bump.PATCH,
    ),
    ("readings.yaml", "title: Sites are literal", "title: Sites", "readings.R-4.title: Sites are literal -> Sites", Bump.PATCH),
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
    edit("care_course.yaml", "      residual_after_surgery: true\n", "      residual_after_surgery: true\n      course: null\n")
    difference = compare(definitions, load_pathways(folder))
    assert [one.text for one in difference.shared] == [
        "care_course.events.surgery_leaves_tumor.sets.course: nothing -> unknown"
    ]
