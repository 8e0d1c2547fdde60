"""FHIR resources for tests, made up, as short as FHIR allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pnet_pathways.adapters.fhir import Reading, case_from_bundle

SCT = "http://snomed.info/sct"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
ICDO = "http://terminology.hl7.org/CodeSystem/icd-o-3"
LOINC = "http://loinc.org"
HISTOLOGY = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior"
FORM = "https://example.org/pnet"

INSULINOMA = (SCT, "302822000")
VIPOMA = (SCT, "253005002")
ENDOCRINE = (ICD, "C25.4")
LIVER = (SCT, "94381002")
HEAD = (SCT, "64163001")
NODES_ICD, LIVER_ICD, DIARRHEA, LOW_SUGAR, OTHER = (ICD, "C77.2"), (ICD, "C78.7"), (ICD, "R19.7"), (ICD, "E16.2"), (ICD, "I10")
M, N = (LOINC, "21907-1"), (LOINC, "21906-3")
CM0, CM1, CN0, CN1, PN0 = ((SCT, code) for code in ("1229901006", "1229903009", "1229967007", "1229973008", "1229947003"))

Code = tuple[str, str]
Resource = dict[str, Any]


def concept(*codes: Code, **more: Any) -> Resource:
    """Return a CodeableConcept; `more` goes into its first coding, or beside it for `text`."""
    text = {"text": more.pop("text")} if "text" in more else {}
    codings = [{"system": system, "code": code} for system, code in codes]
    if codings:
        codings[0] |= more
    return {**({"coding": codings} if codings else {}), **text}


def status(code: str, kind: str = "clinical") -> Resource:
    """Return a status of a Condition."""
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/condition-{kind}", "code": code}]}


def condition(name: str, *codes: Code, site: Code | None = None, histology: Resource | None = None, **more: Any) -> Resource:
    """Return a Condition that is active and confirmed, by leaving out what says otherwise."""
    made: Resource = {"resourceType": "Condition", "id": name, "subject": {"reference": "Patient/p"}}
    if codes:
        made["code"] = concept(*codes)
    if site is not None:
        made["bodySite"] = [concept(site)]
    if histology is not None:
        made["extension"] = [{"url": HISTOLOGY, "valueCodeableConcept": histology}]
    return {**made, **more}


def morphology(code: str, **more: Any) -> Resource:
    """Return an ICD-O-3 morphology."""
    return concept((ICDO, code), **more)


def observation(name: str, code: Code, value: Code | None = None, *, date: str = "", focus: str = "", **more: Any) -> Resource:
    """Return a final Observation."""
    made: Resource = {"resourceType": "Observation", "id": name, "status": "final", "code": concept(code)}
    made["subject"] = {"reference": "Patient/p"}
    if value is not None:
        made["valueCodeableConcept"] = concept(value)
    if date:
        made["effectiveDateTime"] = date
    if focus:
        made["focus"] = [{"reference": f"Condition/{focus}"}]
    return {**made, **more}


def procedure(name: str, code: Code, state: str = "completed") -> Resource:
    """Return a Procedure."""
    subject = {"reference": "Patient/p"}
    return {"resourceType": "Procedure", "id": name, "status": state, "code": concept(code), "subject": subject}


def answered(name: str, answers: Mapping[str, object], authored: str = "2026-01-01", **more: Any) -> Resource:
    """Return the answered form of all facts."""
    items = [
        {
            "linkId": key,
            "answer": [
                {"valueBoolean": value}
                if isinstance(value, bool)
                else {"valueCoding": {"system": f"{FORM}/CodeSystem/facts", "code": f"{key}.{value}"}}
            ],
        }
        for key, value in answers.items()
    ]
    made = {
        "resourceType": "QuestionnaireResponse",
        "id": name,
        "questionnaire": f"{FORM}/Questionnaire/facts|1.0.0",
        "status": "completed",
        "subject": {"reference": "Patient/p"},
        "authored": authored,
        "item": items,
    }
    return {**made, **more}


PATIENT: Resource = {"resourceType": "Patient", "id": "p"}


def bundle(*resources: Resource, **more: Any) -> Resource:
    """Return a Bundle of the patient and resources."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        **more,
        "entry": [{"resource": one} for one in (PATIENT, *resources)],
    }


def read(*resources: Resource) -> Reading:
    """Return the reading of the patient with resources."""
    return case_from_bundle(bundle(*resources))


def facts(reading: Reading) -> dict[str, object]:
    """Return what is certain."""
    return {name: found.value for name, found in reading.facts.items()}


def suggested(reading: Reading) -> dict[str, object]:
    """Return what is suggested."""
    return {one.fact: one.value for one in reading.suggested}


def unmapped(reading: Reading) -> list[tuple[str, str, str]]:
    """Return place and reason of what became no fact."""
    return [(one.resource, one.path, one.reason.value) for one in reading.unmapped]


def reasons(reading: Reading) -> list[str]:
    """Return the reasons of what became no fact."""
    return [one.reason.value for one in reading.unmapped]
