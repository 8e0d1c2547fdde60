"""Treatment options that the NCI's PDQ patient summary lists for pancreatic neuroendocrine tumors, as state machines.

Five names carry the main job: `Case`, `recommend`, `start`, `load_pathways`, `Recommendation`; the errors are here too.
Everything else is imported from the room it is in, such as `pnet_pathways.engine.tables`.

It informs; it is not a guideline and no substitute for clinical judgment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .engine.answer import Recommendation
from .engine.recommend import recommend
from .engine.workup import workup
from .loading.folder import load_pathways
from .model.errors import (
    AuditError,
    CaseError,
    DefinitionError,
    InconsistentCaseError,
    NotApprovedError,
    PnetPathwaysError,
    Problem,
    ReadingError,
    ReviewError,
    WalkError,
)
from .model.version import library_version
from .pnet import Case, Course, PancreaticTumors, Site, Sites, Size, Spread, Symptoms, TumorType

if TYPE_CHECKING:
    from .engine.care_course import CareCourse
    from .engine.walk import Walk, start
    from .governance.answer_records import audit_record, replay

__all__ = [
    "AuditError",
    "CareCourse",
    "Case",
    "CaseError",
    "Course",
    "DefinitionError",
    "InconsistentCaseError",
    "NotApprovedError",
    "PancreaticTumors",
    "PnetPathwaysError",
    "Problem",
    "ReadingError",
    "Recommendation",
    "ReviewError",
    "Site",
    "Sites",
    "Size",
    "Spread",
    "Symptoms",
    "TumorType",
    "Walk",
    "WalkError",
    "audit_record",
    "load_pathways",
    "recommend",
    "replay",
    "start",
    "workup",
]

__version__ = library_version()

# The machines import transitions, which a plain `recommend` never needs: loaded at first use.
_LAZY = {
    "CareCourse": "engine.care_course",
    "Walk": "engine.walk",
    "audit_record": "governance.answer_records",
    "replay": "governance.answer_records",
    "start": "engine.walk",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(f".{_LAZY[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
