"""A copy of the summary: read from a file, white space collapsed, and in a form for comparing that ignores spacing."""

from __future__ import annotations

import datetime
import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

import attrs

from ...model.dates import date_of
from ...model.errors import SourceError, listed
from ...model.pathway import Definitions
from .dates import said_dates
from .typography import DASHES, PARTED, plain

_SHORTEST_SECTION: Final = 100
_BEFORE: Final = frozenset(".,;:!?)]")
_AFTER: Final = frozenset("([")
_LOOSE = re.compile(r" (?=[.,;:!?)\]])|(?<=[(\[]) ")
_UNSEARCHED = re.compile(rf"{_LOOSE.pattern}|{PARTED}|(?<=\w)-(?=\w)")
# How a page of the NCI names the version that it is, and how the definitions do.
_VERSION = re.compile(rf"\) ?[{re.escape(DASHES)}] ?((?:[A-Z][a-z]+ ){{1,2}}Version)\b")
_SOME_VERSION = re.compile(r"\w version\b", re.IGNORECASE)
_PMID = re.compile(r"\bPMID:? ?([0-9]{6,9})\b")
_MARKER = re.compile(r"[ \t]*([-*•‣\u2043◦▪▫●○·])[ \t\u00a0]+(?=\S)")
_AMBIGUOUS: Final = frozenset("-*")
_ENDED: Final = tuple(".:;!?)")


def without_markers(text: str) -> str:
    """Return plain text without the marks that lines of a list begin with (a bullet, an asterisk, a hyphen).

    A hyphen or asterisk can also be text that was wrapped there: it is a mark where its paragraph has several such lines,
    or where the line before it ends a sentence or introduces a list.
    """
    return "\n\n".join("\n".join(_unmarked(part.splitlines())) for part in re.split(r"\n[ \t\r]*\n", text))


def _unmarked(lines: list[str]) -> Iterator[str]:
    marks = [found[1] if (found := _MARKER.match(line)) else "" for line in lines]
    before = ":"
    for line, mark in zip(lines, marks, strict=True):
        is_mark = mark and (mark not in _AMBIGUOUS or marks.count(mark) > 1 or before.rstrip().endswith(_ENDED))
        yield _MARKER.sub("", line, count=1) if is_mark else line
        before = line


def collapse(text: str) -> str:
    """Return text with every run of white space as one space: what the spans of locators count in."""
    return re.sub(r"\s+", " ", text).strip()


def loose(text: str, place: int) -> bool:
    """Return whether a space at this place of a text says nothing: before a full stop and the like, after a bracket."""
    return 0 < place < len(text) and (text[place] in _BEFORE or text[place - 1] in _AFTER)


@attrs.frozen
class Folded:
    """A collapsed text without the spaces that markup leaves before punctuation. `places` maps each character back."""

    text: str
    places: tuple[int, ...]

    @classmethod
    def from_text(cls, text: str) -> Folded:
        """Fold a collapsed text."""
        return cls._without(_LOOSE, text)

    @classmethod
    def to_search(cls, text: str, apart: Iterable[tuple[int, int]] = ()) -> Folded:
        """Fold a collapsed text to be searched: hyphens within words, the setting of signs and what is `apart` say nothing."""
        return cls._without(_UNSEARCHED, plain(text), apart)

    @classmethod
    def _without(cls, nothing: re.Pattern[str], text: str, apart: Iterable[tuple[int, int]] = ()) -> Folded:
        pieces, cursor = [], 0
        for start, end in sorted([*(found.span() for found in nothing.finditer(text)), *apart, (len(text), len(text))]):
            pieces.append((cursor, max(start, cursor)))
            cursor = max(end, cursor)
        places = tuple(chain.from_iterable(range(*piece) for piece in pieces))
        return cls("".join(text[start:end] for start, end in pieces), places)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return a span of the folded text as one of the collapsed text."""
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> str:
    """Return a text in the form for comparing: case kept, white space and space before punctuation folded."""
    return _LOOSE.sub("", collapse(text))


@attrs.frozen(eq=False)
class Copy:
    """A copy of the summary: `name` for messages, its collapsed `text`, and in words what was `folded` in reading it.

    `apart` are the places of the page's own words (navigation, questions to the reader), which are no words of the summary.
    """

    name: str
    text: str
    folded: tuple[str, ...] = ()
    apart: tuple[tuple[int, int], ...] = ()

    @functools.cached_property
    def searched(self) -> Folded:
        """The text in the form for searching."""
        return Folded.to_search(self.text, [(start, end + 1) for start, end in self.apart])

    @property
    def updated(self) -> datetime.date | None:
        """The date that the summary says it was updated on; `None` where it says none."""
        return next((date for said in reversed(said_dates(self.text)) if (date := date_of(said)) is not None), None)

    def occurrences(self, words: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
        """Yield the spans in the collapsed text at which words stand, whatever the spacing, within ``[start, end)``."""
        folded, wanted = self.searched, Folded.to_search(collapse(words)).text
        place = folded.text.find(wanted) if wanted else -1
        while place >= 0:
            span = folded.span(place, place + len(wanted))
            if span[0] >= start and (end is None or span[1] <= end) and self._whole_words(span):
                yield span
            place = folded.text.find(wanted, place + 1)

    def _whole_words(self, span: tuple[int, int]) -> bool:
        """Return whether a span neither begins nor ends within a word."""
        return not any(
            0 < edge < len(self.text) and self.text[edge - 1].isalnum() and self.text[edge].isalnum() for edge in span
        )

    def find(self, words: str, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
        """Return the first place of words, `None` where they do not stand."""
        return next(self.occurrences(words, start, end), None)

    def without(self, words: Iterable[str]) -> Copy:
        """Return this copy with the page's own words set apart: longer ones before those that they hold."""
        taken: list[tuple[int, int]] = []
        for one in sorted(words, key=len, reverse=True):
            for start, end in self.occurrences(one):
                if not any(start < stop and begin < end for begin, stop in taken):
                    taken.append((start, end))
        return attrs.evolve(self, apart=tuple(sorted(taken)))

    def words(self, start: int, end: int) -> str:
        """Return the text of a span without what is set apart in it."""
        inside = [(first, last) for first, last in self.apart if start <= first and last <= end]
        edges = [start, *(edge for first, last in inside for edge in (first, last + 1)), end]
        return "".join(self.text[first:last] for first, last in zip(edges[::2], edges[1::2], strict=True)).strip()

    def section_starts(self, definitions: Definitions) -> dict[str, tuple[int, int]]:
        """Return where each section's heading stands, in text order; a heading that is not there is left out.

        The headings stand close together in the table of contents first: a section is longer than that.
        """
        return self.starts_of(list(definitions.sections.values()))

    def starts_of(self, headings: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Return where each of some headings stands as that of a section, as `section_starts` does."""
        found: dict[str, tuple[int, int]] = {}
        behind = 0
        for number, heading in enumerate(headings):
            later = [start for one in headings[number + 1 :] for start, _ in self.occurrences(one, behind)]
            for start, end in self.occurrences(heading, behind):
                if min((one for one in later if one >= end), default=len(self.text)) - end > _SHORTEST_SECTION:
                    found[heading] = (start, end)
                    behind = end
                    break
        return found

    def require_summary(self, definitions: Definitions) -> datetime.date:
        """Return the date of the summary. Raises `SourceError` where this is not the summary, or not the whole of it."""
        self._require_kind(definitions)
        starts = self.section_starts(definitions)
        missing = [heading for heading in definitions.sections.values() if heading not in starts]
        if 2 * len(missing) > len(definitions.sections):
            raise SourceError(
                f"{self.name}: this is not the summary that the definitions come from, or only the beginning of it: "
                f"no section begins with {listed(missing)}. Wanted is the whole of {definitions.source.title}"
            )
        said = said_dates(self.text)
        if not said or definitions.source.pmid not in self.text:
            raise SourceError(
                f"{self.name}: the summary is cut short: its end, with 'Updated: <date>' and the PubMed id "
                f"{definitions.source.pmid}, is not there; save or download the whole page again"
            )
        updated = self.updated
        if updated is None:
            raise SourceError(
                f"{self.name}: the summary's date cannot be read: 'Updated: {said[-1]}'; read are October 7, 2022, Oct 7, "
                "2022, 7 October 2022 and 2022-10-07, of a day that exists"
            )
        return updated

    def _require_kind(self, definitions: Definitions) -> None:
        """Raise `SourceError` where this says that it is another document, or another version of this one."""
        wanted = definitions.source.title
        version = Counter(found[1] for found in _VERSION.finditer(self.text)).most_common(1)
        if _SOME_VERSION.search(wanted) and version and version[0][0].lower() not in wanted.lower():
            raise SourceError(f"{self.name}: this is the {version[0][0]} of a summary. Wanted is {wanted}")
        ids = _PMID.findall(self.text)
        if ids and definitions.source.pmid not in self.text:
            raise SourceError(
                f"{self.name}: this is another document, with the PubMed id {ids[-1]}. Wanted is {wanted}, with the PubMed id "
                f"{definitions.source.pmid}"
            )
