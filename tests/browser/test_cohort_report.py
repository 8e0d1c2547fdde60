"""The report on a cohort as it looks: for everyone, on any screen, and on A4."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pypdf
import pytest

from browser.chromium import axe, opened, pdf
from cohort.test_cohort_report import CASES, given_to, patients_of
from pnet_pathways.adapters.cohort.report import CohortReport

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LOOKS: Final = [(scheme, width) for scheme in ("light", "dark") for width in (1440, 390)]
RENDERED: Final = "document.querySelectorAll('.part').forEach(one => { one.style.contentVisibility = 'visible'; })"
OPEN_ALL: Final = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
A4: Final = {(595, 842), (842, 595)}
# Pieces of one line may touch: a drawing's piece can begin with a space that a browser leaves out.
OVERLAPS: Final = """() => [...document.querySelectorAll(".paper svg")].flatMap(svg => {
  const boxes = [...svg.querySelectorAll("text")].map(one => [one.textContent, one.getBoundingClientRect()]);
  return boxes.flatMap(([text, a], place) => boxes.slice(place + 1)
    .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > (Math.abs(a.bottom - b.bottom) < 1 ? 12 : 2)
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.45 * Math.min(a.height, b.height))
    .map(([other]) => `${svg.id}: ${text} / ${other}`));
})"""


@pytest.fixture(scope="module")
def cohort_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report with all that it can show."""
    patients = patients_of(CASES)
    path = tmp_path_factory.mktemp("cohort") / "cohort.html"
    path.write_text(CohortReport.of(patients, given_to(CASES, patients)).html(), "utf-8")
    return path


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def look(browser: Browser, cohort_page: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    scheme, width = request.param
    with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        page = opened(context.new_page(), cohort_page)
        page.evaluate(RENDERED)
        page.evaluate(OPEN_ALL)
        yield page


def test_axe_finds_nothing_and_nothing_but_pictures_and_tables_scrolls_sideways(look: Page) -> None:
    assert axe(look) == []
    assert look.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_it_works_from_disk_without_complaint_and_no_text_lies_on_another(page: Page, cohort_page: Path) -> None:
    opened(page, cohort_page)
    page.evaluate(RENDERED)
    assert page.evaluate(OVERLAPS) == []


def test_it_prints_on_a4_each_picture_whole(page: Page, cohort_page: Path) -> None:
    opened(page, cohort_page)
    sheets = pypdf.PdfReader(io.BytesIO(pdf(page))).pages
    assert {(round(sheet.mediabox.width), round(sheet.mediabox.height)) for sheet in sheets} <= A4
    texts = [" ".join(sheet.extract_text().split()) for sheet in sheets]
    # A picture begins with its title and ends with the disclaimer; both stand on one sheet.
    shown = [text for text in texts if "question by question:" in text]
    assert shown
    assert all("insurance reimbursement" in text for text in shown)
