"""Sentences that no statement accounts for: new, changed and removed ones are found by pinned hashes."""

from __future__ import annotations

import shutil
from pathlib import Path

import attrs
import pytest
from typer.testing import CliRunner

from pnet_pathways import load_pathways
from pnet_pathways.cli.main import app
from pnet_pathways.governance.source import Comparison, Copy, compare
from pnet_pathways.governance.source.copies import fold
from pnet_pathways.governance.source.drift import Drift, Edit, drift
from pnet_pathways.governance.source.outside import UnclaimedSentence, outside, unknown_headings
from pnet_pathways.governance.source.parts import layout
from pnet_pathways.governance.source.pinning import pin
from pnet_pathways.governance.source.text import drift_markdown, drift_text
from pnet_pathways.model.errors import DefinitionError, SourceError
from pnet_pathways.model.pathway import Definitions
from source_material import Material

SECTION = "Treatment of Nonfunctional Tumors Treatment of nonfunctional tumors may include: Surgery of it. Targeted therapy. "
NEW = "Treatment of nonfunctional tumors may include:"


def sentences_outside(material: Material) -> list[UnclaimedSentence]:
    """Return the sentences of the copy itself that nothing names."""
    placed = {anchor: anchor.span for anchor in material.anchors}
    return list(outside(layout(material.definitions, material.copy, material.anchors, placed), material.copy, placed.values()))


def report(material: Material, text: str, *, old: bool = False) -> Drift:
    """Return what an edited text changes."""
    return drift(material.definitions, Copy("new.txt", text), material.copy if old else None)


def in_overview(material: Material) -> UnclaimedSentence:
    """Return a sentence of the overview that nothing names."""
    return [one for one in sentences_outside(material) if one.section == material.definitions.sections["overview"]][-1]


def notes(comparison: Comparison) -> list[tuple[str, str]]:
    """Return where and how much has changed outside of the parts."""
    return [(one.section, one.note) for one in comparison.outside]


def with_section(material: Material) -> str:
    """Return the text with a section of treatment more, before that of gastrinoma, and another date."""
    place = material.text.rindex(material.definitions.sections["gastrinoma"] + " For")
    text = material.text[:place] + SECTION + material.text[place:]
    return text.replace("Updated: October 7, 2022", "Updated: March 3, 2025")


def test_a_new_section_of_treatment_is_a_change(material: Material) -> None:
    found = report(material, with_section(material))
    assert found.content_changed
    assert not found.comparison.complete
    assert [(one.kind, one.section) for one in found.changes] == [("outside", material.definitions.sections["overview"])]
    assert found.changes[0].text.endswith("Surgery of it. Targeted therapy.")
    assert found.comparison.unknown_headings == ("Treatment of Nonfunctional Tumors",)


def test_a_new_section_between_two_types_is_named_too(material: Material) -> None:
    place = material.text.rindex(material.definitions.sections["insulinoma"] + " For")
    found = material.compare(material.text[:place] + SECTION + material.text[place:])
    assert found.unknown_headings == ("Treatment of Nonfunctional Tumors",)
    assert found.new


@pytest.mark.parametrize("section", ["general", "stages", "overview"])
def test_a_new_sentence_outside_of_the_parts_is_a_change(material: Material, section: str) -> None:
    heading = material.definitions.sections[section]
    one = [one for one in sentences_outside(material) if one.section == heading][-1]
    found = material.compare(f"{material.text[: one.span[1]]}. Homely rest.{material.text[one.span[1] :]}")
    assert [(change.section, change.gone <= 1, len(change.new) <= 2) for change in found.outside] == [(heading, True, True)]
    assert "Homely rest." in found.outside[0].text
    assert all(finding.holds for finding in found.findings)
    assert not found.complete


def test_every_word_outside_of_the_parts_is_pinned(source_text: str) -> None:
    """The law of the pins: a word more in any of the sentences is found, in its section."""
    definitions = load_pathways()
    summary = Material(definitions, Path(), source_text)
    for one in sentences_outside(summary)[::7]:
        start, end = one.span
        found = compare(definitions, Copy("new", f"{source_text[:start]}{source_text[start:end]} hitherto{source_text[end:]}"))
        assert one.section in [change.section for change in found.outside], one


def test_the_old_copy_gives_the_words_that_are_gone(material: Material) -> None:
    one = in_overview(material)
    text = f"{material.text[: one.span[0]]}Homely {material.text[one.span[0] :]}"
    (change,) = report(material, text, old=True).changes
    assert [words for edit, words in change.edits if edit is Edit.ADDED] == ["Homely"]
    assert not [words for edit, words in change.edits if edit is Edit.REMOVED]
    assert " ".join(words for edit, words in change.edits if edit is Edit.KEPT) == one.text
    (change,) = report(material, text).changes
    assert (change.edits, change.note) == ((), "1 sentence new, 1 gone")


def test_a_removed_sentence_is_told_with_its_words_where_they_are_at_hand(material: Material) -> None:
    one = in_overview(material)
    text = f"{material.text[: one.span[0]]}{material.text[one.span[1] + 1 :]}"
    (change,) = report(material, text, old=True).changes
    assert (change.note, change.text, change.edits) == ("0 sentences new, 1 gone", "", ((Edit.REMOVED, one.text),))
    assert notes(material.compare(text)) == [(one.section, "0 sentences new, 1 gone")]


def test_another_spacing_and_another_place_in_the_section_are_no_change(source_text: str) -> None:
    summary = Material(load_pathways(), Path(), source_text)
    first, second = sentences_outside(summary)[4:6]
    assert first.span[1] + 1 == second.span[0]
    text = (
        source_text[: first.span[0]]
        + source_text[slice(*second.span)]
        + " "
        + source_text[slice(*first.span)]
        + source_text[second.span[1] :]
    )
    assert notes(summary.compare(text)) == []
    assert notes(summary.compare(fold(source_text))) == []


def test_a_sentence_in_another_section_is_a_change_of_both(source_text: str) -> None:
    summary = Material(load_pathways(), Path(), source_text)
    one = next(one for one in sentences_outside(summary) if one.section == summary.definitions.sections["stages"])
    target = in_overview(summary).span[0]
    start, end = one.span
    text = f"{source_text[:start]}{source_text[end + 1 : target]}{source_text[start:end]} {source_text[target:]}"
    sections = summary.definitions.sections
    assert notes(summary.compare(text)) == [
        (sections["stages"], "0 sentences new, 1 gone"),
        (sections["overview"], "1 sentence new, 0 gone"),
    ]


def test_the_sentences_of_a_section_whose_heading_is_gone_count_for_the_section_before(source_text: str) -> None:
    summary = Material(load_pathways(), Path(), source_text)
    found = summary.compare(source_text.replace(summary.definitions.sections["stages"], "How far"))
    assert notes(found) == [(summary.definitions.sections["general"], "1 sentence new, 0 gone")]


def test_what_stands_before_the_sections_and_behind_the_parts_is_not_compared(material: Material) -> None:
    found = material.compare(f"A new menu entry. {material.text} A new foot.")
    assert (found.complete, found.outside) == (True, ())


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("Treatment of Nonfunctional Tumors Treatment of such", ["Treatment of Nonfunctional Tumors"]),
        (
            "Rest. Treatment Options for Rare or Unusual (Odd) Tumors For some",
            ["Treatment Options for Rare or Unusual (Odd) Tumors"],
        ),
        ("Treatment of Rare Tumors It may include", ["Treatment of Rare Tumors"]),
        ("Treatment of Gastrinoma For it", []),
        ("Treatment of tumors that are rare", []),
    ],
)
def test_what_looks_like_a_section_of_treatment(definitions: Definitions, text: str, headings: list[str]) -> None:
    assert list(unknown_headings(definitions, [text])) == headings


def test_the_reports_name_the_section_and_what_is_new(material: Material) -> None:
    found = report(material, with_section(material), old=True)
    for shown in (drift_text(material.definitions, found), drift_markdown(material.definitions, found)):
        words = " ".join(shown.replace("\\", "").split())
        assert "The content has changed" in words
        assert "3 sentences new, 0 gone" in words
        assert "hat it touches is for a person to say" in words
        assert "'Treatment of Nonfunctional Tumors' looks like a section of treatment" in words
        assert "--old FILE" not in words


def test_check_names_the_section_and_is_exit_code_1(made_up: Material, tmp_path: Path) -> None:
    copy = tmp_path / "new.txt"
    copy.write_text(with_section(made_up))
    done = CliRunner().invoke(app, ["source", "check", str(copy), "--pathways", str(made_up.folder)])
    words = " ".join(done.stdout.split())
    assert done.exit_code == 1
    assert "text that no statement accounts for has changed: 3 sentences new, 0 gone" in words
    assert "'Treatment of Nonfunctional Tumors' looks like a section of treatment that the definitions do not know" in words


def test_check_says_that_nothing_is_pinned(made_up: Material, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made_up.folder, tmp_path / "pathways"))
    path = folder / "not_statements.yaml"
    path.write_text(path.read_text().split("unclaimed:")[0])
    copy = tmp_path / "copy.txt"
    copy.write_text(made_up.text)
    done = CliRunner().invoke(app, ["source", "check", str(copy), "--pathways", str(folder)])
    assert done.exit_code == 1
    assert "pins no text that no statement accounts for" in " ".join(done.stdout.split())


# The pins in the definitions


def test_the_committed_pins_are_those_of_the_source_document(source_text: str, folder: Path) -> None:
    before = (folder / "not_statements.yaml").read_bytes()
    assert pin(folder, Copy("summary", source_text)) == 59
    assert (folder / "not_statements.yaml").read_bytes() == before


def test_definitions_without_pins_say_that_nothing_is_compared(made_up: Material) -> None:
    definitions = attrs.evolve(made_up.definitions, unclaimed={})
    found = drift(definitions, made_up.copy)
    assert (found.content_changed, found.comparison.outside) == (True, ())
    assert "pins no text that no statement accounts for" in drift_text(definitions, found)


def test_pinning_anew_takes_what_is_new_and_keeps_the_rest_of_the_file(made_up: Material, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made_up.folder, tmp_path / "pathways"))
    path = folder / "not_statements.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b"# The end.\r\n")
    head = path.read_bytes().split(b"unclaimed:")[0]
    copy = tmp_path / "new.txt"
    copy.write_text(with_section(made_up))
    done = CliRunner().invoke(app, ["source", "pin", str(copy), "--pathways", str(folder)])
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.startswith("not_statements.yaml: ")
    assert path.read_bytes().split(b"unclaimed:")[0] == head
    assert path.read_bytes().endswith(b"\r\n# The end.\r\n")
    assert b"\n" not in path.read_bytes().replace(b"\r\n", b"")
    definitions = load_pathways(folder, check_agreement=False)
    assert compare(definitions, Copy("new", with_section(made_up))).complete
    assert notes(compare(definitions, made_up.copy)) == [(definitions.sections["overview"], "0 sentences new, 3 gone")]


def test_pins_are_written_where_there_were_none(made_up: Material, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made_up.folder, tmp_path / "pathways"))
    path = folder / "not_statements.yaml"
    path.write_text(path.read_text().split("unclaimed:")[0])
    pin(folder, made_up.copy)
    assert load_pathways(folder, check_agreement=False).unclaimed == made_up.definitions.unclaimed


def test_a_copy_whose_passages_do_not_fit_is_not_pinned(made_up: Material, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made_up.folder, tmp_path / "pathways"))
    before = (folder / "not_statements.yaml").read_bytes()
    end = made_up.span("GAS-4")[1]
    with pytest.raises(SourceError, match="passages or parts do not fit the definitions"):
        pin(folder, Copy("new.txt", f"{made_up.text[:end]} Homely rest.{made_up.text[end:]}"))
    assert (folder / "not_statements.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("unclaimed:\n  overvew: 0123456789ab\n", "unknown section 'overvew' (did you mean 'overview'?)"),
        ("unclaimed:\n  overview: 0123456789ab 0123\n", "'0123' is not a short hash of 12 hexadecimal digits"),
    ],
)
def test_a_mistake_in_the_pins_is_reported_with_its_place(folder: Path, block: str, message: str) -> None:
    path = folder / "not_statements.yaml"
    path.write_text(path.read_text().split("unclaimed:")[0] + block)
    with pytest.raises(DefinitionError) as caught:
        load_pathways(folder)
    assert message in str(caught.value)
    assert "not_statements.yaml:" in str(caught.value)
