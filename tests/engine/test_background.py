"""The background: what the summary says besides options, complete and in its own place."""

from __future__ import annotations

import json

import pytest

from pnet_pathways import load_pathways
from pnet_pathways.engine.background import background_data, background_text, entries_of
from pnet_pathways.governance.source import owners_of, passage
from pnet_pathways.governance.source.locators import OwnerKind
from pnet_pathways.model.beside import Background, BackgroundEntry
from reference_material import PUMPS, reference_only

BACKGROUND = reference_only().background
PROCEDURES = (
    "tumor_removal",
    "parietal_cell_vagotomy",
    "total_gastrectomy",
    "distal_pancreatectomy",
    "pancreatoduodenectomy",
    "liver_resection",
    "radiofrequency_ablation",
    "cryosurgical_ablation",
    "chemoembolization",
    "hepatic_arterial_occlusion",
    "chemotherapy",
    "systemic_chemotherapy",
    "combination_chemotherapy",
    "regional_chemotherapy",
    "hormone_therapy",
    "targeted_therapy",
)


def entry(topic: str, name: str) -> BackgroundEntry:
    """Return an entry by its topic and id."""
    return next(one for one in BACKGROUND.topics[topic].entries if one.id == name)


def test_the_topics_are_those_of_the_summary() -> None:
    assert tuple(BACKGROUND.topics) == (
        "pancreas",
        "kinds",
        "behavior",
        "risk",
        "signs",
        "prognosis",
        "factors",
        "staging",
        "spread",
        "recurrence",
        "procedures",
        "drugs",
        "supportive_care",
        "side_effects",
        "trials",
        "follow_up",
    )
    assert all(topic.title and topic.entries for topic in BACKGROUND.topics.values())


def test_every_passage_of_background_work_up_and_care_course_resolves(source_text: str) -> None:
    kinds = (OwnerKind.BACKGROUND, OwnerKind.WORKUP, OwnerKind.CARE_COURSE)
    found = [passage(source_text, locator) for owner, locator in owners_of(reference_only()) if owner.kind in kinds]
    assert len(found) > 170
    assert all(found)


def test_whatever_is_said_is_said_of_a_passage_once() -> None:
    names = [(topic.name, one.id) for topic in BACKGROUND.topics.values() for one in topic.entries]
    assert len(set(names)) == len(names)
    assert all(one.locators and one.text for topic in BACKGROUND.topics.values() for one in topic.entries)


@pytest.mark.parametrize("treatment", PROCEDURES)
def test_every_procedure_of_the_overview_is_told_of(treatment: str) -> None:
    assert list(BACKGROUND.about(treatment))


def test_conditions_of_procedures_are_kept() -> None:
    conditions = {one.id: one.condition for topic in ("procedures", "drugs") for one in BACKGROUND.topics[topic].entries}
    assert {name for name, condition in conditions.items() if condition} == {
        "enucleation",
        "distal_pancreatectomy_spleen",
        "radiofrequency_ablation_through_the_skin",
        "radiofrequency_ablation_through_an_incision",
        "hormone_therapy_receptors",
    }


def test_drugs_that_the_summary_names_are_data() -> None:
    examples = {one.id: one.examples for one in BACKGROUND.topics["supportive_care"].entries if one.examples}
    assert examples == {
        "proton_pump_inhibitor": ("omeprazole", "lansoprazole", "pantoprazole"),
        "histamine_blocker": ("cimetidine", "ranitidine", "famotidine"),
        "somatostatin_analogue": ("octreotide",),
        "intravenous_fluids": ("potassium", "chloride"),
    }


@pytest.mark.parametrize("topic", BACKGROUND.topics)
def test_examples_stand_in_their_passages(source_text: str, topic: str) -> None:
    for one in BACKGROUND.topics[topic].entries:
        said = " ".join(passage(source_text, locator) for locator in one.locators)
        assert [name for name in one.examples if name.lower() not in said.lower()] == []


def test_there_are_three_ways_of_spread() -> None:
    assert {"tissue", "lymph_system", "blood"} <= {one.id for one in BACKGROUND.topics["spread"].entries}


def test_a_trial_can_be_entered_when_the_summary_says_so() -> None:
    """Before, during, or after starting treatment; not after it."""
    assert entry("trials", "when").text == "A trial can be entered before treatment has started, during it, or later."


# As data and as text


def test_an_entry_is_plain_data_with_its_condition_and_passage() -> None:
    definitions = reference_only()
    data = background_data(definitions, entries_of(definitions, about="distal_pancreatectomy"))
    assert json.loads(json.dumps(data)) == data
    (topic,) = data["topics"].values()
    _, spleen = topic["entries"]
    assert set(spleen) == {"id", "text", "condition", "about", "examples", "locators"}
    assert spleen["condition"] == "The cancer has spread to the spleen."
    assert spleen["about"] == ["distal_pancreatectomy"]
    assert topic["entries"][0]["condition"] is None
    assert data["disclaimer"] == definitions.source.disclaimer


def test_text_tells_everything_within_the_width() -> None:
    definitions = reference_only()
    text = background_text(definitions, entries_of(definitions))
    assert max(map(len, text.splitlines())) <= 100
    flat = " ".join(text.split())
    for topic in BACKGROUND.topics.values():
        for one in topic.entries:
            for said in (topic.title, one.text, one.condition, *one.examples, *one.about):
                assert said in flat


def test_one_topic_is_told_alone() -> None:
    definitions = reference_only()
    assert [topic.name for topic, _ in entries_of(definitions, "staging")] == ["staging"]
    assert list(entries_of(definitions, "staging", about="insulinoma")) == []
    with pytest.raises(KeyError):
        entries_of(definitions, "stagings")


def test_a_document_may_have_a_background_or_none() -> None:
    assert list(load_pathways(PUMPS).background.topics) == ["pumps", "repairs"]
    assert Background() == Background({})
    assert list(Background().about("anything")) == []
