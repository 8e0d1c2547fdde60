"""The CQL, ELM and certificate beside the documents: made of what the definitions say now, and stale otherwise."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import itertools
import json
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from cql_material import DOCUMENTS, document
from outside_engines import Engines
from pnet_pathways.adapters.fhir.publication import Publication, camel
from pnet_pathways.adapters.fhir.writing_cql import cql_folder, libraries, logic_of, texts
from pnet_pathways.loading.folder import load_pathways
from pnet_pathways.model.pathway import Definitions
from project import DEFINITIONS, ROOT
from pump import PUMP_FAULT


def tool(name: str) -> ModuleType:
    """A module of `tools`."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_cql_that_is_kept_is_that_of_the_definitions(name: str) -> None:
    folder = cql_folder(DOCUMENTS[name])
    kept = {path.stem: path.read_text("utf-8") for path in folder.glob("*.cql")}
    assert kept == dict(texts(document(name))), "python tools/write_cql.py"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_elm_that_is_kept_is_what_the_translator_makes_of_the_cql(engines: Engines, name: str) -> None:
    """It has nothing to remark either: what it meets stands in the ELM's annotation, and the tool fails on it."""
    folder = cql_folder(DOCUMENTS[name])
    kept = {path.name.removesuffix(".elm.json"): path.read_text("utf-8") for path in folder.glob("*.elm.json")}
    assert kept == tool("write_cql").translated(engines, document(name)), "python tools/write_cql.py"


def test_a_word_of_the_translators_is_an_error(engines: Engines) -> None:
    definitions = document("pump")
    broken = {**texts(definitions)}
    broken[camel("bearings")] = broken[camel("bearings")].replace('"spare may be yes":', '"spare may be":')
    done = engines.run("translate.mjs", {"libraries": broken})
    assert any(one.startswith(f"{camel('bearings')}:") and ": error:" in one for one in done["problems"])


def content(library: dict[str, Any]) -> dict[str, str]:
    """What a Library holds, by its kind."""
    return {one["contentType"]: base64.b64decode(one["data"]).decode() for one in library["content"]}


def test_a_library_holds_its_cql_and_the_elm_of_just_that(tmp_path: Path) -> None:
    definitions = document("pump")
    for library in libraries(Publication(definitions)):
        held = content(library)
        assert held["text/cql"] == texts(definitions)[library["name"]]
        assert f"library {library['name']} version '{library['version']}'" in held["text/cql"]
        assert json.loads(held["application/elm+json"])["library"]["identifier"] == {
            "id": library["name"],
            "version": library["version"],
        }
    # A folder whose definitions say something else by now: CQL alone, and the description says so.
    folder = shutil.copytree(PUMP_FAULT, tmp_path / "pump")
    file = folder / "bearings.yaml"
    file.write_text(file.read_text("utf-8").replace("version: 1.0.0", "version: 1.0.1"), encoding="utf-8")
    changed = {one["id"]: one for one in libraries(Publication(load_pathways(folder)))}
    assert content(changed["bearings"]).keys() == {"text/cql"}
    assert "is not translated" in changed["bearings"]["description"]
    assert "application/elm+json" in content(changed["gear"])
    assert "is not translated" not in changed["gear"]["description"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_reading_with_alternatives_is_a_parameter(name: str) -> None:
    definitions = document(name)
    for library in libraries(Publication(definitions)):
        said = {one["name"]: one for one in library["parameter"] if one["use"] == "in"}
        logic = logic_of(definitions).get(library["id"])
        bearing = {one.reading for one in definitions.alternatives if logic and library["id"] in one.pathways}
        assert set(said) == bearing
        declared = re.findall(r'^parameter "(.+)" String default \'as_read\'$', content(library)["text/cql"], re.MULTILINE)
        assert set(declared) == bearing


def test_generated_conditions_hold_nothing_that_takes_unknown_for_no(definitions: Definitions) -> None:
    for text in texts(definitions).values():
        lets = text[text.index("    let\n", text.index('define "answer"')) : text.index("    return all Tuple")]
        said = re.sub(r'"[^"]*"|\'[^\']*\'|//.*', "", lets)
        assert not re.search(r"\b(in|exists|AnyTrue|AllTrue|case|Count)\b", said)


# The certificate


def certificate() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((cql_folder(DEFINITIONS) / "certificate.json").read_text("utf-8"))
    return found


def test_the_certificate_is_of_these_definitions_libraries_and_engines(definitions: Definitions) -> None:
    found = certificate()
    assert {key: found[key] for key in ("definitions", "libraries")} == tool("certify").hashes(definitions), "make certify"
    locked = json.loads((ROOT / "tests" / "engines" / "package-lock.json").read_text("utf-8"))["packages"]
    for name in tool("certify").ENGINES:
        assert found["engines"][name] == locked[f"node_modules/{name}"]["version"], "make certify"


def test_the_certificate_counts_every_partial_case_of_every_track(definitions: Definitions) -> None:
    vocabulary, seen = definitions.vocabulary, set()
    for one in certificate()["compared"]:
        assert one["equal"] == one["cases"] > 0
        if one["what"].startswith("every partial case"):
            assert one["cases"] == counted(definitions, one["facts"]), one
            seen.add((one["library"], frozenset(one["facts"])))
    for (pathway, track), table in definitions.scenarios.items():
        facts = frozenset(table.facts) - {vocabulary.entry}
        assert any(library == camel(pathway) and facts <= every for library, every in seen), (pathway, track)
    assert certificate()["cases"] == sum(one["cases"] for one in certificate()["compared"])


def counted(definitions: Definitions, facts: list[str]) -> int:
    """How many consistent partial cases some facts have, counted another way: by what each leaves open."""
    vocabulary, total = definitions.vocabulary, 1
    for linked in vocabulary.tied_sets(facts):
        rows = vocabulary.rows(linked)
        open_: dict[int, int] = {(1 << len(rows)) - 1: 1}
        for name in (one for one in facts if one in linked):
            values = [
                sum(1 << place for place, row in enumerate(rows) if row[name] == v) for v in vocabulary.facts[name].values
            ]
            narrowed: dict[int, int] = {}
            for (mask, count), value in itertools.product(open_.items(), [-1, *values]):
                if mask & value:
                    narrowed[mask & value] = narrowed.get(mask & value, 0) + count
            open_ = narrowed
        total *= sum(open_.values())
    return total


def test_a_certificate_is_stale_once_a_library_is_another(definitions: Definitions, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(DEFINITIONS, tmp_path / "pathways"))
    file = cql_folder(copy) / "PnetVipoma.cql"
    file.write_bytes(file.read_bytes() + b"\n")
    other = tool("certify").hashes(load_pathways(copy))
    assert other != {key: certificate()[key] for key in ("definitions", "libraries")}
    assert other["libraries"]["PnetVipoma"]["cql"] == hashlib.sha256(file.read_bytes()).hexdigest()
