"""JSON Schemas: of the definition files, made from their classes, and of a case, made from a vocabulary."""

from __future__ import annotations

import copy
import types
import typing
from typing import Any, Literal

import attrs

from ..model.facts import Fact, FactKind, Group
from ..model.vocabulary import Vocabulary
from .schema_base import ConditionData, key_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_CONDITION_SCHEMA: dict[str, Any] = {
    "description": "a condition: 'always', {fact: value}, {fact: [values]}, {all: [...]}, {any: [...]} or {not: ...}",
    "anyOf": [{"const": "always"}, {"type": "object", "minProperties": 1}],
}
_PRIMITIVES: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def json_schema(root: type) -> dict[str, Any]:
    """Return a JSON Schema (2020-12) for one of the file classes, for editors and other tools."""
    definitions: dict[str, Any] = {}
    schema = _schema_of(root, definitions)
    return {"$schema": DIALECT, **schema, "$defs": dict(sorted(definitions.items()))}


def _schema_of(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if kind is ConditionData:
        return copy.deepcopy(_CONDITION_SCHEMA)
    if kind in _PRIMITIVES:
        return {"type": _PRIMITIVES[kind]}
    if attrs.has(kind):
        if kind.__name__ not in definitions:
            definitions[kind.__name__] = {}
            definitions[kind.__name__] = _class_schema(kind, definitions)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is tuple:
        return {"type": "array", "items": _schema_of(arguments[0], definitions)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema_of(arguments[1], definitions)}
    if origin in {typing.Union, types.UnionType}:
        return {"anyOf": [_schema_of(one, definitions) for one in arguments]}
    raise TypeError(f"no schema for {kind!r}")


def _class_schema(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    attrs.resolve_types(kind)
    fields = attrs.fields(kind)
    properties = {
        key_of(field): {"description": field.metadata["about"], **_schema_of(field.type, definitions)} for field in fields
    }
    required = [key_of(field) for field in fields if field.default is attrs.NOTHING]
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip(),
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def case_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return a JSON Schema (2020-12) of a case: every key with its values, null where unknown.

    What facts contradict each other is not part of it; reading a case says so.
    """
    properties = {
        key: _group(vocabulary.groups[key]) if key in vocabulary.groups else _fact(vocabulary.facts[key])
        for key in vocabulary.keys
    }
    description = "What is known of one case; keys left out, or null, are unknown."
    return {
        "$schema": DIALECT,
        "title": "Case",
        "description": description,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    if fact.kind is FactKind.YES_NO:
        return {"description": fact.question, "type": ["boolean", "null"]}
    if fact.kind is FactKind.BANDS:
        unit = f" (in {fact.unit})" if fact.unit else ""
        return {"description": f"{fact.question}{unit}", "anyOf": [{"type": "number"}, {"enum": [*fact.answers, None]}]}
    return {"description": fact.question, "enum": [*fact.answers, None]}


def _group(group: Group) -> dict[str, Any]:
    members = list(group.members)
    return {
        "description": f"{group.question} A list is complete; an object leaves the members that it does not name unknown.",
        "anyOf": [
            {"type": "array", "items": {"enum": members}, "uniqueItems": True},
            {
                "type": "object",
                "properties": {member: {"type": ["boolean", "null"]} for member in members},
                "additionalProperties": False,
            },
            {"type": "null"},
        ],
    }
