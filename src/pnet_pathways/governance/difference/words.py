"""What changed in words only: labels, titles, messages, locators, readings; and which states came, went or got another name."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import attrs

from ...model.pathway import Combination, Leaf, Option, Pathway, Track
from ...model.scenario_rows import LeafKind


@attrs.frozen
class StateChanges:
    """States that came, went, or only got another name (old, new): `track.name`, leaves with their kind."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    def lines(self) -> Iterator[str]:
        """Yield each change as a line."""
        yield from (f"state renamed: {was} -> {now}" for was, now in self.renamed)
        yield from (f"state added: {name}" for name in self.added)
        yield from (f"state removed: {name}" for name in self.removed)


def state_changes(old: Pathway | None, new: Pathway | None) -> StateChanges:
    """Return what became of the states between two versions of a pathway; `None` is a side without it.

    A state got another name where one that went and one that came, of the same track, say the same and lead to the same.
    """
    before, after = _states_of(old), _states_of(new)
    removed, added = (sorted(one.keys() - other.keys()) for one, other in ((before, after), (after, before)))
    renamed = []
    for was in removed:
        now = next((name for name in added if after[name] == before[was]), None)
        if now is not None:
            renamed.append((was, now))
            added.remove(now)
    gone = {was for was, _ in renamed}
    return StateChanges(tuple(added), tuple(name for name in removed if name not in gone), tuple(renamed))


def _states_of(pathway: Pathway | None) -> dict[str, Hashable]:
    """Return what each state of a pathway says and leads to, by its name."""
    if pathway is None:
        return {}
    return {
        f"{track.name}.{state.name}" + (f" ({state.kind})" if isinstance(state, Leaf) else ""): (
            track.name,
            _content(track, state.name),
        )
        for track in pathway.tracks.values()
        for state in track.states.values()
    }


def _content(track: Track, name: str) -> Hashable:
    state = track.states[name]
    if isinstance(state, Leaf):
        return state.kind, state.combination, state.message, frozenset(state.offers)
    return state.asks, frozenset((frozenset(answer.values), _content(track, answer.target)) for answer in state.answers)


def word_changes(old: Pathway | None, new: Pathway | None) -> Iterator[str]:
    """Yield what changed in words only."""
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
            yield from _combination_words(old.combination(name), new.combination(name))


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


def _combination_words(old: Combination | None, new: Combination | None) -> Iterator[str]:
    if old is None or new is None:
        return
    if old.message != new.message:
        yield f"{new.track}: the message of the combination is '{new.message}'"
    if old.readings != new.readings:
        yield f"{new.track}: the readings of the combination changed"
