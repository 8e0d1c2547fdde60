"""Old and new side by side: what is marked, in words and looks, on which pages, and what is not."""

from __future__ import annotations

import functools
import itertools
import json
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import attrs
import pytest
from typer.testing import CliRunner, Result

from pnet_pathways import load_pathways
from pnet_pathways.cli.main import app
from pnet_pathways.governance.difference.answers import compare
from pnet_pathways.governance.difference.marks import (
    PathwayChanges,
    Side,
    TrackChanges,
    pathway_changes,
)
from pnet_pathways.governance.difference.picture import (
    SideBySide,
    _pairs,
    side_by_side,
    write,
)
from pnet_pathways.loading.agreement import track_scenarios, walk
from pnet_pathways.model.errors import RenderError
from pnet_pathways.model.pathway import (
    Definitions,
    Leaf,
    Pathway,
    Question,
    Track,
)
from pnet_pathways.views.diagrams.drawing import compared_pages
from pnet_pathways.views.diagrams.layout_engine import lay_out
from pnet_pathways.views.diagrams.plan import pages_of
from pnet_pathways.views.diagrams.style import (
    MARK_WORDS,
    Mark,
    NodeKind,
    edge_style,
    node_style,
)
from project import DEFINITIONS
from project_vocabulary import VOCABULARY, scenarios

SVG = "{http://www.w3.org/2000/svg}"
GAP = """      removable_large_head:
        gap: >-
          For one large insulinoma in the head, the summary speaks only of the case that surgery cannot remove; it does
          not say how to treat one that can be removed.
        readings: [R-2]
"""
NO_SPREAD = "          progressive: growing_without_spread\n          new or recurrent: no_spread\n"
SPLIT = "          progressive: growing_without_spread\n          new: no_spread\n          recurrent: back\n"
Edits = tuple[tuple[str, str, str], ...]
HELD = "when: {pancreatic_tumors: one, sites: {any_of: [head]}, size: large, resectable: false}"
IN_HEAD = "{pancreatic_tumors: one, sites: {only: [head]}, size: large, resectable: true}"
FILLED: Edits = (
    ("insulinoma.yaml", GAP, "      removable_large_head:\n        offers: {INS-2: [usually pancreatoduodenectomy]}\n"),
    ("insulinoma.yaml", HELD, HELD.replace("{p", "{any: [{p") + f", {IN_HEAD}]}}"),
)
PUMP = "treatments: [proton_pump_inhibitor]"
STRENGTH: Edits = (
    ("supportive.yaml", PUMP, f"{PUMP}, strength: usual"),
    ("supportive.yaml", "SUP-1: [proton_pump_inhibitor,", "SUP-1: [usually proton_pump_inhibitor,"),
)
ADDED: Edits = (
    ("vipoma.yaml", NO_SPREAD, SPLIT),
    ("vipoma.yaml", "      no_spread:\n", "      back:\n        does_not_apply: It came back.\n      no_spread:\n"),
)
GUARD: Edits = (("gastrinoma.yaml", "when: {duodenal_tumors: true}", "when: {duodenal_tumors: false}"),)
MESSAGE: Edits = (("vipoma.yaml", "does_not_apply: No spread, and", "does_not_apply: There is no spread, and"),)
RENAMED: Edits = (
    ("vipoma.yaml", "no: growth_without_spread", "no: growth"),
    ("vipoma.yaml", "      growth_without_spread:", "      growth:"),
)


def edited(folder: Path, edits: Edits) -> Definitions:
    """Return definitions in which texts, each of which is there once, are replaced."""
    for name, old, new in edits:
        path = folder / name
        text = path.read_text()
        assert text.count(old) == 1, (old, text.count(old))
        path.write_text(text.replace(old, new))
    return load_pathways(folder, check_agreement=False)


@functools.cache
def variant(edits: Edits) -> Definitions:
    """Return edited definitions; made once, since reading them takes time."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return edited(Path(shutil.copytree(DEFINITIONS, Path(folder) / "pathways")), edits)


@functools.cache
def pictures(edits: Edits) -> tuple[SideBySide, ...]:
    return side_by_side(compare(load_pathways(), variant(edits)))


def changes(edits: Edits, name: str) -> PathwayChanges:
    return pathway_changes(load_pathways(), variant(edits), name)


def both(found: PathwayChanges) -> tuple[Side, Side]:
    assert found.old is not None
    assert found.new is not None
    return found.old, found.new


def marked(found: PathwayChanges, track: str) -> tuple[TrackChanges, TrackChanges]:
    old, new = both(found)
    return old.tracks[track], new.tracks[track]


def classes(element: ElementTree.Element) -> list[str]:
    return element.get("class", "").split()


def text_of(element: ElementTree.Element) -> str:
    return " ".join(" ".join("".join(one.itertext()) for one in element.iter(f"{SVG}text")).split())


def with_track(definitions: Definitions, pathway: Pathway, track: Track) -> Definitions:
    """Return definitions with another track in a pathway, and its scenarios listed anew."""
    changed = attrs.evolve(pathway, tracks={**pathway.tracks, track.name: track})
    rows = track_scenarios(VOCABULARY, changed, track, definitions.groups[track.group])
    return attrs.evolve(
        definitions,
        pathways={**definitions.pathways, pathway.name: changed},
        scenarios={**definitions.scenarios, (pathway.name, track.name): rows},
    )


# What is marked


def test_the_same_definitions_have_no_picture(definitions: Definitions) -> None:
    assert side_by_side(compare(definitions, definitions)) == ()


def reordered(track: Track) -> Track:
    """Return a track with everything in it in the opposite order."""
    states = {
        name: attrs.evolve(state, answers=state.answers[::-1])
        if isinstance(state, Question)
        else attrs.evolve(state, offers=state.offers[::-1])
        for name, state in reversed([*track.states.items()])
    }
    return attrs.evolve(track, states=states)


def test_another_order_has_no_picture(definitions: Definitions) -> None:
    pathways = {
        name: attrs.evolve(pathway, tracks={key: reordered(track) for key, track in reversed([*pathway.tracks.items()])})
        for name, pathway in reversed([*definitions.pathways.items()])
    }
    for name in pathways:
        changed = pathway_changes(definitions, attrs.evolve(definitions, pathways=pathways), name)
        for side in both(changed):
            assert all(track == TrackChanges() for track in side.tracks.values()), name
        assert changed.renamed == ()


def test_a_filled_gap_is_marked_on_both_sides_and_all_else_is_faded() -> None:
    (picture,) = pictures(FILLED)
    assert (picture.pathway, picture.pages) == ("insulinoma", (("old-insulinoma-3", "new-insulinoma-3"),))
    root = ElementTree.fromstring(picture.svg)  # noqa: S314 - our own
    shown = [e for e in root.iter(f"{SVG}g") if any(one.startswith(("state-", "edge-")) for one in classes(e))]
    changed = [e for e in shown if "changed" in classes(e)]
    assert [e.get("id") for e in changed] == [
        f"{side}-insulinoma-3-state-primary-removable_large_head" for side in ("old", "new")
    ]
    assert all(("≠ says something else" in text_of(e)) == (e in changed) for e in shown)
    assert all("faded" in classes(e) for e in shown if e not in changed)


def redirections(track: Track) -> list[tuple[str, str, str]]:
    return [
        (question.name, answer.name, target)
        for question in track.questions
        for answer in question.answers
        for target in (leaf.name for leaf in track.leaves)
        if target != answer.target
    ]


@pytest.mark.parametrize("name", ["vipoma", "somatostatinoma", "recurrent"])
def test_a_transition_that_leads_elsewhere_is_marked_on_both_sides_and_no_other(definitions: Definitions, name: str) -> None:
    pathway = definitions.pathways[name]
    count = 0
    for track in pathway.tracks.values():
        for question, answer, target in redirections(track):
            state = track.states[question]
            assert isinstance(state, Question)
            answers = tuple(attrs.evolve(one, target=target) if one.name == answer else one for one in state.answers)
            states = {**track.states, question: attrs.evolve(state, answers=answers)}
            new = with_track(definitions, pathway, attrs.evolve(track, states=states))
            found = marked(pathway_changes(definitions, new, name), track.name)
            assert [one.transitions for one in found] == [{(question, answer): Mark.CHANGED}] * 2
            count += 1
    assert count > 10


def test_a_question_that_asks_something_else_is_marked_with_its_answers(definitions: Definitions) -> None:
    vipoma = definitions.pathways["vipoma"]
    track = vipoma.tracks["primary"]
    question = track.states["removable"]
    assert isinstance(question, Question)
    states = {**track.states, "removable": attrs.evolve(question, asks="severe_symptoms", facts=("severe_symptoms",))}
    new = with_track(definitions, vipoma, attrs.evolve(track, states=states))
    old_marks, new_marks = marked(pathway_changes(definitions, new, "vipoma"), "primary")
    assert (old_marks.state("removable"), new_marks.state("removable")) == (Mark.CHANGED, Mark.CHANGED)
    assert set(old_marks.transitions.values()) == {Mark.REMOVED}
    assert set(new_marks.transitions.values()) == {Mark.ADDED}


def test_an_added_leaf_is_marked_with_what_leads_to_it() -> None:
    old, new = marked(changes(ADDED, "vipoma"), "spread")
    assert new.states == {"back": Mark.ADDED}
    assert new.transitions == {
        ("growth_without_spread", "new"): Mark.ADDED,
        ("growth_without_spread", "recurrent"): Mark.ADDED,
    }
    assert (old.states, old.transitions) == ({}, {("growth_without_spread", "new or recurrent"): Mark.REMOVED})


def test_what_is_added_one_way_is_removed_the_other(definitions: Definitions) -> None:
    old, new = both(changes(ADDED, "vipoma"))
    there = pathway_changes(variant(ADDED), definitions, "vipoma")
    turned = {Mark.ADDED: Mark.REMOVED, Mark.REMOVED: Mark.ADDED}
    for one, other in zip((new, old), both(there), strict=True):
        for name in one.tracks:
            marks = one.tracks[name]
            assert other.tracks[name].states == {key: turned.get(mark, mark) for key, mark in marks.states.items()}
            assert other.tracks[name].transitions == {key: turned.get(mark, mark) for key, mark in marks.transitions.items()}


def test_a_changed_strength_marks_its_option_among_the_others() -> None:
    (picture,) = pictures(STRENGTH)
    root = ElementTree.fromstring(picture.svg)  # noqa: S314 - our own
    old, new = (text_of(e) for e in root.iter(f"{SVG}g") if "changed" in classes(e))
    assert old == (
        "≠ says something else SUP-1 \N{MINUS SIGN} may: a proton pump inhibitor may: a histamine blocker "
        "may: a somatostatin-type drug"
    )
    assert new.startswith("≠ says something else SUP-1 + usually: a proton pump inhibitor may: a histamine blocker")


WORDS: dict[str, tuple[Edits, str, str, Mark]] = {
    "a message": (MESSAGE, "spread", "no_spread", Mark.REWORDED),
    "a question": (
        (("facts.yaml", "question: Can the tumor be removed by surgery?", "question: Can surgery remove the tumor?"),),
        "primary",
        "removable",
        Mark.REWORDED,
    ),
    "a treatment": (
        (("treatments.yaml", "label: surgery to take out as much tumor as possible", "label: debulking"),),
        "primary",
        "not_removable",
        Mark.REWORDED,
    ),
    "a statement's label": (
        (("vipoma.yaml", "label: Every VIPoma, removal", "label: Any VIPoma, removal"),),
        "primary",
        "removable_tumor",
        Mark.TOOLTIP,
    ),
}


@pytest.mark.parametrize("case", WORDS)
def test_other_words_are_marked_as_words_only(case: str) -> None:
    edits, track, state, mark = WORDS[case]
    for side in marked(changes(edits, "vipoma"), track):
        assert side.states[state] is mark
        assert set(side.states.values()) == {mark}


def test_another_title_of_a_track_is_marked_as_words_only() -> None:
    edits: Edits = (("vipoma.yaml", "title: The tumor itself", "title: The tumor"),)
    for side in marked(changes(edits, "vipoma"), "primary"):
        assert (side.title, side.states) == (Mark.REWORDED, {})
    (picture,) = pictures(edits)
    words = text_of(ElementTree.fromstring(picture.svg))  # noqa: S314 - our own
    assert "The tumor itself ≈ only words changed" in words
    assert "The tumor ≈ only words changed" in words
    assert "No scenario changes: 72 compared, options and gaps are the same in each." in words


def test_another_text_of_a_reading_is_marked_where_it_is_explained() -> None:
    edits: Edits = (("readings.yaml", "title: Cannot be completely removed", "title: Not completely removed"),)
    (picture,) = [one for one in pictures(edits) if one.pathway == "vipoma"]
    words = text_of(ElementTree.fromstring(picture.svg))  # noqa: S314 - our own
    assert "R-10 (≈ only words changed) Not completely removed." in words
    assert "R-10 (≈ only words changed) Cannot be completely removed." in words
    assert "R-1 (≈" not in words
    assert all(mark == TrackChanges() for side in both(changes(edits, "vipoma")) for mark in side.tracks.values())


def test_a_state_that_only_has_another_name_is_not_marked() -> None:
    found = changes(RENAMED, "vipoma")
    assert found.renamed == (("spread", "growth_without_spread", "growth"),)
    assert all(mark == TrackChanges() for side in both(found) for mark in side.tracks.values())
    assert pictures(RENAMED) == ()
    (picture,) = pictures((*RENAMED, ("vipoma.yaml", "title: The tumor itself", "title: The tumor")))
    words = text_of(ElementTree.fromstring(picture.svg))  # noqa: S314 - our own
    assert "renamed only: spread.growth_without_spread is growth" in words


def test_a_name_that_now_means_a_leaf_is_removed_and_added(definitions: Definitions) -> None:
    vipoma = definitions.pathways["vipoma"]
    track = vipoma.tracks["spread"]
    states = {**track.states, "growth_without_spread": attrs.evolve(track.states["no_spread"], name="growth_without_spread")}
    new = with_track(definitions, vipoma, attrs.evolve(track, states=states))
    old_marks, new_marks = marked(pathway_changes(definitions, new, "vipoma"), "spread")
    assert old_marks.states["growth_without_spread"] is Mark.REMOVED
    assert new_marks.states["growth_without_spread"] is Mark.ADDED


def test_a_draft_whose_graph_is_not_what_its_statements_say_is_named_as_one() -> None:
    (picture,) = pictures(GUARD)
    words = text_of(ElementTree.fromstring(picture.svg))  # noqa: S314 - our own
    assert "The new definitions are a draft: their graph is not what their statements, which answer, say." in words
    assert "The old definitions are a draft" not in words
    old, new = marked(changes(GUARD, "gastrinoma"), "primary")
    assert (old.states, set(new.states.values())) == ({}, {Mark.AT_ODDS})


def test_what_was_at_odds_before_is_no_change() -> None:
    draft = variant(GUARD)
    assert side_by_side(compare(draft, draft)) == ()


@pytest.mark.parametrize("edits", [FILLED, STRENGTH, GUARD], ids=["filled gap", "strength", "guard"])
def test_no_answer_changes_without_a_mark_on_its_way(definitions: Definitions, edits: Edits) -> None:
    new = variant(edits)
    (one,) = (one for one in compare(definitions, new).pathways if one.changed)
    old_side, new_side = both(changes(edits, one.pathway))
    facts = {*old_side.pathway.facts, *new_side.pathway.facts}
    seen = 0
    for scenario in scenarios(facts):
        groups = {change.track for change in one.changes if any(box.holds(scenario) for box in change.boxes)}
        for group in groups:
            seen += 1
            assert any(marks_on_the_way(side, group, dict(scenario)) for side in (old_side, new_side)), scenario
    assert seen >= one.changed


def marks_on_the_way(side: Side, group: str, scenario: dict[str, object]) -> bool:
    for track in (one for one in side.pathway.tracks.values() if one.group == group):
        path, leaf = walk(VOCABULARY, track, scenario)  # type: ignore[arg-type]
        marks = side.tracks[track.name]
        if leaf.name in marks.states or any(name in marks.states for name, _ in path):
            return True
    return False


# How it looks


def test_no_mark_is_by_color_alone() -> None:
    marks = (Mark.FADED, Mark.ADDED, Mark.REMOVED, Mark.CHANGED, Mark.REWORDED)
    for kind in (NodeKind.QUESTION, NodeKind.ANSWER, NodeKind.OFFER, NodeKind.GAP, NodeKind.CONTINUES, NodeKind.DOES_NOT_APPLY):
        styles = [node_style(kind, mark) for mark in marks]
        looks = [(style["style"], style["penwidth"], style.get("peripheries")) for style in styles]
        assert len(set(looks)) == len(marks), kind
        assert {style["shape"] for style in styles} == {node_style(kind)["shape"]}
        assert [style.get("peripheries") for style in styles] == [None, "2", None, None, None]
        assert "dashed" in styles[2]["style"].split(",")
        assert len({style["color"] for style in styles}) == len(marks)
    assert {edge_style(mark).get("style") for mark in (Mark.REMOVED, Mark.ADDED)} == {"dashed", None}


@pytest.mark.parametrize("edits", [FILLED, ADDED, GUARD, MESSAGE, STRENGTH], ids=str)
def test_every_marked_node_says_so_in_words(edits: Edits) -> None:
    (picture,) = pictures(edits)
    root = ElementTree.fromstring(picture.svg)  # noqa: S314 - our own
    signs = {str(mark): words[0] for mark, words in MARK_WORDS.items()}
    found = 0
    for element in (e for e in root.iter(f"{SVG}g") if "node" in classes(e)):
        mark = next((one for one in classes(element) if one in signs), None)
        if mark is not None:
            found += 1
            assert signs[mark] in text_of(element), (mark, text_of(element))
    assert found


def test_the_text_of_a_mark_can_be_read_on_its_fill() -> None:
    from pnet_pathways.views.diagrams.style import PAGE, colors_of_mark

    def luminance(color: str) -> float:
        parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for mark in MARK_WORDS:
        ink, fill = colors_of_mark(mark)
        for paper in (fill, PAGE):
            light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, mark


def test_the_sheet_carries_title_versions_hashes_changes_legend_and_disclaimer(definitions: Definitions) -> None:
    (picture,) = pictures(FILLED)
    new = variant(FILLED)
    words = text_of(ElementTree.fromstring(picture.svg))  # noqa: S314 - our own
    for part in (
        "Insulinoma: what changes",
        "Section: Treatment of Insulinoma.",
        f"Old: definition 1.0.0; all definitions 1.0.0, hash {definitions.content_hash}.",
        f"New: definition 1.0.0; all definitions 1.0.0, hash {new.content_hash}.",
        "24 of 1,056 scenarios get another answer.",
        "primary: not in the body, not in the tail, large, removable by surgery",
        "gap -> usually pancreatoduodenectomy (Whipple procedure) [INS-2]; 24 scenarios",
        "Changes + added (double border)",
        "Shapes Question (rounded)",
        "Old Definition 1.0.0 · page 3 of 6",
        "New Definition 1.0.0 · page 3 of 6",
    ):
        assert part in words, part
    assert words.endswith(definitions.source.disclaimer)
    assert words.count(definitions.source.disclaimer) == 1
    assert "Review:" not in words


@pytest.mark.parametrize("edits", [FILLED, ADDED, GUARD, STRENGTH], ids=str)
def test_pictures_on_a_sheet_neither_overlap_nor_are_cut(edits: Edits) -> None:
    (picture,) = pictures(edits)
    root = ElementTree.fromstring(picture.svg)  # noqa: S314 - our own
    wide, high = (float(root.attrib[side].removesuffix("pt")) for side in ("width", "height"))
    placed = [
        (float(e.get("x", "0")), float(e.attrib["y"]), float(e.attrib["width"]), float(e.attrib["height"]))
        for e in root.findall(f"{SVG}svg")
    ]
    for x, y, w, h in placed:
        assert x + w <= wide
        assert y + h <= high
    for (x, y, w, h), (a, b, c, d) in itertools.combinations(placed, 2):
        assert x + w <= a or a + c <= x or y + h <= b or b + d <= y


@pytest.mark.parametrize("edits", [FILLED, ADDED, GUARD, STRENGTH, MESSAGE], ids=str)
def test_marked_labels_stay_within_their_boxes_and_boxes_apart(edits: Edits) -> None:
    name = pictures(edits)[0].pathway
    for side in both(changes(edits, name)):
        for page in compared_pages(side.definitions, side.pathway, side.tracks, side.reworded, "new"):
            nodes = [one for one in json.loads(lay_out(page.dot, "json"))["objects"] if one.get("_ldraw_") and "pos" in one]
            found = {}
            for node in nodes:
                x, y = map(float, node["pos"].split(","))
                w, h = float(node["width"]) * 36, float(node["height"]) * 36
                found[node["name"]] = (x - w, y - h, x + w, y + h)
                for text in (one for one in node["_ldraw_"] if one["op"] == "T"):
                    left = text["pt"][0] - {"l": 0, "c": text["width"] / 2, "r": text["width"]}[text["align"]]
                    assert x - w - 0.5 <= left, (node["name"], text["text"])
                    assert left + text["width"] <= x + w + 0.5, (node["name"], text["text"])
                    assert y - h - 0.5 <= text["pt"][1] <= y + h - 6, (node["name"], text["text"])
            for (a, b, c, d), (e, f, g, h) in itertools.combinations(found.values(), 2):
                assert c <= e or g <= a or d <= f or h <= b


def test_a_sheet_has_unique_ids_a_title_and_its_changes_for_those_who_cannot_see_it() -> None:
    (picture,) = pictures(ADDED)
    root = ElementTree.fromstring(picture.svg)  # noqa: S314 - our own
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert (root[0].tag, root[0].text) == (f"{SVG}title", "VIPoma: what changes")
    assert root[1].tag == f"{SVG}desc"
    assert "state added: spread.back (does_not_apply)" in (root[1].text or "")
    assert (root[2].tag, root[2].get("fill")) == (f"{SVG}rect", "#ffffff")


def test_a_sheet_is_the_same_every_time(definitions: Definitions) -> None:
    assert side_by_side(compare(definitions, variant(STRENGTH))) == pictures(STRENGTH)


def test_hostile_text_is_harmless() -> None:
    hostile = json.dumps('<script>alert("1")</script> & \\N "] --> \u202e')
    edits: Edits = (
        ("vipoma.yaml", "title: The tumor itself", f"title: {hostile}"),
        ("vipoma.yaml", "does_not_apply: No spread, and no growth during treatment.", f"does_not_apply: {hostile}"),
        ("vipoma.yaml", "title: VIPoma", f"title: {hostile}"),
    )
    (picture,) = pictures(edits)
    assert "<script" not in picture.svg
    tags = {e.tag.removeprefix(SVG) for e in ElementTree.fromstring(picture.svg).iter()}  # noqa: S314 - our own
    assert tags <= {"svg", "title", "desc", "rect", "g", "a", "polygon", "polyline", "path", "ellipse", "text"}


# Pages


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
        assert words.count("There is no such page on this side.") == len(picture.pages) == 2
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
    question = spread.states["lymph_nodes"]
    assert isinstance(question, Question)
    answers = tuple(
        attrs.evolve(one, target="no_spread") if one.target == "growth_without_spread" else one for one in question.answers
    )
    gone = {"growth_without_spread", "growing_without_spread"}
    kept = {name: state for name, state in spread.states.items() if name not in gone}
    states = {**kept, "lymph_nodes": attrs.evolve(question, answers=answers)}
    new = with_track(definitions, vipoma, attrs.evolve(spread, states=states))
    difference = attrs.evolve(compare(definitions, definitions), new=new)
    (picture,) = side_by_side(difference)
    assert [after for _, after in picture.pages if after] == sorted(after for _, after in picture.pages if after)
    befores = [before for before, _ in picture.pages if before]
    assert len(befores) == len(set(befores))
    lost = next(e for e in ElementTree.fromstring(picture.svg).iter() if "state-spread-growth_without_spread" in classes(e))  # noqa: S314
    assert "removed" in classes(lost)


def test_the_page_before_is_that_with_the_same_states_whatever_its_number(definitions: Definitions) -> None:
    plans = pages_of(definitions, definitions.pathways["gastrinoma"])
    assert _pairs(plans, plans) == [(number, number) for number in range(len(plans))]
    turned = plans[::-1]
    assert _pairs(plans, turned) == [(number, len(plans) - 1 - number) for number in reversed(range(len(plans)))]
    assert _pairs(plans, plans[2:4]) == [(2, 0), (3, 1), *((number, None) for number in (0, 1, 4, 5, 6, 7, 8))]
    assert _pairs(plans[2:4], plans) == [(None, 0), (None, 1), (0, 2), (1, 3), *((None, number) for number in (4, 5, 6, 7, 8))]


def test_what_goes_on_elsewhere_and_differs_there_says_so(definitions: Definitions) -> None:
    insulinoma = definitions.pathways["insulinoma"]
    track = insulinoma.tracks["primary"]
    question = track.states["head_size"]
    assert isinstance(question, Question)
    asking = attrs.evolve(
        track, states={**track.states, "head_size": attrs.evolve(question, asks="severe_symptoms", facts=("severe_symptoms",))}
    )
    changed = attrs.evolve(insulinoma, tracks={**insulinoma.tracks, "primary": asking})
    new = attrs.evolve(definitions, pathways={**definitions.pathways, "insulinoma": changed})
    side = both(pathway_changes(definitions, new, "insulinoma"))[0]
    pages = compared_pages(side.definitions, side.pathway, side.tracks, side.reworded, "old")
    assert "(≠ asks something else)" in re.sub(r"<[^>]*>", " ", pages[1].dot).replace("  ", " ")


def test_a_track_that_asks_nothing_always_leads_to_what_it_says() -> None:
    edits: Edits = (("treatments.yaml", "label: fluids and electrolytes to replace what was lost", "label: fluids"),)
    (picture,) = (one for one in pictures(edits) if one.pathway == "vipoma")
    root = ElementTree.fromstring(picture.svg)  # noqa: S314 - our own
    always = [e for e in root.iter(f"{SVG}g") if "edge-supportive-fluids-fluids-always" in classes(e)]
    assert {classes(e)[-1] for e in always} == {"faded"}


# Files and the command


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["diff", *map(str, arguments)])


def test_the_command_writes_a_file_for_each_pathway_that_differs(folder: Path, tmp_path: Path) -> None:
    edited(folder, MESSAGE)
    done = run(DEFINITIONS, folder, "--diagram", tmp_path / "new" / "folder", "--format", "json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["bump"] == "patch"
    assert done.stderr.split() == [str(tmp_path / "new" / "folder" / "vipoma-diff.svg")]
    (picture,) = pictures(MESSAGE)
    assert (tmp_path / "new" / "folder" / "vipoma-diff.svg").read_text() == picture.svg


def test_without_a_change_the_command_says_that_there_is_no_diagram(folder: Path, tmp_path: Path) -> None:
    done = run(DEFINITIONS, folder, "--diagram", tmp_path / "new")
    assert done.exit_code == 0
    assert done.stdout.startswith("No scenario changes: 19,258 total scenarios compared")
    assert done.stderr == "no diagram: nothing that a pathway's diagrams show has changed\n"
    assert list((tmp_path / "new").iterdir()) == []


def test_a_missing_engine_is_said_without_a_traceback(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edited(folder, MESSAGE)
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run(DEFINITIONS, folder, "--diagram", tmp_path / "new", "--engine", "system")
    assert (done.exit_code, done.exception.__class__) == (2, SystemExit)
    assert "no program 'dot' on the PATH" in done.stderr
    assert not (tmp_path / "new").exists()


def test_a_missing_package_says_what_to_install(definitions: Definitions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(RenderError, match=r"a package for diagrams is missing .*pip install 'pnet-pathways\[diagrams\]'"):
        side_by_side(compare(definitions, variant(MESSAGE)))


def test_writing_returns_the_paths(tmp_path: Path) -> None:
    assert write(pictures(STRENGTH), tmp_path / "a") == [tmp_path / "a" / "supportive-diff.svg"]


def test_a_leaf_that_is_changed_in_kind_only_marks_no_option() -> None:
    for side in marked(changes(FILLED, "insulinoma"), "primary"):
        leaf = next(one for one in both(changes(FILLED, "insulinoma"))[1].pathway.tracks["primary"].leaves)
        assert isinstance(leaf, Leaf)
        assert all(not options for options in side.options.values())
