"""The second document, `examples/documents/pump_fault`, for tests of what the project's own does not show in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from project import ROOT

PUMP_FAULT: Final = ROOT / "examples" / "documents" / "pump_fault"

STOPPED: Final[dict[str, Any]] = {
    "pump": "centrifugal",
    "operation": "stopped",
    "valve_open": True,
    "flow": "none",
    "leaks": [],
    "bearing_temperature": "cool",
    "spare": False,
}
"""A stopped pump behind an open valve: what is offered hangs on the readings P-1, P-3 and P-4."""


def edit(file: Path, old: str, new: str, count: int = 1) -> None:
    """Replace a text that a file holds so many times."""
    text = file.read_text("utf-8")
    assert text.count(old) == count, old
    file.write_text(text.replace(old, new), "utf-8")
