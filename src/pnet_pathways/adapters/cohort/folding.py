"""Reads facts one after the other: each fact takes one state to the next, and states that nothing tells apart are one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from ...model.vocabulary import Vocabulary
from .steps import Codes, Column, Step

MOST_ENTRIES: Final = 1 << 13
"""Facts are read together in one step as long as its table has no more entries than this."""

ANY: Final = -1
"""What is told where it does not matter: to rows that are rejected."""

Reads = list[tuple[Column, Codes]]
"""For each fact in order, by state and number of its value, the next state."""


class Source:
    """Facts that rules tie together (or one fact): every state in which reading some of them can leave their scenarios.

    `lefts` are the scenarios that are left open when all have been read, as masks over the vocabulary's rows.
    """

    def __init__(self, vocabulary: Vocabulary, names: frozenset[str], columns: Mapping[str, Column]) -> None:
        self.linked = names
        self.facts = tuple(name for name in vocabulary.facts if name in names)
        rows = vocabulary.rows(names)
        everything = (1 << len(rows)) - 1
        states = {everything: 0}
        self._nexts: Reads = []
        for column in (columns[name] for name in self.facts):
            literals = [everything]
            literals += [sum(1 << place for place, row in enumerate(rows) if row[column.name] == one) for one in column.values]
            found: dict[int, int] = {}
            table = [[found.setdefault(left & one, len(found)) if left & one else ANY for one in literals] for left in states]
            self._nexts.append((column, np.array([[*line, ANY] for line in table], dtype=np.int32)))
            states = found
        self.lefts = tuple(states)

    def fold(self, final: Codes, prefix: str) -> list[Step]:
        """Return the steps from the numbers of the facts to a class of what they leave open, given by `lefts`.

        To what cannot be they tell anything.
        """
        classes, reads = final, []
        for column, following in reversed(self._nexts):
            classes, table = _merged(np.where(following == ANY, ANY, classes[following]))
            if (table == table[:, :1]).all() and len(self.facts) > 1:
                # Whatever is read here changes nothing.
                classes = table[classes, 0]
            else:
                reads.append((column, table))
        return fused(reads[::-1], prefix)

    def check(self, prefix: str) -> list[Step]:
        """Return the steps from the numbers of the facts to 0 where they can be, else 1."""
        classes, reads = np.append(np.zeros(len(self.lefts), dtype=np.int32), np.int32(1)), []
        for column, following in reversed(self._nexts):
            # The state after the last one is that of what cannot be.
            wanted = classes[np.where(following == ANY, len(classes) - 1, following)]
            wanted = np.vstack([wanted, np.full(column.radix, classes[-1], dtype=np.int32)])
            table, inverse = np.unique(wanted, axis=0, return_inverse=True)
            classes = inverse.ravel().astype(np.int32)
            reads.append((column, table))
        column, table = reads[-1]
        reads[-1] = column, table[classes[:1]]
        return fused(reads[::-1], prefix)


def _merged(wanted: Codes) -> tuple[Codes, Codes]:
    """Return the classes of rows that can be one, and for each class its row: where one says `ANY` another may say more.

    In the row of a class no `ANY` is left: what is told there does not matter.
    """
    unique, inverse = np.unique(wanted, axis=0, return_inverse=True)
    order = np.argsort((unique == ANY).sum(axis=1), kind="stable")
    kept: Codes = np.empty_like(unique)
    count = 0
    number = np.empty(len(unique), dtype=np.int32)
    for place in order:
        line = unique[place]
        known = kept[:count]
        fits = ((known == line) | (known == ANY) | (line == ANY)).all(axis=1).nonzero()[0]
        if len(fits):
            chosen = fits[0]
            kept[chosen] = np.where(known[chosen] == ANY, line, known[chosen])
        else:
            chosen = count
            kept[count] = line
            count += 1
        number[place] = chosen
    return number[inverse.ravel()], np.maximum(kept[:count], 0)


def _bundles(tables: Reads) -> list[Reads]:
    """Return the facts that are read together: as many as keep a table small."""
    found: list[Reads] = []
    for column, table in tables:
        if found and len(found[-1][0][1]) * math.prod(one.radix for one, _ in found[-1]) * column.radix <= MOST_ENTRIES:
            found[-1].append((column, table))
        else:
            found.append([(column, table)])
    return found


def fused(tables: Reads, prefix: str) -> list[Step]:
    """Return the steps that read facts, several at once; the last one gives the last state."""
    steps: list[Step] = []
    for number, bundle in enumerate(_bundles(tables), 1):
        states = len(bundle[0][1])
        reached: Codes = np.arange(states)
        for _, table in bundle:
            reached = table[reached].reshape(-1)
        names, radixes = zip(*((column.name, column.radix) for column, _ in bundle), strict=True)
        if steps:
            names, radixes = (steps[-1].name, *names), (states, *radixes)
        steps.append(step_of(f"{prefix}{number}", names, radixes, reached))
    return steps


def step_of(name: str, inputs: Sequence[str], radixes: Sequence[int], table: Codes) -> Step:
    """Return a step, its table as narrow as can be."""
    size = int(table.max()) + 1
    narrow = np.uint8 if size <= 1 << 8 else np.uint16 if size <= 1 << 16 else np.int32
    return Step(name, tuple(inputs), tuple(radixes), np.ascontiguousarray(table.reshape(-1), dtype=narrow), size)
