"""Every single-point change of a condition, and of a statement: what a slip or a misreading of one place would make of it.

Changes work on the plain data of a definition file, so that a changed file is read like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from ...loading.yaml_source import Path_
from ...model.condition_data import TESTS
from ...model.values import plain
from ...model.vocabulary import Vocabulary


@attrs.frozen
class Mutation:
    """One change: its `kind`, the `path` of the place, in words `what` changed, and the changed `data`.

    `shared` is true for content that graph and statements do not both hold, so that comparing them cannot catch it.
    """

    kind: str
    path: Path_
    what: str
    data: Any
    shared: bool = False

    def below(self, path: Path_, data: Any) -> Mutation:
        """Return the change as one of the data around it."""
        return attrs.evolve(self, path=(*path, *self.path), data=put(data, path, self.data))


@attrs.frozen
class Parts:
    """What a change can put in: facts, every treatment, those that are optional somewhere, and every reading."""

    vocabulary: Vocabulary
    treatments: tuple[str, ...]
    optional: tuple[str, ...]
    readings: tuple[str, ...]


def put(data: Any, path: Path_, value: Any) -> Any:
    """Return data with another value at a path; the given data stays as it is."""
    if not path:
        return value
    head, *rest = path
    copy = data.copy()
    copy[head] = put(copy[head], tuple(rest), value) if rest else value
    return copy


def cut(data: Any, path: Path_) -> Any:
    """Return data without what stands at a path; the given data stays as it is."""
    *above, last = path
    holder = data
    for step in above:
        holder = holder[step]
    copy = holder.copy()
    del copy[last]
    return put(data, tuple(above), copy)


def dropped(items: list[Any], number: int) -> list[Any]:
    """Return a list without one item."""
    return [*items[:number], *items[number + 1 :]]


# Conditions


def atoms(vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    """Yield every condition that one fact has one value, as data; the entry fact is none.

    Members of a group that is named in one word are present, as those who read it think of it.
    """
    for name, fact in vocabulary.facts.items():
        group = vocabulary.groups.get(fact.group)
        if group is not None and group.none.short:
            yield {group.name: {"any_of": [name.partition(".")[2]]}}
        elif name != vocabulary.entry:
            yield from ({name: plain(value)} for value in fact.values)


def condition_changes(data: Any, vocabulary: Vocabulary) -> Iterator[Mutation]:
    """Yield every change of a condition: negated, widened, narrowed, and everything within it."""
    yield Mutation("condition negated", (), "turned round", {"not": data})
    if data != "always":
        yield Mutation("condition dropped", (), "holds always", "always")
    for atom in atoms(vocabulary):
        yield Mutation("condition narrowed", (), f"also needs {shown(atom)}", {"all": [data, atom]})
        if data != "always":
            yield Mutation("condition widened", (), f"or {shown(atom)}", {"any": [data, atom]})
    if data != "always":
        yield from _inner(data, vocabulary)


def shown(data: Any) -> str:
    """Return a piece of data in the files' notation, on one line."""
    if isinstance(data, dict):
        return "{" + ", ".join(f"{key}: {shown(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list | tuple):
        return "[" + ", ".join(map(shown, data)) + "]"
    return str(data).lower() if data is None or isinstance(data, bool) else str(data)


def _inner(data: dict[str, Any], vocabulary: Vocabulary) -> Iterator[Mutation]:
    if len(data) > 1:
        yield Mutation("and/or swapped", (), "any instead of all", {"any": [{key: value} for key, value in data.items()]})
        for key, value in data.items():
            rest = cut(data, (key,))
            yield Mutation("conjunct dropped", (key,), f"{shown({key: value})} dropped", rest)
            yield Mutation(
                "part negated", (key,), f"{shown({key: value})} turned round", {"all": [rest, {"not": {key: value}}]}
            )
    for key, value in data.items():
        if key in {"all", "any"}:
            yield from _joined(data, key, value, vocabulary)
        elif key == "not":
            yield Mutation("part negated", (key,), "not dropped", {**cut(data, (key,)), "all": [value]})
            yield from (change.below((key,), data) for change in _inner(value, vocabulary))
        elif isinstance(value, dict):
            yield from _members(data, key, value, vocabulary)
        else:
            yield from _values(data, key, value, vocabulary)


def _joined(data: dict[str, Any], key: str, parts: list[Any], vocabulary: Vocabulary) -> Iterator[Mutation]:
    other = "any" if key == "all" else "all"
    if len(parts) > 1:
        swapped = {(other if name == key else name): value for name, value in data.items()}
        yield Mutation("and/or swapped", (key,), f"{other} instead of {key}", swapped)
        for number, part in enumerate(parts):
            kind = "conjunct dropped" if key == "all" else "alternative dropped"
            yield Mutation(kind, (key, number), f"{shown(part)} dropped", {**data, key: dropped(parts, number)})
    for number, part in enumerate(parts):
        path: Path_ = (key, number)
        yield Mutation("part negated", path, f"{shown(part)} turned round", put(data, path, {"not": part}))
        if part != "always":
            yield from (change.below(path, data) for change in _inner(part, vocabulary))


def _members(data: dict[str, Any], key: str, value: dict[str, Any], vocabulary: Vocabulary) -> Iterator[Mutation]:
    ((test, given),) = value.items()
    for other in TESTS:
        if other != test:
            yield Mutation("test changed", (key, test), f"{other} instead of {test}", {**data, key: {other: given}})
    for what, kind, chosen in _chosen(given, vocabulary.members[key]):
        yield Mutation(kind, (key, test), f"{key} {what}", {**data, key: {test: chosen}})


def _values(data: dict[str, Any], key: str, value: Any, vocabulary: Vocabulary) -> Iterator[Mutation]:
    given = value if isinstance(value, list) else [value]
    for what, kind, chosen in _chosen(given, [plain(one) for one in vocabulary.facts[key].values]):
        yield Mutation(kind, (key,), f"{key} {what}", {**data, key: chosen})
    if vocabulary.facts[key].is_boolean:
        for other, fact in vocabulary.facts.items():
            if fact.is_boolean and other not in data:
                renamed = {(other if name == key else name): held for name, held in data.items()}
                yield Mutation("fact changed", (key,), f"{other} instead of {key}", renamed)


def _chosen(given: list[Any], allowed: Iterable[Any]) -> Iterator[tuple[str, str, list[Any]]]:
    others = [one for one in allowed if one not in given]
    for number, one in enumerate(given):
        if len(given) > 1:
            yield f"without {shown(one)}", "value dropped", dropped(given, number)
        for other in others:
            yield f"{shown(other)} instead of {shown(one)}", "value changed", put(given, (number,), other)
    for other in others:
        yield f"or {shown(other)}", "value added", [*given, other]


# Statements


def statement_changes(data: dict[str, Any], tracks: Iterable[str], parts: Parts) -> Iterator[Mutation]:
    """Yield every change of a statement's data."""
    readings = parts.readings
    for change in condition_changes(data["when"], parts.vocabulary):
        yield change.below(("when",), data)
    taken = [data["track"], *(one["track"] for one in data.get("also", ()))]
    for track in tracks:
        if track not in taken:
            yield Mutation("statement moved", ("track",), f"belongs to {track}", {**data, "track": track})
    for number, one in enumerate(data.get("also", ())):
        path: Path_ = ("also", number)
        yield Mutation("second track dropped", path, f"no longer belongs to {one['track']}", cut(data, path))
        for change in condition_changes(one["when"], parts.vocabulary):
            yield change.below((*path, "when"), data)
    yield from _reading_changes(data, readings)
    options = data["options"]
    for number, option in enumerate(options):
        path = ("options", number)
        name = shown(option["treatments"])
        yield Mutation("option dropped", path, f"{name} dropped", {**data, "options": dropped(options, number)})
        for change in _option_changes(option, parts):
            yield attrs.evolve(change.below(path, data), what=f"{name}: {change.what}")
        yield from _item_changes(data, number)
    for treatment in parts.treatments:
        fresh = {"item": options[-1]["item"], "treatments": [treatment]}
        yield Mutation("option added", ("options",), f"{treatment} added", {**data, "options": [*options, fresh]})


def _option_changes(option: dict[str, Any], parts: Parts) -> Iterator[Mutation]:
    for strength in ("usual", "rare", "may"):
        if strength != option.get("strength", "may"):
            yield Mutation("strength changed", (), strength, {**option, "strength": strength})
    for key in ("treatments", "optional"):
        yield from _treatment_changes(option, key, parts)
    yield from _requirement_changes(option, parts.vocabulary)
    intent = option.get("intent")
    what = "no longer palliative" if intent else "palliative"
    yield Mutation("intent changed", (), what, {**option, "intent": None if intent else "palliative"}, shared=True)
    choice = bool(option.get("choice"))
    what = "no longer one of a choice" if choice else "one of a choice"
    yield Mutation("choice changed", (), what, {**option, "choice": not choice}, shared=True)
    yield from _reading_changes(option, parts.readings)


def _treatment_changes(option: dict[str, Any], key: str, parts: Parts) -> Iterator[Mutation]:
    given = list(option.get(key, ()))
    noun = "treatment" if key == "treatments" else "optional treatment"
    known = parts.treatments if key == "treatments" else parts.optional
    others = [one for one in known if one not in option["treatments"] and one not in option.get("optional", ())]
    for number, one in enumerate(given):
        yield Mutation(f"{noun} dropped", (key, number), f"without {one}", {**option, key: dropped(given, number)})
        for other in others:
            yield Mutation(f"{noun} changed", (key, number), f"{other} instead of {one}", put(option, (key, number), other))
    for other in others:
        yield Mutation(f"{noun} added", (key,), f"with {noun} {other}", {**option, key: [*given, other]})
    if key == "treatments" and len(given) > 1:
        for number, one in enumerate(given):
            split = {**option, key: dropped(given, number), "optional": [*option.get("optional", ()), one]}
            yield Mutation("treatment made optional", (key, number), f"{one} only with or without", split)
    if key == "optional":
        for number, one in enumerate(given):
            joined = {**option, "treatments": [*option["treatments"], one], key: dropped(given, number)}
            yield Mutation("optional made a treatment", (key, number), f"always with {one}", joined)


def _requirement_changes(option: dict[str, Any], vocabulary: Vocabulary) -> Iterator[Mutation]:
    needs = option.get("requires")
    if needs is None:
        for atom in atoms(vocabulary):
            yield Mutation("requirement added", (), f"requires {shown(atom)}", {**option, "requires": atom})
        return
    for change in condition_changes(needs, vocabulary):
        kind = "requirement dropped" if change.kind == "condition dropped" else f"requirement: {change.kind}"
        yield attrs.evolve(change.below(("requires",), option), kind=kind, what=f"requires: {change.what}")


def _item_changes(data: dict[str, Any], number: int) -> Iterator[Mutation]:
    options = data["options"]
    item = options[number]["item"]
    for other in (item - 1, item + 1):
        changed = put(data, ("options", number, "item"), other)
        yield Mutation(
            "item changed", ("options", number, "item"), f"list entry {other} instead of {item}", changed, shared=True
        )
    if number:
        first, second = options[number - 1], options[number]
        swapped = [*options[: number - 1], {**second, "item": first["item"]}, {**first, "item": item}, *options[number + 1 :]]
        what = f"{shown(second['treatments'])} before {shown(first['treatments'])}"
        yield Mutation("options reordered", ("options", number), what, {**data, "options": swapped}, shared=True)


def _reading_changes(data: dict[str, Any], readings: tuple[str, ...]) -> Iterator[Mutation]:
    for path, what, changed in reading_changes(data.get("readings", []), readings):
        kind = "reading dropped" if what.startswith("without") else "reading added"
        yield Mutation(kind, ("readings", *path), what, {**data, "readings": changed}, shared=True)


def reading_changes(given: list[str], readings: Iterable[str]) -> Iterator[tuple[Path_, str, list[str]]]:
    """Yield a list of readings without each one, and with each other one."""
    for number, one in enumerate(given):
        yield (number,), f"without {one}", dropped(given, number)
    for other in readings:
        if other not in given:
            yield (), f"with {other}", [*given, other]
