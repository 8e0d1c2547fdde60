"""What the diagrams say, to those who see them and to those who do not."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from pnet_pathways import load_pathways
from pnet_pathways.model.pathway import Definitions, Leaf, Question, Track
from pnet_pathways.model.scenario_rows import LeafKind
from pnet_pathways.model.wording import option_words, strength_word
from pnet_pathways.views.diagrams.drawing import edge_class, state_class
from pnet_pathways.views.diagrams.labels import COMBINATION_SIGN, COMBINATION_WORDS, bearing
from pnet_pathways.views.diagrams.style import NodeKind, node_style
from views.drawn import ANNEX, PAGES, SVG, classes, drawn, root_of, text_of, tree


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
def test_a_leaf_shows_its_statements_by_id_and_label_and_in_its_tooltip_what_it_offers(
    name: str, definitions: Definitions
) -> None:
    pathway = definitions.pathways[name]
    for track, leaf, node in leaves_of(name):
        words = " ".join(text_of(node).split())
        tip = node[0].text or ""
        offered = [pathway.statement(key).options[number] for key, number in leaf.offers]
        for key in dict.fromkeys(key for key, _ in leaf.offers):
            statement = pathway.statement(key)
            here = [option for option in offered if option.statement == key]
            whole = len(here) == len(statement.options)
            part = "" if whole else f" ({len(here)} of {len(statement.options)})"
            readings = " ".join(bearing(definitions, statement))
            assert f"{key} {statement.label}{part} {readings}".strip() in words, (track.name, leaf.name)
            said = "; ".join(f"{strength_word(option.strength)}: {option_words(definitions, option)}" for option in here)
            assert f"{key}: {statement.label}." in tip
            assert f"Listed here: {said}." in tip
        shown = {one.id for one in pathway.statements if one.id in words.split()}
        assert shown == {key for key, _ in leaf.offers}
        assert ("Gap: nothing specific is listed" in words) == (leaf.kind is LeafKind.GAP)
        assert (words == "Does not apply") == (leaf.kind is LeafKind.DOES_NOT_APPLY)
        assert leaf.message in tip


def leaves_of(name: str) -> Iterator[tuple[Track, Leaf, ElementTree.Element]]:
    """Yield each leaf of a pathway as it is drawn: its track, itself, its node."""
    for page in drawn(name).pages[1:]:
        for piece in page.pieces:
            for leaf in (state for state in piece.states if isinstance(state, Leaf)):
                own = state_class(piece.track.name, leaf.name)
                nodes = [e for e in root_of(page.name).iter(f"{SVG}g") if own in classes(e)]
                yield piece.track, leaf, nodes[0]


def test_every_page_of_states_carries_title_source_version_legend_and_disclaimer(definitions: Definitions) -> None:
    for page in ANNEX.values():
        words = " ".join(text_of(root_of(page.name)).split())
        for part in ("PDQ summary updated 2022-10-07", "definition 1.", "Legend", definitions.source.disclaimer):
            assert part in words, (page.name, part)
        assert "Review" not in words, "that is on the first page"


def test_a_page_of_states_explains_the_marks_that_its_leaves_carry(definitions: Definitions) -> None:
    found = set()
    for pathway in definitions.pathways.values():
        for page in drawn(pathway.name).pages[1:]:
            words = " ".join(text_of(root_of(page.name)).split())
            leaves = [state for piece in page.pieces for state in piece.states if isinstance(state, Leaf)]
            nodes = " ".join(text_of(node) for _, leaf, node in leaves_of(pathway.name) if leaf in leaves)
            for mark, sign in (("(2 of 3): two", r"\(\d of \d\)"), ("R-1: what", r"\bR-\d+")):
                assert (mark in words) == bool(re.search(sign, nodes)), (page.name, mark)
                found |= {mark} if mark in words else set()
            assert "In full: see the pathway's first page." in words
    assert len(found) == 2


def test_only_readings_on_which_an_answer_hangs_stand_at_leaves(definitions: Definitions) -> None:
    shown = {
        key for name in definitions.pathways for *_, node in leaves_of(name) for key in re.findall(r"R-\d+", text_of(node))
    }
    assert shown
    assert shown <= {key for key, one in definitions.readings.items() if one.alternatives}


def test_a_leaf_that_names_a_combination_says_that_the_summary_does_not_go_on(definitions: Definitions) -> None:
    found = 0
    for pathway in definitions.pathways.values():
        for track, leaf, node in leaves_of(pathway.name):
            combination = pathway.combination(track.name) if leaf.combination else None
            words = " ".join(text_of(node).split())
            offers = leaf.kind is LeafKind.OFFER
            assert words.endswith(COMBINATION_SIGN) == (combination is not None and offers)
            assert words.endswith("; no word on these together") == (combination is not None and not offers)
            assert ("combination" in classes(node)) == (combination is not None and offers)
            if combination is not None:
                found += 1
                assert combination.message in (node[0].text or "")
        for page in drawn(pathway.name).pages[1:]:
            named = any(state.combination for piece in page.pieces for state in piece.states if isinstance(state, Leaf))
            assert (COMBINATION_WORDS in page.description) == named
            assert (f"{COMBINATION_SIGN[2:]}: no word on these together" in text_of(root_of(page.name))) == named
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
        root = root_of(page.name)
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
    found = {one for page in ANNEX for e in root_of(page).iter() for one in classes(e)}
    assert {"question", "answer", "offer", "combination", "gap", "does_not_apply", "continues", "place"} <= found
