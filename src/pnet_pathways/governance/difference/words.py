"""What changed in words only: labels, titles, messages, locators, readings; and which states came and went."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.pathway import Combination, Option, Pathway, Track
from ...model.scenario_rows import LeafKind


def states_of(pathway: Pathway | None) -> set[str]:
    """Return the states of a pathway by name, leaves with their kind."""
    if pathway is None:
        return set()
    return {
        f"{track.name}.{state.name}" + (f" ({state.kind})" if hasattr(state, "kind") else "")
        for track in pathway.tracks.values()
        for state in track.states.values()
    }


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
