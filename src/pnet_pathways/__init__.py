"""Treatment options that the NCI's PDQ patient summary lists for pancreatic neuroendocrine tumors, as state machines.

Five names carry the main job: `Case`, `recommend`, `start`, `load_pathways`, `Recommendation`; the errors are here too.
Everything else is imported from the room it is in, such as `pnet_pathways.engine.tables`.

It informs; it is not a guideline and no substitute for clinical judgment.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .model.version import library_version

if TYPE_CHECKING:
    from .engine.answer import Recommendation
    from .engine.care_course import CareCourse
    from .engine.recommend import recommend
    from .engine.walk import Walk, start
    from .engine.workup import workup
    from .governance.answer_records import audit_record, replay
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
    from .pnet import Case, Course, PancreaticTumors, Site, Sites, Size, Spread, Symptoms, TumorType

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

# A name is loaded when it is first used: the command line needs few of them, and a plain answer no machine.
_HOMES = {
    "engine.answer": ("Recommendation",),
    "engine.care_course": ("CareCourse",),
    "engine.recommend": ("recommend",),
    "engine.walk": ("Walk", "start"),
    "engine.workup": ("workup",),
    "governance.answer_records": ("audit_record", "replay"),
    "loading.folder": ("load_pathways",),
    "model.errors": (
        "AuditError",
        "CaseError",
        "DefinitionError",
        "InconsistentCaseError",
        "NotApprovedError",
        "PnetPathwaysError",
        "Problem",
        "ReadingError",
        "ReviewError",
        "WalkError",
    ),
    "pnet": ("Case", "Course", "PancreaticTumors", "Site", "Sites", "Size", "Spread", "Symptoms", "TumorType"),
}
_LAZY = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f".{_LAZY[name]}", __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
