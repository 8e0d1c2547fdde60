"""Old and new side by side: what is marked as added, removed, changed or reworded, and what is not."""

from __future__ import annotations

from xml.etree import ElementTree

import attrs
import pytest

from difference_material import (
    ADDED,
    FILLED,
    GUARD,
    MESSAGE,
    RENAMED,
    STRENGTH,
    SVG,
    TITLE,
    Edits,
    both,
    changes,
    classes,
    marked,
    pictures,
    text_of,
    total,
    variant,
    with_track,
)
from pnet_pathways.governance.difference.answers import compare
from pnet_pathways.governance.difference.marks import Side, TrackChanges, pathway_changes
from pnet_pathways.governance.difference.picture import side_by_side
from pnet_pathways.model.pathway import Definitions, Leaf, Question, Track
from pnet_pathways.views.diagrams.style import Mark
from project_vocabulary import VOCABULARY
from track_material import walk


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


def test_a_filled_gap_is_marked_on_both_sides_and_all_else_is_faded() -> None:
    (picture,) = pictures(FILLED)
    assert picture.pathway == "insulinoma"
    ((old, new),) = picture.pages
    root = ElementTree.fromstring(picture.svg)  # noqa: S314 - our own
    shown = [e for e in root.iter(f"{SVG}g") if any(one.startswith(("state-", "edge-")) for one in classes(e))]
    changed = [e for e in shown if "changed" in classes(e)]
    assert [e.get("id") for e in changed] == [f"{page}-state-primary-large_head" for page in (old, new)]
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
    question = track.states["resectable"]
    assert isinstance(question, Question)
    states = {**track.states, "resectable": attrs.evolve(question, asks="severe_symptoms", facts=("severe_symptoms",))}
    new = with_track(definitions, vipoma, attrs.evolve(track, states=states))
    old_marks, new_marks = marked(pathway_changes(definitions, new, "vipoma"), "primary")
    assert (old_marks.state("resectable"), new_marks.state("resectable")) == (Mark.CHANGED, Mark.CHANGED)
    assert set(old_marks.transitions.values()) == {Mark.REMOVED}
    assert set(new_marks.transitions.values()) == {Mark.ADDED}


def test_an_added_leaf_is_marked_with_what_leads_to_it() -> None:
    old, new = marked(changes(ADDED, "vipoma"), "spread")
    assert new.states == {"back": Mark.ADDED}
    assert new.transitions == {
        ("growth_without_spread", "new or stable"): Mark.ADDED,
        ("growth_without_spread", "recurrent"): Mark.ADDED,
    }
    assert (old.states, old.transitions) == ({}, {("growth_without_spread", "new or stable or recurrent"): Mark.REMOVED})


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
        "≠ says something else SUP-1 Stomach ulcers \N{MINUS SIGN} may: a proton pump inhibitor may: a histamine-blocking drug "
        "may: a somatostatin-type drug"
    )
    assert new.startswith(
        "≠ says something else SUP-1 Stomach ulcers + usually: a proton pump inhibitor may: a histamine-blocking drug"
    )


WORDS: dict[str, tuple[Edits, str, str, Mark]] = {
    "a message": (MESSAGE, "spread", "neither", Mark.REWORDED),
    "a question": (
        (("vipoma.yaml", "question: Can the primary tumor be completely removed", "question: Can it all be removed"),),
        "primary",
        "resectable",
        Mark.REWORDED,
    ),
    "a treatment": (
        (("treatments.yaml", "label: surgery to remove as much cancer as possible", "label: debulking"),),
        "primary",
        "not_completely_resectable",
        Mark.REWORDED,
    ),
    "a statement's label": (
        (("vipoma.yaml", 'label: "VIPoma: resection of a primary tumor"', "label: Any VIPoma, removal"),),
        "primary",
        "completely_resectable",
        Mark.REWORDED,
    ),
}


@pytest.mark.parametrize("case", WORDS)
def test_other_words_are_marked_as_words_only(case: str) -> None:
    edits, track, state, mark = WORDS[case]
    for side in marked(changes(edits, "vipoma"), track):
        assert side.states[state] is mark
        assert set(side.states.values()) == {mark}


def test_another_title_of_a_track_is_marked_as_words_only() -> None:
    for side in marked(changes(TITLE, "vipoma"), "primary"):
        assert (side.title, side.states) == (Mark.REWORDED, {})
    (picture,) = pictures(TITLE)
    words = text_of(ElementTree.fromstring(picture.svg))  # noqa: S314 - our own
    assert "Primary tumor ≈ only words changed" in words
    assert "The tumor ≈ only words changed" in words
    compared = total(variant(TITLE), "vipoma")
    assert f"No scenario changes: {compared} compared, options and gaps are the same in each." in words


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
    assert all(mark == TrackChanges() for side in both(found) for mark in side.tracks.values())
    assert pictures(RENAMED) == ()
    (picture,) = pictures((*RENAMED, *TITLE))
    words = text_of(ElementTree.fromstring(picture.svg))  # noqa: S314 - our own
    assert "state renamed: spread.growth_without_spread -> spread.growth" in words


def test_a_name_that_now_means_a_leaf_is_removed_and_added(definitions: Definitions) -> None:
    vipoma = definitions.pathways["vipoma"]
    track = vipoma.tracks["spread"]
    states = {**track.states, "growth_without_spread": attrs.evolve(track.states["neither"], name="growth_without_spread")}
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
    for change in one.changes:
        facts = VOCABULARY.deciding(
            fact
            for side in (definitions, new)
            for track in side.pathways[one.pathway].tracks.values()
            if track.group == change.track
            for fact in side.scenarios[one.pathway, track.name].reads
        )
        held = [row for row in VOCABULARY.combinations(facts) if any(box.holds(row) for box in change.boxes)]
        assert held
        for scenario in held:
            assert any(marks_on_the_way(side, change.track, dict(scenario)) for side in (old_side, new_side)), scenario


def marks_on_the_way(side: Side, group: str, scenario: dict[str, object]) -> bool:
    for track in (one for one in side.pathway.tracks.values() if one.group == group):
        path, leaf = walk(VOCABULARY, track, scenario)  # type: ignore[arg-type]
        marks = side.tracks[track.name]
        if leaf.name in marks.states or any(name in marks.states for name, _ in path):
            return True
    return False


def test_a_leaf_that_is_changed_in_kind_only_marks_no_option() -> None:
    for side in marked(changes(FILLED, "insulinoma"), "primary"):
        leaf = next(one for one in both(changes(FILLED, "insulinoma"))[1].pathway.tracks["primary"].leaves)
        assert isinstance(leaf, Leaf)
        assert all(not options for options in side.options.values())
