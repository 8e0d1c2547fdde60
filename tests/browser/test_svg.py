"""The committed diagrams in a browser: by themselves from disk, legible, within their shapes and the paper, accessible."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest

from browser.chromium import Watch, absent, axe, opened
from project import DIAGRAMS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DRAWN: Final = {path.stem: path for path in sorted(DIAGRAMS.glob("*.svg"))}
PAPERS: Final = {"A4": (841.9, 595.3), "Letter": (792.0, 612.0)}  # points, landscape
MARGIN: Final = 72 / 2.54  # 10 mm in points
TOLERANCE: Final = 1.0
"""Points by which a browser's text may be wider than Graphviz measured it: it rounds glyphs to its own grid."""

# Every text must begin and end in a shape of its node, whatever the shape, and stand within the picture; in a table, whose
# cells may have no shape, it must stand clear of the table's other texts.
MEASURE: Final = """tolerance => {
  const root = document.querySelector("svg");
  const frame = root.getBoundingClientRect();
  const points = root.viewBox.baseVal.width / frame.width;
  const all = (selector, within = root) => [...within.querySelectorAll(selector)];
  const attributes = names => one => names.map(name => one.getAttribute(name) ?? "");
  const inked = text => { // a space at the end takes no ink
    const { x, y, width, height } = text.getBBox();
    return { x, y, height, width: width - (text.textContent.endsWith(" ") ? 0.28 * height : 0) };
  };
  const apart = (one, other) => one.x + one.width <= other.x + tolerance || other.x + other.width <= one.x + tolerance
    || one.y + one.height * 0.8 <= other.y + other.height * 0.2 || other.y + other.height * 0.8 <= one.y + one.height * 0.2;
  const stands = text => {
    const node = text.closest("g.node");
    if (!node || node.matches(".head, .foot, .legend:not(:has(polygon, path, ellipse))")) return true; // no box but the page
    const box = text.getBBox();
    if (node.matches(".page, .facts")) return all("text", node).every(one => one === text || apart(inked(text), inked(one)));
    const middle = box.y + box.height / 2;
    const shapes = all("polygon, path, ellipse", node);
    const holds = x => shapes.some(one => one.isPointInFill(new DOMPoint(x, middle)));
    const top = Math.min(...shapes.map(one => one.getBBox().y));
    const bottom = Math.max(...shapes.map(one => one.getBBox().y + one.getBBox().height));
    return box.y + tolerance >= top && box.y + box.height - tolerance <= bottom
      && holds(box.x + tolerance) && holds(box.x + box.width - tolerance);
  };
  const visible = text => {
    const box = text.getBoundingClientRect();
    return box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
  };
  const words = texts => texts.map(one => one.textContent);
  const texts = all("text");
  return {
    width: root.width.baseVal.value * 0.75,
    height: root.height.baseVal.value * 0.75,
    texts: words(texts),
    empty: words(texts.filter(one => one.getBBox().width < 1)),
    outside: words(texts.filter(one => !stands(one))),
    cut: words(texts.filter(one => !visible(one))),
    smallest: Math.min(...texts.map(one => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a * points)),
    title: all(":scope > title").map(attributes(["id"])).flat(),
    labelled: root.getAttribute("aria-labelledby"),
    description: words(all(":scope > desc")).join(""),
    links: all("a").map(attributes(["xlink:href", "target", "rel"])),
    elements: [...new Set(all("*").map(one => one.localName))],
  };
}"""


@attrs.frozen
class Seen:
    """What a browser shows: the measures of each diagram by name, and what the pages did."""

    pages: dict[str, dict[str, Any]]
    watch: Watch


def seen_by(browser: Browser) -> Seen:
    with browser.new_context() as context:
        watch = Watch.on(context)
        page = context.new_page()
        return Seen({name: opened(page, path).evaluate(MEASURE, TOLERANCE) for name, path in DRAWN.items()}, watch)


@pytest.fixture(scope="module")
def seen(browser: Browser) -> Seen:
    return seen_by(browser)


@pytest.fixture(scope="module")
def seen_without_font(browser_without_font: Browser) -> Seen:
    return seen_by(browser_without_font)


every_diagram = pytest.mark.parametrize("name", DRAWN)


def test_diagrams_open_from_disk_without_an_error_or_a_request(seen: Seen) -> None:
    assert len(DRAWN) > 7
    assert seen.watch.complaints() == []
    assert seen.watch.requests == [path.as_uri() for path in DRAWN.values()]


@every_diagram
def test_no_label_is_wider_than_its_box_or_cut_off(seen: Seen, name: str) -> None:
    found = seen.pages[name]
    assert found["texts"]
    assert (found["empty"], found["outside"], found["cut"]) == ([], [], [])


@every_diagram
def test_without_its_font_no_label_is_wider_than_its_box_or_cut_off(seen_without_font: Seen, name: str) -> None:
    found = seen_without_font.pages[name]
    if found["empty"] == found["texts"]:
        absent("there is no sans-serif font on this machine besides the diagrams' own")
    assert (found["empty"], found["outside"], found["cut"]) == ([], [], [])


@pytest.mark.parametrize("paper", PAPERS)
@every_diagram
def test_the_smallest_font_is_nine_points_when_printed(seen: Seen, name: str, paper: str) -> None:
    found = seen.pages[name]
    wide, high = (side - 2 * MARGIN for side in PAPERS[paper])
    scale = min(1.0, wide / found["width"], high / found["height"])
    assert found["smallest"] * scale >= 9.0 - 1e-3


@every_diagram
def test_text_is_text_with_title_and_description(seen: Seen, name: str) -> None:
    found = seen.pages[name]
    assert found["title"] == [found["labelled"]]
    assert len(found["description"]) > 40
    words = " ".join(" ".join(found["texts"]).split())
    assert ("Legend" in words) == (name.endswith("-care-course") or "-states" in name)
    assert "no substitute for clinical judgment" in words
    assert set(found["elements"]) <= {"title", "desc", "g", "a", "polygon", "polyline", "path", "ellipse", "text"}


@every_diagram
def test_links_lead_to_the_ncis_page_and_cannot_reach_back(seen: Seen, name: str) -> None:
    for address, target, rel in seen.pages[name]["links"]:
        assert address.startswith("https://www.cancer.gov/types/pancreatic/patient/")
        assert (target, rel) == ("_blank", "noopener")


def test_the_measured_font_is_the_bundled_one(page: Page) -> None:
    """The widths that are checked are those of Liberation Sans, not of whatever the machine has."""
    # Not opened from disk: where Chromium's tools look at styles they may ask for a file anew.
    page.set_content(DRAWN["overview"].read_text("utf-8"))
    session = page.context.new_cdp_session(page)
    for method in ("DOM.enable", "CSS.enable"):
        session.send(method)
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "text"})["nodeId"]
    used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert {one["familyName"] for one in used} == {"Liberation Sans"}


@pytest.mark.parametrize("name", ["gastrinoma", "gastrinoma-states-1", "overview-care-course"])
def test_axe_finds_nothing_in_a_diagram_within_a_page(page: Page, tmp_path: Path, name: str) -> None:
    drawn = DRAWN[name].read_text("utf-8")
    path = tmp_path / "page.html"
    path.write_text(
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A diagram</title></head>'
        f"<body><main><h1>A diagram</h1>{drawn[drawn.index('<svg') :]}</main></body></html>"
    )
    assert axe(opened(page, path)) == []
