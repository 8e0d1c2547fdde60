"""A second, naive evaluation of everything: every completion of a case, one by one, straight from the statements."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import product
from typing import NamedTuple

from pnet_pathways import Case
from pnet_pathways.model.conditions import facts_of
from pnet_pathways.model.pathway import Definitions, Pathway
from pnet_pathways.model.values import Value
from project_vocabulary import FACTS, LINKED, RULES, applies

Row = dict[str, Value]

Outcome = tuple[str, ...]


class Verdict(NamedTuple):
    """What holds in every completion, what in some, and which unknown facts can change it."""

    certain: frozenset[Outcome]
    possible: frozenset[Outcome]
    missing: frozenset[str]


def outcomes(definitions: Definitions, pathways: list[Pathway], scenario: Row) -> frozenset[Outcome]:
    """Return the options and gaps of a total scenario."""
    found: set[Outcome] = set()
    for pathway in pathways:
        answered: set[str] = set()
        for statement in pathway.statements:
            for track, when in statement.placements:
                for option in statement.options:
                    if when.evaluate(scenario.get) and option.requires.evaluate(scenario.get):
                        answered.add(track.partition(".")[0])
                        found.add((statement.id, *option.treatments, "or", *option.optional))
        for group in {name.partition(".")[0] for name in pathway.tracks}:
            silent = definitions.groups[group].gap_when
            if silent is not None and silent.evaluate(scenario.get) and group not in answered:
                found.add(("gap", group, "silent"))
        for one in pathway.combinations:
            if one.when.evaluate(scenario.get):
                found.add(("gap", one.track.partition(".")[0], "combination"))
    return frozenset(found)


@cache
def _together(facts: frozenset[str]) -> list[Row]:
    """Return every consistent scenario over facts that rules tie together, or over a single fact."""
    names = [name for name in FACTS if name in facts]
    rules = [rule for rule in RULES if facts.issuperset(rule.about)]
    rows = [dict(zip(names, values, strict=True)) for values in product(*(FACTS[name].domain for name in names))]
    return [row for row in rows if not any(rule.never.evaluate(row.get) for rule in rules)]


def completions(case: Case, facts: Iterable[str]) -> list[Row]:
    """Return every scenario over some facts that a completion of the case holds, whatever facts the case speaks of."""
    chosen, rows = set(facts), [Row()]
    for name in FACTS:
        tied = next((one for one in LINKED if name in one), frozenset({name}))
        if name not in chosen or any(name in row for row in rows):
            continue
        said = {one: value for one, value in case.given.items() if one in tied}
        left = [row for row in _together(tied) if all(row[one] == value for one, value in said.items())]
        parts = dict.fromkeys(tuple((one, value) for one, value in row.items() if one in chosen) for row in left)
        rows = [{**row, **dict(part)} for row in rows for part in parts]
    return rows


def read_facts(pathways: list[Pathway]) -> list[str]:
    """Return the facts that pathways read, with those that decide whether one of them applies."""
    wanted = {name for pathway in pathways for name in pathway.facts}
    wanted.update(name for pathway in pathways for one in pathway.combinations for name in facts_of(one.when))
    for name in reversed(list(FACTS)):
        if name in wanted:
            wanted.update(facts_of(FACTS[name].applies_when))
    return [name for name in FACTS if name in wanted]


def same_elsewhere(first: Row, second: Row, fact: str) -> bool:
    """Return whether two scenarios differ in one fact only, apart from facts that one of them takes away."""
    if first[fact] == second[fact]:
        return False
    for name, value in first.items():
        other = second[name]
        if name == fact or value == other:
            continue
        if applies(name, first) and applies(name, second):
            return False
    return True


def verdict(definitions: Definitions, pathways: list[Pathway], case: Case) -> Verdict:
    """Return the naive verdict on a case."""
    facts = read_facts(pathways)
    rows = completions(case, facts)
    said = [outcomes(definitions, pathways, row) for row in rows]
    known = {name for name in facts if len({row[name] for row in rows}) == 1}
    missing = {
        name
        for name in facts
        if name not in known
        and any(said[i] != said[j] and same_elsewhere(rows[i], rows[j], name) for i in range(len(rows)) for j in range(i))
    }
    everywhere = frozenset.intersection(*said)
    return Verdict(everywhere, frozenset.union(*said) - everywhere, frozenset(missing))
