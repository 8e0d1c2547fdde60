"""The compiled form of a folder of definitions: one JSON file beside them, used where it was made from just these files.

It holds what loading gives, part by part, so that a start reads neither YAML nor what it does not need. It is data, never code:
it names classes of the model alone. Where it does not fit, the files are loaded, and the log says why.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeVar

import attrs

from ..model.pathway import Definitions
from ..model.version import library_version
from .paths import BESIDE, comes_with_package, reviews_folder

COMPILED: Final = "compiled.json"
FORMAT: Final = 1
_MODEL: Final = f"{__name__.split('.', maxsplit=1)[0]}.model."
_TUPLE, _LIST, _MAPPING, _SET, _ENUM, _FIRST = range(6)
_BY_KEY: Final = frozenset({"pathways", "readings", "scenarios"})
"""The parts that are read one entry at a time."""
_OF_PLACE: Final = frozenset({"folder", "reviews", "readings_chosen", "base"})
"""What the place says, not the files."""

_K = TypeVar("_K")
_V = TypeVar("_V")


class _Lazy(Mapping[_K, _V]):
    """A mapping of which each entry is read when it is first asked for."""

    def __init__(self, texts: Mapping[_K, str], read: Callable[[str], _V]) -> None:
        self._texts = texts
        self._read = read
        self._found: dict[_K, _V] = {}

    def __getitem__(self, key: _K) -> _V:
        found = self._found.get(key)
        # Two threads may both read it; the first to store it is the one that all get.
        return self._found.setdefault(key, self._read(self._texts[key])) if found is None else found

    def __iter__(self) -> Iterator[_K]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> tuple[object, ...]:
        return dict, (dict(self),)


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
            parts[name] = [[list(key) if isinstance(key, tuple) else key, writer.text(one)] for key, one in value.items()]
        else:
            parts[name] = writer.text(value)
    return {"classes": [f"{one.__module__.removeprefix(_MODEL)}:{one.__qualname__}" for one in writer.classes], "parts": parts}


def compiled_text(folder: Path, definitions: Definitions) -> str:
    """Return the compiled form of a folder's definitions, which were loaded from it without alternatives chosen."""
    head = {
        "format": FORMAT,
        "library": library_version(),
        "sources": _sources_hash(),
        "version": definitions.version,
        "content_hash": definitions.content_hash,
        "files": _file_hashes(folder),
    }
    body = json.dumps(head | compiled_parts(definitions), indent=0, ensure_ascii=False)
    rest = f'"compiled": {body}}}\n'
    return f'{{"sha256": "{hashlib.sha256(rest.encode()).hexdigest()}",\n{rest}'


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


def compiled_data(folder: Path) -> dict[str, Any] | None:
    """Return the compiled form of a folder as data, where it was made from just these files by this library."""
    try:
        raw = (folder / COMPILED).read_bytes()
    except OSError:
        return None
    reason, data = "it is no compiled form", dict[str, Any]()
    try:
        whole = json.loads(raw)
        _, _, rest = raw.partition(b"\n")
        data = whole["compiled"]
        reason = _unfit(folder, data, whole["sha256"] == hashlib.sha256(rest).hexdigest())
    except (ValueError, KeyError, TypeError):
        pass
    if not reason:
        return data
    import logging

    logging.getLogger(__name__).info(
        "%s is not used, the definitions are loaded from their files: %s", folder / COMPILED, reason
    )
    return None


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


def _unfit(folder: Path, data: Mapping[str, Any], whole: bool) -> str:
    """Return why a compiled form does not fit, empty where it does."""
    if not whole:
        return "its content is not what its hash says"
    if data["format"] != FORMAT or data["library"] != library_version():
        return "another version of the library made it"
    if not comes_with_package() and data["sources"] != _sources_hash():
        return "other sources of the library made it"
    return "" if data["files"] == _file_hashes(folder) else "the files are no longer those that it was made from"


def _definitions(folder: Path, data: Mapping[str, Any]) -> Definitions:
    read, parts = _Reader(data["classes"]), data["parts"]

    def part(name: str) -> Callable[[], Any]:
        if name in _BY_KEY:
            texts = {tuple(key) if isinstance(key, list) else key: text for key, text in parts[name]}
            return lambda: _Lazy(texts, read)
        return lambda: read(parts[name])

    def reviews() -> Any:
        from .reviews import read_reviews

        return read_reviews(reviews_folder(folder)).of(made.reviewed_hashes)

    made = object.__new__(_Compiled)
    lazy: dict[str, Callable[[], Any]] = {name: part(name) for name in parts}
    known = {
        "_parts": lazy | {"reviews": reviews},
        "folder": str(folder),
        "readings_chosen": {},
        "base": None,
        "remembered": {},
    }
    for name, value in known.items():
        object.__setattr__(made, name, value)
    return made


def _file_hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file that loading reads."""
    names = sorted(path.name for path in folder.glob("[!.]*.yaml") if path.name not in BESIDE)
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def _sources_hash() -> str:
    """Return the SHA-256 of the sources that read definitions: in a checkout they change while the version stays."""
    rooms = Path(__file__).resolve().parents[1]
    found = hashlib.sha256()
    for path in sorted([*rooms.glob("model/*.py"), *rooms.glob("loading/*.py")]):
        found.update(path.read_bytes())
    return found.hexdigest()
