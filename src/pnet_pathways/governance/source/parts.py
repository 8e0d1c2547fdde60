"""The parts of a copy in which every sentence is claimed: where they begin and end, and their sentences and list items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import attrs

from ...model.beside import Part
from ...model.pathway import Definitions
from .anchors import Anchor, Span
from .copies import Copy

_MAX_HEADING = 200
# A sentence or list item ends with its mark; "; or" belongs to the item before it.
_END = re.compile(r"(?:[.:!?]\)?|;(?: or| and)?) (?=[A-Z0-9\"'\u201c\u2018(])")


@attrs.frozen
class Section:
    """A section of a copy: where its heading begins, its text begins, and it ends. `found` is false for a lost heading."""

    heading: str
    start: int
    body: int
    end: int
    found: bool = True


@attrs.frozen
class Area:
    """A part of a copy: the text from `start` to `end` in which every sentence is claimed."""

    part: Part
    start: int
    end: int


@attrs.frozen
class Layout:
    """Sections and parts of a copy, and what of them could not be found."""

    sections: tuple[Section, ...]
    areas: tuple[Area, ...]
    problems: tuple[str, ...]

    def section_at(self, place: int) -> Section | None:
        """Return the section that a place lies in, `None` before the first."""
        return next((one for one in reversed(self.sections) if one.start <= place), None)

    def area_at(self, place: int) -> Area | None:
        """Return the part that a place lies in, if any."""
        return next((area for area in self.areas if area.start <= place < area.end), None)

    def section(self, heading: str) -> Section | None:
        """Return a section by its heading."""
        return next((one for one in self.sections if one.heading == heading), None)


def layout(definitions: Definitions, copy: Copy, anchors: Iterable[Anchor], placed: Mapping[Anchor, Span]) -> Layout:
    """Return where the sections and the claimed parts of a copy stand, with the help of the passages that are placed."""
    sections = _sections(definitions, copy, anchors, placed)
    areas: list[Area] = []
    problems: list[str] = []
    for section in sections:
        parts = [part for part in definitions.parts if part.section == section.heading]
        if parts:
            within = placed_claims(placed, section)
            areas.extend(_areas(parts, section, copy, within, problems))
    lost = {part.section for part in definitions.parts} - {section.heading for section in sections}
    problems.extend(f"the section '{heading}' is not there" for heading in definitions.sections.values() if heading in lost)
    named = {part.pathway for part in definitions.parts}
    problems.extend(
        f"not_statements.yaml names no part for the pathway '{name}'" for name in definitions.pathways if name not in named
    )
    return Layout(tuple(sections), tuple(areas), tuple(problems))


def placed_claims(placed: Mapping[Anchor, Span], section: Section) -> list[Span]:
    """Return the places of the claims of a section that stand within it, in text order."""
    spans = [span for anchor, span in placed.items() if anchor.claims and anchor.locator.section == section.heading]
    return sorted(span for span in spans if section.body <= span[0] and span[1] <= section.end)


def _sections(definitions: Definitions, copy: Copy, anchors: Iterable[Anchor], placed: Mapping[Anchor, Span]) -> list[Section]:
    starts: dict[str, tuple[int, int, bool]] = {
        heading: (start, end, True) for heading, (start, end) in copy.section_starts(definitions).items()
    }
    claims = [anchor for anchor in anchors if anchor.claims]
    for heading in definitions.sections.values():
        mine = [anchor for anchor in claims if anchor.locator.section == heading]
        if heading not in starts and (span := _where_heading_stood(mine, placed)) is not None:
            starts[heading] = (*span, False)
    order = sorted(starts.items(), key=lambda item: item[1])
    ends = [start for _, (start, _, _) in order[1:]] + [len(copy.text)]
    return [Section(heading, start, body, end, found) for (heading, (start, body, found)), end in zip(order, ends, strict=True)]


def _where_heading_stood(claims: list[Anchor], placed: Mapping[Anchor, Span]) -> Span | None:
    """Return the span between the first claim of a section and whatever stands before it, if most of its claims are there."""
    there = [anchor for anchor in claims if anchor in placed]
    if 2 * len(there) <= len(claims):
        return None
    first = min(there, key=lambda anchor: anchor.span)
    body = placed[first][0]
    before = max((span[1] for span in placed.values() if span[1] <= body), default=body)
    return (before if body - before <= _MAX_HEADING else body), body


def _areas(parts: list[Part], section: Section, copy: Copy, within: list[Span], problems: list[str]) -> Iterator[Area]:
    """Yield the parts of one section; a part that is not found is left to the one before it, and told."""
    begins: list[tuple[Part, int]] = []
    for part in parts:
        behind = begins[-1][1] if begins else section.body
        found = (section.body, section.body) if not part.begins else _find(copy, part.begins, behind, section.end)
        if found is not None:
            begins.append((part, found[0]))
            continue
        problems.append(f"the part '{part.pathway}' does not begin with '{part.begins}'")
        if not begins and within:
            begins.append((part, within[0][0]))
    if not begins:
        return
    end = section.end
    if (words := parts[-1].ends) and (found := _find(copy, words, begins[-1][1], section.end)) is not None:
        end = found[0]
    elif words:
        problems.append(f"the part '{parts[-1].pathway}' does not end before '{words}'")
        end = max((span[1] for span in within), default=section.end)
    stops = [start for _, start in begins[1:]] + [end]
    yield from (Area(part, start, stop) for (part, start), stop in zip(begins, stops, strict=True))


def _find(copy: Copy, words: str, start: int, end: int) -> Span | None:
    """Return the first place of words; what begins or ends a part may stand beside the page's own words, and read like them."""
    return copy.find(words, start, end) or attrs.evolve(copy, apart=()).find(words, start, end)


def sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the spans of the sentences and list items of a stretch of a collapsed text."""
    cursor = start
    for match in _END.finditer(text, start, end):
        yield cursor, match.end() - 1
        cursor = match.end()
    if text[cursor:end].strip():
        yield cursor, cursor + len(text[cursor:end].rstrip())


def uncovered(text: str, start: int, end: int, taken: Iterable[Span]) -> Iterator[Span]:
    """Yield the stretches of a text that no taken span covers and in which there are words."""
    cursor = start
    for first, last in sorted(one for one in taken if one[0] < end and one[1] > start):
        yield from _with_words(text, cursor, min(first, end))
        cursor = max(cursor, last)
    yield from _with_words(text, cursor, end)


def _with_words(text: str, start: int, end: int) -> Iterator[Span]:
    found = text[start:end] if start < end else ""
    if re.search(r"\w", found):
        begin = start + len(found) - len(found.lstrip())
        yield begin, begin + len(found.strip())
