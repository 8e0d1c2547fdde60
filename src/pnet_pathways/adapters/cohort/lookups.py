"""Few lookup tables in place of many steps, for engines that pay for each join: steps that fit into one table become one."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Final

import attrs
import numpy as np

from .steps import Codes, Step, StepTables

MOST_ROWS: Final = 1 << 18
"""Steps become one lookup as long as its table has no more rows than this."""


@attrs.frozen(eq=False)
class Lookup:
    """A table by one number: that of `inputs` in mixed radix, the last counting in ones. `outputs` are its columns by name.

    Inputs are facts or outputs of earlier lookups.
    """

    inputs: tuple[str, ...]
    radixes: tuple[int, ...]
    outputs: Mapping[str, Codes]


def lookups_of(tables: StepTables) -> tuple[Lookup, ...]:
    """Return lookups that tell what the steps tell, each after those that it reads.

    The numbers of checks and answers are outputs by the names that the steps have for them.
    """
    radixes = {name: column.radix for name, column in tables.columns.items()}
    blocks: list[_Block] = []
    for step in tables.steps:
        blocks.append(_Block((step,), _producers(blocks), radixes))
    while (pair := _cheapest(blocks, radixes)) is not None:
        rest = [one for one in blocks if one not in pair]
        blocks = [*rest, _Block(_in_order(pair), _producers(rest), radixes)]
    wanted = {*tables.checks.outputs, *(group.output for group in tables.groups)}
    return tuple(_numbered(_sorted(blocks), wanted, radixes))


class _Axis:
    """What a block reads of one fact, or together of what one other block tells: every combination that there is."""

    def __init__(self, names: tuple[str, ...], combinations: Codes, places: Codes | None) -> None:
        self.names = names
        self.combinations = combinations
        self.places = places
        """By the rows of the other block, which combination it is."""


class _Block:
    """Steps that are looked up at once; `told` holds by each combination of what the axes say what each step tells."""

    def __init__(self, steps: tuple[Step, ...], producers: Mapping[str, _Block], radixes: Mapping[str, int]) -> None:
        self.steps = steps
        self.axes = _axes(steps, producers, radixes)
        self._together: dict[tuple[str, ...], _Axis] = {}
        known: dict[str, Codes] = {}
        shape = [axis.combinations.shape[1] for axis in self.axes]
        places = np.indices(shape, dtype=np.int32).reshape(len(shape), -1)
        for axis, place in zip(self.axes, places, strict=True):
            known |= {name: values[place] for name, values in zip(axis.names, axis.combinations, strict=True)}
        for step in steps:
            known[step.name] = step.run(known)
        self.told = {step.name: known[step.name] for step in steps}

    @property
    def reads(self) -> tuple[str, ...]:
        """What is told elsewhere, or facts."""
        return tuple(name for axis in self.axes for name in axis.names)

    def together(self, names: tuple[str, ...]) -> _Axis:
        """Return the combinations of what some of its steps tell."""
        if names not in self._together:
            stacked = np.stack([self.told[name].astype(np.int32) for name in names])
            combinations, places = np.unique(stacked, axis=1, return_inverse=True)
            self._together[names] = _Axis(names, combinations, places.ravel())
        return self._together[names]


def _axes(steps: Sequence[Step], producers: Mapping[str, _Block], radixes: Mapping[str, int]) -> list[_Axis]:
    own = {step.name for step in steps}
    found: dict[object, list[str]] = {}
    for name in dict.fromkeys(name for step in steps for name in step.inputs if name not in own):
        found.setdefault(producers.get(name, name), []).append(name)
    return [
        one.together(tuple(sorted(names)))
        if isinstance(one, _Block)
        else _Axis((names[0],), np.arange(radixes[names[0]])[np.newaxis], None)
        for one, names in found.items()
    ]


def _producers(blocks: Sequence[_Block]) -> dict[str, _Block]:
    return {step.name: block for block in blocks for step in block.steps}


def _above(blocks: Sequence[_Block]) -> dict[_Block, set[_Block]]:
    """Return of each block those that it reads, directly or not."""
    producers, found = _producers(blocks), dict[_Block, set[_Block]]()
    for block in _sorted(blocks):
        direct = {producers[name] for name in block.reads if name in producers}
        found[block] = direct.union(*(found[one] for one in direct))
    return found


def _sorted(blocks: Sequence[_Block]) -> list[_Block]:
    """Return blocks, each after those that it reads."""
    producers = _producers(blocks)
    return list(
        TopologicalSorter({one: [producers[name] for name in one.reads if name in producers] for one in blocks}).static_order()
    )


def _in_order(pair: tuple[_Block, _Block]) -> tuple[Step, ...]:
    """Return the steps of two blocks, each after those that it reads."""
    steps = {step.name: step for block in pair for step in block.steps}
    order = TopologicalSorter({name: [one for one in step.inputs if one in steps] for name, step in steps.items()})
    return tuple(steps[name] for name in order.static_order())


def _cheapest(blocks: Sequence[_Block], radixes: Mapping[str, int]) -> tuple[_Block, _Block] | None:
    """Return the two blocks that make one with the least added rows; `None` where every two make too many."""
    producers, above = _producers(blocks), _above(blocks)

    def rows(steps: Sequence[Step]) -> int:
        return math.prod(axis.combinations.shape[1] for axis in _axes(steps, producers, radixes))

    alone = {block: rows(block.steps) for block in blocks}
    best: tuple[int, tuple[_Block, _Block]] | None = None
    for one, two in itertools.combinations(_sorted(blocks), 2):
        if any(one in above[between] for between in above[two]):
            continue  # a third stands between them
        made = rows(_in_order((one, two)))
        if made <= MOST_ROWS and (best is None or made - alone[one] - alone[two] < best[0]):
            best = made - alone[one] - alone[two], (one, two)
    return best and best[1]


def _numbered(blocks: Sequence[_Block], wanted: set[str], radixes: Mapping[str, int]) -> Iterator[Lookup]:
    """Yield blocks as lookups; what one tells another is one number."""
    numbers: dict[_Axis, str] = {}
    final: list[_Block] = []
    for block in blocks:
        final.append(_Block(block.steps, _producers(final), radixes))
    for block in final:
        for axis in block.axes:
            if axis.places is not None:
                numbers.setdefault(axis, f"state_{len(numbers) + 1}")
    for block in final:
        inputs = [numbers.get(axis, axis.names[0]) for axis in block.axes]
        told = {name: block.told[name] for name in block.told if name in wanted}
        told |= {numbers[axis]: axis.places for axis in block._together.values() if axis in numbers and axis.places is not None}
        yield Lookup(tuple(inputs), tuple(axis.combinations.shape[1] for axis in block.axes), told)
