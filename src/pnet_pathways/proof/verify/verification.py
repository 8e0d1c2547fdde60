"""The proof of a set of definitions: every claim over the whole finite space, total and partial cases, per track and composed.

The tracks' tables are small where the product of all facts is not, and whole answers follow from them: docs/verification.md
says why, the claim `factoring` checks what that rests on, and `composed` checks whole pathways again by brute force.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

from ...engine.recommend import Engine
from ...loading.compiled import COMPILED
from ...loading.compiled_parts import compiled_differences
from ...loading.folder import default_folder, read_pathways
from ...loading.repeated_options import repeated_options
from ...model.claims import ClaimId
from ...model.errors import DefinitionError, Problem
from ...model.pathway import Definitions, Pathway
from ..processes import Workers
from ..processes import workers as processes
from .alternatives import count_alternatives, examine_alternative, examine_pairs
from .answers import Reader, TrackViews, examine_answers, kinds_of
from .claims import (
    CLAIMS,
    OF_LEAVES,
    Claim,
    ClaimVerdict,
    Failure,
    Ledger,
    TrackCount,
    VerificationReport,
)
from .coded import examine_clusters, examine_coded_answers
from .composed import composed_size, examine_composed, examine_factoring
from .contradictions import examine_contradictions
from .distinct import examine_distinct
from .graph import examine_graph, examine_shared
from .machine import examine_machine
from .tracks import MAX_COMBINATIONS, TrackView, combinations

__all__ = ["Claim", "ClaimVerdict", "Failure", "TrackCount", "VerificationReport", "verify"]

COMPOSED_CASES = 60_000
"""How many composed partial cases `verify` goes through by brute force unless told otherwise."""

Progress = Callable[[str, int, int], None]
"""Told what is examined next, how many steps are done, and how many there are."""

_OF_ANSWERS = (
    ClaimId.MACHINE,
    ClaimId.ANSWER,
    ClaimId.MISSING,
    ClaimId.MONOTONE,
    ClaimId.FACTORING,
    ClaimId.COMPOSED,
    ClaimId.CODES,
    ClaimId.ALTERNATIVES,
    ClaimId.ALTERNATIVE_ANSWERS,
    ClaimId.ALTERNATIVE_GAPS,
)


def verify(
    definitions: Definitions | str | Path | None = None,
    *,
    progress: Progress | None = None,
    composed_cases: int = COMPOSED_CASES,
    workers: int = 1,
) -> VerificationReport:
    """Prove every claim about a set of definitions, or show where it fails.

    `definitions` is a loaded set or the folder of one; the project's own by default. A folder may be broken: what keeps
    it from loading is reported under the claim that it breaks. `progress` is told of each step. `composed_cases` bounds
    the brute force over whole pathways: those in which a statement stands in two tracks come first, then the smaller; where
    none is small enough, `composed` is not proven. `workers` processes share the work on a folder, each of which reads it.
    Raises `DefinitionError` where there is no such folder, or where it changes meanwhile.

    >>> report = verify("examples/documents/pump_fault")
    >>> report.passed, report.claim("complete").examined["scenarios"]
    (True, 72)
    """
    folder, problems = None, tuple[Problem, ...]()
    if not isinstance(definitions, Definitions):
        given = default_folder() if definitions is None else definitions
        folder = Path(given)
        definitions, problems = read_pathways(given)
        if definitions is None:
            return _unreadable(folder, problems)
    with _no_collector():
        return _Verification(definitions, problems, progress, composed_cases, folder, workers).report()


@contextlib.contextmanager
def _no_collector() -> Iterator[None]:
    """Leave out the search for garbage in circles: what is made stays, or goes by itself, and to walk it costs a quarter."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if not gc.get_freeze_count():
                # What is left is old, and searched with whatever else is: not at once.
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def _unreadable(folder: Path, problems: tuple[Problem, ...]) -> VerificationReport:
    ledger = Ledger()
    for problem in problems:
        ledger.fail(problem.code or ClaimId.READABLE, _failure(problem))
    for claim in CLAIMS:
        ledger.not_proven(claim, "the definitions cannot be read")
    return VerificationReport(str(folder), "", "", (), ledger.claims())


def _failure(problem: Problem) -> Failure:
    message = f"{problem.message} ({problem.suggestion})" if problem.suggestion else problem.message
    return Failure(problem.where, message)


class _Verification:
    """One verification of one set of definitions."""

    def __init__(
        self,
        definitions: Definitions,
        problems: tuple[Problem, ...],
        progress: Progress | None,
        composed_cases: int,
        folder: Path | None,
        workers: int = 1,
    ) -> None:
        self.definitions = definitions
        self.problems = problems
        self.progress = progress
        self.composed_cases = composed_cases
        self.folder = folder
        self.workers = workers
        self.ledger = Ledger()
        self.views: list[TrackView] = []
        self.counts: list[TrackCount] = []

    def report(self) -> VerificationReport:
        """Examine everything."""
        with self._helpers() as helpers:
            # The first work starts the processes, before anything is told: a progress bar has a thread.
            facts = self._begun(helpers, _contradictions)
            self.ledger.count(ClaimId.READABLE, "pathways", len(self.definitions.pathways))
            self.step("treatments and care course", 0, 1)
            examine_shared(self.definitions, self.ledger)
            self._graphs()
            self._distinct()
            tracks = {(pathway.name, track) for pathway in self.definitions.pathways.values() for track in pathway.tracks}
            listed = {(view.pathway.name, view.track.name) for view in self.views if view.sound}
            if tracks != listed or not tracks <= self.definitions.scenarios.keys():
                self._no_answers("every track must be complete and listed first")
            elif self.problems:
                self._no_answers("what does not load gives no answers")
            else:
                self._answers(helpers)
            self.step("contradictions", 0, 1)
            self.ledger.add(facts())
        self._loading()
        self._compiled()
        return VerificationReport(
            folder=self.definitions.folder,
            version=self.definitions.version,
            content_hash=self.definitions.content_hash,
            tracks=tuple(self.counts),
            claims=self.ledger.claims(),
            disclaimer=self.definitions.source.disclaimer,
        )

    @functools.cached_property
    def engine(self) -> Engine:
        """The engine whose answers are examined."""
        return Engine(self.definitions)

    @contextlib.contextmanager
    def _helpers(self) -> Iterator[Workers | None]:
        """Give the processes that share the work with this one, if any do."""
        if self.workers < 2 or self.problems or self.folder is None:
            yield None
        else:
            with processes(self.workers - 1, _begin, self.folder, self.definitions.content_hash) as helpers:
                yield helpers

    def _begun(self, helpers: Workers | None, task: Task, *arguments: int) -> Callable[[], Ledger]:
        """Hand a task to another process, or keep it for later; what is returned gives what it found."""
        if helpers is None:
            return lambda: task(self, *arguments)
        begun = helpers.submit(_done, task, *arguments)
        # What none of them has taken up by the time it is asked for is done here, rather than waited for.
        return lambda: task(self, *arguments) if begun.cancel() else begun.result()

    def step(self, what: str, done: int, total: int) -> None:
        """Tell what is examined next."""
        if self.progress is not None:
            self.progress(what, done, total)

    def _distinct(self) -> None:
        try:
            meant = repeated_options(self.definitions)
        except DefinitionError as error:
            for problem in error.problems:
                self.ledger.fail(ClaimId.READABLE, _failure(problem))
            self.ledger.not_proven(ClaimId.DISTINCT, "what the document lists cannot be read")
            return
        examine_distinct(self.definitions, meant, self.ledger)

    def _graphs(self) -> None:
        tracks = [(pathway, track) for pathway in self.definitions.pathways.values() for track in pathway.tracks.values()]
        for number, (pathway, track) in enumerate(tracks):
            self.step(f"graph of {pathway.name}.{track.name}", number, len(tracks))
            count = combinations(self.definitions.vocabulary, pathway, track, self.definitions.groups[track.group])
            if count > MAX_COMBINATIONS:
                message = f"'{track.name}' reads facts with {count:,} combinations; at most {MAX_COMBINATIONS:,} are listed"
                self.ledger.fail(ClaimId.FACTORING, Failure(str(track.where or f"{pathway.name}.yaml"), message))
                for claim in OF_LEAVES:
                    self.ledger.not_proven(claim, f"{pathway.name}.{track.name} is too large to list")
                continue
            view = TrackView.of(self.definitions, pathway, track)
            self.views.append(view)
            examine_graph(view, self.ledger)

    def listed(self) -> list[TrackView]:
        """Return the tracks; another process lists them, and the first tells what is wrong with their graphs."""
        if not self.views:
            self._graphs()
        return self.views

    def _no_answers(self, reason: str) -> None:
        for claim in _OF_ANSWERS:
            self.ledger.not_proven(claim, reason)

    def _answers(self, helpers: Workers | None) -> None:
        alternatives = {
            one.name: self._begun(helpers, _alternative, number) for number, one in enumerate(self.definitions.alternatives)
        }
        machines = self._begun(helpers, _machines)
        composed = self._begun(helpers, _composed, self.composed_cases)
        parts = TrackViews(self.definitions, self.views)
        examine_factoring(parts, self.ledger)
        for view in self.views:
            sizes = len(view.space.rows), len(view.space.cases())
            self.counts.append(TrackCount(view.pathway.name, view.track.name, view.space.facts, *sizes))
        self._of_types(parts, Reader(self.definitions, self.engine.recommend))
        self.ledger.add(composed())
        self.ledger.add(machines())
        count_alternatives(self.definitions, self.ledger)
        for number, (name, found) in enumerate(alternatives.items()):
            self.step(f"alternative {name}", number, len(alternatives))
            self.ledger.add(found())
        examine_pairs(self.definitions, self.ledger)

    def _of_types(self, parts: TrackViews, reader: Reader) -> None:
        """Examine answers type by type, so that what is kept of one is gone before the next."""
        examine_clusters(self.engine, self.ledger)
        both = [(kind, view) for view in self.views for kind in kinds_of(view, self.definitions)]
        order = [*self.definitions.entry.types, None]
        both.sort(key=lambda one: order.index(one[0]))
        for kind, pairs in itertools.groupby(enumerate(both), key=lambda one: one[1][0]):
            for number, (_, view) in pairs:
                self.step(f"answers of {view.name}", number, len(both))
                examine_answers(view, [kind], parts, reader, self.ledger)
                if kind == view.kind:
                    cases = (view.read(given) for given, _ in view.space.cases())
                    examine_coded_answers(self.engine, cases, self.ledger)
            reader.forget()
            parts.forget()
            self.engine.coded[kind].forget()

    def _loading(self) -> None:
        """Make sure that everything that keeps the definitions from loading stands under its claim, found here or not."""
        for problem in self.problems:
            claim = problem.code or ClaimId.READABLE
            if not self.ledger.failures[claim]:
                self.ledger.fail(claim, _failure(problem))

    def _compiled(self) -> None:
        """Make sure that a compiled form that loading would use holds what the files say, in every part."""
        if self.problems or self.folder is None:
            return
        for part in compiled_differences(self.folder, self.definitions):
            message = f"{part} are not those of the files (compile them anew: pnet compile)"
            self.ledger.fail(ClaimId.READABLE, Failure(COMPILED, message))


Task = Callable[..., Ledger]
"""Part of a verification that rests on no other part: what it found."""
_alone: list[_Verification] = []
"""The verification of another process."""


def _begin(folder: Path, content_hash: str) -> None:
    gc.disable()
    definitions, problems = read_pathways(folder)
    if definitions is not None and definitions.content_hash == content_hash:
        _alone[:] = [_Verification(definitions, problems, None, 0, folder)]


def _done(task: Task, *arguments: int) -> Ledger:
    """Return what a task finds in another process."""
    if not _alone:
        raise DefinitionError([Problem("definitions", "changed while they were verified", "verify them again")])
    return task(_alone[0], *arguments)


def _contradictions(verification: _Verification) -> Ledger:
    ledger = Ledger()
    examine_contradictions(verification.definitions.vocabulary, ledger)
    return ledger


def _alternative(verification: _Verification, number: int) -> Ledger:
    ledger, definitions = Ledger(), verification.definitions
    examine_alternative(definitions, tuple(definitions.alternatives)[number], verification.engine, ledger)
    return ledger


def _machines(verification: _Verification) -> Ledger:
    ledger = Ledger()
    for view in verification.listed():
        examine_machine(view, view.space.cases(), ledger)
    return ledger


def _composed(verification: _Verification, composed_cases: int) -> Ledger:
    ledger, definitions = Ledger(), verification.definitions
    parts = TrackViews(definitions, verification.listed())
    reader = Reader(definitions, verification.engine.recommend)
    chosen = _chosen(parts, composed_cases)
    if not chosen:
        reason = f"nothing was examined: no pathway has at most {composed_cases:,} composed partial cases"
        ledger.not_proven(ClaimId.COMPOSED, reason)
    for number, pathway in enumerate(chosen):
        verification.step(f"whole answers of {pathway.name}, by brute force", number, len(chosen))
        examine_composed(pathway, parts, reader, ledger)
    return ledger


def _chosen(parts: TrackViews, composed_cases: int) -> list[Pathway]:
    """Return the pathways whose composed cases fit into a bound together, the most telling first."""
    entry = parts.definitions.entry
    own = [one for name, one in parts.definitions.pathways.items() if name not in entry.common]
    sizes = {one.name: composed_size(one, parts) for one in own}
    spans = {one.name: any(statement.also for statement in one.statements) for one in own}
    chosen, left = [], composed_cases
    for pathway in sorted(own, key=lambda one: (not spans[one.name], sizes[one.name], one.name)):
        if sizes[pathway.name] <= left:
            chosen.append(pathway)
            left -= sizes[pathway.name]
    return chosen
