"""The service as OpenAPI 3.1 describes it."""

from __future__ import annotations

from typing import Any

from ...model.pathway import Definitions
from ...model.version import library_version
from .hooks import HOOKS
from .settings import CASE, LAUNCH, READ, Settings

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "minLength": 1}
_OBJECT: Schema = {"type": "object"}
_UUID: Schema = {"type": "string", "format": "uuid"}
_TYPES: dict[type, Schema] = {str: _TEXT, list: {"type": "array", "items": {"type": "string"}}, dict: _OBJECT}
_ERRORS = {
    400: "what was sent is no call: bad JSON, fields that are missing or wrong",
    401: "the token is missing or refused; WWW-Authenticate names the check",
    403: "the issuer may not speak for this tenant",
    404: "this service keeps no feedback",
    408: "the body did not arrive in time",
    412: "the prefetch lacks what is mandatory",
    413: "the body is too large",
    415: "the body is not said to be JSON",
    422: "the resources cannot be used",
    429: "too many calls at once",
    500: "the service failed",
    503: "a database or the keys of an issuer do not answer",
}


def _nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _errors(*statuses: int) -> dict[str, Any]:
    return {str(one): {"description": _ERRORS[one], "content": _content(_reference("OperationOutcome"))} for one in statuses}


def openapi(settings: Settings, definitions: Definitions) -> dict[str, Any]:
    """Return the description."""
    calls: dict[str, Any] = {
        "/cds-services": {"get": _get("The services", "discovery", _reference("Services"), 401, 403, 429, 503)},
        "/health/live": {"get": _get("Whether the process runs", "live", _OBJECT)},
        "/health/ready": {"get": _get("Whether calls are answered", "ready", _OBJECT, 503)},
        "/openapi.json": {"get": _get("This description", "openapi", _OBJECT)},
        "/metrics": {
            "get": {
                "summary": "Numbers for Prometheus",
                "operationId": "metrics",
                "responses": {
                    "200": {"description": "the numbers", "content": {"text/plain": {"schema": _TEXT}}},
                    **_errors(401),
                },
            }
        },
    }
    schemas = _schemas()
    for hook in HOOKS.values():
        name = hook.hook.title().replace("-", "")
        schemas[name] = _call_schema(hook.hook, dict(hook.context))
        calls[f"/cds-services/{hook.id}"] = {
            "post": _post(f"The cards of {hook.hook}", name, name, _reference("Cards"), 412, 422)
        }
        calls[f"/cds-services/{hook.id}/feedback"] = {
            "post": _post("Feedback on cards", f"{name}Feedback", "Feedback", None, 404)
        }
    if settings.smart:
        calls |= _of_the_page()
    described: Schema = {
        "openapi": "3.1.0",
        "info": {
            "title": definitions.source.title,
            "version": library_version(),
            "description": f"{definitions.source.intended_use} {definitions.source.disclaimer}",
        },
        "servers": [{"url": settings.public_url or "/"}],
        "paths": calls,
        "components": {"schemas": schemas},
    }
    if settings.protected:
        for path in ("/health/live", "/health/ready", "/openapi.json"):
            calls[path]["get"]["security"] = []
        described["components"]["securitySchemes"] = {"client": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
        described["security"] = [{"client": []}]
    return described


def _of_the_page() -> dict[str, Any]:
    """Return the calls of the page that an EHR launches; they need no token."""
    html = {"200": {"description": "the page", "content": {"text/html": {"schema": _TEXT}}}}
    page = {LAUNCH: ("launch", "The page that an EHR launches"), CASE: ("page", "The page to which the EHR leads back")}
    pages: dict[str, Any] = {
        path: {"get": {"summary": summary, "operationId": operation, "security": [], "responses": html}}
        for path, (operation, summary) in page.items()
    }
    read = _post("What the resources of one patient say", "case", "Resources", _OBJECT, 422)
    del read["responses"]["401"], read["responses"]["403"]
    return {**pages, READ: {"post": {**read, "security": []}}}


def _get(summary: str, operation: str, schema: Schema, *errors: int) -> dict[str, Any]:
    answer = {"description": "as asked", "content": _content(schema)}
    return {"summary": summary, "operationId": operation, "responses": {"200": answer, **_errors(*errors)}}


def _post(summary: str, operation: str, body: str, schema: Schema | None, *errors: int) -> dict[str, Any]:
    answer = {"description": "done", **({"content": _content(schema)} if schema else {})}
    every = sorted({400, 401, 403, 408, 413, 415, 429, 500, 503, *errors})
    return {
        "summary": summary,
        "operationId": operation,
        "requestBody": {"required": True, "content": _content(_reference(body))},
        "responses": {"200": answer, **_errors(*every)},
    }


def _call_schema(hook: str, context: dict[str, type]) -> Schema:
    fields = {name: _TYPES[kind] for name, kind in context.items()}
    return {
        "type": "object",
        "required": ["hook", "hookInstance", "context"],
        "properties": {
            "hook": {"const": hook},
            "hookInstance": _UUID,
            "fhirServer": _nullable({"type": "string"}),
            "fhirAuthorization": _nullable(
                {"type": "object", "properties": {name: _nullable({"type": "string"}) for name in ("access_token", "patient")}}
            ),
            "context": {
                "type": "object",
                "required": list(fields),
                "properties": {**fields, "encounterId": _nullable({"type": "string"})},
            },
            "prefetch": _nullable({"type": "object", "additionalProperties": _nullable(_OBJECT)}),
        },
    }


def _schemas() -> dict[str, Schema]:
    coding = {"type": "object", "required": ["code"], "properties": {"code": _TEXT, "system": _TEXT, "display": _TEXT}}
    card = {
        "type": "object",
        "required": ["uuid", "summary", "indicator", "source"],
        "properties": {
            "uuid": _UUID,
            "summary": {"type": "string", "minLength": 1, "maxLength": 139},
            "indicator": {"const": "info"},
            "detail": {"type": "string", "minLength": 1, "maxLength": 1500},
            "source": {"type": "object", "required": ["label"], "properties": {"label": _TEXT, "url": _TEXT}},
            "links": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["label", "url", "type"],
                    "properties": {"label": _TEXT, "url": _TEXT, "type": {"enum": ["absolute", "smart"]}, "appContext": _TEXT},
                },
            },
            "overrideReasons": {"type": "array", "minItems": 1, "items": {**coding, "required": ["code", "system", "display"]}},
            "extension": _OBJECT,
        },
        "additionalProperties": False,
    }
    service = {
        "type": "object",
        "required": ["hook", "id", "description"],
        "properties": dict.fromkeys(("hook", "hookVersion", "id", "title", "description", "usageRequirements"), _TEXT)
        | {"prefetch": {"type": "object", "additionalProperties": _TEXT}},
    }
    entry = {
        "type": "object",
        "required": ["card", "outcome", "outcomeTimestamp"],
        "properties": {
            "card": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"},
            "outcome": {"enum": ["accepted", "overridden"]},
            "outcomeTimestamp": {"type": "string", "format": "date-time"},
            "acceptedSuggestions": {
                "type": "array",
                "items": {"type": "object", "required": ["id"], "properties": {"id": _TEXT}},
            },
            "overrideReason": {
                "type": "object",
                "properties": {
                    "reason": {"type": "object", "properties": {"code": _TEXT, "system": _TEXT}},
                    "userComment": _TEXT,
                },
            },
        },
    }
    issue = {
        "type": "object",
        "required": ["severity", "code", "diagnostics"],
        "properties": {"severity": {"const": "error"}, "code": _TEXT, "diagnostics": _TEXT},
    }
    return {
        "Services": _list_schema("services", service),
        "Cards": {"type": "object", "required": ["cards"], "properties": {"cards": {"type": "array", "items": card}}},
        "Feedback": _list_schema("feedback", entry),
        "Resources": {"type": "object", "required": ["resourceType"], "properties": {"resourceType": {"const": "Bundle"}}},
        "OperationOutcome": {
            "type": "object",
            "required": ["resourceType", "issue"],
            "properties": {
                "resourceType": {"const": "OperationOutcome"},
                "issue": {"type": "array", "minItems": 1, "items": issue},
            },
        },
    }


def _list_schema(name: str, item: Schema) -> Schema:
    return {"type": "object", "required": [name], "properties": {name: {"type": "array", "minItems": 1, "items": item}}}
