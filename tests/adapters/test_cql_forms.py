"""Which forms the Libraries read, and what of them: the newest answered form of all facts, strictly, and nothing else."""

from __future__ import annotations

import copy
from typing import Any

from cql_material import bundle, compared, elm_of, engine, expected, in_short, random_cases, record
from outside_engines import Engines
from pnet_pathways.model.pathway import Definitions

BASE = "https://hospital.example.net/fhir"
HEAD = {"linkId": "sites.head", "answer": [{"valueBoolean": True}]}


def coded(fact: str, value: str, system: str = f"{BASE}/CodeSystem/facts") -> dict[str, Any]:
    """An answer that is a code."""
    return {"linkId": fact, "answer": [{"valueCoding": {"system": system, "code": f"{fact}.{value}"}}]}


def form(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An answered form of all facts."""
    head = {"resourceType": "QuestionnaireResponse", "id": "form", "questionnaire": f"{BASE}/Questionnaire/facts|1.0.0"}
    return {**head, "status": "completed", "subject": {"reference": "Patient/1"}, "item": list(items), **more}


LARGE = coded("size", "large")
SMALL = coded("size", "small")
FORMS: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "nothing": ([], {}),
    "a code and a yes": ([form(LARGE, HEAD)], {"size": "size.large", "sites.head": True}),
    "in groups": ([form({"linkId": "sites", "item": [HEAD]})], {"sites.head": True}),
    "in groups of groups": ([form({"linkId": "a", "item": [{"linkId": "sites", "item": [HEAD]}]})], {"sites.head": True}),
    "no items": ([{key: value for key, value in form().items() if key != "item"}], {}),
    "a no": ([form({"linkId": "resectable", "answer": [{"valueBoolean": False}]})], {"resectable": False}),
    "amended": ([form(LARGE, status="amended")], {"size": "size.large"}),
    "in progress": ([form(LARGE, status="in-progress")], {}),
    "in error": ([form(LARGE, status="entered-in-error")], {}),
    "without version": ([form(LARGE, questionnaire=f"{BASE}/Questionnaire/facts")], {"size": "size.large"}),
    "another form": ([form(LARGE, questionnaire=f"{BASE}/Questionnaire/insulinoma")], {}),
    "no form named": ([{key: value for key, value in form(LARGE).items() if key != "questionnaire"}], {}),
    "a code of another system": ([form(coded("size", "large", "http://elsewhere.example.org/CodeSystem/facts"))], {}),
    "no such code": ([form(coded("size", "huge"))], {}),
    "a code of another question": ([form({**LARGE, "linkId": "course"})], {}),
    "a yes where a code belongs": ([form({"linkId": "size", "answer": [{"valueBoolean": True}]})], {}),
    "a code where a yes belongs": ([form(coded("sites.head", "yes"))], {}),
    "two answers": ([form({"linkId": "size", "answer": [*LARGE["answer"], *SMALL["answer"]]})], {}),
    "the newer one": (
        [form(SMALL, authored="2026-01-02"), form(LARGE, id="old", authored="2025-12-31T23:00:00Z")],
        {"size": "size.small"},
    ),
    "the newer one leaves it out": (
        [form(HEAD, authored="2026-02-02"), form(LARGE, id="old", authored="2026-02-01")],
        {"sites.head": True},
    ),
    "a newer one that is not answered": (
        [form(SMALL, authored="2026-01-02"), form(LARGE, id="open", authored="2026-01-03", status="in-progress")],
        {"size": "size.small"},
    ),
    "two of one day that agree": (
        [form(SMALL, authored="2026-01-02"), form(SMALL, HEAD, id="also", authored="2026-01-02")],
        {"size": "size.small", "sites.head": True},
    ),
}


def run(engines: Engines, definitions: Definitions, records: list[list[dict[str, Any]]], *expressions: str) -> list[list[Any]]:
    """What a Library says of some records."""
    bundles = [record(number, copy.deepcopy(forms)) for number, forms in enumerate(records)]
    asked = {"library": "PnetInsulinoma", "expressions": list(expressions), "parameters": {}, "bundles": bundles}
    (values,) = engines.run("run_cql.mjs", {"libraries": [elm_of(definitions)["PnetInsulinoma"]], "runs": [asked]})
    return list(values)


def test_what_is_given_is_what_the_newest_answered_form_says(engines: Engines, definitions: Definitions) -> None:
    facts = list(definitions.vocabulary.facts)
    asked = [f"given {fact}" for fact in facts]
    found = run(engines, definitions, [forms for forms, _ in FORMS.values()], "contradictory", *asked)
    for (name, (_, facts_said)), (contradictory, *values) in zip(FORMS.items(), found, strict=True):
        given = {fact: value for fact, value in zip(facts, values, strict=True) if value is not None}
        assert (contradictory, given) == (False, facts_said), name


CONTRADICTORY = {
    "one day, two answers": [form(SMALL, authored="2026-01-02"), form(LARGE, id="also", authored="2026-01-02")],
    "no day, two answers": [form(SMALL, authored="2026-01-02"), form(LARGE, id="also")],
    "one question twice": [form(SMALL, LARGE)],
    "a site and no tumor": [form(HEAD, coded("pancreatic_tumors", "none"))],
}


def test_of_a_contradiction_nothing_is_listed(engines: Engines, definitions: Definitions) -> None:
    names = ("contradictory", "answer", "INS-5.1", "INS-5.1 certain", "INS-5.1 possible", "gap primary silent", "missing")
    for name, values in zip(CONTRADICTORY, run(engines, definitions, list(CONTRADICTORY.values()), *names), strict=True):
        contradictory, answer, option, certain, possible, gap, missing = values
        assert contradictory is True, name
        assert answer["certain"] == answer["possible"] == answer["gaps_certain"] == answer["gaps_possible"] == missing == [], (
            name
        )
        assert (option, certain, possible, gap) == (False, False, False, False), name


def test_each_option_and_gap_is_a_definition_of_its_own(engines: Engines, definitions: Definitions) -> None:
    insulinoma, unresectable = coded("tumor_type", "insulinoma"), {"linkId": "resectable", "answer": [{"valueBoolean": False}]}
    spread = {"linkId": "spread.liver", "answer": [{"valueBoolean": True}]}
    apart = {"linkId": "spread_resectable", "answer": [{"valueBoolean": False}]}
    records = [[], [form(insulinoma, unresectable, coded("pancreatic_tumors", "several"))], [form(insulinoma, spread, apart)]]
    names = ("INS-5.1", "INS-5.1 certain", "INS-5.1 possible", "INS-5.1 track", "INS-4.1", "unknown readings", "missing")
    unknown, primary, elsewhere = run(engines, definitions, records, *names)
    assert unknown[:4] == [None, False, True, "primary"]
    assert primary[:6] == [True, True, False, "primary", False, []]
    assert elsewhere[:4] == [True, True, False, "spread"]
    assert unknown[-1][0] == "tumor_type"
    assert "resectable" not in primary[-1]


def test_a_reading_that_there_is_not_is_named(engines: Engines, definitions: Definitions) -> None:
    asked = {
        "library": "PnetInsulinoma",
        "expressions": ["unknown readings"],
        "parameters": {"R-1": "literally", "R-2": "on_its_own"},
        "bundles": [record(1, [])],
    }
    done = engines.run("run_cql.mjs", {"libraries": [elm_of(definitions)["PnetInsulinoma"]], "runs": [asked]})
    assert done == [[[["R-1=literally"]]]]


def test_a_broken_clause_is_caught(engines: Engines, definitions: Definitions) -> None:
    """One literal of one clause changed: the engine's answers differ from `recommend`, as the other tests would see."""
    elm = copy.deepcopy(elm_of(definitions)["PnetInsulinoma"])
    lets = next(one for one in elm["library"]["statements"]["def"] if one["name"] == "answer")["expression"]["source"]["let"]
    clause = next(one for one in lets if one["identifier"] == "INS-7.1 can hold")
    assert clause["expression"]["type"] == "And"
    clause["expression"] = clause["expression"]["operand"][0]
    cases = list(random_cases(definitions, 60, 5, ["insulinoma"]))
    bundles = [bundle(case, number) for number, case in enumerate(cases)]
    asked = {"library": "PnetInsulinoma", "expressions": ["answer"], "parameters": {}, "bundles": bundles}
    (values,) = engines.run("run_cql.mjs", {"libraries": [elm], "runs": [asked]})
    differing = [
        case
        for case, (value,) in zip(cases, values, strict=True)
        if compared(in_short(value, definitions)) != compared(expected(engine(definitions, {}), "insulinoma", case))
    ]
    assert 0 < len(differing) < len(cases)
