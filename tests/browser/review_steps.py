"""What a reviewer does on the report page: answer, decide, sign, export, import; and every key press counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.review_items import readings_to_review, review_items

if TYPE_CHECKING:
    from playwright.sync_api import Page

REVIEWER, ROLE, DATE = "Dr. Zoë Ångström", "endocrine surgeon", "2026-11-20"


@attrs.define
class Keys:
    """A keyboard that counts; a text that is typed counts letter by letter."""

    page: Page
    presses: int = 0

    def press(self, key: str, times: int = 1) -> None:
        """Press a key."""
        for _ in range(times):
            self.page.keyboard.press(key)
        self.presses += times

    def type(self, text: str) -> None:
        """Type a text."""
        self.page.keyboard.type(text)
        self.presses += len(text)

    def tab_to(self, selector: str) -> None:
        """Press Tab until what a selector names has the focus."""
        for _ in range(40):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not get to {selector}")


def by_keyboard(keys: Keys, definitions: Definitions) -> None:
    """Agree with everything, approve every pathway and sign, with keys alone."""
    count = len(readings_to_review(definitions, definitions.pathways)) + sum(
        len(review_items(one)) for one in definitions.pathways.values()
    )
    for _ in range(count):
        keys.press("a")
        keys.press("n")
    # After the last item the decisions are in view, their heading with the focus.
    for name in definitions.pathways:
        keys.tab_to(f"[name='decision-{name}']")
        keys.press("ArrowRight")
    keys.tab_to("#review-name")
    keys.type("Dr. A")
    keys.press("Tab")
    keys.type("surgeon")


def answers(page: Page) -> dict[str, Any]:
    """Return the answers that the page holds, by key, without the empty ones."""
    found = page.evaluate(
        "Object.fromEntries(pnetReview.form.items.map(({ key }) => [key, pnetReview.form.answerTo(key)]))",
    )
    return {key: one for key, one in found.items() if one["verdict"] or one["comment"]}


def verdict(page: Page, said: str) -> None:
    """Click a verdict on the item in view."""
    page.locator(f"#decision label:has([value='{said}'])").click()


def decide(page: Page, pathway: str, decision: str) -> None:
    """Click a decision on a pathway."""
    page.locator(f"label:has([name='decision-{pathway}'][value='{decision}'])").click()


def sign(page: Page) -> None:
    """Fill in who reviews."""
    for field, text in (("name", REVIEWER), ("role", ROLE), ("date", DATE)):
        page.locator(f"#review-{field}").fill(text)


def problems(page: Page) -> list[str]:
    """Return why the review cannot be exported."""
    return page.locator("#review-reasons li").all_inner_texts()


def exported(page: Page, button: str = "#review-export", by: Keys | None = None) -> dict[str, Any]:
    """Return the file that a button writes, by mouse or by keys."""
    with page.expect_download() as download:
        if by is None:
            page.locator(button).click()
        else:
            by.tab_to(button)
            by.press("Enter")
    found: dict[str, Any] = json.loads(Path(download.value.path()).read_text("utf-8"))
    return found


def imported(page: Page, form: dict[str, Any] | str) -> str:
    """Give a file to the page, and return what it says of it."""
    text = form if isinstance(form, str) else json.dumps(form)
    page.locator("#review-import").set_input_files(
        {"name": "form.json", "mimeType": "application/json", "buffer": text.encode()}
    )
    told = page.locator("#review-imported")
    page.wait_for_function("document.getElementById('review-imported').textContent !== ''")
    return told.text_content() or ""
