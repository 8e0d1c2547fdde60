"""What actions of plans and of answers share: their codes, where they stand in the document, and what they ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from ...engine.answer import Certainty
from ...model.pathway import Statement
from ...views.diagrams.deep_links import deep_link
from .answer_terms import ANSWER, concept
from .publication import Publication, Resource
from .terms import named, system_of

CQL: Final = "text/cql"


@attrs.frozen
class Actions:
    """Makes parts of actions in a publication."""

    publication: Publication

    def codes(self, *codes: str | None) -> list[Resource]:
        """Return codes of what an answer says, those left out that are none."""
        return [concept(self.publication, ANSWER, code) for code in codes if code]

    def citations(self, statement: Statement) -> Iterator[Resource]:
        """Yield where a statement stands in the document."""
        definitions = self.publication.definitions
        for locator in statement.locators:
            yield {
                "type": "citation",
                "label": statement.id,
                "display": f"{definitions.source.title}: {locator.section}",
                "url": deep_link(definitions, locator),
            }

    def readings(self, readings: Iterable[str]) -> Iterator[Resource]:
        """Yield readings on which something rests, each with its title."""
        for name in readings:
            yield {"type": "justification", "label": name, "display": self.publication.definitions.readings[name].title}

    def asked(self, facts: Iterable[str]) -> Resource:
        """Return what is asked for: the answers to the questions on some facts, in the form of all facts."""
        vocabulary = self.publication.definitions.vocabulary
        codes = [
            {"system": system_of(self.publication), "code": fact, "display": named(self.publication, vocabulary.facts[fact])}
            for fact in facts
        ]
        return {
            "type": "QuestionnaireResponse",
            "mustSupport": ["questionnaire", "item.linkId", "item.answer"],
            "codeFilter": [{"path": "item.linkId", "code": codes}],
        }

    def applicable(self, expression: str, pathway: str, description: str) -> Resource:
        """Return the condition that a definition of a pathway's Library is true."""
        return {
            "kind": "applicability",
            "expression": {
                "description": description,
                "language": CQL,
                "expression": expression,
                "reference": self.publication.url("Library", pathway),
            },
        }


def action_id(name: str, certainty: Certainty) -> str:
    """Return the id of an action: no space stands in it."""
    return f"{name} {certainty}".replace(" ", "-")


def listing(name: str, title: str, selection: str, actions: list[Resource]) -> Resource:
    """Return an action that holds others."""
    return {
        "id": name,
        "title": title,
        "groupingBehavior": "logical-group",
        "selectionBehavior": selection,
        "action": actions,
    }


def present(data: Mapping[str, Any]) -> Resource:
    """Return a resource without what is `None`."""
    return {key: value for key, value in data.items() if value is not None}
