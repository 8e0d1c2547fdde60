"""The plans of a document applied by an engine that others wrote, and how what comes out is held against an answer."""

from __future__ import annotations

import base64
import json
from typing import Any

from outside_engines import Engines
from pnet_pathways.adapters.fhir.actions import action_id
from pnet_pathways.adapters.fhir.answers import option_name
from pnet_pathways.adapters.fhir.publication import Publication, Resource
from pnet_pathways.adapters.fhir.responses import to_questionnaire_response
from pnet_pathways.adapters.fhir.writing_cql import libraries
from pnet_pathways.adapters.fhir.writing_plan import plan_definitions
from pnet_pathways.engine.answer import Certainty, Recommendation
from pnet_pathways.model.case import Case
from pnet_pathways.model.pathway import Definitions

OWN = "https://hospital.example.net/fhir"
ELM = "application/elm+json"

Applied = dict[str, list[tuple[Any, Any]]]
"""By plan, the ids of the actions of its RequestGroup, each with that of the action around it."""


def plans_and_libraries(definitions: Definitions, engines: Engines) -> list[Resource]:
    """Return the plans, and the Libraries that they name with what an engine runs: ELM."""
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


def check_plans(answer: Recommendation, told: Applied) -> None:
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
