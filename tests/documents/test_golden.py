"""The hand-written answers of the document's ``golden``: what the library must say, each with the passage that justifies it."""

from __future__ import annotations

from collections import Counter

import pytest

from pnet_pathways import recommend
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.proof.mutate.golden import GoldenAnswer, differences, read_golden
from project import DEFINITIONS
from project_vocabulary import VOCABULARY

FILES = sorted((DEFINITIONS / "golden").glob("*.yaml"))
ANSWERS = [answer for path in FILES for answer in read_golden(path, VOCABULARY)]


@pytest.mark.parametrize("golden", ANSWERS, ids=lambda golden: f"{golden.file}:{golden.line}")
def test_the_answer_is_the_one_written_by_hand(golden: GoldenAnswer) -> None:
    assert not list(differences(golden, recommend(golden.case, readings=golden.under)))


@pytest.mark.parametrize("golden", ANSWERS, ids=lambda golden: f"{golden.file}:{golden.line}")
def test_the_justifying_words_stand_where_the_golden_file_says(golden: GoldenAnswer, source_text: str) -> None:
    start, section = golden.because["start"], golden.because["section"]
    assert source_text.startswith(golden.because["first"], start)
    headings = [place for place in range(start) if source_text.startswith(section, place)]
    assert headings, f"the section '{section}' begins before the passage"


def test_there_are_at_least_four_answers_per_pathway(definitions: Definitions) -> None:
    counts = Counter(golden.file.removesuffix(".yaml") for golden in ANSWERS)
    assert set(counts) == set(definitions.pathways)
    assert min(counts.values()) >= 4


def test_every_statement_is_certain_in_some_answer_and_absent_from_another(definitions: Definitions) -> None:
    """Each condition is seen from both sides."""
    for pathway in definitions.pathways.values():
        for statement in pathway.statements:
            lines = [
                [line for key in ("certain", "possible") for line in golden.expected.get(key, ())]
                for golden in ANSWERS
                if golden.file == f"{pathway.name}.yaml" and not golden.under
            ]
            holding = [any(line.startswith(f"{statement.id}:") for line in one) for one in lines]
            assert any(holding), statement.id
            # VIP-1 has no condition: it holds for every VIPoma.
            assert not all(holding) or statement.condition.to_data() == "always", statement.id


def test_names_are_unique_within_a_file() -> None:
    names = Counter((golden.file, golden.name) for golden in ANSWERS)
    assert max(names.values()) == 1
