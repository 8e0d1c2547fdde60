"""Which part of a pathway stands on which page."""

from __future__ import annotations

import attrs

from pnet_pathways import Case
from pnet_pathways.model.pathway import Definitions, Leaf, Question
from pnet_pathways.views.diagrams.diagram import render
from pnet_pathways.views.diagrams.drawing import kind_of, pathway_pages
from pnet_pathways.views.diagrams.group_words import answer_words
from pnet_pathways.views.diagrams.labels import ANSWER_LINES, answer_label, leaf_label
from pnet_pathways.views.diagrams.layout_engine import lay_out
from pnet_pathways.views.diagrams.plan import pages_of, piece_title
from pnet_pathways.views.diagrams.style import Mark, NodeKind, colors_of
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


def test_an_answer_takes_three_lines_at_most_where_a_wider_tag_can_hold_it(definitions: Definitions) -> None:
    for pathway in definitions.pathways.values():
        for plan in pages_of(definitions, pathway):
            for question in (one for piece in plan.pieces for one in piece.states if isinstance(one, Question)):
                for answer in question.answers:
                    label = answer_label(definitions, question, answer, pathway=pathway.name, depth=plan.depth)
                    assert label.markup.count("<TR>") <= ANSWER_LINES, label.plain


def test_a_branch_is_not_headed_by_the_name_of_a_group_twice(definitions: Definitions) -> None:
    titles = [
        piece_title(definitions, piece)
        for pathway in definitions.pathways.values()
        for plan in pages_of(definitions, pathway)
        for piece in plan.pieces
    ]
    assert "Spread: liver, alone or with others" in titles
    assert not [one for one in titles if "spread: spread" in one.lower()]


def test_two_sets_of_which_one_is_in_the_other_are_said_by_what_is_added(definitions: Definitions) -> None:
    """What is named alone stands first, whatever the order of the members; no member at all is named like any other set."""
    said = {
        "another part of the body, alone or with lymph nodes": [{"other"}, {"lymph_nodes", "other"}],
        "no spread or liver": [set(), {"liver"}],
        "lymph nodes or liver": [{"lymph_nodes"}, {"liver"}],
    }
    assert [answer_words(definitions.vocabulary, "spread", [*map(frozenset, sets)]) for sets in said.values()] == list(said)


def test_the_gap_of_a_combination_has_the_color_of_a_gap_unless_its_leaf_is_faded(definitions: Definitions) -> None:
    color = f'COLOR="{colors_of(NodeKind.GAP)[0]}"'
    pathway = definitions.pathways["gastrinoma"]
    leaf = next(one for one in pathway.tracks["primary"].leaves if kind_of(one) is NodeKind.COMBINATION)
    assert color in leaf_label(definitions, pathway, leaf, 300).markup
    assert color not in leaf_label(definitions, pathway, leaf, 300, Mark.FADED).markup
