"""Definition files to a checked `Definitions`. Every mistake of every file is reported at once, with file, line and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import attrs

from ..model.claims import ClaimId
from ..model.errors import (
    DefinitionError,
    Problem,
    listed,
    suggest,
)
from ..model.pathway import Definitions, Pathway, Statement, Track, Wording
from ..model.reference import AnswerTrack
from ..model.scenario_rows import TrackScenarios
from ..model.vocabulary import Vocabulary
from . import reference_files, schema
from .agreement import (
    MAX_ROWS,
    agreement_problems,
    reads,
    size,
    track_scenarios,
)
from .alternatives import AlternativeReader
from .content_hashes import (
    Files,
    content_hash,
    reviewed_content,
    reviewed_hash,
)
from .paths import BESIDE, reviews_folder
from .placements import check_independent, read_combinations
from .reviews import read_reviews
from .shared_files import Linker
from .structuring import structure
from .text_checks import check_texts
from .tracks import TrackReader
from .vocabulary import check_entry_unread, read_vocabulary
from .yaml_source import Document, Path_, read_yaml

_T = TypeVar("_T")


def misnamed(folder: Path) -> Iterator[Problem]:
    """Yield the files of a folder that are YAML and not read, because they do not end in ``.yaml``."""
    for path in sorted(folder.glob("[!.]*")):
        if path.suffix != ".yaml" and path.suffix.lower() in {".yml", ".yaml"}:
            yield Problem(path.name, f"files that end in {path.suffix} are not read", f"rename it to {path.stem}.yaml")


@attrs.define
class Loader:
    """One loading of one folder. Its documents and linker stay, for tools that read a changed pathway anew.

    Documents that are given are used in place of the folder's files. `contents` is what a review of each pathway covers.
    """

    folder: Path
    check_agreement: bool
    lenient: bool = False
    unwalkable: set[tuple[str, str]] = attrs.field(factory=set)
    documents: dict[str, Document] = attrs.field(factory=dict)
    extra: list[Problem] = attrs.field(factory=list)
    linker: Linker = attrs.field(init=False)
    contents: dict[str, dict[str, Any]] = attrs.field(init=False, factory=dict)

    @classmethod
    def of(cls, files: Files, place: Path) -> Loader:
        """Return a loader of plain data by file name; `place` is where the data stands, for messages."""
        return cls(place, check_agreement=False, documents={name: Document(name, data) for name, data in files.items()})

    def load(self) -> Definitions:
        shared = {name: self._file(name, kind) for name, kind in schema.FILES.items()}
        there = [name for name in self.documents if name not in schema.FILES] or self._pathway_files()
        names = sorted(there)
        files = {name: self._file(name, schema.PathwayFile) for name in names}
        self._stop_on_problems()
        source: schema.SourceFile = shared["source.yaml"]
        entry: schema.EntryFile = shared["entry.yaml"]
        vocabulary = read_vocabulary(self.documents["facts.yaml"], shared["facts.yaml"])
        if vocabulary is not None:
            check_entry_unread(self.documents["facts.yaml"], shared["facts.yaml"], vocabulary)
        self._stop_on_problems()
        assert vocabulary is not None
        linker = self.linker = Linker.of(self.documents, source, shared["readings.yaml"], shared["treatments.yaml"], vocabulary)
        groups = linker.groups(entry)
        pathways = {name.removesuffix(".yaml"): self.pathway(name, file, groups) for name, file in files.items()}
        way_in = linker.entry(entry, pathways)
        course = reference_files.care_course(linker, shared["care_course.yaml"])
        workup = reference_files.workup(linker, shared["workup.yaml"])
        background = reference_files.background(linker, shared["background.yaml"])
        summary, advice = linker.source(source.source), linker.advice(source)
        # A pathway whose file is missing is reported where its type leads to it, and not again here.
        named = {*pathways, *entry.common, *(spec.pathway for spec in entry.types.values() if spec.pathway)}
        parts, not_statements = linker.claims(shared["not_statements.yaml"], source.source.subject, sorted(named))
        unclaimed = linker.unclaimed(shared["not_statements.yaml"])
        self._unique_statements(files)
        self._unused_treatments(files, shared["readings.yaml"])
        linker.readings = AlternativeReader(linker, pathways, groups, self.unwalkable).read(shared["readings.yaml"])
        check_texts(self.documents, {**shared, **files})
        self._stop_on_problems()
        scenarios = self._scenarios(vocabulary, pathways, groups)
        self._stop_on_problems()
        whole = {name: one for name, one in pathways.items() if not any(name == stem for stem, _ in self.unwalkable)}
        self.contents = {name: reviewed_content(pathway, self.files, groups, vocabulary) for name, pathway in whole.items()}
        hashes = {name: reviewed_hash(content) for name, content in self.contents.items()}
        return Definitions(
            version=source.version,
            content_hash=content_hash(self.files),
            source=summary,
            advice=advice,
            treatments=linker.treatments,
            readings=linker.readings,
            vocabulary=vocabulary,
            groups=groups,
            entry=way_in,
            pathways=pathways,
            care_course=course,
            workup=workup,
            background=background,
            scenarios=scenarios,
            sections=linker.sections,
            parts=parts,
            not_statements=not_statements,
            unclaimed=unclaimed,
            furniture=linker.furniture(shared["not_statements.yaml"], source.source.subject),
            folder=str(self.folder),
            reviewed_hashes=hashes,
            reviews=read_reviews(reviews_folder(self.folder)).of(hashes),
        )

    def _scenarios(
        self, vocabulary: Vocabulary, pathways: Mapping[str, Pathway], groups: Mapping[str, AnswerTrack]
    ) -> dict[tuple[str, str], TrackScenarios]:
        """List every scenario of every track, and compare the two encodings over them."""
        found: dict[tuple[str, str], TrackScenarios] = {}
        for pathway in pathways.values():
            for track in pathway.tracks.values():
                if (pathway.name, track.name) in self.unwalkable:
                    continue
                group = groups[track.group]
                if (count := size(vocabulary, reads(pathway, track, group))) > MAX_ROWS:
                    message = (
                        f"the track '{track.name}' reads facts with {count:,} combinations; at most {MAX_ROWS:,} are checked"
                    )
                    place: Path_ = ("tracks", track.name)
                    self.linker.problem(
                        f"{pathway.name}.yaml", place, message, "split it by a dot: name.part", ClaimId.FACTORING
                    )
                    continue
                table = found[pathway.name, track.name] = track_scenarios(vocabulary, pathway, track, group)
                if self.check_agreement:
                    self.documents[f"{pathway.name}.yaml"].problems.extend(agreement_problems(pathway, track, table))
        return found

    # Files

    @property
    def files(self) -> dict[str, Any]:
        """The plain data of every file."""
        return {name: document.data for name, document in self.documents.items()}

    def _pathway_files(self) -> list[str]:
        self.extra.extend(misnamed(self.folder))
        return [path.name for path in self.folder.glob("[!.]*.yaml") if path.name not in {*schema.FILES, *BESIDE}]

    def _file(self, name: str, kind: type[_T]) -> Any:
        path = self.folder / name
        if name not in self.documents:
            if name in schema.OPTIONAL and not path.is_file():
                return kind()
            self.documents[name] = read_yaml(path, name).tidied() if path.is_file() else Document(name)
            if not path.is_file():
                self.extra.append(Problem(str(self.folder), f"the file {name} is missing"))
                return None
        document = self.documents[name]
        return None if document.problems else structure(document, kind)

    @property
    def problems(self) -> list[Problem]:
        """Every problem so far, by place."""
        found = [problem for document in self.documents.values() for problem in document.problems]
        return [*self.extra, *sorted(dict.fromkeys(found), key=_place)]

    def _stop_on_problems(self) -> None:
        problems = self.problems
        if not all(problem.code for problem in problems) if self.lenient else problems:
            raise DefinitionError(problems)

    # Pathways

    def pathway(self, name: str, file: schema.PathwayFile, groups: Mapping[str, AnswerTrack]) -> Pathway:
        """Return the pathway of a file; what is wrong with it is recorded in the file's document."""
        stem = name.removesuffix(".yaml")
        if file.pathway != stem:
            self.linker.problem(
                name, ("pathway",), f"the pathway '{file.pathway}' stands in the file {name}", f"name it {stem}"
            )
        if file.section not in self.linker.sections:
            self.linker.problem(
                name, ("section",), f"unknown section '{file.section}'", suggest(file.section, self.linker.sections)
            )
        statements = {spec.id: self._statement(name, number, spec, file) for number, spec in enumerate(file.statements)}
        tracks: dict[str, Track] = {}
        for key, spec in file.tracks.items():
            group = groups.get(key.partition(".")[0])
            if group is None:
                hint = suggest(key.partition(".")[0], groups) or f"tracks: {listed(groups)}"
                self.linker.problem(name, ("tracks", key), f"unknown track '{key}'", hint)
                continue
            can_gap = group.gap_when is not None
            readings = self.linker.readings
            document, checked = self.documents[name], self.check_agreement
            reader = TrackReader(
                document, stem, key, spec, statements, readings, can_gap, self.linker.vocabulary, self.lenient, checked
            )
            if (track := reader.read()) is not None:
                tracks[key] = track
            if not reader.walkable:
                self.unwalkable.add((stem, key))
        return Pathway(
            stem,
            file.version,
            file.title,
            self.linker.sections.get(file.section, ""),
            tuple(statements.values()),
            tracks,
            self._wording(name, file),
            self.documents[name].where(()),
            tuple(read_combinations(self.linker, name, file, groups)),
        )

    def _wording(self, name: str, file: schema.PathwayFile) -> dict[str, Wording]:
        keys = self.linker.vocabulary.keys
        for key in file.wording:
            if key not in keys:
                self.linker.problem(
                    name, ("wording", key), f"unknown fact '{key}'", suggest(key, keys) or f"facts: {listed(keys)}"
                )
        return {key: Wording(spec.question, spec.help) for key, spec in file.wording.items()}

    def _statement(self, name: str, number: int, spec: schema.StatementSpec, file: schema.PathwayFile) -> Statement:
        path: Path_ = ("statements", number)
        placements = [(("track",), spec.track), *((("also", i, "track"), one.track) for i, one in enumerate(spec.also))]
        for below, track in placements:
            if track not in file.tracks:
                hint = suggest(track, file.tracks) or f"tracks: {listed(file.tracks)}"
                self.linker.problem(name, (*path, *below), f"{spec.id} names an unknown track '{track}'", hint)
        if len({track for _, track in placements}) < len(placements):
            self.linker.problem(name, (*path, "also"), f"{spec.id} names the same track twice", "join the conditions with any")
        self.linker.known(name, (*path, "readings"), "reading", spec.readings, self.linker.readings)
        if not spec.options:
            self.linker.problem(name, (*path, "options"), f"{spec.id} has no option")
        if not spec.locators:
            self.linker.problem(name, (*path, "locators"), f"{spec.id} has no locator", "say where it stands in the summary")
        statement = Statement(
            id=spec.id,
            pathway=name.removesuffix(".yaml"),
            label=spec.label,
            track=spec.track,
            when=self.linker.condition(name, (*path, "when"), spec.when),
            options=tuple(self.linker.options(name, (*path, "options"), spec.id, spec.options)),
            readings=spec.readings,
            locators=self.linker.locators(name, (*path, "locators"), spec.locators),
            also=self.linker.also(name, (*path, "also"), spec.also),
            where=self.documents[name].where(path),
        )
        check_independent(self.linker, name, path, statement)
        return statement

    def _unique_statements(self, files: Mapping[str, schema.PathwayFile]) -> None:
        first: dict[str, str] = {}
        for name, file in files.items():
            for number, spec in enumerate(file.statements):
                place = str(self.documents[name].where(("statements", number, "id")))
                if spec.id in first:
                    message = f"duplicate statement id '{spec.id}'"
                    self.linker.problem(name, ("statements", number, "id"), message, f"the first is at {first[spec.id]}")
                first.setdefault(spec.id, place)

    def _unused_treatments(self, files: Mapping[str, schema.PathwayFile], readings: schema.ReadingsFile) -> None:
        alternatives = [one for spec in readings.readings.values() for one in spec.alternatives.values()]
        together = [one for spec in alternatives for one in spec.together]
        options = [option for file in files.values() for spec in file.statements for option in spec.options]
        rewritten = [one.statements for one in alternatives] + [one.statements for one in together]
        options += [option for statements in rewritten for spec in statements for option in spec.options]
        used = {treatment for option in options for treatment in (*option.treatments, *option.optional)}
        for key in self.linker.treatments:
            if key not in used:
                message = f"no statement uses the treatment '{key}'"
                self.linker.problem("treatments.yaml", ("treatments", key), message, "remove it", ClaimId.USED)


def _place(problem: Problem) -> tuple[str, int, int]:
    file, line, column = problem.where.rsplit(":", 2)
    return file, int(line), int(column)
