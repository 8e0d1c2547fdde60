"""Which statements of a silent track come nearest to a case, and in which facts they differ from it."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import attrs

from ..model.frames import Frame, places
from ..model.pathway import Pathway, Statement, Track
from ..model.records import frozen
from ..model.scenario_rows import Row
from ..model.values import Value


@frozen
class Mismatch:
    """A fact in which a case differs from what a statement needs; `value` is `None` where unknown."""

    fact: str
    value: Value | None
    needs: tuple[Value, ...]


@frozen
class NearestStatement:
    """A statement that comes nearest, and the facts in which the case differs from it: all of them, or `any_one` of them."""

    statement: str
    differs: tuple[Mismatch, ...]
    any_one: bool = False

    @property
    def known(self) -> int:
        """How many known facts would have to change."""
        changed = sum(one.value is not None for one in self.differs)
        return min(1, changed) if self.any_one else changed


@attrs.define(eq=False)
class Nearest:
    """The statements of one track, with the rows of its table in which each leaves an option, as masks."""

    frame: Frame
    pathway: Pathway
    track: Track
    rows: tuple[Row, ...]
    _holds: dict[str, int] = attrs.field(init=False, factory=dict)
    _memo: dict[tuple[Value | None, ...], tuple[NearestStatement, ...]] = attrs.field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        for number, row in enumerate(self.rows):
            for identifier in {identifier for identifier, _ in row.holds}:
                self._holds[identifier] = self._holds.get(identifier, 0) | 1 << number

    def to(self, known: tuple[Value | None, ...]) -> tuple[NearestStatement, ...]:
        """Return the statements that need the fewest known facts changed; `known` are the values of the table's facts."""
        if known not in self._memo:
            self._memo[known] = self._nearest(known)
        return self._memo[known]

    def _nearest(self, given: Sequence[Value | None]) -> tuple[NearestStatement, ...]:
        # A fact that does not apply takes the value that others leave it: it counts as unknown.
        scenario = {name: value for name, value in zip(self.frame.facts, given, strict=True) if value is not None}
        known = [scenario.get(name) if self.frame.vocabulary.applies(name, scenario) else None for name in self.frame.facts]
        levels = self._levels(known)
        found = [
            near
            for statement in self.pathway.statements
            if self.track.name in dict(statement.placements)
            for near in [self._near(statement, known, levels)]
            if near is not None
        ]
        fewest = min((near.known for near in found), default=0)
        return tuple(near for near in found if near.known == fewest)

    def _levels(self, known: Sequence[Value | None]) -> list[int]:
        """Return the rows that differ from what is known in no fact, in one, in two, and so on; all have the known type."""
        everything = self.frame.everything
        for name, value in zip(self.frame.facts, known, strict=True):
            if name == self.frame.vocabulary.entry and value is not None:
                everything = self.frame.literals[name].get(value, 0)
        levels = [everything]
        for literal, value in zip(self.frame.literals.values(), known, strict=True):
            if value is not None:
                agree = literal.get(value, 0)
                other = everything & ~agree
                levels = [
                    (levels[at] & agree if at < len(levels) else 0) | (levels[at - 1] & other if at else 0)
                    for at in range(len(levels) + 1)
                ]
        return levels

    def _near(self, statement: Statement, known: Sequence[Value | None], levels: list[int]) -> NearestStatement | None:
        holds = self._holds.get(statement.id, 0)
        fewest, closest = next(((count, holds & level) for count, level in enumerate(levels) if holds & level), (0, 0))
        if not closest:
            return None
        ways: dict[tuple[int, ...], list[Row]] = {}
        for row in (self.rows[number] for number in places(closest)):
            differs = tuple(at for at, value in enumerate(known) if value is not None and value != row.values[at])
            ways.setdefault(differs, []).append(row)
        own = statement.facts
        if fewest == 1 and len(ways) > 1:
            # Several facts of which changing one is enough.
            found = [one for way, rows in ways.items() for one in self._differences(known, rows, way, own)]
            return NearestStatement(statement.id, tuple(one for one in found if one.value is not None), any_one=True)
        way, rows = next(iter(ways.items()))
        found = list(self._differences(known, rows, way, own))
        if found:
            return NearestStatement(statement.id, tuple(found))
        enough = self._enough(known, levels[0], holds, own)
        return NearestStatement(statement.id, enough, any_one=len(enough) > 1)

    def _differences(
        self, known: Sequence[Value | None], rows: list[Row], way: tuple[int, ...], own: tuple[str, ...]
    ) -> Iterator[Mismatch]:
        """Yield the known facts to change, and the unknown ones that the statement narrows further than these do."""
        around = self._around(known, rows, way)
        for at, name in enumerate(self.frame.facts):
            if at in way or (known[at] is None and name in own):
                there = {row.values[at] for row in rows}
                values, literal = self.frame.vocabulary.facts[name].values, self.frame.literals[name]
                needs = tuple(one for one in values if one in there)
                if needs and (at in way or any(literal.get(one, 0) & around for one in values if one not in there)):
                    yield Mismatch(name, known[at], needs)

    def _around(self, known: Sequence[Value | None], rows: list[Row], way: tuple[int, ...]) -> int:
        """Return the rows that keep what is known and have the values of some rows in the facts to change."""
        around = self.frame.everything
        for at, (name, value) in enumerate(zip(self.frame.facts, known, strict=True)):
            literal = self.frame.literals[name]
            if at in way:
                around &= functools.reduce(int.__or__, (literal[one] for one in {row.values[at] for row in rows}))
            elif value is not None:
                around &= literal.get(value, 0)
        return around

    def _enough(self, known: Sequence[Value | None], left: int, holds: int, own: tuple[str, ...]) -> tuple[Mismatch, ...]:
        """Return the unknown facts of which one is enough: with these values no row is left that lacks the statement."""
        found: list[Mismatch] = []
        for at, (name, value) in enumerate(zip(self.frame.facts, known, strict=True)):
            if value is None and name in own:
                there, lacking = ({self.rows[number].values[at] for number in places(mask)} for mask in (left, left & ~holds))
                needs = tuple(one for one in self.frame.vocabulary.facts[name].values if one in there - lacking)
                if needs:
                    found.append(Mismatch(name, None, needs))
        return tuple(found)
