"""The JSON Schemas of case and answer: what the library gives fits them, and so says a validator in another language."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator  # type: ignore[import-untyped,unused-ignore]

from outside_engines import Engines
from pnet_pathways import Case, load_pathways, recommend
from pnet_pathways.engine.answer_schema import answer_schema
from pnet_pathways.loading.json_schema import case_schema
from pnet_pathways.proof.mutate.golden import read_golden
from pnet_pathways.testing import cases
from project import DEFINITIONS, ROOT
from project_vocabulary import VOCABULARY

ANSWER = answer_schema(load_pathways())
CASE = case_schema(VOCABULARY)
GOLDEN = [one for path in sorted((DEFINITIONS / "golden").glob("*.yaml")) for one in read_golden(path, VOCABULARY)]
EXAMPLES = sorted((DEFINITIONS / "cases").glob("*.json"))
DOCUMENTS = sorted(path for path in (ROOT / "examples" / "documents").iterdir() if path.is_dir())


def closed(schema: Any) -> Any:
    """Return a schema in which no object may have a key that the schema does not name."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(value) for key, value in schema.items()}
    # A step is named in two parts, neither of which is the whole.
    parts = schema.get("required") in (["pathway", "track", "state"], ["asks", "answer"], ["leaf"])
    if "properties" in schema and schema.get("type") == "object" and not parts:
        found.setdefault("additionalProperties", False)
    return found


EXACT = Draft202012Validator(closed(ANSWER))
OF_CASE = Draft202012Validator(CASE)


def alarms(data: Any, validator: Any = EXACT) -> list[str]:
    return [f"{one.json_path}: {one.message}" for one in validator.iter_errors(data)]


def answers() -> Iterator[dict[str, Any]]:
    """Yield the answers to every example case and every golden one."""
    for path in EXAMPLES:
        yield recommend(Case.from_json(path.read_text("utf-8"))).to_dict()
    for golden in GOLDEN:
        yield recommend(golden.case, readings=golden.under).to_dict()


@pytest.mark.parametrize("schema", [ANSWER, CASE], ids=["answer", "case"])
def test_it_is_a_schema(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator.META_SCHEMA["$id"] == schema["$schema"]


def test_examples_and_golden_answers_fit_and_have_no_key_that_it_does_not_name() -> None:
    found = {str(path): alarms(json.loads(path.read_text("utf-8")), OF_CASE) for path in EXAMPLES}
    for number, answer in enumerate(answers()):
        found[str(number)] = [*alarms(answer), *alarms(answer["case"], OF_CASE)]
    assert len(found) > 100
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@settings(max_examples=60)
@given(cases())
def test_any_case_and_its_answer_fit(case: Case) -> None:
    assert alarms(case.to_dict(), OF_CASE) == []
    assert alarms(json.loads(recommend(case).to_json())) == []


@pytest.mark.parametrize("folder", DOCUMENTS, ids=lambda folder: folder.name)
def test_the_answers_of_another_document_fit_its_own_schema(folder: Path) -> None:
    definitions = load_pathways(folder)
    validator = Draft202012Validator(closed(answer_schema(definitions)))
    for kind in (None, *definitions.entry.types):
        case = {} if kind is None else {definitions.entry.fact: kind}
        assert alarms(recommend(case, definitions).to_dict(), validator) == []
    assert alarms(recommend({}).to_dict(), validator) != []


WRONG: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a key is missing": lambda data: data.pop("disclaimer"),
    "no disclaimer": lambda data: data.update(disclaimer=""),
    "no such status": lambda data: data.update(status="done"),
    "no such pathway": lambda data: data.update(pathway="vipom"),
    "no such fact": lambda data: data["missing"].append("sizes"),
    "a number": lambda data: data["options"][0].update(item="1"),
    "no such certainty": lambda data: data["options"][0].update(certainty="likely"),
    "an option without a statement": lambda data: data["options"][0].pop("statement"),
    "no such leaf": lambda data: data["trace"].append({"pathway": "vipoma", "track": "t", "state": "s", "leaf": "end"}),
    "neither question nor leaf": lambda data: data["trace"].append({"pathway": "vipoma", "track": "t", "state": "s"}),
    "no such value in the case": lambda data: data["case"].update(size="huge"),
    "a site twice": lambda data: data["case"].update(sites=["head", "head"]),
    "no hash": lambda data: data["source"].update(definition_hash="abc"),
    "no such gap": lambda data: data["gaps"][0].update(kind="quiet"),
}


def wrong_answer(what: str) -> dict[str, Any]:
    data = copy.deepcopy(recommend({"tumor_type": "insulinoma", "resectable": True, "spread": ["liver"]}).to_dict())
    assert alarms(data) == []
    WRONG[what](data)
    return data


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_answer_does_not_fit(what: str) -> None:
    assert alarms(wrong_answer(what), Draft202012Validator(ANSWER)) != []


def test_a_key_that_was_added_later_fits() -> None:
    data = recommend({}).to_dict()
    assert alarms({**data, "later": 1}, Draft202012Validator(ANSWER)) == []


def test_the_contract_describes_every_key_of_an_answer() -> None:
    text = (ROOT / "docs" / "contract.md").read_text("utf-8").partition("\n## The answer\n")[2].partition("\nAn option: ")[0]
    assert re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE) == list(ANSWER["properties"])


# In another language

ALIKE = {"type", "enum", "anyOf", "items", "properties", "required", "additionalProperties", "minimum", "minLength", "pattern"}
"""Words that mean the same in the drafts of JSON Schema from 7 on."""
NOTES = {"$schema", "$defs", "$ref", "title", "description", "uniqueItems"}


def words(schema: Any) -> Iterator[str]:
    """Yield the words that a schema uses."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            yield key
            # What these name are keys of the data, and names of parts.
            yield from words(list(value.values()) if key in {"properties", "$defs"} else value)
    elif isinstance(schema, list):
        yield from (one for inner in schema for one in words(inner))


@pytest.mark.parametrize("schema", [ANSWER, CASE], ids=["answer", "case"])
def test_the_schemas_use_words_that_every_draft_has(schema: dict[str, Any]) -> None:
    assert {*words(schema)} <= ALIKE | NOTES


def test_ajv_takes_every_answer_and_case_and_refuses_what_is_none(engines: Engines) -> None:
    good = list(answers())
    found = engines.run("validate.mjs", {"schema": ANSWER, "instances": [*good, *map(wrong_answer, WRONG)]})
    assert [one for one in found[: len(good)] if one] == []
    assert [what for what, one in zip(WRONG, found[len(good) :], strict=True) if not one] == []
    told = [one["case"] for one in good]
    found = engines.run("validate.mjs", {"schema": CASE, "instances": [*told, {"size": 1}, {"sites": ["head", "head"]}, []]})
    assert [bool(one) for one in found] == [*(False for _ in told), True, True, True]
