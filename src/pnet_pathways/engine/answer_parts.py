"""What an answer is made of: options, gaps, what applies either way, and what an alternative would change."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import attrs

from ..model.pathway import Strength
from ..model.records import frozen
from ..model.wording import sorted_readings
from .nearest import NearestStatement
from .tables import GapKind, TrackGap

OR: Final = " Or: "
"""What joins the messages of one gap, each for another way in which it can arise."""


class Status(StrEnum):
    """`complete`: no unknown fact can change the answer; `incomplete`: some can; `out_of_scope`: not discussed."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    OUT_OF_SCOPE = "out_of_scope"


class Certainty(StrEnum):
    """`certain`: in every completion of the case; `possible`: in some, but not in all."""

    CERTAIN = "certain"
    POSSIBLE = "possible"


@frozen
class OfferedOption:
    """One option of an answer; the fields are those of the JSON contract.

    `treatments` are given together, `optional` "with or without". `item` is the running number of the list entry in the
    summary's section: options of one statement with the same item are alternatives joined by "or".
    """

    statement: str
    pathway: str
    track: str
    treatments: tuple[str, ...]
    optional: tuple[str, ...]
    strength: Strength
    certainty: Certainty
    depends_on: tuple[str, ...]
    readings: tuple[str, ...]
    intent: str | None
    choice: str | None
    item: int
    label: str


@frozen
class Gap:
    """What the section does not say, in one track.

    `kind` is ``silent`` where no statement leaves an option, ``combination`` where statements apply side by side and the
    section does not say what is done for all of them.
    """

    track: str
    kind: GapKind
    message: str
    certainty: Certainty
    depends_on: tuple[str, ...]
    readings: tuple[str, ...]
    found: tuple[TrackGap, ...] = attrs.field(repr=False, eq=False)

    @functools.cached_property
    def nearest(self) -> tuple[NearestStatement, ...]:
        """The statements that need the fewest facts changed; sought only when they are wanted."""
        return tuple(near for gap in self.found for near in gap.nearest)


def gap_of(group: str, found: Sequence[TrackGap], certain: bool, more: tuple[str, ...]) -> Gap:
    """Return the gap that gaps of a group's tracks make together; `more` facts on which it depends as well."""
    depends = dict.fromkeys([*more, *(fact for gap in found for fact in gap.depends_on)])
    return Gap(
        track=group,
        kind=found[0].kind,
        message=OR.join(dict.fromkeys(message for gap in found for message in gap.messages)),
        certainty=Certainty.CERTAIN if certain else Certainty.POSSIBLE,
        depends_on=() if certain else tuple(depends),
        readings=sorted_readings(tuple(reading for gap in found for reading in gap.readings)),
        found=tuple(found),
    )


@frozen
class OptionChange:
    """An option that an answer gives under an alternative too, and what differs then: by field, what it is and becomes."""

    option: OfferedOption
    fields: Mapping[str, tuple[Any, Any]]


@frozen
class AlternativeAnswer:
    """What one alternative of a reading, taken alone on top of those chosen, would change in an answer.

    `words` says it in a sentence for each track of the answer that changes.
    """

    reading: str
    alternative: str
    text: str
    options_added: tuple[OfferedOption, ...]
    options_removed: tuple[OfferedOption, ...]
    options_changed: tuple[OptionChange, ...]
    gaps_added: tuple[Gap, ...]
    gaps_removed: tuple[Gap, ...]
    gaps_changed: tuple[tuple[Gap, Certainty], ...]
    words: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def changes(self) -> bool:
        """Whether it changes anything."""
        options = self.options_added or self.options_removed or self.options_changed
        return bool(options or self.gaps_added or self.gaps_removed or self.gaps_changed)


@frozen
class EitherWay:
    """Treatments that no single statement offers in every completion of a case, while in each completion one of some does."""

    track: str
    treatments: tuple[str, ...]
    optional: tuple[str, ...]
    strength: Strength
    intent: str | None
    statements: tuple[str, ...]
    label: str
