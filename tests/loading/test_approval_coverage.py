"""What an approval covers: a change of what it was given for ends it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pnet_pathways import (
    load_pathways,
)
from pnet_pathways.loading.loader import Loader
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.testing.definitions import definition_data
from review_material import Edit, edit

__all__ = ["edit"]  # a fixture


def touched(definitions: Definitions, folder: Path) -> set[str]:
    """Return the pathways whose review covers something else in the copied definitions."""
    now = load_pathways(folder).reviewed_hashes
    return {name for name, content in definitions.reviewed_hashes.items() if now[name] != content}


ALL = {"gastrinoma", "glucagonoma", "insulinoma", "other", "recurrent", "somatostatinoma", "supportive", "vipoma"}
WITH_A_TUMOR = ALL - {"supportive"}
"""Those that read a fact of the primary tumor, or of what treatment did to it: rules tie all of these together."""


@pytest.mark.parametrize(
    ("file", "old", "new", "pathways"),
    [
        ("vipoma.yaml", "# Second encoding", "# Another comment", set()),
        ("vipoma.yaml", "version: 1.0.0\ntitle: VIPoma", "title: VIPoma\nversion: 1.0.0", set()),
        ("vipoma.yaml", "{item: 6, treatments: [chemotherapy]}", "{treatments: [chemotherapy], item: 6}", set()),
        ("workup.yaml", "name: Endoscopic ultrasound (EUS)", "name: Endoscopic ultrasound", set()),
        ("care_course.yaml", "label: Recurrence", "label: Has recurred", set()),
        ("source.yaml", "version: 1.0.0", "version: 1.0.1", set()),
        ("vipoma.yaml", "version: 1.0.0", "version: 1.0.1", {"vipoma"}),
        ("vipoma.yaml", 'label: "VIPoma: resection', 'label: "VIPoma: a resection', {"vipoma"}),
        ("entry.yaml", "{label: VIPoma,", "{label: A VIPoma,", {"vipoma"}),
        ("facts.yaml", "{label: VIPoma, phrase: a VIPoma}", "{label: VIPoma, phrase: one VIPoma}", {"vipoma"}),
        ("facts.yaml", "phrase: in the body,", "phrase: in its body,", WITH_A_TUMOR),
        ("treatments.yaml", "label: intravenous fluids with electrolytes", "label: a drip", {"supportive"}),
        ("readings.yaml", "title: Fluids and hormone therapy for every VIPoma", "title: Fluids", {"vipoma"}),
        ("readings.yaml", "title: Lymph nodes only", "title: Only lymph nodes", {"gastrinoma", "somatostatinoma", "other"}),
        ("readings.yaml", "title: MEN1, age and general health are not used", "title: Unused", ALL),
        ("source.yaml", "Follow-up tests show how", "Tests of follow-up show how", ALL),
        ("source.yaml", "gastrinoma: Treatment of Gastrinoma", "gastrinoma: Treatment of gastrinoma", WITH_A_TUMOR),
        ("entry.yaml", "title: Supportive care", "title: Support", {"supportive", "vipoma", "gastrinoma"}),
    ],
)
def test_an_approval_covers_what_diagram_and_answers_show_of_a_pathway(
    definitions: Definitions, folder: Path, edit: Edit, file: str, old: str, new: str, pathways: set[str]
) -> None:
    edit(file, old, new)
    assert touched(definitions, folder) == pathways


def test_an_approval_covers_the_date_of_the_summary(definitions: Definitions, folder: Path, edit: Edit) -> None:
    edit("source.yaml", 'updated: "2022-10-07"', 'updated: "2022-10-08"')
    edit("source.yaml", "October 7, 2022", "October 8, 2022")
    assert touched(definitions, folder) == ALL


@settings(max_examples=30)
@given(st.data())
def test_an_approval_covers_the_wording_of_each_fact_that_a_scenario_names_or_that_rules_tie_to_it(data: st.DataObject) -> None:
    loader = Loader.of(data.draw(definition_data()), Path("made up"))
    definitions = loader.load()
    for name, content in loader.contents.items():
        named = {fact for (pathway, _), table in definitions.scenarios.items() if pathway == name for fact in table.facts}
        assert set(content["facts"]) == set(definitions.vocabulary.linked(named))


def test_an_order_of_answers_is_covered(definitions: Definitions, folder: Path, edit: Edit) -> None:
    edit(
        "vipoma.yaml",
        "          yes: completely_resectable\n          no: not_completely_resectable\n",
        "          no: not_completely_resectable\n          yes: completely_resectable\n",
    )
    assert touched(definitions, folder) == {"vipoma"}


def test_a_type_put_out_of_scope_bears_on_what_holds_for_every_type(definitions: Definitions, folder: Path, edit: Edit) -> None:
    edit(
        "entry.yaml",
        "nonfunctional: {label: Nonfunctional tumor, pathway: other, readings: [R-9]}",
        "nonfunctional: {label: Nonfunctional tumor, note: not discussed, readings: [R-9]}",
    )
    assert touched(definitions, folder) == {"other", "supportive", "recurrent"}
