"""What the report page's evaluator looks up, against the library; that it does so rightly is in ``tests/browser``."""

from __future__ import annotations

import itertools
import json
import math
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pnet_pathways import Case
from pnet_pathways.engine.recommend import engine_for
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.scenario_rows import LeafKind
from pnet_pathways.model.values import Value
from pnet_pathways.model.vocabulary import Vocabulary
from pnet_pathways.views import report
from pnet_pathways.views.report.alternatives import alternatives_data
from pnet_pathways.views.report.tables import evaluator_data
from pnet_pathways.views.report.vocabulary import code_of
from views.report_page import Element, by_id, read


@pytest.fixture(scope="module")
def elements(page: str) -> list[Element]:
    return read(page)


@pytest.fixture(scope="module")
def data(definitions: Definitions) -> Mapping[str, Any]:
    return evaluator_data(definitions)


def codes_left(vocabulary: Vocabulary, known: dict[str, Value], name: str) -> int:
    """Return, as a mask over a fact's codes, the values with which what is known has a consistent completion."""
    if name in known:
        return 1 << code_of(vocabulary.facts[name], known[name])
    domain = vocabulary.facts[name].domain
    return sum(1 << code for code, value in enumerate(domain, 1) if vocabulary.consistent({**known, name: value}))


def some_cases(vocabulary: Vocabulary, facts: Iterable[str], draw: random.Random, most: int) -> Iterator[dict[str, Value]]:
    """Yield consistent partial cases of some facts and of those that rules tie to them: all of them where they are few."""
    every = [name for name in vocabulary.facts if any(name in vocabulary.tied_to(fact) for fact in facts)]
    domains = [(None, *vocabulary.facts[name].values) for name in every]
    few = math.prod(map(len, domains)) <= most
    drawn = itertools.product(*domains) if few else ([draw.choice((None, *one)) for one in domains] for _ in range(most))
    for values in drawn:
        known = {name: value for name, value in zip(every, values, strict=True) if value is not None}
        if vocabulary.consistent(known):
            yield known


def test_each_track_has_its_exact_answer_to_partial_cases(definitions: Definitions, data: dict[str, Any]) -> None:
    vocabulary, tables, draw = definitions.vocabulary, engine_for(definitions).compiled.tables.values(), random.Random(7)  # noqa: S311
    for table, track in zip(tables, data["tracks"], strict=True):
        index = dict(zip(track["index"][::2], track["index"][1::2], strict=True))
        assert set(index.values()) == set(range(len(track["answers"])))
        asked = 0
        for known in some_cases(vocabulary, table.facts, draw, 2000):
            place = 0
            for name, sets in zip(track["keys"], track["sets"], strict=True):
                place = place * len(sets) + sets.index(codes_left(vocabulary, known, name))
            offered, gaps, _ = track["answers"][index[place]]
            answer = table.answer(tuple(known.get(name) for name in vocabulary.facts))
            assert [
                (track["options"][at]["statement"], bool(certain), tuple(table.facts[one] for one in depends))
                for at, certain, depends in track["offered"][offered]
            ] == [(one.option.statement, one.certain, one.depends_on) for one in answer.offered]
            assert [
                (track["silences"][at]["kind"], tuple(track["silences"][at]["messages"]), bool(certain), len(nearest))
                for at, certain, _, nearest in track["gaps"][gaps]
            ] == [(one.kind, one.messages, one.certain, len(one.nearest)) for one in answer.gaps]
            asked += 1
        assert asked > 0


def test_each_alternative_has_the_scenarios_of_the_tracks_that_it_reads_otherwise(definitions: Definitions) -> None:
    engine = engine_for(definitions)
    data = alternatives_data(engine)
    assert [(one["reading"], one["alternative"]) for one in data["each"]] == [
        (one.reading, one.id) for one in definitions.alternatives
    ]
    for one in data["each"]:
        other = engine.under({one["reading"]: one["alternative"]})
        changed = {
            f"{key[0]}.{key[1]}" for key, table in other.compiled.tables.items() if table is not engine.compiled.tables[key]
        }
        assert set(one["tracks"]) == changed
        assert {name.partition(".")[0] for name in changed} == set(one["pathways"])
        for name, track in one["tracks"].items():
            table = next(table for key, table in other.compiled.tables.items() if f"{key[0]}.{key[1]}" == name)
            rows = data["rows"][track["rows"]]
            assert len(rows) == len(table.rows) == len(track["holds"])
            for codes, held, row in zip(rows, track["holds"], table.rows, strict=True):
                domains = [definitions.vocabulary.facts[fact].domain for fact in track["facts"]]
                assert tuple(domain[code - 1] for domain, code in zip(domains, codes, strict=True)) == row.values
                options, silent, combines = track["cases"][held]
                assert {track["options"][at]["statement"] for at in options} == {statement for statement, _ in row.holds}
                assert (silent is not None) == (row.expected is LeafKind.GAP)
                assert bool(combines) == row.combines


def test_linked_findings_have_exactly_the_rows_that_the_rules_allow(definitions: Definitions, data: dict[str, Any]) -> None:
    vocabulary = definitions.vocabulary
    told = data["vocabulary"]["linked"]
    assert [set(one["facts"]) for one in told] == [set(one) for one in vocabulary.linked_sets]
    for linked in told:
        domains = [vocabulary.facts[name].domain for name in linked["facts"]]
        rows = {tuple(domain[code - 1] for domain, code in zip(domains, row, strict=True)) for row in linked["rows"]}
        for values in itertools.product(*domains):
            known = dict(zip(linked["facts"], values, strict=True))
            assert (values in rows) == (not vocabulary.broken_rules(known)) == vocabulary.consistent(known)
    reasons = [rule["because"] for linked in told for rule in linked["rules"]]
    assert sorted(reasons) == sorted(rule.because for rule in vocabulary.rules)


def test_the_form_asks_every_fact_once_and_a_group_as_one(definitions: Definitions, elements: list[Element]) -> None:
    vocabulary = definitions.vocabulary
    fields = [one.attributes["data-fact"] for one in elements if one.tag == "fieldset" and "data-fact" in one.attributes]
    assert fields == list(dict.fromkeys(fact.group or name for name, fact in vocabulary.facts.items()))
    for name, group in vocabulary.groups.items():
        boxes = [one.attributes for one in elements if one.tag == "input" and one.attributes.get("name") == name]
        assert {one["type"] for one in boxes} == {"checkbox"}
        assert [one["value"] for one in boxes] == [*group.members, "none"]


def test_the_plans_are_the_librarys(definitions: Definitions, data: dict[str, Any]) -> None:
    plans = engine_for(definitions).plans
    assert data["plans"] == {key or "": {**plan.to_dict(), "reads": sorted(plan.reads)} for key, plan in plans.items()}
    named = {f"{track['pathway']}.{track['name']}" for track in data["tracks"]}
    assert {table for plan in data["plans"].values() for table in plan["tables"]} == named


def test_no_script_and_no_template_names_a_fact_or_a_group(definitions: Definitions) -> None:
    """They take the vocabulary as data."""
    vocabulary = definitions.vocabulary
    names = {*vocabulary.facts, *vocabulary.groups} - {"course"}  # a section of the overview, too
    for path in Path(report.__file__).parent.iterdir():
        if path.suffix in {".js", ".jinja"}:
            found = set(re.findall(r"[\w.]+", path.read_text("utf-8"))) & names
            assert found == set(), path.name


def test_every_answer_in_a_diagram_leads_to_its_values(definitions: Definitions, data: dict[str, Any]) -> None:
    vocabulary = definitions.vocabulary
    for track in data["tracks"]:
        own = definitions.pathways[track["pathway"]].tracks[track["name"]]
        for question in own.questions:
            shown: list[dict[str, Any]] = track["marks"][question.name]["answers"]
            assert track["marks"][question.name]["asks"] == question.asks
            values = [[vocabulary.answer(question.asks, value) for value in one.values] for one in question.answers]
            assert [one["values"] for one in shown] == values
            assert [one["name"] for one in shown] == [one.name for one in question.answers]


def test_every_state_is_drawn_on_some_page_and_what_is_cut_off_begins_another(
    definitions: Definitions, elements: list[Element]
) -> None:
    pages = json.loads(by_id(elements, "data").text)["pages"]
    for pathway in definitions.pathways.values():
        for track in pathway.tracks.values():
            pieces = [
                piece
                for page in pages
                for piece in page["pieces"]
                if page["diagram"] == pathway.name and piece["track"] == track.name
            ]
            assert {name for piece in pieces for name in piece["states"]} == set(track.states)
            begins = {piece["states"][0] for piece in pieces}
            assert begins == {track.start, *(name for piece in pieces for name in piece["cut"])}


def test_an_option_has_the_contracts_keys_in_its_order(definitions: Definitions, data: dict[str, Any]) -> None:
    """What depends on the case is put in where its key stands, so that answers are equal to the byte."""
    answer = engine_for(definitions).recommend(Case()).to_dict()
    options = [option for track in data["tracks"] for option in track["options"]]
    assert {tuple(option) for option in options} == {tuple(answer["options"][0])}
    assert {(option["certainty"], option["depends_on"]) for option in options} == {(None, None)}
