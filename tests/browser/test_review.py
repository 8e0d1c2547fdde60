"""A whole review on the report page, by mouse and by keyboard: answered, kept, exported as its form says, taken back."""

from __future__ import annotations

import datetime
import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from browser.chromium import opened
from browser.review_steps import (
    Keys,
    answers,
    by_keyboard,
    decide,
    exported,
    imported,
    problems,
    sign,
    verdict,
)
from pnet_pathways.governance.review.form import Decision, Verdict, read_form
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.review_items import readings_to_review, review_items

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

MOST_KEY_PRESSES: Final = 400


def digest(form: dict[str, Any]) -> str:
    """Return the digest of a form, as the contract words it."""
    rest = {key: value for key, value in form.items() if key != "digest"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def whole(definitions: Definitions, names: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the ids that a form on some pathways holds, by pathway, and the readings'."""
    found = {name: [one.id for one in review_items(definitions.pathways[name])] for name in names}
    return {**found, "readings": [one.id for one in readings_to_review(definitions, names)]}


def held(form: dict[str, Any]) -> dict[str, list[str]]:
    return {**{name: list(one["items"]) for name, one in form["pathways"].items()}, "readings": list(form["readings"])}


def test_a_pathway_is_reviewed_with_the_mouse(page: Page, report: Path, definitions: Definitions) -> None:
    """Two rejections with comments; then the file holds what was said, whole, bound to the definitions."""
    opened(page, report)
    page.locator("[data-queue='insulinoma']").click()
    assert page.locator(".review-page:visible figure").get_attribute("id") == "page-insulinoma"
    for item in review_items(definitions.pathways["insulinoma"]):
        page.locator(f".review-page:visible .review-list [data-item='{item.id}']").click()
        assert page.locator(".card:visible").get_attribute("data-item") == item.id
        changed = item.id in ("INS-1", "primary.large_head")
        verdict(page, "change" if changed else "agree")
        if changed:
            page.locator("#review-comment").fill(f"Ändern: {item.id} \u2013 “so” \\ \u2028 \U0001f600\n\tto be read again")
    assert page.locator("[data-queue='insulinoma'] .done").inner_text() == "10 of 10"
    needed = [one.id for one in readings_to_review(definitions, ["insulinoma"])]
    for reading in needed:
        page.evaluate("id => { location.hash = `reading-${id}`; }", reading)
        page.locator(f"#reading-{reading}").wait_for()
        verdict(page, "unsure" if reading == "R-2" else "agree")
    page.locator("#review-finish-button").click()
    approve = page.locator("fieldset[data-pathway='insulinoma'] input[value='approve']")
    assert approve.is_disabled()
    assert "INS-1, Gap, large head should change" in page.locator("fieldset[data-pathway='insulinoma']").inner_text()
    decide(page, "insulinoma", "do_not_approve")
    sign(page)
    form = exported(page)
    assert held(form) == whole(definitions, ("insulinoma",))
    assert form["digest"] == digest(form)
    assert form["format"] == "pnet_pathways review form 1"
    assert form["definitions"] == {"version": definitions.version, "hash": definitions.content_hash}
    assert form["reviewer"] == {"name": "Dr. Zoë Ångström", "role": "endocrine surgeon", "date": "2026-11-20"}
    own = form["pathways"]["insulinoma"]
    assert own["decision"] == "do_not_approve"
    assert {key for key, one in own["items"].items() if one["verdict"] == "change"} == {"INS-1", "primary.large_head"}
    assert own["items"]["INS-1"]["comment"] == "Ändern: INS-1 \u2013 “so” \\ \u2028 \U0001f600\n\tto be read again"
    assert own["items"]["INS-2"] == {"verdict": "agree", "comment": ""}
    assert form["readings"]["R-2"] == {"verdict": "unsure", "comment": ""}


def test_what_is_exported_is_what_an_import_reads(page: Page, report: Path, definitions: Definitions, tmp_path: Path) -> None:
    """Approvals, and approvals with changes, with all that was said."""
    opened(page, report)
    by_keyboard(Keys(page), definitions)
    page.locator("[data-queue='vipoma']").click()
    verdict(page, "change")
    page.locator("#review-comment").fill("Not so.\r\nBut so.")
    page.locator("#review-finish-button").click()
    decide(page, "vipoma", "approve_with_changes")
    sign(page)
    (tmp_path / "form.json").write_text(json.dumps(exported(page), ensure_ascii=False), "utf-8")
    form = read_form(tmp_path / "form.json", datetime.date(2026, 11, 28), definitions)
    assert {name: one.decision for name, one in form.pathways.items()} == {
        name: Decision.APPROVE_WITH_CHANGES if name == "vipoma" else Decision.APPROVE for name in definitions.pathways
    }
    assert form.pathways["vipoma"].items["VIP-1"].verdict is Verdict.CHANGE
    assert form.pathways["vipoma"].items["VIP-1"].comment == "Not so.\nBut so."


def test_every_pathway_is_reviewed_by_keyboard_alone_in_few_presses(page: Page, report: Path, definitions: Definitions) -> None:
    opened(page, report)
    keys = Keys(page)
    by_keyboard(keys, definitions)
    form = exported(page, by=keys)
    assert held(form) == whole(definitions, tuple(definitions.pathways))
    assert form["digest"] == digest(form)
    assert {one["decision"] for one in form["pathways"].values()} == {"approve"}
    said = [one for own in form["pathways"].values() for one in own["items"].values()] + list(form["readings"].values())
    assert {one["verdict"] for one in said} == {"agree"}
    assert len(said) * 2 < keys.presses < MOST_KEY_PRESSES


def test_answers_survive_a_reload_and_go_to_another_machine(page: Page, browser: Browser, report: Path) -> None:
    """A draft holds an unfinished review; what it says is taken in beside what is there."""
    opened(page, report)
    for key in "ajuj":
        page.keyboard.press(key)
    page.keyboard.press("c")
    page.keyboard.type("a, c, u and j are letters here")
    page.keyboard.press("Escape")
    before = answers(page)
    assert before == {
        "reading:R-1": {"verdict": "agree", "comment": ""},
        "reading:R-2": {"verdict": "unsure", "comment": ""},
        "reading:R-3": {"verdict": "change", "comment": "a, c, u and j are letters here"},
    }
    opened(page, report)
    assert answers(page) == before
    assert page.locator(".card:visible").get_attribute("data-item") == "R-4"
    page.keyboard.press("f")
    draft = exported(page, "#review-draft")
    assert draft["digest"] == digest(draft)
    assert draft["format"] == "pnet_pathways review draft 1"
    with browser.new_context() as elsewhere:
        other = opened(elsewhere.new_page(), report)
        other.keyboard.press("j")
        other.keyboard.press("j")
        other.keyboard.press("j")
        other.keyboard.press("a")
        assert imported(other, draft) == "3 answers are taken in from form.json."
        assert answers(other) == {**before, "reading:R-4": {"verdict": "agree", "comment": ""}}


def test_a_review_is_taken_back_as_it_was_exported(
    page: Page, browser: Browser, report: Path, definitions: Definitions
) -> None:
    opened(page, report)
    by_keyboard(Keys(page), definitions)
    form = exported(page)
    with browser.new_context() as elsewhere:
        other = opened(elsewhere.new_page(), report)
        other.keyboard.press("f")
        imported(other, form)
        assert exported(other) == form


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda form: form["readings"]["R-1"].update(verdict="change"), "The file was changed after it was exported"),
        (lambda form: form.update(format="something else"), "its “format” is not “pnet_pathways review form 1”"),
        (lambda form: form["definitions"].update(hash="0" * 64), "a review of other definitions (hash 000000000000)"),
        (lambda form: form["readings"].update({"R-99": {"verdict": "agree", "comment": ""}}), "does not know: reading:R-99"),
        (lambda form: form["readings"].update({"R-1": {"verdict": "maybe", "comment": ""}}), "does not know: reading:R-1"),
    ],
)
def test_a_file_that_is_no_review_of_these_definitions_changes_nothing(
    page: Page, report: Path, change: Any, said: str
) -> None:
    opened(page, report)
    page.keyboard.press("u")
    page.keyboard.press("f")
    form = exported(page, "#review-draft")
    change(form)
    if "changed after" not in said:
        form["digest"] = digest(form)
    before = answers(page)
    assert said in imported(page, form)
    assert answers(page) == before


def test_a_file_that_is_no_json_is_named_as_such(page: Page, report: Path) -> None:
    assert "This is no JSON" in imported(opened(page, report), "hello")


def test_an_export_waits_for_all_that_an_import_asks_for(page: Page, report: Path, definitions: Definitions) -> None:
    opened(page, report)
    page.keyboard.press("f")
    unsigned = [f"The reviewer\u2019s {field} is missing" for field in ("name", "role")]
    assert problems(page) == ["No pathway has a decision", *unsigned]
    decide(page, "recurrent", "approve")
    needed = ", ".join(one.id for one in readings_to_review(definitions, ["recurrent"]))
    assert problems(page)[:2] == [
        "Recurrent or progressive, any type: 2 of 2 statements and gaps are undecided",
        f"Recurrent or progressive, any type rests on readings that are undecided: {needed}",
    ]
    # Each problem leads to the item that it is about.
    page.get_by_role("button", name="2 of 2 statements and gaps are undecided").click()
    assert page.locator(".card:visible").get_attribute("id") == "statement-REC-1"
    verdict(page, "change")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    assert "REC-1: “change” needs a comment that says what should change" in problems(page)
    assert any("cannot be approved as it is while REC-1 should change" in one for one in problems(page))
    page.locator("#review-name").fill("A")
    page.locator("#review-role").fill("B")
    page.locator("#review-date").fill("2999-01-01")
    assert "The date, 2999-01-01, has not come yet" in problems(page)
    assert page.locator("#review-export").is_disabled()


def test_single_keys_can_be_switched_off_and_stay_off(page: Page, report: Path) -> None:
    opened(page, report)
    page.locator("#review-keys").uncheck()
    page.keyboard.press("a")
    opened(page, report)
    assert not page.locator("#review-keys").is_checked()
    page.keyboard.press("a")
    assert answers(page) == {}
    page.locator("#review-keys").check()
    page.keyboard.press("a")
    assert list(answers(page)) == ["reading:R-1"]


def test_keys_with_a_modifier_or_outside_of_the_review_do_nothing(page: Page, report: Path) -> None:
    opened(page, report)
    page.keyboard.press("Control+a")
    page.locator("#explorer button:visible").first.focus()
    assert page.evaluate("document.activeElement.closest('#explorer') !== null")
    page.keyboard.press("a")
    assert answers(page) == {}


def test_a_row_of_the_page_selects_its_item_and_shows_its_verdict(page: Page, report: Path) -> None:
    opened(page, report)
    page.locator("[data-queue='insulinoma']").click()
    row = page.locator("#page-insulinoma .row-2")
    row.locator("text").first.click()
    assert page.locator(".card:visible").get_attribute("id") == "statement-INS-2"
    assert row.locator("rect.picked").count() == 1
    verdict(page, "unsure")
    assert row.locator("text.review-mark.unsure").text_content() == "?"
    page.locator("#statement-INS-2 a[href='#reading-R-2']").first.click()
    assert page.locator(".card:visible").get_attribute("id") == "reading-R-2"
    # The reading's rows stay in view, and are framed.
    assert row.locator("rect.bears").count() == 1
    assert page.locator("#page-insulinoma .picked").count() == 0


def test_the_overview_leads_to_a_pathway(page: Page, report: Path) -> None:
    opened(page, report)
    page.locator("#review-overview").click()
    page.locator("#page-overview .row-2 text").first.click()
    assert page.locator(".review-page:visible").get_attribute("data-pathway") == "insulinoma"


def test_a_page_that_may_keep_nothing_says_so_and_works_on(page: Page, report: Path) -> None:
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } });")
    opened(page, report)
    assert "keeps nothing for this page" in page.locator("#review-kept").inner_text()
    page.keyboard.press("a")
    assert list(answers(page)) == ["reading:R-1"]
    assert page.locator("#review-overall").inner_text().startswith("1 of ")


def test_clearing_takes_two_presses(page: Page, report: Path) -> None:
    opened(page, report)
    page.keyboard.press("a")
    page.keyboard.press("f")
    page.locator("#review-clear").click()
    assert len(answers(page)) == 1
    page.locator("#review-clear").click()
    assert answers(page) == {}


def test_the_digest_is_that_of_python_for_texts_of_every_length(page: Page, report: Path) -> None:
    opened(page, report)
    texts = ["".join(chr(0x61 + n % 26) for n in range(size)) + "é\U0001f600" * (size % 3) for size in range(200)]
    found = page.evaluate("texts => texts.map(sha256)", texts)
    assert found == [hashlib.sha256(one.encode()).hexdigest() for one in texts]


def test_what_records_refuse_is_left_out_of_the_file(page: Page, report: Path) -> None:
    opened(page, report)
    page.evaluate("pnetReview.form.answer('reading:R-1', { verdict: 'change', comment: 'a\\u202eb\\u0007c\\ud800d\\r\\ne' })")
    page.keyboard.press("f")
    assert exported(page, "#review-draft")["readings"]["R-1"]["comment"] == "abcd\ne"
