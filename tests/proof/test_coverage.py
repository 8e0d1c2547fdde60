"""Coverage of a user's own cases: exact for partial ones, an example for each thing left out, nothing skipped in silence."""

from __future__ import annotations

import json
from itertools import product

import pytest

from pnet_pathways import Case
from pnet_pathways.model.errors import SuiteError
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.proof.scenarios.space import all_scenarios, scenario_space
from pnet_pathways.proof.suites.coverage import (
    MEASURED,
    Measure,
    Uncovered,
    coverage,
)
from pnet_pathways.proof.suites.coverage_dot import coverage_dot
from pnet_pathways.proof.suites.covers import Cover
from pnet_pathways.proof.suites.graph_goals import OF_GRAPHS
from pnet_pathways.proof.suites.suites import known_goals, suite
from project_vocabulary import FACTS, VOCABULARY
from proof.test_scenarios import NAMES, reading_the_type

__all__ = ["reading_the_type"]


@pytest.mark.parametrize("name", NAMES)
def test_all_scenarios_cover_everything(name: str) -> None:
    cases = (record.case for record in all_scenarios(name))
    report = coverage(name, cases, covers=OF_GRAPHS if name == "gastrinoma" else MEASURED)
    assert {one.percent for one in report.measures} == {100.0}
    assert not report.below(100, MEASURED)
    assert (report.used, report.partial, report.skipped) == (scenario_space(name).count, 0, "")


@pytest.mark.parametrize(
    ("name", "cover"),
    [(name, cover) for name in NAMES for cover in Cover if cover is not Cover.TRIPLES or name in {"recurrent", "vipoma"}],
)
def test_a_suite_covers_what_it_says(name: str, cover: Cover) -> None:
    made = suite(name, cover)
    measured = coverage(name, (record.case for record in made.records()), covers=[cover]).measure(cover)
    assert (measured.percent, measured.total, measured.uncovered) == (100.0, made.goals, ())


@pytest.mark.parametrize("cover", Cover)
@pytest.mark.parametrize("name", ["recurrent", "vipoma", "supportive"])
def test_a_partial_case_covers_exactly_what_all_its_completions_cover(name: str, cover: Cover) -> None:
    """Every partial case over the pathway's facts, against every one of its completions."""
    space = scenario_space(name)
    goals = known_goals(space, cover)
    scenarios = [(scenario, goals.reached(scenario)) for scenario in space]
    facts = space.varying
    for chosen in product(*((None, *FACTS[fact].values) for fact in facts)):
        known = {fact: value for fact, value in zip(facts, chosen, strict=True) if value is not None}
        if not VOCABULARY.consistent(known):
            continue
        always = -1
        for scenario, mask in scenarios:
            if all(scenario[fact] == value for fact, value in known.items()):
                always &= mask
        assert goals.certain(Case.from_facts(known, VOCABULARY).values) == always, known


def test_a_state_behind_an_unknown_fact_is_covered_where_every_way_leads_there() -> None:
    """Spread to the liver, mostly or not: one way leads round the question of severe symptoms, none round that of removal."""
    case = Case.from_dict({"tumor_type": "insulinoma", "spread": {"liver": True}, "severe_symptoms": False})
    covered = coverage("insulinoma", [case], covers=[Cover.STATES]).measure(Cover.STATES).covered
    assert "spread/spread_resectable" in covered
    assert "spread/severe_symptoms" not in covered


@pytest.mark.parametrize("cover", Cover)
@pytest.mark.parametrize("name", NAMES)
def test_each_example_covers_its_goal_and_needs_each_of_its_facts(name: str, cover: Cover) -> None:
    report = coverage(name, [], covers=[cover])
    goals = known_goals(report.space, cover)
    number = {goal: place for place, goal in enumerate(goals.names)}
    for uncovered in report.measure(cover).uncovered[:: 50 if cover is Cover.TRIPLES else 5]:
        bit = 1 << number[uncovered.name]
        assert goals.certain(uncovered.example.values) & bit
        for fact in uncovered.example.known():
            if fact != "tumor_type":
                assert not goals.certain(uncovered.example.with_(**{fact: None}).values) & bit, (uncovered, fact)


def test_an_example_for_what_does_not_apply_says_what_takes_it_away() -> None:
    uncovered = coverage("insulinoma", [], covers=[Cover.PAIRS]).measure(Cover.PAIRS).uncovered
    example = next(one.example for one in uncovered if one.name == "size does not apply, resectable yes")
    assert example.to_dict() == {"tumor_type": "insulinoma", "pancreatic_tumors": "none", "resectable": True}


CASES = [
    Case(tumor_type="vipoma", resectable=True),
    Case(tumor_type="vipoma", resectable=False),
    Case(tumor_type="gastrinoma"),
    Case(tumor_type="insulinoma"),
    Case(tumor_type="insulinoma"),
    Case(tumor_type="exocrine"),
    Case(),
]


def test_cases_of_other_types_are_counted_and_skipped() -> None:
    report = coverage("vipoma", CASES)
    assert (report.used, report.partial) == (2, 2)
    assert report.skipped == "1 of the type exocrine, 1 of the type gastrinoma, 2 of the type insulinoma, 1 of unknown type"


def test_a_pathway_for_every_type_takes_every_type_in_scope_and_unknown() -> None:
    report = coverage("recurrent", CASES)
    assert (report.used, report.skipped) == (6, "1 of the type exocrine")


def test_where_a_condition_reads_the_type_the_case_must_have_it(reading_the_type: Definitions) -> None:
    case = {"course": "recurrent", "resectable": True, "spread": {"liver": True}}
    for kind, covered in (("vipoma", ("REC-1", "REC-2")), ("other", ("REC-1",)), (None, ("REC-1",))):
        report = coverage("recurrent", [Case.from_dict({**case, "tumor_type": kind})], reading_the_type)
        assert report.measure(Cover.STATEMENTS).covered == covered
    (uncovered,) = report.measure(Cover.STATEMENTS).uncovered
    assert uncovered.example.entry == "vipoma"


def test_the_data_and_the_text_name_what_is_left_out() -> None:
    report = coverage("vipoma", CASES)
    data = json.loads(json.dumps(report.to_dict()))
    # What can or cannot be removed is there.
    assert data["coverage"]["transitions"]["covered"] == len(("primary_removed: no", "resectable: yes", "resectable: no"))
    names = {one["name"]: one["case"] for one in data["coverage"]["states"]["uncovered"]}
    assert names["spread/neither"]["spread"] == []
    text = report.to_text()
    assert text.startswith("VIPoma: 2 cases, 2 of them with unknown facts\nSkipped: 1 of the type exocrine,")
    assert "more, listed with --format json" in text
    for place in (data["disclaimer"], " ".join(text.split())):
        assert "no substitute for clinical judgment" in place
    assert all(f"  {name}\n    {json.dumps(case)}\n" in text for name, case in list(names.items())[:5])


def test_a_report_without_anything_left_out_lists_nothing() -> None:
    text = coverage("recurrent", (record.case for record in all_scenarios("recurrent"))).to_text()
    assert text.startswith(f"Recurrent or progressive, any type: {scenario_space('recurrent').count} cases\n\n  states")
    assert "Not covered" not in text
    assert "1 case\n" in coverage("vipoma", [next(all_scenarios("vipoma")).case]).to_text()


def test_percentages_are_rounded_down_and_compared_exactly() -> None:
    most = Measure(Cover.PAIRS, ("a",) * 1999, (Uncovered("b", Case()),))
    assert (most.total, most.percent, most.below(99.95), most.below(100)) == (2000, 99.9, False, True)
    none = Measure(Cover.GAPS, (), ())
    assert (none.percent, none.below(100)) == (100.0, False)


def test_paths_are_measured_where_they_are_asked_for() -> None:
    asked = coverage("vipoma", [], covers=[Cover.PATHS]).measure(Cover.PATHS)
    assert (asked.percent, asked.total) == (0, suite("vipoma", Cover.PATHS).goals)
    assert Cover.PATHS not in {one.cover for one in coverage("vipoma", []).measures}


# The diagram


def test_the_diagram_marks_by_line_and_words_as_well_as_by_color() -> None:
    dot = coverage_dot(coverage("somatostatinoma", [Case(tumor_type="somatostatinoma", resectable=True)]))
    lines = dot.splitlines()
    node = next(line for line in lines if line.strip().startswith('"primary/resectable" ['))
    assert "style=solid" in node
    assert "not covered" not in node
    edges = [line for line in lines if line.strip().startswith('"primary/resectable" ->')]
    assert ["style=solid" in edge and "not covered" not in edge for edge in edges] == [True, False]
    assert "style=dashed" in edges[1]
    assert r"no\n(not covered)" in edges[1]
    assert "not a guideline" in dot


@pytest.mark.parametrize("name", NAMES)
def test_the_diagram_has_every_state_and_every_transition(definitions: Definitions, name: str) -> None:
    dot = coverage_dot(coverage(name, [], covers=OF_GRAPHS))
    tracks = definitions.pathways[name].tracks.values()
    assert dot.count(" -> ") == sum(len(question.answers) for track in tracks for question in track.questions)
    assert dot.count("shape=") == sum(len(track.states) for track in tracks)


def test_without_graphviz_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "graphviz", None)
    with pytest.raises(SuiteError, match=r"graphviz: pip install 'pnet-pathways\[diagrams\]'"):
        coverage_dot(coverage("vipoma", []))
