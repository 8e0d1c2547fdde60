"""The OpenAPI description: it says what is answered, and whatever a client makes of it is answered without a failure."""

from __future__ import annotations

import json
import warnings
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from cds_hooks.test_feedback import ENTRY
from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.settings import Settings
from service_material import SELECT, VIEW, WHOLE, ask, view

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings

CALLS = 40
"""Generated calls of each operation, of those that the description allows and of those that it does not."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder = tmp_path_factory.mktemp("described")
    return Service(Settings(feedback=f"sqlite:///{folder}/feedback.sqlite"))


@pytest.fixture(scope="module")
def description(service: Service) -> dict[str, Any]:
    found: dict[str, Any] = ask(service, "/openapi.json").data
    return found


def check(description: dict[str, Any], name: str, data: object) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
    jsonschema.Draft202012Validator(schema).validate(data)


def test_the_description_is_openapi(description: dict[str, Any]) -> None:
    assert description["openapi"] == "3.1.0"
    for schema in description["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    operations = [one["operationId"] for path in description["paths"].values() for one in path.values()]
    assert len(operations) == len(set(operations)) == 9


def test_every_path_is_described(service: Service, description: dict[str, Any]) -> None:
    assert set(description["paths"]) == set(service.routes)
    for path, methods in description["paths"].items():
        assert {method.upper() for method in methods} == set(service.routes[path].methods)


def test_calls_and_answers_are_as_described(service: Service, description: dict[str, Any]) -> None:
    check(description, "PatientView", view(WHOLE))
    check(description, "Feedback", {"feedback": [ENTRY]})
    check(description, "Services", ask(service, "/cds-services").data)
    check(description, "Cards", ask(service, VIEW, view(WHOLE)).data)
    check(description, "OperationOutcome", ask(service, SELECT, view(WHOLE)).data)
    with pytest.raises(jsonschema.ValidationError):
        check(description, "Cards", {"cards": [{"summary": "x" * 140}]})


@pytest.mark.parametrize(
    ("path", "allowed"), [(path, mode) for path in (VIEW, SELECT, f"{VIEW}/feedback") for mode in (True, False)]
)
def test_whatever_is_sent_is_answered_without_a_failure(
    service: Service, description: dict[str, Any], path: str, *, allowed: bool
) -> None:
    """Made by schemathesis from the description; every answer is one that the description knows."""
    mode = schemathesis.GenerationMode.POSITIVE if allowed else schemathesis.GenerationMode.NEGATIVE
    operation = schemathesis.openapi.from_dict(description)[path]["POST"]
    seen: set[int] = set()

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=CALLS, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)
    def call(case: Any) -> None:
        body = case.body
        data = body if isinstance(body, bytes) else json.dumps(body, default=str).encode() if not _is_unset(body) else b""
        reply = ask(service, path, body=data, method="POST", headers={"content-type": "application/json"})
        seen.add(reply.status)
        assert str(reply.status) in description["paths"][path]["post"]["responses"]
        assert reply.status != 500
        if reply.status != 200:
            check(description, "OperationOutcome", reply.data)

    call()
    assert seen <= {200, 400, 412, 422}
    assert (200 if path.endswith("/feedback") else 412) in seen if allowed else 400 in seen


def _is_unset(value: object) -> bool:
    return type(value).__name__ in {"NotSet", "Unset"}
