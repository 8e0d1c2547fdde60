"""Every single-point change of a definition file: of the graphs, of the statements, and of the entry to the pathways.

Words (labels, titles, the text of a gap) and passages are left alone: they are no answer, and tests hold the passages.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import attrs

from ...loading.yaml_source import Path_
from ...model.pathway import Strength
from ...model.vocabulary import Vocabulary
from ...model.wording import offer_text
from .statement_changes import (
    Mutation,
    Parts,
    condition_changes,
    cut,
    dropped,
    put,
    reading_changes,
    statement_changes,
)


def pathway_changes(data: dict[str, Any], parts: Parts) -> Iterator[Mutation]:
    """Yield every change of a pathway file. The changed data are those of the whole file."""
    statements = data["statements"]
    for number, statement in enumerate(statements):
        path: Path_ = ("statements", number)
        rest = {**data, "statements": dropped(statements, number)}
        yield Mutation("statement dropped", path, f"{statement['id']} dropped", rest)
        for change in statement_changes(statement, data["tracks"], parts):
            yield attrs.evolve(change.below(path, data), what=f"{statement['id']}: {change.what}")
    for name, track in data["tracks"].items():
        for change in _track_changes(name, track, statements, parts):
            yield attrs.evolve(change.below(("tracks", name), data), what=f"{name}: {change.what}")


def _track_changes(name: str, track: dict[str, Any], statements: list[Any], parts: Parts) -> Iterator[Mutation]:
    states = track["states"]
    for other in states:
        if other != track["start"]:
            yield Mutation("start changed", ("start",), f"starts at {other}", {**track, "start": other})
    yield from _gap_changes(track)
    here = [one for one in statements if name in {one["track"], *(also["track"] for also in one.get("also", ()))}]
    for state_name, state in states.items():
        path: Path_ = ("states", state_name)
        found = (
            _question_changes(state, states, parts.vocabulary)
            if "asks" in state
            else _leaf_changes(state, here, parts.readings)
        )
        for change in found:
            yield attrs.evolve(change.below(path, track), what=f"{state_name}: {change.what}")


def _gap_changes(track: dict[str, Any]) -> Iterator[Mutation]:
    """Yield the track with the words, and with the readings, of each two gaps exchanged."""
    gaps = [name for name, state in track["states"].items() if "gap" in state]
    for (first, second), key in itertools.product(itertools.combinations(gaps, 2), ("gap", "readings")):
        held = [track["states"][name].get(key, []) for name in (first, second)]
        if held[0] != held[1]:
            swapped = put(put(track, ("states", first, key), held[1]), ("states", second, key), held[0])
            what = f"{key} of {first} and {second}"
            yield Mutation("gaps exchanged", ("states", first, key), what, swapped, shared=True)


def _question_changes(state: dict[str, Any], states: dict[str, Any], vocabulary: Vocabulary) -> Iterator[Mutation]:
    answers, asked = state["answers"], state["asks"]
    for answer, target in answers.items():
        for other in states:
            if other != target:
                what = f"'{answer}' leads to {other} instead of {target}"
                yield Mutation("answer led elsewhere", ("answers", answer), what, put(state, ("answers", answer), other))
        parts = answer.split(" or ")
        for part in parts:
            left = " or ".join(one for one in parts if one != part)
            for other, goal in answers.items():
                if other != answer:
                    rest = {(left if key == answer else key): value for key, value in answers.items() if key != other}
                    moved = {key: value for key, value in rest.items() if key} | {f"{other} or {part}": goal}
                    what = f"'{part}' answered like '{other}'"
                    yield Mutation("value answered elsewhere", ("answers", answer), what, {**state, "answers": moved})
    for first, second in itertools.combinations(answers, 2):
        if answers[first] != answers[second]:
            swapped = {**answers, first: answers[second], second: answers[first]}
            yield Mutation("answers exchanged", ("answers", first), f"'{first}' and '{second}'", {**state, "answers": swapped})
    for other in (*vocabulary.facts, *vocabulary.groups):
        if other != asked and vocabulary.choices(other) == vocabulary.choices(asked):
            what = f"asks {other} instead of {asked}"
            yield Mutation("another fact asked", ("asks",), what, {**state, "asks": other})


def _leaf_changes(leaf: dict[str, Any], statements: list[Any], readings: tuple[str, ...]) -> Iterator[Mutation]:
    silent = ("gap", "does_not_apply")
    kind = next(key for key in ("offers", *silent) if key in leaf)
    rest = cut(leaf, (kind,))
    for other in silent:
        if other != kind:
            message = leaf[kind] if kind in silent else "nothing said"
            yield Mutation("kind of leaf changed", (kind,), f"{other} instead of {kind}", {**rest, other: message})
    offers = leaf.get("offers", {})
    for identifier, texts in offers.items():
        path: Path_ = ("offers", identifier)
        for number, text in enumerate(texts):
            fewer = {**leaf, "offers": {**offers, identifier: dropped(texts, number)}}
            yield Mutation("offer dropped", (*path, number), f"{identifier} '{text}' dropped", fewer)
        if len(texts) > 1:
            yield Mutation("statement dropped from leaf", path, f"{identifier} dropped", cut(leaf, path))
    for statement in statements:
        texts = [_offer(option) for option in statement["options"]]
        given = offers.get(statement["id"], [])
        for text in texts:
            if text not in given:
                more = {**rest, "offers": {**offers, statement["id"]: [*given, text]}}
                yield Mutation("offer added", (kind,), f"{statement['id']} '{text}' added", more)
        if not given and len(texts) > 1:
            more = {**rest, "offers": {**offers, statement["id"]: texts}}
            yield Mutation("statement added to leaf", (kind,), f"{statement['id']} added", more)
    # Only a gap's readings are part of an answer.
    for below, what, changed in reading_changes(leaf.get("readings", []), readings if kind == "gap" else ()):
        name = "reading dropped" if what.startswith("without") else "reading added"
        yield Mutation(name, ("readings", *below), what, {**leaf, "readings": changed}, shared=True)


def _offer(option: dict[str, Any]) -> str:
    strength = Strength(option.get("strength", "may"))
    return offer_text(strength, tuple(option["treatments"]), tuple(option.get("optional", ())))


def entry_changes(data: dict[str, Any], pathways: tuple[str, ...], parts: Parts) -> Iterator[Mutation]:
    """Yield every change of the entry file that bears on answers."""
    for name, group in data["tracks"].items():
        path: Path_ = ("tracks", name, "gap_when")
        needs = group.get("gap_when")
        if needs is not None:
            yield Mutation("gap condition dropped", path, f"{name} is never silent", cut(data, path))
            for change in condition_changes(needs, parts.vocabulary):
                yield attrs.evolve(change.below(path, data), kind=f"gap: {change.kind}", what=f"{name}: {change.what}")
        else:
            yield Mutation("gap condition added", path[:-1], f"{name} can be silent", put(data, path, "always"))
    names = list(data["tracks"])
    for number in range(1, len(names)):
        order = [*names[: number - 1], names[number], names[number - 1], *names[number + 1 :]]
        what = f"{names[number]} before {names[number - 1]}"
        swapped = {**data, "tracks": {name: data["tracks"][name] for name in order}}
        yield Mutation("tracks reordered", ("tracks", names[number]), what, swapped, shared=True)
    yield from _type_changes(data, pathways, parts.readings)
    common = data.get("common", [])
    for number, one in enumerate(common):
        path = ("common", number)
        yield Mutation("pathway for every type dropped", path, f"{one} dropped", cut(data, path), shared=True)
    for other in pathways:
        if other not in common:
            more = {**data, "common": [*common, other]}
            yield Mutation("pathway for every type added", ("common",), f"{other} for every type", more, shared=True)
    for occasion, given in data.get("readings", {}).items():
        for below, what, changed in reading_changes(given, parts.readings):
            path = ("readings", occasion)
            kind = "reading dropped" if what.startswith("without") else "reading added"
            yield Mutation(kind, (*path, *below), f"{occasion}: {what}", put(data, path, changed), shared=True)


def _type_changes(data: dict[str, Any], pathways: tuple[str, ...], readings: tuple[str, ...]) -> Iterator[Mutation]:
    for name, entry in data["types"].items():
        path: Path_ = ("types", name)
        leads = entry.get("pathway")
        for other in pathways:
            if other != leads:
                what = f"{name} leads to {other}"
                yield Mutation("type led elsewhere", path, what, put(data, path, {**entry, "pathway": other}), shared=True)
        if leads is not None:
            outside = {**cut(entry, ("pathway",)), "note": "nothing said"}
            yield Mutation("type out of scope", path, f"{name} out of scope", put(data, path, outside), shared=True)
        for below, what, changed in reading_changes(entry.get("readings", []), readings):
            kind = "reading dropped" if what.startswith("without") else "reading added"
            more = put(data, path, {**entry, "readings": changed})
            yield Mutation(kind, (*path, "readings", *below), f"{name}: {what}", more, shared=True)
