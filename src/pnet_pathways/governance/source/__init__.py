"""The summary's own text beside the definitions: reading a copy of it, the trace both ways, and drift against a newer copy.

The project holds no sentence of the summary. With a copy at hand each locator's passage can be read and checked.
Errors are `SourceError` (a copy that cannot be used).
"""

from __future__ import annotations

from .comparison import (
    Comparison,
    Finding,
    NewText,
    PassageVerdict,
    compare,
)
from .copies import Copy, collapse
from .locators import owners_of, passage
from .passages import passages
from .reading import read_copy

__all__ = [
    "Comparison",
    "Copy",
    "Finding",
    "NewText",
    "PassageVerdict",
    "collapse",
    "compare",
    "owners_of",
    "passage",
    "passages",
    "read_copy",
]
