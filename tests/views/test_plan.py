"""Which part of a pathway stands on which page."""

from __future__ import annotations

import re

import attrs

from pnet_pathways import Case
from pnet_pathways.model.pathway import Definitions, Leaf, Question
from pnet_pathways.views.diagrams.diagram import render
from pnet_pathways.views.diagrams.drawing import kind_of, pathway_pages
from pnet_pathways.views.diagrams.group_words import answer_words
from pnet_pathways.views.diagrams.labels import ANSWER_LINES, answer_label, leaf_label
from pnet_pathways.views.diagrams.layout_engine import lay_out
from pnet_pathways.views.diagrams.plan import Piece, pages_of, piece_title
from pnet_pathways.views.diagrams.style import Mark, NodeKind, colors_of
from project import DEFINITIONS
from views.drawn import SVG, classes, drawn, root_of, text_of, words_of


def test_what_is_cut_off_names_the_page_on_which_it_goes_on(definitions: Definitions) -> None:
    found = set()
    for pathway in definitions.pathways.values():
        pages = drawn(pathway.name).pages[1:]
        for number, page in enumerate(pages, 1):
            for element in root_of(page.name).iter(f"{SVG}g"):
                if "continues" not in classes(element):
                    continue
                own = next(one for one in classes(element) if one.startswith("continues-"))
                where = re.match(r"Continued on (?:this page|page (\d+)): ", text_of(element))
                assert where is not None
                there = pages[int(where[1] or number) - 1]
                assert own.replace("continues-", "state-", 1) in {one for e in root_of(there.name).iter() for one in classes(e)}
                found.add(bool(where[1]))
    assert found == {True, False}


def test_long_labels_that_cut_every_branch_of_a_question_off_are_drawn(definitions: Definitions) -> None:
    vipoma = definitions.pathways["vipoma"]
    statements = tuple(attrs.evolve(one, label=words_of(2000)) for one in vipoma.statements)
    pages = pathway_pages(definitions, attrs.evolve(vipoma, statements=statements))
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
    assert (page.name, page.title) == ("vipoma-states", "VIPoma: question by question")
    assert "page 1 of" not in page.dot


def test_an_answer_takes_three_lines_at_most_where_a_wider_tag_can_hold_it(definitions: Definitions) -> None:
    for pathway in definitions.pathways.values():
        for plan in pages_of(definitions, pathway):
            for piece, columns in zip(plan.pieces, plan.columns, strict=True):
                for question in (one for one in piece.states if isinstance(one, Question)):
                    for answer in question.answers:
                        label = answer_label(definitions, question, answer, columns.answer, pathway=pathway.name)
                        assert label.markup.count("<TR>") <= ANSWER_LINES, label.plain


def test_a_branch_is_not_headed_by_the_name_of_a_group_twice(definitions: Definitions) -> None:
    vipoma = definitions.pathways["vipoma"]
    pieces = [Piece(vipoma.tracks["spread"], name) for name in ("distant_resectable", "lymph_nodes_resectable")]
    titled = Piece(attrs.evolve(vipoma.tracks["spread"], title="Where it is"), "distant_resectable")
    assert [piece_title(definitions, piece) for piece in (*pieces, titled)] == [
        "Spread, or growth during treatment: including liver or another part of the body",
        "Spread, or growth during treatment: spread to lymph nodes",
        "Where it is: spread: including liver or another part of the body",
    ]


def test_two_sets_of_which_one_is_in_the_other_are_said_by_what_is_added(definitions: Definitions) -> None:
    """What is named alone stands first, whatever the order of the members; no member at all is named like any other set."""
    said = {
        "another part of the body, alone or with lymph nodes": [{"other"}, {"lymph_nodes", "other"}],
        "no spread or liver": [set(), {"liver"}],
        "lymph nodes or liver": [{"lymph_nodes"}, {"liver"}],
        "including liver": [{"liver"}, {"lymph_nodes", "liver"}, {"liver", "other"}, {"lymph_nodes", "liver", "other"}],
        "including lymph nodes or another part of the body": [
            {"lymph_nodes"},
            {"other"},
            {"lymph_nodes", "liver"},
            {"lymph_nodes", "other"},
            {"liver", "other"},
            {"lymph_nodes", "liver", "other"},
        ],
    }
    assert [answer_words(definitions.vocabulary, "spread", [*map(frozenset, sets)]) for sets in said.values()] == list(said)


def test_all_values_of_a_fact_but_one_are_said_by_that(definitions: Definitions) -> None:
    said = {
        "not growing during treatment": ["new", "stable", "recurrent"],
        "not treated yet or treated and stable": ["new", "stable"],
        "growing during treatment": ["progressive"],
    }
    assert [answer_words(definitions.vocabulary, "course", values) for values in said.values()] == list(said)


def test_the_gap_of_a_combination_has_the_color_of_a_gap_unless_its_leaf_is_faded(definitions: Definitions) -> None:
    color = f'COLOR="{colors_of(NodeKind.GAP)[0]}"'
    pathway = definitions.pathways["gastrinoma"]
    leaf = next(one for one in pathway.tracks["primary"].leaves if kind_of(one) is NodeKind.COMBINATION)
    assert color in leaf_label(definitions, pathway, leaf, 300).markup
    assert color not in leaf_label(definitions, pathway, leaf, 300, Mark.FADED).markup
