"""The pictures beside the question: rows of the one page marked for the case, answers chosen in them, the state machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import pytest

from browser.chromium import opened
from browser.findings import VOCABULARY, case_of, findings_at, findings_of
from browser.shown import check_shown
from browser.steps import ASKED, CASES
from pnet_pathways import recommend
from pnet_pathways.model.case import Case
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.views.diagrams.drawing import edge_class
from pnet_pathways.views.diagrams.page_rows import page_bands
from pnet_pathways.views.diagrams.row_marks import MARK_SIGNS, mark_bands

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

STAGE: Final = """() => {
  const all = selector => [...document.querySelectorAll(selector)];
  const found = {};
  for (const part of all("#state-stage .node, #state-stage .edge")) {
    const names = [...part.classList].filter(name => name !== "choosable");
    const mark = ["visited", "open", "faded"].find(one => names.includes(one)) || "";
    found[names.filter(one => one !== mark).join(" ")] = mark;
  }
  const name = one => one.id.replace("tab-", "");
  const [shown] = all("#state-tabs [aria-selected=true]");
  const halos = all("#state-stage .halo").length;
  return { page: name(shown), tabs: all("#state-tabs button").map(name), marks: found, halos };
}"""
COMPUTED: Final = """([name, findings]) => {
  const { lighting, answer, data } = pnetPathways;
  const page = data.pages.find(one => one.name === name);
  return Object.fromEntries(lighting.marksOn(page, answer(findings).trace));
}"""
ROWS: Final = """() => [...document.querySelectorAll("#stage .row")].map(row => ({
  place: Number([...row.classList].find(name => /^row-\\d+$/.test(name)).slice(4)),
  mark: ["applies", "may-apply", "does-not-apply"].find(mark => row.classList.contains(mark)) || "",
  sign: [...row.querySelectorAll("text")].pop().textContent.charAt(0),
  label: row.getAttribute("aria-label"),
}))"""
SIGNS: Final = {str(mark): sign for mark, sign in MARK_SIGNS.items()}
SAID: Final = {"applies": "Applies to this patient: ", "may-apply": "May apply: ", "does-not-apply": "Does not apply: "}


@pytest.mark.parametrize("name", ["gastrinoma-partly-known", "insulinoma-head-small", "vipoma-lymph-nodes"])
def test_every_row_of_the_page_is_marked_by_sign_and_in_words(
    page: Page, report: Path, definitions: Definitions, name: str
) -> None:
    """On the pathway's own page and on those that every type shares, as the library marks the page."""
    case = CASES[name]
    opened(page, report, f"#{urlencode(findings_of(case))}")
    own = definitions.entry.types[str(case.entry)].pathway
    seen_marks = set()
    for pathway in (str(own), *definitions.entry.common):
        page.locator(f"#page-tab-{pathway}").click()
        bands = page_bands(definitions, definitions.pathways[pathway])
        marks = mark_bands(definitions, definitions.pathways[pathway], bands, case)
        rows = [row for band in bands for row in band.rows]
        seen = page.evaluate(ROWS)
        assert [one["place"] for one in seen] == [*range(1, len(rows) + 1)]
        for row, one in zip(rows, seen, strict=True):
            assert one["mark"] == ("" if row.leads_to else str(marks[row]))
            assert one["label"].startswith(SAID.get(one["mark"], row.first))
            assert (one["sign"] == SIGNS.get(one["mark"])) is bool(one["mark"])
            seen_marks.add(one["mark"])
    assert {"applies", "does-not-apply"} <= seen_marks


def test_the_page_of_the_type_stays_and_its_marks_follow(page: Page, report: Path) -> None:
    """The picture is not drawn anew with every choice, and a page that was chosen stays while the type does."""
    opened(page, report, "#tumor_type=insulinoma&course=new")
    page.evaluate("window.first = document.querySelector('#stage svg')")
    before = page.evaluate(ROWS)
    page.locator("#next-body").get_by_role("button", name="several").click()
    assert page.evaluate("window.first === document.querySelector('#stage svg')")
    assert page.evaluate(ROWS) != before
    page.locator("#page-tab-supportive").click()
    page.locator("#next-body button").first.click()
    assert page.locator("#tabs [aria-selected='true']").get_attribute("id") == "page-tab-supportive"


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_type_is_chosen_in_the_picture_by_keyboard(page: Page, report: Path, definitions: Definitions, key: str) -> None:
    opened(page, report)
    part = page.locator("#stage").get_by_role("button", name="VIPoma")
    part.press(key)
    check_shown(page, definitions, {"tumor_type": "vipoma"})
    assert page.evaluate(ASKED)
    assert page.locator("#tabs [aria-selected='true']").get_attribute("id") == "page-tab-vipoma"


def open_states(page: Page) -> None:
    page.locator("#state-machines > summary").click()
    page.locator("#state-tabs button").first.wait_for()


@pytest.mark.parametrize("name", ["gastrinoma-partly-known", "insulinoma-only-type-known", "type-unknown-recurrent"])
def test_the_state_machines_show_the_marks_of_every_page(page: Page, report: Path, name: str) -> None:
    opened(page, report, f"#{urlencode(findings_of(CASES[name]))}")
    open_states(page)
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


def choosable(definitions: Definitions, pathway: str, case: Case) -> Iterator[tuple[str, str, str]]:
    """Yield the answers of the questions that a case's path stands at: the part in the diagram, the fact, the answer."""
    for step in recommend(case).trace:
        if step.pathway == pathway and step.fact is not None and step.answer is None:
            track = definitions.pathways[pathway].tracks[step.track]
            question = next(one for one in track.questions if one.name == step.state)
            for way in (one for one in reversed(question.answers) if len(one.values) == 1):
                answer = VOCABULARY.answer(question.asks, way.values[0])
                yield edge_class(track.name, question.name, way.name), question.asks, answer


def drawn_somewhere(page: Page, parts: list[tuple[str, str, str]]) -> tuple[str, str, str] | None:
    """Return the first of some parts that a page of the state machines shows, and choose that page."""
    for tab in page.evaluate(STAGE)["tabs"]:
        page.locator(f"#tab-{tab}").click()
        for one in parts:
            if page.locator(f"#state-stage .node.{one[0]}").count():
                return one
    return None


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_path_is_followed_in_the_state_machines(page: Page, report: Path, definitions: Definitions, by: str) -> None:
    """Every question with an answer that stands for one value is answered where it is drawn, until none is open."""
    opened(page, report, "#tumor_type=insulinoma")
    open_states(page)
    findings = {"tumor_type": "insulinoma"}
    while parts := list(choosable(definitions, "insulinoma", case_of(findings))):
        found = drawn_somewhere(page, parts)
        assert found is not None, parts
        part, asks, answer = found
        node = page.locator(f"#state-stage .node.{part}")
        assert node.get_attribute("aria-label")
        node.click() if by == "mouse" else node.press("Enter")
        findings.update(findings_at({asks: answer}))
        check_shown(page, definitions, findings)
    assert len(findings) > 5


@pytest.mark.parametrize(("tabs", "prefix"), [("#tabs", "page-tab-"), ("#state-tabs", "tab-")])
def test_tabs_move_with_the_arrow_keys(page: Page, report: Path, tabs: str, prefix: str) -> None:
    opened(page, report, "#tumor_type=insulinoma")
    open_states(page)
    names = page.locator(f"{tabs} button").evaluate_all("all => all.map(one => one.id)")
    assert all(name.startswith(prefix) for name in names)
    page.locator(f"#{names[0]}").click()
    for key, place in (("ArrowRight", 1), ("ArrowLeft", 0), ("ArrowLeft", -1), ("ArrowRight", 0), ("End", -1), ("Home", 0)):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == names[place]
        assert page.locator(f"{tabs} [aria-selected='true']").get_attribute("id") == names[place]
        assert page.locator(f"{tabs} [tabindex='0']").count() == 1


@pytest.mark.parametrize("name", ["insulinoma-head-small", "vipoma-lymph-nodes", "gastrinoma-partly-known"])
def test_the_path_through_the_state_machines_is_said_in_words(
    page: Page, report: Path, definitions: Definitions, name: str
) -> None:
    """Every question of the trace on the page that is shown, with its answer; where it stands or ends."""
    case = CASES[name]
    opened(page, report, f"#{urlencode(findings_of(case))}")
    page.locator("#state-machines > summary").click()
    pathway = str(definitions.entry.types[str(case.entry)].pathway)
    said: list[str] = []
    tabs = page.locator(f"#state-tabs [id^='tab-{pathway}-states']")
    tabs.first.wait_for()  # they are drawn when the browser tells that the part was opened, which is later
    for tab in tabs.all():
        tab.click()
        said += page.locator("#state-path li").all_text_contents()
    steps = [step for step in recommend(case).trace if step.pathway == pathway]
    assert steps
    for step in steps:
        track = definitions.pathways[pathway].tracks[step.track]
        (words,) = [one for one in said if one.startswith(f"{track.title}. ")][:1]
        if step.leaf is not None:
            assert "It ends " in words
            continue
        question = definitions.question(str(step.fact), pathway)
        assert question in words
        assert (f"It stands at the question: {question}" in words) is (step.answer is None)
