"""FHIR R4 out: a form of all facts, and a form of each pathway that asks as its graphs do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from ...model.errors import Problem, PublicationError
from ...model.facts import Fact
from ...model.pathway import Pathway
from ...model.values import Value
from .asking import Asked, AskedState, Condition, asked_states
from .codes import code_map
from .prefill import Prefill
from .publication import Publication, Resource, identifier
from .terms import FACTS, code_of, coding, system_of

_CONTROL: Final = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
_CONTROLS: Final = "http://hl7.org/fhir/questionnaire-item-control"
_ORIENTATION: Final = "http://hl7.org/fhir/StructureDefinition/questionnaire-choiceOrientation"
_SDC: Final = "http://hl7.org/fhir/uv/sdc/StructureDefinition"
_VARIABLE: Final = "http://hl7.org/fhir/StructureDefinition/variable"


def forms(publication: Publication) -> Iterator[Resource]:
    """Yield the form of all facts, and a form of each pathway."""
    taken = {identifier(FACTS): FACTS}
    for name in publication.definitions.pathways:
        if (id_ := identifier(name)) in taken:
            message = f"the id {id_} of its form is that of {taken[id_]}"
            raise PublicationError([Problem(name, message, "give the pathway another name")])
        taken[id_] = name
    yield _form_of_all(publication)
    for pathway in publication.definitions.pathways.values():
        yield _form_of(publication, pathway)


# Forms


def _form(publication: Publication, name: str, title: str, description: str, **elements: Any) -> Resource:
    return publication.resource(
        "Questionnaire", name, title=title, description=description, subjectType=["Patient"], **elements
    )


def _form_of_all(publication: Publication) -> Resource:
    definitions = publication.definitions
    vocabulary = definitions.vocabulary
    prefill = Prefill(code_map(definitions), publication, system_of(publication), FACTS)
    items = []
    for key in vocabulary.keys:
        asked = [
            _item(publication, vocabulary.facts[name], name, vocabulary.help(name), prefill.expression(name))
            for name in vocabulary.facts_of(key)
        ]
        items += [_group(key, vocabulary.question(key), vocabulary.help(key), asked)] if key in vocabulary.groups else asked
    return _form(
        publication,
        FACTS,
        "All facts of a case",
        "Every fact that a case can hold, on one page. What is left open is unknown, never no. What the patient's record says "
        "for certain can be filled in beforehand.",
        extension=[_launch_patient(), *map(_variable, prefill.variables())],
        item=items,
    )


def _form_of(publication: Publication, pathway: Pathway) -> Resource:
    definitions = publication.definitions
    tracks = []
    for track in pathway.tracks.values():
        if states := asked_states(definitions, pathway.name, track):
            tracks.append(_group(track.name, track.title, "", list(_Asking(publication, pathway.name, states).items())))
    return _form(
        publication,
        pathway.name,
        f"{pathway.title}: questions",
        "The questions of this pathway one after the other, each only where the answers so far lead to it. Once no question "
        "is left, everything is answered on which the pathway's options hang.",
        pathway=pathway.name,
        item=tracks,
    )


# Items


def _group(link: str, text: str, help_: str, items: list[Resource], shown: Mapping[str, Any] | None = None) -> Resource:
    return {"linkId": link, "text": text, "type": "group", **(shown or {}), "item": [*_help(link, help_), *items]}


def _item(
    publication: Publication,
    fact: Fact,
    link: str,
    help_: str,
    prefilled: str = "",
    *,
    shown: Mapping[str, Any] | None = None,
    values: tuple[Value, ...] = (),
) -> Resource:
    """Return the item that asks a fact, with some of its values or all."""
    extensions: list[Resource] = []
    options: Resource = {}
    if not fact.is_boolean:
        extensions += [_control("radio-button"), {"url": _ORIENTATION, "valueCode": "vertical"}]
        options["answerOption"] = [{"valueCoding": coding(publication, fact, value)} for value in values or fact.values]
    if prefilled:
        expression = {"language": "text/fhirpath", "expression": prefilled}
        extensions.append({"url": f"{_SDC}/sdc-questionnaire-initialExpression", "valueExpression": expression})
    made: Resource = {"extension": extensions} if extensions else {}
    made |= {
        "linkId": link,
        "text": fact.question,
        "type": "boolean" if fact.is_boolean else "choice",
        **(shown or {}),
        **options,
    }
    return {**made, "item": _help(link, help_)} if help_ else made


def _help(link: str, text: str) -> list[Resource]:
    return [{"extension": [_control("help")], "linkId": f"{link}#help", "text": text, "type": "display"}] if text else []


def _control(code: str) -> Resource:
    return {"url": _CONTROL, "valueCodeableConcept": {"coding": [{"system": _CONTROLS, "code": code}]}}


@attrs.frozen
class _Asking:
    """The items that ask a track of a pathway."""

    publication: Publication
    pathway: str
    states: tuple[AskedState, ...]

    def items(self) -> Iterator[Resource]:
        definitions = self.publication.definitions
        for state in self.states:
            asked = [self._item(one) for one in state.items]
            if state.asks in definitions.vocabulary.groups:
                text, help_ = definitions.question(state.asks, self.pathway), definitions.help(state.asks, self.pathway)
                yield _group(state.link, text, help_, asked, self._shown(state.shown_when))
            else:
                yield from asked

    def _item(self, asked: Asked) -> Resource:
        definitions = self.publication.definitions
        fact = definitions.vocabulary.facts[asked.fact]
        help_, shown = definitions.help(fact.name, self.pathway), self._shown(asked.shown_when)
        made = _item(self.publication, fact, asked.link, help_, shown=shown, values=asked.values)
        return {**made, "text": definitions.question(fact.name, self.pathway)}

    def _shown(self, conditions: tuple[Condition, ...]) -> Resource:
        """Return the elements under which an item is shown: under any of the conditions, always under none."""
        found = [{"question": link, "operator": "=", **self._answer(link, value)} for link, value in conditions]
        return {} if not found else {"enableWhen": found, **({"enableBehavior": "any"} if found[1:] else {})}

    def _answer(self, link: str, value: Value) -> Resource:
        if isinstance(value, bool):
            return {"answerBoolean": value}
        asks = next(one.fact for state in self.states for one in state.items if one.link == link)
        code = code_of(self.publication.definitions.vocabulary.facts[asks], value)
        return {"answerCoding": {"system": system_of(self.publication), "code": code}}


# Filled in beforehand


def _launch_patient() -> Resource:
    parts = [
        {
            "url": "name",
            "valueCoding": {"system": "http://hl7.org/fhir/uv/sdc/CodeSystem/launchContext", "code": "patient"},
        },
        {"url": "type", "valueCode": "Patient"},
    ]
    return {"extension": parts, "url": f"{_SDC}/sdc-questionnaire-launchContext"}


def _variable(variable: tuple[str, str, str]) -> Resource:
    name, language, expression = variable
    return {"url": _VARIABLE, "valueExpression": {"name": name, "language": language, "expression": expression}}
