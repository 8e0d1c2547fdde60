"""Labels of a definition that mean to be more than text: a browser shows them as written, and nothing runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browser.chromium import opened
from browser.hostile import HOSTILE, SHOWN, hostile_definition
from pnet_pathways.views.diagrams.diagram import Diagram, render

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page


@pytest.fixture(scope="module")
def diagram(tmp_path_factory: pytest.TempPathFactory) -> Diagram:
    """The diagram of a pathway whose every label is hostile, with a case."""
    definitions = hostile_definition(tmp_path_factory.mktemp("hostile"), "facts", "readings", "treatments", "vipoma")
    return render("vipoma", {"tumor_type": "vipoma"}, definitions=definitions)


def within_page(folder: Path, drawn: str) -> Path:
    path = folder / "page.html"
    head = '<meta charset="utf-8"><title>A diagram</title>'
    path.write_text(f'<!DOCTYPE html><html lang="en"><head>{head}</head><body>{drawn}</body></html>', "utf-8")
    return path


def check_harmless(page: Page) -> None:
    """Nothing has run, nothing has become an element or a link of its own, and the text is there as written."""
    assert page.evaluate("window.hurt") is None
    elements = set(page.evaluate("[...document.querySelectorAll('svg, svg *')].map(one => one.localName)"))
    assert elements <= {"svg", "title", "desc", "g", "a", "polygon", "polyline", "path", "ellipse", "text"}
    links = page.evaluate("[...document.querySelectorAll('a')].map(one => one.getAttribute('xlink:href'))")
    assert links
    assert all(link.startswith("https://www.cancer.gov/") for link in links)
    for part in ("svg text", "svg title", "svg desc"):
        assert SHOWN in "".join("".join(page.locator(part).all_text_contents()).split()), part


def test_hostile_labels_do_harm_where_nothing_escapes_them(context: BrowserContext, tmp_path: Path) -> None:
    """Without this, the tests below would prove nothing."""
    page = opened(context.new_page(), within_page(tmp_path, f"<svg><text>{HOSTILE}</text></svg>"))
    assert page.evaluate("window.hurt") is not None


def test_hostile_labels_are_text_in_a_diagram_within_a_page(page: Page, diagram: Diagram, tmp_path: Path) -> None:
    check_harmless(opened(page, within_page(tmp_path, diagram.svg())))


def test_hostile_labels_are_text_in_a_diagram_opened_from_disk(page: Page, diagram: Diagram, tmp_path: Path) -> None:
    path = tmp_path / "diagram.svg"
    path.write_text(diagram.svg(), "utf-8")
    check_harmless(opened(page, path))
