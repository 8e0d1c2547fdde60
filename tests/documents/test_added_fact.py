"""A fact added to the definitions alone: every command works on it, without a change of the code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from commands import output, pnet
from pnet_pathways import DefinitionError, load_pathways
from project import DEFINITIONS, ROOT

FACT = """\
  grade:
    kind: one_of
    label: grade
    question: What is the grade of the tumor?
    answers:
      low: {label: low, phrase: of low grade, short: low-grade}
      middle: {label: intermediate, phrase: of intermediate grade, short: middle-grade}
      high: {label: high, phrase: of high grade, short: high-grade}
"""
PATHWAY = f"""\
pathway: carcinoid
version: 1.0.0
title: Carcinoid
section: other
statements:
  - id: CAR-1
    label: A carcinoid of low grade
    track: primary
    when: {{primary_removed: false, grade: low}}
    options:
      - {{item: 1, treatments: [tumor_removal]}}
    locators:
      - {{section: other, first: "For carcinoid", last: "remove it.", start: 37300, end: 37400, sha256: "{"0" * 64}"}}
tracks:
  primary:
    title: The tumor itself
    start: primary_removed
    states:
      primary_removed:
        asks: primary_removed
        answers:
          yes: removed
          no: grade
      removed:
        does_not_apply: The primary tumor was removed.
      grade:
        asks: grade
        answers:
          low: low_grade
          middle or high: other_grade
      low_grade:
        offers:
          CAR-1: [tumor_removal]
      other_grade:
        gap: The summary does not say how to treat a carcinoid of another grade.
"""
WORKUP = """\
  carcinoid:
    name: Carcinoid
    hormone: null
    also_called: []
    typical_site: null
    behavior: null
    signs: []
    tests: []
    silent_on: [hormone, typical_site, behavior, signs, tests]
    locators: []
"""
GRADES, COURSES = 3, 4
THERE = GRADES * COURSES
"""The scenarios in which the primary tumor is there: with each grade in each course."""
WHOLE = THERE + GRADES * (COURSES - 1)
"""All scenarios: it was not removed before it was treated."""
PART = "  carcinoid: {title: Carcinoid, section: other, begins: For carcinoid}\n"


def insert(file: Path, text: str, before: str) -> None:
    """Insert text before a line."""
    old = file.read_text("utf-8")
    assert old.count(f"\n{before}") == 1, before
    file.write_text(old.replace(f"\n{before}", f"\n{text}{before}"), "utf-8")


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's definitions with a type, a fact that no other pathway asks, and a pathway that asks it."""
    folder = tmp_path_factory.mktemp("added") / "definitions"
    shutil.copytree(DEFINITIONS, folder, ignore=shutil.ignore_patterns("reviews"))
    insert(folder / "facts.yaml", "      carcinoid: {label: carcinoid, phrase: a carcinoid}\n", "  course:\n")
    insert(folder / "facts.yaml", FACT, "  mostly_liver:\n")
    insert(folder / "entry.yaml", "  carcinoid: {label: Carcinoid, pathway: carcinoid}\n", "  acth_producing:\n")
    insert(folder / "not_statements.yaml", PART, "  other: {title")
    file = folder / "workup.yaml"
    file.write_text(file.read_text("utf-8").rstrip("\n") + "\n" + WORKUP, "utf-8")
    (folder / "carcinoid.yaml").write_text(PATHWAY, "utf-8")
    return folder


def test_it_is_proved(added: Path) -> None:
    done = pnet("verify", added)
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("grade", "line"),
    [
        ("low", "+ may include surgery to remove the tumor [CAR-1]"),
        ("high", "! gap: The summary does not say how to treat a carcinoid of another grade."),
        (None, "? depending on grade, may include surgery to remove the tumor [CAR-1]"),
    ],
)
def test_it_is_answered(added: Path, grade: str | None, line: str) -> None:
    case = json.dumps({"tumor_type": "carcinoid", "course": "new", "grade": grade})
    assert line in " ".join(output("recommend", "-", "--pathways", added, text=case).split())


def test_a_value_that_is_not_valid_is_explained(added: Path) -> None:
    done = pnet("recommend", "-", "--pathways", added, text='{"tumor_type": "carcinoid", "grade": "lo"}')
    assert done.exit_code == 2
    assert "grade: " in done.stderr
    assert "did you mean 'low'?" in done.stderr


def test_it_is_asked(added: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text('{"tumor_type": "carcinoid", "spread": [], "symptoms": [], "course": "new"}', "utf-8")
    shown = output("ask", case, "--pathways", added, text="low\n")
    assert "What is the grade of the tumor?" in shown
    assert "  + may include surgery to remove the tumor [CAR-1]" in shown.splitlines()


def test_it_is_drawn(added: Path, tmp_path: Path) -> None:
    output("render", "carcinoid", "--format", "dot", "--pathways", added, "--output", tmp_path)
    assert "What is the grade of the tumor?" in " ".join((tmp_path / "carcinoid-states.dot").read_text("utf-8").split())
    output("render", "carcinoid", "--format", "mermaid", "--pathways", added, "--output", tmp_path)
    assert '-->|"intermediate or high"|' in (tmp_path / "carcinoid.mmd").read_text("utf-8")


def test_it_is_in_the_report(added: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    output("report", "--no-verify", "--pathways", added, "--output", page)
    assert "What is the grade of the tumor?" in page.read_text("utf-8")


def test_its_scenarios_are_listed(added: Path) -> None:
    lines = output("scenarios", "carcinoid", "--pathways", added).splitlines()
    assert len(lines) == 1 + WHOLE
    assert "grade" in lines[0].split(",")


def test_what_cases_cover_of_it_is_measured(added: Path, tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text('{"tumor_type": "carcinoid", "grade": "low"}', "utf-8")
    report = json.loads(output("coverage", "carcinoid", tmp_path, "--format", "json", "--pathways", added))
    assert report["coverage"]["gaps"]["uncovered"] == [
        {"name": "primary/other_grade", "case": {"tumor_type": "carcinoid", "course": "new", "grade": "middle"}}
    ]


def test_the_difference_is_told(added: Path) -> None:
    shown = output("diff", DEFINITIONS, added)
    assert "  entry: carcinoid is new and leads to carcinoid" in shown.splitlines()
    assert "  facts.grade: added" in shown.splitlines()
    assert f"carcinoid: {THERE} of {WHOLE} scenarios" in shown.splitlines()


def test_it_is_listed_and_in_the_schema_of_a_case(added: Path) -> None:
    facts = json.loads(output("facts", "--format", "json", "--pathways", added))
    assert "What is the grade of the tumor?" in json.dumps(facts)
    schema = json.loads(output("schema", "case", "--pathways", added))
    assert schema["properties"]["grade"]["enum"] == ["low", "middle", "high", None]
    assert output("workup", "carcinoid", "--pathways", added).startswith("Carcinoid\n")


ENTRY = "'tumor_type' leads to a pathway, so neither a rule nor 'applies_when' can read it"


@pytest.mark.parametrize(
    ("file_end", "where"),
    [
        ("", "applies_when"),
        ("  - never: {tumor_type: vipoma, grade: high}\n    because: this is a test\n", "never"),
    ],
)
def test_no_rule_and_no_condition_of_a_fact_reads_the_type(added: Path, tmp_path: Path, file_end: str, where: str) -> None:
    folder = shutil.copytree(added, tmp_path / "definitions")
    facts = folder / "facts.yaml"
    text = facts.read_text("utf-8")
    if not file_end:
        condition = "    applies_when: {tumor_type: carcinoid}\n    because: this is a test\n"
        text = text.replace("high-grade}\n", f"high-grade}}\n{condition}", 1)
    facts.write_text(text + file_end, "utf-8")
    with pytest.raises(DefinitionError) as raised:
        load_pathways(folder)
    (problem,) = raised.value.problems
    line = int(problem.where.split(":")[1])
    assert problem.where.startswith("facts.yaml:")
    assert where in facts.read_text("utf-8").splitlines()[line - 1]
    assert problem.message == ENTRY


def test_a_group_that_does_not_always_apply_is_asked_after_what_decides_that(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "examples" / "documents" / "pump_fault", tmp_path / "pump")
    insert(
        folder / "facts.yaml",
        "    applies_when: {operation: running}\n    because: this is a test\n",
        "    question: Where does it leak?",
    )
    with pytest.raises(DefinitionError) as raised:
        load_pathways(folder)
    assert "'leaks' is asked where it may not apply" in [problem.message for problem in raised.value.problems]
    assert "ask operation first" in [problem.suggestion for problem in raised.value.problems]


def test_a_group_does_not_decide_whether_it_applies_itself(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "examples" / "documents" / "pump_fault", tmp_path / "pump")
    condition = "    applies_when: {leaks: {any_of: [flange]}}\n    otherwise: no\n    because: this is a test\n"
    insert(folder / "facts.yaml", condition, "    question: Where does it leak?")
    with pytest.raises(DefinitionError) as raised:
        load_pathways(folder)
    assert "unknown fact 'leaks'" in [problem.message for problem in raised.value.problems]
