"""Strategies for facts and typed cases of the project, on top of the library's own: total, partial, and growing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from pnet_pathways import Case, TumorType
from pnet_pathways.model.values import NOT_APPLICABLE, Value, plain
from pnet_pathways.testing.cases import scenarios_over
from project_vocabulary import FACTS, VOCABULARY

Facts = dict[str, Value]
"""Atomic facts by dotted name."""


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
    kinds = st.sampled_from(types or tuple(TumorType))
    return st.tuples(scenarios_over(FACTS, VOCABULARY), kinds).map(
        lambda drawn: {name: drawn[1] if name == VOCABULARY.entry else drawn[0][name] for name in FACTS}
    )


def _some(facts: Facts) -> st.SearchStrategy[Facts]:
    kept = st.fixed_dictionaries({name: st.booleans() for name in facts})
    return kept.map(lambda keep: {name: value for name, value in facts.items() if keep[name]})


def partial_facts(*types: TumorType) -> st.SearchStrategy[Facts]:
    """Return some of the facts of a consistent scenario."""
    return total_facts(*types).flatmap(_some)


@st.composite
def growing_facts(draw: st.DrawFn, larger: st.SearchStrategy[Facts] | None = None) -> tuple[Facts, Facts]:
    """Return two sets of facts of one scenario, the second (any, unless given) with everything of the first and more."""
    more = draw(total_facts() | partial_facts() if larger is None else larger)
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
