"""Every single-point change of the alternatives of readings: of each statement as it then reads, and of what is said together.

Words are left alone here too; that every gap which arises has some is proven by `pnet verify`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs

from ...loading.yaml_source import Path_
from .statement_changes import Mutation, Parts, dropped, put, statement_changes

_OF_THE_BASE: Final = ("track", "readings")
"""What a statement keeps under an alternative, so that no change of it is one of the alternative."""


@attrs.frozen
class AlternativeChange:
    """A change of one alternative, and under which alternatives (by reading) it bears on answers."""

    mutation: Mutation
    reading: str
    alternative: str
    under: dict[str, str]


def alternative_changes(data: dict[str, Any], parts: Parts) -> Iterator[AlternativeChange]:
    """Yield every change of the readings file that bears on answers. The changed data are those of the whole file."""
    for reading, spec in data["readings"].items():
        for name, alternative in spec.get("alternatives", {}).items():
            path: Path_ = ("readings", reading, "alternatives", name)
            title = f"{reading}={name}"
            alone = {reading: name}
            for change in _statements_changes(alternative["statements"], parts):
                yield AlternativeChange(_placed(change, data, (*path, "statements"), title), reading, name, alone)
            for number, both in enumerate(alternative.get("together", ())):
                below: Path_ = (*path, "together", number)
                fewer = put(data, (*path, "together"), dropped(alternative["together"], number))
                under = alone | both["with"]
                gone = Mutation("together dropped", below, f"{title}: {_with(both)} dropped", fewer)
                yield AlternativeChange(gone, reading, name, under)
                for change in _statements_changes(both["statements"], parts):
                    placed = _placed(change, data, (*below, "statements"), f"{title}, {_with(both)}")
                    yield AlternativeChange(placed, reading, name, under)


def _with(both: dict[str, Any]) -> str:
    return "with " + " and ".join(f"{reading}={name}" for reading, name in both["with"].items())


def _placed(change: Mutation, data: dict[str, Any], path: Path_, title: str) -> Mutation:
    return attrs.evolve(change.below(path, data), what=f"{title}: {change.what}")


def _statements_changes(statements: list[Any], parts: Parts) -> Iterator[Mutation]:
    for number, statement in enumerate(statements):
        name = statement["id"]
        yield Mutation("statement dropped", (number,), f"{name} reads as it does anyway", dropped(statements, number))
        for change in statement_changes({"track": "", **statement}, (), parts):
            if change.path[0] not in _OF_THE_BASE:
                rewritten = {key: value for key, value in change.data.items() if key not in _OF_THE_BASE}
                own = attrs.evolve(change, data=rewritten, what=f"{name}: {change.what}")
                yield own.below((number,), statements)
