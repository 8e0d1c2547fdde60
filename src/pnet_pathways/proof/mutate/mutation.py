"""Mutation testing of definitions: every slip, and every misreading, of one place has to be caught.

A *slip* changes one place of one encoding; the file is read anew, and the loader, the comparison of graph and statements
or a golden answer has to catch it. A *misreading* changes both encodings alike: the answers then follow the changed
statements, and only a golden answer can catch it. What nothing catches is compared with the original over every scenario:
where no option and no gap differs it is equivalent, else it has survived.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import attrs

from ...engine.alternatives import alternative_answer
from ...engine.recommend import Engine
from ...engine.tables import CompiledPathways, TrackTable, compile_pathways
from ...loading import schema
from ...loading.agreement import (
    MAX_ROWS,
    disagreements,
    reads,
    size,
    track_scenarios,
)
from ...loading.alternatives import AlternativeReader
from ...loading.folder import Loader, default_folder, golden_folder
from ...loading.structuring import structure
from ...loading.yaml_source import Document, Path_
from ...model.claims import ClaimId
from ...model.errors import (
    DefinitionError,
    Problem,
    ReadingError,
    listed,
    suggest,
)
from ...model.pathway import Alternative, Definitions, Pathway
from .alternative_changes import AlternativeChange, alternative_changes
from .file_changes import entry_changes, pathway_changes
from .golden import CHANGED_BY, GoldenAnswer, differences, read_golden
from .report import (
    Encodings,
    Mutant,
    MutantVerdict,
    MutationReport,
)
from .said import said, shown_in_all, tables_of
from .statement_changes import Mutation, Parts


@attrs.define
class _Marked(Document):
    """A document that also keeps under which keys its problems stand."""

    keys: set[str | int] = attrs.field(factory=set)

    def problem(self, path: Path_, message: str, suggestion: str = "", code: ClaimId | None = None) -> None:
        self.keys.update(path[:1])
        Document.problem(self, path, message, suggestion, code)


def mutate(
    folder: str | Path | None = None,
    golden: str | Path | None = None,
    *,
    only: Collection[str] | None = None,
    workers: int = 1,
) -> MutationReport:
    """Try every single-point change of a folder of definitions (the project's own by default).

    `golden` is the folder of golden answers, by default ``golden`` in that of the definitions; `only` names the files to
    change (pathways, ``entry`` and ``readings``), by default all; `workers` processes share the files. Raises
    `DefinitionError` where the definitions do not load, where there are no golden answers, where one of them is not met to
    begin with, or where `only` names no such file.
    """
    start = default_folder() if folder is None else Path(folder)
    place = golden_folder(start) if golden is None else Path(golden)
    bench = MutationRun(start, place)
    names = ["entry", "readings", *bench.definitions.pathways]
    if unknown := [name for name in only or () if name not in names]:
        hint = suggest(unknown[0], names) or f"files: {listed(names)}"
        raise DefinitionError([Problem(str(start), f"there is no file '{unknown[0]}' to change", hint)])
    chosen = [name for name in names if only is None or name in only]
    if workers > 1:
        # The largest files first, so that no process waits long for the last.
        order = sorted(chosen, key=lambda name: -len(str(bench.loader.documents[f"{name}.yaml"].data)))
        with ProcessPoolExecutor(workers, initializer=_start, initargs=(start, place)) as pool:
            done = dict(zip(order, pool.map(_work, order), strict=True))
        found = [mutant for name in chosen for mutant in done[name]]
    else:
        found = [mutant for name in chosen for mutant in bench.run(name)]
    return MutationReport(tuple(found), len(bench.answers))


_benches: list[MutationRun] = []
"""The bench of a worker process."""


def _start(folder: Path, golden: Path) -> None:
    _benches[:] = [MutationRun(folder, golden)]


def _work(name: str) -> list[Mutant]:
    return list(_benches[0].run(name))


class MutationRun:
    """The definitions as they are, and the judging of one change after the other."""

    def __init__(self, folder: Path, golden: Path) -> None:
        files = sorted(golden.glob("*.yaml"))
        if not files:
            raise DefinitionError([Problem(str(golden), "there are no golden answers here", "name their folder with --golden")])
        self.loader = Loader(folder, check_agreement=True)
        self.definitions = self.loader.load()
        self.answers = tuple(answer for path in files for answer in read_golden(path, self.definitions.vocabulary))
        self.compiled = compile_pathways(self.definitions)
        self.engine = Engine(self.definitions, self.compiled)
        self._shown: dict[tuple[str, str], frozenset[str]] = {}
        self._first: dict[Path_, GoldenAnswer] = {}
        """The golden answer that caught the last change of a place: most likely it catches the next one too."""
        if unmet := list(self._unmet(self.definitions, self.compiled, set())):
            raise DefinitionError(Problem(f"{one.file}:{one.line}:1", f"'{one.name}': {text}") for one, text in unmet)

    def run(self, name: str) -> Iterator[Mutant]:
        """Yield the verdict on every change of a file (``entry``, ``readings``, or a pathway's name)."""
        self._first.clear()
        document = self.loader.documents[f"{name}.yaml"]
        options = [one for each in self.definitions.pathways.values() for given in each.statements for one in given.options]
        optional = tuple(dict.fromkeys(extra for one in options for extra in one.optional))
        words = Parts(
            self.definitions.vocabulary, tuple(self.definitions.treatments), optional, tuple(self.definitions.readings)
        )
        if name == "entry":
            for change in entry_changes(document.data, tuple(self.definitions.pathways), words):
                yield from self._entry(document, change)
        elif name == "readings":
            reader = AlternativeReader(self.loader.linker, self.definitions.pathways, self.definitions.groups)
            for one in alternative_changes(document.data, words):
                yield self._alternative(document, one, reader)
        else:
            for change in pathway_changes(document.data, words):
                yield from self._pathway(name, document, change)

    # One change

    def _pathway(self, name: str, document: Document, change: Mutation) -> Iterator[Mutant]:
        marked = _Marked(document.file, change.data, document.places)
        changed = self._read(marked, self.definitions)
        after, agrees = None, False
        if marked.problems or changed is None:
            yield self._mutant(document, change, Encodings.ONE, MutantVerdict.LOADER)
        else:
            after, agrees = self._with(changed, compare=True)
            if agrees:
                yield self._judged(document, change, Encodings.ONE, after, {name})
            else:
                yield self._mutant(document, change, Encodings.ONE, MutantVerdict.AGREEMENT)
        if change.path[0] != "statements" or change.shared:
            return
        if changed is None or "statements" in marked.keys:
            yield self._mutant(document, change, Encodings.BOTH, MutantVerdict.LOADER)
            return
        if after is None:
            # The graph's side of a misreading bears on no answer: options and gaps follow the statements.
            alike = attrs.evolve(self.definitions.pathways[name], statements=changed.statements)
            after, _ = self._with(alike, compare=False)
        yield self._judged(document, change, Encodings.BOTH, after, {name})

    def _entry(self, document: Document, change: Mutation) -> Iterator[Mutant]:
        marked = _Marked(document.file, change.data, document.places)
        entry = structure(marked, schema.EntryFile)
        if entry is None:
            yield self._mutant(document, change, Encodings.ONE, MutantVerdict.LOADER)
            return
        linker = attrs.evolve(self.loader.linker, documents={**self.loader.documents, document.file: marked})
        groups = linker.groups(entry)
        after = attrs.evolve(self.definitions, groups=groups, entry=linker.entry(entry, self.definitions.pathways))
        touched = {
            pathway.name
            for pathway in after.pathways.values()
            for track in pathway.tracks.values()
            if groups[track.group] != self.definitions.groups[track.group]
        }
        agrees, sound = True, not marked.problems
        for name in sorted(touched):
            file = self.loader.documents[f"{name}.yaml"]
            again = _Marked(file.file, file.data, file.places)
            sound = self._read(again, after) is not None and not again.problems and sound
            after, same = self._with(self.definitions.pathways[name], compare=True, within=after)
            agrees = agrees and same
        if not sound or not agrees:
            yield self._mutant(document, change, Encodings.ONE, MutantVerdict.AGREEMENT if sound else MutantVerdict.LOADER)
        else:
            yield self._judged(document, change, Encodings.ONE, after, touched)
        if not change.shared:
            yield self._judged(document, change, Encodings.BOTH, after, touched)

    def _alternative(self, document: Document, change: AlternativeChange, reader: AlternativeReader) -> Mutant:
        """Judge a change of an alternative: by the golden answers under it, then over every scenario under it."""
        mutation = change.mutation
        marked = _Marked(document.file, mutation.data, document.places)
        file = structure(marked, schema.ReadingsFile)
        if file is not None:
            linker = attrs.evolve(self.loader.linker, documents={**self.loader.documents, document.file: marked})
            anew = AlternativeReader(linker, reader.pathways, reader.groups)
            changed = anew.alternative(file, change.reading, change.alternative)
            old = self.definitions.readings[change.reading]
            reading = attrs.evolve(old, alternatives={**old.alternatives, change.alternative: changed})
            after = attrs.evolve(self.definitions, readings={**self.definitions.readings, change.reading: reading})
            anew.check_clashes(after.alternatives, changed.named)
        if file is None or marked.problems:
            return self._mutant(document, mutation, Encodings.ONE, MutantVerdict.LOADER)
        engine = Engine(after, self.compiled)
        likely = [self._first[mutation.path]] if mutation.path in self._first else []
        for golden in (*likely, *self._under(change)):
            if next(self._differing(engine, golden), None) is not None:
                self._first[mutation.path] = golden
                by = f"{golden.file}:{golden.line}: {golden.name}"
                return self._mutant(document, mutation, Encodings.ONE, MutantVerdict.GOLDEN, by)
        if (told := self._told(engine, changed)) is not None:
            by = f"{told.file}:{told.line}: {told.name}"
            return self._mutant(document, mutation, Encodings.ONE, MutantVerdict.GOLDEN, by)
        before, now = self.engine.under(change.under).compiled, engine.under(change.under).compiled
        same = all(self._same_answers(now, name, before) for name in sorted(changed.pathways))
        return self._mutant(document, mutation, Encodings.ONE, MutantVerdict.EQUIVALENT if same else MutantVerdict.SURVIVED)

    def _told(self, engine: Engine, alternative: Alternative) -> GoldenAnswer | None:
        """Return a golden answer that says otherwise whether an alternative would change it; `None` where there is none."""
        under = engine.under({alternative.reading: alternative.id})
        for golden in self.answers:
            if CHANGED_BY in golden.expected and not golden.under:
                both = (engine.recommend(golden.case), under.recommend(golden.case))
                changes = alternative_answer(alternative, *both).changes
                if changes != (alternative.name in golden.expected[CHANGED_BY]):
                    return golden
        return None

    def _under(self, change: AlternativeChange) -> list[GoldenAnswer]:
        return [golden for golden in self.answers if change.under.items() <= golden.under.items()]

    @staticmethod
    def _differing(engine: Engine, golden: GoldenAnswer) -> Iterator[str]:
        """Yield in words what differs between a golden answer and the one given; also that nothing can be answered under it."""
        try:
            answer = engine.under(golden.under).recommend(golden.case)
        except ReadingError as error:
            yield str(error)
        else:
            yield from differences(golden, answer, alternatives=False)

    def _read(self, document: Document, definitions: Definitions) -> Pathway | None:
        """Read a pathway file anew; what is wrong with it is recorded in the document."""
        file = structure(document, schema.PathwayFile)
        if file is None:
            return None
        documents = {**self.loader.documents, document.file: document}
        loader = Loader(self.loader.folder, check_agreement=True, documents=documents)
        loader.linker = attrs.evolve(self.loader.linker, documents=documents)
        return loader.pathway(document.file, file, definitions.groups)

    def _with(self, pathway: Pathway, *, compare: bool, within: Definitions | None = None) -> tuple[Definitions, bool]:
        """Return the definitions with a changed pathway, and whether graph and statements agree in what is changed."""
        before = self.definitions if within is None else within
        found, vocabulary = dict(before.scenarios), before.vocabulary
        agrees = True
        for track in pathway.tracks.values():
            group = before.groups[track.group]
            if group == self.definitions.groups[track.group] and not self._touched(pathway, track.name):
                continue
            if size(vocabulary, reads(pathway, track, group)) > MAX_ROWS:
                return before, False
            table = found[pathway.name, track.name] = track_scenarios(vocabulary, pathway, track, group)
            if compare and agrees:
                agrees = next(disagreements(pathway, track, table), None) is None
        pathways = {**before.pathways, pathway.name: pathway}
        return attrs.evolve(before, pathways=pathways, scenarios=found), agrees

    def _touched(self, pathway: Pathway, track: str) -> bool:
        old = self.definitions.pathways[pathway.name]
        standing = [[one for one in given.statements if track in dict(one.placements)] for given in (old, pathway)]
        return old.tracks[track] != pathway.tracks[track] or standing[0] != standing[1]

    # Verdicts

    def _mutant(
        self, document: Document, change: Mutation, encodings: Encodings, verdict: MutantVerdict, by: str = ""
    ) -> Mutant:
        return Mutant(change.kind, str(document.where(change.path)), change.what, encodings, verdict, by)

    def _judged(
        self, document: Document, change: Mutation, encodings: Encodings, after: Definitions, touched: set[str]
    ) -> Mutant:
        # Tables of tracks whose scenarios were not made anew are those of the original, with what they remember.
        old = self.definitions.scenarios
        kept = {key: table for key, table in self.compiled.tables.items() if after.scenarios[key] is old[key]}
        compiled = compile_pathways(after, kept)
        on = set() if document.file == "entry.yaml" else touched
        unmet = next(self._unmet(after, compiled, on, change.path[:2]), None)
        if unmet is not None:
            golden, _ = unmet
            self._first[change.path[:2]] = golden
            by = f"{golden.file}:{golden.line}: {golden.name}"
            return self._mutant(document, change, encodings, MutantVerdict.GOLDEN, by)
        same = self._same_entry(compiled) and all(self._same_answers(compiled, name) for name in sorted(touched))
        return self._mutant(document, change, encodings, MutantVerdict.EQUIVALENT if same else MutantVerdict.SURVIVED)

    def _unmet(
        self, definitions: Definitions, compiled: CompiledPathways, touched: set[str], place: Path_ = ()
    ) -> Iterator[tuple[GoldenAnswer, str]]:
        """Yield each golden answer that the definitions do not meet, of those that a touched pathway bears on."""
        engine = Engine(definitions, compiled)
        likely = [self._first[place]] if place in self._first else []
        for golden in [*likely, *self._bearing(frozenset(touched))]:
            for text in self._differing(engine, golden):
                yield golden, text

    @functools.cache  # noqa: B019 (a bench lives as long as its run)
    def _bearing(self, touched: frozenset[str]) -> tuple[GoldenAnswer, ...]:
        """Return the golden answers on which a touched pathway bears (all for the entry), its own file's first.

        Those under an alternative come last: they are there for the alternatives.
        """
        entry = self.definitions.entry

        def bears(golden: GoldenAnswer) -> bool:
            kind = golden.case.entry
            return kind is None or not touched.isdisjoint({entry.types[kind].pathway, *entry.common})

        found = [golden for golden in self.answers if not touched or bears(golden)]
        return tuple(sorted(found, key=lambda one: (bool(one.under), one.file.removesuffix(".yaml") not in touched)))

    def _same_entry(self, after: CompiledPathways) -> bool:
        """Return whether types lead to the same answers, with the same readings on the whole answer."""

        def shape(compiled: CompiledPathways) -> object:
            entry = compiled.definitions.entry
            readings = {}
            for kind in (None, *entry.types):
                plan = compiled.plans.get(kind)
                readings[kind] = frozenset(entry.readings_for(kind)) | self._always_shown(plan or ())
            types = {key: one.pathway for key, one in entry.types.items()}
            return types, readings, frozenset(entry.common), list(compiled.definitions.groups)

        return shape(self.compiled) == shape(after)

    def _always_shown(self, plan: Iterable[TrackTable]) -> frozenset[str]:
        """Return the readings that some track shows in every scenario, and so with every answer that it is part of."""
        found: set[str] = set()
        for table in plan:
            key = table.pathway.name, table.track.name
            if self.compiled.tables[key] is not table:
                found |= shown_in_all(table)
                continue
            if key not in self._shown:
                self._shown[key] = shown_in_all(table)
            found |= self._shown[key]
        return frozenset(found)

    def _same_answers(self, compiled: CompiledPathways, name: str, before: CompiledPathways | None = None) -> bool:
        """Return whether every option and gap of a pathway is the same in every scenario of each of the answer's tracks.

        `before` is what they are compared with, by default the definitions as they are.
        """
        for group in compiled.definitions.groups:
            tables = [tables_of(one, name, group) for one in (before or self.compiled, compiled)]
            vocabulary = compiled.definitions.vocabulary
            facts = vocabulary.deciding({fact for both in tables for table in both for fact in table.facts})
            if size(vocabulary, facts) > MAX_ROWS:
                return False
            for scenario in vocabulary.combinations(facts):
                values = tuple(scenario.get(fact) for fact in vocabulary.facts)
                old, new = ([one for table in both for one in said(table, values)] for both in tables)
                if old != new:
                    return False
        return True
