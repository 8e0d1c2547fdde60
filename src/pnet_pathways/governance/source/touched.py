"""What a change of the summary touches: statements, leaves, scenarios and diagrams."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ...model.pathway import Leaf, Pathways
from ...views.diagrams.plan import OVERVIEW_COURSE, OVERVIEW_ENTRY, pages_showing
from .comparison import Finding, NewText
from .locators import Kind, Owner

_OVERVIEW = {Kind.ADVICE: OVERVIEW_ENTRY, Kind.CARE_COURSE: OVERVIEW_COURSE}
"""What no leaf shows, and the page of the overview that does."""


@attrs.frozen
class Touched:
    """What a passage bears on.

    `statements` by id, `leaves` as ``pathway/track/leaf``, `scenarios` how many of those tracks' scenarios the statements
    answer, `diagrams` the names of the diagrams' pages that show it (``insulinoma-2``, ``overview-1``).
    """

    statements: tuple[str, ...]
    leaves: tuple[str, ...]
    scenarios: int
    diagrams: tuple[str, ...]


def touched_by(definition: Pathways, finding: Finding | NewText) -> Touched:
    """Return what a passage bears on; new words are taken to bear on the statement that they follow."""
    owners = finding.after if isinstance(finding, NewText) else finding.owners
    found = touched(definition, dict.fromkeys(one for owner in owners for one in _statements(definition, owner)))
    overview = dict.fromkeys(_OVERVIEW[owner.kind] for owner in owners if owner.kind in _OVERVIEW)
    return attrs.evolve(found, diagrams=(*overview, *found.diagrams))


def touched(definition: Pathways, statements: Iterable[str]) -> Touched:
    """Return the leaves, scenarios and diagrams of statements."""
    chosen = tuple(statements)
    leaves: list[tuple[str, str, str]] = []
    scenarios = 0
    for (name, track), table in definition.scenarios.items():
        own = set(chosen) & {statement.id for statement in definition.pathways[name].statements}
        for state in definition.pathways[name].tracks[track].states.values():
            if isinstance(state, Leaf) and any(statement in own for statement, _ in state.offers):
                leaves.append((name, track, state.name))
        scenarios += sum(any(statement in own for statement, _ in row.holds) for row in table.rows)
    diagrams = tuple(
        page
        for name in dict.fromkeys(name for name, *_ in leaves)
        for page in pages_showing(definition, name, {(track, leaf) for own, track, leaf in leaves if own == name})
    )
    return Touched(chosen, tuple("/".join(leaf) for leaf in leaves), scenarios, diagrams)


def _statements(definition: Pathways, owner: Owner) -> list[str]:
    if owner.kind is Kind.STATEMENT:
        return [owner.name]
    if owner.kind is Kind.TREATMENT:
        return [
            statement.id
            for pathway in definition.pathways.values()
            for statement in pathway.statements
            if any(owner.name in (*option.treatments, *option.optional) for option in statement.options)
        ]
    if owner.kind is Kind.NOT_STATEMENT:
        # An introduction bears on every statement of the sections that it stands in.
        claim = next(one for one in definition.not_statements if one.id == owner.name)
        sections = {locator.section for locator in claim.locators}
        return [
            statement.id
            for pathway in definition.pathways.values()
            for statement in pathway.statements
            if any(locator.section in sections for locator in statement.locators)
        ]
    return []
