"""``pnet scenarios all`` and ``pnet coverage all``: what each pathway says alone, with its name."""

from __future__ import annotations

import csv
import json
import tracemalloc
from itertools import groupby, islice
from pathlib import Path

import pytest

from commands import output, pnet
from pnet_pathways.model.errors import SuiteError
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.proof.scenarios.case_files import read_cases
from pnet_pathways.proof.scenarios.files import FileFormat, write_scenarios
from pnet_pathways.proof.scenarios.space import ScenarioSpace, sample_of_all, scenario_space


@pytest.fixture(scope="module")
def spaces(definitions: Definitions) -> list[ScenarioSpace]:
    return [scenario_space(name, definitions) for name in definitions.pathways]


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_the_suites_of_all_pathways_stand_in_one_table(tmp_path: Path, definitions: Definitions) -> None:
    file = tmp_path / "all.csv"
    done = pnet("scenarios", "all", "--cover", "states", "--output", file)
    assert done.exit_code == 0
    found = {name: list(those) for name, those in groupby(rows(file), key=lambda row: row.pop("pathway"))}
    assert list(found) == list(definitions.pathways)
    said = ""
    for name, those in found.items():
        alone = tmp_path / f"{name}.csv"
        said += pnet("scenarios", name, "--cover", "states", "--output", alone).stderr
        own = rows(alone)
        assert [{column: row[column] for column in own[0]} for row in those] == own
        assert not any(value for row in those for column, value in row.items() if column not in own[0])
    assert done.stderr == said


@pytest.mark.parametrize("format", list(FileFormat))
def test_each_scenario_of_every_pathway_is_read_back(
    format: FileFormat, tmp_path: Path, definitions: Definitions, spaces: list[ScenarioSpace]
) -> None:
    file = tmp_path / f"all.{format}"
    assert pnet("scenarios", "all", "--sample", "300", "--output", file).exit_code == 0
    drawn = list(sample_of_all(spaces, 300, seed=0))
    assert [one.case for one in read_cases([file], definitions.vocabulary)] == [one.case for one in drawn]
    if format is FileFormat.PARQUET:
        import pyarrow.parquet as pq

        assert pq.read_table(file, columns=["pathway"])["pathway"].to_pylist() == [one.pathway for one in drawn]


def test_all_scenarios_of_all_pathways_are_said_by_pathway(spaces: list[ScenarioSpace], definitions: Definitions) -> None:
    pathway = next(iter(definitions.pathways))
    assert spaces[0].pathway.name == pathway
    total = sum(space.count for space in spaces)
    drawn = [one.id for one in sample_of_all(spaces, total // 40, seed=3)]
    assert len(set(drawn)) == len(drawn) == total // 40
    assert drawn[:50] == [one.id for one in sample_of_all(spaces, 50, seed=3)]
    for space in spaces:  # each is drawn as often as it has scenarios, within five standard deviations
        share = space.count / total
        count = sum(one.startswith(f"{space.pathway.name}/") for one in drawn)
        assert abs(count - share * len(drawn)) <= 5 * (len(drawn) * share * (1 - share)) ** 0.5 + 1
    with pytest.raises(SuiteError, match="all has 91,294 scenarios; a sample takes 0 to 91,294, not 91,295"):
        sample_of_all(spaces, total + 1, seed=0)


def test_a_sample_of_everything_is_everything(spaces: list[ScenarioSpace]) -> None:
    few = [space for space in spaces if space.count <= 500]
    assert len(few) > 1
    every = sorted(record.id for space in few for record in space.records())
    assert sorted(one.id for one in sample_of_all(few, len(every), seed=1)) == every


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["supportive", "--sample", "17"], "supportive has 16 scenarios; a sample takes 0 to 16, not 17"),
        (["all", "--sample", "91295"], "all has 91,294 scenarios; a sample takes 0 to 91,294, not 91,295"),
        (["supportive", "--sample", "-1"], "supportive has 16 scenarios; a sample takes 0 to 16, not -1"),
        (["all", "--type", "vipoma"], "--type chooses among the types of one pathway; name that pathway"),
    ],
)
def test_what_cannot_be_drawn_is_refused(words: list[str], message: str) -> None:
    done = pnet("scenarios", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in " ".join(done.stderr.split())


def test_the_sample_that_the_message_allows_can_be_drawn() -> None:
    assert output("scenarios", "supportive", "--sample", "0").startswith("id,")
    assert len(output("scenarios", "supportive", "--sample", "16", "--format", "jsonl").splitlines()) == 16


def test_writing_more_takes_no_more_memory(spaces: list[ScenarioSpace], tmp_path: Path) -> None:
    """Ten times the scenarios take less than twice the memory, at their peak."""

    def peak(count: int) -> int:
        records = (record for space in spaces for record in islice(space.records(), count))
        tracemalloc.start()
        with (tmp_path / "all.csv").open("wb") as file:
            write_scenarios(records, spaces, FileFormat.CSV, file)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(400)  # what is kept for good
    assert peak(400) < 2 * peak(40)


def test_coverage_of_all_is_that_of_each(tmp_path: Path, definitions: Definitions) -> None:
    folder = tmp_path / "cases.jsonl"
    folder.write_text(output("scenarios", "all", "--sample", "40", "--format", "jsonl"), "utf-8")
    every = json.loads(output("coverage", "all", folder, "--format", "json"))["pathways"]
    alone = [json.loads(output("coverage", name, folder, "--format", "json")) for name in definitions.pathways]
    assert every == alone
    assert output("coverage", "all", folder) == "\n".join(output("coverage", name, folder) for name in definitions.pathways)
    graphs = "".join(output("coverage", name, folder, "--format", "dot") for name in definitions.pathways)
    assert output("coverage", "all", folder, "--format", "dot") == graphs


def test_what_is_below_is_said_with_its_pathway(tmp_path: Path, definitions: Definitions) -> None:
    file = tmp_path / "suite.csv"
    assert pnet("scenarios", "all", "--cover", "transitions", "--output", file).exit_code == 0
    assert pnet("coverage", "all", file, "--fail-under", "100", "--cover", "transitions").exit_code == 0
    few = tmp_path / "few.json"
    few.write_text('{"tumor_type": "vipoma"}', "utf-8")
    done = pnet("coverage", "all", few, "--fail-under", "1", "--cover", "gaps")
    assert done.exit_code == 1
    lines = done.stderr.splitlines()
    assert "pnet: insulinoma: 0 of 3 gaps are covered: 0 %, of at least 1 %" in lines
    assert "pnet: none of these cases bears on gastrinoma" in lines
