"""The mapping of a cohort's columns: other names, codes and units than the definitions have, in a YAML file.

Without a file every fact is read from the column of its own name. A value that the mapping does not name is taken as it stands.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import attrs

from ...loading.yaml_source import Document, read_yaml
from ...model.errors import CohortError, listed, suggest
from ...model.facts import Fact, FactKind
from ...model.values import Value, plain
from ...model.vocabulary import Vocabulary

ID: Final = "id"
"""The column that names the patients, unless the mapping says otherwise."""

_KEYS: Final = ("id", "facts", "ignore")
_FACT_KEYS: Final = ("column", "values", "unknown", "factor")


@attrs.frozen
class FactColumn:
    """From where a fact is read: the `column`, what its `values` mean (as text), which say `unknown`, a `factor` of numbers."""

    column: str
    values: Mapping[str, Value] = attrs.field(factory=dict)
    unknown: tuple[str, ...] = ()
    factor: float = 1.0


@attrs.frozen
class ColumnMapping:
    """From where a cohort is read: the column `id`, the facts, and patterns of columns to `ignore`."""

    id: str
    facts: Mapping[str, FactColumn]
    ignore: tuple[str, ...] = ()

    def ignored(self, column: str) -> bool:
        """Return whether a column is left out on purpose."""
        return any(fnmatchcase(column, pattern) for pattern in self.ignore)

    def ignoring(self, patterns: Sequence[str]) -> ColumnMapping:
        """Return the same that leaves out more columns; ``*`` in a name stands for anything."""
        return attrs.evolve(self, ignore=(*self.ignore, *patterns))


def plain_mapping(vocabulary: Vocabulary) -> ColumnMapping:
    """Return the mapping by which every fact is read from the column of its name."""
    return ColumnMapping(ID, {name: FactColumn(name) for name in vocabulary.facts})


def read_mapping(path: Path, vocabulary: Vocabulary) -> ColumnMapping:
    """Return the mapping of a file. Raises `CohortError` with all that is wrong in it, each with line and column."""
    document = read_yaml(path, path.name)
    found = None if document.problems else _read(document, vocabulary)
    if document.problems or found is None:
        raise CohortError(document.problems)
    return found


def _read(document: Document, vocabulary: Vocabulary) -> ColumnMapping:
    data = document.data if isinstance(document.data, dict) else {}
    if not isinstance(document.data, dict):
        document.problem((), f"a mapping file is an object with the keys {listed(_KEYS)}")
    _unknown_keys(document, (), data, _KEYS)
    facts = {name: FactColumn(name) for name in vocabulary.facts}
    given = data.get("facts") or {}
    if not isinstance(given, dict):
        document.problem(("facts",), "this is no object of facts")
        given = {}
    for name, spec in given.items():
        if name not in vocabulary.facts:
            hint = suggest(name, vocabulary.facts) or f"facts: {listed(vocabulary.facts)}"
            document.problem(("facts", name), f"there is no fact '{name}'", hint)
        else:
            facts[name] = _fact(document, vocabulary.facts[name], spec)
    key, ignore = data.get("id", ID), data.get("ignore") or []
    if not isinstance(key, str):
        document.problem(("id",), "the name of a column is text")
    if not isinstance(ignore, list) or not all(isinstance(one, str) for one in ignore):
        document.problem(("ignore",), "this is no list of columns")
        ignore = []
    return ColumnMapping(str(key), facts, tuple(ignore))


def _unknown_keys(document: Document, path: tuple[str | int, ...], data: Mapping[Any, Any], keys: Sequence[str]) -> None:
    for key in data:
        if key not in keys:
            document.problem((*path, key), f"there is no key '{key}' here", suggest(key, keys) or f"keys: {listed(keys)}")


def _fact(document: Document, fact: Fact, spec: Any) -> FactColumn:
    path: tuple[str | int, ...] = ("facts", fact.name)
    if isinstance(spec, str):
        return FactColumn(spec)
    if not isinstance(spec, dict):
        document.problem(path, f"this is the name of a column, or an object with the keys {listed(_FACT_KEYS)}")
        return FactColumn(fact.name)
    _unknown_keys(document, path, spec, _FACT_KEYS)
    column = spec.get("column", fact.name)
    if not isinstance(column, str):
        document.problem((*path, "column"), "the name of a column is text")
    unknown = spec.get("unknown") or []
    if not isinstance(unknown, list):
        document.problem((*path, "unknown"), "this is no list of values")
        unknown = []
    values = spec.get("values") or {}
    if not isinstance(values, dict):
        document.problem((*path, "values"), "this is no object: what stands in the column, and the value that it means")
        values = {}
    for key, value in values.items():
        if value not in [plain(one) for one in fact.values] or (fact.is_boolean and not isinstance(value, bool)):
            allowed = "true, false" if fact.is_boolean else listed(fact.answers)
            hint = suggest(value, fact.answers) if isinstance(value, str) else ""
            document.problem((*path, "values", key), f"{fact.name} has no value {value!r}; allowed: {allowed}", hint)
    factor = spec.get("factor", 1.0)
    if fact.kind is not FactKind.BANDS and "factor" in spec:
        document.problem((*path, "factor"), f"{fact.name} is no number: it has no unit")
    elif not isinstance(factor, int | float) or isinstance(factor, bool) or not 0 < factor < math.inf:
        document.problem((*path, "factor"), "a factor is a number greater than 0")
    return FactColumn(str(column), {as_text(key): value for key, value in values.items()}, tuple(map(as_text, unknown)), factor)


def as_text(value: object) -> str:
    """Return a value of a column as a mapping names it: booleans as ``true`` and ``false``."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def columns_of(mapping: ColumnMapping) -> Iterator[str]:
    """Yield the columns that a mapping reads, that of the ids first."""
    yield mapping.id
    yield from dict.fromkeys(one.column for one in mapping.facts.values())
