"""FHIR R4 in: `case_from_bundle` reads a case, with the source of every fact and a reason for everything that became none.

>>> from pnet_pathways.adapters.fhir import case_from_bundle
>>> case_from_bundle({"resourceType": "Bundle", "type": "collection"}).facts
{}
"""

from __future__ import annotations

from ...model.errors import FhirError
from .findings import Conflict, ConflictingRecords, Found, Reading, Reason, Source, Suggestion, Unmapped
from .reading import case_from_bundle

__all__ = [
    "Conflict",
    "ConflictingRecords",
    "FhirError",
    "Found",
    "Reading",
    "Reason",
    "Source",
    "Suggestion",
    "Unmapped",
    "case_from_bundle",
]
