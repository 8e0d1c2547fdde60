"""One page per pathway: it fits the paper, nothing overlaps, and its rows are marked for a case."""

from __future__ import annotations

import itertools
import json
from typing import Any
from xml.etree import ElementTree

import attrs
import pytest
from hypothesis import given, settings

from pnet_pathways import Case, load_pathways, recommend
from pnet_pathways.engine.answer import Status
from pnet_pathways.model.facts import Scenario
from pnet_pathways.testing import cases
from pnet_pathways.views.diagrams.diagram import DiagramFormat, diagrams_of, render
from pnet_pathways.views.diagrams.entry_page import entry_bands
from pnet_pathways.views.diagrams.layout_engine import lay_out
from pnet_pathways.views.diagrams.row_marks import MARK_SIGNS, RowMark, mark_entry
from views.drawn import A4, CASES, LETTER, SVG, classes, smallest_font, text_of, tree, with_texts, words_of

TEN_MM = 72 / 2.54
NAMES = diagrams_of(load_pathways())
REMOVED: Scenario = {"tumor_type": "insulinoma", "course": "recurrent", "primary_removed": True, "spread": {"liver": True}}  # type: ignore[dict-item]


def laid_out(name: str, case: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(lay_out(render(name, case).pages[0].dot, "json"))
    return found


def texts(found: dict[str, Any]) -> list[tuple[float, float, float, float, str]]:
    """Return the boxes of all texts, with the font's size as height above the baseline."""
    boxes, size = [], 0.0
    for one in (one for node in found["objects"] for one in node["_ldraw_"]):
        if one["op"] == "F":
            size = one["size"]
        elif one["op"] == "T":
            x, y = one["pt"]
            assert one["align"] == "l"
            boxes.append((x, y - 0.2 * size, x + one["width"], y + 0.72 * size, one["text"]))
    return boxes


def check_page(found: dict[str, Any]) -> None:
    left, low, right, high = map(float, found["bb"].split(","))
    for paper in (A4, LETTER):
        assert right - left <= paper[0] - 2 * TEN_MM
        assert high - low <= paper[1] - 2 * TEN_MM
    outside = [text for start, _, end, _, text in texts(found) if start < left or end > right]
    assert not outside, outside
    check_texts(found)


def check_texts(found: dict[str, Any]) -> None:
    """Check that texts are legible, and that neither texts nor lines run into a text."""
    assert smallest_font(found) >= 9.0
    boxes = texts(found)
    for one, other in itertools.combinations(boxes, 2):
        apart = one[2] <= other[0] + 0.5 or other[2] <= one[0] + 0.5 or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)
    lines = [one["points"] for node in found["objects"] for one in node["_ldraw_"] if one["op"] == "L"]
    for (x0, y0), (x1, y1) in (points for points in lines if len(points) == 2):
        for a, b, c, d, text in boxes:
            crossed = min(x0, x1) < c - 0.5 and max(x0, x1) > a + 0.5 and min(y0, y1) < d - 0.5 and max(y0, y1) > b + 0.5
            assert not crossed, (text, (x0, y0), (x1, y1))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_a4_and_letter_in_nine_points_and_nothing_overlaps(name: str) -> None:
    check_page(laid_out(name))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_pages_of_every_example_case_fit_too(path: Any) -> None:
    case = json.loads(path.read_text())
    for name in diagrams_of(load_pathways(), render("overview", case).case):
        check_page(laid_out(name, case))


@pytest.mark.parametrize("case", [None, {}], ids=["plain", "case"])
@pytest.mark.parametrize("name", NAMES)
def test_every_text_fits_the_cell_that_it_stands_in(name: str, case: Any) -> None:
    found = laid_out(name, case)
    cells = [one["points"] for node in found["objects"] for one in node["_ldraw_"] if one["op"] == "P"]
    sides = [(min(x for x, _ in p), min(y for _, y in p), max(x for x, _ in p), max(y for _, y in p)) for p in cells]
    inside = 0
    for a, b, c, d, text in texts(found):
        own = [one for one in sides if one[0] <= a < one[2] and one[1] <= (b + d) / 2 <= one[3]]
        for one in own:
            assert c <= one[2] + 0.5, (text, one)
            assert b >= one[1] - 0.5, (text, one)
        inside += bool(own)
    assert inside > len(load_pathways().pathways)


def test_a_page_with_more_than_fits_is_higher_and_still_nothing_overlaps() -> None:
    definitions = with_texts(load_pathways(), answer=words_of(90))
    phrases = {
        name: attrs.evolve(fact, texts={key: attrs.evolve(one, phrase=words_of(90)) for key, one in fact.texts.items()})
        for name, fact in definitions.vocabulary.facts.items()
    }
    definitions = attrs.evolve(definitions, vocabulary=attrs.evolve(definitions.vocabulary, facts=phrases))
    found: dict[str, Any] = json.loads(lay_out(render("gastrinoma", definitions=definitions).pages[0].dot, "json"))
    assert float(found["bb"].split(",")[3]) > A4[1]
    check_texts(found)


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("case", [None, REMOVED], ids=["plain", "case"])
@pytest.mark.parametrize("name", NAMES)
def test_every_text_stands_out_from_what_is_behind_it_in_color_and_in_gray(name: str, case: Any) -> None:
    """WCAG AA: 4.5 to 1 by luminance, which is what a gray print keeps."""
    if name not in diagrams_of(load_pathways(), None if case is None else render("overview", case).case):
        return
    filled: list[tuple[float, float, float, float, str]] = []
    checked, ink, fill = 0, "", ""
    for one in (one for node in laid_out(name, case)["objects"] for one in node["_ldraw_"]):
        if one["op"] == "c":
            ink = one["color"][:7]
        elif one["op"] == "C":
            fill = one["color"][:7]
        elif one["op"] == "P":
            xs, ys = [x for x, _ in one["points"]], [y for _, y in one["points"]]
            filled.append((min(xs), min(ys), max(xs), max(ys), fill))
        elif one["op"] == "T":
            x, y = one["pt"]
            behind = [color for a, b, c, d, color in filled if a <= x <= c and b <= y <= d]
            assert contrast(ink, behind[-1] if behind else "#ffffff") >= 4.5, (one["text"], ink, behind)
            checked += 1
    assert checked > 20


def test_a_gap_is_told_from_options_without_color() -> None:
    rows = [one for one in tree("insulinoma", 1).iter(f"{SVG}g") if "row" in classes(one)]
    for group in rows:
        dashed = any(one.get("stroke-dasharray") for one in group.iter())
        assert dashed == ("gap" in classes(group)) == ("Gap" in text_of(group))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_set_in_the_largest_type_that_fits(name: str) -> None:
    """How high a page gets is known beforehand, to a few points."""
    from pnet_pathways.views.diagrams import one_page

    sizes: list[tuple[float, float]] = []
    whole = one_page._Drawing.tables

    def watched(drawing: Any) -> list[str]:
        tables = whole(drawing)
        sizes.append((drawing.by.size, drawing.height))
        return tables

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(one_page._Drawing, "tables", watched)
        found = laid_out(name)
    size, height = sizes[-1]
    assert abs(float(found["bb"].split(",")[3]) - height) <= 8
    assert all(high > one_page.PAGE_HEIGHT for _, high in sizes[:-1])
    assert size in one_page.SIZES


def test_each_row_is_a_group_with_its_number_and_tooltip() -> None:
    diagram = render("insulinoma")
    rows = [one for one in tree("insulinoma", 1).iter(f"{SVG}g") if "row" in classes(one)]
    assert [classes(one)[1] for one in rows] == [f"row-{number}" for number in range(1, len(diagram.pages[0].rows) + 1)]
    assert len({one.get("id") for one in rows}) == len(rows)
    for group, row in zip(rows, diagram.pages[0].rows, strict=True):
        assert group[0].tag == f"{SVG}title"
        assert group[0].text == row.tooltip
        assert row.code in text_of(group)
        assert str(row.kind) in classes(group)


@pytest.mark.parametrize("name", NAMES)
def test_words_in_bold_begin_where_the_words_before_them_end(name: str) -> None:
    """Graphviz places each run of a line by widths of its own; a browser sets it as wide as the font says."""
    joined = 0
    for group in tree(name, 1).iter(f"{SVG}g"):
        runs = [one for one in group if one.tag == f"{SVG}text"]
        for one, other in itertools.pairwise(runs):
            if one.get("y") == other.get("y") and (one.text or "").endswith(" "):
                end = float(one.get("x", "0")) + float(one.get("textLength", "0"))
                assert float(other.get("x", "0")) == pytest.approx(end, abs=0.02)
                joined += 1
    assert joined or not any(row.readings for row in render(name).pages[0].rows)


def test_a_case_marks_its_rows_by_sign_and_class() -> None:
    diagram = render("insulinoma", REMOVED)
    root = ElementTree.fromstring(diagram.svg(1))  # noqa: S314 - our own
    marks = {classes(one)[1]: classes(one)[3] for one in root.iter(f"{SVG}g") if "row" in classes(one)}
    rows = {f"row-{number}": row for number, row in enumerate(diagram.pages[0].rows, 1)}
    assert {row.code for key, row in rows.items() if marks[key] == RowMark.MAY_APPLY} == {"INS-5", "INS-6", "INS-7"}
    assert {row.track for key, row in rows.items() if marks[key] == RowMark.DOES_NOT_APPLY} == {"primary"}
    assert {row.leads_to for key, row in rows.items() if marks[key] == RowMark.PLAIN} == {"supportive", "recurrent"}
    for group in (one for one in root.iter(f"{SVG}g") if "row" in classes(one)):
        for mark, sign in MARK_SIGNS.items():
            assert (sign in text_of(group).split()) == (marks[classes(group)[1]] == mark)
    assert "Case: come back after treatment" in text_of(root)
    assert "Does not apply: One tumor in the pancreas" in diagram.pages[0].description


def test_what_is_certain_applies() -> None:
    diagram = render("insulinoma", {**REMOVED, "spread_resectable": False})
    root = ElementTree.fromstring(diagram.svg(1))  # noqa: S314 - our own
    applies = [text_of(one) for one in root.iter(f"{SVG}g") if RowMark.APPLIES in classes(one)]
    assert len(applies) == 2
    assert all("not resectable" in text for text in applies)


@settings(max_examples=60)
@given(case=cases())
def test_the_overview_marks_what_the_answer_to_a_case_lists(case: Case) -> None:
    """A page for every type applies as far as an option of it does; outside of the scope nothing is raised for anyone."""
    definitions, answer = load_pathways(), recommend(case)
    bands = entry_bands(definitions)
    marks = mark_entry(definitions, bands, case)
    outside = answer.status is Status.OUT_OF_SCOPE
    for name in definitions.entry.common:
        (mark,) = (mark for row, mark in marks.items() if row.leads_to == name)
        found = {
            one.certainty
            for one in answer.options
            if one.statement in {each.id for each in definitions.pathways[name].statements}
        }
        assert mark is (RowMark.APPLIES if "certain" in found else RowMark.MAY_APPLY if found else RowMark.DOES_NOT_APPLY), (
            name,
            case.to_dict(),
        )
    assert {marks[row] for row in bands[-1].rows} == {RowMark.DOES_NOT_APPLY if outside else RowMark.PLAIN}
    unknown = next(row for row in bands[0].rows if not row.entry)
    assert (marks[unknown] is RowMark.APPLIES) == (case.entry is None)


def test_only_pages_that_concern_a_case_are_written() -> None:
    new = {"tumor_type": "insulinoma", "course": "new", "primary_removed": False}
    assert list(render("recurrent", new).files(DiagramFormat.DOT)) == []
    assert "recurrent.dot" in render("recurrent", REMOVED).files(DiagramFormat.DOT)
    assert list(render("overview", new).files(DiagramFormat.DOT)) == ["overview.dot"]
    assert len(render("overview").files(DiagramFormat.DOT)) == 2


def test_a_page_says_that_nobody_has_reviewed_it_and_has_a_box_for_signing_until_somebody_does() -> None:
    blank = text_of(tree("vipoma", 1))
    assert "not yet reviewed by a clinician" in blank
    assert "□ do not approve" in blank
    signed = render("vipoma", review="Review: approved by A")
    text = text_of(ElementTree.fromstring(signed.svg(1)))  # noqa: S314 - our own
    assert "Review: approved by A" in text
    assert "□" not in text
    assert "□" not in text_of(ElementTree.fromstring(render("vipoma", {"tumor_type": "vipoma"}).svg(1)))  # noqa: S314


@pytest.mark.parametrize("name", NAMES)
def test_every_page_names_source_version_hash_and_disclaimer(name: str) -> None:
    definitions = load_pathways()
    text = text_of(tree(name, 1))
    for words in (definitions.source.updated, definitions.content_hash[:12], "Definition"):
        assert words in text
    assert definitions.source.disclaimer in " ".join(text.split())
