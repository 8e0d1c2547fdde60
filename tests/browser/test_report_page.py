"""The report page as it looks: for everyone, on any screen, on paper, without scripts, and with texts that mean harm."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import pypdf
import pytest

from browser.chromium import axe, opened, pdf
from browser.findings import VOCABULARY, case_of, findings_at
from browser.hostile import SHOWN, hostile_definition
from browser.shown import card
from pnet_pathways import recommend
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.views.report import report_html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CASE: Final = {
    "tumor_type": "insulinoma",
    "course": "progressive",
    "pancreatic_tumors": "one",
    "sites": "head",
    "size": "large",
    "spread.liver": "yes",
}
STATES: Final = {
    "empty": "",
    "options and gaps": f"#{urlencode(CASE)}",
    "contradiction": "#tumor_type=insulinoma&pancreatic_tumors=several&size=large&symptoms.excess_stomach_acid=yes&color=red",
    "out of scope": "#tumor_type=exocrine&resectable=yes",
}
WIDE, TABLET, PHONE = {"width": 1440, "height": 900}, {"width": 1024, "height": 768}, {"width": 390, "height": 844}
LOOKS: Final = [(scheme, size) for scheme in ("light", "dark") for size in (WIDE, TABLET, PHONE)]

# What is out of sight is not rendered to save time, and axe would look through it at what stood there before.
RENDERED: Final = "document.querySelectorAll('.part').forEach(one => { one.style.contentVisibility = 'visible'; })"
OPEN_ALL: Final = "document.querySelectorAll('details').forEach(one => { one.open = true; })"


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]['width']}")
def look(browser: Browser, report: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page in light or dark, on a wide or a narrow screen."""
    scheme, size = request.param
    with browser.new_context(viewport=size, color_scheme=scheme) as context:
        yield opened(context.new_page(), report, STATES["options and gaps"])


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_axe_finds_nothing_in_the_page_on_any_screen(look: Page) -> None:
    """No violation of any impact, minor ones included. Each diagram is looked through by itself elsewhere."""
    look.evaluate(RENDERED)
    look.evaluate(OPEN_ALL)
    look.evaluate("document.querySelectorAll('.part svg').forEach(one => one.remove())")
    assert axe(look) == []


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[-1]], indirect=True, ids=["light-wide", "dark-narrow"])
def test_axe_finds_nothing_in_the_explorer_in_any_state(look: Page, report: Path) -> None:
    """Colors go by the scheme and places by the width, so that two screens show them all."""
    for name in ("empty", "contradiction", "out of scope"):
        address = STATES[name]
        opened(look, report, address)
        look.evaluate(OPEN_ALL)
        look.evaluate("document.querySelectorAll('.part').forEach(one => one.remove())")
        assert axe(look) == [], name


def test_nothing_but_diagrams_and_wide_tables_scrolls_sideways(look: Page, report: Path) -> None:
    for name, address in STATES.items():
        opened(look, report, address)
        look.evaluate(RENDERED)
        look.evaluate(OPEN_ALL)
        assert overflow(look) == 0, name


def test_at_twice_the_size_nothing_scrolls_sideways(browser: Browser, report: Path) -> None:
    """A window of 1280 at 200 % has 640; the widths on the way are looked at too."""
    with browser.new_context(viewport={"width": 640, "height": 450}, device_scale_factor=2) as context:
        page = opened(context.new_page(), report, STATES["options and gaps"])
        page.evaluate(RENDERED)
        for width in (320, 375, 640, 740, 960, 1280):
            page.set_viewport_size({"width": width, "height": 450})
            assert overflow(page) == 0, width


STOP: Final = """() => {
  const one = document.activeElement;
  const shown = one.matches(".choices input") ? one.nextElementSibling : one;
  const { outlineStyle, outlineWidth } = getComputedStyle(shown);
  const { width, height } = shown.getBoundingClientRect();
  return {
    within: Boolean(one.closest(".head, .contents, #review, #explorer, .skip")),
    outline: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    size: Math.min(width, height),
    place: one.outerHTML.slice(0, 80),
  };
}"""


# Every text of every picture on what is painted last beneath it, by WCAG's relative luminance; the worst for each pair.
CONTRAST: Final = """() => {
  const channels = text => {
    const [red, green, blue, alpha = 1] = text.match(/[\\d.]+/g).map(Number);
    return alpha === 0 ? null : [red, green, blue];
  };
  const luminance = rgb => {
    const linear = one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4;
    const [red, green, blue] = rgb.map(one => linear(one / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const fillOf = one => getComputedStyle(one).fill;
  const found = new Map();
  for (const picture of document.querySelectorAll("svg")) {
    const shapes = [...picture.querySelectorAll("polygon, path, ellipse")]
      .filter(one => /^rgb/.test(fillOf(one)) && !one.closest(".edge"));
    const boxes = shapes.map(one => [one, one.getBoundingClientRect()]);
    for (const text of picture.querySelectorAll("text")) {
      const { left, right, top, bottom, width } = text.getBoundingClientRect();
      const [x, y] = [left + Math.min(3, width / 2), (top + bottom) / 2];
      const under = boxes.filter(([one, box]) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom
        && one.compareDocumentPosition(text) & 4).pop();
      const paper = getComputedStyle(picture.closest(".paper")).backgroundColor;
      const pair = [fillOf(text), under ? fillOf(under[0]) : paper];
      if (found.has(pair.join())) continue;
      const [one, other] = pair.map(channels).map(luminance).sort((a, b) => b - a);
      found.set(pair.join(), (one + 0.05) / (other + 0.05));
    }
  }
  const papers = [...document.querySelectorAll(".paper")].map(one => getComputedStyle(one).backgroundColor);
  return { pairs: [...found], papers };
}"""


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[3]], indirect=True, ids=["light", "dark"])
def test_pictures_have_contrast_in_the_light_and_are_dark_in_the_dark(look: Page) -> None:
    look.evaluate(RENDERED)
    look.evaluate(OPEN_ALL)
    look.locator("#state-tabs button").first.click()
    seen = look.evaluate(CONTRAST)
    assert len(seen["pairs"]) > 12
    assert [one for one in seen["pairs"] if one[1] < 4.5] == []
    is_dark = look.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert ("rgb(255, 255, 255)" in seen["papers"]) is not is_dark
    assert len(set(seen["papers"])) == 1


def test_the_focus_is_always_visible_and_in_order(page: Page, report: Path) -> None:
    """Every stop of the Tab key in the review and in the explorer shows an outline, on itself or on what stands for it."""
    opened(page, report, STATES["options and gaps"])
    stops = []
    while True:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if not stop["within"]:
            break
        stops.append(stop)
    assert len(stops) > 30
    assert [one["place"] for one in stops if not one["outline"] or one["size"] < 10] == []


def test_headings_follow_each_other_level_by_level(page: Page, report: Path) -> None:
    opened(page, report, STATES["options and gaps"])
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(one => Number(one.localName[1]))")
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_without_scripts_everything_but_review_and_explorer_can_be_read(
    browser: Browser, report: Path, definitions: Definitions
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = opened(context.new_page(), report)
        assert all(one.is_visible() for one in page.locator("noscript p").all())
        assert not any(one.is_visible() for one in page.locator(".with-scripts").all())
        assert page.locator(".workbench").is_hidden()
        text = words(page.locator("main").text_content() or "")
    statements = [one for pathway in definitions.pathways.values() for one in pathway.statements]
    assert all(words(f"{one.id} {one.label}") in text for one in statements)
    assert all(words(one.text) in text for one in definitions.readings.values())


# On paper


def printed(page: Page) -> list[pypdf.PageObject]:
    return list(pypdf.PdfReader(io.BytesIO(pdf(page))).pages)


def words(text: str) -> str:
    return "".join(text.split())


def read(page: pypdf.PageObject) -> tuple[str, float]:
    """Return a printed page's text without white space, and the size of its smallest text in points."""
    sizes: list[float] = []

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if text.strip():
            sizes.append(abs(size * (tm[3] * cm[3] or tm[1] * cm[2])))

    return words(page.extract_text(visitor_text=visit)), min(sizes)


def test_a_case_prints_with_its_answer_and_every_diagram_that_is_chosen(
    page: Page, report: Path, definitions: Definitions
) -> None:
    """Each diagram on a page of its own, in landscape, whole, at nine points or more: pathways, those of the case, states."""
    opened(page, report, STATES["options and gaps"])
    touched = page.locator("#tabs button").all_inner_texts()[:-1]
    touched = [one.partition(" ●")[0] for one in touched]
    page.evaluate("document.querySelector(\"[data-print='states']\").click()")
    sheets = page.locator(".review-page h3").all_text_contents()
    assert len(sheets) == 1 + len(definitions.pathways)
    titles = [*sheets, *touched, *page.locator("figure.page > figcaption").all_text_contents()]
    assert len(touched) == 1 + len(definitions.entry.common)
    pages = printed(page)
    texts, sizes = zip(*map(read, pages), strict=True)
    everything = "".join(texts)
    disclaimer = words(definitions.source.disclaimer)
    assert disclaimer in texts[0]
    for pathway in definitions.pathways.values():
        assert all(one.id in everything for one in pathway.statements)
    answer = recommend(case_of(findings_at(CASE)))
    front = "".join(text for text, one in zip(texts, pages, strict=True) if one.mediabox.width < one.mediabox.height)
    given = "; ".join(VOCABULARY.phrase(name, VOCABULARY.choice(name, answer)) for name, answer in CASE.items())
    assert words(f"Given: {given}. What is not given is unknown, unless it follows.") in front
    for shown in (card(answer, track) for track in definitions.groups):
        told = [text for _, lines, applies in shown["lists"] for text in (*lines, applies)]
        told += [text for gap in shown["gaps"] for text in gap] + shown["otherWays"]
        assert all(words(text) in front for text in told)
    # A page of rows needs no legend.
    tables = {"Overview", *(one.title for one in definitions.pathways.values())}
    wide = [number for number, one in enumerate(pages) if one.mediabox.width > one.mediabox.height]
    assert len(wide) == len(titles) < len(pages)
    for number, title in zip(wide, titles, strict=True):
        head, _, page_number = title.partition(", page ")
        assert words(head) in texts[number]
        assert not page_number or words(f"page {page_number}") in texts[number]
        assert disclaimer in texts[number]
        assert texts[number].count("Legend") == (title not in tables), title
        assert sizes[number] >= 9.0 - 0.01, title


def test_what_is_printed_of_a_path_is_marked_and_gone_afterwards(page: Page, report: Path) -> None:
    opened(page, report, STATES["options and gaps"])
    marked = ".row.applies, .row.may-apply"
    stage = page.locator("#stage").evaluate("(one, marked) => one.querySelectorAll(marked).length", marked)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    count = "(all, marked) => all.map(one => one.querySelectorAll(marked).length)"
    shown = page.locator("#on-paper svg").evaluate_all(count, marked)
    assert stage in shown
    assert all(shown)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#on-paper svg").count() == 0
    assert page.locator("#explorer .result details[open]").count() == 0


def test_without_a_case_the_explorer_is_not_printed(page: Page, report: Path) -> None:
    texts = [one.extract_text() for one in printed(opened(page, report))]
    assert "Follow a patient" not in "".join(texts)


# Texts that mean harm


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on a set of definitions whose every label is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    names = ("facts", "readings", "treatments", "vipoma", "supportive", "recurrent")
    (folder / "report.html").write_text(report_html(hostile_definition(folder, *names)), "utf-8")
    return folder / "report.html"


def test_hostile_texts_are_shown_as_texts_in_the_report_and_nothing_runs(page: Page, hostile: Path) -> None:
    for address in (
        "",
        "#tumor_type=vipoma&resectable=yes&course=progressive&spread.liver=no",
        "#tumor_type=vipoma&spread.liver=no&mostly_liver=yes",
    ):
        opened(page, hostile, address)
        page.evaluate(OPEN_ALL)
        for tab in page.locator("#tabs button").all()[:4]:
            tab.click()
        assert page.evaluate("window.hurt") is None
        assert page.locator("img, iframe, object, svg script").count() == 0
        assert page.locator("script").count() == 2
        links = page.evaluate(
            "[...document.querySelectorAll('a')].map(one => one.getAttribute('href') ?? one.getAttribute('xlink:href'))"
        )
        assert all(re.match("#|https://www.cancer.gov/", link) for link in links)
    opened(page, hostile, "#tumor_type=vipoma&resectable=yes")
    page.evaluate(OPEN_ALL)
    page.locator("#state-stage svg").wait_for()
    for part in (
        "#findings legend",
        "#findings label",
        "#next-question",
        "#next-body",
        "#known",
        "#may",
        "#basis",
        "#tabs",
        "#stage text",
        "#state-stage text",
        ".in-words",
        "#pathway-vipoma h3",
        "#statement-VIP-2",
        "#reading-R-2",
        ".review-list",
        ".review-nav",
    ):
        assert SHOWN in words("".join(page.locator(part).all_text_contents())), part


def test_a_hostile_address_is_shown_as_text(page: Page, report: Path) -> None:
    mark = "%3Cimg%20src%3Dx%20onerror%3D%22window.hurt%3D1%22%3E"
    opened(page, report, f"#{mark}={mark}&tumor_type={mark}&__proto__=yes&constructor=yes&tumor_type=vipoma")
    shown = '<img src=x onerror="window.hurt=1">'
    assert page.locator("#problems li").all_inner_texts() == [
        f"{shown}={shown}",
        f"tumor_type={shown}",
        "__proto__=yes",
        "constructor=yes",
    ]
    assert page.evaluate("window.hurt") is None
    assert page.locator("#status").inner_text().startswith("VIPoma: ")
