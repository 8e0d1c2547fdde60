"""Puts the compiled forms of the project's own definitions into the wheel: for one case, and for cohorts."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledDefinitions(BuildHookInterface[Any]):
    """Compiles the definitions when a wheel is built; the checkout stays as it is."""

    _kept: tempfile.TemporaryDirectory[str] | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the compiled forms to a temporary folder, and name their places in the wheel."""
        if version != "standard":  # an editable installation reads the files of the checkout
            return
        sources = str(Path(self.root) / "src")
        sys.path.insert(0, sources)
        try:
            from pnet_pathways.adapters.cohort.compiled_steps import COMPILED_STEPS, compiled_steps
            from pnet_pathways.loading.compiled import COMPILED
            from pnet_pathways.loading.compiled_parts import compiled_text
            from pnet_pathways.loading.folder import load_files
            from pnet_pathways.loading.paths import PROJECT_FOLDER
        finally:
            sys.path.remove(sources)
        folder = Path(self.root) / PROJECT_FOLDER
        self._kept = tempfile.TemporaryDirectory()
        made = {COMPILED: compiled_text(folder, load_files(folder)).encode(), COMPILED_STEPS: compiled_steps(folder)}
        for name, content in made.items():
            if (folder / name).exists():  # it goes with its folder
                (folder / name).write_bytes(content)
                continue
            kept = Path(self._kept.name) / name
            kept.write_bytes(content)
            build_data["force_include"][str(kept)] = f"pnet_pathways/{PROJECT_FOLDER}/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the temporary folder."""
        if self._kept is not None:
            self._kept.cleanup()
