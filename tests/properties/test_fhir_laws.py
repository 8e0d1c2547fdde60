"""Laws of reading FHIR: order means nothing, less says less, foreign records change nothing, and junk is our own error."""

from __future__ import annotations

import contextlib
import copy
import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fhir_material import (
    CM0,
    CM1,
    CN0,
    CN1,
    DIARRHEA,
    ENDOCRINE,
    HEAD,
    ICD,
    ICDO,
    INSULINOMA,
    LIVER,
    LOINC,
    LOW_SUGAR,
    NODES_ICD,
    OTHER,
    PATIENT,
    PN0,
    SCT,
    VIPOMA,
    M,
    N,
    answered,
    bundle,
    concept,
    condition,
    facts,
    observation,
    procedure,
    status,
)
from pnet_pathways import PnetPathwaysError, recommend
from pnet_pathways.adapters.fhir import ConflictingRecords, Reading, case_from_bundle

TAIL, LIVER_PLACE, DUODENUM, BREAST = (SCT, "73239005"), (SCT, "10200004"), (SCT, "38848004"), (SCT, "254837009")
HISTOLOGY = (LOINC, "31206-6")
DATES = ["", "2025", "2026-01", "2026-01-15", "2026-01-15T10:00:00Z"]
# The same type mostly, so that not every bundle is a conflict.
TYPES = [INSULINOMA] * 5 + [
    ENDOCRINE,
    (ICD, "C25.0"),
    (ICD, "D13.7"),
    (ICDO, "8151/3"),
    (ICDO, "8151/6"),
    (ICDO, "8500/3"),
    VIPOMA,
]
CODES = [*TYPES, LIVER, NODES_ICD, (ICD, "C79.9"), (SCT, "128462008"), DIARRHEA, LOW_SUGAR, OTHER, BREAST]

clinical = st.sampled_from([None, None, "active", "active", "recurrence", "remission", "resolved", "odd"])
verification = st.sampled_from([None, None, "confirmed", "confirmed", "provisional", "refuted", "entered-in-error"])


@st.composite
def conditions(draw: st.DrawFn, name: str) -> dict[str, Any]:
    made = condition(name, *draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=2)))
    if site := draw(st.sampled_from([None, None, HEAD, TAIL, LIVER_PLACE, DUODENUM])):
        made["bodySite"] = [concept(site)]
    if code := draw(clinical):
        made["clinicalStatus"] = status(code)
    if code := draw(verification):
        made["verificationStatus"] = status(code, "ver-status")
    return made


@st.composite
def observations(draw: st.DrawFn, name: str) -> dict[str, Any]:
    code, values = draw(
        st.sampled_from([(M, [CM0, CM1]), (N, [CN0, CN1, PN0]), (HISTOLOGY, [(ICDO, "8151/3")]), ((LOINC, "718-7"), [OTHER])])
    )
    focus = draw(st.sampled_from(["", "", "r0", "r1", "nowhere"]))
    return observation(name, code, draw(st.sampled_from(values)), date=draw(st.sampled_from(DATES)), focus=focus)


@st.composite
def forms(draw: st.DrawFn, name: str) -> dict[str, Any]:
    answers: dict[str, list[Any]] = {
        "spread.liver": [True, False],
        "course": ["new", "recurrent"],
        "primary_removed": [True, False],
        "size": ["small"],
    }
    keys = draw(st.lists(st.sampled_from(sorted(answers)), unique=True))
    chosen = {key: draw(st.sampled_from(answers[key])) for key in keys}
    return answered(name, chosen, draw(st.sampled_from(["2025", "2026-01"])))


def any_resource(name: str) -> st.SearchStrategy[dict[str, Any]]:
    others = st.sampled_from([procedure(name, (SCT, "33149006")), {"resourceType": "Encounter", "id": name}])
    return conditions(name) | conditions(name) | observations(name) | forms(name) | others


resources = (
    st.integers(1, 6).flatmap(lambda count: st.tuples(*(any_resource(f"r{number}") for number in range(count)))).map(list)
)


def outcome(sent: list[dict[str, Any]]) -> Any:
    """Return the reading as plain data, or the error."""
    try:
        return case_from_bundle(bundle(*sent)).to_dict()
    except PnetPathwaysError as error:
        return type(error), str(error)


def reading_of(sent: list[dict[str, Any]]) -> Reading | None:
    """Return the reading, `None` where records contradict each other."""
    try:
        return case_from_bundle(bundle(*sent))
    except ConflictingRecords:
        return None


@given(resources, st.randoms())
@settings(max_examples=150)
def test_the_order_of_the_entries_does_not_matter(sent: list[dict[str, Any]], random: Any) -> None:
    shuffled = [*sent]
    random.shuffle(shuffled)
    assert outcome(shuffled) == outcome(sent)


def certain(reading: Reading) -> set[tuple[str, int, tuple[str, ...]]]:
    return {
        (one.statement, one.item, one.treatments) for one in recommend(reading.case).options if one.certainty.value == "certain"
    }


@given(resources, st.data())
@settings(max_examples=150)
def test_a_resource_that_is_not_there_never_adds_a_certain_fact_or_option(
    sent: list[dict[str, Any]], data: st.DataObject
) -> None:
    """Except where it contradicted another, or took its place as the newer one."""
    whole = reading_of(sent)
    assume(whole is not None)
    assert whole is not None
    assume(all(one.reason.value != "superseded" for one in whole.unmapped))
    dropped = data.draw(st.sets(st.integers(0, len(sent) - 1), min_size=1))
    less = reading_of([one for number, one in enumerate(sent) if number not in dropped])
    assert less is not None
    assert facts(less).items() <= facts(whole).items()
    # A type out of scope takes every option away: what is known without it may list some.
    if recommend(whole.case).status.value != "out_of_scope":
        assert certain(less) <= certain(whole)


FOREIGN = [
    condition("f0", OTHER, clinicalStatus=status("recurrence"), site=HEAD),
    condition("f1", BREAST, histology=concept((ICDO, "8522/3"))),
    observation("f2", M, CM0, focus="f1"),
    observation("f3", HISTOLOGY, (ICDO, "8522/3"), focus="f1"),
    observation("f4", (LOINC, "718-7"), valueQuantity={"value": 13, "unit": "g/dL"}),
    procedure("f5", (SCT, "80146002")),
    {"resourceType": "Encounter", "id": "f6", "subject": {"reference": "Patient/p"}},
    {"resourceType": "FamilyMemberHistory", "id": "f7", "condition": [{"code": concept(VIPOMA)}]},
    {"resourceType": "BodyStructure", "id": "f8", "location": concept((SCT, "80248007")), "morphology": {"text": "tumor"}},
    condition("f9", VIPOMA, subject={"reference": "Patient/somebody-else"}),
    condition("f10", code={"text": "VIPoma"}),
    {"resourceType": "OperationOutcome", "id": "f11", "issue": [{"severity": "error", "code": "timeout"}]},
]


@given(resources, st.lists(st.sampled_from(FOREIGN), min_size=1, unique_by=lambda one: one["id"]))
@settings(max_examples=150)
def test_foreign_resources_change_nothing_but_what_became_no_fact(
    sent: list[dict[str, Any]], foreign: list[dict[str, Any]]
) -> None:
    before, after = outcome(sent), outcome([*sent, *foreign])
    if isinstance(before, tuple):
        assert after == before
        return
    assert {key: after[key] for key in ("case", "facts", "suggested")} == {
        key: before[key] for key in ("case", "facts", "suggested")
    }
    added = [one for one in after["unmapped"] if one not in before["unmapped"]]
    assert len(added) == len(after["unmapped"]) - len(before["unmapped"])
    assert {one["resource"].split("/")[1] for one in added} == {one["id"] for one in foreign}


@given(resources)
@settings(max_examples=100)
def test_every_fact_has_a_source_in_what_was_sent(sent: list[dict[str, Any]]) -> None:
    reading = reading_of(sent)
    if reading is None:
        return
    named = {f"{one['resourceType']}/{one['id']}": one for one in sent}
    for found in reading.facts.values():
        for source in found.sources:
            at: Any = named[source.resource]
            for step in source.path.replace("[", ".").replace("]", "").split("."):
                at = at[int(step)] if step.isdigit() else at[step]
            assert source.path == "clinicalStatus" or not source.code or at.get("code", source.code) == source.code


# Junk

values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["Patient", "2026", "final", "8151/3"])
)
keys = st.sampled_from(
    ["resourceType", "id", "code", "coding", "system", "entry", "resource", "meta", "subject", "item"]
) | st.text(max_size=4)
junk = st.recursive(values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=12)


def only_our_own_errors(data: Any) -> None:
    with contextlib.suppress(PnetPathwaysError):
        json.dumps(case_from_bundle(data).to_dict())


def places(data: Any) -> list[tuple[Any, Any]]:
    """Return every place in data: what holds it, and its key or number there."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [place for key, value in inner for place in [(data, key), *places(value)]]


FULL = bundle(
    condition(
        "c",
        INSULINOMA,
        site=HEAD,
        histology=concept((ICDO, "8151/3"), version="3.2"),
        clinicalStatus=status("active"),
        verificationStatus=status("confirmed", "ver-status"),
        abatementBoolean=False,
        meta={"versionId": "2", "lastUpdated": "2026-01-01T00:00:00Z"},
    ),
    condition("c", INSULINOMA, meta={"versionId": "1", "lastUpdated": "2025-01-01T00:00:00Z"}),
    observation("m", M, CM0, date="2026-01", focus="c"),
    observation("n", N, CN0, effectivePeriod={"start": "2026", "end": "2026-02"}),
    observation("o", HISTOLOGY, component=[{"code": concept(HISTOLOGY), "valueCodeableConcept": concept((ICDO, "8151/3"))}]),
    observation("s", (LOINC, "21889-1"), valueQuantity={"value": 2, "unit": "cm", "comparator": "<"}),
    observation("h", (SCT, "1287652008"), valueBoolean=False),
    procedure("p", (SCT, "33149006")),
    {"resourceType": "MedicationRequest", "id": "d", "medicationCodeableConcept": concept(OTHER, text="a drug")},
    {
        "resourceType": "BodyStructure",
        "id": "b",
        "active": True,
        "location": concept(HEAD),
        "morphology": concept((ICDO, "8151/3")),
        "extension": [{"url": "x/mcode-related-condition", "valueReference": {"reference": "Condition/c"}}],
    },
    answered("q", {"course": "new", "resectable": True}),
    {"resourceType": "OperationOutcome", "id": "x", "issue": [{"severity": "error", "details": {"text": "failed"}}]},
    {
        "resourceType": "Bundle",
        "id": "i",
        "link": [{"relation": "next", "url": "u"}],
        "entry": [{"resource": {**PATIENT, "id": "p"}}],
    },
    link=[{"relation": "self", "url": "u"}],
)
# The inner Bundle holds the patient again: once is enough.
FULL["entry"][-1]["resource"]["entry"] = []


def test_the_full_bundle_is_read() -> None:
    reading = case_from_bundle(FULL)
    assert len(reading.facts) == 7
    assert len(places(FULL)) > 200


@given(st.integers(0, len(places(FULL)) - 1), junk)
@settings(max_examples=1500)
def test_junk_in_any_place_of_a_good_bundle_is_met_with_our_own_error(number: int, value: Any) -> None:
    sent = copy.deepcopy(FULL)
    holder, key = places(sent)[number]
    holder[key] = value
    only_our_own_errors(sent)


@pytest.mark.parametrize("number", range(len(places(FULL))))
def test_whatever_is_left_out_of_a_good_bundle_adds_nothing(number: int) -> None:
    sent = copy.deepcopy(FULL)
    holder, key = places(sent)[number]
    del holder[key]
    with contextlib.suppress(PnetPathwaysError):
        assert facts(case_from_bundle(sent)).items() <= facts(case_from_bundle(FULL)).items()
