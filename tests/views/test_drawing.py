"""What the diagrams say, to those who see them and to those who do not."""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree

import pytest

from pnet_pathways import load_pathways
from pnet_pathways.model.pathway import Definitions, Leaf, Question
from pnet_pathways.model.scenario_rows import LeafKind
from pnet_pathways.views.diagrams.diagram import diagrams_of
from pnet_pathways.views.diagrams.drawing import edge_class, state_class
from pnet_pathways.views.diagrams.frame import BRIEF_NOTES
from pnet_pathways.views.diagrams.labels import COMBINATION_WORDS
from pnet_pathways.views.diagrams.style import NodeKind, node_style
from views.drawn import FOLDER, PAGES, SVG, classes, drawn, text_of, tree


@pytest.mark.parametrize("name", load_pathways().pathways)
def test_every_state_and_transition_of_the_definition_is_drawn(name: str, definitions: Definitions) -> None:
    pathway = definitions.pathways[name]
    found = {one for number in range(1, len(drawn(name).pages) + 1) for e in tree(name, number).iter() for one in classes(e)}
    states = {state_class(track.name, state) for track in pathway.tracks.values() for state in track.states}
    edges = {
        edge_class(track.name, question.name, answer.name)
        for track in pathway.tracks.values()
        for question in track.questions
        for answer in question.answers
    }
    assert states <= found
    assert edges <= found
    assert {one for one in found if one.startswith("state-")} == states


@pytest.mark.parametrize("name", load_pathways().pathways)
def test_a_leaf_shows_exactly_what_it_offers_with_strength_and_statement(name: str, definitions: Definitions) -> None:
    pathway = definitions.pathways[name]
    strengths = {"usual": "usually:", "may": "may:", "rare": "rarely:"}
    for track in pathway.tracks.values():
        for leaf in track.leaves:
            own = state_class(track.name, leaf.name)
            shown = {
                text_of(e)
                for number in range(1, len(drawn(name).pages) + 1)
                for e in tree(name, number).iter(f"{SVG}g")
                if own in classes(e)
            }
            for text in shown:
                words = " ".join(text.split())
                offered = [pathway.statement(key).options[number] for key, number in leaf.offers]
                for strength, word in strengths.items():
                    assert words.count(word) == sum(option.strength == strength for option in offered), leaf.name
                for option in offered:
                    together = " and ".join(definitions.treatments[key].label for key in option.treatments)
                    assert together in words
                    assert option.statement in words
                if leaf.kind is LeafKind.GAP:
                    assert leaf.message in words


def test_every_page_carries_title_source_version_legend_review_and_disclaimer(definitions: Definitions) -> None:
    for diagram in map(drawn, diagrams_of(definitions)):
        for number in range(1, len(diagram.pages) + 1):
            words = " ".join(text_of(tree(diagram.name, number)).split())
            for part in (definitions.source.title, "updated 2022-10-07", "Definition 1.", "Legend", "Review:"):
                assert part in words, (diagram.name, number, part)
            assert definitions.source.disclaimer in words


def test_every_reading_that_is_marked_on_a_page_is_explained_on_it(definitions: Definitions) -> None:
    for diagram in map(drawn, diagrams_of(definitions)):
        for number in range(1, len(diagram.pages) + 1):
            words = " ".join(text_of(tree(diagram.name, number)).split())
            marked = {key for group in re.findall(r"\[(R-\d+(?:, R-\d+)*)\]", words) for key in group.split(", ")}
            for key in marked:
                assert f"{key} {definitions.readings[key].title}." in words
                # A page that would be too high with them has the titles alone, and says where the texts are.
                assert definitions.readings[key].text in words or BRIEF_NOTES in words
    brief = [page.name for page in PAGES.values() if BRIEF_NOTES in page.dot]
    assert len(brief) * 10 < len(PAGES)


def test_a_leaf_that_names_a_combination_says_that_the_summary_does_not_go_on(definitions: Definitions) -> None:
    found = 0
    for pathway in definitions.pathways.values():
        for number, page in enumerate(drawn(pathway.name).pages, 1):
            root = tree(pathway.name, number)
            said = False
            for track, leaf in ((p.track, state) for p in page.pieces for state in p.states if isinstance(state, Leaf)):
                (node,) = (e for e in root.iter(f"{SVG}g") if state_class(track.name, leaf.name) in classes(e))
                combination = pathway.combination(track.name) if leaf.combination else None
                assert (COMBINATION_WORDS in text_of(node)) == (combination is not None)
                assert ("combination" in classes(node)) == (combination is not None and leaf.kind is LeafKind.OFFER)
                if combination is not None:
                    found, said = found + 1, True
                    assert all(key in text_of(node) for key in combination.readings)
                    assert combination.message in (node[0].text or "")
                    assert combination.message in " ".join(text_of(root).split())
                    assert COMBINATION_WORDS in page.description
            assert said == (f"{COMBINATION_WORDS}." in " ".join(text_of(root).split()))
    assert found


def test_kinds_of_nodes_differ_in_shape_border_and_color_and_in_grayscale() -> None:
    kinds = (NodeKind.QUESTION, NodeKind.ANSWER, NodeKind.OFFER, NodeKind.GAP, NodeKind.DOES_NOT_APPLY, NodeKind.OUT_OF_SCOPE)
    styles = [node_style(kind) for kind in kinds]
    both = node_style(NodeKind.COMBINATION)
    assert both["shape"] == node_style(NodeKind.GAP)["shape"], "its corner is folded as that of a gap"
    assert both["color"] == node_style(NodeKind.OFFER)["color"], "its color is that of options"
    assert both["style"] != node_style(NodeKind.GAP)["style"]
    for one, other in itertools.combinations(styles, 2):
        assert (one["shape"], one["style"], one.get("peripheries")) != (
            other["shape"],
            other["style"],
            other.get("peripheries"),
        )
        assert one["color"] != other["color"]


def test_svgs_have_title_description_unique_ids_and_readable_tooltips() -> None:
    for page in PAGES.values():
        root = ElementTree.fromstring((FOLDER / f"{page.name}.svg").read_bytes())  # noqa: S314 - our own
        ids = [e.get("id") for e in root.iter() if e.get("id")]
        assert len(ids) == len(set(ids)), page.name
        assert (root[0].tag, root[0].text) == (f"{SVG}title", page.title)
        assert root[1].tag == f"{SVG}desc"
        assert root.get("aria-labelledby") == root[0].get("id")
        assert root.get("aria-describedby") == root[1].get("id")
        for element in root.iter(f"{SVG}g"):
            if "question" in classes(element) or "answer" in classes(element):
                assert len(element[0].text or "") > 5, page.name
        assert not [e for e in root.iter(f"{SVG}text") if not (e.text or "").strip()]


def test_states_of_every_kind_are_drawn_somewhere(definitions: Definitions) -> None:
    kinds = {
        type(state) for pathway in definitions.pathways.values() for t in pathway.tracks.values() for state in t.states.values()
    }
    assert kinds == {Question, Leaf}
    found = {one for page in PAGES for e in ElementTree.parse(FOLDER / f"{page}.svg").iter() for one in classes(e)}  # noqa: S314
    assert {"question", "answer", "offer", "combination", "gap", "does_not_apply", "out_of_scope", "continues"} <= found
