"""Which passages still stand in their old order."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping

from .anchors import Anchor, Span


def in_order(anchors: Iterable[Anchor], placed: Mapping[Anchor, Span]) -> frozenset[Anchor]:
    """Return, of each section, the largest set of claims that follow one another in the copy as they did before.

    Each section by itself: once one of them is re-anchored, its spans are those of another copy than the next one's.
    """
    sections: dict[str, list[Anchor]] = {}
    for anchor in anchors:
        if anchor.claims and anchor in placed:
            sections.setdefault(anchor.locator.section, []).append(anchor)
    return frozenset().union(*(_longest_run(claims, placed) for claims in sections.values()))


def _longest_run(claims: Iterable[Anchor], placed: Mapping[Anchor, Span]) -> set[Anchor]:
    # Longest increasing run: `tails` holds, per length, the least last place, `chains` the claim it belongs to.
    tails: list[int] = []
    heads: list[Anchor] = []
    before: dict[Anchor, Anchor | None] = {}
    for anchor in claims:
        start = placed[anchor][0]
        length = bisect.bisect_left(tails, start)
        before[anchor] = heads[length - 1] if length else None
        tails[length : length + 1] = [start]
        heads[length : length + 1] = [anchor]
    chain: set[Anchor] = set()
    last = heads[-1] if heads else None
    while last is not None:
        chain.add(last)
        last = before[last]
    return chain
