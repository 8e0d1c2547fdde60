"""Conditions: tumors with their type and place, what has spread from them, and symptoms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import attrs

from .codes import CodeMap, Facts, Row
from .elements import Elements
from .findings import Conflict, Reason, Source, Unmapped
from .gathering import Gathering

HISTOLOGY: Final = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior"
"""The extension that names a tumor's morphology."""
CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
RECURRING: Final = frozenset({"recurrence", "relapse"})
_IN_CODE: Final = frozenset({"disorder", "secondary", "finding", "history"})
_IN_HISTOLOGY: Final = frozenset({"morphology", "disorder"})
PLACES: Final = frozenset({"topography"})
_ABATEMENT: Final = frozenset(
    {"abatementDateTime", "abatementAge", "abatementPeriod", "abatementRange", "abatementString", "abatementBoolean"}
)
_ENDED_SOME_TIME: Final = frozenset(f"_{key}" for key in _ABATEMENT)
_TUMOR: Final = frozenset({"disorder", "morphology"})
METASTATIC: Final = "/6"
UNCERTAIN_BEHAVIOR: Final = "/9"


class Said(NamedTuple):
    """A coding with its place in the resource and the row of the code map that it has."""

    path: str
    system: str
    code: str
    display: str
    version: str
    row: Row

    def source(self, resource: str) -> Source:
        """Return the coding as a source."""
        path, system, code, display, version, row = self
        return Source(resource, path, system, code, display or row.display, version, row.id)

    @property
    def words(self) -> str:
        """The coding in words."""
        return f"{self.code} {self.display or self.row.display}"


@attrs.define
class Codings:
    """Looks codings of one resource up; what says nothing is recorded."""

    codes: CodeMap
    gathering: Gathering
    elements: Elements
    resource: str

    def look_up(self, data: Mapping[str, Any], key: str, axes: frozenset[str], within: str = "") -> list[Said]:
        """Return the codings of a concept that have a row on one of the axes."""
        concept = data.get(key)
        if concept is None:
            return []
        if not isinstance(concept, dict):
            self.elements.get(data, key, dict, within)
            return []
        return self.of(concept, f"{within}.{key}" if within else key, axes)

    def of(self, concept: Mapping[str, Any], path: str, axes: frozenset[str]) -> list[Said]:
        """Return the codings of a concept that have a row on one of the axes."""
        found: list[Said] = []
        codings = self.elements.objects(concept, "coding", path)
        for where, one in codings:
            system, code, display = self.elements.coding(one, where)
            if not system or not code:
                self.leave(where, Reason.TEXT_ONLY, f"{code} {display}".strip())
                continue
            row = self.codes.row(system, code)
            # An ICD-O morphology stands in Condition.code as well; one of SNOMED CT is another axis than a disorder.
            if row is None or not (row.axis in axes or (row.axis == "morphology" and "disorder" in axes and "/" in code)):
                self.leave(where, Reason.NO_MAPPING, f"{code} {display}" if display else code)
                continue
            version = self.elements.get(one, "version", str, where) or ""
            if (row.version or row.says) and not _edition_known(display, version, row):
                self.leave(where, Reason.EDITION_UNKNOWN, f"{code} {display}".strip())
            else:
                found.append(Said(where, system, code, display, version, row))
        if not codings:
            self.leave(path, Reason.TEXT_ONLY, self.elements.get(concept, "text", str, path) or "")
        return found

    def leave(self, path: str, reason: Reason, text: str = "") -> None:
        """Record what becomes no fact."""
        self.gathering.unmapped.append(Unmapped(self.resource, path, reason, text))


def _edition_known(display: str, version: str, row: Row) -> bool:
    said = display.lower().replace("-", "")
    return bool((row.version and version.startswith(row.version)) or (row.says and row.says in said))


def _ended(data: Mapping[str, Any], clinical: str | None) -> str | None:
    """Return the element that says that a Condition has ended, `None` where none does.

    An end whose date is not given (``_abatementDateTime``) counts where no status says more.
    """
    if not _ABATEMENT.isdisjoint(data):
        return next((key for key in sorted(_ABATEMENT) if data.get(key) is not None and data[key] is not False), None)
    if clinical is None and not _ENDED_SOME_TIME.isdisjoint(data):
        return next((key for key in sorted(_ENDED_SOME_TIME) if data.get(key) is not None), None)
    return None


@attrs.define
class ConditionReader:
    """Reads Conditions. `tumors` are the names of those that are of the tumor that the document is about.

    `subject` says whether one of them says so without the type.
    """

    codes: CodeMap
    gathering: Gathering
    elements: Elements
    tumors: set[str] = attrs.field(factory=set)
    subject: bool = False

    def read(self, name: str, data: Mapping[str, Any]) -> None:
        """Read one Condition."""
        elements = self.elements
        codings = Codings(self.codes, self.gathering, elements, name)
        verification = elements.status(data, "verificationStatus", VERIFICATION)
        clinical = elements.status(data, "clinicalStatus", CLINICAL)
        if verification in {"entered-in-error", "refuted"}:
            reason = Reason.REFUTED if verification == "refuted" else Reason.ENTERED_IN_ERROR
            codings.leave("verificationStatus", reason, elements.words(data, "code"))
            return
        said = codings.look_up(data, "code", _IN_CODE)
        histology = False
        if data.get("extension") is not None:
            for path, extension in elements.objects(data, "extension"):
                if extension.get("url") == HISTOLOGY:
                    histology = True
                    said += codings.look_up(extension, "valueCodeableConcept", _IN_HISTOLOGY, path)
        if data.get("stage") is not None:
            for path, stage in elements.objects(data, "stage"):
                codings.leave(path, Reason.NOT_READ, elements.words(stage, "summary", path))
        if said:
            is_certain = verification is None or verification == "confirmed"
            _Condition(self, codings, name, said, is_certain, clinical, _ended(data, clinical)).read(data)
        elif data.get("code") is None and not histology:
            codings.leave("code", Reason.ABSENT)


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
        tumor = secondary = organ = False
        for one in self.said:
            axis = one.row.axis
            organ = organ or one.row.organ
            secondary = secondary or axis == "secondary" or (axis == "morphology" and one.code.endswith(METASTATIC))
            tumor = tumor or secondary or axis in _TUMOR
        places: list[Said] = []
        if tumor and data.get("bodySite") is not None:
            for path, concept in self.reader.elements.objects(data, "bodySite"):
                places += self.codings.of(concept, path, PLACES)
            organ = organ or any(one.row.organ for one in places)
        typed = any(one.row.type_said and (organ or one.row.needs != "organ") for one in self.said)
        if (typed or organ) and tumor and self.is_certain:
            self.reader.tumors.add(self.name)
            self.reader.subject = self.reader.subject or (organ and any(one.row.subject for one in self.said))
        self._codes(typed, organ, located=any(one.row.secondary for one in places))
        if places:
            self._places(places, typed, secondary)
        if tumor and self.clinical in RECURRING:
            self._recurrence((typed or organ) and not secondary)

    def _codes(self, typed: bool, organ: bool, located: bool) -> None:
        for one in self.said:
            row, path, text = one.row, one.path, one.words
            if row.needs == "organ" and not organ:
                self.codings.leave(path, Reason.ORGAN_NOT_SAID, text)
                continue
            if row.needs == "type" and not typed:
                self.codings.leave(path, Reason.TYPE_NOT_SAID, text)
            elif row.means:
                self._say(row.means, one.source(self.name))
            if row.suggests:
                self._suggest(row.suggests, one.source(self.name))
            if row.axis == "morphology" and one.code.endswith(METASTATIC) and not located:
                self.codings.leave(path, Reason.ORGAN_NOT_SAID, text)
            if row.reason is not None and not (
                (row.reason is Reason.TYPE_NOT_SAID and typed) or (row.reason is Reason.ORGAN_NOT_SAID and located)
            ):
                self.codings.leave(path, row.reason, text)

    def _places(self, places: list[Said], typed: bool, secondary: bool) -> None:
        uncertain = any(one.code.endswith(UNCERTAIN_BEHAVIOR) for one in self.said if one.row.axis == "morphology")
        for one in places:
            facts = one.row.secondary if secondary else one.row.means
            if (not facts and not (one.row.organ and not secondary)) or (uncertain and not secondary):
                # A place where the tumor itself does not lie, or one of what may have spread: which of the two is not said.
                self.codings.leave(one.path, Reason.NEEDS_JUDGEMENT, one.words)
            elif one.row.needs == "type" and not typed and not secondary:
                self.codings.leave(one.path, Reason.TYPE_NOT_SAID, one.words)
            else:
                self._say(facts, one.source(self.name))

    def _recurrence(self, of_the_tumor: bool) -> None:
        source = Source(self.name, "clinicalStatus", CLINICAL, self.clinical or "", code_map="recurrence")
        facts = self.reader.codes.recurrence
        if of_the_tumor and facts:
            self._say(facts, source)
        else:
            self.codings.leave("clinicalStatus", Reason.NEEDS_JUDGEMENT, self.clinical or "")

    def _say(self, facts: Facts, source: Source) -> None:
        """Record what holds: for good (the type), or as long as the Condition is active."""
        gathering = self.reader.gathering
        entry = gathering.vocabulary.entry
        if not self._active and any(name != entry for name, _ in facts):
            self.codings.leave(source.path, Reason.NOT_ACTIVE, f"{source.code} {source.display}".strip())
            facts = tuple(one for one in facts if one[0] == entry)
        if not self.is_certain:
            gathering.suggest(facts, Reason.UNCONFIRMED, source)
            return
        gathering.find(facts, source)
        if facts and self.abatement is not None and self.clinical is not None and self._active and not self.conflicting:
            self.conflicting = True
            name, value = facts[0]
            status = Source(self.name, "clinicalStatus", CLINICAL, self.clinical)
            said = ((name, value, status), (name, None, Source(self.name, self.abatement)))
            gathering.conflicts.append(Conflict(said, "it is active, and has ended"))

    def _suggest(self, facts: Facts, source: Source) -> None:
        if self._active:
            reason = Reason.NEEDS_JUDGEMENT if self.is_certain else Reason.UNCONFIRMED
            self.reader.gathering.suggest(facts, reason, source)
        else:
            self.codings.leave(source.path, Reason.NOT_ACTIVE, f"{source.code} {source.display}".strip())

    @property
    def _active(self) -> bool:
        if self.clinical is None:
            return self.abatement is None
        return self.clinical == "active" or self.clinical in RECURRING
