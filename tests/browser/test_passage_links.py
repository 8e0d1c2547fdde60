"""Links to passages, followed in Chromium on pages that hold the summary: in blocks of a sentence each, and of several."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from pnet_pathways.governance.source import Copy
from pnet_pathways.governance.source.anchors import anchors_of
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
def test_every_link_finds_its_passage(
    page: Page, definitions: Definitions, source_text: str, tmp_path: Path, blocks: Blocks
) -> None:
    spans = list(blocks(definitions, source_text))
    path = tmp_path / "page.html"
    path.write_text(page_of(source_text, spans))
    links: dict[str, list[Span]] = {}
    for anchor in anchors_of(definitions):
        links.setdefault(deep_link(definitions, anchor.locator).partition("#")[2], []).append(anchor.span)
    lost = []
    words = re.sub(r" (?=[.,;:)])|(?<=\() ", "", source_text).lower()
    for number, (fragment, passages) in enumerate(links.items()):
        page.goto(f"{path.as_uri()}?{number}#{fragment}")
        shown = page.evaluate(SHOWN) or []
        held = {start for start, end in spans for first, last in passages if start < last and first < end}
        begins = next(one for one in fragment.removeprefix(":~:text=").split(",") if not one.endswith("-"))
        # Words that the page holds several times are found where they stand first.
        if not shown or (words.count(unquote(begins).lower()) == 1 and not held & set(shown)):
            lost.append((fragment, shown, sorted(held)))
    assert len(links) > 200
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
