"""Run the benchmarks and gather their figures in one table: printed, and written to docs/performance.md with a plot of them.

How long cohorts of other sizes take by these rates is written to docs/cohorts.md.
Run with `make bench`; `python benchmarks instructions peers` runs only these scripts and writes nothing. The exit code is 1
where a figure does not pass its gate.
"""

from __future__ import annotations

import datetime
import json
import math
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

from figures import COLLECTED, TARGETS, Figure, number, shown, verdict

HERE: Final = Path(__file__).resolve().parent
PAGE: Final = HERE.parent / "docs" / "performance.md"
PLOT: Final = PAGE.with_suffix(".svg")
COHORTS: Final = PAGE.with_name("cohorts.md")
SCRIPTS: Final = (
    "instructions",
    "peers",
    "cohorts",
    "cohort_engines",
    "verification",
    "suite",
    "difference",
    "report_clicks",
    "fhir_reading",
    "fhir_writing",
    "service",
)


def measured(scripts: Sequence[str]) -> list[Figure]:
    """Run scripts one after the other, each in a process of its own, and return their figures."""
    found: list[Figure] = []
    for script in scripts:
        print(f"\n{script}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "figures"
            path.touch()
            done = subprocess.run(
                [sys.executable, HERE / f"{script}.py"], env={**os.environ, COLLECTED: str(path)}, check=False
            )
            told = [Figure(*json.loads(line)) for line in path.read_text("utf-8").splitlines()]
        if done.returncode:
            told.append(Figure(script, None, "", f"the script ended with exit code {done.returncode}"))
        found += told
    return found


def in_order(figures: Sequence[Figure]) -> list[Figure]:
    """Return what targets are set for first, all of them, then the rest."""
    by_name = {one.name: one for one in figures}
    asked = [by_name.pop(name, Figure(name, None, "", "no script told it")) for name in TARGETS]
    return [*asked, *by_name.values()]


def machine() -> str:
    """Return the class of the machine, and the day."""
    day = datetime.datetime.now(datetime.UTC).date()
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    maker = " ".join(re.sub(r"\([^)]*\)", "", cpu[1]).split()[:2]) if cpu else "unknown processor"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{day}, {maker}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, CPython {platform.python_version()}"


def table(figures: Sequence[Figure]) -> str:
    """Return the table in Markdown."""
    lines = ["| what | figure | target | | beside it |", "| --- | --- | --- | --- | --- |"]
    for one in figures:
        cells = (one.name, shown(one), str(TARGETS.get(one.name, "")), verdict(one), one.beside)
        lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return "\n".join(lines)


def plot(figures: Sequence[Figure], where: str) -> str:
    """Return as SVG how far each figure is from its target, on a logarithmic scale: to the left of the line it is met."""
    drawn = []
    for one in figures:
        target = TARGETS.get(one.name)
        if target is not None and one.value:
            drawn.append((one, target.limit / one.value if target.least else one.value / target.limit))
    left, wide, high = 330, 420, 24
    least = min([-1, *(math.floor(math.log10(ratio)) for _, ratio in drawn)])
    most = max([1, *(math.ceil(math.log10(ratio)) for _, ratio in drawn)])

    def at(power: float) -> float:
        return left + wide * (power - least) / (most - least)

    bottom = 40 + high * len(drawn)
    parts = []
    for power in range(least, most + 1):
        x = at(power)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="36" y2="{bottom}" stroke="{"#222" if power == 0 else "#ccc"}"/>')
        label = "the target" if power == 0 else f"{10.0**power:g} times"
        parts.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{label}</text>')
    for row, (one, ratio) in enumerate(drawn):
        y, x = 40 + high * row, at(math.log10(ratio))
        color, said = ("#1b6e3c", "met") if verdict(one) == "met" else ("#a3341f", "missed")
        parts.append(f'<text x="{left - 10}" y="{y + 13}" text-anchor="end">{escape(one.name)}</text>')
        parts.append(
            f'<rect x="{min(x, at(0)):.1f}" y="{y + 2}" width="{abs(x - at(0)):.1f}" height="{high - 8}" fill="{color}"/>'
        )
        words = f"{shown(one)} ({TARGETS[one.name]}) {said}"
        parts.append(f'<text x="{left + wide + 10}" y="{y + 13}">{escape(words)}</text>')
    size = f'width="{left + wide + 400}" height="{bottom + 28}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {left + wide + 400} {bottom + 28}" role="img" '
        'font-family="sans-serif" font-size="12">\n'
        f"<title>Figures against their targets, {escape(where)}</title>\n"
        f'<rect width="100%" height="100%" fill="white"/>\n'
        f'<text x="10" y="22" font-size="14">Figures against their targets, {escape(where)}. Left of the line: met.</text>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def sizing(figures: Sequence[Figure]) -> str:
    """Return how long cohorts take at the rates that were measured, in Markdown: computed, and marked as such."""
    rates = {one.name: one.value for one in figures}
    places = (
        ("one laptop, `pnet cohort evaluate`", "cohort, rate", 1, "measured with a thread for each of its cores"),
        ("one warehouse, the SQL on 16 cores", "cohort, SQL on DuckDB, rate", 16, "DuckDB, measured on one core"),
        ("one cluster, the SQL on 64 cores", "cohort, SQL on Spark, rate", 32, "Spark, measured on two cores"),
    )
    sizes = tuple(10**power for power in range(6, 10))
    head = " | ".join(f"10^{len(str(size)) - 1}" for size in sizes)
    lines = [f"| where | M patients a second | {head} |", "| --- | --- |" + " --- |" * len(sizes)]
    for where, name, times, how in places:
        rate = rates.get(name)
        cells = ["not measured", *[""] * len(sizes)]
        if rate is not None:
            by = f" times {times}" if times > 1 else ""
            cells = [f"{number(rate)}{by} ({how})", *(duration(size / (rate * times * 1e6)) for size in sizes)]
        lines.append(f"| {' | '.join([where, *cells])} |")
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """Return a time in words."""
    return f"{number(seconds)} s" if seconds < 100 else f"{number(seconds / 60)} min"


def between(text: str, mark: str, new: str, where: Path) -> str:
    """Return a text with something new between two marks."""
    begin, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->"
    before, found, rest = text.partition(begin)
    after = rest.partition(end)[2]
    if not (found and after):
        raise SystemExit(f"{where.name} lacks the marks of the {mark}")
    return f"{before}{begin}{new}\n{end}{after}"


def written(figures: Sequence[Figure]) -> None:
    """Write the tables into the pages, between their marks, and the plot beside them."""
    where = machine()
    shown_here = f"![Figures against their targets]({PLOT.name})\n\n{where}:\n\n{table(figures)}"
    for page, mark, new in ((PAGE, "figures", shown_here), (COHORTS, "sizes", f"{where}:\n\n{sizing(figures)}")):
        page.write_text(between(page.read_text("utf-8"), mark, new, page), "utf-8")
    PLOT.write_text(plot(figures, where), "utf-8")


def main() -> int:
    """Run what was named, or everything; return 1 where a figure does not pass its gate."""
    named = sys.argv[1:]
    if unknown := [name for name in named if name not in SCRIPTS]:
        print(f"benchmarks: there is no {' and no '.join(unknown)}; there are {', '.join(SCRIPTS)}", file=sys.stderr)
        return 2
    figures = measured(named or SCRIPTS)
    if not named:
        figures = in_order(figures)
        written(figures)
    print(f"\n{table(figures)}")
    missed = [one.name for one in figures if verdict(one) == "missed"]
    if missed:
        print(f"benchmarks: targets missed: {', '.join(missed)}", file=sys.stderr)
    worse = [one.name for one in figures if one.value is not None and verdict(one) and not TARGETS[one.name].passed(one.value)]
    if worse:
        print(f"benchmarks: worse than the gate allows: {', '.join(worse)}", file=sys.stderr)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
