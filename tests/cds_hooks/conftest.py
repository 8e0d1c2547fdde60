"""FHIR servers on loopback, and a service that may ask them."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from browser.ehr import Ehr, ehr_running
from cds_hooks.fetching_material import TOKEN, Raw, http, raw_server
from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.fetching import Fetching
from pnet_pathways.adapters.service.settings import Settings
from service_material import WHOLE


@pytest.fixture(scope="package")
def servers() -> Iterator[tuple[Ehr, Raw]]:
    with ehr_running() as ehr, raw_server() as raw:
        yield ehr, raw


@pytest.fixture(scope="package")
def made(servers: tuple[Ehr, Raw]) -> Service:
    ehr, raw = servers
    return Service(Settings(fetch_from=(ehr.iss, f"{raw.base}/")))


@pytest.fixture
def ehr(servers: tuple[Ehr, Raw]) -> Ehr:
    """An EHR with the record of `WHOLE`."""
    ehr = servers[0]
    ehr.reset()
    ehr.tokens[TOKEN] = math.inf
    ehr.record = [one["resource"] for one in WHOLE["conditions"]["entry"]]
    return ehr


@pytest.fixture
def raw(servers: tuple[Ehr, Raw]) -> Raw:
    servers[1].says(http(b"", "500 No"))
    return servers[1]


@pytest.fixture
def asking(made: Service) -> Service:
    """A service that asks both."""
    made.fetching = Fetching(made.settings, made.definitions)
    return made
