"""The compiled tables against the statements themselves, over every scenario and every partial case of a track."""

from __future__ import annotations

import functools
import itertools
from pathlib import Path

import pytest

from pnet_pathways import Case, TumorType, load_pathways, recommend
from pnet_pathways.engine.tables import CompiledPathways, TrackTable, compile_pathways
from pnet_pathways.model.pathway import Definitions, Pathway, Question, Track
from pnet_pathways.model.scenario_rows import LeafKind
from pnet_pathways.model.values import Value
from project_vocabulary import FACTS, VOCABULARY, applies, scenarios
from strategies import as_case

Key = tuple[str, str]
Outcome = frozenset[tuple[str, int]]
Values = tuple[Value | None, ...]

GAP = ("gap", 0)
"""Stands beside the options in an outcome where the track is silent."""

TRACKS = [(pathway.name, track) for pathway in load_pathways().pathways.values() for track in pathway.tracks]


@functools.cache
def compiled() -> CompiledPathways:
    return compile_pathways(load_pathways())


@pytest.fixture(params=TRACKS, ids="-".join)
def table(request: pytest.FixtureRequest) -> TrackTable:
    key: Key = request.param
    return compiled().tables[key]


def outcome(pathway: Pathway, track: Track, scenario: dict[str, Value]) -> Outcome:
    """Return what the statements say in a scenario, without the graph and without the table."""
    stands, offered = False, set[tuple[str, int]]()
    for statement in pathway.statements:
        when = dict(statement.placements).get(track.name)
        for option in statement.options:
            allowed = option.requires.evaluate(scenario.get)
            stands = stands or bool(allowed and when is not None and when.evaluate(scenario.get))
            if statement.track == track.name and allowed and statement.condition.evaluate(scenario.get):
                offered.add((statement.id, option.number))
    silence = load_pathways().groups[track.group].gap_when
    if silence is not None and silence.evaluate(scenario.get) and not stands:
        offered.add(GAP)
    return frozenset(offered)


def outcomes(table: TrackTable) -> list[tuple[dict[str, Value], Outcome]]:
    return [(one, outcome(table.pathway, table.track, one)) for one in scenarios(table.facts)]


def values(known: dict[str, Value]) -> Values:
    return tuple(known.get(name) for name in FACTS)


@functools.cache
def _partial_cases(facts: tuple[str, ...]) -> list[tuple[Values, dict[str, Value]]]:
    found: dict[Values, dict[str, Value]] = {}
    for scenario in scenarios(facts):
        for count in range(len(facts) + 1):
            for kept in itertools.combinations(facts, count):
                case = as_case({name: scenario[name] for name in kept})
                known = ((name, case.value(name)) for name in facts)
                found[case.values] = {name: value for name, value in known if value is not None}
    return list(found.items())


def partial_cases(table: TrackTable) -> list[tuple[Values, dict[str, Value]]]:
    """Return every consistent case of the track's facts, total or partial: its values, and what of them is known."""
    return _partial_cases(table.facts)


def agree(scenario: dict[str, Value], known: dict[str, Value]) -> bool:
    return all(scenario[name] == value for name, value in known.items())


# Options and gaps


def test_a_scenario_is_answered_as_its_statements_say(table: TrackTable) -> None:
    for scenario, expected in outcomes(table):
        answer = table.answer(values(scenario))
        assert all(one.certain for one in answer.offered)
        offered = {(one.option.statement, one.option.number) for one in answer.offered}
        assert offered | ({GAP} if answer.silence else set()) == expected


def test_a_partial_case_is_certain_of_what_every_completion_says_and_holds_possible_what_some_say(table: TrackTable) -> None:
    every = outcomes(table)
    for key, known in partial_cases(table):
        met = [expected for scenario, expected in every if agree(scenario, known)]
        answer = table.answer(key)
        found = {(one.option.statement, one.option.number): one.certain for one in answer.offered}
        if answer.silence:
            found[GAP] = answer.silence.certain
        assert set(found) == frozenset().union(*met)
        assert {one for one, certain in found.items() if certain} == met[0].intersection(*met)


def neighbors(table: TrackTable) -> list[tuple[dict[str, Value], dict[str, Value], str, Outcome]]:
    """Return the pairs of scenarios that differ in one fact alone, with the fact and what it changes.

    What the other value takes away with it (the size of a tumor that is not there) does not count as a difference.
    """
    found = []
    for (one, said), (other, said_there) in itertools.combinations(outcomes(table), 2):
        differ = [name for name in table.facts if one[name] != other[name]]
        lasting = [name for name in differ if applies(name, one) and applies(name, other)]
        if len(lasting) == 1 and said != said_there:
            found.append((one, other, lasting[0], said ^ said_there))
    return found


def test_a_possible_option_or_gap_depends_on_the_facts_that_alone_can_change_it(table: TrackTable) -> None:
    pairs = neighbors(table)
    for key, known in partial_cases(table):
        changing: dict[tuple[str, int], set[str]] = {}
        for one, other, name, changed in pairs:
            if agree(one, known) and agree(other, known):
                for what in changed:
                    changing.setdefault(what, set()).add(name)
        answer = table.answer(key)
        found = {(one.option.statement, one.option.number): set(one.depends_on) for one in answer.offered if not one.certain}
        if answer.silence and not answer.silence.certain:
            found[GAP] = set(answer.silence.depends_on)
        assert found == changing
        assert answer.missing == frozenset().union(*changing.values())


# The way through the graph


def test_a_scenario_is_traced_along_the_path_that_the_proof_of_agreement_walked(table: TrackTable) -> None:
    proven = load_pathways().scenarios[table.pathway.name, table.track.name]
    for row in proven.rows:
        scenario = dict(zip(proven.facts, row.values, strict=True))
        *steps, last = table.answer(values(scenario)).trace
        assert [step.state for step in steps] == [state for state, _ in row.path]
        assert (last.state, last.leaf) == (row.leaf, row.expected)
        assert all(step.fact and step.answer for step in steps)


def answers_left(table: TrackTable, state: str, known: dict[str, Value]) -> set[str]:
    """Return the answers of a question that fit what is known of its fact, or of the members of its group."""
    question = table.track.states[state]
    assert isinstance(question, Question)
    fitting = [
        value
        for value in VOCABULARY.choices(question.asks)
        if all(known.get(fact, part) == part for fact, part in VOCABULARY.as_facts(question.asks, value).items())
    ]
    return {answer.name for value in fitting if (answer := question.choice(value)) is not None}


def test_a_trace_stops_at_the_first_question_that_is_open(table: TrackTable) -> None:
    for key, known in partial_cases(table):
        *steps, last = table.answer(key).trace
        assert all(len(answers_left(table, step.state, known)) == 1 for step in steps)
        assert last.fact is None or (len(answers_left(table, last.state, known)) > 1 and last.answer is None)
        assert (last.leaf is None) is (last.fact is not None)


def test_a_track_asks_only_for_what_is_missing(table: TrackTable) -> None:
    for key, _ in partial_cases(table):
        answer = table.answer(key)
        assert set(answer.asks) <= answer.missing
        assert len(set(answer.asks)) == len(answer.asks)


def test_a_track_asks_first_where_it_stands(table: TrackTable) -> None:
    for key, _ in partial_cases(table):
        answer = table.answer(key)
        standing = answer.trace[-1].fact
        facts = [] if standing is None else [fact for fact in VOCABULARY.facts_of(standing) if fact in answer.missing]
        assert list(answer.asks[: len(facts)]) == facts


@pytest.mark.parametrize(
    ("pathway", "asks"),
    [
        ("insulinoma", ("pancreatic_tumors", "resectable", "sites.head", "sites.body", "sites.tail", "size")),
        (
            "gastrinoma",
            (
                *("pancreatic_tumors", "duodenal_tumors"),
                *("sites.head", "sites.body", "sites.tail"),
                *("resectable", "residual_after_surgery"),
            ),
        ),
    ],
)
def test_facts_are_asked_as_the_graph_comes_to_them_answer_by_answer(pathway: str, asks: tuple[str, ...]) -> None:
    assert compiled().tables[pathway, "primary"].answer(Case().values).asks == asks


# Tables


def test_a_track_without_facts_answers_at_once() -> None:
    answer = compiled().tables["vipoma", "supportive.fluids"].answer(Case().values)
    assert [(one.option.statement, one.certain) for one in answer.offered] == [("VIP-1", True)]
    assert (answer.missing, answer.silence) == (frozenset(), None)


def test_an_answer_is_kept_for_every_case_that_looks_the_same_to_the_track() -> None:
    table = compiled().tables["insulinoma", "primary"]
    one = Case(resectable=False, size="small")
    other = Case(resectable=False, size="small", course="recurrent", severe_symptoms=True)
    assert table.answer(one.values) is table.answer(other.values)


def test_a_statement_that_stands_in_two_tracks_is_offered_by_the_first() -> None:
    holders = [key for key, table in compiled().tables.items() if "VIP-3" in {one.statement for one in table.options}]
    assert holders == [("vipoma", "primary")]


@pytest.mark.parametrize(
    ("facts", "offered"),
    [
        ({"resectable": False, "spread": []}, True),
        ({"resectable": True, "spread": ["liver"]}, True),
        ({"resectable": True, "spread": ["other"]}, True),
        ({"resectable": True, "spread": ["lymph_nodes"]}, False),
    ],
)
def test_a_statement_that_stands_in_two_tracks_is_offered_where_either_condition_holds(
    facts: dict[str, object], offered: bool
) -> None:
    answer = compiled().tables["vipoma", "primary"].answer(Case.from_dict(facts).values)
    assert ("VIP-3" in {one.option.statement for one in answer.offered}) is offered


def test_options_stand_in_the_order_of_the_text() -> None:
    for table in compiled().tables.values():
        items = [option.item for option in table.options]
        assert items == sorted(items)


# Plans


@pytest.mark.parametrize("kind", [kind for kind in TumorType if load_pathways().entry.types[kind].pathway])
def test_a_plan_holds_the_types_own_tracks_and_those_for_every_type(definitions: Definitions, kind: TumorType) -> None:
    names = {definitions.entry.types[kind].pathway, *definitions.entry.common}
    assert {table.pathway.name for table in compiled().plans[kind]} == names
    assert len(compiled().plans[kind]) == sum(len(definitions.pathways[str(name)].tracks) for name in names)


def test_out_of_scope_types_have_no_plan(definitions: Definitions) -> None:
    outside = {kind for kind, entry in definitions.entry.types.items() if entry.pathway is None}
    assert outside == {"acth_producing", "exocrine"}
    assert not outside & set(compiled().plans)


def test_the_plan_of_an_unknown_type_holds_every_track_once(definitions: Definitions) -> None:
    keys = [(table.pathway.name, table.track.name) for table in compiled().plans[None]]
    assert sorted(keys) == sorted(TRACKS)


def test_every_plan_keeps_the_order_of_the_answers_tracks(definitions: Definitions) -> None:
    order = list(definitions.groups)
    for plan in compiled().plans.values():
        places = [order.index(table.track.group) for table in plan]
        assert places == sorted(places)


def test_a_plan_reads_what_its_tracks_read() -> None:
    for kind, plan in compiled().plans.items():
        assert compiled().reads[kind] == {fact for table in plan for fact in table.reads}


def test_a_track_reads_no_fact_that_nothing_in_it_uses() -> None:
    assert "size" not in compiled().tables["gastrinoma", "primary"].reads
    assert "mostly_liver" not in compiled().tables["recurrent", "course"].reads


def test_a_gap_is_told_only_on_leaves_that_name_one(table: TrackTable) -> None:
    for key, _ in partial_cases(table):
        silence = table.answer(key).silence
        assert silence is None or {leaf.kind for leaf in silence.leaves} == {LeafKind.GAP}


def test_a_certain_gap_has_one_leaf_when_everything_is_known(table: TrackTable) -> None:
    for scenario in scenarios(table.facts):
        silence = table.answer(values(scenario)).silence
        assert silence is None or len(silence.leaves) == 1


def test_where_changing_one_of_several_facts_is_enough_all_are_named() -> None:
    case = {"tumor_type": "other", "resectable": True, "spread": ["lymph_nodes"], "course": "new"}
    nearest = {near.statement: near for gap in recommend(case).gaps for near in gap.nearest}
    assert {name: ([one.fact for one in near.differs], near.any_one) for name, near in nearest.items()} == {
        "OTH-2": (["spread.liver", "spread.other"], True),
        "OTH-3": (["spread.liver", "spread.other", "course"], True),
    }


def test_a_value_that_no_answer_takes_on_an_impossible_path_is_no_error(folder: Path) -> None:
    """The sites are asked where there is no tumor; a case with a site and an unknown number never gets there."""
    file = folder / "somatostatinoma.yaml"
    text = file.read_text("utf-8")
    start = "    start: removable\n    states:\n"
    assert text.count(start) == 1
    asked = (
        "    start: number\n    states:\n"
        "      number: {asks: pancreatic_tumors, answers: {none: where, one or several: removable}}\n"
        "      where: {asks: sites, answers: {none: removable}}\n"
    )
    file.write_text(text.replace(start, asked), "utf-8")
    answer = recommend({"tumor_type": "somatostatinoma", "sites": ["head"]}, load_pathways(folder))
    assert "resectable" in answer.missing


def test_a_fact_that_takes_another_away_is_missing_where_only_the_other_is_read(folder: Path) -> None:
    file = folder / "somatostatinoma.yaml"
    text = file.read_text("utf-8")
    for old, new in (
        ("when: always", "when: {mostly_liver: false}"),
        ("    start: removable\n    states:\n", "    start: mostly\n    states:\n"
         "      mostly: {asks: mostly_liver, answers: {no: removable, yes: silent}}\n"
         "      silent: {gap: Nothing is said.}\n"),
    ):  # fmt: skip
        assert text.count(old) == 1
        text = text.replace(old, new)
    file.write_text(text, "utf-8")
    case = {
        "tumor_type": "somatostatinoma",
        "resectable": True,
        "spread": {"lymph_nodes": False, "other": True},
        "course": "new",
    }
    (offered,) = [one for one in recommend(case, load_pathways(folder)).options if one.statement == "SOM-1"]
    assert offered.depends_on == ("spread.liver", "mostly_liver")
