"""The claims about alternatives of readings: what each changes and leaves alone, its answers, and the gaps that arise."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import attrs

from ...engine.recommend import Engine
from ...engine.tables import GapKind, TrackAnswer
from ...loading.chosen_readings import definitions_under, unnamed
from ...model.claims import ClaimId
from ...model.conditions import ALWAYS, AllOf, Condition, facts_of
from ...model.facts import Scenario
from ...model.pathway import Alternative, Definitions, Leaf, Pathway, Statement
from ...model.scenario_rows import LeafKind
from ...model.values import Value
from .answers import Names, differing, not_monotone
from .claims import Failure, Ledger
from .closures import Given
from .coded import examine_codes
from .space import Space
from .tracks import COMBINATION, GAP, MAX_COMBINATIONS, ExpectedTrackAnswer, TrackView, combinations


def count_alternatives(definitions: Definitions, ledger: Ledger) -> None:
    """Count the alternatives that are examined, none included."""
    for claim in (ClaimId.ALTERNATIVES, ClaimId.ALTERNATIVE_ANSWERS, ClaimId.ALTERNATIVE_GAPS):
        ledger.count(claim, "alternatives", sum(1 for _ in definitions.alternatives))


def examine_alternative(definitions: Definitions, alternative: Alternative, engine: Engine, ledger: Ledger) -> None:
    """Examine an alternative alone."""
    one, under = _Alone(definitions, alternative), engine.under({alternative.reading: alternative.id})
    one.changes(ledger)
    one.others(under.definitions, ledger)
    views = one.views(ledger)
    one.gaps(views, ledger)
    one.answers(views, under, ledger)
    scenarios = ((view, row) for view in views.values() for row in view.space.rows)
    cases = (view.read(tuple(map(row.get, view.space.names))) for view, row in scenarios)
    examine_codes(under, cases, ledger, alternative.name)


def examine_pairs(definitions: Definitions, ledger: Ledger) -> None:
    """Examine the gaps that arise where two alternatives meet in a track."""
    for first, second in itertools.combinations(definitions.alternatives, 2):
        if first.reading != second.reading and _meet(definitions, first, second):
            _gaps_of_both(definitions, first, second, ledger)


@attrs.frozen
class _Alone:
    """One alternative, with its statements put into their pathways here and not by the code that is judged."""

    definitions: Definitions
    alternative: Alternative

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
            unnamed = sum(1 << number for number, one in enumerate(view.runs) if one.end not in named)
            arising = view.gap & (unnamed | view.unheard)
            ledger.count(ClaimId.ALTERNATIVE_GAPS, "scenarios", arising.bit_count())
            if arising and not view.arising:
                message = f"{self.alternative.name}: a gap arises in {view.name}, and '{view.track.group}' has no words for it"
                ledger.fail(ClaimId.ALTERNATIVE_GAPS, view.failure(self.alternative.where, message, arising))

    def answers(self, views: Mapping[str, TrackView], engine: Engine, ledger: Ledger) -> None:
        """Compare the tables under the alternative with what its statements say, for every partial case of each track.

        How tracks make one answer is proven without alternatives, and is the same under each.
        """
        for view in views.values():
            table = engine.compiled.tables[view.pathway.name, view.track.name]
            cases = view.space.cases()
            ledger.count(ClaimId.ALTERNATIVE_ANSWERS, "partial_cases", len(cases))
            places = [self.definitions.vocabulary.facts[name].code for name in view.space.names]
            names, same = [], dict[Names, Names]()
            for given, completions in cases:
                values: list[Value | None] = [None] * len(self.definitions.vocabulary.facts)
                for place, value in zip(places, given, strict=True):
                    values[place] = value
                found, right = _told(table.answer(values)), view.answer(completions)
                if found != right:
                    both = [{**one.options, **one.gaps} for one in (found, right)]
                    self._wrong(ledger, view, given, differing(*both))  # type: ignore[arg-type]
                    return
                said = _names(found)
                # Few are new: what is one object needs no comparison.
                names.append(same.setdefault(said, said))
            table.memo.clear()
            ledger.count(ClaimId.ALTERNATIVE_ANSWERS, "refinements", len(view.space.steps()))
            if (wrong := next(not_monotone(view.space, names), None)) is not None:
                self._wrong(ledger, view, cases[wrong[0]][0], wrong[1])
                return

    def _wrong(self, ledger: Ledger, view: TrackView, given: Given, message: str) -> None:
        path, state = view.partial_run(given)
        place = view.place(view.track.states[state].where)
        text = f"{self.alternative.name}: {view.name}: {message}"
        ledger.fail(ClaimId.ALTERNATIVE_ANSWERS, Failure(place, text, view.case(given), path))


_KINDS: Final = {GapKind.SILENT: GAP, GapKind.COMBINATION: COMBINATION}
_set = functools.lru_cache(maxsize=4096)(frozenset[str])
"""Makes a set of some names once."""


def _told(answer: TrackAnswer) -> ExpectedTrackAnswer:
    """Return a table's answer in the verifier's form."""
    return ExpectedTrackAnswer(
        {(one.option.statement, one.option.number): (one.certain, _set(one.depends_on)) for one in answer.offered},
        {_KINDS[gap.kind]: (gap.certain, _set(gap.depends_on), _set(gap.messages)) for gap in answer.gaps},
    )


def _names(answer: ExpectedTrackAnswer) -> Names:
    """Return what is certain in an answer, and what is possible at all."""
    everything = {**answer.options, **answer.gaps}
    return frozenset(key for key, says in everything.items() if says[0]), frozenset(everything)


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
