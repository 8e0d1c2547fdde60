"""What `pnet verify` takes, and how its work grows as facts are added, with the product of all facts beside it, in one run.

Definitions with 8, 12, 16 and 20 facts (all that the vocabulary has besides the entry fact) are generated: one track per four
facts or so, each a full tree over its facts. Run with `make bench`; the ratios are what to compare.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import resource
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs
from figures import tell

from pnet_pathways import load_pathways
from pnet_pathways.loading.agreement import track_scenarios
from pnet_pathways.model.conditions import ALWAYS, AllOf, Is
from pnet_pathways.model.pathway import Choice, Definitions, Leaf, Option, Pathway, Question, State, Statement, Strength, Track
from pnet_pathways.model.scenario_rows import LeafKind
from pnet_pathways.model.values import Value, answer_name
from pnet_pathways.model.vocabulary import Vocabulary
from pnet_pathways.proof.verify.verification import VerificationReport, verify


def tracks_of(vocabulary: Vocabulary) -> tuple[tuple[str, ...], ...]:
    """Return all facts but the entry, in tracks of four or so; facts that rules tie together stay in one track."""
    left = [name for name in vocabulary.facts if name != vocabulary.entry]
    found: list[tuple[str, ...]] = []
    while left:
        linked = next((facts for facts in vocabulary.linked_sets if left[0] in facts), frozenset(left[:1]))
        track = [name for name in left if name in linked]
        track += [name for name in left if name not in linked and not any(name in one for one in vocabulary.linked_sets)][
            : max(0, 4 - len(track))
        ]
        found.append(tuple(track))
        left = [name for name in left if name not in track]
    return tuple(found)


def holding(vocabulary: Vocabulary, fact: str) -> Is:
    """Return a condition on a fact that can hold with those on the others: yes, or the second of several answers."""
    values = vocabulary.facts[fact].values
    return Is(fact, values[:1] if len(values) == 2 else values[1:2])


def statements(vocabulary: Vocabulary, track: str, facts: tuple[str, ...], treatments: list[str]) -> tuple[Statement, ...]:
    """Return a statement for each two neighboring facts of a track."""
    return tuple(
        Statement(
            id=f"{track}-{number}",
            pathway="other",
            label="generated",
            track=track,
            when=AllOf((holding(vocabulary, one), holding(vocabulary, two))),
            options=(Option(f"{track}-{number}", 0, number, (treatments[number],), (), Strength.MAY, ALWAYS, (), None, None),),
            readings=(),
            locators=(),
        )
        for number, (one, two) in enumerate(itertools.pairwise(facts))
    )


def tree(
    vocabulary: Vocabulary, facts: tuple[str, ...], given: tuple[Statement, ...], known: Mapping[str, Value], name: str
) -> Iterator[State]:
    """Yield the states of a full tree over the facts that are left, the root first."""
    left = [fact for fact in facts if fact not in known]
    values: list[Value] = []
    while left and len(values) < 2:  # what can be but one thing, or cannot apply, is not asked
        values = [value for value in vocabulary.facts[left[0]].domain if vocabulary.consistent({**known, left[0]: value})]
        if len(values) < 2:
            known = {**known, left[0]: values[0]}
            left = left[1:]
    if not left:
        holds = tuple((one.id, 0) for one in given if one.when.evaluate(known.get))
        yield Leaf(name, LeafKind.OFFER if holds else LeafKind.GAP, holds, "" if holds else "Nothing is said.", ())
        return
    targets = {value: f"{name}_{number}" for number, value in enumerate(values)}
    yield Question(
        name, left[0], (left[0],), tuple(Choice(answer_name(value), (value,), target) for value, target in targets.items())
    )
    for value, target in targets.items():
        yield from tree(vocabulary, facts, given, {**known, left[0]: value}, target)


def generated(base: Definitions, count: int) -> Definitions:
    """Return definitions with one pathway over the first so many facts."""
    tracks: dict[str, Track] = {}
    stated: list[Statement] = []
    vocabulary = base.vocabulary
    tracks_left = tracks_of(vocabulary)
    chosen = [facts for number, facts in enumerate(tracks_left) if sum(map(len, tracks_left[:number])) < count]
    for number, facts in enumerate(chosen):
        name = f"primary.part_{number}"
        own = statements(vocabulary, name, facts, list(base.treatments)[4 * number :])
        stated.extend(own)
        states = {state.name: state for state in tree(vocabulary, facts, own, {}, "start")}
        tracks[name] = Track("other", name, "generated", "start", states)
    pathway = Pathway("other", "1.0.0", "generated", "", tuple(stated), tracks)
    used = {treatment for one in stated for option in one.options for treatment in option.treatments}
    types = {
        key: entry if entry.pathway == "other" else attrs.evolve(entry, pathway=None, note="not generated")
        for key, entry in base.entry.types.items()
    }
    group = base.groups["primary"]
    return attrs.evolve(
        base,
        pathways={"other": pathway},
        entry=attrs.evolve(base.entry, types=types, common=(), pathways=("other",)),
        treatments={key: one for key, one in base.treatments.items() if key in used},
        scenarios={("other", name): track_scenarios(vocabulary, pathway, track, group) for name, track in tracks.items()},
    )


def measured(definitions: Definitions, composed_cases: int = 0) -> tuple[VerificationReport, float, float]:
    """Return the report, the seconds of processor time, and the peak of memory in megabytes (of a second run)."""
    begin = time.process_time()
    report = verify(definitions, composed_cases=composed_cases)
    seconds = time.process_time() - begin
    tracemalloc.start()
    verify(definitions, composed_cases=composed_cases)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    failures = [failure for claim in report.claims for failure in claim.failures]
    assert not failures, failures[0]
    return report, seconds, peak


def memory_mb(process: int) -> float:
    """Return what a process and its children hold in memory, pages that they share counted once; 0 where it has ended."""
    held, waiting = 0.0, [process]
    while waiting:
        folder = Path("/proc") / str(waiting.pop())
        with contextlib.suppress(OSError):
            rollup = (folder / "smaps_rollup").read_text()
            held += int(next(line for line in rollup.splitlines() if line.startswith("Pss:")).split()[1]) / 1e3
            for children in (folder / "task").glob("*/children"):
                waiting += map(int, children.read_text().split())
    return held


def tell_command() -> None:
    """Tell what `pnet verify` takes: seconds, and the most memory that was seen."""
    begin, most = time.perf_counter(), 0.0
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen([sys.executable, "-m", "pnet_pathways", "verify"], stdout=subprocess.DEVNULL)
    while process.poll() is None:
        most = max(most, memory_mb(process.pid))
        time.sleep(0.05)
    taken = time.perf_counter() - begin
    assert process.returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    tell("pnet verify, time", taken, "s", f"{worked:.1f} s of processor time")
    tell("pnet verify, memory", most, "MB")


def main() -> None:
    """Tell the measurements."""
    tell_command()
    base = load_pathways()
    reference = 0.0
    for count in (8, 12, 16, 20):
        definitions = generated(base, count)
        report, seconds, peak = measured(definitions)
        reference = reference or seconds
        parts = sum(track.partial_cases for track in report.tracks)
        product = math.prod(track.partial_cases for track in report.tracks)
        sizes = f"{len(report.tracks)} tracks of {parts:,} partial cases in all, {product:,} together"
        tell(f"verify, {count} facts", seconds / reference, "times 8 facts", f"{seconds:.2f} s, {peak:.0f} MB; {sizes}")
    for name, definitions, cases in (("8 facts", generated(base, 8), 10_000), ("the project", base, 60_000)):
        _, seconds, peak = measured(definitions, composed_cases=cases)
        tell(f"verify, {name}, whole by brute force", seconds / reference, "times 8 facts", f"{seconds:.2f} s, {peak:.0f} MB")


if __name__ == "__main__":
    main()
