"""Drift: what a newer copy of the summary changes, as one report with a verdict for a scheduled job."""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Iterator
from enum import StrEnum
from typing import Any

import attrs

from ...model.pathway import Definitions
from .comparison import (
    Comparison,
    Finding,
    NewText,
    PassageVerdict,
    compare,
)
from .copies import Copy, fold
from .outside import OutsideChange
from .touched import NOTHING, Impact, touched_by
from .typography import plain


class Edit(StrEnum):
    """What became of a run of words."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@attrs.frozen
class PassageChange:
    """One passage that changed, vanished, went elsewhere or is new.

    `kind` is the verdict, ``new``, or ``outside`` (text that no statement accounts for); `what` whose passage it is; `edits`
    the words kept, removed and added, in order (empty where the old words are not at hand); `text` the new words.
    """

    kind: str
    what: str
    section: str
    text: str
    note: str
    edits: tuple[tuple[Edit, str], ...]
    touched: Impact


@attrs.frozen
class Drift:
    """A newer copy against the definitions: `moved` passages only stand elsewhere, `changes` need a person."""

    comparison: Comparison
    moved: tuple[Finding, ...]
    changes: tuple[PassageChange, ...]

    @property
    def content_changed(self) -> bool:
        """Whether anything but moves was found."""
        return bool(self.changes) or not self.comparison.complete

    def anchorable(self, *, accept_order: bool = False) -> tuple[Finding, ...]:
        """Return what can be re-anchored: what moved, in sections whose passages kept their order.

        In another section the old places are what tells the change of order, until it is accepted with `accept_order`.
        A passage that the page's own words interrupt keeps its locator: none may span them.
        """
        reordered = self.comparison.of(PassageVerdict.REORDERED)
        held = set() if accept_order else {one.locator.section for one in reordered}
        copy = self.comparison.copy
        whole = [one for one in (*self.moved, *reordered) if one.span and copy.words(*one.span) == one.text]
        return tuple(
            sorted(
                (one for one in whole if one.locator.section not in held), key=lambda one: (one.locator.start, one.locator.end)
            )
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        comparison = self.comparison
        return {
            "verdict": "changed" if self.content_changed else "moved" if self.moved else "same",
            "updated": {"definitions": str(comparison.known_date), "copy": str(comparison.updated)},
            "passages": {str(verdict): len(comparison.of(verdict)) for verdict in PassageVerdict},
            "moved": [
                {
                    "what": [str(owner) for owner in one.owners],
                    "from": [one.locator.start, one.locator.end],
                    "to": list(one.span or ()),
                }
                for one in self.moved
            ],
            "changes": [
                {
                    "kind": one.kind,
                    "what": one.what,
                    "section": one.section,
                    "text": one.text,
                    "note": one.note,
                    "edits": [{"edit": str(edit), "words": words} for edit, words in one.edits],
                    "touches": attrs.asdict(one.touched),
                }
                for one in self.changes
            ],
            "headings": [{"heading": one.heading, "now": one.now} for one in comparison.headings],
            "folded": list(comparison.folded),
            "pinned": comparison.pinned,
            "unknown_headings": list(comparison.unknown_headings),
            "problems": list(comparison.problems),
        }


def drift(definitions: Definitions, copy: Copy, old: Copy | None = None) -> Drift:
    """Return what a newer copy changes; with `old`, the copy that the definitions were made from, word by word.

    Raises `SourceError` where one of the copies cannot be used.
    """
    comparison = compare(definitions, copy, old)
    findings = comparison.of(
        PassageVerdict.CHANGED, PassageVerdict.VANISHED, PassageVerdict.DISPLACED, PassageVerdict.REORDERED
    )
    changes = [(_place(comparison, one), _change(definitions, one)) for one in findings]
    changes += [(one.span[0], _new(definitions, one)) for one in comparison.new]
    changes += [(one.place, _outside(one)) for one in comparison.outside]
    ordered = sorted(changes, key=lambda pair: (pair[0], pair[1].kind))
    return Drift(comparison, comparison.of(PassageVerdict.MOVED), tuple(change for _, change in ordered))


def edits_between(old: str, new: str) -> tuple[tuple[Edit, str], ...]:
    """Return the words kept, removed and added between two texts, but for spacing at punctuation and the setting of signs."""
    before = fold(old).split()
    after = _rejoined(fold(new), set(map(plain, before))).split()
    return tuple((edit, " ".join(words)) for edit, words in _edits(before, after) if words)


def _rejoined(text: str, words: Container[str]) -> str:
    """Return text with a word that was parted at the end of a line as it is among some words; others stay as they are."""

    def joined(found: re.Match[str]) -> str:
        return next((one for one in (found[1] + found[2], f"{found[1]}-{found[2]}") if plain(one) in words), found[0])

    return re.sub(r"(\S*[a-z])- ([a-z][^\s.,;:!?)]*)", joined, text)


def _edits(before: list[str], after: list[str]) -> Iterator[tuple[Edit, list[str]]]:
    # How signs are set is no edit.
    matcher = difflib.SequenceMatcher(None, list(map(plain, before)), list(map(plain, after)), autojunk=False)
    for operation, start, end, begin, stop in matcher.get_opcodes():
        if operation == "equal":
            yield Edit.KEPT, before[start:end]
        else:
            yield Edit.REMOVED, before[start:end]
            yield Edit.ADDED, after[begin:stop]


def _place(comparison: Comparison, finding: Finding) -> int:
    """Return where a finding belongs in the report: its place, or behind what stood before it."""
    if finding.span is not None:
        return finding.span[0]
    before = [one for one in comparison.findings if one.span and one.locator.end <= finding.locator.start]
    return max(before, key=lambda one: one.locator.end).span[1] if before else 0  # type: ignore[index]


def _change(definitions: Definitions, one: Finding) -> PassageChange:
    same_words = one.verdict in {PassageVerdict.DISPLACED, PassageVerdict.REORDERED}
    edits = edits_between(one.old, one.text) if one.old and not same_words else ()
    return PassageChange(
        str(one.verdict), one.what, one.locator.section, one.text, one.note, edits, touched_by(definitions, one)
    )


def _new(definitions: Definitions, one: NewText) -> PassageChange:
    section = next(part.section for part in definitions.parts if part.pathway == one.pathway)
    note = f"follows {one.after[0]}" if one.after else f"begins the part '{one.pathway}'"
    return PassageChange("new", f"part {one.pathway}", section, one.text, note, (), NOTHING)


def _outside(one: OutsideChange) -> PassageChange:
    """Return a change of text that no statement accounts for; what it bears on is for a person to say."""
    edits = edits_between(one.old, one.text) if one.old is not None else ()
    return PassageChange("outside", "text that no statement accounts for", one.section, one.text, one.note, edits, NOTHING)
