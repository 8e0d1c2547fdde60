"""Compares the CQL of a document with its tables: what the tests of exactness do, for any document."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping, Sequence, Set
from typing import Any

import attrs

from cql_reader import Evaluation, Tree, Truth, lets_of
from pnet_pathways.adapters.fhir.cql_pathway import PathwayLogic
from pnet_pathways.adapters.fhir.cql_tracks import OptionKey, keyed
from pnet_pathways.adapters.fhir.publication import camel
from pnet_pathways.adapters.fhir.writing_cql import logic_of, texts
from pnet_pathways.engine.tables import GapKind, Offered, TrackAnswer, TrackGap, TrackTable
from pnet_pathways.model.pathway import Definitions, Option
from pnet_pathways.model.values import NOT_APPLICABLE, Value, answer_name
from pnet_pathways.model.vocabulary import Vocabulary


@functools.lru_cache(maxsize=32)
def lets(definitions: Definitions, pathway: str) -> dict[str, Tree]:
    """Return the expressions of a pathway's Library."""
    return lets_of(texts(definitions)[camel(pathway)])


def may(fact: str, value: Value) -> str:
    """What an expression is called that says that a fact may have a value."""
    return f"{fact} may not apply" if value is NOT_APPLICABLE else f"{fact} may be {answer_name(value)}"


def bits(rows: Sequence[bool]) -> int:
    """Truths as a mask, the first as its lowest bit."""
    return int("".join("1" if one else "0" for one in reversed(rows)) or "0", 2)


# What some completion has


@attrs.frozen
class RawCases:
    """Every partial case of linked facts: what is given of each, and the rows that it leaves open."""

    names: tuple[str, ...]
    given: Mapping[str, list[Value | None]]
    left: list[int]


@functools.cache
def raw_cases(vocabulary: Vocabulary, linked: frozenset[str]) -> RawCases:
    """Go through them one by one."""
    rows = vocabulary.rows(linked)
    names = tuple(name for name in vocabulary.facts if name in linked)
    having: dict[tuple[str, Value | None], int] = {(name, None): (1 << len(rows)) - 1 for name in names}
    for number, row in enumerate(rows):
        for name in names:
            having[name, row[name]] = having.get((name, row[name]), 0) | 1 << number
    given: dict[str, list[Value | None]] = {name: [] for name in names}
    left = []
    for values in itertools.product(*((None, *vocabulary.facts[name].values) for name in names)):
        mask = (1 << len(rows)) - 1
        for name, value in zip(names, values, strict=True):
            mask &= having.get((name, value), 0)
            given[name].append(value)
        left.append(mask)
    return RawCases(names, given, left)


def check_facts(definitions: Definitions) -> None:
    """Compare what the expressions say that some completion has with all rows left, over every partial case."""
    vocabulary = definitions.vocabulary
    every: dict[str, Tree] = {}
    for pathway in definitions.pathways:
        for said, tree in lets(definitions, pathway).items():
            assert every.setdefault(said, tree) == tree or " may " not in said, said
    told = 0
    for linked in vocabulary.tied_sets(vocabulary.facts):
        cases = raw_cases(vocabulary, linked)
        everything = (1 << len(cases.left)) - 1
        given: dict[str, Any] = {}
        for fact in cases.names:
            values = cases.given[fact]
            has = {value: bits([one == value for one in values]) for value in vocabulary.facts[fact].values}
            unknown = bits([one is None for one in values])
            coded = {f"{fact}.{answer_name(value)}": mask for value, mask in has.items()}
            given[f"{fact} given"] = (has[True], unknown) if vocabulary.facts[fact].is_boolean else coded
        consistent = bits([bool(one) for one in cases.left])
        rows = vocabulary.rows(linked)
        for fact in cases.names:
            for value in vocabulary.facts[fact].domain:
                if (said := may(fact, value)) in every:
                    here = sum(1 << number for number, row in enumerate(rows) if row[fact] == value)
                    true, null = Evaluation(every, everything, given).of(said)
                    assert null == 0, said
                    assert true & consistent == bits([bool(one & here) for one in cases.left]), said
                    told += 1
        # What contradicts itself, of these facts: nothing else is given.
        others = {f"{fact} given": ((0, everything) if one.is_boolean else {}) for fact, one in vocabulary.facts.items()}
        evaluation = Evaluation(every, everything, {**others, **given, "said twice": (0, 0)})
        assert evaluation.of("contradicting") == (everything & ~consistent, 0), linked
    assert told == sum(" may " in one for one in every)


# Tracks


@attrs.frozen
class Openings:
    """Every set of rows that a case can leave open, with what tells it apart in the words that are read."""

    left: list[int]
    truths: dict[str, Any]
    everything: int


@functools.cache
def patterns_of(vocabulary: Vocabulary, linked: frozenset[str]) -> tuple[tuple[str, ...], list[int]]:
    """The words on what linked facts may be, and for each set of rows that cases leave open which of them are true."""
    rows = vocabulary.rows(linked)
    masks = {
        may(fact, value): bits([row[fact] == value for row in rows])
        for fact in vocabulary.facts
        if fact in linked
        for value in vocabulary.facts[fact].domain
    }
    found = [bits([bool(left & mask) for mask in masks.values()]) for left in vocabulary.partial_cases(linked)]
    return tuple(masks), found


@functools.lru_cache(maxsize=64)
def rows_of(vocabulary: Vocabulary, linked: frozenset[str], parts: tuple[tuple[int, int], ...]) -> list[int]:
    """The rows of a table that are left where a case leaves each set of rows of linked facts open."""
    every = vocabulary.partial_cases(linked)
    return [functools.reduce(int.__or__, (here for mask, here in parts if mask & left), 0) for left in every]


def openings(table: TrackTable, read: frozenset[str]) -> Openings:
    """List them: the product of those of the facts that rules tie together."""
    vocabulary, evidence = table.vocabulary, {one.linked: one for one in table.evidence}
    facts = {fact for fact in vocabulary.facts for value in vocabulary.facts[fact].domain if may(fact, value) in read}
    blocks: list[list[tuple[int, int]]] = []
    words: list[tuple[str, ...]] = []
    for linked in vocabulary.tied_sets({*facts, *(fact for one in evidence for fact in one)}):
        atoms, patterns = patterns_of(vocabulary, linked)
        everything = [table.openings.frame.everything] * len(patterns)
        rows = rows_of(vocabulary, linked, evidence[linked].parts) if linked in evidence else everything
        wanted = bits([one in read for one in atoms])
        found = dict.fromkeys((pattern & wanted, here) for pattern, here in zip(patterns, rows, strict=True))
        blocks.append(list(found))
        words.append(atoms)
    left, columns = [], [list[bool]() for one in words for _ in one]
    for parts in itertools.product(*blocks):
        left.append(functools.reduce(int.__and__, (rows for _, rows in parts), table.openings.frame.everything))
        place = 0
        for (pattern, _), named in zip(parts, words, strict=True):
            for number in range(len(named)):
                columns[place].append(bool(pattern >> number & 1))
                place += 1
    every = itertools.chain.from_iterable(words)
    truths = {word: (bits(one), 0) for word, one in zip(every, columns, strict=True) if word in read}
    return Openings(left, truths, (1 << len(left)) - 1)


def read_by(trees: Mapping[str, Tree], names: Sequence[str], bound: Mapping[str, Truth]) -> frozenset[str]:
    """Return the words about facts that expressions read where the readings are chosen."""
    words = {name: (0, 0) for name in trees if " may " in name}
    evaluation = Evaluation(trees, 1, {**words, **bound})
    for name in names:
        evaluation.of(name)
    return frozenset(evaluation.read & words.keys())


def check_pathway(definitions: Definitions, pathway: str) -> None:
    """Check every track of a pathway under every choice of readings."""
    logic, trees = logic_of(definitions)[pathway], lets(definitions, pathway)
    for track, clauses in logic.tracks.items():
        for choice, table in zip(clauses.choices, clauses.tables, strict=True):
            chosen = {one.name: (int(one in choice), 0) for one in logic.alternatives}
            # With what is offered under another track too: certain there, and not at all.
            for elsewhere in (0, 1) if any(len(one.tracks) > 1 for one in logic.options) else (0,):
                check_track(logic, trees, track, table, chosen, elsewhere)


def said_by(
    answer: TrackAnswer, here: Mapping[str, OptionKey | GapKind], options: Mapping[OptionKey, Option], guests: Set[str]
) -> tuple[Set[str], Set[str], Set[str]]:
    """What a track's answer holds, what it lacks in some completion, and the facts that matter but to `guests`."""
    offered = {one.option: one for one in answer.offered}
    gaps = {one.kind: one for one in answer.gaps}
    found: dict[str, Offered | TrackGap | None] = {
        name: gaps.get(key) if isinstance(key, GapKind) else offered.get(options[key]) if key in options else None
        for name, key in here.items()
    }
    holds = {name for name, one in found.items() if one is not None}
    lacks = {name for name, one in found.items() if one is None or not one.certain}
    return holds, lacks, {fact for name, one in found.items() if one and name not in guests for fact in one.depends_on}


def check_track(
    logic: PathwayLogic, trees: dict[str, Tree], track: str, table: TrackTable, chosen: dict[str, Truth], elsewhere: int
) -> None:
    """Compare what the expressions of a track say with its table's answers, over all openings."""
    here = {name: key for name, key, _ in logic.outcomes(track)}
    facts = {fact: f"{fact} matters in {track}" for fact, by_track in logic.matters.items() if track in by_track}
    others = {
        f"{name} can {word}": truth
        for other in logic.tracks
        if other != track
        for name, _, _ in logic.outcomes(other)
        for word, truth in (("hold", elsewhere), ("fail", 0))
    }
    names = [f"{logic.speaker(track, key)} can {word}" for key in here.values() for word in ("hold", "fail")]
    bound = {name: (value, 0) for name, value in others.items()}
    read = read_by(trees, [*names, *facts.values()], {**bound, **chosen})
    cases = openings(table, read)
    everything = cases.everything
    full = {name: (everything * true, 0) for name, (true, _) in {**bound, **chosen}.items()}
    evaluation = Evaluation(trees, everything, {**full, **cases.truths})
    options = keyed(table)
    guests = {each.within(track) for each in logic.options if len(each.tracks) > 1} if elsewhere else set()
    answers = {left: table.answer_of(left) for left in dict.fromkeys(cases.left)}
    held = {left: said_by(answer, here, options, guests) for left, answer in answers.items()}

    def where(number: int, word: str) -> int:
        return bits([word in held[left][number] for left in cases.left])

    expected = {name: (where(0, name), where(1, name)) for name in here}
    turning = {fact: where(2, fact) for fact in table.facts}
    for name, key in here.items():
        speaker = logic.speaker(track, key)
        can_hold, can_fail = expected[name]
        listed = isinstance(key, GapKind) or key in options
        assert evaluation.of(f"{speaker} can hold") == (can_hold, 0), name
        # What is not listed at all need not fail.
        assert evaluation.of(f"{speaker} can fail") == ((can_fail, 0) if listed and can_hold else (0, 0)), name
    for fact in table.vocabulary.facts:
        says = evaluation.of(facts[fact]) if fact in facts else (0, 0)
        assert says == (turning.get(fact, 0), 0), (track, fact)
