"""FHIR R4 in: `case_from_bundle` reads a case, with the source of every fact and a reason for everything that became none.

>>> from pnet_pathways.adapters.fhir import case_from_bundle
>>> case_from_bundle({"resourceType": "Bundle", "type": "collection"}).facts
{}
"""

from __future__ import annotations

from ...model.errors import FhirError
from .cohort import BrokenLine, Cohort, PatientReading, read_ndjson
from .findings import Conflict, ConflictingRecords, Found, Reading, Reason, Source, Suggestion, Unmapped
from .reading import case_from_bundle

__all__ = [
    "BrokenLine",
    "Cohort",
    "Conflict",
    "ConflictingRecords",
    "FhirError",
    "Found",
    "PatientReading",
    "Reading",
    "Reason",
    "Source",
    "Suggestion",
    "Unmapped",
    "case_from_bundle",
    "read_ndjson",
]
