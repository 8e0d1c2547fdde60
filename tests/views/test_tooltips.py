"""Tooltips and links: a statement's passages, and its place on the page of the source."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote
from xml.etree import ElementTree

import attrs
import pytest

from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.reference import Locator
from pnet_pathways.views.diagrams.deep_links import deep_link
from pnet_pathways.views.diagrams.diagram import render
from pnet_pathways.views.diagrams.drawing import pathway_pages
from pnet_pathways.views.diagrams.layout_engine import lay_out
from views.drawn import SVG, classes, drawn, text_of, tree


def test_links_lead_to_the_statement_on_the_page(definitions: Definitions) -> None:
    link = deep_link(definitions, definitions.statement("VIP-5").locators[0])
    page, _, fragment = link.partition("#:~:text=")
    assert unquote(page) == definitions.source.url
    assert fragment == "For%20tumors%20that%20continue%20to,Targeted%20therapy"
    found = {
        a.get("{http://www.w3.org/1999/xlink}href")
        for n in range(1, len(drawn("vipoma").pages) + 1)
        for a in tree("vipoma", n).iter(f"{SVG}a")
    }
    assert link in found


@pytest.mark.parametrize(
    ("first", "last", "between", "fragment"),
    [
        ("Most tumors are", "tumors are mild (rare).", -len("tumors are"), "Most%20tumors%20are%20mild%20%28rare"),
        ("The type of rest", "rest cure.", -4, "The%20type%20of%20rest%20cure"),
        ("If the lamp is", "out .", 1, "If%20the%20lamp%20is%20out"),
        ("All of it.", "All of it.", -10, "All%20of%20it"),
        ("It may help: Rest", "Rest .", -4, "It%20may%20help,Rest"),
        ("For spread : Regional", "a new drug .", 9, "For%20spread%3A-,Regional,a%20new%20drug"),
        ("Rest Rest is", "for long .", 9, "Rest-,Rest%20is,for%20long"),
        ("For it", "; or . Targeted drugs .", 9, "For%20it,Targeted%20drugs"),
        ("For well-known, old", "a ( mild ) one", 9, "For%20well%2Dknown%2C%20old,a%20%28mild%29%20one"),
    ],
)
def test_no_text_of_a_link_overlaps_another_or_crosses_a_block(
    definitions: Definitions, first: str, last: str, between: int, fragment: str
) -> None:
    locator = Locator("", first, last, 100, 100 + len(first) + between + len(last), "")
    assert deep_link(definitions, locator).partition("#:~:text=")[2] == fragment


def test_passages_stand_in_the_tooltips_of_what_they_say_and_nowhere_else(definitions: Definitions) -> None:
    said = {one.id: (f"passage of {one.id}", f"more of {one.id}") for one in definitions.pathways["vipoma"].statements}
    diagram = render("vipoma", passages=said)
    found: set[str] = set()
    for number, plain in enumerate(drawn("vipoma").pages, 1):
        root = ElementTree.fromstring(diagram.svg(number))  # noqa: S314 - our own
        assert not re.search("passage of|more of", text_of(root))
        for element in (one for one in root.iter(f"{SVG}g") if "node" in classes(one) and "offer" in classes(one)):
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
    root = ElementTree.fromstring(render("vipoma", passages=said).svg(2))  # noqa: S314 - our own
    tips = [e[0].text or "" for e in root.iter(f"{SVG}g") if "offer" in classes(e)]
    assert tips
    assert all(f"“{text}” Listed here: " in tip for tip in tips)
    vipoma = definitions.pathways["vipoma"]
    titled = attrs.evolve(vipoma, tracks={"primary": attrs.evolve(vipoma.tracks["primary"], title=text)})
    (page,) = pathway_pages(definitions, titled)
    svg = lay_out(page.dot, "svg").decode()
    assert text in re.findall('xlink:title="([^"]*)"', svg) or text in map(html.unescape, re.findall('title="([^"]*)"', svg))
