"""What a CDS client is asked to send with a call, and how much of it was sent: six things that mean different things."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final
from urllib.parse import quote, urlencode

import attrs

from ...model.errors import FhirError, Problem, shown
from ...model.wording import enumerated
from .codes import code_map
from .publication import Publication

PATIENT: Final = "patient"
REQUIRED: Final = "conditions"
"""The one key without which there is no answer: who the patient is, the context says."""
_PATIENT: Final = "{{context.patientId}}"


class Sent(StrEnum):
    """How much of a search the client sent."""

    MISSING = "missing"
    NULL = "null"
    EMPTY = "empty"
    FAILED = "failed"
    INCOMPLETE = "incomplete"
    WHOLE = "whole"

    @property
    def words(self) -> str:
        """What was sent, in words."""
        return _WORDS[self]


_WORDS: Final = {
    Sent.MISSING: "were not sent",
    Sent.NULL: "null",
    Sent.EMPTY: "an empty result",
    Sent.FAILED: "could not be searched",
    Sent.INCOMPLETE: "were sent in part",
    Sent.WHOLE: "were sent",
}
_PARTIAL: Final = frozenset({Sent.MISSING, Sent.FAILED, Sent.INCOMPLETE})
_SEARCHES: Final = {REQUIRED: "conditions", "observations": "observations", "forms": "answered forms"}


@attrs.frozen
class Prefetched:
    """What was sent: the resources to read, how much of each search they are, and where each stands in the call.

    `why` says of searches that the service made itself why they are not whole.
    """

    states: Mapping[str, Sent]
    resources: Mapping[str, Any]
    places: Mapping[str, str]
    why: Mapping[str, str] = attrs.field(factory=dict)

    def words(self, key: str) -> str:
        """How much of a search was sent, in words, and why not more."""
        return _in_words(self.states[key], self.why.get(key, ""))

    def in_call(self, error: FhirError) -> FhirError:
        """Return an error of reading with the places of the call."""
        return FhirError(attrs.evolve(one, where=self._place(one.where)) for one in error.problems)

    def _place(self, where: str) -> str:
        head, dot, rest = where.partition(".")
        return f"{self.places.get(head, head)}{dot}{rest}"


def templates(publication: Publication) -> dict[str, str]:
    """Return the prefetch templates: what a client is asked to send with each call."""
    codes = [
        f"{system}|{code}"
        for system, rows in code_map(publication.definitions).rows.items()
        for code, row in rows.items()
        if row.axis == "observation"
    ]
    form = publication.url("Questionnaire", "facts")
    return {
        PATIENT: f"Patient/{_PATIENT}",
        REQUIRED: f"Condition?patient={_PATIENT}",
        **({"observations": f"Observation?patient={_PATIENT}&code={','.join(codes)}"} if codes else {}),
        "forms": f"QuestionnaireResponse?patient={_PATIENT}&questionnaire={form}",
    }


def expanded(template: str, patient: str) -> str:
    """Return the search that a template asks for, escaped, which not every server does without."""
    path, mark, query = template.partition("?")
    pairs = [(name, value.replace(_PATIENT, patient)) for name, _, value in (one.partition("=") for one in query.split("&"))]
    return path.replace(_PATIENT, quote(patient, safe="")) + mark + (urlencode(pairs) if mark else "")


def usage(*, fetches: bool) -> str:
    """Return what a client must know of the prefetch; `fetches`: the service asks the FHIR servers of its list."""
    fetching = (
        "What is not sent is fetched, if this service lists the fhirServer of the call and fhirAuthorization comes with it."
        if fetches
        else "This service calls no FHIR server."
    )
    return (
        f"'{REQUIRED}' is mandatory: without it a call is answered with 412. The other keys add facts; what is not sent is "
        f"unknown, never no, and the card says so. {fetching}"
    )


def prefetched(
    prefetch: Mapping[str, Any], patient: str, asked: Mapping[str, str], why: Mapping[str, str] | None = None
) -> Prefetched:
    """Return what a call sent of what is `asked`, for the patient whom its context names; `why` something is not whole.

    Raises `FhirError` where the patient that was sent is another one.
    """
    states: dict[str, Sent] = {}
    # Only the id of the patient is read: name and birth date are nobody's business here.
    resources: list[Any] = [{"resourceType": "Patient", "id": patient}]
    places = {"resources[0]": f"prefetch.{PATIENT}"}
    for key in asked:
        if key not in prefetch:
            states[key] = Sent.MISSING
            continue
        value = prefetch[key]
        if key == PATIENT:
            states[key] = _patient(value, patient)
            continue
        states[key] = _state(value)
        if states[key] in {Sent.INCOMPLETE, Sent.WHOLE}:
            places[f"resources[{len(resources)}]"] = f"prefetch.{key}"
            resources.append(value)
    return Prefetched(states, {"resources": resources}, places, why or {})


def _patient(value: object, patient: str) -> Sent:
    if value is None:
        return Sent.NULL
    if not isinstance(value, dict) or value.get("resourceType") != "Patient":
        return Sent.FAILED
    if (found := value.get("id")) != patient:
        message = f"is the patient {shown(found)}, and context.patientId names {shown(patient)}"
        raise FhirError([Problem(f"prefetch.{PATIENT}.id", message, "send the resources of the patient of the context")])
    return Sent.WHOLE


def _state(value: object) -> Sent:
    """Return how much of a search a value is. An error page, or anything that is no Bundle, is a search that failed."""
    if value is None:
        return Sent.NULL
    if not isinstance(value, dict) or value.get("resourceType") != "Bundle":
        return Sent.FAILED
    held = value.get("entry")
    entries = _objects(value, "entry")
    outcomes = [one["resource"] for one in entries if _is_outcome(one)]
    failed = any(map(_has_failed, outcomes))
    if held in (None, []) or (isinstance(held, list) and len(held) == len(outcomes)):
        nothing = Sent.FAILED if failed else Sent.EMPTY
    else:
        nothing = None
    follows = any(one.get("relation") == "next" for one in _objects(value, "link"))
    total = value.get("total")
    fewer = type(total) is int and total > sum(not _is_outcome(one) and _is_match(one) for one in entries)
    if nothing is Sent.FAILED or not (failed or follows or fewer):
        return nothing or Sent.WHOLE
    return Sent.INCOMPLETE


def _objects(data: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the objects of a list; reading names those that are none."""
    found = data.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _is_match(entry: Mapping[str, Any]) -> bool:
    """Return whether an entry counts in a search's total: what is only included does not."""
    search = entry.get("search")
    return not (isinstance(search, dict) and search.get("mode") == "include")


def _is_outcome(entry: Mapping[str, Any]) -> bool:
    resource = entry.get("resource")
    return isinstance(resource, dict) and resource.get("resourceType") == "OperationOutcome"


def _has_failed(outcome: Mapping[str, Any]) -> bool:
    issues = _objects(outcome, "issue")
    return not issues or any(one.get("severity") not in {"information", "warning"} for one in issues)


def _in_words(state: Sent, why: str) -> str:
    return f"{state.words} ({why})" if why else state.words


def record_words(states: Mapping[str, Sent], why: Mapping[str, str] | None = None) -> list[str]:
    """Return what a card says of the record: what is not all there, `why`, and what was searched without finding anything.

    Nothing of the patient: that one is named by the context.
    """
    searches = {key: state for key, state in states.items() if key != PATIENT}
    said = why or {}
    partial = [
        f"{_SEARCHES[key]} {_in_words(state, said.get(key, ''))}" for key, state in searches.items() if state in _PARTIAL
    ]
    nothing = [f"{_SEARCHES[key]} ({state.words})" for key, state in searches.items() if state in {Sent.NULL, Sent.EMPTY}]
    missing = [f"**Incomplete record:** {enumerated(partial)}. What is not there is unknown, never no."] if partial else []
    return [*missing, *([f"**Searched, nothing found:** {enumerated(nothing)}."] if nothing else [])]
