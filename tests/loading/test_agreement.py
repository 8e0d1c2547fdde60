"""The proof: over every scenario there is, graph and statements say the same, and a slip in either is caught."""

from __future__ import annotations

from itertools import product

import attrs
import pytest

from pnet_pathways import (
    Case,
    DefinitionError,
    load_pathways,
    recommend,
)
from pnet_pathways.engine.answer import Certainty
from pnet_pathways.loading.agreement import disagreements, track_scenarios
from pnet_pathways.model.conditions import Is, Not
from pnet_pathways.model.facts import Scenario
from pnet_pathways.model.pathway import Choice, Definitions, Leaf, Question, Track
from pnet_pathways.model.scenario_rows import LeafKind
from pnet_pathways.model.values import NotApplicable, plain
from project_vocabulary import FACTS, VOCABULARY, scenarios
from track_material import walk

TRACKS = [(pathway.name, track) for pathway in load_pathways().pathways.values() for track in pathway.tracks]


def case_of(scenario: Scenario) -> Case:
    """Return the case that a scenario describes (a size that does not apply is left out)."""
    return Case().with_(**{name: plain(value) for name, value in scenario.items() if not isinstance(value, NotApplicable)})


@pytest.mark.parametrize(("name", "track_name"), TRACKS)
def test_every_scenario_of_a_track_reaches_one_leaf_that_offers_what_the_statements_say(
    definitions: Definitions, name: str, track_name: str
) -> None:
    pathway = definitions.pathways[name]
    track = pathway.tracks[track_name]
    table = definitions.scenarios[name, track_name]
    assert len(table.rows) == len(list(VOCABULARY.combinations(table.facts))) > 0
    for row in table.rows:
        _, leaf = walk(VOCABULARY, track, dict(zip(table.facts, row.values, strict=True)))
        assert leaf.name == row.leaf
        assert frozenset(leaf.offers) == row.holds
        assert leaf.kind is row.expected
        assert leaf.combination is row.combines
    assert not list(disagreements(pathway, track, table))


@pytest.mark.parametrize(("name", "track_name"), TRACKS)
def test_every_leaf_is_reached_by_some_scenario(definitions: Definitions, name: str, track_name: str) -> None:
    track = definitions.pathways[name].tracks[track_name]
    assert {row.leaf for row in definitions.scenarios[name, track_name].rows} == {leaf.name for leaf in track.leaves}


@pytest.mark.parametrize("name", sorted({name for name, _ in TRACKS} - {"gastrinoma"}))
def test_composed_answers_equal_the_conditions_over_every_scenario_of_the_pathway(definitions: Definitions, name: str) -> None:
    """Brute force over the whole product of a pathway's facts: nothing relies on the tracks' being taken apart.

    Gastrinoma, whose tracks share no statement, has too many scenarios for that.
    """
    pathway = definitions.pathways[name]
    assert any(statement.also for statement in pathway.statements) == (name in {"insulinoma", "glucagonoma", "vipoma"})
    kind = next((key for key, entry in definitions.entry.types.items() if entry.pathway == name), "somatostatinoma")
    for scenario in VOCABULARY.combinations(VOCABULARY.deciding(pathway.facts)):
        answer = recommend(case_of({**scenario, "tumor_type": FACTS["tumor_type"].value_of(kind)}))
        offered = {
            (option.statement, option.treatments, option.optional): option.certainty
            for option in answer.options
            if option.pathway == name
        }
        expected = {
            (statement.id, option.treatments, option.optional): Certainty.CERTAIN
            for statement in pathway.statements
            for option in statement.options
            if statement.condition.evaluate(scenario.get) and option.requires.evaluate(scenario.get)
        }
        assert offered == expected, scenario


def redirect(track: Track, state: str, answer: str, target: str) -> Track:
    """Return a track in which one answer leads elsewhere."""
    question = track.states[state]
    assert isinstance(question, Question)
    answers = tuple(attrs.evolve(one, target=target) if one.name == answer else one for one in question.answers)
    return attrs.evolve(track, states={**track.states, state: attrs.evolve(question, answers=answers)})


@pytest.mark.parametrize(("name", "track_name"), TRACKS)
def test_every_answer_led_to_another_leaf_is_caught(definitions: Definitions, name: str, track_name: str) -> None:
    """Broken in the graph: each answer in turn leads straight to each leaf that says something else."""
    pathway = definitions.pathways[name]
    track = pathway.tracks[track_name]
    group = definitions.groups[track.group]
    for question, leaf in product(track.questions, track.leaves):
        for answer in question.answers:
            broken = redirect(track, question.name, answer.name, leaf.name)
            table = definitions.scenarios[name, track_name]
            changed = [
                row
                for row in table.rows
                for _, now in [walk(VOCABULARY, broken, dict(zip(table.facts, row.values, strict=True)))]
                if said(broken, now.name) != said(track, row.leaf)
            ]
            caught = list(disagreements(pathway, broken, track_scenarios(VOCABULARY, pathway, broken, group)))
            assert bool(caught) == bool(changed), (question.name, answer.name, leaf.name)


def said(track: Track, name: str) -> tuple[LeafKind, frozenset[tuple[str, int]], bool]:
    """Return what a leaf says."""
    leaf = track.states[name]
    assert isinstance(leaf, Leaf)
    return leaf.kind, frozenset(leaf.offers), leaf.combination


@pytest.mark.parametrize("name", sorted({name for name, _ in TRACKS}))
def test_every_statement_with_its_condition_turned_round_is_caught(definitions: Definitions, name: str) -> None:
    """Broken in the statements: each condition in turn is negated, in each track that the statement stands in."""
    pathway = definitions.pathways[name]
    for number, statement in enumerate(pathway.statements):
        turned = attrs.evolve(statement, when=Not(statement.when))
        statements = (*pathway.statements[:number], turned, *pathway.statements[number + 1 :])
        broken = attrs.evolve(pathway, statements=statements)
        track = broken.tracks[statement.track]
        table = track_scenarios(VOCABULARY, broken, track, definitions.groups[track.group])
        assert list(disagreements(broken, track, table)), statement.id


def test_a_requirement_left_out_is_caught(definitions: Definitions) -> None:
    pathway = definitions.pathways["insulinoma"]
    statement = pathway.statement("INS-1")
    free = attrs.evolve(statement.options[0], requires=Is("resectable", (True, False)))
    loose = attrs.evolve(statement, options=(free,))
    broken = attrs.evolve(pathway, statements=tuple(loose if one.id == "INS-1" else one for one in pathway.statements))
    track = broken.tracks["primary"]
    assert list(disagreements(broken, track, track_scenarios(VOCABULARY, broken, track, definitions.groups["primary"])))


def test_a_scenario_without_a_way_on_is_an_error_and_never_a_silent_stop(definitions: Definitions) -> None:
    track = definitions.pathways["vipoma"].tracks["primary"]
    question = track.states["resectable"]
    assert isinstance(question, Question)
    only_yes = attrs.evolve(question, answers=(Choice("yes", (True,), "completely_resectable"),))
    broken = attrs.evolve(track, states={**track.states, "resectable": only_yes})
    with pytest.raises(KeyError, match="no"):
        walk(VOCABULARY, broken, {"primary_removed": False, "resectable": False})


def test_the_scenarios_of_linked_facts_are_exactly_the_consistent_ones() -> None:
    """Counted by hand: what is found in the pancreas, times what else can be said of it.

    None found 1, one tumor 7 sets of sites x 2 sizes, several tumors 7 sets of sites: 22 findings, each with or without
    tumors in the duodenum, resectable or not. Not treated yet there is neither residual tumor nor failure; after treatment
    (stable, progressive, recurrent) either, but nothing is residual where no tumor is found at all. Or the primary was
    removed, and only failure is left to say.
    """
    found = 1 + 7 * 2 + 7
    new = found * 2 * 2
    treated = 3 * ((found * 2 - 1) * 2 * 2 * 2 + 1 * 2 * 1 * 2)
    removed = 3 * 2
    rows = scenarios(["size"])
    assert len(rows) == new + treated + removed
    assert sum(row["primary_removed"] is True for row in rows) == removed


def test_definitions_that_disagree_do_not_load(folder: object) -> None:
    from pathlib import Path

    path = Path(str(folder)) / "vipoma.yaml"
    text = path.read_text()
    swapped = text.replace(
        "yes: completely_resectable\n          no: not_completely_resectable",
        "no: completely_resectable\n          yes: not_completely_resectable",
    )
    assert swapped != text
    path.write_text(swapped)
    with pytest.raises(DefinitionError, match=r"vipoma\.yaml:\d+:\d+: the leaf 'completely_resectable' offers VIP-2"):
        load_pathways(path.parent)
