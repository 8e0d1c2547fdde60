"""``pnet readings`` and ``--reading``: readings with their alternatives, and answers under them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pnet_pathways.cli.main import app
from pnet_pathways.governance.answer_records import replay
from pnet_pathways.loading.folder import load_pathways
from pump import PUMP_FAULT, STOPPED, edit

PLACE = ("--pathways", str(PUMP_FAULT))


def pnet(*arguments: str | Path, text: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=text)


def answered(*arguments: str) -> dict[str, Any]:
    done = pnet("recommend", "-", "--format", "json", *PLACE, *arguments, text=json.dumps(STOPPED))
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def test_an_answer_is_given_under_the_alternatives_named() -> None:
    assert answered()["readings_chosen"] == {}
    data = answered("--reading", "P-1=worn_only", "--reading", "P-3=any_pump")
    assert data["readings_chosen"] == {"P-1": "worn_only", "P-3": "any_pump"}
    assert [one["treatments"] for one in data["options"]] == [["prime_pump"]]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["P-1"], "P-1: this names no alternative of a reading (write it as ID=ALTERNATIVE)"),
        (["=x"], "=x: this names no alternative"),
        (["P-1=worn_only", "P-1=with_spare"], "P-1: it is read as 'worn_only' and as 'with_spare' (choose one)"),
        (["P-1=worn"], "P-1: it has no alternative 'worn' (did you mean 'worn_only'?)"),
        (["P-8=worn_only"], "P-8: there is no such reading"),
    ],
)
def test_what_cannot_be_chosen_is_told(given: list[str], said: str) -> None:
    options = [part for one in given for part in ("--reading", one)]
    done = pnet("recommend", "-", *PLACE, *options, text=json.dumps(STOPPED))
    assert done.exit_code == 2
    assert said in done.stderr


def test_the_readings_are_listed_with_their_alternatives() -> None:
    shown = pnet("readings", *PLACE).stdout
    assert "P-2  Degrees. Degrees are degrees Celsius." in shown
    assert "P-1=with_spare" in shown
    assert "[CEN-2]" in shown
    data = json.loads(pnet("readings", "--format", "json", *PLACE).stdout)
    assert [one["id"] for one in data["readings"]] == ["P-1", "P-2", "P-3", "P-4"]
    assert "made up" in data["disclaimer"]


def test_a_reading_is_shown_with_its_evidence_and_which_scenarios_its_alternatives_change() -> None:
    shown = pnet("readings", "P-1", *PLACE).stdout
    assert "against: Treatment of Faults in Centrifugal Pumps: “If a seal that is … may be tightened.”" in shown
    assert "centrifugal: 64 of 400 scenarios get another answer" in shown
    assert "      flow: stopped, discharge valve open, no flow\n        nothing -> gap; 40 scenarios\n" in shown
    data = json.loads(pnet("readings", "P-1", "--format", "json", *PLACE).stdout)
    assert [one["first"] for one in data["for"]] == ["If the seal is"]
    worn, spare = data["alternatives"]
    assert (worn["id"], worn["statements"], worn["changed"], worn["compared"]) == ("worn_only", ["CEN-4"], 64, 400)
    assert spare["pathways"][0]["changes"][0]["when_text"]


def test_a_reading_without_an_alternative_says_so() -> None:
    assert "No other way to read it is on record." in pnet("readings", "P-2", *PLACE).stdout


def test_an_unknown_reading_is_told() -> None:
    done = pnet("readings", "P-9", *PLACE)
    assert done.exit_code == 2
    assert "there is no reading 'P-9'" in done.stderr


def test_a_record_is_answered_anew_under_its_alternatives(tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    done = pnet("recommend", "-", "--reading", "P-3=any_pump", "--record", record, *PLACE, text=json.dumps(STOPPED))
    assert done.exit_code == 0, done.output
    data = json.loads(record.read_text("utf-8"))
    assert replay(data, load_pathways(PUMP_FAULT)).reproduced
    changed = Path(shutil.copytree(PUMP_FAULT, tmp_path / "pump_fault"))
    edit(changed / "readings.yaml", "      any_pump:\n", "      every_pump:\n")
    again = replay(data, load_pathways(changed))
    assert again.answer is None
    assert "these definitions do not hold the alternatives that were chosen" in again.changed[0]
