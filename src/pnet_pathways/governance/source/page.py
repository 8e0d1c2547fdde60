"""The text of an HTML page, as the plain copy of the summary was made: the text between tags, joined by spaces.

Only a tag within a word leaves none: ``chemo<wbr>therapy`` is one word.
"""

from __future__ import annotations

import codecs
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Final

_DROPPED: Final = frozenset(
    {"script", "style", "noscript", "template", "svg", "iframe", "object"} | {"nav", "button", "select", "dialog"}
)
"""What is no text, and what is the page's own: ways to other places, and what asks the reader something."""
_INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "nobr", "q"}
    | {"s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_HEAD: Final = 4096
# What browsers take these names for; the bytes from 80 to 9f are curly quotes and dashes there.
_AS_BROWSERS_READ: Final = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}
_START = re.compile(r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)


def looks_like_html(text: str) -> bool:
    """Return whether a file's text begins as an HTML page does."""
    return _START.match(text[:5000]) is not None


def page_text(markup: str) -> str:
    """Return a page's text without scripts and styles; a tag leaves a space unless it stands within a word."""
    parser = _Text()
    parser.feed(markup)
    parser.close()
    return "".join(parser.pieces)


def declared_encoding(raw: bytes) -> str:
    """Return the encoding that a page names for itself in a `meta` tag, as browsers take it; empty where it names none."""
    head = _Head()
    head.feed(raw[:_HEAD].decode("latin-1"))
    return next((found for name in head.named if (found := web_encoding(name))), "")


def web_encoding(name: str) -> str:
    """Return Python's name of the encoding that browsers take a name for; empty where it is no encoding of text."""
    try:
        known = codecs.lookup(name).name
        b"a".decode(known)
    except (LookupError, ValueError):
        return ""
    return _AS_BROWSERS_READ.get(known, known)


class _Head(HTMLParser):
    """Collects the encodings that the `meta` tags of a page name; what a script or comment holds is none."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.named: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "meta":
            values = dict(attrs)
            found = _CHARSET.search(values.get("content") or "") if values.get("http-equiv") else None
            self.named += [name for name in (values.get("charset"), found and found[1]) if name]


class _Text(HTMLParser):
    """Collects the text outside of dropped elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.dropped: list[str] = []
        self.between: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as the base has it
        self.between.append(tag)
        if tag in _DROPPED:
            self.dropped.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as above
        """Take an element closed in its own tag, such as ``<svg/>``: it holds nothing to drop."""
        self.between.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.between.append(f"/{tag}")
        if tag in self.dropped:
            # An element left open inside it ends with it.
            while self.dropped.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.dropped and data:
            if not self._within_word(data):
                self.pieces.append(" ")
            self.pieces.append(data)
            self.between = []

    def _within_word(self, data: str) -> bool:
        """Return whether the tags since the last text stand within a word that goes on with this text.

        Two elements side by side are two words, and so is a capital after a small letter: markup sets them apart.
        """
        if not self.between:
            return True
        last, first = self.pieces[-1][-1:] if self.pieces else "", data[0]
        side_by_side = any(one.startswith("/") and not other.startswith("/") for one, other in pairwise(self.between))
        return (
            {one.lstrip("/") for one in self.between} <= _INLINE
            and not side_by_side
            and last.isalnum()
            and first.isalnum()
            and not (last.islower() and first.isupper())
        )
