"""What a CDS Hooks call must hold, hook by hook, and the feedback on its cards: the field rules of the specification."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import attrs

from ...model.errors import Problem, shown
from .messages import CallError

_SHORT: Final = 64
_MOST_FEEDBACK: Final = 1000
_CODE: Final = re.compile(r"\S+(?: \S+)*")


@attrs.frozen
class Hook:
    """A service: its id, the hook that calls it, and the fields of the hook's context with their types."""

    id: str
    hook: str
    title: str
    context: Mapping[str, type]


_VIEW: Final = {"userId": str, "patientId": str}
HOOKS: Final = {
    one.id: one
    for one in (
        Hook("pnet-patient-view", "patient-view", "{title}: what the document lists for this patient", _VIEW),
        Hook(
            "pnet-order-select",
            "order-select",
            "{title}: what the document lists, while an order is chosen",
            {**_VIEW, "selections": list, "draftOrders": dict},
        ),
    )
}


@attrs.frozen
class HookCall:
    """A call of a hook: what is read of it."""

    instance: str
    patient: str
    prefetch: Mapping[str, Any]
    server: str = ""
    token: str = attrs.field(default="", repr=False)
    token_patient: str = ""
    """The one patient for whom the token is good; empty: it does not say."""


@attrs.define
class _Fields:
    """Reads fields, and records every problem."""

    problems: list[Problem] = attrs.field(factory=list)

    def get(self, data: Mapping[str, Any], name: str, kind: type, where: str = "", *, required: bool = True) -> Any:
        """Return a field, `None` where it is missing or of the wrong type."""
        value, place = data.get(name), f"{where}.{name}" if where else name
        if value is None:
            if required:
                self.problems.append(Problem(place, "is missing", f"takes {_KINDS[kind]}"))
        elif not isinstance(value, kind):
            self.problems.append(Problem(place, f"takes {_KINDS[kind]}, not {_kind(value)}"))
        elif value == "" and required:
            self.problems.append(Problem(place, "is empty"))
        else:
            return value
        return None

    def stop(self) -> None:
        """Raise `CallError` where anything is wrong."""
        if self.problems:
            raise CallError(400, self.problems)


_KINDS: Final[Mapping[type, str]] = {str: "text", dict: "an object", list: "a list"}


def _kind(value: object) -> str:
    return next((name for kind, name in _KINDS.items() if isinstance(value, kind)), "a number, true or false")


def read_call(data: object, hook: Hook) -> HookCall:
    """Return what a call says. Raises `CallError` with every field that is missing or wrong; optional ones may be left out."""
    if not isinstance(data, Mapping):
        raise CallError(400, [f"the body takes an object, not {_kind(data)}"])
    fields = _Fields()
    named = fields.get(data, "hook", str)
    if named is not None and named != hook.hook:
        fields.problems.append(Problem("hook", f"this service is for {hook.hook}, not for {shown(named)}"))
    instance = fields.get(data, "hookInstance", str)
    if instance is not None and not _is_uuid(instance):
        fields.problems.append(Problem("hookInstance", f"is no UUID: {shown(instance)}"))
    server = fields.get(data, "fhirServer", str, required=False)
    authorization = fields.get(data, "fhirAuthorization", dict, required=False) or {}
    token, token_patient = (
        fields.get(authorization, name, str, "fhirAuthorization", required=False) for name in ("access_token", "patient")
    )
    context = fields.get(data, "context", dict)
    if context is not None:
        for name, kind in hook.context.items():
            fields.get(context, name, kind, "context")
        fields.get(context, "encounterId", str, "context", required=False)
    prefetch = fields.get(data, "prefetch", dict, required=False)
    fields.stop()
    return HookCall(
        str(uuid.UUID(instance)), context["patientId"], prefetch or {}, server or "", token or "", token_patient or ""
    )


def _is_uuid(text: str) -> bool:
    try:
        return uuid.UUID(text).hex == text.lower().replace("-", "")
    except ValueError:
        return False


def read_feedback(data: object, service: str, *, comments: bool) -> list[dict[str, Any]]:
    """Return the rows of feedback. Raises `CallError` with every field that is missing or wrong; comments only if wanted.

    Both forms of an override reason are read: the coding in ``reason`` (2.0), or in ``overrideReason`` itself (before).
    """
    if not isinstance(data, Mapping):
        raise CallError(400, [f"the body takes an object, not {_kind(data)}"])
    fields = _Fields()
    listed = fields.get(data, "feedback", list) or []
    if listed == [] and not fields.problems:
        fields.problems.append(Problem("feedback", "is empty"))
    if len(listed) > _MOST_FEEDBACK:
        fields.problems.append(Problem("feedback", f"holds more than {_MOST_FEEDBACK} entries"))
        listed = []
    rows = [
        _row(fields, one, f"feedback[{number}]", service, comments=comments)
        for number, one in enumerate(listed)
        if _is_object(fields, one, f"feedback[{number}]")
    ]
    fields.stop()
    return rows


def _is_object(fields: _Fields, value: object, where: str) -> bool:
    if isinstance(value, dict):
        return True
    fields.problems.append(Problem(where, f"takes an object, not {_kind(value)}"))
    return False


def _row(fields: _Fields, one: Mapping[str, Any], where: str, service: str, *, comments: bool) -> dict[str, Any]:
    outcome = fields.get(one, "outcome", str, where)
    if outcome not in {None, "accepted", "overridden"}:
        fields.problems.append(Problem(f"{where}.outcome", f"takes accepted or overridden, not {shown(outcome)}"))
    moment = fields.get(one, "outcomeTimestamp", str, where)
    if moment is not None and not _is_moment(moment):
        hint = "such as 2026-01-31T12:00:00Z"
        fields.problems.append(Problem(f"{where}.outcomeTimestamp", f"is no date and time: {shown(moment)}", hint))
    accepted = fields.get(one, "acceptedSuggestions", list, where, required=outcome == "accepted")
    ids = [
        _id(fields, suggestion, f"{where}.acceptedSuggestions[{number}]")
        for number, suggestion in enumerate(accepted or ())
        if _is_object(fields, suggestion, f"{where}.acceptedSuggestions[{number}]")
    ]
    given = fields.get(one, "overrideReason", dict, where, required=False) or {}
    reason = fields.get(given, "reason", dict, f"{where}.overrideReason", required=False) or given
    place = f"{where}.overrideReason"
    row = {
        "card": _id(fields, {"id": one.get("card")}, where, "card"),
        "outcome": outcome,
        "outcome_timestamp": moment,
        "service": service,
        "accepted_suggestions": ",".join(filter(None, ids))[:4096] or None,
        "reason_code": _coded(fields, reason, "code", place, 128),
        "reason_system": _coded(fields, reason, "system", place, 256),
        "comment": None,
    }
    comment = fields.get(given, "userComment", str, place, required=False)
    if comments and comment:
        row["comment"] = comment[:4096]
    return row


def _id(fields: _Fields, data: Mapping[str, Any], where: str, name: str = "id") -> str:
    """Return the id of a card or suggestion; nothing but an id is stored."""
    value = fields.get({name: data.get("id")}, name, str, where)
    if value is not None and (len(value) > _SHORT or not re.fullmatch(r"[A-Za-z0-9._:-]+", value)):
        fields.problems.append(
            Problem(f"{where}.{name}", "is no id", f"at most {_SHORT} letters, digits, '.', '_', ':' and '-'")
        )
    return value or ""


def _coded(fields: _Fields, data: Mapping[str, Any], name: str, where: str, most: int) -> str | None:
    value: str | None = fields.get(data, name, str, where, required=False)
    if value and (len(value) > most or not _CODE.fullmatch(value)):
        fields.problems.append(Problem(f"{where}.{name}", f"is no code of at most {most} characters"))
    return value or None


def _is_moment(text: str) -> bool:
    if len(text) > _SHORT:
        return False
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
