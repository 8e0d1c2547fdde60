"""What definitions say beside their pathways, as frozen classes: care course, work-up, background, other sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from .records import frozen
from .reference import Locator, Where


@frozen
class RepeatedOption:
    """Treatments that two statements offer in one case on purpose, and why; of one statement, where its own options repeat."""

    statements: frozenset[str]
    treatments: frozenset[str]
    because: str
    where: Where | None = attrs.field(default=None, eq=False)


@frozen
class Part:
    """A part of the summary in which every sentence is claimed: from its section's heading, or the words `begins`, on.

    `pathway` names the pathway whose statements stand there.
    """

    pathway: str
    title: str
    section: str
    begins: str
    ends: str


@frozen
class NotStatement:
    """Sentences of the claimed parts that are no pathway statement, with the reason."""

    id: str
    reason: str
    locators: tuple[Locator, ...]


@frozen
class CareState:
    """A state of the care course, with its label and the passage it stands in."""

    name: str
    label: str
    locators: tuple[Locator, ...]
    where: Where | None = attrs.field(default=None, eq=False)


@frozen
class CareEvent:
    """An event of the care course: from which states, to which state, and the facts that it sets.

    `None` makes a fact unknown again, or each member of a group.
    """

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    sets: Mapping[str, str | bool | None]
    locators: tuple[Locator, ...]


@frozen
class CareCourseDefinition:
    """The care course over time as data; `subject` is whom or what it is the course of, with its article."""

    start: str
    sets: Mapping[str, str | bool | None]
    states: Mapping[str, CareState]
    events: Mapping[str, CareEvent]
    subject: str


@frozen
class AfterTest:
    """A test, and the result of it (``normal`` or ``abnormal``) after which another may be done."""

    test: str
    result: str


@frozen
class DiagnosticTest:
    """A diagnostic test that the summary names.

    `fasting_hours` is for how long at least there is no food or drink before it, and `after` the result that it may
    follow; both are `None` where the summary says nothing of the kind.
    """

    id: str
    name: str
    what: str
    locators: tuple[Locator, ...]
    fasting_hours: int | None = None
    after: AfterTest | None = None


@frozen
class Syndrome:
    """A syndrome that a type causes: no other name of it."""

    name: str
    what: str


@frozen
class Workup:
    """What the summary says of one type before treatment; `silent_on` names what it leaves out."""

    type: str
    name: str
    hormone: str | None
    also_called: tuple[str, ...]
    syndromes: tuple[Syndrome, ...]
    typical_site: str | None
    behavior: str | None
    signs: tuple[str, ...]
    tests: tuple[DiagnosticTest, ...]
    scope_note: str
    silent_on: tuple[str, ...]
    locators: tuple[tuple[str, Locator], ...]


@frozen
class WorkupDefinition:
    """The work-up of every type, the tests that hold for all of them, and the types that these are `not_for`."""

    general_tests: tuple[DiagnosticTest, ...]
    types: Mapping[str, Workup]
    not_for: tuple[str, ...] = ()

    def general_tests_of(self, kind: str) -> tuple[DiagnosticTest, ...]:
        """Return the general tests that are for a type: all or none."""
        return () if kind in self.not_for else self.general_tests


@frozen
class BackgroundEntry:
    """One thing that the summary says, in own words, and that leads to no option.

    `about` names treatments and types; `condition` says when it holds (empty: no condition is set); `examples` are names
    that the summary gives.
    """

    id: str
    text: str
    locators: tuple[Locator, ...]
    about: tuple[str, ...] = ()
    condition: str = ""
    examples: tuple[str, ...] = ()


@frozen
class BackgroundTopic:
    """What the summary says on one topic."""

    name: str
    title: str
    entries: tuple[BackgroundEntry, ...]


@frozen
class Background:
    """What the summary says besides options, by topic; empty where a document has no background."""

    topics: Mapping[str, BackgroundTopic] = attrs.field(factory=dict)

    def about(self, name: str) -> Iterator[tuple[BackgroundTopic, BackgroundEntry]]:
        """Yield the entries about a treatment or a type, by its id, each with its topic."""
        for topic in self.topics.values():
            yield from ((topic, entry) for entry in topic.entries if name in entry.about)
