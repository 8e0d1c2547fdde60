"""PlanDefinitions: an action for all that a pathway says, and none that leads nowhere."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fhir.resources.R4B.plandefinition import PlanDefinition

from pnet_pathways import load_pathways
from pnet_pathways.adapters.fhir.answer_terms import code_systems, option_id
from pnet_pathways.adapters.fhir.publication import Publication, Resource
from pnet_pathways.adapters.fhir.writing import resources, text_of
from pnet_pathways.adapters.fhir.writing_plan import plan_definitions
from pnet_pathways.engine.answer import Certainty
from pnet_pathways.engine.recommend import engine_for
from pnet_pathways.model.conditions import AllOf, facts_of
from pnet_pathways.model.pathway import Definitions
from pump import PUMP_FAULT

OWN = "https://hospital.example.net/fhir"
DOCUMENTS = {"project": None, "pump": PUMP_FAULT}


@pytest.fixture(scope="module", params=DOCUMENTS)
def definitions(request: pytest.FixtureRequest) -> Definitions:
    return load_pathways(DOCUMENTS[request.param])


@pytest.fixture(scope="module")
def plans(definitions: Definitions) -> dict[str, Resource]:
    found = plan_definitions(Publication(definitions, OWN))
    return dict(zip(definitions.pathways, found, strict=True))


@pytest.fixture(scope="module")
def published(definitions: Definitions) -> dict[str, Resource]:
    return {one["url"]: one for one in resources(Publication(definitions, OWN))}


def actions(data: Resource) -> Iterator[dict[str, Any]]:
    for one in data.get("action", ()):
        yield one
        yield from actions(one)


def conditional(plan: Resource) -> dict[str, dict[str, Any]]:
    """Return the actions with a condition, by id."""
    return {one["id"]: one for one in actions(plan) if "condition" in one}


def coded(action: dict[str, Any]) -> set[str]:
    return {coding["code"] for concept in action["code"] for coding in concept["coding"]}


def given(action: dict[str, Any], treatments: set[str]) -> list[tuple[str, str]]:
    """Return the treatments of an action, each with how it is given."""
    if "action" not in action:
        return [("must", one) for one in coded(action) & treatments]
    return [(one["requiredBehavior"], *coded(one)) for one in action["action"]]


def test_every_option_has_an_action_for_certain_and_one_for_possible(
    definitions: Definitions, plans: dict[str, Resource]
) -> None:
    for name, pathway in definitions.pathways.items():
        found = conditional(plans[name])
        options = [(statement, option) for statement in pathway.statements for option in statement.options]
        assert len(options) * 2 == sum(not one.startswith("gap-") and "=" not in one for one in found)
        for statement, option in options:
            for certainty in Certainty:
                action = found[f"{option_id(option)}-{certainty}"]
                expression = action["condition"][0]["expression"]
                assert expression["expression"] == f"{option_id(option)} {certainty}"
                assert (expression["language"], expression["reference"]) == ("text/cql", f"{OWN}/Library/{name}")
                assert coded(action) >= {str(certainty), str(option.strength), *filter(None, [option.intent])}
                expected = [("must", one) for one in option.treatments] + [("could", one) for one in option.optional]
                assert given(action, set(definitions.treatments)) == expected
                cited = [one for one in action["documentation"] if one["type"] == "citation"]
                assert [one["label"] for one in cited] == [statement.id] * len(statement.locators)
                assert all("#:~:text=" in one["url"] for one in cited)
                asked = [code["code"] for code in action["input"][0]["codeFilter"][0]["code"]]
                read = facts_of(AllOf((statement.condition, option.requires)))
                assert [one for one in asked if one != definitions.entry.fact or one in read] == list(read)


def test_an_option_of_another_reading_has_its_actions_too(definitions: Definitions, plans: dict[str, Resource]) -> None:
    """Whatever an alternative lists, some action offers the same treatments of the same statement in the same way."""
    treatments = set(definitions.treatments)
    seen = 0
    for name, plan in plans.items():
        offered = {
            (one["description"].split(" ")[0], *sorted(given(one, treatments)), *sorted(coded(one) - treatments))
            for one in conditional(plan).values()
        }
        for alternative in definitions.alternatives:
            under = engine_for(definitions).under({alternative.reading: alternative.id}).definitions.pathways[name]
            for option in (one for statement in under.statements for one in statement.options):
                given_ = [("must", one) for one in option.treatments] + [("could", one) for one in option.optional]
                said = sorted({"certain", str(option.strength), *filter(None, [option.intent])})
                assert (option.statement, *sorted(given_), *said) in offered
                seen += 1
    assert seen > 0


def gaps_of(definitions: Definitions) -> set[tuple[str, str]]:
    tables = engine_for(definitions).compiled.tables
    return {
        (name, f"gap {track} {kind}")
        for (name, track), table in tables.items()
        for kind, mask in zip(("silent", "combination"), table.outcomes[-2:], strict=True)
        if mask
    }


def test_every_gap_that_can_be_has_its_actions(definitions: Definitions, plans: dict[str, Resource]) -> None:
    expected = gaps_of(definitions)
    for one in definitions.alternatives:
        expected |= gaps_of(engine_for(definitions).under({one.reading: one.id}).definitions)
    found = [(name, one) for name, plan in plans.items() for one in conditional(plan).values() if "gap" in coded(one)]
    named = {(name, one["condition"][0]["expression"]["expression"]) for name, one in found}
    assert named == {(name, f"{gap} {certainty}") for name, gap in expected for certainty in Certainty}
    assert len(found) == len(named)
    assert all(one["description"] and coded(one) & {"silent", "combination"} for _, one in found)


def test_only_what_the_text_puts_as_a_choice_is_one(definitions: Definitions, plans: dict[str, Resource]) -> None:
    for name, pathway in definitions.pathways.items():
        wanted: dict[str, list[str]] = {}
        for statement in pathway.statements:
            for option in statement.options:
                if option.choice:
                    wanted.setdefault(option.choice, []).extend(f"{option_id(option)}-{one}" for one in Certainty)
        found = {
            one["id"]: [each["id"] for each in one["action"]]
            for one in actions(plans[name])
            if one.get("selectionBehavior") == "at-most-one"
        }
        assert found == wanted


def test_a_track_is_a_group_that_all_its_actions_stand_in(definitions: Definitions, plans: dict[str, Resource]) -> None:
    for name, pathway in definitions.pathways.items():
        assert [one["id"] for one in plans[name]["action"]] == list(pathway.tracks)
        for one in plans[name]["action"]:
            assert (one["groupingBehavior"], one["selectionBehavior"]) == ("logical-group", "any")


def test_no_validator_finds_this(definitions: Definitions, plans: dict[str, Resource]) -> None:
    """Ids stand once, related actions and codes exist, and nothing is empty."""
    systems = {one["url"]: {each["code"] for each in one["concept"]} for one in code_systems(Publication(definitions, OWN))}
    for plan in plans.values():
        ids = [one["id"] for one in actions(plan) if "id" in one]
        assert len(set(ids)) == len(ids)
        assert [one for one in ids if " " in one] == []
        related = [each["actionId"] for one in actions(plan) for each in one.get("relatedAction", ())]
        assert set(related) <= set(ids)
        for action in actions(plan):
            assert [key for key, value in action.items() if value in ("", None, [], {})] == []
            for concept in action.get("code", ()):
                assert [one["code"] for one in concept["coding"] if one["code"] not in systems[one["system"]]] == []
        assert plan["type"]["coding"][0]["code"] == "clinical-protocol"
        assert plan["description"].endswith(definitions.source.disclaimer)
        assert "strengthOfRecommendation" not in text_of(plan)


DEFINE = re.compile(r'^define "([^"]+)":$', re.MULTILINE)


def test_every_definition_that_is_named_stands_in_the_library(
    definitions: Definitions, plans: dict[str, Resource], published: dict[str, Resource]
) -> None:
    """And the other way round: every option and gap that a Library defines has its actions."""
    for plan in plans.values():
        (canonical,) = plan["library"]
        library = published[canonical.partition("|")[0]]
        assert canonical == f"{library['url']}|{library['version']}"
        text = base64.b64decode(library["content"][0]["data"]).decode()
        defined = {name for name in DEFINE.findall(text) if name.endswith((" certain", " possible"))}
        expressions = [one["condition"][0]["expression"] for one in conditional(plan).values()]
        assert {one["expression"] for one in expressions} == defined
        assert {one["reference"] for one in expressions} == {library["url"]}


def test_every_canonical_resolves(definitions: Definitions, published: dict[str, Resource]) -> None:
    """Whatever is under the publication's address is among what is written, in the version that is named."""
    named = 0
    for resource in published.values():
        for text in texts_of(resource):
            if text.startswith(f"{OWN}/"):
                url, _, version = text.partition("|")
                assert url in published, text
                assert not version or version == published[url]["version"]
                named += 1
    assert named > len(published)


def texts_of(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    for one in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from texts_of(one)


def test_other_readings_are_told(definitions: Definitions, plans: dict[str, Resource]) -> None:
    for name, plan in plans.items():
        told = {one["label"]: one["display"] for one in plan["relatedArtifact"] if one["type"] == "justification"}
        assert told == {one.name: f"Another reading: {one.text}" for one in definitions.alternatives if name in one.pathways}


def test_they_are_valid_and_the_same_bytes_again(definitions: Definitions, plans: dict[str, Resource]) -> None:
    for plan in plans.values():
        PlanDefinition.model_validate(plan)
    again = plan_definitions(Publication(definitions, OWN))
    assert [text_of(one) for one in again] == [text_of(one) for one in plans.values()]
