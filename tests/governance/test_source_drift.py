"""The drift report: what changed, word by word, what it touches; and moved locators written back."""

from __future__ import annotations

import difflib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pnet_pathways import load_pathways
from pnet_pathways.engine.recommend import recommend
from pnet_pathways.governance.difference.answers import compare as difference
from pnet_pathways.governance.source import (
    Copy,
    PassageVerdict,
    collapse,
    compare,
)
from pnet_pathways.governance.source.copies import fold
from pnet_pathways.governance.source.drift import (
    Drift,
    Edit,
    drift,
    edits_between,
)
from pnet_pathways.governance.source.locators import OwnerKind
from pnet_pathways.governance.source.relocate import update_locators
from pnet_pathways.governance.source.text import drift_markdown, drift_text
from pnet_pathways.governance.source.touched import touched
from pnet_pathways.loading.files import write_together
from pnet_pathways.model.errors import DefinitionError, SourceError
from pnet_pathways.model.pathway import Definitions
from project import DIAGRAMS
from source_material import Material

SVG = "{http://www.w3.org/2000/svg}"
NUMBERS = re.compile(r"(start|end): [0-9]+")


def drifted(material: Material, text: str, *, old: bool = False) -> Drift:
    """Return the report on an edited copy."""
    return drift(material.definitions, Copy("new.txt", collapse(text)), material.copy if old else None)


def with_word(material: Material, statement: str, word: str = "hitherto") -> str:
    """Return the text with a word put into the middle of a statement's passage."""
    start, end = material.span(statement)
    place = material.text.index(" ", (start + end) // 2)
    return f"{material.text[:place]} {word}{material.text[place:]}"


@pytest.fixture
def copied(made_up: Material, tmp_path: Path) -> Path:
    """A copy of the made-up summary's definitions, to rewrite."""
    return Path(shutil.copytree(made_up.folder, tmp_path / "pathways"))


def test_nothing_but_moves_is_no_change(material: Material) -> None:
    report = drifted(material, f"A new menu entry. {material.text}")
    assert (report.content_changed, report.changes) == (False, ())
    assert len(report.moved) == len(material.anchors)
    assert report.to_dict()["verdict"] == "moved"
    assert drifted(material, material.text).to_dict()["verdict"] == "same"


def test_a_changed_word_is_shown_word_by_word(material: Material) -> None:
    report = drifted(material, with_word(material, "GAS-4"), old=True)
    (change,) = report.changes
    assert report.content_changed
    assert [words for edit, words in change.edits if edit is Edit.ADDED] == ["hitherto"]
    assert not [words for edit, words in change.edits if edit is Edit.REMOVED]
    start, end = material.span("GAS-4")
    kept = " ".join(words for edit, words in change.edits if edit is Edit.KEPT)
    assert kept == fold(material.text[start:end])


def test_without_the_old_copy_the_new_words_are_shown(material: Material) -> None:
    (change,) = drifted(material, with_word(material, "GAS-4")).changes
    assert change.edits == ()
    assert "hitherto" in change.text


def test_a_vanished_passage_is_shown_as_removed(material: Material) -> None:
    start, end = material.span("GAS-4")
    (change,) = drifted(material, material.text[: start - 1] + material.text[end:], old=True).changes
    assert (change.kind, change.text) == ("vanished", "")
    assert change.edits == ((Edit.REMOVED, fold(material.text[start:end])),)


@pytest.mark.parametrize("old", ["", "a b c", "a b ."])
@pytest.mark.parametrize("new", ["", "x b c", "a b."])
def test_edits_lead_from_the_old_words_to_the_new_ones(old: str, new: str) -> None:
    edits = edits_between(old, new)
    assert " ".join(words for edit, words in edits if edit is not Edit.ADDED) == fold(old)
    assert " ".join(words for edit, words in edits if edit is not Edit.REMOVED) == fold(new)


def test_changes_are_told_in_text_order(material: Material) -> None:
    text = with_word(material, "GAS-4")
    (start, _), (_, end) = material.span("GAS-1"), material.span("SUP-4")
    text = f"{text[:end]} Homely rest.{text[end:start]}{text[text.index(' ', material.span('GAS-1')[1]) :]}"
    report = drifted(material, text)
    assert [(change.kind, change.what.split(",")[0]) for change in report.changes] == [
        ("new", "part supportive"),
        ("vanished", "statement GAS-1"),
        ("vanished", "treatment acid_reducing_drug"),
        ("changed", "statement GAS-4"),
    ]
    assert report.changes[0].note == "follows statement SUP-4"


def test_a_passage_that_was_the_first_one_vanishes_without_a_place_before_it(made_up: Material) -> None:
    first = made_up.anchors[0]
    text = made_up.text[: first.span[0]] + made_up.text[first.span[1] + 1 :]
    assert any(change.kind == "vanished" for change in drifted(made_up, text).changes)


def scenarios_answered(definitions: Definitions, statement: str) -> tuple[int, set[str]]:
    """Count, without the tables' option index, the scenarios that a statement answers, and the leaves they reach."""
    one = definitions.statement(statement)
    count, leaves = 0, set()
    for track, when in one.placements:
        table = definitions.scenarios[one.pathway, track]
        for row in table.rows:
            values = dict(zip(table.facts, row.values, strict=True))
            if when.evaluate(values.get) and any(option.requires.evaluate(values.get) for option in one.options):
                count += 1
                leaves.add(f"{one.pathway}/{track}/{row.leaf}")
    return count, leaves


def test_what_a_statement_touches_is_what_brute_force_finds(definitions: Definitions) -> None:
    for pathway in definitions.pathways.values():
        for statement in pathway.statements:
            found = touched(definitions, [statement.id])
            assert (found.scenarios, set(found.leaves)) == scenarios_answered(definitions, statement.id)
            assert found.leaves


def pages_drawn_with(statement: str) -> set[str]:
    """Return the committed pages that show what a statement offers."""
    pages = set()
    for path in DIAGRAMS.glob("*.svg"):
        for group in ElementTree.parse(path).iter(f"{SVG}g"):  # noqa: S314 - our own
            words = " ".join("".join(one.itertext()) for one in group.iter(f"{SVG}text"))
            if {"offer", "combination"} & set(group.get("class", "").split()) and re.search(rf"\b{statement}\b", words):
                pages.add(path.stem)
    return pages


@pytest.mark.parametrize("statement", ["GAS-2", "GAS-6", "INS-5", "VIP-3", "SUP-4", "REC-1", "SOM-1"])
def test_the_diagrams_named_are_the_committed_pages_that_show_the_statement(definitions: Definitions, statement: str) -> None:
    found = touched(definitions, [statement]).diagrams
    assert len(found) == len(set(found))
    assert set(found) == {definitions.statement(statement).pathway} | pages_drawn_with(statement)


def test_the_report_names_the_diagrams_as_text_and_as_data(material: Material) -> None:
    report = drifted(material, with_word(material, "INS-3"))
    pages = touched(material.definitions, ["INS-3"]).diagrams
    assert pages
    assert report.to_dict()["changes"][0]["touches"]["diagrams"] == pages
    said = f"diagrams {', '.join(pages)}"
    assert said in " ".join(drift_text(material.definitions, report).split())
    assert said in drift_markdown(material.definitions, report)


def test_a_diagram_that_no_leaf_is_on_is_the_overview(material: Material) -> None:
    locator = material.definitions.advice[0].locators[0]
    place = locator.start + len(locator.first)
    report = drifted(material, f"{material.text[:place]} hitherto{material.text[place:]}")
    (change,) = (one for one in report.changes if "advice clinical_trials" in one.what)
    assert change.touched.diagrams == ("overview",)


def test_what_no_diagram_shows_is_said_to_be_on_none(material: Material) -> None:
    locator = next(
        anchor.locator for anchor in material.anchors if {owner.kind for owner in anchor.owners} == {OwnerKind.WORKUP}
    )
    place = locator.start + len(locator.first)
    report = drifted(material, f"{material.text[:place]} hitherto{material.text[place:]}")
    assert "touches no statement; no diagram" in drift_text(material.definitions, report)


def test_diagrams_are_named_without_what_draws_them() -> None:
    code = (
        "import sys; sys.modules['graphviz'] = sys.modules['pygraphviz'] = None\n"
        "from pnet_pathways import load_pathways\nfrom pnet_pathways.governance.source.touched import touched\n"
        "print(*touched(load_pathways(), ['VIP-2']).diagrams)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "vipoma vipoma-states\n")


def test_a_changed_explanation_touches_the_statements_that_use_the_treatment(material: Material) -> None:
    locator = material.definitions.treatments["total_gastrectomy"].locators[0]
    place = locator.start + len(locator.first)
    report = drifted(material, f"{material.text[:place]} hitherto{material.text[place:]}")
    assert [change.what for change in report.changes] == [
        "treatment total_gastrectomy", "background procedures, total_gastrectomy",
    ]  # fmt: skip
    assert {change.touched.statements for change in report.changes} == {("GAS-2", "GAS-5", "GAS-7")}


def test_a_changed_introduction_touches_the_statements_of_its_section(material: Material) -> None:
    claim = next(one for one in material.definitions.not_statements if one.id == "vipoma_introduction")
    place = claim.locators[0].start + 4
    changes = drifted(material, f"{material.text[:place]}hitherto {material.text[place:]}").changes
    (change,) = (one for one in changes if "vipoma_introduction" in one.what)
    assert {name[:3] for name in change.touched.statements} == {"VIP", "SOM", "OTH"}


def test_a_changed_work_up_touches_no_statement(material: Material) -> None:
    locator = material.definitions.care_course.states["recurrent"].locators[0]
    place = locator.start + len(locator.first)
    report = drifted(material, f"{material.text[:place]} hitherto{material.text[place:]}")
    assert {change.touched.statements for change in report.changes} == {()}
    (change,) = (one for one in report.changes if "care course state recurrent" in one.what)
    assert change.touched.diagrams == ("overview-care-course",)
    assert "touches no statement; diagrams overview-care-course" in drift_text(material.definitions, report)


@pytest.mark.parametrize(
    ("date", "word"), [("October 8, 2022", "newer than"), ("September 9, 2021", "older than"), ("October 7, 2022", "made from")]
)
def test_the_summarys_own_date_is_compared(material: Material, date: str, word: str) -> None:
    report = drifted(material, material.text.replace("Updated: October 7, 2022", f"Updated: {date}"))
    assert not report.content_changed
    assert word in drift_text(material.definitions, report)


@pytest.mark.parametrize(
    "date",
    ["Oct 7, 2022", "Oct. 7, 2022", "OCTOBER 7, 2022", "October 7 2022", "October 7 , 2022", "7 October 2022", "2022-10-07"],
)
def test_the_date_is_read_in_the_usual_forms(material: Material, date: str) -> None:
    report = drifted(material, material.text.replace("Updated: October 7, 2022", f"Updated: {date}"))
    assert (report.comparison.updated, report.content_changed) == (report.comparison.known_date, False)


@pytest.mark.parametrize("date", ["February 30, 2022", "10/7/2022", "2022-13-01", "Octobre 7, 2022", "2022-10-071", "lately"])
def test_a_date_that_cannot_be_read_says_so(material: Material, date: str) -> None:
    with pytest.raises(SourceError, match=rf"new\.txt: the summary's date cannot be read: 'Updated: {date}"):
        drifted(material, material.text.replace("Updated: October 7, 2022", f"Updated: {date}"))


def test_scenarios_are_said_to_be_those_of_the_tracks(material: Material) -> None:
    """A statement's track is only a part of its pathway: `pnet diff` counts over the whole."""
    start, _ = material.span("INS-1")
    end = material.span("INS-1")[1]
    shown = " ".join(drift_text(material.definitions, drifted(material, material.text[:start] + material.text[end:])).split())
    assert re.search(r"[0-9]+ scenarios? of the tracks?; diagrams", shown)


def test_the_reports_hold_every_change_and_the_disclaimer(material: Material) -> None:
    text = with_word(material, "GAS-4").replace(material.definitions.pathways["insulinoma"].section, "Other *Heading*")
    report = drifted(material, text, old=True)
    printed, marked = drift_text(material.definitions, report), drift_markdown(material.definitions, report)
    for shown in (printed, marked):
        assert "The content has changed" in shown
        assert "statement GAS-4" in shown
        assert "leaves gastrinoma/primary/several" in shown.replace("\n ", "").replace("\\", "")
        assert "not a guideline" in " ".join(shown.split())
    assert "{+hitherto+}" in printed
    assert "**hitherto**" in marked
    assert r"Other \*Heading\*" in marked
    assert "--old FILE" not in printed
    assert "--old FILE" in drift_text(material.definitions, drifted(material, text))


def test_another_order_is_told_in_the_reports(material: Material) -> None:
    (start, end), (before, _) = material.span("GAS-4"), material.span("GAS-2")
    report = drifted(
        material,
        material.text[:before] + material.text[start:end] + " " + material.text[before : start - 1] + material.text[end:],
    )
    assert report.content_changed
    assert "The content has changed" in drift_text(material.definitions, report)
    for shown in (drift_text(material.definitions, report), drift_markdown(material.definitions, report)):
        assert "the order has changed: now after statement GAS-1" in shown
        assert "he same words in another order: statement GAS-4" in shown
    assert drift_text(material.definitions, drifted(material, material.text)).startswith("Nothing has changed")


# Writing back


def test_moved_locators_are_rewritten_and_nothing_else(made_up: Material, copied: Path) -> None:
    text = f"A new menu entry. {made_up.text}"
    before = {path.name: path.read_text() for path in copied.glob("*.yaml")}
    counts = update_locators(copied, drifted(made_up, text).moved)
    after = {path.name: path.read_text() for path in copied.glob("*.yaml")}
    assert {name for name in before if before[name] != after[name]} == set(counts)
    for name, content in before.items():
        assert NUMBERS.sub("", content) == NUMBERS.sub("", after[name]), name
    findings = compare(load_pathways(copied, check_agreement=False), Copy("new.txt", text)).findings
    assert {finding.verdict for finding in findings} == {PassageVerdict.SAME}


def test_other_spacing_gets_other_words_and_hashes(made_up: Material, copied: Path) -> None:
    text = fold(made_up.text)
    update_locators(copied, drifted(made_up, text).moved)
    findings = compare(load_pathways(copied, check_agreement=False), Copy("new.txt", text)).findings
    assert {finding.verdict for finding in findings} == {PassageVerdict.SAME}


def test_what_has_changed_keeps_its_locator(made_up: Material, copied: Path) -> None:
    before = (copied / "gastrinoma.yaml").read_text()
    update_locators(copied, drifted(made_up, with_word(made_up, "GAS-4")).moved)
    after = (copied / "gastrinoma.yaml").read_text()
    start, end = made_up.span("GAS-4")
    assert f"start: {start}, end: {end}," in after
    assert sum(line.startswith("+ ") for line in difflib.ndiff(before.splitlines(), after.splitlines())) == 6


def test_block_style_comments_and_line_ends_stay(made_up: Material, copied: Path) -> None:
    path = copied / "gastrinoma.yaml"
    start, end = made_up.span("GAS-3")
    sha = made_up.definitions.statement("GAS-3").locators[0].sha256
    flow = next(line for line in path.read_text().splitlines() if f"start: {start}, end: {end}," in line)
    first, last, *_ = re.findall(r'"([^"]*)"', flow)
    block = (
        "      # gehört hierher: ½ „Zitat“ 😀\r\n      - section: gastrinoma  # the section\r\n"
        f"        first: '{first}'\r\n        last: \"{last}\"  # ends\r\n"
        f"        start:   {start}   # begins\r\n        end: {end}\r\n        sha256: {sha}"
    )
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n").replace(flow.encode(), block.encode()))
    before = path.read_bytes().decode()
    update_locators(copied, drifted(made_up, f"Menu. {made_up.text}").moved)
    after = path.read_bytes().decode()
    assert f"        start:   {start + 6}   # begins\r\n        end: {end + 6}\r\n" in after
    assert re.sub("[0-9]+", "", before) == re.sub("[0-9]+", "", after)


def test_where_nothing_moved_nothing_is_written(made_up: Material, copied: Path) -> None:
    assert update_locators(copied, drifted(made_up, made_up.text).moved) == {}


def test_a_locator_that_no_file_holds_is_an_error_and_nothing_is_written(made_up: Material, copied: Path) -> None:
    (copied / "not_statements.yaml").write_text("parts: {}\n")
    before = {path.name: path.read_bytes() for path in copied.glob("*.yaml")}
    with pytest.raises(SourceError, match="no file holds the locator from"):
        update_locators(copied, drifted(made_up, f"Menu. {made_up.text}").moved)
    assert before == {path.name: path.read_bytes() for path in copied.glob("*.yaml")}


def test_a_result_that_does_not_load_is_not_put_in_place(made_up: Material, copied: Path) -> None:
    path = copied / "gastrinoma.yaml"
    path.write_text(path.read_text().replace("strength: rare", "strength: seldom"))
    before = {one.name: one.read_bytes() for one in copied.glob("*.yaml")}
    with pytest.raises(DefinitionError, match="seldom"):
        update_locators(copied, drifted(made_up, f"Menu. {made_up.text}").moved)
    assert before == {one.name: one.read_bytes() for one in copied.glob("*.yaml")}


def test_files_are_put_in_place_all_or_none(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_bytes(b"one")
    second.write_bytes(b"two")

    with pytest.raises(TypeError):
        write_together({first: b"new", second: None})  # type: ignore[dict-item]
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")
    write_together({first: b"new", second: b"newer"})
    assert (first.read_bytes(), second.read_bytes()) == (b"new", b"newer")


def test_moved_locators_void_no_approval_and_are_no_change_of_words(made_up: Material, copied: Path) -> None:
    before = load_pathways(copied)
    (start, _) = made_up.span("GAS-1")
    text = made_up.text[:start] + "A new sentence. " + made_up.text[start:]
    assert update_locators(copied, drifted(made_up, text).moved)
    after = load_pathways(copied)
    assert after.reviewed_hashes == before.reviewed_hashes
    assert {words for one in difference(before, after).pathways for words in one.words} == set()


def test_answers_do_not_change_with_the_locators(made_up: Material, copied: Path) -> None:
    update_locators(copied, drifted(made_up, f"Menu. {made_up.text}").moved)
    case = {"tumor_type": "gastrinoma", "pancreatic_tumors": "several", "resectable": True}
    moved = recommend(case, load_pathways(copied))
    assert moved.options == recommend(case, made_up.definitions).options
