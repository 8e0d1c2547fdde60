"""Treatment options that the NCI's PDQ patient summary lists for pancreatic neuroendocrine tumors, as state machines.

Five names carry the main job: `Case`, `recommend`, `start`, `load_pathways`, `Recommendation`. The errors and the types that
annotations need are here too; ``docs/contract.md`` lists all of them. Everything else is imported from the room it is in,
such as `pnet_pathways.engine.tables`, and may move.

It informs; it is not a guideline and no substitute for clinical judgment.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .model.version import library_version

if TYPE_CHECKING:
    from .engine.answer_parts import AlternativeAnswer, Certainty, EitherWay, Gap, OfferedOption, OptionChange, Status
    from .engine.care_course import CareCourse, CareStep
    from .engine.nearest import Mismatch, NearestStatement
    from .engine.recommend import Recommendation, recommend
    from .engine.tables import GapKind, Step
    from .engine.walk import Answered, AskedQuestion, Walk, start
    from .engine.workup import WorkupAnswer, workup
    from .governance.answer_records import Replay, audit_record, replay
    from .loading.folder import load_pathways
    from .model.errors import (
        AuditError,
        CaseError,
        CohortError,
        DefinitionError,
        FhirError,
        InconsistentCaseError,
        NotApprovedError,
        PnetPathwaysError,
        Problem,
        ProblemsError,
        PublicationError,
        ReadingError,
        RenderError,
        ReviewError,
        SourceError,
        SuiteError,
        WalkError,
    )
    from .model.pathway import Definitions, Leaf, Strength
    from .model.scenario_rows import LeafKind
    from .model.values import NotApplicable
    from .pnet import Case, Course, PancreaticTumors, Site, Sites, Size, Spread, SpreadPlace, Symptom, Symptoms, TumorType

__all__ = [
    "AlternativeAnswer",
    "Answered",
    "AskedQuestion",
    "AuditError",
    "CareCourse",
    "CareStep",
    "Case",
    "CaseError",
    "Certainty",
    "CohortError",
    "Course",
    "DefinitionError",
    "Definitions",
    "EitherWay",
    "FhirError",
    "Gap",
    "GapKind",
    "InconsistentCaseError",
    "Leaf",
    "LeafKind",
    "Mismatch",
    "NearestStatement",
    "NotApplicable",
    "NotApprovedError",
    "OfferedOption",
    "OptionChange",
    "PancreaticTumors",
    "PnetPathwaysError",
    "Problem",
    "ProblemsError",
    "PublicationError",
    "ReadingError",
    "Recommendation",
    "RenderError",
    "Replay",
    "ReviewError",
    "Site",
    "Sites",
    "Size",
    "SourceError",
    "Spread",
    "SpreadPlace",
    "Status",
    "Step",
    "Strength",
    "SuiteError",
    "Symptom",
    "Symptoms",
    "TumorType",
    "Walk",
    "WalkError",
    "WorkupAnswer",
    "audit_record",
    "load_pathways",
    "recommend",
    "replay",
    "start",
    "workup",
]

__version__ = library_version()

# A name is loaded when it is first used: the command line needs few of them, and a plain answer no machine.
_HOMES = {
    "engine.answer_parts": (
        "AlternativeAnswer",
        "Certainty",
        "EitherWay",
        "Gap",
        "OfferedOption",
        "OptionChange",
        "Status",
    ),
    "engine.care_course": (
        "CareCourse",
        "CareStep",
    ),
    "engine.nearest": (
        "Mismatch",
        "NearestStatement",
    ),
    "engine.recommend": ("Recommendation", "recommend"),
    "engine.tables": (
        "GapKind",
        "Step",
    ),
    "engine.walk": (
        "Answered",
        "AskedQuestion",
        "Walk",
        "start",
    ),
    "engine.workup": (
        "WorkupAnswer",
        "workup",
    ),
    "governance.answer_records": (
        "Replay",
        "audit_record",
        "replay",
    ),
    "loading.folder": ("load_pathways",),
    "model.errors": (
        "AuditError",
        "CaseError",
        "CohortError",
        "DefinitionError",
        "FhirError",
        "InconsistentCaseError",
        "NotApprovedError",
        "PnetPathwaysError",
        "Problem",
        "ProblemsError",
        "PublicationError",
        "ReadingError",
        "RenderError",
        "ReviewError",
        "SourceError",
        "SuiteError",
        "WalkError",
    ),
    "model.pathway": ("Definitions", "Leaf", "Strength"),
    "model.scenario_rows": ("LeafKind",),
    "model.values": ("NotApplicable",),
    "pnet": (
        "Case",
        "Course",
        "PancreaticTumors",
        "Site",
        "Sites",
        "Size",
        "Spread",
        "SpreadPlace",
        "Symptom",
        "Symptoms",
        "TumorType",
    ),
}
_LAZY = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f".{_LAZY[name]}", __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, *(name for name in globals() if name.startswith("__"))])
