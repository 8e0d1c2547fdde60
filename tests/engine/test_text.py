"""Answers as text and Markdown for people."""

from __future__ import annotations

import re
from typing import Any

import pytest

from examples import LARGE_HEAD
from pnet_pathways import Size, TumorType, recommend, workup
from pnet_pathways.engine.tables import Mismatch
from pnet_pathways.engine.text import as_markdown, as_text, difference_text, heading, workup_text
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.values import NOT_APPLICABLE

GAP: dict[str, Any] = {**LARGE_HEAD, "resectable": True, "symptoms": []}


def one_line(text: str) -> str:
    return " ".join(text.split())


# Text


def test_text_begins_with_type_and_status() -> None:
    assert as_text(recommend(LARGE_HEAD)).splitlines()[0] == "Insulinoma: incomplete"
    assert as_text(recommend({**LARGE_HEAD, "symptoms": []})).splitlines()[0] == "Insulinoma: complete"
    assert as_text(recommend({"tumor_type": "exocrine"})).splitlines()[0] == "Exocrine cancer: out of scope"
    assert as_text(recommend({})).splitlines()[0] == "Tumor type unknown: incomplete"


def test_a_certain_option_is_told_with_its_statement_and_readings() -> None:
    answer = recommend(LARGE_HEAD)
    label = answer.options[0].label
    assert f"\n  + usually {label} [INS-2; R-2]\n" in as_text(answer)


def test_a_possible_option_tells_what_it_depends_on() -> None:
    text = one_line(as_text(recommend({"tumor_type": "somatostatinoma", "course": "new", "spread": []})))
    assert "? surgery to remove the tumor [SOM-1; R-1; R-15; possible, depends on resectable]" in text


def test_certain_options_stand_before_possible_ones() -> None:
    case = {"tumor_type": "gastrinoma", "pancreatic_tumors": "one", "sites": ["head"], "duodenal_tumors": False, "spread": []}
    text = as_text(recommend(case))
    primary = text[text.index("The tumor itself") : text.index("Spread")]
    assert re.findall(r"^  ([+?])", primary, re.MULTILINE) == ["+", "+", "?"]


def test_a_gap_tells_its_message_readings_and_what_comes_nearest() -> None:
    answer = recommend(GAP)
    text = one_line(as_text(answer))
    assert f"! gap: {answer.gaps[0].message} [R-2]" in text
    assert "nearest INS-3: sites.body is no, needs yes; or sites.tail is no, needs yes" in text


def test_a_possible_gap_tells_what_it_depends_on() -> None:
    text = one_line(as_text(recommend({"tumor_type": "other", "spread": []})))
    assert "! possible gap, depends on resectable: " in text


@pytest.mark.parametrize("case", [{}, {"tumor_type": "gastrinoma"}])
def test_no_nearest_statement_stands_without_a_difference(case: dict[str, Any]) -> None:
    assert not re.findall(r"nearest [A-Z]+-\d+:$", as_text(recommend(case)), re.MULTILINE)


def test_the_open_questions_are_told_in_order() -> None:
    answer = recommend(LARGE_HEAD)
    _, _, rest = as_text(answer).partition("Can still change the answer, next question first\n")
    asked = [line.strip().partition(":")[0] for line in rest.split("\n\n")[0].splitlines()]
    assert tuple(asked) == answer.missing


def test_what_was_given_in_vain_is_told() -> None:
    text = one_line(as_text(recommend({**LARGE_HEAD, "duodenal_tumors": True})))
    assert "Given, but no statement on this type reads it: duodenal_tumors" in text
    assert "Given, but" not in as_text(recommend(LARGE_HEAD))


def test_tracks_without_options_or_gaps_are_left_out(definitions: Definitions) -> None:
    text = as_text(recommend({**LARGE_HEAD, "symptoms": []}))
    shown = [group.title for group in definitions.groups.values() if f"\n{group.title}\n" in text]
    assert shown == ["The tumor itself"]


@pytest.mark.parametrize("show", [as_text, as_markdown])
def test_every_reading_advice_source_and_disclaimer_is_told(definitions: Definitions, show: Any) -> None:
    answer = recommend(LARGE_HEAD)
    text = one_line(show(answer).replace("\\", ""))
    for key in answer.readings:
        assert f"{key}: {one_line(definitions.readings[key].text)}" in text
    for advice in definitions.advice:
        assert f"For everyone: {one_line(advice.text)}" in text
    assert definitions.source.url in text
    assert definitions.source.updated in text
    assert one_line(definitions.source.disclaimer) in text


@pytest.mark.parametrize("show", [as_text, as_markdown])
def test_out_of_scope_tells_the_reason_and_gives_no_advice(definitions: Definitions, show: Any) -> None:
    text = one_line(show(recommend({"tumor_type": "acth_producing", "course": "new"})))
    assert one_line(definitions.entry.types["acth_producing"].note) in text
    assert "For everyone" not in text
    assert one_line(definitions.source.disclaimer) in text


# The parts


@pytest.mark.parametrize("kind", list(TumorType))
def test_the_heading_is_the_types_label(definitions: Definitions, kind: TumorType) -> None:
    assert heading(recommend({"tumor_type": kind})) == definitions.entry.types[kind].label


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (Mismatch("size", Size.LARGE, (Size.SMALL,)), "size is large, needs small"),
        (Mismatch("resectable", True, (False,)), "resectable is yes, needs no"),
        (Mismatch("resectable", None, (True,)), "resectable is unknown, needs yes"),
        (Mismatch("sites.head", True, (False,)), "sites.head is yes, needs no"),
        (Mismatch("size", NOT_APPLICABLE, (Size.SMALL,)), "size is not applicable, needs small"),
        (Mismatch("size", Size.SMALL, (NOT_APPLICABLE,)), "size is small, needs does not apply"),
    ],
)
def test_a_difference_tells_what_is_and_what_is_needed(definitions: Definitions, difference: Mismatch, text: str) -> None:
    assert difference_text(definitions, difference) == text


def test_a_difference_uses_the_labels_of_the_answers(definitions: Definitions) -> None:
    label = definitions.vocabulary.facts["tumor_type"].texts["vipoma"].label
    one = Mismatch("tumor_type", TumorType.VIPOMA, (TumorType.OTHER,))
    assert difference_text(definitions, one).startswith(f"tumor_type is {label}, needs ")


# Markdown


def test_markdown_is_titled_by_type_and_status() -> None:
    assert as_markdown(recommend(LARGE_HEAD)).startswith("# Insulinoma: incomplete\n\n")


def test_markdown_lists_the_options_of_a_track_in_a_table() -> None:
    answer = recommend(LARGE_HEAD)
    lines = as_markdown(answer).splitlines()
    first = lines.index("| option | statement | certainty | depends on | readings |")
    assert set(lines[first + 1].replace(" ", "")) == {"|", "-"}
    assert lines[first + 2] == f"| usually {answer.options[0].label} | INS-2 | certain |  | R-2 |"


def test_markdown_tells_gaps_and_what_comes_nearest() -> None:
    text = as_markdown(recommend(GAP))
    assert f"**Gap:** {recommend(GAP).gaps[0].message}" in text
    assert "- nearest INS-1: size is large, needs small" in text
    assert "**Possible gap:** " in as_markdown(recommend({"tumor_type": "other"}))


def test_markdown_numbers_the_open_questions() -> None:
    text = as_markdown(recommend(LARGE_HEAD))
    numbers = re.findall(r"^(\d+)\. .*\(([a-z\\_.]+)\)$", text, re.MULTILINE)
    assert [fact.replace("\\", "") for _, fact in numbers] == list(recommend(LARGE_HEAD).missing)
    assert [int(number) for number, _ in numbers] == [1, 2, 3, 4]


def test_markdown_tells_what_was_given_in_vain() -> None:
    assert "reads it: duodenal\\_tumors" in as_markdown(recommend({**LARGE_HEAD, "duodenal_tumors": True}))


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
