"""Numbers for the operator: calls, cards and times, of all processes together; nothing of a patient."""

from __future__ import annotations

import os
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

KIND: Final = "text/plain; version=0.0.4; charset=utf-8"
SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder in which the processes of the service share their numbers."""


class Metrics:
    """The numbers of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        names = ["route", "status"]
        self.calls = Counter("pnet_calls", "Calls by route and status", names, registry=self.registry)
        self.seconds = Histogram("pnet_call_seconds", "Time of a call", ["route"], registry=self.registry)
        self.cards = Counter("pnet_cards", "Cards that were sent", ["service"], registry=self.registry)
        self.searches = Counter(
            "pnet_searches", "Searches at FHIR servers by how much they found", ["found"], registry=self.registry
        )
        self.at_once = Gauge(
            "pnet_calls_at_once", "Calls that are being answered", registry=self.registry, multiprocess_mode="livesum"
        )

    def text(self) -> bytes:
        """Return the numbers of all processes as Prometheus reads them."""
        if SHARED not in os.environ:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
