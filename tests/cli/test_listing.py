"""Lists of pathways and facts, as data and as text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pnet_pathways import TumorType, load_pathways
from pnet_pathways.cli.listing import (
    facts_data,
    pathway_data,
    pathway_text,
    pathways_data,
    print_facts,
    print_pathways,
)
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.scenario_rows import LeafKind
from pnet_pathways.model.wording import offer_of
from project_vocabulary import condition_from

NAMES = list(load_pathways().pathways)


def one_line(text: str) -> str:
    return " ".join(text.split())


# Pathways


def test_the_list_of_pathways_is_plain_data(definitions: Definitions) -> None:
    data = pathways_data(definitions)
    assert json.loads(json.dumps(data)) == data
    assert [row["name"] for row in data["pathways"]] == NAMES


def test_every_tumor_type_leads_to_one_pathway_or_is_out_of_scope(definitions: Definitions) -> None:
    data = pathways_data(definitions)
    led = [kind for row in data["pathways"] for kind in row["types"]]
    assert sorted([*led, *data["out_of_scope"]]) == sorted(TumorType)


def test_the_list_counts_statements_tracks_and_gaps(definitions: Definitions) -> None:
    rows = {row["name"]: row for row in pathways_data(definitions)["pathways"]}
    insulinoma = rows["insulinoma"]
    assert (insulinoma["statements"], insulinoma["tracks"], insulinoma["gaps"]) == (7, ["primary", "spread"], 3)
    assert (rows["vipoma"]["gaps"], rows["supportive"]["statements"]) == (0, 4)


def test_the_list_says_which_pathways_are_for_every_type(definitions: Definitions) -> None:
    common = [row["name"] for row in pathways_data(definitions)["pathways"] if row["common"]]
    assert sorted(common) == sorted(definitions.entry.common) == ["recurrent", "supportive"]


def test_lists_carry_source_and_disclaimer(definitions: Definitions) -> None:
    for data in (pathways_data(definitions), pathway_data(definitions, "vipoma")):
        assert data["disclaimer"] == definitions.source.disclaimer
        assert data["source"]["definition_hash"] == definitions.content_hash


def test_the_printed_list_names_every_pathway_and_what_is_out_of_scope(
    definitions: Definitions, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    print_pathways(definitions)
    text = one_line(capsys.readouterr().out)
    for pathway in definitions.pathways.values():
        assert pathway.title in text
    assert f"exocrine: out of scope. {one_line(definitions.entry.types['exocrine'].note)}" in text
    assert one_line(definitions.source.disclaimer) in text


@pytest.mark.parametrize("columns", ["80", "100"])
def test_the_printed_list_cuts_no_name_off(
    definitions: Definitions, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    print_pathways(definitions)
    assert "…" not in capsys.readouterr().out


# One pathway


@pytest.mark.parametrize("name", NAMES)
def test_a_pathway_is_plain_data(definitions: Definitions, name: str) -> None:
    data = pathway_data(definitions, name)
    assert json.loads(json.dumps(data)) == data
    assert [one["id"] for one in data["statements"]] == [one.id for one in definitions.pathways[name].statements]


@pytest.mark.parametrize("name", NAMES)
def test_the_conditions_of_a_pathways_data_read_back_as_what_they_are(definitions: Definitions, name: str) -> None:
    for one in pathway_data(definitions, name)["statements"]:
        statement = definitions.statement(one["id"])
        assert condition_from(one["when"]).to_data() == statement.condition.to_data()
        for option, data in zip(statement.options, one["options"], strict=True):
            assert condition_from(data["requires"]).to_data() == option.requires.to_data()


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_in_a_pathways_data_leads_to_a_state(definitions: Definitions, name: str) -> None:
    for track in pathway_data(definitions, name)["tracks"].values():
        targets = {target for state in track["states"].values() for target in state.get("answers", {}).values()}
        assert {track["start"], *targets} == set(track["states"])


def test_a_state_is_a_question_or_a_leaf(definitions: Definitions) -> None:
    states = pathway_data(definitions, "insulinoma")["tracks"]["primary"]["states"]
    assert states["resectable_size"] == {"asks": "size", "answers": {"small": "small_site", "large": "large_site"}}
    assert states["small_head_or_tail"]["leaf"] == "offer"
    assert states["small_head_or_tail"]["offers"] == ["INS-1: usually tumor_removal"]
    assert states["large_head"]["leaf"] == "gap"
    assert states["large_head"]["readings"] == ["R-2"]
    assert states["large_head"]["message"]


def test_findings_side_by_side_are_told_with_what_is_not_said_of_them(definitions: Definitions) -> None:
    data = pathway_data(definitions, "gastrinoma")
    (one,) = data["combinations"]
    assert (
        condition_from(one["when"]).to_data()
        == one["when"]
        == definitions.pathways["gastrinoma"].combinations[0].when.to_data()
    )
    assert (one["track"], one["readings"]) == ("primary", ["R-22"])
    states = data["tracks"]["primary"]["states"]
    assert (states["several"]["combination"], states["several_and_duodenum"]["combination"]) == (False, True)
    assert pathway_data(definitions, "vipoma")["combinations"] == []


def test_a_statement_that_stands_in_two_tracks_names_both(definitions: Definitions) -> None:
    tracks = {one["id"]: one["tracks"] for one in pathway_data(definitions, "vipoma")["statements"]}
    assert tracks["VIP-3"] == ["primary", "spread"]
    assert tracks["VIP-4"] == ["spread"]


@pytest.mark.parametrize("name", NAMES)
def test_a_pathways_text_tells_every_statement_option_track_and_gap(definitions: Definitions, name: str) -> None:
    pathway = definitions.pathways[name]
    text = one_line(pathway_text(definitions, name))
    for statement in pathway.statements:
        assert f"{statement.id} {statement.label}" in text
        assert f"when: {statement.condition.describe(definitions.words)}" in text
        for option in statement.options:
            assert f"- {offer_of(option)}" in text
    for track in pathway.tracks.values():
        assert f"{track.name}: {track.title}; " in text
        for leaf in track.leaves:
            assert (f"! {track.name}, {leaf.name}: {leaf.message}" in text) is (leaf.kind is LeafKind.GAP)
    for one in pathway.combinations:
        assert f"! {one.track}, combination: {one.message} [{', '.join(one.readings)}]" in text
    assert text.endswith(one_line(definitions.source.disclaimer))


def test_a_pathway_without_gaps_says_so(definitions: Definitions) -> None:
    assert "\nGaps\n  none\n" in pathway_text(definitions, "vipoma")
    assert "\nGaps\n  none\n" not in pathway_text(definitions, "insulinoma")


def test_an_option_tells_what_it_requires_and_what_it_is_for(definitions: Definitions) -> None:
    assert "usually tumor_removal (if primary tumor resectable)" in pathway_text(definitions, "insulinoma")
    assert "insulin_lowering_drug (palliative)" in pathway_text(definitions, "insulinoma")
    assert "rarely total_gastrectomy (one of a choice)" in pathway_text(definitions, "gastrinoma")


def test_a_track_without_questions_asks_nothing(definitions: Definitions) -> None:
    assert "0 questions, 1 leaf; asks nothing" in one_line(pathway_text(definitions, "vipoma"))


# Facts


def test_every_fact_is_listed_with_question_and_values(definitions: Definitions) -> None:
    data = facts_data(definitions)
    assert json.loads(json.dumps(data)) == data
    assert list(data) == list(definitions.vocabulary.keys)
    assert all(one["question"].endswith("?") and one["help"] for one in data.values())


@pytest.mark.parametrize(
    ("fact", "values", "answers"),
    [
        ("resectable", [True, False], {"yes": "yes", "no": "no"}),
        ("size", ["small", "large"], {"small": "small", "large": "large"}),
        ("pancreatic_tumors", ["none", "one", "several"], {"none": "none", "one": "one", "several": "several"}),
    ],
)
def test_the_values_of_a_fact_are_those_of_the_contract(
    definitions: Definitions, fact: str, values: list[object], answers: dict[str, str]
) -> None:
    data = facts_data(definitions)[fact]
    assert (data["values"], data["answers"]) == (values, answers)


def test_a_group_lists_its_members_and_when_they_apply(definitions: Definitions) -> None:
    data = facts_data(definitions)["sites"]
    assert data["kind"] == "group"
    assert list(data["members"]) == ["head", "body", "tail"]
    assert data["none"] == "nowhere"
    assert data["members"]["head"]["applies_when"] == {"pancreatic_tumors": ["one", "several"]}
    assert data["members"]["head"]["otherwise"] is False
    assert data["members"]["head"]["because"] == "where there is no tumor in the pancreas there is no site"


def test_every_fact_that_does_not_always_apply_says_why(
    definitions: Definitions, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    reasons = {rule.because for rule in definitions.vocabulary.rules}
    data = facts_data(definitions)
    dependent = [one for key in data for one in (data[key], *data[key].get("members", {}).values()) if "applies_when" in one]
    print_facts(definitions)
    text = one_line(capsys.readouterr().out)
    assert len(dependent) == 12
    assert all(one["because"] in reasons and one["because"] in text for one in dependent)


def test_the_printed_facts_name_every_fact_question_and_value(
    definitions: Definitions, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    print_facts(definitions)
    text = one_line(capsys.readouterr().out)
    for key in definitions.vocabulary.keys:
        assert key in text
        assert definitions.vocabulary.question(key) in text
    assert "a list from head, body, tail" in text
    assert "true, false" in text
    assert "new, stable, progressive, recurrent" in text


def test_the_printed_facts_cut_no_name_off(
    definitions: Definitions, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    print_facts(definitions)
    text = capsys.readouterr().out
    assert "…" not in text
    assert [key for key in definitions.vocabulary.keys if key not in text] == []


def test_lists_come_from_the_definitions_given(folder: Path) -> None:
    (folder / "vipoma.yaml").write_text(
        (folder / "vipoma.yaml").read_text("utf-8").replace("title: VIPoma\n", "title: Mine\n"), "utf-8"
    )
    assert pathway_text(load_pathways(folder), "vipoma").startswith("Mine (vipoma ")
