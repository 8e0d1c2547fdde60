"""Findings side by side, and statements of two tracks: what the text says of each alone, put together in one answer."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from examples import certain
from pnet_pathways import recommend
from pnet_pathways.engine.answer import Certainty, Gap, Recommendation
from pnet_pathways.engine.tables import GapKind
from pnet_pathways.model.pathway import Definitions
from project_vocabulary import VOCABULARY

BOTH: dict[str, Any] = {
    "tumor_type": "gastrinoma",
    "course": "new",
    "pancreatic_tumors": "one",
    "sites": ["tail"],
    "duodenal_tumors": True,
    "resectable": True,
    "spread": [],
    "symptoms": [],
}
"""A gastrinoma with a tumor in the tail of the pancreas and tumors in the duodenum."""


def statements(answer: Recommendation, *tracks: str) -> set[str]:
    return {one.statement for one in answer.options if one.certainty is Certainty.CERTAIN and one.track in tracks}


def gaps(answer: Recommendation) -> dict[tuple[str, GapKind], Gap]:
    found = {(one.track, one.kind): one for one in answer.gaps}
    assert len(found) == len(answer.gaps)
    return found


# Pancreas and duodenum


def test_tumors_of_pancreas_and_duodenum_get_both_operations_and_a_gap_on_what_is_done_for_both() -> None:
    answer = recommend(BOTH)
    assert certain(answer) == [
        ("GAS-3", ("distal_pancreatectomy",), "usual"),
        ("GAS-6", ("pancreatoduodenectomy",), "usual"),
    ]
    (gap,) = answer.gaps
    assert (gap.track, gap.kind, gap.certainty) == ("primary", GapKind.COMBINATION, Certainty.CERTAIN)
    assert (gap.depends_on, gap.readings, gap.nearest) == ((), ("R-22",), ())


def test_where_neither_can_be_removed_the_track_is_silent_too() -> None:
    answer = recommend({**BOTH, "resectable": False})
    assert certain(answer) == []
    assert [one.kind for one in answer.gaps] == [GapKind.SILENT, GapKind.COMBINATION]
    assert {one.certainty for one in answer.gaps} == {Certainty.CERTAIN}


TUMORS = [("one", ["head"]), ("one", ["tail"]), ("one", ["head", "body"]), ("several", ["head"]), ("several", ["body", "tail"])]


@pytest.mark.parametrize(("tumors", "resectable", "residual"), list(itertools.product(TUMORS, [True, False], [True, False])))
def test_there_is_a_combination_wherever_both_are_found_and_only_there(
    tumors: tuple[str, list[str]], resectable: bool, residual: bool
) -> None:
    number, sites = tumors
    case = {**BOTH, "pancreatic_tumors": number, "sites": sites, "resectable": resectable}
    case.update(course="stable", residual_after_surgery=residual)
    found = gaps(recommend(case))
    assert found["primary", GapKind.COMBINATION].certainty is Certainty.CERTAIN
    assert ("primary", GapKind.SILENT) in found or certain(recommend(case))
    assert ("primary", GapKind.COMBINATION) not in gaps(recommend({**case, "duodenal_tumors": False}))


@pytest.mark.parametrize("kind", ["insulinoma", "glucagonoma", "vipoma", "somatostatinoma", "other", "nonfunctional"])
def test_no_other_type_has_a_combination(kind: str) -> None:
    assert GapKind.COMBINATION not in {one.kind for one in recommend({**BOTH, "tumor_type": kind}).gaps}


def test_a_combination_is_possible_while_one_of_the_findings_is_unknown() -> None:
    unknown = {key: value for key, value in BOTH.items() if key != "duodenal_tumors"}
    gap = gaps(recommend(unknown))["primary", GapKind.COMBINATION]
    assert (gap.certainty, gap.depends_on) == (Certainty.POSSIBLE, ("duodenal_tumors",))


def test_a_combination_is_possible_while_the_type_is_unknown() -> None:
    untyped = {key: value for key, value in BOTH.items() if key != "tumor_type"}
    gap = gaps(recommend(untyped))["primary", GapKind.COMBINATION]
    assert (gap.certainty, gap.depends_on) == (Certainty.POSSIBLE, ("tumor_type",))


def test_a_combination_is_told_in_the_contract() -> None:
    (gap,) = recommend(BOTH).to_dict()["gaps"]
    assert (gap["kind"], gap["track"], gap["certainty"], gap["nearest"]) == ("combination", "primary", "certain", [])


# Statements of two tracks

LARGE_TAIL: dict[str, Any] = {
    "tumor_type": "insulinoma",
    "course": "new",
    "pancreatic_tumors": "one",
    "sites": ["tail"],
    "size": "large",
    "symptoms": [],
}


@pytest.mark.parametrize(
    ("primary", "spread", "track", "depends_on"),
    [
        ({"resectable": False}, {"spread": []}, "primary", ()),
        ({"resectable": True}, {"spread": ["liver"], "spread_resectable": False}, "spread", ()),
        ({"resectable": False}, {"spread": ["liver"], "spread_resectable": False}, "primary", ()),
        ({}, {"spread": ["liver"], "spread_resectable": False}, "spread", ()),
        ({"resectable": False}, {"spread": ["liver"]}, "primary", ()),
        ({"resectable": True}, {"spread": ["liver"], "spread_resectable": True}, None, ()),
        ({"resectable": True}, {"spread": []}, None, ()),
        ({"resectable": True}, {"spread": ["liver"]}, "spread", ("spread_resectable",)),
        ({}, {"spread": ["liver"], "spread_resectable": True}, "primary", ("resectable",)),
        ({}, {"spread": ["liver"]}, "primary", ("resectable", "spread_resectable")),
    ],
)
def test_a_statement_of_two_tracks_is_certain_where_either_side_is(
    primary: dict[str, Any], spread: dict[str, Any], track: str | None, depends_on: tuple[str, ...]
) -> None:
    answer = recommend({**LARGE_TAIL, **primary, **spread})
    found = [one for one in answer.options if one.statement == "INS-5"]
    if track is None:
        assert found == []
        return
    assert [one.treatments[0] for one in found] == [
        *("combination_chemotherapy", "insulin_lowering_drug", "hormone_therapy"),
        *("radiofrequency_ablation", "cryosurgical_ablation"),
    ]
    certainty = Certainty.POSSIBLE if depends_on else Certainty.CERTAIN
    assert {(one.certainty, one.depends_on, one.track) for one in found} == {(certainty, depends_on, track)}


def test_what_a_statement_of_two_tracks_depends_on_is_missing_only_while_it_can_change_something() -> None:
    """INS-5 is certain by the primary; whether what has spread can be removed still decides on INS-6."""
    answer = recommend({**LARGE_TAIL, "resectable": False, "spread": ["liver"], "mostly_liver": False})
    assert answer.missing == ("spread_resectable",)
    changed = {one.statement for one in answer.options if "spread_resectable" in one.depends_on}
    assert changed == {"INS-6"}


def test_a_statement_of_two_tracks_fills_only_the_gap_of_the_track_for_which_its_condition_holds() -> None:
    """A small tumor in the body, removable: the section says nothing of it, whatever it lists for what has spread."""
    case = {**LARGE_TAIL, "sites": ["body"], "size": "small", "resectable": True, "spread": ["liver"], "mostly_liver": False}
    answer = recommend({**case, "spread_resectable": False})
    assert "INS-5" in statements(answer, "spread")
    assert set(gaps(answer)) == {("primary", GapKind.SILENT)}


def test_debulking_of_a_vipoma_stands_once() -> None:
    case = {"tumor_type": "vipoma", "resectable": False, "spread": ["liver"], "spread_resectable": False, "course": "new"}
    changes: tuple[dict[str, Any], ...] = ({}, {"resectable": True}, {"spread": [], "spread_resectable": None})
    for change, track in zip(changes, ("primary", "spread", "primary"), strict=True):
        found = [one for one in recommend({**case, **change}).options if one.statement == "VIP-3"]
        assert [(one.track, one.certainty) for one in found] == [(track, Certainty.CERTAIN)]


def test_no_option_stands_twice_in_an_answer(definitions: Definitions) -> None:
    shared = ("resectable", "spread.liver", "spread_resectable")
    for kind in definitions.entry.types_in_scope:
        for row in VOCABULARY.combinations(shared):
            given = {key: value for key, value in row.items() if isinstance(value, bool) and key != "spread.liver"}
            case = {"tumor_type": kind, "spread": {"liver": row["spread.liver"]}, **given}
            listed = [(one.statement, one.item, one.treatments, one.optional) for one in recommend(case).options]
            assert len(listed) == len(set(listed)), case


# What facts that a track does not read say of those that it reads


@pytest.mark.parametrize(
    ("says", "fact", "value"),
    [
        ({"refractory": True}, "course", None),
        ({"residual_after_surgery": True}, "primary_removed", False),
        ({"duodenal_tumors": True}, "primary_removed", False),
        ({"size": "large"}, "pancreatic_tumors", "one"),
        ({"resectable": False}, "primary_removed", False),
        ({"primary_removed": True}, "pancreatic_tumors", "none"),
        (
            {"residual_after_surgery": True, "duodenal_tumors": False, "sites": {"head": False, "body": False}},
            "sites.tail",
            True,
        ),
        ({"spread_resectable": False, "spread": {"lymph_nodes": False, "other": False}}, "spread.liver", True),
        ({"mostly_liver": True}, "spread.liver", True),
    ],
)
def test_what_one_fact_says_of_another_is_known(says: dict[str, Any], fact: str, value: object) -> None:
    assert recommend(says).case.value(fact) == value


def test_a_failure_of_treatment_says_that_the_course_is_not_new() -> None:
    """Insulinoma reads no failure; still its course track has no way left to a patient who is not treated yet."""
    case = {"tumor_type": "insulinoma", "refractory": True, "primary_removed": False}
    (step,) = [one for one in recommend(case).trace if one.track == "course"]
    assert (step.fact, step.answer) == ("course", None)
    with_course = recommend({**case, "course": "recurrent"})
    assert "REC-1" in statements(with_course, "course")
    assert "refractory" in with_course.not_used


def test_facts_that_a_track_does_not_read_can_make_an_option_certain() -> None:
    """Residual tumor, and none in the duodenum: there is a tumor in the pancreas, which INS-5 needs."""
    case = {"tumor_type": "insulinoma", "resectable": False, "duodenal_tumors": False}
    open_still = {one.certainty for one in recommend(case).options if one.statement == "INS-5"}
    assert open_still == {Certainty.POSSIBLE}
    assert "INS-5" in statements(recommend({**case, "residual_after_surgery": True}), "primary")
