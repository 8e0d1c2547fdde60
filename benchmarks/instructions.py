"""How many instructions answers take, as a ratio to the same written by hand, in one run. Needs valgrind (a Debian package).

Instructions hardly vary under load, so the ratios are gates where times are not. `--times` takes processor times instead,
without valgrind. Run with `make bench`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from by_hand import by_hand

from pnet_pathways import Case, load_pathways
from pnet_pathways.engine.answer import Recommendation
from pnet_pathways.engine.recommend import Engine

ROOT = Path(__file__).resolve().parents[1]
CASE = ROOT / "pathways" / "pdq_pnet_patient" / "cases" / "insulinoma-head-small.json"
CASES = 64
ROUNDS = 20
WARM = "--warm"
LOADS = "json.loads of a complete case"


class Row(NamedTuple):
    """One line of the table: what is done for each case, per call, and the ratio that it is to keep.

    The ratio is that to the first row, or to the one before that it is held `against`.
    """

    label: str
    job: Callable[[Any], object]
    over: Sequence[Any]
    target: float | None = None
    against: str = ""


def complete_cases() -> list[dict[str, Any]]:
    """Return complete cases of insulinoma, chosen once and for all."""
    vocabulary = load_pathways().vocabulary
    dice, found = random.Random(14), list[dict[str, Any]]()  # noqa: S311 - nothing secret
    blocks = [vocabulary.rows(linked) for linked in vocabulary.tied_sets(vocabulary.facts)]
    while len(found) < CASES:
        facts = {name: value for rows in blocks for name, value in dice.choice(rows).items()}
        case = Case.from_facts({**facts, "tumor_type": "insulinoma"}, vocabulary)
        found.append(case.to_dict())
    return found


def partial(case: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Return a case with a third of its keys unknown, but for the type."""
    return {key: value for key, value in case.items() if key == "tumor_type" or dice.random() < 2 / 3}


def read_all(answer: Recommendation) -> object:
    """Read what a caller reads of an answer."""
    return answer.status, answer.options, answer.gaps, answer.missing


def rows() -> list[Row]:
    """Return what is measured; the first row is the reference."""
    engine = Engine(load_pathways())
    whole = complete_cases()
    dice = random.Random(41)  # noqa: S311
    some = [partial(case, dice) for case in whole]
    for case in whole:
        check(case, engine.recommend(case))
    cases, partials = ([Case.from_dict(one) for one in many] for many in (whole, some))
    typed, nothing = [Case(tumor_type="insulinoma")], [Case()]
    texts = [json.dumps(case) for case in whole]
    answers = [engine.recommend(case) for case in cases[:8]]

    def everything(case: Case) -> object:
        return read_all(engine.recommend(case))

    def from_data(data: dict[str, Any]) -> object:
        return everything(Case.from_dict(data))

    return [
        Row("written by hand (reference)", by_hand, whole),
        Row("recommend, complete", engine.recommend, cases, 2.5),
        Row("recommend, complete, everything read", everything, cases, 5),
        Row("recommend, partial, everything read", everything, partials, 5),
        Row("recommend, only the type, everything read", everything, typed, 5),
        Row("recommend, nothing known, everything read", everything, nothing, 5),
        Row(LOADS, json.loads, texts),
        Row("Case.from_dict, complete", Case.from_dict, whole, 1, LOADS),
        Row("dict to answer, everything read, complete", from_data, whole),
        Row("to_dict, complete", Recommendation.to_dict, answers),
        Row("to_json, complete", Recommendation.to_json, answers),
        Row("to_json, only the type", Recommendation.to_json, [engine.recommend(typed[0])]),
        Row("to_dict, only the type", Recommendation.to_dict, [engine.recommend(typed[0])]),
    ]


def check(case: dict[str, Any], answer: Recommendation) -> None:
    """Assert that the reference says what the library says."""
    said = {f"{one.statement}.{one.item}.{one.treatments[0]}" for one in answer.options}
    assert said | {f"gap {one.track}" for one in answer.gaps} == set(by_hand(case)), case


def repeat(row: Row, rounds: int) -> None:
    """Do a row's job for each of its cases, a number of times."""
    job, over = row.job, row.over
    for _ in range(rounds):
        for one in over:
            job(one)


def forked(row: Row, rounds: int) -> int:
    """Do a row's job in a process of its own, and return the number of that process."""
    child = os.fork()
    if child == 0:
        repeat(row, rounds)
        os._exit(0)
    os.waitpid(child, 0)
    return child


def measured() -> None:
    """Print, for each row, two processes to be compared: what is run under valgrind."""
    for number, row in enumerate(rows()):
        repeat(row, 2)
        rounds = ROUNDS * max(1, CASES // len(row.over)) // 4
        pair = [forked(row, 1), forked(row, 1 + rounds)]
        print(number, *pair, rounds * len(row.over), flush=True)


def valgrind(command: Sequence[str], folder: Path) -> tuple[str, dict[int, int]]:
    """Run a command and return its output, and the instructions of each of its processes."""
    program = shutil.which("valgrind")
    if program is None:
        raise SystemExit("instructions: valgrind is missing (apt-get install valgrind)")
    log, out = folder / "log.%p", folder / "out.%p"
    tool = [program, "--tool=cachegrind", "--cache-sim=no", f"--log-file={log}", f"--cachegrind-out-file={out}"]
    # Compiled modules are kept, as an installed package has them.
    dropped = {"PYTHONDONTWRITEBYTECODE"}
    environment = {key: value for key, value in os.environ.items() if key not in dropped}
    environment |= {"PYTHONHASHSEED": "0", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    done = subprocess.run([*tool, *command], env=environment, check=True, capture_output=True, text=True)
    counts = {}
    for path in folder.glob("log.*"):
        if (count := re.search(r"I\s+refs:\s+([\d,]+)", path.read_text())) is not None:
            counts[int(path.suffix[1:])] = int(count[1].replace(",", ""))
        path.unlink()
    return done.stdout, counts


def print_calls(folder: Path) -> bool:
    """Print the table of calls, and return whether every target is met."""
    output, counts = valgrind([sys.executable, __file__, WARM], folder)
    table, each, met = rows(), dict[str, float](), True
    for number, less, more, calls in (map(int, line.split()) for line in output.splitlines()):
        row = table[number]
        cost = each[row.label] = (counts[more] - counts[less]) / calls
        ratio = cost / each[row.against or table[0].label]
        held = "" if row.target is None else f"  (at most {row.target} x{' that of json.loads' if row.against else ''})"
        print(f"{row.label:52} {cost:12,.0f} instr. {ratio:8.2f} x{held}")
        met = met and (row.target is None or ratio <= row.target)
    return met


def print_processes(folder: Path) -> None:
    """Print the table of whole processes, less a bare interpreter."""
    first = "import pnet_pathways; pnet_pathways.recommend({'tumor_type': 'insulinoma'}).options"
    pnet = [sys.executable, "-m", "pnet_pathways"]
    commands = [
        ("bare interpreter (reference)", [sys.executable, "-c", "pass"]),
        ("import pnet_pathways", [sys.executable, "-c", "import pnet_pathways"]),
        ("import and first answer", [sys.executable, "-c", first]),
        ("pnet --version", [*pnet, "--version"]),
        ("pnet recommend", [*pnet, "recommend", str(CASE)]),
        ("pnet facts", [*pnet, "facts"]),
    ]
    bare = 0
    for label, command in commands:
        count = max(valgrind(command, folder)[1].values())
        bare = bare or count
        print(f"{label:52} {count / 1e6:12.1f} M     {(count - bare) / 1e6:8.1f} M over bare", flush=True)


def print_times() -> None:
    """Print the processor time of each row, the least of some rounds."""
    reference = 0.0
    for row in rows():
        repeat(row, 2)
        taken = []
        for _ in range(15):
            begin = time.process_time()
            repeat(row, max(1, CASES // len(row.over)))
            taken.append(time.process_time() - begin)
        each = min(taken) / (max(1, CASES // len(row.over)) * len(row.over)) * 1e6
        reference = reference or each
        print(f"{row.label:52} {each:12.2f} us    {each / reference:8.2f} x")


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(WARM, action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--times", action="store_true", help="processor times instead of instructions")
    parser.add_argument("--calls", action="store_true", help="calls only, no processes")
    given = parser.parse_args()
    if given.warm:
        measured()
    elif given.times:
        print_times()
    else:
        with tempfile.TemporaryDirectory() as folder:
            met = print_calls(Path(folder))
            if not given.calls:
                print_processes(Path(folder))
        if not met:
            raise SystemExit("instructions: a target is missed")


if __name__ == "__main__":
    main()
