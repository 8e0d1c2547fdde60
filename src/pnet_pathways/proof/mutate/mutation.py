"""Mutation testing of definitions: every slip, and every misreading, of one place has to be caught.

A *slip* changes one place of one encoding; the file is read anew, and the loader, the comparison of graph and statements
or a golden answer has to catch it. A *misreading* changes both encodings alike: the answers then follow the changed
statements, and only a golden answer can catch it. A change of an alternative is judged under it. What differs from the
original in no option and no gap of any scenario is equivalent; what does and nothing catches has survived.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from pathlib import Path

import attrs

from ...engine.recommend import Engine
from ...loading.folder import default_folder, definitions_folder, golden_folder, is_folder
from ...loading.loader import Loader, misnamed
from ...loading.yaml_source import Document, Path_
from ...model.errors import DefinitionError, Problem, listed, suggest
from ...model.pathway import Alternative, Definitions
from .. import processes
from .alternative_changes import AlternativeChange, alternative_changes
from .file_changes import entry_changes, pathway_changes
from .golden import GoldenAnswer, read_golden
from .judging import Change, Choice, Judge, same_answers
from .reading import Marked, Reader, engine_of
from .report import Encodings, Mutant, MutantVerdict, MutationReport
from .statement_changes import Mutation, Parts

_SHARES = 4
"""Into how many shares the changes of a file go for each process, so that none waits long for the last."""


def mutate(
    folder: str | Path | None = None,
    golden: str | Path | None = None,
    *,
    only: Collection[str] | None = None,
    workers: int = 1,
) -> MutationReport:
    """Try every single-point change of a folder of definitions (the project's own by default).

    `golden` is the folder of golden answers, by default ``golden`` in that of the definitions; `only` names the files to
    change (pathways, ``entry`` and ``readings``), by default all; `workers` processes share the changes. Raises
    `DefinitionError` where the definitions do not load, where there are no golden answers, where one of them is not met to
    begin with, or where `only` names no such file.
    """
    start = default_folder() if folder is None else definitions_folder(folder)
    place = golden_folder(start) if golden is None else Path(golden)
    bench = MutationRun(start, place)
    names = ["entry", "readings", *bench.definitions.pathways]
    if unknown := [name for name in only or () if name not in names]:
        hint = suggest(unknown[0], names) or f"files: {listed(names)}"
        raise DefinitionError([Problem(str(start), f"there is no file '{unknown[0]}' to change", hint)])
    chosen = [name for name in names if only is None or name in only]
    if workers > 1:
        shares = [(name, share, workers * _SHARES) for share in range(workers * _SHARES) for name in chosen]
        with processes.workers(workers, _begin, start, place) as pool:
            begun = [pool.submit(_work, share) for share in shares]
            done = [found for each in begun for found in each.result()]
        order = {name: place for place, name in enumerate(chosen)}
        parts = [part for _, _, part in sorted(done, key=lambda found: (order[found[0]], found[1]))]
    else:
        parts = [part for name in chosen for _, part in bench.run(name)]
    return MutationReport(tuple(itertools.chain.from_iterable(parts)), len(bench.judge.answers))


Share = tuple[str, int, int]
"""A file, the number of a share of its changes, and of how many."""
Found = tuple[str, int, list[Mutant]]
"""A file, the number of a place in it, and the verdicts on its changes."""
_benches: list[MutationRun] = []
"""The bench of a worker process."""


def _begin(folder: Path, golden: Path) -> None:
    _benches[:] = [MutationRun(folder, golden)]


def _work(share: Share) -> list[Found]:
    name, number, count = share
    return [(name, place, found) for place, found in _benches[0].run(name, number, count)]


class MutationRun:
    """The definitions as they are, and the judging of one change after the other."""

    def __init__(self, folder: Path, golden: Path) -> None:
        there = is_folder(golden)
        if there and (unread := list(misnamed(golden))):
            raise DefinitionError(unread)
        files = sorted(golden.glob("*.yaml")) if there else []
        if not files:
            raise DefinitionError([Problem(str(golden), "there are no golden answers here", "name their folder with --golden")])
        self.loader = Loader(folder, check_agreement=True)
        self.definitions = self.loader.load()
        self.engine = Engine(self.definitions)
        self.reader = Reader(self.loader, self.definitions)
        answers = tuple(answer for path in files for answer in read_golden(path, self.definitions.vocabulary))
        self.judge = Judge(self.engine, answers)
        if unmet := list(self.judge.unmet()):
            raise DefinitionError(Problem(f"{one.file}:{one.line}:1", f"'{one.name}': {text}") for one, text in unmet)

    def run(self, name: str, share: int = 0, of: int = 1) -> Iterator[tuple[int, list[Mutant]]]:
        """Yield the verdicts on the changes of a file (``entry``, ``readings``, or a pathway's name), place by place.

        Of several shares it takes one; each place comes with its number.
        """
        document = self.loader.documents[f"{name}.yaml"]
        places = itertools.groupby(self._changes(name, document), key=_place)
        for number, (_, changes) in enumerate(places):
            if number % of == share:
                self.judge.begin()
                yield number, [mutant for change in changes for mutant in self.judged(name, change)]

    def _changes(self, name: str, document: Document) -> Iterator[Mutation | AlternativeChange]:
        options = [one for each in self.definitions.pathways.values() for given in each.statements for one in given.options]
        optional = tuple(dict.fromkeys(extra for one in options for extra in one.optional))
        parts = Parts(
            self.definitions.vocabulary, tuple(self.definitions.treatments), optional, tuple(self.definitions.readings)
        )
        if name == "entry":
            return entry_changes(document.data, tuple(self.definitions.pathways), parts)
        if name == "readings":
            return alternative_changes(document.data, parts)
        return pathway_changes(document.data, parts)

    def judged(self, name: str, change: Mutation | AlternativeChange) -> Iterator[Mutant]:
        """Yield the verdicts on one change of a file: of the slip, and of the misreading if it is one."""
        document = self.loader.documents[f"{name}.yaml"]
        if isinstance(change, AlternativeChange):
            yield self._alternative(document, change)
        elif name == "entry":
            yield from self._entry(document, change)
        else:
            yield from self._pathway(name, document, change)

    # One change

    def _pathway(self, name: str, document: Document, change: Mutation) -> Iterator[Mutant]:
        marked = Marked.of(document, change.data)
        pathway = self.reader.pathway(marked, self.definitions)
        changed = None
        if marked.problems or pathway is None or (changed := self.reader.with_pathway(pathway, compare=True)) is None:
            yield _mutant(document, change, Encodings.ONE, MutantVerdict.LOADER)
        elif not changed.agrees:
            yield _mutant(document, change, Encodings.ONE, MutantVerdict.AGREEMENT)
        else:
            yield self._judged(document, change, Encodings.ONE, changed.definitions)
        if change.path[0] != "statements" or change.shared:
            return
        if changed is None and pathway is not None and "statements" not in marked.keys:
            # The graph's side of a misreading bears on no answer: options and gaps follow the statements.
            alike = attrs.evolve(self.definitions.pathways[name], statements=pathway.statements)
            changed = self.reader.with_pathway(alike, compare=False)
        if changed is None:
            yield _mutant(document, change, Encodings.BOTH, MutantVerdict.LOADER)
        else:
            yield self._judged(document, change, Encodings.BOTH, changed.definitions)

    def _entry(self, document: Document, change: Mutation) -> Iterator[Mutant]:
        marked = Marked.of(document, change.data)
        after = self.reader.entry(marked)
        if after is None:
            yield _mutant(document, change, Encodings.ONE, MutantVerdict.LOADER)
            return
        agrees, sound = True, not marked.problems
        for name in self._under_other_groups(after):
            file = self.loader.documents[f"{name}.yaml"]
            again = Marked.of(file, file.data)
            sound = self.reader.pathway(again, after) is not None and not again.problems and sound
            changed = self.reader.with_pathway(self.definitions.pathways[name], compare=True, within=after)
            if changed is None:
                yield _mutant(document, change, Encodings.ONE, MutantVerdict.LOADER)
                return
            after, agrees = changed.definitions, agrees and changed.agrees
        if not sound or not agrees:
            yield _mutant(document, change, Encodings.ONE, MutantVerdict.AGREEMENT if sound else MutantVerdict.LOADER)
        else:
            yield self._judged(document, change, Encodings.ONE, after)
        if not change.shared:
            yield self._judged(document, change, Encodings.BOTH, after)

    def _under_other_groups(self, after: Definitions) -> list[str]:
        """Return the pathways of which a track's gaps arise under another condition than before."""
        before = self.definitions.groups
        return sorted(
            pathway.name
            for pathway in after.pathways.values()
            if any(after.groups[track.group] != before[track.group] for track in pathway.tracks.values())
        )

    def _alternative(self, document: Document, change: AlternativeChange) -> Mutant:
        """Judge a change of an alternative: by the golden answers under it, then by those that say whether it changes them."""
        mutation = change.mutation
        marked = Marked.of(document, mutation.data)
        changed = self.reader.alternative(marked, change)
        if changed is None or marked.problems:
            return _mutant(document, mutation, Encodings.ONE, MutantVerdict.LOADER)
        own = self._change_under(frozenset(change.under.items()), changed)
        if own.same:
            return _mutant(document, mutation, Encodings.ONE, MutantVerdict.EQUIVALENT)
        if not own.only_nearest and (golden := self._catches_alternative(change, changed, own)) is not None:
            return _mutant(document, mutation, Encodings.ONE, MutantVerdict.GOLDEN, golden)
        verdict = MutantVerdict.EQUIVALENT if same_answers(own) else MutantVerdict.SURVIVED
        return _mutant(document, mutation, Encodings.ONE, verdict)

    def _catches_alternative(self, change: AlternativeChange, changed: Alternative, own: Change) -> GoldenAnswer | None:
        under = frozenset(change.under.items())
        found = self.judge.told(own, under)
        if found is None:
            alone = frozenset({(changed.reading, changed.id)})
            found = self.judge.told_changed(own if under == alone else self._change_under(alone, changed), changed)
        for wider in self.judge.under:
            if found is None and wider > under:
                found = self.judge.told(self._change_under(wider, changed), wider)
        return found

    def _change_under(self, choice: Choice, changed: Alternative) -> Change:
        """Return what a changed alternative makes of the definitions under a choice."""
        before = self.engine.under(dict(choice))
        return Change.between(before, engine_of(self.reader.under(dict(choice), changed), before))

    # Verdicts

    def _judged(self, document: Document, change: Mutation, encodings: Encodings, after: Definitions) -> Mutant:
        engine = engine_of(after, self.engine)
        made = Change.between(self.engine, engine)
        if made.same:
            return _mutant(document, change, encodings, MutantVerdict.EQUIVALENT)
        golden = None if made.only_nearest else self.judge.told(made) or self._caught_under(engine)
        if golden is not None:
            return _mutant(document, change, encodings, MutantVerdict.GOLDEN, golden)
        verdict = MutantVerdict.EQUIVALENT if same_answers(made) else MutantVerdict.SURVIVED
        return _mutant(document, change, encodings, verdict)

    def _caught_under(self, engine: Engine) -> GoldenAnswer | None:
        """Return a golden answer under alternatives that the changed definitions do not meet.

        An alternative that rewrites a statement that is gone is left out: the loader refuses it.
        """
        there = {one.id for pathway in engine.definitions.pathways.values() for one in pathway.statements}
        usable = {(one.reading, one.id) for one in engine.definitions.alternatives if there.issuperset(one.named)}
        for choice in self.judge.under:
            if choice and choice <= usable:
                made = Change.between(self.engine.under(dict(choice)), engine.under(dict(choice)))
                if (golden := self.judge.told(made, choice)) is not None:
                    return golden
        return None


def _place(change: Mutation | AlternativeChange) -> Path_:
    """Return the place that a change has in common with others: a statement, a track, or a statement of an alternative."""
    return change.mutation.path[:6] if isinstance(change, AlternativeChange) else change.path[:2]


def _mutant(
    document: Document, change: Mutation, encodings: Encodings, verdict: MutantVerdict, golden: GoldenAnswer | None = None
) -> Mutant:
    by = "" if golden is None else f"{golden.file}:{golden.line}: {golden.name}"
    return Mutant(change.kind, str(document.where(change.path)), change.what, encodings, verdict, by)
