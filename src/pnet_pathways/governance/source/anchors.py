"""Where the passages of the definitions stand in a copy: the same words, wherever they have moved to."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from ...model.pathway import Definitions
from ...model.reference import Locator
from .copies import Copy
from .locators import (
    Owner,
    OwnerKind,
    owners_of,
    same_words,
)

Span = tuple[int, int]
_NEIGHBOURS: Final = 5
_CLAIMS: Final = frozenset({OwnerKind.STATEMENT, OwnerKind.NOT_STATEMENT})


@attrs.frozen
class Anchor:
    """A passage that the definitions name, with everything it belongs to, statements first."""

    locator: Locator
    owners: tuple[Owner, ...]

    @property
    def span(self) -> Span:
        """Its place in the copy that the definitions were made from."""
        return self.locator.start, self.locator.end

    @property
    def claims(self) -> bool:
        """Whether it claims its words, for a statement or as none."""
        return any(owner.kind in _CLAIMS for owner in self.owners)

    @property
    def is_statement(self) -> bool:
        """Whether a statement stands here."""
        return any(owner.kind is OwnerKind.STATEMENT for owner in self.owners)


def anchors_of(definitions: Definitions) -> tuple[Anchor, ...]:
    """Return the distinct passages that the definitions name, in text order."""
    owners: dict[Locator, list[Owner]] = {}
    for owner, locator in owners_of(definitions):
        owners.setdefault(locator, []).append(owner)
    anchors = [Anchor(locator, tuple(dict.fromkeys(mine))) for locator, mine in owners.items()]
    return tuple(sorted(anchors, key=lambda anchor: (anchor.span, anchor.locator.first, anchor.locator.section)))


def place(anchors: Iterable[Anchor], copy: Copy) -> dict[Anchor, Span]:
    """Return where the copy holds the very words of each passage, whatever the spacing; lost ones are left out.

    Words that stand several times (two types can have a sentence in common) are told apart by what stands around them.
    """
    every = tuple(anchors)
    claims = [anchor for anchor in every if anchor.claims]
    within = {anchor: [one for one in claims if _inside(anchor.span, one.span)] for anchor in every if not anchor.claims}
    placed = _place_apart([anchor for anchor in every if not within.get(anchor)], copy)
    taken = [placed[claim] for claim in claims if claim in placed]
    for anchor, around in within.items():
        # Words cited from a claim go where it goes; the same words in another claim are not those that were cited.
        there = [placed[claim] for claim in around if claim in placed]
        spans = [
            span
            for span in (_candidates(anchor.locator, copy) if around else ())
            if any(_inside(span, one) for one in there or taken) is bool(there)
        ]
        if spans:
            shifts = {claim.span[0]: placed[claim][0] for claim in (around if there else claims) if claim in placed}
            placed[anchor] = min(spans, key=lambda span: (abs(span[0] - expected(anchor.span[0], shifts)), span))
    return placed


def _inside(span: Span, around: Span) -> bool:
    return around[0] <= span[0] and span[1] <= around[1]


def _place_apart(anchors: Iterable[Anchor], copy: Copy) -> dict[Anchor, Span]:
    """Return where the passages stand that are cited from no claim."""
    choices = {anchor: tuple(_candidates(anchor.locator, copy)) for anchor in anchors}
    wanted: dict[Span, set[Span]] = {}
    for anchor, spans in choices.items():
        for span in spans:
            wanted.setdefault(span, set()).add(anchor.span)
    placed = {anchor: spans[0] for anchor, spans in choices.items() if len(spans) == 1 and wanted[spans[0]] == {anchor.span}}
    claims = [anchor.span for anchor in choices if anchor.claims]
    # Words that overlap a claim can stand at another one too, where nobody cites them, and would be found there.
    fixed = {
        anchor.span[0]: span[0]
        for anchor, span in placed.items()
        if anchor.claims or not any(start < anchor.span[1] and anchor.span[0] < end for start, end in claims)
    }
    pairs = [
        (abs(span[0] - expected(anchor.span[0], fixed)), anchor.span, span, number, anchor)
        for number, (anchor, spans) in enumerate(choices.items())
        if anchor not in placed
        for span in spans
    ]
    users: dict[Span, Span] = {}
    for _, old, span, _, anchor in sorted(pairs, key=lambda pair: pair[:4]):
        # Two names for one passage share its new place; two passages do not.
        if anchor not in placed and users.setdefault(span, old) == old:
            placed[anchor] = span
    return placed


def expected(start: int, fixed: Mapping[int, int]) -> int:
    """Return where a passage that stood at `start` is to be expected, by how far its neighbors have moved."""
    near = sorted(fixed, key=lambda old: (abs(old - start), old))[:_NEIGHBOURS]
    return start + (int(statistics.median(fixed[old] - old for old in near)) if near else 0)


def _candidates(locator: Locator, copy: Copy) -> Iterator[Span]:
    """Yield every place of the copy that holds the passage's very words."""
    length = locator.end - locator.start
    ends = [end for _, end in copy.occurrences(locator.last)]
    for start, _ in copy.occurrences(locator.first):
        for end in ends:
            # Another spacing makes a passage longer or shorter by its punctuation, never twice as long.
            if start < end <= start + 2 * length and same_words(copy.words(start, end), locator):
                yield start, end
