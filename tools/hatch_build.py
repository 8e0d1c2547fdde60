"""The build backend: Hatchling, and the compiled forms of the project's own definitions, for one case and for cohorts.

A wheel needs what compiles them; an editable installation and an sdist do not, and spare their users that.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from hatchling import build as hatchling
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COMPILING: Final = ("attrs>=24.1", "cattrs>=24.1", "numpy>=2.0", "pyarrow>=17", "ruamel.yaml>=0.18", "transitions>=0.9.2")

build_editable, build_sdist, build_wheel = hatchling.build_editable, hatchling.build_sdist, hatchling.build_wheel
get_requires_for_build_editable = hatchling.get_requires_for_build_editable
get_requires_for_build_sdist = hatchling.get_requires_for_build_sdist


def get_requires_for_build_wheel(config_settings: dict[str, Any] | None = None) -> list[str]:
    """Return what building a wheel needs."""
    return [*hatchling.get_requires_for_build_wheel(config_settings), *COMPILING]


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
