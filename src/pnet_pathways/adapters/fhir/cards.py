"""From a reading to CDS Hooks cards: what applies, what the next question would decide, what a clinician must confirm.

Nothing here orders anything: the cards carry no suggestions.
"""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Mapping
from typing import Any, Final

import attrs

from ...engine.answer import Certainty, OfferedOption, Recommendation, Status
from ...engine.recommend import recommend
from ...model.case import Case
from ...model.pathway import Definitions
from ...model.text import counted, escape
from ...model.values import answer_name
from ...model.wording import enumerated, in_brackets
from .card_words import MOST_DETAIL, MOST_SUMMARY, cut, detail, questions, summary
from .findings import Conflict, ConflictingRecords, Reading, Source, Suggestion
from .prefetch import Prefetched, record_words

Card = dict[str, Any]

EXTENSION: Final = "pnet_pathways"
"""Under this name a card's `extension` holds the answer for programs."""
_NEXT: Final = 3
_MOST_EVIDENCE: Final = 6
_REASONS: Final = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
OVERRIDE_REASONS: Final = tuple(
    {"code": code, "system": _REASONS, "display": display}
    for code, display in (
        ("cds-not-applicable", "PC CDS does not apply to patient"),
        ("cds-suboptimal-context", "PC CDS delivered in suboptimal context"),
        ("recipient-disagrees-evidence", "Recipient disagrees with recommendation because of issues with the evidence"),
        ("recipient-concerns-outcomes", "Recipient has concerns regarding potential health outcomes"),
        ("does-not-align-preferences", "Recommendation does not align with patient preferences or values"),
        ("not-convenient-feasible", "Recommendation is not convenient or feasible"),
        ("action-completed", "Recommended action was already completed"),
        ("patient-contraindication", "Patient has contraindication to recommended action"),
        ("patient-refuses", "Patient refuses/declines (no context given)*"),
        ("too-costly-uncovered", "Recommended action is too costly or not covered by insurance"),
        ("service-not-available", "Treatment or service is not practically available"),
        (
            "recipient-does-not-understand",
            "Recipient does not understand the recommended action or know how to perform the recommended action",
        ),
    )
)
"""Why a card was overridden: HL7's codes for the point of care."""


@attrs.frozen
class CardLinks:
    """Where a card leads: `report`, the address of the report page, and `form`, that of the SMART launch; empty: no link."""

    report: str = ""
    form: str = ""


def cards(
    reading: Reading, sent: Prefetched, instance: str, links: CardLinks | None = None, *, explain: bool = False
) -> list[Card]:
    """Return the cards on a reading; none where the record does not say that the patient is one whom the document is about.

    `instance` is the call's ``hookInstance``: a retry gets the same cards. `explain` gives a card for a type out of scope.
    """
    if not reading.on_subject:
        return []
    answer = remembered(reading.definitions, reading.case)
    if answer.status is Status.OUT_OF_SCOPE and not explain:
        return []
    identity = _Identity(reading.definitions, instance, reading.case.to_dict())
    found = [_options_card(answer, sent, identity, links or CardLinks())]
    if to_confirm := [one for one in reading.suggested if _matters(answer, one)]:
        found.append(_confirm_card(answer, to_confirm, identity))
    return found


@functools.lru_cache(maxsize=1024)
def remembered(definitions: Definitions, case: Case) -> Recommendation:
    """Return the answer to a case; the last ones are kept, with what they found under other readings."""
    return recommend(case, definitions)


def conflict_cards(error: ConflictingRecords, definitions: Definitions, instance: str) -> list[Card]:
    """Return the card on records that cannot all be true; none for a patient whom the document is not about."""
    if not error.on_subject:
        return []
    said = [escape(conflict_words(definitions, one)) for one in error.conflicts]
    resources = [" and ".join(dict.fromkeys(source.resource for source in one.sources)) for one in error.conflicts]
    also = f" ({counted(len(said), 'conflict')})" if len(said) > 1 else ""
    body = ["Nothing is listed until these records agree:", *(f"- {one}" for one in said)]
    identity = _Identity(definitions, instance, {"conflicts": said})
    return [_card(identity, "conflict", f"Records conflict{also}: {resources[0]}", body, ())]


@attrs.frozen
class _Identity:
    """What makes a card the same card: the call, the definitions, and what it says."""

    definitions: Definitions
    instance: str
    content: Mapping[str, Any]

    def uuid(self, kind: str, more: object = None) -> str:
        """Return the id of a card of a kind."""
        said = [self.instance, kind, self.definitions.content_hash, self.content, more]
        return str(uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(said, sort_keys=True)))


def _card(identity: _Identity, kind: str, said: str, body: list[str], tail: tuple[str, ...], more: object = None) -> Card:
    """Return a card; the disclaimer always stands whole."""
    source = identity.definitions.source
    end = "\n\n".join((*tail, f"*{escape(source.disclaimer)}*"))
    text = "\n".join(body)
    return {
        "uuid": identity.uuid(kind, more),
        "summary": cut(said, MOST_SUMMARY),
        "indicator": "info",
        "detail": f"{cut(text, MOST_DETAIL - len(end) - 2)}\n\n{end}",
        "source": {"label": source.title, "url": source.url},
    }


def _options_card(answer: Recommendation, sent: Prefetched, identity: _Identity, links: CardLinks) -> Card:
    states = {key: str(state) for key, state in sent.states.items()}
    card = _card(identity, "options", summary(answer), *detail(answer, record_words(sent.states, sent.why)), states)
    uuid_ = card["uuid"]
    addresses = []
    if links.form and answer.missing:
        addresses.append({"label": "Answer the questions", "url": links.form, "type": "smart", "appContext": uuid_})
    if links.report:
        addresses.append({"label": "The pathway on one page", "url": links.report, "type": "absolute"})
    return {
        **card,
        "links": addresses,
        "overrideReasons": [dict(one) for one in OVERRIDE_REASONS],
        "extension": {EXTENSION: _for_programs(answer, states)},
    }


def _for_programs(answer: Recommendation, states: Mapping[str, str]) -> dict[str, Any]:
    """Return the answer as the card carries it for programs: what is certain, possible, missing and not said."""
    return {
        "status": str(answer.status),
        "case": answer.case.to_dict(),
        **{str(kind): [_brief(one) for one in answer.options if one.certainty is kind] for kind in Certainty},
        "gaps": [{"track": one.track, "kind": str(one.kind), "certainty": str(one.certainty)} for one in answer.gaps],
        "missing": list(answer.missing),
        "prefetch": dict(states),
        "definitions": {"version": answer.definitions.version, "hash": answer.definitions.content_hash},
    }


def _brief(option: OfferedOption) -> dict[str, Any]:
    return {
        "statement": option.statement,
        "item": option.item,
        "track": option.track,
        "treatments": list(option.treatments),
        "optional": list(option.optional),
    }


# What must be confirmed


def _matters(answer: Recommendation, one: Suggestion) -> bool:
    """Return whether confirming a suggestion would change the answer, or speaks against what is known."""
    known = answer.case.value(one.fact)
    return one.fact in answer.missing or (known is not None and known != one.value)


def _confirm_card(answer: Recommendation, found: list[Suggestion], identity: _Identity) -> Card:
    definitions = answer.definitions
    names = list(dict.fromkeys(definitions.words(one.fact, (one.value,)) for one in found))
    lines = ["Evidence in the record that counts only once a clinician confirms it:"]
    lines += [f"- {_evidence(definitions, one)}" for one in found[:_MOST_EVIDENCE]]
    if len(found) > _MOST_EVIDENCE:
        lines.append(f"- and {len(found) - _MOST_EVIDENCE} more")
    asked = questions(answer)[:_NEXT]
    if asked:
        lines += ["", "Next questions:"]
        lines += [f"{number}. {escape(one.text)}" for number, one in enumerate(asked, 1)]
    said = [[one.fact, answer_name(one.value)] for one in found]
    return _card(identity, "confirm", f"To confirm: {enumerated(names, most=2)}", lines, (), said)


def _evidence(definitions: Definitions, one: Suggestion) -> str:
    words = definitions.words(one.fact, (one.value,))
    return escape(f"{words}: {enumerated([_source(source) for source in one.sources[:2]])}; {one.reason.words}")


def _source(source: Source) -> str:
    """Return a source as a clinician finds it: what it is called, its code and the resource."""
    name = source.display or source.code or source.resource
    more = [one for one in (source.code, source.resource) if one and one != name]
    return cut(f"{cut(name, 60)}{in_brackets(more)}", 140)


def conflict_words(definitions: Definitions, conflict: Conflict) -> str:
    """Return what conflicts, as a clinician reads it: each record with what it says, and why not all can be true."""
    said = []
    for fact, value, source in conflict.said:
        words = "that this has ended" if value is None else definitions.words(fact, (value,))
        said.append(f"{_source(source)} says {words}")
    return f"{'; '.join(said)}: {conflict.because}"
