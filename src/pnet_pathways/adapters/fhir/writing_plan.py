"""PlanDefinitions: what each pathway lists, with the expression in its Library that says when.

An action for each track holds, for each option, one action for where it is certain and one for where it is possible, and the
same for what the text does not say. Conditions name definitions of the Library, so that any engine can apply them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from ...engine.answer import OR, Certainty
from ...engine.tables import GapKind
from ...model.conditions import AllOf, facts_of
from ...model.pathway import Option, Pathway, Statement, Track
from ...model.scenario_rows import LeafKind
from ...model.text import counted
from ...model.wording import option_label, option_text, sorted_readings
from .actions import Actions, action_id, listing, present
from .answer_terms import GAP, TREATMENTS, concept
from .cql_pathway import GapName, OptionName, PathwayLogic
from .publication import Publication, Resource
from .writing_cql import logic_of

_TYPE = {
    "system": "http://terminology.hl7.org/CodeSystem/plan-definition-type",
    "code": "clinical-protocol",
    "display": "Clinical Protocol",
}
_SAID = {Certainty.CERTAIN: "applies", Certainty.POSSIBLE: "may apply"}


def plan_definitions(publication: Publication) -> Iterator[Resource]:
    """Yield the PlanDefinition of each pathway."""
    for logic in logic_of(publication.definitions).values():
        yield _Planner(publication, logic, Actions(publication)).plan()


@attrs.frozen
class _Planner:
    """Writes the plan of one pathway."""

    publication: Publication
    logic: PathwayLogic
    actions: Actions

    @property
    def pathway(self) -> Pathway:
        return self.logic.pathway

    def plan(self) -> Resource:
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
            action=[listing(one.name, one.title, "any", list(self._track(one))) for one in pathway.tracks.values()],
        )

    def _alternatives(self) -> Iterator[Resource]:
        """Yield the other ways to read the pathway's statements; the Library takes each as a parameter."""
        for one in self.logic.alternatives:
            yield {"type": "justification", "label": one.name, "display": f"Another reading: {one.text}"}

    def _track(self, track: Track) -> Iterator[Resource]:
        """Yield the options of a track, those of an "either ... or" together, then its gaps.

        What can stand in two tracks is in the first of them.
        """
        found = [(name, self._read(name)) for name in self.logic.options if name.tracks[0] == track.name]
        listed = sorted(found, key=lambda one: one[1].item)
        told = set()
        for name, option in listed:
            if option.choice is None:
                yield from self._option(name, option)
            elif option.choice not in told:
                told.add(option.choice)
                same = (pair for pair in listed if pair[1].choice == option.choice)
                actions = [action for pair in same for action in self._option(*pair)]
                yield listing(option.choice, "either ... or", "at-most-one", actions)
        for gap in self.logic.gaps:
            if gap.track == track.name:
                yield from self._gap(gap, track)

    def _read(self, name: OptionName) -> Option:
        """Return an option as the readings have it that list it."""
        place = int(name.id.split(" ")[0].rpartition(".")[2]) - 1
        return next(one for one in self._statement(name).options if one.number == place)

    def _statement(self, name: OptionName) -> Statement:
        read = self.logic.engine.under({one.reading: one.id for one in name.choice}).definitions
        return read.pathways[self.pathway.name].statement(name.statement.id)

    def _option(self, name: OptionName, option: Option) -> Iterator[Resource]:
        statement = self._statement(name)
        label = option_label(self.publication.definitions, option.treatments, option.optional)
        words = option_text(option.strength, label, option.intent, option.choice)
        read = f", read as {' and '.join(one.name for one in name.choice)}" if name.choice else ""
        condition = AllOf((statement.condition, option.requires))
        needs = condition.describe(self.publication.definitions.words)
        together = len(option.treatments) > 1 or option.optional
        named = [] if together else [concept(self.publication, TREATMENTS, option.treatments[0])]
        for certainty in Certainty:
            yield present(
                {
                    "id": action_id(name.id, certainty),
                    "title": label,
                    "description": f"{option.statement} {_SAID[certainty]}{read}: {words}",
                    "code": [*self.actions.codes(certainty, option.strength, option.intent), *named],
                    "documentation": [
                        *self.actions.citations(statement),
                        *self.actions.readings(sorted_readings((*statement.readings, *option.readings))),
                    ],
                    "condition": [self._when(f"{name.id} {certainty}", certainty, needs)],
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

    def _gap(self, gap: GapName, track: Track) -> Iterator[Resource]:
        name, kind = gap.id, gap.kind
        definitions = self.publication.definitions
        combination = self.pathway.combination(track.name) if kind is GapKind.COMBINATION else None
        if combination is not None:
            words = combination.when.describe(definitions.words)
            messages, readings = [combination.message], combination.readings
        else:
            words = "the text says nothing of what is done"
            leaves = [leaf for leaf in track.leaves if leaf.kind is LeafKind.GAP and not leaf.combination]
            arising = [one.gaps[track.group] for one in self.logic.alternatives if track.group in one.gaps]
            messages = list(dict.fromkeys([leaf.message for leaf in leaves] or arising))
            readings = tuple(reading for leaf in leaves for reading in leaf.readings)
        table = self.logic.tracks[track.name].table
        order = list(definitions.vocabulary.facts)
        for certainty in Certainty:
            yield present(
                {
                    "id": action_id(name, certainty),
                    "title": "gap" if kind is GapKind.SILENT else "gap (combination)",
                    "description": OR.join(messages),
                    "code": self.actions.codes(GAP, kind, certainty),
                    "documentation": list(self.actions.readings(sorted_readings(readings))) or None,
                    "condition": [self._when(f"{name} {certainty}", certainty, words)],
                    "input": self._input(sorted(table.reads, key=order.index)),
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
