"""What a set of definitions refers to, as frozen classes: passages, treatments, tracks of the answer, the source."""

from __future__ import annotations

import attrs

from .conditions import Condition
from .records import frozen


@attrs.frozen(order=True)
class Where:
    """A place in a definition file."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        from pathlib import PurePath

        return f"{PurePath(self.file)}:{self.line}:{self.column}"


@frozen
class Locator:
    """A passage of the summary: section heading, first and last words, span in the whitespace-collapsed text, SHA-256.

    `link_from` and `link_to` are words for its link where the first or last ones lead elsewhere on the page.
    """

    section: str
    first: str
    last: str
    start: int
    end: int
    sha256: str
    link_from: str = ""
    link_to: str = ""

    @property
    def words(self) -> tuple[str, str, str, str]:
        """Which words these are, wherever they stand: section, first and last words, hash."""
        return self.section, self.first, self.last, self.sha256


@frozen
class Treatment:
    """A treatment of the vocabulary: `label` in plain words, one-line `description`, and the overview's `term`."""

    id: str
    label: str
    description: str
    term: str
    locators: tuple[Locator, ...]
    where: Where | None = attrs.field(default=None, eq=False)


@frozen
class Advice:
    """What the summary raises for everyone; never an option."""

    id: str
    text: str
    locators: tuple[Locator, ...]


@frozen
class AnswerTrack:
    """One of the answer's tracks: its title and, where it can have gaps, the condition under which silence is one."""

    name: str
    title: str
    gap_when: Condition | None


@frozen
class Source:
    """The summary that everything stands in, and the disclaimer that every answer carries."""

    title: str
    publisher: str
    updated: str
    url: str
    pmid: str
    intended_use: str
    disclaimer: str
