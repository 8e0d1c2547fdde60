"""The semantic difference between two sets of definitions: which scenarios get another answer, exactly, in few words.

Every pathway's whole space of total scenarios is compared, so "no scenario changes" is a proof. Answers to partial cases
follow from those to total ones, which is why they need no comparison of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import attrs

from ...engine.tables import TrackTable
from ...model.facts import Scenario
from ...model.pathway import Definitions, Pathway
from ...model.vocabulary import Vocabulary
from ...proof.scenarios.boxes import Box, cover
from .routes import Leads, entry_changes, leads_here, leads_to
from .said import OfferedItem, Saying, said_text, sayings, unchanged
from .shared import Bump, SharedChange, highest, shared_changes
from .space import ComparedSpace, Row, Rows
from .words import StateChanges, state_changes, word_changes


@attrs.frozen
class AnswerChange:
    """One way in which answers changed in one track: what went, what came, when (any of the boxes), in how many scenarios.

    `newly_possible` is whether the scenarios had no answer before, since the old vocabulary refused them.
    """

    pathway: str
    track: str
    removed: tuple[OfferedItem, ...]
    added: tuple[OfferedItem, ...]
    boxes: tuple[Box, ...]
    scenarios: int
    newly_possible: bool = False

    @property
    def fills_gap(self) -> bool:
        """Whether the change only puts options where there was a gap."""
        only_options = bool(self.added) and not any(one.is_gap for one in self.added)
        return only_options and bool(self.removed) and all(one.is_gap for one in self.removed)

    @property
    def statements(self) -> tuple[str, ...]:
        """The statements that the change concerns, in order."""
        return tuple(sorted({one.statement for one in (*self.removed, *self.added) if one.statement}))


@attrs.frozen
class PathwayDifference:
    """The difference of one pathway. `compared` counts the total scenarios compared, `changed` those with another answer."""

    pathway: str
    compared: int
    changed: int
    changes: tuple[AnswerChange, ...]
    states: StateChanges
    words: tuple[str, ...]


@attrs.frozen
class Difference:
    """The difference between two sets of definitions.

    `pathways` is that of options and gaps, `entry` that of where types lead, `shared` all else in the files that
    pathways share. `rerouted` names the types that lead elsewhere, `for_every_type` is whether the pathways common to every
    type changed.
    """

    old: Definitions = attrs.field(repr=False)
    new: Definitions = attrs.field(repr=False)
    pathways: tuple[PathwayDifference, ...]
    entry: tuple[str, ...]
    shared: tuple[SharedChange, ...] = ()
    rerouted: tuple[str, ...] = ()
    for_every_type: bool = False

    @property
    def compared(self) -> int:
        """The number of total scenarios compared."""
        return sum(one.compared for one in self.pathways)

    @property
    def changed(self) -> int:
        """The number of total scenarios with another answer."""
        return sum(one.changed for one in self.pathways)

    @property
    def bump(self) -> Bump:
        """The version step that the answers, and what else the definitions say, ask for; patch where only words changed."""
        if self.answers_bump is Bump.NONE and not self.shared:
            return Bump.NONE if self.old.content_hash == self.new.content_hash else Bump.PATCH
        return highest([self.answers_bump, *(one.bump for one in self.shared)])

    @property
    def answers_bump(self) -> Bump:
        """The version step of options and gaps: major where an answer changed.

        Minor where only gaps were filled, or scenarios that were refused got an answer.
        """
        changes = [change for one in self.pathways for change in one.changes]
        if self.entry or any(not (change.fills_gap or change.newly_possible) for change in changes):
            return Bump.MAJOR
        return Bump.MINOR if changes else Bump.NONE


def compare(old: Definitions, new: Definitions, only: Collection[str] | None = None) -> Difference:
    """Return the difference between two loaded sets of definitions; of the pathways named in `only`, by default of all."""
    names = [name for name in dict.fromkeys([*old.pathways, *new.pathways]) if only is None or name in only]
    before, after = _tables(old, names), _tables(new, names)
    vocabularies = (old.vocabulary, new.vocabulary)
    found = tuple(
        _pathway(
            vocabularies,
            name,
            old.pathways.get(name),
            new.pathways.get(name),
            before.get(name, ()),
            after.get(name, ()),
            leads_here(old, new, name),
        )
        for name in names
    )
    return Difference(
        old,
        new,
        found,
        tuple(text for text, *_ in entry_changes(old, new)),
        shared_changes(old, new),
        tuple(kind for kind in new.entry.types if leads_to(old, kind) != leads_to(new, kind)),
        set(old.entry.common) != set(new.entry.common),
    )


def concerning(difference: Difference, pathway: str) -> Difference:
    """Return the part of a difference that concerns one pathway, by its name; of what all pathways share, the advice."""
    leads = [lead for lead in entry_changes(difference.old, difference.new) if pathway in lead[1]]
    return attrs.evolve(
        difference,
        pathways=tuple(one for one in difference.pathways if one.pathway == pathway),
        entry=tuple(text for text, *_ in leads),
        shared=tuple(one for one in difference.shared if one.area == "advice"),
        rerouted=tuple(kind for *_, kind in leads if kind),
        for_every_type=any(not kind for *_, kind in leads),
    )


def _tables(definitions: Definitions, names: Iterable[str]) -> dict[str, tuple[TrackTable, ...]]:
    return {
        name: tuple(
            TrackTable.build(definitions.vocabulary, pathway, track, definitions.scenarios[name, track.name])
            for track in pathway.tracks.values()
        )
        for name in names
        if (pathway := definitions.pathways.get(name)) is not None
    }


def _pathway(
    vocabularies: tuple[Vocabulary, Vocabulary],
    name: str,
    old: Pathway | None,
    new: Pathway | None,
    before: tuple[TrackTable, ...],
    after: tuple[TrackTable, ...],
    leads: Leads,
) -> PathwayDifference:
    tables = (*before, *after)
    space = ComparedSpace.of(vocabularies, (fact for table in tables for fact in table.reads), leads)
    same = unchanged(before, after)
    known = {**vocabularies[0].facts, **vocabularies[1].facts}
    changes: list[AnswerChange] = []
    changed: list[Rows] = []
    for group in dict.fromkeys(table.track.group for table in tables):
        olds, news = sayings(before, group, same), sayings(after, group, same)
        facts, rows = space.over(fact for one in (*olds, *news) for fact in one.facts)
        deltas = _deltas(facts, rows, olds, news)
        changed.append((facts, {row for found in deltas.values() for row in found}))
        for (removed, added, possible), found in sorted(deltas.items()):
            boxes, scenarios = cover(known, facts, rows, found), space.holding([(facts, set(found))])
            changes.append(AnswerChange(name, group, removed, added, boxes, scenarios, possible))
    return PathwayDifference(
        pathway=name,
        compared=space.count,
        changed=space.holding([one for one in changed if one[1]]),
        changes=tuple(changes),
        states=state_changes(old, new),
        words=tuple(word_changes(old, new)),
    )


_Delta = tuple[tuple[OfferedItem, ...], tuple[OfferedItem, ...], bool]


def _deltas(
    facts: tuple[str, ...], rows: Iterable[Row], olds: Sequence[Saying], news: Sequence[Saying]
) -> dict[_Delta, list[Row]]:
    """Return the rows whose answer changed, by what went, what came, and whether they were refused before."""
    found: dict[_Delta, list[Row]] = {}
    for row in rows:
        scenario = dict(zip(facts, row, strict=True))
        before, after = _said(olds, scenario), _said(news, scenario)
        was, now = before or frozenset(), after or frozenset()
        if was != now:
            found.setdefault((tuple(sorted(was - now)), tuple(sorted(now - was)), before is None), []).append(row)
    return found


def _said(sayings: Iterable[Saying], scenario: Scenario) -> frozenset[OfferedItem] | None:
    """Return what is said in a scenario, `None` where it is refused."""
    said = [one.said(scenario) for one in sayings]
    return None if None in said else frozenset(item for items in said for item in items or ())


def change_text(difference: Difference, change: AnswerChange) -> str:
    """Return what went and what came: ``gap -> usually ... [INS-8]``; ``refused -> ...`` where there was no answer."""
    none = "refused" if change.newly_possible else "nothing"
    removed = "; ".join(said_text(difference.old, one) for one in change.removed) or none
    added = "; ".join(said_text(difference.new, one) for one in change.added) or "nothing"
    return f"{removed} -> {added}"
