"""Rendering: formats, Jupyter, and what is asked for in vain."""

from __future__ import annotations

import hashlib
import io
import itertools
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import attrs
import pytest
from pypdf import PdfReader

from pnet_pathways import Case, CaseError
from pnet_pathways.model.errors import RenderError
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.views.diagrams.diagram import diagrams_of, render
from views.drawn import A4, CASES, LETTER, SVG, drawn


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


def test_a_case_of_another_type_is_refused() -> None:
    with pytest.raises(CaseError, match="'Gastrinoma', which the pathway 'insulinoma' is not for"):
        render("insulinoma", {"tumor_type": "gastrinoma"})


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
        "print(hashlib.sha256(render('vipoma').svg(2).encode()).hexdigest())"
    )
    environment = {key: value for key, value in os.environ.items() if key not in {"PATH", "HOME"}}
    environment |= {"PATH": str(tmp_path), "HOME": str(tmp_path), "FONTCONFIG_FILE": str(tmp_path / "none.conf")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == hashlib.sha256(drawn("vipoma").svg(2).encode()).hexdigest()


def test_jupyter_shows_the_diagram() -> None:
    diagram = drawn("supportive")
    assert diagram._repr_svg_().startswith("<svg")
    bundle = diagram._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg")
    assert "supportive" in bundle["text/plain"]


def ids(svg: str) -> set[str]:
    """Return the ids of a picture, each of which is there once, and to which all that it refers to belongs."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    found = [one.attrib["id"] for one in root.iter() if "id" in one.attrib]
    assert len(found) == len(set(found))
    referred = {
        one.attrib[name] for one in root.iter() for name in ("aria-labelledby", "aria-describedby") if name in one.attrib
    }
    assert referred
    assert referred <= set(found)
    return set(found)


def test_pictures_of_one_diagram_on_one_page_share_no_id() -> None:
    diagram = drawn("vipoma")
    shown = [diagram.svg(), diagram.svg(prefix="a-"), diagram._repr_svg_(), diagram._repr_svg_()]
    for one, other in itertools.combinations(map(ids, shown), 2):
        assert one.isdisjoint(other)
    assert {f"a-{one}" for one in ids(shown[0])} == ids(shown[1])


def test_a_prefix_changes_ids_and_nothing_that_reads_like_one(definitions: Definitions) -> None:
    vipoma = attrs.evolve(definitions.pathways["vipoma"], title='The text id="a" <b id="c">')
    plain, other = (render(vipoma).svg(2, prefix=prefix) for prefix in ("", "p-"))
    texts = [[one.text for one in ElementTree.fromstring(svg).iter()] for svg in (plain, other)]  # noqa: S314 - our own
    assert texts[0] == texts[1]
    with pytest.raises(RenderError, match=r"the prefix '1\"' is not the beginning of an id"):
        render(vipoma).svg(2, prefix='1"')


def test_a_pathway_that_is_none_is_named_with_a_suggestion() -> None:
    with pytest.raises(RenderError, match=r"there is no pathway 'insulinomma' \(did you mean 'insulinoma'\?\)"):
        render("insulinomma")


def test_an_engine_that_is_none_is_named_with_those_there_are() -> None:
    with pytest.raises(RenderError, match=r"there is no engine 'neato' \(engines: bundled, system\)"):
        render("vipoma", engine="neato")


def test_a_page_that_is_none_is_an_error() -> None:
    diagram = drawn("vipoma")
    with pytest.raises(IndexError, match=f"'vipoma' has no page 0; it has {len(diagram.pages)}$"):
        diagram.svg(0)
