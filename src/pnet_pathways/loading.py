"""Definition files to a checked `Pathways`. Every mistake of every file is reported at once, with file, line and column.

The project's definitions come with the package; `load_pathways` also reads any other folder of the same shape.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import attrs

from . import schema
from .agreement import MAX_ROWS, agreement_problems, reads, size, track_scenarios
from .conditions import ALWAYS, Condition, ConditionSyntaxError, condition_from
from .definition import (
    Advice,
    CareCourseDefinition,
    CareEvent,
    CareState,
    DiagnosticTest,
    FactText,
    Locator,
    Option,
    Pathway,
    Pathways,
    Reading,
    Source,
    Statement,
    Strength,
    Track,
    TrackGroup,
    TrackScenarios,
    Treatment,
    TumorTypeEntry,
    Workup,
    WorkupDefinition,
)
from .errors import DefinitionError, Problem, listed, suggest
from .facts import FACTS, Site, TumorType, linked
from .graphs import TrackReader
from .structuring import structure
from .yaml_source import Document, Path_, read_yaml

_T = TypeVar("_T")
_HEX = re.compile(r"[0-9a-f]{64}")


def default_folder() -> Path:
    """Return the folder of the project's own definitions: inside the installed package, else the checkout's."""
    packaged = Path(str(resources.files(__package__) / "pathways"))
    return packaged if (packaged / "entry.yaml").is_file() else Path(__file__).resolve().parents[2] / "pathways"


def load_pathways(path: str | Path | None = None, *, check_agreement: bool = True) -> Pathways:
    """Load a folder of definitions; the project's own (loaded once and shared) when no path is given.

    Graph and statements are compared over every scenario, and a difference is a problem like any other:
    `check_agreement=False` leaves that out, for tools that report it themselves.
    Raises `DefinitionError` with every problem found, each with file, line, column and, where possible, a suggestion.
    """
    return _default() if path is None else _load(Path(path), check_agreement)


@functools.cache
def _default() -> Pathways:
    return _load(default_folder(), check_agreement=True)


def _load(folder: Path, check_agreement: bool) -> Pathways:
    if not folder.is_dir():
        raise DefinitionError([Problem(str(folder), "there is no such folder of definitions")])
    return _Loader(folder, check_agreement).load()


@attrs.define
class _Loader:
    """One loading of one folder."""

    folder: Path
    check_agreement: bool
    documents: dict[str, Document] = attrs.field(factory=dict)
    sections: Mapping[str, str] = attrs.field(factory=dict)
    treatments: Mapping[str, Treatment] = attrs.field(factory=dict)
    readings: Mapping[str, Reading] = attrs.field(factory=dict)
    extra: list[Problem] = attrs.field(factory=list)

    def load(self) -> Pathways:
        shared = {name: self._file(name, kind) for name, kind in schema.FILES.items()}
        names = sorted(path.name for path in self.folder.glob("*.yaml") if path.name not in schema.FILES)
        files = {name: self._file(name, schema.PathwayFile) for name in names}
        self._stop_on_problems()
        source: schema.SourceFile = shared["source.yaml"]
        self.sections = {
            key: heading.replace("{subject}", source.source.subject) for key, heading in source.sections.items()
        }
        self.readings = {
            key: Reading(key, spec.title, spec.text) for key, spec in shared["readings.yaml"].readings.items()
        }
        self.treatments = self._treatments(shared["treatments.yaml"])
        fact_texts = self._fact_texts(shared["facts.yaml"])
        entry: schema.EntryFile = shared["entry.yaml"]
        groups = self._groups(entry)
        pathways = {name.removesuffix(".yaml"): self._pathway(name, file, groups) for name, file in files.items()}
        types = self._entry(entry, pathways)
        care_course = self._care_course(shared["care_course.yaml"])
        workup = self._workup(shared["workup.yaml"])
        advice = tuple(
            Advice(spec.id, spec.text, self._locators("source.yaml", ("advice", number, "locators"), spec.locators))
            for number, spec in enumerate(source.advice)
        )
        self._unique_statements(files)
        self._unused_treatments(files)
        self._stop_on_problems()
        scenarios = self._scenarios(pathways, groups)
        self._stop_on_problems()
        fields = attrs.asdict(source.source, filter=lambda field, _: field.name != "subject")
        return Pathways(
            version=source.version,
            content_hash=self._content_hash(),
            source=Source(**fields),
            advice=advice,
            treatments=self.treatments,
            readings=self.readings,
            fact_texts=fact_texts,
            groups=groups,
            types=types,
            for_every_type=entry.for_every_type,
            always_readings=entry.readings,
            pathways={name: pathway for name, pathway in pathways.items() if pathway is not None},
            care_course=care_course,
            workup=workup,
            scenarios=scenarios,
            folder=str(self.folder),
        )

    def _scenarios(
        self, pathways: Mapping[str, Pathway | None], groups: Mapping[str, TrackGroup]
    ) -> dict[tuple[str, str], TrackScenarios]:
        """List every scenario of every track, and compare the two encodings over them."""
        found: dict[tuple[str, str], TrackScenarios] = {}
        for pathway in filter(None, pathways.values()):
            for track in pathway.tracks.values():
                group = groups[track.group]
                if (count := size(linked(reads(pathway, track, group)))) > MAX_ROWS:
                    message = f"the track '{track.name}' reads facts with {count:,} combinations; at most {MAX_ROWS:,} are checked"
                    self._problem(f"{pathway.name}.yaml", ("tracks", track.name), message, "split it by a dot: name.part")
                    continue
                table = found[pathway.name, track.name] = track_scenarios(pathway, track, group)
                if self.check_agreement:
                    self.documents[f"{pathway.name}.yaml"].problems.extend(agreement_problems(pathway, track, table))
        return found

    # Files

    def _file(self, name: str, kind: type[_T]) -> Any:
        path = self.folder / name
        document = self.documents[name] = read_yaml(path, name) if path.is_file() else Document(name)
        if not path.is_file():
            self.extra.append(Problem(str(self.folder), f"the file {name} is missing"))
            return None
        return None if document.problems else structure(document, kind)

    def _stop_on_problems(self) -> None:
        problems = [problem for document in self.documents.values() for problem in document.problems]
        if problems or self.extra:
            raise DefinitionError([*self.extra, *sorted(set(problems), key=_place)])

    def _content_hash(self) -> str:
        content = {name: document.data for name, document in self.documents.items()}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def _problem(self, name: str, path: Path_, message: str, suggestion: str = "") -> None:
        self.documents[name].problem(path, message, suggestion)

    def _known(self, name: str, path: Path_, kind: str, given: Iterable[str], allowed: Iterable[str]) -> None:
        for number, one in enumerate(given):
            if one not in allowed:
                self._problem(name, (*path, number), f"unknown {kind} '{one}'", suggest(one, allowed))

    # Vocabulary

    def _locators(self, name: str, path: Path_, specs: Iterable[schema.LocatorSpec]) -> tuple[Locator, ...]:
        return tuple(self._locator(name, (*path, number), spec) for number, spec in enumerate(specs))

    def _locator(self, name: str, path: Path_, spec: schema.LocatorSpec) -> Locator:
        if spec.section not in self.sections:
            hint = suggest(spec.section, self.sections) or f"sections: {listed(self.sections)}"
            self._problem(name, (*path, "section"), f"unknown section '{spec.section}'", hint)
        if not 0 <= spec.start < spec.end:
            self._problem(name, (*path, "start"), f"the span {spec.start} to {spec.end} is empty or negative")
        if not _HEX.fullmatch(spec.sha256):
            self._problem(name, (*path, "sha256"), "a SHA-256 is 64 hexadecimal digits")
        heading = self.sections.get(spec.section, "")
        return Locator(heading, spec.first, spec.last, spec.start, spec.end, spec.sha256)

    def _treatments(self, file: schema.TreatmentsFile) -> dict[str, Treatment]:
        name = "treatments.yaml"
        return {
            key: Treatment(
                key, spec.label, spec.description, spec.term, self._locators(name, ("treatments", key, "locators"), spec.locators)
            )
            for key, spec in file.treatments.items()
        }

    def _fact_texts(self, file: schema.FactsFile) -> dict[str, FactText]:
        name = "facts.yaml"
        for key in FACTS:
            if key not in file.facts:
                self._problem(name, ("facts",), f"the fact '{key}' has no wording", "add it")
        texts = {}
        for key, spec in file.facts.items():
            if key not in FACTS:
                self._problem(name, ("facts", key), f"unknown fact '{key}'", suggest(key, FACTS))
                continue
            wanted = [*Site, "nowhere"] if key == "sites" else list(FACTS[key].answers)
            if sorted(spec.answers) != sorted(wanted):
                self._problem(name, ("facts", key, "answers"), f"'{key}' needs exactly these answers: {listed(wanted)}")
            labels = {answer: one.label for answer, one in spec.answers.items()}
            phrases = {answer: one.phrase for answer, one in spec.answers.items()}
            texts[key] = FactText(key, spec.question, spec.help, labels, phrases)
        return {key: texts[key] for key in FACTS if key in texts}

    def _groups(self, entry: schema.EntryFile) -> dict[str, TrackGroup]:
        name = "entry.yaml"
        return {
            key: TrackGroup(
                key,
                spec.title,
                None if spec.gap_when is None else self._condition(name, ("tracks", key, "gap_when"), spec.gap_when),
            )
            for key, spec in entry.tracks.items()
        }

    def _entry(self, entry: schema.EntryFile, pathways: Mapping[str, object]) -> dict[str, TumorTypeEntry]:
        name = "entry.yaml"
        for key in TumorType:
            if key not in entry.types:
                self._problem(name, ("types",), f"the tumour type '{key}' leads nowhere", "add it")
        for key, spec in entry.types.items():
            path: Path_ = ("types", key)
            if key not in list(TumorType):
                self._problem(name, path, f"unknown tumour type '{key}'", suggest(key, list(TumorType)))
            if spec.pathway is not None and spec.pathway not in pathways:
                self._problem(name, (*path, "pathway"), f"there is no pathway '{spec.pathway}'", suggest(spec.pathway, pathways))
            if spec.pathway is None and not spec.note:
                self._problem(name, path, f"'{key}' has neither a pathway nor a note that says why", "add one")
            self._known(name, (*path, "readings"), "reading", spec.readings, self.readings)
        self._known(name, ("for_every_type",), "pathway", entry.for_every_type, pathways)
        for kind, ids in entry.readings.items():
            self._known(name, ("readings", kind), "reading", ids, self.readings)
        used = {spec.pathway for spec in entry.types.values()} | set(entry.for_every_type)
        for pathway in pathways:
            if pathway not in used:
                self._problem(f"{pathway}.yaml", (), f"no tumour type leads to the pathway '{pathway}'", "add it to entry.yaml")
        return {
            key: TumorTypeEntry(key, spec.label, spec.pathway, spec.note, spec.readings) for key, spec in entry.types.items()
        }

    # Pathways

    def _condition(self, name: str, path: Path_, data: object) -> Condition:
        try:
            return condition_from(data)
        except ConditionSyntaxError as error:
            for below, message, hint in error.problems:
                self._problem(name, (*path, *below), message, hint)
            return ALWAYS

    def _pathway(self, name: str, file: schema.PathwayFile, groups: Mapping[str, TrackGroup]) -> Pathway | None:
        stem = name.removesuffix(".yaml")
        if file.pathway != stem:
            self._problem(name, ("pathway",), f"the pathway '{file.pathway}' stands in the file {name}", f"name it {stem}")
        if file.section not in self.sections:
            self._problem(name, ("section",), f"unknown section '{file.section}'", suggest(file.section, self.sections))
        statements = {spec.id: self._statement(name, number, spec, file) for number, spec in enumerate(file.statements)}
        tracks: dict[str, Track] = {}
        for key, spec in file.tracks.items():
            group = groups.get(key.partition(".")[0])
            if group is None:
                hint = suggest(key.partition(".")[0], groups) or f"tracks: {listed(groups)}"
                self._problem(name, ("tracks", key), f"unknown track '{key}'", hint)
                continue
            can_gap = group.gap_when is not None
            reader = TrackReader(self.documents[name], stem, key, spec, statements, self.readings, can_gap)
            if (track := reader.read()) is not None:
                tracks[key] = track
        return Pathway(
            stem,
            file.version,
            file.title,
            self.sections.get(file.section, ""),
            tuple(statements.values()),
            tracks,
            self.documents[name].where(()),
        )

    def _statement(self, name: str, number: int, spec: schema.StatementSpec, file: schema.PathwayFile) -> Statement:
        path: Path_ = ("statements", number)
        standings = [(("track",), spec.track), *((("also", i, "track"), one.track) for i, one in enumerate(spec.also))]
        for below, track in standings:
            if track not in file.tracks:
                hint = suggest(track, file.tracks) or f"tracks: {listed(file.tracks)}"
                self._problem(name, (*path, *below), f"{spec.id} stands in an unknown track '{track}'", hint)
        if len({track for _, track in standings}) < len(standings):
            self._problem(name, (*path, "also"), f"{spec.id} stands twice in one track", "join the conditions with any")
        self._known(name, (*path, "readings"), "reading", spec.readings, self.readings)
        if not spec.options:
            self._problem(name, (*path, "options"), f"{spec.id} has no option")
        if not spec.locators:
            self._problem(name, (*path, "locators"), f"{spec.id} has no locator", "say where it stands in the summary")
        return Statement(
            id=spec.id,
            pathway=file.pathway,
            label=spec.label,
            track=spec.track,
            when=self._condition(name, (*path, "when"), spec.when),
            options=tuple(self._options(name, (*path, "options"), spec)),
            readings=spec.readings,
            locators=self._locators(name, (*path, "locators"), spec.locators),
            also=tuple(
                (one.track, self._condition(name, (*path, "also", i, "when"), one.when)) for i, one in enumerate(spec.also)
            ),
            where=self.documents[name].where(path),
        )

    def _options(self, name: str, path: Path_, spec: schema.StatementSpec) -> Iterator[Option]:
        seen: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
        for number, option in enumerate(spec.options):
            here = (*path, number)
            self._known(name, (*here, "treatments"), "treatment", option.treatments, self.treatments)
            self._known(name, (*here, "optional"), "treatment", option.optional, self.treatments)
            self._known(name, (*here, "readings"), "reading", option.readings, self.readings)
            if not option.treatments:
                self._problem(name, (*here, "treatments"), f"an option of {spec.id} has no treatment")
            if number and option.item < spec.options[number - 1].item:
                self._problem(name, (*here, "item"), f"the options of {spec.id} are not in text order")
            if seen.setdefault((option.treatments, option.optional), number) != number:
                self._problem(name, here, f"{spec.id} lists the same treatments twice")
            yield Option(
                statement=spec.id,
                number=number,
                item=option.item,
                treatments=option.treatments,
                optional=option.optional,
                strength=Strength(option.strength),
                requires=ALWAYS if option.requires is None else self._condition(name, (*here, "requires"), option.requires),
                readings=option.readings,
                intent=option.intent,
                choice=spec.id if option.choice else None,
            )

    def _unique_statements(self, files: Mapping[str, schema.PathwayFile]) -> None:
        first: dict[str, str] = {}
        for name, file in files.items():
            for number, spec in enumerate(file.statements):
                place = str(self.documents[name].where(("statements", number, "id")))
                if spec.id in first:
                    message = f"the statement id '{spec.id}' stands twice"
                    self._problem(name, ("statements", number, "id"), message, f"first at {first[spec.id]}")
                first.setdefault(spec.id, place)

    def _unused_treatments(self, files: Mapping[str, schema.PathwayFile]) -> None:
        options = [option for file in files.values() for spec in file.statements for option in spec.options]
        used = {treatment for option in options for treatment in (*option.treatments, *option.optional)}
        for key in self.treatments:
            if key not in used:
                self._problem("treatments.yaml", ("treatments", key), f"no statement uses the treatment '{key}'", "remove it")

    # Care course and work-up

    def _care_course(self, file: schema.CareCourseFile) -> CareCourseDefinition:
        name = "care_course.yaml"
        if file.start not in file.states:
            self._problem(name, ("start",), f"the start state '{file.start}' does not exist", suggest(file.start, file.states))
        self._sets(name, ("sets",), file.sets)
        for key, event in file.events.items():
            self._known(name, ("events", key, "sources"), "state", event.sources, file.states)
            if event.target not in file.states:
                path: Path_ = ("events", key, "target")
                message = f"the event '{key}' leads to the state '{event.target}', which does not exist"
                self._problem(name, path, message, suggest(event.target, file.states))
            self._sets(name, ("events", key, "sets"), event.sets)
        return CareCourseDefinition(
            file.start,
            file.sets,
            {
                key: CareState(key, one.label, self._locators(name, ("states", key, "locators"), one.locators))
                for key, one in file.states.items()
            },
            {
                key: CareEvent(
                    key,
                    one.label,
                    one.sources,
                    one.target,
                    one.sets,
                    self._locators(name, ("events", key, "locators"), one.locators),
                )
                for key, one in file.events.items()
            },
        )

    def _sets(self, name: str, path: Path_, sets: Mapping[str, str | bool | None]) -> None:
        for fact, value in sets.items():
            if fact not in FACTS:
                self._problem(name, (*path, fact), f"unknown fact '{fact}'", suggest(fact, FACTS))
            elif value is not None and not any(type(one) is bool if isinstance(value, bool) else one == value for one in FACTS[fact].values):
                self._problem(name, (*path, fact), f"'{fact}' has no value {value!r}", suggest(value, FACTS[fact].answers))

    def _workup(self, file: schema.WorkupFile) -> WorkupDefinition:
        name = "workup.yaml"
        for key in TumorType:
            if key not in file.types:
                self._problem(name, ("types",), f"the tumour type '{key}' has no work-up", "add it")
        for key in file.types:
            if key not in list(TumorType):
                self._problem(name, ("types", key), f"unknown tumour type '{key}'", suggest(key, list(TumorType)))

        def tests(path: Path_, specs: Iterable[schema.TestSpec]) -> tuple[DiagnosticTest, ...]:
            return tuple(
                DiagnosticTest(one.id, one.name, one.what, (self._locator(name, (*path, number, "locator"), one.locator),))
                for number, one in enumerate(specs)
            )

        types = {}
        for key, spec in file.types.items():
            path: Path_ = ("types", key)
            located = tuple(
                (one.field, self._locator(name, (*path, "locators", number), one)) for number, one in enumerate(spec.locators)
            )
            types[key] = Workup(
                type=key,
                name=spec.name,
                hormone=spec.hormone,
                also_called=spec.also_called,
                typical_site=spec.typical_site,
                behaviour=spec.behaviour,
                signs=spec.signs,
                tests=tests((*path, "tests"), spec.tests),
                scope_note=spec.scope_note,
                silent_on=spec.silent_on,
                locators=located,
            )
        return WorkupDefinition(tests(("general", "tests"), file.general.tests), types)


def _place(problem: Problem) -> tuple[str, int, int]:
    file, line, column = problem.where.rsplit(":", 2)
    return file, int(line), int(column)

