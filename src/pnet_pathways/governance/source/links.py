"""Where the links to passages lead in a copy, and the words that lead to one where its own first and last words do not."""

from __future__ import annotations

import functools
import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator
from operator import itemgetter
from typing import Final

import attrs

from ...model.pathway import Definitions
from ...model.reference import Locator
from ...views.diagrams.deep_links import link_texts
from .anchors import Span
from .copies import Copy, Folded
from .parts import sentences

_LEAST, _MOST = 3, 8
"""How many words a link begins with, together with those that stand before its beginning, and how many it ends with."""
_WORD: Final = re.compile(r"\w")


@attrs.frozen(eq=False)
class Links:
    """A copy as a browser searches it for the texts of a link. `headings` are the places of its sections' headings."""

    copy: Copy
    headings: tuple[Span, ...]

    @classmethod
    def of(cls, definitions: Definitions, copy: Copy) -> Links:
        """Return the links in a copy of a document."""
        copy = copy.without(definitions.furniture)
        return cls(copy, tuple(sorted(copy.section_starts(definitions).values())))

    @functools.cached_property
    def _folded(self) -> Folded:
        return Folded.from_text(self.copy.text)

    @functools.cached_property
    def _blocks(self) -> tuple[Span, ...]:
        """The headings and sentences: no text of a link goes on from one into the next, wherever the page's blocks end."""
        text = self.copy.text
        edges = [0, *(edge for heading in self.headings for edge in heading), len(text)]
        spans = (span for start, end in itertools.pairwise(edges) for span in sentences(text, start, end))
        shown = ((start + (text[start] == " "), end) for start, end in spans if self.copy.words(start, end) == text[start:end])
        return tuple(one for one in shown if _WORD.search(text, *one))

    def destination(self, locator: Locator) -> Span | None:
        """Return what the link of a locator shows; `None` where a browser finds nothing.

        That is from the first place where its beginning stands, right behind what is to stand before it, to the first place
        of its end behind that.
        """
        before, begin, end = link_texts(locator)
        text = self._folded.text
        ahead = rf"{re.escape(before)}\s+" if before else ""
        first = re.search(rf"(?<!\w){ahead}({re.escape(begin)})(?!\w)", text, re.IGNORECASE)
        last = first
        if first and end:
            last = re.compile(rf"(?<!\w){re.escape(end)}(?!\w)", re.IGNORECASE).search(text, first.end())
        return self._folded.span(first.start(1), last.end()) if first and last else None

    def leads(self, locator: Locator, span: Span) -> bool:
        """Return whether the link of a locator leads to the place of its passage: what it shows begins there and ends in it.

        With words of its own the link may begin before the passage, in the same section.
        """
        start, end = span
        found = self.destination(locator)
        earliest = self._section(start) if locator.link_from else start
        # What stands before the link's beginning can be words of the passage.
        return found is not None and earliest <= found[0] <= start + len(locator.first) and start < found[1] <= end

    def mended(self, locator: Locator, span: Span) -> Locator:
        """Return a locator whose link shows its passage, with words for the link where its own first and last ones do not.

        Such a link begins at the passage or, where eight words do not tell that from others, as little before it as they can.
        Where no words do so, the locator comes back without any.
        """
        plain = attrs.evolve(locator, link_from="", link_to="")
        if self._shows(plain, span, span[0]):
            return plain
        ends = ("", *self._ends(span))
        for place, begin in self._beginnings(span):
            for end in ends:
                tried = attrs.evolve(plain, link_from=begin, link_to=end)
                if self._shows(tried, span, place):
                    return tried
        return plain

    def _shows(self, locator: Locator, span: Span, place: int) -> bool:
        """Return whether a link begins at a place, but for words that stand before its beginning, and ends with a passage."""
        found = self.destination(locator)
        words = locator.link_from or locator.first
        if found is None or not place <= found[0] <= place + len(words) or not span[0] < found[1] <= span[1]:
            return False
        return not _WORD.search(self.copy.text, found[1], span[1])

    def _section(self, place: int) -> int:
        return max((start for start, _ in self.headings if start <= place), default=0)

    def _beginnings(self, span: Span) -> Iterator[tuple[int, str]]:
        """Yield words to begin with and their place: those at a passage first, then ever further before it in its section."""
        text, (start, end) = self.copy.text, span
        section = self._section(start)
        for place in (start, *(first for first, _ in reversed(self._blocks) if section <= first < start)):
            words = text[place : min(self._block(place)[1], end)].split(" ")
            ahead = text[self._block(place - 1)[0] : place].split()
            for count, width in itertools.product(range(_MOST), range(_LEAST, _MOST + 1)):
                if count <= len(ahead) and count + width <= _MOST:
                    yield place, " ".join([*ahead[len(ahead) - count :], *words[:width]])

    def _ends(self, span: Span) -> Iterator[str]:
        """Yield ever more of the last words of a passage, within its last block."""
        words = self.copy.text[max(span[0], self._block(span[1] - 1)[0]) : span[1]].split(" ")
        yield from (" ".join(words[-width:]) for width in range(_LEAST, min(_MOST, len(words)) + 1))

    def _block(self, place: int) -> Span:
        """Return the block that a place is in, or behind."""
        return self._blocks[max(bisect_right(self._blocks, place, key=itemgetter(0)) - 1, 0)]
