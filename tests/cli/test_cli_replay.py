"""Records of answers: `pnet recommend --record` writes them, `pnet replay` reproduces them or says what changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.test_cli import case, error, output, pnet
from pnet_pathways import load_pathways
from pnet_pathways.governance.review.desk import ReviewDesk
from processes import started
from review_material import OFFER, STRENGTH, A, Edit, edit, flat

__all__ = ["case", "edit"]  # fixtures

AT = "2026-11-23T10:00:00Z"


def test_recommend_writes_a_record_that_replay_reproduces(case: str, tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    printed = output("recommend", case, "--record", str(record), "--at", AT)
    assert printed == output("recommend", case)
    assert json.loads(record.read_text())["at"] == AT
    assert output("replay", str(record)).startswith("The answer is reproduced to the byte.\n")


def test_replay_says_in_words_what_changed(case: str, tmp_path: Path, folder: Path, edit: Edit) -> None:
    record = str(tmp_path / "record.json")
    output("recommend", case, "--record", record)
    edit(*STRENGTH)
    edit(*OFFER)
    done = pnet("replay", record, "--pathways", str(folder))
    assert done.exit_code == 1
    assert done.stdout.startswith(
        "The answer is another one now:\n  option pancreatoduodenectomy [INS-2], strength: usual then"
    )
    assert flat(done.stdout).endswith(load_pathways().source.disclaimer)


def test_replay_says_where_options_and_gaps_are_the_same(case: str, tmp_path: Path, folder: Path) -> None:
    record = str(tmp_path / "record.json")
    output("recommend", case, "--record", record, "--pathways", str(folder))
    ReviewDesk.of(folder).sign("insulinoma", A)
    done = pnet("replay", record, "--pathways", str(folder))
    assert done.exit_code == 1
    assert done.stdout.startswith("Options and gaps are the same; what else the answer carries is not:\n")


def test_replay_names_another_version_of_the_library(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = str(tmp_path / "record.json")
    output("recommend", case, "--record", record)
    monkeypatch.setattr("pnet_pathways.governance.answer_records.library_version", lambda: "99")
    assert "  library: " in output("replay", record)


def test_replay_refuses_a_changed_record(case: str, tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    output("recommend", case, "--record", str(record))
    record.write_text(record.read_text().replace('"strength": "usual"', '"strength": "rare"', 1))
    assert error("replay", str(record)) == (
        f"pnet: {record}: this record of an answer was changed since it was made: its hash is not that of its content\n"
    )


def test_replay_refuses_what_is_no_record(case: str, tmp_path: Path) -> None:
    assert "this is not a record of an answer" in error("replay", case)
    assert "No such file" in error("replay", str(tmp_path / "missing.json"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--at", AT), "--at is the time of a record; name its file with --record"),
        (("--record", "{case}"), "is there already, and a record is never overwritten; name another file"),
        (("--record", "{folder}/new.json", "--at", "noon"), "'noon' is not a time with its zone"),
    ],
)
def test_a_record_that_cannot_be_written_is_explained(
    case: str, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    before = sorted(tmp_path.iterdir())
    assert message in error("recommend", case, *(one.format(case=case, folder=tmp_path) for one in arguments))
    assert sorted(tmp_path.iterdir()) == before


def test_of_several_who_write_one_record_one_does_and_the_others_are_told(case: str, tmp_path: Path) -> None:
    for each in range(3):
        file = tmp_path / f"record-{each}.json"
        running = [started("recommend", case, "--record", file, "--at", f"2026-11-23T10:00:0{n}Z") for n in range(4)]
        said = {one: one.communicate(timeout=60) for one in running}
        (winner,) = (one for one in running if one.returncode == 0)
        assert all(one.returncode == 2 and "is there already" in said[one][1] for one in running if one is not winner)
        assert json.loads(file.read_text("utf-8"))["at"] == f"2026-11-23T10:00:0{running.index(winner)}Z"


def test_a_record_keeps_its_time_in_utc(case: str, tmp_path: Path) -> None:
    output("recommend", case, "--record", str(tmp_path / "record.json"), "--at", "2026-11-23T11:00:00.50+01:00")
    assert json.loads((tmp_path / "record.json").read_text("utf-8"))["at"] == "2026-11-23T10:00:00.5Z"
    assert pnet("replay", str(tmp_path / "record.json")).exit_code == 0
