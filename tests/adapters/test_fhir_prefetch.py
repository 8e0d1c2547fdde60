"""What was sent of what was asked for: missing, null, empty, failed, incomplete and whole mean six different things."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_material import INSULINOMA, condition
from pnet_pathways.adapters.fhir import FhirError, case_from_bundle
from pnet_pathways.adapters.fhir.codes import code_map
from pnet_pathways.adapters.fhir.prefetch import Prefetched, Sent, expanded, prefetched, record_words, templates
from pnet_pathways.adapters.fhir.publication import Publication
from pnet_pathways.model.pathway import Definitions

ASKED = {"patient": "", "conditions": "", "observations": "", "forms": ""}
TUMOR = {"resource": condition("c", INSULINOMA)}
FAILED = {"resource": {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}}
WARNED = {"resource": {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "informational"}]}}


def search(*entries: Any, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "searchset", "entry": list(entries), **more}


def sent(**prefetch: Any) -> Prefetched:
    return prefetched(prefetch, "p", ASKED)


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (None, Sent.NULL),
        (search(), Sent.EMPTY),
        ({"resourceType": "Bundle", "type": "searchset", "total": 0}, Sent.EMPTY),
        (search(WARNED, total=0), Sent.EMPTY),
        (FAILED["resource"], Sent.FAILED),
        (search(FAILED), Sent.FAILED),
        ("<html>Bad gateway</html>", Sent.FAILED),
        ({"error": "no"}, Sent.FAILED),
        (condition("c", INSULINOMA), Sent.FAILED),
        ([TUMOR], Sent.FAILED),
        (search(TUMOR, link=[{"relation": "next", "url": "https://ehr.example.org/2"}]), Sent.INCOMPLETE),
        (search(TUMOR, FAILED), Sent.INCOMPLETE),
        (search(TUMOR, total=2), Sent.INCOMPLETE),
        (search(total=2), Sent.INCOMPLETE),
        (search(TUMOR), Sent.WHOLE),
        (search(TUMOR, WARNED, total=1), Sent.WHOLE),
        (search(TUMOR, total=1, link=[{"relation": "self", "url": "https://ehr.example.org/1"}]), Sent.WHOLE),
        (search(TUMOR, {**TUMOR, "search": {"mode": "include"}}, total=1), Sent.WHOLE),
        (search(TUMOR, total=True), Sent.WHOLE),
    ],
)
def test_a_value_says_how_much_of_a_search_was_sent(value: object, state: Sent) -> None:
    assert sent(conditions=value).states["conditions"] is state


def test_a_key_that_is_left_out_was_not_fetched() -> None:
    assert set(sent().states.values()) == {Sent.MISSING}


def test_what_is_no_list_of_entries_is_left_to_the_reader() -> None:
    found = sent(conditions=search() | {"entry": "none"})
    assert found.states["conditions"] is Sent.WHOLE
    with pytest.raises(FhirError) as caught:
        case_from_bundle(found.resources)
    assert found.in_call(caught.value).problems[0].where == "prefetch.conditions.entry"


def test_only_the_id_of_the_patient_is_read() -> None:
    named = {"resourceType": "Patient", "id": "p", "name": [{"family": "Doe"}], "birthDate": "1950-01-01"}
    found = sent(patient=named, conditions=search(TUMOR))
    assert found.resources["resources"][0] == {"resourceType": "Patient", "id": "p"}
    assert found.states["patient"] is Sent.WHOLE


def test_the_patient_must_be_the_one_of_the_context() -> None:
    with pytest.raises(FhirError, match=r"prefetch\.patient\.id: is the patient 'q', and context\.patientId names 'p'"):
        sent(patient={"resourceType": "Patient", "id": "q"})


def test_resources_of_another_patient_are_left_out() -> None:
    other = {"resource": condition("c", INSULINOMA, subject={"reference": "Patient/q"})}
    reading = case_from_bundle(sent(conditions=search(other)).resources)
    assert reading.case.to_dict() == {}


def test_the_card_says_of_each_search_what_it_was() -> None:
    states = {"patient": Sent.MISSING, "conditions": Sent.INCOMPLETE, "observations": Sent.FAILED, "forms": Sent.MISSING}
    assert record_words(states) == [
        "**Incomplete record:** conditions were sent in part, observations could not be searched and answered forms were not "
        "sent. What is not there is unknown, never no."
    ]
    states = {"conditions": Sent.WHOLE, "observations": Sent.NULL, "forms": Sent.EMPTY}
    assert record_words(states) == ["**Searched, nothing found:** observations (null) and answered forms (an empty result)."]
    assert record_words(dict.fromkeys(ASKED, Sent.WHOLE)) == []


def test_the_card_says_why_a_search_of_the_service_is_not_whole() -> None:
    states = {"conditions": Sent.INCOMPLETE, "observations": Sent.FAILED, "forms": Sent.WHOLE}
    assert record_words(states, {"conditions": "a page failed", "observations": "refused", "forms": ""}) == [
        "**Incomplete record:** conditions were sent in part (a page failed) and observations could not be searched (refused). "
        "What is not there is unknown, never no."
    ]


def test_templates_are_expanded_and_escaped() -> None:
    patient = "{{context.patientId}}"
    assert expanded(f"Patient/{patient}", "p/../q?x") == "Patient/p%2F..%2Fq%3Fx"
    codes = "http://loinc.org|21907-1,http://loinc.org|21906-3"
    assert expanded(f"Observation?patient={patient}&code={codes}", "p&code=x") == (
        "Observation?patient=p%26code%3Dx&code=http%3A%2F%2Floinc.org%7C21907-1%2Chttp%3A%2F%2Floinc.org%7C21906-3"
    )


def test_templates_ask_for_the_codes_that_the_map_holds_and_for_the_published_form(definitions: Definitions) -> None:
    found = templates(Publication(definitions, "https://pnet.example.org"))
    assert list(found) == list(ASKED)
    rows = code_map(definitions).rows
    codes = {f"{system}|{code}" for system in rows for code, row in rows[system].items() if row.axis == "observation"}
    assert set(found["observations"].partition("&code=")[2].split(",")) == codes
    assert found["forms"].endswith("&questionnaire=https://pnet.example.org/Questionnaire/facts")
    assert all("{{context.patientId}}" in one for one in found.values())
