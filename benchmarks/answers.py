"""How long answers take, against a bare `transitions` machine stepping the same track, in the same run.

Run with `make bench`. Times differ between machines; the ratios are what to compare.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from timing import median_us
from transitions import Machine

from pnet_pathways import Case, load_pathways
from pnet_pathways.engine.recommend import Engine
from pnet_pathways.model.pathway import Track

CASES = Path(__file__).resolve().parents[1] / "pathways" / "pdq_pnet_patient" / "cases"


class Stepper:
    """A plain model for a plain machine: the reference."""

    state = ""


def bare_machine(track: Track, case: Case) -> Callable[[], None]:
    """Return a job that steps a case through a track on a plain machine, with the answers' names as triggers."""
    machine = Machine(model=None, states=list(track.states), initial=track.start, auto_transitions=False)
    for question in track.questions:
        for answer in question.answers:
            machine.add_transition(answer.trigger, question.name, answer.target)
    triggers = [choice.trigger for _, choice in track.path(case.value) if choice is not None]
    model = Stepper()

    def job() -> None:
        model.state = track.start
        for trigger in triggers:
            machine.events[trigger].trigger(model)

    return job


def process_ms(*command: str, rounds: int = 11) -> float:
    """Return the median time of a whole process in milliseconds."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1e3


def main() -> None:
    """Print the measurements."""
    definitions = load_pathways()
    engine = Engine(definitions)
    path = CASES / "insulinoma-head-small.json"
    case = Case.from_json(path.read_text())
    reference = median_us(bare_machine(definitions.pathways["insulinoma"].tracks["primary"], case))
    rows = [
        ("bare transitions machine, one track (reference)", reference),
        ("recommend, complete case, all tracks", median_us(lambda: engine.recommend(case))),
        ("recommend, only the type known", median_us(lambda: engine.recommend(Case(tumor_type=case.tumor_type)))),
        ("recommend, nothing known", median_us(lambda: engine.recommend(Case()))),
        ("first recommend of a fresh engine", median_us(lambda: Engine(definitions).recommend(case), repeat=2)),
        ("Case.from_dict", median_us(lambda: Case.from_dict(case.to_dict()))),
        ("to_dict of a complete answer", median_us(lambda: engine.recommend(case).to_dict())),
        ("load all definitions", median_us(lambda: load_pathways(definitions.folder), rounds=5, repeat=1)),
    ]
    for label, microseconds in rows:
        print(f"{label:52} {microseconds:12.1f} us {microseconds / reference:10.2f} x")
    load = [sys.executable, "-c", "import pnet_pathways; pnet_pathways.load_pathways()"]
    bare = process_ms(sys.executable, "-c", "pass")
    print(f"{'process: bare interpreter (reference)':52} {bare:12.1f} ms {1:10.2f} x")
    for label, command in (
        ("process: import and load all", load),
        ("process: pnet recommend", [sys.executable, "-m", "pnet_pathways", "recommend", str(path)]),
    ):
        taken = process_ms(*command)
        print(f"{label:52} {taken:12.1f} ms {taken / bare:10.2f} x")


if __name__ == "__main__":
    main()
