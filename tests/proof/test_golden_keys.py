"""What a golden answer can expect beyond the options: each key is compared, and an unknown one is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pnet_pathways import Case, DefinitionError, recommend
from pnet_pathways.proof.mutate.golden import GoldenAnswer, differences, read_golden
from project_vocabulary import VOCABULARY

LARGE_HEAD = Case.from_dict(
    {"tumor_type": "insulinoma", "pancreatic_tumors": "one", "sites": ["head"], "size": "large", "course": "new", "spread": []}
)


def found(expected: dict[str, Any], case: Case = LARGE_HEAD) -> list[str]:
    """Return what differs from an expectation."""
    return list(differences(GoldenAnswer("x.yaml", 1, "name", case, expected, {}), recommend(case)))


@pytest.mark.parametrize(
    "expected",
    [
        {"never": ["INS-1", "INS-6: tumor_removal"]},
        {"items": {"INS-5": [5, 6, 7, 8, 8]}},
        {
            "readings": {
                "INS-2: usually pancreatoduodenectomy": ["R-2", "R-23"],
                "INS-5: hormone_therapy": ["R-17", "R-18"],
                "SUP-3: small_frequent_meals": [],
                "primary": ["R-2"],
            }
        },
        {"answer_readings": ["R-2", "R-13", "R-17", "R-18", "R-23"]},
        {"says": {"primary": "one large tumor in the head"}},
        {"status": "incomplete"},
        {"gaps": {"primary": "possible"}},
    ],
    ids=lambda expected: next(iter(expected)),
)
def test_an_expectation_that_holds_passes(expected: dict[str, Any]) -> None:
    assert not found(expected)


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({"never": ["INS-2"]}, "never: expected no 'INS-2: usually pancreatoduodenectomy'"),
        ({"never": ["INS-5: hormone_therapy"]}, "never: expected no 'INS-5: hormone_therapy'"),
        ({"items": {"INS-2": [3]}}, "items: expected {'INS-2': [3]}, found {'INS-2': [2]}"),
        ({"items": {"INS-1": [1]}}, "items: expected {'INS-1': [1]}, found {'INS-1': []}"),
        ({"readings": {"primary": []}}, "readings: expected {'primary': []}, found {'primary': ['R-2']}"),
        ({"answer_readings": ["R-2"]}, "answer_readings: expected ['R-2'], found ['R-2', 'R-13', 'R-17', 'R-18', 'R-23']"),
        ({"status": "complete"}, "status: expected complete, found incomplete"),
    ],
)
def test_an_expectation_that_does_not_hold_says_so(expected: dict[str, Any], message: str) -> None:
    assert found(expected) == [message]


def test_exactly_the_alternatives_that_would_change_an_answer_are_expected() -> None:
    """Beside the removal of a small tumor, R-1 alone speaks of whether it can be removed."""
    small = Case.from_dict(
        {
            "tumor_type": "insulinoma",
            "course": "new",
            "pancreatic_tumors": "one",
            "sites": ["tail"],
            "size": "small",
            "resectable": False,
            "spread": [],
        }
    )
    assert not found({"changed_by": ["R-1=literal"]}, small)
    assert found({"changed_by": []}, small) == ["changed_by: expected [], found ['R-1=literal']"]


def test_words_that_a_gap_does_not_say_and_a_track_without_gap_are_told() -> None:
    assert found({"says": {"primary": "in the tail"}})[0].startswith("says: expected {'primary': 'in the tail'}, found {")
    assert found({"says": {"spread": "lymph"}}) == ["says: expected {'spread': 'lymph'}, found {'spread': []}"]


def test_an_unknown_key_is_refused_since_it_would_never_be_compared(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("answers:\n  - {name: a, case: {}, certain: [], because: {}, misssing: []}\n")
    with pytest.raises(DefinitionError, match=r"no key 'misssing' \(did you mean 'missing'\?\)"):
        read_golden(path, VOCABULARY)


def test_an_answer_without_a_needed_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("answers:\n  - {name: a, case: {}}\n  - text\n")
    with pytest.raises(DefinitionError) as caught:
        read_golden(path, VOCABULARY)
    assert len(caught.value.problems) == 2
