"""Every scenario of a pathway before and now, as a product of blocks: counted without being listed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Sequence

import attrs

from ...model.values import Value
from ...model.vocabulary import Block, Vocabulary
from .routes import Leads

Row = tuple[Value, ...]
Rows = tuple[tuple[str, ...], Collection[Row]]
"""Facts, and some combinations of their values."""


@attrs.frozen
class ComparedSpace:
    """The total scenarios over `facts`; each block holds every consistent combination of its facts.

    The new rules say what is consistent; for facts that are gone the old ones do.
    """

    vocabularies: tuple[Vocabulary, Vocabulary]
    facts: tuple[str, ...]
    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, vocabularies: tuple[Vocabulary, Vocabulary], reads: Iterable[str], leads: Leads) -> ComparedSpace:
        """Return the scenarios over the facts that are read, and those that decide whether one of them applies.

        Scenarios of a type that does not lead to the pathway are left out.
        """
        old, new = vocabularies
        kept, gone = _deciding(vocabularies, reads)
        blocks = (
            Block(block.facts, tuple(row for row in block.rows if leads(dict(zip(block.facts, row, strict=True)))))
            for block in (*new.blocks(kept), *old.blocks(gone))
        )
        return cls(vocabularies, (*kept, *gone), tuple(blocks))

    @property
    def count(self) -> int:
        """The number of scenarios."""
        return math.prod(len(block.rows) for block in self.blocks)

    def over(self, reads: Iterable[str]) -> tuple[tuple[str, ...], list[Row]]:
        """Return the facts that are read with those that decide about them, and every combination of their values."""
        kept, gone = _deciding(self.vocabularies, reads)
        facts = (*kept, *gone)
        names = [name for block in self.blocks for name in block.facts if name in facts]
        places = [names.index(name) for name in facts]
        parts = [dict.fromkeys(_part(block, row, facts) for row in block.rows) for block in self.blocks]
        rows = (tuple(itertools.chain(*chosen)) for chosen in itertools.product(*parts))
        return facts, [tuple(row[place] for place in places) for row in rows]

    def holding(self, sets: Sequence[Rows]) -> int:
        """Return the number of scenarios that agree with a row of at least one of some sets.

        Rows of a block that go with the same rows of the other blocks, in every set, count together.
        """
        groups = [self._alike(block, sets) for block in self.blocks]
        total = 0
        for chosen in itertools.product(*groups):
            scenario = {name: value for row, _ in chosen for name, value in row.items()}
            if any(tuple(scenario[name] for name in facts) in rows for facts, rows in sets):
                total += math.prod(count for _, count in chosen)
        return total

    @staticmethod
    def _alike(block: Block, sets: Sequence[Rows]) -> list[tuple[dict[str, Value], int]]:
        """Return one row for all rows of a block that go with the same of the others, and how many they are."""
        partners: list[dict[Row, frozenset[Row]]] = []
        for facts, rows in sets:
            inside = [place for place, name in enumerate(facts) if name in block.facts]
            outside = [place for place, name in enumerate(facts) if name not in block.facts]
            found: dict[Row, set[Row]] = {}
            for row in rows:
                found.setdefault(tuple(row[place] for place in inside), set()).add(tuple(row[place] for place in outside))
            partners.append({own: frozenset(others) for own, others in found.items()})
        alike: dict[tuple[frozenset[Row], ...], tuple[dict[str, Value], int]] = {}
        for row in block.rows:
            scenario = dict(zip(block.facts, row, strict=True))
            key = tuple(
                goes_with.get(tuple(scenario[name] for name in facts if name in scenario), frozenset())
                for (facts, _), goes_with in zip(sets, partners, strict=True)
            )
            first, count = alike.get(key, (scenario, 0))
            alike[key] = first, count + 1
        return list(alike.values())


def _deciding(vocabularies: tuple[Vocabulary, Vocabulary], reads: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return facts with those that decide whether one of them applies: those of the new vocabulary, and those that are gone."""
    old, new = vocabularies
    wanted = set(reads)
    wanted.update(old.deciding(name for name in wanted if name not in new.facts))
    kept = new.deciding(name for name in wanted if name in new.facts)
    return kept, tuple(name for name in old.facts if name in wanted and name not in new.facts)


def _part(block: Block, row: Row, facts: Collection[str]) -> Row:
    return tuple(value for name, value in zip(block.facts, row, strict=True) if name in facts)
