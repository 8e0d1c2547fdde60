"""Old and new side by side: how a sheet looks, in color and without."""

from __future__ import annotations

import itertools
import json
from xml.etree import ElementTree

import pytest

from difference_material import (
    ADDED,
    FILLED,
    FILLED_SCENARIOS,
    GUARD,
    MESSAGE,
    STRENGTH,
    SVG,
    Edits,
    both,
    changes,
    classes,
    pictures,
    text_of,
    total,
    variant,
)
from pnet_pathways import load_pathways
from pnet_pathways.governance.difference.answers import compare
from pnet_pathways.governance.difference.picture import side_by_side
from pnet_pathways.model.pathway import Definitions, State
from pnet_pathways.views.diagrams.drawing import compared_pages, kind_of
from pnet_pathways.views.diagrams.layout_engine import lay_out
from pnet_pathways.views.diagrams.style import KIND_WORDS, MARK_WORDS, Mark, NodeKind, edge_style, node_style


def states() -> list[State]:
    """Return every state of the project's graphs, which are of every kind that a pathway's pages draw."""
    pathways = load_pathways().pathways.values()
    return [state for pathway in pathways for track in pathway.tracks.values() for state in track.states.values()]


def test_the_legend_of_a_sheet_shows_every_kind_that_its_pages_draw() -> None:
    (picture,) = pictures(GUARD)
    root = ElementTree.fromstring(picture.svg)  # noqa: S314 - our own
    nodes = [classes(element) for element in root.iter(f"{SVG}g") if "node" in classes(element)]
    kinds = {kind for kind in NodeKind if any(str(kind) in one for one in nodes)}
    assert kinds >= {NodeKind.COMBINATION, NodeKind.GAP, NodeKind.OFFER}
    legend = " ".join(text_of(element) for element in root.iter(f"{SVG}g") if "legend" in classes(element))
    assert [KIND_WORDS[kind] for kind in kinds if KIND_WORDS[kind] not in legend] == []


def test_no_mark_is_by_color_alone() -> None:
    marks = (Mark.FADED, Mark.ADDED, Mark.REMOVED, Mark.CHANGED, Mark.REWORDED)
    for kind in (*map(kind_of, states()), NodeKind.ANSWER, NodeKind.CONTINUES):
        styles = [node_style(kind, mark) for mark in marks]
        looks = [(style["style"], style["penwidth"], style.get("peripheries")) for style in styles]
        assert len(set(looks)) == len(marks), kind
        assert {style["shape"] for style in styles} == {node_style(kind)["shape"]}
        plain = "0" if kind is NodeKind.ANSWER else None  # words on a line, framed only where they are marked
        assert [style.get("peripheries") for style in styles] == [plain, "2", None, None, None]
        assert "dashed" in styles[2]["style"].split(",")
        assert len({style["color"] for style in styles}) == len(marks)
    assert {edge_style(mark).get("style") for mark in (Mark.REMOVED, Mark.ADDED)} == {"dashed", None}


@pytest.mark.parametrize("edits", [FILLED, ADDED, GUARD, MESSAGE, STRENGTH], ids=str)
def test_every_marked_node_says_so_in_words(edits: Edits) -> None:
    (picture,) = pictures(edits)
    root = ElementTree.fromstring(picture.svg)  # noqa: S314 - our own
    signs = {str(mark): words[0] for mark, words in MARK_WORDS.items()}
    found = 0
    for element in (e for e in root.iter(f"{SVG}g") if "node" in classes(e)):
        mark = next((one for one in classes(element) if one in signs), None)
        if mark is not None:
            found += 1
            assert signs[mark] in text_of(element), (mark, text_of(element))
    assert found


def test_the_text_of_a_mark_can_be_read_on_its_fill() -> None:
    from pnet_pathways.views.diagrams.style import PAGE, colors_of_mark

    def luminance(color: str) -> float:
        parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for mark in MARK_WORDS:
        ink, fill = colors_of_mark(mark)
        for paper in (fill, PAGE):
            light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, mark


def test_the_sheet_carries_title_versions_hashes_changes_legend_and_disclaimer(definitions: Definitions) -> None:
    (picture,) = pictures(FILLED)
    new = variant(FILLED)
    words = text_of(ElementTree.fromstring(picture.svg))  # noqa: S314 - our own
    for part in (
        "Insulinoma: what changes",
        "Section: Treatment of Insulinoma.",
        f"Old: definition 1.0.0; all definitions 1.0.0, hash {definitions.content_hash}.",
        f"New: definition 1.0.0; all definitions 1.0.0, hash {new.content_hash}.",
        f"{FILLED_SCENARIOS} of {total(definitions, 'insulinoma'):,} scenarios get another answer.",
        "primary: not in the body, not in the tail, large, primary tumor resectable",
        f"gap -> usually pancreatoduodenectomy (Whipple procedure) [INS-2]; {FILLED_SCENARIOS} scenarios",
        "Changes + added (double border)",
        "Shapes Question",
        "Old Treatment of Insulinoma PDQ summary updated 2022-10-07, definition 1.0.0",
        "New Treatment of Insulinoma PDQ summary updated 2022-10-07, definition 1.0.0",
    ):
        assert part in words, part
    assert words.endswith(definitions.source.disclaimer)
    assert words.count(definitions.source.disclaimer) == 1
    assert "Review:" not in words


@pytest.mark.parametrize("edits", [FILLED, ADDED, GUARD, STRENGTH], ids=str)
def test_pictures_on_a_sheet_neither_overlap_nor_are_cut(edits: Edits) -> None:
    (picture,) = pictures(edits)
    root = ElementTree.fromstring(picture.svg)  # noqa: S314 - our own
    wide, high = (float(root.attrib[side].removesuffix("pt")) for side in ("width", "height"))
    placed = [
        (float(e.get("x", "0")), float(e.attrib["y"]), float(e.attrib["width"]), float(e.attrib["height"]))
        for e in root.findall(f"{SVG}svg")
    ]
    for x, y, w, h in placed:
        assert x + w <= wide
        assert y + h <= high
    for (x, y, w, h), (a, b, c, d) in itertools.combinations(placed, 2):
        assert x + w <= a or a + c <= x or y + h <= b or b + d <= y


@pytest.mark.parametrize("edits", [FILLED, ADDED, GUARD, STRENGTH, MESSAGE], ids=str)
def test_marked_labels_stay_within_their_boxes_and_boxes_apart(edits: Edits) -> None:
    name = pictures(edits)[0].pathway
    for side in both(changes(edits, name)):
        for page in compared_pages(side.definitions, side.pathway, side.tracks, side.reworded, "new"):
            nodes = [one for one in json.loads(lay_out(page.dot, "json"))["objects"] if one.get("_ldraw_") and "pos" in one]
            found = {}
            for node in nodes:
                x, y = map(float, node["pos"].split(","))
                w, h = float(node["width"]) * 36, float(node["height"]) * 36
                found[node["name"]] = (x - w, y - h, x + w, y + h)
                for text in (one for one in node["_ldraw_"] if one["op"] == "T"):
                    left = text["pt"][0] - {"l": 0, "c": text["width"] / 2, "r": text["width"]}[text["align"]]
                    assert x - w - 0.5 <= left, (node["name"], text["text"])
                    assert left + text["width"] <= x + w + 0.5, (node["name"], text["text"])
                    assert y - h - 0.5 <= text["pt"][1] <= y + h - 6, (node["name"], text["text"])
            for (a, b, c, d), (e, f, g, h) in itertools.combinations(found.values(), 2):
                assert c <= e or g <= a or d <= f or h <= b


def test_a_sheet_has_unique_ids_a_title_and_its_changes_for_those_who_cannot_see_it() -> None:
    (picture,) = pictures(ADDED)
    root = ElementTree.fromstring(picture.svg)  # noqa: S314 - our own
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert (root[0].tag, root[0].text) == (f"{SVG}title", "VIPoma: what changes")
    assert root[1].tag == f"{SVG}desc"
    assert "state added: spread.back (does_not_apply)" in (root[1].text or "")
    assert (root[2].tag, root[2].get("fill")) == (f"{SVG}rect", "#ffffff")


def test_a_sheet_is_the_same_every_time(definitions: Definitions) -> None:
    assert side_by_side(compare(definitions, variant(STRENGTH))) == pictures(STRENGTH)


def test_hostile_text_is_harmless() -> None:
    hostile = json.dumps('<script>alert("1")</script> & \\N "] -->')
    edits: Edits = (
        ("vipoma.yaml", "title: Primary tumor", f"title: {hostile}"),
        ("vipoma.yaml", "does_not_apply: No spread, and no growth during treatment.", f"does_not_apply: {hostile}"),
        ("vipoma.yaml", "title: VIPoma", f"title: {hostile}"),
    )
    (picture,) = pictures(edits)
    assert "<script" not in picture.svg
    tags = {e.tag.removeprefix(SVG) for e in ElementTree.fromstring(picture.svg).iter()}  # noqa: S314 - our own
    assert tags <= {"svg", "title", "desc", "rect", "g", "a", "polygon", "polyline", "path", "ellipse", "text"}
