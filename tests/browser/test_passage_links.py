"""Links to passages, followed in Chromium on pages that hold the summary: in blocks of a sentence each, and of several."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pnet_pathways.governance.source import Copy
from pnet_pathways.governance.source.anchors import anchors_of
from pnet_pathways.governance.source.links import Links
from pnet_pathways.governance.source.parts import sentences
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.views.diagrams.deep_links import deep_link
from project import DIAGRAMS

if TYPE_CHECKING:
    from playwright.sync_api import Page

Span = tuple[int, int]
Blocks = Callable[[Definitions, str], Iterator[Span]]
# What a link leads to is scrolled into view: each block has the screen for itself.
STYLE = "<meta charset=utf-8><style>p { margin: 0 0 3000px }</style>"
SHOWN = """() => window.scrollY && [...document.querySelectorAll('[id]')].filter(one => {
    const box = one.getBoundingClientRect()
    return box.bottom > 0 && box.top < window.innerHeight
}).map(one => Number(one.id))"""


def in_sentences(definitions: Definitions, text: str) -> Iterator[Span]:
    """Yield the blocks of a page on which every sentence, list item and heading is one, as the finest page has it."""
    headings = sorted(Copy("x", text).section_starts(definitions).values())
    edges = [0, *(edge for heading in headings for edge in heading), len(text)]
    repeated = re.compile(r"\b((?:[A-Z][\w-]*)(?: [\w-]+){0,5}) (?=\1 )")
    for first, last in itertools.pairwise(edges):
        for start, end in sentences(text, first, last):
            # A heading whose words its first sentence takes up: "Surgery Surgery is ...".
            cut = found.end() if (found := repeated.match(text, start, end)) else start
            yield from (one for one in ((start, cut), (cut, end)) if text[slice(*one)].strip())


def in_paragraphs(definitions: Definitions, text: str) -> Iterator[Span]:
    """Yield the blocks of a page of few: headings, and paragraphs of several sentences each."""
    begin, heading = 0, {end for _, end in Copy("x", text).section_starts(definitions).values()}
    for start, end in in_sentences(definitions, text):
        if end in heading or end - begin > 1000:
            yield from (one for one in ((begin, start), (start, end)) if one[0] < one[1])
            begin = end
    yield begin, len(text)


def page_of(text: str, blocks: Iterable[Span]) -> str:
    """Return a page of blocks without the spaces that the text version has at punctuation; their ids are their places."""
    shown = ((start, re.sub(r" (?=[.,;:)])|(?<=\() ", "", text[start:end]).strip()) for start, end in blocks)
    return "<!DOCTYPE html>" + STYLE + "".join(f"<p id={start}>{html.escape(words)}</p>" for start, words in shown)


@pytest.mark.parametrize("blocks", [in_sentences, in_paragraphs])
def test_every_link_leads_where_it_should(
    page: Page, definitions: Definitions, source_text: str, tmp_path: Path, blocks: Blocks
) -> None:
    spans = list(blocks(definitions, source_text))
    path = tmp_path / "page.html"
    path.write_text(page_of(source_text, spans))
    links = Links.of(definitions, Copy("page", source_text))
    followed = {deep_link(definitions, one.locator).partition("#")[2]: one.locator for one in anchors_of(definitions)}
    lost = []
    for number, (fragment, locator) in enumerate(followed.items()):
        page.goto(f"{path.as_uri()}?{number}#{fragment}")
        shown = page.evaluate(SHOWN) or []
        begins = (links.destination(locator) or (-1, -1))[0]
        expected = max((start for start, _ in spans if start <= begins), default=-1)
        if expected not in shown:
            lost.append((fragment, shown, expected))
    assert len(followed) > 200
    assert lost == []


def test_the_committed_diagrams_carry_these_links(definitions: Definitions) -> None:
    links = {deep_link(definitions, anchor.locator) for anchor in anchors_of(definitions)}
    carried = {
        html.unescape(one)
        for path in DIAGRAMS.glob("*.svg")
        for one in re.findall(r'href="([^"]*#:~:text=[^"]*)"', path.read_text("utf-8"))
    }
    assert carried
    assert carried <= links
