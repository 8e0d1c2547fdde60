"""The example cases: readable, answered, and together a tour of everything that an answer can be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pnet_pathways import Case, recommend
from pnet_pathways.engine.answer import Certainty, Status
from pnet_pathways.engine.tables import GapKind
from pnet_pathways.model.pathway import Definitions
from project import DEFINITIONS

CASES = sorted((DEFINITIONS / "cases").glob("*.json"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_an_example_is_answered_and_its_name_tells_whether_a_track_is_silent(path: Path) -> None:
    answer = recommend(Case.from_json(path.read_text()))
    silent = [gap for gap in answer.gaps if gap.kind is GapKind.SILENT and gap.certainty is Certainty.CERTAIN]
    assert path.stem.endswith("-gap") == bool(silent)
    json.dumps(answer.to_dict())


def test_the_examples_cover_every_pathway_gaps_and_partial_knowledge(definitions: Definitions) -> None:
    answers = [recommend(Case.from_json(path.read_text())) for path in CASES]
    assert len(answers) >= 20
    assert {option.pathway for answer in answers for option in answer.options} == set(definitions.pathways)
    assert {answer.status for answer in answers} == set(Status)
    assert {gap.track for answer in answers for gap in answer.gaps if gap.certainty is Certainty.CERTAIN} == {
        "primary",
        "spread",
    }
    assert any(answer.case.entry is None for answer in answers)
