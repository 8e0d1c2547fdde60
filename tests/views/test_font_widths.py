"""Widths of text read from the bundled fonts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pnet_pathways.model.errors import RenderError
from pnet_pathways.views.diagrams import font_widths
from pnet_pathways.views.diagrams.font_widths import exact_width
from pnet_pathways.views.diagrams.layout_engine import lay_out
from pnet_pathways.views.diagrams.svg import SVG
from pnet_pathways.views.diagrams.text import width_of
from project import DIAGRAMS

WORDS = "The quick brown fox, (jumps) over: 13 lazy dogs' beds! Wave AV To £ é ©"


@pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])
def test_a_width_is_the_one_that_graphviz_measures(bold: bool) -> None:
    text = f"<B>{WORDS}</B>" if bold else WORDS
    dot = f'digraph {{ a [label=<{text.replace("&", "&amp;")}> fontname="Liberation Sans" fontsize=20] }}'
    found = json.loads(lay_out(dot, "json"))["objects"][0]["_ldraw_"]
    (width,) = [one["width"] for one in found if one["op"] == "T"]
    assert exact_width(WORDS, 20, bold=bold) == pytest.approx(width, rel=0.03)  # Graphviz rounds glyphs to pixels


def test_a_width_is_the_sum_of_its_characters_and_grows_with_the_size() -> None:
    assert exact_width("", 10) == 0
    assert exact_width("i", 1000) == pytest.approx(222, abs=0.2)  # as in Helvetica's metrics
    assert exact_width("W", 1000) == pytest.approx(944, abs=0.2)
    assert exact_width("iWi", 9) == pytest.approx((2 * 222 + 944) * 9 / 1000, abs=0.01)


def test_a_character_that_the_font_lacks_leaves_the_width_unknown() -> None:
    assert exact_width("a 中", 9) is None


def test_a_missing_table_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(font_widths, "files", lambda _: tmp_path)
    with pytest.raises(RenderError, match=r"the widths of the bundled fonts are missing .*install the package anew"):
        font_widths._fonts.__wrapped__()


def test_lines_are_broken_by_the_same_table_in_whole_thousandths() -> None:
    for character in ("i", "W", "*", "É", "“", "≈"):
        assert width_of(character, 1000) == pytest.approx(exact_width(character, 1000), abs=0.5)
        assert width_of(character, 1000) == int(width_of(character, 1000))
    assert width_of("中", 1000) == 1000, "what the font lacks counts as wide"


def test_a_width_needs_no_package_that_reads_fonts() -> None:
    code = "import sys, pnet_pathways.views.diagrams.diagram as d; d.render('vipoma').svg(1); print('fontTools' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_every_line_of_a_committed_diagram_says_how_wide_it_is_unless_the_font_lacks_a_character() -> None:
    for path in DIAGRAMS.glob("*.svg"):
        for text in ElementTree.parse(path).iter(f"{{{SVG}}}text"):  # noqa: S314 - our own
            assert ("textLength" in text.attrib) == ("►" not in (text.text or "")), text.text


@pytest.mark.parametrize("format", ["png", "pdf"])
@pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])
def test_a_sign_that_the_fonts_lack_is_named_and_never_a_box(format: str, bold: bool) -> None:
    text = "Surgery 中 &#x1F600;"
    dot = f'digraph {{ a [label=<{f"<B>{text}</B>" if bold else text}> fontname="Liberation Sans"] }}'
    with pytest.raises(
        RenderError, match=rf"lack 中 \(CJK UNIFIED IDEOGRAPH-4E2D\).*GRINNING FACE.*: as {format} it would be a box"
    ):
        lay_out(dot, format)
    assert "中" in lay_out(dot, "svg").decode(), "whatever shows it finds another font"


def test_signs_that_are_not_drawn_are_no_boxes() -> None:
    dot = 'digraph { a [label="Surgery \u2013 é\u200e" tooltip="中" fontname="Liberation Sans"] }'
    assert lay_out(dot, "png").startswith(b"\x89PNG")
