"""Reading a copy: what is only another form of the summary reads as it, and what cannot be read is refused by name."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import attrs
import pytest

from commands import pnet
from pnet_pathways.governance.source import compare, read_copy
from pnet_pathways.governance.source.drift import Edit, drift, edits_between
from pnet_pathways.governance.source.text import drift_text
from pnet_pathways.governance.source.typography import settings
from pnet_pathways.model.errors import SourceError
from source_material import Material


def linked(text: str) -> str:
    """Return a text as Markdown in which words before punctuation are links, with headings and emphasis."""
    words = re.sub(r"(\w+) ([.,;)])", r"[\1](https://example.org/terms/d 'a term')\2", text)
    return "# A page\n\n" + re.sub(r"\. (Treatment) ", r".\n\n**\1** ", words)


def as_mhtml(text: str, *, whole: bool = True) -> bytes:
    """Return a text as a page that a browser saved as one file."""
    message = EmailMessage()
    message["From"] = "<Saved by a browser>"
    message["Snapshot-Content-Location"] = "https://example.org/"
    markup = f"<!DOCTYPE html><html><head><title>t</title></head><body><p>{html.escape(text)}</p></body></html>"
    message.set_content(markup, subtype="html", cte="quoted-printable")
    message.add_related(b"\x89PNG", "image", "png", cid="<a>")
    raw = message.as_bytes()
    return raw if whole else raw[: raw.rindex(b"</body>")]


def as_quoted_mail(text: str) -> bytes:
    """Return a text as a mail in which somebody quotes it."""
    lines = textwrap.wrap(text, 72, break_on_hyphens=False, break_long_words=False)
    return "\n".join(["Somebody wrote:", "", *(f"> {line}" for line in lines)]).encode()


def as_mail(text: str) -> bytes:
    """Return a text as a mail."""
    message = EmailMessage()
    message["Subject"] = "The page"
    message.set_content(text, cte="base64")
    return message.as_bytes()


def parted(text: str) -> bytes:
    """Return a text whose long words are parted at the end of a line, as PDF readers give it, and words with a hyphen too."""
    return re.sub(r"\b([a-z]{4})([a-z]{5,})\b", r"\1-\n\2", re.sub(r"([a-z])-([a-z])", "\\1-\n\\2", text), count=40).encode()


FORMS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "mhtml": ("page.mhtml", as_mhtml),
    "mhtml named as a page": ("page.html", as_mhtml),
    "mail": ("page.eml", as_mail),
    "quoted mail": ("mail.txt", as_quoted_mail),
    "markdown": ("page.md", lambda text: linked(text).encode()),
    "markdown named as text": ("page.txt", lambda text: linked(text).encode()),
    "cp1252 labeled latin-1": (
        "page.html",
        lambda text: f'<html><meta charset="iso-8859-1"><p>{html.escape(text, quote=False)} \u2019</p>'.encode("cp1252"),
    ),
    "charset in a script": (
        "page.html",
        lambda text: (
            "<html><script>var a = '<meta charset=\"utf-16\">';</script><!-- <meta charset='koi8-r'> -->"
            f'<meta charset="windows-1252"><p>{html.escape(text)} \u2019</p>'
        ).encode("cp1252"),
    ),
    "UTF-8 labeled latin-1": ("page.html", lambda text: f'<html><meta charset="latin1"><p>{html.escape(text)}</p>'.encode()),
    "curly apostrophes": ("a.txt", lambda text: text.replace("'", "\u2019").encode()),
    "straight signs": (
        "a.txt",
        lambda text: text.translate({0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-"}).encode(),
    ),
    "Unicode hyphens": ("a.txt", lambda text: text.replace("-", "\u2010").encode()),
    "ligatures": ("a.txt", lambda text: text.replace("fi", "\ufb01").replace("ffl", "\ufb04").encode()),
    "marks of direction": ("a.txt", lambda text: text.replace(". ", ".\u200e \u2068").encode()),
    "soft hyphens": ("a.txt", lambda text: re.sub(r"([a-z]{3})([a-z]{3})", "\\1\u00ad\\2", text).encode()),
    "soft hyphens at lines' ends": ("a.txt", lambda text: re.sub(r"([a-z]{3})([a-z]{3})", "\\1\u00ad\n\\2", text).encode()),
    "decomposed": ("a.txt", lambda text: text.replace("\u00f1", "n\u0303").encode()),
}


@pytest.mark.parametrize("form", FORMS)
def test_another_form_of_the_summary_is_no_change(material: Material, tmp_path: Path, form: str) -> None:
    name, made = FORMS[form]
    path = tmp_path / name
    path.write_bytes(made(material.text))
    comparison = compare(material.definitions, read_copy(path))
    assert comparison.complete, [one.what for one in comparison.findings if not one.holds]


def test_words_parted_at_the_end_of_a_line_are_no_change(material: Material, tmp_path: Path) -> None:
    path = tmp_path / "copy.txt"
    path.write_bytes(parted(material.text))
    comparison = compare(material.definitions, read_copy(path))
    assert comparison.complete, [one.what for one in comparison.findings if not one.holds]


def test_the_drift_log_says_what_was_folded(material: Material, tmp_path: Path) -> None:
    path = tmp_path / "copy.txt"
    path.write_text(parted(material.text).decode().replace(". ", ".\u200e ", 3))
    report = drift(material.definitions, read_copy(path))
    (signs, passages) = report.to_dict()["folded"]
    assert signs == "3 direction marks"
    assert re.fullmatch(r"apostrophes, .* parted at the end of a line in \d+ passages?", passages)
    assert "Set differently, and read as the same: 3 direction marks, apostrophes" in drift_text(material.definitions, report)
    assert drift(material.definitions, material.copy).to_dict()["folded"] == []


@pytest.mark.parametrize(
    ("raw", "name", "message"),
    [
        (b"%PDF-1.7 ...", "a.txt", "it is a PDF file; save its text"),
        (b"{\\rtf1 Text}", "a.txt", "it is a rich-text"),
        (b"PK\x03\x04....", "a.docx", "it is a ZIP file"),
        ("It\u2019s".encode().decode("cp1252").encode(), "a.txt", "it was read in a wrong encoding once"),
        ("<html><p>PDQ\u00ae</p>".encode().decode("latin-1").encode(), "a.html", "it was read in a wrong encoding once"),
        ("It\ufffds".encode(), "a.txt", r"an earlier program could not read \(U\+FFFD\), first as character 2"),
        (b"a\0b\0", "a.txt", r"a character that no text has \(NUL\)"),
        (b'<html><meta charset="shift_jis"><p>\xff\xff', "a.html", "is not valid shift_jis"),
        (b'<html><meta charset="base64"><p>\xff', "a.html", "is not valid utf-8"),
        (b"It\x92s", "a.txt", r"this is not text \(byte 2 is not valid utf-8\); save it as UTF-8"),
        (as_mhtml("The whole text.", whole=False), "a.mhtml", "cut short or damaged"),
        (b"MIME-Version: 1.0\nContent-Type: image/png\n\nabc", "a.mht", "without a text in it"),
    ],
)
def test_what_cannot_be_read_is_said_and_no_change(tmp_path: Path, raw: bytes, name: str, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(SourceError, match=message):
        read_copy(path)
    for command in ("check", "drift"):
        done = pnet("source", command, path)
        assert done.exit_code == 2
        assert re.search(message, " ".join(done.stderr.split()))


def test_whatever_a_reader_stumbles_over_is_no_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbles(markup: str) -> str:
        raise AssertionError("unknown status keyword 'x'")

    monkeypatch.setattr("pnet_pathways.governance.source.reading.page_text", stumbles)
    path = tmp_path / "a.html"
    path.write_text("<html><![x[")
    with pytest.raises(SourceError, match="the file cannot be read: unknown status keyword 'x'"):
        read_copy(path)


def test_the_version_for_health_professionals_is_another_document(material: Material) -> None:
    text = f"Treatment (PDQ\u00ae)\u2013Health Professional Version {material.text}"
    with pytest.raises(SourceError, match=r"this is the Health Professional Version of a summary\. Wanted is "):
        material.compare(text.replace("Patient Version", "Health Professional Version"))
    other = material.text.replace(material.definitions.source.pmid, "26389309")
    with pytest.raises(SourceError, match=r"this is another document, with the PubMed id 26389309\. Wanted is "):
        material.compare(other)


def test_a_copy_with_half_of_its_passages_altered_cannot_be_compared(material: Material) -> None:
    text = re.sub(r"\b(\w+)a(\w+)\b", r"\1@\2", material.text)
    for heading in material.definitions.sections.values():
        text = text.replace(re.sub(r"\b(\w+)a(\w+)\b", r"\1@\2", heading), heading)
    text = text.replace("Upd@ted", "Updated")
    with pytest.raises(SourceError, match=r"only \d+ of \d+ passages stand in it word for word"):
        material.compare(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [("It's a drug.", "It\u2019s a drug ."), ("exocrine", "exo- crine"), ("slow-growing", "slow- growing")],
)
def test_another_setting_is_no_edit(old: str, new: str) -> None:
    assert [edit for edit, _ in edits_between(old, new)] == [Edit.KEPT]


def test_a_hyphen_that_makes_another_word_is_an_edit() -> None:
    assert [words for _, words in edits_between("We resign now", "We re-sign now")] == ["We", "resign", "re-sign", "now"]


def test_the_settings_of_a_text_are_few_and_begin_with_itself() -> None:
    assert list(settings("a- b's")) == ["a- b's", "ab\u2019s", "a-b\u2019s", "a- b\u2019s", "ab's", "a-b's"]
    assert list(settings("plain")) == ["plain"]
    assert len(list(settings("it's " * 40))) <= 4100


FURNITURE = ["In This Section", "Was this page helpful?", "Was this page helpful? Yes No", "Enlarge"]


@pytest.mark.parametrize("words", FURNITURE)
def test_the_furniture_of_the_page_is_no_change_wherever_it_stands(material: Material, words: str) -> None:
    claims = [one.span[1] for one in material.anchors if one.claims]
    text = material.text
    for end in sorted(claims, reverse=True):
        text = f"{text[:end]} {words}{text[end:]}"
    report = drift(material.definitions, type(material.copy)("new.txt", text))
    assert [change.what for change in report.changes] == []
    assert not report.content_changed, (report.comparison.problems, report.comparison.headings)


def test_navigation_and_buttons_of_a_page_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<html><nav><a>In This Section</a></nav><p>Text.</p><button>Yes</button><dialog>Sign up</dialog>")
    assert read_copy(path).text == "Text."


def test_an_addition_that_no_statement_claims_touches_none(material: Material) -> None:
    _, end = material.span("GAS-4")
    text = f"{material.text[:end]} Share this page with a friend.{material.text[end:]}"
    (change,) = drift(material.definitions, type(material.copy)("new.txt", text)).changes
    assert (change.kind, change.note) == ("new", "follows statement GAS-4")
    assert (change.touched.statements, change.touched.scenarios, change.touched.diagrams) == ((), 0, ())


def test_a_locator_that_spans_navigation_is_told(made_up: Material) -> None:
    start, _ = made_up.span("GAS-4")
    words = made_up.text[start : start + 12]
    spanning = attrs.evolve(made_up.definitions, furniture=(words.rsplit(" ", 1)[0],))
    problems = compare(spanning, made_up.copy).problems
    assert any("statement GAS-4: its passage" in one and "belongs to the page, not to the summary" in one for one in problems)
