"""What outside validators say of answers: nothing but what is known to be false."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from adapters.test_fhir_validators import NAMES, alarms
from fhir_validators import Resource, Validate
from pnet_pathways import recommend
from pnet_pathways.adapters.fhir import case_from_bundle
from pnet_pathways.adapters.fhir.answers import answer_bundle
from pnet_pathways.model.pathway import Definitions
from project import ROOT

READ = ("exocrine", "failed-prefetch")
"""Out of scope; incomplete, with options, gaps, alternatives, and what became no fact."""
KNOWN = {"course": "stable", "primary_removed": False, "spread": [], "symptoms": [], "refractory": False}
GASTRINOMA = {**KNOWN, "tumor_type": "gastrinoma", "resectable": True, "duodenal_tumors": False}
CASES = (
    {**GASTRINOMA, "sites": ["body"], "residual_after_surgery": False},
    {**GASTRINOMA, "pancreatic_tumors": "several", "sites": ["head"], "residual_after_surgery": True},
    {**GASTRINOMA, "pancreatic_tumors": "one", "sites": ["head"], "duodenal_tumors": True, "residual_after_surgery": False},
    {**KNOWN, "tumor_type": "insulinoma", "spread": ["liver"], "mostly_liver": True, "severe_symptoms": True},
)
"""What applies either way, a choice, a gap of a combination, and what is given with or without something."""


@pytest.fixture(scope="module")
def answered(definitions: Definitions) -> list[Resource]:
    found = {}
    for name in READ:
        reading = case_from_bundle(json.loads((ROOT / "examples" / "fhir" / f"{name}.json").read_text("utf-8")), definitions)
        found[name] = answer_bundle(recommend(reading.case, definitions), reading=reading, at="2026-11-28T10:00:00Z")
    for number, case in enumerate(CASES):
        found[f"case-{number}"] = answer_bundle(recommend(case, definitions))
    told = json.dumps(list(found.values()))
    for code in (
        "either-way",
        "combination",
        "silent",
        "palliative",
        "one-or-more",
        "at-most-one",
        "not-supported",
        "incomplete",
    ):
        assert f'"{code}"' in told, code
    return [{**bundle, "id": name} for name, bundle in found.items()]


@pytest.mark.parametrize("name", NAMES)
def test_answers_are_valid(validators: Mapping[str, Validate], name: str, answered: list[Resource]) -> None:
    found = alarms(validators, name, "answers", answered)
    assert not found, "\n".join(found[:30])
