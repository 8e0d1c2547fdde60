"""The alternatives of readings, from their file's shape to linked statements, with every mistake at its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

import attrs

from ..model.errors import listed, suggest
from ..model.pathway import Alternative, Pathway, Reading, Statement, Together
from ..model.reference import AnswerTrack
from ..model.rewriting import changes_of, clashes, replaced, touched_tracks
from . import schema
from .agreement import MAX_ROWS, reads, size
from .placements import check_independent
from .shared_files import Linker
from .yaml_source import Path_

NAME: Final = "readings.yaml"


@attrs.frozen
class AlternativeReader:
    """Reads the alternatives of every reading once the pathways are there, and records their mistakes.

    A track that is `unwalkable`, named with its pathway, has mistakes of its own, and is not looked at.
    """

    linker: Linker
    pathways: Mapping[str, Pathway]
    groups: Mapping[str, AnswerTrack]
    unwalkable: Collection[tuple[str, str]] = ()
    statements: Mapping[str, Statement] = attrs.field(init=False)

    @statements.default
    def _statements(self) -> dict[str, Statement]:
        return {one.id: one for pathway in self.pathways.values() for one in pathway.statements}

    def read(self, file: schema.ReadingsFile) -> dict[str, Reading]:
        """Return the readings, with their alternatives."""
        found = {}
        for key, spec in file.readings.items():
            alternatives = {name: self.alternative(file, key, name) for name in spec.alternatives}
            found[key] = attrs.evolve(self.linker.readings[key], alternatives=alternatives)
        if not self.linker.documents[NAME].problems:
            every = (one for reading in found.values() for one in reading.alternatives.values())
            self.check_clashes(every, [key for key, one in self.statements.items() if self._was_read(one)])
        return found

    def alternative(self, file: schema.ReadingsFile, reading: str, name: str) -> Alternative:
        """Return one alternative."""
        spec = file.readings[reading].alternatives[name]
        path: Path_ = ("readings", reading, "alternatives", name)
        if not spec.text.strip():
            self._problem(
                (*path, "text"), f"the alternative '{name}' of {reading} says nothing", "say how the text is then read"
            )
        statements = self._rewritten((*path, "statements"), spec.statements)
        if len(statements) == len(spec.statements):
            self._unchanged(path, reading, name, statements)
        together = []
        for number, one in enumerate(spec.together):
            below: Path_ = (*path, "together", number)
            self._others(file, (*below, "with"), reading, one)
            together.append(Together(one.with_others, tuple(self._rewritten((*below, "statements"), one.statements).values())))
        for group in spec.gaps:
            self._gap((*path, "gaps", group), group, spec.gaps[group])
        found = Alternative(
            reading=reading,
            id=name,
            text=spec.text,
            statements=tuple(statements.values()),
            together=tuple(together),
            gaps={group: " ".join(message.split()) for group, message in spec.gaps.items()},
            where=self.linker.documents[NAME].where(path),
        )
        self._size(path, found)
        return found

    def check_clashes(self, alternatives: Iterable[Alternative], named: Iterable[str]) -> None:
        """Record each part of the named statements that alternatives change in different ways, at the last of them."""
        every = {one.name: one for one in alternatives}
        for statement in (self.statements[name] for name in named):
            for clash in clashes(statement, every.values()):
                names = [name for name in every if name in clash.alternatives]
                last = every[names[-1]]
                path: Path_ = ("readings", last.reading, "alternatives", last.id)
                message = f"{' and '.join(names)} change {clash.part_text} of {clash.statement} in different ways"
                self._problem(path, message, "say under together how it reads where both are chosen")

    # One alternative

    def _rewritten(self, path: Path_, specs: Iterable[schema.RewrittenSpec]) -> dict[int, Statement]:
        """Return the statements that are known, by their number in the list."""
        found: dict[int, Statement] = {}
        for number, spec in enumerate(specs):
            here: Path_ = (*path, number)
            base = self.statements.get(spec.id)
            if base is None:
                self._problem((*here, "id"), f"unknown statement '{spec.id}'", suggest(spec.id, self.statements))
                continue
            if any(one.id == spec.id for one in found.values()):
                self._problem((*here, "id"), f"the statement {spec.id} is rewritten twice", "keep one")
            if not spec.options:
                self._problem((*here, "options"), f"{spec.id} has no option", "a condition that never holds rules it out")
            tracks = self.pathways[base.pathway].tracks
            placed = [base.track, *(one.track for one in spec.also)]
            for i, track in enumerate(placed[1:]):
                if track not in tracks:
                    hint = suggest(track, tracks) or f"tracks: {listed(tracks)}"
                    self._problem((*here, "also", i, "track"), f"{spec.id} stands in an unknown track '{track}'", hint)
                elif track in placed[: i + 1]:
                    self._problem((*here, "also", i, "track"), f"{spec.id} stands twice in the track '{track}'")
            found[number] = attrs.evolve(
                base,
                label=base.label if spec.label is None else spec.label,
                when=self.linker.condition(NAME, (*here, "when"), spec.when),
                options=tuple(self.linker.options(NAME, (*here, "options"), spec.id, spec.options)),
                also=self.linker.also(NAME, (*here, "also"), spec.also),
                where=self.linker.documents[NAME].where(here),
            )
            check_independent(self.linker, NAME, here, found[number])
        return found

    def _unchanged(self, path: Path_, reading: str, name: str, statements: Mapping[int, Statement]) -> None:
        bases = {number: self.statements[one.id] for number, one in statements.items()}
        same = [number for number, one in bases.items() if self._was_read(one) and not changes_of(one, statements[number])]
        if len(same) == len(statements):
            self._problem(path, f"the alternative '{name}' of {reading} changes no statement", "rewrite one, or remove it")
            return
        for number in same:
            message = f"{statements[number].id} reads as it does anyway"
            self._problem((*path, "statements", number, "id"), message, "remove it, or change it")

    def _was_read(self, statement: Statement) -> bool:
        """Return whether nothing kept a statement's file from being read: what an alternative changes is known only then."""
        return all(problem.code for problem in self.linker.documents[f"{statement.pathway}.yaml"].problems)

    def _others(self, file: schema.ReadingsFile, path: Path_, reading: str, spec: schema.TogetherSpec) -> None:
        if not spec.with_others:
            self._problem(path, "names no other reading", "name one with its alternative")
        for other, name in spec.with_others.items():
            if other == reading:
                self._problem((*path, other), f"{reading} is this very reading", "name another one")
            elif other not in file.readings:
                self._problem((*path, other), f"unknown reading '{other}'", suggest(other, file.readings))
            elif name not in (known := file.readings[other].alternatives):
                hint = suggest(name, known) or (f"alternatives: {listed(known)}" if known else "it has none")
                self._problem((*path, other), f"{other} has no alternative '{name}'", hint)

    def _gap(self, path: Path_, group: str, message: str) -> None:
        if group not in self.groups:
            self._problem(path, f"unknown track '{group}'", suggest(group, self.groups) or f"tracks: {listed(self.groups)}")
        elif self.groups[group].gap_when is None:
            self._problem(path, f"the track '{group}' has no gaps", "remove it")
        elif not message.strip():
            self._problem(path, f"the gap of the track '{group}' says nothing", "say what the summary then does not say")

    def _size(self, path: Path_, alternative: Alternative) -> None:
        vocabulary = self.linker.vocabulary
        for pathway, tracks in touched_tracks(self.pathways, alternative.statements):
            changed = replaced(pathway, alternative.statements)
            for track in (pathway.tracks[name] for name in tracks if (pathway.name, name) not in self.unwalkable):
                if (count := size(vocabulary, reads(changed, track, self.groups[track.group]))) > MAX_ROWS:
                    message = f"under it '{pathway.name}.{track.name}' reads facts with {count:,} combinations"
                    self._problem(path, message, f"at most {MAX_ROWS:,} are checked")

    def _problem(self, path: Path_, message: str, suggestion: str = "") -> None:
        self.linker.problem(NAME, path, message, suggestion)
