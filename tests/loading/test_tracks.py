"""From a track's file shape to a graph: what is built, and every mistake in a single state."""

from __future__ import annotations

import pytest

from pnet_pathways import Course, Site
from pnet_pathways.loading.tracks import read_offer
from pnet_pathways.model.pathway import Choice, Definitions, Leaf, Question, Strength
from pnet_pathways.model.scenario_rows import LeafKind
from pnet_pathways.model.values import NOT_APPLICABLE
from pnet_pathways.model.wording import offer_of, offer_text
from project_vocabulary import VOCABULARY
from track_material import LEAF, OFFERS, Read, read, walk

__all__ = ["read"]  # a fixture


# Offers


@pytest.mark.parametrize(
    ("text", "strength", "treatments", "optional"),
    [
        ("a", Strength.MAY, ("a",), ()),
        ("a and b and c", Strength.MAY, ("a", "b", "c"), ()),
        ("usually a", Strength.USUAL, ("a",), ()),
        ("rarely a and b", Strength.RARE, ("a", "b"), ()),
        ("a optionally c", Strength.MAY, ("a",), ("c",)),
        ("usually a and b optionally c optionally d", Strength.USUAL, ("a", "b"), ("c", "d")),
        ("usually", Strength.USUAL, ("",), ()),
        ("often a", Strength.MAY, ("often a",), ()),
        ("Usually a", Strength.MAY, ("Usually a",), ()),
        ("", Strength.MAY, ("",), ()),
    ],
)
def test_an_offer_is_strength_treatments_and_optional_ones(
    text: str, strength: Strength, treatments: tuple[str, ...], optional: tuple[str, ...]
) -> None:
    assert read_offer(text) == (strength, treatments, optional)


@pytest.mark.parametrize("strength", Strength)
@pytest.mark.parametrize("treatments", [("a",), ("a", "b")])
@pytest.mark.parametrize("optional", [(), ("c",), ("c", "d")])
def test_an_offer_reads_back_what_was_written(
    strength: Strength, treatments: tuple[str, ...], optional: tuple[str, ...]
) -> None:
    assert read_offer(offer_text(strength, treatments, optional)) == (strength, treatments, optional)


def test_every_option_of_the_definitions_has_an_offer_of_its_own_that_reads_back(definitions: Definitions) -> None:
    for pathway in definitions.pathways.values():
        for one in pathway.statements:
            assert len({offer_of(entry) for entry in one.options}) == len(one.options)
            for entry in one.options:
                assert read_offer(offer_of(entry)) == (entry.strength, entry.treatments, entry.optional)


# What is built


def test_a_sound_track_is_built_as_it_stands(read: Read) -> None:
    track, problems = read(
        "one: {asks: course, answers: {progressive: two, new or stable or recurrent: none}}",
        f"two: {{{OFFERS}, readings: [R-1]}}",
        "none: {gap: '  The summary is\n\n        silent. ', readings: [R-1]}",
    )
    assert problems == []
    assert track is not None
    assert (track.pathway, track.name, track.title, track.start) == ("p", "t", "T", "one")
    assert track.states == {
        "one": Question(
            "one",
            "course",
            ("course",),
            (
                Choice("progressive", (Course.PROGRESSIVE,), "two"),
                Choice("new or stable or recurrent", (Course.NEW, Course.STABLE, Course.RECURRENT), "none"),
            ),
        ),
        "two": Leaf("two", LeafKind.OFFER, (("S-1", 0), ("S-1", 1), ("S-2", 0)), "", ("R-1",)),
        "none": Leaf("none", LeafKind.GAP, (), "The summary is silent.", ("R-1",)),
    }


def test_each_state_knows_its_place(read: Read) -> None:
    track, _ = read("one: {asks: course, answers: {new or stable or progressive or recurrent: two}}", f"two: {{{OFFERS}}}")
    assert track is not None
    assert str(track.where) == "x.yaml:2:3"
    assert [str(state.where) for state in track.states.values()] == ["x.yaml:6:7", "x.yaml:7:7"]


def test_a_track_may_be_one_leaf(read: Read) -> None:
    track, problems = read(f"one: {{{OFFERS}}}")
    assert problems == []
    assert track is not None
    assert track.questions == ()


def test_an_answer_may_stand_for_sets_of_sites(read: Read) -> None:
    track, problems = read(
        "one: {asks: sites, answers: {none or head or body or tail: two, head and body or head and tail or body and tail"
        " or head and body and tail: two}}",
        f"two: {{{OFFERS}}}",
    )
    assert problems == []
    assert track is not None
    (question,) = track.questions
    assert question.choice(frozenset(Site)) == question.answers[1]
    assert len(question.answers[0].values) == len(question.answers[1].values) == 4


def test_an_answer_is_needed_only_for_what_can_still_be(read: Read) -> None:
    """Where there is one tumor it lies somewhere, and its size is known to apply."""
    _, problems = read(
        "one: {asks: pancreatic_tumors, answers: {one: where, none or several: two}}",
        "where: {asks: sites, answers: {with head: size, without head: two}}",
        "size: {asks: size, answers: {small: two, large: two}}",
        f"two: {{{OFFERS}}}",
    )
    assert problems == []


def test_tracks_of_the_same_name_group_by_what_stands_before_the_dot(definitions: Definitions) -> None:
    groups = {track.group for pathway in definitions.pathways.values() for track in pathway.tracks.values()}
    assert groups <= definitions.groups.keys()
    assert "supportive" in groups


def test_a_reachable_state_is_visited_once_nearest_first(read: Read) -> None:
    track, _ = read(
        "last: {does_not_apply: No.}",
        "one: {asks: spread.liver, answers: {no: three, yes: two}}",
        "two: {asks: severe_symptoms, answers: {yes: leaf, no: last}}",
        "three: {asks: severe_symptoms, answers: {yes: last, no: leaf}}",
        f"leaf: {{{OFFERS}}}",
    )
    assert track is not None
    assert [state.name for state in track.breadth_first()] == ["one", "three", "two", "last", "leaf"]
    assert track.facts == ("spread.liver", "severe_symptoms")


def test_every_real_question_takes_no_value_twice(definitions: Definitions) -> None:
    for pathway in definitions.pathways.values():
        for track in pathway.tracks.values():
            for question in track.questions:
                values = [value for answer in question.answers for value in answer.values]
                assert len(values) == len(set(values)), (pathway.name, track.name, question.name)
                assert set(values) <= set(VOCABULARY.choices(question.asks))


def test_no_real_track_asks_what_cannot_apply(definitions: Definitions) -> None:
    """On its path through any scenario, a track never asks the size of several tumors or where none was found."""
    for pathway in definitions.pathways.values():
        for track in pathway.tracks.values():
            for scenario in VOCABULARY.combinations(VOCABULARY.deciding(track.facts)):
                path, _ = walk(VOCABULARY, track, scenario)
                for name, _ in path:
                    state = track.states[name]
                    assert isinstance(state, Question)
                    assert all(scenario[fact] is not NOT_APPLICABLE for fact in state.facts), (pathway.name, track.name, name)


# Mistakes in one state


@pytest.mark.parametrize(
    ("states", "problems"),
    [
        (
            ["one: {readings: [R-1]}"],
            ["x.yaml:6:7: the state 'one' has none of them; a state has exactly one of asks, offers, gap, does_not_apply"],
        ),
        (
            ["one: {gap: Silent., does_not_apply: No.}"],
            [
                "x.yaml:6:7: the state 'one' has gap, does_not_apply; "
                "a state has exactly one of asks, offers, gap, does_not_apply"
            ],
        ),
        (["one: {asks: resectable}"], ["x.yaml:6:7: the state 'one' needs both asks and answers, or neither"]),
        (
            ["one: {answers: {yes: leaf}, gap: Silent.}", LEAF],
            ["x.yaml:6:7: the state 'one' needs both asks and answers, or neither"],
        ),
        (
            ["one: {asks: resectible, answers: {yes: leaf, no: leaf}}", LEAF],
            ["x.yaml:6:13: 'one' asks an unknown fact 'resectible' (did you mean 'resectable'?)"],
        ),
        (
            ["one: {asks: resectable, answers: {yes: leaf, no: leaf, maybe: leaf}}", LEAF],
            ["x.yaml:6:62: 'resectable' has no answer 'maybe' (answers: yes, no)"],
        ),
        (
            ["one: {asks: resectable, answers: {true: leaf, yes: leaf, no: leaf}}", LEAF],
            ["x.yaml:6:41: 'resectable' has no answer 'true' (answers: yes, no)"],
        ),
        (
            ["one: {asks: course, answers: {new or recurent: leaf, progressive: leaf}}", LEAF],
            ["x.yaml:6:37: 'course' has no answer 'recurent' (did you mean 'recurrent'?)"],
        ),
        (
            ["one: {asks: course, answers: {new or recurrent: leaf, progressive or new: leaf}}", LEAF],
            ["x.yaml:6:61: duplicate answer 'new' (keep one)"],
        ),
        (
            ["one: {asks: resectable, answers: {yes: leaf, no: laef}}", LEAF],
            ["x.yaml:6:52: the answer 'no' leads to the state 'laef', which does not exist (did you mean 'leaf'?)"],
        ),
        (
            ["one: {asks: resectable, answers: {yes: leaf, no: x}}", LEAF],
            ["x.yaml:6:52: the answer 'no' leads to the state 'x', which does not exist (states: one, leaf)"],
        ),
        (["one: {gap: Silent., readings: [R-1, R-2]}"], ["x.yaml:6:43: unknown reading 'R-2' (did you mean 'R-1'?)"]),
        (["one: {offers: {}}"], ["x.yaml:6:13: the leaf 'one' offers nothing (use gap or does_not_apply)"]),
        (["one: {offers: {S-1: []}}"], ["x.yaml:6:13: the leaf 'one' offers nothing (use gap or does_not_apply)"]),
        (
            ["one: {offers: {S-1: [a, usually b and c], S-2: []}}"],
            ["x.yaml:6:49: the leaf 'one' offers nothing of S-2 (remove it)"],
        ),
        (["one: {offers: {S-1: [a, usually b and c, a]}}"], ["x.yaml:6:48: 'a' of S-1 is offered twice (keep one)"]),
        (
            ["one: {offers: {S-1: [zebra, lion]}}"],
            [
                "x.yaml:6:28: S-1 offers no 'zebra' (it offers: a; usually b and c)",
                "x.yaml:6:35: S-1 offers no 'lion' (it offers: a; usually b and c)",
            ],
        ),
        (
            ["one: {gap: ''}"],
            ["x.yaml:6:13: the leaf 'one' says nothing (say what the summary does not say, or why)"],
        ),
        (
            ["one: {does_not_apply: '  '}"],
            ["x.yaml:6:13: the leaf 'one' says nothing (say what the summary does not say, or why)"],
        ),
        (
            ["one: {asks: resectable, answers: {yes or no: leaf}, readings: [R-1]}", LEAF],
            ["x.yaml:6:59: 'one' asks; readings bear on leaves (name them in the leaves)"],
        ),
        (["one: {offers: {S-9: [a]}}"], ["x.yaml:6:22: unknown statement 'S-9' (did you mean 'S-3'?)"]),
        (
            ["one: {offers: {S-3: [a]}}"],
            ["x.yaml:6:22: the statement S-3 does not stand in the track 't' (it stands in u)"],
        ),
        (
            ["one: {offers: {S-1: [a, b and c]}}"],
            ["x.yaml:6:31: 'b and c' has another strength than S-1 gives it (the statement has 'usually b and c')"],
        ),
        (
            ["one: {offers: {S-1: [usually c and b]}}"],
            ["x.yaml:6:28: S-1 offers no 'usually c and b' (did you mean 'usually b and c'?)"],
        ),
        (
            ["one: {offers: {S-1: [zebra]}}"],
            ["x.yaml:6:28: S-1 offers no 'zebra' (it offers: a; usually b and c)"],
        ),
        (
            ["one: {offers: {S-2: [rarely d]}}"],
            ["x.yaml:6:28: S-2 offers no 'rarely d' (it offers: rarely d optionally e)"],
        ),
    ],
)
def test_a_mistake_in_a_state_is_reported_where_it_stands(read: Read, states: list[str], problems: list[str]) -> None:
    track, found = read(*states)
    assert found == problems
    assert track is None


def test_a_graph_never_asks_the_tumor_type(read: Read) -> None:
    """The type decides which pathway is walked at all."""
    _, (problem,) = read("one: {asks: tumor_type, answers: {gastrinoma: leaf}}", LEAF)
    assert problem.startswith("x.yaml:6:13: 'one' asks an unknown fact 'tumor_type' (facts: course, ")


def test_a_gap_needs_a_track_that_can_have_one(read: Read) -> None:
    states = "one: {asks: severe_symptoms, answers: {yes: leaf, no: silent}}", "silent: {gap: Silent.}", LEAF
    assert read(*states, can_gap=True)[1] == []
    assert read(*states, can_gap=False)[1] == ["x.yaml:7:16: the track 't' has no gaps (use does_not_apply)"]
