"""What a change of the summary touches: statements, leaves, scenarios and diagrams."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ..definition import Leaf, Pathways
from .comparison import Finding, NewText
from .locators import Kind, Owner


@attrs.frozen
class Touched:
    """What a passage bears on.

    `statements` by id, `leaves` as ``pathway/track/leaf``, `scenarios` how many of those tracks' scenarios the statements
    answer, `diagrams` the pathways whose diagrams show them.
    """

    statements: tuple[str, ...]
    leaves: tuple[str, ...]
    scenarios: int
    diagrams: tuple[str, ...]


def touched_by(definition: Pathways, finding: Finding | NewText) -> Touched:
    """Return what a passage bears on; new words are taken to bear on the statement that they follow."""
    owners = finding.after if isinstance(finding, NewText) else finding.owners
    return touched(definition, dict.fromkeys(one for owner in owners for one in _statements(definition, owner)))


def touched(definition: Pathways, statements: Iterable[str]) -> Touched:
    """Return the leaves, scenarios and diagrams of statements."""
    chosen = tuple(statements)
    leaves: list[str] = []
    diagrams: list[str] = []
    scenarios = 0
    for (name, track), table in definition.scenarios.items():
        own = set(chosen) & {statement.id for statement in definition.pathways[name].statements}
        for state in definition.pathways[name].tracks[track].states.values():
            if isinstance(state, Leaf) and any(statement in own for statement, _ in state.offers):
                leaves.append(f"{name}/{track}/{state.name}")
                diagrams.append(name)
        scenarios += sum(any(statement in own for statement, _ in row.holds) for row in table.rows)
    return Touched(chosen, tuple(leaves), scenarios, tuple(dict.fromkeys(diagrams)))


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
