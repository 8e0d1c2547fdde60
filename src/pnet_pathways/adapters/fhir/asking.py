"""How a form asks a track: item after item, each shown under plain conditions on the answers to others.

A question of a whole group is asked member by member, in the order that needs the fewest items, and only as long as a member
can still matter (a decision diagram). What the answers so far settle is not asked: the same holds in a walk.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs

from ...model.facts import Fact
from ...model.pathway import Definitions, Question, Track
from ...model.values import GroupValue, Value
from .publication import identifier
from .terms import FACTS

_MOST_ORDERED: Final = 5
"""Of groups up to this size every order of the members is tried; those of larger ones are asked as they stand."""

Condition = tuple[str, Value]
"""An item by its link id, and the answer to it under which another is shown."""


@attrs.frozen
class Asked:
    """An item that asks a fact: `values` can be answered; it is shown under any one of `shown_when`, always under none."""

    link: str
    fact: str
    values: tuple[Value, ...]
    shown_when: tuple[Condition, ...]


@attrs.frozen
class AskedState:
    """A question state with the items that ask it: one, or for a group those of its members."""

    link: str
    asks: str
    shown_when: tuple[Condition, ...]
    items: tuple[Asked, ...]


def asked_states(definitions: Definitions, pathway: str, track: Track) -> tuple[AskedState, ...]:
    """Return how a form asks a track: every question state after those that lead to it; none where nothing is asked."""
    types = definitions.entry.types_under(pathway)
    known: dict[str, Value] = {definitions.entry.fact: types[0]} if len(types) == 1 else {}
    ways = _Ways(definitions, track)
    return tuple(_states(definitions, track, ways.start(known), ways.settled(known)))


@functools.lru_cache(maxsize=8)
def form_links(definitions: Definitions) -> Mapping[str, Mapping[str, Fact]]:
    """Return, by the id of each form that is written for definitions, the facts that its items ask, by link id."""
    facts = definitions.vocabulary.facts
    of_pathways = {
        identifier(name): {
            item.link: facts[item.fact]
            for track in pathway.tracks.values()
            for state in asked_states(definitions, name, track)
            for item in state.items
        }
        for name, pathway in definitions.pathways.items()
    }
    return {**of_pathways, FACTS: facts}


# Where answers lead

_Way = tuple[str, str]
"""The name of an answer, and the state that it leads to in the form."""


@attrs.define
class _Ways:
    """Finds where each answer of each question leads, over every path that a patient can take.

    `plain` are the answers from which what is settled on one path is open on another: there the next question is asked.
    """

    definitions: Definitions
    track: Track
    plain: set[tuple[str, GroupValue]] = attrs.field(factory=set)
    found: dict[tuple[str, GroupValue], set[_Way]] = attrs.field(factory=dict)

    def settled(self, known: Mapping[str, Value]) -> dict[tuple[str, GroupValue], _Way]:
        """Return where each answer leads, by question state and value; those that no patient can give are left out."""
        while True:
            self.found = {}
            self._visit(self.start(known), dict(known), set())
            mixed = {key for key, ways in self.found.items() if len(ways) > 1}
            if not mixed:
                return {key: next(iter(ways)) for key, ways in self.found.items()}
            self.plain |= mixed

    def start(self, known: Mapping[str, Value]) -> str:
        """Return the state where the form starts."""
        return self._open(self.track.start, known)

    def _visit(self, state: str, known: dict[str, Value], seen: set[tuple[str, frozenset[Condition]]]) -> None:
        question = self.track.states[state]
        here = (state, frozenset(known.items()))
        if not isinstance(question, Question) or here in seen:
            return
        seen.add(here)
        vocabulary = self.definitions.vocabulary
        for choice in question.answers:
            for value in choice.values:
                then = {**known, **vocabulary.as_facts(question.asks, value)}
                if vocabulary.consistent(then):
                    key = (state, value)
                    target = choice.target if key in self.plain else self._open(choice.target, then)
                    self.found.setdefault(key, set()).add((choice.name, target))
                    self._visit(target, then, seen)

    def _open(self, state: str, known: Mapping[str, Value]) -> str:
        """Return the next state that what is known leaves open: a question that can be answered in two ways, or a leaf."""
        vocabulary = self.definitions.vocabulary
        everything = {**vocabulary.implied(known), **known}
        while isinstance(question := self.track.states[state], Question):
            asks = question.asks
            left = [
                choice.target
                for choice in question.open_choices(everything.get)
                if any(vocabulary.consistent({**known, **vocabulary.as_facts(asks, value)}) for value in choice.values)
            ]
            if len(left) != 1:
                break
            state = left[0]
        return state


# Groups, member by member


@attrs.frozen
class _Node:
    """A member to ask, and what follows where it is absent or present."""

    member: str
    no: _Node | _Way | None
    yes: _Node | _Way | None

    def within(self) -> Iterator[_Node]:
        """Yield the node and those below it, some of them more than once."""
        yield self
        for below in (self.no, self.yes):
            if isinstance(below, _Node):
                yield from below.within()


def _diagram(order: Sequence[str], ways: Mapping[GroupValue, _Way], present: frozenset[str]) -> _Node | _Way | None:
    """Return how members are asked in an order; `None` where no patient gets."""
    if not order:
        return ways.get(present)
    no = _diagram(order[1:], ways, present)
    yes = _diagram(order[1:], ways, present | {order[0]})
    if no is None or yes is None or no == yes:
        return yes if no is None else no
    return _Node(order[0], no, yes)


def _member_nodes(members: Sequence[str], ways: Mapping[GroupValue, _Way]) -> tuple[_Node, ...]:
    """Return the nodes that ask a group with the fewest items, each after those that lead to it."""
    found: tuple[_Node, ...] | None = None
    for order in itertools.permutations(members) if len(members) <= _MOST_ORDERED else [tuple(members)]:
        root = _diagram(order, ways, frozenset())
        nodes = dict.fromkeys(root.within()) if isinstance(root, _Node) else {}
        if found is None or len(nodes) < len(found):
            found = tuple(sorted(nodes, key=lambda node: order.index(node.member)))
    return found or ()


# Items


def _states(
    definitions: Definitions, track: Track, start: str, ways: Mapping[tuple[str, GroupValue], _Way]
) -> Iterator[AskedState]:
    groups = definitions.vocabulary.groups
    shown: dict[str, list[Condition]] = {}
    for question in _in_order(track, start, ways):
        state = question.name
        link = f"{track.name}/{state}"
        leads = {value: ways[key] for choice in question.answers for value in choice.values if (key := (state, value)) in ways}
        incoming = tuple(dict.fromkeys(shown.get(state, ())))
        if question.asks in groups:
            items = _members(question.asks, link, _member_nodes(groups[question.asks].members, leads), shown)
        else:
            order = [value for value in definitions.vocabulary.facts[question.asks].values if value in leads]
            for value in order:
                shown.setdefault(leads[value][1], []).append((link, value))
            items = (Asked(link, question.asks, tuple(order), incoming),)
        yield AskedState(link, question.asks, incoming, items)


def _members(group: str, link: str, nodes: Sequence[_Node], shown: dict[str, list[Condition]]) -> tuple[Asked, ...]:
    """Return the items of a group's members; what they lead to is added to the conditions under which states are shown."""
    links: dict[_Node, str] = {}
    for node in nodes:
        again = sum(other.member == node.member for other in links)
        links[node] = f"{link}/{node.member}" + (f"/{again + 1}" if again else "")
    within: dict[_Node, list[Condition]] = {node: [] for node in nodes}
    for node in nodes:
        for value, below in ((True, node.yes), (False, node.no)):
            if isinstance(below, _Node):
                within[below].append((links[node], value))
            elif below is not None:
                shown.setdefault(below[1], []).append((links[node], value))
    return tuple(Asked(links[node], f"{group}.{node.member}", (True, False), tuple(within[node])) for node in nodes)


def _in_order(track: Track, start: str, ways: Mapping[tuple[str, GroupValue], _Way]) -> list[Question]:
    """Return the question states of a form, each after those that lead to it, else as the track has them."""
    after: dict[str, set[str]] = {}
    for (state, _), (_, target) in ways.items():
        after.setdefault(state, set()).add(target)
    depth = {start: 0}
    waiting = [start]
    for state in waiting:
        for target in after.get(state, ()):
            if depth.get(target, -1) <= depth[state]:
                depth[target] = depth[state] + 1
                waiting.append(target)
    asked = [question for question in track.questions if question.name in depth]
    return sorted(asked, key=lambda question: depth[question.name])
