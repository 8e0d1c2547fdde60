"""The checks bite: mistakes put into artifacts on purpose, each with the validators that are known to find it."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import pytest

from fhir_validators import Resource, Validate
from outside_engines import Engines

from .fhir_checks import content, defined, own, walk

FORM, PLAN, LOGIC, TERMS, SET = (
    ("Questionnaire", "insulinoma"),
    ("PlanDefinition", "insulinoma"),
    ("Library", "insulinoma"),
    ("CodeSystem", "facts"),
    ("ValueSet", "size"),
)
REFERRED = {
    ("Questionnaire", "facts"),
    ("Library", "vipoma"),
    *(("CodeSystem", name) for name in ("answer", "treatments", "reasons")),
}


@attrs.frozen
class Defect:
    """A mistake: in which artifact, how it is made, and who finds it."""

    of: tuple[str, str]
    make: Callable[[dict[str, Any]], object]
    found_by: str


def put(key: str, value: object) -> Callable[[dict[str, Any]], object]:
    """Return what sets an element of a resource."""
    return lambda one: one.__setitem__(key, value)


def within(kind: Callable[[Any], bool], make: Callable[[Any], object]) -> Callable[[dict[str, Any]], object]:
    """Return what changes the first element of a resource that is of a kind."""
    return lambda one: make(next(each for _, each in walk(one, "") if isinstance(each, dict) and kind(each)))


def coded(key: str, value: str, of: str = "valueCoding") -> Callable[[dict[str, Any]], object]:
    """Return what changes the first coding."""
    return within(has(of), lambda one: one[of].__setitem__(key, value))


def drop(key: str) -> Callable[[dict[str, Any]], object]:
    """Return what takes an element of a resource away."""
    return lambda one: one.pop(key)


def has(*keys: str, **values: object) -> Callable[[Any], bool]:
    """Return whether an element has some keys and values."""
    return lambda each: all(key in each for key in keys) and all(each.get(key) == value for key, value in values.items())


def recoded(old: str, new: str) -> Callable[[dict[str, Any]], object]:
    """Return what changes the text that a Library holds."""

    def make(library: dict[str, Any]) -> None:
        text = content(library, "text/cql")
        assert old in text
        library["content"][0]["data"] = base64.b64encode(text.replace(old, new, 1).encode()).decode()

    return make


def translated(other: str | None, annotation: list[object]) -> Callable[[dict[str, Any]], object]:
    """Return what puts a translation into a Library: of its text but for a definition, with what the translator notes."""

    def make(library: dict[str, Any]) -> None:
        names = [*defined(content(library, "text/cql")), *filter(None, [other])]
        identifier = {"id": library["name"], "version": library["version"]}
        elm = {"identifier": identifier, "annotation": annotation, "statements": {"def": [{"name": one} for one in names]}}
        data = base64.b64encode(json.dumps({"library": elm}).encode()).decode()
        library["content"] = [library["content"][0], {"contentType": "application/elm+json", "data": data}]

    return make


grouped = has("groupingBehavior")
shown = has("linkId", type="display")
asks = has("question", "operator")
item = has("linkId", type="boolean")
group = has("linkId", type="group")
leaf = has("id", "condition")

DEFECTS = {
    "required element": Defect(FORM, drop("status"), "fhirkit medplum models pyrofile"),
    "required element within": Defect(FORM, within(item, drop("linkId")), "fhirkit medplum models pyrofile"),
    "required type": Defect(LOGIC, drop("type"), "fhirkit medplum models pyrofile schema"),
    "wrong code": Defect(FORM, put("status", "drafty"), "pyrofile schema"),
    "wrong code within": Defect(FORM, within(item, put("type", "bool")), "pyrofile schema"),
    "wrong code of behavior": Defect(PLAN, within(grouped, put("groupingBehavior", "loosely")), "pyrofile schema"),
    "wrong code of a condition": Defect(PLAN, within(has("kind", "expression"), put("kind", "perhaps")), "pyrofile schema"),
    "bad date": Defect(PLAN, put("date", "2026-13-45"), "fhirkit medplum models schema"),
    "impossible date": Defect(PLAN, put("approvalDate", "2026-02-30"), "medplum models"),
    "bad id": Defect(PLAN, put("id", "a_b"), "models pyrofile schema"),
    "bad address": Defect(PLAN, put("url", "https://example.org/two words"), "fhirkit medplum schema"),
    "unknown element": Defect(FORM, put("itemm", "more"), "fhirkit medplum models pyrofile schema"),
    "unknown element within": Defect(FORM, within(item, put("question", "Is it?")), "fhirkit medplum models pyrofile schema"),
    "wrong type": Defect(FORM, put("experimental", "true"), "fhirkit medplum pyrofile schema"),
    "no list": Defect(PLAN, lambda one: one.__setitem__("library", one["library"][0]), "fhirkit medplum models schema"),
    "null": Defect(FORM, put("publisher", None), "fhirkit medplum own pyrofile schema"),
    "empty text": Defect(FORM, within(item, put("text", "")), "fhirkit models own schema"),
    "empty list": Defect(PLAN, put("topic", []), "fhirkit own pyrofile"),
    "empty element": Defect(PLAN, within(leaf, put("trigger", [{}])), "fhirkit medplum models own"),
    "two types of a choice": Defect(FORM, within(has("valueCoding"), put("valueString", "both")), "fhirkit medplum models"),
    "extension without a value": Defect(FORM, put("extension", [{"url": "https://example.org/nothing"}]), "medplum pyrofile"),
    "not base64": Defect(LOGIC, lambda one: one["content"][0].__setitem__("data", "§§"), "fhirkit medplum own pyrofile"),
    "group of nothing": Defect(FORM, within(group, drop("item")), "medplum pyrofile"),
    "text alone that is required": Defect(FORM, within(shown, put("required", True)), "medplum pyrofile"),
    "concept twice": Defect(TERMS, lambda one: one["concept"].append(one["concept"][0]), "medplum own pyrofile"),
    "wrong count": Defect(TERMS, put("count", 3), "own"),
    "one question twice": Defect(
        FORM, lambda one: one["item"][0]["item"][1].__setitem__("linkId", one["item"][0]["item"][0]["linkId"]), "own pyrofile"
    ),
    "dependent on no question": Defect(FORM, within(asks, put("question", "primary/nothing")), "own"),
    "dependent on an impossible answer": Defect(FORM, coded("code", "size.small", "answerCoding"), "own"),
    "dependent without an operator": Defect(FORM, within(asks, drop("operator")), "fhirkit medplum models pyrofile"),
    "dependent on one or all": Defect(FORM, within(has("enableBehavior"), drop("enableBehavior")), "medplum own"),
    "code of no system": Defect(FORM, coded("code", "size.tiny"), "own pyrofile"),
    "code of no system in a set": Defect(SET, within(has("code", "display"), put("code", "size.tiny")), "own"),
    "other display": Defect(FORM, coded("display", "many"), "own pyrofile"),
    "related to no action": Defect(
        PLAN, within(leaf, put("relatedAction", [{"actionId": "nowhere", "relationship": "before"}])), "own"
    ),
    "action twice": Defect(PLAN, within(leaf, put("id", "primary")), "own"),
    "condition that nothing defines": Defect(
        PLAN, within(has("language", "reference"), put("expression", "INS-99.1 certain")), "own"
    ),
    "canonical that does not resolve": Defect(PLAN, put("library", ["https://example.org/pnet/Library/nothing"]), "own"),
    "canonical of another version": Defect(PLAN, put("library", ["https://example.org/pnet/Library/insulinoma|0.0.1"]), "own"),
    "text of another name": Defect(LOGIC, put("name", "PnetVipoma"), "own"),
    "definition renamed": Defect(LOGIC, recoded('define "INS-1.1 certain":', 'define "INS-1.1 sure":'), "own"),
    "translation of another text": Defect(LOGIC, translated("other", []), "own"),
    "translation with errors": Defect(LOGIC, translated(None, [{"errorSeverity": "error"}]), "own"),
    "address twice": Defect(LOGIC, put("url", "https://example.org/pnet/Library/vipoma"), "own"),
}


@pytest.fixture(scope="module")
def sound(artifacts: list[Resource]) -> dict[tuple[str, str], Resource]:
    """The artifacts that mistakes are put into, and what they refer to."""
    needed = {*(one.of for one in DEFECTS.values()), *REFERRED}
    project = [one for one in artifacts if one["url"].startswith("https://example.org/pnet/")]
    return {of: one for one in project if (of := (one["resourceType"], one["id"])) in needed}


@pytest.fixture(scope="module")
def finders(
    sound: dict[tuple[str, str], Resource], validators: Mapping[str, Validate], engines: Engines
) -> dict[str, set[str]]:
    """For each mistake, who says something of it that is not said of the sound artifact."""
    broken = {}
    for name, defect in DEFECTS.items():
        broken[name] = copy.deepcopy(dict(sound[defect.of]))
        defect.make(broken[name])
    given = [*broken.values(), *sound.values()]
    said = {}
    for validator, validate in validators.items():
        if validator in {"schema", "medplum"}:  # a program each: asked once
            answers = engines.run(f"{validator}.mjs", {"resources": given, "profiles": {}})
            said[validator] = [{tuple(one.values()) for one in answer} for answer in answers]
        else:
            said[validator] = [{(one.rule, one.path, one.message) for one in validate([each])} for each in given]
    usual = {validator: dict(zip(sound, answers[len(broken) :], strict=True)) for validator, answers in said.items()}
    found: dict[str, set[str]] = {}
    for number, (name, defect) in enumerate(DEFECTS.items()):
        found[name] = {validator for validator in said if said[validator][number] - usual[validator][defect.of]}
        if own([*(one for of, one in sound.items() if of != defect.of), broken[name]]):
            found[name].add("own")
    return found


@pytest.mark.parametrize("name", DEFECTS)
def test_a_mistake_is_found_by_those_that_are_known_to(finders: dict[str, set[str]], name: str) -> None:
    assert " ".join(sorted(finders[name])) == DEFECTS[name].found_by
    assert finders[name]
