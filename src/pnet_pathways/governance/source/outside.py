"""Sentences that no statement accounts for outside of the parts, compared one by one with pinned hashes.

The definitions hold no text, only a short hash of each sentence there that no locator names. So what is new is found
wherever it is put, and a sentence that only moved within its section, or is spaced otherwise, is the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from ...model.hashing import text_digest
from ...model.pathway import Definitions
from ...model.text import counted
from .anchors import Span
from .copies import Copy, Folded
from .parts import Layout, sentences, uncovered
from .typography import settings

PIN_LENGTH: Final = 12
# The words of a heading begin with capitals; the sentence behind it does so with its first word only.
_HEADING = re.compile(
    r"\bTreatment (?:Options )?(?:of|for) "
    r"(?:(?!(?:Treatment|For|Use|If|In|It|Some|The|This|These)\b)(?:[A-Z(][^\s.:;,]*|or|and|of|the|with) ?)+"
)


@attrs.frozen
class UnclaimedSentence:
    """A sentence outside of the parts that no locator names: its section's heading, its place and its words, folded."""

    section: str
    span: Span
    text: str

    @property
    def pin(self) -> str:
        """The short hash that the definitions hold of it."""
        return _pin(self.text)


def _pin(text: str) -> str:
    return text_digest(text)[:PIN_LENGTH]


@attrs.frozen
class OutsideChange:
    """What changed outside of the parts in a section: the sentences that are new, and how many are gone.

    `old` are the words of those that are gone, `None` where no older copy is given. `place` is where to tell of it.
    """

    section: str
    new: tuple[UnclaimedSentence, ...]
    gone: int
    old: str | None
    place: int

    @property
    def text(self) -> str:
        """The new words."""
        return " ".join(one.text for one in self.new)

    @property
    def note(self) -> str:
        """How much is new and gone, in words."""
        return f"{counted(len(self.new), 'sentence')} new, {self.gone} gone"


def outside(where: Layout, copy: Copy, named: Iterable[Span]) -> Iterator[UnclaimedSentence]:
    """Yield the sentences of the sections that stand outside of the parts and that no named span covers.

    What stands before the first section and behind the last part is the page's own matter, and left out.
    """
    spans = [*named, *((area.start, area.end) for area in where.areas)]
    for section in where.sections:
        areas = [area for area in where.areas if section.body <= area.start < section.end]
        end = areas[-1].end if areas and section is where.sections[-1] else section.end
        for start, stop in uncovered(copy.text, section.body, end, spans):
            folded = Folded.from_text(copy.text[start:stop])
            for found in sentences(folded.text, 0, len(folded.text)):
                first, last = folded.span(*found)
                if re.search(r"\w", folded.text[slice(*found)]):
                    yield UnclaimedSentence(section.heading, (start + first, start + last), folded.text[slice(*found)])


def pins(where: Layout, copy: Copy, named: Iterable[Span]) -> dict[str, tuple[str, ...]]:
    """Return the hashes to pin, by the heading of the section, sorted."""
    found: dict[str, list[str]] = {}
    for one in outside(where, copy, named):
        found.setdefault(one.section, []).append(one.pin)
    return {heading: tuple(sorted(mine)) for heading, mine in found.items()}


def outside_changes(
    definitions: Definitions, where: Layout, copy: Copy, named: Iterable[Span], old: Iterable[UnclaimedSentence] | None = None
) -> Iterator[OutsideChange]:
    """Yield what changed outside of the parts, by section; `old` are the sentences of the older copy, where it is given."""
    there: dict[str, list[UnclaimedSentence]] = {section.heading: [] for section in where.sections}
    for one in outside(where, copy, named):
        there[one.section].append(one)
    before = None if old is None else list(old)
    for heading, pinned in _pinned(definitions, where).items():
        left = Counter(pinned)
        new = []
        for one in there.get(heading, []):
            same = one.pin if left[one.pin] else next((pin for pin in map(_pin, settings(one.text)) if left[pin]), None)
            if same:
                left[same] -= 1
            else:
                new.append(one)
        gone = left.total()
        if new or gone:
            words = None if before is None else " ".join(_taken(before, left))
            section = where.section(heading)
            place = new[0].span[0] if new else section.body if section else 0
            yield OutsideChange(heading, tuple(new), gone, words, place)


def _taken(sentences: Iterable[UnclaimedSentence], pins: Counter[str]) -> Iterator[str]:
    """Yield the words of sentences with these pins, each as often as it is wanted."""
    left = pins.copy()
    for one in sentences:
        if left[one.pin] > 0:
            left[one.pin] -= 1
            yield one.text


def unknown_headings(definitions: Definitions, texts: Iterable[str]) -> Iterator[str]:
    """Yield what looks, in new text, like the heading of a section of treatment that the definitions do not know."""
    for text in texts:
        for found in _HEADING.finditer(text):
            heading = re.sub(r"( (or|and|of|the|with))*$", "", found[0].strip())
            if heading not in definitions.sections.values():
                yield heading


def _pinned(definitions: Definitions, where: Layout) -> Mapping[str, list[str]]:
    """Return the pinned hashes by section; those of a section whose heading is gone belong to the section before it."""
    found: dict[str, list[str]] = {}
    behind = ""
    for heading in definitions.sections.values():
        if where.section(heading) is not None or not behind:
            behind = heading
        found.setdefault(behind, []).extend(definitions.unclaimed.get(heading, ()))
    return found
