"""A random decision structure: a tree of questions on random facts, whose leaves say what holds there.

Both encodings of a track are made from one tree, so that they agree: the graph is the tree with equal parts shared, a
condition names the paths by which the tree reaches the leaves at which it holds.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import attrs
from hypothesis import strategies as st

from ..model.condition_data import condition_from
from ..model.conditions import facts_of
from ..model.facts import Scenario
from ..model.pathway import LeafKind
from ..model.values import NOT_APPLICABLE, Value, answer_name, plain
from .base import base_vocabulary

Known = Mapping[str, tuple[Value, ...]]
"""The values that a path leaves to each fact it has asked."""

Path = tuple[tuple[str, tuple[Value, ...]], ...]
"""The questions on the way to a leaf, each with the values that lead on."""


@attrs.frozen
class Says:
    """A leaf of the tree; those that offer something are told apart by `number`."""

    kind: LeafKind
    number: int = -1


@attrs.frozen
class Asks:
    """A question of the tree: each branch takes some values of the fact."""

    fact: str
    branches: tuple[tuple[tuple[Value, ...], Node], ...]


Node = Says | Asks


def paths(node: Node, above: Path = ()) -> Iterator[tuple[Path, Says]]:
    """Yield every leaf with the path to it, in the order of the branches."""
    if isinstance(node, Says):
        yield above, node
    else:
        for values, below in node.branches:
            yield from paths(below, (*above, (node.fact, values)))


@functools.cache
def _scenarios(facts: tuple[str, ...]) -> tuple[Scenario, ...]:
    return tuple(base_vocabulary().scenarios(facts))


def _rows(facts: Collection[str], known: Known) -> list[Scenario]:
    """Return the scenarios over some facts, and those tied to them, that a path leaves possible."""
    linked = base_vocabulary().linked(facts)
    near = {name: values for name, values in known.items() if name in linked}
    return [row for row in _scenarios(linked) if all(row[name] in values for name, values in near.items())]


def _possible(fact: str, known: Known) -> tuple[Value, ...]:
    found = {row[fact] for row in _rows((fact,), known)}
    return tuple(value for value in base_vocabulary().facts[fact].domain if value in found)


def tree(draw: st.DrawFn, facts: tuple[str, ...], gap_when: object) -> Node:
    """Draw a tree on some facts; at least one leaf offers something. `gap_when` is the track's, as data."""
    return _Grower(draw, gap_when).node(facts, {})


@attrs.define
class _Grower:
    """Draws one tree."""

    draw: st.DrawFn
    gap_when: object
    offering: int = 0

    def node(self, facts: tuple[str, ...], known: Known) -> Node:
        # A fact is asked where it applies for sure: there is no answer for "does not apply".
        askable = [name for name in facts if name not in known and NOT_APPLICABLE not in _possible(name, known)]
        if not askable or (known and self.draw(st.booleans())):
            return self._leaf(known)
        return self._asks(self.draw(st.sampled_from(askable)), known, lambda below: self.node(facts, below))

    def _asks(self, fact: str, known: Known, grow: Callable[[Known], Node]) -> Asks:
        values = _possible(fact, known)
        if fact in self._decides_gaps:
            blocks: list[tuple[Value, ...]] = [(value,) for value in values]
        else:
            most = min(len(values), 3)
            numbers = self.draw(st.lists(st.integers(0, most - 1), min_size=len(values), max_size=len(values)))
            split = [tuple(v for v, one in zip(values, numbers, strict=True) if one == block) for block in range(most)]
            blocks = [block for block in split if block]
        return Asks(fact, tuple((block, grow({**known, fact: block})) for block in blocks))

    @property
    def _decides_gaps(self) -> tuple[str, ...]:
        return () if self.gap_when is None else facts_of(condition_from(self.gap_when, base_vocabulary()))

    def _leaf(self, known: Known) -> Node:
        if self.offering == 0 or self.draw(st.booleans()):
            self.offering += 1
            return Says(LeafKind.OFFER, self.offering - 1)
        return self._silent(known)

    def _silent(self, known: Known) -> Node:
        """Return a leaf without options; where that may or may not be a gap, ask first what decides it."""
        if self.gap_when is None:
            return Says(LeafKind.DOES_NOT_APPLY)
        condition, facts = condition_from(self.gap_when, base_vocabulary()), self._decides_gaps
        truths = {condition.evaluate(row.get) for row in _rows(facts, known)}
        if len(truths) == 1:
            return Says(LeafKind.GAP if truths == {True} else LeafKind.DOES_NOT_APPLY)
        fact = next(name for name in facts if name not in known)
        return self._asks(fact, known, self._silent)


# The two encodings of a tree


def condition_data(node: Node, chosen: Collection[Says]) -> Any:
    """Return, as data, the condition that holds exactly where the tree leads to one of the chosen leaves."""
    every = list(paths(node))
    if all(leaf in chosen for _, leaf in every):
        return "always"
    found = [_path_data(path) for path, leaf in every if leaf in chosen]
    return found[0] if len(found) == 1 else {"any": found}


def _path_data(path: Path) -> dict[str, Any]:
    parts = [_values_data(fact, values) for fact, values in path]
    return parts[0] if len(parts) == 1 else {"all": parts}


def _values_data(fact: str, values: tuple[Value, ...]) -> dict[str, Any]:
    told = [plain(value) for value in values]
    return {fact: told[0] if len(told) == 1 else told}


@attrs.define
class GraphWriter:
    """Writes a tree as the states of a track; equal parts become one state.

    `leaf_data` gives a leaf's state as data.
    """

    leaf_data: Callable[[Says], dict[str, Any]]
    states: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    _names: dict[str, str] = attrs.field(factory=dict)

    def write(self, node: Node) -> str:
        """Add a part of the tree to the states and return the name of its first state."""
        if isinstance(node, Says):
            return self._add("leaf", self.leaf_data(node))
        answers = {" or ".join(map(answer_name, values)): self.write(below) for values, below in node.branches}
        return self._add("ask", {"asks": node.fact, "answers": answers})

    def _add(self, kind: str, state: dict[str, Any]) -> str:
        content = repr(state)
        if content not in self._names:
            self._names[content] = name = f"{kind}_{len(self.states) + 1}"
            self.states[name] = state
        return self._names[content]
