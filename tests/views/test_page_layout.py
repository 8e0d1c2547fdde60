"""Layout on paper: nothing overlaps, nothing is cut off, and what is printed can be read."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from pnet_pathways import Case, load_pathways
from pnet_pathways.model.pathway import Definitions, Leaf, Pathway, Question, Track
from pnet_pathways.views.diagrams import drawing as diagrams
from pnet_pathways.views.diagrams.diagram import diagrams_of, render
from pnet_pathways.views.diagrams.drawing import pathway_pages
from pnet_pathways.views.diagrams.frame import Frame
from pnet_pathways.views.diagrams.layout_engine import lay_out
from pnet_pathways.views.diagrams.style import Mark
from pnet_pathways.views.diagrams.text import width_of
from views.drawn import (
    A4,
    CASES,
    FOLDER,
    LETTER,
    PAGES,
    SVG,
    boxes,
    check_overlap,
    check_print,
    layout,
    text_of,
)


@pytest.mark.parametrize("name", PAGES)
def test_no_two_nodes_overlap(name: str) -> None:
    check_overlap(boxes(name))


def points(curve: list[list[float]]) -> Iterator[tuple[float, float]]:
    """Yield points on an edge, which Graphviz gives as Bézier curves joined end to end."""
    for start in range(0, len(curve) - 1, 3):
        a, b, c, d = curve[start : start + 4]
        for step in range(25):
            t, u = step / 24, 1 - step / 24
            x, y = (u**3 * a[i] + 3 * u * u * t * b[i] + 3 * u * t * t * c[i] + t**3 * d[i] for i in (0, 1))
            yield x, y


@pytest.mark.parametrize("name", PAGES)
def test_no_edge_runs_through_the_box_of_another_node(name: str) -> None:
    objects = layout(name)["objects"]
    for edge in (one for one in layout(name)["edges"] if one.get("style") != "invis"):
        ends = {objects[edge["tail"]]["name"], objects[edge["head"]]["name"]}
        curves = [one["points"] for one in edge["_draw_"] if one["op"] in "bB"]
        assert curves
        for x, y in itertools.chain.from_iterable(map(points, curves)):
            hit = {key for key, (x0, y0, x1, y1) in boxes(name).items() if x0 < x < x1 and y0 < y < y1}
            assert hit <= ends, (ends, hit)


@pytest.mark.parametrize("name", PAGES)
def test_no_label_is_wider_or_higher_than_its_box(name: str) -> None:
    for node in layout(name)["objects"]:
        if "pos" not in node or node.get("style") == "invis":
            continue
        x0, y0, x1, y1 = boxes(name)[node["name"]]
        tip = 0.0
        if node["shape"] == "cds":  # the tag's drawn outline is what holds the text
            points = [point for one in node["_draw_"] if one["op"] in "pP" for point in one["points"]]
            x0, x1 = min(x for x, _ in points), max(x for x, _ in points)
            y0, y1 = min(y for _, y in points), max(y for _, y in points)
            tip = (x1 - sorted({round(x, 2) for x, _ in points})[-2]) if len({round(x, 2) for x, _ in points}) > 2 else 0
        for text in (one for one in node["_ldraw_"] if one["op"] == "T"):
            x, y = text["pt"]
            left = x - {"l": 0, "c": text["width"] / 2, "r": text["width"]}[text["align"]]
            assert left >= x0 - 0.5, (node["name"], text["text"])
            assert left + text["width"] <= x1 - tip + 0.5, (node["name"], text["text"])
            assert y >= y0 - 0.5, (node["name"], text["text"])
            assert y + 0.7 * 9.25 <= y1 + 0.5, (node["name"], text["text"])


@pytest.mark.parametrize("paper", [A4, LETTER], ids=["A4", "Letter"])
@pytest.mark.parametrize("name", PAGES)
def test_the_smallest_font_is_nine_points_when_printed(name: str, paper: tuple[float, float]) -> None:
    check_print(layout(name), paper)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_diagrams_of_every_example_case_fit_the_paper(path: Path) -> None:
    case = Case.from_json(path.read_text())
    for name in diagrams_of(load_pathways(), case)[:2]:
        for page in render(name, case).pages:
            found = json.loads(lay_out(page.dot, "json"))
            check_print(found, A4)
            check_print(found, LETTER)


class EverythingAtOnce:
    """Marks of a path that no case has: every question open, every leaf reached."""

    title = Mark.PLAIN

    def __init__(self, track: Track) -> None:
        self.track = track

    def state(self, name: str) -> Mark:
        return Mark.OPEN if isinstance(self.track.states[name], Question) else Mark.VISITED

    def transition(self, question: str, answer: str) -> Mark:  # noqa: ARG002
        return Mark.VISITED

    def offers(self, leaf: Leaf) -> dict[tuple[str, int], Mark]:
        return dict.fromkeys(leaf.offers, Mark.VISITED)

    def within(self, root: str, cut: frozenset[str]) -> EverythingAtOnce:  # noqa: ARG002
        return self


def longest_words(definitions: Definitions, pathway: Pathway) -> str:
    """Return words longer than those of any case: of each fact that the pathway uses, its longest phrase."""
    vocabulary = definitions.vocabulary
    facts = [fact for name, fact in vocabulary.facts.items() if name in {definitions.entry.fact, *pathway.facts}]
    phrases = [[definitions.words(fact.name, (value,)) for value in fact.values] for fact in facts]
    return "; ".join(max(own, key=width_of) for own in phrases)


@pytest.mark.parametrize("name", load_pathways().pathways)
def test_no_case_there_is_makes_a_page_too_large_for_the_paper(
    name: str, definitions: Definitions, monkeypatch: pytest.MonkeyPatch
) -> None:
    pathway = definitions.pathways[name]
    real = Frame.case_words.fget  # type: ignore[attr-defined]
    words = longest_words(definitions, pathway)
    frame = Frame(definitions, pathway.title, pathway, (), case=Case())
    longest = real(frame).replace("nothing that is asked here is known yet", words)
    assert words in longest
    monkeypatch.setattr(Frame, "case_words", property(lambda frame: "" if frame.case is None else longest))
    monkeypatch.setattr(diagrams, "track_path", lambda track, case: EverythingAtOnce(track))  # noqa: ARG005
    for page in pathway_pages(definitions, pathway, Case()):
        found = json.loads(lay_out(page.dot, "json"))
        check_print(found, A4)
        check_print(found, LETTER)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_words_of_a_case_are_no_longer_than_the_longest(path: Path, definitions: Definitions) -> None:
    case = Case.from_json(path.read_text())
    for name in set(diagrams_of(definitions, case)) & set(definitions.pathways):
        pathway = definitions.pathways[name]
        known = Frame(definitions, pathway.title, pathway, (), case=case).case_words
        assert width_of(known.removeprefix("Case: ").removesuffix(".")) <= width_of(longest_words(definitions, pathway))


def test_graphviz_warns_of_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    import pygraphviz

    for page in PAGES.values():
        pygraphviz.AGraph(string=page.dot).draw(format="svg", prog="dot")
    lines = [line for line in capfd.readouterr().err.splitlines() if "Fontconfig" not in line]
    assert lines == []


@pytest.mark.parametrize("name", PAGES)
def test_what_follows_bold_words_begins_where_they_end(name: str) -> None:
    root = ElementTree.parse(FOLDER / f"{name}.svg").getroot()  # noqa: S314 - our own
    pairs = 0
    for group in root.iter(f"{SVG}g"):
        for one, other in itertools.pairwise(group.findall(f"{SVG}text")):
            if one.get("y") == other.get("y") and (other.text or "").startswith(" "):
                pairs += 1
                assert abs(float(one.attrib["x"]) + float(one.attrib["textLength"]) - float(other.attrib["x"])) < 0.02
                assert float(other.attrib["x"]) + float(other.attrib["textLength"]) <= LETTER[0]
    assert pairs or "usually:" not in text_of(root)


def clusters_of(laid_out: dict[str, Any]) -> dict[str, tuple[float, float, float, float]]:
    found = {}
    for one in laid_out["objects"]:
        if one["name"].startswith("cluster_") and "bb" in one:
            x0, y0, x1, y1 = map(float, one["bb"].split(","))
            found[one["name"]] = (x0, y0, x1, y1)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_the_frames_of_tracks_and_panels_stand_apart(name: str) -> None:
    found = {key: box for key, box in clusters_of(layout(name)).items() if framed(layout(name), key)}
    assert found
    for (one, a), (other, b) in itertools.combinations(found.items(), 2):
        gap = max(a[0] - b[2], b[0] - a[2], a[1] - b[3], b[1] - a[3])
        assert gap >= 6, (one, other)


def framed(laid_out: dict[str, Any], name: str) -> bool:
    return any(one["name"] == name and one.get("peripheries") == "1" for one in laid_out["objects"])


def test_the_measured_widths_are_those_of_the_font() -> None:
    for page in itertools.islice(PAGES, 0, None, 5):
        for node in (one for one in layout(page)["objects"] if one["name"] != "head"):
            for text in (one for one in node.get("_ldraw_", []) if one["op"] == "T" and len(one["text"]) > 12):
                assert width_of(text["text"], 9.25, bold=True) >= text["width"] * 0.97


def test_a_question_stands_before_what_its_answers_lead_to(definitions: Definitions) -> None:
    for name in PAGES:
        if name.startswith("overview"):
            continue
        middle = {key: (a + c) / 2 for key, (a, _, c, _) in boxes(name).items()}
        for edge in layout(name)["edges"]:
            objects = layout(name)["objects"]
            tail, head = objects[edge["tail"]]["name"], objects[edge["head"]]["name"]
            if "spacer" not in {tail, head}:
                assert middle[tail] < middle[head]
