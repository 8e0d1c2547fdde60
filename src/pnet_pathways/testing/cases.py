"""Strategies for cases: any consistent case, the total and the partial ones of a pathway, and junk that is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import strategies as st

from ..engine.recommend import engine_for
from ..loading.folder import given_definitions
from ..model.case import Case
from ..model.errors import PnetPathwaysError, listed, suggest
from ..model.facts import Scenario
from ..model.pathway import Definitions
from ..model.values import NotApplicable, Value
from ..model.vocabulary import Vocabulary
from .base import base_vocabulary


def scenarios_over(facts: Iterable[str], vocabulary: Vocabulary) -> st.SearchStrategy[Scenario]:
    """Return a strategy for complete, consistent scenarios over some facts and those that rules tie to them."""
    wanted = vocabulary.linked(facts)
    tied = [
        tuple(name for name in vocabulary.facts if name in group) for group in vocabulary.linked_sets if group & set(wanted)
    ]
    alone = [(name,) for name in wanted if not any(name in group for group in tied)]
    # Facts of different sets never constrain each other: each set draws from all its rows, and nothing is filtered.
    parts = [_rows(group, vocabulary) for group in (*tied, *alone)]
    return st.tuples(*parts).map(lambda rows: {name: value for row in rows for name, value in row.items()})


def _rows(group: tuple[str, ...], vocabulary: Vocabulary) -> st.SearchStrategy[Scenario]:
    """Return a strategy for the scenarios of some facts: a value first, since some are rare, then one that has it."""
    having: dict[tuple[str, Value], list[Scenario]] = {}
    for row in vocabulary.scenarios(group):
        for pair in row.items():
            having.setdefault(pair, []).append(row)
    return st.sampled_from(list(having)).flatmap(lambda pair: st.sampled_from(having[pair]))


def case_of(values: Scenario, vocabulary: Vocabulary | None = None) -> Case:
    """Return the case of some atomic facts, by default in the project's vocabulary; what does not apply is left out."""
    return Case.from_facts(values, base_vocabulary() if vocabulary is None else vocabulary)


@st.composite
def _told(
    draw: st.DrawFn,
    whole: st.SearchStrategy[Scenario],
    vocabulary: Vocabulary,
    always: Sequence[str] = (),
    *,
    less: bool = False,
) -> Case:
    """Return the case of what is told of a scenario: `always` some facts, and any of the others; with `less` never all of them.

    Each takes a draw of its own, of which 0 leaves it out, whatever else is drawn: what fails shrinks to few facts.
    """
    scenario = draw(whole)
    others = [name for name, value in scenario.items() if name not in always and not isinstance(value, NotApplicable)]
    hidden = draw(st.sampled_from(others)) if less and others else None
    most = draw(st.sampled_from((1, 99)))  # half of the facts, or nearly always all
    told = {name for name in scenario if draw(st.integers(0, most))}
    return case_of({name: value for name, value in scenario.items() if name in told | {*always} and name != hidden}, vocabulary)


def cases(vocabulary: Vocabulary | None = None) -> st.SearchStrategy[Case]:
    """Return a strategy for any consistent case: every fact known, unknown or not applicable; total cases among them.

    Nothing is filtered: any consistent case is a consistent complete scenario of which some facts are not told. What fails
    shrinks to a case that tells no more than it takes.
    `vocabulary` is the project's own by default.
    """
    known = base_vocabulary() if vocabulary is None else vocabulary
    return _told(scenarios_over(known.facts, known), known)


def total_cases(pathway: str, definitions: Definitions | None = None) -> st.SearchStrategy[Case]:
    """Return a strategy for cases of a pathway that tell everything an answer can use: their status is `complete`.

    The type is one that leads to the pathway (for a common pathway: any in scope). Facts that
    no answer on the type reads are not told. `definitions` are the project's own by default.
    Raises `PnetPathwaysError` where there is no such pathway, or no type leads to it.
    """
    definitions = given_definitions(definitions)
    vocabulary = definitions.vocabulary
    return _whole(pathway, definitions).map(lambda scenario: case_of(scenario, vocabulary))


def partial_cases(pathway: str, definitions: Definitions | None = None) -> st.SearchStrategy[Case]:
    """Return a strategy for cases of a pathway that leave at least one fact out that an answer can use.

    The type is always told. Arguments and errors are those of `total_cases`.
    """
    definitions = given_definitions(definitions)
    vocabulary = definitions.vocabulary
    return _told(_whole(pathway, definitions), vocabulary, (vocabulary.entry,), less=True)


def _whole(name: str, definitions: Definitions) -> st.SearchStrategy[Scenario]:
    kinds = types_of(name, definitions)
    plans, vocabulary = engine_for(definitions).plans, definitions.vocabulary
    return st.sampled_from(kinds).flatmap(
        lambda kind: scenarios_over(plans[kind].reads, vocabulary).map(lambda scenario: {vocabulary.entry: kind, **scenario})
    )


def types_of(name: str, definitions: Definitions) -> tuple[str, ...]:
    """Return the types on which a pathway bears: those that lead to it, or all in scope.

    Raises `PnetPathwaysError` where there is no such pathway, or no type in scope.
    """
    if name not in definitions.pathways:
        hint = suggest(name, definitions.pathways) or f"pathways: {listed(definitions.pathways)}"
        raise PnetPathwaysError(f"there is no pathway '{name}' ({hint})")
    entry = definitions.entry
    kinds = tuple(kind for kind in entry.types_in_scope if name in entry.bears_on(kind))
    if not kinds:
        raise PnetPathwaysError(f"no {entry.title} leads to the pathway '{name}'")
    return kinds


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def case_junk(vocabulary: Vocabulary | None = None) -> st.SearchStrategy[Any]:
    """Return a strategy for JSON-like input of every kind, most of it near to a case but wrong somewhere.

    `Case.from_dict` either reads what it gives, or raises `CaseError` (or its subclass `InconsistentCaseError`).
    `vocabulary` is the project's own by default.
    """
    vocabulary = base_vocabulary() if vocabulary is None else vocabulary
    facts = vocabulary.facts
    words = sorted({answer for fact in facts.values() for answer in fact.answers} | {name.rpartition(".")[2] for name in facts})
    word = st.sampled_from(words)
    misspelled = [vocabulary.entry[:-1], vocabulary.keys[-1].capitalize()]
    key = st.sampled_from((*vocabulary.keys, *facts, *misspelled))
    value = st.one_of(word, st.booleans(), st.lists(word, max_size=3), st.dictionaries(word, st.booleans(), max_size=3), _JSON)
    near = st.dictionaries(key, value, max_size=6)
    spoiled = st.tuples(cases(vocabulary), near).map(lambda both: {**both[0].to_dict(), **both[1]})
    return st.one_of(spoiled, near, _JSON)
