"""Example cases that tests of several subjects share."""

from __future__ import annotations

from typing import Any, Final

from pnet_pathways import Recommendation
from pnet_pathways.engine.answer import Certainty

LARGE_HEAD: Final[dict[str, Any]] = {
    "tumor_type": "insulinoma",
    "pancreatic_tumors": "one",
    "sites": ["head"],
    "size": "large",
    "resectable": False,
    "spread": [],
    "course": "new",
}
"""The project's acceptance example: a large insulinoma of the head that cannot be removed."""

EVERYTHING: Final[dict[str, Any]] = {
    "tumor_type": "insulinoma",
    "course": "new",
    "primary_removed": False,
    "pancreatic_tumors": "one",
    "sites": ["head"],
    "duodenal_tumors": False,
    "size": "small",
    "resectable": True,
    "residual_after_surgery": False,
    "refractory": False,
    "spread": ["lymph_nodes", "liver"],
    "spread_resectable": False,
    "mostly_liver": False,
    "severe_symptoms": True,
    "symptoms": ["diarrhea"],
}
"""A case in which every fact is given."""


def certain(answer: Recommendation) -> list[tuple[str, tuple[str, ...], str]]:
    """Return statement, treatments and strength of the options that are certain."""
    return [(one.statement, one.treatments, str(one.strength)) for one in answer.options if one.certainty is Certainty.CERTAIN]
