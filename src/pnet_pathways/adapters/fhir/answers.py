"""An answer as FHIR resources: a RequestGroup of its options and gaps, a CarePlan around it, a GuidanceResponse on both.

Whatever the resources have no element for (alternatives of readings, on which facts an option depends, the state of reviews)
stands in the Parameters that the GuidanceResponse names as its output: the JSON contract, key by key.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from ...engine.answer import Certainty, EitherWay, Gap, OfferedOption, Recommendation, Status
from ...engine.answer_words import depending, gap_title, head, unapproved
from ...engine.text import as_markdown
from ...model.errors import Problem, PublicationError, shown
from ...model.hashing import digest
from ...model.pathway import Definitions, Option
from ...model.text import INSTANT_HINT, instant
from ...model.wording import enumerated, option_text
from .actions import Actions, action_id, listing, present
from .answer_terms import ANSWER, EITHER_WAY, GAP, REASONS, TREATMENTS, concept, option_id
from .findings import Reading, Reason
from .publication import EXAMPLE, Publication, Resource
from .responses import to_questionnaire_response

_REFERENCE: Final = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}|https?://\S+|urn:\S+")
_ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def answer_bundle(
    answer: Recommendation,
    canonical: str = EXAMPLE,
    *,
    reading: Reading | None = None,
    subject: str | None = None,
    at: str | None = None,
) -> Resource:
    """Return an answer as a Bundle of resources, whose first entry is the GuidanceResponse.

    `canonical` is the base of the artifacts' addresses, `reading` what the case was read from, `subject` a reference to the
    patient (by default that of the reading, else unknown) and `at` the time of the answer, ``2026-11-23T10:00:00Z``; the
    clock is never read. The same arguments give the same bytes. Raises `PublicationError` for an address, a reference or a
    time that is none.
    """
    problems = []
    moment = None if at is None else instant(at)
    if at is not None and moment is None:
        problems.append(Problem("at", f"{shown(at)} is not a time with its zone", INSTANT_HINT))
    if subject is not None and not _REFERENCE.fullmatch(subject):
        problems.append(Problem("subject", f"{shown(subject)} is no reference", "write it as Patient/123, or as an address"))
    if problems:
        raise PublicationError(problems)
    told = None if reading is None else reading.to_dict()
    found = subject or (reading.patient if reading is not None else "")
    writer = _Writer(
        answer, Publication(answer.definitions, canonical), reading, found, moment, [canonical, told, found, moment]
    )
    return {"resourceType": "Bundle", "type": "collection", "entry": [writer.entry(one) for one in writer.resources()]}


def parameters(data: Mapping[str, Any]) -> list[Resource]:
    """Return plain data as parameters: a list as repeated ones, a mapping as parts; what is null or empty is left out."""
    found = (
        {"name": key, **value}
        for key, given in data.items()
        for one in (given if isinstance(given, list) else [given])
        if (value := _value(one))
    )
    return list(found)


def _value(value: Any) -> Resource | None:
    if value is None or value == "":
        return None
    if isinstance(value, Mapping):
        parts = parameters(value)
        return {"part": parts} if parts else None
    if isinstance(value, bool):
        return {"valueBoolean": value}
    return {"valueInteger": value} if isinstance(value, int) else {"valueString": value}


@attrs.define
class _Writer:
    """Writes the resources of one answer."""

    answer: Recommendation
    publication: Publication
    reading: Reading | None
    subject: str
    at: str | None
    given: Sequence[object]
    seed: uuid.UUID = attrs.field(init=False)
    data: Mapping[str, Any] = attrs.field(init=False)
    actions: Actions = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.actions = Actions(self.publication)
        self.data = self.answer.to_dict()
        self.seed = uuid.uuid5(uuid.NAMESPACE_URL, digest([self.data, *self.given]))

    def resources(self) -> Iterator[Resource]:
        """Yield the resources; where the type is out of scope, nothing is proposed."""
        outcome = list(self._issues())
        in_scope = self.answer.status is not Status.OUT_OF_SCOPE
        yield self._guidance(bool(outcome), in_scope)
        if in_scope:
            yield self._plan()
            yield self._group()
        yield self._case()
        yield {"resourceType": "Parameters", "id": self._id("Parameters"), "parameter": parameters(self.data)}
        if outcome:
            yield {"resourceType": "OperationOutcome", "id": self._id("OperationOutcome"), "issue": outcome}

    def entry(self, resource: Resource) -> Resource:
        """Return an entry of the Bundle."""
        return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}

    def _id(self, kind: str) -> str:
        return str(uuid.uuid5(self.seed, kind))

    def _to(self, kind: str) -> Resource:
        return {"reference": f"urn:uuid:{self._id(kind)}", "type": kind}

    # The resources

    def _guidance(self, outcome: bool, in_scope: bool) -> Resource:
        answer = self.answer
        module = {"moduleUri": self.publication.canonical}
        if answer.pathway is not None:
            module = {"moduleCanonical": self._plan_of(answer.pathway)}
        found = {
            "resourceType": "GuidanceResponse",
            "id": self._id("GuidanceResponse"),
            **module,
            "status": "data-required" if answer.missing else "success",
            "subject": {"reference": self.subject} if self.subject else None,
            "occurrenceDateTime": self.at,
            "note": self._notes(),
            "evaluationMessage": [self._to("OperationOutcome")] if outcome else None,
            "outputParameters": self._to("Parameters"),
            "result": self._to("CarePlan") if in_scope else None,
            "dataRequirement": [self.actions.asked([fact]) for fact in answer.missing] or None,
        }
        return present(found)

    def _plan(self) -> Resource:
        return present(
            {
                "resourceType": "CarePlan",
                "id": self._id("CarePlan"),
                "instantiatesCanonical": [self._plan_of(name) for name in self.answer.bearing],
                "status": "draft",
                "intent": "proposal",
                "title": self.answer.definitions.source.title,
                "description": head(self.answer),
                "subject": self._subject(),
                "created": self.at,
                "supportingInfo": [self._to("QuestionnaireResponse")],
                "activity": [{"reference": self._to("RequestGroup")}],
                "note": [{"text": as_markdown(self.answer, every=True)}],
            }
        )

    def _group(self) -> Resource:
        return present(
            {
                "resourceType": "RequestGroup",
                "id": self._id("RequestGroup"),
                "instantiatesCanonical": [self._plan_of(name) for name in self.answer.bearing],
                "status": "draft",
                "intent": "proposal",
                "subject": {"reference": self.subject} if self.subject else None,
                "authoredOn": self.at,
                "note": [*self._notes(), *self._other_ways()],
                "action": list(self._tracks()) or None,
            }
        )

    def _case(self) -> Resource:
        made = to_questionnaire_response(self.answer.case, self.publication, subject=self.subject, authored=self.at or "")
        return {"resourceType": made["resourceType"], "id": self._id("QuestionnaireResponse"), **made}

    def _subject(self) -> Resource:
        """Return the patient where an element is required; who it is can be unknown."""
        return {"reference": self.subject} if self.subject else {"extension": [{"url": _ABSENT, "valueCode": "unknown"}]}

    def _plan_of(self, pathway: str) -> str:
        return f"{self.publication.url('PlanDefinition', pathway)}|{self.answer.definitions.pathways[pathway].version}"

    def _notes(self) -> list[Resource]:
        names = unapproved(self.answer)
        said = [self.answer.disclaimer, f"Not approved: {names}" if names else "", self.answer.note]
        return [{"text": text} for text in said if text]

    def _other_ways(self) -> Iterator[Resource]:
        for one in self.answer.alternatives:
            said = " ".join(one.words.values())
            yield {"text": f"Another reading ({one.reading}={one.alternative}): {one.text} {said}".strip()}

    def _issues(self) -> Iterator[Resource]:
        """Yield what has to be said of the input: that its type is out of scope, and what became no fact."""
        if self.answer.status is Status.OUT_OF_SCOPE:
            yield {"severity": "warning", "code": "not-supported", "diagnostics": self.answer.note}
        if self.reading is None:
            return
        for left in self.reading.unmapped:
            incomplete = left.reason is Reason.INCOMPLETE
            place = f"{left.resource} {left.path}".strip()
            yield {
                "severity": "warning" if incomplete else "information",
                "code": "incomplete" if incomplete else "informational",
                "details": concept(self.publication, REASONS, left.reason.value),
                "diagnostics": f"{place}: {left.text}" if left.text else place,
            }
        for one in self.reading.suggested:
            sources = enumerated([f"{source.resource} {source.path}" for source in one.sources])
            said = self.answer.definitions.words(one.fact, (one.value,))
            yield {
                "severity": "information",
                "code": "informational",
                "details": concept(self.publication, REASONS, one.reason.value),
                "diagnostics": f"To be confirmed: {said} ({sources})",
            }

    # The actions

    def _tracks(self) -> Iterator[Resource]:
        for name, track in self.answer.definitions.groups.items():
            actions = [
                *(self._either_way(way, number) for number, way in enumerate(self.answer.either_way, 1) if way.track == name),
                *self._options(name),
                *(self._gap(gap, number) for number, gap in enumerate(self.answer.gaps, 1) if gap.track == name),
            ]
            if actions:
                yield listing(name, track.title, "any", actions)

    def _options(self, track: str) -> Iterator[Resource]:
        """Yield the options of a track; those of an "either ... or" stand together."""
        listed = [option for option in self.answer.options if option.track == track]
        told = set()
        for option in listed:
            if option.choice is None:
                yield self._option(option)
            elif option.choice not in told:
                told.add(option.choice)
                same = [self._option(one) for one in listed if one.choice == option.choice]
                yield listing(option.choice, "either ... or", "at-most-one", same)

    def _option(self, option: OfferedOption) -> Resource:
        definitions = self.answer.definitions
        name = option_name(definitions, option)
        depends = depending(definitions, option.depends_on)
        words = option_text(option.strength, option.label, option.intent, option.choice)
        said = "applies" if option.certainty is Certainty.CERTAIN else f"may apply, {depends}"
        condition = self.actions.applicable(name, option.pathway, depends)
        return present(
            {
                "id": action_id(name, option.certainty),
                "title": option.label,
                "description": f"{option.statement} {said}: {words}",
                "code": self.actions.codes(option.certainty, option.strength, option.intent),
                "documentation": [
                    *self.actions.citations(definitions.statement(option.statement)),
                    *self.actions.readings(option.readings),
                ],
                "condition": None if option.certainty is Certainty.CERTAIN else [condition],
                **self._treatments(option.treatments, option.optional),
            }
        )

    def _either_way(self, way: EitherWay, number: int) -> Resource:
        definitions = self.answer.definitions
        words = option_text(way.strength, way.label, way.intent, None)
        return {
            "id": f"{EITHER_WAY}-{number}",
            "title": way.label,
            "description": f"Applies either way, by {enumerated(list(way.statements), 'or')}: {words}",
            "code": self.actions.codes(EITHER_WAY, way.strength, way.intent),
            "documentation": [one for name in way.statements for one in self.actions.citations(definitions.statement(name))],
            **self._treatments(way.treatments, way.optional),
        }

    def _gap(self, gap: Gap, number: int) -> Resource:
        return present(
            {
                "id": f"{GAP}-{number}-{gap.kind}-{gap.certainty}",
                "title": gap_title(self.answer, gap),
                "description": gap.message,
                "code": self.actions.codes(GAP, gap.kind, gap.certainty),
                "documentation": list(self.actions.readings(gap.readings)) or None,
                "resource": self._named(ANSWER, gap.kind),
            }
        )

    def _treatments(self, treatments: Sequence[str], optional: Sequence[str]) -> Resource:
        """Return what an action is about: one treatment, or an action for each of those given together."""
        if len(treatments) == 1 and not optional:
            return {"resource": self._named(TREATMENTS, treatments[0])}
        given = [(one, "must") for one in treatments] + [(one, "could") for one in optional]
        return {
            "groupingBehavior": "sentence-group",
            "selectionBehavior": "one-or-more" if optional else "all",
            "action": [
                {
                    "title": self.answer.definitions.treatments[one].label,
                    "requiredBehavior": behavior,
                    "resource": self._named(TREATMENTS, one),
                }
                for one, behavior in given
            ],
        }

    def _named(self, system: str, code: str) -> Resource:
        """Return what is named by a code alone: an action that holds no others must be about something."""
        found = concept(self.publication, system, code)["coding"][0]
        return {"identifier": {"system": found["system"], "value": code}, "display": found["display"]}


def option_name(definitions: Definitions, offered: OfferedOption) -> str:
    """Return what a Library and a plan call an option; one that only chosen readings list carries their names."""
    base = definitions if definitions.base is None else definitions.base
    found = next((one for one in base.statement(offered.statement).options if _key(one) == _key(offered)), None)
    if found is not None:
        return option_id(found)
    read = [one for one in definitions.statement(offered.statement).options if _key(one) == _key(offered)]
    chosen = (one for one in base.alternatives if definitions.readings_chosen.get(one.reading) == one.id)
    return f"{option_id(read[0])} {' and '.join(one.name for one in chosen if offered.statement in one.named)}"


def _key(option: Option | OfferedOption) -> tuple[object, ...]:
    return option.item, option.treatments, option.optional, option.strength, option.intent, option.choice
