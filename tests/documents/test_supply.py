"""What the project says of its parts and of itself: bill of materials, known vulnerabilities, citation, security."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

from pnet_pathways import __version__, load_pathways
from project import ROOT, tool

from .making import planned

METADATA: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_bill_of_materials_names_the_package_and_each_dependency_as_installed(tmp_path: Path) -> None:
    target = tmp_path / "sbom.json"
    command = (sys.executable, "-m", "cyclonedx_py", "environment", sys.executable, "--pyproject", ROOT / "pyproject.toml",
               "--output-reproducible", "--output-file", target)  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    bill = json.loads(target.read_text("utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == METADATA["name"]
    listed = {canonicalize_name(one["name"]): one["version"] for one in bill["components"]}
    needed = [Requirement(text).name for text in METADATA["dependencies"]]
    assert {name: listed[canonicalize_name(name)] for name in needed} == {name: version(name) for name in needed}


def test_the_bill_of_materials_is_made_of_what_users_install_and_nothing_else(tmp_path: Path) -> None:
    commands = planned("sbom", tmp_path).partition("[dev]")[2]
    assert "'.[all]'" in commands
    assert "cyclonedx-py environment build/sbom" in commands


CHECKED = {"name": "attrs", "version": "25.1", "vulns": []}
SKIPPED = {"name": "rich", "skip_reason": "not found"}
KNOWN = {"name": "typer", "version": "0.1", "vulns": [{"id": "PYSEC-0", "fix_versions": ["0.2"]}]}
OWN = {"name": "pnet-pathways", "skip_reason": "distribution marked as editable"}


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        ([CHECKED, OWN], 0, ["1 of 1 packages checked, 0 known vulnerabilities"]),
        ([CHECKED, SKIPPED], 2, ["rich: not found", "1 of 2 packages checked, 0 known vulnerabilities"]),
        ([SKIPPED], 2, ["rich: not found", "0 of 1 packages checked, 0 known vulnerabilities"]),
        ([OWN], 2, ["0 of 0 packages checked, 0 known vulnerabilities"]),
        (
            [KNOWN, SKIPPED],
            1,
            [
                "typer 0.1: PYSEC-0, fixed in 0.2",
                "rich: not found",
                "1 of 2 packages checked, 1 known vulnerabilities",
            ],
        ),
    ],
)
def test_what_could_not_be_checked_is_never_called_safe(found: list[dict[str, Any]], code: int, said: list[str]) -> None:
    assert tool("audit").told(found) == (code, said)


def test_the_citation_names_this_version_its_licenses_and_the_summary() -> None:
    citation = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["version"] == __version__
    assert " AND ".join(citation["license"]) == METADATA["license"]
    source = load_pathways().source
    (cited,) = citation["references"]
    assert cited["url"] == source.url
    assert cited["date-released"] == source.updated
    assert cited["identifiers"][0]["value"] == source.pmid
    assert f"{cited['publisher']['name']} (NCI), {cited['authors'][0]['name']}" == source.publisher


def test_no_address_of_the_project_is_made_up() -> None:
    assert "urls" not in METADATA
    assert re.findall(r"https?://\S+|\S+@\S+", (ROOT / "SECURITY.md").read_text("utf-8")) == []
