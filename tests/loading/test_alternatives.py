"""The alternatives of readings: every mistake is told where it stands, and the definitions under them are what they say."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pnet_pathways import DefinitionError, ReadingError, load_pathways
from pnet_pathways.loading.chosen_readings import checked_readings, definitions_under
from pnet_pathways.loading.json_schema import json_schema
from pnet_pathways.loading.schema import ReadingsFile
from pnet_pathways.model.pathway import Definitions, Leaf
from pnet_pathways.model.scenario_rows import LeafKind
from pump import PUMP_FAULT, edit

READINGS = "readings.yaml"


@pytest.fixture(scope="module")
def pumps() -> Definitions:
    return load_pathways(PUMP_FAULT)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PUMP_FAULT, tmp_path / "pump_fault"))


def place_of(file: Path, marked: str) -> str:
    """Return the place of the text after », as a problem names it."""
    before, _, after = marked.partition("»")
    text = file.read_text("utf-8")
    at = text.index(before + after) + len(before)
    line = text.count("\n", 0, at) + 1
    return f"{file.name}:{line}:{at - text.rfind(chr(10), 0, at)}"


SILENT = "The guideline does not say what to do where the pump has stopped, the valve is open and nothing arrives."
GAP = f"        gaps:\n          flow: {SILENT}\n      with_spare"
ANY_PUMP = "The valve is opened and the pump primed whether the pump runs or not; only stopping it needs a pump that runs."
ALSO = "- {track: flow, when: {operation: stopped, flow: none, valve_open: true}}"
WORN = "            statements:\n              - id: CEN-4\n                label: The seal is worn\n"


def gap(line: str) -> tuple[str, str]:
    """Return what puts another line in the place of the words of a gap."""
    return GAP, f"        gaps:\n          {line}\n      leaking"


SLIPS = {
    "unknown statement": (
        ("          - id: CEN-2\n", "          - id: CEN-9\n"),
        "- »id: CEN-9",
        "unknown statement 'CEN-9' (did you mean 'CEN-5'?)",
    ),
    "no text": (
        (ANY_PUMP, "''"),
        "        »text: ''",
        "the alternative 'any_pump' of P-3 says nothing (say how the text is then read)",
    ),
    "unknown fact": (
        ("            when: {flow: none}\n", "            when: {flaw: none}\n"),
        "            when: {»flaw: none}",
        "unknown fact 'flaw' (did you mean 'flow'?)",
    ),
    "unknown treatment": (
        ("[stop_pump], requires", "[stop_pumps], requires"),
        "treatments: [»stop_pumps]",
        "unknown treatment 'stop_pumps' (did you mean 'stop_pump'?)",
    ),
    "unknown reading of an option": (
        ("requires: {operation: running}}", "requires: {operation: running}, readings: [P-9]}"),
        "readings: [»P-9]",
        "unknown reading 'P-9' (did you mean 'P-4'?)",
    ),
    "unknown track": (
        (ALSO, "- {track: flaw, when: {operation: stopped, flow: none}}"),
        "- {»track: flaw",
        "CEN-4 stands in an unknown track 'flaw' (did you mean 'flow'?)",
    ),
    "its own track twice": (
        (ALSO, "- {track: leak, when: {operation: stopped, flow: none}}"),
        "- {»track: leak",
        "CEN-4 stands twice in the track 'leak'",
    ),
    "together with an unknown reading": (
        (f"          - with: {{P-4: stopped_only}}\n{WORN}", f"          - with: {{P-9: stopped_only}}\n{WORN}"),
        "with: {»P-9",
        "unknown reading 'P-9' (did you mean 'P-4'?)",
    ),
    "together without with": (
        (f"          - with: {{P-4: stopped_only}}\n{WORN}", f"          - {WORN.strip()}\n"),
        "          - »statements:\n              - id: CEN-4\n                label: The seal is worn\n",
        "the key 'with' is missing",
    ),
    "gap of a track without gaps": (
        gap("bearings: Nothing."),
        "          »bearings: Nothing.",
        "the track 'bearings' has no gaps (remove it)",
    ),
    "gap of an unknown track": (
        gap("flaw: Nothing."),
        "          »flaw: Nothing.",
        "unknown track 'flaw' (did you mean 'flow'?)",
    ),
    "gap without words": (
        gap("flow: ' '"),
        "          »flow: ' '",
        "the gap of the track 'flow' says nothing (say what the summary then does not say)",
    ),
    "unknown section of the evidence": (
        ('- {section: centrifugal, first: "If a seal that', '- {section: centrifugale, first: "If a seal that'),
        "- {»section: centrifugale",
        "unknown section 'centrifugale' (did you mean 'centrifugal'?)",
    ),
    "unknown key": (
        ("    against:\n", "    againts:\n"),
        "    »againts:",
        "unknown key 'againts' (did you mean 'against'?)",
    ),
    "evidence of the wrong kind": (
        ("    title: Degrees\n", "    title: Degrees\n    for: the text\n"),
        "    »for: the text",
        "'for' takes a list, not 'the text'",
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_the_one_problem_told_where_it_stands(copy: Path, name: str) -> None:
    (old, new), marked, message = SLIPS[name]
    edit(copy / READINGS, old, new)
    with pytest.raises(DefinitionError) as caught:
        load_pathways(copy)
    assert [str(one) for one in caught.value.problems] == [f"{place_of(copy / READINGS, marked)}: {message}"]


def test_an_alternative_that_changes_nothing_is_refused(copy: Path) -> None:
    edit(
        copy / READINGS, "            label: The seal is worn, or nothing arrives at a stopped pump behind an open valve\n", ""
    )
    edit(copy / READINGS, ALSO, "- {track: flow, when: {flow: none, valve_open: true}}")
    with pytest.raises(DefinitionError) as caught:
        load_pathways(copy)
    where = place_of(copy / READINGS, "      »stopped_only:\n")
    message = "the alternative 'stopped_only' of P-4 changes no statement (rewrite one, or remove it)"
    assert [str(one) for one in caught.value.problems] == [f"{where}: {message}"]


def test_a_statement_that_an_alternative_leaves_as_it_is_has_no_place_in_it(copy: Path) -> None:
    option = "{item: 5, treatments: [tighten_bolts], strength: usual}"
    same = f"          - {{id: CEN-3, when: {{leaks: {{any_of: [flange, casing]}}}}, options: [{option}]}}\n"
    edit(copy / READINGS, "          - id: CEN-2\n", f"{same}          - id: CEN-2\n")
    with pytest.raises(DefinitionError) as caught:
        load_pathways(copy)
    where = place_of(copy / READINGS, "- {id: »CEN-3")
    assert [one.message for one in caught.value.problems] == ["CEN-3 reads as it does anyway"]
    assert caught.value.problems[0].where.split(":")[:2] == where.split(":")[:2]


def test_two_that_change_a_part_in_different_ways_need_a_word_together(copy: Path) -> None:
    text = (copy / READINGS).read_text("utf-8")
    start = text.index("        together:")
    (copy / READINGS).write_text(text[:start] + text[text.index("        gaps:", start) :], "utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_pathways(copy)
    where = place_of(copy / READINGS, "      »stopped_only:\n")
    message = "P-1=worn_only and P-4=stopped_only change the condition of CEN-4 in different ways"
    hint = "say under together how it reads where both are chosen"
    assert [str(one) for one in caught.value.problems] == [f"{where}: {message} ({hint})"]


def test_a_reading_cannot_be_together_with_itself_or_with_an_alternative_that_is_not_there(copy: Path) -> None:
    edit(copy / READINGS, "with: {P-4: stopped_only}", "with: {P-1: with_spare, P-2: warm, P-4: stoped_only}", 2)
    with pytest.raises(DefinitionError) as caught:
        load_pathways(copy)
    found = "\n".join(str(one) for one in caught.value.problems)
    for message in (
        "P-1 is this very reading (name another one)",
        "P-2 has no alternative 'warm' (it has none)",
        "P-4 has no alternative 'stoped_only' (did you mean 'stopped_only'?)",
    ):
        assert found.count(message) == 2


def test_a_treatment_that_only_an_alternative_uses_is_used(copy: Path) -> None:
    edit(copy / "centrifugal.yaml", "treatments: [prime_pump]", "treatments: [vent_casing]")
    edit(copy / "centrifugal.yaml", "CEN-2: [stop_pump, prime_pump]", "CEN-2: [stop_pump, vent_casing]")
    load_pathways(copy)


def test_a_reading_that_speaks_of_a_pathway_belongs_to_its_review(copy: Path, pumps: Definitions) -> None:
    """Also where the alternative's reading is named by no statement; a reading of another pathway does not."""
    edit(copy / READINGS, "      any_pump:\n", "      every_pump:\n")
    changed = load_pathways(copy)
    assert changed.reviewed_hashes["centrifugal"] != pumps.reviewed_hashes["centrifugal"]
    assert changed.reviewed_hashes["gear"] == pumps.reviewed_hashes["gear"]
    assert changed.content_hash != pumps.content_hash


def test_the_schema_has_the_keys_of_the_file() -> None:
    schema = json_schema(ReadingsFile)["$defs"]
    assert {"for", "against", "alternatives"} <= schema["ReadingSpec"]["properties"].keys()
    assert schema["ReadingSpec"]["required"] == ["title", "text"]
    assert schema["TogetherSpec"]["required"] == ["with", "statements"]


# The definitions under alternatives


def choices(definitions: Definitions) -> Iterator[dict[str, str]]:
    """Yield every choice of alternatives."""
    every = [[None, *one.alternatives] for one in definitions.readings.values()]
    for names in itertools.product(*every):
        yield {key: name for key, name in zip(definitions.readings, names, strict=True) if name is not None}


def test_nothing_chosen_is_the_definitions_themselves(pumps: Definitions) -> None:
    assert definitions_under(pumps, {}) is pumps
    assert pumps.readings_chosen == {}
    assert pumps.base is None


def test_each_choice_is_made_once_in_whatever_order_it_is_given(pumps: Definitions) -> None:
    both = definitions_under(pumps, {"P-1": "worn_only", "P-3": "any_pump"})
    assert definitions_under(pumps, {"P-3": "any_pump", "P-1": "worn_only"}) is both
    assert definitions_under(definitions_under(pumps, {"P-3": "any_pump"}), {"P-1": "worn_only"}) is both
    assert both.base is pumps
    assert both.readings_chosen == {"P-1": "worn_only", "P-3": "any_pump"}


def test_another_alternative_of_a_reading_stands_in_for_the_one_chosen_before(pumps: Definitions) -> None:
    worn = definitions_under(pumps, {"P-1": "worn_only"})
    assert definitions_under(worn, {"P-1": "with_spare"}).readings_chosen == {"P-1": "with_spare"}


def test_only_what_a_choice_rewrites_is_another(pumps: Definitions) -> None:
    for chosen in choices(pumps):
        under = definitions_under(pumps, chosen)
        named = {name for one in checked_readings(pumps, chosen) for name in one.named}
        for pathway in pumps.pathways.values():
            for statement in pathway.statements:
                new = under.statement(statement.id)
                assert (new != statement) <= (statement.id in named)
                assert (new.track, new.readings, new.locators) == (statement.track, statement.readings, statement.locators)
        assert under.scenarios["gear", "flow"] is pumps.scenarios["gear", "flow"]
        assert under.readings["P-2"] == pumps.readings["P-2"]
        for reading, name in chosen.items():
            assert under.readings[reading].text == pumps.readings[reading].alternatives[name].text


def test_a_gap_that_arises_ends_in_a_leaf_with_the_words_of_what_brings_it(pumps: Definitions) -> None:
    for chosen in choices(pumps):
        under = definitions_under(pumps, chosen)
        track = under.pathways["centrifugal"].tracks["flow"]
        for row in under.scenarios["centrifugal", "flow"].rows:
            leaf = track.states[row.leaf]
            assert isinstance(leaf, Leaf)
            if row.expected is LeafKind.GAP:
                assert leaf.kind is LeafKind.GAP
                assert leaf.message.startswith("The guideline does not say")
            if leaf.name not in pumps.pathways["centrifugal"].tracks["flow"].states:
                assert leaf.readings == ("P-1",)
                assert leaf.message.endswith("the valve is open and nothing arrives.")


def test_the_graph_asks_what_it_asks_without_an_alternative(pumps: Definitions) -> None:
    under = definitions_under(pumps, {"P-1": "with_spare"})
    old, new = (one.pathways["centrifugal"].tracks["flow"] for one in (pumps, under))
    assert new.questions == old.questions
    assert new.facts == old.facts
    assert set(old.states) < set(new.states)


def test_every_unknown_id_is_told_at_once(pumps: Definitions) -> None:
    with pytest.raises(ReadingError) as caught:
        definitions_under(pumps, {"P-1": "worn_onli", "P-2": "warm", "P-9": "x", "P-3": "any_pump"})
    assert [str(one) for one in caught.value.problems] == [
        "P-1: it has no alternative 'worn_onli' (did you mean 'worn_only'?)",
        "P-2: it has no alternative 'warm' (it has none)",
        "P-9: there is no such reading (did you mean 'P-4'?)",
    ]
    assert str(caught.value).startswith("3 problems with the chosen readings:")
