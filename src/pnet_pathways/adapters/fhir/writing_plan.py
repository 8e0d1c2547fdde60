"""PlanDefinitions: what each pathway lists, with the expression in its Library that says when.

An action for each track holds, for each option, one action for where it is certain and one for where it is possible, and the
same for what the text does not say. Conditions name definitions of the Library, so that any engine can apply them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from ...engine.answer import OR, Certainty
from ...engine.recommend import engine_for
from ...engine.tables import GapKind, TrackTable
from ...model.conditions import AllOf, facts_of
from ...model.pathway import Option, Pathway
from ...model.scenario_rows import LeafKind
from ...model.text import counted
from ...model.wording import option_label, option_text, sorted_readings
from .actions import Actions, listing, present
from .publication import Publication, Resource
from .terms import GAP, TREATMENTS, concept, option_id

_TYPE = {
    "system": "http://terminology.hl7.org/CodeSystem/plan-definition-type",
    "code": "clinical-protocol",
    "display": "Clinical Protocol",
}
_SAID = {Certainty.CERTAIN: "applies", Certainty.POSSIBLE: "may apply"}


def plan_definitions(publication: Publication) -> Iterator[Resource]:
    """Yield the PlanDefinition of each pathway."""
    tables = engine_for(publication.definitions).compiled.tables
    for pathway in publication.definitions.pathways.values():
        yield _Planner(publication, pathway, Actions(publication)).plan([tables[pathway.name, one] for one in pathway.tracks])


def gap_name(track: str, kind: GapKind) -> str:
    """Return the name of a gap's definition in a Library."""
    return f"gap {track} {kind}"


@attrs.frozen
class _Planner:
    """Writes the plan of one pathway."""

    publication: Publication
    pathway: Pathway
    actions: Actions

    def plan(self, tables: Iterable[TrackTable]) -> Resource:
        """Return the plan, with an action for each track."""
        pathway, source = self.pathway, self.publication.definitions.source
        statements = counted(len(pathway.statements), "statement")
        return self.publication.resource(
            "PlanDefinition",
            pathway.name,
            pathway=pathway.name,
            title=pathway.title,
            description=f"The {statements} of “{pathway.title}” in {source.title}, and what it does not say.",
            type={"coding": [_TYPE]},
            **self.publication.approval(pathway.name),
            relatedArtifact=[
                {"type": "derived-from", "display": f"{source.title}, updated {source.updated}", "url": source.url},
                *self._alternatives(),
            ],
            library=[f"{self.publication.url('Library', pathway.name)}|{pathway.version}"],
            action=[listing(table.track.name, table.track.title, "any", list(self._track(table))) for table in tables],
        )

    def _alternatives(self) -> Iterator[Resource]:
        """Yield the other ways to read the pathway's statements; the Library takes each as a parameter."""
        for one in self.publication.definitions.alternatives:
            if self.pathway.name in one.pathways:
                yield {"type": "justification", "label": one.name, "display": f"Another reading: {one.text}"}

    def _track(self, table: TrackTable) -> Iterator[Resource]:
        """Yield the options of a track, those of an "either ... or" together, then its gaps; a guest stands in its first."""
        first = {option for option, _, is_first in self.pathway.placed_in(table.track.name) if is_first}
        listed = [option for option in table.options if option in first]
        told = set()
        for option in listed:
            if option.choice is None:
                yield from self._option(option)
            elif option.choice not in told:
                told.add(option.choice)
                same = [action for one in listed if one.choice == option.choice for action in self._option(one)]
                yield listing(option.choice, "either ... or", "at-most-one", same)
        *_, silent, combined = table.outcomes
        if silent:
            yield from self._gap(table, GapKind.SILENT)
        if combined:
            yield from self._gap(table, GapKind.COMBINATION)

    def _option(self, option: Option) -> Iterator[Resource]:
        statement = self.pathway.statement(option.statement)
        id_ = option_id(option)
        label = option_label(self.publication.definitions, option.treatments, option.optional)
        words = option_text(option.strength, label, option.intent, option.choice)
        condition = AllOf((statement.condition, option.requires))
        needs = condition.describe(self.publication.definitions.words)
        together = len(option.treatments) > 1 or option.optional
        named = [] if together else [concept(self.publication, TREATMENTS, option.treatments[0])]
        for certainty in Certainty:
            yield present(
                {
                    "id": f"{id_}-{certainty}",
                    "title": label,
                    "description": f"{option.statement} {_SAID[certainty]}: {words}",
                    "code": [*self.actions.codes(certainty, option.strength, option.intent), *named],
                    "documentation": [
                        *self.actions.citations(statement),
                        *self.actions.readings(sorted_readings((*statement.readings, *option.readings))),
                    ],
                    "condition": [self._when(f"{id_} {certainty}", certainty, needs)],
                    "input": self._input(facts_of(condition)),
                    **(self._together(option) if together else {}),
                }
            )

    def _together(self, option: Option) -> Resource:
        """Return an action for each of the treatments given together, and those "with or without"."""
        given = [(one, "must") for one in option.treatments] + [(one, "could") for one in option.optional]
        return {
            "groupingBehavior": "sentence-group",
            "selectionBehavior": "one-or-more" if option.optional else "all",
            "action": [
                {
                    "title": self.publication.definitions.treatments[one].label,
                    "code": [concept(self.publication, TREATMENTS, one)],
                    "requiredBehavior": behavior,
                }
                for one, behavior in given
            ],
        }

    def _gap(self, table: TrackTable, kind: GapKind) -> Iterator[Resource]:
        name = gap_name(table.track.name, kind)
        combination = self.pathway.combination(table.track.name) if kind is GapKind.COMBINATION else None
        leaves = [leaf for leaf in table.track.leaves if leaf.kind is LeafKind.GAP and not leaf.combination]
        if combination is None:
            words = "the text says nothing of what is done"
            messages = list(dict.fromkeys(leaf.message for leaf in leaves))
            readings = tuple(reading for leaf in leaves for reading in leaf.readings)
        else:
            words = combination.when.describe(self.publication.definitions.words)
            messages, readings = [combination.message], combination.readings
        for certainty in Certainty:
            yield present(
                {
                    "id": f"{name.replace(' ', '-')}-{certainty}",
                    "title": "gap" if kind is GapKind.SILENT else "gap (combination)",
                    "description": OR.join(messages),
                    "code": self.actions.codes(GAP, kind, certainty),
                    "documentation": list(self.actions.readings(sorted_readings(readings))) or None,
                    "condition": [self._when(f"{name} {certainty}", certainty, words)],
                    "input": self._input(sorted(table.reads, key=list(self.publication.definitions.vocabulary.facts).index)),
                }
            )

    def _when(self, expression: str, certainty: Certainty, words: str) -> Resource:
        lead = "In every completion of what is known" if certainty is Certainty.CERTAIN else "In some completions, not in all"
        return self.actions.applicable(expression, self.pathway.name, f"{lead}: {words}")

    def _input(self, facts: Iterable[str]) -> list[Resource] | None:
        entry = self.publication.definitions.entry
        needed = dict.fromkeys([] if self.pathway.name in entry.common else [entry.fact])
        needed.update(dict.fromkeys(facts))
        return [self.actions.asked(needed)] if needed else None
