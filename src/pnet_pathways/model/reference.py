"""The vocabulary of a set of definitions as frozen classes: places, passages, treatments, readings, wording, entry, work-up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

import attrs

from .conditions import Condition


@attrs.frozen(order=True)
class Where:
    """A place in a definition file."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{PurePath(self.file)}:{self.line}:{self.column}"


@attrs.frozen
class Locator:
    """A passage of the summary: section heading, first and last words, span in the whitespace-collapsed text, SHA-256."""

    section: str
    first: str
    last: str
    start: int
    end: int
    sha256: str

    @property
    def words(self) -> tuple[str, str, str, str]:
        """Which words these are, wherever they stand: section, first and last words, hash."""
        return self.section, self.first, self.last, self.sha256


@attrs.frozen
class Part:
    """A part of the summary in which every sentence is claimed: from its section's heading, or the words `begins`, on.

    `pathway` names the pathway whose statements stand there.
    """

    pathway: str
    title: str
    section: str
    begins: str
    ends: str


@attrs.frozen
class NotStatement:
    """Sentences of the claimed parts that are no pathway statement, with the reason."""

    id: str
    reason: str
    locators: tuple[Locator, ...]


@attrs.frozen
class Treatment:
    """A treatment of the vocabulary: `label` in plain words, one-line `description`, and the overview's `term`."""

    id: str
    label: str
    description: str
    term: str
    locators: tuple[Locator, ...]
    where: Where | None = attrs.field(default=None, eq=False)


@attrs.frozen
class Advice:
    """What the summary raises for everyone; never an option."""

    id: str
    text: str
    locators: tuple[Locator, ...]


@attrs.frozen
class AnswerTrack:
    """One of the answer's tracks: its title and, where it can have gaps, the condition under which silence is one."""

    name: str
    title: str
    gap_when: Condition | None


@attrs.frozen
class Source:
    """The summary that everything stands in, and the disclaimer that every answer carries."""

    title: str
    publisher: str
    updated: str
    url: str
    pmid: str
    intended_use: str
    disclaimer: str


@attrs.frozen
class CareState:
    """A state of the care course, with its label and the passage it stands in."""

    name: str
    label: str
    locators: tuple[Locator, ...]
    where: Where | None = attrs.field(default=None, eq=False)


@attrs.frozen
class CareEvent:
    """An event of the care course: from which states, to which state, and the facts that it sets (`None`: unknown again)."""

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    sets: Mapping[str, str | bool | None]
    locators: tuple[Locator, ...]


@attrs.frozen
class CareCourseDefinition:
    """The care course over time as data."""

    start: str
    sets: Mapping[str, str | bool | None]
    states: Mapping[str, CareState]
    events: Mapping[str, CareEvent]


@attrs.frozen
class DiagnosticTest:
    """A diagnostic test that the summary names."""

    id: str
    name: str
    what: str
    locators: tuple[Locator, ...]


@attrs.frozen
class Workup:
    """What the summary says of one tumor type before treatment; `silent_on` names what it leaves out."""

    type: str
    name: str
    hormone: str | None
    also_called: tuple[str, ...]
    typical_site: str | None
    behavior: str | None
    signs: tuple[str, ...]
    tests: tuple[DiagnosticTest, ...]
    scope_note: str
    silent_on: tuple[str, ...]
    locators: tuple[tuple[str, Locator], ...]


@attrs.frozen
class WorkupDefinition:
    """The work-up of every tumor type, and the tests that hold for all of them."""

    general_tests: tuple[DiagnosticTest, ...]
    types: Mapping[str, Workup]
