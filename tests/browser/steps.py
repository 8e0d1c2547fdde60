"""Cases that the tests of the report page follow, and how an answer is chosen in its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browser.findings import ENTRY
from pnet_pathways import Case
from project import DEFINITIONS

if TYPE_CHECKING:
    from playwright.sync_api import Page

CASES: Final = {path.stem: Case.from_json(path.read_text()) for path in sorted((DEFINITIONS / "cases").glob("*.json"))}
ASKED: Final = "document.activeElement.id === 'next-question'"
"""Whether the heading of the question has the focus."""


def choose(page: Page, fact: str, answer: str) -> None:
    """Click an answer in the form, after opening it and the part that holds what no statement reads."""
    if page.locator("#all").get_attribute("open") is None:
        page.locator("#all > summary").click()
    if fact != ENTRY and page.locator(f"#facts-not-read [data-fact='{fact}']").count():
        extra = page.locator("#not-read")
        if extra.get_attribute("open") is None:
            extra.locator("summary").click()
    page.locator(f"label:has(input[name='{fact}'][value='{answer}'])").click()
