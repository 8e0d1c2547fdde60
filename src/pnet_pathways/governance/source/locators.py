"""The locators of the definitions, whose they are, and whether a text holds what one of them names."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

import attrs

from ...model.hashing import text_digest
from ...model.pathway import Definitions
from ...model.reference import Locator
from .copies import fold, loose
from .typography import parted, settings

_MOST_SETTINGS: Final = 50_000


class OwnerKind(StrEnum):
    """What a locator belongs to."""

    STATEMENT = "statement"
    NOT_STATEMENT = "not a statement"
    TREATMENT = "treatment"
    READING = "reading"
    ADVICE = "advice"
    CARE_COURSE = "care course"
    WORKUP = "work-up"
    BACKGROUND = "background"


@attrs.frozen(order=True)
class Owner:
    """What a locator belongs to: its kind and name."""

    kind: OwnerKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def owners_of(definitions: Definitions) -> Iterator[tuple[Owner, Locator]]:
    """Yield every locator of the definitions with what it belongs to."""
    for pathway in definitions.pathways.values():
        for statement in pathway.statements:
            yield from ((Owner(OwnerKind.STATEMENT, statement.id), locator) for locator in statement.locators)
    plain: Iterable[tuple[OwnerKind, Iterable[tuple[str, tuple[Locator, ...]]]]] = (
        (OwnerKind.NOT_STATEMENT, ((one.id, one.locators) for one in definitions.not_statements)),
        (OwnerKind.TREATMENT, ((one.id, one.locators) for one in definitions.treatments.values())),
        (OwnerKind.READING, ((one.id, one.evidence_for + one.evidence_against) for one in definitions.readings.values())),
        (OwnerKind.ADVICE, ((one.id, one.locators) for one in definitions.advice)),
    )
    for kind, named in plain:
        yield from ((Owner(kind, name), locator) for name, locators in named for locator in locators)
    yield from _beside_options(definitions)


def _beside_options(definitions: Definitions) -> Iterator[tuple[Owner, Locator]]:
    """Yield the locators of what leads to no option: care course, work-up, background."""
    for state in definitions.care_course.states.values():
        yield from ((Owner(OwnerKind.CARE_COURSE, f"state {state.name}"), locator) for locator in state.locators)
    for event in definitions.care_course.events.values():
        yield from ((Owner(OwnerKind.CARE_COURSE, f"event {event.name}"), locator) for locator in event.locators)
    for test in definitions.workup.general_tests:
        yield from ((Owner(OwnerKind.WORKUP, f"test {test.id}"), locator) for locator in test.locators)
    for own in definitions.workup.types.values():
        yield from ((Owner(OwnerKind.WORKUP, f"{own.type}, {field}"), locator) for field, locator in own.locators)
        for test in own.tests:
            yield from ((Owner(OwnerKind.WORKUP, f"{own.type}, test {test.id}"), locator) for locator in test.locators)
    for topic in definitions.background.topics.values():
        for entry in topic.entries:
            yield from ((Owner(OwnerKind.BACKGROUND, f"{topic.name}, {entry.id}"), locator) for locator in entry.locators)


def passage(text: str, locator: Locator) -> str:
    """Return a locator's passage of the collapsed text, at its very place.

    Raises `ValueError` saying what does not fit: the span, the first or last words, the hash or the section.
    """
    found = text[locator.start : locator.end]
    if len(found) < locator.end - locator.start:
        raise ValueError(f"the text ends before character {locator.end}")
    if not found.startswith(locator.first):
        raise ValueError(f"the passage begins '{found[:40]}', not '{locator.first}'")
    if not found.endswith(locator.last):
        raise ValueError(f"the passage ends '{found[-40:]}', not '{locator.last}'")
    if text_digest(found) != locator.sha256:
        raise ValueError(f"the passage between '{locator.first}' and '{locator.last}' has changed")
    # The heading stands in the table of contents first, and again where the section begins.
    if text.count(locator.section, 0, locator.start) < 1:
        raise ValueError(f"the section '{locator.section}' does not begin before it")
    return found


def same_words(text: str, locator: Locator) -> bool:
    """Return whether a collapsed text is a locator's passage, however it is spaced at punctuation and its signs are set.

    The hash is that of one setting. Where this one differs, each setting of the right length is tried: there are few, and
    a hash that fits proves that the words are the same.
    """
    length = locator.end - locator.start
    if len(text) == length and text_digest(text) == locator.sha256:
        return True
    folded = fold(text)
    if not len(folded) - 2 * parted(folded) <= length <= len(folded) + sum(loose(folded, one) for one in range(len(folded))):
        return False
    tried = itertools.chain.from_iterable(_spaced_digests(one, length) for one in settings(folded))
    return locator.sha256 in itertools.islice(tried, _MOST_SETTINGS)


def set_alike(text: str, locator: Locator) -> bool:
    """Return whether a passage's signs are set as the locator's were, whatever the spacing at punctuation."""
    return locator.sha256 in _spaced_digests(fold(text), locator.end - locator.start)


def _spaced_digests(folded: str, length: int) -> Iterator[str]:
    """Yield the hashes of a text in each spacing that has a length, unless there are too many."""
    gaps = [place for place in range(len(folded)) if loose(folded, place)]
    spaces = length - len(folded)
    if 0 <= spaces <= len(gaps) and math.comb(len(gaps), spaces) <= _MOST_SETTINGS:
        for chosen in itertools.combinations(gaps, spaces):
            ends = (0, *chosen, len(folded))
            yield text_digest(" ".join(folded[start:end] for start, end in itertools.pairwise(ends)))
