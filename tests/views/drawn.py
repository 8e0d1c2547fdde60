"""The diagrams of the project's own definitions, drawn once for all tests, and checks of what is laid out."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Collection, Iterator
from typing import Any
from xml.etree import ElementTree

import attrs

from pnet_pathways import load_pathways
from pnet_pathways.model.facts import Fact
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.views.diagrams.diagram import Diagram, diagrams_of, render
from pnet_pathways.views.diagrams.drawing import Page
from pnet_pathways.views.diagrams.layout_engine import lay_out
from project import DEFINITIONS, DIAGRAMS

FOLDER = DIAGRAMS
CASES = sorted((DEFINITIONS / "cases").glob("*.json"))
A4 = (841.9, 595.3)
LETTER = (792.0, 612.0)
TEN_MM = 72 / 2.54
SVG = "{http://www.w3.org/2000/svg}"


@functools.cache
def drawn(name: str) -> Diagram:
    return render(name)


def every_page() -> Iterator[Page]:
    for name in diagrams_of(load_pathways()):
        yield from drawn(name).pages


PAGES = {page.name: page for page in every_page()}
ANNEX = {page.name: page for name in diagrams_of(load_pathways()) for page in drawn(name).pages[1:]}
"""The pages of states, and that of the care course."""


@functools.cache
def layout(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(lay_out(PAGES[name].dot, "json"))
    return found


@functools.cache
def root_of(page: str) -> ElementTree.Element:
    """Return a page's SVG as it is drawn now."""
    places = ((name, number) for name in diagrams_of(load_pathways()) for number in range(1, len(drawn(name).pages) + 1))
    return next(tree(*place) for place in places if drawn(place[0]).pages[place[1] - 1].name == page)


@functools.cache
def tree(name: str, number: int) -> ElementTree.Element:
    return ElementTree.fromstring(drawn(name).svg(number))  # noqa: S314 - our own


def text_of(element: ElementTree.Element) -> str:
    return " ".join("".join(one.itertext()) for one in element.iter(f"{SVG}text"))


def classes(element: ElementTree.Element) -> list[str]:
    return element.get("class", "").split()


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


def check_overlap(found: dict[str, tuple[float, float, float, float]]) -> None:
    for (one, a), (other, b) in itertools.combinations(found.items(), 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (one, other)


def check_print(found: dict[str, Any], paper: tuple[float, float], margin: float = TEN_MM) -> None:
    """Check that a page printed within margins is not made smaller than 9 points."""
    wide, high = size_of(found)
    scale = min(1.0, (paper[0] - 2 * margin) / wide, (paper[1] - 2 * margin) / high)
    assert smallest_font(found) * scale >= 9.0, (wide, high)


def size_of(found: dict[str, Any]) -> tuple[float, float]:
    """Return the width and height of a page in points, with the edge around it."""
    left, low, right, high = map(float, found["bb"].split(","))
    edge = 2 * 72 * float(found["pad"])
    return right - left + edge, high - low + edge


def smallest_font(found: dict[str, Any]) -> float:
    sizes = [
        one["size"]
        for part in [found, *found["objects"], *found.get("edges", [])]
        for key in ("_ldraw_", "_draw_")
        for one in part.get(key, [])
        if one["op"] == "F"
    ]
    return float(min(sizes))


def with_texts(definitions: Definitions, *, question: str = "", answer: str = "", facts: Collection[str] = ()) -> Definitions:
    """Return definitions in which facts (all by default) and groups have another question, or other labels of answers."""
    vocabulary = definitions.vocabulary

    def changed(fact: Fact) -> Fact:
        if facts and fact.name not in facts:
            return fact
        texts = {key: attrs.evolve(one, label=answer or one.label) for key, one in fact.texts.items()}
        return attrs.evolve(fact, question=question or fact.question, label=answer or fact.label, texts=texts)

    groups = {
        name: group if facts and name not in facts else attrs.evolve(group, question=question or group.question)
        for name, group in vocabulary.groups.items()
    }
    changed_facts = {name: changed(fact) for name, fact in vocabulary.facts.items()}
    return attrs.evolve(definitions, vocabulary=attrs.evolve(vocabulary, facts=changed_facts, groups=groups))


def words_of(length: int) -> str:
    """Return words of a length in characters, which begin and end with a letter."""
    return ("what a reader wants to know of this place " * length)[: length - 1].rstrip().ljust(length - 1, "x") + "x"
