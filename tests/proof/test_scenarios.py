"""Scenarios: every consistent one once, what the pathway says of each, ids that stay, samples that can be drawn again."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path

import attrs
import pytest

from pnet_pathways import Case, load_pathways, recommend
from pnet_pathways.model.errors import SuiteError
from pnet_pathways.model.facts import Scenario
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.values import Value
from pnet_pathways.model.vocabulary import Block
from pnet_pathways.proof.scenarios.ids import word
from pnet_pathways.proof.scenarios.space import (
    all_scenarios,
    sample,
    scenario_space,
)
from project_vocabulary import FACTS, VOCABULARY, scenarios
from track_material import walk

NAMES = sorted(load_pathways().pathways)


def frozen(scenario: Scenario) -> frozenset[tuple[str, Value]]:
    """Return a scenario as a value to compare."""
    return frozenset(scenario.items())


@pytest.mark.parametrize("name", NAMES)
def test_every_consistent_scenario_over_the_pathways_facts_comes_exactly_once(name: str) -> None:
    space = scenario_space(name)
    own = [fact for fact in space.facts if fact != "tumor_type"]
    expected = {frozen({fact: row[fact] for fact in own}) for row in scenarios(own)}
    found = [frozen({fact: scenario[fact] for fact in own}) for scenario in space]
    assert Counter(found) == Counter(dict.fromkeys(expected, 1))
    assert space.count == len(found)


@pytest.mark.parametrize("name", NAMES)
def test_a_number_gives_the_scenario_at_its_place(name: str) -> None:
    space = scenario_space(name)
    for number, scenario in islice(enumerate(space), 0, None, max(1, space.count // 50)):
        assert space.at(number) == scenario
    for wrong in (-1, space.count):
        with pytest.raises(IndexError):
            space.at(wrong)


def test_the_facts_are_those_that_the_pathway_can_use_and_no_more() -> None:
    removal = ("course", "primary_removed", "resectable")
    spread = ("spread.lymph_nodes", "spread.liver", "spread.other", "spread_resectable")
    assert scenario_space("recurrent").facts == (*removal, *spread)
    assert "size" not in scenario_space("gastrinoma").facts
    assert scenario_space("somatostatinoma").facts[0] == "tumor_type"


@pytest.mark.parametrize("name", NAMES)
def test_a_record_says_what_the_answer_and_the_graph_say(definitions: Definitions, name: str) -> None:
    space = scenario_space(name)
    pathway = definitions.pathways[name]
    for scenario in islice(space, 0, None, max(1, space.count // 200)):
        record = space.record(scenario)
        answer = recommend(record.case)
        offered = [(one.statement, one.treatments, one.optional) for one in answer.options if one.pathway == name]
        assert sorted((one.statement, one.treatments, one.optional) for one in record.options) == sorted(offered)
        if space.type is not None:
            assert [(gap.track, gap.message) for gap in record.gaps] == [(gap.track, gap.message) for gap in answer.gaps]
        for path in record.paths:
            steps, leaf = walk(VOCABULARY, pathway.tracks[path.track], dict(scenario))
            assert (path.answers, path.leaf) == (steps, leaf.name)


def test_a_record_carries_readings_source_and_disclaimer() -> None:
    record = next(record for record in all_scenarios("insulinoma") if record.gaps and record.options)
    data = record.to_dict()
    assert data["disclaimer"].startswith("This shows")
    assert set(record.readings) == {key for one in (*data["options"], *data["gaps"]) for key in one["readings"]}
    assert record.readings
    assert data["definition"]["hash"] == record.definitions.content_hash


def test_the_ids_of_a_small_pathway_stay_as_they_are() -> None:
    """A golden list: other tools keep these ids."""
    assert [record.id for record in all_scenarios("supportive")] == [
        "supportive/ulcers.diarrhea.low-sugar.high-sugar",
        "supportive/ulcers.diarrhea.low-sugar.no-high-sugar",
        "supportive/ulcers.diarrhea.no-low-sugar.high-sugar",
        "supportive/ulcers.diarrhea.no-low-sugar.no-high-sugar",
        "supportive/ulcers.no-diarrhea.low-sugar.high-sugar",
        "supportive/ulcers.no-diarrhea.low-sugar.no-high-sugar",
        "supportive/ulcers.no-diarrhea.no-low-sugar.high-sugar",
        "supportive/ulcers.no-diarrhea.no-low-sugar.no-high-sugar",
        "supportive/no-ulcers.diarrhea.low-sugar.high-sugar",
        "supportive/no-ulcers.diarrhea.low-sugar.no-high-sugar",
        "supportive/no-ulcers.diarrhea.no-low-sugar.high-sugar",
        "supportive/no-ulcers.diarrhea.no-low-sugar.no-high-sugar",
        "supportive/no-ulcers.no-diarrhea.low-sugar.high-sugar",
        "supportive/no-ulcers.no-diarrhea.low-sugar.no-high-sugar",
        "supportive/no-ulcers.no-diarrhea.no-low-sugar.high-sugar",
        "supportive/no-ulcers.no-diarrhea.no-low-sugar.no-high-sugar",
    ]
    assert next(all_scenarios("recurrent")).id == "recurrent/new.resectable.nodes.liver.elsewhere.spread-resectable"
    assert next(all_scenarios("insulinoma")).id == (
        "insulinoma/new.no-tumor.resectable.nodes.liver.elsewhere.spread-resectable.mostly-liver.severe"
    )


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_unique(name: str) -> None:
    ids = [record.id for record in all_scenarios(name)]
    assert len(set(ids)) == len(ids)


def test_no_two_values_of_any_facts_share_a_word() -> None:
    words = Counter(word(VOCABULARY, fact.name, value) for fact in FACTS.values() for value in fact.values)
    # `other` is a tumor type and no other value; `no-tumor` is the pancreas without one.
    assert [one for one, count in words.items() if count > 1] == []
    assert not [one for one in words if "." in one or "/" in one or " " in one]


def test_ids_stay_when_the_definitions_change(folder: Path) -> None:
    path = folder / "recurrent.yaml"
    path.write_text(path.read_text().replace("neither", "just_found"))
    changed = load_pathways(folder)
    renamed = list(all_scenarios("recurrent", changed))
    assert {record.paths[0].leaf for record in renamed} > {"just_found"}
    assert [record.id for record in renamed] == [record.id for record in all_scenarios("recurrent")]


def test_a_product_beyond_all_memory_is_iterated_at_once() -> None:
    blocks = tuple(Block((f"fact{number}",), ((True,), (False,))) for number in range(100))
    space = attrs.evolve(scenario_space("recurrent"), blocks=blocks)
    assert space.count == 2**100
    assert len(list(islice(space, 3))) == 3
    assert len(list(islice((space.at(2**100 - number) for number in range(1, 4)), 3))) == 3
    assert len({frozen(scenario) for scenario in space.drawn(50, seed=1)}) == 50


# Samples


def test_a_sample_is_the_same_for_the_same_seed_on_every_machine() -> None:
    assert [record.id for record in sample("supportive", 3, seed=1)] == [
        "supportive/ulcers.diarrhea.no-low-sugar.high-sugar",
        "supportive/no-ulcers.no-diarrhea.low-sugar.no-high-sugar",
        "supportive/no-ulcers.no-diarrhea.low-sugar.high-sugar",
    ]


def test_a_smaller_sample_begins_a_larger_one_and_another_seed_gives_another() -> None:
    large = [record.id for record in sample("gastrinoma", 40, seed=7)]
    assert [record.id for record in sample("gastrinoma", 10, seed=7)] == large[:10]
    assert [record.id for record in sample("gastrinoma", 40, seed=8)] != large


def test_a_sample_of_all_scenarios_is_all_of_them() -> None:
    count = scenario_space("vipoma").count
    assert sorted(one.id for one in sample("vipoma", count, seed=3)) == sorted(one.id for one in all_scenarios("vipoma"))


def test_every_scenario_is_drawn_about_equally_often_at_every_place() -> None:
    space = scenario_space("supportive")
    counts = [Counter[frozenset[tuple[str, Value]]]() for _ in range(3)]
    for seed in range(100 * space.count):
        for count, scenario in zip(counts, space.drawn(3, seed), strict=True):
            count[frozen(scenario)] += 1
    for count in counts:
        assert len(count) == space.count
        assert all(60 <= times <= 140 for times in count.values()), count


def test_more_than_there_are_cannot_be_drawn() -> None:
    with pytest.raises(SuiteError, match="supportive has 16 scenarios; a sample takes 0 to 16, not 17"):
        sample("supportive", 17, seed=0)


# Tumor types


def test_a_pathway_for_every_type_takes_any_type_in_scope() -> None:
    records = list(all_scenarios("recurrent", type_="vipoma"))
    assert {record.case.entry for record in records} == {"vipoma"}
    assert records[0].id == "recurrent/vipoma.new.resectable.nodes.liver.elsewhere.spread-resectable"
    assert {record.case.entry for record in all_scenarios("recurrent")} == {None}


def test_a_pathway_of_two_types_has_the_first_unless_told() -> None:
    assert {record.case.entry for record in all_scenarios("other")} == {"other"}
    assert next(all_scenarios("other", type_="nonfunctional")).id.startswith("other/nonfunctional.")


@pytest.mark.parametrize(
    ("pathway", "tumor_type", "message"),
    [
        ("gastrinom", None, r"there is no pathway 'gastrinom' \(did you mean 'gastrinoma'\?\)"),
        ("sarcoma1", None, "pathways: gastrinoma, "),
        ("gastrinoma", "vipoma", r"the tumor type 'vipoma' does not lead to the pathway 'gastrinoma' \(types: gastrinoma\)"),
        ("recurrent", "exocrine", "does not lead to the pathway 'recurrent'"),
        ("other", "nonfunctionl", "did you mean 'nonfunctional'"),
    ],
)
def test_a_wrong_pathway_or_type_is_named_with_what_would_be_right(pathway: str, tumor_type: str | None, message: str) -> None:
    with pytest.raises(SuiteError, match=message):
        all_scenarios(pathway, type_=tumor_type)


@pytest.fixture
def reading_the_type(folder: Path) -> Definitions:
    """Definitions in which a condition reads the tumor type."""
    path = folder / "recurrent.yaml"
    old = "when: {course: [progressive, recurrent], spread: {any_of: [liver]}}"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, old.replace("{course", "{tumor_type: vipoma, course")))
    return load_pathways(folder, check_agreement=False)


def test_a_fact_comes_with_the_one_that_decides_whether_it_applies(folder: Path) -> None:
    """A pathway that reads the size alone: without the number of tumors, no case could say that it does not apply."""
    path = folder / "recurrent.yaml"
    path.write_text(path.read_text().replace("when: {course: [progressive, recurrent], spread", "when: {size: large, spread"))
    space = scenario_space("recurrent", load_pathways(folder, check_agreement=False))
    spread = ("spread.lymph_nodes", "spread.liver", "spread.other", "spread_resectable")
    assert space.facts == ("course", "primary_removed", "pancreatic_tumors", "size", "resectable", *spread)
    records = list(space.records())
    assert len({record.case for record in records}) == len(records) == len(list(VOCABULARY.combinations(space.facts)))


def test_where_a_condition_reads_the_type_there_are_scenarios_of_each_type_in_scope(reading_the_type: Definitions) -> None:
    space = scenario_space("recurrent", reading_the_type)
    # Spread has 15 combinations. A new tumor is resectable or not; in three other courses it may be removed, too.
    count = 15 * (2 + 3 * 3)
    assert (space.type, space.count) == (None, count * 7)
    assert scenario_space("recurrent", reading_the_type, type_="other").count == count


def test_a_value_that_no_scenario_has_is_an_error() -> None:
    space = scenario_space("recurrent")
    with pytest.raises(KeyError, match="course"):
        space.completed({"course": True})
    with pytest.raises(KeyError, match="size"):
        space.values_of("size")


def test_a_part_of_a_scenario_is_a_case_too() -> None:
    assert Case.from_facts({"spread.liver": True, "mostly_liver": False}, VOCABULARY).to_dict() == {
        "spread": {"liver": True},
        "mostly_liver": False,
    }
