"""Puts the compiled form of the project's own definitions into the wheel."""

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
        """Write the compiled form to a temporary folder, and name its place in the wheel."""
        if version != "standard":  # an editable installation reads the files of the checkout
            return
        sources = str(Path(self.root) / "src")
        sys.path.insert(0, sources)
        try:
            from pnet_pathways.loading.compiled import COMPILED
            from pnet_pathways.loading.compiled_parts import compiled_text
            from pnet_pathways.loading.folder import load_files, write_compiled
            from pnet_pathways.loading.paths import PROJECT_FOLDER
        finally:
            sys.path.remove(sources)
        folder = Path(self.root) / PROJECT_FOLDER
        if (folder / COMPILED).exists():  # it goes with its folder
            write_compiled(folder)
            return
        self._kept = tempfile.TemporaryDirectory()
        compiled = Path(self._kept.name) / COMPILED
        compiled.write_text(compiled_text(folder, load_files(folder)), "utf-8")
        build_data["force_include"][str(compiled)] = f"pnet_pathways/{PROJECT_FOLDER}/{COMPILED}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the temporary folder."""
        if self._kept is not None:
            self._kept.cleanup()
