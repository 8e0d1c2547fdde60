"""Text from files is text: nothing in it is markup, an escape or code."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path
from xml.etree import ElementTree

import attrs
import pytest

from pnet_pathways import Case, load_pathways
from pnet_pathways.model.pathway import Definitions, Leaf, Pathway
from pnet_pathways.views.diagrams.diagram import render
from pnet_pathways.views.diagrams.drawing import pathway_pages
from pnet_pathways.views.diagrams.layout_engine import lay_out
from views.drawn import SVG, classes, drawn, text_of, with_texts

HOSTILE = '<script>alert("1")</script> & \\N \\"] }; \' `x` #35; %0A é 中 "] --> click'


@pytest.fixture
def hostile(folder: Path) -> Definitions:
    text = json.dumps(HOSTILE + "\n\tend")
    facts = folder / "facts.yaml"
    facts.write_text(_replaced(facts.read_text(), "question: Where in the pancreas?", f"question: {text}"))
    vipoma = folder / "vipoma.yaml"
    broken = vipoma.read_text()
    for plain, key in (
        ("title: VIPoma", "title"),
        ("does_not_apply: No spread, and no growth during treatment.", "does_not_apply"),
        ('label: "VIPoma: resection of a primary tumor"', "label"),
        ("title: Primary tumor", "title"),
    ):
        broken = _replaced(broken, plain, f"{key}: {text}")
    vipoma.write_text(broken)
    return load_pathways(folder)


def _replaced(text: str, plain: str, hostile: str) -> str:
    assert plain in text, plain
    return text.replace(plain, hostile, 1)


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

    readings = {key: attrs.evolve(one, title="note", text=ESCAPES) for key, one in definitions.readings.items()}
    spoilt = with_texts(definitions, question=f"question {ESCAPES}", answer=f"answer {ESCAPES}")
    changed = attrs.evolve(spoilt, readings=readings)
    said, tips = "", ""
    for page in pathway_pages(changed, renamed(definitions.pathways["vipoma"]), Case.from_dict({"tumor_type": "vipoma"})):
        root = ElementTree.fromstring(lay_out(page.dot, "svg"))  # noqa: S314 - our own
        words = " ".join(text_of(root).split())
        found = {part.rstrip(".:;,") for part in words.split() if "\\" in part or part.endswith("ote")}
        assert found
        assert found <= {*ESCAPES.split(), "note"}
        said += f"{words} "
        tips += " ".join(one for e in root.iter() for key, one in e.attrib.items() if key.endswith("title"))
    for part in ("title", "track", "question", "answer"):
        assert f"{part} C:\\a" in said, part
    assert "message C:\\a" in tips


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
        assert all('<script>alert("1")</script> & \\N \\"]' in tip for tip in tips)


def test_a_hostile_name_of_a_review_is_text() -> None:
    assert "<script" not in render("vipoma", review=HOSTILE).svg(1)
