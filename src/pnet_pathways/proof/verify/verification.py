"""The proof of a set of definitions: every claim over the whole finite space, total and partial cases, per track and composed.

The tracks' tables are small where the product of all facts is not, and whole answers follow from them: docs/verification.md
says why, the claim `factoring` checks what that rests on, and `composed` checks whole pathways again by brute force.
"""

from __future__ import annotations

import contextlib
import gc
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
from .alternatives import examine_alternatives
from .answers import (
    Reader,
    TrackViews,
    examine_answers,
    examine_machine,
)
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
from .coded import examine_codes
from .composed import composed_size, examine_composed, examine_factoring
from .contradictions import examine_contradictions
from .distinct import examine_distinct
from .graph import examine_graph, examine_shared
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
) -> VerificationReport:
    """Prove every claim about a set of definitions, or show where it fails.

    `definitions` is a loaded set or the folder of one; the project's own by default. A folder may be broken: what keeps
    it from loading is reported under the claim that it breaks. `progress` is told of each step. `composed_cases` bounds
    the brute force over whole pathways: those in which a statement stands in two tracks come first, then the smaller; where
    none is small enough, `composed` is not proven. Raises `DefinitionError` where there is no such folder.

    >>> report = verify("examples/documents/pump_fault")
    >>> report.passed, report.claim("complete").examined["scenarios"]
    (True, 72)
    """
    folder, problems = Path(), tuple[Problem, ...]()
    if not isinstance(definitions, Definitions):
        folder = default_folder() if definitions is None else Path(definitions)
        definitions, problems = read_pathways(folder)
    if definitions is None:
        return _unreadable(folder, problems)
    with _no_collector():
        return _Verification(definitions, problems, progress, composed_cases, folder).report()


@contextlib.contextmanager
def _no_collector() -> Iterator[None]:
    """Leave out the search for garbage in circles: what is made stays, or goes by itself, and to walk it costs a quarter."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
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
        folder: Path,
    ) -> None:
        self.definitions = definitions
        self.problems = problems
        self.progress = progress
        self.composed_cases = composed_cases
        self.folder = folder
        self.ledger = Ledger()
        self.views: list[TrackView] = []
        self.counts: list[TrackCount] = []

    def report(self) -> VerificationReport:
        """Examine everything."""
        self.ledger.count(ClaimId.READABLE, "pathways", len(self.definitions.pathways))
        self._step("treatments and care course", 0, 1)
        examine_shared(self.definitions, self.ledger)
        self._graphs()
        self._step("contradictions", 0, 1)
        examine_contradictions(self.definitions.vocabulary, self.ledger)
        self._distinct()
        tracks = {(pathway.name, track) for pathway in self.definitions.pathways.values() for track in pathway.tracks}
        listed = {(view.pathway.name, view.track.name) for view in self.views if view.sound}
        if tracks != listed or not tracks <= self.definitions.scenarios.keys():
            self._no_answers("every track must be complete and listed first")
        elif self.problems:
            self._no_answers("what does not load gives no answers")
        else:
            self._answers()
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

    def _step(self, what: str, done: int, total: int) -> None:
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
            self._step(f"graph of {pathway.name}.{track.name}", number, len(tracks))
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

    def _no_answers(self, reason: str) -> None:
        for claim in _OF_ANSWERS:
            self.ledger.not_proven(claim, reason)

    def _answers(self) -> None:
        parts = TrackViews(self.definitions, self.views)
        engine = Engine(self.definitions)
        reader = Reader(self.definitions, engine.recommend)
        examine_factoring(parts, self.ledger)
        for number, view in enumerate(self.views):
            self._step(f"answers of {view.name}", number, len(self.views))
            cases = view.space.cases()
            self.counts.append(
                TrackCount(view.pathway.name, view.track.name, view.space.facts, len(view.space.rows), len(cases))
            )
            examine_machine(view, cases, self.ledger)
            examine_answers(view, cases, parts, reader, self.ledger)
        chosen = self._chosen(parts)
        if not chosen:
            reason = f"nothing was examined: no pathway has at most {self.composed_cases:,} composed partial cases"
            self.ledger.not_proven(ClaimId.COMPOSED, reason)
        for number, pathway in enumerate(chosen):
            self._step(f"whole answers of {pathway.name}, by brute force", number, len(chosen))
            examine_composed(pathway, parts, reader, self.ledger)
        self._step("codes", 0, 1)
        examine_codes(engine, (view.read(given) for view in self.views for given, _ in view.space.cases()), self.ledger)
        examine_alternatives(parts, engine, self.ledger, self._step)

    def _chosen(self, parts: TrackViews) -> list[Pathway]:
        """Return the pathways whose composed cases fit into the bound together, the most telling first."""
        own = [one for name, one in self.definitions.pathways.items() if name not in self.definitions.entry.common]
        sizes = {one.name: composed_size(one, parts) for one in own}
        spans = {one.name: any(statement.also for statement in one.statements) for one in own}
        chosen, left = [], self.composed_cases
        for pathway in sorted(own, key=lambda one: (not spans[one.name], sizes[one.name], one.name)):
            if sizes[pathway.name] <= left:
                chosen.append(pathway)
                left -= sizes[pathway.name]
        return chosen

    def _loading(self) -> None:
        """Make sure that everything that keeps the definitions from loading stands under its claim, found here or not."""
        for problem in self.problems:
            claim = problem.code or ClaimId.READABLE
            if not self.ledger.failures[claim]:
                self.ledger.fail(claim, _failure(problem))

    def _compiled(self) -> None:
        """Make sure that a compiled form that loading would use holds what the files say, in every part."""
        if self.problems or self.folder == Path():
            return
        for part in compiled_differences(self.folder, self.definitions):
            message = f"{part} are not those of the files (compile them anew: pnet compile)"
            self.ledger.fail(ClaimId.READABLE, Failure(COMPILED, message))
