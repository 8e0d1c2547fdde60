"""What the resources of an answer say, read back from them alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pnet_pathways.adapters.fhir import case_from_bundle
from pnet_pathways.adapters.fhir.answers import answer_bundle
from pnet_pathways.engine.answer import Recommendation

Resource = dict[str, Any]

_INTENTS: Final = {"palliative"}
_STRENGTHS: Final = {"usual", "rare", "may"}
_CERTAINTIES: Final = {"certain", "possible"}


def resources(bundle: Mapping[str, Any]) -> dict[str, Resource]:
    """Return the resources of a Bundle by their type."""
    return {entry["resource"]["resourceType"]: entry["resource"] for entry in bundle["entry"]}


def codes(action: Mapping[str, Any]) -> list[str]:
    return [coding["code"] for concept in action.get("code", ()) for coding in concept["coding"]]


def one_of(found: list[str], wanted: set[str]) -> str | None:
    return next((code for code in found if code in wanted), None)


def treatments(action: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return what is given, and what is given with or without it."""
    if "resource" in action:
        return [action["resource"]["identifier"]["value"]], []
    parts = [(one["requiredBehavior"], one["resource"]["identifier"]["value"]) for one in action["action"]]
    return [one for how, one in parts if how == "must"], [one for how, one in parts if how == "could"]


def leaves(group: Mapping[str, Any]) -> Iterator[tuple[str, str | None, Resource]]:
    """Yield each action of a RequestGroup with its track and the id of the choice in which it stands."""
    for track in group.get("action", ()):
        for action in track["action"]:
            if action.get("selectionBehavior") == "at-most-one":
                yield from ((track["id"], action["id"], one) for one in action["action"])
            else:
                yield track["id"], None, action


def said(action: Mapping[str, Any], kind: str) -> list[str]:
    return list(dict.fromkeys(one["label"] for one in action.get("documentation", ()) if one["type"] == kind))


def options(group: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the options of a RequestGroup, with the keys of the contract that it carries."""
    found = []
    for track, choice, action in leaves(group):
        coded = codes(action)
        if "gap" in coded or "either-way" in coded:
            continue
        given, optional = treatments(action)
        found.append(
            {
                "statement": action["id"].partition(".")[0],
                "track": track,
                "treatments": given,
                "optional": optional,
                "strength": one_of(coded, _STRENGTHS),
                "certainty": one_of(coded, _CERTAINTIES),
                "readings": said(action, "justification"),
                "intent": one_of(coded, _INTENTS),
                "choice": choice,
                "label": action["title"],
            }
        )
    return found


def gaps(group: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "track": track,
            "kind": one_of(codes(action), {"silent", "combination"}),
            "message": action["description"],
            "certainty": one_of(codes(action), _CERTAINTIES),
            "readings": said(action, "justification"),
        }
        for track, _, action in leaves(group)
        if "gap" in codes(action)
    ]


def either_way(group: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for track, _, action in leaves(group):
        coded = codes(action)
        if "either-way" in coded:
            given, optional = treatments(action)
            found.append(
                {
                    "track": track,
                    "treatments": given,
                    "optional": optional,
                    "strength": one_of(coded, _STRENGTHS),
                    "intent": one_of(coded, _INTENTS),
                    "statements": said(action, "citation"),
                    "label": action["title"],
                }
            )
    return found


def missing(guidance: Mapping[str, Any]) -> list[str]:
    return [code["code"] for one in guidance.get("dataRequirement", ()) for code in one["codeFilter"][0]["code"]]


def flat(data: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield every value of plain data that is neither null nor empty, in order, with its keys."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from flat(value, (*path, key))
    elif isinstance(data, list):
        for value in data:
            yield from flat(value, path)
    elif data is not None and data != "":
        yield path, (type(data).__name__, data)


def flat_parameters(parameters: list[Resource], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield every value of parameters, in order, with their names."""
    kinds = {"valueString": "str", "valueBoolean": "bool", "valueInteger": "int"}
    for one in parameters:
        here = (*path, one["name"])
        if "part" in one:
            yield from flat_parameters(one["part"], here)
        else:
            ((key, value),) = ((key, value) for key, value in one.items() if key != "name")
            yield here, (kinds[key], value)


def check_resources(answer: Recommendation, canonical: str) -> Resource:
    """Hold what the resources of an answer say against the answer, and return their Bundle."""
    data = answer.to_dict()
    bundle = answer_bundle(answer, canonical)
    found = resources(bundle)
    assert case_from_bundle(bundle, answer.definitions).case.to_dict() == data["case"]
    assert missing(found["GuidanceResponse"]) == data["missing"]
    assert found["GuidanceResponse"]["status"] == ("data-required" if data["missing"] else "success")
    assert list(flat_parameters(found["Parameters"]["parameter"])) == list(flat(data))
    group = found["RequestGroup"]
    order = list(answer.definitions.groups)
    by_track = {"options": options(group), "gaps": gaps(group), "either_way": either_way(group)}
    for key, told in by_track.items():
        expected = sorted(data[key], key=lambda one: order.index(one["track"]))
        assert told == [{name: one[name] for name in read} for one, read in zip(expected, told, strict=True)], key
    notes = " ".join(note["text"] for note in group["note"])
    assert [one for one in data["alternatives"] if f"({one['reading']}={one['alternative']}): {one['text']}" not in notes] == []
    for kind in ("GuidanceResponse", "RequestGroup", "CarePlan"):
        assert data["disclaimer"] in " ".join(note["text"] for note in found[kind]["note"]), kind
    return bundle
