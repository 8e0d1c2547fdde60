"""A second document of another field, `examples/documents/pump_fault`: everything works on it as on the project's own."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped,unused-ignore]

from commands import output, pnet
from pnet_pathways import CaseError, InconsistentCaseError, load_pathways, recommend, start
from pnet_pathways.engine.answer import Certainty, Recommendation, Status
from pnet_pathways.model.pathway import Definitions
from project import ROOT

FOLDER = ROOT / "examples" / "documents" / "pump_fault"
CASES = sorted((FOLDER / "cases").glob("*.json"))
SHAKING: dict[str, Any] = {
    "pump": "centrifugal",
    "operation": "running",
    "flow": "reduced",
    "vibration": True,
    "leaks": [],
    "bearing_temperature": "cool",
}


def options(answer: Recommendation, certainty: Certainty) -> dict[str, list[str]]:
    """Return the treatments of an answer by statement."""
    treatments: dict[str, list[str]] = {}
    for option in answer.options:
        if option.certainty is certainty:
            treatments.setdefault(option.statement, []).extend(option.treatments)
    return treatments


@pytest.fixture(scope="module")
def pumps() -> Definitions:
    return load_pathways(FOLDER)


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A copy to change."""
    return Path(shutil.copytree(FOLDER, tmp_path / "pump_fault"))


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text that a file holds once."""
    text = file.read_text("utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), "utf-8")


# Reading and proving


def test_it_says_of_itself_that_it_is_made_up(pumps: Definitions) -> None:
    for text in (pumps.source.title, pumps.source.disclaimer, pumps.source.intended_use):
        assert "made up" in text.replace("-", " ")


def test_it_is_proved() -> None:
    assert "All 24 claims are proven." in output("verify", FOLDER)


def test_every_passage_stands_in_its_text_and_every_sentence_is_claimed() -> None:
    shown = output("source", "check", FOLDER / "source.txt", "--pathways", FOLDER)
    assert "Locators that resolve: 23 of 23, 100 %; sentences claimed: 17 of 17, 100 %" in shown


def test_every_change_of_it_is_caught() -> None:
    """The golden answers let no misreading through, and all of them hold."""
    assert ", 0 survived (" in output("mutate", FOLDER)


# Answers


def test_a_complete_case_is_answered(pumps: Definitions) -> None:
    answer = recommend(SHAKING, pumps)
    assert answer.status is Status.COMPLETE
    assert options(answer, Certainty.CERTAIN) == {"CEN-1": ["vent_casing", "raise_suction_level"]}
    assert [option.choice for option in answer.options] == ["CEN-1", "CEN-1"]
    assert not answer.missing


def test_a_partly_known_case_says_what_is_still_open(pumps: Definitions) -> None:
    answer = recommend(
        {"pump": "centrifugal", "flow": "none", "valve_open": True, "leaks": [], "bearing_temperature": 20}, pumps
    )
    assert answer.status is Status.INCOMPLETE
    assert options(answer, Certainty.CERTAIN) == {"CEN-4": ["replace_seal"]}
    assert options(answer, Certainty.POSSIBLE) == {"CEN-2": ["stop_pump", "prime_pump"]}
    assert answer.missing == ("operation",)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ({"leaks": {"seal": False}, "seal_worn": True}, "leaks.seal no contradicts seal_worn yes: a worn seal leaks"),
        ({"leaks": [], "leak_rate": "drops"}, "the leak rate is that of a leaking seal"),
        (
            {"operation": "stopped", "valve_open": False, "flow": "full"},
            "operation stopped and valve_open no contradict flow full: a stopped pump behind a shut valve delivers nothing",
        ),
    ],
)
def test_a_contradictory_case_is_refused_with_the_reason(pumps: Definitions, case: dict[str, Any], said: str) -> None:
    with pytest.raises(InconsistentCaseError, match=said):
        recommend({"pump": "gear", **case}, pumps)


def test_what_the_rules_imply_is_not_asked(pumps: Definitions) -> None:
    """Stopped behind a shut valve nothing arrives, and a tight seal is not worn."""
    answer = recommend({"pump": "centrifugal", "operation": "stopped", "valve_open": False, "leaks": {"seal": False}}, pumps)
    assert not {"flow", "seal_worn", "leak_rate"} & set(answer.missing)
    assert {gap.track: gap.certainty for gap in answer.gaps}["flow"] is Certainty.CERTAIN


@pytest.mark.parametrize(
    ("degrees", "statements"),
    [(-5, []), (69.999, []), (70, ["BEA-1"]), (89.999, ["BEA-1"]), (90, ["BEA-2"]), (1000, ["BEA-2"]), ("warm", ["BEA-1"])],
)
def test_a_number_at_a_limit_belongs_to_the_band_above(pumps: Definitions, degrees: object, statements: list[str]) -> None:
    answer = recommend({"pump": "centrifugal", "flow": "full", "leaks": [], "bearing_temperature": degrees}, pumps)
    assert list(options(answer, Certainty.CERTAIN)) == statements


@pytest.mark.parametrize("value", ["tepid", True, [70], float("nan"), float("inf")])
def test_what_is_neither_a_number_nor_a_band_is_refused(pumps: Definitions, value: object) -> None:
    with pytest.raises(CaseError, match="bearing_temperature"):
        recommend({"bearing_temperature": value}, pumps)


def test_a_kind_out_of_scope_is_told(pumps: Definitions) -> None:
    answer = recommend({"pump": "vacuum", "flow": "none"}, pumps)
    assert answer.status is Status.OUT_OF_SCOPE
    assert not answer.options


def test_an_unknown_kind_still_gets_what_is_common(pumps: Definitions) -> None:
    answer = recommend({"bearing_temperature": 90}, pumps)
    assert options(answer, Certainty.CERTAIN) == {"BEA-2": ["stop_pump", "replace_bearing"]}
    assert "Kind of pump unknown" in output("recommend", "-", "--pathways", FOLDER, text='{"bearing_temperature": 90}')


def test_a_gap_of_an_unknown_kind_is_certain_only_where_every_kind_has_its_track(pumps: Definitions, changed: Path) -> None:
    """Nothing is said of a stream from a seal; without a track for leaks, it is no gap of a gear pump."""
    case = {"leaks": ["seal"], "seal_worn": False, "leak_rate": "stream", "flow": "full", "bearing_temperature": "cool"}
    file = changed / "gear.yaml"
    text = file.read_text("utf-8")
    file.write_text(text[: text.index("  leak:\n    title: Leaks\n")], "utf-8")
    fewer = load_pathways(changed)
    assert {gap.track: gap.certainty for gap in recommend(case, pumps).gaps} == {"leak": Certainty.CERTAIN}
    (gap,) = recommend(case, fewer).gaps
    assert (gap.track, gap.certainty, gap.depends_on) == ("leak", Certainty.POSSIBLE, ("pump",))
    assert not recommend({**case, "pump": "gear"}, fewer).gaps


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_an_example_is_answered_and_its_name_tells_whether_there_is_a_gap(pumps: Definitions, path: Path) -> None:
    answer = recommend(json.loads(path.read_text("utf-8")), pumps)
    assert path.stem.endswith("-gap") == any(gap.certainty is Certainty.CERTAIN for gap in answer.gaps)
    for form in ("text", "markdown", "json"):
        shown = output("recommend", path, "--format", form, "--pathways", FOLDER)
        assert "tumor" not in shown.lower()


def test_a_case_is_described_by_a_schema() -> None:
    schema = json.loads(output("schema", "case", "--pathways", FOLDER))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for path in CASES:
        validator.validate(json.loads(path.read_text("utf-8")))
    assert not validator.is_valid({"pump": "hand"})
    assert not validator.is_valid({"tumor_type": "insulinoma"})


# Walking


def test_a_walk_asks_a_group_as_a_whole_and_a_pathway_in_its_own_words(pumps: Definitions) -> None:
    walk = start({"pump": "gear"}, pumps)
    asked = []
    answers = {"flow": "none", "bearing_temperature": 71.5, "valve_open": True, "leaks": ["flange"]}
    while (question := walk.next_question) is not None:
        asked.append(question.question)
        walk.answer(question.fact, answers[question.fact])
    assert "How much of the liquid arrives?" in asked
    assert "How hot is the hotter bearing?" in asked
    assert "Where does it leak?" in asked
    assert walk.recommendation.status is Status.COMPLETE
    assert {name: leaf.name for name, leaf in walk.leaves.items()} == {
        "gear.flow": "thick_liquid",
        "gear.leak": "leak",
        "bearings.bearings": "warm",
    }


def test_it_is_asked_on_the_command_line() -> None:
    answers = "gear\nno\nnone\nflange\n90\nno\n"
    shown = output("ask", "--pathways", FOLDER, text=answers)
    assert "  + may include stopping the pump together with checking the relief valve [GEA-2]" in shown.splitlines()


def test_asking_about_a_kind_out_of_scope_ends_at_once() -> None:
    shown = output("ask", "--pathways", FOLDER, text="vacuum\n")
    assert "Which kind of pump is it?" in shown
    assert "The guideline does not cover vacuum pumps." in shown


# Pictures and the report


@pytest.mark.parametrize("form", ["svg", "dot", "mermaid"])
def test_it_is_drawn(tmp_path: Path, form: str) -> None:
    output("render", "--format", form, "--pathways", FOLDER, "--output", tmp_path)
    stems = {path.stem.partition("-")[0] for path in tmp_path.iterdir()}
    assert stems >= {"centrifugal", "gear", "bearings"}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_is_drawn(tmp_path: Path, path: Path) -> None:
    output("render", "--case", path, "--format", "dot", "--pathways", FOLDER, "--output", tmp_path)
    assert any(tmp_path.iterdir())


def test_its_pages_name_its_own_source(tmp_path: Path) -> None:
    output("render", "bearings", "--format", "dot", "--pathways", FOLDER, "--output", tmp_path)
    title = load_pathways(FOLDER).source.title
    text = " ".join(re.sub(r"<[^>]*>", " ", (tmp_path / "bearings.dot").read_text("utf-8")).split())
    assert f"What the {title.partition(', ')[0]}" in text
    assert "patient" not in text


def test_it_has_a_report(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    output("report", "--no-verify", "--pathways", FOLDER, "--output", page, "--source", FOLDER / "source.txt")
    text = page.read_text("utf-8")
    assert "How hot is the bearing?" in text
    assert "Rarely the whole pump is replaced, where a spare one is at hand." in re.sub(r"</?mark>", "", text)
    assert ">Follow a pump<" in text
    assert "The care course of a pump over time" in text
    assert "a patient" not in text


# Scenarios and suites


@pytest.mark.parametrize("pathway", ["centrifugal", "gear", "bearings"])
def test_its_scenarios_are_listed_and_suites_are_made(pathway: str) -> None:
    every = output("scenarios", pathway, "--format", "jsonl", "--pathways", FOLDER).splitlines()
    assert len({json.loads(line)["id"] for line in every}) == len(every)
    for cover in ("states", "transitions", "statements", "gaps", "pairs", "triples", "paths"):
        chosen = output("scenarios", pathway, "--cover", cover, "--format", "jsonl", "--pathways", FOLDER).splitlines()
        assert set(chosen) <= set(every)


def test_what_its_cases_cover_is_measured() -> None:
    report = json.loads(output("coverage", "centrifugal", FOLDER / "cases", "--format", "json", "--pathways", FOLDER))
    assert report["cases"]["skipped"]["other_types"] == {"gear": 1, "vacuum": 1}
    assert report["coverage"]["statements"]["covered"] > 0


def test_a_suite_that_covers_every_transition_is_measured_as_such(tmp_path: Path) -> None:
    cases = tmp_path / "cases.csv"
    output("scenarios", "centrifugal", "--cover", "transitions", "--pathways", FOLDER, "--output", cases)
    report = json.loads(output("coverage", "centrifugal", cases, "--format", "json", "--pathways", FOLDER))
    assert report["coverage"]["transitions"]["percent"] == 100


# Changes and reviews


def test_a_change_of_a_limit_is_told(changed: Path) -> None:
    edit(changed / "facts.yaml", "below: 90}", "below: 80}")
    shown = output("diff", FOLDER, changed)
    assert "  facts.bearing_temperature.limits: [70.0, 90.0] -> [70.0, 80.0] (major)" in shown.splitlines()
    assert "Suggested version step, major: the bands of a number changed." in shown.splitlines()
    assert pnet("diff", FOLDER, changed, "--exit-code").exit_code == 1


def test_a_change_of_a_unit_is_told(changed: Path) -> None:
    edit(changed / "facts.yaml", "unit: °C", "unit: °F")
    assert "  facts.bearing_temperature.unit: °C -> °F (major)" in output("diff", FOLDER, changed).splitlines()


def test_a_change_of_an_answer_is_told(changed: Path) -> None:
    edit(changed / "gear.yaml", "when: {flow: none, valve_open: false}", "when: {flow: [reduced, none], valve_open: false}")
    done = pnet("verify", changed)
    assert done.exit_code == 1
    assert "gear.yaml" in done.stdout
    edit(changed / "bearings.yaml", "treatments: [replace_pump], strength: rare", "treatments: [replace_pump], strength: usual")
    edit(changed / "bearings.yaml", "rarely replace_pump", "usually replace_pump")
    shutil.copy(FOLDER / "gear.yaml", changed / "gear.yaml")
    shown = output("diff", FOLDER, changed)
    assert "rarely a new pump" in shown
    assert "usually a new pump" in shown
    assert pnet("diff", FOLDER, changed, "--exit-code").exit_code == 1


def test_it_is_reviewed(changed: Path) -> None:
    place = ("--pathways", changed)
    assert "never reviewed" in output("review", "status", *place)
    signed = ("--reviewer", "Ada Byron", "--role", "engineer", "--date", "2026-02-01")
    output("review", "sign", "all", *signed, *place)
    assert "never reviewed" not in output("review", "status", *place)
    output("recommend", changed / "cases" / "gear-hot-shut.json", "--require-approved", *place)
    edit(changed / "facts.yaml", "below: 90}", "below: 80}")
    done = pnet("recommend", changed / "cases" / "gear-hot-shut.json", "--require-approved", *place)
    assert done.exit_code == 2
