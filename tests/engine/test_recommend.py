"""The answer: the JSON contract, and what it says for cases chosen to show one thing each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import pnet_pathways
from examples import LARGE_HEAD, certain
from pnet_pathways import (
    Case,
    CaseError,
    InconsistentCaseError,
    Recommendation,
    TumorType,
    load_pathways,
    recommend,
)
from pnet_pathways.engine.answer import Certainty, Status
from pnet_pathways.engine.recommend import Engine
from pnet_pathways.model.pathway import Definitions
from project_vocabulary import FACTS

CASES: dict[str, dict[str, Any]] = {
    "nothing known": {},
    "acceptance example": LARGE_HEAD,
    "the same, removable": {**LARGE_HEAD, "resectable": True},
    "gastrinoma, left after surgery": {
        "tumor_type": "gastrinoma",
        "pancreatic_tumors": "several",
        "residual_after_surgery": True,
        "spread": {"liver": True},
    },
    "VIPoma growing": {"tumor_type": "vipoma", "course": "progressive", "spread": ["liver"], "symptoms": ["diarrhea"]},
    "out of scope": {"tumor_type": "exocrine", "course": "new"},
}


@pytest.fixture(params=CASES.values(), ids=list(CASES))
def answer(request: pytest.FixtureRequest) -> Recommendation:
    return recommend(request.param)


# The acceptance example


def test_a_large_insulinoma_of_the_head_that_cannot_be_removed_gets_its_operation_and_what_is_listed_for_such_tumors() -> None:
    assert certain(recommend(LARGE_HEAD)) == [
        ("INS-2", ("pancreatoduodenectomy",), "usual"),
        ("INS-5", ("combination_chemotherapy",), "may"),
        ("INS-5", ("insulin_lowering_drug",), "may"),
        ("INS-5", ("hormone_therapy",), "may"),
        ("INS-5", ("radiofrequency_ablation",), "may"),
        ("INS-5", ("cryosurgical_ablation",), "may"),
    ]


def test_the_tension_in_the_acceptance_example_is_shown_with_the_option() -> None:
    answer = recommend(LARGE_HEAD)
    assert answer.options[0].readings == ("R-2", "R-23")
    assert "R-2" in answer.to_dict()["readings"]


def test_the_acceptance_example_leaves_only_symptoms_open() -> None:
    answer = recommend(LARGE_HEAD)
    symptoms = ("symptoms.stomach_ulcers", "symptoms.diarrhea", "symptoms.low_blood_sugar", "symptoms.high_blood_sugar")
    assert (answer.status, answer.gaps, answer.missing) == (Status.INCOMPLETE, (), symptoms)
    assert {one.track for one in answer.options if one.certainty is Certainty.POSSIBLE} == {"supportive"}


def test_the_acceptance_example_is_complete_once_the_symptoms_are_known() -> None:
    answer = recommend({**LARGE_HEAD, "symptoms": []})
    assert answer.status is Status.COMPLETE
    assert certain(answer) == certain(recommend(LARGE_HEAD))


def test_the_same_tumor_when_removable_is_a_gap() -> None:
    (gap,) = recommend({**LARGE_HEAD, "resectable": True}).gaps
    assert (gap.track, gap.certainty, gap.depends_on, gap.readings) == ("primary", Certainty.CERTAIN, (), ("R-2",))


# The JSON contract

ANSWER = {
    "status": str,
    "pathway": str | None,
    "options": list,
    "gaps": list,
    "missing": list,
    "not_used": list,
    "trace": list,
    "readings": dict,
    "advice": list,
    "note": str,
    "statements": dict,
    "case": dict,
    "source": dict,
    "disclaimer": str,
}
OPTION = {
    "statement": str,
    "pathway": str,
    "track": str,
    "treatments": list,
    "optional": list,
    "strength": str,
    "certainty": str,
    "depends_on": list,
    "readings": list,
    "intent": str | None,
    "choice": str | None,
    "item": int,
    "label": str,
}
GAP = {"track": str, "message": str, "certainty": str, "depends_on": list, "readings": list, "nearest": list}
PROMISED = {"status", "pathway", "options", "gaps", "missing", "trace", "readings", "advice", "source", "disclaimer"}
"""The keys that `semantics.md` promises; more may be added."""


def test_an_answer_holds_the_keys_of_the_contract_with_values_of_their_types(answer: Recommendation) -> None:
    data = answer.to_dict()
    assert set(data) >= PROMISED
    assert {key for key, kind in ANSWER.items() if not isinstance(data[key], kind)} == set()


def test_an_option_holds_the_keys_of_the_contract_with_values_of_their_types(answer: Recommendation) -> None:
    for option in answer.to_dict()["options"]:
        assert {key for key, kind in OPTION.items() if not isinstance(option[key], kind)} == set()
        for key in ("treatments", "optional", "depends_on", "readings"):
            assert all(isinstance(one, str) for one in option[key])


def test_a_gap_holds_the_keys_of_the_contract_with_values_of_their_types(answer: Recommendation) -> None:
    for gap in answer.to_dict()["gaps"]:
        assert {key for key, kind in GAP.items() if not isinstance(gap[key], kind)} == set()
        for near in gap["nearest"]:
            assert set(near) >= {"statement", "differs"}
            assert all(set(one) >= {"fact", "is", "needs"} for one in near["differs"])


def test_an_answer_is_plain_json(answer: Recommendation) -> None:
    """Nothing but dictionaries with text keys, lists, text, numbers, booleans and null, of exactly these types."""
    data = answer.to_dict()
    assert json.loads(json.dumps(data)) == data
    kinds = set[type]()

    def collect(value: object) -> None:
        kinds.add(type(value))
        if isinstance(value, dict):
            for key, inner in value.items():
                kinds.add(type(key))
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)

    collect(data)
    assert kinds <= {dict, list, str, int, bool, type(None)}


@pytest.mark.parametrize(
    ("key", "allowed"),
    [
        ("strength", {"usual", "rare", "may"}),
        ("certainty", {"certain", "possible"}),
        ("intent", {"palliative", None}),
        ("track", {"primary", "spread", "supportive", "course"}),
    ],
)
def test_an_option_says_it_in_the_words_of_the_contract(answer: Recommendation, key: str, allowed: set[str | None]) -> None:
    assert {option[key] for option in answer.to_dict()["options"]} <= allowed


def test_gaps_arise_in_two_tracks_only(answer: Recommendation) -> None:
    assert {gap["track"] for gap in answer.to_dict()["gaps"]} <= {"primary", "spread"}


def test_the_status_is_one_of_the_contracts(answer: Recommendation) -> None:
    assert answer.to_dict()["status"] in {"complete", "incomplete", "out_of_scope"}


def test_missing_facts_are_named_as_the_contract_names_them(answer: Recommendation) -> None:
    assert set(answer.to_dict()["missing"]) <= set(FACTS)


def test_every_reading_that_an_option_or_a_gap_names_is_told_in_full(answer: Recommendation) -> None:
    data = answer.to_dict()
    named = {key for one in (*data["options"], *data["gaps"]) for key in one["readings"]}
    assert named <= set(data["readings"])
    assert all(data["readings"].values())


@pytest.mark.parametrize("kind", [None, *TumorType])
def test_every_answer_shows_the_readings_of_every_answer(kind: TumorType | None, definitions: Definitions) -> None:
    assert set(definitions.entry.every_answer) <= set(recommend({"tumor_type": kind}).readings)


def test_readings_stand_in_the_order_of_their_numbers(answer: Recommendation) -> None:
    numbers = [int(key.removeprefix("R-")) for key in answer.readings]
    assert numbers == sorted(set(numbers))


def test_every_statement_that_an_answer_names_is_located_in_the_source(answer: Recommendation) -> None:
    data = answer.to_dict()
    named = {one["statement"] for one in data["options"]} | {
        near["statement"] for gap in data["gaps"] for near in gap["nearest"]
    }
    assert set(data["statements"]) == named
    for statement in data["statements"].values():
        for locator in statement["locators"]:
            assert set(locator) == {"section", "first", "last", "start", "end", "sha256"}


def test_every_answer_tells_source_version_and_disclaimer(answer: Recommendation, definitions: Definitions) -> None:
    data = answer.to_dict()
    assert data["disclaimer"] == definitions.source.disclaimer
    assert data["source"]["updated"] == "2022-10-07"
    assert data["source"]["definition_hash"] == definitions.content_hash


def test_every_answer_carries_the_advice_for_everyone(answer: Recommendation) -> None:
    assert [one["id"] for one in answer.to_dict()["advice"]] == ["clinical_trials", "follow_up_tests"]


def test_advice_is_no_option(answer: Recommendation) -> None:
    assert not {"clinical_trials", "follow_up_tests"} & {one for option in answer.options for one in option.treatments}


def test_an_answer_repeats_its_case(answer: Recommendation) -> None:
    assert answer.to_dict()["case"] == answer.case.to_dict()


def test_changing_an_answers_data_leaves_the_answer_alone() -> None:
    answer = recommend(LARGE_HEAD)
    data = answer.to_dict()
    for key in ("options", "missing", "readings", "statements", "advice", "source", "case"):
        data[key].clear()
    assert answer.to_dict() == recommend(LARGE_HEAD).to_dict()


# Determinism

_DIGEST = """
import hashlib, itertools, json
from pnet_pathways import TumorType, recommend
from pnet_pathways.engine.text import as_markdown, as_text
digest = hashlib.sha256()
spreads = [None, ["lymph_nodes"], ["liver", "other"]]
for kind, course, spread in itertools.product([None, *TumorType], [None, "progressive"], spreads):
    answer = recommend({"tumor_type": kind, "course": course, "spread": spread})
    for text in (json.dumps(answer.to_dict()), as_text(answer), as_markdown(answer), answer.explain()):
        digest.update(text.encode())
print(digest.hexdigest())
"""


def test_answers_are_the_same_to_the_byte_in_every_process() -> None:
    """With other hash seeds, so that no order of a set shows through."""
    source = str(Path(pnet_pathways.__file__).parents[1])
    digests = set()
    for seed in ("0", "1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": source}
        done = subprocess.run([sys.executable, "-c", _DIGEST], env=environment, capture_output=True, text=True, check=True)
        digests.add(done.stdout)
    assert len(digests) == 1


def test_answers_do_not_depend_on_what_was_asked_before(definitions: Definitions) -> None:
    fresh = [Engine(definitions).recommend(Case.from_dict(data)) for data in CASES.values()]
    shared = Engine(definitions)
    backwards = [shared.recommend(Case.from_dict(data)) for data in reversed(CASES.values())]
    assert [json.dumps(one.to_dict()) for one in fresh] == [json.dumps(one.to_dict()) for one in reversed(backwards)]


def test_answers_to_the_same_case_are_equal() -> None:
    assert recommend(LARGE_HEAD) == recommend(Case.from_dict(LARGE_HEAD))
    assert recommend(LARGE_HEAD) != recommend({**LARGE_HEAD, "course": "recurrent"})


def test_definitions_loaded_again_answer_the_same(folder: Path) -> None:
    again = recommend(LARGE_HEAD, load_pathways(folder))
    assert json.dumps(again.to_dict()) == json.dumps(recommend(LARGE_HEAD).to_dict())


def test_the_order_of_the_facts_given_does_not_matter() -> None:
    backwards = dict(reversed(LARGE_HEAD.items()))
    assert json.dumps(recommend(backwards).to_dict()) == json.dumps(recommend(LARGE_HEAD).to_dict())


# What is taken


def test_a_mapping_that_is_no_case_is_refused() -> None:
    with pytest.raises(CaseError, match="did you mean 'tumor_type'"):
        recommend({"tumor_typ": "insulinoma"})


def test_contradictions_are_refused() -> None:
    with pytest.raises(InconsistentCaseError, match="spread to the liver"):
        recommend({"mostly_liver": True, "spread": []})


def test_nothing_that_could_be_passed_by_mistake_is_taken_for_a_case() -> None:
    with pytest.raises(CaseError, match="an object of facts"):
        recommend(None)  # type: ignore[arg-type]
