"""The parts of an answer: scope, what is missing and not used, options, gaps and the trace."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from examples import EVERYTHING, LARGE_HEAD, certain
from pnet_pathways import (
    TumorType,
    recommend,
)
from pnet_pathways.engine.answer import Certainty, Status
from pnet_pathways.engine.recommend import engine_for
from pnet_pathways.model.pathway import Definitions

# Out of scope


@pytest.mark.parametrize("kind", ["acth_producing", "exocrine"])
def test_a_type_that_the_summary_does_not_discuss_is_out_of_scope_with_the_reason(definitions: Definitions, kind: str) -> None:
    answer = recommend({"tumor_type": kind, "course": "recurrent", "symptoms": ["diarrhea"]})
    assert (answer.status, answer.pathway, answer.options, answer.gaps) == (Status.OUT_OF_SCOPE, None, (), ())
    assert (answer.missing, answer.trace) == ((), ())
    assert answer.note == definitions.entry.types[kind].note != ""


def test_an_answer_out_of_scope_names_the_reading_behind_it_and_those_of_every_answer() -> None:
    assert recommend({"tumor_type": "exocrine"}).readings == ("R-9", "R-13")


def test_an_answer_in_scope_has_no_note() -> None:
    assert recommend({"tumor_type": "nonfunctional"}).note == ""


# Type unknown


def test_what_holds_for_every_type_is_certain_while_the_type_is_unknown() -> None:
    answer = recommend({"course": "progressive", "symptoms": ["low_blood_sugar"]})
    assert {statement for statement, _, _ in certain(answer)} == {"REC-1", "SUP-3"}


def test_what_holds_for_one_type_is_possible_while_the_type_is_unknown() -> None:
    for option in recommend({"resectable": False}).options:
        if option.pathway not in {"supportive", "recurrent"}:
            assert option.certainty is Certainty.POSSIBLE
            assert option.depends_on[0] == "tumor_type"


def test_every_type_in_scope_is_possible_while_the_type_is_unknown(definitions: Definitions) -> None:
    assert {option.pathway for option in recommend({}).options} == set(definitions.pathways)


def test_the_type_is_asked_first() -> None:
    assert recommend({}).missing[0] == "tumor_type"
    assert recommend({"course": "new", "resectable": True}).missing[0] == "tumor_type"


def test_an_answer_without_a_type_has_no_pathway_and_names_the_reading() -> None:
    answer = recommend({})
    assert answer.pathway is None
    assert "R-12" in answer.readings
    assert "R-12" not in recommend({"tumor_type": "insulinoma"}).readings


def test_an_answer_without_a_type_traces_only_what_holds_for_every_type() -> None:
    assert {step.pathway for step in recommend({}).trace} == {"supportive", "recurrent"}


def test_a_gap_of_some_types_is_possible_while_the_type_is_unknown() -> None:
    case = {"resectable": True, "spread": [], "pancreatic_tumors": "one", "sites": ["head"], "size": "large"}
    (gap,) = recommend({**case, "duodenal_tumors": False}).gaps
    assert (gap.certainty, gap.depends_on) == (Certainty.POSSIBLE, ("tumor_type",))
    assert gap.message.count(" Or: ") == 1  # insulinoma and glucagonoma word it differently


# Not used


def test_a_fact_that_no_statement_on_the_type_reads_is_said_to_be_unused() -> None:
    answer = recommend({**LARGE_HEAD, "duodenal_tumors": True, "refractory": False})
    assert answer.not_used == ("duodenal_tumors", "refractory")


def test_a_symptom_counts_as_unused_only_where_it_is_present() -> None:
    symptoms = {"excess_stomach_acid": True, "diarrhea": False}
    assert recommend({"tumor_type": "insulinoma", "symptoms": symptoms}).not_used == ("symptoms.excess_stomach_acid",)
    assert recommend({"tumor_type": "insulinoma", "symptoms": []}).not_used == ()


def test_everything_present_is_unused_where_the_type_is_out_of_scope() -> None:
    answer = recommend({"tumor_type": "exocrine", "course": "new", "spread": {"liver": True}})
    assert answer.not_used == ("course", "spread.liver")


@pytest.mark.parametrize("sites", [[], {"head": False}])
def test_a_group_of_which_nothing_is_present_or_read_is_named_as_a_whole(sites: object) -> None:
    """Nothing that was given is dropped silently."""
    assert recommend({"tumor_type": "vipoma", "sites": sites}).not_used == ("sites",)
    assert recommend({"tumor_type": "vipoma", "sites": ["head"]}).not_used == ("sites.head",)
    assert recommend({"tumor_type": "insulinoma", "sites": sites}).not_used == ()
    assert recommend({"tumor_type": "exocrine", "spread": [], "sites": sites}).not_used == ("sites", "spread")


@pytest.mark.parametrize("kind", [None, *TumorType])
def test_every_given_fact_is_read_or_named_alone_or_by_its_group(kind: TumorType | None, definitions: Definitions) -> None:
    plan = engine_for(definitions).plans.get(kind)
    for key in definitions.vocabulary.keys:
        group = definitions.vocabulary.groups.get(key)
        if group is None:
            continue
        for present in group.combinations:
            answer = recommend({"tumor_type": kind, key: sorted(present)})
            named = [one for one in answer.not_used if one.partition(".")[0] == key]
            read = set() if plan is None else plan.reads & set(group.facts)
            assert read or named, (kind, key, present)


def test_every_fact_has_a_use_while_the_type_is_unknown() -> None:
    everything = {**EVERYTHING, "course": "recurrent", "symptoms": ["excess_stomach_acid"]}
    del everything["tumor_type"]
    assert recommend(everything).not_used == ()


# Missing, and its order


@pytest.mark.parametrize(
    ("known", "first"),
    [
        ({}, "tumor_type"),
        ({"tumor_type": "insulinoma"}, "course"),
        ({"tumor_type": "insulinoma", "course": "stable"}, "primary_removed"),
        ({"tumor_type": "insulinoma", "course": "new"}, "pancreatic_tumors"),
        ({"tumor_type": "insulinoma", "course": "new", "pancreatic_tumors": "one"}, "sites.head"),
        ({"tumor_type": "insulinoma", "course": "new", "sites": ["tail"], "pancreatic_tumors": "one"}, "size"),
        ({"tumor_type": "insulinoma", "course": "new", "pancreatic_tumors": "several"}, "resectable"),
        (
            {"tumor_type": "insulinoma", "course": "new", "pancreatic_tumors": "several", "resectable": True},
            "spread.lymph_nodes",
        ),
        ({"tumor_type": "insulinoma", "course": "stable", "primary_removed": True}, "spread.lymph_nodes"),
        ({"tumor_type": "gastrinoma", "course": "new", "pancreatic_tumors": "none"}, "duodenal_tumors"),
        ({"tumor_type": "vipoma", "course": "new"}, "resectable"),
        ({"tumor_type": "somatostatinoma", "resectable": True, "spread": []}, "course"),
    ],
)
def test_the_fact_to_ask_next_comes_first(known: dict[str, Any], first: str) -> None:
    assert recommend(known).missing[0] == first


@pytest.mark.parametrize("kind", [None, "gastrinoma", "insulinoma", "vipoma", "nonfunctional"])
def test_what_is_missing_stands_in_the_order_of_the_contract(kind: str | None, definitions: Definitions) -> None:
    missing = recommend({"tumor_type": kind}).missing
    order = list(definitions.vocabulary.facts)
    assert list(missing) == sorted(missing, key=order.index)
    assert missing[-1].startswith("symptoms.")


@pytest.mark.parametrize(
    ("known", "never"),
    [
        ({"tumor_type": "insulinoma", "pancreatic_tumors": "several"}, "size"),
        ({"tumor_type": "insulinoma", "pancreatic_tumors": "none"}, "sites.head"),
        ({"tumor_type": "insulinoma", "size": "small"}, "pancreatic_tumors"),
        ({"tumor_type": "insulinoma", "mostly_liver": True}, "spread.liver"),
        ({"tumor_type": "insulinoma", "spread": {"liver": False}}, "mostly_liver"),
        ({"tumor_type": "insulinoma", "primary_removed": True}, "pancreatic_tumors"),
        ({"tumor_type": "insulinoma", "primary_removed": True}, "resectable"),
        ({"tumor_type": "insulinoma", "course": "new"}, "primary_removed"),
        ({"tumor_type": "insulinoma", "spread": []}, "spread_resectable"),
        ({"tumor_type": "gastrinoma", "course": "new"}, "residual_after_surgery"),
        ({"tumor_type": "gastrinoma", "course": "new"}, "refractory"),
        ({"tumor_type": "gastrinoma"}, "size"),
        ({"tumor_type": "insulinoma"}, "duodenal_tumors"),
    ],
)
def test_a_fact_that_cannot_apply_or_matter_or_follows_from_others_is_not_missing(known: dict[str, Any], never: str) -> None:
    assert never not in recommend(known).missing


def test_a_fact_asked_by_several_tracks_is_missing_once() -> None:
    missing = recommend({"tumor_type": "vipoma"}).missing
    assert missing.count("resectable") == missing.count("spread.liver") == missing.count("course") == 1


# Options


def test_alternatives_of_one_list_entry_share_its_item() -> None:
    ablations = [option for option in recommend(LARGE_HEAD).options if option.treatments[0].endswith("ablation")]
    assert {option.item for option in ablations} == {8}


def test_either_or_is_a_choice_of_one() -> None:
    answer = recommend({"tumor_type": "gastrinoma", "pancreatic_tumors": "several", "residual_after_surgery": True})
    choices = [option.choice for option in answer.options if option.statement == "GAS-5"]
    assert choices == [choices[0]] * 2 != [None, None]
    assert {option.choice for option in answer.options if option.statement != "GAS-5"} == {None}


def test_treatments_given_with_or_without_are_optional() -> None:
    case = {"tumor_type": "glucagonoma", "mostly_liver": True, "severe_symptoms": True}
    found = [(one.treatments, one.optional) for one in recommend(case).options if one.statement == "GLU-6"]
    assert found == [
        (("hepatic_arterial_occlusion",), ("systemic_chemotherapy",)),
        (("chemoembolization",), ("systemic_chemotherapy",)),
    ]


def test_a_removal_is_possible_while_it_is_unknown_whether_the_tumor_can_be_removed() -> None:
    case = {"tumor_type": "somatostatinoma", "spread": [], "course": "new"}
    (removal,) = (one for one in recommend(case).options if one.statement == "SOM-1")
    assert (removal.certainty, removal.depends_on, removal.readings) == (
        Certainty.POSSIBLE,
        ("resectable",),
        ("R-1", "R-15", "R-17"),
    )


def test_a_recurrent_case_gets_its_types_statements_too() -> None:
    answer = recommend({**LARGE_HEAD, "course": "recurrent"})
    assert {"INS-2", "INS-5", "REC-1"} <= {statement for statement, _, _ in certain(answer)}


def test_tracks_stand_in_the_order_of_the_contract() -> None:
    order = ("primary", "spread", "supportive", "course")
    for kind in (None, *TumorType):
        tracks = [order.index(option.track) for option in recommend({"tumor_type": kind}).options]
        assert tracks == sorted(tracks)


# Gaps


def test_the_nearest_statements_of_a_large_removable_insulinoma_of_the_head_each_differ_in_one_fact() -> None:
    (gap,) = recommend({**LARGE_HEAD, "resectable": True}).to_dict()["gaps"]
    assert gap["nearest"] == [
        {"statement": "INS-1", "any_one": False, "differs": [{"fact": "size", "is": "large", "needs": ["small"]}]},
        {"statement": "INS-2", "any_one": False, "differs": [{"fact": "resectable", "is": True, "needs": [False]}]},
        {
            "statement": "INS-3",
            "any_one": True,
            "differs": [
                {"fact": "sites.body", "is": False, "needs": [True]},
                {"fact": "sites.tail", "is": False, "needs": [True]},
            ],
        },
        {"statement": "INS-4", "any_one": False, "differs": [{"fact": "pancreatic_tumors", "is": "one", "needs": ["several"]}]},
        {"statement": "INS-5", "any_one": False, "differs": [{"fact": "resectable", "is": True, "needs": [False]}]},
    ]


def test_a_statement_that_needs_more_changes_than_another_is_not_nearest() -> None:
    case = {"tumor_type": "gastrinoma", "pancreatic_tumors": "one", "sites": ["tail"], "resectable": False, "spread": []}
    (gap,) = recommend({**case, "duodenal_tumors": False}).gaps
    assert "GAS-4" not in {near.statement for near in gap.nearest}


def test_what_does_not_apply_to_the_case_is_no_change_that_a_nearest_statement_needs() -> None:
    """With a tumor there are sites and, of a single one, a size: only the number of tumors has to change."""
    (gap,) = recommend({"tumor_type": "glucagonoma", "pancreatic_tumors": "none", "resectable": True, "spread": []}).gaps
    differs = {near.statement: [(one.fact, one.value, one.needs) for one in near.differs] for near in gap.nearest}
    assert differs == {
        "GLU-1": [("pancreatic_tumors", "none", ("one",)), ("size", None, ("small",))],
        "GLU-3": [("pancreatic_tumors", "none", ("several",))],
    }


def test_a_nearest_statement_does_not_ask_what_cannot_apply_in_the_case() -> None:
    """SOM-1 needs a primary tumor that was not removed; before any treatment that is no question."""
    (gap,) = recommend({"tumor_type": "somatostatinoma", "course": "new", "resectable": False, "spread": []}).gaps
    assert [(near.statement, [one.fact for one in near.differs]) for near in gap.nearest] == [("SOM-1", ["resectable"])]


def test_a_nearest_statement_also_names_what_is_still_unknown_of_it() -> None:
    case = {"tumor_type": "gastrinoma", "pancreatic_tumors": "one", "sites": ["tail"], "resectable": False, "spread": []}
    (gap,) = recommend({**case, "duodenal_tumors": False, "refractory": False}).gaps
    differs = {near.statement: [(one.fact, one.value) for one in near.differs] for near in gap.nearest}
    assert ("residual_after_surgery", None) in differs["GAS-5"]


def test_every_nearest_statement_differs_in_something() -> None:
    """Of spread to lymph nodes: that any of liver, other organs or no improvement would do is still a difference."""
    for gap in recommend({"tumor_type": "gastrinoma", "spread": {"lymph_nodes": True}}).gaps:
        assert [near.statement for near in gap.nearest if not near.differs] == []


def test_spread_to_lymph_nodes_alone_is_a_gap_of_three_types() -> None:
    kinds = [
        kind
        for kind in TumorType
        for gap in recommend({"tumor_type": kind, "spread": ["lymph_nodes"], "course": "new"}).gaps
        if gap.track == "spread" and gap.certainty is Certainty.CERTAIN
    ]
    assert kinds == ["gastrinoma", "somatostatinoma", "other", "nonfunctional"]


def test_no_spread_is_no_gap() -> None:
    for kind in TumorType:
        assert "spread" not in {gap.track for gap in recommend({"tumor_type": kind, "spread": []}).gaps}


def test_a_possible_gap_tells_what_it_depends_on() -> None:
    (gap,) = recommend({"tumor_type": "other", "spread": []}).gaps
    assert (gap.track, gap.certainty, gap.depends_on) == (
        "primary",
        Certainty.POSSIBLE,
        ("course", "primary_removed", "resectable"),
    )
    (gap,) = recommend({"tumor_type": "other", "primary_removed": False, "spread": []}).gaps
    assert gap.depends_on == ("resectable",)


# The trace


def test_the_trace_tells_question_answer_and_leaf() -> None:
    trace = [step for step in recommend(LARGE_HEAD).to_dict()["trace"] if step["track"] == "primary"]
    assert [(step.get("asks"), step.get("answer"), step.get("leaf")) for step in trace] == [
        ("pancreatic_tumors", "one", None),
        ("resectable", "no", None),
        ("size", "large", None),
        ("sites", "head", None),
        (None, None, "offer"),
    ]


def test_the_trace_ends_at_the_first_open_question() -> None:
    trace = recommend({"tumor_type": "insulinoma", "pancreatic_tumors": "one"}).to_dict()["trace"]
    assert [step["answer"] for step in trace if step["track"] == "primary"] == ["one", None]


def test_explaining_costs_the_answer_nothing() -> None:
    answer = recommend(LARGE_HEAD)
    before = hashlib.sha256(json.dumps(answer.to_dict()).encode()).digest()
    answer.explain()
    assert hashlib.sha256(json.dumps(answer.to_dict()).encode()).digest() == before
