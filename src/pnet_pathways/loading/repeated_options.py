"""Options that a document means to offer twice in one case, each with the reason: ``repeated_options.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import attrs

from ..model.beside import RepeatedOption
from ..model.errors import DefinitionError
from ..model.pathway import Definitions
from .schema_base import described
from .structuring import structure
from .yaml_source import Document, read_yaml

FILE: Final = "repeated_options.yaml"


@attrs.frozen
class RepeatedOptionSpec:
    """Treatments that two statements offer in one case."""

    statements: tuple[str, ...] = described("the ids of the two statements; of one, where its own options repeat")
    treatments: tuple[str, ...] = described("treatment ids, all given together")
    because: str = described("why both stand, own words")


@attrs.frozen
class RepeatedOptionsFile:
    """repeated_options.yaml: options that stand twice on purpose; `pnet verify` finds those that are not listed."""

    repeated_options: tuple[RepeatedOptionSpec, ...] = described("the options, by their statements and treatments")


def repeated_options(definitions: Definitions) -> tuple[RepeatedOption, ...]:
    """Return what a document's folder lists, nothing where it has no such file.

    Raises `DefinitionError` with every mistake in the file.
    """
    path = Path(definitions.folder) / FILE
    if not path.is_file():
        return ()
    document = read_yaml(path, FILE)
    file = None if document.problems else structure(document, RepeatedOptionsFile)
    if file is not None:
        _check(document, file)
    if file is None or document.problems:
        raise DefinitionError(document.problems)
    return tuple(
        RepeatedOption(
            frozenset(spec.statements),
            frozenset(spec.treatments),
            spec.because,
            document.where(("repeated_options", number)),
        )
        for number, spec in enumerate(file.repeated_options)
    )


def _check(document: Document, file: RepeatedOptionsFile) -> None:
    seen: set[tuple[frozenset[str], frozenset[str]]] = set()
    for number, spec in enumerate(file.repeated_options):
        place = ("repeated_options", number)
        if not spec.because.strip():
            document.problem((*place, "because"), "the reason is missing", "say why both stand, in own words")
        key = frozenset(spec.statements), frozenset(spec.treatments)
        if key in seen:
            document.problem(place, "these statements and treatments are listed already", "keep one")
        seen.add(key)
