"""A case marks its path, its open questions and its leaves."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from pnet_pathways import Case
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.views.diagrams.case_words import path_in_words
from pnet_pathways.views.diagrams.diagram import diagrams_of, render
from pnet_pathways.views.diagrams.drawing import state_class
from pnet_pathways.views.diagrams.marks import track_path
from views.drawn import CASES, SVG, classes, text_of


def test_a_case_marks_its_path_its_leaf_and_fades_the_rest() -> None:
    case = {"tumor_type": "vipoma", "resectable": False}
    diagram = render("vipoma", case)
    root = ElementTree.fromstring(diagram.svg(2))  # noqa: S314 - our own
    marks = {one: set(classes(e)) for e in root.iter(f"{SVG}g") for one in classes(e) if one.startswith(("state-", "edge-"))}
    assert "visited" in marks["state-primary-primary_removed"], (
        "a tumor of which it is known whether it can be removed is there"
    )
    assert "visited" in marks["edge-primary-primary_removed-no"]
    assert "visited" in marks["state-primary-resectable"]
    assert "visited" in marks["state-primary-not_completely_resectable"]
    assert "visited" in marks["edge-primary-resectable-no"]
    assert "faded" in marks["state-primary-completely_resectable"]
    assert "faded" in marks["edge-primary-resectable-yes"]
    leaf = next(e for e in root.iter(f"{SVG}g") if "state-primary-not_completely_resectable" in classes(e))
    other = next(e for e in root.iter(f"{SVG}g") if "state-primary-completely_resectable" in classes(e))
    assert text_of(leaf).startswith("► VIP-3 ")
    assert "►" not in text_of(other)


def test_a_partial_case_marks_the_open_question_of_each_track() -> None:
    diagram = render("vipoma", {"tumor_type": "vipoma"})
    opened = [
        one
        for number in range(2, len(diagram.pages) + 1)
        for e in ElementTree.fromstring(diagram.svg(number)).iter(f"{SVG}g")  # noqa: S314 - our own
        if "open" in classes(e)
        for one in classes(e)
        if one.startswith("state-")
    ]
    assert sorted(opened) == ["state-primary-primary_removed", "state-spread-spread"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_path_of_a_case_is_that_of_the_answers_trace(path: Path, definitions: Definitions) -> None:
    from pnet_pathways import recommend

    answer = recommend(Case.from_json(path.read_text()))
    traced = {(step.pathway, step.track, step.state) for step in answer.trace}
    walked = {
        (pathway.name, track.name, state)
        for pathway in definitions.pathways.values()
        if answer.case.entry is not None and pathway.name in diagrams_of(definitions, answer.case)
        for track in pathway.tracks.values()
        for state in track_path(track, answer.case).states
    }
    assert answer.case.entry is None or walked == traced


def test_a_shared_leaf_is_drawn_once_and_marked_where_a_path_reaches_it() -> None:
    own = state_class("primary", "not_resectable")
    for resectable in (False, True):
        known = {"tumor_type": "insulinoma", "pancreatic_tumors": "one", "size": "small", "resectable": resectable}
        diagram = render("insulinoma", known)
        nodes = [
            e
            for number in range(2, len(diagram.pages) + 1)
            for e in ElementTree.fromstring(diagram.svg(number)).iter(f"{SVG}g")  # noqa: S314 - our own
            if own in classes(e)
        ]
        assert ["visited" in classes(e) for e in nodes] == [not resectable]


def test_the_care_course_marks_no_case() -> None:
    assert render("overview", {"tumor_type": "exocrine"}).pages[1] == render("overview").pages[1]


def test_a_case_of_which_nothing_is_known_says_so() -> None:
    assert "Case:</B> nothing that is asked here is known yet." in render("vipoma", {}).dot(2)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_path_of_a_case_is_said_in_words_on_the_pages_that_mark_it(path: Path, definitions: Definitions) -> None:
    case = Case.from_json(path.read_text())
    for pathway in (definitions.pathways[name] for name in diagrams_of(definitions, case) if name in definitions.pathways):
        for page in (one for one in render(pathway.name, case).pages if one.pieces):
            for piece in page.pieces:
                shown = track_path(piece.track, case).within(piece.root, piece.cut)
                assert " ".join(path_in_words(definitions, pathway, piece.track, shown)) in page.description
            assert page.description.count("The path of the case") == len(page.pieces)


def test_the_words_of_a_path_name_each_answer_and_where_it_ends_or_stops(definitions: Definitions) -> None:
    vipoma = definitions.pathways["vipoma"]

    def said(track: str, **known: object) -> list[str]:
        case = Case.from_dict({"tumor_type": "vipoma", **known})
        return [*path_in_words(definitions, vipoma, vipoma.tracks[track], track_path(vipoma.tracks[track], case))]

    assert said("primary", resectable=False)[1:3] == [
        "Has the primary tumor been removed, and is none there now? no.",
        "Can the primary tumor be completely removed by surgery? no.",
    ]
    assert said("primary", resectable=False)[3].startswith("It ends at VIP-3 Not completely resectable")
    assert said("spread") == ["The path of the case:", "It stops at the open question Where has it spread?"]
