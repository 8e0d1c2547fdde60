"""What outside validators say of the examples and of everything that is written: nothing but what is known to be false."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from fhir_validators import Alarm, Known, Resource, Validate, judged, known
from project import ROOT

from .fhir_checks import own

NAMES = ("models", "fhirkit", "schema", "medplum", "pyrofile")


@pytest.fixture(scope="module")
def examples() -> list[Resource]:
    paths = (path for path in sorted((ROOT / "examples" / "fhir").glob("*.json")) if ".expected" not in path.name)
    return [{**json.loads(path.read_text("utf-8")), "id": path.stem} for path in paths]


def alarms(validators: Mapping[str, Validate], name: str, over: str, given: list[Resource]) -> list[str]:
    """Return what a validator newly says, and what it no longer says."""
    listed = [one for one in known() if over in one.over.split() and one.validator == name]
    return judged(validators[name](given), listed)


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_are_valid(validators: Mapping[str, Validate], name: str, examples: list[Resource]) -> None:
    found = alarms(validators, name, "examples", examples)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_valid(validators: Mapping[str, Validate], name: str, artifacts: list[Resource]) -> None:
    found = alarms(validators, name, "artifacts", artifacts)
    assert not found, "\n".join(found)


def test_artifacts_fit_together(artifacts: list[Resource]) -> None:
    assert own(artifacts) == []


def test_the_examples_claim_profiles_of_mcode(examples: list[Resource], mcode: Mapping[str, Resource]) -> None:
    """Else no validator would hold them against one."""
    claimed = {
        url for one in examples for entry in one["entry"] for url in entry["resource"].get("meta", {}).get("profile", ())
    }
    assert claimed <= set(mcode)
    assert {url.rsplit("mcode-")[-1] for url in claimed} == {
        "primary-cancer-condition",
        "secondary-cancer-condition",
        "cancer-disease-status",
    }


def test_every_known_alarm_is_of_a_validator_that_runs() -> None:
    assert {one.validator for one in known()} <= set(NAMES)
    assert {over for one in known() for over in one.over.split()} <= {"examples", "artifacts", "answers"}


ALARM = Alarm("kit", "Patient/a", "error", "Patient.name[0]", "required element missing")
STALE = "one: this alarm no longer occurs"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{}], []),
        ([{"path": r"Patient/a Patient\.name\[\d+\]", "message": "^required"}], []),
        ([], ["kit error: Patient/a Patient.name[0]: required element missing"]),
        (
            [{"rule": "other"}],
            ["kit error: ", STALE],
        ),
        ([{"path": "Patient/a Patient"}], ["kit error: ", STALE]),
        ([{"message": "superfluous"}], ["kit error: ", STALE]),
        ([{}, {"id": "two", "validator": "models"}], ["two: this alarm no longer occurs"]),
    ],
)
def test_a_new_alarm_is_told_and_so_is_a_row_that_covers_none(rows: list[dict[str, str]], expected: list[str]) -> None:
    usual = {"id": "one", "over": "examples", "validator": "kit", "rule": "error", "reason": "made up"}
    found = judged([ALARM], [Known(**{**usual, **row}) for row in rows])
    assert len(found) == len(expected)
    assert all(one.startswith(start) for one, start in zip(found, expected, strict=True))


def test_no_two_rows_have_one_id(tmp_path: Path) -> None:
    row = "- {id: a, over: examples, validator: kit, rule: error, reason: made up}\n"
    (tmp_path / "known.yaml").write_text(row * 2)
    with pytest.raises(AssertionError):
        known(tmp_path / "known.yaml")
