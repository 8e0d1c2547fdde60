"""What the benchmarks tell: figures by name, each with what is asked of it, so that one table holds them all.

A script calls `tell` for each figure and `untold` for what it cannot measure here. Run alone it prints them; run by
`python benchmarks` (`make bench`) they are collected too.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final, NamedTuple

COLLECTED: Final = "BENCHMARK_FIGURES"
"""The environment variable that names the file in which figures are collected."""


class Figure(NamedTuple):
    """A measured figure, or why it was not measured; `beside` are figures that nothing is asked of, in words."""

    name: str
    value: float | None
    unit: str
    beside: str


class Target(NamedTuple):
    """What is asked of a figure: at most, or at least, so much.

    What load hardly bears on has a `gate`, the most with which the benchmarks still pass: the limit, or, where that is not
    reached and docs/performance.md says why, a little more than what is.
    """

    limit: float
    least: bool = False
    gate: float | None = None

    def met(self, value: float) -> bool:
        """Return whether a figure meets it."""
        return value >= self.limit if self.least else value <= self.limit

    def passed(self, value: float) -> bool:
        """Return whether the benchmarks pass with a figure."""
        return self.gate is None or value <= self.gate

    def __str__(self) -> str:
        """Return it in a sign and a number."""
        return f"{'≥' if self.least else '≤'} {number(self.limit)}"


TARGETS: Final = {
    "recommend, complete": Target(2.5, gate=2.5),
    "recommend, complete, everything read": Target(5, gate=5),
    "recommend, partial, everything read": Target(5, gate=5),
    "recommend, only the type, everything read": Target(5, gate=5),
    "recommend, nothing known, everything read": Target(5, gate=5),
    "Case.from_dict, complete": Target(1, gate=1),
    "zen-engine, compiled expressions": Target(3, least=True),
    "zen-engine, its best evaluate(key)": Target(7, least=True),
    "zen-engine, create_decision each time": Target(200, least=True),
    "import and first answer": Target(100, gate=480),
    "import and first answer, time": Target(30),
    "pnet recommend": Target(150, gate=690),
    "pnet recommend, time": Target(50),
    "cohort, Parquet to Parquet": Target(0.65),
    "cohort, rate": Target(3, least=True),
    "cohort, SQL on DuckDB": Target(1),
    "cohort, 10^8 rows, memory": Target(400),
    "cohort, 10^8 rows, rate": Target(0.9, least=True),
    "cohort, CSV": Target(1.15),
    "pnet verify, time": Target(10),
    "pnet verify, memory": Target(500),
    "suite of tests": Target(1),
}
"""What is asked, by the name of the figure."""


def tell(name: str, value: float, unit: str, beside: str = "") -> None:
    """Print a figure, and collect it where it is asked for."""
    _told(Figure(name, value, unit, beside))


def untold(name: str, why: str) -> None:
    """Say of a figure why it was not measured."""
    _told(Figure(name, None, "", why))


def _told(figure: Figure) -> None:
    print(f"{figure.name:52} {shown(figure):>20} {verdict(figure):8} {figure.beside}", flush=True)
    if path := os.environ.get(COLLECTED):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(figure)}\n")


def shown(figure: Figure) -> str:
    """Return a figure with its unit."""
    return "not measured" if figure.value is None else f"{number(figure.value)} {figure.unit}"


def verdict(figure: Figure) -> str:
    """Return whether a figure meets what is asked of it, empty where nothing is."""
    target = TARGETS.get(figure.name)
    if target is None or figure.value is None:
        return ""
    return "met" if target.met(figure.value) else "missed"


def number(value: float) -> str:
    """Return a number in three digits, or whole."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
