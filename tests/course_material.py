"""Care courses of the project, begun, led through events, or resumed, and cases in its vocabulary."""

from __future__ import annotations

from typing import Any

from pnet_pathways import CareCourse
from pnet_pathways.model.case import Case
from reference_material import reference_only

STARTS = "treatment_starts"
BEFORE = {"tumor_type": "gastrinoma", "pancreatic_tumors": "one", "sites": ["tail"], "size": "large", "resectable": True}


def begin(text: str | None = None, found: dict[str, Any] | None = None) -> CareCourse:
    """Return a course of the project: a saved one, or one that begins."""
    return CareCourse(reference_only(), found=found) if text is None else CareCourse.from_json(text, reference_only())


def after(*events: str) -> CareCourse:
    """Return a course of the project in which events have happened."""
    course = begin()
    for event in events:
        course.happen(event)
    return course


def case_of(data: dict[str, Any]) -> Case:
    """Return a case in the project's vocabulary."""
    return Case.from_dict(data, reference_only().vocabulary)
