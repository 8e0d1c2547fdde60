"""What a change of the summary touches: statements, leaves, scenarios and diagrams."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ...model.pathway import Definitions, Leaf
from ...views.diagrams.plan import OVERVIEW_COURSE, OVERVIEW_ENTRY, pages_showing
from .comparison import Finding
from .locators import Owner, OwnerKind

_OVERVIEW = {OwnerKind.ADVICE: OVERVIEW_ENTRY, OwnerKind.CARE_COURSE: OVERVIEW_COURSE}
"""What no leaf shows, and the page of the overview that does."""


@attrs.frozen
class Impact:
    """What a passage bears on.

    `statements` by id, `leaves` as ``pathway/track/leaf``, `scenarios` how many of those tracks' scenarios the statements
    answer, `diagrams` the names of the diagrams' pages that show it (``overview``).
    """

    statements: tuple[str, ...]
    leaves: tuple[str, ...]
    scenarios: int
    diagrams: tuple[str, ...]


NOTHING = Impact((), (), 0, ())


def touched_by(definitions: Definitions, finding: Finding) -> Impact:
    """Return what a passage bears on."""
    found = touched(definitions, dict.fromkeys(one for owner in finding.owners for one in _statements(definitions, owner)))
    overview = dict.fromkeys(_OVERVIEW[owner.kind] for owner in finding.owners if owner.kind in _OVERVIEW)
    return attrs.evolve(found, diagrams=(*overview, *found.diagrams))


def touched(definitions: Definitions, statements: Iterable[str]) -> Impact:
    """Return the leaves, scenarios and diagrams of statements."""
    chosen = tuple(statements)
    leaves: list[tuple[str, str, str]] = []
    scenarios = 0
    for (name, track), table in definitions.scenarios.items():
        own = set(chosen) & {statement.id for statement in definitions.pathways[name].statements}
        for state in definitions.pathways[name].tracks[track].states.values():
            if isinstance(state, Leaf) and any(statement in own for statement, _ in state.offers):
                leaves.append((name, track, state.name))
        scenarios += sum(any(statement in own for statement, _ in row.holds) for row in table.rows)
    diagrams = tuple(
        page
        for name in dict.fromkeys(name for name, *_ in leaves)
        for page in pages_showing(definitions, name, {(track, leaf) for own, track, leaf in leaves if own == name})
    )
    return Impact(chosen, tuple("/".join(leaf) for leaf in leaves), scenarios, diagrams)


def _statements(definitions: Definitions, owner: Owner) -> list[str]:
    if owner.kind is OwnerKind.STATEMENT:
        return [owner.name]
    if owner.kind is OwnerKind.TREATMENT:
        return _using(definitions, {owner.name})
    if owner.kind is OwnerKind.BACKGROUND:
        # What it says of a treatment bears on the statements that use it.
        named = (
            entry.about
            for topic in definitions.background.topics.values()
            for entry in topic.entries
            if f"{topic.name}, {entry.id}" == owner.name
        )
        return _using(definitions, set(next(named, ())))
    if owner.kind is OwnerKind.NOT_STATEMENT:
        # An introduction bears on every statement of the sections that it stands in.
        claim = next(one for one in definitions.not_statements if one.id == owner.name)
        sections = {locator.section for locator in claim.locators}
        return [
            statement.id
            for pathway in definitions.pathways.values()
            for statement in pathway.statements
            if any(locator.section in sections for locator in statement.locators)
        ]
    return []


def _using(definitions: Definitions, treatments: set[str]) -> list[str]:
    """Return the statements with an option that uses one of some treatments."""
    return [
        statement.id
        for pathway in definitions.pathways.values()
        for statement in pathway.statements
        if any(treatments & {*option.treatments, *option.optional} for option in statement.options)
    ]
