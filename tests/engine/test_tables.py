"""The compiled tables against the statements themselves, over every scenario and every partial case of a track."""

from __future__ import annotations

import functools
import itertools
from pathlib import Path

import attrs
import pytest

from pnet_pathways import Case, TumorType, load_pathways, recommend
from pnet_pathways.engine.tables import CompiledPathways, GapKind, TrackAnswer, TrackGap, TrackTable, compile_pathways
from pnet_pathways.model.pathway import Definitions, Leaf, Pathway, Question, Track
from pnet_pathways.model.values import Value
from project_vocabulary import FACTS, VOCABULARY, applies

Key = tuple[str, str]
What = tuple[str, int]
"""An option by statement and number, or a gap."""
Values = tuple[Value | None, ...]
Scenario = dict[str, Value]

SILENT, COMBINATION = ("silent", 0), ("combination", 0)
"""Stand beside the options of a scenario where the track is silent, and where findings stand side by side."""

TRACKS = [(pathway.name, track) for pathway in load_pathways().pathways.values() for track in pathway.tracks]


@functools.cache
def compiled() -> CompiledPathways:
    return compile_pathways(load_pathways())


@pytest.fixture(params=TRACKS, ids="-".join)
def table(request: pytest.FixtureRequest) -> TrackTable:
    key: Key = request.param
    return compiled().tables[key]


def outcome(pathway: Pathway, track: Track, scenario: Scenario) -> frozenset[What]:
    """Return what the statements say in a scenario, without the graph and without the table."""
    offered = set[What]()
    for statement in pathway.statements:
        when = dict(statement.placements).get(track.name)
        for option in statement.options:
            if when is not None and when.evaluate(scenario.get) and option.requires.evaluate(scenario.get):
                offered.add((statement.id, option.number))
    silence = load_pathways().groups[track.group].gap_when
    combined = [one for one in pathway.combinations if one.track == track.name and one.when.evaluate(scenario.get)]
    gaps = {SILENT} if silence is not None and silence.evaluate(scenario.get) and not offered else set()
    return frozenset({*offered, *gaps, *({COMBINATION} if combined else ())})


@attrs.frozen(eq=False)
class Space:
    """The scenarios of a track over its facts, what is said in each, and the rows that have a value or an outcome as masks."""

    facts: tuple[str, ...]
    rows: tuple[Scenario, ...]
    said: tuple[frozenset[What], ...]
    literals: dict[tuple[str, Value], int]
    where: dict[What, int]

    @classmethod
    def of(cls, table: TrackTable) -> Space:
        rows = tuple(VOCABULARY.combinations(table.facts))
        said = tuple(outcome(table.pathway, table.track, row) for row in rows)
        literals: dict[tuple[str, Value], int] = {}
        where: dict[What, int] = {}
        for number, (row, whats) in enumerate(zip(rows, said, strict=True)):
            for item in row.items():
                literals[item] = literals.get(item, 0) | 1 << number
            for what in whats:
                where[what] = where.get(what, 0) | 1 << number
        return cls(table.facts, rows, said, literals, where)

    @functools.cached_property
    def partial(self) -> dict[Values, int]:
        """Every consistent case of the track's facts, total or partial: its values, and the scenarios that it leaves open."""
        found: list[tuple[Scenario, int]] = [({}, (1 << len(self.rows)) - 1)]
        for name in self.facts:
            for known, mask in list(found):
                for value in FACTS[name].values:
                    if left := mask & self.literals.get((name, value), 0):
                        found.append(({**known, name: value}, left))
        return {values(known): mask for known, mask in found}

    @functools.cached_property
    def cases(self) -> tuple[tuple[Values, int], ...]:
        """One case for each set of scenarios that some case leaves open."""
        return tuple((key, mask) for mask, key in {mask: key for key, mask in self.partial.items()}.items())

    def known(self, mask: int) -> Scenario:
        """Return what all of some scenarios say."""
        return {name: value for (name, value), here in self.literals.items() if not mask & ~here}

    @functools.cached_property
    def changes(self) -> dict[tuple[What, str], tuple[int, ...]]:
        """By outcome and fact: the pairs of scenarios, as masks, that differ in this fact alone and in the outcome.

        What the other value takes away with it (the size of a tumor that is not there) does not count as a difference.
        """
        found: dict[tuple[What, str], list[int]] = {}
        for (one, row), (other, other_row) in itertools.combinations(enumerate(self.rows), 2):
            if self.said[one] == self.said[other]:
                continue
            differ = [name for name in self.facts if row[name] != other_row[name]]
            lasting = [name for name in differ if applies(name, row) and applies(name, other_row)]
            if len(lasting) == 1:
                for what in self.said[one] ^ self.said[other]:
                    found.setdefault((what, lasting[0]), []).append(1 << one | 1 << other)
        return {key: tuple(pairs) for key, pairs in found.items()}


@functools.cache
def space(table: TrackTable) -> Space:
    return Space.of(table)


def values(known: Scenario) -> Values:
    return tuple(known.get(name) for name in FACTS)


def gap(table: TrackTable, key: Values, kind: GapKind) -> TrackGap | None:
    return next((one for one in table.answer(key).gaps if one.kind is kind), None)


def told(table: TrackTable, key: Values) -> dict[What, tuple[bool, set[str]]]:
    """Return everything that a table says of a case: whether it is certain, and what it depends on."""
    answer = table.answer(key)
    found = {(one.option.statement, one.option.number): (one.certain, set(one.depends_on)) for one in answer.offered}
    kinds = {GapKind.SILENT: SILENT, GapKind.COMBINATION: COMBINATION}
    return {**found, **{kinds[one.kind]: (one.certain, set(one.depends_on)) for one in answer.gaps}}


# Options and gaps


def test_a_scenario_is_answered_as_its_statements_say(table: TrackTable) -> None:
    for scenario, expected in zip(space(table).rows, space(table).said, strict=True):
        assert told(table, values(scenario)) == {what: (True, set()) for what in expected}


def test_every_partial_case_leaves_the_scenarios_open_that_agree_with_it(table: TrackTable) -> None:
    rows = [tuple(row[name] for name in table.facts) for row in space(table).rows]
    assert [row.values for row in table.rows] == rows
    assert all(table.open_rows(key) == mask for key, mask in space(table).partial.items())


def test_a_partial_case_is_certain_of_what_every_completion_says_and_holds_possible_what_some_say(table: TrackTable) -> None:
    where = space(table).where
    for key, mask in space(table).cases:
        found = {what: certain for what, (certain, _) in told(table, key).items()}
        assert found == {what: not mask & ~here for what, here in where.items() if mask & here}


def test_a_possible_option_or_gap_depends_on_the_facts_that_alone_can_change_it(table: TrackTable) -> None:
    changes = space(table).changes
    for key, mask in space(table).cases:
        found = {what: depends for what, (certain, depends) in told(table, key).items() if not certain}
        expected = {
            what: {name for one, name in changes if one == what and any(mask & pair == pair for pair in changes[what, name])}
            for what in found
        }
        assert found == expected
        assert missing(table.answer(key)) == frozenset[str]().union(*expected.values())


# The way through the graph


def test_a_scenario_is_traced_along_the_path_that_the_proof_of_agreement_walked(table: TrackTable) -> None:
    proven = load_pathways().scenarios[table.pathway.name, table.track.name]
    for row in proven.rows:
        scenario = dict(zip(proven.facts, row.values, strict=True))
        *steps, last = table.answer(values(scenario)).trace
        assert [step.state for step in steps] == [state for state, _ in row.path]
        assert (last.state, last.leaf) == (row.leaf, row.expected)
        assert all(step.fact and step.answer for step in steps)


def missing(answer: TrackAnswer) -> frozenset[str]:
    """Return the unknown facts on which something of an answer depends."""
    depends = (*(one.depends_on for one in answer.offered), *(gap.depends_on for gap in answer.gaps))
    return frozenset(fact for facts in depends for fact in facts)


def answers_left(table: TrackTable, state: str, known: Scenario) -> set[str]:
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
    for key, mask in space(table).cases:
        known = space(table).known(mask)
        *steps, last = table.answer(key).trace
        assert all(len(answers_left(table, step.state, known)) == 1 for step in steps)
        assert last.fact is None or (len(answers_left(table, last.state, known)) > 1 and last.answer is None)
        assert (last.leaf is None) is (last.fact is not None)


# Tables


def test_a_track_without_facts_answers_at_once() -> None:
    answer = compiled().tables["vipoma", "supportive.fluids"].answer(Case().values)
    assert [(one.option.statement, one.certain) for one in answer.offered] == [("VIP-1", True)]
    assert (missing(answer), answer.gaps) == (frozenset(), ())


def test_an_answer_is_kept_for_every_case_that_looks_the_same_to_the_track() -> None:
    table = compiled().tables["insulinoma", "primary"]
    one = Case(resectable=False, size="small")
    other = Case(resectable=False, size="small", pancreatic_tumors="one", severe_symptoms=True)
    assert table.answer(one.values) is table.answer(other.values)


@pytest.mark.parametrize("statement", ["VIP-3", "INS-5", "GLU-4"])
def test_a_statement_of_two_tracks_has_its_options_in_both_tables(statement: str) -> None:
    tracks = {track for (_, track), table in compiled().tables.items() for one in table.options if one.statement == statement}
    assert tracks == {"primary", "spread"}


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


def test_a_silent_gap_is_told_in_the_words_of_the_leaves_where_it_can_arise(table: TrackTable) -> None:
    leaves = [table.track.states[row.leaf] for row in table.rows]
    for key, mask in space(table).cases:
        here = mask & space(table).where.get(SILENT, 0)
        messages = {leaf.message for number, leaf in enumerate(leaves) if here >> number & 1 and isinstance(leaf, Leaf)}
        silent = gap(table, key, GapKind.SILENT)
        assert messages == (set() if silent is None else set(silent.messages))


def test_a_gap_is_told_in_one_way_when_everything_is_known(table: TrackTable) -> None:
    for scenario in space(table).rows:
        assert all(len(one.messages) == 1 for one in table.answer(values(scenario)).gaps)


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
    start = "    start: primary_removed\n    states:\n"
    assert text.count(start) == 1
    asked = (
        "    start: number\n    states:\n"
        "      number: {asks: pancreatic_tumors, answers: {none: where, one or several: primary_removed}}\n"
        "      where: {asks: sites, answers: {none: primary_removed}}\n"
    )
    file.write_text(text.replace(start, asked), "utf-8")
    answer = recommend({"tumor_type": "somatostatinoma", "sites": ["head"]}, load_pathways(folder))
    assert "resectable" in answer.missing


def test_a_fact_that_takes_another_away_is_missing_where_only_the_other_is_read(folder: Path) -> None:
    file = folder / "somatostatinoma.yaml"
    text = file.read_text("utf-8")
    for old, new in (
        ("when: {primary_removed: false}", "when: {primary_removed: false, mostly_liver: false}"),
        ("          no: resectable\n      resectable:\n", "          no: mostly\n"
         "      mostly: {asks: mostly_liver, answers: {no: resectable, yes: silent}}\n"
         "      silent: {gap: Nothing is said.}\n"
         "      resectable:\n"),
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
