"""Readable names of scenarios, made from their facts alone: ``gastrinoma/one.head.no-duodenum.removable...``.

Every value of every fact has a word of its own, and a no is written out (unknown is not no), so that two scenarios with
the same id have the same facts, whatever the definitions are. Facts that do not apply (the size of several tumors) are
left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ...model.facts import (
    FACTS,
    Scenario,
    Value,
    answer_name,
    applies,
)

_YES_AND_NO: Final[Mapping[str, tuple[str, str]]] = {
    "duodenal_tumors": ("duodenum", "no-duodenum"),
    "resectable": ("removable", "not-removable"),
    "residual_after_surgery": ("residual", "no-residual"),
    "refractory": ("refractory", "not-refractory"),
    "spread.lymph_nodes": ("nodes", "no-nodes"),
    "spread.liver": ("liver", "no-liver"),
    "spread.other": ("elsewhere", "not-elsewhere"),
    "mostly_liver": ("mostly-liver", "not-mostly-liver"),
    "severe_symptoms": ("severe", "not-severe"),
    "symptoms.excess_stomach_acid": ("acid", "no-acid"),
    "symptoms.stomach_ulcers": ("ulcers", "no-ulcers"),
    "symptoms.diarrhea": ("diarrhea", "no-diarrhea"),
    "symptoms.low_blood_sugar": ("low-sugar", "no-low-sugar"),
    "symptoms.high_blood_sugar": ("high-sugar", "no-high-sugar"),
}


def word(fact: str, value: Value) -> str:
    """Return the word that stands for a fact's value in an id; no two facts share one."""
    if fact == "pancreatic_tumors" and value == "none":
        return "no-tumor"
    if fact in _YES_AND_NO:
        yes, no = _YES_AND_NO[fact]
        return yes if value is True else no
    return answer_name(value).replace(" and ", "-").replace("_", "-").replace(" ", "-")


def scenario_id(pathway: str, scenario: Scenario) -> str:
    """Return the id of a scenario: the pathway, then the words of the facts in the order of the case.

    The tumor type is left out where the pathway has its name.
    """
    words = [
        word(name, scenario[name])
        for name in FACTS
        if name in scenario and applies(name, scenario) and not (name == "tumor_type" and scenario[name] == pathway)
    ]
    return f"{pathway}/{'.'.join(words) or 'every'}"
