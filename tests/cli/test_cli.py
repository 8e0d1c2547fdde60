"""The command line: every command, each format, exit codes, and errors without tracebacks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

import pnet_pathways
from examples import LARGE_HEAD
from pnet_pathways import (
    TumorType,
    load_pathways,
    recommend,
    start,
    workup,
)
from pnet_pathways.cli.listing import (
    facts_data,
    pathway_data,
    pathway_text,
    pathways_data,
)
from pnet_pathways.cli.main import app
from pnet_pathways.engine.text import as_markdown, as_text, workup_text
from pnet_pathways.loading.compiled import version_text
from pnet_pathways.loading.schema import FILES
from pnet_pathways.model.pathway import Definitions
from project import ROOT
from project_vocabulary import FACTS


class Done(NamedTuple):
    """What a command left behind."""

    exit_code: int
    stdout: str
    stderr: str


def pnet(*arguments: str, stdin: str | bytes | None = None) -> Done:
    """Run a command; whatever it raises must have become an exit code."""
    done = CliRunner().invoke(app, list(arguments), input=stdin)
    assert not isinstance(done.exception, Exception), repr(done.exception)
    return Done(done.exit_code, done.stdout, done.stderr)


def output(*arguments: str, stdin: str | bytes | None = None) -> str:
    """Return what a command that succeeds prints."""
    done = pnet(*arguments, stdin=stdin)
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


def error(*arguments: str, stdin: str | bytes | None = None) -> str:
    """Return what a command that fails says."""
    done = pnet(*arguments, stdin=stdin)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture
def case(tmp_path: Path) -> str:
    (tmp_path / "case.json").write_text(json.dumps(LARGE_HEAD))
    return str(tmp_path / "case.json")


# recommend


def test_recommend_prints_text(case: str) -> None:
    assert output("recommend", case) == output("recommend", case, "--format", "text") == as_text(recommend(LARGE_HEAD))


def test_recommend_prints_the_json_contract(case: str) -> None:
    assert json.loads(output("recommend", case, "--format", "json")) == recommend(LARGE_HEAD).to_dict()


def test_recommend_prints_markdown(case: str) -> None:
    assert output("recommend", case, "--format", "markdown") == as_markdown(recommend(LARGE_HEAD))


def test_recommend_adds_the_explanation(case: str) -> None:
    shown = output("recommend", case, "--explain")
    assert shown == as_text(recommend(LARGE_HEAD), explained=True)
    assert "\n".join(recommend(LARGE_HEAD).reasons()) in shown


def test_recommend_lists_everything() -> None:
    assert output("recommend", "-", "--all", stdin="{}") == as_text(recommend({}), every=True)
    shown = output("recommend", "-", "--all", "--format", "markdown", stdin="{}")
    assert shown == as_markdown(recommend({}), every=True)


def test_recommend_never_prints_anything_but_json_where_json_is_asked_for(case: str) -> None:
    """`--explain` has no JSON: wrong usage, or the contract, but no text for a program to stumble over."""
    done = pnet("recommend", case, "--explain", "--format", "json")
    assert done.exit_code == 2 or json.loads(done.stdout)["status"] == "incomplete"


def test_recommend_reads_standard_input() -> None:
    assert output("recommend", "-", stdin=json.dumps(LARGE_HEAD)) == as_text(recommend(LARGE_HEAD))


def test_recommend_reads_utf8_from_standard_input() -> None:
    assert "no such fact" in error("recommend", "-", stdin='{"größe": "klein"}'.encode())


def test_recommend_uses_the_definitions_given(case: str, folder: Path) -> None:
    file = folder / "treatments.yaml"
    file.write_text(file.read_text("utf-8").replace("label: combination chemotherapy\n", "label: two drugs\n"), "utf-8")
    assert "may include two drugs; " in output("recommend", case, "--pathways", str(folder))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1: not valid JSON"),
        ("{", "line 1, column 2: not valid JSON"),
        ('{"size": "small"', "not valid JSON"),
        ("[]", "a case is an object of facts, not a list"),
        ("null", "a case is an object of facts, not null"),
        ('{"tumor_typ": "insulinoma"}', "tumor_typ: no such fact (did you mean 'tumor_type'?)"),
        ('{"tumor_type": "insulinom"}', "did you mean 'insulinoma'?"),
        ('{"resectable": "yes"}', "resectable: takes true or false, not text 'yes'"),
        ('{"size": "small", "size": "large"}', "duplicate key 'size'"),
        ('{"mostly_liver": true, "spread": []}', "spread.liver and mostly_liver: spread.liver no contradicts mostly_liver yes"),
    ],
)
def test_a_case_that_cannot_be_used_is_explained_on_standard_error(text: str, message: str) -> None:
    said = error("recommend", "-", stdin=text)
    assert said.startswith("pnet: ")
    assert message in said


def test_every_problem_of_a_case_is_told_at_once() -> None:
    said = error("recommend", "-", stdin='{"grade": 3, "size": "tiny", "resectable": 1}')
    assert "3 problems in the case" in said
    assert all(f"  - {key}: " in said for key in ("grade", "size", "resectable"))


def test_a_number_too_long_for_python_is_no_traceback() -> None:
    assert error("recommend", "-", stdin='{"size": ' + "1" * 5000 + "}").startswith("pnet: ")


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.json")
    assert error("recommend", missing) == f"pnet: {missing}: No such file or directory\n"


def test_a_folder_is_no_case(tmp_path: Path) -> None:
    assert error("recommend", str(tmp_path)) == f"pnet: {tmp_path}: Is a directory\n"


def test_bytes_that_are_no_utf8_are_refused() -> None:
    assert error("recommend", "-", stdin=b'{"\xff": 1}') == "pnet: standard input: this is not UTF-8 text (byte 2)\n"


def test_a_folder_of_definitions_that_is_missing_is_named(case: str, tmp_path: Path) -> None:
    assert f"{tmp_path / 'none'}: there is no such folder of definitions" in error(
        "recommend", case, "--pathways", str(tmp_path / "none")
    )


def test_definitions_that_are_broken_are_explained(case: str, folder: Path) -> None:
    file = folder / "insulinoma.yaml"
    file.write_text(file.read_text("utf-8").replace("size: small}", "size: tiny}"), "utf-8")
    said = error("recommend", case, "--pathways", str(folder))
    assert "in the definitions" in said
    assert "insulinoma.yaml:" in said
    assert "'tiny'" in said


# pathways


def test_pathways_prints_a_list(definitions: Definitions) -> None:
    text = output("pathways")
    assert all(name in text for name in definitions.pathways)
    assert "exocrine: out of scope." in text


def test_pathways_prints_the_list_as_json(definitions: Definitions) -> None:
    assert json.loads(output("pathways", "--format", "json")) == pathways_data(definitions)


@pytest.mark.parametrize("name", list(load_pathways().pathways))
def test_pathways_prints_one_pathway(definitions: Definitions, name: str) -> None:
    assert output("pathways", name) == pathway_text(definitions, name)
    assert json.loads(output("pathways", name, "--format", "json")) == pathway_data(definitions, name)


def test_an_unknown_pathway_is_met_with_a_suggestion() -> None:
    assert error("pathways", "insulnoma") == "pnet: there is no pathway 'insulnoma' (did you mean 'insulinoma'?)\n"


def test_an_unknown_pathway_that_resembles_none_is_met_with_those_that_exist() -> None:
    assert error("pathways", "x").startswith("pnet: there is no pathway 'x' (pathways: gastrinoma, ")


# facts


def test_facts_prints_every_fact() -> None:
    text = output("facts")
    assert all(name.partition(".")[0] in text for name in FACTS)


def test_facts_prints_json(definitions: Definitions) -> None:
    assert json.loads(output("facts", "--format", "json")) == facts_data(definitions)


# workup


@pytest.mark.parametrize("kind", list(TumorType))
def test_workup_prints_what_the_summary_says_before_treatment(kind: TumorType) -> None:
    assert output("workup", kind) == workup_text(workup(kind))
    assert json.loads(output("workup", kind, "--format", "json")) == workup(kind).to_dict()


def test_workup_of_an_unknown_type_is_met_with_a_suggestion() -> None:
    assert "did you mean 'insulinoma'?" in error("workup", "insulinom")


# schema


@pytest.mark.parametrize("name", ["pathway", *FILES, "fhir_codes.yaml", "repeated_options.yaml"])
def test_schema_prints_a_json_schema(name: str) -> None:
    data = json.loads(output("schema", name))
    kind = data["$ref"].removeprefix("#/$defs/")
    assert data["$schema"].startswith("https://json-schema.org/")
    assert data["$defs"][kind]["type"] == "object"


@pytest.mark.parametrize("name", ["case", "answer"])
def test_schema_prints_those_of_the_contract(name: str) -> None:
    assert json.loads(output("schema", name)) == json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text("utf-8"))


def test_schema_prints_the_one_of_a_pathway_by_default() -> None:
    assert output("schema") == output("schema", "pathway")


def test_an_unknown_schema_is_met_with_those_that_exist() -> None:
    assert error("schema", "nonsense").startswith("pnet: there is no schema for 'nonsense' (pathway, ")
    assert "did you mean 'entry.yaml'?" in error("schema", "entry.yml")


# ask (the conversation itself: test_asking)


def test_ask_begins_with_the_case_given(case: str) -> None:
    assert "Are there stomach ulcers?" in output("ask", case)


def test_ask_reads_a_case_from_standard_input_and_shows_its_answer() -> None:
    assert output("ask", "-", stdin=json.dumps(LARGE_HEAD)).endswith(as_text(recommend(LARGE_HEAD)))


def test_ask_refuses_a_case_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text("{")
    assert "not valid JSON" in error("ask", str(tmp_path / "case.json"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "this is not a saved walk: line 1, column 2: not valid JSON"),
        ("{}", "this is not a saved walk of format 1"),
        (b"\xff", "this is not UTF-8 text"),
    ],
)
def test_ask_refuses_to_resume_what_is_no_walk(tmp_path: Path, text: str | bytes, message: str) -> None:
    (tmp_path / "walk.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    assert message in error("ask", "--resume", str(tmp_path / "walk.json"))


def test_ask_refuses_to_resume_a_file_that_is_missing(tmp_path: Path) -> None:
    assert "No such file or directory" in error("ask", "--resume", str(tmp_path / "walk.json"))


def test_ask_refuses_a_case_beside_a_walk_to_resume(case: str, tmp_path: Path) -> None:
    """Which of the two is meant cannot be known; neither is dropped in silence."""
    (tmp_path / "walk.json").write_text(start({"tumor_type": "vipoma"}).to_json())
    assert pnet("ask", case, "--resume", str(tmp_path / "walk.json")).exit_code == 2


def test_an_interrupted_conversation_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupted)
    assert pnet("ask").exit_code == 130


# The frame


def test_the_version_is_printed() -> None:
    first, second = output("--version").splitlines()
    assert first == f"pnet_pathways {pnet_pathways.__version__}"
    assert second == version_text().splitlines()[1]


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_names_every_command(flag: str) -> None:
    text = output(flag)
    for command in ("recommend", "ask", "pathways", "facts", "workup", "background", "schema"):
        assert f" {command} " in text


@pytest.mark.parametrize("command", ["recommend", "ask", "pathways", "facts", "workup", "background", "schema"])
def test_every_command_has_help(command: str) -> None:
    assert "Usage: " in output(command, "--help")


def test_without_a_command_the_help_is_shown_as_wrong_usage() -> None:
    done = pnet()
    assert done.exit_code == 2
    assert "Usage: " in done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("--nonsense",),
        ("recommend",),
        ("facts", "a", "b"),
        ("recommend", "-", "--format", "xml"),
        ("pathways", "--format", "markdown"),
        ("workup",),
        ("background", "--format", "markdown"),
    ],
)
def test_wrong_usage_is_said_on_standard_error(arguments: tuple[str, ...]) -> None:
    assert "Usage: " in error(*arguments)


def _installed(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own."""
    source = str(Path(pnet_pathways.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", "from pnet_pathways.cli.main import main; main()", *arguments],
        input=stdin,
        env={**os.environ, "PYTHONPATH": source, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_answers_in_a_process_of_its_own(case: str) -> None:
    done = _installed("recommend", case, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == recommend(LARGE_HEAD).to_dict()


def test_the_command_fails_without_a_traceback_in_a_process_of_its_own() -> None:
    done = _installed("recommend", "-", stdin='{"\\ud800": 1}')
    assert (done.returncode, done.stdout) == (2, "")
    assert "no such fact" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("pathways",), ("facts",), ("pathways", "insulinoma"), ("workup", "vipoma")])
def test_an_output_that_holds_only_ascii_is_no_traceback(arguments: tuple[str, ...]) -> None:
    done = _installed(*arguments, PYTHONIOENCODING="ascii")
    assert "Traceback" not in done.stderr
