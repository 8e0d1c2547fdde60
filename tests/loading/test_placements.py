"""Where statements belong: findings side by side in one track, statements of two tracks, and every mistake in either."""

from __future__ import annotations

from pathlib import Path

import pytest

from pnet_pathways import load_pathways
from slips import G, I, Slip, V, place, problems, replace

WHEN = "when: {pancreatic_tumors: [one, several], duodenal_tumors: true}"
COMBINATION = f"  - track: primary\n    {WHEN}\n"

SLIPS = {
    "unknown track": Slip(
        G, COMBINATION, f"  - »track: primry\n    {WHEN}\n", "unknown track 'primry' (did you mean 'primary'?)"
    ),
    "track without gaps": Slip(
        V,
        "# Second encoding",
        "combinations:\n  - »track: supportive.fluids\n    when: {resectable: true}\n    message: M.\n# Second encoding",
        "the track 'supportive.fluids' has no gaps",
    ),
    "misspelt reading": Slip(
        G, "both.\n    readings: [R-22]\n", "both.\n    readings: [»R22]\n", "unknown reading 'R22' (did you mean 'R-22'?)"
    ),
    "unknown fact": Slip(
        G,
        COMBINATION,
        "  - track: primary\n    when: {pancreatic_tumors: [one, several], »duodenal_tumor: true}\n",
        "unknown fact 'duodenal_tumor' (did you mean 'duodenal_tumors'?)",
    ),
    "unknown key": Slip(
        G, f"    {WHEN}\n", f"    {WHEN}\n    »strength: may\n", "unknown key 'strength' (keys: track, when, message, readings)"
    ),
}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_a_mistake_of_a_combination_is_reported_where_it_stands(folder: Path, slip: Slip) -> None:
    expected = slip.make(folder)
    assert expected in problems(folder)


def test_a_track_has_one_combination(folder: Path) -> None:
    second = "combinations:\n  - track: primary\n    when: always\n    message: M.\n"
    replace(folder, G, "combinations:\n", second)
    where = place(folder, G, f"  - »track: primary\n    {WHEN}")
    assert problems(folder) == [f"{where}: the track 'primary' has another combination already (join the conditions with any)"]


@pytest.mark.parametrize("empty", ["''", "'  '"])
def test_a_combination_says_something(folder: Path, empty: str) -> None:
    text = (folder / G).read_text("utf-8")
    start, end = text.index("    message: >-\n"), text.index("    readings: [R-22]\n\n# Second encoding")
    (folder / G).write_text(f"{text[:start]}    message: {empty}\n{text[end:]}", "utf-8")
    where = place(folder, G, f"    »message: {empty}\n")
    assert problems(folder) == [f"{where}: the combination says nothing (say what the section does not say)"]


# The two encodings


def test_a_leaf_without_the_combination_that_holds_there_is_caught(folder: Path) -> None:
    old = "          GAS-4: [usually distal_pancreatectomy]\n          GAS-6: [usually pancreatoduodenectomy]\n"
    replace(folder, G, f"{old}        combination: true\n", old)
    where = place(folder, G, "      »several_and_duodenum:\n        offers")
    assert problems(folder) == [
        f"{where}: the leaf 'several_and_duodenum' names no combination, although the condition of one holds "
        "(e.g. pancreatic_tumors several, duodenal_tumors yes, residual_after_surgery no, resectable yes) "
        "(add combination: true or change it)"
    ]


def test_a_leaf_with_a_combination_that_does_not_hold_there_is_caught(folder: Path) -> None:
    old = "          GAS-4: [usually distal_pancreatectomy]\n        readings: [R-1, R-6]\n"
    replace(folder, G, old, old.replace("        readings", "        combination: true\n        readings"))
    where = place(folder, G, "      »several:\n        offers")
    assert problems(folder) == [
        f"{where}: the leaf 'several' names a combination, whose condition does not hold "
        "(e.g. pancreatic_tumors several, duodenal_tumors no, residual_after_surgery no, resectable yes) "
        "(remove it or change the condition)"
    ]


def test_a_combination_of_a_condition_that_is_too_wide_is_caught_at_each_leaf(folder: Path) -> None:
    replace(folder, G, WHEN, "when: {duodenal_tumors: true}")
    found = [text.partition(": ")[2] for text in problems(folder)]
    assert [text.split("'")[1] for text in found] == ["duodenum", "duodenum_not_resectable"]
    assert all("names no combination" in text for text in found)


def test_a_leaf_that_does_not_apply_has_no_combination(folder: Path) -> None:
    old = "        does_not_apply: The primary tumor was removed.\n"
    replace(folder, G, old, f"{old}        combination: true\n")
    where = place(folder, G, f"{old}        »combination: true\n")
    assert problems(folder) == [f"{where}: the leaf 'removed' does not apply (a combination needs findings)"]


# Statements of two tracks


def test_a_statement_of_two_tracks_that_read_tied_facts_is_refused(folder: Path) -> None:
    """Each track answers by itself, so what one knows must say nothing of the other."""
    old = "{track: spread, when: {spread: {any_of: [liver, other]}}}"
    replace(folder, V, old, "{track: spread, when: {course: progressive}}")
    where = place(folder, V, "      - »{track: spread, when: {course: progressive}}")
    (found,) = [text for text in problems(folder) if text.startswith("vipoma.yaml")]
    assert found.startswith(f"{where}: the conditions of VIP-3 in primary and spread both read course or facts tied to it")
    assert found.endswith("(make them two statements)")


def test_a_requirement_that_both_tracks_read_ties_them_too(folder: Path) -> None:
    old = "      - {item: 3, treatments: [debulking_surgery], intent: palliative}\n"
    replace(folder, V, old, old.replace("intent", "requires: {severe_symptoms: true}, intent"))
    (found,) = [text for text in problems(folder) if text.startswith("vipoma.yaml")]
    assert "the conditions of VIP-3 in primary and spread both read severe_symptoms or facts tied to it" in found


def test_a_statement_as_an_alternative_reads_it_is_refused_likewise(folder: Path) -> None:
    old = "          - id: INS-5\n            when: {pancreatic_tumors: [one, several], resectable: false}\n"
    replace(folder, "readings.yaml", old, f"{old}            also: [{{track: spread, when: {{course: progressive}}}}]\n")
    (found,) = problems(folder)
    assert found.startswith("readings.yaml")
    assert "the conditions of INS-5 in primary and spread both read" in found


def test_the_statements_of_two_tracks_are_those_on_removability_and_debulking() -> None:
    two = {one.id: [track for track, _ in one.placements] for p in load_pathways().pathways.values() for one in p.statements}
    both = {key: tracks for key, tracks in two.items() if len(tracks) > 1}
    assert both == {key: ["primary", "spread"] for key in ["INS-5", "GLU-4", "VIP-3"]}


def test_a_statement_is_offered_on_leaves_of_each_of_its_tracks(folder: Path) -> None:
    text = (folder / I).read_text("utf-8")
    start = text.index("\n  spread:\n    title: Spread\n")
    offers = text[start:].replace("            - insulin_lowering_drug\n", "")
    (folder / I).write_text(text[:start] + offers, "utf-8")
    where = place(folder, I, "\n  »spread:\n    title: Spread\n")
    message = "no leaf of the track 'spread' offers 'insulin_lowering_drug' of INS-5 (offer it where its condition holds)"
    assert f"{where}: {message}" in problems(folder)
