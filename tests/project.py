"""Where things are: the checkout, and the source document beside it (absent in a user's clone)."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT.parent / "shared" / "source" / "pdq-pnet-treatment-patient-2022-10-07.txt"
