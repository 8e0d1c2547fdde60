"""The shape of the files that lead to no option: care course, work-up and background. As in `schema`, fields are described."""

from __future__ import annotations

from typing import Literal

import attrs

from .schema_base import LocatorSpec, described


@attrs.frozen
class CareStateSpec:
    """A state of the care course."""

    label: str = described("for people")
    locators: tuple[LocatorSpec, ...] = described("where it stands in the summary", default=())


@attrs.frozen
class CareEventSpec:
    """An event of the care course."""

    label: str = described("for people")
    sources: tuple[str, ...] = described("states it can happen in")
    target: str = described("state it leads to")
    sets: dict[str, str | bool | None] = described("facts it sets; null makes a fact or group unknown again", factory=dict)
    locators: tuple[LocatorSpec, ...] = described("where it stands in the summary", default=())


@attrs.frozen
class CareCourseFile:
    """care_course.yaml: the care course over time."""

    start: str = described("first state")
    sets: dict[str, str | bool | None] = described("facts that hold at the start")
    states: dict[str, CareStateSpec] = described("states by name", names="name")
    events: dict[str, CareEventSpec] = described("events by name", names="name")
    subject: str = described("whose course it is, with an article, as in 'Where a case stands'", default="a case")


@attrs.frozen
class AfterSpec:
    """The test that comes first, and the result of it that a further test needs."""

    test: str = described("id of a test of the same type, or for every type")
    result: Literal["normal", "abnormal"] = described("its result")


@attrs.frozen
class TestSpec:
    """A diagnostic test."""

    __test__ = False

    id: str = described("name", names="id")
    name: str = described("for people")
    what: str = described("what it shows, own words")
    locator: LocatorSpec = described("where it stands in the summary")
    fasting_hours: int | None = described(
        "hours without food and drink before it, at least; left out: not said", positive=True, default=None
    )
    after: AfterSpec | None = described("the test and result that it may follow; left out: not said", default=None)


@attrs.frozen
class SyndromeSpec:
    """A syndrome that a type causes; no other name of the type itself."""

    name: str = described("for people")
    what: str = described("what it is, own words")


@attrs.frozen
class FieldLocatorSpec(LocatorSpec):
    """Where a field of a type's work-up stands."""

    field: Literal["hormone", "also_called", "syndromes", "typical_site", "behavior", "signs", "scope"] = described(
        "the field", kw_only=True
    )


@attrs.frozen
class WorkupSpec:
    """A type's work-up."""

    name: str = described("for people")
    hormone: str | None = described("what it makes too much of")
    also_called: tuple[str, ...] = described("further names of it")
    typical_site: str | None = described("where it usually forms")
    behavior: str | None = described("how it usually behaves")
    signs: tuple[str, ...] = described("what it may cause")
    tests: tuple[TestSpec, ...] = described("tests for this type")
    silent_on: tuple[str, ...] = described("fields that the summary leaves out")
    locators: tuple[FieldLocatorSpec, ...] = described("a passage for each field")
    scope_note: str = described("why out of scope", default="")
    syndromes: tuple[SyndromeSpec, ...] = described("syndromes that it causes", default=())


@attrs.frozen
class GeneralSpec:
    """What holds for every type."""

    tests: tuple[TestSpec, ...] = described("tests for every type")
    not_for: tuple[str, ...] = described("types that these tests are not for", default=())


@attrs.frozen
class WorkupFile:
    """workup.yaml: what the summary says before treatment."""

    general: GeneralSpec = described("for every type")
    types: dict[str, WorkupSpec] = described("by type")


@attrs.frozen
class BackgroundEntrySpec:
    """One thing that the summary says, and that leads to no option."""

    id: str = described("name, unique in the topic", names="id")
    text: str = described("own words")
    locators: tuple[LocatorSpec, ...] = described("where it stands in the summary")
    about: tuple[str, ...] = described("treatments and types (answers to the entry question) that it is about", default=())
    condition: str = described("in own words, when it holds; left out: the summary sets no condition", default="")
    examples: tuple[str, ...] = described("names that the summary gives as examples", default=())


@attrs.frozen
class BackgroundTopicSpec:
    """What the summary says on one topic."""

    title: str = described("title for people")
    entries: tuple[BackgroundEntrySpec, ...] = described("what it says, in order")


@attrs.frozen
class BackgroundFile:
    """background.yaml: what the summary says besides, by topic. A folder need not hold this file."""

    topics: dict[str, BackgroundTopicSpec] = described("topics by name", names="id", factory=dict)
