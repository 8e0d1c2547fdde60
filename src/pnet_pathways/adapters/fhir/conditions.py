"""Conditions: tumors with their type and place, what has spread from them, and symptoms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from .codes import CodeMap, Facts, Row
from .elements import Coding, Concept, Elements
from .findings import Conflict, Reason, Source
from .gathering import Gathering

HISTOLOGY: Final = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior"
"""The extension that names a tumor's morphology."""
_CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFICATION: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_RECURRING: Final = frozenset({"recurrence", "relapse"})
_IN_CODE: Final = frozenset({"disorder", "secondary", "finding", "history"})
_IN_HISTOLOGY: Final = frozenset({"morphology", "disorder"})
_METASTATIC: Final = "/6"
_UNCERTAIN_BEHAVIOR: Final = "/9"


@attrs.frozen
class Said:
    """A coding with the row of the code map that it has."""

    coding: Coding
    row: Row

    def source(self, resource: str) -> Source:
        """Return the coding as a source."""
        path, system, code, display, version = self.coding
        return Source(resource, path, system, code, display or self.row.display, version, self.row.id)


@attrs.define
class Codings:
    """Looks codings of one resource up; what says nothing is recorded."""

    codes: CodeMap
    gathering: Gathering
    resource: str

    def look_up(self, concept: Concept | None, axes: frozenset[str]) -> Iterator[Said]:
        """Yield the codings of a concept that have a row on one of the axes."""
        if concept is None:
            return
        if concept.uncoded:
            self.leave(concept.path, Reason.TEXT_ONLY, concept.text)
        for coding in concept.codings:
            row = self.codes.row(coding.system, coding.code)
            # An ICD-O morphology stands in Condition.code as well; one of SNOMED CT is another axis than a disorder.
            if row is None or not (row.axis in axes or (row.axis == "morphology" and "disorder" in axes and "/" in coding.code)):
                self.leave(coding.path, Reason.NO_MAPPING, words(coding))
            elif (row.version or row.says) and not _edition_known(coding, row):
                self.leave(coding.path, Reason.EDITION_UNKNOWN, words(coding))
            else:
                yield Said(coding, row)

    def leave(self, path: str, reason: Reason, text: str = "") -> None:
        """Record what becomes no fact."""
        self.gathering.leave(self.resource, path, reason, text)


def words(coding: Coding) -> str:
    """Return a coding in words."""
    return f"{coding.code} {coding.display}".strip()


def _edition_known(coding: Coding, row: Row) -> bool:
    said = coding.display.lower().replace("-", "")
    return bool((row.version and coding.version.startswith(row.version)) or (row.says and row.says in said))


def _ended(data: Mapping[str, Any]) -> str | None:
    """Return the element that says that a Condition has ended, `None` where none does."""
    ended = (key for key, value in data.items() if str(key).startswith("abatement") and value is not None and value is not False)
    return next(ended, None)


@attrs.define
class ConditionReader:
    """Reads Conditions. `tumors` are the names of those that are of the tumor that the document is about."""

    codes: CodeMap
    gathering: Gathering
    elements: Elements
    tumors: set[str] = attrs.field(factory=set)

    def read(self, name: str, data: Mapping[str, Any]) -> None:
        """Read one Condition."""
        elements, gathering = self.elements, self.gathering
        codings = Codings(self.codes, gathering, name)
        verification = elements.code(data, "verificationStatus", _VERIFICATION)
        clinical = elements.code(data, "clinicalStatus", _CLINICAL)
        code = elements.concept(data, "code")
        histology = list(self._histology(data))
        if verification in {"entered-in-error", "refuted"}:
            reason = Reason.REFUTED if verification == "refuted" else Reason.ENTERED_IN_ERROR
            codings.leave("verificationStatus", reason, "" if code is None else code.text)
            return
        if code is None and not histology:
            codings.leave("code", Reason.ABSENT)
        said = list(codings.look_up(code, _IN_CODE))
        for concept in histology:
            said += codings.look_up(concept, _IN_HISTOLOGY)
        if not said:
            return
        is_certain = verification in {None, "confirmed"}
        _Condition(self, codings, name, said, is_certain, clinical, _ended(data)).read(data)

    def _histology(self, data: Mapping[str, Any]) -> Iterator[Concept]:
        for path, extension in self.elements.objects(data, "extension"):
            if extension.get("url") == HISTOLOGY:
                concept = self.elements.concept(extension, "valueCodeableConcept", path)
                if concept is not None:
                    yield concept


@attrs.define
class _Condition:
    """One Condition whose codes say something."""

    reader: ConditionReader
    codings: Codings
    name: str
    said: list[Said]
    is_certain: bool
    clinical: str | None
    abatement: str | None
    conflicting: bool = False

    def read(self, data: Mapping[str, Any]) -> None:
        rows = [one.row for one in self.said]
        secondary = any(row.axis == "secondary" for row in rows) or any(
            one.row.axis == "morphology" and one.coding.code.endswith(_METASTATIC) for one in self.said
        )
        tumor = secondary or any(row.axis in {"disorder", "morphology"} for row in rows)
        elements = self.reader.elements
        places = [
            one
            for concept in (elements.concepts(data, "bodySite") if tumor else ())
            for one in self.codings.look_up(concept, frozenset({"topography"}))
        ]
        organ = any(row.organ for row in rows) or any(one.row.organ for one in places)
        typed = any(row.type_said and (organ or row.needs != "organ") for row in rows)
        if (typed or organ) and tumor and self.is_certain:
            self.reader.tumors.add(self.name)
        self._codes(typed, organ, located=any(one.row.secondary for one in places))
        self._places(places, typed, secondary)
        if tumor and self.clinical in _RECURRING:
            self._recurrence((typed or organ) and not secondary)

    def _codes(self, typed: bool, organ: bool, located: bool) -> None:
        for one in self.said:
            row, path, text = one.row, one.coding.path, words(one.coding)
            source = one.source(self.name)
            if row.needs == "organ" and not organ:
                self.codings.leave(path, Reason.ORGAN_NOT_SAID, text)
                continue
            if row.needs == "type" and not typed:
                self.codings.leave(path, Reason.TYPE_NOT_SAID, text)
            else:
                self._say(row.means, source)
            self._suggest(row.suggests, source)
            if row.axis == "morphology" and one.coding.code.endswith(_METASTATIC) and not located:
                self.codings.leave(path, Reason.ORGAN_NOT_SAID, text)
            if row.reason is not None and not (
                (row.reason is Reason.TYPE_NOT_SAID and typed) or (row.reason is Reason.ORGAN_NOT_SAID and located)
            ):
                self.codings.leave(path, row.reason, text)

    def _places(self, places: list[Said], typed: bool, secondary: bool) -> None:
        uncertain = any(one.coding.code.endswith(_UNCERTAIN_BEHAVIOR) for one in self.said if one.row.axis == "morphology")
        for one in places:
            facts = one.row.secondary if secondary else one.row.means
            if (not facts and not (one.row.organ and not secondary)) or (uncertain and not secondary):
                # A place where the tumor itself does not lie, or one of what may have spread: which of the two is not said.
                self.codings.leave(one.coding.path, Reason.NEEDS_JUDGEMENT, words(one.coding))
            elif one.row.needs == "type" and not typed and not secondary:
                self.codings.leave(one.coding.path, Reason.TYPE_NOT_SAID, words(one.coding))
            else:
                self._say(facts, one.source(self.name))

    def _recurrence(self, of_the_tumor: bool) -> None:
        source = Source(self.name, "clinicalStatus", _CLINICAL, self.clinical or "", code_map="recurrence")
        facts = self.reader.codes.recurrence
        if of_the_tumor and facts:
            self._say(facts, source)
        else:
            self.codings.leave("clinicalStatus", Reason.NEEDS_JUDGEMENT, self.clinical or "")

    def _say(self, facts: Facts, source: Source) -> None:
        """Record what holds: for good (the type), or as long as the Condition is active."""
        gathering = self.reader.gathering
        entry = self.reader.gathering.vocabulary.entry
        now = tuple(one for one in facts if one[0] != entry)
        lasting = tuple(one for one in facts if one[0] == entry)
        if now and not self._active:
            self.codings.leave(source.path, Reason.NOT_ACTIVE, f"{source.code} {source.display}".strip())
            now = ()
        if not self.is_certain:
            gathering.suggest((*lasting, *now), Reason.UNCONFIRMED, source)
            return
        gathering.find((*lasting, *now), source)
        if (lasting or now) and self._contradicts_itself and not self.conflicting:
            self.conflicting = True
            name, value = (*now, *lasting)[0]
            status = Source(self.name, "clinicalStatus", _CLINICAL, self.clinical or "")
            ended = Source(self.name, self.abatement or "")
            said = ((name, value, status), (name, None, ended))
            gathering.conflicts.append(Conflict(said, "it is active, and has ended"))

    def _suggest(self, facts: Facts, source: Source) -> None:
        if not facts:
            return
        if self._active:
            reason = Reason.NEEDS_JUDGEMENT if self.is_certain else Reason.UNCONFIRMED
            self.reader.gathering.suggest(facts, reason, source)
        else:
            self.codings.leave(source.path, Reason.NOT_ACTIVE, f"{source.code} {source.display}".strip())

    @property
    def _active(self) -> bool:
        if self.clinical is None:
            return self.abatement is None
        return self.clinical == "active" or self.clinical in _RECURRING

    @property
    def _contradicts_itself(self) -> bool:
        return self.clinical is not None and self._active and self.abatement is not None
