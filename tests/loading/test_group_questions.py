"""A state that asks a whole group: what its answers stand for, that they cover every set of members once, and what is idle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from pnet_pathways.loading.schema import TrackSpec
from pnet_pathways.loading.structuring import structure
from pnet_pathways.loading.tracks import TrackReader, answer_pattern
from pnet_pathways.loading.yaml_source import read_yaml
from pnet_pathways.model.pathway import Definitions, Track
from pnet_pathways.model.values import Value
from project_vocabulary import VOCABULARY, scenarios
from small_vocabulary import FACTS
from small_vocabulary import read as read_small
from track_material import walk


@attrs.frozen
class Tracks:
    """A file of tracks only."""

    tracks: dict[str, TrackSpec]


Read = Callable[..., tuple[Track | None, list[str]]]
LEAF = "leaf: {does_not_apply: No.}"
OTHER = "other: {does_not_apply: No.}"
SPREAD = ("lymph_nodes", "liver", "other")
ANSWERS = (
    "answers: none, lymph_nodes, liver, other, lymph_nodes and liver, lymph_nodes and other, liver and other, "
    "lymph_nodes and liver and other"
)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads the states of a track that starts at ``one``, one state a line from line 6; gives the track and its problems."""

    def reader(*states: str) -> tuple[Track | None, list[str]]:
        lines = ["tracks:", "  t:", "    title: T", "    start: one", "    states:", *(f"      {state}" for state in states)]
        (tmp_path / "x.yaml").write_text("\n".join(lines) + "\n", "utf-8")
        document = read_yaml(tmp_path / "x.yaml", "x.yaml")
        file = structure(document, Tracks)
        assert file is not None, document.problems
        track = TrackReader(document, "p", "t", file.tracks["t"], {}, [], can_gap=True, vocabulary=VOCABULARY).read()
        return track, [str(problem) for problem in document.problems]

    return reader


def named(*answers: str) -> set[frozenset[str]]:
    """Return the sets of members that exact answers name."""
    return {VOCABULARY.groups["spread"].members_of(answer) for answer in answers}


# What an answer stands for


@pytest.mark.parametrize(
    ("pattern", "answers"),
    [
        ("none", ["none"]),
        ("liver", ["liver"]),
        ("liver and other", ["liver and other"]),
        ("other and liver", ["liver and other"]),
        (
            "any",
            [
                *("lymph_nodes", "liver", "other", "lymph_nodes and liver", "lymph_nodes and other", "liver and other"),
                "lymph_nodes and liver and other",
            ],
        ),
        ("with liver", ["liver", "lymph_nodes and liver", "liver and other", "lymph_nodes and liver and other"]),
        ("with liver and other", ["liver and other", "lymph_nodes and liver and other"]),
        ("without liver", ["none", "lymph_nodes", "other", "lymph_nodes and other"]),
        ("without liver and other", ["none", "lymph_nodes"]),
        ("with liver without other", ["liver", "lymph_nodes and liver"]),
        ("with lymph_nodes and liver without other", ["lymph_nodes and liver"]),
        ("without lymph_nodes and liver and other", ["none"]),
    ],
)
def test_an_answer_of_a_group_stands_for_sets_of_members(pattern: str, answers: list[str]) -> None:
    found = answer_pattern(VOCABULARY, "spread", pattern)
    assert len(found) == len(set(found))
    assert set(found) == named(*answers)


@pytest.mark.parametrize(
    "pattern",
    [
        *("", "bone", "liver and bone", "liver and liver", "with bone", "without bone", "with", "without", "with ", "without "),
        *("with none", "without none", "with liver without liver", "with liver without", "anything", "any liver", "all"),
        *("without other with liver", "without liver without other", "with liver with other", "with any", "none and liver"),
    ],
)
def test_what_names_no_set_of_members_is_no_answer(pattern: str) -> None:
    with pytest.raises(KeyError):
        answer_pattern(VOCABULARY, "spread", pattern)


@pytest.mark.parametrize("pattern", ["any", "with yes", "without yes", "yes and no", "none"])
def test_a_single_fact_has_no_patterns(pattern: str) -> None:
    with pytest.raises(KeyError):
        answer_pattern(VOCABULARY, "resectable", pattern)
    with pytest.raises(KeyError):
        answer_pattern(VOCABULARY, "spread.liver", pattern)


def test_a_member_may_begin_like_a_pattern(tmp_path: Path) -> None:
    text = FACTS.replace("      white:\n", "      anywhere:\n").replace("[black, white]", "[black, anywhere]")
    vocabulary, problems = read_small(text, tmp_path)
    assert vocabulary is not None, problems
    assert answer_pattern(vocabulary, "coat", "anywhere") == (frozenset({"anywhere"}),)
    assert answer_pattern(vocabulary, "coat", "with anywhere") == (frozenset({"anywhere"}), frozenset({"black", "anywhere"}))


# The answers of one question


@pytest.mark.parametrize(
    "answers",
    [
        "none: leaf, any: other",
        "with liver: leaf, without liver: other",
        "with liver and other or with liver without other: leaf, without liver: other",
    ],
)
def test_answers_that_cover_every_set_once_are_a_question(read: Read, answers: str) -> None:
    track, problems = read(f"one: {{asks: spread, answers: {{{answers}}}}}", LEAF, OTHER)
    assert problems == []
    assert track is not None
    (question,) = track.questions
    assert question.facts == tuple(f"spread.{member}" for member in SPREAD)
    assert track.facts == question.facts
    values = [value for choice in question.answers for value in choice.values]
    assert len(values) == len(set(values)) == 8


def test_a_walk_takes_the_answer_that_names_the_members_present(read: Read) -> None:
    track, _ = read("one: {asks: spread, answers: {with liver: leaf, without liver: other}}", LEAF, OTHER)
    assert track is not None
    for scenario in scenarios(track.facts):
        path, leaf = walk(VOCABULARY, track, scenario)
        present = frozenset(member for member in SPREAD if scenario[f"spread.{member}"] is True)
        assert path == (("one", VOCABULARY.groups["spread"].answer(present)),)
        assert leaf.name == ("leaf" if "liver" in present else "other")


def test_a_question_is_answered_as_soon_as_every_completion_takes_one_choice(read: Read) -> None:
    track, _ = read("one: {asks: spread, answers: {with liver: leaf, without liver: other}}", LEAF, OTHER)
    assert track is not None

    def visited(known: dict[str, Value]) -> list[str]:
        return [state.name for state, _ in track.path(known.get)]

    assert visited({"spread.liver": True}) == ["one", "leaf"]
    assert visited({"spread.liver": False, "spread.other": True}) == ["one", "other"]
    assert visited({"spread.other": True, "spread.lymph_nodes": True}) == ["one"]
    (question,) = track.questions
    assert [choice.name for choice in question.open_choices({"spread.other": True}.get)] == ["with liver", "without liver"]
    assert [choice.name for choice in question.open_choices({"spread.liver": False}.get)] == ["without liver"]


# Mistakes


@pytest.mark.parametrize(
    ("answers", "problems"),
    [
        (
            "none: leaf, with liver: other",
            [
                "x.yaml:6:27: 'one' has no answer for 'lymph_nodes' (add one)",
                "x.yaml:6:27: 'one' has no answer for 'other' (add one)",
                "x.yaml:6:27: 'one' has no answer for 'lymph_nodes and other' (add one)",
            ],
        ),
        (
            "any: leaf or",
            ["x.yaml:6:37: the answer 'any' leads to the state 'leaf or', which does not exist (did you mean 'leaf'?)"],
        ),
        ("none: leaf, any: other, liver: leaf", ["x.yaml:6:61: duplicate answer 'liver' (keep one)"]),
        (
            "with liver: leaf, without other: other, with other without liver: leaf",
            ["x.yaml:6:55: 'without other' covers 'liver' once more (keep one)"],
        ),
        (
            "none: leaf, any: other, none or none: leaf",
            ["x.yaml:6:61: duplicate answer 'none' (keep one)", "x.yaml:6:61: duplicate answer 'none' (keep one)"],
        ),
        ("none: leaf, any: other, with bone: leaf", [f"x.yaml:6:61: 'spread' has no answer 'with bone' ({ANSWERS})"]),
        ("none: leaf, any: other, livr: leaf", ["x.yaml:6:61: 'spread' has no answer 'livr' (did you mean 'liver'?)"]),
        (
            "none: leaf, any or with liver without liver: other",
            [f"x.yaml:6:49: 'spread' has no answer 'with liver without liver' ({ANSWERS})"],
        ),
        (
            "none: leaf, any: lost",
            ["x.yaml:6:49: the answer 'any' leads to the state 'lost', which does not exist (states: one, leaf, other)"],
        ),
    ],
)
def test_a_mistake_in_the_answers_of_a_group_is_reported_at_its_place(read: Read, answers: str, problems: list[str]) -> None:
    track, found = read(f"one: {{asks: spread, answers: {{{answers}}}}}", LEAF, OTHER)
    assert found == problems
    assert track is None


def test_sets_that_rules_exclude_need_no_answer_and_have_none(read: Read) -> None:
    """A single tumor lies in at least one part; where there is none, only 'none' is left."""
    count = "one: {asks: pancreatic_tumors, answers: {none: leaf, one or several: where}}"
    assert (
        read(count, "where: {asks: sites, answers: {with head: leaf, body or tail or body and tail: other}}", LEAF, OTHER)[1]
        == []
    )
    assert read(count, "where: {asks: sites, answers: {any: leaf, none: other}}", LEAF, OTHER) == (
        None,
        ["x.yaml:7:49: no consistent case gives the answer 'none' here (remove it)"],
    )
    # A pattern may cover sets that cannot be, as long as some that it covers can.
    assert read(count, "where: {asks: sites, answers: {with head: leaf, without head: other}}", LEAF, OTHER)[1] == []


def test_a_member_that_is_already_known_leaves_fewer_answers(read: Read) -> None:
    _, problems = read(
        "one: {asks: spread.liver, answers: {yes: leaf, no: rest}}",
        "rest: {asks: spread.other, answers: {yes: leaf, no: other}}",
        LEAF,
        OTHER,
    )
    assert problems == []


def test_a_group_is_not_asked_below_one_of_its_members(read: Read) -> None:
    """Nor a member below its group: the answer would be asked twice."""
    member = "{asks: spread.liver, answers: {yes: %s, no: leaf}}"
    group = "{asks: spread, answers: {none: leaf, any: %s}}"
    above = read(f"one: {member % 'two'}", f"two: {group % 'other'}", LEAF, OTHER)
    below = read(f"one: {group % 'two'}", f"two: {member % 'other'}", LEAF, OTHER)
    assert above == (None, ["x.yaml:6:13: 'spread.liver' is asked here and again further down"])
    assert below == (None, ["x.yaml:6:13: 'spread' is asked here and again further down"])


def test_a_fact_that_the_group_decides_is_asked_where_it_applies(read: Read) -> None:
    leaf = (LEAF, OTHER)
    group = "one: {asks: spread, answers: {with liver: mostly, without liver: other}}"
    assert read(group, "mostly: {asks: mostly_liver, answers: {yes: leaf, no: other}}", *leaf)[1] == []
    wrong = "one: {asks: spread, answers: {with liver: leaf, without liver: mostly}}"
    assert read(wrong, "mostly: {asks: mostly_liver, answers: {yes: leaf, no: other}}", *leaf)[1] == [
        "x.yaml:7:46: no consistent case gives the answer 'yes' here (remove it)"
    ]


def test_every_question_on_a_group_in_the_definitions_covers_each_set_at_most_once(definitions: Definitions) -> None:
    tracks = [track for pathway in definitions.pathways.values() for track in pathway.tracks.values()]
    asked = [question for track in tracks for question in track.questions if question.asks in VOCABULARY.groups]
    assert asked
    for question in asked:
        values = [value for choice in question.answers for value in choice.values]
        assert len(values) == len(set(values)), question.where
        assert set(values) <= set(VOCABULARY.choices(question.asks)), question.where
