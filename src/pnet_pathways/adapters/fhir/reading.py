"""From FHIR resources to a case: certain facts, what a clinician must confirm, and what became no fact, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...loading.folder import given_definitions
from ...model.case import Case
from ...model.errors import FhirError
from ...model.pathway import Definitions
from .bundle import Sent
from .codes import CodeMap, code_map
from .conditions import ConditionReader
from .elements import Elements
from .findings import ConflictingRecords, Reading, Reason, Unmapped
from .gathering import Gathering
from .records import RecordReader


def case_from_bundle(bundle: Mapping[str, Any], definitions: Definitions | None = None) -> Reading:
    """Return what a FHIR R4 Bundle, or ``{"resources": [...]}``, says of one patient.

    Only what a record states is certain: nothing is concluded from what is not there, and no profile is asked for. What a
    code says is in the ``fhir_codes.yaml`` of the definitions (the project's own by default); without one, nothing.
    Raises `FhirError` for resources that cannot be used, with every mistake and its FHIR path, `ConflictingRecords` where
    records cannot all be true, with every conflict and its sources, and `DefinitionError` for a code map that is none.

    >>> coding = {"system": "http://snomed.info/sct", "code": "302822000"}
    >>> condition = {"resourceType": "Condition", "id": "c1", "code": {"coding": [coding]}}
    >>> reading = case_from_bundle({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": condition}]})
    >>> reading.case.to_dict()
    {'tumor_type': 'insulinoma'}
    """
    definitions = given_definitions(definitions)
    codes = code_map(definitions)
    sent = Sent()
    sent.take(bundle)
    return reading_of(sent, definitions, codes)


def reading_of(sent: Sent, definitions: Definitions, codes: CodeMap) -> Reading:
    """Return what resources that were taken apart say. Raises `FhirError` and `ConflictingRecords`."""
    elements = sent.elements
    gathering = Gathering(definitions.vocabulary, unmapped=sent.unmapped)
    conditions = ConditionReader(codes, gathering, elements)
    records = RecordReader(definitions, conditions, _names(sent))
    readers: dict[str, Callable[[str, Mapping[str, Any]], None]] = {
        "Condition": conditions.read,
        "Observation": records.observation,
        "Procedure": records.procedure,
        "MedicationRequest": records.drug,
        "BodyStructure": records.body_structure,
        "QuestionnaireResponse": records.form,
    }
    # Conditions first: whether other resources are of the tumor hangs on them.
    for entry in (*sent.of("Condition"), *sent.of("Condition", other=True)):
        elements.place = entry.place
        data = entry.data
        if data.get("implicitRules"):
            gathering.leave(entry.name, "implicitRules", Reason.IMPLICIT_RULES)
        elif data.get("modifierExtension"):
            gathering.leave(entry.name, "modifierExtension", Reason.MODIFIER_NOT_UNDERSTOOD)
        else:
            readers[entry.kind](entry.name, data)
            if data.get("contained"):
                gathering.leave(entry.name, "contained", Reason.NOT_READ)
    elements.place = ""
    for entry in sent.unread:
        gathering.unmapped += _unread(sent, entry.name, entry.kind, entry.data, entry.place)
    if elements.problems:
        raise FhirError(elements.problems)
    records.count()
    gathering.settle()
    on_subject = conditions.subject or gathering.on_subject
    if gathering.conflicts:
        raise ConflictingRecords(gathering.conflicts, on_subject=on_subject)
    facts = gathering.facts()
    case = Case.of_consistent(definitions.vocabulary, {name: found.value for name, found in facts.items()})
    suggested, unmapped = tuple(gathering.suggestions()), _each_once(gathering.unmapped)
    return Reading(definitions, case, facts, suggested, unmapped, sent.patient, on_subject)


def _each_once(unmapped: list[Unmapped]) -> tuple[Unmapped, ...]:
    """Return what became no fact in order, each once."""
    ordered = sorted(unmapped)
    return tuple(one for number, one in enumerate(ordered) if not number or one != ordered[number - 1])


def _names(sent: Sent) -> dict[str, str]:
    """Return the names of the resources by what refers to them: type and id, or the full address."""
    return {key: entry.name for entry in sent.entries for key in (entry.name, entry.url) if key}


def _unread(sent: Sent, name: str, kind: str, data: Mapping[str, Any], place: str) -> list[Unmapped]:
    """Return what is said of a resource of a kind that is not read; what failed to be fetched makes the reading incomplete."""
    if kind != "OperationOutcome":
        return [Unmapped(name, "", Reason.NOT_READ, kind)]
    return [Unmapped(name, path, reason, text) for path, reason, text in _issues(sent.elements, data, place)]


def failures(elements: Elements, outcome: Mapping[str, Any]) -> list[str]:
    """Return what an OperationOutcome says could not be sent."""
    return [text for _, reason, text in _issues(elements, outcome) if reason is Reason.INCOMPLETE]


def _issues(elements: Elements, outcome: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, Reason, str]]:
    """Yield the issues of an OperationOutcome with their paths."""
    any_issue = False
    for path, issue in elements.objects(outcome, "issue", place):
        any_issue = True
        severity = elements.get(issue, "severity", str, path)
        said = elements.get(issue, "diagnostics", str, path) or elements.words(issue, "details", path)
        text = said or elements.get(issue, "code", str, path) or "a search failed"
        reason = Reason.NOT_READ if severity in {"information", "warning"} else Reason.INCOMPLETE
        yield path.removeprefix(f"{place}."), reason, text
    if not any_issue:
        yield "", Reason.INCOMPLETE, "a search failed"
