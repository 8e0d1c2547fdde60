"""Strategies for cases: any consistent case, the total and the partial ones of a pathway, and junk that is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import strategies as st

from ..engine.recommend import engine_for
from ..loading.folder import load_pathways
from ..model.case import Case
from ..model.errors import PnetPathwaysError, listed, suggest
from ..model.facts import (
    FACTS,
    LINKED,
    NotApplicable,
    Scenario,
    TumorType,
    linked,
    plain,
    scenarios,
)
from ..model.pathway import Definitions

_KEYS = tuple(dict.fromkeys(name.partition(".")[0] for name in FACTS))


def scenarios_over(facts: Iterable[str]) -> st.SearchStrategy[Scenario]:
    """Return a strategy for complete, consistent scenarios over some facts and those that rules tie to them."""
    wanted = linked(facts)
    tied = [tuple(name for name in FACTS if name in group) for group in LINKED if group & set(wanted)]
    alone = [(name,) for name in wanted if not any(name in group for group in tied)]
    # Facts of different groups never constrain each other: each group draws from all its rows, and nothing is filtered.
    parts = [st.sampled_from(scenarios(group)) for group in (*tied, *alone)]
    return st.tuples(*parts).map(lambda rows: {name: value for row in rows for name, value in row.items()})


def case_of(values: Scenario) -> Case:
    """Return the case of some atomic facts (a size that does not apply is left out: the rules say so)."""
    return Case().with_(**{name: plain(value) for name, value in values.items() if not isinstance(value, NotApplicable)})


@st.composite
def _partly(draw: st.DrawFn, whole: st.SearchStrategy[Scenario], always: Sequence[str], hide: int) -> Case:
    scenario = draw(whole)
    told = [name for name, value in scenario.items() if name not in always and not isinstance(value, NotApplicable)]
    hidden = draw(st.sets(st.sampled_from(told), min_size=hide)) if told else set()
    return case_of({name: value for name, value in scenario.items() if name not in hidden})


def cases() -> st.SearchStrategy[Case]:
    """Return a strategy for any consistent case: every fact known, unknown or not applicable; total cases among them.

    Nothing is filtered: any consistent case is a consistent complete scenario of which some facts are not told.
    """
    whole = scenarios_over(FACTS)
    return st.one_of(_partly(whole, (), 0), whole.map(case_of))


def total_cases(pathway: str, definitions: Definitions | None = None) -> st.SearchStrategy[Case]:
    """Return a strategy for cases of a pathway that tell everything an answer can use: their status is `complete`.

    The tumor type is one that leads to the pathway (for a pathway that holds for every type: any in scope). Facts that
    no answer on the type reads are not told. `definitions` are the project's own by default.
    Raises `PnetPathwaysError` where there is no such pathway, or no tumor type leads to it.
    """
    return _whole(pathway, definitions).map(case_of)


def partial_cases(pathway: str, definitions: Definitions | None = None) -> st.SearchStrategy[Case]:
    """Return a strategy for cases of a pathway that leave at least one fact out that an answer can use.

    The tumor type is always told. Arguments and errors are those of `total_cases`.
    """
    return _partly(_whole(pathway, definitions), ("tumor_type",), 1)


def _whole(name: str, definitions: Definitions | None) -> st.SearchStrategy[Scenario]:
    definitions = load_pathways() if definitions is None else definitions
    kinds = types_of(name, definitions)
    reads = engine_for(definitions).compiled.reads
    return st.sampled_from(kinds).flatmap(
        lambda kind: scenarios_over(reads[kind]).map(lambda scenario: {"tumor_type": kind, **scenario})
    )


def types_of(name: str, definitions: Definitions) -> tuple[TumorType, ...]:
    """Return the tumor types on which a pathway bears: those that lead to it, or all in scope.

    Raises `PnetPathwaysError` where there is no such pathway, or no tumor type in scope.
    """
    if name not in definitions.pathways:
        hint = suggest(name, definitions.pathways) or f"pathways: {listed(definitions.pathways)}"
        raise PnetPathwaysError(f"there is no pathway '{name}' ({hint})")
    common = name in definitions.for_every_type
    in_scope = {kind: definitions.types[kind].pathway for kind in TumorType if definitions.types[kind].pathway is not None}
    kinds = tuple(kind for kind, own in in_scope.items() if common or own == name)
    if not kinds:
        raise PnetPathwaysError(f"no tumor type leads to the pathway '{name}'")
    return kinds


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def case_junk() -> st.SearchStrategy[Any]:
    """Return a strategy for JSON-like input of every kind, most of it near to a case but wrong somewhere.

    `Case.from_dict` either reads what it gives, or raises `CaseError` (or its subclass `InconsistentCaseError`).
    """
    words = sorted({answer for fact in FACTS.values() for answer in fact.answers} | {name.rpartition(".")[2] for name in FACTS})
    word = st.sampled_from(words)
    key = st.sampled_from((*_KEYS, *FACTS, "tumor_type", "Sites"))
    value = st.one_of(word, st.booleans(), st.lists(word, max_size=3), st.dictionaries(word, st.booleans(), max_size=3), _JSON)
    near = st.dictionaries(key, value, max_size=6)
    spoiled = st.tuples(cases(), near).map(lambda both: {**both[0].to_dict(), **both[1]})
    return st.one_of(spoiled, near, _JSON)
