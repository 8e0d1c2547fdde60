"""What an engine that others wrote makes of the plans: `$apply` by encender gives the options and gaps of `recommend`."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from outside_engines import Engines
from pnet_pathways import load_pathways, recommend
from pnet_pathways.adapters.fhir.actions import action_id
from pnet_pathways.adapters.fhir.answers import option_name
from pnet_pathways.adapters.fhir.publication import Publication, Resource, identifier
from pnet_pathways.adapters.fhir.responses import to_questionnaire_response
from pnet_pathways.adapters.fhir.writing_cql import libraries
from pnet_pathways.adapters.fhir.writing_plan import plan_definitions
from pnet_pathways.engine.answer import Certainty, Recommendation
from pnet_pathways.model.case import Case
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.proof.suites.suites import suite
from pump import PUMP_FAULT

OWN = "https://hospital.example.net/fhir"
ELM = "application/elm+json"
DOCUMENTS = {"project": None, "pump": PUMP_FAULT}

Applied = dict[str, list[tuple[Any, Any]]]
"""By plan, the ids of the actions of its RequestGroup, each with that of the action around it."""


@pytest.fixture(scope="module", params=DOCUMENTS)
def definitions(request: pytest.FixtureRequest) -> Definitions:
    return load_pathways(DOCUMENTS[request.param])


@pytest.fixture(scope="module")
def published(definitions: Definitions, engines: Engines) -> list[Resource]:
    """The plans, and the Libraries that they name with what an engine runs: ELM."""
    publication = Publication(definitions, OWN)
    found = list(libraries(publication))
    lacking = {one["name"]: one for one in found if all(each["contentType"] != ELM for each in one["content"])}
    if lacking:
        texts = {name: base64.b64decode(one["content"][0]["data"]).decode() for name, one in lacking.items()}
        translated = engines.run("translate.mjs", {"libraries": texts})
        assert translated["problems"] == []
        for name, one in lacking.items():
            elm = base64.b64encode(json.dumps(translated["libraries"][name]).encode()).decode()
            one["content"].append({"contentType": ELM, "data": elm})
    return [*found, *plan_definitions(publication)]


def one_for_each_leaf(definitions: Definitions) -> list[Case]:
    """Return total cases that end in every leaf of every pathway, and for each one that knows the first half of it."""
    cases = []
    for name, pathway in definitions.pathways.items():
        records = list(suite(name, "states", definitions).records())
        reached = {(path.track, path.leaf) for record in records for path in record.paths}
        assert reached == {(track.name, leaf.name) for track in pathway.tracks.values() for leaf in track.leaves}
        for record in records:
            facts = list(record.case.given.items())
            cases += [Case.from_facts(dict(known), definitions.vocabulary) for known in (facts, facts[: len(facts) // 2])]
    return cases


def applied(engines: Engines, published: list[Resource], cases: list[Case], publication: Publication, **more: bool) -> Any:
    """Return what encender makes of every plan for some cases."""
    records = []
    for number, case in enumerate(cases):
        form = to_questionnaire_response(case, publication, subject=f"Patient/p{number}")
        records.append([{"resourceType": "Patient", "id": f"p{number}"}, {**form, "id": f"q{number}"}])
    return engines.run("apply_plan.mjs", {"resources": published, "cases": records, **more})


def options_told(definitions: Definitions, told: Applied) -> dict[str, str]:
    """Return the options that the plans give, each with the track under which it stands."""
    tracks = {one for pathway in definitions.pathways.values() for one in pathway.tracks}
    found = {}
    for actions in told.values():
        around = dict(actions)
        for name, outer in actions:
            if name is not None and "-" in name and name.rpartition("-")[2] in list(Certainty) and not name.startswith("gap-"):
                found[name] = outer if outer in tracks else around[outer]
    return {name: str(track).partition(".")[0] for name, track in found.items()}


def gaps_told(told: Applied) -> list[tuple[str, str, str]]:
    """Return the gaps that the plans give: track of the answer, kind and certainty."""
    names = [name for actions in told.values() for name, _ in actions if name is not None and name.startswith("gap-")]
    parts = [name.removeprefix("gap-").rsplit("-", 2) for name in names]
    return sorted((track.partition(".")[0], kind, certainty) for track, kind, certainty in parts)


def check(answer: Recommendation, told: Applied) -> None:
    definitions = answer.definitions
    options = options_told(definitions, told)
    expected = {action_id(option_name(definitions, one), one.certainty): one for one in answer.options}
    assert options.keys() == expected.keys()
    for name, one in expected.items():
        placed = [track.partition(".")[0] for track, _ in definitions.statement(one.statement).placements]
        assert options[name] == placed[0]
        assert one.track in placed
    gaps = sorted((gap.track, str(gap.kind), str(gap.certainty)) for gap in answer.gaps)
    if answer.case.entry is None:  # then those of all pathways are one
        assert {gap[:2] for gap in gaps_told(told)} == {gap[:2] for gap in gaps}
    else:
        assert gaps_told(told) == gaps


def test_plans_applied_by_another_engine_are_the_answer(
    definitions: Definitions, published: list[Resource], engines: Engines
) -> None:
    cases = one_for_each_leaf(definitions)
    found = applied(engines, published, cases, Publication(definitions, OWN))
    answers = [recommend(case, definitions) for case in cases]
    for answer, told in zip(answers, found, strict=True):
        assert list(told) == [identifier(name) for name in definitions.pathways]
        check(answer, told)
    for certainty in Certainty:
        assert any(one.certainty is certainty for answer in answers for one in answer.options)
        assert any(one.certainty is certainty for answer in answers for one in answer.gaps)


def test_its_own_threads_give_the_same(definitions: Definitions, published: list[Resource], engines: Engines) -> None:
    """Our stand-in for its threads, which saves the time that each takes to start, changes nothing."""
    cases, publication = one_for_each_leaf(definitions)[:2], Publication(definitions, OWN)
    found = applied(engines, published, cases, publication, threads=True)
    assert [sorted_actions(one) for one in found] == [
        sorted_actions(one) for one in applied(engines, published, cases, publication)
    ]
    for case, told in zip(cases, found, strict=True):
        check(recommend(case, definitions), told)


def sorted_actions(told: Applied) -> dict[str, list[str]]:
    return {name: sorted(map(str, actions)) for name, actions in told.items()}


def test_a_condition_that_says_something_else_is_noticed(
    definitions: Definitions, published: list[Resource], engines: Engines
) -> None:
    """Conditions of an option that are exchanged: the comparison sees it."""
    text = json.dumps(published)
    plan = next(one for one in published if one["resourceType"] == "PlanDefinition")
    first = next(one["id"] for one in plan["action"][0]["action"] if one["id"].endswith("-certain")).removesuffix("-certain")
    swapped = text.replace(f'"{first} certain"', '"?"').replace(f'"{first} possible"', f'"{first} certain"')
    broken = json.loads(swapped.replace('"?"', f'"{first} possible"'))
    cases = [Case.from_dict({}, definitions.vocabulary)]
    (told,) = applied(engines, broken, cases, Publication(definitions, OWN))
    with pytest.raises(AssertionError):
        check(recommend({}, definitions), told)
