"""Hypothesis strategies for cases: consistent by construction, with every fact known (total) or only some (partial)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from pnet_pathways import Case, TumorType
from pnet_pathways.model.values import NOT_APPLICABLE, Value, plain
from project_vocabulary import FACTS, LINKED, scenarios

Facts = dict[str, Value]
"""Atomic facts by dotted name."""

_FREE = [fact for fact in FACTS.values() if not any(fact.name in group for group in LINKED)]
_LINKED_ROWS = [scenarios(sorted(group)) for group in LINKED]


def as_data(facts: Mapping[str, Value]) -> dict[str, Any]:
    """Return atomic facts as the JSON contract; a fact that does not apply is left out."""
    data: dict[str, Any] = {}
    for name, value in facts.items():
        if value is NOT_APPLICABLE:
            continue
        group, dot, member = name.partition(".")
        if dot:
            data.setdefault(group, {})[member] = plain(value)
        else:
            data[name] = plain(value)
    return data


def as_case(facts: Mapping[str, Value]) -> Case:
    """Return atomic facts as a case."""
    return Case.from_dict(as_data(facts))


def total_facts(*types: TumorType) -> st.SearchStrategy[Facts]:
    """Return every fact of a consistent scenario; of the tumor types given, or of all."""
    free = st.fixed_dictionaries({fact.name: st.sampled_from(fact.values) for fact in _FREE})
    kinds = st.sampled_from(types or tuple(TumorType))
    parts = st.tuples(free, *(st.sampled_from(rows) for rows in _LINKED_ROWS), kinds.map(lambda kind: {"tumor_type": kind}))

    def merged(rows: tuple[Mapping[str, Value], ...]) -> Facts:
        found = {name: value for row in rows for name, value in row.items()}
        return {name: found[name] for name in FACTS}

    return parts.map(merged)


def _some(facts: Facts) -> st.SearchStrategy[Facts]:
    kept = st.fixed_dictionaries({name: st.booleans() for name in facts})
    return kept.map(lambda keep: {name: value for name, value in facts.items() if keep[name]})


def partial_facts(*types: TumorType) -> st.SearchStrategy[Facts]:
    """Return some of the facts of a consistent scenario."""
    return total_facts(*types).flatmap(_some)


@st.composite
def growing_facts(draw: st.DrawFn) -> tuple[Facts, Facts]:
    """Return two sets of facts of one scenario, the second with everything of the first and more."""
    more = draw(total_facts() | partial_facts())
    return draw(_some(more)), more


def total_cases() -> st.SearchStrategy[Case]:
    """Return consistent cases with every fact known."""
    return total_facts().map(as_case)


def partial_cases() -> st.SearchStrategy[Case]:
    """Return consistent cases with some facts known."""
    return partial_facts().map(as_case)


def json_values() -> st.SearchStrategy[Any]:
    """Return anything that JSON can hold."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    )


def nearly_cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return mappings that look like a case, with wrong keys, values and contradictions among them."""
    words = sorted({str(plain(value)) for fact in FACTS.values() for value in fact.values if isinstance(value, str)})
    members = sorted({name.rpartition(".")[2] for name in FACTS if "." in name} | {"head", "body", "tail"})
    keys = st.sampled_from(sorted({name.partition(".")[0] for name in FACTS})) | st.text(max_size=6)
    lists = st.lists(st.sampled_from(members) | json_values(), max_size=4)
    mappings = st.dictionaries(st.sampled_from(members) | st.text(max_size=4), st.booleans() | json_values(), max_size=4)
    return st.dictionaries(keys, st.sampled_from(words) | st.booleans() | lists | mappings | json_values(), max_size=8)
