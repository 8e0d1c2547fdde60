"""The shared files of a folder of definitions (vocabulary, entry, parts), checked and linked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from ..model.beside import NotStatement, Part
from ..model.claims import ClaimId
from ..model.condition_data import ConditionSyntaxError, condition_from
from ..model.conditions import ALWAYS, Condition
from ..model.entry import Entry, EntryType
from ..model.errors import listed, suggest
from ..model.pathway import Option, Reading, Strength
from ..model.reference import Advice, AnswerTrack, Locator, Source, Treatment
from ..model.vocabulary import Vocabulary
from . import schema
from .schema_base import LocatorSpec
from .yaml_source import Document, Path_

_HEX = re.compile(r"[0-9a-f]{64}")
_PIN = re.compile(r"[0-9a-f]{12}")


@attrs.define
class Linker:
    """Turns file shapes into definitions, and records what does not fit in the files' documents."""

    documents: Mapping[str, Document]
    sections: Mapping[str, str]
    readings: Mapping[str, Reading]
    treatments: Mapping[str, Treatment]
    vocabulary: Vocabulary

    @classmethod
    def of(
        cls,
        documents: Mapping[str, Document],
        source: schema.SourceFile,
        readings: schema.ReadingsFile,
        treatments: schema.TreatmentsFile,
        vocabulary: Vocabulary,
    ) -> Linker:
        """Return a linker that knows sections, readings, treatments and the vocabulary."""
        headings = {key: heading.replace("{subject}", source.source.subject) for key, heading in source.sections.items()}
        known = {key: Reading(key, spec.title, spec.text) for key, spec in readings.readings.items()}
        linker = cls(documents, headings, known, {}, vocabulary)
        linker.readings = {key: linker.evidence(one, readings.readings[key]) for key, one in known.items()}
        linker.treatments = linker.read_treatments(treatments)
        return linker

    def evidence(self, reading: Reading, spec: schema.ReadingSpec) -> Reading:
        """Return a reading with what speaks for it and against it."""
        name, path = "readings.yaml", ("readings", reading.id)
        return attrs.evolve(
            reading,
            evidence_for=self.locators(name, (*path, "for"), spec.evidence_for),
            evidence_against=self.locators(name, (*path, "against"), spec.evidence_against),
        )

    def source(self, spec: schema.SourceSpec) -> Source:
        """Return the summary; its address must be one that a link can safely lead to."""
        if not re.fullmatch(r"https://[\w.-]+", spec.site):
            self.problem(
                "source.yaml", ("source", "site"), f"'{spec.site}' is not the address of a site", "e.g. https://example.org"
            )
        if not re.fullmatch(r"/[\w./%~-]*", spec.page):
            self.problem("source.yaml", ("source", "page"), f"'{spec.page}' is not the path of a page", "e.g. /summary")
        return Source(
            title=spec.title,
            publisher=spec.publisher,
            updated=spec.updated,
            url=spec.site + spec.page,
            pmid=spec.pmid,
            intended_use=spec.intended_use,
            disclaimer=spec.disclaimer,
        )

    def advice(self, file: schema.SourceFile) -> tuple[Advice, ...]:
        """Return what the summary raises for everyone."""
        return tuple(
            Advice(spec.id, spec.text, self.locators("source.yaml", ("advice", number, "locators"), spec.locators))
            for number, spec in enumerate(file.advice)
        )

    def claims(
        self, file: schema.NotStatementsFile, subject: str, pathways: Iterable[str]
    ) -> tuple[tuple[Part, ...], tuple[NotStatement, ...]]:
        """Return the parts that are claimed in full, and what in them is no statement; {subject} as in headings."""
        name = "not_statements.yaml"
        names = list(pathways)
        for key, part in file.parts.items():
            self._section(name, ("parts", key), part.section)
            if key not in names:
                self.problem(name, ("parts", key), f"there is no pathway '{key}'", suggest(key, names))
        ids = [spec.id for spec in file.not_statements]
        for number, identifier in enumerate(ids):
            if identifier in ids[:number]:
                self.problem(name, ("not_statements", number, "id"), f"duplicate id '{identifier}'", "give it another")
        parts = tuple(
            Part(
                key,
                part.title,
                self.sections.get(part.section, ""),
                part.begins.replace("{subject}", subject),
                part.ends.replace("{subject}", subject),
            )
            for key, part in file.parts.items()
        )
        return parts, tuple(
            NotStatement(spec.id, spec.reason, self.locators(name, ("not_statements", number, "locators"), spec.locators))
            for number, spec in enumerate(file.not_statements)
        )

    def furniture(self, file: schema.NotStatementsFile, subject: str) -> tuple[str, ...]:
        """Return the words of the page around the summary; {subject} as in headings."""
        for number, words in enumerate(file.furniture):
            if not words.strip():
                self.problem("not_statements.yaml", ("furniture", number), "no words", "write the page's words")
        return tuple(words.replace("{subject}", subject) for words in file.furniture if words.strip())

    def unclaimed(self, file: schema.NotStatementsFile) -> dict[str, tuple[str, ...]]:
        """Return the hashes of what no passage claims outside of the parts, by the heading of the section."""
        name = "not_statements.yaml"
        found = {}
        for key, text in file.unclaimed.items():
            if key not in self.sections:
                self.problem(name, ("unclaimed", key), f"unknown section '{key}'", suggest(key, self.sections))
            if wrong := next((pin for pin in text.split() if not _PIN.fullmatch(pin)), None):
                message = f"'{wrong}' is not a short hash of 12 hexadecimal digits"
                self.problem(name, ("unclaimed", key), message, "`pnet source pin FILE` writes them")
            found[self.sections.get(key, key)] = tuple(text.split())
        return found

    def problem(self, name: str, path: Path_, message: str, suggestion: str = "", code: ClaimId | None = None) -> None:
        """Record a problem at a path of a file; `code` as in `Problem`."""
        self.documents[name].problem(path, message, suggestion, code)

    def known(self, name: str, path: Path_, kind: str, given: Iterable[str], allowed: Iterable[str]) -> None:
        """Record each given name that is none of the allowed ones."""
        for number, one in enumerate(given):
            if one not in allowed:
                self.problem(name, (*path, number), f"unknown {kind} '{one}'", suggest(one, allowed))

    def condition(self, name: str, path: Path_, data: object) -> Condition:
        """Return a condition; its mistakes are recorded."""
        try:
            return condition_from(data, self.vocabulary)
        except ConditionSyntaxError as error:
            for below, message, hint in error.problems:
                self.problem(name, (*path, *below), message, hint)
            return ALWAYS

    def options(self, name: str, path: Path_, statement: str, specs: Sequence[schema.OptionSpec]) -> Iterator[Option]:
        """Yield the options of a statement; what is wrong with them is recorded."""
        seen: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
        for number, option in enumerate(specs):
            here = (*path, number)
            self.known(name, (*here, "treatments"), "treatment", option.treatments, self.treatments)
            self.known(name, (*here, "optional"), "treatment", option.optional, self.treatments)
            self.known(name, (*here, "readings"), "reading", option.readings, self.readings)
            if not option.treatments:
                self.problem(name, (*here, "treatments"), f"an option of {statement} has no treatment")
            if number and option.item < specs[number - 1].item:
                self.problem(name, (*here, "item"), f"the options of {statement} are not in text order")
            if seen.setdefault((option.treatments, option.optional), number) != number:
                self.problem(name, here, f"{statement} lists the same treatments twice")
            yield Option(
                statement=statement,
                number=number,
                item=option.item,
                treatments=option.treatments,
                optional=option.optional,
                strength=Strength(option.strength),
                requires=ALWAYS if option.requires is None else self.condition(name, (*here, "requires"), option.requires),
                readings=option.readings,
                intent=option.intent,
                choice=statement if option.choice else None,
            )

    def also(self, name: str, path: Path_, specs: Sequence[schema.AlsoSpec]) -> tuple[tuple[str, Condition], ...]:
        """Return the further tracks that a statement stands in, each with its condition there."""
        return tuple((one.track, self.condition(name, (*path, i, "when"), one.when)) for i, one in enumerate(specs))

    def locators(self, name: str, path: Path_, specs: Iterable[LocatorSpec]) -> tuple[Locator, ...]:
        """Return locators."""
        return tuple(self.locator(name, (*path, number), spec) for number, spec in enumerate(specs))

    def _section(self, name: str, path: Path_, given: str) -> None:
        if given not in self.sections:
            hint = suggest(given, self.sections) or f"sections: {listed(self.sections)}"
            self.problem(name, (*path, "section"), f"unknown section '{given}'", hint)

    def locator(self, name: str, path: Path_, spec: LocatorSpec) -> Locator:
        """Return a locator."""
        self._section(name, path, spec.section)
        if not 0 <= spec.start < spec.end:
            self.problem(name, (*path, "start"), f"the span {spec.start} to {spec.end} is empty or negative")
        if not _HEX.fullmatch(spec.sha256):
            self.problem(name, (*path, "sha256"), "a SHA-256 is 64 hexadecimal digits")
        for key, text in (("link_from", spec.link_from), ("link_to", spec.link_to)):
            if text and not re.search(r"\w", text):
                self.problem(name, (*path, key), f"'{key}' holds no word")
        if spec.link_to and not spec.link_from:
            self.problem(name, (*path, "link_to"), "a link with words to end with needs words to begin with", "add link_from")
        heading = self.sections.get(spec.section, "")
        return Locator(heading, spec.first, spec.last, spec.start, spec.end, spec.sha256, spec.link_from, spec.link_to)

    def read_treatments(self, file: schema.TreatmentsFile) -> dict[str, Treatment]:
        """Return the vocabulary of treatments."""
        name = "treatments.yaml"
        return {
            key: Treatment(
                key,
                spec.label,
                spec.description,
                spec.term,
                self.locators(name, ("treatments", key, "locators"), spec.locators),
                self.documents[name].where(("treatments", key)),
            )
            for key, spec in file.treatments.items()
        }

    def groups(self, entry: schema.EntryFile) -> dict[str, AnswerTrack]:
        """Return the tracks of an answer."""
        name = "entry.yaml"
        return {
            key: AnswerTrack(
                key,
                spec.title,
                None if spec.gap_when is None else self.condition(name, ("tracks", key, "gap_when"), spec.gap_when),
            )
            for key, spec in entry.tracks.items()
        }

    def entry(self, entry: schema.EntryFile, pathways: Mapping[str, object]) -> Entry:
        """Return where each value of the entry fact leads."""
        name = "entry.yaml"
        fact = self.vocabulary.facts[self.vocabulary.entry]
        for key in fact.answers:
            if key not in entry.types:
                self.problem(name, ("types",), f"the {entry.title} '{key}' leads nowhere", "add it")
        for key, spec in entry.types.items():
            path: Path_ = ("types", key)
            if key not in fact.answers:
                self.problem(name, path, f"unknown {entry.title} '{key}'", suggest(key, fact.answers))
            if spec.pathway is not None and spec.pathway not in pathways:
                self.problem(name, (*path, "pathway"), f"there is no pathway '{spec.pathway}'", suggest(spec.pathway, pathways))
            if spec.pathway is None and not spec.note:
                self.problem(name, path, f"'{key}' has neither a pathway nor a note that says why", "add one")
            self.known(name, (*path, "readings"), "reading", spec.readings, self.readings)
        self.known(name, ("common",), "pathway", entry.common, pathways)
        for occasion, ids in attrs.asdict(entry.readings).items():
            self.known(name, ("readings", occasion), "reading", ids, self.readings)
        used = {spec.pathway for spec in entry.types.values()} | set(entry.common)
        for pathway in pathways:
            if pathway not in used:
                self.problem(
                    f"{pathway}.yaml", (), f"no {entry.title} leads to the pathway '{pathway}'", "add it to entry.yaml"
                )
        types = {key: EntryType(key, one.label, one.pathway, one.note, one.readings) for key, one in entry.types.items()}
        readings = entry.readings
        return Entry(
            fact.name,
            entry.title,
            entry.unknown,
            types,
            entry.common,
            tuple(pathways),
            readings.type_unknown,
            readings.every_answer,
        )
