"""The CQL says exactly what the tables say: over every partial case there is, under every choice of readings.

In two steps. Every partial case of facts that rules tie together, also what contradicts itself: what some completion has.
Then every set of rows of every track that a case can leave open: when its options and gaps can hold and fail, and what
matters to them. The text is read and evaluated by a reader that shares nothing with its writer.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings

import cql_exactness
from cql_exactness import check_facts, check_pathway
from cql_material import DOCUMENTS, LIBRARIES, document
from cql_reader import Tree
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.testing import pathways


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_some_completion_has_is_exact_over_every_partial_case(name: str) -> None:
    check_facts(document(name))


@pytest.mark.parametrize(("name", "pathway"), LIBRARIES)
def test_what_holds_and_what_matters_is_exact_over_every_opening_of_every_track(name: str, pathway: str) -> None:
    check_pathway(document(name), pathway)


@settings(max_examples=8)
@given(pathways())
def test_it_is_exact_for_any_document(definitions: Definitions) -> None:
    check_facts(definitions)
    for pathway in definitions.pathways:
        check_pathway(definitions, pathway)


@pytest.mark.parametrize("broken", ["GAS-8.1 can hold", "GAS-8.1 can fail", "mostly_liver matters in spread"])
def test_a_clause_that_lost_a_part_is_caught(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trees = dict(cql_exactness.lets(document("summary"), "gastrinoma"))
    trees[broken] = weakened(trees[broken])
    monkeypatch.setattr(cql_exactness, "lets", lambda *_: trees)
    with pytest.raises(AssertionError):
        check_pathway(document("summary"), "gastrinoma")


def weakened(tree: Tree) -> Tree:
    """An expression with its first name taken for true."""
    if tree[0] == "name":
        return "constant", "true"
    for place, part in enumerate(tree[1:], 1):
        if isinstance(part, tuple) and (other := weakened(part)) != part:
            return (*tree[:place], other, *tree[place + 1 :])
    return tree


@pytest.mark.parametrize("broken", ["size may be small", "contradicting"])
def test_a_rule_that_was_forgotten_is_caught(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = cql_exactness.lets

    def lets(definitions: Definitions, pathway: str) -> dict[str, Tree]:
        trees = dict(real(definitions, pathway))
        if broken in trees:
            # Its last part is gone.
            trees[broken] = trees[broken][:-1]
        return trees

    monkeypatch.setattr(cql_exactness, "lets", lets)
    with pytest.raises(AssertionError):
        check_facts(document("summary"))
