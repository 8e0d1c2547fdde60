"""Suites: complete by brute force, no larger than is sensible, and what they catch."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import pytest

from loading.test_agreement import redirect, said
from pnet_pathways.model.conditions import Condition
from pnet_pathways.model.errors import SuiteError
from pnet_pathways.model.facts import Scenario
from pnet_pathways.model.pathway import Definitions, Leaf, Pathway, Question, Track
from pnet_pathways.model.scenario_rows import LeafKind
from pnet_pathways.model.values import NOT_APPLICABLE, Value
from pnet_pathways.proof.scenarios.space import ScenarioSpace, scenario_space
from pnet_pathways.proof.suites import suites
from pnet_pathways.proof.suites.covers import Cover, KnownRows, independent
from pnet_pathways.proof.suites.graph_goals import OF_GRAPHS
from pnet_pathways.proof.suites.suites import Suite, suite, suite_of
from project_vocabulary import VOCABULARY
from proof.test_scenarios import NAMES, reading_the_type
from track_material import walk

__all__ = ["reading_the_type"]


def reached(space: ScenarioSpace, scenario: Scenario, cover: Cover) -> set[object]:
    """Return what a scenario covers, plainly: from the graph and the conditions, without tables or masks."""
    if cover in (Cover.PAIRS, Cover.TRIPLES):
        facts = [name for name in space.facts if name != "tumor_type"]
        size = min(len(facts), 2 if cover is Cover.PAIRS else 3)
        return {tuple((name, scenario[name]) for name in chosen) for chosen in combinations(facts, size)}
    found: set[object] = set()
    for track in space.pathway.tracks.values():
        path, leaf = walked(track, tuple((name, scenario[name]) for name in track.facts))
        if cover is Cover.STATES:
            found.update((track.name, state) for state in (*(state for state, _ in path), leaf.name))
        elif cover is Cover.TRANSITIONS:
            found.update((track.name, state, taken(track, state, scenario)) for state, _ in path)
        elif cover is Cover.GAPS and leaf.kind is LeafKind.GAP:
            found.add((track.name, leaf.name))
        elif cover is Cover.PATHS:
            asked = {fact for state, _ in path for fact in question(track, state).facts}
            found.add((track.name, path))
            found.update((track.name, path, name, scenario[name]) for name in space.facts if name not in asked)
    if cover is Cover.STATEMENTS:
        found.update(
            statement.id
            for statement in space.pathway.statements
            if holds(statement.condition, scenario) and any(holds(one.requires, scenario) for one in statement.options)
        )
    return found


WALKED: dict[tuple[str, str, tuple[tuple[str, Value], ...]], tuple[tuple[tuple[str, str], ...], Leaf]] = {}


def walked(track: Track, known: tuple[tuple[str, Value], ...]) -> tuple[tuple[tuple[str, str], ...], Leaf]:
    """Return the way through a track of the project that the facts it asks lead; walked once."""
    key = (track.pathway, track.name, known)
    if key not in WALKED:
        WALKED[key] = walk(VOCABULARY, track, dict(known))
    return WALKED[key]


def question(track: Track, state: str) -> Question:
    """Return a question of a track."""
    found = track.states[state]
    assert isinstance(found, Question)
    return found


def taken(track: Track, state: str, scenario: Scenario) -> str:
    """Return the answer that a scenario takes."""
    asked = question(track, state)
    value = VOCABULARY.value_of(asked.asks, scenario.get)
    return next(answer.name for answer in asked.answers if value in answer.values)


def holds(condition: Condition, scenario: Scenario) -> bool:
    """Return whether a condition holds in a scenario."""
    return condition.evaluate(scenario.get) is True


def complete(made: Suite) -> bool:
    """Return whether a suite covers all that the scenarios of its space cover."""
    found = set[object]().union(*(reached(made.space, one, made.cover) for one in made.scenarios))
    return all(reached(made.space, one, made.cover) <= found for one in made.space)


@pytest.mark.parametrize("cover", [cover for cover in Cover if cover is not Cover.TRIPLES])
@pytest.mark.parametrize("name", NAMES)
def test_a_suite_covers_by_brute_force_all_that_any_scenario_covers(name: str, cover: Cover) -> None:
    assert complete(suite(name, cover))


@pytest.mark.parametrize("name", ["recurrent", "supportive", "vipoma"])
def test_every_feasible_triple_is_covered_by_brute_force(name: str) -> None:
    assert complete(suite(name, "triples"))


SIZES: Mapping[tuple[str, str], tuple[int, int]] = {
    ("gastrinoma", "states"): (21, 21),
    ("gastrinoma", "transitions"): (21, 21),
    ("gastrinoma", "statements"): (4, 4),
    ("gastrinoma", "gaps"): (5, 5),
    ("gastrinoma", "pairs"): (14, 12),
    ("gastrinoma", "paths"): (167, 152),
    ("glucagonoma", "transitions"): (11, 11),
    ("insulinoma", "transitions"): (11, 11),
    ("insulinoma", "pairs"): (17, 12),
    ("insulinoma", "paths"): (166, 124),
    ("other", "transitions"): (5, 5),
    ("recurrent", "pairs"): (14, 12),
    ("recurrent", "triples"): (36, 33),
    ("somatostatinoma", "paths"): (46, 46),
    ("supportive", "gaps"): (0, 0),
    ("supportive", "transitions"): (2, 2),
    ("supportive", "pairs"): (5, 4),
    ("vipoma", "statements"): (1, 1),
    ("vipoma", "transitions"): (8, 8),
    ("vipoma", "paths"): (81, 81),
}
"""At most so many cases, and at least this bound."""


@pytest.mark.parametrize(("name", "cover"), SIZES)
def test_a_suite_is_no_larger_and_its_bound_no_lower_than_known(name: str, cover: str) -> None:
    most, bound = SIZES[name, cover]
    made = suite(name, cover)
    assert bound <= made.bound <= len(made.scenarios) <= most


@pytest.mark.parametrize(
    ("name", "cover"), [*(("supportive", cover) for cover in Cover), *(("recurrent", cover) for cover in OF_GRAPHS)]
)
def test_no_suite_below_the_bound_exists(name: str, cover: Cover) -> None:
    """Every set of scenarios of that size is tried, but for scenarios that cover no more than another one."""
    made = suite(name, cover)
    every = {frozenset(reached(made.space, one, cover)) for one in made.space}
    parts = [one for one in every if not any(one < other for other in every)]
    everything = set[object]().union(*parts)
    for chosen in combinations(parts, max(0, made.bound - 1)):
        assert made.bound == 0 or set[object]().union(*chosen) != everything


@pytest.mark.parametrize("cover", list(Cover))
def test_no_case_of_a_suite_can_be_left_out(cover: Cover) -> None:
    made = suite("vipoma", cover)
    for left_out in range(len(made.scenarios)):
        rest = [one for number, one in enumerate(made.scenarios) if number != left_out]
        found = set[object]().union(*(reached(made.space, one, cover) for one in rest))
        assert not all(reached(made.space, one, cover) <= found for one in made.space)


def test_a_suite_is_the_same_every_time_and_says_its_size() -> None:
    made = suite("gastrinoma", "transitions")
    cases, goals = len(made.scenarios), made.goals
    assert made.summary == f"gastrinoma: {cases} cases cover all {goals} transitions; no suite has fewer"
    assert [record.id for record in made.records()] == [record.id for record in suite("gastrinoma", "transitions").records()]
    assert suite("vipoma", "statements").summary.startswith("vipoma: 1 case covers all 5 statements")
    assert suite("supportive", "paths").summary == (
        "supportive: 5 cases cover all 48 combinations of a path and a value that it does not read; at least 4 are needed"
    )


# What a suite catches


def redirects(pathway: Pathway) -> list[tuple[Track, Track]]:
    """Return each track with each of its answers in turn led to each other state, those that turn in a circle left out."""
    found = []
    for track in pathway.tracks.values():
        for asked in track.questions:
            for answer in asked.answers:
                for target in track.states:
                    broken = redirect(track, asked.name, answer.name, target)
                    if target != answer.target and not circles(broken, broken.start, ()):
                        found.append((track, broken))
    return found


def circles(track: Track, name: str, above: tuple[str, ...]) -> bool:
    """Return whether a state comes back to itself."""
    state = track.states[name]
    if name in above:
        return True
    return isinstance(state, Question) and any(circles(track, one.target, (*above, name)) for one in state.answers)


def differs(track: Track, broken: Track, values: dict[str, Value]) -> bool:
    """Return whether a scenario tells the broken track from the right one."""
    try:
        _, leaf = walk(VOCABULARY, broken, values)
    except KeyError:
        return True
    return said(broken, leaf.name) != said(track, walk(VOCABULARY, track, values)[1].name)


@pytest.mark.parametrize("name", NAMES)
def test_the_paths_catch_every_answer_led_to_any_other_state(definitions: Definitions, name: str) -> None:
    made = suite(name, "paths")
    for track, broken in redirects(definitions.pathways[name]):
        table = definitions.scenarios[name, track.name]
        caught = any(differs(track, broken, dict(one)) for one in made.scenarios)
        alike = not caught and not any(
            differs(track, broken, dict(zip(table.facts, row.values, strict=True))) for row in table.rows
        )
        assert caught or alike, (track.name, broken)


# What can go wrong


def test_what_a_covering_array_lacks_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [scenario_space("recurrent").at(0)]
    monkeypatch.setattr(suites, "covering_array", lambda *_: rows)
    monkeypatch.setattr(suites, "_greedy", lambda goals, candidates: [one for one in candidates if goals])
    made = suite("recurrent", "pairs")
    assert complete(made)
    assert len(made.scenarios) < made.space.count


def test_a_space_too_large_to_list_still_gets_complete_suites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suites, "ENUMERATED", 10)
    monkeypatch.setattr("pnet_pathways.proof.suites.graph_goals.ENUMERATED", 10)
    monkeypatch.setattr(suites, "DRAWN", 5)
    for cover in Cover:
        made = suite("vipoma", cover)
        assert complete(made)
        assert made.bound <= len(made.scenarios)


@pytest.mark.parametrize("cover", ["pairs", "triples"])
def test_without_covertable_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, cover: str) -> None:
    monkeypatch.setitem(__import__("sys").modules, "covertable", None)
    with pytest.raises(SuiteError, match=r"covertable: pip install 'pnet-pathways\[suites\]'"):
        suite("gastrinoma", cover)


@pytest.mark.parametrize(("cover", "hint"), [("transition", "did you mean 'transitions'"), ("xyz", "states, transitions, ")])
def test_an_unknown_kind_of_coverage_is_named(cover: str, hint: str) -> None:
    with pytest.raises(SuiteError, match=hint):
        suite("gastrinoma", cover)


def test_suites_where_a_condition_reads_the_type(reading_the_type: Definitions) -> None:
    one_type = suite_of(scenario_space("recurrent", reading_the_type, type_="other"), Cover.STATEMENTS)
    assert one_type.goals == 1
    every_type = suite_of(scenario_space("recurrent", reading_the_type), Cover.STATEMENTS)
    assert {record.case.entry for record in every_type.records()} == {"vipoma"}


# The small searches


def test_the_largest_set_of_goals_never_reached_together() -> None:
    assert independent([0b0011, 0b0110, 0b1100]) == 2
    assert independent([0b001, 0b010, 0b100]) == 3
    assert independent([]) == 0
    assert independent([0b001, 0b010, 0b100], steps=1) <= 3


ROWS: list[tuple[Any, ...]] = [(True, True, NOT_APPLICABLE), (True, False, False), (False, True, True), (False, False, True)]


@pytest.mark.parametrize("tried", [0, 10**6])
def test_the_fewest_facts_that_decide(monkeypatch: pytest.MonkeyPatch, tried: int) -> None:
    monkeypatch.setattr("pnet_pathways.proof.suites.covers.SMALLEST_TRIED", tried)
    rows = KnownRows.of(("a", "b", "c"), ROWS)
    assert rows.smallest(0b1111) == {}
    assert rows.smallest(0b1100) == {"a": False}
    # What does not apply follows from other facts: it is nothing to be told.
    assert rows.smallest(0b0001) == {"a": True, "b": True}


def test_what_holds_nowhere_has_no_smallest_part() -> None:
    with pytest.raises(ValueError, match="it holds in no row"):
        KnownRows.of(("a", "b", "c"), ROWS).smallest(0)
