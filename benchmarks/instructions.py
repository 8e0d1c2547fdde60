"""How many instructions answers take, as a ratio to the same written by hand, in one run. Needs valgrind (a Debian package).

Instructions hardly vary under load, so the ratios are gates; times stand beside them. Run with `make bench`; `--times` takes
processor times instead, without valgrind.
"""

from __future__ import annotations

import argparse
import functools
import json
import math
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from by_hand import by_hand
from figures import tell

from pnet_pathways import Case, load_pathways
from pnet_pathways.engine.answer import Recommendation
from pnet_pathways.engine.recommend import Engine

ROOT = Path(__file__).resolve().parents[1]
CASE = ROOT / "pathways" / "pdq_pnet_patient" / "cases" / "insulinoma-head-small.json"
CASES = 64
ROUNDS = 20
WARM = "--warm"
LOADS = "json.loads of the case"


class Row(NamedTuple):
    """One line of the table: what is done for each case; its ratio is that to the first row, or to one `against` it is held."""

    label: str
    job: Callable[[Any], object]
    over: Sequence[Any]
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
        Row("by hand", by_hand, whole),
        Row("recommend, complete", engine.recommend, cases),
        Row("recommend, complete, everything read", everything, cases),
        Row("recommend, partial, everything read", everything, partials),
        Row("recommend, only the type, everything read", everything, typed),
        Row("recommend, nothing known, everything read", everything, nothing),
        Row(LOADS, json.loads, texts),
        Row("Case.from_dict, complete", Case.from_dict, whole, LOADS),
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


def repeat(job: Callable[[Any], object], over: Sequence[Any], rounds: int) -> None:
    """Do a job for each of some cases, a number of times."""
    for _ in range(rounds):
        for one in over:
            job(one)


def forked(work: Callable[[int], object], rounds: int) -> int:
    """Do a number of rounds in a process of its own, and return the number of that process."""
    child = os.fork()
    if child == 0:
        work(rounds)
        os._exit(0)
    os.waitpid(child, 0)
    return child


def measured() -> None:
    """Print, for each row, two processes to be compared: what is run under valgrind."""
    for row in rows():
        repeat(row.job, row.over, 2)
        rounds = ROUNDS * max(1, CASES // len(row.over)) // 4
        work = functools.partial(repeat, row.job, row.over)
        pair = [forked(work, 1), forked(work, 1 + rounds)]
        print(*pair, rounds * len(row.over), flush=True)


def as_installed(folder: Path) -> dict[str, str]:
    """Return an environment in which compiled modules are kept, as an installed package has them."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return environment | {"PYTHONHASHSEED": "0", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def installed(folder: Path) -> dict[str, str]:
    """Install a wheel of the checkout into a folder, compiled definitions included, and return an environment that uses it."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    wheels, site = folder / "wheels", folder / "site"
    offline = ["--no-deps", "--no-index"]
    subprocess.run([*pip, "wheel", *offline, "--no-build-isolation", "--wheel-dir", wheels, ROOT], check=True)
    subprocess.run([*pip, "install", *offline, "--target", site, *wheels.glob("*.whl")], check=True)
    return as_installed(folder) | {"PYTHONPATH": str(site)}


def valgrind(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> tuple[str, dict[int, int]]:
    """Run a command and return its output, and the instructions of each of its processes."""
    program = shutil.which("valgrind")
    if program is None:
        raise SystemExit("benchmarks: valgrind is missing (apt-get install valgrind)")
    log, out = folder / "log.%p", folder / "out.%p"
    tool = [program, "--tool=cachegrind", "--cache-sim=no", f"--log-file={log}", f"--cachegrind-out-file={out}"]
    environment = environment or as_installed(folder)
    subprocess.run(command, env=environment, check=True, capture_output=True)
    done = subprocess.run([*tool, *command], env=environment, check=True, capture_output=True, text=True)
    counts = {}
    for path in folder.glob("log.*"):
        if (count := re.search(r"I\s+refs:\s+([\d,]+)", path.read_text())) is not None:
            counts[int(path.suffix[1:])] = int(count[1].replace(",", ""))
        path.unlink()
    return done.stdout, counts


def microseconds(table: Sequence[tuple[Callable[[Any], object], Sequence[Any]]]) -> list[float]:
    """Return the processor time of a call of each job over its cases, the least of interleaved slices of 5 ms or more."""
    least: list[float] = []
    rounds = [1] * len(table)
    for _ in range(12):
        taken = []
        for (job, over), count in zip(table, rounds, strict=True):
            begin = time.process_time()
            repeat(job, over, count)
            taken.append((time.process_time() - begin) / count)
        least = [min(pair) for pair in zip(least, taken, strict=True)] if least else taken
        rounds = [math.ceil(0.005 / one) for one in least]
    return [one / len(over) * 1e6 for one, (_, over) in zip(least, table, strict=True)]


def counted(folder: Path) -> list[float]:
    """Return the instructions of a call of each row."""
    output, counts = valgrind([sys.executable, __file__, WARM], folder)
    lines = [map(int, line.split()) for line in output.splitlines()]
    return [(counts[more] - counts[less]) / calls for less, more, calls in lines]


def tell_calls(folder: Path | None) -> None:
    """Tell of each row the ratio of its instructions, or without a folder for valgrind's files that of its times."""
    table = rows()
    times = microseconds([(row.job, row.over) for row in table])
    costs = times if folder is None else counted(folder)
    each = {row.label: cost for row, cost in zip(table, costs, strict=True)}
    for row, cost, taken in zip(table, costs, times, strict=True):
        instructions = "" if folder is None else f"{cost:,.0f} instructions, "
        against = row.against or table[0].label
        tell(row.label, cost / each[against], f"times {against}", f"{instructions}{taken:.2f} µs")


def tell_processes(folder: Path) -> None:
    """Tell of whole processes what they take over a bare interpreter: instructions, and the median of interleaved times.

    They run from an installed wheel, which has the compiled form of the definitions.
    """
    first = "import pnet_pathways; pnet_pathways.recommend({'tumor_type': 'insulinoma'}).options"
    pnet = [sys.executable, "-m", "pnet_pathways"]
    bare = [sys.executable, "-c", "pass"]
    commands = {
        "import pnet_pathways": [sys.executable, "-c", "import pnet_pathways"],
        "import and first answer": [sys.executable, "-c", first],
        "pnet --version": [*pnet, "--version"],
        "pnet recommend": [*pnet, "recommend", str(CASE)],
        "pnet facts": [*pnet, "facts"],
        "pnet facts --format json": [*pnet, "facts", "--format", "json"],
    }
    environment = installed(folder)
    reference = max(valgrind(bare, folder, environment)[1].values())
    for name, command in commands.items():
        count = max(valgrind(command, folder, environment)[1].values())
        beside = f"bare: {reference / 1e6:,.0f} M"
        tell(name, (count - reference) / 1e6, "M instructions over a bare interpreter", beside)
    taken: dict[str, list[float]] = {}
    for _ in range(11):
        for name, command in {"": bare, **commands}.items():
            begin = time.perf_counter()
            subprocess.run(command, env=environment, check=True, capture_output=True)
            taken.setdefault(name, []).append((time.perf_counter() - begin) * 1e3)
    shortest = statistics.median(taken.pop(""))
    for name, some in taken.items():
        tell(f"{name}, time", statistics.median(some) - shortest, "ms over a bare interpreter", f"bare: {shortest:.1f} ms")


def main() -> None:
    """Tell the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(WARM, action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--times", action="store_true", help="times of calls alone, without valgrind")
    given = parser.parse_args()
    if given.warm:
        measured()
    elif given.times:
        tell_calls(None)
    else:
        with tempfile.TemporaryDirectory() as folder:
            tell_calls(Path(folder))
            tell_processes(Path(folder))


if __name__ == "__main__":
    main()
