"""How long the difference takes that one changed guard makes, against reading all definitions, in the same run.

Run with `make bench`. Times differ between machines; the ratios are what to compare.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from figures import tell

from pnet_pathways import load_pathways
from pnet_pathways.governance.difference.answers import compare
from pnet_pathways.model.pathway import Definitions

LIVER = "spread: {any_of: [liver]}"
SPREAD = "spread: {any_of: [lymph_nodes, liver, other]}"
EDITS = (
    ("vipoma", "when: {resectable: false}", "when: {resectable: true}"),
    ("glucagonoma", f"when: {{{SPREAD}}}", f"when: {{{SPREAD}, pancreatic_tumors: one}}"),
    ("gastrinoma", f"when: {{{LIVER}}}", f"when: {{{LIVER}, pancreatic_tumors: one}}"),
    ("gastrinoma", f"when: {{{LIVER}}}", f"when: {{{LIVER}, sites: {{any_of: [head]}}, severe_symptoms: true}}"),
    (
        "glucagonoma",
        f"when: {{{SPREAD}}}",
        "when: {pancreatic_tumors: one, severe_symptoms: true, sites: {any_of: [head, tail]}}",
    ),
)


def seconds(job: Callable[[], object]) -> float:
    """Return the processor time of the quickest of three calls."""
    times = []
    for _ in range(3):
        begin = time.process_time()
        job()
        times.append(time.process_time() - begin)
    return min(times)


def edited(definitions: Definitions, name: str, old: str, new: str) -> Definitions:
    """Return the definitions with one condition changed in the statements only."""
    with tempfile.TemporaryDirectory() as target:
        folder = Path(shutil.copytree(definitions.folder, Path(target) / "pathways"))
        path = folder / f"{name}.yaml"
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise SystemExit(f"{name}.yaml no longer holds '{old}'")
        path.write_text(text.replace(old, new), encoding="utf-8")
        return load_pathways(folder, check_agreement=False)


def main() -> None:
    """Tell the measurements."""
    definitions = load_pathways()
    reference = seconds(lambda: load_pathways(definitions.folder))
    for name, old, new in EDITS:
        changed = edited(definitions, name, old, new)
        taken = seconds(functools.partial(compare, definitions, changed))
        tell(f"pnet diff, {name}: {new}", taken / reference, "times loading", f"{taken:.3f} s; loading {reference:.3f} s")


if __name__ == "__main__":
    main()
