"""Where things are: the checkout, with the project's definitions and their diagrams, and the source document beside it.

A user's clone has no source document.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
DEFINITIONS = ROOT / "pathways" / "pdq_pnet_patient"
DIAGRAMS = ROOT / "diagrams" / DEFINITIONS.name
SOURCE = ROOT.parent / "shared" / "source" / "pdq-pnet-treatment-patient-2022-10-07.txt"


def tool(name: str) -> ModuleType:
    """Return one of the scripts in tools/."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.pop(0)
