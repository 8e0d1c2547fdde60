"""What a compiled form of definitions holds: all that loading gives, part by part, so that a start reads only what it needs.

It is data, never code: it names classes of the model alone.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import attrs

from ..model.codes import Column
from ..model.lazy import LazyMapping
from ..model.pathway import Definitions
from ..model.scenario_rows import Row, TrackScenarios
from ..model.vocabulary import Vocabulary
from .compiled import compiled_data, sealed
from .paths import reviews_folder

_MODEL: Final = f"{__name__.partition('.')[0]}.model."
_TUPLE, _LIST, _MAPPING, _SET, _ENUM, _FIRST = range(6)
_BY_KEY: Final = frozenset({"pathways", "readings", "scenarios"})
"""The parts that are read one entry at a time."""
_BESIDE_VALUES: Final = tuple(one.name for one in attrs.fields(Row) if one.name != "values")
"""What a scenario is beside its values."""
_OF_PLACE: Final = frozenset({"folder", "reviews", "readings_chosen", "base"})
"""What the place says, not the files."""


class _Compiled(Definitions):
    """Definitions of which each part is read when it is first asked for."""

    __slots__ = ("_parts",)
    _parts: dict[str, Callable[[], Any]]

    def __getattr__(self, name: str) -> Any:
        # Asked only for what is not there yet.
        if name == "_parts" or name not in self._parts:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
        value = self._parts[name]()
        object.__setattr__(self, name, value)
        return value

    def changed(self, **changes: Any) -> Definitions:
        """Return the definitions with some fields changed; what was not read yet is asked of these."""
        made, unread = object.__new__(_Compiled), getattr(self, "_parts", {})
        own = {one.name: getattr(self, one.name) for one in attrs.fields(Definitions) if one.name not in unread}
        parts = {name: functools.partial(getattr, self, name) for name in unread if name not in changes}
        for name, value in {**own, "remembered": {}, **changes, "_parts": parts}.items():
            object.__setattr__(made, name, value)
        return made

    def __reduce__(self) -> tuple[object, ...]:
        fields = {one.name: getattr(self, one.name) for one in attrs.fields(Definitions) if one.init}
        return _again, (fields,)


def _again(fields: Mapping[str, Any]) -> Definitions:
    """Return definitions that were copied or sent from another process."""
    return Definitions(**fields)


# Writing


class _Writer:
    def __init__(self) -> None:
        self.classes: dict[type, int] = {}

    def text(self, value: object) -> str:
        return json.dumps(self._data(value), separators=(",", ":"), ensure_ascii=False)

    def _number(self, kind: type) -> int:
        if not kind.__module__.startswith(_MODEL):
            raise TypeError(f"{kind.__module__}.{kind.__qualname__} is no class of the model")
        return self.classes.setdefault(kind, len(self.classes))

    def _data(self, value: Any) -> Any:
        kind = type(value)
        if value is None or kind in {bool, int, float, str}:
            return value
        if isinstance(value, Enum):
            return [_ENUM, self._number(kind), value.value]
        if isinstance(value, Mapping):
            return [_MAPPING, *(self._data(one) for pair in value.items() for one in pair)]
        if isinstance(value, frozenset):
            return [_SET, *sorted(map(self._data, value), key=json.dumps)]
        if isinstance(value, tuple | list):
            return [_TUPLE if isinstance(value, tuple) else _LIST, *map(self._data, value)]
        fields = [getattr(value, one.name) for one in attrs.fields(kind) if one.init]
        return [_FIRST + self._number(kind), *map(self._data, fields)]


def compiled_parts(definitions: Definitions) -> dict[str, Any]:
    """Return what a compiled form holds of definitions: its classes, and the JSON text of each part."""
    writer = _Writer()
    parts: dict[str, Any] = {}
    for name in (one.name for one in attrs.fields(Definitions) if one.init and one.name not in _OF_PLACE):
        value = getattr(definitions, name)
        if name in _BY_KEY:
            made = writer.text
            if name == "scenarios":
                made = functools.partial(_scenarios_text, writer, definitions.vocabulary)
            parts[name] = [[list(key) if isinstance(key, tuple) else key, made(one)] for key, one in value.items()]
        else:
            parts[name] = writer.text(value)
    vocabulary = definitions.vocabulary
    parts["rows"] = [
        [sorted(tied), [column.marks for column in vocabulary.columns(tied).values()]]
        for tied in vocabulary.tied_sets(vocabulary.facts)
    ]
    return {"classes": [f"{one.__module__.removeprefix(_MODEL)}:{one.__qualname__}" for one in writer.classes], "parts": parts}


def _scenarios_text(writer: _Writer, vocabulary: Vocabulary, table: TrackScenarios) -> str:
    """Return the scenarios of a track by column: of each fact its marks, of all else what there is and the marks of that."""
    values = zip(*(row.values for row in table.rows), strict=True) if table.facts else ()
    marks = [Column.of(vocabulary.facts[name].domain, one).marks for name, one in zip(table.facts, values, strict=True)]
    rest = [
        [kinds, Column.of(kinds, column).marks]
        for column in ([getattr(row, name) for row in table.rows] for name in _BESIDE_VALUES)
        for kinds in [list(dict.fromkeys(column))]
    ]
    return writer.text([table.facts, table.reads, marks, rest])


def _scenarios(vocabulary: Vocabulary, data: Sequence[Any]) -> TrackScenarios:
    facts, reads, marks, rest = data
    columns = [Column(vocabulary.facts[name].domain, one).values for name, one in zip(facts, marks, strict=True)]
    beside = [Column(kinds, one).values for kinds, one in rest]
    values = zip(*columns, strict=True) if columns else itertools.repeat((), len(beside[0]))
    return TrackScenarios(facts, reads, tuple(map(Row, values, *beside)))


def compiled_text(folder: Path, definitions: Definitions) -> str:
    """Return the compiled form of a folder's definitions, which were loaded from it without alternatives chosen."""
    return sealed(folder, definitions.version, definitions.content_hash, compiled_parts(definitions))


# Reading


class _Reader:
    def __init__(self, names: list[str]) -> None:
        self._names = names
        self._classes: dict[int, Any] = {}

    def __call__(self, text: str) -> Any:
        return self._value(json.loads(text))

    def _class(self, number: int) -> Any:
        found = self._classes.get(number)
        if found is None:
            module, _, name = self._names[number].partition(":")
            if not (module.isidentifier() and name.isidentifier()):
                raise ValueError(f"{self._names[number]} is no class of the model")
            found = self._classes[number] = getattr(import_module(_MODEL + module), name)
        return found

    def _value(self, data: Any) -> Any:
        if type(data) is not list:
            return data
        read = self._value
        kind = data[0]
        values = [read(one) if type(one) is list else one for one in data[1:]]
        if kind >= _FIRST:
            return self._class(kind - _FIRST)(*values)
        if kind == _TUPLE:
            return tuple(values)
        if kind == _MAPPING:
            return dict(zip(values[::2], values[1::2], strict=True))
        if kind == _ENUM:
            return self._class(values[0])(values[1])
        return frozenset(values) if kind == _SET else values


def read_compiled(folder: Path) -> Definitions | None:
    """Return a folder's definitions from their compiled form; `None` where there is none, or none of just these files."""
    data = compiled_data(folder)
    return None if data is None else _definitions(folder, data)


def compiled_differences(folder: Path, definitions: Definitions) -> Iterator[str]:
    """Yield the parts of a folder's compiled form that are not those of definitions loaded from its files.

    None where there is no compiled form, or one that is not used.
    """
    data = compiled_data(folder)
    if data is None:
        return
    right = compiled_parts(definitions)
    if data.get("classes") != right["classes"]:
        yield "classes"
    for name in dict.fromkeys([*right["parts"], *data["parts"]]):
        if data["parts"].get(name) != right["parts"].get(name):
            yield name.replace("_", " ")
    for name in ("version", "content_hash"):
        if data.get(name) != getattr(definitions, name):
            yield f"{name.replace('_', ' ')} of the whole"


def _definitions(folder: Path, data: Mapping[str, Any]) -> Definitions:
    read, parts = _Reader(data["classes"]), data["parts"]

    def part(name: str) -> Callable[[], Any]:
        if name in _BY_KEY:
            texts = {tuple(key) if isinstance(key, list) else key: text for key, text in parts[name]}
            if name == "scenarios":
                return lambda: LazyMapping(texts, lambda key: _scenarios(made.vocabulary, read(texts[key])))
            return lambda: LazyMapping(texts, lambda key: read(texts[key]))
        return lambda: read(parts[name])

    def vocabulary() -> Any:
        found: Vocabulary = read(parts["vocabulary"])
        for tied, marks in parts["rows"]:
            found.know_columns(frozenset(tied), marks)
        return found

    def reviews() -> Any:
        from .reviews import read_reviews

        return read_reviews(reviews_folder(folder)).of(made.reviewed_hashes)

    made = object.__new__(_Compiled)
    lazy: dict[str, Callable[[], Any]] = {name: part(name) for name in parts if name != "rows"}
    known = {
        "_parts": lazy | {"vocabulary": vocabulary, "reviews": reviews},
        "folder": str(folder),
        "readings_chosen": {},
        "base": None,
        "remembered": {},
    }
    for name, value in known.items():
        object.__setattr__(made, name, value)
    return made
