"""What the summary says of a type before treatment: names, syndromes, typical site, signs and tests."""

from __future__ import annotations

from typing import Any

import attrs

from ..loading.folder import given_definitions
from ..model.beside import DiagnosticTest, Workup
from ..model.errors import (
    CaseError,
    Problem,
    listed,
    shown,
    suggest,
)
from ..model.pathway import Definitions
from .answer import locator_dict, source_dict


@attrs.frozen
class WorkupAnswer:
    """The work-up of one type: what its own part says, and the general tests where they are for it."""

    own: Workup
    general_tests: tuple[DiagnosticTest, ...]
    definitions: Definitions = attrs.field(repr=False, eq=lambda definitions: definitions.content_hash)

    def to_dict(self) -> dict[str, Any]:
        """Return the work-up as plain data, with locators, source and disclaimer."""
        own = self.own
        return {
            self.definitions.entry.fact: own.type,
            "name": own.name,
            "hormone": own.hormone,
            "also_called": list(own.also_called),
            "syndromes": [{"name": one.name, "what": one.what} for one in own.syndromes],
            "typical_site": own.typical_site,
            "behavior": own.behavior,
            "signs": list(own.signs),
            "tests": [_test_dict(test) for test in own.tests],
            "general_tests": [_test_dict(test) for test in self.general_tests],
            "scope_note": own.scope_note,
            "silent_on": list(own.silent_on),
            "locators": [{"field": field, **locator_dict(locator)} for field, locator in own.locators],
            "source": source_dict(self.definitions),
            "disclaimer": self.definitions.source.disclaimer,
        }


def _test_dict(test: DiagnosticTest) -> dict[str, Any]:
    return {
        "id": test.id,
        "name": test.name,
        "what": test.what,
        "fasting_hours": test.fasting_hours,
        "after": None if test.after is None else {"test": test.after.test, "result": test.after.result},
        "locators": [locator_dict(locator) for locator in test.locators],
    }


def workup(type_: str, definitions: Definitions | None = None) -> WorkupAnswer:
    """Return what the summary says of a type before treatment.

    Raises `CaseError` for no such type.

    >>> workup("insulinoma").own.hormone
    'insulin'
    """
    definitions = given_definitions(definitions)
    known = definitions.workup.types
    name: object = type_
    if not isinstance(name, str) or name not in known:
        message = f"has no value {shown(name)}; allowed: {listed(known)}"
        raise CaseError([Problem(definitions.entry.fact, message, suggest(type_, known))])
    return WorkupAnswer(known[type_], definitions.workup.general_tests_of(type_), definitions)
