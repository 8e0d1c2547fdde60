"""The claim that no option stands twice in one case, or with two strengths, but where the document means it to."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from math import prod
from typing import Any

import attrs

from ...model.beside import RepeatedOption
from ...model.claims import ClaimId
from ...model.conditions import AllOf, Condition, facts_of
from ...model.facts import Scenario
from ...model.pathway import Definitions, Option, Pathway
from ...model.reference import AnswerTrack
from ...model.values import Value
from ...model.wording import offer_of
from .claims import Failure, Ledger
from .space import Space, case_data
from .tracks import MAX_COMBINATIONS


@attrs.frozen
class _Offer:
    """An option where it stands: in a pathway, in a track of the answer, under a condition."""

    pathway: Pathway
    group: AnswerTrack
    option: Option
    when: Condition

    def alike(self, other: _Offer) -> bool:
        """Whether it is another option that says the same, whatever its strength."""
        one, two = self.option, other.option
        same = (set(one.treatments), set(one.optional), one.intent) == (set(two.treatments), set(two.optional), two.intent)
        return same and self.group.name == other.group.name and (one.statement, one.number) != (two.statement, two.number)


def examine_distinct(definitions: Definitions, meant: Collection[RepeatedOption], ledger: Ledger) -> None:
    """Look for two options of the same treatments in one track of the answer whose conditions hold in one scenario.

    `meant` are those that the document lists; what is listed and does not occur fails too.
    """
    listed = {(one.statements, one.treatments): one for one in meant}
    found: set[tuple[frozenset[str], frozenset[str]]] = set()
    offers = list(_offers(definitions))
    ledger.count(ClaimId.DISTINCT, "options", len({(one.option.statement, one.option.number) for one in offers}))
    for one, other in itertools.combinations(offers, 2):
        if one.alike(other) and (types := _types(definitions, one, other)):
            ledger.count(ClaimId.DISTINCT, "pairs")
            key = frozenset({one.option.statement, other.option.statement}), frozenset(one.option.treatments)
            if key not in found and _meet(definitions, one, other, types, ledger, told=key not in listed):
                found.add(key)
    for key, repeated in listed.items():
        if key not in found:
            names = " and ".join(sorted(repeated.statements))
            message = f"no case has these treatments from {names} twice in one track: it need not be listed"
            ledger.fail(ClaimId.DISTINCT, Failure(str(repeated.where or "repeated_options.yaml"), message))


def _offers(definitions: Definitions) -> Iterator[_Offer]:
    for pathway in definitions.pathways.values():
        for track in pathway.tracks.values():
            for option, when, _ in pathway.placed_in(track.name):
                yield _Offer(pathway, definitions.groups[track.group], option, AllOf((when, option.requires)))


def _types(definitions: Definitions, one: _Offer, other: _Offer) -> tuple[str, ...]:
    """Return the types in scope on which the pathways of both bear."""
    entry, names = definitions.entry, {one.pathway.name, other.pathway.name}
    return tuple(kind for kind in entry.types_in_scope if names <= set(entry.bears_on(kind)))


def _meet(definitions: Definitions, one: _Offer, other: _Offer, types: tuple[str, ...], ledger: Ledger, *, told: bool) -> bool:
    """Return whether two offers hold in one scenario; where they do and it is `told`, that is a failure with a case."""
    vocabulary, entry = definitions.vocabulary, definitions.entry
    both = AllOf((one.when, other.when))
    names = [name for name in facts_of(both) if name != entry.fact]
    if prod(len(vocabulary.facts[name].domain) for name in names) > MAX_COMBINATIONS:
        ledger.not_proven(ClaimId.DISTINCT, f"{one.option.statement} and {other.option.statement} read too much to list")
        return False
    own = any(pathway.name not in entry.common for pathway in (one.pathway, other.pathway))
    reads_type = entry.fact in facts_of(both)
    space = Space.over(vocabulary, names)
    for kind in types if reads_type else types[:1]:

        def holds(row: Scenario, kind: str = kind) -> object:
            def look(name: str) -> Value | None:
                return kind if name == entry.fact else row.get(name)

            return both.evaluate(look)

        if rows := space.where(holds):
            if told:
                smallest = space.smallest([rows])
                given = None if smallest is None else smallest[0]
                shown = kind if own or reads_type else None
                case = None if given is None else case_data(vocabulary, space.names, given, shown)
                ledger.fail(ClaimId.DISTINCT, _failure(one, other, case))
            return True
    return False


def _failure(one: _Offer, other: _Offer, case: Mapping[str, Any] | None) -> Failure:
    statement = other.pathway.statement(other.option.statement)
    names = " and ".join(dict.fromkeys((one.option.statement, other.option.statement)))
    strengths = dict.fromkeys(f"'{offer_of(offer.option)}'" for offer in (one, other))
    how = f"offer {next(iter(strengths))} twice" if len(strengths) == 1 else f"offer the same as {' and as '.join(strengths)}"
    message = f"{names} {how} in the track '{other.group.name}': list it in repeated_options.yaml if that is meant"
    return Failure(str(statement.where or f"{other.pathway.name}.yaml"), message, case)
