"""The other resources that are read: observations, procedures, drugs, recorded tumors, and forms of our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from ...model.errors import shown
from ...model.facts import Fact
from ...model.pathway import Definitions
from ...model.values import Value
from .asking import form_links
from .bundle import without_version
from .codes import Row
from .conditions import PLACES, Codings, ConditionReader, Said
from .elements import Elements, Span
from .findings import Reason, Source
from .gathering import FORM_TOPIC, Dated
from .terms import FACTS, code_of

_FINAL: Final = frozenset({"final", "amended", "corrected"})
_UNCONFIRMED: Final = frozenset({"preliminary", "registered"})
_ANSWERED: Final = frozenset({"completed", "amended"})
_FORMS: Final = "/Questionnaire/"
"""What stands before the name of a form that the library writes."""
_VALUE_AXES: Final = {
    "morphology": frozenset({"morphology", "disorder"}),
    "stage": frozenset({"stage"}),
    "trend": frozenset({"trend"}),
    "residual": frozenset({"residual"}),
}
_QUESTIONS: Final = frozenset({"observation"})
_PROCEDURES: Final = frozenset({"procedure"})
_MAX_ITEMS: Final = 64
"""How deep the items of a form are followed."""


@attrs.define
class RecordReader:
    """Reads everything but Conditions, which come first: `conditions` knows which of them are of the tumor.

    `names` are the names of the resources by what refers to them. `counted` are the recorded tumors.
    """

    definitions: Definitions
    conditions: ConditionReader
    names: Mapping[str, str]
    counted: list[Source] = attrs.field(factory=list)

    @property
    def _elements(self) -> Elements:
        return self.conditions.elements

    def _codings(self, name: str) -> Codings:
        return Codings(self.conditions.codes, self.conditions.gathering, self.conditions.elements, name)

    # Observations

    def observation(self, name: str, data: Mapping[str, Any]) -> None:
        """Read an Observation with its components."""
        elements, codings = self._elements, self._codings(name)
        parts = [("", data), *elements.objects(data, "component")]
        asked: list[tuple[str, Mapping[str, Any], Row]] = []
        for path, part in parts:
            if path and part.get("modifierExtension"):
                codings.leave(path, Reason.MODIFIER_NOT_UNDERSTOOD)
                continue
            found = codings.look_up(part, "code", _QUESTIONS, path)
            asked += [(path, part, one.row) for one in found[:1]]
        if not asked:
            return
        status = elements.get(data, "status", str)
        if status not in _FINAL:
            reason = Reason.ENTERED_IN_ERROR if status == "entered-in-error" else Reason.NOT_FINAL
            codings.leave("status", Reason.UNCONFIRMED if status in _UNCONFIRMED else reason, asked[0][2].display)
            return
        for path, part, row in asked:
            self._value(_Observed(name, data, codings), path, part, row)

    def _value(self, observed: _Observed, path: str, part: Mapping[str, Any], row: Row) -> None:
        """Read the value of an Observation or of one of its components."""
        codings, start = observed.codings, f"{path}." if path else ""
        value = next((key for key in part if key.startswith("value") and part[key] is not None), None)
        if value is None:
            if part.get("dataAbsentReason") is not None or not (part.get("hasMember") or part.get("component")):
                codings.leave(f"{start}value", Reason.ABSENT, row.display)
        elif row.asks == "measure":
            codings.leave(f"{start}{value}", row.reason or Reason.NO_MEASURE_IN_SUMMARY, self._measure(part, value))
        elif row.asks == "history":
            # Its value comes first: false reverses what the code says. Neither says what is there now.
            codings.leave(
                f"{start}{value}", row.reason or Reason.NEEDS_JUDGEMENT, f"{row.display}: {shown(part[value]).lower()}"
            )
        elif value != "valueCodeableConcept":
            codings.leave(
                f"{start}{value}", Reason.TEXT_ONLY, f"{part[value]}"[:200] if isinstance(part[value], str) else value
            )
        else:
            for said in codings.look_up(part, value, _VALUE_AXES[row.asks or ""], path):
                self._coded(observed, said, row.asks or "")

    def _measure(self, part: Mapping[str, Any], key: str) -> str:
        quantity = part[key]
        if not isinstance(quantity, Mapping):
            return shown(quantity)
        said = [quantity.get(name) for name in ("comparator", "value", "unit")]
        return " ".join(one[:40] if isinstance(one, str) else shown(one) for one in said if one is not None)

    def _coded(self, observed: _Observed, said: Said, asks: str) -> None:
        gathering, row, source = self.conditions.gathering, said.row, said.source(observed.name)
        about = self._about(observed)
        if about is False or (about is None and asks != "morphology" and not self.conditions.tumors):
            # Staging that does not say of what is that of the tumor only where one is on record.
            observed.codings.leave(source.path, Reason.OTHER_SUBJECT, said.words)
        elif asks == "stage":
            span = self._elements.effective(observed.data)
            gathering.dated.append(
                Dated(
                    row.part,
                    span,
                    row.basis == "pathologic",
                    (row.means, row.suggests, row.reason),
                    row.means,
                    row.suggests,
                    row.reason,
                    source,
                )
            )
        elif row.needs == "organ" and not self._in_organ(observed):
            observed.codings.leave(source.path, Reason.ORGAN_NOT_SAID, said.words)
        else:
            # Only what lasts: where and whether it is there now, a Condition says.
            entry = gathering.vocabulary.entry
            gathering.find(tuple(one for one in row.means if one[0] == entry), source)
            gathering.suggest(tuple(one for one in row.means if one[0] != entry), Reason.NEEDS_JUDGEMENT, source)
            gathering.suggest(row.suggests, Reason.NEEDS_JUDGEMENT, source)
            if row.reason is not None:
                observed.codings.leave(source.path, row.reason, said.words)

    def _about(self, observed: _Observed) -> bool | None:
        """Return whether an Observation is of the tumor by what it focuses on; `None` where it does not say."""
        references = [
            self._elements.reference({"focus": one}, "focus") or "" for _, one in self._elements.objects(observed.data, "focus")
        ]
        if not references:
            return None
        return any(self.names.get(without_version(one)) in self.conditions.tumors for one in references)

    def _in_organ(self, observed: _Observed) -> bool:
        return any(one.row.organ for one in observed.codings.look_up(observed.data, "bodySite", PLACES))

    # Procedures, drugs and recorded tumors: evidence only

    def procedure(self, name: str, data: Mapping[str, Any]) -> None:
        """Read a Procedure: evidence that a clinician must confirm."""
        elements, codings = self._elements, self._codings(name)
        said = codings.look_up(data, "code", _PROCEDURES)
        status = elements.get(data, "status", str)
        for one in said:
            if status == "completed":
                self.conditions.gathering.suggest(one.row.suggests, Reason.NEEDS_JUDGEMENT, one.source(name))
            else:
                reason = Reason.ENTERED_IN_ERROR if status == "entered-in-error" else Reason.NOT_FINAL
                codings.leave("status", reason, one.words)

    def drug(self, name: str, data: Mapping[str, Any]) -> None:
        """List a MedicationRequest: that it was ordered says nothing that a fact asks for."""
        self._codings(name).leave("", Reason.NEEDS_JUDGEMENT, self._elements.words(data, "medicationCodeableConcept"))

    def body_structure(self, name: str, data: Mapping[str, Any]) -> None:
        """Read a BodyStructure: a recorded tumor suggests where one lies, and all of them how many there are."""
        elements, codings = self._elements, self._codings(name)
        if elements.get(data, "active", bool) is False:
            codings.leave("active", Reason.NOT_ACTIVE)
            return
        places = codings.look_up(data, "location", PLACES)
        morphology = elements.get(data, "morphology", dict)
        related = any(self._related(path, one) for path, one in elements.objects(data, "extension"))
        if not places or (morphology is None and not related):
            if places:
                codings.leave("location", Reason.NEEDS_JUDGEMENT, places[0].words)
            return
        for one in places:
            self.conditions.gathering.suggest(one.row.means, Reason.NEEDS_JUDGEMENT, one.source(name))
        if any(one.row.organ for one in places):
            self.counted.append(places[0].source(name))

    def _related(self, path: str, extension: Mapping[str, Any]) -> bool:
        """Whether an extension relates a recorded tumor to a Condition of the tumor."""
        if not str(extension.get("url", "")).endswith("/mcode-related-condition"):
            return False
        reference = self._elements.reference(extension, "valueReference", path)
        return self.names.get(without_version(reference or "")) in self.conditions.tumors

    def count(self) -> None:
        """Suggest how many tumors there are, by those that were recorded."""
        codes = self.conditions.codes
        facts = codes.several if len(self.counted) > 1 else codes.one
        for source in self.counted:
            self.conditions.gathering.suggest(facts, Reason.NEEDS_JUDGEMENT, source)

    # Forms

    def form(self, name: str, data: Mapping[str, Any]) -> None:
        """Read an answered form of all facts, or of a pathway: each item is linked to the fact that it asks."""
        elements, codings = self._elements, self._codings(name)
        address = (elements.get(data, "questionnaire", str) or "").partition("|")[0]
        base, _, form = address.rpartition(_FORMS)
        links = form_links(self.definitions).get(form)
        if not base or links is None:
            codings.leave("questionnaire", Reason.NOT_READ, address or "a form")
            return
        status = elements.get(data, "status", str)
        if status not in _ANSWERED:
            reason = Reason.ENTERED_IN_ERROR if status == "entered-in-error" else Reason.NOT_FINAL
            codings.leave("status", reason, status or "")
            return
        span = elements.span(data, "authored")
        for path, item in self._items(data):
            self._answer(codings, path, item, links, f"{base}/CodeSystem/{FACTS}", span)

    def _items(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        waiting = [(path, item, 0) for path, item in self._elements.objects(data, "item")]
        while waiting:
            path, item, depth = waiting.pop(0)
            yield path, item
            if depth < _MAX_ITEMS:
                for where, inside in ((path, item), *self._elements.objects(item, "answer", path)):
                    waiting += [(below, one, depth + 1) for below, one in self._elements.objects(inside, "item", where)]

    def _answer(
        self,
        codings: Codings,
        path: str,
        item: Mapping[str, Any],
        links: Mapping[str, Fact],
        system: str,
        span: Span | None,
    ) -> None:
        gathering = self.conditions.gathering
        link = self._elements.get(item, "linkId", str, path) or ""
        answers = list(self._elements.objects(item, "answer", path))
        if not answers:
            return
        if item.get("modifierExtension") or any(answer.get("modifierExtension") for _, answer in answers):
            codings.leave(path, Reason.MODIFIER_NOT_UNDERSTOOD, link)
            return
        fact = links.get(link)
        if fact is None:
            codings.leave(path, Reason.NO_MAPPING, link)
            return
        where, answer = answers[0]
        value: Value | None = None
        code = ""
        if fact.is_boolean:
            value = self._elements.get(answer, "valueBoolean", bool, where)
        else:
            coding = self._elements.get(answer, "valueCoding", dict, where) or {}
            code = self._elements.get(coding, "code", str, where) or ""
            if coding.get("system") == system:
                value = {code_of(fact, one): one for one in fact.values}.get(code)
        if value is None or len(answers) > 1:
            codings.leave(path, Reason.NO_MAPPING, f"{link} {code}".strip())
            return
        source = Source(codings.resource, where, system if code else "", code)
        means = ((fact.name, value),)
        gathering.dated.append(Dated(f"{FORM_TOPIC}{fact.name}", span, False, means, means, (), None, source))


@attrs.frozen
class _Observed:
    """An Observation that is read."""

    name: str
    data: Mapping[str, Any]
    codings: Codings
