"""A copy of the summary against the definitions, both ways: what became of every passage, and what no passage claims."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import StrEnum
from itertools import pairwise

import attrs

from ...model.errors import SourceError
from ...model.hashing import text_digest
from ...model.pathway import Definitions
from ...model.reference import Locator
from ...model.text import counted
from .anchors import (
    Anchor,
    Span,
    anchors_of,
    place,
)
from .changed import Changes
from .copies import Copy
from .locators import (
    Owner,
    OwnerKind,
    passage,
    same_words,
    set_alike,
)
from .order import in_order
from .outside import (
    OutsideChange,
    UnclaimedSentence,
    outside,
    outside_changes,
    unknown_headings,
)
from .parts import (
    Layout,
    layout,
    sentences,
    uncovered,
)


class PassageVerdict(StrEnum):
    """What became of a passage in a copy.

    `same`: the very words at the very place; `moved`: the very words at another place of the same part; `reordered`: the
    very words in another order, which can say something else ("if it remains" continues what it follows);
    `displaced`: the very words in another part or section, where they say something else; `changed`: other words;
    `vanished`: no trace.
    """

    SAME = "same"
    MOVED = "moved"
    REORDERED = "reordered"
    DISPLACED = "displaced"
    CHANGED = "changed"
    VANISHED = "vanished"


@attrs.frozen
class Finding:
    """A passage of the definitions in a copy: its verdict, its `span` and `text` there, and a `note` in plain words.

    `old` is its text in the older copy, empty where none is given.
    """

    locator: Locator
    owners: tuple[Owner, ...]
    verdict: PassageVerdict
    span: Span | None
    text: str
    note: str = ""
    old: str = ""

    @property
    def holds(self) -> bool:
        """Whether the passage says what it said, where and behind what it said it."""
        return self.verdict in {PassageVerdict.SAME, PassageVerdict.MOVED}

    @property
    def what(self) -> str:
        """Whose passage it is, in words."""
        return ", ".join(map(str, self.owners))


@attrs.frozen
class NewText:
    """Words in a claimed part that no passage claims; `after` names what the passage before them belongs to."""

    pathway: str
    span: Span
    text: str
    after: tuple[Owner, ...]


@attrs.frozen
class PartCount:
    """The sentences and list items of a part: how many statements claim, how many are none, how many nobody claims."""

    pathway: str
    title: str
    sentences: int
    statements: int
    not_statements: int
    unclaimed: int


@attrs.frozen
class LostHeading:
    """A section heading that a copy does not hold; `now` are the words in its place, empty where they are not known."""

    heading: str
    now: str


@attrs.frozen
class Comparison:
    """Everything that a copy of the summary says about the definitions.

    `outside` is what changed where no passage claims anything, `pinned` whether the definitions hold what that is told by;
    `folded` is in words what is only set differently (ligatures, apostrophes, words parted at a line's end).
    `unknown_headings` are words in new text that look like the heading of a section of treatment.
    """

    copy: Copy
    findings: tuple[Finding, ...]
    new: tuple[NewText, ...]
    parts: tuple[PartCount, ...]
    headings: tuple[LostHeading, ...]
    pinned: bool
    outside: tuple[OutsideChange, ...]
    unknown_headings: tuple[str, ...]
    problems: tuple[str, ...]
    updated: datetime.date
    known_date: datetime.date
    folded: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every passage holds, every sentence of the parts is claimed, and the rest is as it was pinned."""
        return self.fits and self.pinned and not self.outside

    @property
    def fits(self) -> bool:
        """Whether every passage holds and every sentence of the parts is claimed."""
        return not (self.new or self.headings or self.problems or any(part.unclaimed for part in self.parts)) and all(
            finding.holds for finding in self.findings
        )

    def of(self, *verdicts: PassageVerdict) -> tuple[Finding, ...]:
        """Return the findings with one of these verdicts, in text order."""
        return tuple(finding for finding in self.findings if finding.verdict in verdicts)


def compare(definitions: Definitions, copy: Copy, old: Copy | None = None) -> Comparison:
    """Compare a copy of the summary with the definitions; `old`, the copy that they were made from, gives the words lost.

    Raises `SourceError` where the copy is not the whole summary, or where the passages do not stand in `old`.
    """
    updated = copy.require_summary(definitions)
    anchors = anchors_of(definitions)
    words = _words(anchors, old) if old is not None else {}
    page, copy = copy, copy.without(definitions.furniture)
    placed = place(anchors, copy)
    _require_most(copy, anchors, placed)
    beside = place([anchor for anchor in anchors if anchor not in placed], page) if copy.apart else {}
    placed |= {anchor: span for anchor, span in beside.items() if copy.words(*span) != copy.text[slice(*span)]}
    where = layout(definitions, copy, anchors, placed)
    changed = Changes(anchors, placed, where, copy, words).spans()
    judge = _Judge(definitions, copy, where, placed, changed, in_order(anchors, placed), words)
    lost = [LostHeading(one.heading, copy.text[one.start : one.body].strip()) for one in where.sections if not one.found]
    new = tuple(_new(where, copy, {**placed, **changed}))
    before = _outside_old(definitions, anchors, old) if old is not None else None
    apart = tuple(outside_changes(definitions, where, copy, [*placed.values(), *changed.values(), *copy.apart], before))
    texts = [*(one.text for one in apart), *(one.text for one in new)]
    lost += [LostHeading(heading, "") for heading in definitions.sections.values() if where.section(heading) is None]
    return Comparison(
        copy=copy,
        findings=tuple(judge.finding(anchor) for anchor in anchors),
        new=new,
        parts=tuple(_counts(definitions, where, copy, placed)),
        headings=tuple(lost),
        pinned=bool(definitions.unclaimed) or not apart,
        outside=apart if definitions.unclaimed else (),
        unknown_headings=tuple(unknown_headings(definitions, texts)),
        problems=(*where.problems, *_twice(placed), *_outside(where, placed), *_navigating(copy, placed)),
        updated=updated,
        known_date=datetime.date.fromisoformat(definitions.source.updated),
        folded=(*copy.folded, *_set_otherwise(copy, placed)),
    )


def _words(anchors: tuple[Anchor, ...], old: Copy) -> dict[Anchor, str]:
    words = {}
    for anchor in anchors:
        try:
            words[anchor] = passage(old.text, anchor.locator)
        except ValueError as error:
            message = f"{old.name}: the definitions were not made from this copy: {anchor.owners[0]}: {error}"
            raise SourceError(message) from None
    return words


def _outside_old(definitions: Definitions, anchors: tuple[Anchor, ...], old: Copy) -> list[UnclaimedSentence]:
    placed = {anchor: anchor.span for anchor in anchors}
    old = old.without(definitions.furniture)
    return list(outside(layout(definitions, old, anchors, placed), old, [*placed.values(), *old.apart]))


def _require_most(copy: Copy, anchors: tuple[Anchor, ...], placed: Mapping[Anchor, Span]) -> None:
    """Raise `SourceError` where most passages are lost: that the copy cannot be read is likelier than that they changed."""
    if 2 * len(placed) < len(anchors):
        raise SourceError(
            f"{copy.name}: only {len(placed)} of {len(anchors)} passages stand in it word for word, so it cannot be compared "
            "passage by passage. Either a program altered its text (save the page itself, as HTML or as text), or the summary "
            "was rewritten, and the definitions must be made anew"
        )


@attrs.frozen
class _Judge:
    """Gives each passage its verdict."""

    definitions: Definitions
    copy: Copy
    where: Layout
    placed: Mapping[Anchor, Span]
    changed: Mapping[Anchor, Span]
    stable: frozenset[Anchor]
    words: Mapping[Anchor, str]

    def finding(self, anchor: Anchor) -> Finding:
        span = self.placed.get(anchor) or self.changed.get(anchor)
        note = ""
        if span is None:
            verdict = PassageVerdict.VANISHED
        elif anchor not in self.placed:
            verdict = PassageVerdict.CHANGED
        elif note := self._displaced(anchor, span):
            verdict = PassageVerdict.DISPLACED
        elif note := self._order(anchor, span):
            verdict = PassageVerdict.REORDERED
        else:
            there = span == anchor.span and text_digest(self.copy.text[slice(*span)]) == anchor.locator.sha256
            verdict = PassageVerdict.SAME if there else PassageVerdict.MOVED
        text = self.copy.text[slice(*span)] if span else ""
        return Finding(anchor.locator, anchor.owners, verdict, span, text, note, self.words.get(anchor, ""))

    def _order(self, anchor: Anchor, span: Span) -> str:
        """Return in words that a claim no longer stands in its old order."""
        if not anchor.claims or anchor in self.stable:
            return ""
        before = [one for one in self.placed if one.claims and self.placed[one][1] <= span[0]]
        last = max(before, key=lambda one: self.placed[one], default=None)
        return "the order has changed" + (f": now after {last.owners[0]}" if last else "")

    def _displaced(self, anchor: Anchor, span: Span) -> str:
        """Return in words that a passage now stands in another part or section, where its words say something else."""
        statements = [owner.name for owner in anchor.owners if owner.kind is OwnerKind.STATEMENT]
        pathways = {self.definitions.statement(name).pathway for name in statements}
        area = self.where.area_at(span[0])
        if pathways and (area is None or area.part.pathway not in pathways):
            return f"now in the part '{area.part.pathway}'" if area else "now outside of the claimed parts"
        section = self.where.section_at(span[0])
        if self.where.section(anchor.locator.section) is None or (section and section.heading == anchor.locator.section):
            return ""
        return f"now in the section '{section.heading}'" if section else "now before the first section"


def _new(where: Layout, copy: Copy, claimed: Mapping[Anchor, Span]) -> list[NewText]:
    mine = {anchor: span for anchor, span in claimed.items() if anchor.claims}
    found = []
    for area in where.areas:
        for start, end in uncovered(copy.text, area.start, area.end, [*mine.values(), *copy.apart]):
            for span in sentences(copy.text, start, end):
                before = [anchor for anchor, one in mine.items() if area.start <= one[0] and one[1] <= span[0]]
                after = max(before, key=lambda anchor: mine[anchor][1]).owners if before else ()
                found.append(NewText(area.part.pathway, span, copy.text[slice(*span)], after))
    return found


def _counts(definitions: Definitions, where: Layout, copy: Copy, placed: Mapping[Anchor, Span]) -> list[PartCount]:
    statements = [span for anchor, span in placed.items() if anchor.is_statement]
    claims = [span for anchor, span in placed.items() if anchor.claims]
    areas = {area.part.pathway: area for area in where.areas}
    counts = []
    for part in definitions.parts:
        area = areas.get(part.pathway)
        stretches = uncovered(copy.text, area.start, area.end, copy.apart) if area else ()
        spans = [span for stretch in stretches for span in sentences(copy.text, *stretch)]
        unclaimed = [span for span in spans if any(uncovered(copy.text, *span, claims))]
        by_statement = [span for span in spans if span not in unclaimed and not any(uncovered(copy.text, *span, statements))]
        others = len(spans) - len(unclaimed) - len(by_statement)
        counts.append(PartCount(part.pathway, part.title, len(spans), len(by_statement), others, len(unclaimed)))
    return counts


def _twice(placed: Mapping[Anchor, Span]) -> list[str]:
    """Return the claims that overlap: a sentence is one statement's, or none."""
    claims = sorted(((span, anchor) for anchor, span in placed.items() if anchor.claims), key=lambda pair: pair[0])
    found = []
    for (span, anchor), (following, other) in pairwise(claims):
        if following[0] < span[1]:
            found.append(f"{anchor.owners[0]} and {other.owners[0]} claim the same words (character {following[0]})")
    found += [
        f"{' and '.join(map(str, mine))} claim the same words (character {span[0]})"
        for span, anchor in claims
        if len(mine := [owner for owner in anchor.owners if owner.kind in {OwnerKind.STATEMENT, OwnerKind.NOT_STATEMENT}]) > 1
    ]
    return found


def _set_otherwise(copy: Copy, placed: Mapping[Anchor, Span]) -> list[str]:
    """Return in words in how many passages signs are set otherwise than in the copy that the definitions were made from."""
    number = sum(not set_alike(copy.words(*span), anchor.locator) for anchor, span in placed.items())
    signs = "apostrophes, quotation marks, dashes or words parted at the end of a line"
    return [f"{signs} in {counted(number, 'passage')}"] if number else []


def _navigating(copy: Copy, placed: Mapping[Anchor, Span]) -> list[str]:
    """Return the locators that span words of the page around the summary, which can change without the summary."""
    return [
        f"{anchor.owners[0]}: its passage (character {span[0]}) spans '{copy.text[slice(*one)]}', which belongs to the page, "
        "not to the summary"
        for anchor, span in placed.items()
        for one in copy.apart
        if one[0] < span[1] and span[0] < one[1] and same_words(copy.text[slice(*span)], anchor.locator)
    ]


def _outside(where: Layout, placed: Mapping[Anchor, Span]) -> list[str]:
    return [
        f"{anchor.owners[0]}: its passage (character {span[0]}) stands outside of the claimed parts"
        for anchor, span in placed.items()
        if anchor.claims and not anchor.is_statement and where.area_at(span[0]) is None
    ]
