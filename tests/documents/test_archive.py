"""From an archive the library uses its own definitions, and never a folder that lies beside it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipapp
from pathlib import Path

from project import DEFINITIONS, ROOT


def test_an_archive_carries_its_definitions_and_a_folder_beside_it_is_not_used(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    shutil.copytree(ROOT / "src" / "pnet_pathways", inside / "pnet_pathways", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(DEFINITIONS, inside / "pnet_pathways" / "pathways" / DEFINITIONS.name)
    zipapp.create_archive(inside, tmp_path / "pnet.pyz", main="pnet_pathways.cli.main:main")
    shutil.copytree(ROOT / "examples" / "documents" / "pump_fault", tmp_path / "pathways" / DEFINITIONS.name)
    case = DEFINITIONS / "cases" / "insulinoma-head-small.json"
    done = subprocess.run(
        [sys.executable, tmp_path / "pnet.pyz", "recommend", case], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Insulinoma: ")
