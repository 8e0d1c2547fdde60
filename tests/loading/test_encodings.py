"""The two encodings of a section are compared: where they differ is reported at the leaf, with the first scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from pnet_pathways import DefinitionError, load_pathways
from pnet_pathways.model.scenario_rows import LeafKind
from project_vocabulary import FACTS
from slips import I, O, V, place, problems, replace


def test_an_answer_that_leads_astray_is_caught_with_its_first_scenario(folder: Path) -> None:
    """A guard swapped in the graph: the leaf offers too much, and too little."""
    replace(
        folder,
        O,
        "          yes: removable_tumor\n          no: not_removable\n",
        "          no: removable_tumor\n          yes: not_removable\n",
    )
    offering, silent = place(folder, O, "      »removable_tumor:"), place(folder, O, "      »not_removable:")
    assert problems(folder) == [
        f"{offering}: the leaf 'removable_tumor' offers OTH-1 'tumor_removal', whose condition does not hold "
        "(e.g. resectable no) (remove it or change the condition)",
        f"{silent}: the leaf 'not_removable' does not offer OTH-1 'tumor_removal', whose condition holds "
        "(e.g. resectable yes) (add it or change the condition)",
    ]


def test_a_swap_deep_in_a_graph_is_caught_with_the_path_to_it(folder: Path) -> None:
    replace(
        folder,
        I,
        "          small: small_body\n          large: large_body_or_tail\n",
        "          small: large_body_or_tail\n          large: small_body\n",
    )
    assert [text.split(": ", 1)[1] for text in problems(folder)] == [
        "the leaf 'large_body_or_tail' offers INS-3 'usually distal_pancreatectomy', whose condition does not hold "
        "(e.g. pancreatic_tumors one, sites body, resectable yes, size small) (remove it or change the condition)",
        "the leaf 'small_body' does not offer INS-3 'usually distal_pancreatectomy', whose condition holds "
        "(e.g. pancreatic_tumors one, sites body, resectable yes, size large) (add it or change the condition)",
    ]


@pytest.mark.parametrize(
    ("old", "new", "leaf", "message"),
    [
        (
            "    when: {spread: {any_of: [liver, other]}}\n",
            "    when: {spread: {any_of: [liver]}}\n",
            "distant_spread",
            "offers OTH-2 'debulking_surgery', OTH-2 'hormone_therapy', whose condition does not hold "
            "(e.g. spread.liver no, spread.other yes) (remove it or change the condition)",
        ),
        (
            "    when: {spread: {any_of: [liver, other]}}\n",
            "    when: {spread: {any_of: [lymph_nodes, liver, other]}}\n",
            "lymph_nodes_only",
            "does not offer OTH-2 'debulking_surgery', OTH-2 'hormone_therapy', whose condition holds "
            "(e.g. spread.liver no, spread.other no, course new, spread.lymph_nodes yes) (add it or change the condition)",
        ),
    ],
    ids=["narrower", "wider"],
)
def test_a_condition_that_is_changed_is_caught_at_the_leaf_with_its_first_scenario(
    folder: Path, old: str, new: str, leaf: str, message: str
) -> None:
    """The other way round: the statements are wrong and the graph is right."""
    replace(folder, O, old, new)
    where = place(folder, O, f"      »{leaf}:\n")
    assert f"{where}: the leaf '{leaf}' {message}" in problems(folder)


def test_a_requirement_left_out_is_caught(folder: Path) -> None:
    replace(folder, O, "treatments: [tumor_removal], requires: {resectable: true}", "treatments: [tumor_removal]")
    where = place(folder, O, "      »not_removable:")
    assert problems(folder) == [
        f"{where}: the leaf 'not_removable' does not offer OTH-1 'tumor_removal', whose condition holds "
        "(e.g. resectable no) (add it or change the condition)"
    ]


def test_silence_of_the_wrong_kind_is_caught(folder: Path) -> None:
    replace(folder, O, "        does_not_apply: No spread, and", "        gap: No spread, and")
    where = place(folder, O, "      »no_spread:\n")
    assert problems(folder) == [
        f"{where}: the leaf 'no_spread' is of the kind gap "
        "(e.g. spread.liver no, spread.other no, course new, spread.lymph_nodes no) "
        "(nothing is offered and it should be does_not_apply)"
    ]


def test_a_gap_that_the_graph_never_asks_about_is_caught(folder: Path) -> None:
    """What makes silence a gap is read too: spread to the lymph nodes alone, which this graph no longer asks."""
    path = folder / "somatostatinoma.yaml"
    text = path.read_text("utf-8")
    start, end = text.index("      lymph_nodes:\n"), text.index("      distant_spread:\n")
    text = text[:start] + text[end:]
    start, end = text.index("      lymph_nodes_only:\n"), text.index("      no_spread:\n")
    text = text[:start] + text[end:]
    path.write_text(
        text.replace("          new or recurrent: lymph_nodes\n", "          new or recurrent: no_spread\n"), "utf-8"
    )
    where = place(folder, "somatostatinoma.yaml", "      »no_spread:\n")
    assert problems(folder) == [
        f"{where}: the leaf 'no_spread' is of the kind does_not_apply "
        "(e.g. spread.liver no, spread.other no, course new) (nothing is offered and it should be gap)"
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
    assert {leaf.name: leaf.kind for leaf in track.leaves}["no_spread"] is LeafKind.GAP


def test_without_the_comparison_every_other_mistake_is_still_refused(folder: Path) -> None:
    replace(folder, O, "asks: spread.other", "asks: spread.othr")
    with pytest.raises(DefinitionError, match=r"asks an unknown fact 'spread\.othr'"):
        load_pathways(folder, check_agreement=False)


def test_a_track_that_reads_too_much_to_be_checked_is_refused(folder: Path) -> None:
    many = ", ".join(
        [
            "{course: new}",
            "{sites: {any_of: [head]}}",
            "{mostly_liver: true}",
            *(f"{{{fact}: true}}" for fact in FACTS if FACTS[fact].is_boolean and fact not in {"mostly_liver", "spread.liver"}),
        ]
    )
    replace(folder, O, "    track: primary\n    when: always\n", f"    track: primary\n    when: {{any: [{many}]}}\n")
    where = place(folder, O, "tracks:\n  »primary:\n")
    rows = 3 * 3 * 8 * 3 * 2**14
    assert problems(folder) == [
        f"{where}: the track 'primary' reads facts with {rows:,} combinations; at most 500,000 are checked "
        "(split it by a dot: name.part)"
    ]
