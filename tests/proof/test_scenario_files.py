"""Files of scenarios and cases, and the two commands: what is written is read back, streamed, and refused with its place."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from typer.testing import CliRunner

from pnet_pathways import Case
from pnet_pathways.cli.main import app
from pnet_pathways.model.errors import CaseError, SuiteError
from pnet_pathways.proof.scenarios import parquet
from pnet_pathways.proof.scenarios.case_files import MAX_PROBLEMS, read_cases
from pnet_pathways.proof.scenarios.files import FileFormat, write_scenarios
from pnet_pathways.proof.scenarios.records import ScenarioRecord
from pnet_pathways.proof.scenarios.space import all_scenarios, sample, scenario_space
from pnet_pathways.proof.suites.graph_goals import OF_GRAPHS
from pnet_pathways.proof.suites.suites import known_goals
from project import DEFINITIONS
from project_vocabulary import VOCABULARY
from proof.test_scenarios import NAMES

RUN = CliRunner()
HEAD_ONLY = {
    "course": "new",
    "pancreatic_tumors": "one",
    "sites.head": "true",
    "sites.body": "false",
    "sites.tail": "false",
    "size": "large",
    "resectable": "true",
}


@pytest.mark.parametrize("format", list(FileFormat))
@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_read_back_as_the_same_cases(name: str, format: FileFormat, tmp_path: Path) -> None:
    space = scenario_space(name)
    records = [space.record(one) for one in islice(space, 0, None, max(1, space.count // 100))]
    path = tmp_path / f"cases.{format}"
    with path.open("wb") as file:
        assert write_scenarios(records, space, format, file) == len(records)
    assert [one.case for one in read_cases([path], VOCABULARY)] == [record.case for record in records]


def test_the_csv_holds_facts_paths_options_gaps_and_the_disclaimer() -> None:
    file = io.BytesIO()
    space = scenario_space("insulinoma")
    write_scenarios(space.records(), space, FileFormat.CSV, file)
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode())))
    assert len(rows) == space.count
    number, row = next(
        (number, one) for number, one in enumerate(rows) if tuple(one[fact] for fact in HEAD_ONLY) == tuple(HEAD_ONLY.values())
    )
    record = space.record(space.at(number))
    assert row["id"] == record.id
    assert row["path.primary"] == ("tumors: one > one_resectable: yes > resectable_size: large > large_site: head > large_head")
    assert row["gaps"].startswith("primary/large_head: For one large tumor in the head")
    assert "R-2" in row["readings"].split(" | ")
    assert row["options"].split(" | ")[0] == "INS-6: cancer_removal"
    assert "no substitute for clinical judgment" in row["disclaimer"]
    assert next(one for one in rows if one["pancreatic_tumors"] == "several")["size"] == ""


def test_parquet_carries_types_row_groups_and_the_disclaimer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    monkeypatch.setattr(parquet, "ROW_GROUP", 1000)
    path = tmp_path / "all.parquet"
    space = scenario_space("insulinoma")
    with path.open("wb") as file:
        write_scenarios(space.records(), space, FileFormat.PARQUET, file)
    read = pq.ParquetFile(path)
    assert (read.metadata.num_rows, read.num_row_groups) == (space.count, -(-space.count // 1000))
    types = {field.name: str(field.type) for field in read.schema_arrow}
    assert (types["resectable"], types["size"], types["sites.head"]) == ("bool", "string", "bool")
    assert b"not a guideline" in read.schema_arrow.metadata[b"disclaimer"]


@pytest.mark.parametrize("format", list(FileFormat))
def test_writing_is_streamed(format: FileFormat, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file has the first scenarios before the last ones are made: the source never ends, the file stops it."""
    monkeypatch.setattr(parquet, "ROW_GROUP", 10)
    record = next(all_scenarios("vipoma"))

    class Full(Exception):  # noqa: N818
        """The file has seen enough."""

    class File(io.RawIOBase):
        written = 0

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.written += len(cast("bytes", data))
            if self.written > 10_000:
                raise Full
            return len(cast("bytes", data))

    def endless() -> Iterator[ScenarioRecord]:
        for _ in range(5_000):
            yield record
        pytest.fail("the writer waits for the end")

    with pytest.raises(Full):
        write_scenarios(endless(), scenario_space("vipoma"), format, cast("BinaryIO", File()))


# The commands


@pytest.mark.parametrize("name", NAMES)
def test_a_written_transition_suite_covers_all_transitions(name: str, tmp_path: Path) -> None:
    path = tmp_path / "suite.csv"
    made = RUN.invoke(app, ["scenarios", name, "--cover", "transitions", "--output", str(path)])
    assert (made.exit_code, made.stdout) == (0, "")
    assert f"pnet: {name}: " in made.stderr
    measured = RUN.invoke(app, ["coverage", name, str(path), "--fail-under", "100", "--cover", "transitions"])
    assert measured.exit_code == 0
    line = next(line for line in measured.stdout.splitlines() if line.startswith("  transitions"))
    assert line.endswith("100.0 %")


def test_all_scenarios_go_to_standard_output_and_the_summary_does_not() -> None:
    done = RUN.invoke(app, ["scenarios", "recurrent", "--format", "jsonl"])
    assert done.exit_code == 0
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    count = scenario_space("recurrent").count
    assert len({line["id"] for line in lines}) == len(lines) == count
    assert done.stderr == f"pnet: recurrent: all {count} scenarios\n"


def test_a_sample_is_drawn_with_its_seed() -> None:
    done = RUN.invoke(app, ["scenarios", "supportive", "--sample", "2", "--seed", "1", "--format", "jsonl"])
    ids = [json.loads(line)["id"] for line in done.stdout.splitlines()]
    assert ids == [record.id for record in sample("supportive", 2, seed=1)]
    assert done.stderr == "pnet: supportive: 2 of 16 scenarios, drawn with the seed 1\n"


def test_a_reader_that_has_seen_enough_ends_the_stream_quietly() -> None:
    command = f"'{Path(sys.executable).parent}/pnet' scenarios gastrinoma | head -n 1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("id,tumor_type,")


def test_parquet_goes_through_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "piped.parquet"
    command = f"'{Path(sys.executable).parent}/pnet' scenarios vipoma --format parquet | cat > '{path}'"
    subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], check=True, capture_output=True)
    assert len(list(read_cases([path], VOCABULARY))) == scenario_space("vipoma").count


def test_parquet_is_not_printed_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        buffer = io.BytesIO()

        def isatty(self) -> bool:
            return True

    from pnet_pathways.cli import scenarios as cli_scenarios

    monkeypatch.setattr(cli_scenarios, "sys", type("Sys", (), {"stdout": Terminal()}))
    done = RUN.invoke(app, ["scenarios", "vipoma", "--format", "parquet"])
    assert (done.exit_code, done.stderr) == (2, "pnet: Parquet is not text for a terminal; name a file with --output\n")


@pytest.mark.parametrize(("made", "code"), [("paths", 0), ("transitions", 1)])
def test_coverage_of_paths_is_measured_where_it_is_asked_for(made: str, code: int, tmp_path: Path) -> None:
    path = tmp_path / "suite.csv"
    assert RUN.invoke(app, ["scenarios", "vipoma", "--cover", made, "--output", str(path)]).exit_code == 0
    measured = RUN.invoke(app, ["coverage", "vipoma", str(path), "--fail-under", "100", "--cover", "paths"])
    assert measured.exit_code == code
    assert "  paths " in measured.stdout
    assert "  paths " not in RUN.invoke(app, ["coverage", "vipoma", str(path)]).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gastrinom"], "did you mean 'gastrinoma'?"),
        (["gastrinoma", "--cover", "pairs", "--sample", "3"], "--cover and --sample exclude each other"),
        (["supportive", "--sample", "17"], "a sample takes 0 to 16, not 17"),
        (["gastrinoma", "--type", "vipoma"], "does not lead to the pathway 'gastrinoma'"),
        (["gastrinoma", "--output", "no/such/folder/x.csv"], "No such file or directory"),
    ],
)
def test_wrong_wishes_are_refused(arguments: list[str], message: str) -> None:
    done = RUN.invoke(app, ["scenarios", *arguments])
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stdout == ""


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = tmp_path / "suite.parquet"
    path.write_text("old")
    done = RUN.invoke(app, ["scenarios", "vipoma", "--format", "parquet", "--output", str(path)])
    assert (done.exit_code, done.stderr) == (2, "pnet: Parquet needs pyarrow: pip install 'pnet-pathways[parquet]'\n")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(SuiteError, match="pyarrow"):
        list(read_cases([path], VOCABULARY))


def test_fail_under_looks_at_what_it_is_told() -> None:
    folder = str(DEFINITIONS / "cases")
    shown = RUN.invoke(app, ["coverage", "gastrinoma", folder, "--format", "json"])
    coverage = json.loads(shown.stdout)["coverage"]
    percent = {cover: one["percent"] for cover, one in coverage.items()}
    # Those of the examples that are covered least and most; what is shown is rounded down.
    least, most = (choose(OF_GRAPHS, key=lambda cover: percent[cover]) for choose in (min, max))
    assert percent[least] < percent[most]
    limit = ["coverage", "gastrinoma", folder, "--fail-under", str(percent[most])]
    low = RUN.invoke(app, limit)
    assert low.exit_code == 1
    total = len(known_goals(scenario_space("gastrinoma"), least).names)
    covered = total - len(coverage[least]["uncovered"])
    said = f"{covered} of {total} {least} are covered: {percent[least]:g} %, of at least {percent[most]:g} %"
    assert f"pnet: {said}" in low.stderr.splitlines()
    assert RUN.invoke(app, [*limit, "--cover", least]).exit_code == 1
    assert RUN.invoke(app, [*limit, "--cover", most]).exit_code == 0
    assert RUN.invoke(app, ["coverage", "gastrinoma", folder]).exit_code == 0


def test_coverage_as_data_and_as_a_graph_says_aloud_what_it_skips(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"tumor_type": "vipoma"}\n\n{"case": {"tumor_type": "other"}}\n')
    data = RUN.invoke(app, ["coverage", "vipoma", str(path), "--format", "json"])
    assert json.loads(data.stdout)["cases"]["used"] == 1
    graph = RUN.invoke(app, ["coverage", "vipoma", str(path), "--format", "dot"])
    assert graph.stdout.startswith("digraph vipoma {")
    assert data.stderr == graph.stderr == "pnet: skipped: 1 of the type other\n"
    none = RUN.invoke(app, ["coverage", "gastrinoma", str(path)])
    assert "pnet: none of these cases bears on gastrinoma" in none.stderr


@pytest.mark.parametrize("arguments", [["nosuch", "."], ["vipoma", "nosuch.json"]])
def test_wrong_wishes_for_coverage_are_refused(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "case.json").write_text("{}")
    done = RUN.invoke(app, ["coverage", *arguments])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("pnet: ")


# Files of cases


def test_a_folder_a_case_and_an_answer_are_read(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"case": {"tumor_type": "vipoma"}, "status": "complete"}')
    (tmp_path / "a.json").write_text('\ufeff{"resectable": true}')
    (tmp_path / "note.txt").write_text("no case")
    read = list(read_cases([tmp_path], VOCABULARY))
    assert [Path(one.where).name for one in read] == ["a.json", "b.json"]
    assert [one.case for one in read] == [Case(resectable=True), Case(tumor_type="vipoma")]


def test_cells_left_empty_are_unknown_and_words_may_be_written_large(tmp_path: Path) -> None:
    path = tmp_path / "own.CSV"
    path.write_text("\ufefftumor_type,spread.liver,sites.head,resectable\nvipoma,TRUE,,False\n,,false,\n,,True,\n")
    assert [one.case.to_dict() for one in read_cases([path], VOCABULARY)] == [
        {"tumor_type": "vipoma", "resectable": False, "spread": {"liver": True}},
        {"sites": {"head": False}},
        {"sites": {"head": True}},
    ]


BROKEN: list[tuple[str, bytes, str]] = [
    ("x.json", b"{", "x.json: line 1, column 2: not valid JSON"),
    ("x.json", b"[" * 100_000, "x.json: this JSON is nested too deeply"),
    ("x.json", b'{"size": 1' + b"0" * 5000 + b"}", "x.json: this JSON holds a number too long"),
    ("x.json", b"[]", "x.json: a case is an object of facts, not a list"),
    ("x.json", b'{"resectable": 1}', "x.json: resectable: takes true or false"),
    ("x.json", b'{"case": {"size": "small", "size": "large"}}', "x.json: duplicate key 'size'"),
    ("x.json", b"\xff", "x.json: not valid UTF-8 text (byte 0)"),
    ("x.jsonl", b'{}\n{"tumor_typ": "other"}', "x.jsonl:2: tumor_typ: no such fact (did you mean 'tumor_type'?)"),
    ("x.csv", b"", "x.csv:1: no column is a fact"),
    ("x.csv", b"id,path.primary\na,b\n", "x.csv:1: no column is a fact"),
    ("x.csv", b"resectabel\ntrue\n", "x.csv:1: there is no fact for the column 'resectabel' (did you mean 'resectable'?)"),
    ("x.csv", b"size,size\nsmall,large\n", "x.csv:1: duplicate column 'size' (keep one)"),
    ("x.csv", b"size,course\nsmall\n", "x.csv:2: this row has another number of cells"),
    ("x.csv", b"size,course\nsmall,new,1\n", "x.csv:2: this row has another number of cells"),
    ("x.csv", b"resectable\nyes\n", "x.csv:2: resectable: takes true or false, not text 'yes'"),
    ("x.csv", b"size\nhuge\n", "x.csv:2: size: has no value 'huge'"),
    ("x.csv", b"sites.head\nneck\n", "x.csv:2: sites.head: takes true or false, not text 'neck'"),
    ("x.csv", b'size\n"small" x\n', "x.csv:1: not valid CSV"),
    ("x.csv", b"pancreatic_tumors,size\nseveral,large\n", "x.csv:2: pancreatic_tumors and size: "),
    ("x.parquet", b"PAR1", "x.parquet: this is not a Parquet file"),
    ("x.txt", b"{}", "x.txt: cases are read from .json, .jsonl, .ndjson, .csv, .parquet and folders, not from '.txt'"),
    ("empty/", b"", "empty: this folder holds no .json file"),
]


@pytest.mark.parametrize(("name", "content", "message"), BROKEN)
def test_what_is_no_case_is_refused_with_its_place(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    if name.endswith("/"):
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(CaseError) as caught:
        list(read_cases([path], VOCABULARY))
    assert message in str(caught.value)


def test_the_case_of_an_ending_does_not_matter(tmp_path: Path) -> None:
    for name in ("a.json", "b.JSON"):
        (tmp_path / name).write_text('{"size": "small"}')
    assert [one.where for one in read_cases([tmp_path], VOCABULARY)] == [str(tmp_path / "a.json"), str(tmp_path / "b.JSON")]


def test_a_parquet_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    with path.open("wb") as file:
        parquet.write_rows([{"height": "2"}], {"height": str}, {}, file)
    with pytest.raises(CaseError, match="there is no fact for the column 'height'"):
        list(read_cases([path], VOCABULARY))


def test_all_problems_of_all_files_come_at_once_up_to_a_number(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"resectable": 1}\n{}\n{"size": 2}\n')
    (tmp_path / "b.csv").write_text("resectable\n" + "maybe\n" * 1000)
    with pytest.raises(CaseError) as caught:
        list(read_cases([tmp_path / "a.jsonl", tmp_path / "b.csv"], VOCABULARY))
    assert [problem.where.rsplit("/")[-1] for problem in caught.value.problems[:3]] == [
        "a.jsonl:1: resectable",
        "a.jsonl:3: size",
        "b.csv:2: resectable",
    ]
    assert len(caught.value.problems) == MAX_PROBLEMS
