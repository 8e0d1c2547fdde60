"""How alternatives combine: part by part, a statement's condition being one part and each of its options another."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from .pathway import Alternative, Pathway, Statement

PartKey = tuple[int, int]
"""The condition (`CONDITION`), or an option: its item, and its order among the options of that item."""

CONDITION: Final[PartKey] = (0, -1)
Changes = Mapping[PartKey, Any]
"""What becomes of the parts of a statement that are changed; `None` for an option that is gone."""


@attrs.frozen
class Clash:
    """A part of a statement that alternatives change in different ways, where no `together` says how it then reads."""

    statement: str
    part: PartKey
    alternatives: tuple[str, ...]

    @property
    def part_text(self) -> str:
        """The part in words."""
        return "the condition" if self.part == CONDITION else f"an option of item {self.part[0]}"


@attrs.frozen
class _Contribution:
    """What alternatives (by reading) together make of a statement."""

    alternatives: frozenset[tuple[str, str]]
    statement: Statement
    changes: Changes


def parts_of(statement: Statement) -> dict[PartKey, Any]:
    """Return the parts of a statement. The label belongs to the condition, and an option's running number is no part."""
    parts: dict[PartKey, Any] = {CONDITION: (statement.label, statement.when, statement.also)}
    for item, options in itertools.groupby(statement.options, key=lambda option: option.item):
        for order, option in enumerate(options):
            parts[item, order] = attrs.evolve(option, number=0)
    return parts


def changes_of(base: Statement, other: Statement) -> Changes:
    """Return the parts in which a statement differs from how it reads without any alternative."""
    was, now = parts_of(base), parts_of(other)
    return {key: now.get(key) for key in sorted({*was, *now}) if was.get(key) != now.get(key)}


def combined(base: Statement, chosen: Sequence[Alternative]) -> tuple[Statement, tuple[Clash, ...]]:
    """Return a statement as it reads under alternatives of different readings, with every clash between them.

    What a `together` says of the statement stands in for each alternative that it names. Where parts clash, the last
    alternative has its way.
    """
    contributions = list(_contributions(base, chosen))
    # What is said of more alternatives together stands in for what each of them, or fewer, say.
    widest = [one for one in contributions if not any(one.alternatives < other.alternatives for other in contributions)]
    parts = parts_of(base)
    by: dict[PartKey, _Contribution] = {}
    clashes = []
    for one in widest:
        for key, value in one.changes.items():
            if key in by and by[key].changes[key] != value:
                names = sorted(f"{reading}={name}" for reading, name in by[key].alternatives | one.alternatives)
                clashes.append(Clash(base.id, key, tuple(names)))
            by[key] = one
            parts[key] = value
    if not by:
        return base, ()
    label, when, also = parts.pop(CONDITION)
    kept = [parts[key] for key in sorted(parts) if parts[key] is not None]
    options = tuple(attrs.evolve(option, number=number) for number, option in enumerate(kept))
    where = widest[-1].statement.where
    return attrs.evolve(base, label=label, when=when, also=also, options=options, where=where), tuple(clashes)


def _contributions(base: Statement, chosen: Sequence[Alternative]) -> Iterator[_Contribution]:
    names = {(one.reading, one.id) for one in chosen}
    for alternative in chosen:
        own = frozenset({(alternative.reading, alternative.id)})
        for statement in _of(base, alternative.statements):
            yield _Contribution(own, statement, changes_of(base, statement))
        for together in alternative.together:
            if set(together.given.items()) <= names:
                for statement in _of(base, together.statements):
                    yield _Contribution(own | set(together.given.items()), statement, changes_of(base, statement))


def _of(base: Statement, statements: Iterable[Statement]) -> Iterator[Statement]:
    return (one for one in statements if one.id == base.id)


def clashes(base: Statement, alternatives: Iterable[Alternative]) -> Iterator[Clash]:
    """Yield every clash between alternatives that rewrite a statement, of as few of them as clash, each once."""
    by_reading: dict[str, list[Alternative]] = {}
    for one in alternatives:
        if base.id in one.named:
            by_reading.setdefault(one.reading, []).append(one)
    found: list[tuple[PartKey, frozenset[str]]] = []
    for count in range(2, len(by_reading) + 1):
        for readings in itertools.combinations(by_reading.values(), count):
            for chosen in itertools.product(*readings):
                for clash in combined(base, chosen)[1]:
                    names = frozenset(clash.alternatives)
                    if not any(part == clash.part and fewer <= names for part, fewer in found):
                        found.append((clash.part, names))
                        yield clash


def replaced(pathway: Pathway, statements: Iterable[Statement]) -> Pathway:
    """Return a pathway with some of its statements in place of those with the same ids."""
    by_id = {one.id: one for one in statements}
    return attrs.evolve(pathway, statements=tuple(by_id.get(one.id, one) for one in pathway.statements))


def touched_tracks(
    pathways: Mapping[str, Pathway], statements: Iterable[Statement]
) -> Iterator[tuple[Pathway, tuple[str, ...]]]:
    """Yield each pathway with the tracks in which one of its statements stands, as it is or as it is rewritten."""
    found: dict[str, set[str]] = {}
    for new in statements:
        old = pathways[new.pathway].statement(new.id)
        names = {track for one in (old, new) for track, _ in one.placements}
        found.setdefault(new.pathway, set()).update(names)
    for name, tracks in found.items():
        yield pathways[name], tuple(track for track in pathways[name].tracks if track in tracks)
