"""Where a passage stands whose words have changed: between its neighbors, from its first words or to its last ones.

The definitions hold no text. A claim that is lost, and words in its place that nobody claims, are one changed passage.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from itertools import groupby
from typing import Final

import attrs

from .anchors import Anchor, Span, expected
from .copies import Copy, fold
from .order import in_order
from .parts import Layout, sentences, uncovered

_ALIKE: Final = 0.4
_FAR: Final = 1500


@attrs.frozen
class Changes:
    """The search for lost passages in a copy.

    `words` are the passages' old texts, empty where no older copy is given: with them, text that has nothing in common
    with a lost passage is not taken for it.
    """

    anchors: tuple[Anchor, ...]
    placed: Mapping[Anchor, Span]
    where: Layout
    copy: Copy
    words: Mapping[Anchor, str]

    def spans(self) -> dict[Anchor, Span]:
        """Return where the lost passages stand in other words; one that is neither placed nor here has vanished."""
        claims = [anchor for anchor in self.anchors if anchor.claims]
        stable = in_order(claims, self.placed)
        taken = [*(self.placed[anchor] for anchor in claims if anchor in self.placed), *self.copy.apart]
        lost = [anchor for anchor in claims if anchor not in self.placed]
        found: dict[Anchor, Span] = {}
        for gap, run in groupby(lost, key=lambda anchor: self._gap(anchor, stable)):
            if gap is not None:
                found.update(self._fit(list(run), gap, taken))
        fixed = {anchor.span[0]: span[0] for anchor, span in self.placed.items()}
        for anchor in self.anchors:
            if anchor not in self.placed and not anchor.claims:
                span = _near(anchor, fixed, self.where, self.copy)
                if span is not None:
                    found[anchor] = span
        return found

    def _gap(self, lost: Anchor, stable: frozenset[Anchor]) -> Span | None:
        """Return the stretch between the nearest claims of the same section that still stand in order."""
        areas = [area for area in self.where.areas if area.part.section == lost.locator.section]
        if not areas:
            return None
        neighbors = [one for one in stable if one.locator.section == lost.locator.section]
        before = [self.placed[one][1] for one in neighbors if one.span < lost.span]
        after = [self.placed[one][0] for one in neighbors if one.span > lost.span]
        return max([areas[0].start, *before]), min([areas[-1].end, *after])

    def _fit(self, run: list[Anchor], gap: Span, taken: list[Span]) -> dict[Anchor, Span]:
        """Return the stretches of a gap that lost claims are found in: by their first and last words, else by place."""
        found: dict[Anchor, Span] = {}
        free = list(uncovered(self.copy.text, *gap, taken))
        for anchor in run:
            for start, end in free:
                span = _by_ends(anchor, run, start, end, self.copy)
                if span is not None and self._alike(anchor, span):
                    found[anchor] = span
                    break
            free = list(uncovered(self.copy.text, *gap, [*taken, *found.values()]))
        for anchor in run:
            if anchor not in found:
                before = max((found[one][1] for one in found if one.span < anchor.span), default=gap[0])
                after = min((found[one][0] for one in found if one.span > anchor.span), default=gap[1])
                fitting = [one for one in free if before <= one[0] and one[1] <= after and self._alike(anchor, one)]
                if fitting:
                    length = anchor.span[1] - anchor.span[0]
                    found[anchor] = min(fitting, key=lambda one: (abs(one[1] - one[0] - length), one))
                    free.remove(found[anchor])
        return found

    def _alike(self, anchor: Anchor, span: Span) -> bool:
        """Return whether a stretch can be a passage in other words; without the old words every one can."""
        if anchor not in self.words:
            return True
        old, new = fold(self.words[anchor]).split(), fold(self.copy.text[slice(*span)]).split()
        return difflib.SequenceMatcher(None, old, new, autojunk=False).ratio() >= _ALIKE


def _by_ends(anchor: Anchor, run: list[Anchor], start: int, end: int, copy: Copy) -> Span | None:
    """Return the stretch from a passage's first words to its last ones, either being enough."""
    length = anchor.span[1] - anchor.span[0]
    first = copy.find(anchor.locator.first, start, end)
    begin = start if first is None else first[0]
    # What another lost passage begins with is not this one's any more.
    others = [copy.find(one.locator.first, begin + 1, end) for one in run if one.span > anchor.span]
    stop = min([end, *(span[0] for span in others if span is not None and first is not None)])
    ends = [last for _, last in copy.occurrences(anchor.locator.last, begin, stop)]
    if first is not None:
        # The last words may be changed, and yet stand within the passage too: the length decides.
        ends.append(begin + len(copy.text[begin:stop].rstrip()))
    return (begin, min(ends, key=lambda one: (abs(one - begin - length), one))) if ends else None


def _near(anchor: Anchor, fixed: Mapping[int, int], where: Layout, copy: Copy) -> Span | None:
    """Return where a passage that claims nothing stands in other words: near its old place, by its first or last words."""
    section = where.section(anchor.locator.section)
    low, high = (section.body, section.end) if section else (0, len(copy.text))
    start = expected(anchor.span[0], fixed)
    length = anchor.span[1] - anchor.span[0]
    low, high = max(low, start - _FAR), min(high, start + length + _FAR)
    firsts = [first for first, _ in copy.occurrences(anchor.locator.first, low, high)]
    lasts = [last for _, last in copy.occurrences(anchor.locator.last, low, high)]
    pairs = [
        (abs(first - start) + abs(last - first - length), first, last)
        for first in firsts
        for last in lasts
        if length // 2 <= last - first <= 2 * length + 100
    ]
    if pairs:
        return min(pairs)[1:]
    # Where neither goes with the other, what stands nearest to where it is expected decides.
    ends = [(abs(first - start), first, True) for first in firsts]
    ends += [(abs(last - start - length), last, False) for last in lasts]
    if not ends:
        return None
    _, place, is_first = min(ends)
    if is_first:
        stops = [end for _, end in sentences(copy.text, place, high)]
        return place, min(stops, key=lambda one: (abs(one - place - length), one))
    begins = [begin for begin, _ in sentences(copy.text, low, place)]
    return min(begins, key=lambda one: (abs(place - one - length), one)), place
