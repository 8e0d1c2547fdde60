"""Changed files read anew, each with as little around it as its change touches, and whether the loader refuses them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

import attrs

from ...engine.recommend import Engine
from ...engine.tables import compile_pathways
from ...loading import schema
from ...loading.agreement import MAX_ROWS, disagreements, reads, size, track_scenarios
from ...loading.alternatives import AlternativeReader
from ...loading.chosen_readings import definitions_under, read_anew
from ...loading.loader import Loader
from ...loading.structuring import structure
from ...loading.yaml_source import Document, Path_
from ...model.claims import ClaimId
from ...model.pathway import Alternative, Definitions, Pathway
from .alternative_changes import AlternativeChange


@attrs.define
class Marked(Document):
    """A document that also keeps under which keys its problems stand."""

    keys: set[str | int] = attrs.field(factory=set)

    @classmethod
    def of(cls, document: Document, data: object) -> Marked:
        """Return a document with other data at the same places."""
        return cls(document.file, data, document.places)

    def problem(self, path: Path_, message: str, suggestion: str = "", code: ClaimId | None = None) -> None:
        self.keys.update(path[:1])
        Document.problem(self, path, message, suggestion, code)


@attrs.frozen
class Changed:
    """Definitions with one thing changed, and whether statements and graphs agree in what is changed."""

    definitions: Definitions
    agrees: bool


class Reader:
    """Reads changed files of a folder that is loaded already."""

    def __init__(self, loader: Loader, definitions: Definitions) -> None:
        self.loader = loader
        self.definitions = definitions
        self._alternatives = {one.name: one for one in definitions.alternatives}

    def pathway(self, document: Document, definitions: Definitions) -> Pathway | None:
        """Return a pathway file read anew; what is wrong with it is recorded in the document."""
        file = structure(document, schema.PathwayFile)
        if file is None:
            return None
        documents = {**self.loader.documents, document.file: document}
        loader = Loader(self.loader.folder, check_agreement=True, documents=documents)
        loader.linker = attrs.evolve(self.loader.linker, documents=documents)
        return loader.pathway(document.file, file, definitions.groups)

    def with_pathway(self, pathway: Pathway, *, compare: bool, within: Definitions | None = None) -> Changed | None:
        """Return the definitions with a changed pathway; `None` where a track has too many scenarios to load."""
        before = self.definitions if within is None else within
        found, vocabulary = dict(before.scenarios), before.vocabulary
        agrees = True
        for track in pathway.tracks.values():
            group = before.groups[track.group]
            if group == self.definitions.groups[track.group] and not self._touched(pathway, track.name):
                continue
            if size(vocabulary, reads(pathway, track, group)) > MAX_ROWS:
                return None
            table = found[pathway.name, track.name] = track_scenarios(vocabulary, pathway, track, group)
            if compare and agrees:
                agrees = next(disagreements(pathway, track, table), None) is None
        pathways = {**before.pathways, pathway.name: pathway}
        return Changed(attrs.evolve(before, pathways=pathways, scenarios=found), agrees)

    def _touched(self, pathway: Pathway, track: str) -> bool:
        old = self.definitions.pathways[pathway.name]
        standing = [[one for one in given.statements if track in dict(one.placements)] for given in (old, pathway)]
        return old.tracks[track] != pathway.tracks[track] or standing[0] != standing[1]

    def entry(self, document: Document) -> Definitions | None:
        """Return the definitions with an entry file read anew, their tracks not yet; mistakes are recorded in the document."""
        entry = structure(document, schema.EntryFile)
        if entry is None:
            return None
        linker = attrs.evolve(self.loader.linker, documents={**self.loader.documents, document.file: document})
        way_in = linker.entry(entry, self.definitions.pathways)
        return attrs.evolve(self.definitions, groups=linker.groups(entry), entry=way_in)

    def alternative(self, document: Document, change: AlternativeChange) -> Alternative | None:
        """Return an alternative read anew; what is wrong with it, or with others beside it, is recorded in the document."""
        reading, name = change.reading, change.alternative
        path: Path_ = ("readings", reading, "alternatives", name)
        spec = structure(document, schema.AlternativeSpec, path)
        if spec is None:
            return None
        if (file := self._readings) is None:
            return None
        given = file.readings[reading]
        others = attrs.evolve(given, alternatives={**given.alternatives, name: spec})
        file = attrs.evolve(file, readings={**file.readings, reading: others})
        linker = attrs.evolve(self.loader.linker, documents={**self.loader.documents, document.file: document})
        reader = AlternativeReader(linker, self.definitions.pathways, self.definitions.groups)
        changed = reader.alternative(file, reading, name)
        every = [changed if one.name == changed.name else one for one in self._alternatives.values()]
        reader.check_clashes(every, self.rewritten_otherwise(changed))
        return changed

    @functools.cached_property
    def _readings(self) -> schema.ReadingsFile | None:
        return structure(self.loader.documents["readings.yaml"], schema.ReadingsFile)

    def rewritten_otherwise(self, changed: Alternative) -> list[str]:
        """Return the statements that a changed alternative rewrites in another way."""
        was, now = (dict(_rewritten(one)) for one in (self._alternatives[changed.name], changed))
        differing = (key for key in dict.fromkeys((*was, *now)) if was.get(key) != now.get(key))
        return list(dict.fromkeys(statement for statement, _ in differing))

    def under(self, choice: Mapping[str, str], changed: Alternative) -> Definitions:
        """Return the definitions under alternatives of which one is changed."""
        every = {**self._alternatives, changed.name: changed}
        chosen = [one for one in every.values() if choice.get(one.reading) == one.id]
        under = definitions_under(self.definitions, choice)
        return read_anew(under, self.definitions, chosen, self.rewritten_otherwise(changed))


def _rewritten(alternative: Alternative) -> Iterator[tuple[tuple[str, frozenset[tuple[str, str]]], object]]:
    """Yield each statement that an alternative rewrites as it then reads, by its id and the others chosen with it."""
    for statement in alternative.statements:
        yield (statement.id, frozenset()), statement
    for both in alternative.together:
        for statement in both.statements:
            yield (statement.id, frozenset(both.given.items())), statement


def engine_of(definitions: Definitions, before: Engine) -> Engine:
    """Return the engine of changed definitions; tables of tracks that are not made anew are those of the engine before."""
    old = before.definitions.scenarios
    kept = {key: table for key, table in before.compiled.tables.items() if definitions.scenarios[key] is old[key]}
    return Engine(definitions, compile_pathways(definitions, kept))
