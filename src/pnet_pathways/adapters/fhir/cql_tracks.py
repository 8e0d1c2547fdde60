"""What one track says about any partial case, under any choice of readings, as clauses that are exact.

Every outcome of a track (an option, a gap) is a set of rows of its table. Whether a case leaves some row of a set open is a
clause over what its facts may be, and so is whether a fact alone, changed, leads from a row of the set to one outside.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import attrs

from ...engine.recommend import Engine
from ...engine.tables import GapKind, TrackTable
from ...model.conditions import AllOf, AnyOf, Condition, Is, Not
from ...model.frames import places
from ...model.pathway import Alternative, Definitions, Option
from ...model.rewriting import touched_tracks
from ...model.values import Value
from ...model.vocabulary import Vocabulary
from .cql_covers import Clause, Literal, Words, all_of, any_of
from .cql_facts import Closed, may_name, quoted, spread_out

Choice = tuple[Alternative, ...]
"""The alternatives chosen, in the order of the readings; none of them is how the text is read."""

T = TypeVar("T")


@attrs.frozen(eq=False)
class Cases:
    """Every partial case of some facts, told apart by what each fact may be; `words` say so."""

    words: Words
    _atoms: Mapping[tuple[str, Value], Clause]

    @classmethod
    def of(cls, vocabulary: Vocabulary, facts: Sequence[str]) -> Cases:
        """List them: the product of those of the facts that rules tie together."""
        blocks: list[Closed] = []
        for block in vocabulary.blocks(facts):
            linked = vocabulary.tied_to(block.facts[0])
            whole = closed(vocabulary, linked)
            part = whole.about(block.facts)
            blocks.append(part if _told_apart(vocabulary, linked, block.facts, whole) else whole)
        count = math.prod(len(listed.patterns) for listed in blocks)
        atoms: dict[tuple[str, Value], Clause] = {}
        stride = 1
        for listed in blocks:
            for atom, mask in zip(listed.atoms, listed.masks, strict=True):
                here = spread_out(mask, len(listed.patterns), stride, count)
                atoms[atom] = Clause(quoted(may_name(*atom)), here)
            stride *= len(listed.patterns)
        # What is kept longest in a term comes first.
        named = sorted(atoms, key=lambda atom: atom[0] not in facts)
        literals = tuple(Literal(fact, atoms[fact, value]) for fact, value in named)
        return cls(Words(literals, (1 << count) - 1), atoms)

    def may_be(self, fact: str, value: Value) -> int:
        """Return the cases in which a fact may have a value."""
        return self._atoms[fact, value].mask if (fact, value) in self._atoms else 0

    def opening(self, table: TrackTable) -> list[int]:
        """Return for each row of a table the cases that leave it open."""
        vocabulary, everything = table.vocabulary, self.words.everything
        found = [everything] * len(table.rows)
        for block in vocabulary.blocks(table.facts):
            linked = vocabulary.tied_to(block.facts[0])
            at = [table.facts.index(name) for name in block.facts]
            opened = self._block(vocabulary, linked, block.facts)
            for number, row in enumerate(table.rows):
                found[number] &= opened[tuple(row.values[place] for place in at)]
        return found

    def _block(self, vocabulary: Vocabulary, linked: frozenset[str], facts: Sequence[str]) -> dict[tuple[Value, ...], int]:
        """Return by the values of linked facts the cases that leave some scenario with them open."""
        found: dict[tuple[Value, ...], int] = {}
        known = [name for name in vocabulary.facts if name in linked and any(fact == name for fact, _ in self._atoms)]
        for values in dict.fromkeys(tuple(row[name] for name in known) for row in vocabulary.rows(linked)):
            scenario = dict(zip(known, values, strict=True))
            cases = functools.reduce(int.__and__, (self.may_be(*one) for one in scenario.items()), self.words.everything)
            key = tuple(scenario[name] for name in facts)
            found[key] = found.get(key, 0) | cases
        return found

    def possible(self, condition: Condition) -> Clause:
        """Return a condition read fact by fact as what may hold: the truth where nothing ties its parts together."""
        everything = self.words.everything
        match condition:
            case Is():
                atoms = (self._atoms.get((condition.fact, value)) for value in condition.values)
                return any_of((one for one in atoms if one is not None), everything)
            case AllOf():
                return all_of(map(self.possible, condition.parts), everything)
            case AnyOf():
                return any_of(map(self.possible, condition.parts), everything)
            case Not():
                return self._refuted(condition.part)
        raise TypeError(f"{type(condition).__name__} is no condition")

    def _refuted(self, condition: Condition) -> Clause:
        everything = self.words.everything
        match condition:
            case Is():
                atoms = (
                    clause
                    for (fact, value), clause in self._atoms.items()
                    if fact == condition.fact and value not in condition.values
                )
                return any_of(atoms, everything)
            case AllOf():
                return any_of(map(self._refuted, condition.parts), everything)
            case AnyOf():
                return all_of(map(self._refuted, condition.parts), everything)
            case Not():
                return self.possible(condition.part)
        raise TypeError(f"{type(condition).__name__} is no condition")

    def clause(self, target: int, condition: Condition | None = None) -> Clause:
        """Return when a case is among some: in the words of a condition if they say just that, else in the fewest."""
        said = None if condition is None else self.possible(condition)
        return said if said is not None and said.mask == target else self.words.cover(target)


@functools.lru_cache(maxsize=64)
def closed(vocabulary: Vocabulary, linked: frozenset[str]) -> Closed:
    """Return the partial cases of linked facts, listed once."""
    return Closed.of(vocabulary, linked)


def _told_apart(vocabulary: Vocabulary, linked: frozenset[str], facts: Sequence[str], whole: Closed) -> bool:
    """Return whether what some of linked facts may be says which of their values are open together."""
    masks = dict(zip(whole.atoms, whole.masks, strict=True))
    everything = (1 << len(whole.patterns)) - 1
    opened: dict[tuple[Value, ...], int] = {}
    for row in vocabulary.rows(linked):
        cases = functools.reduce(int.__and__, (masks[one] for one in row.items()), everything)
        key = tuple(row[name] for name in facts)
        opened[key] = opened.get(key, 0) | cases
    return all(
        cases == functools.reduce(int.__and__, (masks[name, value] for name, value in zip(facts, key, strict=True)), everything)
        for key, cases in opened.items()
    )


# Readings


def alternatives_of(definitions: Definitions) -> dict[tuple[str, str], list[Alternative]]:
    """Return, by pathway and track, the alternatives that bear on a track, in the order of the readings."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for one in definitions.alternatives:
        for given, statements in (((), one.statements), *((each.given.items(), each.statements) for each in one.together)):
            names = (one.name, *(f"{reading}={name}" for reading, name in given))
            for pathway, tracks in touched_tracks(definitions.pathways, statements):
                for track in tracks:
                    found.setdefault((pathway.name, track), {}).update(dict.fromkeys(names))
    order = {one.name: one for one in definitions.alternatives}
    return {key: [one for name, one in order.items() if name in names] for key, names in found.items()}


def choices(alternatives: Iterable[Alternative]) -> list[Choice]:
    """Return every choice of alternatives, at most one of each reading; fewer come first."""
    by_reading: dict[str, list[Choice]] = {}
    for one in alternatives:
        by_reading.setdefault(one.reading, [()]).append((one,))
    found = [tuple(itertools.chain.from_iterable(parts)) for parts in itertools.product(*by_reading.values())]
    return sorted(found, key=len)


def named(choice: Choice) -> str:
    """Return the name of a choice: ``R-1=literal and R-2=on_its_own``."""
    return " and ".join(one.name for one in choice)


# Tracks

OptionKey = tuple[object, ...]


@attrs.frozen
class Listed:
    """An option that some choice of readings lists. `id` names its statement and number, and the choice if it needs one."""

    id: str
    key: OptionKey
    option: Option


@attrs.frozen(eq=False)
class Outcome:
    """What can be said of an outcome of a track under one choice: when it can hold, when it can fail, and what it turns on."""

    can_hold: int
    can_fail: int
    turns_on: Mapping[str, int]


NOTHING = Outcome(0, 0, {})


@attrs.frozen(eq=False)
class TrackClauses:
    """One track under every choice of readings that bears on it."""

    table: TrackTable
    choices: tuple[Choice, ...]
    tables: tuple[TrackTable, ...]
    cases: Cases

    @classmethod
    def of(cls, engine: Engine, pathway: str, track: str, alternatives: Sequence[Alternative]) -> TrackClauses:
        """Compile a track of the definitions as they are read, and as they can be read."""
        every = choices(alternatives)
        tables = [engine.under({one.reading: one.id for one in choice}).compiled.tables[pathway, track] for choice in every]
        vocabulary = engine.definitions.vocabulary
        used = {fact for table in tables for fact in table.facts}
        facts = tuple(name for name in vocabulary.facts if name in used)
        return cls(tables[0], tuple(every), tuple(tables), Cases.of(vocabulary, facts))

    @property
    def everything(self) -> int:
        """The mask of all cases."""
        return self.cases.words.everything

    def listed(self) -> Iterator[tuple[OptionKey, Option, Choice]]:
        """Yield each option with the first choice that lists it."""
        seen: set[OptionKey] = set()
        for choice, table in zip(self.choices, self.tables, strict=True):
            for key, option in keyed(table).items():
                if key not in seen:
                    seen.add(key)
                    yield key, option, choice

    @functools.cached_property
    def _opening(self) -> list[list[int]]:
        return [self.cases.opening(table) for table in self.tables]

    def outcomes(self, key: OptionKey | GapKind) -> list[Outcome]:
        """Return what is said of an option or gap under each choice."""
        found = []
        for table, opening in zip(self.tables, self._opening, strict=True):
            bit = _bit(table, key)
            mask = 0 if bit is None else table.outcomes[bit]
            found.append(NOTHING if not mask else self._outcome(table, opening, mask, bit or 0))
        return found

    @functools.cached_property
    def _known_outcomes(self) -> dict[tuple[int, int], Outcome]:
        return {}

    def _outcome(self, table: TrackTable, opening: list[int], mask: int, bit: int) -> Outcome:
        # Tables over the same rows, and options under the same condition, share it.
        key = (id(table.openings), mask)
        if key not in self._known_outcomes:
            self._known_outcomes[key] = self._made(table, opening, mask, bit)
        return self._known_outcomes[key]

    def _made(self, table: TrackTable, opening: list[int], mask: int, bit: int) -> Outcome:
        rows = (1 << len(table.rows)) - 1
        can_hold, can_fail = (_any(opening, some) for some in (mask, rows & ~mask))
        turns_on: dict[str, int] = {}
        for fact in table.facts:
            partners = table.openings.partners(fact)
            found = 0
            for number in places(mask):
                if outside := partners[number] & rows & ~mask:
                    found |= opening[number] & _any(opening, outside)
            if found:
                turns_on[fact] = found
        tied = can_hold & can_fail & ~functools.reduce(int.__or__, turns_on.values(), 0)
        # Rules tie facts together, so that none alone changes it: those that do so together.
        for place in places(tied):
            left = sum(1 << number for number, cases in enumerate(opening) if cases >> place & 1)
            for fact in next(iter(_depends(table, left, bit))):
                turns_on[fact] = turns_on.get(fact, 0) | 1 << place
        return Outcome(can_hold, can_fail, turns_on)

    def select(self, values: Sequence[T], render: Callable[[T], str]) -> str:
        """Return the CQL that picks a value by the readings chosen; readings that make no difference are not asked."""
        readings = list(dict.fromkeys(one.reading for choice in self.choices for one in choice))
        by_choice = {frozenset(one.name for one in choice): value for choice, value in zip(self.choices, values, strict=True)}
        order = {one.name: one for choice in self.choices for one in choice}

        def pick(left: Sequence[str], chosen: frozenset[str]) -> str:
            if not left:
                return render(by_choice[chosen])
            default = pick(left[1:], chosen)
            text = default
            for name, one in reversed(order.items()):
                if one.reading == left[0]:
                    other = pick(left[1:], chosen | {name})
                    if other != default or text != default:
                        text = f"if {quoted(name)} then {_bracketed(other)} else {_bracketed(text)}"
            return text

        return pick(readings, frozenset())


def _bracketed(text: str) -> str:
    return f"({text})" if " " in text.replace('"', "") and not (text.startswith('"') and text.count('"') == 2) else text


def _any(masks: Sequence[int], chosen: int) -> int:
    return functools.reduce(int.__or__, (masks[number] for number in places(chosen)), 0)


def _depends(table: TrackTable, left: int, bit: int) -> Iterator[tuple[str, ...]]:
    answer = table.answer_of(left)
    options = {option: number for number, option in enumerate(table.options)}
    yield from (one.depends_on for one in answer.offered if options[one.option] == bit)
    kinds = {GapKind.SILENT: len(options), GapKind.COMBINATION: len(options) + 1}
    yield from (gap.depends_on for gap in answer.gaps if kinds[gap.kind] == bit)


def keyed(table: TrackTable) -> dict[OptionKey, Option]:
    """Return the options of a table by what tells them apart under whatever reading."""
    found: dict[OptionKey, Option] = {}
    for one in table.options:
        key: OptionKey = (one.statement, one.item, one.treatments, one.optional, one.strength, one.intent, one.choice)
        while key in found:
            key = (*key, "again")
        found[key] = one
    return found


def _bit(table: TrackTable, key: OptionKey | GapKind) -> int | None:
    if isinstance(key, GapKind):
        return len(table.options) + (key is GapKind.COMBINATION)
    return next((bit for bit, one in enumerate(keyed(table)) if one == key), None)
