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
from ..model.scenario_rows import LeafKind
from ..model.values import NOT_APPLICABLE, GroupValue, plain
from .base import base_vocabulary

Known = Mapping[str, tuple[GroupValue, ...]]
"""The values that a path leaves to each fact or group it has asked."""

Path = tuple[tuple[str, tuple[GroupValue, ...]], ...]
"""The questions on the way to a leaf, each with the values that lead on."""


@attrs.frozen
class Says:
    """A leaf of the tree; those that offer something are told apart by `number`."""

    kind: LeafKind
    number: int = -1


@attrs.frozen
class Asks:
    """A question of the tree on a fact or a group: each branch takes some of its values."""

    asks: str
    branches: tuple[tuple[tuple[GroupValue, ...], Node], ...]


Node = Says | Asks


def paths(node: Node, above: Path = ()) -> Iterator[tuple[Path, Says]]:
    """Yield every leaf with the path to it, in the order of the branches."""
    if isinstance(node, Says):
        yield above, node
    else:
        for values, below in node.branches:
            yield from paths(below, (*above, (node.asks, values)))


@functools.cache
def _scenarios(facts: tuple[str, ...]) -> tuple[Scenario, ...]:
    return tuple(base_vocabulary().scenarios(facts))


def _value(key: str, row: Scenario) -> GroupValue | None:
    return base_vocabulary().value_of(key, row.get)


def _rows(keys: Collection[str], known: Known) -> list[Scenario]:
    """Return the scenarios over some facts or groups, and those tied to them, that a path leaves possible."""
    vocabulary = base_vocabulary()
    linked = vocabulary.linked(fact for key in keys for fact in vocabulary.facts_of(key))
    near = {key: values for key, values in known.items() if set(vocabulary.facts_of(key)) & set(linked)}
    # A group that a path has asked may be tied to nothing and be known in part here: its other members come in.
    linked = vocabulary.linked({*linked, *(fact for key in near for fact in vocabulary.facts_of(key))})
    return [row for row in _scenarios(linked) if all(_value(key, row) in values for key, values in near.items())]


def _possible(key: str, known: Known) -> tuple[GroupValue, ...]:
    vocabulary = base_vocabulary()
    found = {_value(key, row) for row in _rows((key,), known)}
    every = vocabulary.choices(key) if key in vocabulary.groups else vocabulary.facts[key].domain
    return tuple(value for value in every if value in found)


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
        # A fact is asked where it applies for sure: there is no answer for "does not apply". Neither is one asked twice,
        # as itself and with its group.
        asked = {fact for key in known for fact in base_vocabulary().facts_of(key)}
        askable = [
            key
            for key in facts
            if not asked & set(base_vocabulary().facts_of(key)) and NOT_APPLICABLE not in _possible(key, known)
        ]
        if not askable or (known and self.draw(st.booleans())):
            return self._leaf(known)
        return self._asks(self.draw(st.sampled_from(askable)), known, lambda below: self.node(facts, below))

    def _asks(self, key: str, known: Known, grow: Callable[[Known], Node]) -> Asks:
        values = _possible(key, known)
        if set(base_vocabulary().facts_of(key)) & set(self._decides_gaps):
            blocks: list[tuple[GroupValue, ...]] = [(value,) for value in values]
        else:
            most = min(len(values), 3)
            numbers = self.draw(st.lists(st.integers(0, most - 1), min_size=len(values), max_size=len(values)))
            split = [tuple(v for v, one in zip(values, numbers, strict=True) if one == block) for block in range(most)]
            blocks = [block for block in split if block]
        return Asks(key, tuple((block, grow({**known, key: block})) for block in blocks))

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
        asked = {fact for key in known for fact in base_vocabulary().facts_of(key)}
        fact = next(name for name in facts if name not in asked)
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
    parts = [_values_data(key, values) for key, values in path]
    return parts[0] if len(parts) == 1 else {"all": parts}


def _values_data(key: str, values: tuple[GroupValue, ...]) -> dict[str, Any]:
    if key in base_vocabulary().groups:
        sets = [_members_data(key, value) for value in values if isinstance(value, frozenset)]
        return sets[0] if len(sets) == 1 else {"any": sets}
    told = [plain(value) for value in values if not isinstance(value, frozenset)]
    return {key: told[0] if len(told) == 1 else told}


def _members_data(key: str, present: frozenset[str]) -> dict[str, Any]:
    """Return the condition that exactly these members of a group are present."""
    members = base_vocabulary().groups[key].members
    if not present:
        return {key: {"none_of": list(members)}}
    chosen = [member for member in members if member in present]
    return {"all": [{key: {"all_of": chosen}}, {key: {"only": chosen}}]}


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
        vocabulary = base_vocabulary()
        answers = {
            " or ".join(vocabulary.answer(node.asks, value) for value in values): self.write(below)
            for values, below in node.branches
        }
        return self._add("ask", {"asks": node.asks, "answers": answers})

    def _add(self, kind: str, state: dict[str, Any]) -> str:
        content = repr(state)
        if content not in self._names:
            self._names[content] = name = f"{kind}_{len(self.states) + 1}"
            self.states[name] = state
        return self._names[content]
