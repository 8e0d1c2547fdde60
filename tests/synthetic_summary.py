"""A made-up summary for a clone without the source document: the locators' first and last words, headings, and filler."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from pnet_pathways.governance.source.anchors import Anchor, anchors_of
from pnet_pathways.model.hashing import text_digest
from pnet_pathways.model.pathway import Definitions

_LOCATOR = re.compile(r"(start: ([0-9]+), end: ([0-9]+), sha256: )(\"?)[0-9a-f]{64}(\"?)")


def synthetic_text(definitions: Definitions) -> str:
    """Return a text in which every locator's first and last words stand at their places."""
    anchors = anchors_of(definitions)
    cells: list[str | None] = [None] * (max(anchor.span[1] for anchor in anchors) + 400)

    def write(start: int, words: str) -> None:
        cells[start : start + len(words)] = list(words)

    write(0, " ".join(["Contents", *definitions.sections.values()]))
    for heading in definitions.sections.values():
        start = min(anchor.span[0] for anchor in anchors if anchor.locator.section == heading)
        before = max((anchor.span[1] for anchor in anchors if anchor.span[1] < start), default=0)
        # The page's own words stand between a heading and its section's first passage.
        fitting = [words for words in definitions.furniture if before + len(heading) + len(words) + 3 == start]
        for words in fitting[:1]:
            write(start - len(words) - 1, words)
        write(start - len(heading) - 1 - sum(len(words) + 1 for words in fitting[:1]), heading)
    for anchor in anchors:
        write(anchor.span[0], anchor.locator.first)
        write(anchor.span[1] - len(anchor.locator.last), anchor.locator.last)
    for part in definitions.parts:
        spans = [one.span for one in anchors if one.claims and one.locator.section == part.section]
        if part.begins:
            write(next(a.span[0] for a in anchors if a.claims and part.begins.startswith(a.locator.first)), part.begins)
        if part.ends:
            write(max(end for _, end in spans) + 1, part.ends)
    _share_twins(anchors, cells)
    write(len(cells) - 80, f"[PMID: {definitions.source.pmid}] Updated: October 7, 2022 The end.")
    return _filled(cells).strip()


def _share_twins(anchors: Iterable[Anchor], cells: list[str | None]) -> None:
    """Write what stands in one of several identical passages into all of them."""
    twins: dict[str, list[int]] = {}
    for anchor in anchors:
        twins.setdefault(anchor.locator.sha256, []).append(anchor.span[0])
    lengths = {anchor.locator.sha256: anchor.span[1] - anchor.span[0] for anchor in anchors}
    for key, starts in twins.items():
        for offset in range(lengths[key] if len(starts) > 1 else 0):
            known = next((cells[start + offset] for start in starts if cells[start + offset] is not None), None)
            for start in starts:
                cells[start + offset] = known


def _filled(cells: list[str | None]) -> str:
    pieces = []
    for empty, run in groupby(cells, key=lambda cell: cell is None):
        found = list(run)
        pieces.append(_filler(len(found)) if empty else "".join(cell or "" for cell in found))
    return "".join(pieces)


def _filler(length: int) -> str:
    """Return this many characters of words, with a space at either end."""
    if length < 3:
        return {0: "", 1: " ", 2: ", "}[length]
    letters = "".join(chr(97 + number * 7 % 26) for number in range(length))
    words = "".join(" " if number % 6 == 5 and number < length - 2 else letter for number, letter in enumerate(letters))
    return f" {words[1:-1]} "


def rehash(folder: Path, text: str) -> None:
    """Write the hashes of a text's passages into a folder of definitions."""
    for path in folder.glob("*.yaml"):
        path.write_text(
            _LOCATOR.sub(lambda m: f"{m[1]}{m[4]}{text_digest(text[int(m[2]) : int(m[3])])}{m[5]}", path.read_text())
        )
