"""The claims about alternatives of readings: what each changes and leaves alone, its answers, and the gaps that arise."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping

import attrs

from ...engine.recommend import Engine
from ...loading.chosen_readings import definitions_under, unnamed
from ...model.claims import ClaimId
from ...model.conditions import ALWAYS, AllOf, Condition, facts_of
from ...model.facts import Scenario
from ...model.pathway import Alternative, Definitions, Leaf, LeafKind, Pathway, Statement
from .answers import Reader, TrackViews, examine_answers
from .claims import Failure, Ledger
from .space import Given, Space
from .tracks import MAX_COMBINATIONS, TrackView, combinations, types_of

Told = Callable[[str, int, int], None]
_OF_ANSWERS = (ClaimId.ANSWER, ClaimId.MISSING, ClaimId.MONOTONE)


def examine_alternatives(parts: TrackViews, engine: Engine, ledger: Ledger, told: Told) -> None:
    """Examine each alternative alone, and the gaps that arise where two meet in a track."""
    definitions = parts.definitions
    every = tuple(definitions.alternatives)
    for claim in (ClaimId.ALTERNATIVES, ClaimId.ALTERNATIVE_ANSWERS, ClaimId.ALTERNATIVE_GAPS):
        ledger.count(claim, "alternatives", len(every))
    for number, alternative in enumerate(every):
        told(f"alternative {alternative.name}", number, len(every))
        one = _Alone(definitions, alternative)
        one.changes(ledger)
        one.others(engine.under(one.chosen).definitions, ledger)
        views = one.views(ledger)
        one.gaps(views, ledger)
        one.answers(parts, views, engine.under(one.chosen), ledger)
    for first, second in itertools.combinations(every, 2):
        if first.reading != second.reading and _meet(definitions, first, second):
            _gaps_of_both(definitions, first, second, ledger)


@attrs.frozen
class _Alone:
    """One alternative, with its statements put into their pathways here and not by the code that is judged."""

    definitions: Definitions
    alternative: Alternative

    @property
    def chosen(self) -> dict[str, str]:
        return {self.alternative.reading: self.alternative.id}

    @property
    def place(self) -> str:
        return str(self.alternative.where or "readings.yaml")

    def pathways(self) -> dict[str, Pathway]:
        """Return the pathways that hold a statement that is rewritten, as they then read."""
        new = {one.id: one for one in self.alternative.statements}
        return {
            name: attrs.evolve(pathway, statements=tuple(new.get(one.id, one) for one in pathway.statements))
            for name, pathway in self.definitions.pathways.items()
            if any(one.id in new for one in pathway.statements)
        }

    def changes(self, ledger: Ledger) -> None:
        """Show that each statement answers otherwise in some scenario."""
        for new in self.alternative.statements:
            old = self.definitions.statement(new.id)
            facts = {name for one in (old, new) for condition in _conditions(one) for name in facts_of(condition)}
            space = Space.over(self.definitions.vocabulary, facts)
            ledger.count(ClaimId.ALTERNATIVES, "statements")
            ledger.count(ClaimId.ALTERNATIVES, "scenarios", len(space.rows))
            if _said(space, old) == _said(space, new):
                message = f"{self.alternative.name}: {new.id} says in every scenario what it says anyway"
                ledger.fail(ClaimId.ALTERNATIVES, Failure(str(new.where or self.place), message))

    def others(self, under: Definitions, ledger: Ledger) -> None:
        """Show that statements which it does not name, and scenarios in which none of its statements stands, stay."""
        touched = self.touched()
        for name, pathway in self.definitions.pathways.items():
            for statement in pathway.statements:
                if statement.id not in self.alternative.named:
                    ledger.count(ClaimId.ALTERNATIVES, "other_statements")
                    if under.statement(statement.id) != statement:
                        self._fail(ledger, f"{statement.id}, which it does not name, reads otherwise")
            for track in pathway.tracks:
                if (name, track) not in touched and under.scenarios[name, track] != self.definitions.scenarios[name, track]:
                    self._fail(ledger, f"{name}.{track}, in which it rewrites nothing, has other scenarios")

    def _fail(self, ledger: Ledger, message: str) -> None:
        ledger.fail(ClaimId.ALTERNATIVES, Failure(self.place, f"{self.alternative.name}: {message}"))

    def touched(self) -> set[tuple[str, str]]:
        """Return the tracks, each with its pathway, in which a rewritten statement stands or stood."""
        return {
            (one.pathway, track)
            for new in self.alternative.statements
            for one in (self.definitions.statement(new.id), new)
            for track, _ in one.placements
        }

    def views(self, ledger: Ledger) -> dict[str, TrackView]:
        """Return the touched tracks, by their full name, as they are under the alternative."""
        found = {}
        pathways = self.pathways()
        for name, track_name in sorted(self.touched()):
            pathway = pathways[name]
            track = pathway.tracks[track_name]
            count = combinations(self.definitions.vocabulary, pathway, track, self.definitions.groups[track.group])
            if count > MAX_COMBINATIONS:
                message = f"{self.alternative.name}: '{track_name}' reads facts with {count:,} combinations"
                ledger.fail(ClaimId.ALTERNATIVE_ANSWERS, Failure(self.place, message))
                continue
            arising = " ".join(self.alternative.gaps.get(track.group, "").split())
            view = attrs.evolve(TrackView.of(self.definitions, pathway, track), arising=arising)
            found[view.name] = view
        return found

    def gaps(self, views: Mapping[str, TrackView], ledger: Ledger) -> None:
        """Show that each gap that arises has words."""
        for view in views.values():
            named = {leaf.name for leaf in view.track.leaves if leaf.kind is LeafKind.GAP}
            arising = view.gap & sum(1 << number for number, one in enumerate(view.runs) if one.end not in named)
            ledger.count(ClaimId.ALTERNATIVE_GAPS, "scenarios", arising.bit_count())
            if arising and not view.arising:
                message = f"{self.alternative.name}: a gap arises in {view.name}, and '{view.track.group}' has no words for it"
                ledger.fail(ClaimId.ALTERNATIVE_GAPS, view.failure(self.alternative.where, message, arising))

    def answers(self, parts: TrackViews, views: Mapping[str, TrackView], engine: Engine, ledger: Ledger) -> None:
        """Compare the library's answers under the alternative with what its statements say, for every partial case."""
        definitions = attrs.evolve(self.definitions, pathways={**self.definitions.pathways, **self.pathways()})
        reader = Reader(definitions, engine.recommend)
        under = TrackViews(definitions, [views.get(view.name, view) for view in parts.views])
        for view in views.values():
            own = Ledger()
            for kind, cases in self._cases(view):
                examine_answers(view, cases, under, reader, own, kinds=(kind,))
            for claim in _OF_ANSWERS:
                for failure in own.failures[claim]:
                    message = f"{self.alternative.name}: {failure.message}"
                    ledger.fail(ClaimId.ALTERNATIVE_ANSWERS, attrs.evolve(failure, message=message))
            ledger.count(ClaimId.ALTERNATIVE_ANSWERS, "partial_cases", own.examined[ClaimId.ANSWER]["partial_cases"])
            ledger.count(ClaimId.ALTERNATIVE_ANSWERS, "refinements", own.examined[ClaimId.MONOTONE].get("refinements", 0))

    def _cases(self, view: TrackView) -> Iterator[tuple[str | None, list[tuple[Given, int]]]]:
        """Yield the partial cases of a track, of one type that leads to it.

        How tracks are joined for each type is proven without alternatives. Where one reads the type, every type is asked.
        """
        cases, entry = view.space.cases(), self.definitions.entry.fact
        if entry not in view.space.facts:
            yield view.kind, cases
            return
        place = view.space.facts.index(entry)
        for kind in (None, *types_of(self.definitions, view.pathway)):
            yield kind, [one for one in cases if one[0][place] == kind]


def _conditions(statement: Statement) -> Iterator[Condition]:
    yield from (when for _, when in statement.placements)
    yield from (option.requires for option in statement.options)


def _holds(*conditions: Condition) -> Callable[[Scenario], object]:
    whole = AllOf(conditions)
    return lambda row: whole.evaluate(row.get)


def _said(space: Space, statement: Statement) -> dict[object, int]:
    """Return where each option of a statement holds, in each of its tracks, whatever its number."""
    found: dict[object, int] = {}
    for track, when in statement.placements:
        for option in statement.options:
            if rows := space.where(_holds(when, option.requires)):
                found[track, attrs.evolve(option, number=0, requires=ALWAYS)] = rows
    return found


def _meet(definitions: Definitions, first: Alternative, second: Alternative) -> bool:
    touched = [_Alone(definitions, one).touched() for one in (first, second)]
    return not touched[0].isdisjoint(touched[1])


def _gaps_of_both(definitions: Definitions, first: Alternative, second: Alternative, ledger: Ledger) -> None:
    """Show that a gap that arises only where two alternatives are chosen has words too."""
    ledger.count(ClaimId.ALTERNATIVE_GAPS, "pairs")
    under = definitions_under(definitions, {one.reading: one.id for one in (first, second)})
    nameless = {unnamed((first, second)), unnamed((second, first))}
    for pathway, track in sorted(_Alone(definitions, first).touched() & _Alone(definitions, second).touched()):
        for state in under.pathways[pathway].tracks[track].states.values():
            if isinstance(state, Leaf) and state.message in nameless:
                message = f"{first.name} with {second.name}: a gap arises in {pathway}.{track}, and neither has words for it"
                ledger.fail(ClaimId.ALTERNATIVE_GAPS, Failure(str(second.where or "readings.yaml"), message))
