"""What a Library says of a pathway: its options and gaps by name, when each can hold and fail, and which facts matter."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import attrs

from ...engine.recommend import Engine
from ...engine.tables import GapKind, TrackTable
from ...model.conditions import AllOf, Condition, Not
from ...model.pathway import Alternative, Pathway, Statement
from .cql_covers import Clause
from .cql_text import let
from .cql_tracks import Choice, OptionKey, Outcome, TrackClauses, alternatives_of, keyed, named

Shape = tuple[tuple[int, int], ...]
"""When an outcome can hold and when it can fail, under each choice of readings."""


@attrs.frozen
class OptionName:
    """An option as a Library calls it: `id` is its statement and number, ``INS-5.2``.

    An option that only other readings list carries their names: ``INS-4.1 R-7=tumors_only``. `tracks` are those under which
    it can stand, the first one first.
    """

    id: str
    key: OptionKey
    statement: Statement
    choice: Choice
    tracks: tuple[str, ...]

    def within(self, track: str) -> str:
        """Return what the option is called in one of its tracks."""
        return f"{self.id} in {track}" if len(self.tracks) > 1 else self.id


@attrs.frozen
class GapName:
    """A gap as a Library calls it: ``gap primary silent``."""

    track: str
    kind: GapKind

    @property
    def id(self) -> str:
        """Its name."""
        return f"gap {self.said}"

    @property
    def said(self) -> str:
        """Its track and kind, as a list of gaps has it."""
        return f"{self.track} {self.kind.value}"


@attrs.frozen(eq=False)
class PathwayLogic:
    """A pathway under every reading that bears on it, in clauses."""

    engine: Engine
    pathway: Pathway

    @functools.cached_property
    def tracks(self) -> dict[str, TrackClauses]:
        """What is said of each track."""
        bearing = alternatives_of(self.engine.definitions)
        return {
            name: TrackClauses.of(self.engine, self.pathway.name, name, bearing.get((self.pathway.name, name), []))
            for name in self.pathway.tracks
        }

    @functools.cached_property
    def options(self) -> tuple[OptionName, ...]:
        """Every option that some readings list, in the order of the statements."""
        found: dict[OptionKey, OptionName] = {}
        for track, clauses in self.tracks.items():
            for key, option, choice in clauses.listed():
                old = found.get(key)
                if old is None or len(choice) < len(old.choice):
                    id_ = " ".join([f"{option.statement}.{option.number + 1}", *([named(choice)] if choice else ())])
                    found[key] = OptionName(id_, key, self.pathway.statement(option.statement), choice, ())
                found[key] = attrs.evolve(found[key], tracks=(*(old.tracks if old else ()), track))
        order = [one.id for one in self.pathway.statements]

        def place(one: OptionName) -> tuple[int, int, int]:
            return order.index(one.statement.id), len(one.choice), int(one.id.split(" ")[0].rpartition(".")[2])

        return tuple(sorted(map(self._first_track_first, found.values()), key=place))

    @staticmethod
    def _first_track_first(option: OptionName) -> OptionName:
        order = [track for track, _ in option.statement.placements]
        tracks = sorted(option.tracks, key=lambda track: order.index(track) if track in order else len(order))
        return attrs.evolve(option, tracks=tuple(tracks))

    @functools.cached_property
    def gaps(self) -> tuple[GapName, ...]:
        """Every gap that can arise under some readings."""
        return tuple(
            GapName(track, kind)
            for track, clauses in self.tracks.items()
            for kind in GapKind
            if any(one.can_hold for one in clauses.outcomes(kind))
        )

    @functools.cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        """The alternatives that bear on the pathway."""
        used = {one.name for clauses in self.tracks.values() for choice in clauses.choices for one in choice}
        return tuple(one for one in self.engine.definitions.alternatives if one.name in used)

    def outcomes(self, track: str) -> Iterator[tuple[str, OptionKey | GapKind, OptionName | None]]:
        """Yield the name of each outcome of a track, what tells it apart there, and the option if it is one."""
        yield from ((one.within(track), one.key, one) for one in self.options if track in one.tracks)
        yield from ((one.id, one.kind, None) for one in self.gaps if one.track == track)

    def shape(self, track: str, key: OptionKey | GapKind) -> Shape:
        """Return when an outcome can hold and fail."""
        return tuple((one.can_hold, one.can_fail) for one in self.tracks[track].outcomes(key))

    @functools.cached_property
    def spoken_for(self) -> dict[tuple[str, Shape], str]:
        """Which outcome of a track is said to hold and fail, for all that do so in the same cases."""
        found: dict[tuple[str, Shape], str] = {}
        for track in self.tracks:
            for name, key, _ in self.outcomes(track):
                found.setdefault((track, self.shape(track, key)), name)
        return found

    def speaker(self, track: str, key: OptionKey | GapKind) -> str:
        """Return the name of the outcome that is said to hold and fail where this one does."""
        return self.spoken_for[track, self.shape(track, key)]

    def can_hold_and_fail(self, track: str, key: OptionKey | GapKind) -> tuple[str, str]:
        """Return, as CQL, when an outcome can hold and when it can fail."""
        clauses, gap = self.tracks[track], isinstance(key, GapKind)
        holds, fails = [], []
        for table, one in zip(clauses.tables, clauses.outcomes(key), strict=True):
            when = None if gap else _condition(table, key, track)
            holds.append(clauses.cases.clause(one.can_hold, when))
            fails.append(clauses.cases.clause(one.can_fail, None if when is None else Not(when)))
        return clauses.select(holds, _text), clauses.select(fails, _text)

    # What matters

    @property
    def is_common(self) -> bool:
        """Whether the pathway holds for every type."""
        return self.pathway.name in self.engine.definitions.entry.common

    @functools.cached_property
    def matters(self) -> dict[str, dict[str, str]]:
        """By fact and track: when, as CQL, changing an unknown fact alone can change an option or a gap of the track.

        Facts that never can are left out; that the type is unknown matters to every track that has anything to say.
        """
        found = {fact: dict(self._matters(fact)) for fact in self.engine.definitions.vocabulary.facts}
        entry = self.engine.definitions.entry.fact
        return {fact: by_track for fact, by_track in found.items() if by_track or (fact == entry and self.type_matters)}

    @functools.cached_property
    def type_matters(self) -> str:
        """When, as CQL, there is something that an unknown type decides; empty where every type has the pathway."""
        if self.is_common:
            return ""
        return " or ".join(let(name, "can hold") for name in self.spoken_for.values())

    def _matters(self, fact: str) -> Iterator[tuple[str, str]]:
        for track, clauses in self.tracks.items():
            # An option that is certain under another track turns on nothing under this one.
            groups: dict[tuple[str, ...], list[Sequence[Outcome]]] = {}
            for _, key, option in self.outcomes(track):
                others = [one for one in option.tracks if one != track] if option else []
                groups.setdefault(tuple(self.speaker(one, key) for one in others), []).append(clauses.outcomes(key))
            texts = []
            for elsewhere, outcomes in groups.items():
                text = _turns(clauses, outcomes, fact)
                if text != "false":
                    open_ = [f"(not {let(one, 'can hold')} or {let(one, 'can fail')})" for one in elsewhere]
                    texts.append(" and ".join([f"({text})", *open_]) if open_ else text)
            if texts:
                yield track, texts[0] if len(texts) == 1 else " or ".join(f"({one})" for one in texts)


def _turns(clauses: TrackClauses, outcomes: Sequence[Sequence[Outcome]], fact: str) -> str:
    """Return when some outcome turns on a fact."""
    targets = (
        functools.reduce(int.__or__, (one[place].turns_on.get(fact, 0) for one in outcomes), 0)
        for place in range(len(clauses.choices))
    )
    return clauses.select([clauses.cases.clause(target) for target in targets], _text)


def _condition(table: TrackTable, key: OptionKey | GapKind, track: str) -> Condition | None:
    """Return the condition of an option in a track, as a table's readings have it."""
    option = None if isinstance(key, GapKind) else keyed(table).get(key)
    if option is None:
        return None
    when = next(when for one, when, _ in table.pathway.placed_in(track) if one == option)
    return AllOf((when, option.requires))


def _text(clause: Clause) -> str:
    return clause.text
