"""Answers as FHIR resources: everything that an answer says can be read back from them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.codesystem import CodeSystem

from answer_material import check_resources, codes, leaves, resources
from commands import output, pnet
from pnet_pathways import load_pathways, recommend
from pnet_pathways.adapters.fhir import case_from_bundle
from pnet_pathways.adapters.fhir.actions import action_id
from pnet_pathways.adapters.fhir.answers import answer_bundle, option_name
from pnet_pathways.adapters.fhir.publication import Publication
from pnet_pathways.adapters.fhir.writing import resources as resources_of
from pnet_pathways.adapters.fhir.writing_plan import plan_definitions
from pnet_pathways.engine.answer import Recommendation
from pnet_pathways.model.case import Case
from pnet_pathways.model.errors import PublicationError
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.proof.suites.suites import suite
from project import ROOT
from pump import PUMP_FAULT, STOPPED

EXAMPLES = ROOT / "examples" / "fhir"
OWN = "https://hospital.example.net/fhir"


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return load_pathways()


def cases(definitions: Definitions, pathway: str) -> Iterator[Case]:
    """Yield the total cases of a pathway's suite, and each with the first, and the last, half of what it knows."""
    for scenario in suite(pathway, "transitions", definitions).scenarios:
        facts = list(scenario.items())
        half = len(facts) // 2
        for known in (facts, facts[:half], facts[half:]):
            yield Case.from_facts(dict(known), definitions.vocabulary)


def check(answer: Recommendation) -> None:
    """Hold the resources of an answer against it, and against what no schema says of them."""
    check_form(check_resources(answer, OWN))


def check_form(bundle: dict[str, Any]) -> None:
    """Hold a Bundle against what no schema says of it."""
    names = {entry["fullUrl"] for entry in bundle["entry"]}
    assert len(names) == len(bundle["entry"])
    assert names == {f"urn:uuid:{entry['resource']['id']}" for entry in bundle["entry"]}
    group = resources(bundle)["RequestGroup"]
    actions = list(every_action(group.get("action", [])))
    assert [one for one in actions if ("resource" in one) == ("action" in one)] == [], "rqg-1"
    ids = [one["id"] for one in actions if "id" in one]
    assert len(set(ids)) == len(ids)
    for reference in references(bundle):
        assert reference in names or reference.startswith("Patient/"), reference
    assert [path for path, value in every_value(bundle) if value in (None, "", [], {})] == []


def every_value(data: object, path: str = "") -> Iterator[tuple[str, object]]:
    yield path, data
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in parts:
        yield from every_value(value, f"{path}.{key}")


def every_action(actions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in actions:
        yield one
        yield from every_action(one.get("action", []))


def references(data: object) -> Iterator[str]:
    """Yield every reference to a resource in some data; those of conditions to a Library are canonical."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "reference" and isinstance(value, str) and "language" not in data:
                yield value
            else:
                yield from references(value)
    elif isinstance(data, list):
        for one in data:
            yield from references(one)


@pytest.mark.parametrize("pathway", load_pathways().pathways)
def test_an_answer_is_read_back_from_its_resources(definitions: Definitions, pathway: str) -> None:
    answers = [recommend(case, definitions) for case in cases(definitions, pathway)]
    for answer in answers:
        check(answer)
    assert {answer.status for answer in answers} >= {"incomplete"}


def test_an_option_is_called_what_the_plan_calls_it(definitions: Definitions) -> None:
    """Under each reading too: the action of an answer has the id of one of a plan, and the same treatments."""
    plans = {
        one["id"]: {code for code in codes(one) if code in definitions.treatments}
        | {part["title"] for part in one.get("action", ())}
        for plan in plan_definitions(Publication(definitions))
        for one in every_action(plan["action"])
        if "condition" in one
    }
    seen = set()
    ways = [({}, definitions.pathways), *(({one.reading: one.id}, one.pathways) for one in definitions.alternatives)]
    for chosen, pathways in ways:
        for case in (case for pathway in pathways for case in cases(definitions, pathway)):
            answer = recommend(case, definitions, readings=chosen)
            for option in answer.options:
                name = action_id(option_name(answer.definitions, option), option.certainty)
                together = len(option.treatments) + len(option.optional) > 1
                label = {definitions.treatments[one].label for one in (*option.treatments, *option.optional)}
                assert plans[name] == (label if together else set(option.treatments)), name
                seen.add(name)
    assert {one for one in plans if not one.startswith("gap-")} - seen == set()


def test_the_answers_of_another_document_are_read_back() -> None:
    pump = load_pathways(PUMP_FAULT)
    for facts in (STOPPED, {}, {"pump": STOPPED["pump"]}):
        check(recommend(facts, pump))


def test_every_kind_of_thing_is_among_what_is_read_back(definitions: Definitions) -> None:
    """Choice, either way, both kinds of gap, alternatives and optional treatments: none is missing by accident."""
    seen = set()
    for pathway in definitions.pathways:
        for case in cases(definitions, pathway):
            data = recommend(case, definitions).to_dict()
            seen |= {key for key in ("either_way", "alternatives", "gaps", "missing") if data[key]}
            seen |= {gap["kind"] for gap in data["gaps"]}
            seen |= {key for option in data["options"] for key in ("choice", "optional", "intent") if option[key]}
    assert seen >= {"alternatives", "gaps", "missing", "silent", "combination", "choice", "optional", "intent"}


def test_what_applies_either_way_stands_beside_its_options(definitions: Definitions) -> None:
    case = {"tumor_type": "gastrinoma", "sites": ["body"], "resectable": True, "duodenal_tumors": False, "spread": []}
    answer = recommend({**case, "residual_after_surgery": False}, definitions)
    assert [way.statements for way in answer.either_way] == [("GAS-3", "GAS-4")]
    check(answer)


def test_a_chosen_reading_is_that_of_the_resources(definitions: Definitions) -> None:
    case = {"tumor_type": "insulinoma", "pancreatic_tumors": "one", "sites": ["head"], "size": "large", "resectable": True}
    answer = recommend(case, definitions, readings={"R-2": "on_its_own"})
    check(answer)
    assert answer_bundle(answer) != answer_bundle(recommend(case, definitions))


def test_what_is_out_of_scope_proposes_nothing_and_says_why(definitions: Definitions) -> None:
    answer = recommend({"tumor_type": "exocrine"}, definitions)
    found = resources(answer_bundle(answer))
    assert list(found) == ["GuidanceResponse", "QuestionnaireResponse", "Parameters", "OperationOutcome"]
    assert found["GuidanceResponse"]["status"] == "success"
    assert "result" not in found["GuidanceResponse"]
    assert [(one["code"], one["diagnostics"]) for one in found["OperationOutcome"]["issue"]] == [("not-supported", answer.note)]


def test_an_option_that_may_apply_names_its_condition(definitions: Definitions) -> None:
    answer = recommend({"tumor_type": "insulinoma", "course": "progressive", "spread": ["liver"]}, definitions)
    group = resources(answer_bundle(answer, OWN))["RequestGroup"]
    told = {action["id"]: action for _, _, action in leaves(group) if "gap" not in action["id"]}
    certain, possible = told["REC-1.2-certain"], told["INS-6.1-possible"]
    assert "condition" not in certain
    assert possible["condition"] == [
        {
            "kind": "applicability",
            "expression": {
                "description": "depending on spread resectable",
                "language": "text/cql",
                "expression": "INS-6.1",
                "reference": f"{OWN}/Library/insulinoma",
            },
        }
    ]
    assert possible["documentation"][0]["url"].startswith("https://www.cancer.gov/")


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.json") if "." not in path.stem))
def test_the_examples_are_told_with_what_became_no_fact(name: str) -> None:
    path = EXAMPLES / f"{name}.json"
    done = pnet("fhir", "answer", path)
    if done.exit_code == 2:
        assert name in {"conflicting", "two-patients"}
        return
    bundle = json.loads(done.stdout)
    reading = case_from_bundle(json.loads(path.read_text("utf-8")))
    assert bundle == answer_bundle(recommend(reading.case), reading=reading)
    Bundle.model_validate(bundle)
    found = resources(bundle)
    assert found["GuidanceResponse"]["subject"] == {"reference": reading.patient}
    issues = found.get("OperationOutcome", {"issue": []})["issue"]
    reasons = [one["details"]["coding"][0]["code"] for one in issues if "details" in one]
    assert reasons == [one.reason.value for one in reading.unmapped] + [one.reason.value for one in reading.suggested]
    assert ("incomplete" in {one["code"] for one in issues}) is not reading.complete


def test_who_the_patient_is_can_be_unknown_and_when_is_what_is_given(definitions: Definitions) -> None:
    answer = recommend({"tumor_type": "vipoma"}, definitions)
    plain_ = resources(answer_bundle(answer))
    absent = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    assert plain_["CarePlan"]["subject"] == {"extension": [absent]}
    assert "subject" not in plain_["RequestGroup"]
    at = "2026-11-28T10:00:00Z"
    told = resources(answer_bundle(answer, subject="Patient/7", at=at))
    assert {told[kind]["subject"]["reference"] for kind in ("CarePlan", "RequestGroup", "GuidanceResponse")} == {"Patient/7"}
    assert (
        told["GuidanceResponse"]["occurrenceDateTime"],
        told["CarePlan"]["created"],
        told["RequestGroup"]["authoredOn"],
    ) == ((at,) * 3)
    assert plain_["RequestGroup"]["id"] != told["RequestGroup"]["id"]


def test_what_is_no_time_and_no_reference_is_told_together(definitions: Definitions) -> None:
    with pytest.raises(PublicationError) as caught:
        answer_bundle(recommend({}, definitions), subject="the patient", at="yesterday")
    assert [one.where for one in caught.value.problems] == ["at", "subject"]


def test_every_code_of_an_answer_is_in_its_code_system(definitions: Definitions) -> None:
    found = [one for one in resources_of(Publication(definitions, OWN)) if one["resourceType"] == "CodeSystem"]
    for system in found:
        CodeSystem.model_validate(system)
    known = {(system["url"], *code) for system in found for code in concepts(system)}
    assert sum(system["count"] for system in found) == len(known)
    for pathway in definitions.pathways:
        answer = recommend({"tumor_type": definitions.entry.types_under(pathway)[0]}, definitions)
        codings = list(codings_of(answer_bundle(answer, OWN)))
        assert len(codings) > 20
        assert set(codings) <= known


def concepts(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for one in data.get("concept", ()):
        yield one["code"], one["display"]
        yield from concepts(one)


def codings_of(data: object) -> Iterator[tuple[str, str, str]]:
    if isinstance(data, dict):
        if data.keys() == {"system", "code", "display"}:
            yield data["system"], data["code"], data["display"]
        for value in data.values():
            yield from codings_of(value)
    elif isinstance(data, list):
        for one in data:
            yield from codings_of(one)


def test_the_command_takes_a_case_and_a_bundle(tmp_path: Path) -> None:
    case = {"tumor_type": "vipoma"}
    told = output("fhir", "answer", "-", "--canonical", OWN, "--subject", "Patient/1", text=json.dumps(case))
    assert json.loads(told) == answer_bundle(recommend(case), OWN, subject="Patient/1")
    assert told == output("fhir", "answer", "-", "--canonical", OWN, "--subject", "Patient/1", text=json.dumps(case))
    nobody = pnet("fhir", "answer", "-", text='{"tumor": "vipoma"}')
    assert (nobody.exit_code, nobody.stdout) == (2, "")
    assert "did you mean 'tumor_type'?" in nobody.stderr
    refused = pnet("fhir", "answer", "-", "--require-approved", text=json.dumps(case))
    assert refused.exit_code == 2
    assert "not approved" in refused.stderr
