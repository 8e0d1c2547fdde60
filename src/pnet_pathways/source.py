"""The summary's own text beside the definitions: every locator resolved against a copy of the document.

The project holds no sentence of the summary; with a copy at hand each locator's passage can be read and checked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from .definition import Pathways
from .vocabulary import Locator


def collapse(text: str) -> str:
    """Return text with every run of white space as one space: what the spans of locators count in."""
    return re.sub(r"\s+", " ", text).strip()


def locators_of(definition: Pathways) -> Iterator[tuple[str, Locator]]:
    """Yield every locator of the definitions with the name of what it locates."""
    for pathway in definition.pathways.values():
        for statement in pathway.statements:
            yield from ((f"statement {statement.id}", locator) for locator in statement.locators)
    for treatment in definition.treatments.values():
        yield from ((f"treatment {treatment.id}", locator) for locator in treatment.locators)
    for advice in definition.advice:
        yield from ((f"advice {advice.id}", locator) for locator in advice.locators)
    for state in definition.care_course.states.values():
        yield from ((f"care course state {state.name}", locator) for locator in state.locators)
    for event in definition.care_course.events.values():
        yield from ((f"care course event {event.name}", locator) for locator in event.locators)
    for test in definition.workup.general_tests:
        yield from ((f"test {test.id}", locator) for locator in test.locators)
    for own in definition.workup.types.values():
        yield from ((f"work-up {own.type}, {field}", locator) for field, locator in own.locators)
        for test in own.tests:
            yield from ((f"work-up {own.type}, test {test.id}", locator) for locator in test.locators)


def passage(text: str, locator: Locator) -> str:
    """Return a locator's passage of the collapsed text.

    Raises `ValueError` saying what does not fit: the span, the first or last words, the hash or the section.
    """
    found = text[locator.start : locator.end]
    if len(found) < locator.end - locator.start:
        raise ValueError(f"the text ends before character {locator.end}")
    if not found.startswith(locator.first):
        raise ValueError(f"the passage begins '{found[:40]}', not '{locator.first}'")
    if not found.endswith(locator.last):
        raise ValueError(f"the passage ends '{found[-40:]}', not '{locator.last}'")
    if hashlib.sha256(found.encode()).hexdigest() != locator.sha256:
        raise ValueError(f"the passage between '{locator.first}' and '{locator.last}' has changed")
    # The heading stands in the table of contents first, and again where the section begins.
    if text.count(locator.section, 0, locator.start) < 1:
        raise ValueError(f"the section '{locator.section}' does not begin before it")
    return found
