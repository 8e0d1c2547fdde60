"""The review as it looks: for everyone, on any screen, in light and dark, and on paper."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pypdf
import pytest

from browser.chromium import axe, opened
from browser.review_steps import Keys, by_keyboard, decide, verdict
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.review_items import readings_to_review

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SIZES: Final = ({"width": 390, "height": 844}, {"width": 1024, "height": 768}, {"width": 1440, "height": 900})
LOOKS: Final = [(scheme, size) for scheme in ("light", "dark") for size in SIZES]
PAPERS: Final = {"A4": (595, 842), "Letter": (612, 792)}
MOST_PAGES: Final = 20
SMALLEST_PRINT: Final = 9.0
ONLY_THE_REVIEW: Final = "document.querySelectorAll('main > :not(#review)').forEach(one => one.remove())"
OPEN_ALL: Final = "document.querySelectorAll('#review details').forEach(one => { one.open = true; })"


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]['width']}")
def look(browser: Browser, report: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page in light or dark, on a phone, a tablet or a desktop."""
    scheme, size = request.param
    with browser.new_context(viewport=size, color_scheme=scheme) as context:
        yield opened(context.new_page(), report)


def test_axe_finds_nothing_in_the_review_whatever_is_in_view(look: Page) -> None:
    """A reading, a statement with a verdict, a gap, and the decisions; each diagram is looked through by itself elsewhere."""
    look.evaluate(ONLY_THE_REVIEW)
    look.evaluate(OPEN_ALL)
    for selector in ("[data-queue='reading']", "[data-queue='insulinoma']", "[data-queue='gap']", "#review-finish-button"):
        look.locator(selector).click()
        if selector != "#review-finish-button":
            verdict(look, "change")
        assert axe(look, without=".review-page svg") == [], selector
        assert look.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_item_page_and_answer_are_in_view_together_on_a_desktop(browser: Browser, report: Path) -> None:
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = opened(context.new_page(), report)
        page.locator("#review-go").click()
        for selector in (".card:visible h3", "#review-undecided", ".review-page:visible svg", "[data-queue='vipoma']"):
            box = page.locator(selector).bounding_box()
            assert box is not None
            assert box["y"] >= 0, selector
            assert box["y"] + box["height"] <= SIZES[-1]["height"], selector


def test_in_the_dark_no_picture_of_the_review_is_white(browser: Browser, report: Path) -> None:
    with browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark") as context:
        page = opened(context.new_page(), report)
        fills = page.locator(".review-page:visible .paper").evaluate(
            "paper => [getComputedStyle(paper).backgroundColor, "
            "...[...paper.querySelectorAll('polygon')].map(one => getComputedStyle(one).fill)]"
        )
        assert len(fills) > 20
        assert not {"rgb(255, 255, 255)", "white"} & set(fills)


# On paper


def printed(page: Page, paper: str) -> list[pypdf.PageObject]:
    return list(pypdf.PdfReader(io.BytesIO(page.pdf(format=paper, print_background=True))).pages)


def squeezed(text: str) -> str:
    return "".join(text.split())


def smallest(page: pypdf.PageObject) -> float:
    """Return the size of the smallest text in points."""
    sizes: list[float] = []

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if text.strip():
            sizes.append(abs(size * (tm[3] * cm[3] or tm[1] * cm[2])))

    page.extract_text(visitor_text=visit)
    return min(sizes)


@pytest.mark.parametrize("paper", PAPERS)
def test_the_report_prints_on_few_pages(page: Page, report: Path, definitions: Definitions, paper: str) -> None:
    """A cover, one page for each pathway, every reading, the answers with their comments; nothing smaller than 9 points."""
    opened(page, report)
    by_keyboard(Keys(page), definitions)
    page.locator("[data-queue='insulinoma']").click()
    verdict(page, "change")
    page.locator("#review-comment").fill("A comment to be printed, as at https://example.org/" + "along" * 60)
    page.locator("#review-finish-button").click()
    decide(page, "insulinoma", "approve_with_changes")
    pages = printed(page, paper)
    texts = [squeezed(one.extract_text()) for one in pages]
    assert len(pages) <= MOST_PAGES
    assert squeezed(definitions.source.disclaimer) in texts[0]
    across = [number for number, one in enumerate(pages) if one.mediabox.width > one.mediabox.height]
    assert across == list(range(1, 2 + len(definitions.pathways)))
    for number, name in zip(across[1:], definitions.pathways, strict=True):
        assert texts[number].startswith(squeezed(definitions.pathways[name].title))
        sides = zip(sorted(map(float, pages[number].mediabox[2:])), PAPERS[paper], strict=True)
        assert all(abs(one - other) < 1 for one, other in sides)
    rest = "".join(texts[across[-1] + 1 :])
    for item in readings_to_review(definitions, definitions.pathways):
        assert squeezed(item.label) in rest
    assert "Insulinoma:approvewithchanges" in rest
    assert "Tobechanged:INS-1," in rest
    assert "Acommenttobeprinted,asathttps://example.org/" + "along" * 60 in rest, "no comment is cut off at the paper's edge"
    assert "ByDr.A,surgeon," in rest
    assert definitions.content_hash in rest
    assert min(map(smallest, pages)) >= SMALLEST_PRINT - 0.01
    # The verdict stands at the edge of its row.
    assert "INS-1≠" in texts[across[3]]
    assert "VIP-1√" in texts[across[8]]


def test_what_is_printed_can_be_chosen(page: Page, report: Path, definitions: Definitions) -> None:
    opened(page, report)
    page.keyboard.press("f")
    whole = len(printed(page, "A4"))
    for name in ("cover", "readings", "answers"):
        page.locator(f"[data-print='{name}']").uncheck()
    few = [squeezed(one.extract_text()) for one in printed(page, "A4")]
    assert len(few) < whole
    assert not any("Answersofthereview" in one for one in few)
    assert sum("Howitwaschecked" in one for one in few) == 0
    page.locator("[data-print='verification']").check()
    page.locator("[data-print='states']").check()
    more = [squeezed(one.extract_text()) for one in printed(page, "A4")]
    assert sum("Howitwaschecked" in one for one in more) == 1
    states = page.locator("#states figure").count()
    assert len(more) >= len(few) + states
