"""Whole cases followed on the report page by mouse and by keyboard: what is shown after each step is what `recommend` says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import pytest

from browser.chromium import opened
from browser.findings import (
    ENTRY,
    VOCABULARY,
    Findings,
    address_of,
    case_of,
    field_of,
    fields_of,
    findings_at,
    findings_of,
    form_of,
)
from browser.shown import SHOWN, check_shown, short
from pnet_pathways import Case, InconsistentCaseError, recommend
from pnet_pathways.model.pathway import Definitions
from project import DEFINITIONS

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

CASES: Final = {path.stem: Case.from_json(path.read_text()) for path in sorted((DEFINITIONS / "cases").glob("*.json"))}
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


def choose(page: Page, fact: str, answer: str) -> None:
    """Click an answer in the form, after opening the part that holds what no statement reads."""
    if fact != ENTRY and page.locator(f"#facts-not-read [data-fact='{fact}']").count():
        extra = page.locator("#not-read")
        if extra.get_attribute("open") is None:
            extra.locator("summary").click()
    page.locator(f"label:has(input[name='{fact}'][value='{answer}'])").click()


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


def tab_to_next(page: Page, label: str) -> None:
    """Press Tab within the next question until a button or box with a label has the focus."""
    said = "(document.activeElement.closest('label') || document.activeElement).textContent"
    while page.evaluate(said) != label:
        page.keyboard.press("Tab")
        assert page.evaluate("Boolean(document.activeElement.closest('#next-choices'))"), label


def test_a_case_is_followed_by_its_next_questions(page: Page, report: Path, definitions: Definitions) -> None:
    """Every answer is given where the next question is asked; the keyboard goes along to the next."""
    case = CASES["insulinoma-head-small"]
    opened(page, report)
    found: dict[str, str] = {}
    page.locator("#next-choices button").first.focus()
    while (answer := recommend(case_of(found))).missing:
        key = field_of(answer.missing[0])
        default = VOCABULARY.answer(key, VOCABULARY.choices(key)[-1])
        value = address_of(findings_of(case)).get(key, default)
        if key in VOCABULARY.groups:
            group = VOCABULARY.groups[key]
            labels = [VOCABULARY.label(f"{key}.{member}") for member in group.members if member in value.split(" and ")]
            for label in labels:
                tab_to_next(page, label)
                page.keyboard.press("Space")
            tab_to_next(page, f"Answer: {' and '.join(labels) or group.none.label}")
        else:
            tab_to_next(page, VOCABULARY.facts[key].texts[value].label)
        page.keyboard.press("Enter")
        found.update(findings_at({key: value}))
        check_shown(page, definitions, found)
    assert page.evaluate("document.activeElement.id") == "copy-case"
    assert len(found) > 8


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
    boxes, done = page.locator("#next-choices input"), page.locator("#next-choices button")
    assert [boxes.nth(place).is_disabled() for place in range(3)] == [True, False, False]
    assert (done.inner_text(), done.is_disabled()) == ("Answer: nowhere", True)
    assert page.locator("[data-fact='sites'] .follows").inner_text() == "Known in part: not in the head."
    boxes.nth(1).check(force=True)
    boxes.nth(2).check(force=True)
    assert (done.inner_text(), done.is_disabled()) == ("Answer: body and tail", False)
    done.click()
    check_shown(page, definitions, {**found, "sites.body": "yes", "sites.tail": "yes"})


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
        "several tumors in the pancreas contradicts large: the size is that of a single tumor in the pancreas",
        "no spread to the liver contradicts mostly affecting the liver: "
        "cancer that mostly affects the liver has spread to the liver",
    ]
    assert len(caught.value.problems) == 2
    assert (seen["status"], seen["cards"], seen["next"]) == (
        "No answer: the findings contradict each other.",
        [],
        None,
    )
    assert seen["given"] == form_of(found)
    buttons = page.locator("#problems button")
    assert buttons.all_inner_texts() == [
        f"Make unknown: {short(one)}" for one in ("pancreatic_tumors", "size", "spread", "mostly_liver")
    ]
    buttons.nth(1).click()
    assert page.evaluate("document.activeElement !== document.body")
    page.get_by_role("button", name="Make unknown: mostly liver").click()
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


# The diagrams on the stage

STAGE: Final = """() => {
  const all = selector => [...document.querySelectorAll(selector)];
  const found = {};
  for (const part of all("#stage .node, #stage .edge")) {
    const names = [...part.classList].filter(name => name !== "choosable");
    const mark = ["visited", "open", "faded"].find(one => names.includes(one)) || "";
    found[names.filter(one => one !== mark).join(" ")] = mark;
  }
  const name = one => one.id.replace("tab-", "");
  const [shown] = all("#tabs [aria-selected=true]");
  return { page: name(shown), tabs: all("#tabs button").map(name), marks: found, halos: all("#stage .halo").length };
}"""
COMPUTED: Final = """([name, findings]) => {
  const { lighting, answer, kindOf, data } = pnetPathways;
  const page = data.pages.find(one => one.name === name);
  return Object.fromEntries(lighting.marksOn(page, kindOf(findings), answer(findings).trace));
}"""


@pytest.mark.parametrize(
    "name", ["gastrinoma-partly-known", "insulinoma-only-type-known", "type-unknown-recurrent", "acth-out-of-scope"]
)
def test_the_stage_shows_the_marks_of_every_page(page: Page, report: Path, name: str) -> None:
    opened(page, report, f"#{urlencode(findings_of(CASES[name]))}")
    for tab in page.evaluate(STAGE)["tabs"]:
        page.locator(f"#tab-{tab}").click()
        seen = page.evaluate(STAGE)
        marks = page.evaluate(COMPUTED, [tab, findings_of(CASES[name])])
        assert seen["page"] == tab
        for names, mark in seen["marks"].items():
            own = [one for one in names.split() if one in marks]
            assert mark == (marks[own[0]] if own else ""), names
        assert {one for names in seen["marks"] for one in names.split()} >= set(marks)
        assert seen["halos"] == list(seen["marks"].values()).count("open")


def test_an_answer_is_chosen_in_the_diagram(page: Page, report: Path, definitions: Definitions) -> None:
    """From the tumor type on, the page shown follows."""
    opened(page, report)
    findings: dict[str, str] = {}
    for part, fact, answer, shown in (
        ("type-insulinoma", "tumor_type", "insulinoma", "insulinoma-1"),
        ("edge-primary-primary_removed-no", "primary_removed", "no", "insulinoma-2"),
        ("edge-primary-tumors-one", "pancreatic_tumors", "one", "insulinoma-3"),
        ("edge-primary-one_resectable-yes", "resectable", "yes", "insulinoma-3"),
        ("edge-primary-resectable_size-large", "size", "large", "insulinoma-3"),
        ("edge-primary-large_site-head", "sites", "head", "insulinoma-3"),
    ):
        page.locator(f"#stage .node.{part}").click()
        findings.update(findings_at({fact: answer}))
        check_shown(page, definitions, findings)
        assert page.evaluate(STAGE)["page"] == shown


def test_tabs_move_with_the_arrow_keys(page: Page, report: Path) -> None:
    opened(page, report, "#tumor_type=insulinoma")
    tabs = page.evaluate(STAGE)["tabs"]
    page.locator(f"#tab-{tabs[0]}").focus()
    for key, place in (("ArrowRight", 1), ("ArrowLeft", 0), ("ArrowLeft", -1), ("ArrowRight", 0), ("End", -1), ("Home", 0)):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == f"tab-{tabs[place]}"
        assert page.evaluate(STAGE)["page"] == tabs[place]
        assert page.locator("#tabs [tabindex='0']").count() == 1


def test_links_within_the_page_keep_the_case_and_take_the_focus_along(page: Page, report: Path) -> None:
    opened(page, report, "#tumor_type=insulinoma&resectable=no")
    before = page.url
    for link, goal in (
        ("#answer a[href^='#statement-INS-']", "statement-INS-"),
        (".contents a[href='#readings']", "readings"),
        (".skip", "main"),
    ):
        page.locator(link).first.evaluate("one => one.click()")
        assert page.url == before
        assert page.evaluate("document.activeElement.id").startswith(goal)


def test_sites_in_any_order_are_understood(page: Page, report: Path) -> None:
    opened(page, report, "#pancreatic_tumors=several&sites=tail+and+head")
    seen = page.evaluate(SHOWN)
    assert (seen["problems"], seen["given"]["sites"]) == ([], "head and tail")


def test_back_leads_from_a_statement_to_where_its_link_stood(page: Page, report: Path) -> None:
    opened(page, report, "#tumor_type=insulinoma&resectable=no")
    before = page.url
    page.locator("#answer a[href^='#statement-INS-']").first.click()
    page.wait_for_function("scrollY > 2000")
    page.go_back()
    page.wait_for_function("scrollY < 2000")
    assert page.url == before
    assert page.evaluate(SHOWN)["given"] == {"tumor_type": "insulinoma", "resectable": "no"}


def test_the_status_stays_in_sight_on_a_phone_while_findings_are_chosen(page: Page, report: Path) -> None:
    page.set_viewport_size({"width": 375, "height": 700})
    opened(page, report, "#tumor_type=vipoma")
    page.locator("[name='resectable'][value='yes']").check(force=True)
    page.locator("[name='spread'][value='liver']").check(force=True)
    box = page.locator("#status").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 700 - box["height"]
    assert page.locator("#next").evaluate("one => one.compareDocumentPosition(document.getElementById('findings')) & 4")
