"""A second, naive evaluation of everything: every completion of a case, one by one, straight from the statements."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from pnet_pathways import Case
from pnet_pathways.model.pathway import Definitions, Pathway
from pnet_pathways.model.values import Value
from project_vocabulary import FACTS, LINKED, RULES, applies

Outcome = tuple[str, ...]


class Verdict(NamedTuple):
    """What holds in every completion, what in some, and which unknown facts can change it."""

    certain: frozenset[Outcome]
    possible: frozenset[Outcome]
    missing: frozenset[str]


def outcomes(definitions: Definitions, pathways: list[Pathway], scenario: dict[str, Value]) -> frozenset[Outcome]:
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
                found.add(("gap", group))
    return frozenset(found)


def completions(case: Case, facts: list[str]) -> list[dict[str, Value]]:
    """Return every consistent total scenario over some facts that keeps what the case says."""
    known = case.known()
    domains = [[known[name]] if name in known else list(FACTS[name].domain) for name in facts]
    rows = [dict(zip(facts, values, strict=True)) for values in product(*domains)]
    # What the case says of facts outside `facts` still counts for the rules.
    outside = {name: value for name, value in known.items() if name not in facts}
    return [row for row in rows if not any(rule.never.evaluate({**outside, **row}.get) for rule in RULES)]


def same_elsewhere(first: dict[str, Value], second: dict[str, Value], fact: str) -> bool:
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
    facts = [name for name in FACTS if any(name in pathway.facts for pathway in pathways)]
    # Facts that a rule ties to them decide what is consistent.
    facts = [name for name in FACTS if name in facts or any(name in one and one & set(facts) for one in LINKED)]
    rows = completions(case, facts)
    said = [outcomes(definitions, pathways, row) for row in rows]
    known = case.known()
    missing = {
        name
        for name in facts
        if name not in known
        and any(said[i] != said[j] and same_elsewhere(rows[i], rows[j], name) for i in range(len(rows)) for j in range(i))
    }
    everywhere = frozenset.intersection(*said)
    return Verdict(everywhere, frozenset.union(*said) - everywhere, frozenset(missing))
