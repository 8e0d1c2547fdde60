"""The JSON text of answers and cases, put together from shared texts: byte for byte that of their data."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from pnet_pathways import Case, load_pathways, recommend
from pnet_pathways.engine.recommend import engine_for
from project import DEFINITIONS
from project_vocabulary import FACTS, VOCABULARY
from random_cases import random_cases

CASES = sorted((DEFINITIONS / "cases").glob("*.json"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("readings", [{}, {"R-2": "on_its_own"}], ids=str)
def test_an_answers_text_is_that_of_its_data(path: Path, readings: dict[str, str]) -> None:
    answer = recommend(Case.from_json(path.read_text("utf-8")), readings=readings)
    assert answer.to_json() == json.dumps(answer.to_dict())


@pytest.mark.parametrize("kind", [None, *FACTS["tumor_type"].values])
def test_an_answer_to_the_type_alone_has_the_text_of_its_data(kind: str | None) -> None:
    answer = recommend({"tumor_type": kind})
    assert answer.to_json() == json.dumps(answer.to_dict())


def test_answers_that_share_what_they_say_have_texts_of_their_own() -> None:
    for case in random_cases(17, 300):
        answer = engine_for().recommend(case)
        assert answer.to_json() == json.dumps(answer.to_dict()), case


def test_an_answer_of_another_document_has_the_text_of_its_data() -> None:
    definitions = load_pathways("examples/documents/pump_fault")
    vocabulary = definitions.vocabulary
    for name, fact in vocabulary.facts.items():
        for value in fact.values:
            if vocabulary.consistent({name: value}):
                answer = recommend(Case.of_consistent(vocabulary, {name: value}), definitions)
                assert answer.to_json() == json.dumps(answer.to_dict())


def test_a_cases_text_is_that_of_its_data() -> None:
    for one, other in itertools.combinations([(name, value) for name, fact in FACTS.items() for value in fact.values], 2):
        if one[0] != other[0] and VOCABULARY.consistent(dict([one, other])):
            both = Case.of_consistent(VOCABULARY, dict([one, other]))
            assert both.to_json() == json.dumps(both.to_dict())
    for case in random_cases(18, 300):
        assert case.to_json() == json.dumps(case.to_dict())
    assert Case().to_json() == "{}"


def test_data_that_is_changed_changes_no_other_answer() -> None:
    case = {"tumor_type": "insulinoma", "size": "small"}
    before = recommend(case).to_json()
    data = recommend(case).to_dict()
    for value in data.values():
        if isinstance(value, (list, dict)):
            value.clear()
    assert recommend(case).to_json() == before == json.dumps(recommend(case).to_dict())
