"""Which cases one vocabulary takes and another refuses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from ...model.facts import Scenario
from ...model.values import NOT_APPLICABLE, Value
from ...model.vocabulary import Vocabulary


def refused(old: Vocabulary, new: Vocabulary) -> dict[str, Value] | None:
    """Return a case with few facts that `old` takes and `new` refuses, `None` where there is none.

    Exact: every case is part of a complete scenario, and what a vocabulary refuses of one it refuses in one linked set.
    """
    for name, fact in old.facts.items():
        kept = new.facts[name].values if name in new.facts else ()
        for value in fact.values:
            if value not in kept:
                return {name: value}
    for linked in new.linked_sets:
        kept_rows = {_given(row, linked, old) for row in new.rows(linked)}
        for case in map(dict, _cases(old, linked)):
            if tuple(case.items()) not in kept_rows and not new.consistent(case):
                return {name: case[name] for name in new.contradictions(case)[0].facts}
    return None


_Given = tuple[tuple[str, Value], ...]


def _given(row: Scenario, linked: frozenset[str], order: Vocabulary) -> _Given:
    """Return what a case can give of a row, in the order of a vocabulary: what does not apply is not given."""
    return tuple(
        (name, row[name]) for name in order.facts if name in linked and row.get(name, NOT_APPLICABLE) is not NOT_APPLICABLE
    )


def _cases(vocabulary: Vocabulary, facts: frozenset[str]) -> Iterator[_Given]:
    """Yield what complete scenarios of a vocabulary say of some facts, each once."""
    sets = vocabulary.tied_sets(facts)
    parts = [dict.fromkeys(_given(row, one & facts, vocabulary) for row in vocabulary.rows(one)) for one in sets]
    place = list(vocabulary.facts).index
    for combined in itertools.product(*parts):
        yield tuple(sorted(itertools.chain(*combined), key=lambda item: place(item[0])))
