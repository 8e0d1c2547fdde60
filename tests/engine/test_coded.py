"""Answers by code against those from the tables of the tracks: the same in every field and order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from pnet_pathways import load_pathways
from pnet_pathways.engine.answer import Recommendation
from pnet_pathways.engine.recommend import Engine, engine_for
from pnet_pathways.model import codes as codes_module
from pnet_pathways.model.case import Case
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.proof.verify.space import Space
from project_vocabulary import VOCABULARY
from random_cases import random_cases

ALTERNATIVES = [f"{one.reading}={one.id}" for one in load_pathways().alternatives]
TRACKS = [(pathway.name, track) for pathway in load_pathways().pathways.values() for track in pathway.tracks]


def everything(answer: Recommendation) -> object:
    """Return all that an answer says. The way through the graphs and what comes nearest hang on the tracks' own answers."""
    shared = answer.shared
    said = (shared.status, shared.pathway, shared.options, shared.gaps, shared.missing, shared.tables, shared.note)
    read = (shared.reads, sorted(shared.whole_readings), answer.case)
    return said, read, [id(one) for one in shared.walked], [id(one) for gap in shared.gaps for one in gap.found]


@pytest.mark.parametrize("key", TRACKS, ids="-".join)
def test_every_partial_case_of_a_track_is_told_what_the_tables_of_the_tracks_tell(
    definitions: Definitions, key: tuple[str, str]
) -> None:
    engine = engine_for(definitions)
    space = Space.over(VOCABULARY, engine.compiled.tables[key].facts)
    type_ = next(name for name, entry in definitions.entry.types.items() if key[0] in definitions.entry.bears_on(name))
    for given, _ in space.cases():
        known = {name: value for name, value in zip(space.names, given, strict=True) if value is not None}
        case = Case.of_consistent(VOCABULARY, {**known, VOCABULARY.entry: type_})
        assert everything(engine.recommend(case)) == everything(engine.reference(case)), case


def test_cases_of_which_anything_is_known_are_told_what_the_tables_of_the_tracks_tell(definitions: Definitions) -> None:
    engine = engine_for(definitions)
    for case in random_cases(14, 2000):
        assert everything(engine.recommend(case)) == everything(engine.reference(case)), case


@pytest.mark.parametrize("reading", ALTERNATIVES)
def test_it_is_the_same_under_each_alternative(definitions: Definitions, reading: str) -> None:
    engine = engine_for(definitions).under(dict([reading.split("=")]))
    for case in random_cases(len(reading), 60):
        assert everything(engine.recommend(case)) == everything(engine.reference(case)), case


def test_a_section_is_keyed_by_all_facts_that_are_tied_to_what_its_tables_read(definitions: Definitions) -> None:
    for plan in engine_for(definitions).coded.values():
        assert [table for one in plan.clusters for table in one.cluster.tables] == list(plan.plan.tables)
        for one in plan.clusters:
            names = {name for table in one.cluster.tables for evidence in table.evidence for name in evidence.names}
            assert set(VOCABULARY.codes.names[one.mask]) == names


def test_tracks_that_share_a_statement_are_one_section(definitions: Definitions) -> None:
    plans = engine_for(definitions).plans
    tracks = {key: [{table.track.group for table in one.tables} for one in plan.clusters] for key, plan in plans.items()}
    assert tracks["insulinoma"] == tracks[None] == [{"primary", "spread"}, {"supportive"}, {"course"}]
    assert tracks["gastrinoma"] == [{"primary"}, {"spread"}, {"supportive"}, {"course"}]
    for plan in plans.values():
        within = [(name, home, other) for one in plan.clusters for name, home, other in one.guests]
        assert [name for name, *_ in within] == [name for name, *_ in plan.guests]


def test_cases_that_leave_the_same_open_share_what_they_are_told(definitions: Definitions) -> None:
    engine = engine_for(definitions)
    one, other = ({"tumor_type": "insulinoma", "size": "small", **more} for more in ({}, {"pancreatic_tumors": "one"}))
    assert engine.recommend(one).shared is engine.recommend(other).shared
    assert engine.recommend(one) != engine.recommend(other)


def test_tables_that_start_anew_again_and_again_say_the_same(definitions: Definitions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes_module, "REMEMBERED", 2)
    engine = Engine(definitions)
    for case in random_cases(3, 200):
        assert everything(engine.recommend(case)) == everything(engine.reference(case)), case


def test_threads_that_fill_the_same_tables_are_told_the_same(definitions: Definitions) -> None:
    engine, cases = Engine(definitions), random_cases(5, 300)
    with ThreadPoolExecutor(8) as pool:
        every = list(pool.map(lambda _: [engine.recommend(case) for case in cases], range(8)))
    expected = [engine.reference(case) for case in cases]
    assert all(answers == expected for answers in every)


def test_a_fault_in_a_coded_table_is_seen(definitions: Definitions) -> None:
    """The comparison is none of a thing with itself."""
    engine = Engine(definitions)
    case = Case.from_dict({"tumor_type": "vipoma", "resectable": False}, VOCABULARY)
    cluster = engine.coded["vipoma"].clusters[0]
    told = cluster.answers[case.closed & cluster.mask]
    cluster.answers[case.closed & cluster.mask] = attrs.evolve(told, options=told.options[1:])
    engine.coded["vipoma"].answers.clear()
    assert everything(engine.recommend(case)) != everything(engine.reference(case))
