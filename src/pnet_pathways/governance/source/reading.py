"""Reading a copy from a file: text, a saved page (HTML or MHTML), a mail or Markdown, in the encoding that it is in.

What is set differently and reads the same (ligatures, soft hyphens, marks of direction) is folded and counted. A file that
is none of these, or whose characters were lost on the way, is refused by name: that it cannot be read is no change.
"""

from __future__ import annotations

import codecs
import email
import email.errors
import email.policy
import re
import unicodedata
from collections import Counter
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from ...model.errors import SourceError
from .copies import Copy, collapse, without_markers
from .page import declared_encoding, looks_like_html, page_text, web_encoding

MAX_BYTES: Final = 20_000_000
_PAGES: Final = frozenset({".html", ".htm", ".xhtml"})
_MARKDOWN_FILES: Final = frozenset({".md", ".markdown"})
_OTHER_KINDS: Final = {
    b"%PDF-": "a PDF file; save its text, or the page itself",
    b"PK\x03\x04": "a ZIP file, such as a word processor writes; save it as text",
    b"{\\rtf": "a rich-text (RTF) file; save it as text",
    b"bplist00": "a Safari web archive; save the page's source",
    b"\x1f\x8b": "a gzip file; unpack it",
    b"\xd0\xcf\x11\xe0": "an old word processor's file; save it as text",
}
_MAIL = re.compile(rb"\s*(?:From |(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n)+\r?\n)")
_MAIL_FIELD = re.compile(rb"^(?:MIME-Version|Content-Type|Snapshot-Content-Location):", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(r"[ \t]*(?:>[ \t]?)+")
_MARKDOWN = re.compile(
    r"\[[^\]\n]+\](?:\([^()\s]+(?:\s[^()\n]*)?\)|\[[^\]\n]*\])|^#{1,6} \S|(?<!\*)\*\*\w[^*\n]*\*\*", re.MULTILINE
)
# The two first bytes of a sign in UTF-8, read one by one as cp1252.
_TWICE = re.compile(
    "[\u00c2\u00c3\u00e2][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_FOLDED: Final = (
    ("ligature", re.compile("[\ufb00-\ufb06]"), lambda found: unicodedata.normalize("NFKC", found[0])),
    ("soft hyphen", re.compile("\u00ad(?:[ \t]*\r?\n[ \t]*)?"), lambda _: ""),
    ("direction mark", re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"), lambda _: ""),
    ("invisible sign", re.compile("[\u200b-\u200d\u2060\ufeff]"), lambda _: ""),
    ("Unicode hyphen", re.compile("[\u2010\u2011]"), lambda _: "-"),
)


def read_copy(path: Path) -> Copy:
    """Read a copy of the summary: plain text, a page as a browser saves it (HTML or MHTML), a mail or Markdown.

    Lines that a mail quotes ("> ") are read without their marks. What the file is, its content says, and its ending.
    Raises `SourceError` where the file cannot be read as text, whatever the reason.
    """
    try:
        raw = path.read_bytes()
    except (OSError, ValueError) as error:  # the latter for a name that no file can have
        raise SourceError(f"{path}: the file cannot be read: {getattr(error, 'strerror', error)}") from None
    if len(raw) > MAX_BYTES:
        raise SourceError(f"{path}: the file has {len(raw):,} bytes; at most {MAX_BYTES:,} are read")
    try:
        text = _text(raw, path.suffix.lower())
    except UnicodeDecodeError as error:
        reason = f"this is not text (byte {error.start} is not valid {error.encoding})"
        raise SourceError(f"{path}: {reason}; save it as UTF-8") from None
    except Exception as error:
        # Whatever a reader stumbles over, the file cannot be read: that is no finding about the summary.
        raise SourceError(f"{path}: the file cannot be read: {' '.join(str(error).split()) or type(error).__name__}") from None
    text, folds = _folded(text)
    text = collapse(text)
    if not text:
        raise SourceError(f"{path}: it contains no text")
    return Copy(str(path), text, folds)


def _text(raw: bytes, ending: str) -> str:
    for start, kind in _OTHER_KINDS.items():
        if raw.startswith(start):
            raise ValueError(f"it is {kind}")
    if (head := _MAIL.match(raw)) and _MAIL_FIELD.search(head[0] + raw[head.end() : head.end() + 4096]):
        return _mail_text(raw)
    return _plain(raw, ending, "")


def _mail_text(raw: bytes) -> str:
    """Return the text of a mail, or of a page saved as one file (MHTML): its page, or its plain text."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage), "the default policy makes this kind"  # noqa: S101 - for the type checker
    body = message.get_body(preferencelist=("html", "plain"))
    if body is None:
        raise ValueError("it is a mail, or a page saved as one file, without a text in it")
    content = body.get_payload(decode=True)
    assert isinstance(content, bytes), "a text has one content"  # noqa: S101 - for the type checker
    broken = [
        one
        for one in (*message.defects, *body.defects)
        if isinstance(
            one,
            email.errors.MultipartInvariantViolationDefect
            | email.errors.StartBoundaryNotFoundDefect
            | email.errors.CloseBoundaryNotFoundDefect
            | email.errors.InvalidBase64LengthDefect,
        )
    ]
    if broken:
        raise ValueError(f"it is a mail, or a page saved as one file, cut short or damaged ({type(broken[0]).__name__})")
    return _plain(content, ".html" if body.get_content_subtype() == "html" else "", body.get_content_charset() or "")


def _plain(raw: bytes, ending: str, charset: str) -> str:
    text = _decoded(raw, charset)
    if lost := next((sign for sign in "\0\ufffd" if sign in text), None):
        what = "a character that no text has (NUL)" if lost == "\0" else "signs that an earlier program could not read (U+FFFD)"
        raise ValueError(f"it holds {what}, first as character {text.index(lost)}; save the page again, as UTF-8")
    if ending in _PAGES or looks_like_html(text):
        text = page_text(text)
    else:
        text = _unquoted(text)
        markdown = ending in _MARKDOWN_FILES or len(_MARKDOWN.findall(text)) > 2
        text = _markdown_text(text) if markdown else without_markers(text)
    if found := _TWICE.search(text):
        raise ValueError(
            f"it was read in a wrong encoding once ('{found[0]}' is half of a sign); save the page again, as UTF-8"
        )
    return text


def _decoded(raw: bytes, charset: str) -> str:
    """Return the text of bytes: as UTF-8 where they are that, whatever a label says, else in the encoding that is named."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        named = web_encoding(charset) or declared_encoding(raw)
        if not named:
            raise
    return raw.decode(named)


def _unquoted(text: str) -> str:
    """Return text without the marks of a quoted mail, where most of its lines have them."""
    lines = text.split("\n")
    quoted = [_QUOTED.match(line) for line in lines]
    if 2 * sum(map(bool, quoted)) <= sum(map(bool, map(str.strip, lines))):
        return text
    return "\n".join(line[found.end() :] if found else line for line, found in zip(lines, quoted, strict=True))


def _markdown_text(text: str) -> str:
    from markdown_it import MarkdownIt

    return page_text(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))


def _folded(text: str) -> tuple[str, tuple[str, ...]]:
    """Return text without what is only set differently, and in words how much of each was folded."""
    counts: Counter[str] = Counter()
    for name, signs, reads in _FOLDED:
        text, counts[name] = signs.subn(reads, text)
    composed = unicodedata.normalize("NFC", text)
    counts["decomposed letter"] = len(text) - len(composed)
    return composed, tuple(f"{number:,} {name}{'' if number == 1 else 's'}" for name, number in counts.items() if number)
