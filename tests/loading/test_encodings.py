"""The two encodings of a section are compared: where they differ is reported at the leaf, with the first scenario."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from pnet_pathways import DefinitionError, load_pathways
from pnet_pathways.model.scenario_rows import LeafKind
from pnet_pathways.model.values import plain
from project_vocabulary import FACTS, LINKED, VOCABULARY, scenarios
from slips import I, O, V, place, problems, replace

S = "somatostatinoma.yaml"


def test_an_answer_that_leads_astray_is_caught_with_its_first_scenario(folder: Path) -> None:
    """A guard swapped in the graph: the leaf offers too much, and too little."""
    replace(
        folder,
        O,
        "          yes: resectable_tumor\n          no: not_resectable\n",
        "          no: resectable_tumor\n          yes: not_resectable\n",
    )
    offering, silent = place(folder, O, "      »resectable_tumor:"), place(folder, O, "      »not_resectable:\n        gap")
    assert problems(folder) == [
        f"{offering}: the leaf 'resectable_tumor' offers OTH-1 'tumor_removal', whose condition does not hold "
        "(e.g. primary_removed no, resectable no) (remove it or change the condition)",
        f"{silent}: the leaf 'not_resectable' does not offer OTH-1 'tumor_removal', whose condition holds "
        "(e.g. primary_removed no, resectable yes) (add it or change the condition)",
    ]


def test_a_swap_deep_in_a_graph_is_caught_with_the_path_to_it(folder: Path) -> None:
    replace(
        folder,
        I,
        "          with head or tail or body and tail: small_head_or_tail\n          body: small_body\n",
        "          with head or tail or body: small_head_or_tail\n          body and tail: small_body\n",
    )
    assert [text.split(": ", 1)[1] for text in problems(folder)] == [
        "the leaf 'small_head_or_tail' offers INS-1 'usually tumor_removal', whose condition does not hold "
        "(e.g. pancreatic_tumors one, resectable yes, size small, sites body) "
        "(remove it or change the condition)",
        "the leaf 'small_body' does not offer INS-1 'usually tumor_removal', whose condition holds "
        "(e.g. pancreatic_tumors one, resectable yes, size small, sites body and tail) "
        "(add it or change the condition)",
    ]


@pytest.mark.parametrize(
    ("old", "new", "leaf", "message"),
    [
        (
            "    when: {spread: {any_of: [liver, other]}}\n",
            "    when: {spread: {any_of: [liver]}}\n",
            "distant_spread",
            "offers SOM-2 'debulking_surgery', whose condition does not hold (e.g. spread lymph_nodes and other) "
            "(remove it or change the condition)",
        ),
        (
            "    when: {spread: {any_of: [liver, other]}}\n",
            "    when: {spread: {any_of: [lymph_nodes, liver, other]}}\n",
            "lymph_nodes_only",
            "does not offer SOM-2 'debulking_surgery', whose condition holds (e.g. spread lymph_nodes, course new) "
            "(add it or change the condition)",
        ),
    ],
    ids=["narrower", "wider"],
)
def test_a_condition_that_is_changed_is_caught_at_the_leaf_with_its_first_scenario(
    folder: Path, old: str, new: str, leaf: str, message: str
) -> None:
    """The other way round: the statements are wrong and the graph is right."""
    replace(folder, S, old, new)
    where = place(folder, S, f"      »{leaf}:\n")
    assert f"{where}: the leaf '{leaf}' {message}" in problems(folder)


def test_a_requirement_too_many_is_caught(folder: Path) -> None:
    replace(folder, S, "[debulking_surgery], intent", "[debulking_surgery], requires: {spread_resectable: true}, intent")
    where = place(folder, S, "      »distant_spread:\n")
    assert problems(folder) == [
        f"{where}: the leaf 'distant_spread' offers SOM-2 'debulking_surgery', whose condition does not hold "
        "(e.g. spread lymph_nodes and liver and other) (remove it or change the condition)"
    ]


def test_a_requirement_left_out_is_caught_by_the_alternative_that_leaves_it_out(folder: Path) -> None:
    replace(folder, S, "treatments: [tumor_removal], requires: {resectable: true}", "treatments: [tumor_removal]")
    (found,) = problems(folder)
    assert found.startswith("readings.yaml:")
    assert found.endswith("SOM-1 reads as it does anyway (remove it, or change it)")


def test_silence_of_the_wrong_kind_is_caught(folder: Path) -> None:
    replace(folder, O, "        does_not_apply: No spread, and", "        gap: No spread, and")
    where = place(folder, O, "      »neither:\n")
    assert problems(folder) == [
        f"{where}: the leaf 'neither' is of the kind gap (e.g. spread none, course new) "
        "(nothing is offered and it should be does_not_apply)"
    ]


def test_a_gap_that_the_graph_never_asks_about_is_caught(folder: Path) -> None:
    """What makes silence a gap is read too: spread to the lymph nodes alone, which this graph no longer tells apart."""
    path = folder / S
    text = path.read_text("utf-8")
    start, end = text.index("      lymph_nodes_growth:\n"), text.index("      growth_without_spread:\n")
    text = text[:start] + text[end:]
    start, end = text.index("      lymph_nodes_only:\n"), text.index("      neither:\n")
    text = text[:start] + text[end:]
    path.write_text(text.replace("lymph_nodes: lymph_nodes_growth\n", "lymph_nodes: growth_without_spread\n"), "utf-8")
    where = place(folder, S, "      »neither:\n")
    assert problems(folder) == [
        f"{where}: the leaf 'neither' is of the kind does_not_apply "
        "(e.g. spread lymph_nodes, course new) (nothing is offered and it should be gap)"
    ]


def test_a_difference_without_any_question_is_always_there(folder: Path) -> None:
    replace(
        folder,
        V,
        "    track: supportive.fluids\n    when: always\n",
        "    track: supportive.fluids\n    when: {resectable: true}\n",
    )
    where = place(folder, V, "      »fluids:\n        offers")
    assert problems(folder) == [
        f"{where}: the leaf 'fluids' offers VIP-1 'fluid_and_electrolyte_replacement and hormone_therapy', "
        "whose condition does not hold (e.g. always) (remove it or change the condition)"
    ]


def test_tools_may_load_definitions_that_disagree(folder: Path) -> None:
    replace(folder, O, "        does_not_apply: No spread, and", "        gap: No spread, and")
    track = load_pathways(folder, check_agreement=False).pathways["other"].tracks["spread"]
    assert {leaf.name: leaf.kind for leaf in track.leaves}["neither"] is LeafKind.GAP


def test_without_the_comparison_every_other_mistake_is_still_refused(folder: Path) -> None:
    replace(folder, O, "        asks: spread\n", "        asks: spred\n")
    with pytest.raises(DefinitionError, match="asks an unknown fact 'spred'"):
        load_pathways(folder, check_agreement=False)


def test_a_track_that_reads_too_much_to_be_checked_is_refused(folder: Path) -> None:
    read = {*FACTS} - {VOCABULARY.entry, "size"}
    tests = [{fact: plain(FACTS[fact].values[0])} for fact in FACTS if fact in read]
    file = "supportive.yaml"
    replace(folder, file, "    when: {symptoms: {any_of: [stomach_ulcers]}}\n", f"    when: {json.dumps({'any': tests})}\n")
    where = place(folder, file, "  »supportive.stomach_ulcers:\n    title:")
    # Combinations of what is tied together, times the yes and no of the severe symptoms and of each symptom.
    rows = math.prod(len({tuple(row[fact] for fact in one & read) for row in scenarios(one)}) for one in LINKED) * 2**6
    assert problems(folder) == [
        f"{where}: the track 'supportive.stomach_ulcers' reads facts with {rows:,} combinations; at most 500,000 are checked "
        "(split it by a dot: name.part)"
    ]
