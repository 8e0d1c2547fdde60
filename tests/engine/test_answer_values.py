"""Answers as values: equal, hashable, copied, pickled, matched and frozen, as people expect of a value."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

from changed_answers import saying
from pnet_pathways import Case, DefinitionError, Recommendation, load_pathways, recommend
from pnet_pathways.engine import recommend as module
from pnet_pathways.engine.answer import Status

CASE: dict[str, object] = {"tumor_type": "insulinoma", "resectable": True, "spread": ["liver"]}
LIKE: tuple[dict[str, object], ...] = (
    {},
    CASE,
    {"tumor_type": "exocrine"},
    {"tumor_type": "vipoma", "symptoms": ["diarrhea"], "size": "small"},
)


@pytest.mark.parametrize("case", LIKE, ids=str)
def test_an_answer_equals_one_that_says_the_same_of_the_same_case(case: dict[str, object]) -> None:
    answer = recommend(case)
    for again in (recommend(Case.from_dict(case)), recommend(case, load_pathways(load_pathways().folder))):
        assert again == answer
        assert hash(again) == hash(answer)
        assert repr(again) == repr(answer)
    assert len({answer, recommend(case)}) == 1


def test_an_answer_differs_where_it_says_something_else() -> None:
    answer = recommend(CASE)
    assert answer != recommend({**CASE, "resectable": False})
    assert answer != recommend(CASE, readings={"R-2": "on_its_own"})
    assert answer != saying(answer, options=answer.options[1:])
    assert answer != "answer"


def test_the_same_said_of_another_case_is_another_answer() -> None:
    one, other = (
        recommend({"tumor_type": "insulinoma", "size": "small", **more}) for more in ({}, {"pancreatic_tumors": "one"})
    )
    assert one.options == other.options
    assert one != other


@pytest.mark.parametrize("readings", [{}, {"R-2": "on_its_own"}], ids=str)
@pytest.mark.parametrize("case", LIKE[:3], ids=str)
def test_an_answer_survives_copying_and_pickling(case: dict[str, object], readings: dict[str, str]) -> None:
    answer = recommend(case, readings=readings)
    for again in (copy.copy(answer), copy.deepcopy(answer), pickle.loads(pickle.dumps(answer))):  # noqa: S301 - our own bytes
        assert again == answer


def test_an_answer_is_read_in_another_process(tmp_path: Path) -> None:
    (tmp_path / "answer").write_bytes(pickle.dumps(recommend(CASE)))
    code = "import pathlib, pickle, sys; print(pickle.loads(pathlib.Path(sys.argv[1]).read_bytes()))"
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "answer"], capture_output=True, text=True, check=True)
    assert done.stdout == f"{recommend(CASE)}\n"


def test_an_answer_of_other_definitions_is_pickled_with_them(folder: Path) -> None:
    file = folder / "treatments.yaml"
    file.write_text(file.read_text("utf-8").replace("label: hormone therapy", "label: therapy with hormones"), "utf-8")
    answer = recommend(CASE, load_pathways(folder))
    assert "therapy with hormones" in repr(answer.options)
    assert pickle.loads(pickle.dumps(answer)) == answer  # noqa: S301


def test_an_answer_from_a_process_with_other_definitions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = pickle.dumps(recommend(CASE))
    monkeypatch.setattr(module, "load_pathways", lambda: attrs.evolve(load_pathways(), content_hash="other"))
    with pytest.raises(DefinitionError, match="given with other definitions"):
        pickle.loads(sent)  # noqa: S301


def test_an_answer_is_matched_by_what_it_says() -> None:
    match recommend(CASE):
        case Recommendation(Status.INCOMPLETE, "insulinoma", options, gaps=gaps, missing=missing):
            assert options
            assert (len(gaps), missing[0]) == (1, "course")
        case _:
            pytest.fail("it is not matched")


@pytest.mark.parametrize("name", ["status", "options", "case", "anything"])
def test_an_answer_is_frozen(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(recommend(CASE), name, ())


def test_a_repr_says_all_that_the_answer_says() -> None:
    text = repr(recommend(CASE))
    assert text.startswith(
        "Recommendation(status=<Status.INCOMPLETE: 'incomplete'>, pathway='insulinoma', options=(OfferedOption("
    )
    assert text.endswith("'spread.liver': True, 'spread.other': False}))")
    shown = ["missing=('course'", "not_used=()", "trace=(Step(", "readings=('R-1'", "note=''", "case=Case(given="]
    assert all(f", {one}" in text for one in shown)
