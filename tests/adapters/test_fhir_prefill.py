"""The form of all facts, filled in by an independent populator from the record: what the reader takes for certain."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from typing import Any, Final

import pytest

from fhir_material import (
    CM0,
    CM1,
    CN0,
    CN1,
    FORM,
    HEAD,
    HISTOLOGY,
    ICDO,
    INSULINOMA,
    LOINC,
    OTHER,
    PN0,
    Code,
    Resource,
    answered,
    bundle,
    concept,
    condition,
    observation,
    status,
)
from form_walks import OWN, PUMP, Written, answer_of, items
from outside_engines import Engines
from pnet_pathways.adapters.fhir import ConflictingRecords, case_from_bundle
from pnet_pathways.adapters.fhir.codes import code_map
from project import ROOT

FOLDER: Final = ROOT / "examples" / "fhir"

CANNOT_REFUSE: Final[dict[str, dict[str, object]]] = {
    "conflicting": {"spread.other": False},
    "two-patients": {"tumor_type": "insulinoma"},
}
"""The bundles that the reader refuses, with what a populator fills in: it sees no conflict as one, and asks for one patient.

Of records that contradict each other on a fact it fills in nothing.
"""

SAMPLES: Final = 250


def populated(engines: Engines, bundles: list[Resource], written: Written = OWN) -> list[dict[str, object]]:
    """Return what the populator fills in for each bundle, by fact; it reports no trouble."""
    found = []
    for one in engines.run("populate.mjs", {"form": written.forms["facts"], "bundles": bundles}):
        assert one["issues"] == []
        answers = {item["linkId"]: item["answer"] for item in items(one["response"] or {}) if "answer" in item}
        assert all(len(answer) == 1 for answer in answers.values())
        found.append({fact: answer_of(fact, answer[0]) for fact, answer in answers.items()})
    return found


def certain(sent: Mapping[str, Any], written: Written = OWN) -> dict[str, object] | None:
    """Return what the reader takes for certain; `None` where records contradict each other."""
    try:
        return {name: found.value for name, found in case_from_bundle(sent, written.definitions).facts.items()}
    except ConflictingRecords:
        return None


def example(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def test_the_examples_are_filled_in_as_the_reader_reads_them(engines: Engines) -> None:
    """Every certain fact of every bundle that is read, and nothing else: no fact is left out here."""
    names = sorted(path.stem for path in FOLDER.glob("*.json") if ".expected" not in path.name)
    read = [name for name in names if name not in CANNOT_REFUSE]
    assert len(read) == len(names) - 2 == 14
    filled = dict(zip(read, populated(engines, [example(name) for name in read]), strict=True))
    assert filled == {name: certain(example(name)) for name in read}
    assert sum(map(len, filled.values())) == 38


def test_what_the_reader_refuses_a_populator_cannot(engines: Engines) -> None:
    names = list(CANNOT_REFUSE)
    assert dict(zip(names, populated(engines, [example(name) for name in names]), strict=True)) == CANNOT_REFUSE


NOT_SAID: Final[dict[str, tuple[tuple[Resource, ...], dict[str, object]]]] = {
    "the newest of several answers to one question": (
        (
            answered("a", {"course": "new", "size": "small"}, "2025"),
            answered("b", {"course": "stable", "size": "small"}, "2026-01"),
        ),
        {"course": "stable"},
    ),
    "an answer beside one to a form of a pathway": (
        (
            answered("a", {"size": "small"}, "2025"),
            answered("b", {}, "2026-01", questionnaire=f"{FORM}/Questionnaire/vipoma"),
        ),
        {"size": "small"},
    ),
    "a stage that is newer by less than a day": (
        (
            condition("t", INSULINOMA),
            observation("m", (LOINC, "21907-1"), CM1, date="2026-01-15"),
            observation("n", (LOINC, "21907-1"), CM0, date="2026-01-16"),
        ),
        {"spread.liver": False, "spread.other": False},
    ),
    "a pathologic stage against a clinical one of the same day": (
        (
            condition("t", INSULINOMA),
            observation("m", (LOINC, "21906-3"), CN1, date="2026-01-15"),
            observation("n", (LOINC, "21906-3"), PN0, date="2026-01-15"),
        ),
        {"spread.lymph_nodes": False},
    ),
    "a stage of a tumor that it names by its full address": (
        (
            condition("t", INSULINOMA),
            {
                **observation("n", (LOINC, "21906-3"), CN0),
                "focus": [{"reference": "https://ehr.example.org/fhir/Condition/t"}],
            },
        ),
        {"spread.lymph_nodes": False},
    ),
}
"""What FHIRPath cannot say as exactly as the reader, with the facts that stay unknown for it."""


@pytest.mark.parametrize("why", NOT_SAID)
def test_what_cannot_be_said_exactly_stays_unknown(engines: Engines, why: str) -> None:
    resources, unknown = NOT_SAID[why]
    sent = bundle(*resources)
    for entry in sent["entry"]:
        entry["fullUrl"] = f"https://ehr.example.org/fhir/{entry['resource']['resourceType']}/{entry['resource']['id']}"
    facts = certain(sent)
    assert facts is not None
    assert unknown.items() <= facts.items()
    assert populated(engines, [sent]) == [{name: value for name, value in facts.items() if name not in unknown}]


# Every row, and any records

CODES: Final = code_map(OWN.definitions)
BY_AXIS: Final[dict[str, list[Code]]] = {}
for _system, _rows in CODES.rows.items():
    for _code, _row in _rows.items():
        BY_AXIS.setdefault(_row.axis, []).append((_system, _code))
for _system, _stem in CODES.stems:
    BY_AXIS["morphology"] += [(_system, f"{_stem}/{digit}") for digit in "36"]


def test_every_code_says_the_same_to_both(engines: Engines) -> None:
    """In a Condition, a morphology as histology and as what an Observation says too, a place with and without spread."""
    sent = []
    for axis, codes in BY_AXIS.items():
        for code in codes:
            if axis == "topography":
                sent += [bundle(condition("c", one, site=code)) for one in (INSULINOMA, (ICDO, "8151/6"))]
            elif axis in {"stage", "trend"}:
                question = (LOINC, "21907-1" if axis == "stage" else "97509-4")
                sent.append(bundle(condition("t", INSULINOMA), observation("o", question, code)))
            elif axis == "morphology":
                sent.append(bundle(condition("c", code, site=HEAD)))
                sent.append(bundle(condition("c", (LOINC, "0"), histology=concept(code, version="3.2"))))
                sent.append(bundle(observation("o", (LOINC, "31206-6"), code)))
            else:
                sent.append(bundle(condition("c", code)))
    expected = [certain(one) for one in sent]
    assert populated(engines, sent) == expected
    assert sum(1 for one in expected if one) > 150


def any_condition(draw: random.Random, name: str) -> Resource:
    """Return a Condition of mostly the same type, so that not all records contradict each other."""
    own = [[INSULINOMA], [INSULINOMA], [(ICDO, "8151/3")], [(ICDO, "8151/6")], [(ICDO, "8151/9")], [OTHER]]
    pool = draw.choice([*own, *(BY_AXIS[axis] for axis in ("disorder", "secondary", "finding", "morphology", "history"))])
    made = condition(name, *(draw.choice(pool) for _ in range(draw.choice([1, 1, 1, 2]))))
    if draw.random() < 0.4:
        made["bodySite"] = [concept(draw.choice(BY_AXIS["topography"])) for _ in range(draw.choice([1, 1, 2]))]
    if draw.random() < 0.25:
        version = {"version": "3.2"} if draw.random() < 0.5 else {}
        histology = concept(draw.choice([*BY_AXIS["morphology"], *[(ICDO, "8151/3")] * 20]), **version)
        made["extension"] = [{"url": HISTOLOGY, "valueCodeableConcept": histology}]
    if draw.random() < 0.7:
        made["clinicalStatus"] = status(draw.choice(["active"] * 6 + ["recurrence", "relapse", "remission", "resolved", "odd"]))
    if draw.random() < 0.5:
        code = draw.choice(["confirmed"] * 5 + ["provisional", "refuted", "entered-in-error"])
        made["verificationStatus"] = status(code, "ver-status")
    for key, value in (("abatementDateTime", "2026"), ("modifierExtension", [{"url": "x"}]), ("implicitRules", "x")):
        if draw.random() < 0.06:
            made[key] = value
    return made


def any_observation(draw: random.Random, name: str) -> Resource:
    question, values = draw.choice(
        [
            ((LOINC, "21907-1"), [CM0, CM0, CM1]),
            ((LOINC, "21906-3"), [CN0, CN1, PN0]),
            ((LOINC, "31206-6"), [INSULINOMA, *[(ICDO, "8151/3")] * 60, *BY_AXIS["morphology"]]),
            ((LOINC, "97509-4"), BY_AXIS["trend"]),
            ((LOINC, "718-7"), [OTHER]),
        ]
    )
    dates = ["", "2025", "2026-01", "2026-01-15", "2026-01-16", "2026-02-01T10:00:00Z"]
    focus = draw.choice(["", "", "r0", "r1", "nowhere"])
    made = observation(name, question, draw.choice(values), date=draw.choice(dates), focus=focus)
    if draw.random() < 0.2:
        made["status"] = draw.choice(["preliminary", "amended", "entered-in-error"])
    if draw.random() < 0.2:
        made["bodySite"] = concept(HEAD)
    if draw.random() < 0.2:
        made["component"] = [{"code": made["code"], "valueCodeableConcept": made.pop("valueCodeableConcept")}]
        made["code"] = concept(OTHER)
    return made


def any_form(draw: random.Random, name: str) -> Resource:
    values: dict[str, list[Any]] = {
        "spread.liver": [True, False],
        "course": ["new", "recurrent"],
        "primary_removed": [True, False],
        "size": ["small"],
        "sites.head": [True, False],
    }
    keys = draw.sample(sorted(values), draw.randint(1, 3))
    state = {"status": "in-progress"} if draw.random() < 0.1 else {}
    return answered(name, {key: draw.choice(values[key]) for key in keys}, draw.choice(["2025", "2026-01"]), **state)


def any_bundle(draw: random.Random) -> Resource:
    makers = [any_condition] * 5 + [any_observation] * 3 + [any_form]
    return bundle(*(draw.choice(makers)(draw, f"r{number}") for number in range(draw.randint(1, 4))))


def replaces(sent: Resource) -> bool:
    """Whether a record of a bundle can have taken the place of another: two stages, or two answered forms."""
    kinds = [entry["resource"]["resourceType"] for entry in sent["entry"]]
    return kinds.count("QuestionnaireResponse") > 1 or kinds.count("Observation") > 1


def test_any_records_are_filled_in_as_they_are_read(engines: Engines) -> None:
    """Never a value that the reader does not take for certain; the same ones, but where one record can replace another."""
    draw = random.Random(12)  # noqa: S311 - no secret, the same bundles every time
    sent = [any_bundle(draw) for _ in range(SAMPLES)]
    equal = 0
    for one, filled in zip(sent, populated(engines, sent), strict=True):
        facts = certain(one)
        if facts is None:
            continue
        assert filled.items() <= facts.items(), one
        assert filled == facts or replaces(one), one
        equal += filled == facts
    refused = sum(certain(one) is None for one in sent)
    assert equal + refused > 0.97 * SAMPLES
    assert equal > 0.7 * SAMPLES


def test_without_a_code_map_only_forms_that_were_answered_before_are_read(engines: Engines) -> None:
    form = answered("q", {"flow": "reduced", "vibration": True})
    form["questionnaire"] = PUMP.forms["facts"]["url"]
    sent = bundle(condition("c", INSULINOMA), form)
    assert certain(sent, PUMP) == {"flow": "reduced", "vibration": True}
    assert populated(engines, [sent], PUMP) == [certain(sent, PUMP)]
    queries = [
        one["valueExpression"]["expression"] for one in PUMP.forms["facts"]["extension"] if one["url"].endswith("/variable")
    ]
    assert [query for query in queries if "?" in query] == ["QuestionnaireResponse?patient={{%patient.id}}"]
