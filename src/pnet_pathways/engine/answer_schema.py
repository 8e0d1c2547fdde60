"""The JSON Schema of an answer, made from the definitions that give it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from ..loading.json_schema import DIALECT, case_schema
from ..model.pathway import Definitions, Strength
from ..model.review import ReviewStatus
from ..model.scenario_rows import LeafKind
from .answer_parts import Certainty, Status
from .tables import GapKind

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
_TEXTS: Final[Schema] = {"type": "array", "items": _TEXT}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_HASH: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_VALUE: Final[Schema] = {"type": ["string", "boolean", "null"]}


def _enum(values: Iterable[str | None]) -> Schema:
    return {"enum": [str(one) if isinstance(one, StrEnum) else one for one in values]}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _by_name(value: Schema) -> Schema:
    return {"type": "object", "additionalProperties": value}


def _object(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    return {"type": "object", "properties": {**required, **(optional or {})}, "required": list(required)}


def _change(value: Schema) -> Schema:
    return _object({"from": value, "to": value})


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def answer_schema(definitions: Definitions) -> dict[str, Any]:
    """Return a JSON Schema (2020-12) of the answers that definitions give. Keys may be added to it; those in it stay."""
    facts = _list(_enum(definitions.vocabulary.facts))
    track, pathway = _enum(definitions.groups), _enum(definitions.pathways)
    certainty, strength, kind = _enum(Certainty), _enum(Strength), _enum(GapKind)
    named = {"statement": _TEXT, "item": _COUNT, "track": track, "treatments": _TEXTS}
    said = {"optional": _TEXTS, "strength": strength, "certainty": certainty, "intent": _TEXT_OR_NULL, "choice": _TEXT_OR_NULL}
    case = {key: value for key, value in case_schema(definitions.vocabulary).items() if key != "$schema"}
    decided = {"reviewer": _TEXT, "role": _TEXT, "date": _TEXT, "version": _TEXT}
    defs: dict[str, Schema] = {
        "Case": case,
        "Option": _object(
            {**named, **said, "pathway": pathway, "depends_on": facts, "readings": _TEXTS, "label": _TEXT},
        ),
        "EitherWay": _object(
            {
                **{key: named[key] for key in ("track", "treatments")},
                **{key: said[key] for key in ("optional", "strength", "intent")},
                "statements": _TEXTS,
                "label": _TEXT,
            }
        ),
        "Gap": _object(
            {
                "track": track,
                "kind": kind,
                "message": _TEXT,
                "certainty": certainty,
                "depends_on": facts,
                "readings": _TEXTS,
                "nearest": _list(_ref("NearestStatement")),
            }
        ),
        "NearestStatement": _object(
            {
                "statement": _TEXT,
                "any_one": {"type": "boolean"},
                "differs": _list(_object({"fact": facts["items"], "is": _VALUE, "needs": _list(_VALUE)})),
            }
        ),
        "Step": {
            **_object({"pathway": pathway, "track": _TEXT, "state": _TEXT}),
            "anyOf": [
                _object({"asks": _TEXT_OR_NULL, "answer": _TEXT_OR_NULL}),
                _object({"leaf": _enum(LeafKind)}),
            ],
        },
        "Alternative": _object(
            {
                "reading": _TEXT,
                "alternative": _TEXT,
                "text": _TEXT,
                "words": _by_name(_TEXT),
                "options_added": _list(_ref("OptionBrief")),
                "options_removed": _list(_ref("OptionBrief")),
                "options_changed": _list(_object(named, {key: _change(value) for key, value in said.items()})),
                "gaps_added": _list(_ref("GapBrief")),
                "gaps_removed": _list(_ref("GapBrief")),
                "gaps_changed": _list(_object({"track": track, "kind": kind, "certainty": _change(certainty)})),
            }
        ),
        "OptionBrief": _object({**named, **said, "label": _TEXT}),
        "GapBrief": _object({"track": track, "kind": kind, "message": _TEXT, "certainty": certainty}),
        "Statement": _object({"pathway": pathway, "label": _TEXT, "locators": _list(_ref("Locator"))}, {"passages": _TEXTS}),
        "Locator": _object(
            {"section": _TEXT, "first": _TEXT, "last": _TEXT, "start": _COUNT, "end": _COUNT, "sha256": _HASH},
        ),
        "Source": _object(
            {
                **dict.fromkeys(("title", "publisher", "updated", "url", "definition_version"), _TEXT),
                "definition_hash": _HASH,
                "review": _by_name(_ref("Review")),
            }
        ),
        "Review": _object(
            {
                "status": _enum(ReviewStatus),
                "approvals": _list(_object(decided)),
                "last_approval": {"anyOf": [_object(decided), {"type": "null"}]},
                "decisions": _list(_object({"decision": _TEXT, **decided})),
                "last_decision": {"anyOf": [_object({"decision": _TEXT, **decided}), {"type": "null"}]},
                "open_comments": _COUNT,
            }
        ),
    }
    answer = _object(
        {
            "status": _enum(Status),
            "pathway": _enum([*definitions.pathways, None]),
            "options": _list(_ref("Option")),
            "gaps": _list(_ref("Gap")),
            "either_way": _list(_ref("EitherWay")),
            "missing": facts,
            "not_used": _list(_enum(dict.fromkeys([*definitions.vocabulary.keys, *definitions.vocabulary.facts]))),
            "trace": _list(_ref("Step")),
            "readings": _by_name(_TEXT),
            "readings_chosen": _by_name(_TEXT),
            "alternatives": _list(_ref("Alternative")),
            "advice": _list(_object({"id": _TEXT, "text": _TEXT})),
            "note": _TEXT,
            "statements": _by_name(_ref("Statement")),
            "case": _ref("Case"),
            "source": _ref("Source"),
            "disclaimer": {**_TEXT, "minLength": 1},
        }
    )
    description = "What the document lists for one case: options and gaps, what is missing, and where all of it comes from."
    return {"$schema": DIALECT, "title": "Answer", "description": description, **answer, "$defs": defs}
