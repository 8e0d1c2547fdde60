"""Diagrams: what they say, their layout on paper, the committed files, and the engines."""

from __future__ import annotations

import functools
import hashlib
import html
import io
import itertools
import json
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import attrs
import pytest
from pypdf import PdfReader

from pnet_pathways import Case, CaseError, load_pathways
from pnet_pathways.model.errors import RenderError
from pnet_pathways.model.facts import FACTS, NOT_APPLICABLE
from pnet_pathways.model.pathway import (
    Definitions,
    Leaf,
    LeafKind,
    Pathway,
    Question,
    Track,
)
from pnet_pathways.views.diagrams import drawing as diagrams
from pnet_pathways.views.diagrams.deep_links import deep_link
from pnet_pathways.views.diagrams.diagram import (
    Diagram,
    DiagramFormat,
    diagrams_of,
    render,
)
from pnet_pathways.views.diagrams.drawing import (
    Page,
    edge_class,
    pathway_pages,
    state_class,
)
from pnet_pathways.views.diagrams.frame import Frame
from pnet_pathways.views.diagrams.layout_engine import LayoutEngine, lay_out
from pnet_pathways.views.diagrams.marks import track_path
from pnet_pathways.views.diagrams.overview import overview_pages
from pnet_pathways.views.diagrams.style import Mark, NodeKind, node_style
from pnet_pathways.views.diagrams.text import width_of, wrapped
from project import DEFINITIONS, DIAGRAMS, ROOT

FOLDER = DIAGRAMS
CASES = sorted((DEFINITIONS / "cases").glob("*.json"))
A4 = (841.9, 595.3)
LETTER = (792.0, 612.0)
MARGIN = 12.0
SVG = "{http://www.w3.org/2000/svg}"


@functools.cache
def drawn(name: str) -> Diagram:
    return render(name)


def every_page() -> Iterator[Page]:
    for name in diagrams_of(load_pathways()):
        yield from drawn(name).pages


PAGES = {page.name: page for page in every_page()}


@functools.cache
def layout(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(lay_out(PAGES[name].dot, "json"))
    return found


@functools.cache
def tree(name: str, number: int) -> ElementTree.Element:
    return ElementTree.fromstring(drawn(name).svg(number))  # noqa: S314 - our own


def text_of(element: ElementTree.Element) -> str:
    return " ".join("".join(one.itertext()) for one in element.iter(f"{SVG}text"))


def classes(element: ElementTree.Element) -> list[str]:
    return element.get("class", "").split()


# What the diagrams say


@pytest.mark.parametrize("name", load_pathways().pathways)
def test_every_state_and_transition_of_the_definition_is_drawn(name: str, definitions: Definitions) -> None:
    pathway = definitions.pathways[name]
    found = {one for number in range(1, len(drawn(name).pages) + 1) for e in tree(name, number).iter() for one in classes(e)}
    states = {state_class(track.name, state) for track in pathway.tracks.values() for state in track.states}
    edges = {
        edge_class(track.name, question.name, answer.name)
        for track in pathway.tracks.values()
        for question in track.questions
        for answer in question.answers
    }
    assert states <= found
    assert edges <= found
    assert {one for one in found if one.startswith("state-")} == states


@pytest.mark.parametrize("name", load_pathways().pathways)
def test_a_leaf_shows_exactly_what_it_offers_with_strength_and_statement(name: str, definitions: Definitions) -> None:
    pathway = definitions.pathways[name]
    strengths = {"usual": "usually:", "may": "may:", "rare": "rarely:"}
    for track in pathway.tracks.values():
        for leaf in track.leaves:
            own = state_class(track.name, leaf.name)
            shown = {
                text_of(e)
                for number in range(1, len(drawn(name).pages) + 1)
                for e in tree(name, number).iter(f"{SVG}g")
                if own in classes(e)
            }
            for text in shown:
                words = " ".join(text.split())
                offered = [pathway.statement(key).options[number] for key, number in leaf.offers]
                for strength, word in strengths.items():
                    assert words.count(word) == sum(option.strength == strength for option in offered), leaf.name
                for option in offered:
                    together = " and ".join(definitions.treatments[key].label for key in option.treatments)
                    assert together in words
                    assert option.statement in words
                if leaf.kind is LeafKind.GAP:
                    assert leaf.message in words


def test_every_page_carries_title_source_version_legend_review_and_disclaimer(definitions: Definitions) -> None:
    for diagram in map(drawn, diagrams_of(definitions)):
        for number in range(1, len(diagram.pages) + 1):
            words = " ".join(text_of(tree(diagram.name, number)).split())
            for part in (definitions.source.title, "updated 2022-10-07", "Definition 1.", "Legend", "Review:"):
                assert part in words, (diagram.name, number, part)
            assert definitions.source.disclaimer in words


def test_every_reading_that_is_marked_on_a_page_is_explained_on_it(definitions: Definitions) -> None:
    for diagram in map(drawn, diagrams_of(definitions)):
        for number in range(1, len(diagram.pages) + 1):
            words = " ".join(text_of(tree(diagram.name, number)).split())
            marked = {key for group in re.findall(r"\[(R-\d+(?:, R-\d+)*)\]", words) for key in group.split(", ")}
            for key in marked:
                assert f"{key} {definitions.readings[key].title}. {definitions.readings[key].text}" in words


def test_what_is_cut_off_names_the_page_on_which_it_goes_on(definitions: Definitions) -> None:
    for diagram in map(drawn, definitions.pathways):
        for number in range(1, len(diagram.pages) + 1):
            for element in tree(diagram.name, number).iter(f"{SVG}g"):
                if "continues" not in classes(element):
                    continue
                own = next(one for one in classes(element) if one.startswith("continues-"))
                words = text_of(element).split()
                page = number if words[0] == "Below:" else int(words[1].rstrip(":"))
                there = {one for e in tree(diagram.name, page).iter() for one in classes(e)}
                assert own.replace("continues-", "state-", 1) in there


def test_kinds_of_nodes_differ_in_shape_border_and_color_and_in_grayscale() -> None:
    kinds = (NodeKind.QUESTION, NodeKind.ANSWER, NodeKind.OFFER, NodeKind.GAP, NodeKind.DOES_NOT_APPLY, NodeKind.OUT_OF_SCOPE)
    styles = [node_style(kind) for kind in kinds]
    for one, other in itertools.combinations(styles, 2):
        assert (one["shape"], one["style"], one.get("peripheries")) != (
            other["shape"],
            other["style"],
            other.get("peripheries"),
        )
        assert one["color"] != other["color"]


def test_links_lead_to_the_statement_on_the_page(definitions: Definitions) -> None:
    link = deep_link(definitions, definitions.statement("VIP-5").locators[0])
    page, _, fragment = link.partition("#:~:text=")
    assert unquote(page) == definitions.source.url
    assert fragment == "For%20tumors%20that%20continue%20to,Targeted%20therapy"
    found = {a.get("{http://www.w3.org/1999/xlink}href") for n in range(1, 6) for a in tree("vipoma", n).iter(f"{SVG}a")}
    assert link in found


# Accessibility


def test_svgs_have_title_description_unique_ids_and_readable_tooltips() -> None:
    for page in PAGES.values():
        root = ElementTree.fromstring((FOLDER / f"{page.name}.svg").read_bytes())  # noqa: S314 - our own
        ids = [e.get("id") for e in root.iter() if e.get("id")]
        assert len(ids) == len(set(ids)), page.name
        assert (root[0].tag, root[0].text) == (f"{SVG}title", page.title)
        assert root[1].tag == f"{SVG}desc"
        assert root.get("aria-labelledby") == root[0].get("id")
        assert root.get("aria-describedby") == root[1].get("id")
        for element in root.iter(f"{SVG}g"):
            if "question" in classes(element) or "answer" in classes(element):
                assert len(element[0].text or "") > 5, page.name
        assert not [e for e in root.iter(f"{SVG}text") if not (e.text or "").strip()]


def test_the_pages_of_a_diagram_stack_into_one_picture() -> None:
    diagram = drawn("vipoma")
    root = ElementTree.fromstring(diagram.svg())  # noqa: S314 - our own
    inner = root.findall(f"{SVG}svg")
    assert len(inner) == len(diagram.pages)
    tops = [float(one.attrib["y"]) for one in inner]
    heights = [float(one.attrib["height"]) for one in inner]
    assert tops == [sum(heights[:number]) for number in range(len(inner))]
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))


# Layout on paper


@functools.cache
def boxes(name: str) -> dict[str, tuple[float, float, float, float]]:
    return boxes_of(layout(name))


def boxes_of(laid_out: dict[str, Any]) -> dict[str, tuple[float, float, float, float]]:
    found = {}
    for node in laid_out["objects"]:
        if "pos" in node and node.get("style") != "invis":
            x, y = map(float, node["pos"].split(","))
            wide, high = float(node["width"]) * 36, float(node["height"]) * 36
            found[node["name"]] = (x - wide, y - high, x + wide, y + high)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_no_two_nodes_overlap(name: str) -> None:
    check_overlap(boxes(name))


def check_overlap(found: dict[str, tuple[float, float, float, float]]) -> None:
    for (one, a), (other, b) in itertools.combinations(found.items(), 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (one, other)


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


def check_print(found: dict[str, Any], paper: tuple[float, float]) -> None:
    _, _, wide, high = (float(side) + 2 * MARGIN * (place > 1) for place, side in enumerate(found["bb"].split(",")))
    scale = min(1.0, paper[0] / wide, paper[1] / high)
    assert smallest_font(found) * scale >= 9.0


def smallest_font(found: dict[str, Any]) -> float:
    sizes = [
        one["size"]
        for part in [found, *found["objects"], *found.get("edges", [])]
        for key in ("_ldraw_", "_draw_")
        for one in part.get(key, [])
        if one["op"] == "F"
    ]
    return float(min(sizes))


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
    facts = [fact for fact in FACTS if fact in {"tumor_type", "course", *pathway.facts}]
    values = [[value for value in FACTS[fact].domain if value is not NOT_APPLICABLE] for fact in facts]
    phrases = [[definitions.words(fact, (value,)) for value in own] for fact, own in zip(facts, values, strict=True)]
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


# Definitions of any length


def words_of(length: int) -> str:
    """Return words of a length in characters, which begin and end with a letter."""
    return ("what a reader wants to know of this place " * length)[: length - 1].rstrip().ljust(length - 1, "x") + "x"


def clusters_of(laid_out: dict[str, Any]) -> dict[str, tuple[float, float, float, float]]:
    found = {}
    for one in laid_out["objects"]:
        if one["name"].startswith("cluster_") and "bb" in one:
            x0, y0, x1, y1 = map(float, one["bb"].split(","))
            found[one["name"]] = (x0, y0, x1, y1)
    return found


def longer(pathway: Pathway, length: int) -> Pathway:
    """Return a pathway of which the message of every other leaf is of a length."""
    tracks = {}
    for name, track in pathway.tracks.items():
        states: dict[str, Any] = dict(track.states)
        for number, leaf in enumerate(one for one in track.leaves if one.message):
            if number % 2 == 0:
                states[leaf.name] = attrs.evolve(leaf, message=words_of(length))
        tracks[name] = attrs.evolve(track, states=states)
    return attrs.evolve(pathway, tracks=tracks)


def test_the_helper_gives_words_of_the_length_asked_for() -> None:
    assert [len(words_of(length)) for length in (50, 127, 600)] == [50, 127, 600]


@pytest.mark.parametrize("length", [50, 200, 400, 550, 600])
@pytest.mark.parametrize("name", ["gastrinoma", "insulinoma", "vipoma"])
def test_messages_of_any_length_are_drawn_without_overlaps(name: str, length: int, definitions: Definitions) -> None:
    for page in pathway_pages(definitions, longer(definitions.pathways[name], length)):
        found = json.loads(lay_out(page.dot, "json"))
        check_overlap(boxes_of(found))
        assert float(found["bb"].split(",")[2]) + 2 * MARGIN <= LETTER[0], page.name


@pytest.mark.parametrize("length", [50, 200, 400, 600])
def test_questions_of_any_length_are_drawn_without_overlaps(length: int, definitions: Definitions) -> None:
    texts = {name: attrs.evolve(text, question=words_of(length)) for name, text in definitions.fact_texts.items()}
    longest = attrs.evolve(definitions, fact_texts={**definitions.fact_texts, "resectable": texts["resectable"]})
    for name in ("gastrinoma", "vipoma"):
        for page in pathway_pages(longest, definitions.pathways[name]):
            found = json.loads(lay_out(page.dot, "json"))
            check_overlap(boxes_of(found))
            assert float(found["bb"].split(",")[2]) + 2 * MARGIN <= LETTER[0], page.name


@pytest.mark.parametrize("length", [50, 600])
def test_labels_of_any_length_are_drawn_without_overlaps(length: int, definitions: Definitions) -> None:
    words = words_of(length)
    changed = attrs.evolve(
        definitions,
        treatments={name: attrs.evolve(one, label=words) for name, one in definitions.treatments.items()},
        fact_texts={
            name: attrs.evolve(one, labels=dict.fromkeys(one.labels, words)) for name, one in definitions.fact_texts.items()
        },
        types={name: attrs.evolve(one, label=words) for name, one in definitions.types.items()},
    )
    for page in [*overview_pages(changed), *pathway_pages(changed, definitions.pathways["vipoma"])]:
        check_overlap(boxes_of(json.loads(lay_out(page.dot, "json"))))


def test_one_message_that_cuts_every_branch_of_a_question_off_is_drawn(definitions: Definitions) -> None:
    insulinoma = definitions.pathways["insulinoma"]
    track = insulinoma.tracks["spread"]
    states: dict[str, Question | Leaf] = dict(track.states)
    for leaf in track.leaves:
        if leaf.message == "No spread.":
            states[leaf.name] = attrs.evolve(leaf, message=words_of(200))
    assert states != track.states
    changed = attrs.evolve(insulinoma, tracks={**insulinoma.tracks, "spread": attrs.evolve(track, states=states)})
    pages = pathway_pages(definitions, changed)
    assert any(not [state for state in piece.states if isinstance(state, Leaf)] for page in pages for piece in page.pieces), (
        "a piece of which every branch is cut off is what this is about"
    )
    assert all(lay_out(page.dot, "svg") for page in pages)


def test_long_titles_are_wrapped_and_pages_still_fit_the_paper(definitions: Definitions) -> None:
    vipoma = definitions.pathways["vipoma"]
    sixty = "of a track that somebody named at length " * 7 + "and then some"
    tracks = {name: attrs.evolve(track, title=sixty) for name, track in vipoma.tracks.items()}
    for page in pathway_pages(definitions, attrs.evolve(vipoma, title=words_of(127), tracks=tracks)):
        found = json.loads(lay_out(page.dot, "json"))
        check_overlap(boxes_of(found))
        assert float(found["bb"].split(",")[2]) + 2 * MARGIN <= LETTER[0]
        check_print(found, A4)
        check_print(found, LETTER)


@pytest.mark.parametrize("name", PAGES)
def test_the_frames_of_tracks_and_panels_stand_apart(name: str) -> None:
    found = {key: box for key, box in clusters_of(layout(name)).items() if framed(layout(name), key)}
    assert found
    for (one, a), (other, b) in itertools.combinations(found.items(), 2):
        gap = max(a[0] - b[2], b[0] - a[2], a[1] - b[3], b[1] - a[3])
        assert gap >= 6, (one, other)


def framed(laid_out: dict[str, Any], name: str) -> bool:
    return any(one["name"] == name and one.get("peripheries") == "1" for one in laid_out["objects"])


# The legend


def legend(found: dict[str, Any], part: str) -> list[dict[str, Any]]:
    return [one for one in found["objects"] if re.fullmatch(rf"legend-{part}-\d+", one["name"])]


@pytest.mark.parametrize("name", PAGES)
def test_the_legend_shows_each_kind_as_it_is_drawn_on_the_page(name: str) -> None:
    kinds = {str(kind): node_style(kind) for kind in NodeKind}
    drawn_as = [{key: one.get(key, "") for key in LOOKS} for one in legend(layout(name), "kinds")]
    for node in layout(name)["objects"]:
        kind = node.get("class", "").split(" ")[0]
        if kind in kinds and not node["name"].startswith("group-"):  # what these are says the title of their panel
            assert {key: kinds[kind].get(key, "") for key in LOOKS} in drawn_as, kind


LOOKS = ("shape", "style", "color", "fillcolor", "penwidth", "peripheries")


def test_with_a_case_the_legend_shows_what_its_marks_look_like() -> None:
    page = render("vipoma", {"tumor_type": "vipoma"}).pages[0]
    found = json.loads(lay_out(page.dot, "json"))
    shown = [(one["_ldraw_"][-1]["text"], one["penwidth"], one.get("peripheries")) for one in legend(found, "marks")]
    assert shown == [
        ("on its path: bold", "3", None),
        ("► open question: double frame", "2", "2"),
        ("► option of a leaf that it reaches", "3", None),
        ("off its path: pale", "0.8", None),
    ]
    assert not legend(layout("vipoma-1"), "marks")


def test_the_legend_carries_no_class_that_marks_a_state_or_transition() -> None:
    for page in render("vipoma", {"tumor_type": "vipoma"}).pages:
        for node in json.loads(lay_out(page.dot, "json"))["objects"]:
            if node["name"].startswith("legend"):
                assert node["class"] == "legend"


# The committed files


def test_the_committed_dot_is_what_the_definitions_say() -> None:
    stale = [name for name, page in PAGES.items() if (FOLDER / f"{name}.dot").read_text() != page.dot]
    assert stale == [], "run: make diagrams"


def test_the_committed_svgs_are_drawn_from_the_committed_dot() -> None:
    for name in PAGES:
        digest = hashlib.sha256((FOLDER / f"{name}.dot").read_bytes()).hexdigest()
        assert digest in (FOLDER / f"{name}.svg").read_text().splitlines()[1], f"{name}: run: make diagrams"


def test_the_bundled_engine_draws_the_committed_bytes() -> None:
    for name in diagrams_of(load_pathways()):
        for file, content in drawn(name).files(DiagramFormat.SVG).items():
            assert (FOLDER / file).read_bytes() == content, f"{file}: run: make diagrams"


def test_nothing_else_lies_among_the_committed_files() -> None:
    expected = {f"{name}.{kind}" for name in PAGES for kind in ("svg", "dot")}
    assert {path.name for path in FOLDER.iterdir() if path.suffix in {".svg", ".dot"}} == expected


# A case


def test_a_case_marks_its_path_its_leaf_and_fades_the_rest() -> None:
    case = {"tumor_type": "vipoma", "resectable": False}
    diagram = render("vipoma", case)
    root = ElementTree.fromstring(diagram.svg(1))  # noqa: S314 - our own
    marks = {one: set(classes(e)) for e in root.iter(f"{SVG}g") for one in classes(e) if one.startswith(("state-", "edge-"))}
    assert "visited" in marks["state-primary-removable"]
    assert "visited" in marks["state-primary-not_removable"]
    assert "visited" in marks["edge-primary-removable-no"]
    assert "faded" in marks["state-primary-removable_tumor"]
    assert "faded" in marks["edge-primary-removable-yes"]
    leaf = next(e for e in root.iter(f"{SVG}g") if "state-primary-not_removable" in classes(e))
    other = next(e for e in root.iter(f"{SVG}g") if "state-primary-removable_tumor" in classes(e))
    assert "► may:" in text_of(leaf)
    assert "►" not in text_of(other)


def test_a_partial_case_marks_the_open_question_of_each_track() -> None:
    diagram = render("vipoma", {"tumor_type": "vipoma"})
    opened = [
        one
        for number in range(1, len(diagram.pages) + 1)
        for e in ElementTree.fromstring(diagram.svg(number)).iter(f"{SVG}g")  # noqa: S314 - our own
        if "open" in classes(e)
        for one in classes(e)
        if one.startswith("state-")
    ]
    assert sorted(opened) == ["state-primary-removable", "state-spread-liver"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_path_of_a_case_is_that_of_the_answers_trace(path: Path, definitions: Definitions) -> None:
    from pnet_pathways import recommend

    answer = recommend(Case.from_json(path.read_text()))
    traced = {(step.pathway, step.track, step.state) for step in answer.trace}
    walked = {
        (pathway.name, track.name, state)
        for pathway in definitions.pathways.values()
        if answer.case.tumor_type is not None and pathway.name in diagrams_of(definitions, answer.case)
        for track in pathway.tracks.values()
        for state in track_path(track, answer.case).states
    }
    assert answer.case.tumor_type is None or walked == traced


def test_a_shared_leaf_is_marked_only_where_the_path_reaches_it() -> None:
    case = {"tumor_type": "insulinoma", "pancreatic_tumors": "one", "sites": ["body"], "resectable": False}
    diagram = render("insulinoma", case)
    own = state_class("primary", "not_removable")
    marked = []
    for number in range(1, len(diagram.pages) + 1):
        for e in ElementTree.fromstring(diagram.svg(number)).iter(f"{SVG}g"):  # noqa: S314 - our own
            if own in classes(e):
                marked.append("visited" in classes(e))
    assert len(marked) > 1
    assert marked.count(True) == 1


def test_a_case_keeps_the_pages_of_its_pathway() -> None:
    case = Case.from_json((DEFINITIONS / "cases/gastrinoma-liver-severe.json").read_text())
    assert [page.name for page in render("gastrinoma", case).pages] == [page.name for page in drawn("gastrinoma").pages]


def test_the_overview_marks_the_tumor_type_out_of_scope_too() -> None:
    root = ElementTree.fromstring(render("overview", {"tumor_type": "exocrine"}).svg(1))  # noqa: S314 - our own
    marks = {classes(e)[2]: classes(e)[-1] for e in root.iter(f"{SVG}g") if "node" in classes(e) and len(classes(e)) > 3}
    assert marks["outside-exocrine"] == "visited"
    assert marks["outside-acth_producing"] == marks["pathway-supportive"] == marks["pathway-gastrinoma"] == "faded"


def test_a_case_of_another_type_is_refused() -> None:
    with pytest.raises(CaseError, match="'Gastrinoma', which the pathway 'insulinoma' is not for"):
        render("insulinoma", {"tumor_type": "gastrinoma"})


def test_a_review_status_stands_in_place_of_the_line_for_signing() -> None:
    assert "Reviewed 2026-11-02" in render("vipoma", review="Reviewed 2026-11-02").dot()
    assert "Reviewed" not in render("vipoma").dot()


# Text from files is text


HOSTILE = '<script>alert("1")</script> & \\N \\"] }; \' `x` #35; %0A é 中 "] --> click\u202e'


@pytest.fixture
def hostile(folder: Path) -> Definitions:
    text = json.dumps(HOSTILE + "\n\tend")
    facts = folder / "facts.yaml"
    facts.write_text(facts.read_text().replace("question: Can the tumor be removed by surgery?", f"question: {text}"))
    vipoma = folder / "vipoma.yaml"
    broken = vipoma.read_text().replace("title: VIPoma", f"title: {text}", 1)
    broken = broken.replace("does_not_apply: No spread, and no growth during treatment.", f"does_not_apply: {text}")
    broken = broken.replace("label: Every VIPoma, removal", f"label: {text}").replace(
        "title: The tumor itself", f"title: {text}"
    )
    vipoma.write_text(broken)
    return load_pathways(folder)


def test_hostile_text_is_harmless_in_svg(hostile: Definitions) -> None:
    diagram = render("vipoma", definitions=hostile)
    for number in range(1, len(diagram.pages) + 1):
        svg = diagram.svg(number)
        assert "<script" not in svg
        root = ElementTree.fromstring(svg)  # noqa: S314 - our own
        tags = {e.tag.removeprefix(SVG) for e in root.iter()}
        assert tags <= {"svg", "title", "desc", "g", "a", "polygon", "polyline", "path", "ellipse", "text"}
        assert not [key for e in root.iter() for key in e.attrib if key.lower().startswith("on")]
        assert {a.get("{http://www.w3.org/1999/xlink}href", "")[:24] for a in root.iter(f"{SVG}a")} <= {
            "https://www.cancer.gov/t"
        }
    words = " ".join(text_of(ElementTree.fromstring(diagram.svg(1))).split())  # noqa: S314 - our own
    assert '<script>alert("1")</script> & \\N \\"]' in words
    assert "\u202e" not in words


def test_hostile_text_is_harmless_in_dot(hostile: Definitions) -> None:
    clean = {page.name: page for page in drawn("vipoma").pages}
    for page in render("vipoma", definitions=hostile).pages:
        found = json.loads(lay_out(page.dot, "json"))
        assert {one["name"] for one in found["objects"]} <= {
            one["name"] for name in clean for one in json.loads(lay_out(clean[name].dot, "json"))["objects"]
        }
        for node in found["objects"]:
            if "\\" in node.get("tooltip", ""):
                assert "\\N" in node["tooltip"].replace("\\\\", "\\")


def test_hostile_text_is_harmless_in_mermaid(hostile: Definitions) -> None:
    for text in re.findall(r'"([^\n]*?)"[\]|)}\n]', render("vipoma", definitions=hostile).mermaid()):
        for part in text.split("<br/>"):
            assert re.fullmatch(r"(?:[\w .,:;'()/?!=-]|#\d+;)*", part), part


ESCAPES = " ".join(f"C:\\{letter}ote" for letter in string.ascii_letters + string.digits + "\\") + " \\"
"""Every escape that Graphviz may substitute, and a backslash at the end."""


def test_backslashes_are_drawn_as_they_are_written(definitions: Definitions) -> None:
    def renamed(pathway: Pathway) -> Pathway:
        tracks = {}
        for name, track in pathway.tracks.items():
            states = {
                key: attrs.evolve(one, message=f"message {ESCAPES}") if isinstance(one, Leaf) and one.message else one
                for key, one in track.states.items()
            }
            tracks[name] = attrs.evolve(track, title=f"track {ESCAPES}", states=states)
        return attrs.evolve(pathway, title=f"title {ESCAPES}", tracks=tracks)

    facts = {
        name: attrs.evolve(text, question=f"question {ESCAPES}", labels=dict.fromkeys(text.labels, f"answer {ESCAPES}"))
        for name, text in definitions.fact_texts.items()
    }
    readings = {key: attrs.evolve(one, title="note", text=ESCAPES) for key, one in definitions.readings.items()}
    changed = attrs.evolve(definitions, fact_texts=facts, readings=readings)
    said = ""
    for page in pathway_pages(changed, renamed(definitions.pathways["vipoma"]), Case.from_dict({"tumor_type": "vipoma"})):
        root = ElementTree.fromstring(lay_out(page.dot, "svg"))  # noqa: S314 - our own
        words = " ".join(text_of(root).split())
        found = {part.rstrip(".:;,") for part in words.split() if "\\" in part or part.endswith("ote")}
        assert found
        assert found <= {*ESCAPES.split(), "note"}
        said += f"{words} "
    for part in ("title", "track", "question", "answer", "message"):
        assert f"{part} C:\\a" in said, part


def test_passages_stand_in_the_tooltips_of_what_they_say_and_nowhere_else(definitions: Definitions) -> None:
    said = {one.id: (f"passage of {one.id}", f"more of {one.id}") for one in definitions.pathways["vipoma"].statements}
    diagram = render("vipoma", passages=said)
    found: set[str] = set()
    for number, plain in enumerate(drawn("vipoma").pages, 1):
        root = ElementTree.fromstring(diagram.svg(number))  # noqa: S314 - our own
        assert not re.search("passage of|more of", text_of(root))
        for element in (one for one in root.iter(f"{SVG}g") if "offer" in classes(one)):
            tip = element[0].text or ""
            shown = {key for key in said if re.search(rf"\b{key}\b", text_of(element))}
            for key, passages in said.items():
                assert (f"{key}: {definitions.statement(key).label}." in tip) == (key in shown)
                for one in passages:
                    assert (f"“{one}”" in tip) == (key in shown), (key, tip)
            found |= shown
        assert plain.title == diagram.pages[number - 1].title
    assert found == set(said)


def test_without_passages_nothing_is_drawn_otherwise() -> None:
    assert render("vipoma", passages={}).pages == drawn("vipoma").pages


@pytest.mark.parametrize("text", ["<b>all markup</b>", "a & b", "&lt;", "a \\N b", "\\", '"quoted"'])
def test_a_tooltip_says_what_was_written(definitions: Definitions, text: str) -> None:
    said = {one.id: (text,) for one in definitions.pathways["vipoma"].statements}
    root = ElementTree.fromstring(render("vipoma", passages=said).svg(1))  # noqa: S314 - our own
    tips = [e[0].text or "" for e in root.iter(f"{SVG}g") if "offer" in classes(e)]
    assert all(tip.endswith(f"“{text}”") for tip in tips)
    vipoma = definitions.pathways["vipoma"]
    titled = attrs.evolve(vipoma, tracks={"primary": attrs.evolve(vipoma.tracks["primary"], title=text)})
    (page,) = pathway_pages(definitions, titled)
    svg = lay_out(page.dot, "svg").decode()
    assert text in re.findall('xlink:title="([^"]*)"', svg) or text in map(html.unescape, re.findall('title="([^"]*)"', svg))


def test_hostile_passages_are_text(definitions: Definitions) -> None:
    said = {one.id: (HOSTILE,) for one in definitions.pathways["vipoma"].statements}
    diagram = render("vipoma", passages=said)
    for number in range(1, len(diagram.pages) + 1):
        svg = diagram.svg(number)
        assert "<script" not in svg
        root = ElementTree.fromstring(svg)  # noqa: S314 - our own
        assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {
            "svg", "title", "desc", "g", "a", "polygon", "polyline", "path", "ellipse", "text"
        }  # fmt: skip
        tips = [e[0].text or "" for e in root.iter(f"{SVG}g") if "offer" in classes(e)]
        assert tips
        assert all('<script>alert("1")</script> & \\N \\"]' in tip and "\u202e" not in tip for tip in tips)


def test_a_hostile_name_of_a_review_is_text() -> None:
    assert "<script" not in render("vipoma", review=HOSTILE).svg(1)


# Mermaid


def test_mermaid_has_every_transition_and_the_disclaimer(definitions: Definitions) -> None:
    for pathway in definitions.pathways.values():
        text = render(pathway).mermaid()
        edges = sum(len(question.answers) for track in pathway.tracks.values() for question in track.questions)
        assert len(re.findall(r"-->\|", text)) == edges
        assert text.count("subgraph ") == len(pathway.tracks)
        assert "no substitute for clinical judgement" in text


def test_mermaid_marks_the_path_of_a_case() -> None:
    text = render("vipoma", {"tumor_type": "vipoma", "resectable": True}).mermaid()
    assert 'primary__removable ==>|"yes"| primary__removable_tumor' in text
    assert "class primary__removable_tumor visited" in text
    assert "class spread__liver open" in text
    assert "class primary__not_removable faded" in text


def test_the_overview_has_no_mermaid() -> None:
    with pytest.raises(RenderError, match="the overview has no Mermaid text; pathways have: gastrinoma"):
        drawn("overview").mermaid()


# Engines, fonts, formats


def test_png_and_pdf_begin_as_they_should() -> None:
    assert drawn("vipoma").png(1).startswith(b"\x89PNG\r\n")
    assert drawn("vipoma").pdf(1).startswith(b"%PDF-")


@pytest.mark.parametrize("case", [None, *CASES], ids=lambda path: "none" if path is None else path.stem)
def test_a_page_as_pdf_fits_letter_and_a4_at_its_own_size(case: Path | None, definitions: Definitions) -> None:
    known = None if case is None else Case.from_json(case.read_text())
    for name in diagrams_of(definitions, known)[: None if case is None else 2]:
        diagram = drawn(name) if known is None else render(name, known)
        for number in range(1, len(diagram.pages) + 1):
            (page,) = PdfReader(io.BytesIO(diagram.pdf(number))).pages
            assert float(page.mediabox.width) <= min(A4[0], LETTER[0]), (name, number)
            assert float(page.mediabox.height) <= min(A4[1], LETTER[1]), (name, number)


def test_the_bundled_font_is_the_one_in_the_pdf() -> None:
    assert b"LiberationSans" in drawn("vipoma").pdf(1)


def test_a_path_without_programs_and_a_system_without_fonts_change_nothing(tmp_path: Path) -> None:
    code = (
        "import hashlib\nfrom pnet_pathways.views.diagrams.diagram import render\n"
        "print(hashlib.sha256(render('vipoma').svg(1).encode()).hexdigest())"
    )
    environment = {key: value for key, value in os.environ.items() if key not in {"PATH", "HOME"}}
    environment |= {"PATH": str(tmp_path), "HOME": str(tmp_path), "FONTCONFIG_FILE": str(tmp_path / "none.conf")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == hashlib.sha256((FOLDER / "vipoma-1.svg").read_bytes()).hexdigest()


def test_drawing_leaves_the_environment_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "mine.conf")
    lay_out("digraph { a }", "svg")
    assert os.environ["FONTCONFIG_FILE"] == "mine.conf"
    monkeypatch.delenv("FONTCONFIG_FILE")
    lay_out("digraph { a }", "svg")
    assert "FONTCONFIG_FILE" not in os.environ


def test_a_missing_bundled_engine_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with pytest.raises(RenderError, match=r"pip install 'pnet-pathways\[diagrams\]', or use the system's dot"):
        lay_out("digraph { a }", "svg")


def test_a_missing_package_for_dot_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("pnet_pathways.views.diagrams.overview")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(RenderError, match=r"pip install 'pnet-pathways\[diagrams\]'"):
        render("overview")


def test_a_missing_system_engine_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderError, match="no program 'dot' on the PATH: install Graphviz"):
        render("vipoma", engine="system").svg(1)


def system_dot(folder: Path, script: str) -> None:
    path = folder / "dot"
    path.write_text(f"#!{sys.executable}\n{script}\n")
    path.chmod(0o755)


def test_the_system_engine_gets_dot_text_format_and_the_bundled_fonts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = "import os, sys; print(sys.argv[1], sys.stdin.read().strip(), open(os.environ['FONTCONFIG_FILE']).read())"
    system_dot(tmp_path, script)
    monkeypatch.setenv("PATH", str(tmp_path))
    told = lay_out("digraph { a }", "pdf", LayoutEngine.SYSTEM).decode()
    assert told.startswith("-Tpdf digraph { a } <?xml")
    assert str(ROOT / "src" / "pnet_pathways" / "views" / "diagrams" / "fonts") in told


def test_a_failing_system_engine_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    system_dot(tmp_path, "import sys; sys.exit('no such format')")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderError, match="cannot draw this as svg: no such format"):
        lay_out("digraph { a }", "svg", LayoutEngine.SYSTEM)


def test_a_system_engine_that_is_no_program_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "dot"
    path.write_bytes(b"\x00")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderError, match="cannot be run"):
        lay_out("digraph { a }", "svg", LayoutEngine.SYSTEM)


def test_a_label_that_cannot_be_read_is_an_error_and_never_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"Graphviz cannot draw all of this as svg: Error: .*syntax error"):
        lay_out("digraph { a [label=<<B></B>>] }", "svg")
    system_dot(tmp_path, "import sys; print('<svg/>'); print('Error: syntax error in label', file=sys.stderr)")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderError, match="cannot draw all of this as svg: Error: syntax error in label"):
        lay_out("digraph { a }", "svg", LayoutEngine.SYSTEM)


def test_text_that_is_no_dot_is_refused() -> None:
    with pytest.raises(RenderError, match=r"Graphviz cannot draw this as svg: .*syntax error"):
        lay_out("digraph {", "svg")


def test_missing_fonts_are_an_error_and_never_boxes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from pnet_pathways.views.diagrams import layout_engine as graphviz_engine

    monkeypatch.setattr(graphviz_engine, "files", lambda _: tmp_path)
    with pytest.raises(RenderError, match="the fonts are missing"):
        graphviz_engine._fonts_conf.__wrapped__()


def test_the_measured_widths_are_those_of_the_font() -> None:
    for page in itertools.islice(PAGES, 0, None, 5):
        for node in (one for one in layout(page)["objects"] if one["name"] != "head"):
            for text in (one for one in node.get("_ldraw_", []) if one["op"] == "T" and len(one["text"]) > 12):
                assert width_of(text["text"], 9.25, bold=True) >= text["width"] * 0.97


# Jupyter, names, pages


def test_jupyter_shows_the_diagram() -> None:
    diagram = drawn("supportive")
    assert diagram._repr_svg_().startswith("<svg")
    bundle = diagram._repr_mimebundle_()
    assert bundle["image/svg+xml"] == diagram.svg()
    assert "supportive" in bundle["text/plain"]


def test_a_pathway_that_is_none_is_named_with_a_suggestion() -> None:
    with pytest.raises(RenderError, match=r"there is no pathway 'insulinomma' \(did you mean 'insulinoma'\?\)"):
        render("insulinomma")


def test_an_engine_that_is_none_is_named_with_those_there_are() -> None:
    with pytest.raises(RenderError, match=r"there is no engine 'neato' \(engines: bundled, system\)"):
        render("vipoma", engine="neato")


def test_a_page_that_is_none_is_an_error() -> None:
    with pytest.raises(IndexError, match="'vipoma' has no page 0; it has 5"):
        drawn("vipoma").svg(0)


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


def test_states_of_every_kind_are_drawn_somewhere(definitions: Definitions) -> None:
    kinds = {
        type(state) for pathway in definitions.pathways.values() for t in pathway.tracks.values() for state in t.states.values()
    }
    assert kinds == {Question, Leaf}
    found = {one for page in PAGES for e in ElementTree.parse(FOLDER / f"{page}.svg").iter() for one in classes(e)}  # noqa: S314
    assert {"question", "answer", "offer", "gap", "does_not_apply", "out_of_scope", "continues"} <= found


def test_a_pathway_that_fits_one_page_needs_no_numbers(definitions: Definitions) -> None:
    vipoma = definitions.pathways["vipoma"]
    (page,) = pathway_pages(definitions, attrs.evolve(vipoma, tracks={"primary": vipoma.tracks["primary"]}))
    assert (page.name, page.title) == ("vipoma", "VIPoma")
    assert "page 1 of" not in page.dot


def test_a_case_of_which_nothing_is_known_says_so() -> None:
    assert "Case:</B> nothing that is asked here is known yet." in render("vipoma", {}).dot()


def test_a_word_that_is_too_long_is_broken_and_nothing_is_lost() -> None:
    word = "m" * 40
    lines = wrapped(f"a {word} b", 60)
    assert "".join(lines).replace(" ", "") == f"a{word}b"
    assert all(width_of(line) <= 60 for line in lines)
