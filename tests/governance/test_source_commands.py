"""``pnet source`` and ``--source`` at the command line: what they print and their exit codes."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from commands import pnet
from pnet_pathways import load_pathways
from pnet_pathways.governance.source.locators import owners_of
from project import SOURCE
from source_material import Material

LOCATORS = sum(1 for _ in owners_of(load_pathways()))
CASE = json.dumps({"tumor_type": "insulinoma", "pancreatic_tumors": "one", "sites": ["head"], "size": "large"})


@pytest.fixture
def copy(made_up: Material, tmp_path: Path) -> Path:
    """A file with the made-up summary."""
    path = tmp_path / "summary.txt"
    path.write_text(made_up.text)
    return path


def test_check_shows_100_percent_both_ways_for_the_source_document(source_text: str) -> None:
    """Required: the acceptance of the trace."""
    done = pnet("source", "check", SOURCE)
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"Locators that resolve: {LOCATORS} of {LOCATORS}, 100 %; sentences claimed: 115 of 115, 100 %" in done.stdout


def test_check_prints_both_directions(made_up: Material, copy: Path) -> None:
    done = pnet("source", "check", copy, "--pathways", made_up.folder)
    assert done.exit_code == 0
    for words in ("Definitions to summary", "Summary to definitions", "Not statements", "Somatostatinoma", "unclaimed"):
        assert words in done.stdout
    assert "at another place" in done.stdout
    assert "re-anchors them" not in done.stdout


def test_check_as_json(made_up: Material, copy: Path) -> None:
    done = pnet("source", "check", copy, "--pathways", made_up.folder, "--format", "json")
    data = json.loads(done.stdout)
    assert (data["complete"], data["problems"]) == (True, [])
    assert data["locators"]["statement"] == {"locators": 41, "resolve": 41, "elsewhere": 0}
    assert sum(part["unclaimed"] for part in data["parts"].values()) == 0
    assert data["updated"] == {"definitions": "2022-10-07", "copy": "2022-10-07"}


def test_check_names_everything_that_does_not_fit(made_up: Material, copy: Path) -> None:
    (start, end), (_, last) = made_up.span("GAS-4"), made_up.span("GLU-1")
    heading = made_up.definitions.pathways["insulinoma"].section
    gone = made_up.span("INS-3")
    text = made_up.text[:last] + " Homely rest." + made_up.text[last:]
    text = text[: gone[0]] + text[gone[1] + 1 :]
    text = text[: start + 30] + "hitherto" + text[start + 30 : end] + text[end:]
    copy.write_text(text.replace(heading, "Of Insulinoma"))
    done = pnet("source", "check", copy, "--pathways", made_up.folder)
    printed = " ".join(done.stdout.split())
    assert done.exit_code == 1
    assert re.search("statement GAS-4, [^:]*reading R-20[^:]*: the passage from", printed)
    assert "is vanished" in printed
    assert "no statement claims 'Homely rest.', and not_statements.yaml does not list it" in printed
    assert f"the section '{heading}' is not there; in its place: 'Of Insulinoma'" in printed
    assert re.search(rf"resolve: [0-9]+ of {LOCATORS}, 9[0-9] %; sentences claimed: [0-9]+ of [0-9]+, 9[0-9] %", printed)
    assert "re-anchors them" in printed


def test_check_says_where_a_passage_has_gone(made_up: Material, copy: Path) -> None:
    (start, end), (target, _) = made_up.span("GAS-4"), made_up.span("INS-3")
    copy.write_text(
        made_up.text[: start - 1] + made_up.text[end:target] + made_up.text[start:end] + " " + made_up.text[target:]
    )
    done = pnet("source", "check", copy, "--pathways", made_up.folder)
    assert "is displaced (now in the part 'insulinoma')" in " ".join(done.stdout.split())


@pytest.mark.parametrize("command", ["check", "drift"])
def test_a_file_that_is_not_the_summary_is_exit_code_2(command: str, copy: Path) -> None:
    copy.write_text("Page not found.")
    done = pnet("source", command, copy)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "this is not the summary that the definitions come from" in done.stderr


def test_drift_is_0_for_moves_and_1_for_changes(made_up: Material, copy: Path) -> None:
    copy.write_text(f"Menu. {made_up.text}")
    done = pnet("source", "drift", copy, "--pathways", made_up.folder)
    assert done.exit_code == 0
    assert done.stdout.startswith("Passages have only moved\n")
    end = made_up.span("GAS-4")[1]
    copy.write_text(f"{made_up.text[:end]} Homely rest.{made_up.text[end:]}")
    done = pnet("source", "drift", copy, "--pathways", made_up.folder, "--format", "markdown")
    assert done.exit_code == 1
    assert "## New: part gastrinoma" in done.stdout
    assert "follows statement GAS-4" in done.stdout


def test_drift_as_json_with_the_old_copy(made_up: Material, copy: Path, tmp_path: Path) -> None:
    start, _ = made_up.span("GAS-4")
    newer = tmp_path / "newer.txt"
    newer.write_text(f"{made_up.text[: start + 30]}hitherto {made_up.text[start + 30 :]}")
    done = pnet("source", "drift", newer, "--old", copy, "--pathways", made_up.folder, "--format", "json")
    data = json.loads(done.stdout)
    (change,) = data["changes"]
    assert (done.exit_code, data["verdict"], data["passages"]["changed"]) == (1, "changed", 1)
    assert change["touches"]["statements"] == ["GAS-4"]
    assert {one["edit"] for one in change["edits"]} >= {"kept", "added"}
    assert "not a guideline" in data["disclaimer"]


def test_links_that_do_not_lead_to_their_passage_are_named(made_up: Material, copy: Path) -> None:
    """In the made-up summary the words that the project's locators have for their links are not there."""
    told = pnet("source", "check", copy, "--pathways", made_up.folder)
    found = re.search(r"Links that do not lead to their passage: ([1-9]\d*) \(", told.stdout)
    astray = json.loads(pnet("source", "check", copy, "--pathways", made_up.folder, "--format", "json").stdout)["links_astray"]
    assert found is not None
    assert (told.exit_code, int(found[1])) == (0, len(astray))
    assert any(one.startswith("statement ") for one in astray)


def test_drift_re_anchors_on_request(made_up: Material, copy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made_up.folder, tmp_path / "pathways"))
    copy.write_text(f"Menu. {made_up.text}")
    done = pnet("source", "drift", copy, "--pathways", folder, "--update-locators")
    assert done.exit_code == 0
    assert "gastrinoma.yaml: 10 locators re-anchored" in done.stderr
    assert "`pnet source check` tells whether links still lead to their passages" in done.stderr
    done = pnet("source", "drift", copy, "--pathways", folder, "--update-locators")
    assert done.stdout.startswith("Nothing has changed\n")
    assert done.stderr == "no locator needed re-anchoring\n"


def test_another_order_is_re_anchored_only_once_it_is_accepted(made_up: Material, copy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made_up.folder, tmp_path / "pathways"))
    (start, end), (_, behind) = made_up.span("GAS-5"), made_up.span("GAS-6")
    text = made_up.text[:start] + made_up.text[end + 1 : behind] + " " + made_up.text[start:end] + made_up.text[behind:]
    copy.write_text(f"A long new menu entry in front of everything else. {text}")
    before = (folder / "gastrinoma.yaml").read_text()
    for _ in range(2):
        done = pnet("source", "drift", copy, "--pathways", folder, "--update-locators")
        assert done.exit_code == 1
        assert "The same words in another order: statement GAS-" in done.stdout
        assert (folder / "gastrinoma.yaml").read_text() == before
    assert pnet("source", "check", copy, "--pathways", folder).exit_code == 1
    done = pnet("source", "drift", copy, "--pathways", folder, "--update-locators", "--accept-order")
    assert (done.exit_code, "gastrinoma.yaml: 10 locators re-anchored" in done.stderr) == (1, True)
    assert pnet("source", "drift", copy, "--pathways", folder).stdout.startswith("Nothing has changed\n")


def test_one_locator_is_counted_as_one(made_up: Material, copy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made_up.folder, tmp_path / "pathways"))
    locator = max((one.locator for one in made_up.anchors), key=lambda one: one.end)
    copy.write_text(f"{made_up.text[: locator.start]}- {made_up.text[locator.start :]}")
    done = pnet("source", "drift", copy, "--pathways", folder, "--update-locators")
    assert set(re.findall(r": (1 locators? re-anchored)", done.stderr)) == {"1 locator re-anchored"}


# The passages beside the statements


def test_an_answer_shows_the_passages_beside_its_statements(made_up: Material, copy: Path) -> None:
    start, end = made_up.span("INS-2")
    passage = made_up.text[start:end]
    options: list[str | Path] = ["recommend", "-", "--source", copy, "--pathways", made_up.folder]
    plain = pnet(*options, text=CASE).stdout
    assert f"INS-2: “{passage}”" in " ".join(plain.split())
    marked = pnet(*options, "--format", "markdown", text=CASE).stdout
    assert f"> **INS-2:** “{passage}”" in marked.replace("\\", "")
    explained = pnet(*options, "--explain", text=CASE).stdout
    assert f"INS-2: “{passage}”" in " ".join(explained.split())
    data = json.loads(pnet(*options, "--format", "json", text=CASE).stdout)
    assert data["statements"]["INS-2"]["passages"] == [passage]


def test_without_a_copy_no_passage_is_shown(made_up: Material) -> None:
    data = json.loads(pnet("recommend", "-", "--format", "json", text=CASE).stdout)
    assert all("passages" not in one for one in data["statements"].values())
    assert "“" not in pnet("recommend", "-", text=CASE).stdout


def test_a_pathway_shows_the_passages_beside_its_statements(made_up: Material, copy: Path) -> None:
    start, end = made_up.span("VIP-3")
    passage = made_up.text[start:end]
    options: list[str | Path] = ["pathways", "vipoma", "--source", copy, "--pathways", made_up.folder]
    assert f"VIP-3: “{passage}”" in " ".join(pnet(*options).stdout.split())
    data = json.loads(pnet(*options, "--format", "json").stdout)
    assert {one["id"]: one["passages"] for one in data["statements"]}["VIP-3"] == [passage]


def test_a_copy_that_does_not_fit_is_exit_code_2(made_up: Material, copy: Path) -> None:
    start, end = made_up.span("INS-2")
    copy.write_text(made_up.text[:start] + made_up.text[end:])
    done = pnet("recommend", "-", "--source", copy, "--pathways", made_up.folder, text=CASE)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "does not hold the passages of INS-2" in done.stderr


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("  gastrinoma: {title", "  gastrinom: {title", "there is no pathway 'gastrinom' (did you mean 'gastrinoma'?)"),
        ("section: gastrinoma}", "section: gastrinom}", "unknown section 'gastrinom' (did you mean 'gastrinoma'?)"),
        ("id: insulinoma_introduction", "id: gastrinoma_introduction", "duplicate id 'gastrinoma_introduction'"),
    ],
)
def test_a_mistake_in_not_statements_is_reported_with_its_place(folder: Path, before: str, after: str, message: str) -> None:
    path = folder / "not_statements.yaml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    done = pnet("pathways", "--pathways", folder)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "not_statements.yaml:" in done.stderr
