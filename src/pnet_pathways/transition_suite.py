"""A plain suite that takes every transition of a pathway, for the pytest plugin."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from .case import Case
from .definition import Pathway, Pathways
from .errors import PnetPathwaysError, listed, suggest
from .facts import NotApplicable, TumorType, plain

COVERS = ("transitions",)


@attrs.frozen
class SuiteCase:
    """One case of a suite."""

    id: str
    case: Case


@attrs.frozen
class TransitionSuite:
    """Cases that together take every transition of a pathway."""

    definition: Pathways
    pathway: Pathway

    def records(self) -> Iterator[SuiteCase]:
        """Yield the cases with their ids."""
        name = self.pathway.name
        kind = next((kind for kind in TumorType if self.definition.types[kind].pathway == name), None)
        for track in self.pathway.tracks:
            for number, values in enumerate(self._rows(track), 1):
                yield SuiteCase(f"{name}/{track}.{number}", Case().with_(tumor_type=kind, **values))

    def _rows(self, track: str) -> Iterator[dict[str, object]]:
        table = self.definition.scenarios[self.pathway.name, track]
        taken: set[tuple[str, str]] = set()
        # The longest paths first: they take most. A track that asks nothing needs one case for its leaf.
        for number, row in enumerate(sorted(table.rows, key=lambda row: -len(row.path))):
            if number == 0 or not taken.issuperset(row.path):
                taken.update(row.path)
                told = zip(table.facts, row.values, strict=True)
                yield {name: plain(value) for name, value in told if not isinstance(value, NotApplicable)}


def suite(pathway: str, cover: str, pathways: Pathways) -> TransitionSuite:
    """Return a suite; `cover` is one of `COVERS`. Raises `PnetPathwaysError` for no such cover or pathway."""
    for kind, given, allowed in (("cover", cover, COVERS), ("pathway", pathway, tuple(pathways.pathways))):
        if given not in allowed:
            raise PnetPathwaysError(f"there is no {kind} '{given}' ({suggest(given, allowed) or listed(allowed)})")
    return TransitionSuite(pathways, pathways.pathways[pathway])
