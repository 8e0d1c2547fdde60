"""The composed claim: what lets the tracks' proofs be joined, checked, and whole answers checked again by brute force.

Why the joining is sound stands in docs/verification.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import attrs

from ...engine.tables import GapKind
from ...model.claims import ClaimId
from ...model.conditions import AllOf, Condition, facts_of
from ...model.errors import listed
from ...model.facts import Scenario
from ...model.pathway import Definitions, Pathway, Statement, Track
from ...model.vocabulary import Vocabulary
from .answers import (
    ExpectedAnswer,
    Reader,
    TrackViews,
    differing,
    in_order,
)
from .claims import Failure, Ledger
from .closures import closed, ties
from .space import (
    Space,
    case_data,
    case_of,
)
from .tracks import TrackView, asked


def examine_factoring(parts: TrackViews, ledger: Ledger) -> None:
    """Check what the composed proof rests on."""
    vocabulary = parts.definitions.vocabulary
    ledger.count(ClaimId.FACTORING, "rules", len(vocabulary.rules))
    components = {frozenset(closed(vocabulary, names)) for names in ties(vocabulary) if len(names) > 1}
    if components != {linked for linked in vocabulary.linked_sets if len(linked) > 1}:
        ledger.fail(ClaimId.FACTORING, Failure("facts", "the sets of linked facts are not those that the rules tie together"))
    for view in parts.views:
        ledger.count(ClaimId.FACTORING, "tracks")
        ledger.count(ClaimId.FACTORING, "outcomes", len(view.space.outcomes))
        for message in _premises(view, parts.definitions):
            ledger.fail(ClaimId.FACTORING, Failure(view.place(view.track.where), f"{view.name} {message}"))
    for pathway in parts.definitions.pathways.values():
        for statement in pathway.statements:
            if shared := _read_by_two(vocabulary, statement):
                place = str(statement.where or f"{pathway.name}.yaml")
                message = f"{statement.id} reads {listed(shared)}, or facts tied to it, under two tracks"
                ledger.fail(ClaimId.FACTORING, Failure(place, message))
            homes = [view.name for view in parts.views if view.pathway is pathway and view.track.name == statement.track]
            if len(homes) != 1:
                place = str(statement.where or f"{pathway.name}.yaml")
                ledger.fail(ClaimId.FACTORING, Failure(place, f"{statement.id} is answered by {len(homes)} tracks, not by one"))


def _read_by_two(vocabulary: Vocabulary, statement: Statement) -> list[str]:
    """Return the facts that a statement's conditions under two of its tracks read, or that rules tie to such."""
    required = {name for option in statement.options for name in facts_of(option.requires)}
    read = [set(closed(vocabulary, {*facts_of(when), *required})) for _, when in statement.placements]
    return sorted(name for one, other in itertools.combinations(read, 2) for name in one & other)


def _premises(view: TrackView, definitions: Definitions) -> list[str]:
    """Return which premises a track breaks: what it reads, what its table holds, and what the rules tie to that."""
    facts = set(view.space.facts)
    found = []
    questions = {name for question in view.track.questions for name in asked(definitions.vocabulary, question)}
    if outside := (view.support | questions) - facts | (facts & {definitions.entry.fact}):
        found.append(f"looks up {listed(sorted(outside))}, which its table does not hold")
    for name in facts:
        if not set(facts_of(definitions.vocabulary.facts[name].applies_when)) <= facts:
            found.append(f"holds {name} without the facts that decide whether it applies")
    table = definitions.scenarios[view.pathway.name, view.track.name]
    if set(table.facts) != facts or len(table.rows) != len(view.space.rows):
        found.append(f"has a compiled table that is not over every scenario of {listed(view.space.facts)}")
    return found


def composed_facts(pathway: Pathway, parts: TrackViews) -> tuple[str, ...]:
    """Return the facts that several tracks of a pathway and of those for every type look up, or that rules tie to such.

    What a single track looks up alone cannot be joined in a wrong way.
    """
    names = {pathway.name, *parts.definitions.entry.common}
    vocabulary = parts.definitions.vocabulary
    views = [view for view in parts.views if view.pathway.name in names]
    read = [{fact for name in view.support for fact in closed(vocabulary, [name])} for view in views]
    shared = {fact for one, other in itertools.combinations(read, 2) for fact in one & other}
    return tuple(name for name in vocabulary.facts if name in shared and any(name in view.support for view in views))


def composed_size(pathway: Pathway, parts: TrackViews) -> int:
    """Return the number of partial cases over the facts that a pathway's tracks share."""
    facts = composed_facts(pathway, parts)
    return Space.over(parts.definitions.vocabulary, facts).count(facts)


@attrs.define(eq=False)
class ComposedSpace:
    """A pathway with those for every type, as one space over the facts that their tracks share: no track's table.

    `gaps` and the space's outcomes are those that read nothing else.
    """

    definitions: Definitions
    pathway: Pathway
    space: Space
    gaps: dict[str, int] = attrs.field(factory=dict)
    masks: tuple[int, ...] = attrs.field(init=False)
    whole: bool = attrs.field(init=False, default=True)

    def __attrs_post_init__(self) -> None:
        for name in dict.fromkeys((self.pathway.name, *self.definitions.entry.common)):
            pathway = self.definitions.pathways[name]
            for statement in pathway.statements:
                for option in statement.options:
                    if self._within(statement.condition, option.requires):
                        rows = self.space.where(_holds(statement.condition, option.requires))
                        self.space.outcomes[statement.id, option.number] = rows
            for track in pathway.tracks.values():
                self._add_gap(pathway, track)
            for combination in pathway.combinations:
                if self._within(combination.when):
                    group = combination.track.partition(".")[0]
                    self.gaps[f"{group} {GapKind.COMBINATION}"] = self.space.where(_holds(combination.when))
        self.masks = tuple(dict.fromkeys([*self.space.outcomes.values(), *self.gaps.values()]))

    def _within(self, *conditions: Condition) -> bool:
        """Return whether conditions read facts of the space alone; what reads some of them and others is not compared."""
        read = {fact for condition in conditions for fact in facts_of(condition)}
        if read <= set(self.space.facts):
            return True
        self.whole = self.whole and not read & set(self.space.facts)
        return False

    def _add_gap(self, pathway: Pathway, track: Track) -> None:
        condition = self.definitions.groups[track.group].gap_when
        placed = [(when, option.requires) for option, when, _ in pathway.placed_in(track.name)]
        if condition is not None and self._within(condition, *(one for both in placed for one in both)):
            rows = self.space.where(_holds(condition))
            for when, requires in placed:
                rows &= ~self.space.where(_holds(when, requires))
            self.gaps[f"{track.group} {GapKind.SILENT}"] = rows

    def expected(self, completions: int) -> ExpectedAnswer:
        """Return the answer to a partial case, over all its completions."""
        depends: dict[int, frozenset[str]] = {}
        for mask in self.masks:
            if completions & mask:
                depends[mask] = self.space.depends_on(mask, completions)
        options = {
            outcome: (not completions & ~mask, depends[mask])
            for outcome, mask in self.space.outcomes.items()
            if mask in depends
        }
        silent = frozenset[str]()
        gaps = [(name, not completions & ~mask, depends[mask], silent) for name, mask in self.gaps.items() if mask in depends]
        return ExpectedAnswer(options, in_order(gaps), frozenset[str]().union(*depends.values()))

    def comparable(self, said: ExpectedAnswer) -> ExpectedAnswer:
        """Return what an answer says of the space's outcomes, and which of its facts are missing.

        Which leaves name a gap is the graph's: without the graph there is nothing to hold its words against.
        """
        options = {key: says for key, says in said.options.items() if key in self.space.outcomes}
        gaps = [(name, sure, depends, frozenset[str]()) for name, sure, depends, _ in said.gaps if name in self.gaps]
        return attrs.evolve(said, options=options, gaps=in_order(gaps), missing=said.missing & set(self.space.facts))


def _holds(*conditions: Condition) -> Callable[[Scenario], object]:
    whole = AllOf(conditions)
    return lambda row: whole.evaluate(row.get)


def examine_composed(pathway: Pathway, parts: TrackViews, reader: Reader, ledger: Ledger) -> None:
    """Compare answers with the statements over all completions, for every partial case of what the tracks share.

    No track, no factoring.
    """
    facts = composed_facts(pathway, parts)
    composed = ComposedSpace(parts.definitions, pathway, Space.over(parts.definitions.vocabulary, facts))
    kind = next((key for key, entry in parts.definitions.entry.types.items() if entry.pathway == pathway.name), None)
    ledger.count(ClaimId.COMPOSED, "pathways")
    ledger.count(ClaimId.COMPOSED, "scenarios", len(composed.space.rows))
    for given, completions in composed.space.cases(facts):
        ledger.count(ClaimId.COMPOSED, "partial_cases")
        whole = reader.answer(case_of(composed.space.vocabulary, composed.space.names, given, kind))
        said, right = composed.comparable(whole), composed.expected(completions)
        if not composed.whole:
            right = attrs.evolve(right, missing=said.missing)
        if said != right:
            message = (
                said.error or differing(said.certainties, right.certainties) or differing(said.dependencies, right.dependencies)
            )
            case = case_data(composed.space.vocabulary, composed.space.names, given, kind)
            place = str(pathway.where or f"{pathway.name}.yaml")
            ledger.fail(ClaimId.COMPOSED, Failure(place, f"{pathway.name}: {message}", case))
            return
