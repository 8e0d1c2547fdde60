"""Every scenario is answered as it was before the vocabulary became data: the answers were recorded by the code of then.

The record (``tests/data/old_answers.json.gz``) holds each scenario's case, its options as numbers of a common list, and its
gaps. Where the summary is read anew, an answer may change: then write down here which and why.
"""

from __future__ import annotations

import functools
import gzip
import json
from typing import Any

import pytest

from pnet_pathways import Case, recommend
from pnet_pathways.engine.answer import Certainty, OfferedOption
from pnet_pathways.model.pathway import Definitions, Option
from pnet_pathways.proof.scenarios.records import ScenarioRecord
from pnet_pathways.proof.scenarios.space import scenario_space
from project import ROOT

RECORD: dict[str, Any] = json.loads(gzip.decompress((ROOT / "tests" / "data" / "old_answers.json.gz").read_bytes()))
SCENARIOS: dict[str, dict[str, Any]] = RECORD["scenarios"]
OPTIONS: list[list[Any]] = RECORD["options"]
COUNTS = {
    "gastrinoma": 8448,
    "insulinoma": 672,
    "glucagonoma": 672,
    "vipoma": 48,
    "somatostatinoma": 48,
    "other": 48,
    "recurrent": 12,
    "supportive": 16,
}

by_pathway = pytest.mark.parametrize("pathway", SCENARIOS)


def test_the_record_holds_every_scenario_of_every_pathway(definitions: Definitions) -> None:
    assert {name: len(scenarios) for name, scenarios in SCENARIOS.items()} == COUNTS
    assert COUNTS.keys() == definitions.pathways.keys()


def said(option: Option | OfferedOption) -> list[Any]:
    """Return what is compared of an option, in the form of the record."""
    whole = [option.statement, option.treatments, option.optional, option.strength, option.intent, option.choice]
    plain: list[Any] = json.loads(json.dumps(whole))
    return plain


@functools.cache
def records(pathway: str) -> dict[str, ScenarioRecord]:
    """Return every scenario of a pathway as it is now, by id."""
    return {record.id: record for record in scenario_space(pathway).records()}


@by_pathway
def test_every_recorded_scenario_is_still_one_with_the_same_facts_options_and_gaps(pathway: str) -> None:
    changed = []
    for name, (case, numbers, gaps) in SCENARIOS[pathway].items():
        record = records(pathway).get(name)
        if (
            record is None
            or record.case != Case.from_dict(case)
            or [said(option) for option in record.options] != [OPTIONS[number] for number in numbers]
            or [gap.track for gap in record.gaps] != gaps
        ):
            changed.append(name)
    assert changed == []


@by_pathway
def test_every_added_scenario_is_one_of_a_single_tumor_in_several_parts(pathway: str) -> None:
    """Which the rules of then did not allow."""
    for name, record in records(pathway).items():
        if name not in SCENARIOS[pathway]:
            given = record.case.given
            assert given["pancreatic_tumors"] == "one", name
            assert sum(given[f"sites.{part}"] is True for part in ("head", "body", "tail")) > 1, name


@by_pathway
def test_the_answer_to_every_recorded_case_is_certain_and_the_same(pathway: str, definitions: Definitions) -> None:
    tracks = definitions.pathways[pathway].tracks
    groups = {track.group for track in tracks.values()}
    changed = []
    for name, (case, numbers, gaps) in SCENARIOS[pathway].items():
        answer = recommend(case, definitions)
        options = [option for option in answer.options if option.pathway == pathway]
        silent = {gap.track: gap.certainty for gap in answer.gaps if gap.track in groups}
        if (
            [said(option) for option in options] != [OPTIONS[number] for number in numbers]
            or {option.certainty for option in options} - {Certainty.CERTAIN}
            or silent != {tracks[track].group: Certainty.CERTAIN for track in gaps}
        ):
            changed.append(name)
    assert changed == []
