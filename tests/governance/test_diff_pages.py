"""Old and new side by side: which pages stand beside each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree

import attrs

from difference_material import SVG, Edits, both, classes, pictures, text_of, with_track
from pnet_pathways.governance.difference.answers import compare
from pnet_pathways.governance.difference.marks import TrackChanges, pathway_changes
from pnet_pathways.governance.difference.picture import _pairs, side_by_side
from pnet_pathways.model.pathway import Definitions, Question, Track
from pnet_pathways.views.diagrams.drawing import compared_pages
from pnet_pathways.views.diagrams.plan import pages_of
from pnet_pathways.views.diagrams.style import Mark


def test_a_pathway_that_comes_or_goes_stands_alone(definitions: Definitions) -> None:
    pathways = {name: pathway for name, pathway in definitions.pathways.items() if name != "recurrent"}
    without = attrs.evolve(
        definitions, pathways=pathways, entry=attrs.evolve(definitions.entry, common=("supportive",), pathways=tuple(pathways))
    )
    for old, new, mark, empty in ((definitions, without, "removed", 1), (without, definitions, "added", 0)):
        (picture,) = side_by_side(compare(old, new))
        assert picture.pathway == "recurrent"
        assert {pair[empty] for pair in picture.pages} == {""}
        root = ElementTree.fromstring(picture.svg)  # noqa: S314 - our own
        words = text_of(root)
        assert words.count("There is no such page on this side.") == len(picture.pages) > 0
        assert f"{('Old', 'New')[empty]}: no such pathway; all definitions" in words
        states = [e for e in root.iter(f"{SVG}g") if any(one.startswith(("state-", "edge-")) for one in classes(e))]
        assert {classes(e)[-1] for e in states} == {mark}


def test_a_track_that_comes_is_marked_whole(definitions: Definitions) -> None:
    vipoma = definitions.pathways["vipoma"]
    tracks: Mapping[str, Track] = {name: track for name, track in vipoma.tracks.items() if name != "primary"}
    old = attrs.evolve(definitions, pathways={**definitions.pathways, "vipoma": attrs.evolve(vipoma, tracks=tracks)})
    before, after = both(pathway_changes(old, definitions, "vipoma"))
    assert set(after.tracks["primary"].states.values()) == {Mark.ADDED}
    assert all(mark == TrackChanges() for mark in before.tracks.values())


def test_pages_that_are_cut_otherwise_stand_beside_those_that_share_most(definitions: Definitions) -> None:
    vipoma = definitions.pathways["vipoma"]
    spread = vipoma.tracks["spread"]
    question = spread.states["spread"]
    assert isinstance(question, Question)
    answers = tuple(
        attrs.evolve(one, target="neither") if one.target == "growth_without_spread" else one for one in question.answers
    )
    gone = {"growth_without_spread", "growing"}
    kept = {name: state for name, state in spread.states.items() if name not in gone}
    states = {**kept, "spread": attrs.evolve(question, answers=answers)}
    new = with_track(definitions, vipoma, attrs.evolve(spread, states=states))
    difference = attrs.evolve(compare(definitions, definitions), new=new)
    (picture,) = side_by_side(difference)
    assert [after for _, after in picture.pages if after] == sorted(after for _, after in picture.pages if after)
    befores = [before for before, _ in picture.pages if before]
    assert len(befores) == len(set(befores))
    lost = next(e for e in ElementTree.fromstring(picture.svg).iter() if "state-spread-growth_without_spread" in classes(e))  # noqa: S314
    assert "removed" in classes(lost)


def test_the_page_before_is_that_with_the_same_states_whatever_its_number(definitions: Definitions) -> None:
    apart = ("gastrinoma", "insulinoma", "vipoma", "recurrent", "supportive")
    plans = [plan for name in apart for plan in pages_of(definitions, definitions.pathways[name])]
    assert len(plans) > len(apart)
    assert _pairs(plans, plans) == [(number, number) for number in range(len(plans))]
    turned = plans[::-1]
    assert _pairs(plans, turned) == [(number, len(plans) - 1 - number) for number in reversed(range(len(plans)))]
    others = [number for number in range(len(plans)) if number not in {2, 3}]
    assert _pairs(plans, plans[2:4])[:2] == [(2, 0), (3, 1)]
    assert _pairs(plans, plans[2:4])[2:] == [(number, None) for number in others]


def test_what_goes_on_elsewhere_and_differs_there_says_so(definitions: Definitions) -> None:
    gastrinoma = definitions.pathways["gastrinoma"]
    track = gastrinoma.tracks["primary"]
    plans = enumerate(pages_of(definitions, gastrinoma))
    number, cut = next((number, name) for number, plan in plans for piece in plan.pieces for name in sorted(piece.cut))
    question = track.states[cut]
    assert isinstance(question, Question)
    asking = attrs.evolve(
        track, states={**track.states, cut: attrs.evolve(question, asks="severe_symptoms", facts=("severe_symptoms",))}
    )
    changed = attrs.evolve(gastrinoma, tracks={**gastrinoma.tracks, "primary": asking})
    new = attrs.evolve(definitions, pathways={**definitions.pathways, "gastrinoma": changed})
    side = both(pathway_changes(definitions, new, "gastrinoma"))[0]
    pages = compared_pages(side.definitions, side.pathway, side.tracks, side.reworded, "old")
    assert "(≠ asks something else)" in re.sub(r"<[^>]*>", " ", pages[number].dot).replace("  ", " ")


def test_a_track_that_asks_nothing_always_leads_to_what_it_says() -> None:
    edits: Edits = (("treatments.yaml", "label: replacement of fluids and electrolytes", "label: fluids"),)
    (picture,) = (one for one in pictures(edits) if one.pathway == "vipoma")
    root = ElementTree.fromstring(picture.svg)  # noqa: S314 - our own
    always = [e for e in root.iter(f"{SVG}g") if "edge-supportive-fluids-fluids-always" in classes(e)]
    assert {classes(e)[-1] for e in always} == {"faded"}
