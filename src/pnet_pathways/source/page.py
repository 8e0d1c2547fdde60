"""The text of an HTML page, as the plain copy of the summary was made: the text between tags, joined by spaces."""

from __future__ import annotations

import codecs
import re
from html.parser import HTMLParser
from typing import Final

_DROPPED: Final = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "object"})
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_START = re.compile(r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)


def looks_like_html(text: str) -> bool:
    """Return whether a file's text begins as an HTML page does."""
    return _START.match(text[:5000]) is not None


def page_text(markup: str) -> str:
    """Return a page's text without scripts and styles; every tag leaves a space, entities are resolved."""
    parser = _Text()
    parser.feed(markup)
    parser.close()
    return " ".join(parser.pieces)


def declared_encoding(raw: bytes) -> str:
    """Return the encoding that a page names for itself, UTF-8 where it names none that is known."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    found = _CHARSET.search(raw[:4096])
    try:
        return codecs.lookup(found[1].decode("ascii")).name if found else "utf-8"
    except LookupError:
        return "utf-8"


class _Text(HTMLParser):
    """Collects the text outside of dropped elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.dropped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as the base has it
        if tag in _DROPPED:
            self.dropped.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Do nothing: an element closed in its own tag, such as ``<svg/>``, holds nothing to drop."""

    def handle_endtag(self, tag: str) -> None:
        if tag in self.dropped:
            # An element left open inside it ends with it.
            while self.dropped.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.dropped:
            self.pieces.append(data)
