"""What of an input does not map, before a row is answered: its columns, and the values that are none of their fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import attrs

from ...model.errors import CohortError, Problem, listed, shown, suggest
from ...model.pathway import Definitions
from ...model.text import counted
from .columns import layout, unmapped
from .evaluation import mapping_for, steps_for
from .inputs import UnreadValueError, open_input
from .mapping import ColumnMapping
from .steps import StepTables

_MOST: Final = 20
"""How many values of a column are listed."""


@attrs.frozen
class Findings:
    """What does not map: `problems` of columns, for which a cohort is refused, and of `values`, for which rows are rejected."""

    problems: tuple[Problem, ...]
    values: tuple[Problem, ...]
    told: tuple[str, ...]
    rows: int

    @property
    def fits(self) -> bool:
        """Whether all maps."""
        return not self.problems and not self.values

    @property
    def lines(self) -> Iterator[str]:
        """The findings as lines of text."""
        yield from map(str, self.problems)
        yield from map(str, self.values)
        yield from self.told
        if self.fits:
            yield f"all maps ({counted(self.rows, 'row')})"


def check_input(
    source: Path,
    definitions: Definitions | None = None,
    *,
    mapping: str | Path | ColumnMapping | None = None,
    ignore: Sequence[str] = (),
) -> Findings:
    """Return what of an input does not map. Raises `CohortError` for a mapping or a file that cannot be read."""
    tables = steps_for(definitions)
    mapped = mapping_for(mapping, tables, ignore)
    as_text: frozenset[str] = frozenset()
    while True:
        given = open_input(source, mapped, tables.definitions, as_text)
        try:
            read = layout(given.schema, mapped, tables, typed=given.typed)
        except CohortError as error:
            return Findings(error.problems, (), (), 0)
        found: Counter[tuple[str, str]] = Counter()
        rows = 0
        try:
            for part in given.parts():
                for table in part.read(read.columns):
                    rows += len(table)
                    for fact, value, count in unmapped(read, table, tables):
                        found[fact, value] += count
        except UnreadValueError as error:
            as_text |= {error.column}
            continue
        return Findings((), tuple(_values(found, mapped, tables)), read.told, rows)


def _values(found: Counter[tuple[str, str]], mapping: ColumnMapping, tables: StepTables) -> Iterator[Problem]:
    for name in tables.columns:
        here = [(value, count) for (fact, value), count in found.most_common() if fact == name]
        answers = tables.definitions.vocabulary.facts[name].answers
        allowed = "true, false" if tables.definitions.vocabulary.facts[name].is_boolean else listed(answers)
        for value, count in here[:_MOST]:
            hint = suggest(value, answers)
            yield Problem(
                mapping.facts[name].column, f"{shown(value)} ({counted(count, 'row')}) is no value of {name}: {allowed}", hint
            )
        if len(here) > _MOST:
            rest = sum(count for _, count in here[_MOST:])
            yield Problem(mapping.facts[name].column, f"{counted(len(here) - _MOST, 'more value')} ({counted(rest, 'row')})")
