"""What an engine that others wrote makes of the plans: `$apply` by encender gives the options and gaps of `recommend`."""

from __future__ import annotations

import json

import pytest

from outside_engines import Engines
from plan_material import OWN, Applied, applied, check_plans, plans_and_libraries
from pnet_pathways import load_pathways, recommend
from pnet_pathways.adapters.fhir.publication import Publication, Resource, identifier
from pnet_pathways.engine.answer import Certainty
from pnet_pathways.model.case import Case
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.proof.suites.suites import suite
from pump import PUMP_FAULT

DOCUMENTS = {"project": None, "pump": PUMP_FAULT}


@pytest.fixture(scope="module", params=DOCUMENTS)
def definitions(request: pytest.FixtureRequest) -> Definitions:
    return load_pathways(DOCUMENTS[request.param])


@pytest.fixture(scope="module")
def published(definitions: Definitions, engines: Engines) -> list[Resource]:
    return plans_and_libraries(definitions, engines)


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


def test_plans_applied_by_another_engine_are_the_answer(
    definitions: Definitions, published: list[Resource], engines: Engines
) -> None:
    cases = one_for_each_leaf(definitions)
    found = applied(engines, published, cases, Publication(definitions, OWN))
    answers = [recommend(case, definitions) for case in cases]
    for answer, told in zip(answers, found, strict=True):
        assert list(told) == [identifier(name) for name in definitions.pathways]
        check_plans(answer, told)
    for certainty in Certainty:
        assert any(one.certainty is certainty for answer in answers for one in answer.options)
        assert any(one.certainty is certainty for answer in answers for one in answer.gaps)


def test_its_own_threads_give_the_same(definitions: Definitions, published: list[Resource], engines: Engines) -> None:
    """Our stand-in for its threads, which saves the time that each takes to start, changes nothing."""
    cases, publication = one_for_each_leaf(definitions)[1:2], Publication(definitions, OWN)
    found = applied(engines, published, cases, publication, threads=True)
    assert [sorted_actions(one) for one in found] == [
        sorted_actions(one) for one in applied(engines, published, cases, publication)
    ]
    for case, told in zip(cases, found, strict=True):
        check_plans(recommend(case, definitions), told)


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
        check_plans(recommend({}, definitions), told)
