"""The layout engines: their fonts, and what they say when something is missing or wrong."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pnet_pathways.model.errors import RenderError
from pnet_pathways.views.diagrams.diagram import render
from pnet_pathways.views.diagrams.layout_engine import LayoutEngine, lay_out
from project import ROOT


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
    for name in ("entry_page", "one_page"):
        monkeypatch.delitem(sys.modules, f"pnet_pathways.views.diagrams.{name}", raising=False)
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
