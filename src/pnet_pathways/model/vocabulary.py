"""The vocabulary of a document: all its facts, and what the facts of one case must keep.

Which facts are tied together, which can take others away, what a partial case implies and when it is contradictory: all
is derived from the conditions under which facts apply and from the rules.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import attrs

from .codes import Codes, Column
from .conditions import facts_of
from .facts import Fact, Group, Rule, Scenario
from .records import frozen
from .values import NOT_APPLICABLE, GroupValue, Value, answer_name

_T = TypeVar("_T")


@frozen
class Contradiction:
    """Known facts that cannot hold together, and the reasons of the rules that say so."""

    facts: tuple[str, ...]
    reasons: tuple[str, ...]


@frozen
class Block:
    """Facts that rules tie together (or a single fact), and every consistent combination of their values.

    Combinations are projected from those of all the facts that are tied to them: each has a consistent completion.
    """

    facts: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@frozen(eq=False)
class Vocabulary:
    """The facts of a document, frozen. `entry` is the fact that leads to a pathway; two with the same `digest` are equal.

    `facts` are in the order of asking, members of a group one after the other; `rules` are those of the facts that do not
    always apply, then those that the document states.
    """

    facts: Mapping[str, Fact]
    groups: Mapping[str, Group]
    rules: tuple[Rule, ...]
    entry: str
    digest: str
    _memo: dict[object, object] = attrs.field(init=False, factory=dict)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Vocabulary) and self.digest == other.digest)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        from .text import counted

        return f"<Vocabulary of {counted(len(self.facts), 'fact')}, entry {self.entry!r}>"

    # Names

    @functools.cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of a case in the order of asking: facts, and groups in place of their members."""
        return tuple(dict.fromkeys(fact.group or fact.name for fact in self.facts.values()))

    @functools.cached_property
    def domains(self) -> Mapping[str, tuple[Value, ...]]:
        """The values of each fact."""
        return {name: fact.values for name, fact in self.facts.items()}

    @functools.cached_property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """The members of each group."""
        return {name: group.members for name, group in self.groups.items()}

    @functools.cached_property
    def codes(self) -> Codes:
        """How cases are numbered."""
        return Codes(self.facts, self.groups, map(self.columns, self.tied_sets(self.facts)))

    def facts_of(self, key: str) -> tuple[str, ...]:
        """Return the atomic facts behind a fact's or group's name."""
        return self.groups[key].facts if key in self.groups else (key,)

    def key_of(self, fact: str) -> str:
        """Return the key of a case that holds an atomic fact: its group, or itself."""
        return self.facts[fact].group or fact

    def value_of(self, key: str, lookup: Callable[[str], Value | None]) -> GroupValue | None:
        """Return the value of a fact, or the members of a group that are present; `None` while something is unknown."""
        if key not in self.groups:
            return lookup(key)
        group = self.groups[key]
        values = [lookup(name) for name in group.facts]
        if None in values:
            return None
        return frozenset(member for member, value in zip(group.members, values, strict=True) if value is True)

    def answer(self, key: str, value: GroupValue) -> str:
        """Return the answer that stands for a fact's value or for the members of a group."""
        return self.groups[key].answer(value) if isinstance(value, frozenset) else answer_name(value)

    def choices(self, key: str) -> tuple[GroupValue, ...]:
        """Return everything that the question of a fact or group can be answered with."""
        return self.groups[key].combinations if key in self.groups else self.facts[key].values

    def choice(self, key: str, answer: str) -> GroupValue:
        """Return what an answer stands for. Raises `KeyError` where the fact or group has no such answer."""
        return self.groups[key].members_of(answer) if key in self.groups else self.facts[key].value_of(answer)

    def as_facts(self, key: str, value: GroupValue) -> dict[str, Value]:
        """Return an answered fact or group as atomic facts."""
        if isinstance(value, frozenset):
            group = self.groups[key]
            return {f"{key}.{member}": member in value for member in group.members}
        return {key: value}

    def question(self, key: str) -> str:
        """Return the question of a fact or group."""
        return self.groups[key].question if key in self.groups else self.facts[key].question

    def help(self, key: str) -> str:
        """Return the help of a fact or group."""
        return self.groups[key].help if key in self.groups else self.facts[key].help

    def label(self, key: str) -> str:
        """Return the short name of a fact or group."""
        return self.groups[key].label if key in self.groups else self.facts[key].label

    def phrase(self, key: str, value: GroupValue) -> str:
        """Return the phrase for one value of a fact, or for the members of a group that are present."""
        if isinstance(value, frozenset):
            group = self.groups[key]
            present = [name for member, name in group.named_facts if member in value]
            return " and ".join(self.facts[name].texts["yes"].phrase for name in present) or group.none.phrase
        return self.facts[key].texts[answer_name(value)].phrase if value is not NOT_APPLICABLE else answer_name(value)

    def words(self, key: str, values: tuple[GroupValue, ...]) -> str:
        """Return the phrase for "this fact has one of these values"."""
        return " or ".join(self.phrase(key, value) for value in values)

    # What facts of one case must keep

    @functools.cached_property
    def linked_sets(self) -> tuple[frozenset[str], ...]:
        """The sets of facts that rules tie together, transitively; facts of different sets never constrain each other."""
        sets: list[set[str]] = []
        for rule in self.rules:
            joined = set(rule.about)
            apart = []
            for one in sets:
                if one & joined:
                    joined |= one
                else:
                    apart.append(one)
            sets = [*apart, joined]
        order = list(self.facts)
        return tuple(sorted(map(frozenset, sets), key=lambda one: min(map(order.index, one))))

    @functools.cached_property
    def dependents(self) -> Mapping[str, tuple[str, ...]]:
        """By fact: those that apply only under some values of it, directly or through others."""
        direct = {
            name: [other for other, fact in self.facts.items() if name in facts_of(fact.applies_when)] for name in self.facts
        }
        found: dict[str, tuple[str, ...]] = {}
        for name, waiting in direct.items():
            every: dict[str, None] = {}
            queue = list(waiting)
            for other in queue:
                if other not in every and other != name:
                    every[other] = None
                    queue.extend(direct[other])
            if every:
                found[name] = tuple(one for one in self.facts if one in every)
        return found

    def applies(self, fact: str, scenario: Scenario) -> bool:
        """Return whether a fact can apply at all in a scenario that holds the facts it depends on."""
        return self.facts[fact].applies_when.evaluate(scenario.get) is not False

    def linked(self, facts: Iterable[str]) -> tuple[str, ...]:
        """Return the facts with all those that rules tie to them, in vocabulary order."""
        wanted = set(facts)
        for one in self.linked_sets:
            if wanted & one:
                wanted |= one
        return tuple(name for name in self.facts if name in wanted)

    def broken_rules(self, values: Scenario) -> list[Rule]:
        """Return the rules that known values (any subset of the facts) break, whatever the unknown facts are."""
        return [rule for rule in self.rules if rule.never.evaluate(values.get) is True]

    def scenarios(self, facts: Iterable[str]) -> list[dict[str, Value]]:
        """Return every consistent scenario over the facts and those linked to them, in a fixed order."""
        rows: list[dict[str, Value]] = [{}]
        chosen = self.linked(facts)
        for number, name in enumerate(chosen):
            before = set(chosen[:number])
            rules = [rule for rule in self.rules if name in rule.about and set(rule.about) <= {*before, name}]
            rows = [{**row, name: value} for row in rows for value in self.facts[name].domain]
            if rules:
                rows = [row for row in rows if not any(rule.never.evaluate(row.get) for rule in rules)]
        return rows

    def tied_sets(self, facts: Iterable[str]) -> tuple[frozenset[str], ...]:
        """Return the sets of facts that hold some facts: those that rules tie together, and each other fact alone.

        They come in the order of the first of these facts that each holds; no rule ties facts of two of them.
        """
        wanted, found = set(facts), []
        for name in self.facts:
            if name in wanted:
                found.append(self.tied_to(name))
                wanted -= found[-1]
        return tuple(found)

    def rows(self, linked: frozenset[str]) -> list[dict[str, Value]]:
        """Return the scenarios of one of the linked sets, made once."""

        def make() -> list[dict[str, Value]]:
            columns = {name: column.values for name, column in self.columns(linked).items()}
            return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

        return self._made(("rows", linked), make)

    def columns(self, linked: frozenset[str]) -> dict[str, Column]:
        """Return the scenarios of one of the linked sets by fact, made once."""

        def make() -> dict[str, Column]:
            rows = self.scenarios(linked)
            return {
                name: Column.of(fact.domain, [row[name] for row in rows]) for name, fact in self.facts.items() if name in linked
            }

        return self._made(("columns", linked), make)

    def know_columns(self, linked: frozenset[str], marks: Iterable[str]) -> None:
        """Take the scenarios of one of the linked sets as they were worked out before, by fact in the vocabulary's order."""
        facts = [(name, fact) for name, fact in self.facts.items() if name in linked]
        self._memo["columns", linked] = {name: Column(fact.domain, one) for (name, fact), one in zip(facts, marks, strict=True)}

    def deciding(self, facts: Iterable[str]) -> tuple[str, ...]:
        """Return the facts with all those that decide whether one of them applies, in vocabulary order."""
        wanted = set(facts)
        wanted.update(name for name, dependents in self.dependents.items() if wanted.intersection(dependents))
        return tuple(name for name in self.facts if name in wanted)

    def blocks(self, facts: Iterable[str]) -> tuple[Block, ...]:
        """Return the blocks of which every consistent combination of the facts' values is the product."""
        wanted, found = set(facts), []
        for tied in self.tied_sets(wanted):
            names = tuple(name for name in self.facts if name in wanted and name in tied)
            found.append(self._made(("block", names), functools.partial(self._block, names, tied)))
        return tuple(found)

    def _block(self, names: tuple[str, ...], tied: frozenset[str]) -> Block:
        return Block(names, tuple(dict.fromkeys(zip(*[self.columns(tied)[name].values for name in names], strict=True))))

    def combinations(self, facts: Iterable[str]) -> Iterator[dict[str, Value]]:
        """Yield every combination of the facts' values that has a consistent completion; the others are left out."""
        chosen = tuple(facts)
        blocks = self.blocks(chosen)
        for rows in itertools.product(*(block.rows for block in blocks)):
            row = {
                name: value
                for block, part in zip(blocks, rows, strict=True)
                for name, value in zip(block.facts, part, strict=True)
            }
            yield {name: row[name] for name in chosen}

    def tied_to(self, fact: str) -> frozenset[str]:
        """Return a fact with all those that rules tie to it."""
        return next((linked for linked in self.linked_sets if fact in linked), frozenset({fact}))

    def left(self, linked: frozenset[str], known: Scenario) -> int:
        """Return, as a mask, which rows of linked facts keep what is known; 0 where it is contradictory."""
        literals = self._literals(linked)
        mask: int = literals[None]
        for name, value in known.items():
            if name in linked and value is not None:
                mask &= literals[name, value]
        return mask

    def partial_cases(self, linked: frozenset[str]) -> tuple[int, ...]:
        """Return, as masks, every set of rows of linked facts that some partial case leaves open."""

        def make() -> tuple[int, ...]:
            literals = self._literals(linked)
            found = {literals[None]: None}
            for name in self.facts:
                if name in linked:
                    given = [literals[name, value] for value in self.facts[name].values]
                    found.update(dict.fromkeys(mask & one for mask in list(found) for one in given if mask & one))
            return tuple(found)

        return self._made(("partial", linked), make)

    def _literals(self, linked: frozenset[str]) -> dict[Any, int]:
        """Return by fact and value the rows that have it, and under `None` all rows."""

        def make() -> dict[Any, int]:
            found: dict[Any, int] = {}
            for name, column in self.columns(linked).items():
                found |= {(name, value): column.literals.get(value, 0) for value in column.domain}
                found[None] = (1 << len(column.marks)) - 1
            return found

        return self._made(("literals", linked), make)

    def implied(self, known: Scenario) -> dict[str, Value]:
        """Return what known facts say of others: each linked fact that has one consistent value left."""
        found: dict[str, Value] = {}
        for linked in self.linked_sets:
            key = (linked, tuple([known.get(name) for name in linked]))
            found.update(self._made(key, functools.partial(self._implied, linked, known)))
        return found

    def _implied(self, linked: frozenset[str], known: Scenario) -> dict[str, Value]:
        mask, literals = self.left(linked, known), self._literals(linked)
        return {
            name: value for name in linked for value in self.facts[name].domain if mask and not mask & ~literals[name, value]
        }

    def _made(self, key: object, make: Callable[[], _T]) -> _T:
        """Return what was made under a key before, or make it."""
        if key not in self._memo:
            self._memo[key] = make()
        return self._memo[key]  # type: ignore[return-value]

    def consistent(self, known: Scenario) -> bool:
        """Return whether some complete scenario holds the known facts."""
        return all(self.left(linked, known) for linked in self.linked_sets if not linked.isdisjoint(known))

    def contradictions(self, known: Scenario) -> list[Contradiction]:
        """Return why known facts cannot hold together, each time with as few facts and rules as say so; empty if they can."""
        found: list[Contradiction] = []
        for linked in self.linked_sets:
            if self.left(linked, known):
                continue
            given = {name: known[name] for name in self.facts if name in linked and name in known}
            for number, rule in enumerate(self.rules):
                if linked.issuperset(rule.about):
                    place = ("broken", number, tuple([given.get(name) for name in rule.about]))
                    if facts := self._made(place, functools.partial(rule.broken_by, given)):
                        self._add(found, facts, (rule.because,))
            if not any(set(one.facts) <= linked for one in found):
                few = dict(given)
                for name in list(given):
                    fewer = {key: value for key, value in few.items() if key != name}
                    few = few if self.left(linked, fewer) else fewer
                key = ("reasons", linked, tuple(few.items()))
                self._add(found, tuple(few), self._made(key, functools.partial(self._reasons, linked, few)))
        return found

    @staticmethod
    def _add(found: list[Contradiction], facts: tuple[str, ...], reasons: tuple[str, ...]) -> None:
        for number, one in enumerate(found):
            if one.facts == facts:
                found[number] = Contradiction(facts, tuple(dict.fromkeys((*one.reasons, *reasons))))
                return
        found.append(Contradiction(facts, reasons))

    def _reasons(self, linked: frozenset[str], known: Scenario) -> tuple[str, ...]:
        """Return the reasons of the rules without which the known facts could hold together."""
        rules = [rule for rule in self.rules if set(rule.about) <= linked]
        for rule in list(rules):
            fewer = [one for one in rules if one is not rule]
            if not _completions(self, linked, known, fewer):
                rules = fewer
        return tuple(dict.fromkeys(rule.because for rule in rules))


def _completions(vocabulary: Vocabulary, linked: frozenset[str], known: Scenario, rules: list[Rule]) -> bool:
    """Return whether the known facts of a linked set have a completion that keeps some rules."""
    names = [name for name in vocabulary.facts if name in linked]
    bearing = [[rule for rule in rules if name in rule.about] for name in names]

    def completed(row: dict[str, Value], place: int) -> bool:
        if place == len(names):
            return True
        name = names[place]
        for value in (known[name],) if name in known else vocabulary.facts[name].domain:
            more = {**row, name: value}
            if not any(rule.never.evaluate(more.get) is True for rule in bearing[place]) and completed(more, place + 1):
                return True
        return False

    return completed(dict(known), 0)
