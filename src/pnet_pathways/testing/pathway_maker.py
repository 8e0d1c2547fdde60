"""One random pathway file: a tree for each track, and statements that stand on its leaves."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from hypothesis import strategies as st

from ..model.condition_data import condition_from
from ..model.conditions import facts_of
from ..model.pathway import Strength
from ..model.scenario_rows import LeafKind
from ..model.wording import offer_text
from .base import base_vocabulary
from .structure import (
    GraphWriter,
    Node,
    Says,
    condition_data,
    paths,
    tree,
)

Data = dict[str, Any]

SHARED_TRACKS = ("first", "second", "third", "fourth")
MAX_FACTS = 3
MAX_MEMBERS = 3
TREATMENTS = tuple(f"treatment_{number}" for number in range(1, 7))
READINGS = ("R-1", "R-2")
_SILENT = {LeafKind.GAP: "Nothing is said of this.", LeafKind.DOES_NOT_APPLY: "This track does not apply."}
LOCATOR = {"section": "made_up", "first": "made", "last": "up", "start": 0, "end": 7, "sha256": "0" * 64}

# Strategies are made once: making one takes longer than drawing from it.
_TRACKS = st.lists(st.sampled_from([*SHARED_TRACKS, "third.made_up"]), min_size=1, max_size=2, unique=True)


@functools.cache
def _chosen_facts() -> st.SearchStrategy[list[str]]:
    """Return a strategy for the facts and groups of a track; only groups of few members are asked as one question.

    Facts that rules tie together, and those that do not always apply, are drawn more often than chance would have it: there
    the mistakes are.
    """
    vocabulary = base_vocabulary()
    askable = [name for name in vocabulary.facts if name != vocabulary.entry]
    linked = [sorted(one) for one in vocabulary.linked_sets]
    groups = [name for name, group in vocabulary.groups.items() if len(group.members) <= MAX_MEMBERS]
    conditional = [name for name in askable if vocabulary.facts[name].may_not_apply]
    return st.one_of(
        st.sampled_from(conditional).map(lambda name: [name]),
        st.sampled_from(groups).map(lambda name: [name]),
        st.lists(st.sampled_from(askable), max_size=MAX_FACTS, unique=True),
        st.sampled_from(linked).flatmap(lambda names: st.lists(st.sampled_from(names), max_size=2, min_size=1, unique=True)),
    )


def _tied(when: Any) -> set[str]:
    """Return the facts that a condition reads and all that are tied to them: those of two tracks may have none in common."""
    vocabulary = base_vocabulary()
    return {one for fact in facts_of(condition_from(when, vocabulary)) for one in vocabulary.tied_to(fact)}


def _needs(fact: str) -> tuple[str, ...]:
    """Return a fact behind those that decide whether it has a value, or a group as it is."""
    if fact in base_vocabulary().groups:
        return (fact,)
    known = base_vocabulary().facts[fact]
    return (*facts_of(known.applies_when), fact) if known.may_not_apply else (fact,)


SOME_READINGS = st.lists(st.sampled_from(READINGS), unique=True, max_size=len(READINGS))


def _option_body(given: list[str], extra: bool, strength: Strength, intent: str | None, more: Data) -> Data:
    whole = extra and len(given) > 1
    body: Data = {"treatments": given[:-1], "optional": given[-1:]} if whole else {"treatments": given}
    body |= {} if strength is Strength.MAY else {"strength": strength.value}
    return {**body, **({} if intent is None else {"intent": intent}), **more}


def _treatments(body: Data) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(body["treatments"]), tuple(body.get("optional", ()))


_OPTION_BODIES = st.lists(
    st.builds(
        _option_body,
        st.lists(st.sampled_from(TREATMENTS), min_size=1, max_size=3, unique=True),
        st.booleans(),
        st.sampled_from(Strength),
        st.sampled_from([None, "palliative"]),
        st.fixed_dictionaries({"choice": st.booleans(), "readings": SOME_READINGS}),
    ),
    min_size=1,
    max_size=2,
    unique_by=_treatments,
)


@attrs.define
class PathwayMaker:
    """Draws one pathway's file: a tree for each track, and statements that stand on its leaves."""

    draw: st.DrawFn
    name: str
    gaps: Mapping[str, Any]
    statements: list[Data] = attrs.field(factory=list)
    trees: dict[str, Node] = attrs.field(factory=dict)
    standing: dict[str, tuple[Says, ...]] = attrs.field(factory=dict)
    combinations: list[Data] = attrs.field(factory=list)
    combined: dict[str, tuple[Says, ...]] = attrs.field(factory=dict)
    offers: dict[tuple[str, int], dict[str, list[str]]] = attrs.field(factory=dict)
    item: int = 0

    def _maybe(self) -> bool:
        return self.draw(st.booleans())

    def pathway(self) -> Data:
        """Draw the content of the pathway's file."""
        for track in self.draw(_TRACKS):
            chosen = self.draw(_chosen_facts())
            facts = tuple(dict.fromkeys(name for one in chosen for name in _needs(one)))
            self.trees[track] = tree(self.draw, facts, self.gap_when(track))
            self._statements(track)
            if self.gap_when(track) is not None and self._maybe():
                self._combination(track)
        if len(self.trees) == 2 and self._maybe():
            self._also()
        return {
            "pathway": self.name,
            "version": "1.0.0",
            "title": self.name,
            "section": "made_up",
            "statements": self.statements,
            "tracks": {name: self._graph(name, node) for name, node in self.trees.items()},
            **({"combinations": self.combinations} if self.combinations else {}),
        }

    def gap_when(self, track: str) -> Any:
        """Return when silence of a track is a gap, as data; `None` where it never is."""
        return self.gaps[track.partition(".")[0]]

    def leaves(self, track: str, *kinds: LeafKind) -> list[Says]:
        """Return the leaves of a track, of some kinds or of all, each once."""
        every = dict.fromkeys(leaf for _, leaf in paths(self.trees[track]))
        return [leaf for leaf in every if not kinds or leaf.kind in kinds]

    def _statements(self, track: str) -> None:
        leaves = self.leaves(track, LeafKind.OFFER)
        most = min(len(leaves), 3)
        holds = [self.draw(st.sets(st.integers(1, most), min_size=1)) for _ in leaves]
        for number in range(1, most + 1):
            standing = [leaf for leaf, statements in zip(leaves, holds, strict=True) if number in statements]
            if standing:
                self.statements.append(self._statement(track, standing))

    def _statement(self, track: str, standing: list[Says]) -> Data:
        identifier = f"{self.name.upper().replace('_', '')}-{len(self.statements) + 1}"
        self.standing[identifier] = tuple(standing)
        options: list[Data] = []
        for body in self.draw(_OPTION_BODIES):
            self.item += self.draw(st.integers(0, 1)) if options else 1
            option = {"item": self.item, **body}
            where = standing
            # The first option stands on every leaf of the statement; a further one may require more.
            if options and self._maybe():
                where = self.draw(st.lists(st.sampled_from(standing), min_size=1, unique=True))
                option["requires"] = condition_data(self.trees[track], where)
            options.append(option)
            for leaf in where:
                self._offer(track, leaf, identifier, option)
        return {
            "id": identifier,
            "label": f"Made-up statement {identifier}",
            "track": track,
            "when": self.condition(track, standing),
            "options": options,
            "locators": [LOCATOR],
            "readings": self.draw(SOME_READINGS),
        }

    def _offer(self, track: str, leaf: Says, identifier: str, option: Data) -> None:
        strength = Strength(option.get("strength", "may"))
        text = offer_text(strength, tuple(option["treatments"]), tuple(option.get("optional", ())))
        self.offers.setdefault((track, leaf.number), {}).setdefault(identifier, []).append(text)

    def condition(self, track: str, chosen: Sequence[Says]) -> Any:
        """Draw a condition that holds exactly at some leaves of a track, as data."""
        node = self.trees[track]
        others = [leaf for _, leaf in paths(node) if leaf not in chosen]
        if others and self._maybe():
            return {"not": condition_data(node, others)}
        return condition_data(node, chosen)

    def _also(self) -> None:
        """Let a statement stand in the other track too, under a condition of its own there."""
        first, second = self.trees
        simple = [one for one in self.statements if one["track"] == first and all("requires" not in o for o in one["options"])]
        leaves = self.leaves(second, LeafKind.OFFER)
        if not simple:
            return
        statement = self.draw(st.sampled_from(simple))
        where = self.draw(st.lists(st.sampled_from(leaves), min_size=1, unique=True))
        when = self.condition(second, where)
        if not _tied(statement["when"]).isdisjoint(_tied(when)):
            return
        statement["also"] = [{"track": second, "when": when}]
        for leaf in where:
            for option in statement["options"]:
                self._offer(second, leaf, statement["id"], option)

    def _combination(self, track: str) -> None:
        """Let findings stand side by side at some leaves, those with options or those without."""
        leaves = self.leaves(track, LeafKind.OFFER, LeafKind.GAP)
        self.combined[track] = chosen = tuple(self.draw(st.lists(st.sampled_from(leaves), min_size=1, unique=True)))
        self.combinations.append(
            {
                "track": track,
                "when": self.condition(track, chosen),
                "message": "Nothing is said of all of this together.",
                "readings": self.draw(SOME_READINGS),
            }
        )

    def _graph(self, track: str, node: Node) -> Data:
        readings = self.draw(SOME_READINGS)

        def leaf_data(leaf: Says) -> Data:
            more = {"combination": True} if leaf in self.combined.get(track, ()) else {}
            if leaf.kind is LeafKind.OFFER:
                return {"offers": self.offers[track, leaf.number], **more}
            return {leaf.kind.value: _SILENT[leaf.kind], "readings": readings, **more}

        writer = GraphWriter(leaf_data)
        start = writer.write(node)
        return {"title": f"The graph of {track}", "start": start, "states": dict(reversed(writer.states.items()))}
