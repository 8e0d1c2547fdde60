"""Plain data to the file classes of `schema`, strictly, with every mistake at its path. cattrs does the structuring."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeVar

import attrs
import cattrs
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)

from ..model.errors import listed, suggest
from .schema_base import ConditionData, key_of
from .yaml_source import Document, Path_, resolved

_File = TypeVar("_File")

_KEYS: dict[str, str] = {}
"""The keys of the fields that stand under another name in a file; cattrs tells where a mistake is by the field's."""

_NAMES: dict[type, str] = {str: "text", int: "a whole number", bool: "true or false"}


def structure(document: Document, kind: type[_File], within: Path_ = ()) -> _File | None:
    """Return the document's data, or what stands `within` it at a path, as a file class.

    `None` with its problems recorded in the document where it is none.
    """
    data = document.data
    for key in within:
        data = data[key]
    try:
        return _CONVERTER.structure(data, kind)
    except Exception as error:
        for path, message, hint in _mistakes(error, within):
            document.problem(path, message, hint)
        return None


class _MismatchError(ValueError):
    """A value of the wrong kind, with what would be right."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "a list" if isinstance(value, list) else "nothing" if value is None else repr(value)


def _origin(kind: Any) -> Any:
    return typing.get_origin(kind)


def _strict(kind: type) -> Any:
    def hook(value: Any, _: Any) -> Any:
        # `type is` and not isinstance: true is no whole number.
        if type(value) is not kind:
            hint = "put it in quotes" if kind is str and isinstance(value, bool | int | float) else ""
            if isinstance(value, str) and type(resolved(value)) is kind:
                raise _MismatchError(f"takes {_NAMES[kind]}, not the text {value!r}", "leave out the quotes")
            raise _MismatchError(f"takes {_NAMES[kind]}, not {_shown(value)}", hint)
        return value

    return hook


def _literal(value: Any, kind: Any) -> Any:
    allowed = typing.get_args(kind)
    if type(value) not in {type(one) for one in allowed} or value not in allowed:
        raise _MismatchError(f"has no value {_shown(value)}", suggest(value, map(str, allowed)) or f"one of {listed(allowed)}")
    return value


def _number(value: Any, _: Any) -> Any:
    if value is not None and type(value) not in {int, float}:
        raise _MismatchError(f"takes a number, not {_shown(value)}")
    return value


def _fact_value(value: Any, _: Any) -> Any:
    if not (value is None or isinstance(value, str | bool)):
        raise _MismatchError(f"takes a fact's value, not {_shown(value)}")
    return value


def _container(kind: type, name: str, inner: Any) -> Any:
    def hook(value: Any, target: Any) -> Any:
        if not isinstance(value, kind):
            raise _MismatchError(f"takes {name}, not {_shown(value)}")
        return inner(value, target)

    return hook


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)
    for kind in _NAMES:
        converter.register_structure_hook(kind, _strict(kind))
    converter.register_structure_hook_func(lambda kind: kind is ConditionData, lambda value, _: value)
    converter.register_structure_hook_func(lambda kind: _origin(kind) is Literal, _literal)
    converter.register_structure_hook_func(lambda kind: kind == str | bool | None, _fact_value)
    converter.register_structure_hook_func(lambda kind: kind == int | float | None, _number)

    def sequence(kind: Any, made: cattrs.BaseConverter) -> Any:
        (item, _) = typing.get_args(kind)
        inner = made.get_structure_hook(list[item])  # type: ignore[valid-type]
        return _container(list, "a list", lambda value, _target: tuple(inner(value, list[item])))  # type: ignore[valid-type]

    def mapping(kind: Any, made: cattrs.BaseConverter) -> Any:
        return _container(dict, "a mapping", cattrs.gen.mapping_structure_factory(kind, made, structure_to=dict))

    converter.register_structure_hook_factory(lambda kind: _origin(kind) is tuple, sequence)
    converter.register_structure_hook_factory(lambda kind: _origin(kind) is dict, mapping)
    converter.register_structure_hook_factory(attrs.has, _class_hook)
    return converter


def _class_hook(kind: Any, converter: cattrs.Converter) -> Any:
    attrs.resolve_types(kind)
    keys = {one.name: key_of(one) for one in attrs.fields(kind) if key_of(one) != one.name}
    renamed: Any = {name: cattrs.gen.override(rename=key) for name, key in keys.items()}
    _KEYS.update(keys)
    inner = cattrs.gen.make_dict_structure_fn(
        kind, converter, _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=True, **renamed
    )
    return _container(dict, "a mapping", inner)


def _mistakes(error: BaseException, path: Path_) -> Iterator[tuple[Path_, str, str]]:
    """Yield path, message and suggestion for everything that cattrs found."""
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            path = (*path, _KEYS.get(note.name, note.name))
        elif isinstance(note, IterableValidationNote):
            path = (*path, note.index)
    if isinstance(error, BaseValidationError):
        for inner in error.exceptions:
            yield from _mistakes(inner, path)
    elif isinstance(error, ForbiddenExtraKeysError):
        names = [key_of(field) for field in attrs.fields(error.cl)]
        for key in sorted(error.extra_fields):
            yield (*path, key), f"unknown key '{key}'", suggest(key, names) or f"keys: {listed(names)}"
    elif isinstance(error, KeyError):
        yield path[:-1], f"the key '{path[-1]}' is missing", ""
    else:
        yield path, f"'{path[-1]}' {error}" if path else f"the file {error}", getattr(error, "hint", "")


_CONVERTER = _converter()
