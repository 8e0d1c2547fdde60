"""Fixtures: what validators know of FHIR R4, made once a session."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

import pytest

from fhir_validators import MCODE, Resource, Validate, kit, models, pyrofile, scripted, write_all, write_core
from outside_engines import Engines
from pnet_pathways import load_pathways
from pnet_pathways.adapters.fhir.publication import Publication
from pnet_pathways.adapters.fhir.writing import resources
from pnet_pathways.model.pathway import Definitions
from pump import PUMP_FAULT


@pytest.fixture(scope="session")
def mcode() -> dict[str, Resource]:
    """The profiles of mCODE by their addresses; CI fails without them, a user's clone skips."""
    read = [json.loads(path.read_text("utf-8")) for path in sorted(MCODE.glob("StructureDefinition-*.json"))]
    if not read:
        if os.environ.get("CI"):
            pytest.fail(f"the profiles of mCODE are missing: {MCODE}")
        pytest.skip("the profiles of mCODE are not beside this checkout")
    return {one["url"]: one for one in read}


@pytest.fixture(scope="session")
def artifacts(definitions: Definitions) -> list[Resource]:
    """Everything that is written of the project's own definitions, and of another document's."""
    made_up = Publication(load_pathways(PUMP_FAULT), "https://example.org/pump")
    return [*resources(Publication(definitions)), *resources(made_up)]


@pytest.fixture(scope="session")
def validators(
    engines: Engines, mcode: dict[str, Resource], artifacts: list[Resource], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Validate]:
    """All validators, by name; those that can, know US Core, mCODE and the project's artifacts too."""
    folder = tmp_path_factory.mktemp("definitions")
    write_core(folder)
    write_all(folder / "ours", [*mcode.values(), *artifacts])
    return {
        "models": models,
        "fhirkit": kit,
        "schema": scripted(engines, "schema.mjs"),
        "medplum": scripted(engines, "medplum.mjs", mcode),
        "pyrofile": pyrofile(folder),
    }
