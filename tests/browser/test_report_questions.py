"""The question that the report page asks: where it begins, what it offers, what a choice changes, where the keyboard goes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import pytest

from browser.chromium import opened
from browser.findings import VOCABULARY, address_of, case_of, field_of, fields_of, findings_at, findings_of, form_of
from browser.shown import DONE, SHOWN, check_shown
from browser.steps import ASKED, CASES, choose
from pnet_pathways import Recommendation, recommend
from pnet_pathways.model.pathway import Definitions

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


def tab_to_next(page: Page, label: str) -> None:
    """Press Tab within the next question until a button or box with a label has the focus."""
    said = "(document.activeElement.closest('label') || document.activeElement).textContent"
    while page.evaluate(said) != label:
        page.keyboard.press("Tab")
        assert page.evaluate("Boolean(document.activeElement.closest('#next-body'))"), label


def test_a_case_is_followed_by_its_next_questions(page: Page, report: Path, definitions: Definitions) -> None:
    """Every answer is given where the next question is asked; the keyboard goes along to the next."""
    case = CASES["insulinoma-head-small"]
    opened(page, report)
    found: dict[str, str] = {}
    page.locator("#next-question").focus()
    while (answer := recommend(case_of(found))).missing:
        key = field_of(answer.missing[0])
        default = VOCABULARY.answer(key, VOCABULARY.choices(key)[-1])
        value = address_of(findings_of(case)).get(key, default)
        if key in VOCABULARY.groups:
            group = VOCABULARY.groups[key]
            labels = [VOCABULARY.label(f"{key}.{member}") for member in group.members if member in value.split(" and ")]
            for label in labels or ["none of these"]:
                tab_to_next(page, label)
                page.keyboard.press("Space")
            tab_to_next(page, f"Answer: {' and '.join(labels) or group.none.label}")
        else:
            tab_to_next(page, VOCABULARY.facts[key].texts[value].label)
        page.keyboard.press("Enter")
        found.update(findings_at({key: value}))
        check_shown(page, definitions, found)
        assert page.evaluate(ASKED)
        # Held or pressed again, Enter answers nothing.
        for again in ("Enter", "Enter", "Space"):
            page.keyboard.press(again)
        check_shown(page, definitions, found)
    assert page.evaluate(SHOWN)["next"] == DONE
    assert len(found) > 8


def test_the_first_questions_are_the_type_and_the_course(page: Page, report: Path, definitions: Definitions) -> None:
    """Either begins a case; the course comes first where the type is known."""
    opened(page, report)
    groups = page.locator("#next-body [role='group']")
    assert groups.count() == 2
    groups.nth(1).get_by_role("button", name="come back").click()
    check_shown(page, definitions, {"course": "recurrent"})
    page.get_by_role("button", name="Start again").click()
    page.locator("#next-body").get_by_role("button", name="VIPoma").click()
    check_shown(page, definitions, {"tumor_type": "vipoma"})
    assert page.evaluate(SHOWN)["next"] == definitions.question("course", "vipoma")


TOLD: Final = {
    "now": r"(\d+) options? now appl",
    "gone": r"(\d+) options? no longer appl",
    "more": r"(\d+) more options? may apply",
    "unsure": r"(\d+) options? (?:is|are) no longer certain",
    "gaps": r"(\d+) new gap",
    "closed": r"(\d+) gaps? less",
}


def changes(before: Recommendation, after: Recommendation) -> dict[str, int]:
    """Return how many options and gaps a finding changed, by what became of them."""
    was, now = (
        {(one.statement, one.item, one.treatments): one.certainty for one in answer.options} for answer in (before, after)
    )
    had, has = ({(one.track, one.kind) for one in answer.gaps if one.certainty == "certain"} for answer in (before, after))
    found = Counter[str](gaps=len(has - had), closed=len(had - has))
    for one in was.keys() | now.keys():
        change = (was.get(one), now.get(one))
        found["now"] += change[1] == "certain" != change[0]
        found["gone"] += change[1] is None
        found["more"] += change == (None, "possible")
        found["unsure"] += change == ("certain", "possible")
    return {key: found[key] for key in TOLD}


def test_what_a_choice_changed_is_said_and_what_applies_anew_is_marked(page: Page, report: Path) -> None:
    """Along a case, then back: a finding is made unknown again."""
    opened(page, report, "#tumor_type=gastrinoma&course=new")
    assert page.evaluate(SHOWN)["changed"] == ""
    found = {"tumor_type": "gastrinoma", "course": "new"}
    seen_kinds: set[str] = set()
    steps = {"pancreatic_tumors": "none", "duodenal_tumors": "no", "spread": "liver", "mostly_liver": "yes"}
    steps |= {"severe_symptoms": "yes", "symptoms": "diarrhea"}
    for key, answer in (*steps.items(), ("severe_symptoms", ""), ("duodenal_tumors", "yes"), ("mostly_liver", "no")):
        before = recommend(case_of(found))
        choose(page, key, answer)
        for fact in VOCABULARY.groups[key].facts if key in VOCABULARY.groups else (key,):
            found.pop(fact, None)
        found |= findings_at({key: answer}) if answer else {}
        after = recommend(case_of(found))
        said = page.evaluate(SHOWN)["changed"]
        told = {name: int(match[1]) if (match := re.search(words, said)) else 0 for name, words in TOLD.items()}
        assert told == changes(before, after), (key, said)
        seen_kinds |= {name for name, number in told.items() if number}
        assert said.endswith(f"Next: {page.locator('#next-question').text_content()}") is bool(after.missing)
        sure = [{(one.statement, one.item) for one in some.options if one.certainty == "certain"} for some in (before, after)]
        marked = set(page.locator("#answer .said:has(.fresh) .why a:first-child").all_inner_texts())
        assert marked == {statement for statement, _ in sure[1] - sure[0]}
    assert seen_kinds >= {"now", "gone", "more", "unsure"}
    assert page.locator("#changed").get_attribute("role") == "status"


def test_a_question_is_skipped_and_asked_again(page: Page, report: Path, definitions: Definitions) -> None:
    """A skipped finding stays unknown: the answer is the same, and the next open question follows."""
    found = {"tumor_type": "somatostatinoma", "course": "new"}
    opened(page, report, f"#{urlencode(found)}")
    asked = [definitions.question(key, "somatostatinoma") for key in fields_of(recommend(case_of(found)).missing)]
    status = page.evaluate(SHOWN)["status"]
    for question in asked:
        seen = page.evaluate(SHOWN)
        assert (seen["next"], seen["status"]) == (question, status)
        page.get_by_role("button", name="Not known: skip").press("Enter")
        assert page.evaluate(ASKED)
    assert page.evaluate(SHOWN)["next"] == "The questions left were skipped"
    page.get_by_role("button", name="Ask them again").click()
    check_shown(page, definitions, found)


def test_what_is_known_is_changed_and_made_unknown_where_it_is_listed(
    page: Page, report: Path, definitions: Definitions
) -> None:
    found = {"tumor_type": "insulinoma", "course": "new", "pancreatic_tumors": "one", "size": "large"}
    opened(page, report, f"#{urlencode(found)}")
    page.get_by_role("button", name="Change: large").click()
    assert page.evaluate(SHOWN)["next"] == definitions.question("size", "insulinoma")
    pressed = page.locator("#next-body button[aria-pressed='true']")
    assert pressed.all_inner_texts() == ["large"]
    page.locator("#next-body").get_by_role("button", name="small").click()
    found["size"] = "small"
    check_shown(page, definitions, found)
    page.get_by_role("button", name="Change: small").click()
    page.get_by_role("button", name="Not known", exact=True).click()
    del found["size"]
    assert page.evaluate(SHOWN)["given"] == form_of(found)
    page.get_by_role("button", name="Change: not treated yet").click()
    page.get_by_role("button", name="Keep as it is").click()
    assert page.evaluate(SHOWN)["given"] == form_of(found)


def test_symptoms_are_one_checklist_in_which_none_of_these_stands_alone(
    page: Page, report: Path, definitions: Definitions
) -> None:
    found = {"tumor_type": "vipoma", "course": "new", "resectable": "no", **findings_at({"spread": "none"})}
    opened(page, report, f"#{urlencode(found)}")
    assert fields_of(recommend(case_of(found)).missing)[0] == "symptoms"
    boxes, done = page.locator("#next-body input"), page.locator("#next-body .done")
    assert boxes.count() == len(VOCABULARY.groups["symptoms"].members) + 1
    assert (done.inner_text(), done.is_disabled()) == ("Tick all that apply", True)
    none = page.get_by_role("group").get_by_label("none of these").first
    boxes.nth(2).check(force=True)
    none.check(force=True)
    assert not boxes.nth(2).is_checked()
    boxes.nth(2).check(force=True)
    assert not none.is_checked()
    none.check(force=True)
    done.click()
    check_shown(page, definitions, found | findings_at({"symptoms": "none"}))


def test_the_next_question_offers_only_what_contradicts_nothing(page: Page, report: Path, definitions: Definitions) -> None:
    found = {"tumor_type": "insulinoma", "course": "new", "pancreatic_tumors": "several"}
    opened(page, report, f"#{urlencode(found)}")
    assert recommend(case_of(found)).missing[0] == "resectable"
    at = {"tumor_type": "insulinoma", "course": "new", "sites": "body"}
    opened(page, report, f"#{urlencode(at)}")
    texts = definitions.vocabulary.facts["pancreatic_tumors"].texts
    assert recommend(case_of(findings_at(at))).missing[0] == "pancreatic_tumors"
    assert page.evaluate(SHOWN)["choices"] == [texts[one].label for one in ("one", "several")]


def test_a_group_is_answered_whole_where_its_answer_contradicts_nothing(
    page: Page, report: Path, definitions: Definitions
) -> None:
    """One tumor is somewhere: nothing ticked is no answer, and what is known already stays as it is."""
    found = {"tumor_type": "insulinoma", "course": "new", "pancreatic_tumors": "one", "sites.head": "no"}
    opened(page, report, f"#{urlencode(found)}")
    assert fields_of(recommend(case_of(found)).missing)[0] == "sites"
    boxes, done = page.locator("#next-body input"), page.locator("#next-body .done")
    assert [boxes.nth(place).is_disabled() for place in range(3)] == [True, False, False]
    boxes.nth(3).check(force=True)
    assert (done.inner_text(), done.is_disabled()) == ("Answer: nowhere", True)
    assert page.locator("[data-fact='sites'] .follows").text_content() == "Known in part: not in the head."
    boxes.nth(1).check(force=True)
    boxes.nth(2).check(force=True)
    assert (done.inner_text(), done.is_disabled()) == ("Answer: body and tail", False)
    done.click()
    check_shown(page, definitions, {**found, "sites.body": "yes", "sites.tail": "yes"})


IN_SIGHT: Final = """ids => ids.filter(id => {
  const { top, bottom, left, right, width } = document.querySelector(id).getBoundingClientRect();
  return !(width > 0 && top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth);
})"""


@pytest.mark.parametrize(("width", "height"), [(768, 1024), (1024, 768), (1440, 900)])
def test_the_question_the_summary_and_the_page_are_in_sight_together(page: Page, report: Path, width: int, height: int) -> None:
    """From a tablet on, whatever is asked and whatever a choice has just changed."""
    page.set_viewport_size({"width": width, "height": height})
    opened(page, report)
    page.locator(".contents a[href='#explorer']").click()
    for choice in ("gastrinoma", "come back", "no", "one"):
        assert page.evaluate(IN_SIGHT, ["#next .question", "#next .choices", "#status", "#stage svg"]) == [], choice
        page.locator("#next-body").get_by_role("button", name=choice, exact=True).first.click()


def test_on_a_phone_the_answer_is_below_one_question(page: Page, report: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, report, "#tumor_type=vipoma")
    page.locator("#next-body").get_by_role("button", name="not treated yet").click()
    places = [page.locator(one).bounding_box() for one in ("#next", "#status", "#answer", "#stage")]
    tops = [one["y"] for one in places if one is not None]
    assert len(tops) == 4
    assert tops == sorted(tops)
    assert tops[0] >= 0
    assert tops[1] < 844
    assert page.locator("#next-body [role='group']").count() == 1
    assert not page.locator("#findings").is_visible()
