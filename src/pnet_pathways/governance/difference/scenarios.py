"""The scenarios over which two sets of definitions are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ...model.pathway import Definitions
from ...model.values import Value
from ...model.vocabulary import Vocabulary

Leads = Callable[[Mapping[str, Value]], bool]
"""Whether the type of a scenario leads to a pathway, where the scenario holds the type at all."""


def leads_here(old: Definitions, new: Definitions, name: str) -> Leads:
    """Return what tells the scenarios of the types on which a pathway bears, before or now."""
    types = {*old.entry.types_under(name), *new.entry.types_under(name)}
    facts = {old.entry.fact, new.entry.fact}
    return lambda scenario: all(scenario[fact] in types for fact in facts if fact in scenario)


def every_scenario(
    vocabularies: tuple[Vocabulary, Vocabulary], facts: Iterable[str], leads: Leads
) -> tuple[tuple[str, ...], list[dict[str, Value]]]:
    """Return facts with those that rules tie to them, and every scenario over them of a type that leads to the pathway.

    The new rules say what is consistent; for facts that are gone the old ones do.
    """
    old, new = vocabularies
    wanted = list(facts)
    kept = new.linked(name for name in wanted if name in new.facts)
    gone = tuple(name for name in old.linked(name for name in wanted if name not in new.facts) if name not in kept)
    rows = new.scenarios(kept)
    if gone:
        earlier = dict.fromkeys(tuple((name, row[name]) for name in gone) for row in old.scenarios(gone))
        rows = [{**row, **dict(more)} for row in rows for more in earlier]
    return (*kept, *gone), [row for row in rows if leads(row)]


def scenarios_of(
    vocabularies: tuple[Vocabulary, Vocabulary], facts: Iterable[str], leads: Leads
) -> tuple[tuple[str, ...], list[dict[str, Value]]]:
    """Return facts and their scenarios as `every_scenario` does; where old and new share a vocabulary, over fewer facts."""
    old, new = vocabularies
    if old != new:
        return every_scenario(vocabularies, facts, leads)
    chosen = new.deciding(facts)
    return chosen, [row for row in new.combinations(chosen) if leads(row)]
