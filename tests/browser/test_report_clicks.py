"""Whole cases followed on the report page by mouse and by keyboard: what is shown after each step is what `recommend` says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import pytest

from browser.chromium import opened
from browser.findings import (
    VOCABULARY,
    Findings,
    address_of,
    case_of,
    findings_at,
    findings_of,
    form_of,
)
from browser.shown import SHOWN, check_shown
from browser.steps import CASES, choose
from pnet_pathways import Case, InconsistentCaseError
from pnet_pathways.model.pathway import Definitions

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

BY_MOUSE: Final = (
    "acth-out-of-scope",
    "gastrinoma-several-residual",
    "glucagonoma-tail-large-gap",
    "insulinoma-head-large-not-removable",
    "type-unknown-recurrent",
    "vipoma-distant-not-removable",
)
BY_KEYBOARD: Final = ("insulinoma-several", "recurrent-liver-gap", "other-distant-gap")


def clicks(findings: Findings) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield the form's inputs to choose for some findings, one by one, with what is found after each."""
    found: dict[str, str] = {}
    for key, answer in address_of(findings).items():
        parts = answer.split(" and ") if key in VOCABULARY.groups else [answer]
        for number, part in enumerate(parts, 1):
            found = {**found, **findings_at({key: " and ".join(parts[:number])})}
            yield key, part, found


@pytest.mark.parametrize("name", BY_MOUSE)
def test_a_case_is_followed_with_the_mouse(page: Page, report: Path, definitions: Definitions, name: str) -> None:
    opened(page, report)
    check_shown(page, definitions, {})
    for fact, answer, found in clicks(findings_of(CASES[name])):
        choose(page, fact, answer)
        check_shown(page, definitions, found)
    assert Case.from_json(page.evaluate(SHOWN)["case"]) == CASES[name]


FOLLOW: Final = "hash => new Promise(done => { window.addEventListener('hashchange', done); location.hash = hash; })"
FOCUSED: Final = """() => {
  const { name, id, value, tagName } = document.activeElement;
  return [name || id, value || tagName];
}"""


def tab_to(page: Page, wanted: str, value: str = "") -> None:
    """Press Tab until a control has the focus, by its name or id."""
    for _ in range(80):
        page.keyboard.press("Tab")
        name, own = page.evaluate(FOCUSED)
        if name == wanted and value in {"", own}:
            return
    raise AssertionError(f"Tab does not get to {wanted} {value}")


@pytest.mark.parametrize("name", BY_KEYBOARD)
def test_a_case_is_followed_with_the_keyboard(page: Page, report: Path, definitions: Definitions, name: str) -> None:
    opened(page, report)
    found: dict[str, str] = {}
    left = address_of(findings_of(CASES[name]))
    page.locator("#all > summary").focus()
    page.keyboard.press("Enter")
    while left:
        # In the page's order: what no statement reads stands last, behind a heading that opens.
        fact = next(one for one in page.locator(".fact").evaluate_all("all => all.map(one => one.dataset.fact)") if one in left)
        answer = left.pop(fact)
        found.update(findings_at({fact: answer}))
        if page.locator(f"#not-read:not([open]) [data-fact='{fact}']").count():
            tab_to(page, "", "SUMMARY")
            page.keyboard.press("Enter")
        if fact in VOCABULARY.groups:
            for part in answer.split(" and "):
                tab_to(page, fact, part)
                page.keyboard.press("Space")
        else:
            tab_to(page, fact)
            # "unknown" stands last, and from the last an arrow leads on to the first.
            answers = VOCABULARY.facts[fact].answers
            for passed in answers[: answers.index(answer) + 1]:
                page.keyboard.press("ArrowDown")
                assert page.evaluate(FOCUSED) == [fact, passed]
        check_shown(page, definitions, found)
    assert found == findings_of(CASES[name])


@pytest.mark.parametrize("name", BY_MOUSE)
def test_a_new_page_with_the_address_shows_the_same_case(page: Page, report: Path, definitions: Definitions, name: str) -> None:
    findings = findings_of(CASES[name])
    for address in (address_of(findings), findings):
        opened(page, report, f"#{urlencode(address)}")
        check_shown(page, definitions, findings)


def test_an_address_followed_within_the_page_shows_its_case(page: Page, report: Path, definitions: Definitions) -> None:
    opened(page, report, "#tumor_type=vipoma")
    for case in CASES.values():
        page.evaluate(FOLLOW, urlencode(findings_of(case)))
        check_shown(page, definitions, findings_of(case))


def test_what_the_address_does_not_say_right_is_named_and_left_out(page: Page, report: Path, definitions: Definitions) -> None:
    wrong = "tumor_type=vipoma&color=red&resectable=perhaps&size=%3Cb%3E&resectable=yes&resectable=no"
    opened(page, report, f"#{wrong}")
    seen = page.evaluate(SHOWN)
    assert seen["problems"] == ["color=red", "resectable=perhaps", "size=<b>", "resectable=no (given twice)"]
    assert json.loads(seen["case"]) == {"tumor_type": "vipoma", "resectable": True}
    choose(page, "resectable", "no")
    check_shown(page, definitions, {"tumor_type": "vipoma", "resectable": "no"})


def test_contradictions_are_shown_with_their_rule_and_taken_back(page: Page, report: Path, definitions: Definitions) -> None:
    found = {
        "tumor_type": "insulinoma",
        "pancreatic_tumors": "several",
        "size": "large",
        "spread.liver": "no",
        "mostly_liver": "yes",
    }
    with pytest.raises(InconsistentCaseError) as caught:
        case_of(found)
    opened(page, report, f"#{urlencode(found)}")
    seen = page.evaluate(SHOWN)
    assert seen["problems"] == [
        "“Several tumors in the pancreas” contradicts “large”: the size is that of a single tumor in the pancreas",
        "“No spread to the liver” contradicts “mostly affecting the liver”: "
        "cancer that mostly affects the liver has spread to the liver",
    ]
    assert len(caught.value.problems) == 2
    assert (seen["status"], seen["sure"], seen["next"]) == (
        "No answer: the findings contradict each other.",
        [],
        None,
    )
    assert seen["given"] == form_of(found)
    buttons = page.locator("#problems button")
    assert buttons.all_inner_texts() == [
        f"Clear: {VOCABULARY.label(one)}" for one in ("pancreatic_tumors", "size", "spread", "mostly_liver")
    ]
    buttons.nth(1).click()
    assert page.evaluate("document.activeElement !== document.body")
    page.get_by_role("button", name="Clear: mostly the liver").click()
    check_shown(page, definitions, {name: found[name] for name in found if name not in {"size", "mostly_liver"}})
    assert page.evaluate("document.activeElement !== document.body")


def test_a_site_and_nowhere_exclude_each_other_and_a_site_can_be_taken_back(
    page: Page, report: Path, definitions: Definitions
) -> None:
    opened(page, report, "#tumor_type=gastrinoma")
    for clicked, sites in (("tail", "tail"), ("head", "head and tail"), ("none", "none"), ("body", "body"), ("body", "")):
        choose(page, "sites", clicked)
        check_shown(page, definitions, {"tumor_type": "gastrinoma", **(findings_at({"sites": sites}) if sites else {})})


def test_a_finding_is_made_unknown_again_and_the_case_started_again(page: Page, report: Path, definitions: Definitions) -> None:
    found = findings_of(CASES["vipoma-lymph-nodes"])
    opened(page, report, f"#{urlencode(found)}")
    choose(page, "tumor_type", "")
    check_shown(page, definitions, {one: answer for one, answer in found.items() if one != "tumor_type"})
    page.get_by_role("button", name="Start again").click()
    check_shown(page, definitions, {})
    assert page.locator("#told").inner_text() == "All findings are unknown again."


def test_the_case_and_its_link_are_copied(context: BrowserContext, page: Page, report: Path) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(page, report)
    for name in BY_MOUSE:
        case = CASES[name]
        page.evaluate(FOLLOW, urlencode(findings_of(case)))
        page.get_by_role("button", name="Copy JSON").click()
        page.get_by_text("The case is copied.").wait_for()
        assert Case.from_json(page.evaluate("navigator.clipboard.readText()")) == case, name
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("The link is copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_without_leave_for_the_clipboard_the_case_is_copied_still(page: Page, report: Path) -> None:
    opened(page, report, "#tumor_type=vipoma")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    page.evaluate("document.addEventListener('copy', () => { window.copied = document.activeElement.value; })")
    page.get_by_role("button", name="Copy JSON").click()
    page.get_by_text("The case is copied.").wait_for()
    assert json.loads(page.evaluate("window.copied")) == {"tumor_type": "vipoma"}


def test_links_within_the_page_keep_the_case_and_take_the_focus_along(page: Page, report: Path) -> None:
    opened(page, report, "#tumor_type=insulinoma&resectable=no")
    before = page.url
    page.locator("#may > summary").click()
    for link, goal in (
        ("#may a[href^='#statement-INS-']", "statement-INS-"),
        (".contents a[href='#verification']", "verification"),
        (".skip", "main"),
    ):
        page.locator(link).first.evaluate("one => one.click()")
        assert page.url == before
        assert page.evaluate("document.activeElement.id").startswith(goal)


def test_sites_in_any_order_are_understood(page: Page, report: Path) -> None:
    opened(page, report, "#pancreatic_tumors=several&sites=tail+and+head")
    seen = page.evaluate(SHOWN)
    assert (seen["problems"], seen["given"]["sites"]) == ([], "head and tail")


# Where the page stands once it has moved away from a place.
SCROLLED: Final = """([place]) => new Promise(done => {
  const look = () => Math.abs(scrollY - place) > 300 ? done(scrollY) : requestAnimationFrame(look);
  look();
})"""


def test_back_leads_from_a_statement_to_where_its_link_stood(page: Page, report: Path) -> None:
    opened(page, report, "#tumor_type=insulinoma&resectable=no")
    before = page.url
    page.locator("#may > summary").click()
    link = page.locator("#may a[href^='#statement-INS-']").first
    link.scroll_into_view_if_needed()
    stood = page.evaluate("scrollY")
    link.click()
    there = page.evaluate(SCROLLED, [stood])
    assert page.evaluate("document.activeElement.id").startswith("statement-INS-")
    page.go_back()
    assert page.evaluate(SCROLLED, [there]) == pytest.approx(stood, abs=100)
    assert page.url == before
    assert page.evaluate(SHOWN)["given"] == {"tumor_type": "insulinoma", "resectable": "no"}
