"""The made-up calls of `examples/cds-hooks`: each is answered as it should be, and the answer beside it is current."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from pnet_pathways import recommend
from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.settings import read_issuers
from project import ROOT, tool
from service_material import issuers_file, running

FOLDER = ROOT / "examples" / "cds-hooks"

ANSWERS: dict[str, tuple[int, list[str]]] = {
    "conflicting": (200, ["Records conflict (2 conflicts): Condition/first and Condition/second"]),
    "failed-prefetch": (200, ["VIPoma: 1 option applies, 24 may."]),
    "form-answered": (200, ["Insulinoma: 9 options apply"]),
    "insulinoma": (200, ["Insulinoma: no option applies yet, 30 may."]),
    "missing-prefetch": (412, ["prefetch.conditions"]),
    "no-tumor": (200, []),
    "order-select": (200, ["VIPoma: 3 options apply, 22 may."]),
    "to-confirm": (200, ["Insulinoma: no option applies yet, 31 may.", "To confirm: low blood sugar"]),
    "two-patients": (422, ["prefetch.patient.id"]),
    "type-unknown": (200, ["Tumor type unknown: no option applies yet, 78 may.", "To confirm: low blood sugar"]),
}
"""What each call is answered with, as a person reads it: the status, and how the cards or the places of errors begin."""


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    return tool("write_card_examples")


@pytest.fixture(scope="module")
def service(writer: ModuleType) -> Service:
    return Service(writer.SETTINGS)


def data(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def test_every_call_is_here(writer: ModuleType) -> None:
    assert [path.stem for path in writer.calls()] == sorted(ANSWERS)
    assert len(list(FOLDER.iterdir())) == 2 * len(ANSWERS)


@pytest.mark.parametrize("name", ANSWERS)
def test_each_call_is_answered_as_a_person_reads_it(name: str, writer: ModuleType, service: Service) -> None:
    status, said = ANSWERS[name]
    found = writer.expected(FOLDER / f"{name}.json", service)
    assert found["status"] == status
    if status == 200:
        summaries = [card["summary"] for card in found["body"]["cards"]]
    else:
        summaries = [issue["expression"][0] for issue in found["body"]["issue"]]
    assert len(summaries) == len(said)
    assert all(summary.startswith(one) for summary, one in zip(summaries, said, strict=True))


@pytest.mark.parametrize("name", ANSWERS)
def test_the_answer_beside_each_call_is_current(name: str, writer: ModuleType, service: Service) -> None:
    path = FOLDER / f"{name}.json"
    held = json.loads(writer.expected_file(path).read_text("utf-8"))
    assert held == writer.expected(path, service), "read what changed, then run tools/write_card_examples.py"


def test_once_the_form_is_answered_the_card_lists_what_recommend_lists(writer: ModuleType, service: Service) -> None:
    (card,) = writer.expected(FOLDER / "form-answered.json", service)["body"]["cards"]
    said = card["extension"]["pnet_pathways"]
    answer = recommend(said["case"])
    assert answer.status.value == "complete"
    assert [(one["statement"], one["item"], one["treatments"]) for one in said["certain"]] == [
        (one.statement, one.item, list(one.treatments)) for one in answer.options
    ]
    assert all(f"({one.statement})" in card["detail"] for one in answer.options)


def test_the_examples_name_nobody() -> None:
    for path in Path(FOLDER).glob("*.json"):
        assert not {"name", "birthDate", "identifier"} & data(path.stem).get("prefetch", {}).get("patient", {}).keys()


def test_what_the_documentation_says_to_type_works(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "cds-hooks.md").read_text("utf-8")
    assert "pnet serve --no-auth --port 8080 &" in text
    ((file, path),) = re.findall(r"curl -s -d @(\S+) -H 'Content-Type: application/json' localhost:8080(\S+)", text)
    with running(tmp_path) as service:
        reply = httpx.post(service.url + path, content=(ROOT / file).read_bytes(), headers={"Content-Type": "application/json"})
        discovery = httpx.get(f"{service.url}/cds-services")
    assert reply.json()["cards"][0]["summary"] in text
    assert "conditions" in discovery.json()["services"][0]["prefetch"]


def test_the_issuers_of_the_documentation_are_issuers(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "cds-hooks.md").read_text("utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    path = issuers_file(tmp_path)
    path.write_text(block, "utf-8")
    assert [one.tenants for one in read_issuers(path)] == [("north",), ()]
