"""Tools for tests of software that uses this library: hypothesis strategies and a state machine. Needs the extra `testing`.

Strategies for cases: `cases`, `total_cases`, `partial_cases`, `case_junk`; for definitions: `pathways` and
`definition_files` (valid), `broken_pathways` (one `Mistake` each). `WalkMachine` drives walks and care courses.
docs/testing.md shows each at work.
"""

from __future__ import annotations

try:
    import hypothesis as _hypothesis  # noqa: F401
except ImportError as error:
    raise ImportError("pnet_pathways.testing needs hypothesis: install the extra, pnet-pathways[testing]") from error

from .broken import BrokenDefinition, broken_pathways
from .cases import (
    case_junk,
    cases,
    partial_cases,
    total_cases,
)
from .definitions import DefinitionFiles, definition_files, pathways
from .machine import WalkMachine
from .mistakes import Mistake

__all__ = [
    "BrokenDefinition",
    "DefinitionFiles",
    "Mistake",
    "WalkMachine",
    "broken_pathways",
    "case_junk",
    "cases",
    "definition_files",
    "partial_cases",
    "pathways",
    "total_cases",
]
