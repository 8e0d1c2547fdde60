"""Reading a copy: plain text and saved pages, spacing, encodings, and passages in whatever spacing."""

from __future__ import annotations

import codecs
import html
import re
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnet_pathways.governance.source import (
    Copy,
    collapse,
    compare,
    passages,
    read_copy,
)
from pnet_pathways.governance.source.copies import Folded, fold
from pnet_pathways.governance.source.locators import same_words
from pnet_pathways.governance.source.parts import sentences
from pnet_pathways.model.errors import SourceError
from pnet_pathways.model.hashing import text_digest
from pnet_pathways.model.reference import Locator
from source_material import Material

TEXTS = st.text(alphabet="ab .,()", max_size=30).map(collapse)


def page(text: str) -> str:
    """Return a text as a page that a browser saved: links before punctuation, lists, scripts, entities."""
    body = re.sub(r"(\w+) ([.,;)])", r'<a href="/d" title="x &gt; y">\1</a>\2', html.escape(text))
    body = re.sub(r"([.:]) (?=[A-Z])", r"\1</li>\n\t<li><span>&nbsp;</span>", body)
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><style>p { color: red }</style>'
        f"<script>var a = '<p>not text</p>';</script></head><body><!-- saved -->\n<svg><title>icon</title></svg><br/><svg/>"
        f"<ul><li>{body}</li></ul><noscript>Turn it on</noscript></body></html>"
    )


def test_a_saved_page_holds_every_passage_and_every_sentence_is_claimed(material: Material, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(material.text))
    comparison = compare(material.definitions, read_copy(path))
    assert comparison.complete
    plain = compare(material.definitions, material.copy)
    assert [part.sentences for part in comparison.parts] == [part.sentences for part in plain.parts]


def test_a_page_without_links_reads_as_the_plain_text(material: Material, tmp_path: Path) -> None:
    path = tmp_path / "page.htm"
    path.write_text(f"<html><body><p>{html.escape(material.text)}</p></body></html>")
    assert read_copy(path).text == material.text


def test_a_page_is_known_by_its_first_tag(tmp_path: Path) -> None:
    path = tmp_path / "saved.txt"
    path.write_text("\n<!-- saved from --><!DOCTYPE html><html><p>a<script>b</script>c &amp; d</p>")
    assert read_copy(path).text == "a c & d"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("é".encode(), "é"),
        (codecs.BOM_UTF8 + "é".encode(), "é"),
        ("é".encode("utf-16"), "é"),
        (b'<html><meta charset="windows-1252"><p>\xe9\x80</p>', "é€"),
        (b'<html><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><p>\xe9</p>', "é"),
        ('<html><meta charset="no-such-thing"><p>é</p>'.encode(), "é"),
        ("a\u00adb\u200bc\u00a0d".encode(), "abc d"),
    ],
)
def test_encodings_and_invisible_characters(raw: bytes, expected: str, tmp_path: Path) -> None:
    path = tmp_path / ("page.html" if raw.startswith(b"<") else "copy.txt")
    path.write_bytes(raw)
    assert read_copy(path).text == expected


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\xff\xd8\x00", r"copy: this is not text \(byte 0 is not valid utf-8\)"),
        (b" \n ", "it contains no text"),
        (b"<html><script>all of it", "it contains no text"),
        (b"a" * 20_000_001, "has 20,000,001 bytes; at most 20,000,000 are read"),
    ],
    ids=["picture", "empty", "script", "huge"],
)
def test_a_file_that_cannot_be_used_says_why(raw: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "copy"
    path.write_bytes(raw)
    with pytest.raises(SourceError, match=message):
        read_copy(path)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="the file cannot be read: No such file"):
        read_copy(tmp_path / "none.txt")


@given(TEXTS)
def test_folding_leaves_nothing_to_fold_and_maps_every_character_back(text: str) -> None:
    folded = Folded.from_text(text)
    assert folded.text == fold(text) == fold(folded.text)
    assert "".join(text[place] for place in folded.places) == folded.text


@given(TEXTS.filter(bool), st.data())
def test_the_same_words_in_any_spacing_are_the_same_passage(text: str, data: st.DataObject) -> None:
    spaced = collapse("".join(data.draw(st.sampled_from([one, f" {one}"])) if one in ".,)" else one for one in text))
    locator = Locator("", "", "", 0, len(text), text_digest(text))
    assert same_words(spaced, locator)


@given(TEXTS, TEXTS)
def test_other_words_are_another_passage(text: str, other: str) -> None:
    locator = Locator("", "", "", 0, len(text), text_digest(text))
    assert same_words(other, locator) is (fold(text) == fold(other))


def test_a_passage_with_too_many_spacings_is_not_guessed_at() -> None:
    text = "a , " * 40
    locator = Locator("", "", "", 0, 100, text_digest(text))
    assert not same_words(fold(text), locator)


def test_words_are_found_whole() -> None:
    copy = Copy("x", "Tumors are a tumor . A tumor, too")
    assert list(copy.occurrences("tumor")) == [(13, 18), (23, 28)]
    assert copy.find("a tumor.") == (11, 20)
    assert copy.find("Tumor") is None
    assert copy.find("") is None


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("One is it. Two is it", ["One is it.", "Two is it"]),
        ("For it : A thing . Another", ["For it :", "A thing .", "Another"]),
        ("Either it; or Surgery (rare). For 3.5 of it", ["Either it; or", "Surgery (rare).", "For 3.5 of it"]),
        ("", []),
    ],
)
def test_sentences_and_list_items(text: str, items: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text, 0, len(text))] == items


def test_a_locator_and_its_passage_beside_the_statement(material: Material) -> None:
    found = passages(material.definitions, material.text)
    for pathway in material.definitions.pathways.values():
        for statement in pathway.statements:
            expected = tuple(material.text[one.start : one.end] for one in statement.locators)
            assert found[statement.id] == expected


def test_the_passages_that_speak_for_and_against_a_reading_are_there_where_the_copy_holds_all_of_them(
    material: Material,
) -> None:
    found = passages(material.definitions, material.text)
    for reading in material.definitions.readings.values():
        evidence = (*reading.evidence_for, *reading.evidence_against)
        assert found[reading.id] == tuple(material.text[one.start : one.end] for one in evidence)
    cited = material.definitions.readings["R-2"].evidence_against[0]
    text = material.text[: cited.start] + "Other words." + material.text[cited.end :]
    assert "R-2" not in passages(material.definitions, text)


def test_passages_are_found_in_another_spacing_and_at_another_place(material: Material) -> None:
    found = passages(material.definitions, f"Menu {fold(material.text)}")
    assert {key: tuple(map(fold, one)) for key, one in passages(material.definitions, material.text).items()} == found


def test_passages_of_a_copy_with_other_words_are_refused_by_name(material: Material) -> None:
    start, end = material.span("GAS-4")
    text = material.text[:start] + "Other words." + material.text[end:]
    with pytest.raises(SourceError, match=r"new\.txt: it does not hold the passages of GAS-4 in the words"):
        passages(material.definitions, text, "new.txt")


def test_a_moved_heading_in_the_table_of_contents_is_not_taken_for_the_section(made_up: Material) -> None:
    sections = made_up.copy.section_starts(made_up.definitions)
    assert list(sections) == list(made_up.definitions.sections.values())
    assert all(start > 300 for start, _ in sections.values())


def test_identical_sentences_are_told_apart_by_their_neighbors(material: Material) -> None:
    twins = [one for one in material.anchors if one.claims and "clinical_trial_search" in str(one.owners[0])]
    texts = {attrs.astuple(one.locator)[-1] for one in twins}
    assert (len(twins), len(texts)) == (4, 1)
    start, end = twins[1].span
    comparison = material.compare(material.text[: start - 1] + material.text[end:])
    lost = {one.locator for one in comparison.findings if not one.holds}
    assert [twin.locator in lost for twin in twins] == [False, True, False, False]


@pytest.mark.parametrize("mark", ["* ", "- ", "• ", "  •\u00a0", "\t- "])
def test_the_marks_of_a_list_count_for_nothing(material: Material, tmp_path: Path, mark: str) -> None:
    path = tmp_path / "copy.txt"
    path.write_text(re.sub(r"([.:]) (?=[A-Z])", rf"\1\n{mark}", material.text))
    assert read_copy(path).text == material.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is given:\n- Rest.", "It is given: Rest."),
        ("- Rest\n- Sleep", "Rest Sleep"),
        ("One\n\n- Rest", "One Rest"),
        ("Rest of the kind\n- often long", "Rest of the kind - often long"),
        ("Rest of the kind\n• often long", "Rest of the kind often long"),
        ("Rest\n\u2013 or sleep", "Rest \u2013 or sleep"),
        ("-5 degrees\n*note", "-5 degrees *note"),
        ("a - b", "a - b"),
    ],
)
def test_a_dash_that_belongs_to_the_text_stays(text: str, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "copy.txt"
    path.write_text(text)
    assert read_copy(path).text == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("chemo<wbr>therapy", "chemotherapy"),
        ("chemo<wbr/>therapy", "chemotherapy"),
        ("<b>C</b>hemo<em>ther</em>apy", "Chemotherapy"),
        ("<span>c<b>he</b></span>mo", "chemo"),
        ("<p>a</p><p>b</p>", "a b"),
        ("<li><b>a</b></li><li>b", "a b"),
        ("a<br>b", "a b"),
        ("<span>one</span><span>two</span>", "one two"),
        ("<b>Surgery</b>An operation", "Surgery An operation"),
        ("a <b>b</b> c", "a b c"),
        ("<a>tumor</a>.", "tumor ."),
        ("a<script>x</script>b", "a b"),
        ("a<!-- x -->b &amp; c", "ab & c"),
    ],
)
def test_a_tag_leaves_a_space_unless_it_stands_within_a_word(markup: str, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(f"<html><body>{markup}</body></html>")
    assert read_copy(path).text == expected


@pytest.mark.parametrize("tag", ["wbr", "em", "b", "span", "strong"])
def test_inline_tags_within_words_are_no_change(material: Material, tmp_path: Path, tag: str) -> None:
    close = "" if tag == "wbr" else f"</{tag}>"
    path = tmp_path / "page.html"
    words = re.sub(r"([a-z]{3})([a-z])([a-z])", rf"\1<{tag}>\2{close}\3", html.escape(material.text))
    path.write_text(f"<html><body>{words}</body></html>")
    assert compare(material.definitions, read_copy(path)).complete


def test_an_element_left_open_inside_a_dropped_one_ends_with_it(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<p>a</p><svg><object>b</svg><p>c</p></svg>")
    assert read_copy(path).text == "a c"
