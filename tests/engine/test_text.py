"""Answers as text and Markdown for people."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest

from examples import LARGE_HEAD
from pnet_pathways import Size, TumorType, recommend, workup
from pnet_pathways.engine.answer_words import heading, near_text, need_text
from pnet_pathways.engine.nearest import Mismatch, NearestStatement
from pnet_pathways.engine.text import as_markdown, as_text, workup_text
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.values import NOT_APPLICABLE
from pnet_pathways.model.wording import fact_names

GAP: dict[str, Any] = {**LARGE_HEAD, "resectable": True, "symptoms": []}
RESIDUAL: dict[str, Any] = {
    "tumor_type": "gastrinoma",
    "course": "stable",
    "primary_removed": False,
    "pancreatic_tumors": "several",
    "sites": ["tail"],
    "duodenal_tumors": True,
    "resectable": True,
    "residual_after_surgery": True,
    "spread": [],
    "refractory": False,
    "symptoms": [],
}
"""Residual tumor after surgery for several gastrinomas, and tumors in the duodenum."""


def one_line(text: str) -> str:
    return " ".join(text.split())


def told(case: dict[str, Any], *, every: bool = False) -> str:
    """Return an answer as text, in one line."""
    return one_line(as_text(recommend(case), every=every))


# The head


@pytest.mark.parametrize(
    ("case", "first"),
    [
        (GAP, "Insulinoma: 1 gap"),
        ({**LARGE_HEAD, "symptoms": []}, "Insulinoma: 6 options apply"),
        (LARGE_HEAD, "Insulinoma: 6 options apply; 9 options may still apply"),
        ({**GAP, "symptoms": {"diarrhea": None}}, "Insulinoma: 1 gap; 9 options may still apply"),
        ({**GAP, "symptoms": ["diarrhea"]}, "Insulinoma: 2 options apply, 1 gap"),
        ({"tumor_type": "exocrine"}, "Exocrine cancer: out of scope"),
        (
            {"tumor_type": "vipoma", "course": "stable", "primary_removed": True, "spread": ["lymph_nodes"], "symptoms": []},
            "VIPoma: 1 option applies; 3 options may still apply",
        ),
        (
            {"tumor_type": "insulinoma", "course": "stable", "primary_removed": True, "spread": [], "symptoms": []},
            "Insulinoma: nothing listed, and no gap",
        ),
        (
            {"tumor_type": "other", "course": "new", "spread": [], "symptoms": []},
            "Other functional type: 1 option may still apply, and 1 gap may still arise",
        ),
    ],
)
def test_the_head_says_what_there_is(case: dict[str, Any], first: str) -> None:
    assert as_text(recommend(case)).startswith(f"{first}\n")
    assert as_markdown(recommend(case)).startswith(f"# {first}\n\n")


@pytest.mark.parametrize(
    ("case", "marks"),
    [(LARGE_HEAD, "+?~"), (GAP, "!~"), ({"tumor_type": "exocrine"}, ""), ({"tumor_type": "gastrinoma"}, "?!~")],
)
def test_a_legend_explains_the_marks_that_are_used(case: dict[str, Any], marks: str) -> None:
    text = as_text(recommend(case))
    assert set(re.findall(r"^  ([-+?!~]) ", text, re.MULTILINE)) == set(marks)
    assert re.findall(r"([+?!~]) (?:applies|may apply|gap|hangs)", one_line(text).partition(")")[0]) == list(marks)


# Options


def test_an_option_is_told_with_its_strength_statement_and_readings() -> None:
    answer = recommend(LARGE_HEAD)
    assert f"\n  + usually {answer.options[0].label} [INS-2; R-2, R-23]\n" in as_text(answer)


def test_what_one_statement_lists_is_one_line_and_alternatives_of_one_item_are_joined_by_or() -> None:
    expected = (
        "+ may include combination chemotherapy; an insulin-lowering drug (palliative); hormone therapy; "
        "radiofrequency ablation or cryosurgical ablation [INS-5; R-17, R-18]"
    )
    assert expected in told(LARGE_HEAD)


def test_what_goes_together_is_joined_by_with_and_the_strengths_of_one_statement_stand_apart() -> None:
    text = told(
        {**RESIDUAL, "pancreatic_tumors": "none", "sites": [], "residual_after_surgery": False, "duodenal_tumors": False}
    )
    assert "+ may include parietal cell vagotomy together with an acid-reducing drug [GAS-7;" in text
    assert "+ rarely total gastrectomy [GAS-7;" in text


def test_a_choice_is_told_as_either_or() -> None:
    expected = (
        "+ may include either parietal cell vagotomy together with an acid-reducing drug or, rarely, total gastrectomy [GAS-5;"
    )
    assert expected in told(RESIDUAL)


def test_what_all_alternatives_share_is_told_once() -> None:
    text = told({"tumor_type": "other", "course": "recurrent", "primary_removed": True, "spread": ["liver"], "symptoms": []})
    assert "hepatic arterial occlusion or chemoembolization, each with or without systemic chemotherapy [REC-2;" in text
    assert "surgery to remove as much cancer as possible or hormone therapy (both palliative) [OTH-2;" in text


def test_alternatives_that_do_not_share_it_say_it_each() -> None:
    case = {"tumor_type": "other", "course": "recurrent", "primary_removed": True, "spread": ["liver"], "symptoms": []}
    text = one_line(as_text(recommend(case, readings={"R-28": "chemoembolization_only", "R-16": "surgery_only"})))
    assert "occlusion or chemoembolization (with or without systemic chemotherapy) [REC-2;" in text
    assert "surgery to remove as much cancer as possible (palliative) or hormone therapy [OTH-2;" in text


def test_a_possible_option_tells_first_what_it_depends_on() -> None:
    text = told({"tumor_type": "somatostatinoma", "course": "new", "spread": []})
    assert "? depending on resectable, may include surgery to remove the tumor [SOM-1; R-1, R-15" in text


def test_facts_have_short_names(definitions: Definitions) -> None:
    text = told({"tumor_type": "insulinoma", "pancreatic_tumors": "one"})
    assert "? depending on tumor site, tumor size and resectable, usually surgery to remove the tumor [INS-1;" in text
    assert "? depending on symptoms: diarrhea, may include" in text
    for fact in definitions.vocabulary.facts:
        assert "_" not in fact or fact not in text


def test_certain_options_stand_before_possible_ones() -> None:
    case = {"tumor_type": "gastrinoma", "pancreatic_tumors": "one", "sites": ["head"], "duodenal_tumors": False, "spread": []}
    text = as_text(recommend(case))
    primary = text[text.index("Primary tumor") : text.index("Spread")]
    assert re.findall(r"^  ([+?])", primary, re.MULTILINE) == ["+", "+", "?"]


def test_an_unknown_type_is_summarized_by_type_unless_everything_is_asked_for() -> None:
    text = told({"course": "new", "resectable": False, "spread": [], "symptoms": []})
    assert re.search(r"\? if it is an insulinoma: 6 options, depending on number of tumors, .* \[INS-2, INS-5\]", text)
    assert "combination chemotherapy" not in text
    assert "The section on the tumor type may list nothing specific here." in text
    full = told({"course": "new", "resectable": False, "spread": [], "symptoms": []}, every=True)
    assert "if it is an insulinoma" not in full
    assert "may include combination chemotherapy" in full
    assert " Or: " in full
    assert "5 options if it is a glucagonoma | may apply |" in as_markdown(recommend({"course": "new", "resectable": False}))


# Gaps


def test_a_gap_tells_its_message_and_readings() -> None:
    answer = recommend(GAP)
    assert f"! gap: {answer.gaps[0].message} [R-2]" in told(GAP)


def test_a_gap_says_which_other_sections_list_something() -> None:
    assert "Another section lists options: supportive care." in told({**GAP, "symptoms": ["diarrhea"]})
    assert "Other sections may list options: supportive care and recurrent or progressive disease." in told(
        {"tumor_type": "other", "pancreatic_tumors": "one", "resectable": False}
    )
    assert "section lists options" not in told(GAP)


def test_what_matters_first_comes_nearest_and_the_rest_is_folded() -> None:
    expected = (
        "INS-2 would apply if the finding were “primary tumor not resectable”; INS-1 would apply if the finding were "
        "“small” (here “large”); also near: INS-3, INS-4, INS-5"
    )
    assert expected in told(GAP)
    assert "INS-3 would apply if the finding were “in the body” or “in the tail”; " in told(GAP, every=True)


def test_what_may_apply_is_not_told_again_as_near() -> None:
    assert "would apply" not in told({"tumor_type": "insulinoma"})
    assert "would apply" in told({"tumor_type": "insulinoma"}, every=True)


def test_a_possible_gap_tells_what_it_depends_on_and_of_many_situations_the_first() -> None:
    assert "! possible gap, depending on resectable: " in told({"tumor_type": "other", "course": "new", "spread": []})
    assert " Or in 1 other situation." in told({"tumor_type": "insulinoma"})
    assert " Or in " not in told({"tumor_type": "insulinoma"}, every=True)


def test_a_gap_of_a_combination_is_worded_as_such() -> None:
    assert "! gap (combination): For gastrinoma, this section takes up" in told(RESIDUAL)
    assert "**Gap (combination):** For gastrinoma" in as_markdown(recommend(RESIDUAL))
    assert "! possible gap (combination), depending on tumors in the duodenum: " in told({**RESIDUAL, "duodenal_tumors": None})


@pytest.mark.parametrize("case", [{}, {"tumor_type": "gastrinoma"}])
def test_no_nearest_statement_stands_without_a_difference(case: dict[str, Any]) -> None:
    assert not re.findall(r"[A-Z]+-\d+ would apply if ?(?:;|\+|$)", told(case, every=True))


# The rest


def test_the_open_questions_are_told_in_order(definitions: Definitions) -> None:
    _, _, rest = as_text(recommend(LARGE_HEAD)).partition("What can still change the answer, next question first\n")
    assert rest.split("\n\n")[0] == f"  1. {definitions.vocabulary.question('symptoms')}"
    answer = recommend(
        {**LARGE_HEAD, "resectable": None, "symptoms": {"diarrhea": True, "stomach_ulcers": True, "low_blood_sugar": True}}
    )
    _, _, rest = as_text(answer).partition("next question first\n")
    questions = [line.partition(". ")[2] for line in rest.split("\n\n")[0].splitlines()]
    assert questions == [definitions.question(fact, "insulinoma") for fact in answer.missing]


def test_what_was_given_in_vain_is_told() -> None:
    assert "Given, but no statement on this type uses it: tumors in the duodenum" in told(
        {**LARGE_HEAD, "duodenal_tumors": True}
    )
    assert "uses it: tumors in the duodenum" in as_markdown(recommend({**LARGE_HEAD, "duodenal_tumors": True}))
    assert "Given, but" not in told(LARGE_HEAD)


def test_tracks_without_options_or_gaps_are_left_out(definitions: Definitions) -> None:
    text = as_text(recommend({**LARGE_HEAD, "symptoms": []}))
    shown = [group.title for group in definitions.groups.values() if f"\n{group.title}\n" in text]
    assert shown == ["Primary tumor"]


@pytest.mark.parametrize("show", [as_text, as_markdown])
def test_readings_are_told_by_title_and_advice_source_and_disclaimer_always(definitions: Definitions, show: Any) -> None:
    answer = recommend(LARGE_HEAD)
    text = one_line(show(answer).replace("\\", ""))
    told = "R-2 taken as written: a Whipple procedure where the tumor is not resectable; R-13 MEN1, age and general health"
    assert f"{told} are not used; R-17 a statement on the tumor" in text
    for advice in definitions.advice:
        assert f"For everyone: {one_line(advice.text).partition('. ')[0]}" in text
    assert "Not approved: insulinoma, supportive, recurrent (never reviewed)" in text
    assert definitions.source.url in text
    assert definitions.source.updated in text
    assert one_line(definitions.source.disclaimer) in text


def test_of_many_readings_the_ids_are_told() -> None:
    answer = recommend({})
    assert f"Readings: {', '.join(answer.readings)} " in told({})


def test_the_explained_answer_adds_why_and_the_readings_in_full(definitions: Definitions) -> None:
    answer = recommend(LARGE_HEAD)
    text = as_text(answer, explained=True)
    assert "\n".join(["Why (- does not apply)", "", *answer.reasons()]) in text
    for line in itertools.takewhile(lambda line: not line.startswith("For everyone"), as_text(answer).splitlines()):
        assert line in text
    for key in answer.readings:
        assert f"{key}: {one_line(definitions.readings[key].text)}" in one_line(text)
    for advice in definitions.advice:
        assert one_line(advice.text) in one_line(text)
    assert one_line(definitions.source.disclaimer) in one_line(text)
    assert "Why" not in as_text(recommend({"tumor_type": "exocrine"}), explained=True)


@pytest.mark.parametrize("show", [as_text, as_markdown])
def test_out_of_scope_tells_the_reason_and_gives_no_advice(definitions: Definitions, show: Any) -> None:
    text = one_line(show(recommend({"tumor_type": "acth_producing", "course": "new"})))
    assert one_line(definitions.entry.types["acth_producing"].note) in text
    assert "For everyone" not in text
    assert one_line(definitions.source.disclaimer) in text


def test_what_is_shortened_says_how_to_see_it_all() -> None:
    assert "`pnet recommend --all`" in told({})
    assert "`pnet recommend --all`" not in told({}, every=True)
    assert "`pnet recommend --all`" not in told(LARGE_HEAD)


# The parts


@pytest.mark.parametrize("kind", list(TumorType))
def test_the_heading_is_the_types_label(definitions: Definitions, kind: TumorType) -> None:
    assert heading(recommend({"tumor_type": kind})) == definitions.entry.types[kind].label


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (Mismatch("size", Size.LARGE, (Size.SMALL,)), "“small” (here “large”)"),
        (Mismatch("size", None, (Size.SMALL,)), "“small” (not known yet)"),
        (Mismatch("resectable", True, (False,)), "“primary tumor not resectable”"),
        (Mismatch("resectable", None, (True,)), "“primary tumor resectable” (not known yet)"),
        (Mismatch("sites.head", True, (False,)), "“not in the head”"),
        (Mismatch("size", NOT_APPLICABLE, (Size.SMALL,)), "“small” (here not applicable)"),
        (Mismatch("size", Size.SMALL, (NOT_APPLICABLE,)), "“tumor size not applicable”"),
    ],
)
def test_a_difference_tells_what_is_needed_and_what_is(definitions: Definitions, difference: Mismatch, text: str) -> None:
    assert need_text(definitions, difference) == text


def test_a_near_statement_needs_all_or_any_one(definitions: Definitions) -> None:
    differs = (Mismatch("sites.body", False, (True,)), Mismatch("resectable", False, (True,)))
    assert near_text(definitions, NearestStatement("X-1", differs)) == (
        "X-1 would apply if the findings were “in the body” and “primary tumor resectable”"
    )
    assert (
        near_text(definitions, NearestStatement("X-1", differs, any_one=True))
        == "X-1 would apply if the finding were “in the body” or “primary tumor resectable”"
    )


def test_members_of_a_group_share_its_name(definitions: Definitions) -> None:
    names = fact_names(definitions.vocabulary, ["resectable", "spread.liver", "sites.head", "symptoms", "sites.tail"])
    assert names == ["resectable", "spread: liver", "tumor site", "symptoms"]


# Markdown


def test_markdown_lists_the_options_of_a_track_in_a_table() -> None:
    answer = recommend(LARGE_HEAD)
    lines = as_markdown(answer).splitlines()
    first = lines.index("| option | applies | depending on | statement | readings |")
    assert set(lines[first + 1].replace(" ", "")) == {"|", "-"}
    assert lines[first + 2] == f"| usually {answer.options[0].label} | applies |  | INS-2 | R-2, R-23 |"
    assert "| may include radiofrequency ablation or cryosurgical ablation | applies |  | INS-5 | R-17, R-18 |" in lines
    assert "| may apply | symptoms: diarrhea | SUP-2 |" in as_markdown(answer)


def test_markdown_tells_gaps_and_what_comes_nearest() -> None:
    text = as_markdown(recommend(GAP))
    assert f"**Gap:** {recommend(GAP).gaps[0].message} (R-2)" in text
    assert "\nINS-2 would apply if the finding were “primary tumor not resectable”; INS-1 would apply" in text
    assert "**Possible gap, depending on " in as_markdown(recommend({"tumor_type": "other"}))


def test_markdown_numbers_the_open_questions(definitions: Definitions) -> None:
    assert f"\n1. {definitions.vocabulary.question('symptoms')}\n" in as_markdown(recommend(LARGE_HEAD))


# Work-up


@pytest.mark.parametrize("kind", list(TumorType))
def test_a_work_up_tells_everything_that_it_holds(definitions: Definitions, kind: TumorType) -> None:
    answer = workup(kind)
    text = one_line(workup_text(answer))
    own = answer.own
    for said in (own.name, own.hormone, own.typical_site, own.behavior, own.scope_note, *own.also_called, *own.signs):
        assert one_line(said or "") in text
    for one in own.syndromes:
        assert one_line(f"Causes: {one.name} ({one.what})") in text
    for test in (*own.tests, *answer.general_tests):
        assert one_line(f"{test.name}: {test.what}") in text
    assert text.endswith(one_line(definitions.source.disclaimer))


@pytest.mark.parametrize("kind", list(TumorType))
def test_no_line_of_a_work_up_is_wider_than_100(kind: TumorType) -> None:
    assert max(len(line) for line in workup_text(workup(kind)).splitlines()) <= 100


def test_a_work_up_tells_what_the_summary_is_silent_on() -> None:
    assert "The summary is silent on: typical site, behavior\n" in workup_text(workup("vipoma"))
    assert "silent" not in workup_text(workup("insulinoma"))


def test_a_work_up_without_signs_or_tests_says_so() -> None:
    text = workup_text(workup("other"))
    assert "The summary names no signs for it." in text
    assert "Tests for this type: none named" in text


def test_a_work_up_out_of_scope_says_so() -> None:
    assert "Out of scope: " in workup_text(workup("exocrine"))
    assert "Out of scope: " not in workup_text(workup("other"))
