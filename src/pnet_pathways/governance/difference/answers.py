"""The semantic difference between two sets of definitions: which scenarios get another answer, exactly, in few words.

Every pathway's whole space of total scenarios is compared, so "no scenario changes" is a proof. Answers to partial cases
follow from those to total ones, which is why they need no comparison of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import attrs

from ...engine.tables import TrackTable
from ...model.facts import Scenario
from ...model.pathway import Definitions, Option, Pathway, Track
from ...model.scenario_rows import LeafKind
from ...model.values import NOT_APPLICABLE, Value
from ...model.vocabulary import Vocabulary
from ...model.wording import option_label, option_text
from ...proof.scenarios.boxes import Box, cover
from .cases import takes
from .scenarios import Leads, every_scenario, leads_here, scenarios_of
from .shared import (
    Bump,
    SharedChange,
    highest,
    shared_changes,
)


@attrs.frozen(order=True)
class OfferedItem:
    """One thing that an answer says in a track: an option, or that there is a gap (`statement` empty)."""

    statement: str
    treatments: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    strength: str = ""
    intent: str = ""
    choice: str = ""

    @property
    def is_gap(self) -> bool:
        """Whether this is a gap."""
        return not self.statement


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
        return bool(self.added) and all(one.is_gap for one in self.removed) and bool(self.removed)

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
    added_states: tuple[str, ...]
    removed_states: tuple[str, ...]
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
        tuple(text for text, *_ in _entry(old, new)),
        shared_changes(old, new),
        tuple(kind for kind in new.entry.types if _leads(old, kind) != _leads(new, kind)),
        set(old.entry.common) != set(new.entry.common),
    )


def concerning(difference: Difference, pathway: str) -> Difference:
    """Return the part of a difference that concerns one pathway, by its name; of what all pathways share, the advice."""
    leads = [lead for lead in _entry(difference.old, difference.new) if pathway in lead[1]]
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


def _entry(old: Definitions, new: Definitions) -> Iterator[tuple[str, set[str], str]]:
    """Yield each change in which pathways bear on a type: in words, the pathways that it concerns, and the type.

    The type is empty where it is about every one.
    """
    common = {*old.entry.common, *new.entry.common}
    for kind in dict.fromkeys([*old.entry.types, *new.entry.types]):
        was, now = _leads(old, kind), _leads(new, kind)
        if was == now:
            continue
        # What is common to every type holds for none that is out of scope.
        names = {name for name in (was, now) if name} | (common if not was or not now else set())
        if was is None:
            yield f"{kind} is new and leads to {now or 'out of scope'}", names, kind
        elif now is None:
            yield f"{kind} is gone; it led to {was or 'out of scope'}", names, kind
        else:
            yield f"{kind} leads to {now or 'out of scope'} and no longer to {was or 'out of scope'}", names, kind
    if set(old.entry.common) != set(new.entry.common):
        was_text, now_text = (", ".join(one.entry.common) or "nothing" for one in (old, new))
        names = set(old.entry.common) ^ set(new.entry.common)
        yield f"common to every type is {now_text}, and no longer {was_text}", names, ""


def _leads(definitions: Definitions, kind: str) -> str | None:
    """Return the pathway of a type, empty where it is out of scope, `None` where there is no such type."""
    found = definitions.entry.types.get(kind)
    return None if found is None else found.pathway or ""


def _pathway(
    vocabularies: tuple[Vocabulary, Vocabulary],
    name: str,
    old: Pathway | None,
    new: Pathway | None,
    before: tuple[TrackTable, ...],
    after: tuple[TrackTable, ...],
    leads: Leads,
) -> PathwayDifference:
    groups = list(dict.fromkeys(table.track.group for table in (*before, *after)))
    changed_rows: dict[str, tuple[tuple[str, ...], set[tuple[Value, ...]]]] = {}
    raw: list[tuple[str, tuple[str, ...], list[tuple[Value, ...]], dict[_Delta, list[tuple[Value, ...]]]]] = []
    for group in groups:
        olds, news = _sayings(before, group), _sayings(after, group)
        facts, listed = scenarios_of(vocabularies, [fact for table, _ in (*olds, *news) for fact in table.reads], leads)
        rows = [tuple(scenario[fact] for fact in facts) for scenario in listed]
        deltas = _deltas(vocabularies[0], facts, rows, olds, news)
        changed_rows[group] = facts, {row for found in deltas.values() for row in found}
        raw.append((group, facts, rows, deltas))
    _, total = every_scenario(vocabularies, [fact for table in (*before, *after) for fact in table.reads], leads)
    changes = tuple(
        AnswerChange(name, group, removed, added, boxes, sum(any(box.holds(one) for box in boxes) for one in total), possible)
        for group, facts, rows, deltas in raw
        for (removed, added, possible), found in sorted(deltas.items())
        for boxes in [cover({**vocabularies[0].facts, **vocabularies[1].facts}, facts, rows, found)]
    )
    hit = sum(any(tuple(one[fact] for fact in facts) in rows for facts, rows in changed_rows.values() if rows) for one in total)
    states_old, states_new = _states(old), _states(new)
    return PathwayDifference(
        pathway=name,
        compared=len(total),
        changed=hit,
        changes=changes,
        added_states=tuple(sorted(states_new - states_old)),
        removed_states=tuple(sorted(states_old - states_new)),
        words=tuple(_words(old, new)),
    )


_Delta = tuple[tuple[OfferedItem, ...], tuple[OfferedItem, ...], bool]


def _deltas(
    before: Vocabulary,
    facts: tuple[str, ...],
    rows: Iterable[tuple[Value, ...]],
    olds: Sequence[_Saying],
    news: Sequence[_Saying],
) -> dict[_Delta, list[tuple[Value, ...]]]:
    """Return the rows whose answer changed, by what went, what came, and whether the vocabulary of before refused them."""
    found: dict[_Delta, list[tuple[Value, ...]]] = {}
    for row in rows:
        scenario = dict(zip(facts, row, strict=True))
        was, now = _said(olds, scenario), _said(news, scenario)
        if was != now:
            refused = not was and not takes(before, _known_before(before, scenario))
            found.setdefault((tuple(sorted(was - now)), tuple(sorted(now - was)), refused), []).append(row)
    return found


def _known_before(before: Vocabulary, scenario: Scenario) -> dict[str, Value]:
    """Return what a case could say of a scenario in the vocabulary of before: facts that it has, where they apply."""
    return {name: value for name, value in scenario.items() if name in before.facts and value is not NOT_APPLICABLE}


_Saying = tuple[TrackTable, Mapping[tuple[Value, ...], frozenset[OfferedItem]]]
"""A table, and what it says in one of the answer's tracks by the values of the facts that it reads."""


def _sayings(tables: Iterable[TrackTable], group: str) -> list[_Saying]:
    """Return the tables that say something in one of the answer's tracks.

    A statement that belongs to two tracks is offered in the first, also by the table of the other.
    """
    found: list[_Saying] = []
    for table in tables:
        tracks = table.pathway.tracks
        home = {one.id for one in table.pathway.statements if tracks[one.track].group == group}
        if table.track.group == group or any(option.statement in home for option in table.options):
            found.append((table, _by_values(table, home, gaps=table.track.group == group)))
    return found


def _by_values(
    table: TrackTable, statements: Collection[str], *, gaps: bool
) -> dict[tuple[Value, ...], frozenset[OfferedItem]]:
    """Return what a table says of some statements by the values of the facts that it reads, whatever rules tie to them."""
    gap = 1 << len(table.options) if gaps else 0
    options = [(bit, said_of(option)) for bit, option in enumerate(table.options) if option.statement in statements]
    kept = [position for position, fact in enumerate(table.facts) if fact in table.reads]
    return {
        tuple(row.values[position] for position in kept): frozenset(
            [one for bit, one in options if mask >> bit & 1] + ([OfferedItem("")] if mask & gap else [])
        )
        for row, mask in zip(table.rows, table.masks, strict=True)
    }


def _said(sayings: Iterable[_Saying], scenario: Mapping[str, Value]) -> set[OfferedItem]:
    found: set[OfferedItem] = set()
    for table, by_values in sayings:
        # A scenario that one side's rules forbid has no answer there.
        read = tuple(scenario.get(fact, NOT_APPLICABLE) for fact in table.facts if fact in table.reads)
        found |= by_values.get(read, frozenset())
    return found


def said_of(option: Option) -> OfferedItem:
    """Return what an option says, whatever the words and its number."""
    return OfferedItem(
        option.statement, option.treatments, option.optional, str(option.strength), option.intent or "", option.choice or ""
    )


def _states(pathway: Pathway | None) -> set[str]:
    if pathway is None:
        return set()
    return {
        f"{track.name}.{state.name}" + (f" ({state.kind})" if hasattr(state, "kind") else "")
        for track in pathway.tracks.values()
        for state in track.states.values()
    }


def _words(old: Pathway | None, new: Pathway | None) -> Iterator[str]:
    """Yield what changed in words only: labels, titles, messages, locators, readings."""
    if old is None or new is None:
        return
    if old.title != new.title:
        yield f"the title is '{new.title}'"
    if old.version != new.version:
        yield f"the version is {new.version}"
    if old.section != new.section:
        yield f"the section is '{new.section}'"
    before = {statement.id: statement for statement in old.statements}
    for statement in new.statements:
        if (was := before.get(statement.id)) is not None:
            if was.label != statement.label:
                yield f"{statement.id}: the label is '{statement.label}'"
            if [one.words for one in was.locators] != [one.words for one in statement.locators]:
                yield f"{statement.id}: the locators changed"
            if _readings(was.readings, was.options) != _readings(statement.readings, statement.options):
                yield f"{statement.id}: the readings changed"
    for name, track in new.tracks.items():
        if name in old.tracks:
            yield from _track_words(old.tracks[name], track)


def _readings(own: tuple[str, ...], options: tuple[Option, ...]) -> tuple[object, ...]:
    return own, tuple(option.readings for option in options)


def _track_words(old: Track, new: Track) -> Iterator[str]:
    if old.title != new.title:
        yield f"the track {new.name} has the title '{new.title}'"
    before = {leaf.name: leaf for leaf in old.leaves}
    for leaf in new.leaves:
        was = before.get(leaf.name)
        if was is not None and was.kind is leaf.kind and leaf.kind is not LeafKind.OFFER:
            if was.message != leaf.message:
                yield f"{new.name}.{leaf.name}: the message is '{leaf.message}'"
            if was.readings != leaf.readings:
                yield f"{new.name}.{leaf.name}: the readings changed"


def said_text(definitions: Definitions, one: OfferedItem) -> str:
    """Return one thing that an answer says in plain words."""
    if one.is_gap:
        return "gap"
    label = option_label(definitions, one.treatments, one.optional)
    return f"{option_text(one.strength, label, one.intent, one.choice)} [{one.statement}]"


def change_text(difference: Difference, change: AnswerChange) -> str:
    """Return what went and what came: ``gap -> usually ... [INS-8]``."""
    removed = "; ".join(said_text(difference.old, one) for one in change.removed) or "nothing"
    added = "; ".join(said_text(difference.new, one) for one in change.added) or "nothing"
    return f"{removed} -> {added}"
