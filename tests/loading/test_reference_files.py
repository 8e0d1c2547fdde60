"""Care course, work-up and background: each mistake at its place, and the file that a folder need not hold."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pnet_pathways import DefinitionError, load_pathways
from pnet_pathways.governance.difference.shared import Bump, shared_changes
from pnet_pathways.governance.source.comparison import compare
from pnet_pathways.governance.source.locators import Owner, OwnerKind
from pnet_pathways.governance.source.reading import read_copy
from pnet_pathways.governance.source.touched import touched_by
from pnet_pathways.loading.schema import FILES
from pnet_pathways.loading.structuring import structure
from pnet_pathways.loading.yaml_source import Document
from reference_material import PUMPS, linked, read

Change = Callable[[Any], None]

TEST = {
    "id": "t",
    "name": "T",
    "what": "w",
    "locator": read(PUMPS).documents["workup.yaml"].data["types"]["gear"]["locators"][0],
}
TEST["locator"] = {key: value for key, value in TEST["locator"].items() if key != "field"}


def problems(name: str, change: Change) -> list[str]:
    """Return the mistakes of a changed file of the pumps."""
    data = copy.deepcopy(read(PUMPS).documents[name].data)
    change(data)
    document = Document(name, data)
    file = structure(document, FILES[name])
    return [str(one) for one in document.problems] or linked(name, file)


def sets(value: dict[str, Any]) -> Change:
    return lambda data: data["events"]["stops"].update(sets=value)


def with_tests(*given: dict[str, Any]) -> Change:
    return lambda data: data["types"]["gear"].update(tests=list(given))


def entry(**changes: Any) -> Change:
    return lambda data: data["topics"]["repairs"]["entries"][1].update(changes)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("care_course.yaml", sets({"leaks": None}), None),
        ("care_course.yaml", sets({"leaks.seal": True}), None),
        ("care_course.yaml", sets({"leaks": True}), "the group 'leaks' has no value of its own; only null (set its members:"),
        ("care_course.yaml", sets({"leak": None}), "unknown fact 'leak' (did you mean 'leaks'?)"),
        ("care_course.yaml", sets({"flow": "ful"}), "'flow' has no value 'ful' (did you mean 'full'?)"),
        ("workup.yaml", with_tests(TEST, {**TEST, "id": "u", "after": {"test": "t", "result": "abnormal"}}), None),
        ("workup.yaml", with_tests({**TEST, "after": {"test": "t", "result": "normal"}}), "'t' follows no test 't'"),
        ("workup.yaml", with_tests({**TEST, "after": {"test": "x", "result": "normal"}}), "'t' follows no test 'x'"),
        ("workup.yaml", with_tests({**TEST, "after": {"test": "x", "result": "odd"}}), "'result' has no value 'odd'"),
        ("workup.yaml", with_tests({**TEST, "fasting_hours": 0}), "0 hours are no fasting (leave it out)"),
        ("workup.yaml", with_tests({**TEST, "fasting_hours": "8"}), "'fasting_hours' takes a whole number, not the text '8'"),
        ("workup.yaml", lambda data: data["general"].update(not_for=["vacuum"]), None),
        (
            "workup.yaml",
            lambda data: data["general"].update(not_for=["vacum"]),
            "unknown type 'vacum' (did you mean 'vacuum'?)",
        ),
        ("background.yaml", entry(about=["gear", "open_valve"]), None),
        ("background.yaml", entry(about=["gaer"]), "unknown treatment or type 'gaer' (did you mean 'gear'?)"),
        ("background.yaml", entry(id="spare_pump"), "the id 'spare_pump' stands twice in the topic 'repairs'"),
        ("background.yaml", entry(locators=[]), "'gland' names no passage (say where it stands)"),
        ("background.yaml", entry(when="always"), "unknown key 'when'"),
        ("background.yaml", lambda data: data["topics"]["pumps"].pop("title"), "the key 'title' is missing"),
    ],
)
def test_a_mistake_is_told_and_what_is_right_passes(name: str, change: Change, said: str | None) -> None:
    found = problems(name, change)
    assert found == [] if said is None else len(found) == 1 and said in found[0], found


# The background as a shared file


@pytest.fixture
def pumps(tmp_path: Path) -> Path:
    """A copy of the pumps to change."""
    return Path(shutil.copytree(PUMPS, tmp_path / "pumps"))


def edit(folder: Path, old: str, new: str) -> None:
    """Replace a text that the background holds once."""
    path = folder / "background.yaml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def test_a_folder_without_a_background_loads_as_before(pumps: Path) -> None:
    (pumps / "background.yaml").unlink()
    definitions = load_pathways(pumps)
    assert definitions.background.topics == {}
    assert definitions.content_hash != load_pathways(PUMPS).content_hash


def test_a_mistake_in_the_background_keeps_a_folder_from_loading(pumps: Path) -> None:
    edit(pumps, "about: [replace_pump]", "about: [replace_pumps]")
    with pytest.raises(DefinitionError, match=r"background.yaml:\d+:\d+: unknown treatment or type 'replace_pumps'"):
        load_pathways(pumps)


@pytest.mark.parametrize(
    ("old", "new", "said", "bump"),
    [
        ("is put in rarely", "is seldom put in", "background.repairs.entries.spare_pump.text: ", Bump.PATCH),
        ("id: gland", "id: glands", "background.repairs.entries.gland: removed", Bump.MAJOR),
        ("  repairs:", "  repair:", "background.repairs: removed", Bump.MAJOR),
    ],
)
def test_what_changed_is_told_by_place(pumps: Path, old: str, new: str, said: str, bump: Bump) -> None:
    edit(pumps, old, new)
    found = shared_changes(load_pathways(PUMPS), load_pathways(pumps))
    assert found[0].text.startswith(said)
    assert found[0].bump is bump
    assert load_pathways(pumps).content_hash != load_pathways(PUMPS).content_hash
    assert load_pathways(pumps).reviewed_hashes == load_pathways(PUMPS).reviewed_hashes


def test_a_first_background_is_a_minor_step(pumps: Path) -> None:
    (pumps / "background.yaml").unlink()
    found = shared_changes(load_pathways(pumps), load_pathways(PUMPS))
    assert {one.text for one in found} == {"background.pumps: added", "background.repairs: added"}
    assert {one.bump for one in found} == {Bump.MINOR}


def test_a_passage_of_the_background_bears_on_the_statements_of_what_it_is_about() -> None:
    definitions = load_pathways(PUMPS)
    comparison = compare(definitions, read_copy(PUMPS / "source.txt"))
    touched = {
        owner.name: touched_by(definitions, finding).statements
        for finding in comparison.findings
        for owner in finding.owners
        if owner.kind is OwnerKind.BACKGROUND
    }
    assert touched["pumps, what_a_pump_does"] == ()
    assert touched["repairs, spare_pump"] == ("BEA-2",)
    assert str(Owner(OwnerKind.BACKGROUND, "pumps, what_a_pump_does")) == "background pumps, what_a_pump_does"
