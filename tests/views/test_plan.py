"""Which part of a pathway stands on which page."""

from __future__ import annotations

import attrs

from pnet_pathways import Case
from pnet_pathways.model.pathway import Definitions, Leaf, Question
from pnet_pathways.views.diagrams.diagram import render
from pnet_pathways.views.diagrams.drawing import pathway_pages
from pnet_pathways.views.diagrams.layout_engine import lay_out
from project import DEFINITIONS
from views.drawn import SVG, classes, drawn, text_of, tree, words_of


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


def test_one_message_that_cuts_every_branch_of_a_question_off_is_drawn(definitions: Definitions) -> None:
    vipoma = definitions.pathways["vipoma"]
    track = vipoma.tracks["spread"]
    states: dict[str, Question | Leaf] = dict(track.states)
    for leaf in track.leaves:
        if leaf.name == "neither":
            states[leaf.name] = attrs.evolve(leaf, message=words_of(500))
    assert states != track.states
    changed = attrs.evolve(vipoma, tracks={**vipoma.tracks, "spread": attrs.evolve(track, states=states)})
    pages = pathway_pages(definitions, changed)
    assert any(not [state for state in piece.states if isinstance(state, Leaf)] for page in pages for piece in page.pieces), (
        "a piece of which every branch is cut off is what this is about"
    )
    assert all(lay_out(page.dot, "svg") for page in pages)


def test_a_case_keeps_the_pages_of_its_pathway() -> None:
    case = Case.from_json((DEFINITIONS / "cases/gastrinoma-liver-severe.json").read_text())
    assert [page.name for page in render("gastrinoma", case).pages] == [page.name for page in drawn("gastrinoma").pages]


def test_a_pathway_that_fits_one_page_needs_no_numbers(definitions: Definitions) -> None:
    vipoma = definitions.pathways["vipoma"]
    (page,) = pathway_pages(definitions, attrs.evolve(vipoma, tracks={"primary": vipoma.tracks["primary"]}))
    assert (page.name, page.title) == ("vipoma", "VIPoma")
    assert "page 1 of" not in page.dot
