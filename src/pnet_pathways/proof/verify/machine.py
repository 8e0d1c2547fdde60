"""The claim about the machine: stepped, it goes where the graph does."""

from __future__ import annotations

from collections.abc import Sequence

from ...engine.walk import TrackMachine
from ...model.claims import ClaimId
from .claims import Failure, Ledger
from .closures import Given
from .tracks import TrackView


def examine_machine(view: TrackView, cases: Sequence[tuple[Given, int]], ledger: Ledger) -> None:
    """Step the real machine through every scenario and partial case of a track, and compare with the graph."""
    machine = TrackMachine(view.track)
    ledger.count(ClaimId.MACHINE, "scenarios", len(view.runs))
    ledger.count(ClaimId.MACHINE, "partial_cases", len(cases))
    for given, _ in cases:
        model = machine.start()
        machine.advance(model, view.read(given))
        path, state = view.partial_run(given)
        if (model.state, tuple((name, answer) for name, _, answer in model.path)) != (state, path):
            message = f"the machine of {view.name} stands at '{model.state}' where the graph stands at '{state}'"
            where = view.track.states[state].where
            ledger.fail(ClaimId.MACHINE, Failure(view.place(where), message, view.case(given), path))
            return
