"""Layout on paper: nothing overlaps, nothing is cut off, and what is printed can be read."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pnet_pathways import Case, load_pathways
from pnet_pathways.model.pathway import Definitions, Leaf, Pathway, Question, Track
from pnet_pathways.views.diagrams import drawing as diagrams
from pnet_pathways.views.diagrams import layout_engine
from pnet_pathways.views.diagrams.diagram import diagrams_of, render
from pnet_pathways.views.diagrams.drawing import pathway_pages
from pnet_pathways.views.diagrams.frame import Frame
from pnet_pathways.views.diagrams.layout_engine import lay_out
from pnet_pathways.views.diagrams.style import Mark
from pnet_pathways.views.diagrams.text import width_of
from views.drawn import (
    A4,
    ANNEX,
    CASES,
    LETTER,
    PAGES,
    SVG,
    boxes,
    check_overlap,
    check_print,
    drawn,
    layout,
    root_of,
)


@pytest.mark.parametrize("name", ANNEX)
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


@pytest.mark.parametrize("name", ANNEX)
def test_no_edge_runs_through_the_box_of_another_node(name: str) -> None:
    objects = layout(name)["objects"]
    for edge in (one for one in layout(name)["edges"] if one.get("style") != "invis"):
        ends = {objects[edge["tail"]]["name"], objects[edge["head"]]["name"]}
        curves = [one["points"] for one in edge["_draw_"] if one["op"] in "bB"]
        assert curves
        for x, y in itertools.chain.from_iterable(map(points, curves)):
            hit = {key for key, (x0, y0, x1, y1) in boxes(name).items() if x0 < x < x1 and y0 < y < y1}
            assert hit <= ends, (ends, hit)


@pytest.mark.parametrize("name", ANNEX)
def test_no_label_is_wider_or_higher_than_its_box(name: str) -> None:
    for node in layout(name)["objects"]:
        if "pos" not in node or node.get("style") == "invis":
            continue
        x0, y0, x1, y1 = boxes(name)[node["name"]]
        for text in (one for one in node.get("_ldraw_", []) if one["op"] == "T"):
            x, y = text["pt"]
            left = x - {"l": 0, "c": text["width"] / 2, "r": text["width"]}[text["align"]]
            assert left >= x0 - 0.5, (node["name"], text["text"])
            assert left + text["width"] <= x1 + 0.5, (node["name"], text["text"])
            assert y >= y0 - 0.5, (node["name"], text["text"])
            assert y + 0.7 * 9.25 <= y1 + 0.5, (node["name"], text["text"])


@pytest.mark.parametrize("paper", [A4, LETTER], ids=["A4", "Letter"])
@pytest.mark.parametrize("name", ANNEX)
def test_the_smallest_font_is_nine_points_when_printed(name: str, paper: tuple[float, float]) -> None:
    check_print(layout(name), paper)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_diagrams_of_every_example_case_fit_the_paper(path: Path) -> None:
    case = Case.from_json(path.read_text())
    for name in diagrams_of(load_pathways(), case)[:2]:
        for page in render(name, case).pages[1:]:
            found = json.loads(lay_out(page.dot, "json"))
            check_print(found, A4, margin=0)  # what is known of a case takes lines of its own, up to the paper's edge
            check_print(found, LETTER, margin=0)


class EverythingAtOnce:
    """Marks of a path that no case has: every answer given, and of each track both a question open and a leaf reached."""

    title = Mark.PLAIN

    def __init__(self, track: Track, number: int) -> None:
        self.open = track.questions[number % len(track.questions)].name if track.questions else ""
        self.leaf = track.leaves[number % len(track.leaves)].name

    def state(self, name: str) -> Mark:
        return Mark.OPEN if name == self.open else Mark.VISITED

    def transition(self, question: str, answer: str) -> Mark:  # noqa: ARG002
        return Mark.VISITED

    def offers(self, leaf: Leaf) -> dict[tuple[str, int], Mark]:
        return dict.fromkeys(leaf.offers, Mark.VISITED) if leaf.name == self.leaf else {}

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
    frame = Frame(definitions, pathway.title, pathway, case=Case())
    longest = real(frame).replace("nothing that is asked here is known yet", words)
    assert words in longest
    monkeypatch.setattr(Frame, "case_words", property(lambda frame: "" if frame.case is None else longest))
    for number in range(max(max(len(one.questions), len(one.leaves)) for one in pathway.tracks.values())):
        marked = functools.partial(EverythingAtOnce, number=number)
        monkeypatch.setattr(diagrams, "track_path", lambda track, case, marked=marked: marked(track))  # noqa: ARG005
        for page in pathway_pages(definitions, pathway, Case()):
            found = json.loads(lay_out(page.dot, "json"))
            check_print(found, A4, margin=0)
            check_print(found, LETTER, margin=0)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_words_of_a_case_are_no_longer_than_the_longest(path: Path, definitions: Definitions) -> None:
    case = Case.from_json(path.read_text())
    for name in set(diagrams_of(definitions, case)) & set(definitions.pathways):
        pathway = definitions.pathways[name]
        known = Frame(definitions, pathway.title, pathway, case=case).case_words
        assert width_of(known.removeprefix("Case: ").removesuffix(".")) <= width_of(longest_words(definitions, pathway))


def test_graphviz_warns_of_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    import pygraphviz

    with layout_engine._bundled_fonts():  # fontconfig reads them once in a process, when the first text is measured
        for page in PAGES.values():
            pygraphviz.AGraph(string=page.dot).draw(format="svg", prog="dot")
    lines = [line for line in capfd.readouterr().err.splitlines() if "Fontconfig" not in line]
    assert lines == []


@pytest.mark.parametrize("name", ANNEX)
def test_what_follows_bold_words_begins_where_they_end(name: str) -> None:
    root = root_of(name)
    pairs = 0
    for group in root.iter():
        for one, other in itertools.pairwise(group.findall(f"{SVG}text")):
            if one.get("y") == other.get("y") and (other.text or "").startswith(" "):
                pairs += 1
                assert abs(float(one.attrib["x"]) + float(one.attrib["textLength"]) - float(other.attrib["x"])) < 0.02
                assert float(other.attrib["x"]) + float(other.attrib["textLength"]) <= LETTER[0]
    assert pairs or not [e for e in root.iter(f"{SVG}g") if "offer" in e.get("class", "").split()]


def columns_of(name: str) -> dict[str, list[tuple[float, str]]]:
    """Return the nodes of each kind that stand at the same left border, from above."""
    found: dict[str, list[tuple[float, str]]] = {}
    for node in layout(name)["objects"]:
        kind = node.get("class", "").split(" ")[0]
        if kind in {"question", "answer", "offer", "combination", "gap", "does_not_apply", "continues"}:
            found.setdefault(kind, []).append((-boxes(name)[node["name"]][3], node["name"]))
    return {kind: sorted(nodes) for kind, nodes in found.items()}


def test_answers_stand_below_each_other_in_the_order_of_the_file(definitions: Definitions) -> None:
    checked = 0
    for pathway in definitions.pathways.values():
        for page in drawn(pathway.name).pages[1:]:
            place = {name: number for number, (_, name) in enumerate(columns_of(page.name)["answer"])}
            for question in (one for piece in page.pieces for one in piece.states if isinstance(one, Question)):
                track = next(piece.track for piece in page.pieces if question in piece.states)
                found = [place[f"{track.name}.{question.name}={answer.name}"] for answer in question.answers]
                assert found == sorted(found), (page.name, question.name)
                checked += len(found)
    assert checked > 50


def test_answers_are_written_in_the_order_of_the_vocabulary(definitions: Definitions) -> None:
    """Of a fact in the order of its values; of a group the same everywhere, and no member at all comes last."""
    groups: dict[str, list[list[str]]] = {}
    for pathway in definitions.pathways.values():
        for question in (one for track in pathway.tracks.values() for one in track.questions):
            if question.asks in definitions.vocabulary.groups:
                names = [answer.name for answer in question.answers]
                assert "none" not in names[:-1], (pathway.name, question.name)
                groups.setdefault(question.asks, []).append(names)
            else:
                order = list(definitions.vocabulary.choices(question.asks))
                first = [min(map(order.index, answer.values)) for answer in question.answers]
                assert first == sorted(first), (pathway.name, question.name)
    assert set(groups) == {"sites", "spread"}


@pytest.mark.parametrize("name", [name for name in ANNEX if name != "overview-care-course"])
def test_lines_that_lead_to_different_states_hardly_cross(name: str) -> None:
    objects = layout(name)["objects"]
    ways = []
    for edge in (one for one in layout(name)["edges"] if one.get("style") != "invis"):
        curve = [point for one in edge["_draw_"] if one["op"] in "bB" for point in points(one["points"])]
        ways.append((objects[edge["tail"]]["name"], objects[edge["head"]]["name"], curve))
    crossed = [
        (one[:2], other[:2])
        for one, other in itertools.combinations(ways, 2)
        if one[0] != other[0] and one[1] != other[1] and any(map(crosses, itertools.repeat(one[2]), segments(other[2])))
    ]
    assert len(crossed) <= 3, crossed


def segments(curve: list[tuple[float, float]]) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    yield from itertools.pairwise(curve)


def crosses(curve: list[tuple[float, float]], line: tuple[tuple[float, float], tuple[float, float]]) -> bool:
    """Return whether a line, given by its ends, crosses a curve, given by points."""

    def side(a: tuple[float, float], b: tuple[float, float], p: tuple[float, float]) -> float:
        return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])

    return any(
        side(a, b, line[0]) * side(a, b, line[1]) < 0 and side(*line, a) * side(*line, b) < 0 for a, b in segments(curve)
    )


@pytest.mark.parametrize("name", ANNEX)
def test_the_parts_of_a_page_stand_below_each_other_and_apart(name: str) -> None:
    """Title, then each track's band with its columns, legend and foot, each over the whole width or within it."""
    parts = {node["name"]: boxes(name)[node["name"]] for node in layout(name)["objects"] if node.get("shape") == "none"}
    bands = [box for key, box in parts.items() if "title" in key]
    assert bands
    width = max(x1 for _, _, x1, _ in boxes(name).values())
    for _, _, right, _ in bands:
        assert abs(right - width) < 2
    for (one, a), (other, b) in itertools.combinations(parts.items(), 2):
        assert max(a[0] - b[2], b[0] - a[2], a[1] - b[3], b[1] - a[3]) >= 0, (one, other)
    assert max(parts, key=lambda key: parts[key][3]) == "head"
    assert min(parts, key=lambda key: parts[key][1]) == "foot"


def test_the_measured_widths_are_those_of_the_font() -> None:
    for page in itertools.islice(ANNEX, 0, None, 5):
        for node in (one for one in layout(page)["objects"] if one["name"] != "head"):
            for text in (one for one in node.get("_ldraw_", []) if one["op"] == "T" and len(one["text"]) > 12):
                assert width_of(text["text"], 9.25, bold=True) >= text["width"] * 0.97


def test_a_question_stands_before_what_its_answers_lead_to() -> None:
    for name in ANNEX:
        if name == "overview-care-course":
            continue
        middle = {key: (a + c) / 2 for key, (a, _, c, _) in boxes(name).items()}
        objects = layout(name)["objects"]
        for edge in (one for one in layout(name)["edges"] if one.get("style") != "invis"):
            assert middle[objects[edge["tail"]]["name"]] < middle[objects[edge["head"]]["name"]]


def test_a_pathway_takes_two_pages_of_states_at_most_and_all_the_files_are_few(definitions: Definitions) -> None:
    counts = {name: len(drawn(name).pages) - 1 for name in definitions.pathways}
    assert set(counts.values()) <= {1, 2}
    assert len(ANNEX) <= 11
    assert len(PAGES) <= 20
