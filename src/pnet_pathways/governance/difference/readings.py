"""The readings on record as data and as text: what speaks for and against each, and what each alternative would change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from ...engine.answer import locator_dict
from ...loading.chosen_readings import definitions_under
from ...model.pathway import Alternative, Definitions, Reading
from ...model.text import locator_text, wrap
from .answers import Difference, compare
from .text import as_data, change_lines
from .words import StateChanges


def alternative_difference(definitions: Definitions, alternative: Alternative) -> Difference:
    """Return which scenarios get another answer where one alternative is chosen, over the pathways that it bears on."""
    # Which statements an alternative rewrites is said by the answers; its words are shown beside them.
    under = attrs.evolve(definitions_under(definitions, {alternative.reading: alternative.id}), readings=definitions.readings)
    return compare(definitions, under, alternative.pathways)


def reading_data(definitions: Definitions, reading: Reading, *, differences: bool) -> dict[str, Any]:
    """Return a reading as data; `differences` adds to each alternative which scenarios change and how."""
    return {
        "id": reading.id,
        "title": reading.title,
        "text": reading.text,
        "for": [locator_dict(locator) for locator in reading.evidence_for],
        "against": [locator_dict(locator) for locator in reading.evidence_against],
        "alternatives": [_alternative_data(definitions, one, differences) for one in reading.alternatives.values()],
    }


def _alternative_data(definitions: Definitions, one: Alternative, differences: bool) -> dict[str, Any]:
    data: dict[str, Any] = {"id": one.id, "text": one.text, "statements": list(one.named)}
    if differences:
        found = as_data(alternative_difference(definitions, one))
        kept = ("pathway", "compared", "changed", "changes")
        data |= {key: found[key] for key in ("compared", "changed")}
        data["pathways"] = [{key: pathway[key] for key in kept} for pathway in found["pathways"]]
    return data


def readings_text(definitions: Definitions) -> str:
    """Return the list of readings, each with its alternatives."""
    lines = []
    for reading in definitions.readings.values():
        lines.extend(wrap(f"{reading.id}  ", f"{reading.title}. {reading.text}"))
        for one in reading.alternatives.values():
            lines.extend(wrap(f"    {one.name}  ", f"{one.text} [{', '.join(one.named)}]"))
    return "\n".join([*lines, "", *wrap("", definitions.source.disclaimer)]) + "\n"


def reading_text(definitions: Definitions, reading: Reading) -> str:
    """Return one reading with its evidence, and for each alternative which scenarios change and how."""
    return "\n".join(_reading_lines(definitions, reading)) + "\n"


def _reading_lines(definitions: Definitions, reading: Reading) -> Iterator[str]:
    yield f"{reading.id}  {reading.title}"
    yield from wrap("    ", reading.text)
    for head, locators in (("    for: ", reading.evidence_for), ("    against: ", reading.evidence_against)):
        for locator in locators:
            yield from wrap(head, locator_text(locator))
    for one in reading.alternatives.values():
        yield ""
        yield one.name
        yield from wrap("    ", one.text)
        yield from wrap("    rewrites: ", ", ".join(one.named))
        difference = alternative_difference(definitions, one)
        for pathway in difference.pathways:
            yield f"    {pathway.pathway}: {pathway.changed:,} of {pathway.compared:,} scenarios get another answer"
            answers_only = attrs.evolve(pathway, states=StateChanges(), words=())
            yield from (f"      {line}" for line in change_lines(difference, answers_only))
    if not reading.alternatives:
        yield "    No other way to read it is on record."
    yield ""
    yield from wrap("", definitions.source.disclaimer)
