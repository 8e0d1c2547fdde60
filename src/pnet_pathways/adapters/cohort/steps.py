"""How the answers to a cohort are looked up: columns as small numbers, and steps that combine a few of them into fewer.

A step reads numbers of columns or of earlier steps as one mixed-radix number, and looks up a smaller one. The last step of a
group gives the number of its answer; those of `checks` say whether a row contradicts itself. The same steps run on NumPy
arrays and, as joins, on any SQL engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ...model.pathway import Definitions
from ...model.values import Value
from .answer_tables import AnswerTables

Codes = NDArray[Any]
"""Whole numbers, one for each row or entry; as narrow as they can be."""


@attrs.frozen
class Column:
    """How one fact is numbered: 0 unknown, from 1 its `values` in their order, and last whatever is no value of it."""

    name: str
    values: tuple[Value, ...]

    @property
    def bad(self) -> int:
        """The number of what is no value of the fact."""
        return len(self.values) + 1

    @property
    def radix(self) -> int:
        """How many numbers there are."""
        return len(self.values) + 2


@attrs.frozen(eq=False)
class Step:
    """Looks up `name` by `inputs`: the entry of `table` at their mixed-radix number, the last input counting in ones.

    Every input is less than its entry in `radixes`, and what is looked up less than `size`.
    """

    name: str
    inputs: tuple[str, ...]
    radixes: tuple[int, ...]
    table: Codes
    size: int

    def entries(self) -> Iterator[tuple[tuple[int, ...], int]]:
        """Yield every combination of the inputs with what is looked up."""
        for place, found in enumerate(self.table.tolist()):
            key = []
            left = place
            for radix in reversed(self.radixes):
                left, digit = divmod(left, radix)
                key.append(digit)
            yield tuple(reversed(key)), found

    def run(self, codes: Mapping[str, Codes]) -> Codes:
        """Return what is looked up for each row."""
        kind = np.uint16 if len(self.table) <= 1 << 16 else np.uint32
        first, *others = self.inputs
        index = codes[first]
        if others:
            index = index.astype(kind)
            for name, radix in zip(others, self.radixes[1:], strict=True):
                index *= kind(radix)
                index += codes[name].astype(kind, copy=False)
        # Half the time of an index in brackets.
        return self.table.take(index)


@attrs.frozen(eq=False)
class GroupSteps:
    """The steps of one group of answers (a track of the answer), in the order in which they run.

    The last number is that of the answer. For a row that `checks` rejects it says nothing.
    """

    group: str
    steps: tuple[Step, ...]

    @property
    def output(self) -> str:
        """The name of the last number."""
        return self.steps[-1].name

    @property
    def size(self) -> int:
        """How many answers there are."""
        return self.steps[-1].size


@attrs.frozen(eq=False)
class Checks:
    """The steps that say whether rows can be: `outputs` are the names of the numbers that are 0 where nothing is wrong.

    There is one for each set of facts that rules tie together, and each other fact; by name, `about` holds these facts.
    """

    steps: tuple[Step, ...]
    about: Mapping[str, tuple[str, ...]]

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the numbers, 0 for a row that can be."""
        return tuple(self.about)


@attrs.frozen(eq=False)
class StepTables:
    """All that answers a cohort: `columns` by fact, in the vocabulary's order; `checks`; the groups in the answer's order.

    `said` is what the numbers of the answers stand for.
    """

    definitions: Definitions
    columns: Mapping[str, Column]
    checks: Checks
    groups: tuple[GroupSteps, ...]
    said: AnswerTables

    @property
    def steps(self) -> Iterator[Step]:
        """Every step, those of the checks first."""
        yield from self.checks.steps
        for group in self.groups:
            yield from group.steps

    def missing(self, group: str) -> NDArray[np.int64]:
        """Return which facts can still change each answer of a group: bit 0 is the first fact."""
        return self.said.missing(group, list(self.columns))

    def bad_rows(self, codes: Mapping[str, Codes]) -> NDArray[np.bool_]:
        """Return which rows hold what is no value of a fact, or contradict themselves."""
        known = run(self.checks.steps, codes)
        found: Any = None
        for name in self.checks.outputs:
            found = known[name] if found is None else found | known[name]
        return np.asarray(found, dtype=bool)

    def answer(self, codes: Mapping[str, Codes]) -> dict[str, Codes]:
        """Return the number of the answer of each row, by group. They say nothing of a row that is bad."""
        return {group.group: run(group.steps, codes)[group.output] for group in self.groups}


def run(steps: Sequence[Step], codes: Mapping[str, Codes]) -> dict[str, Codes]:
    """Return the numbers that steps look up, with those given; what no later step reads is let go."""
    last = {name: place for place, step in enumerate(steps) for name in step.inputs}
    known = dict(codes)
    for place, step in enumerate(steps):
        known[step.name] = step.run(known)
        for name in step.inputs:
            if last[name] == place and name not in codes:
                del known[name]
    return known
