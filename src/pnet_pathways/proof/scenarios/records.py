"""What a pathway says of one scenario: the path through each track, the options, the gaps; with a readable id and the case."""

from __future__ import annotations

from typing import Any

import attrs

from ...engine.tables import GapKind
from ...model.case import Case
from ...model.pathway import Definitions, Option


@attrs.frozen
class TrackPath:
    """The way of a scenario through one track: its states with the answers that led on, and the leaf."""

    track: str
    answers: tuple[tuple[str, str], ...]
    leaf: str

    def __str__(self) -> str:
        return " > ".join([*(f"{state}: {answer}" for state, answer in self.answers), self.leaf])


@attrs.frozen
class ScenarioGap:
    """A gap of a scenario: the track, the leaf that names it, its kind, what the section does not say, and the readings."""

    track: str
    leaf: str
    kind: GapKind
    message: str
    readings: tuple[str, ...]


@attrs.frozen
class ScenarioRecord:
    """One scenario and what its pathway says of it. `options` and `gaps` are those of this pathway alone."""

    id: str
    pathway: str
    case: Case
    paths: tuple[TrackPath, ...]
    options: tuple[Option, ...]
    gaps: tuple[ScenarioGap, ...]
    definitions: Definitions = attrs.field(repr=False, eq=lambda definitions: definitions.content_hash)

    @property
    def readings(self) -> tuple[str, ...]:
        """The ids of the readings that bear on the options and gaps."""
        found = [*(key for option in self.options for key in self._readings(option))]
        return tuple(dict.fromkeys([*found, *(key for gap in self.gaps for key in gap.readings)]))

    def _readings(self, option: Option) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.definitions.statement(option.statement).readings, *option.readings)))

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain data, as a line of JSON Lines holds it; `case` is the JSON contract of a case."""
        return {
            "id": self.id,
            "pathway": self.pathway,
            "case": self.case.to_dict(),
            "paths": {
                path.track: {
                    "answers": [{"state": state, "answer": answer} for state, answer in path.answers],
                    "leaf": path.leaf,
                }
                for path in self.paths
            },
            "options": [
                {
                    "statement": option.statement,
                    "treatments": list(option.treatments),
                    "optional": list(option.optional),
                    "strength": str(option.strength),
                    "intent": option.intent,
                    "choice": option.choice,
                    "readings": list(self._readings(option)),
                }
                for option in self.options
            ],
            "gaps": [
                {"track": gap.track, "leaf": gap.leaf, "message": gap.message, "readings": list(gap.readings)}
                for gap in self.gaps
            ],
            "definition": {"version": self.definitions.version, "hash": self.definitions.content_hash},
            "disclaimer": self.definitions.source.disclaimer,
        }
