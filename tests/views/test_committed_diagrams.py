"""The committed files are what the definitions say and the bundled engine draws."""

from __future__ import annotations

import hashlib

from pnet_pathways import load_pathways
from pnet_pathways.views.diagrams.diagram import DiagramFormat, diagrams_of
from views.drawn import FOLDER, PAGES, drawn


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
